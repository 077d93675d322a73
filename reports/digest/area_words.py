"""The numbers of areas in words: one line each, for the digest and for "wilayah"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from content.city import City
from db.roles import ScopeKind
from flow.message import plain
from programme.fosterings import Fostering
from programme.scopes import Scope
from reports.digest import areas
from reports.digest.area_counts import Area, Counts

FIRST = 3
"""How many areas are said to need help first."""
IN_A_LINE = 3
"""How many numbers stand in the line of an area; its card has them all."""
KIND_WORDS: Mapping[ScopeKind, str] = {
    ScopeKind.DISTRICT: "kecamatan", ScopeKind.VILLAGE: "kelurahan", ScopeKind.HEALTH_CENTRE: "puskesmas",
    ScopeKind.POSYANDU: "posyandu", ScopeKind.OFFICE: "OPD", ScopeKind.CITY: "kota",
}  # fmt: skip


def help_lines(
    session: Session, held: Sequence[Scope], now: datetime, city: City, fostered: Sequence[Fostering] | None = None
) -> tuple[str, ...]:
    """A line for each of the three areas that need help first, of the widest kind of which these scopes hold several.

    Empty where there are no several areas, or none needs help. ``fostered`` is everybody fostered there, if known.
    """
    kind = areas.widest(held)
    if kind is None:
        return ()
    found = areas.count(session, held, now, city, fostered).of(kind)
    return tuple(map(line, first(found))) if sum(bool(one.id) for one in found) > 1 else ()


def first(found: Sequence[Area]) -> Sequence[Area]:
    """The areas that need help first, three at most; ``found`` is in that order. What belongs to none is no area."""
    return [one for one in found if one.id and one.counts.needs_help][:FIRST]


def line(one: Area) -> str:
    """ "Kec. Abeli: 1 rujukan mendesak belum ditangani, terlambat 6 dari 20 (terlama 34 hari)"."""
    said = list(_parts(one.counts))[:IN_A_LINE] or [f"{one.counts.fostered} didampingi, tidak ada yang terlambat"]
    return f"{plain(one.name)}: {', '.join(said)}"


def _parts(counts: Counts) -> Iterator[str]:
    if counts.danger:
        yield f"{counts.danger} rujukan mendesak belum ditangani"
    if counts.late:
        yield f"terlambat {counts.late} dari {counts.fostered} (terlama {counts.longest} hari)"
    if counts.unassigned:
        yield f"{counts.unassigned} belum punya pendamping"
    if counts.referrals > counts.danger:
        yield f"{counts.referrals} rujukan terbuka"
    if counts.questions:
        yield f"{counts.questions} pertanyaan belum dijawab"
    if counts.not_joined:
        yield f"{counts.not_joined} pendamping belum bergabung"
