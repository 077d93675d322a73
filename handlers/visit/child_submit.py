"""What happens to the form of a child's visit once it is handed in."""

from __future__ import annotations

from sqlalchemy import select

from db import measurements
from db.children import Child
from db.drafts import Draft
from db.measurements import Measurement
from db.visits import Visit
from flow.message import Attachment, Message, Option
from flow.questions import show_day
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.chat.names import child_name, salute
from handlers.endings import moved_or_refused
from handlers.measuring import charts, plausibility, results
from handlers.referral import alerts
from handlers.visit.child_form import WHO_MEASURED, ChildVisit, met
from handlers.visit.filing import about, file_aid, file_visit
from programme.names import listed
from programme.weighing import signs_since
from rules.signs import Sign, Urgency, advice, in_order

PEOPLE: dict[str | None, str] = {"kader": "kader", "bidan": "bidan", "lurah": "lurah"}


def submit(context: Context, answers: ChildVisit, draft: Draft) -> None:
    """File the visit with its measurement and aid, raise what cannot wait, and thank the ASN with the result."""
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
    since = signs_since(context.session, child, measured, rules) if measured else []
    signs = in_order([*ChildVisit.signs.seen(answers), *(result.signs if result else ()), *since])
    asks = asked_for(answers.follow_up)
    notified = alerts.open_referral(context, visit, child, signs, asks) if signs or asks else []
    context.say(_receipt(context, answers, visit, child, result, signs, notified))
    moved_or_refused.ask_after_visit(context, answers.reason, child)


def asked_for(whom: str | None) -> list[str]:
    """The wish that somebody else follows up: it is passed on like a sign, without haste."""
    return [f"Pendamping minta bantuan {PEOPLE[whom]}"] if whom in PEOPLE else []


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
    signs: list[Sign],
    notified: list[str],
) -> Message:
    urgent = [sign for sign in signs if sign.urgency is not Urgency.SOON]
    text = context.city.templates.say(
        "receipt_child",
        to=salute(context.person),
        name=f"Adik {child_name(child)}",
        corrected=visit.corrected_at is not None,
        met=met(answers),
        sentences=result.sentences if result else (),
        now=advice(urgent),
        soon=advice(sign for sign in signs if sign.urgency is Urgency.SOON),
        told=listed(notified),
        sick=bool(answers.sick),
        follow_up=PEOPLE.get(answers.follow_up, ""),
        next_on=show_day(answers.next_on) if answers.next_on else "",
    )
    first = (
        Option(f"correct:{visit.id}", "Perbaiki")
        if visit.corrected_at
        else Option(f"undo:{visit.id}", "Batalkan laporan")
    )
    return Message(text, (first, HOME), attachment=_chart(context, answers, visit, child))


def _chart(context: Context, answers: ChildVisit, visit: Visit, child: Child) -> Attachment | None:
    """The chart that the new measurement belongs to."""
    if answers.weight is None and answers.length is None:
        return None
    return charts.attached(
        context, child, "tinggi" if answers.weight is None else "berat", f"receipt:{visit.id}:{context.now}"
    )
