"""A second measuring of a child by the cadre: the sheet, blind to the first one, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from db import drafts
from db.children import Child
from db.drafts import Draft
from db.measurements import OFFICIAL, Measurement, firsts, repeated
from flow.form import Form
from flow.message import Message
from handlers.chat import common_questions, forms, policy
from handlers.chat.context import Desk
from handlers.chat.forms import HOME
from handlers.chat.names import child_name, salute
from handlers.measuring import plausibility, results
from handlers.referral import alerts
from rules.danger import Urgency
from rules.growth import STANDING_FROM

FORM = "remeasure"
SOURCE = "ukur ulang"


class Remeasure(Form):
    title = "Ukur ulang {adik}"

    measured_on = common_questions.day(
        "Kapan {adik} diukur ulang?", past=14, since="since", label="Tanggal ukur", default=common_questions.today
    )
    weight = common_questions.weight(
        "{adik}",
        lambda sheet, kg: plausibility.weight(sheet, kg, sheet.measured_on),
        hint="Timbang lagi dari awal, tanpa melihat angka yang lama. Dalam kg, misalnya 8,4.",
        optional=True,
        also=("measured_on", "Bukan hari ini"),
    )
    length = common_questions.length(
        "{adik}",
        lambda sheet, cm: plausibility.length(sheet, cm, sheet.measured_on, sheet.weight),
        hint="Ukur lagi dari awal. Dalam cm, misalnya 72,5.",
        optional=True,
    )
    position = common_questions.position(
        default=lambda sheet: sheet.facts["position"], when=lambda sheet: sheet.length is not None
    )


def begin(desk: Desk, papers: forms.Papers, child_id: int) -> None:
    """Put the sheet on the table, for a health worker who answers for the child."""
    child = desk.session.get(Child, child_id)
    if child is None or not policy.measures(desk, child):
        desk.say(Message("Anak itu tidak ada dalam daftar Bapak/Ibu.", (HOME,)))
        return
    first = _first(desk, child)
    if first and desk.session.scalar(repeated().where(Measurement.repeats == first.id)):
        desk.say(Message(f"Adik {child_name(child)} sudah diukur ulang. Terima kasih.", (HOME,)))
        return
    subject = f"child:{child.id}"
    yesterdays = drafts.about(desk.session, desk.person.id, FORM, subject)
    if yesterdays and yesterdays.facts["today"] != desk.today.isoformat():
        desk.session.delete(yesterdays)  # a measurement belongs to its day
        desk.session.flush()
    desk.note("sheet.open", subject)
    forms.open_sheet(desk, papers, FORM, subject, facts(desk, child, first))


def facts(desk: Desk, child: Child, first: Measurement | None) -> dict[str, Any]:
    """What is printed on the sheet: nothing of what was measured before."""
    known = plausibility.facts(desk, child, blind=True)
    small = child.born is None or (desk.today - child.born).days < STANDING_FROM
    return {
        **known,
        "adik": f"Adik {child_name(child)}",
        "today": desk.today.isoformat(),
        "since": first.measured_on.isoformat() if first else known["born"],
        "position": (first.position if first else None) or ("telentang" if small else "berdiri"),
        "first": first.id if first else None,
    }


def submit(desk: Desk, sheet: Remeasure, draft: Draft) -> None:
    """Keep it as an official measurement beside the first one; pass on at once what cannot wait."""
    child = desk.session.get_one(Child, int(draft.subject.split(":")[1]))
    if sheet.weight is None and sheet.length is None:
        desk.say(Message("Tidak ada angka, jadi tidak ada yang dicatat. Lain kali boleh dicoba lagi.", (HOME,)))
        return
    first = desk.session.get(Measurement, sheet.facts["first"]) if sheet.facts["first"] else None
    row = Measurement(
        child_id=child.id,
        measured_on=sheet.measured_on or desk.today,
        weight_kg=sheet.weight,
        length_cm=sheet.length,
        position=sheet.position,
        kind=OFFICIAL,
        source=SOURCE,
        doubtful=plausibility.confirmed(sheet),
        recorded_by=desk.person.id,
        recorded_at=desk.now,
        repeats=first.id if first and first.withdrawn_at is None else None,
    )
    desk.session.add(row)
    desk.session.flush()
    desk.note("measurement.repeat", f"child:{child.id}", f"measurement:{row.id}")
    signs = results.result(child, row, None, desk.city.programme.growth).signs
    now = [sign for sign in signs if sign.urgency == Urgency.TODAY]
    told = alerts.open_referral(desk, None, child, now) if now else []
    desk.tell(
        "remeasured",
        HOME,
        to=salute(desk.person),
        name=f"Adik {child_name(child)}",
        now=list(dict.fromkeys(sign.now for sign in now)),
        told=", ".join(told),
    )


def _first(desk: Desk, child: Child) -> Measurement | None:
    """The child's last official measuring that is fresh enough to be held against a second one."""
    since = desk.today - timedelta(days=desk.city.programme.quality.remeasure_within_days)
    query = firsts(since, desk.today).where(Measurement.child_id == child.id)
    return desk.session.scalar(query.order_by(Measurement.measured_on.desc(), Measurement.id.desc()).limit(1))
