"""The adoption in words: for the digest in one line, on request with the places that are furthest behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flow.message import Message, Option, plain
from flow.paging import page_of, turns
from reports.adoption.counts import Adoption, Count, Group, Place

PAGE = 8
TITLES = {Group.FOSTER: "Pendamping", Group.FAMILY: "Keluarga", Group.HEALTH: "Petugas kesehatan"}
VISITED = {Group.FOSTER: "sudah berkunjung", Group.FAMILY: "sudah dikunjungi"}


def line(adoption: Adoption) -> str:
    """ "Pendamping 212 dari 300, keluarga 97 dari 462"; empty once enough of every group have joined."""
    return ", ".join(f"{group} {one.joined} dari {one.total}" for group, one in adoption.behind.items()).capitalize()


def message(adoption: Adoption, title: str, page: int, home: Option) -> Message:
    """The totals, and a page of the places where people are missing, the furthest behind first."""
    behind = [one for one in adoption.places if one.share < 1]
    shown, page = page_of(behind, page, PAGE)
    parts = [f"📲 *Siapa sudah bergabung*\n{plain(title)}"]
    if page == 0:
        parts.append("\n".join(_totals(adoption.counts)) or "Belum ada yang didampingi di sini.")
    if shown:
        places = (f"{number}. {_place(one)}" for number, one in enumerate(shown, page * PAGE + 1))
        parts.append("\n".join(("*Paling tertinggal*" if page == 0 else "*Berikutnya*", *places)))
    elif adoption.counts:
        parts.append("Semua sudah bergabung. 👏")
    row = turns("adoption", page, more=(page + 1) * PAGE < len(behind))
    return Message("\n\n".join(parts), (home,), row)


def _totals(counts: Mapping[Group, Count]) -> Iterator[str]:
    for group, one in counts.items():
        more = [f"diundang {one.invited}"]
        if group in VISITED:
            more.append(f"{VISITED[group]} {one.visited}")
        if one.silent:
            more.append(f"sebulan tidak menulis {one.silent}")
        yield f"{TITLES[group]}: *{one.joined} dari {one.total}*; {', '.join(more)}"


def _place(one: Place) -> str:
    said = ", ".join(f"{group} {count.joined} dari {count.total}" for group, count in one.counts.items())
    return f"{plain(one.name)}: {said}"
