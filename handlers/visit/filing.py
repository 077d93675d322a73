"""Store a report that was sent, once; correct it, keeping its history; undo it for a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import delete, select

from db import consent, measurements, outbox, visits
from db.children import Child, Pregnancy, Wedding
from db.drafts import Draft
from db.outbox import Kind, Outgoing
from db.subjects import Subject, SubjectKind, of_visit, subject
from db.visits import Aid, Visit, VisitRevision
from flow.form import Form
from flow.message import Message, Option
from flow.questions import show_day
from handlers.chat import common_questions
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME, Hold
from handlers.referral import alerts
from handlers.visit.facts import LiveFacts
from programme import promises, still_valid
from programme.contacts import called, coordinators
from programme.visitors import in_name_of, signed
from rules.stages import pregnancy_week

NOT_LISTED = "Anak itu tidak (lagi) ada dalam daftar {you}."
Visited = Child | Pregnancy | Wedding
TABLES: Mapping[SubjectKind, type[Visited]] = {
    SubjectKind.CHILD: Child, SubjectKind.PREGNANCY: Pregnancy, SubjectKind.WEDDING: Wedding,
}  # fmt: skip
RED_BEFORE = "red_before"  # the fact of a visit under which the result that it replaced is kept


def about(context: Context, subject: str) -> Visited:
    """Whom a form is about: "child:31", "pregnancy:7", "wedding:4", or "visit:90" for a correction."""
    kind, id = Subject.parse(subject)
    if kind is SubjectKind.VISIT:
        return about_visit(context, context.session.get_one(Visit, id))
    return context.session.get_one(TABLES[kind], id)


def about_visit(context: Context, visit: Visit) -> Visited:
    """Whom a report is about."""
    return about(context, str(of_visit(visit)))


def live_facts(context: Context, subject: str) -> LiveFacts:
    """What is looked up anew at every step of a visit's form ("child:31", "pregnancy:7", "wedding:4", "visit:90")."""
    whom = about(context, subject)
    agrees = consent.agrees(context.session, whom.family_id)
    week = ""
    if agrees and isinstance(whom, Pregnancy):
        week = f", hamil {pregnancy_week(whom.due, context.today)} minggu"
    return {"agreed": agrees, "hamil": week}


def file_visit(
    context: Context,
    answers: Form,
    draft: Draft,
    about: Visited,
    visited_on: date,
    met: bool,
    next_on: date | None,
) -> Visit:
    """Store the visit, or correct the one the draft is about. Raises Hold when the same visit seems stored already."""
    if Subject.parse(draft.subject).kind is SubjectKind.VISIT:
        return _correct(context, answers, draft, visited_on, met, next_on)
    whom = about.family if isinstance(about, Wedding) else about
    carer_id = in_name_of(context.session, context.person.id, whom, context.today)
    _ask_if_filed(context, draft, about, visited_on, carer_id)
    visit = Visit(
        form=draft.form,
        asn_id=context.person.id,
        carer_id=carer_id,
        child_id=about.id if isinstance(about, Child) else None,
        pregnancy_id=about.id if isinstance(about, Pregnancy) else None,
        wedding_id=about.id if isinstance(about, Wedding) else None,
        visited_on=visited_on,
        met=met,
        answers=dict(answers.values),
        personal=answers.personal_questions(),
        facts=dict(draft.facts),
        next_on=next_on,
        channel=context.incoming.channel,
        submitted_at=context.now,
    )
    context.session.add(visit)
    context.session.flush()
    _cancel_reminder(context, subject(about))
    promises.keep(context.session, visit)
    context.note("visit.submit", of_visit(visit), subject(visit))
    return visit


def _cancel_reminder(context: Context, visited: Subject) -> None:
    """Cancel planned reminders of this visit alone, whoever gets them: they waited while a form was open."""
    reminder = Outgoing.kind.in_((Kind.REMINDER, Kind.PROMISE)), outbox.about_only(visited)
    outbox.cancel(context.session, still_valid.REPORTED, context.now, *reminder)


def visits_of(context: Context, about: Visited) -> Sequence[Visit]:
    """The visits to them that were not undone, newest first."""
    if isinstance(about, Child):
        return visits.of_child(context.session, about.id)
    past = visits.of_wedding if isinstance(about, Wedding) else visits.of_pregnancy
    return past(context.session, about.id)


