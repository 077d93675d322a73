"""The question before something is said about somebody: is it still so?

Between the planning of a message and its saying a child may have died, a pregnancy ended, a family moved away. Who
enters that skips what is planned; this holds where the two happen at the same moment, and where a message was only
announced and is taken up much later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from content.city import City
from db.births import TOLD
from db.children import TAUGHT, Carer, Child, Pregnancy, Wedding
from db.consent import Consent
from db.endings import AGED_OUT, LOSSES, MOURNING, MOVED

PAUSED, STOPPED = "jeda", "berhenti"  # as the family's own conversation writes them
EXPECTING, NOT_THERE = "sudah hamil", "datanya tidak ada lagi"
WHY = {**dict.fromkeys(LOSSES, MOURNING), "lahir": TOLD, "hamil": EXPECTING}
OVERTAKEN = (*dict.fromkeys(WHY.values()), MOVED, AGED_OUT, "batal", NOT_THERE)
"""Reasons why a message about somebody was not sent that are nobody's fault."""
Kind = type[Child] | type[Pregnancy] | type[Wedding]


class Subject(NamedTuple):
    """Whom a message is about. ``born_together``: twins share it, and it goes on for the one who lives."""

    kind: Kind
    id: int
    born_together: bool = False


def fallen(session: Session, keys: Iterable[str], city: City) -> Mapping[str, str]:
    """Which of these messages to families are about nobody any more, with the reason; others are left out."""
    about = {key: subject for key in keys if (subject := _subject(key, city))}
    known = _look_up(session, set(about.values()))
    found = {key: known[subject][0] if subject in known else NOT_THERE for key, subject in about.items()}
    return {key: WHY.get(state, state) for key, state in found.items() if state not in TAUGHT}


def unread(session: Session, keys: Iterable[str], today: date, city: City) -> Mapping[str, str]:
    """Which of these messages go to somebody who has stopped or pauses, with the reason."""
    about = {key: subject for key in keys if (subject := _subject(key, city))}
    known = _look_up(session, set(about.values()))
    homes = {key: (int(_parts(key)[1]), known[subject][1]) for key, subject in about.items() if subject in known}
    agreed = select(Consent.id).where(
        Consent.person_id == Carer.person_id, Consent.family_id == Carer.family_id, Consent.withdrawn_at.is_(None)
    )
    carers = session.execute(
        select(Carer.person_id, Carer.family_id, Carer.stopped_at, Carer.paused_until, agreed.exists()).where(
            Carer.person_id.in_({person for person, _ in homes.values()})
        )
    )
    why = {
        (person, family): STOPPED if stopped or not agrees else PAUSED if paused and paused > today else ""
        for person, family, stopped, paused, agrees in carers
    }
    return {key: reason for key, home in homes.items() if (reason := why.get(home, ""))}


def _parts(key: str) -> list[str]:
    parts = key.split(":")
    return parts[2:] if parts[0] == "again" else parts


def _subject(key: str, city: City) -> Subject | None:
    """Whom a message is about: by "lesson:3:hamil-28:7", "lesson:3:diare:c7@2026-03-04", "chart:3:7:2026-03"."""
    kind, whom, together = None, "", False
    match _parts(key):
        case ["lesson", _, name, ref]:
            lesson = city.library.by_id.get(name)
            whom = ref.split("@")[0]
            kinds = {"nikah": Wedding, "hpl": Pregnancy, "lahir": Child}
            kind = kinds.get(lesson.anchor) if lesson else None
            if lesson and lesson.anchor == "kejadian":
                kind, whom = {"c": Child, "p": Pregnancy}.get(whom[:1]), whom[1:]
            together = bool(lesson) and lesson.anchor == "lahir"
        case ["chart", _, whom, _]:
            kind = Child
        case ["birth", _, whom, _]:
            kind = Pregnancy
        case _:
            pass
    return Subject(kind, int(whom), together) if kind and whom.isdigit() else None


def _look_up(session: Session, subjects: Collection[Subject]) -> Mapping[Subject, tuple[str, int]]:
    """The state and the family of each that is there; of twins the state of the one who lives here."""
    found: dict[Subject, tuple[str, int]] = {}
    for kind in {one.kind for one in subjects}:
        mine = {one for one in subjects if one.kind is kind}
        query = select(kind.id, kind.state, kind.family_id).where(kind.id.in_({one.id for one in mine}))
        rows = {id: (state, family) for id, state, family in session.execute(query)}
        found |= {one: rows[one.id] for one in mine if one.id in rows}
    ended = {one.id: one for one, (state, _) in found.items() if one.born_together and state not in TAUGHT}
    if ended:
        twin = aliased(Child)
        lives = select(Child.id, twin.state).join(twin, (twin.family_id == Child.family_id) & (twin.born == Child.born))
        for id, state in session.execute(lives.where(Child.id.in_(ended), twin.state.in_(TAUGHT))):
            found[ended[id]] = (state, found[ended[id]][1])
    return found
