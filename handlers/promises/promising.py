"""The answer to "Kapan bisa?": a day by a tap or in words, another day, or the report at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from db import promises as rows
from db.base import row_id
from db.promises import Asked, VisitPromise
from db.subjects import Subject
from flow.message import Message, Option
from handlers.asn import home
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.visit import opening
from programme import leaves, promises
from programme import promise_messages as words
from programme.fosterings import Fostering, labels
from rules.visits import standing

AWAITED = "plan"  # what ``Address.awaiting`` says before a colon while a day is asked for; the id of a row follows
SHORT = 40  # characters of an answer that may be meant for a day
NOT_READ = "Harinya belum terbaca. Tulis misalnya *Kamis* atau *12 Maret*, atau ketuk."
GONE = "Kunjungan itu tidak (lagi) ada dalam daftar {you}."


def promise(context: Context, asked_id: int, day: date) -> None:
    """The visitor comes on this day: a promise, in place of what they have said before."""
    row = context.session.get_one(VisitPromise, asked_id)
    waiting = waiting_of(context, row)
    if not waiting:
        return
    limit = context.today + timedelta(days=context.city.programme.promises.at_most_days)
    if day < context.today:
        _offer(context, row, waiting, "Hari itu sudah lewat. Kapan bisanya?")
    elif day > limit:
        _offer(context, row, waiting, f"Itu masih agak lama. Bisa sebelum {words.in_full(limit, context.today)}?")
    else:
        _record(context, row, waiting, day)


def other_day(context: Context, asked_id: int) -> None:
    """Offer days anew, to whoever wants another one."""
    row = context.session.get_one(VisitPromise, asked_id)
    if waiting := waiting_of(context, row):
        _offer(context, row, waiting)


def report(context: Context, asked_id: int) -> None:
    """The visit has been made: open the form, or ask of whom where several wait."""
    waiting = waiting_of(context, context.session.get_one(VisitPromise, asked_id))
    if len(waiting) == 1:
        opening.report(context, str(waiting[0].about))
    elif waiting:
        context.say(Message("Terima kasih! Lapor yang mana dulu?", words.report_options(named(context, waiting))))


def is_answer(context: Context) -> bool:
    """Whether the words are a day and this person was asked for one lately; or, just asked, anything short.

    Whatever else is being asked of them goes first, and a question of theirs is none of a day.
    """
    said, awaiting = context.incoming.text or "", context.address.awaiting
    if awaiting.startswith(f"{AWAITED}:") and 0 < len(said) <= SHORT and "?" not in said:
        return True
    is_day = not awaiting and promises.read_day(said, context.today) is not None
    return is_day and _last(context) is not None


def take_answer(context: Context) -> None:
    """The day that was written; other words are asked back once."""
    row, day = _awaited(context) or _last(context), promises.read_day(context.incoming.text or "", context.today)
    context.address.awaiting = ""
    if row is None:
        context.say(Message(GONE.format(you=context.you), (HOME,)))
    elif day is not None:
        promise(context, row.id, day)
    elif waiting_of(context, row):
        context.say(Message(NOT_READ, _days(context, row), (HOME,)))


def _awaited(context: Context) -> VisitPromise | None:
    id = row_id(context.address.awaiting.removeprefix(f"{AWAITED}:"))
    row = context.session.get(VisitPromise, id) if id else None
    return row if row is not None and context.may("visit.promise", row) else None


# --- what is still to be asked ------------------------------------------------------------------


def waiting_of(context: Context, row: VisitPromise) -> list[Fostering]:
    """Those of this question whose visit is still due and asked of this person; where none is, say why, once."""
    asked = {one.about for one in rows.together(context.session, row)}
    leave = leaves.running(context.session, context.person.id, context.today)
    theirs = [one for one in home.fostered(context) if one.about in asked]
    mine = [one for one in theirs if one.answers]
    due = [one for one in mine if standing(one.due, context.today).days_late >= 0]
    if leave is not None and leave.starts <= context.today:
        until = words.in_full(leave.ends, context.today)
        said = f"{context.you} sedang cuti sampai {until}, jadi kunjungannya menunggu sampai {context.you} kembali."
    elif due:
        return due
    elif mine:
        names = words.several([name for _, name in named(context, mine)])
        reported = any(one.last and one.last >= context.city.today(row.asked_at) for one in mine)
        done = "Laporannya sudah masuk, terima kasih" if reported else "Harinya sudah diatur"
        said = f"{done}: {names}, kunjungan berikut {words.in_full(min(one.due for one in mine), context.today)}."
    elif theirs:
        said = f"Kunjungan itu sekarang bagian {theirs[0].answered_by}."
    else:
        said = GONE.format(you=context.you)
    context.say(Message(said, (HOME,)))
    return []


def named(context: Context, some: Sequence[Fostering]) -> list[tuple[Subject, str]]:
    """Each with what it is called among all whom this person visits."""
    names = labels(home.fostered(context), context.today)
    return [(one.about, names[one.about]) for one in some]


# --- what is said and stored --------------------------------------------------------------------


def _record(context: Context, row: VisitPromise, waiting: Sequence[Fostering], day: date) -> None:
    context.address.awaiting, context.worth = "", LASTING
    whom = [Asked(one.asn_id, one.about) for one in waiting]
    held = {
        (one.foster_id, one.about)
        for one in rows.standing(context.session, VisitPromise.day == day, rows.about([one.about for one in waiting]))
        if one.person_id == context.person.id
    }
    when, names = words.in_full(day, context.today), named(context, waiting)
    if held.issuperset(whom):
        context.say(Message(f"Sudah tercatat: *{when}*.", (_change(row), HOME)))
        return
    rows.promise(context.session, context.person.id, whom, day, row.asked_at, context.now)
    context.note_all("visit.promise", (one.about for one in waiting))
    part = {one.about for one in waiting} != {one.about for one in rows.together(context.session, row)}
    who = f"{words.several([name for _, name in names])} " if part else ""
    if day == context.today:
        context.say(Message(f"Baik, {who}*{when}*. Selamat berkunjung!", (*words.report_options(names), _change(row))))
    else:
        context.say(Message(f"Baik, {who}*{when}*. Paginya kami ingatkan.", (_change(row), HOME)))


def _offer(context: Context, row: VisitPromise, waiting: Sequence[Fostering], question: str = "") -> None:
    names = words.several([name for _, name in named(context, waiting)])
    context.address.draft_id, context.address.awaiting = None, f"{AWAITED}:{row.id}"
    text = f"{question or f'Kapan bisa menengok {names}?'} Ketuk, atau tulis harinya."
    context.say(Message(text, _days(context, row), (HOME,)))


def _days(context: Context, row: VisitPromise) -> tuple[Option, ...]:
    days = words.day_options(promises.proposed_days(context.city, context.now), context.today, row.id)
    return (*days, Option(f"plan:not:{row.id}", "Belum bisa"))


def _change(row: VisitPromise) -> Option:
    return Option(f"plan:other:{row.id}", "Ganti hari")


def _last(context: Context) -> VisitPromise | None:
    """A row of the last question, of the days in which its answer may still come."""
    known = context.city.programme.promises
    since = context.now - timedelta(days=known.every_days + known.at_most_days)
    return rows.newest(context.session, context.person.id, since)