def _ask_if_filed(context: Context, draft: Draft, about: Visited, visited_on: date, carer_id: int) -> None:
    """Raise Hold with a question where a visit of the same day was reported by this person or in the same name.

    ``again`` among the facts of the draft says that it is another visit.
    """
    filed = [
        v for v in visits_of(context, about)
        if v.visited_on == visited_on and (v.asn_id == context.person.id or (v.carer_id or v.asn_id) == carer_id)
    ]  # fmt: skip
    if not filed or draft.facts.get("again"):
        return
    own = next((v for v in filed if v.asn_id == context.person.id), None)
    by = context.you if own else signed(filed[0])
    raise Hold(
        Message(
            f"{by} sudah mengirim laporan kunjungan {show_day(visited_on)}. Apakah ini kunjungan lain?",
            (
                Option(f"again:{draft.id}", "Ya, kunjungan lain"),
                *([Option(f"correct:{own.id}", "Perbaiki yang lama")] if own else ()),
                Option(f"f.{draft.id}..cancel", "Buang yang ini"),
            ),
        )
    )


def _correct(context: Context, answers: Form, draft: Draft, visited_on: date, met: bool, next_on: date | None) -> Visit:
    """Replace the answers of the visit, and keep the old ones in its history."""
    visit = context.session.get_one(Visit, Subject.parse(draft.subject).id)
    context.session.add(
        VisitRevision(visit_id=visit.id, answers=visit.answers, replaced_at=context.now, replaced_by=context.person.id)
    )
    visit.answers, visit.visited_on, visit.met, visit.next_on = dict(answers.values), visited_on, met, next_on
    # The history may hold the answer to a question that the form does not have any more.
    visit.personal = sorted({*visit.personal, *answers.personal_questions()})
    visit.corrected_at = context.now
    _withdraw_measurements(context, visit)
    context.note("visit.correct", of_visit(visit), subject(visit))
    return visit


def next_visit(answers: Form) -> date | None:
    """The day of the next visit; soon after a report that was sent early, whose last questions were not asked."""
    early = common_questions.after(answers, danger=True) if answers.may_send_early() else None
    kept = answers.values.get("next_on", early)
    return date.fromisoformat(kept) if kept else None


def file_aid(context: Context, visit: Visit, items: list[str] | None, source: str | None, amount: str | None) -> None:
    """Store the aid given at the visit, one row for each of the items."""
    context.session.add_all(
        Aid(visit_id=visit.id, item=item, source=source or "", amount=amount or "") for item in items or ()
    )


def corrected_until(context: Context, visit: Visit) -> date:
    """The last day on which the report may still be corrected."""
    return context.city.today(visit.submitted_at) + timedelta(days=context.city.programme.visits.correct_days)


def may_still_correct(context: Context, visit: Visit) -> bool:
    return context.today <= corrected_until(context, visit)


def say_too_late(context: Context, visit: Visit) -> None:
    """Say until when the report could be corrected, and to whom to turn now."""
    coordinator = next((called(one) for one in coordinators(context.session, about_visit(context, visit).family)), "")
    whom = f"koordinator, {coordinator}" if coordinator else context.city.programme.privacy.contact
    context.say(
        Message(
            f"Laporan kunjungan {show_day(visit.visited_on)} bisa diperbaiki sampai "
            f"{show_day(corrected_until(context, visit))}, dan hari itu sudah lewat. "
            f"Kalau ada yang keliru, sampaikan kepada {whom}.",
            (HOME,),
        )
    )


def take_back(context: Context, visit_id: int) -> None:
    """Undo a report within the time the programme allows."""
    visit = context.session.get_one(Visit, visit_id)
    if not context.may("visit.report", visit):
        context.say(Message(NOT_LISTED.format(you=context.you), (HOME,)))
        return
    if context.now - visit.submitted_at > context.city.programme.visits.undo:
        if not may_still_correct(context, visit):
            say_too_late(context, visit)
            return
        minutes = context.city.programme.visits.undo_minutes
        context.say(
            Message(
                f"Sudah lewat {minutes} menit, jadi laporan tidak bisa dibatalkan. Isinya masih bisa diperbaiki.",
                (Option(f"correct:{visit.id}", "Perbaiki laporan"), HOME),
            )
        )
        return
    visit.undone_at = context.now
    promises.reopen(context.session, visit, context.today)
    if visit.wedding is not None and RED_BEFORE in visit.facts:
        visit.wedding.red = visit.facts[RED_BEFORE]
    _withdraw_measurements(context, visit)
    alerts.withdraw(context, visit)
    context.note("visit.undo", of_visit(visit), subject(visit))
    context.worth = LASTING
    context.say(
        Message(
            "Laporan dibatalkan dan tidak dihitung lagi.",
            (Option(f"report:{of_visit(visit)}", "Buat laporan baru"), HOME),
        )
    )


def _withdraw_measurements(context: Context, visit: Visit) -> None:
    """Withdraw the measurements and the aid that the report has written."""
    for row in context.session.scalars(
        select(measurements.Measurement).where(
            measurements.Measurement.visit_id == visit.id, measurements.Measurement.withdrawn_at.is_(None)
        )
    ):
        row.withdrawn_at = context.now
    context.session.execute(delete(Aid).where(Aid.visit_id == visit.id))
