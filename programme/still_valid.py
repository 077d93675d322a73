"""Whether a planned message is still true: between planning and sending a child may have died or moved away.

Recording an end cancels what is planned (``cancel_fallen``). The check before sending asks again, because both may
happen at the same moment, and so does a tap on an announcement that is opened much later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import outbox
from db.children import Carer, Child, Pregnancy, Wedding
from db.consent import carer_reads
from db.outbox import PLANNED, REPLY, Kind, Outgoing
from db.states import LOSSES, MOURNING, TAUGHT, CareState
from db.subjects import KINDS, Subject, SubjectKind

PAUSED, STOPPED = "jeda", "berhenti"  # reasons of messages that were cancelled by a family's pause or stop
WITHDRAWN, NOT_A_READER = "tidak ada persetujuan", "tidak ikut membaca"
TOLD = "sudah lahir"
NOT_THERE = "datanya tidak ada lagi"
WHY: Mapping[str, str] = {**dict.fromkeys(LOSSES, MOURNING), CareState.BORN: TOLD, CareState.EXPECTING: "sudah hamil"}
OVERTAKEN = (*dict.fromkeys(WHY.values()), CareState.MOVED, CareState.AGED_OUT, CareState.CANCELLED, NOT_THERE)
"""Reasons of unsent messages that are no fault: what they were about has changed."""

HOLDS: Mapping[Kind, Collection[str]] = {
    Kind.REMINDER: (CareState.ACTIVE,),
    Kind.NUDGE: (CareState.ACTIVE,),
    Kind.BORN: (*TAUGHT, CareState.BORN),
    Kind.ENDING: (*TAUGHT, CareState.BORN, CareState.AGED_OUT, CareState.MOVED),
    Kind.QUESTION: (*TAUGHT, CareState.BORN, CareState.AGED_OUT, CareState.MISCARRIED, CareState.STILLBORN),
}
"""The states of a child, a pregnancy or a wedding in which a message of this kind is still true; others: TAUGHT."""
FOR_THE_LIVING = frozenset({Kind.ALERT, Kind.CLIMB, Kind.REFERRAL})
"""Sent also after an end that leaves somebody in danger: a mother after a miscarriage, a child that moved."""
ALWAYS = frozenset({Kind.LOSS, Kind.REPLY, Kind.HELP, Kind.RECOVER, Kind.MOVED, Kind.DATA})


def cancel_fallen(session: Session, now: datetime, *subjects: Subject) -> None:
    """Skip planned messages about these subjects that are not true any more. Set their new state before."""
    session.flush()
    planned = session.scalars(select(Outgoing).where(outbox.about(*subjects), Outgoing.state == PLANNED)).all()
    reasons = fallen(session, planned)
    for row in planned:
        if reason := reasons.get(row.id):
            outbox.settle(row, outbox.SKIPPED, reason, now)
    session.flush()


def fallen(session: Session, rows: Collection[Outgoing]) -> Mapping[int, str]:
    """By row id, the reason for each of these messages that is not true any more; the others are left out.

    A message about several is stopped by the loss of any of them, because it names the dead; otherwise only where it
    is true for none of them any more.
    """
    asked = {row.id: Kind(row.kind) for row in rows if row.kind not in ALWAYS}
    if not asked:
        return {}
    about = outbox.subjects(session, asked)
    states = _states(session, {one for listed in about.values() for one in listed})
    mourned = {**states, **_lost_since(session, states)}
    found: dict[int, str] = {}
    for id, listed in about.items():
        known = states if asked[id] in FOR_THE_LIVING else mourned
        named = [known.get(one, NOT_THERE) for one in listed if one.kind is not SubjectKind.REFERRAL]
        over = [state for state in named if not _holds(asked[id], state)]
        lost = any(state in LOSSES for state in over)
        if over and (lost or len(over) == len(named)):
            found[id] = MOURNING if lost else WHY.get(over[0], over[0])
    return found


def unwanted(session: Session, rows: Iterable[Outgoing], today: date) -> Mapping[int, str]:
    """By row id, the reason for each of these messages to a carer who has stopped, may not read, or pauses."""
    homes = {row.id: (row.person_id, row.family_id) for row in rows if row.family_id is not None and row.lane > REPLY}
    if not homes:
        return {}
    carers = session.execute(
        select(Carer.person_id, Carer.family_id, Carer.stopped_at, Carer.paused_until, carer_reads()).where(
            Carer.person_id.in_({person for person, _ in homes.values()})
        )
    )
    why: dict[tuple[int | None, int | None], str] = {
        (person, family): STOPPED
        if stopped
        else WITHDRAWN
        if not reads
        else PAUSED
        if paused and paused > today
        else ""
        for person, family, stopped, paused, reads in carers
    }
    return {id: reason for id, home in homes.items() if (reason := why.get(home, STOPPED))}


def _holds(kind: Kind, state: str) -> bool:
    if kind in FOR_THE_LIVING:
        return state not in (CareState.DIED, CareState.MOTHER_DIED, NOT_THERE)
    return state in HOLDS.get(kind, TAUGHT)


def _states(session: Session, subjects: Collection[Subject]) -> Mapping[Subject, str]:
    found: dict[Subject, str] = {}
    for table in (Child, Pregnancy, Wedding):
        kind = KINDS[table]
        if ids := {one.id for one in subjects if one.kind is kind}:
            rows = session.execute(select(table.id, table.state).where(table.id.in_(ids)))
            found |= {Subject(kind, id): state for id, state in rows}
    return found


def _lost_since(session: Session, states: Mapping[Subject, str]) -> Mapping[Subject, str]:
    """Pregnancies that ended in the birth of a child that died, and weddings of couples that lost a child since."""
    born = [one.id for one, state in states.items() if one.kind is SubjectKind.PREGNANCY and state == CareState.BORN]
    wed = [one.id for one, state in states.items() if one.kind is SubjectKind.WEDDING and state == CareState.EXPECTING]
    found: dict[Subject, str] = {}
    if born:
        lost = select(Child.pregnancy_id, Child.state).where(Child.pregnancy_id.in_(born), Child.state.in_(LOSSES))
        found |= {Subject(SubjectKind.PREGNANCY, id): state for id, state in session.execute(lost) if id}
    for table in (Child, Pregnancy) if wed else ():
        lost = select(Wedding.id, table.state).join(table, table.family_id == Wedding.family_id)
        rows = session.execute(lost.where(Wedding.id.in_(wed), table.state.in_(LOSSES)))
        found |= {Subject(SubjectKind.WEDDING, id): state for id, state in rows}
    return found
