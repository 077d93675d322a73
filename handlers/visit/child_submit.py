"""Send the form of a child's visit: store it with its measurement, refer danger signs, thank the ASN."""

from __future__ import annotations

from sqlalchemy import select

from db import measurements
from db.children import Child
from db.drafts import Draft
from db.measurements import Measurement
from db.visits import Visit
from flow.message import Attachment, Message
from handlers.chat.context import Context
from handlers.chat.names import child_name
from handlers.endings import moved_or_refused
from handlers.measuring import charts, plausibility, results
from handlers.referral import alerts
from handlers.visit.child_form import WHO_MEASURED, ChildVisit, met
from handlers.visit.filing import about, file_aid, file_visit
from handlers.visit.receipt import help_request, receipt
from programme.weighing import signs_since
from rules import danger


def submit(context: Context, answers: ChildVisit, draft: Draft) -> None:
    """Store the visit with its measurement and aid, open a referral for its signs, and answer with the result."""
    child = about(context, draft.subject)
    if not isinstance(child, Child):
        raise LookupError(f"{draft.subject} is no child")
    visit = file_visit(
        context, answers, draft, child, answers.visited_on or context.today, met(answers), answers.next_on
    )
    file_aid(context, visit, answers.aid, answers.aid_source, answers.aid_amount)
    measured = _file_measurement(context, answers, visit, child)
    rules = context.city.programme.growth
    result = results.result(child, measured, _before(context, measured), rules) if measured else None
    seen = [sign for sign in danger.CHILD_SIGNS if sign.id in (answers.signs or ())]
    since = signs_since(context.session, child, measured, rules) if measured else []
    signs = [*seen, *(result.signs if result else ()), *since, *help_request(answers.follow_up)]
    notified = alerts.open_referral(context, visit, child, signs) if signs else []
    context.say(_receipt(context, answers, visit, child, result, signs, notified))
    moved_or_refused.ask_after_visit(context, answers.reason, child)


def _file_measurement(context: Context, answers: ChildVisit, visit: Visit, child: Child) -> Measurement | None:
    if not answers.measured or (
        answers.weight is None and answers.length is None and answers.muac is None and not answers.oedema
    ):
        return None
    row = Measurement(
        child_id=child.id,
        measured_on=answers.measured_on or context.today,
        weight_kg=answers.weight,
        length_cm=answers.length,
        position=answers.position,
        muac_cm=answers.muac,
        oedema=bool(answers.oedema),
        kind=measurements.REPORTED,
        source=WHO_MEASURED.get(answers.measurer or "", ""),
        stated="",
        doubtful=plausibility.confirmed(answers),
        visit_id=visit.id,
        recorded_by=context.person.id,
        recorded_at=context.now,
    )
    context.session.add(row)
    context.session.flush()
    return row


def _before(context: Context, measured: Measurement) -> Measurement | None:
    query = select(Measurement).where(
        Measurement.child_id == measured.child_id,
        Measurement.kind == measured.kind,
        Measurement.withdrawn_at.is_(None),
        Measurement.measured_on < measured.measured_on,
        Measurement.weight_kg.is_not(None),
    )
    return context.session.scalar(query.order_by(Measurement.measured_on.desc()).limit(1))


def _receipt(
    context: Context,
    answers: ChildVisit,
    visit: Visit,
    child: Child,
    result: results.Result | None,
    signs: list[danger.Sign],
    notified: list[str],
) -> Message:
    today_signs = [sign for sign in signs if sign.urgency == danger.Urgency.TODAY]
    return receipt(
        context,
        "receipt_child",
        visit,
        f"Adik {child_name(child)}",
        answers.follow_up,
        notified,
        _chart(context, answers, visit, child),
        sentences=result.sentences if result else (),
        now=list(dict.fromkeys(sign.now for sign in today_signs)),
        soon=list(dict.fromkeys(sign.now for sign in signs if sign not in today_signs and sign.now)),
        sick=bool(answers.sick),
    )


def _chart(context: Context, answers: ChildVisit, visit: Visit, child: Child) -> Attachment | None:
    """The chart of the new weight, or of the new length where no weight was measured; None without either."""
    if answers.weight is None and answers.length is None:
        return None
    return charts.attached(
        context, child, "tinggi" if answers.weight is None else "berat", f"receipt:{visit.id}:{context.now}"
    )
