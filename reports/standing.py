"""The question before something is said about somebody: is it still so?

Between the planning of a message and its saying a child may have died, a pregnancy ended, a family moved away. Who
enters that skips what is planned; this holds where the two happen at the same moment, and where a message was only
announced and is taken up much later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from content.city import City
from db.births import BORN, EXPECTING, TOLD
from db.children import TAUGHT, Carer, Child, Pregnancy, Wedding
from db.consent import Consent
from db.endings import AGED_OUT, DIED, LOSSES, MOURNING, MOVED, Ending
from db.outbox import Outgoing
from db.referrals import Referral

PAUSED, STOPPED = "jeda", "berhenti"  # as the family's own conversation writes them
NOT_THERE = "datanya tidak ada lagi"
WHY = {**dict.fromkeys(LOSSES, MOURNING), BORN: TOLD, EXPECTING: "sudah hamil"}
OVERTAKEN = (*dict.fromkeys(WHY.values()), MOVED, AGED_OUT, "batal", NOT_THERE)
"""Reasons why a message about somebody was not sent that are nobody's fault."""
Kind = type[Child] | type[Pregnancy] | type[Wedding]
Known = Mapping["Subject", tuple[str, int]]
"""The state and the family of each."""


class Subject(NamedTuple):
    """Whom a message is about. ``born_together``: twins share it, and it goes on for the one who lives.

    ``also`` are states, beside those of who is taught, in which it holds.
    """

    kind: Kind
    id: int
    born_together: bool = False
    also: tuple[str, ...] = ()


def fallen(session: Session, keys: Collection[str], city: City) -> Mapping[str, str]:
    """Which of these messages are about nobody any more, with the reason; others are left out.

    MOURNING is the reason of all that touches a loss: also of a word about the pregnancy of a baby that died, and of
    one written before the death of a twin, whom it names.
    """
    about = _about(session, keys, city)
    return _fallen(session, about, _look_up(session, set(about.values())), city) if about else {}


def unsaid(session: Session, keys: Collection[str], today: date, city: City) -> Mapping[str, str]:
    """The same, and which lessons, charts and questions go to somebody who has stopped or pauses.

    Asks nothing where no message is about anybody: delivery looks several times a second.
    """
    if not (about := _about(session, keys, city)):
        return {}
    known = _look_up(session, set(about.values()))
    return {**_unread(session, about, known, today), **_fallen(session, about, known, city)}


def _fallen(session: Session, about: Mapping[str, Subject], known: Known, city: City) -> Mapping[str, str]:
    found = {key: known[subject][0] if subject in known else NOT_THERE for key, subject in about.items()}
    over = {key: state for key, state in found.items() if state not in (*TAUGHT, *about[key].also)}
    named = _naming_the_dead(session, {key: one for key, one in about.items() if key not in over}, city)
    return {**{key: WHY.get(state, state) for key, state in over.items()}, **dict.fromkeys(named, MOURNING)}


def _unread(session: Session, about: Mapping[str, Subject], known: Known, today: date) -> Mapping[str, str]:
    homes = {
        key: (int(_parts(key)[1]), known[subject][1])
        for key, subject in about.items()
        if subject in known and _parts(key)[0] in ("lesson", "chart", "birth")
    }
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


def _about(session: Session, keys: Collection[str], city: City) -> dict[str, Subject]:
    """Whom each of these messages is about; those of which we cannot say are left out."""
    referrals = {key: int(parts[1]) for key in keys if (parts := _parts(key))[0] == "referral" and parts[-1] == "asked"}
    rows = select(Referral.id, Referral.child_id, Referral.pregnancy_id).where(Referral.id.in_(referrals.values()))
    referred = {id: (child, mother) for id, child, mother in session.execute(rows)} if referrals else {}
    found: dict[str, Subject] = {}
    for key in keys:
        if key in referrals:
            child, mother = referred.get(referrals[key], (None, None))
            subject = Subject(Child, child) if child else Subject(Pregnancy, mother) if mother else None
        else:
            subject = _subject(key, city)
        if subject:
            found[key] = subject
    return found


