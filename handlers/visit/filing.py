"""Filing a report that was handed in: once, correctable with its history, and to be taken back for a while."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, select

from db import measurements, outbox, visits
from db.children import Child, Pregnancy
from db.drafts import Draft
from db.outbox import Kind, Outgoing
from db.subjects import Subject, subject
from db.visits import Aid, Visit, VisitRevision
from flow.form import Form
from flow.message import Message, Option
from flow.questions import show_day
from handlers.chat import policy
from handlers.chat.context import LASTING, Desk
from handlers.chat.forms import HOME, Hold
from handlers.referral import alerts

NOT_LISTED = "Anak itu tidak (lagi) ada dalam daftar Bapak/Ibu."


def subject_of(visit: Visit) -> str:
    return f"child:{visit.child_id}" if visit.child_id else f"pregnancy:{visit.pregnancy_id}"


def about(desk: Desk, subject: str) -> Child | Pregnancy:
    """Whom a sheet is about: "child:31", "pregnancy:7", or "visit:90" for a correction."""
    kind, number = subject.split(":")
    if kind == "visit":
        return about(desk, subject_of(desk.session.get_one(Visit, int(number))))
    return desk.session.get_one(Child if kind == "child" else Pregnancy, int(number))


def file_visit(
    desk: Desk, sheet: Form, draft: Draft, about: Child | Pregnancy, visited_on: date, met: bool, next_on: date | None
) -> Visit:
    """Write the visit, or correct the one the draft is about. Raises Hold when the same visit seems filed already."""
    if draft.subject.startswith("visit:"):
        return _correct(desk, sheet, draft, visited_on, met, next_on)
    _ask_if_filed(desk, draft, about, visited_on)
    visit = Visit(
        form=draft.form,
        asn_id=desk.person.id,
        child_id=about.id if isinstance(about, Child) else None,
        pregnancy_id=about.id if isinstance(about, Pregnancy) else None,
        visited_on=visited_on,
        met=met,
        answers=dict(sheet.answers),
        facts=dict(draft.facts),
        next_on=next_on,
        channel=desk.incoming.channel,
        submitted_at=desk.now,
    )
    desk.session.add(visit)
    desk.session.flush()
    _spare_reminder(desk, subject(about))
    desk.note("visit.submit", subject_of(visit), f"visit:{visit.id}")
    return visit


def _spare_reminder(desk: Desk, visited: Subject) -> None:
    """A reminder of this visit alone that was held back while the sheet was open has nothing left to say."""
    to_me = Outgoing.kind == Kind.REMINDER, Outgoing.person_id == desk.person.id
    outbox.cancel(desk.session, "sudah dilaporkan", desk.now, *to_me, outbox.about_only(visited))


def _ask_if_filed(desk: Desk, draft: Draft, about: Child | Pregnancy, visited_on: date) -> None:
    """The same visit twice is noticed and asked about; ``again`` on the draft says it is really another one."""
    past = visits.of_child if isinstance(about, Child) else visits.of_pregnancy
    same = next(
        (v for v in past(desk.session, about.id) if v.visited_on == visited_on and v.asn_id == desk.person.id), None
    )
    if same is None or draft.facts.get("again"):
        return
    raise Hold(
        Message(
            f"Bapak/Ibu sudah mengirim laporan kunjungan {show_day(visited_on)}. Apakah ini kunjungan lain?",
            (
                Option(f"again:{draft.id}", "Ya, kunjungan lain"),
                Option(f"correct:{same.id}", "Perbaiki yang lama"),
                Option(f"f.{draft.id}..cancel", "Buang yang ini"),
            ),
        )
    )


def _correct(desk: Desk, sheet: Form, draft: Draft, visited_on: date, met: bool, next_on: date | None) -> Visit:
    """Put the new answers in the place of the old, and the old into the history."""
    visit = desk.session.get_one(Visit, int(draft.subject.split(":")[1]))
    desk.session.add(
        VisitRevision(visit_id=visit.id, answers=visit.answers, replaced_at=desk.now, replaced_by=desk.person.id)
    )
    visit.answers, visit.visited_on, visit.met, visit.next_on = dict(sheet.answers), visited_on, met, next_on
    visit.corrected_at = desk.now
    _withdraw(desk, visit)
    desk.note("visit.correct", subject_of(visit), f"visit:{visit.id}")
    return visit


def file_aid(desk: Desk, visit: Visit, items: list[str] | None, source: str | None, amount: str | None) -> None:
    desk.session.add_all(
        Aid(visit_id=visit.id, item=item, source=source or "", amount=amount or "") for item in items or ()
    )


def take_back(desk: Desk, visit_id: int) -> None:
    """Undo a report within the time the programme allows."""
    visit = desk.session.get(Visit, visit_id)
    if visit is None or not policy.may_change(desk, visit):
        desk.say(Message("Laporan itu sudah dibatalkan atau tidak ditemukan.", (HOME,)))
        return
    if not policy.may_visit(desk, f"visit:{visit.id}"):
        desk.say(Message(NOT_LISTED, (HOME,)))
        return
    if desk.now - visit.submitted_at > desk.city.programme.visits.undo:
        minutes = desk.city.programme.visits.undo_minutes
        desk.say(
            Message(
                f"Sudah lewat {minutes} menit, jadi laporan tidak bisa dibatalkan. Isinya masih bisa diperbaiki.",
                (Option(f"correct:{visit.id}", "Perbaiki laporan"), HOME),
            )
        )
        return
    visit.undone_at = desk.now
    _withdraw(desk, visit)
    desk.note("visit.undo", subject_of(visit), f"visit:{visit.id}")
    desk.worth = LASTING
    desk.say(
        Message(
            "Laporan dibatalkan dan tidak dihitung lagi.",
            (Option(f"report:{subject_of(visit)}", "Buat laporan baru"), HOME),
        )
    )


def _withdraw(desk: Desk, visit: Visit) -> None:
    """What the report had brought with it counts no more: measurements, aid, referrals nobody has taken up."""
    for row in desk.session.scalars(
        select(measurements.Measurement).where(
            measurements.Measurement.visit_id == visit.id, measurements.Measurement.withdrawn_at.is_(None)
        )
    ):
        row.withdrawn_at = desk.now
    desk.session.execute(delete(Aid).where(Aid.visit_id == visit.id))
    alerts.withdraw(desk, visit)
