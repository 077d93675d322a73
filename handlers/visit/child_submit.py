"""Send the form of a child's visit: store it with its measurement, refer danger signs, thank the ASN."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from sqlalchemy import select

from db import measurements, visits
from db.children import Child
from db.drafts import Draft
from db.measurements import Measurement, history
from db.visits import Visit
from flow.message import Attachment, Message
from flow.step import Ask, Effect, Review, Submit
from handlers.chat.context import Context
from handlers.endings import moved_or_refused
from handlers.measuring import charts, plausibility, results
from handlers.visit import acting
from handlers.visit.child_form import WHO_MEASURED, ChildVisit, met, printed
from handlers.visit.filing import about, file_aid, file_visit, next_visit
from handlers.visit.receipt import changed, help_request, receipt
from programme import numbers, unsent
from programme.weighing import signs_since
from rules import services
from rules.signs import Sign, Urgency, advice, in_order


def submit(context: Context, answers: ChildVisit, draft: Draft) -> None:
    """Store the visit with its measurement and aid, open a referral for its signs, and answer with the result."""
    child = about(context, draft.subject)
    if not isinstance(child, Child):
        raise LookupError(f"{draft.subject} is no child")
    visit = file_visit(
        context, answers, draft, child, answers.visited_on or context.today, met(answers), next_visit(answers)
    )
    file_aid(context, visit, answers.aid, answers.aid_source, answers.aid_amount)
    measured = _file_measurement(context, answers, visit, child)
    rules = context.city.programme.growth
    ticked = [*ChildVisit.signs.seen(answers), *ChildVisit.mother_signs.seen(answers)]
    alarmed = any(sign.urgency is not Urgency.SOON for sign in ticked)
    since = signs_since(context.session, child, measured, rules) if measured else []
    before = _before(context, measured) if measured else None
    gained = before is not None and _has_gained(context, before)
    result = (
        results.result(child, measured, before, rules, since, alarmed=alarmed, gained_before=gained)
        if measured
        else None
    )
    found = {
        unsent.SIGNS: ChildVisit.signs.seen(answers),
        unsent.MOTHER_SIGNS: ChildVisit.mother_signs.seen(answers),
        unsent.MEASURED: result.signs if result else (),
    }
    notified = acting.file(context, draft, visit, child, found, help_request(answers.follow_up))
    context.say(_receipt(context, answers, visit, child, result, found, notified))
    moved_or_refused.ask_after_visit(context, answers.reason, child)


def refused(context: Context, draft: Draft, effect: Effect) -> None:
    """The report may not be filed by this person any more: the danger it speaks of is told all the same."""
    acting.refused(context, draft, effect)
    child = unsent.about(context.session, draft)
    if isinstance(child, Child) and isinstance(effect, Ask | Review | Submit):
        answers = cast(ChildVisit, effect.answers)
        row = _measurement(context, answers, child) if answers.measured else None
        known = unsent.told_of(draft, unsent.SIGNS)
        result = results.result(child, row, None, context.city.programme.growth) if row else None
        acting.tell(context, draft, unsent.MEASURED, [s for s in (result.signs if result else ()) if s.id not in known])


def _file_measurement(context: Context, answers: ChildVisit, visit: Visit, child: Child) -> Measurement | None:
    row = _measurement(context, answers, child)
    if row is not None:
        row.visit_id = visit.id
        context.session.add(row)
        context.session.flush()
    return row


def _measurement(context: Context, answers: ChildVisit, child: Child) -> Measurement | None:
    """What was measured, not kept yet; None where nothing was."""
    if not answers.measured or (
        answers.weight is None and answers.length is None and answers.muac is None and not answers.oedema
    ):
        return None
    return Measurement(
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
        recorded_by=context.person.id,
        recorded_at=context.now,
    )


def _before(context: Context, measured: Measurement) -> Measurement | None:
    """The newest weighing before, of any source."""
    query = select(Measurement).where(
        Measurement.child_id == measured.child_id,
        Measurement.withdrawn_at.is_(None),
        Measurement.measured_on < measured.measured_on,
        Measurement.weight_kg.is_not(None),
    )
    return context.session.scalar(query.order_by(Measurement.measured_on.desc(), Measurement.id.desc()).limit(1))


def _has_gained(context: Context, weighed: Measurement) -> bool:
    """Whether this weighing was above the one before it."""
    older = _before(context, weighed)
    return older is not None and (weighed.weight_kg or 0) > (older.weight_kg or 0)


def _changes(
    context: Context,
    answers: ChildVisit,
    visit: Visit,
    child: Child,
    result: results.Result | None,
    soon: bool,
    notified: Sequence[str],
) -> Iterator[str]:
    """What this report has changed for the child, the weightiest first."""
    name = printed(answers)["adik"]
    if result and result.good:
        yield result.good
    if soon and notified:
        yield f"Karena {context.you} datang, {name} bisa dilihat petugas lebih cepat."
    yield from _caught_up(context, answers, visit, child)
    rows = history(context.session, child.id)
    if result and all(row.visit_id == visit.id for row in rows):
        yield f"Ini ukuran pertama {name} yang tercatat; mulai sekarang tumbuhnya bisa diikuti."


def _caught_up(context: Context, answers: ChildVisit, visit: Visit, child: Child) -> Iterator[str]:
    """The services that this report is the first to say were received: those that were late, then the others."""
    if child.born is None or not answers.services:
        return
    labels, city = printed(answers)["services"], context.city
    before = visits.received([one for one in visits.of_child(context.session, child.id) if one.id != visit.id])
    new = [id for id in answers.services if id in labels and id not in before]
    late = {one.id for one in services.missed(child.born, visit.visited_on, before, city.services, city.district)}
    for id in sorted(new, key=lambda id: id not in late):
        yield f"{labels[id]} {printed(answers)['adik']} {'sudah terkejar' if id in late else 'sudah didapat'}."


def _receipt(
    context: Context,
    answers: ChildVisit,
    visit: Visit,
    child: Child,
    result: results.Result | None,
    found: Mapping[str, Sequence[Sign]],
    notified: list[str],
) -> Message:
    signs = in_order(sign for some in found.values() for sign in some)
    urgent = [sign for sign in signs if sign.urgency is not Urgency.SOON]
    soon = [sign for sign in signs if sign.urgency is Urgency.SOON]
    particular = _changes(context, answers, visit, child, result, bool(soon), notified)
    said = changed(context, visit, child, printed(answers)["adik"], particular, urgent=bool(urgent))
    good = result.good if result and result.good != said.changed else ""
    return receipt(
        context,
        "receipt_child",
        visit,
        printed(answers)["adik"],
        answers.follow_up,
        notified,
        said,
        _chart(context, answers, visit, child),
        sentences=(*([good] if good else ()), *(result.sentences if result else ())),
        now=advice(urgent),
        # Of a loss the sentence about the weight says where to go, and sooner.
        soon=advice(sign for sign in soon if sign.id != results.LOSS),
        seen_soon=bool(soon),
        numbers=numbers.to_call(context.city, context.now, child, signs),
        health_centre=numbers.health_centre(context.city, context.now, child, signs),
        sick=bool(answers.sick),
    )


def _chart(context: Context, answers: ChildVisit, visit: Visit, child: Child) -> Attachment | None:
    """The chart of the new weight, or of the new length where no weight was measured; None without either."""
    if answers.weight is None and answers.length is None:
        return None
    return charts.attached(
        context, child, "tinggi" if answers.weight is None else "berat", f"receipt:{visit.id}:{context.now}"
    )