def _subject(key: str, city: City) -> Subject | None:
    """By "lesson:3:hamil-28:7", "chart:3:7:2026-03", "birth:3:7:2026-03-04", "born:pregnancy:7:3:...",
    "ending:child:7:3:lulus".
    """
    match _parts(key):
        case ["lesson", _, name, ref]:
            return _of_lesson(name, ref, city)
        case ["chart", _, whom, _] if whom.isdigit():
            return Subject(Child, int(whom))
        case ["birth", _, whom, _] if whom.isdigit():
            return Subject(Pregnancy, int(whom))
        case ["born", "pregnancy", whom, *_] if whom.isdigit():
            return Subject(Pregnancy, int(whom), also=(BORN,))
        case ["ending", "child", whom, _, "lulus" | "lewat-umur"] if whom.isdigit():
            return Subject(Child, int(whom), also=(AGED_OUT,))
        case _:
            return None


def _of_lesson(name: str, ref: str, city: City) -> Subject | None:
    """By "7" under a lesson of the calendar, "c7@2026-03-04" under one that was called for."""
    lesson, whom = city.library.by_id.get(name), ref.split("@")[0]
    kind = {"nikah": Wedding, "hpl": Pregnancy, "lahir": Child}.get(lesson.anchor) if lesson else None
    if lesson and lesson.anchor == "kejadian":
        kind, whom = {"c": Child, "p": Pregnancy}.get(whom[:1]), whom[1:]
    return Subject(kind, int(whom), born_together=ref == whom and kind is Child) if kind and whom.isdigit() else None


def _look_up(session: Session, subjects: Collection[Subject]) -> Known:
    """The state and the family of each that is there; of twins the state of the one who lives here.

    A pregnancy of which a baby died, and a wedding of a couple that lost a child, have the state of that loss.
    """
    found: dict[Subject, tuple[str, int]] = {}
    for kind in {one.kind for one in subjects}:
        mine = {one for one in subjects if one.kind is kind}
        query = select(kind.id, kind.state, kind.family_id).where(kind.id.in_({one.id for one in mine}))
        rows = {id: (state, family) for id, state, family in session.execute(query)}
        if kind is not Child and (over := {id for id, (state, _) in rows.items() if state in (BORN, EXPECTING)}):
            rows |= {id: (state, rows[id][1]) for id, state in _losses_after(session, kind, over)}
        found |= {one: rows[one.id] for one in mine if one.id in rows}
    if ended := [one for one, (state, _) in found.items() if one.born_together and state not in TAUGHT]:
        twin = aliased(Child)
        lives = select(Child.id, twin.state).join(twin, (twin.family_id == Child.family_id) & (twin.born == Child.born))
        lives = lives.where(Child.id.in_({one.id for one in ended}), twin.state.in_(TAUGHT))
        living = {id: str(state) for id, state in session.execute(lives)}
        found |= {one: (living[one.id], found[one][1]) for one in ended if one.id in living}
    return found


def _losses_after(session: Session, kind: Kind, ids: Collection[int]) -> Iterable[tuple[int, str]]:
    """Of these pregnancies that ended in a birth, and weddings that led to a pregnancy: what was lost since."""
    if kind is Pregnancy:
        lost = select(Child.pregnancy_id, Child.state).where(Child.pregnancy_id.in_(ids), Child.state.in_(LOSSES))
        return [(id, state) for id, state in session.execute(lost) if id]
    found: list[tuple[int, str]] = []
    for table in (Child, Pregnancy):
        lost = select(Wedding.id, table.state).join(table, table.family_id == Wedding.family_id)
        rows = session.execute(lost.where(Wedding.id.in_(ids), table.state.in_(LOSSES)))
        found += [(id, state) for id, state in rows]
    return found


def _naming_the_dead(session: Session, about: Mapping[str, Subject], city: City) -> set[str]:
    """Of messages that twins share, those written before one of them died.

    What was planned anew since stands in its old row; it is due when the family's rest is over, and names the living.
    """
    shared = {key: one.id for key, one in about.items() if one.born_together}
    if not shared:
        return set()
    twin = aliased(Child)
    lost = (
        select(Child.id, func.max(Ending.at))
        .join(twin, (twin.family_id == Child.family_id) & (twin.born == Child.born))
        .join(Ending, Ending.child_id == twin.id)
        .where(Child.id.in_(shared.values()), Ending.kind == DIED)
        .group_by(Child.id)
    )
    died: dict[int, datetime] = {id: at for id, at in session.execute(lost) if at}
    if not died:
        return set()
    rest = timedelta(days=city.programme.loss.quiet_days - 1)  # it ends with a day, not with the hour of the news
    columns = Outgoing.key, Outgoing.created_at, Outgoing.due_at
    written = session.execute(select(*columns).where(Outgoing.key.in_(shared)))
    return {key for key, at, due in written if (day := died.get(shared[key])) and at <= day and due < day + rest}
