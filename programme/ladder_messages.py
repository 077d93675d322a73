"""What a superior, the coordinators of an office and those of the city read of visits that are late.

A message names foster parents and days, and of a family nothing: a superior and an office lead people, and have no task
in anybody's health (``programme.disclosure``). It names only the people of its reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from content.city import City
from flow.message import Message, Option
from programme.visitors import Visitor

LINES, PROVEN, BUTTONS = 8, 4, 5  # PROVEN: with who was told, which takes three lines of a phone


@dataclass(frozen=True, slots=True)
class Line:
    """One foster parent: how many ``visits`` are late, of how many of them a report is ``begun``, and the most days.

    ``reachable``: somebody who visits for them can be written to here. ``proof`` is who was told so far, in words, and
    ``plan`` the day that they have named: "berencana Kamis".
    """

    asn_id: int
    name: str
    visits: int
    begun: int
    days: int
    reachable: bool
    proof: str = ""
    plan: str = ""

    @property
    def words(self) -> str:
        """ "2 kunjungan, tertunda paling lama 15 hari; 1 laporan tinggal dikirim"."""
        waiting = self.visits - self.begun
        parts = [
            f"kunjungan tertunda {self.days} hari" if waiting == 1 == self.visits
            else f"{waiting} kunjungan, tertunda paling lama {self.days} hari" if waiting else "",
            f"{self.begun} laporan tinggal dikirim" if self.begun else "",
        ]  # fmt: skip
        parts.append(self.plan)
        return "; ".join(filter(None, parts)) + ("" if self.reachable else ", belum terhubung di sini")


def to_superior(to: Visitor, you: str, team: Sequence[Line], city: City) -> Message:
    """The message to a superior about their people, the longest overdue first, with a button to remind each."""
    text = city.templates.say("ladder_superior", to=to.name, you=you, **_shown(team))
    options = [Option(f"team:remind:{one.asn_id}", f"Ingatkan {one.name}") for one in _remindable(team)]
    return Message(text, (*options, Option("team:0", "Lihat tim sekarang")))


def to_coordinator(to: Visitor, you: str, team: Sequence[Line], city: City) -> Message:
    """The message to a coordinator about foster parents who have come this far, with who was told of each.

    Each who is named with it can be reminded, and opened with all else that can be done.
    """
    proven = [{"name": one.name, "words": one.words, "proof": _sentence(one.proof)} for one in team[:PROVEN]]
    more = [one.name for one in team[PROVEN:]]
    text = city.templates.say("ladder_coordinator", to=to.name, you=you, team=proven, count=len(team), more=more)
    named = team[:PROVEN]
    options = [Option(f"remind:{one.asn_id}", f"Ingatkan {one.name}") for one in _remindable(named)]
    options += [Option(f"late:one:{one.asn_id}", f"Buka {one.name}") for one in named]
    return Message(text, (*options, Option("menu:terlambat", "Yang terlambat")))


def _shown(team: Sequence[Line]) -> dict[str, object]:
    shown = [{"name": one.name, "words": one.words} for one in team[:LINES]]
    return {"team": shown, "count": len(team), "more": [one.name for one in team[LINES:]]}


def _remindable(team: Sequence[Line]) -> list[Line]:
    return [one for one in team if one.reachable][:BUTTONS]


def _sentence(proof: str) -> str:
    return f"{proof[0].upper()}{proof[1:]}." if proof else "Belum ada yang bisa dikabari."
