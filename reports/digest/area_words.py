"""The numbers of areas in words: one line each, for the digest and for "wilayah"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from db.roles import ScopeKind
from flow.message import plain
from reports.digest import areas
from reports.digest.area_counts import Area, Counts
from reports.digest.areas import Numbers

FIRST = 3
"""How many areas are said to need help first."""
HEADING = "🗺️ *Perlu dibantu dulu*"
IN_A_LINE = 3
"""How many numbers stand in the line of an area; its card has them all."""
KIND_WORDS: Mapping[ScopeKind, str] = {
    ScopeKind.DISTRICT: "kecamatan", ScopeKind.VILLAGE: "kelurahan", ScopeKind.HEALTH_CENTRE: "puskesmas",
    ScopeKind.POSYANDU: "posyandu", ScopeKind.OFFICE: "OPD", ScopeKind.CITY: "kota",
}  # fmt: skip


def help_lines(numbers: Numbers) -> tuple[str, ...]:
    """A heading and a short line for each of the three areas that need help first.

    Of the widest kind of which there are several; empty where there are not, or none needs help.
    """
    kind = areas.widest(numbers.held)
    found = numbers.of(kind) if kind else []
    if sum(bool(one.id) for one in found) < 2:
        return ()
    lines = [f"{n}. {plain(one.name)}: {', '.join(_in_short(one.counts))}" for n, one in enumerate(first(found), 1)]
    return (HEADING, *lines) if lines else ()


def first(found: Sequence[Area]) -> Sequence[Area]:
    """The areas that need help first, three at most; ``found`` is in that order. What belongs to none is no area."""
    return [one for one in found if one.id and one.counts.needs_help][:FIRST]


def line(one: Area) -> str:
    """ "Kec. Abeli: 1 rujukan mendesak belum ditangani, terlambat 6 dari 20 (terlama 34 hari)"."""
    said = list(_parts(one.counts))[:IN_A_LINE] or [f"{one.counts.fostered} didampingi, tidak ada yang terlambat"]
    return f"{plain(one.name)}: {', '.join(said)}"


def _in_short(counts: Counts) -> Iterator[str]:
    """Only that by which the order goes, in the words of the digest."""
    if counts.danger:
        yield f"{counts.danger} bahaya"
    if counts.late:
        yield f"terlambat {counts.late} dari {counts.fostered}"
    if counts.unassigned:
        yield f"{counts.unassigned} tanpa pendamping"


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
