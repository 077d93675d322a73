"""What the card of a foster parent says of their visits, and what a coordinator can do about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import or_, select

from db.fostering import Leave
from db.people import Person
from db.roles import Role
from db.visits import Visit
from flow.message import Option, plain
from flow.questions import show_day
from handlers.chat.context import Context
from handlers.chat.names import salute
from programme import disclosure
from programme.fosterings import Fostering, fosterings
from programme.scopes import Scope, held_by
from rules.visits import standing

FEW = 4
"""Of those whom they foster so many are named; the rest are counted."""


def fostered(context: Context, person: Person) -> Sequence[Fostering]:
    """Whom the ASN fosters of what the reader coordinates, the longest overdue first."""
    held = held_by(context.person)
    if not person.has(Role.ASN) or not held:
        return ()
    every, scope = context.city.programme.visits.every_days, Scope(Role.ASN, person.id)
    found = fosterings(context.session, context.today, every, [scope], context.city.zone)
    within = [one for one in found if one.is_in(held)]
    return sorted(within, key=lambda one: (one.due, one.code))


def lines(context: Context, person: Person, theirs: Sequence[Fostering]) -> Iterator[str]:
    """Whom they foster, by name and code as far as the reader is shown them; their visits, superior and leave."""
    if theirs:
        yield f"Mendampingi: {_named(context, theirs)}"
        yield f"Kunjungan: {_visits(context, theirs)}"
        yield f"Laporan terakhir: {_last_report(context, person)}"
    elif person.has(Role.ASN):
        yield "Mendampingi: belum ada"
    if person.superior:
        yield f"Atasan: {plain(salute(person.superior))}"
    query = select(Leave).where(Leave.person_id == person.id, Leave.ends >= context.today)
    for leave in context.session.scalars(query.order_by(Leave.starts, Leave.id)):
        yield f"Cuti: {show_day(leave.starts)} sampai {show_day(leave.ends)}"


def acts(context: Context, person: Person, theirs: Sequence[Fostering]) -> Iterator[Option]:
    """What the reader can do about their visits; a health worker too can be called and written to."""
    if _late(context, theirs) and context.may("asn.remind", person):
        yield Option(f"remind:{person.id}", "Ingatkan")
    if context.may("person.call", person):
        yield Option(f"call:{person.id}", "Telepon")
    if context.may("letter.write", person):
        yield Option(f"write:{person.id}", "Tulis pesan")
    if person.has(Role.ASN) and theirs and context.may("handover.enter", person):
        yield Option(f"handover:set:{person.id}", "Cuti, pindah, pensiun")


def _late(context: Context, theirs: Sequence[Fostering]) -> list[Fostering]:
    return [one for one in theirs if standing(one.due, context.today).overdue]


def _named(context: Context, theirs: Sequence[Fostering]) -> str:
    held, named = held_by(context.person), list[str]()
    for one in theirs:
        shown = disclosure.agreed(disclosure.over(held, *one.home), one.agreed)
        if words := disclosure.words(*disclosure.row(shown, one.code, one.name, "")):
            named.append(words)
    if not named:
        return f"{len(theirs)} anak atau ibu"
    more = len(theirs) - FEW
    return f"{', '.join(named[:FEW])}{f', dan {more} lagi' if more > 0 else ''}"


def _visits(context: Context, theirs: Sequence[Fostering]) -> str:
    answered = [one for one in theirs if one.answers and one.joined]
    if late := _late(context, theirs):
        return f"{len(late)} terlambat, paling lama {standing(late[0].due, context.today).days_late} hari"
    if not answered:
        return "belum ada yang ditunggu"
    return f"tidak ada yang terlambat; berikutnya {show_day(answered[0].due)}"


def _last_report(context: Context, person: Person) -> str:
    """The day of the last visit that they, or whoever goes in their name, reported."""
    query = select(Visit.visited_on).where(
        or_(Visit.asn_id == person.id, Visit.carer_id == person.id), Visit.undone_at.is_(None)
    )
    last = context.session.scalar(query.order_by(Visit.visited_on.desc()).limit(1))
    return f"kunjungan {show_day(last)}" if last else "belum ada"
