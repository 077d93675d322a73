"""The people of a superior whose visits wait for long: names and days, and a button to remind each."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from db import ladder
from db.ladder import Cycle
from db.people import Person, places
from db.roles import Role
from db.subjects import subject
from flow.message import Message, Option
from flow.paging import page_of, turns
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.coordinator.reminding import when
from programme import ladder_above, promises, reminding
from programme.fosterings import Fostering, fosterings
from programme.reminding import How, Told
from programme.scopes import Scope
from rules.ladder import Rung
from rules.visits import standing

PAGE = 8
TEAM = Option("team:0", "Lihat tim sekarang")


def show(context: Context, page: int = 0) -> None:
    """List those of the person's own people whose visits have come to the superior's step, the longest overdue first,
    and those that they were told of along with one of these.

    Of a family nothing is shown: a superior leads people, and has no task in anybody's health.
    """
    people = context.session.scalars(
        select(Person).where(Person.superior_id == context.person.id).order_by(Person.id)
    ).all()
    if not any(one.has(Role.ASN) for one in people):
        context.say(Message(f"Belum ada pendamping yang tercatat di tim {context.you}.", (HOME,)))
        return
    context.note("team.view", subject(context.person))
    days = context.city.programme.ladder.superior_days
    overdue = _late(context, [one.id for one in people])
    told = _told(context, overdue)
    late = [one for one in overdue if _days(context, one) >= days or one.cycle in told]
    if not late:
        context.say(Message(f"Tidak ada kunjungan yang lama tertunda di tim {context.you}. 👏", (HOME,)))
        return
    session, drafts = context.session, ladder_above.drafts_of(context.session, late, context.city)
    reached = places(session, {to.id for one in late for to in one.visitors})
    planned = promises.planned(session, {one.about for one in late}, context.today)
    team = ladder_above.lines(late, drafts, reached, context.today, planned, {one.id: one.name for one in people})
    shown, page = page_of(team, page, PAGE)
    said = [f"{number}. *{one.name}*: {one.words}" for number, one in enumerate(shown, page * PAGE + 1)]
    text = "\n".join((f"🤝 *Tim {context.you}: {len(team)} pendamping belum sempat berkunjung*", *said))
    options = [Option(f"team:remind:{one.asn_id}", f"Ingatkan {one.name}") for one in shown if one.reachable]
    context.say(Message(text, tuple(options), (*turns("team", page, more=(page + 1) * PAGE < len(team)), HOME)))


def remind(context: Context, asn_id: int) -> None:
    """Have whoever visits for one of the person's own people reminded of what is late: once a day, whoever asks."""
    late = _late(context, [asn_id])
    outcome = reminding.remind_of(context.session, context.city, context.person, late, context.now)
    context.worth = LASTING
    if not outcome.told:
        context.say(Message("Kunjungannya sudah tidak terlambat lagi. 👏", (TEAM, HOME)))
        return
    context.say(Message(_words(context, outcome.told[0], when(context, outcome.due_at)), (TEAM, HOME)))


def _words(context: Context, one: Told, sent: str) -> str:
    match one.how:
        case How.REMINDED:
            return f"{one.names} diingatkan {sent}, atas nama {context.you}."
        case How.RESTING:
            return f"{one.names} sedang cuti, jadi tidak diingatkan."
        case How.NO_CHANNEL:
            return f"{one.names} belum terhubung ke sini, jadi pengingat tidak sampai. Sapa langsung saja, ya."
        case _:
            by = context.you if one.by_id == context.person.id else one.by
            at = context.city.local(one.at or context.now)
            waits = f"dan terkirim {when(context, at)}" if one.waits and at > context.now else f"pukul {at:%H.%M}"
            return f"{one.names} hari ini sudah diingatkan{f' oleh {by}' if by else ''} {waits}."


def _late(context: Context, people: Sequence[int]) -> list[Fostering]:
    """What is overdue of these foster parents, the longest first."""
    scopes, every = [Scope(Role.ASN, id) for id in people], context.city.programme.visits.every_days
    fostered = fosterings(context.session, context.today, every, scopes, context.city.zone)
    return sorted((one for one in fostered if _days(context, one) > 0), key=lambda one: (one.due, one.code))


def _told(context: Context, late: Sequence[Fostering]) -> set[Cycle]:
    """The visits of these that a message has named to this superior, so that they find again what they read."""
    kept = ladder.taken(context.session, {one.cycle for one in late})
    return {
        cycle
        for cycle, steps in kept.items()
        for row, _ in steps
        if row.rung == Rung.SUPERIOR and row.person_id == context.person.id and row.outgoing_key
    }


def _days(context: Context, one: Fostering) -> int:
    return standing(one.due, context.today).days_late
