"""What happens to the sheet of a child's visit once it is handed in."""

from __future__ import annotations

from sqlalchemy import select

from db import measurements
from db.children import Child
from db.drafts import Draft
from db.measurements import Measurement
from db.visits import Visit
from flow.message import Attachment, Message, Option
from flow.questions import show_day
from handlers.chat.context import Desk
from handlers.chat.forms import HOME
from handlers.chat.names import child_name, salute
from handlers.endings import moved_or_refused
from handlers.measuring import charts, plausibility, results
from handlers.referral import alerts
from handlers.visit.child_form import WHO_MEASURED, ChildVisit, met
from handlers.visit.filing import about, file_aid, file_visit
from programme.names import listed
from programme.weighing import signs_since
from rules import danger

PEOPLE: dict[str | None, str] = {"kader": "kader", "bidan": "bidan", "lurah": "lurah"}


def submit(desk: Desk, sheet: ChildVisit, draft: Draft) -> None:
    """File the visit with its measurement and aid, raise what cannot wait, and thank the ASN with the result."""
    child = about(desk, draft.subject)
    if not isinstance(child, Child):
        raise LookupError(f"{draft.subject} is no child")
    visit = file_visit(desk, sheet, draft, child, sheet.visited_on or desk.today, met(sheet), sheet.next_on)
    file_aid(desk, visit, sheet.aid, sheet.aid_source, sheet.aid_amount)
    measured = _file_measurement(desk, sheet, visit, child)
    rules = desk.city.programme.growth
    result = results.result(child, measured, _before(desk, measured), rules) if measured else None
    seen = [sign for sign in danger.CHILD_SIGNS if sign.id in (sheet.signs or ())]
    since = signs_since(desk.session, child, measured, rules) if measured else []
    signs = [*seen, *(result.signs if result else ()), *since]
    if sheet.follow_up in PEOPLE:
        signs.append(asked_for(PEOPLE[sheet.follow_up]))
    told = alerts.open_referral(desk, visit, child, signs) if signs else []
    desk.say(_receipt(desk, sheet, visit, child, result, signs, told))
    moved_or_refused.ask_after_visit(desk, sheet.reason, child)


def asked_for(whom: str) -> danger.Sign:
    """The visitor asks somebody else to follow up: it is passed on like a sign, without haste."""
    return danger.Sign(f"minta-{whom}", f"Pendamping minta bantuan {whom}", "", "", danger.Urgency.SOON)


def _file_measurement(desk: Desk, sheet: ChildVisit, visit: Visit, child: Child) -> Measurement | None:
    if not sheet.measured or (
        sheet.weight is None and sheet.length is None and sheet.muac is None and not sheet.oedema
    ):
        return None
    row = Measurement(
        child_id=child.id,
        measured_on=sheet.measured_on or desk.today,
        weight_kg=sheet.weight,
        length_cm=sheet.length,
        position=sheet.position,
        muac_cm=sheet.muac,
        oedema=bool(sheet.oedema),
        kind=measurements.REPORTED,
        source=WHO_MEASURED.get(sheet.measurer or "", ""),
        stated="",
        doubtful=plausibility.confirmed(sheet),
        visit_id=visit.id,
        recorded_by=desk.person.id,
        recorded_at=desk.now,
    )
    desk.session.add(row)
    desk.session.flush()
    return row


def _before(desk: Desk, measured: Measurement) -> Measurement | None:
    query = select(Measurement).where(
        Measurement.child_id == measured.child_id,
        Measurement.kind == measured.kind,
        Measurement.withdrawn_at.is_(None),
        Measurement.measured_on < measured.measured_on,
        Measurement.weight_kg.is_not(None),
    )
    return desk.session.scalar(query.order_by(Measurement.measured_on.desc()).limit(1))


def _receipt(
    desk: Desk,
    sheet: ChildVisit,
    visit: Visit,
    child: Child,
    result: results.Result | None,
    signs: list[danger.Sign],
    told: list[str],
) -> Message:
    today_signs = [sign for sign in signs if sign.urgency == danger.Urgency.TODAY]
    text = desk.city.templates.say(
        "receipt_child",
        to=salute(desk.person),
        name=f"Adik {child_name(child)}",
        corrected=visit.corrected_at is not None,
        met=met(sheet),
        sentences=result.sentences if result else (),
        now=list(dict.fromkeys(sign.now for sign in today_signs)),
        soon=list(dict.fromkeys(sign.now for sign in signs if sign not in today_signs and sign.now)),
        told=listed(told),
        sick=bool(sheet.sick),
        follow_up=PEOPLE.get(sheet.follow_up, ""),
        next_on=show_day(sheet.next_on) if sheet.next_on else "",
    )
    first = (
        Option(f"correct:{visit.id}", "Perbaiki")
        if visit.corrected_at
        else Option(f"undo:{visit.id}", "Batalkan laporan")
    )
    return Message(text, (first, HOME), attachment=_chart(desk, sheet, visit, child))


def _chart(desk: Desk, sheet: ChildVisit, visit: Visit, child: Child) -> Attachment | None:
    """The chart that the new measurement belongs to."""
    if sheet.weight is None and sheet.length is None:
        return None
    return charts.attached(desk, child, "tinggi" if sheet.weight is None else "berat", f"receipt:{visit.id}:{desk.now}")
