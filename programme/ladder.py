"""Who was told of a visit that is due, and when: the steps so far, and the proof in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from content.programme import Ladder
from db import ladder
from db.ladder import Cycle, Kept
from db.outbox import FAILED
from db.people import Person
from db.subjects import Subject
from flow.reading.dates import MONTHS
from programme.visitors import called, chunks
from rules.ladder import ABOVE, Rung, Step, Taken, steps

NO_SUPERIOR = "atasan belum tercatat"
NO_OFFICE = "kantor belum tercatat"
NO_COORDINATOR = "belum ada"
NOT_HERE = "belum terhubung di sini"
ON_LEAVE = "sedang cuti"
TOLD_BEFORE = "sudah dikabari lebih dulu"
VISITS_THEMSELVES = "berkunjung sendiri"
WHOSE = {Rung.SUPERIOR: "atasannya", Rung.OFFICE: "koordinator kantornya", Rung.CITY: "koordinator kota"}


@dataclass(frozen=True, slots=True)
class Told:
    """One who was told at a step, or that nobody was: then there is a ``reason``, and ``name`` is whom it would have
    been, where that is known.

    ``arrived`` is False where the message failed; on a channel that tells nothing more, a sent one has arrived.
    """

    rung: Rung
    days: int
    person_id: int | None
    name: str
    at: datetime
    reason: str = ""
    arrived: bool = True


def ladder_of(rules: Ladder) -> tuple[Step, ...]:
    """The steps of the programme, by day."""
    return steps(rules.visitor_days, rules.superior_days, rules.office_days, rules.city_days)


def taken(kept: Iterable[Kept], city: City) -> list[Taken]:
    """The steps of one cycle as the rule asks for them."""
    return [
        Taken(Step(Rung(one.step.rung), one.step.days), city.today(one.step.at), told=one.step.reason == "")
        for one in kept
    ]


def told(session: Session, about: Subject, asn_id: int, since: date) -> Sequence[Told]:
    """Who was told that this visit is due, oldest first; ``since`` as in ``Fostering.since``."""
    cycle = Cycle(about, asn_id, since)
    return told_of(session, ladder.taken(session, [cycle])).get(cycle, ())


def told_of(session: Session, kept: Mapping[Cycle, Collection[Kept]]) -> dict[Cycle, list[Told]]:
    """By cycle, who was told; of what ``db.ladder.taken`` has found. A query more, for the names."""
    known: dict[int, str] = {}
    columns = Person.id, Person.name, Person.nip, Person.sex, Person.kind, Person.rank
    for ids in chunks({one.step.person_id for listed in kept.values() for one in listed if one.step.person_id}):
        known |= {one.id: called(one) for one in session.execute(select(*columns).where(Person.id.in_(ids)))}
    return {
        cycle: [
            Told(
                Rung(step.rung), step.days, step.person_id, known.get(step.person_id or 0, ""), step.at, step.reason,
                state != FAILED,
            )
            for step, state in listed
        ]
        for cycle, listed in kept.items()
    }  # fmt: skip


def words(told: Sequence[Told], city: City) -> str:
    """The proof in words, without a full stop: "dikabari 3 kali, terakhir 2 Nov; atasannya Bu Ida dikabari 9 Nov".

    Empty where nobody was told of anything.
    """
    return "; ".join(_parts(told, city))


def _parts(told: Sequence[Told], city: City) -> Iterable[str]:
    own = [one for one in told if one.rung is Rung.VISITOR]
    if reached := [one for one in own if not one.reason]:
        days = sorted({city.today(one.at) for one in reached})
        failed = "" if any(one.arrived for one in reached) else ", tetapi tidak sampai"
        times = f"{len(days)} kali, terakhir " if len(days) > 1 else ""
        yield f"dikabari {times}{_day(days[-1])}{failed}"
    elif own:
        yield own[-1].reason
    for rung in ABOVE:
        yield from _above(rung, [one for one in told if one.rung is rung], city)


def _above(rung: Rung, told: Sequence[Told], city: City) -> Iterable[str]:
    said = [one for one in told if not one.reason]
    if said:
        names = " dan ".join(dict.fromkeys(one.name for one in said if one.name))
        failed = "" if any(one.arrived for one in said) else ", tetapi tidak sampai"
        yield f"{WHOSE[rung]} {names} dikabari {_day(city.today(said[-1].at))}{failed}"
    elif told:
        last = told[-1]
        yield (
            last.reason
            if last.reason in (NO_SUPERIOR, NO_OFFICE)
            else f"{WHOSE[rung]} {last.name}".strip() + (f" {last.reason}")
        )


def _day(day: date) -> str:
    """ "2 Nov"."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"
