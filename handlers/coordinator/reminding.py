"""Remind one foster parent, or all who are late: first who it would be, then one tap, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby

from flow.message import Message, Option
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from programme import reminding
from programme.names import listed
from programme.reminding import How, Outcome, Told

FEW = 3
"""Names in a sentence; the rest are counted."""
LATE = Option("menu:terlambat", "Yang terlambat")
NOBODY = "Tidak ada kunjungan yang terlambat lagi. 👏"
NOT_LATE = "Kunjungannya sudah tidak terlambat lagi. 👏"


def remind(context: Context, asn_id: int) -> None:
    """Have whoever visits for one foster parent reminded, and say what became of it."""
    outcome = reminding.remind(context.session, context.city, context.person, asn_id, context.now)
    context.worth = LASTING
    if not outcome.told:
        context.say(Message(NOT_LATE, (HOME,)))
        return
    one = outcome.told[0]
    context.say(Message(_of_one(context, one, outcome.due_at), (*calls((one,)), LATE), (HOME,)))


def ask_all(context: Context) -> None:
    """Say who would be reminded now and who would not, with one button for all of them."""
    _ask_all(context, "")


def remind_all(context: Context, day: date) -> None:
    """Remind all who are late. A button of another day shows first who that would be now."""
    if day != context.today:
        _ask_all(context, "Itu daftar hari lain. Yang sekarang:\n\n")
        return
    outcome = reminding.remind_all(context.session, context.city, context.person, context.now)
    context.worth = LASTING
    say_done(context, outcome)


def calls(told: Sequence[Told]) -> tuple[Option, ...]:
    """A button to call each of the first who cannot be reminded here."""
    unreached = [who for one in told if one.how is How.NO_CHANNEL for who in one.who]
    return tuple(Option(f"call:{one.id}", f"Telepon {one.name}"[:24]) for one in unreached[:FEW])


def _ask_all(context: Context, before: str) -> None:
    outcome = reminding.planned(context.session, context.city, context.person, context.now)
    todo = outcome.of(How.REMINDED)
    if not todo:
        say_done(context, outcome, before)
        return
    visits = sum(one.visits for one in todo)
    lines = [
        f"*Ingatkan {len(todo)} pendamping?* {visits} kunjungan terlambat.",
        f"{some(todo)}. Dikirim {when(context, outcome.due_at)}.",
        *_others(context, outcome),
    ]
    yes = Option(f"remind:all:{context.today}", f"Ya, ingatkan {len(todo)}")
    context.say(Message(before + "\n".join(lines), (yes, *calls(outcome.told), LATE), (HOME,)))


def say_done(context: Context, outcome: Outcome, before: str = "", back: Option = LATE) -> None:
    """Say who is reminded and who is not, and why, with a button ``back`` to the list that it was done from."""
    if not outcome.told:
        context.say(Message(f"{before}{NOBODY}", () if back is LATE else (back,), (HOME,)))
        return
    done, lines = outcome.of(How.REMINDED), list[str]()
    if done:
        lines.append(f"✅ *{len(done)} pendamping diingatkan {when(context, outcome.due_at)}:* {some(done)}.")
    else:
        lines.append("Tidak ada lagi yang perlu diingatkan hari ini.")
    lines += _others(context, outcome)
    context.say(Message(before + "\n".join(lines), (*calls(outcome.told), back), (HOME,)))


def _others(context: Context, outcome: Outcome) -> Iterator[str]:
    """Who is not reminded, and why, a line each."""
    already = sorted(outcome.of(How.ALREADY), key=lambda one: (one.by, one.at))
    for by, asked in groupby(already, key=lambda one: one.by_id):
        same = list(asked)
        first, who = same[0], f"{len(same)} pendamping" if len(same) > 1 else same[0].names
        yield f"{who} sudah diingatkan{_by(context, by, first.by)} {_at(context, first)}."
    if resting := outcome.of(How.RESTING):
        yield f"Sedang cuti: {some(resting)}."
    if aside := outcome.of(How.ASIDE):
        yield f"Disisihkan: {some(aside)}."
    if unreached := outcome.of(How.NO_CHANNEL):
        yield f"Belum terhubung: {some(unreached)}. Telepon saja, ya."


def _of_one(context: Context, one: Told, due_at: datetime) -> str:
    match one.how:
        case How.REMINDED:
            return f"{one.names} diingatkan {when(context, due_at)}."
        case How.RESTING:
            return f"{one.names} sedang cuti, jadi tidak diingatkan."
        case How.NO_CHANNEL:
            return f"{one.names} belum terhubung ke sini, jadi pengingat tidak sampai. Telepon saja, ya."
        case _:
            again = "" if one.waits and one.at and one.at > context.now else " Besok bisa lagi."
            return f"{one.names} sudah diingatkan{_by(context, one.by_id, one.by)} {_at(context, one)}.{again}"


def _by(context: Context, by_id: int | None, by: str) -> str:
    """ " oleh Bu Ratna", " oleh Ibu" to herself; empty where nobody knows."""
    name = context.you if by_id == context.person.id else by
    return f" oleh {name}" if name else ""


def _at(context: Context, one: Told) -> str:
    """ "pukul 10.05", or that it waits for the morning."""
    at = context.city.local(one.at or context.now)
    if one.waits and at > context.now:
        return f"dan terkirim {when(context, at)}"
    return f"hari ini pukul {at:%H.%M}"


def some(told: Sequence[Told]) -> str:
    """ "Pak Anwar, Bu Rahma, Pak Jalil, dan 9 lagi"."""
    names = [one.names for one in told]
    return listed(names) if len(names) <= FEW + 1 else f"{', '.join(names[:FEW])}, dan {len(names) - FEW} lagi"


def when(context: Context, due_at: datetime) -> str:
    """ "sekarang", "besok pukul 07.00"."""
    if due_at <= context.now:
        return "sekarang"
    return f"{'hari ini' if due_at.date() == context.today else 'besok'} pukul {due_at:%H.%M}"
