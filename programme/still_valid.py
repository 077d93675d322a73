"""Whether a planned message is still true: between planning and sending a child may have died or moved away.

Recording an end cancels what is planned (``cancel_fallen``). The check before sending asks again, because both may
happen at the same moment, and so does a tap on an announcement that is opened much later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import fostering, letters, outbox, told_endings
from db.children import Carer, Child, Family, Pregnancy, Wedding
from db.consent import carer_reads
from db.outbox import PLANNED, REPLY, Kind, Outgoing
from db.people import Person
from db.referrals import Referral
from db.states import LOSSES, MOURNING, TAUGHT, CareState
from db.subjects import KINDS, Subject, SubjectKind, subject
from db.visits import Visit
from programme import after_loss, ladder_pauses, pairs, policy, visitors

PAUSED, STOPPED = "jeda", "berhenti"  # reasons of messages that were cancelled by a family's pause or stop
WITHDRAWN, NOT_A_READER = "tidak ada persetujuan", "tidak ikut membaca"
TOLD = "sudah lahir"
NOT_THERE = "datanya tidak ada lagi"
NOT_THEIRS = "bukan bagiannya lagi"
RESTS = "sedang cuti"
WHY: Mapping[str, str] = {**dict.fromkeys(LOSSES, MOURNING), CareState.BORN: TOLD, CareState.EXPECTING: "sudah hamil"}
REPORTED, IN_HOSPITAL = "sudah dilaporkan", "sedang di rumah sakit"
OVERTAKEN = (
    *dict.fromkeys(WHY.values()), CareState.MOVED, CareState.AGED_OUT, CareState.CANCELLED, NOT_THERE, NOT_THEIRS,
    RESTS, REPORTED, IN_HOSPITAL,
)  # fmt: skip
"""Reasons of unsent messages that are no fault: what they were about has changed."""

HOLDS: Mapping[Kind, Collection[str]] = {
    Kind.REMINDER: (CareState.ACTIVE,),
    Kind.NUDGE: (CareState.ACTIVE,),
    Kind.PROMISE: (CareState.ACTIVE,),
    Kind.LADDER: (CareState.ACTIVE,),
    **dict.fromkeys((Kind.INTRODUCTION, Kind.NUMBER, Kind.APPOINTMENT), (CareState.ACTIVE,)),
    Kind.BORN: (*TAUGHT, CareState.BORN),
    Kind.ENDING: (*TAUGHT, CareState.BORN, CareState.AGED_OUT, CareState.MOVED),
    **dict.fromkeys(
        (Kind.QUESTION, Kind.ANSWER, Kind.LETTER),
        (*TAUGHT, CareState.BORN, CareState.AGED_OUT, CareState.MISCARRIED, CareState.STILLBORN),
    ),
}
"""The states of a child, a pregnancy or a wedding in which a message of this kind is still true; others: TAUGHT."""
RECEIVES: Mapping[Kind, str] = {
    Kind.REMINDER: "visit.report",
    Kind.NUDGE: "visit.report",
    Kind.PROMISE: "visit.report",
    Kind.LADDER: "team.view",
    Kind.REMEASURE: "child.measure",
    **dict.fromkeys((Kind.INTRODUCTION, Kind.NUMBER, Kind.APPOINTMENT), "pair.view"),
    Kind.DIGEST: "digest.view",
    Kind.LAPSE: "digest.view",
    Kind.STUCK: "referral.list",
    Kind.LETTER: "letter.answer",
}
"""The act of ``policy.RULES`` that whoever gets a message of this kind must still be allowed."""
OF_VISITS = frozenset({Kind.REMINDER, Kind.NUDGE, Kind.PROMISE})
"""About visits that are due: not sent to who is on leave."""
OF_DUE_VISITS = (Kind.REMINDER, Kind.LADDER, Kind.PROMISE)
"""Kinds that name visits which have not been reported: the next look writes anew what is still true of them."""
ASKED_FOR_ONCE = (Kind.NUDGE,)
"""The same, which no look writes anew: they hold as long as any of the visits is due."""
FOR_THE_LIVING = frozenset({Kind.ALERT, Kind.CLIMB, Kind.REFERRAL, Kind.STUCK})
"""Sent also after an end that leaves somebody in danger: a mother after a miscarriage, a child that moved."""
ALWAYS = frozenset(
    {
        Kind.LOSS,
        Kind.TOLD,
        Kind.REPLY,
        Kind.HELP,
        Kind.RECOVER,
        Kind.MOVED,
        Kind.CODE,
        Kind.DATA,
        Kind.WORKBOOK,
        Kind.BROADCAST,
    }
)


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
    is true for none of them any more. A lesson for a mother after a loss holds while that loss is the one she has.
    """
    found = _after_another_loss(session, [row for row in rows if row.kind == Kind.AFTER_LOSS])
    asked = {row.id: Kind(row.kind) for row in rows if row.kind not in (*ALWAYS, Kind.AFTER_LOSS)}
    if not asked:
        return found
    about = outbox.subjects(session, asked)
    states = _states(session, {one for listed in about.values() for one in listed})
    mourned = {**states, **_lost_since(session, states), **_told(session, states)}
    for id, listed in about.items():
        known = states if asked[id] in FOR_THE_LIVING else mourned
        named = [known.get(one, NOT_THERE) for one in listed if one.kind is not SubjectKind.REFERRAL]
        over = [state for state in named if not _holds(asked[id], state)]
        lost = any(state in LOSSES for state in over)
        if over and (lost or len(over) == len(named)):
            found[id] = MOURNING if lost else WHY.get(over[0], over[0])
    return found


def overtaken(session: Session, rows: Collection[Outgoing]) -> Mapping[int, str]:
    """By row id, the reason for each message of due visits of which one was reported since it was written, or whose
    child or mother is in hospital; of one that is not written anew where that is so of all of them.
    """
    asked = {row.id: row for row in rows if row.kind in (*OF_DUE_VISITS, *ASKED_FOR_ONCE)}
    if not asked:
        return {}
    about = outbox.subjects(session, asked)
    named = {one for listed in about.values() for one in listed}
    reported, ill = _last_reported(session, named), ladder_pauses.in_hospital(session, named)
    found: dict[int, str] = {}
    for id, listed in about.items():
        done = {one for one in listed if one in reported and reported[one] >= asked[id].created_at}
        over = done | ill.intersection(listed)
        if over and (asked[id].kind not in ASKED_FOR_ONCE or over.issuperset(listed)):
            found[id] = REPORTED if done else IN_HOSPITAL
    return found


def _last_reported(session: Session, about: Collection[Subject]) -> Mapping[Subject, datetime]:
    """By subject, when the newest report about it that stands was sent; without any it is left out."""
    columns = {
        SubjectKind.CHILD: Visit.child_id, SubjectKind.PREGNANCY: Visit.pregnancy_id,
        SubjectKind.WEDDING: Visit.wedding_id,
    }  # fmt: skip
    found: dict[Subject, datetime] = {}
    for kind, column in columns.items():
        if ids := {one.id for one in about if one.kind is kind}:
            query = select(column, func.max(Visit.submitted_at)).where(column.in_(ids), Visit.undone_at.is_(None))
            found |= {Subject(kind, id): at for id, at in session.execute(query.group_by(column)) if id}
    return found


def unwanted(session: Session, rows: Iterable[Outgoing], today: date) -> Mapping[int, str]:
    """By row id, the reason for each of these messages to a carer who has stopped, may not read, or pauses.

    A pause does not hold back a lesson for a mother after a loss: it says which signs of hers cannot wait.
    """
    asked = {row.id: row for row in rows if row.family_id is not None and row.lane > REPLY}
    homes = {id: (row.person_id, row.family_id) for id, row in asked.items()}
    if not homes:
        return {}
    carers = session.execute(
        select(Carer.person_id, Carer.family_id, Carer.stopped_at, Carer.paused_until, carer_reads()).where(
            Carer.person_id.in_({person for person, _ in homes.values()})
        )
    )
    why: dict[tuple[int | None, int | None], str] = {
        (person, family): _unwanted(stopped is not None, reads, paused is not None and paused > today)
        for person, family, stopped, paused, reads in carers
    }
    reasons = {id: why.get(home, STOPPED) for id, home in homes.items()}
    return {
        id: reason
        for id, reason in reasons.items()
        if reason and not (reason == PAUSED and asked[id].kind == Kind.AFTER_LOSS)
    }


def _unwanted(stopped: bool, reads: bool, paused: bool) -> str:
    if stopped:
        return STOPPED
    if not reads:
        return WITHDRAWN
    return PAUSED if paused else ""


def not_theirs(session: Session, rows: Iterable[Outgoing], now: datetime) -> Mapping[int, str]:
    """By row id, the reason for each message to who has lost the role or the family it is about since it was planned.

    So for what reminds somebody who is on leave now. A message about several is stopped where any of them is not theirs
    any more, because it names them all. ``now`` is in the city's time zone.
    """
    asked = {row.id: row for row in rows if row.kind in RECEIVES and row.person_id is not None}
    if not asked:
        return {}
    about = outbox.subjects(session, asked)
    reminded = {id: row.person_id or 0 for id, row in asked.items() if row.kind in OF_VISITS}
    rest = visitors.resting(session, set(reminded.values()), now.date())
    found = {id: RESTS for id, person_id in reminded.items() if person_id in rest}
    lost = (id for id, row in asked.items() if not _is_theirs(session, row, about.get(id, ()), now))
    return found | dict.fromkeys(lost, NOT_THEIRS)


def _is_theirs(session: Session, row: Outgoing, about: Iterable[Subject], now: datetime) -> bool:
    asking, act = policy.Asking(session, session.get(Person, row.person_id), now), RECEIVES[Kind(row.kind)]
    rows = [policy.row(session, one.kind, one.id) for one in about]
    if row.kind == Kind.INTRODUCTION and row.key not in _introductions(session, row.person_id or 0, rows, now.date()):
        return False
    if row.kind == Kind.LETTER:  # it leaves as long as it may be answered
        letter = letters.carried_by(session, row.resend_of or row.id)
        return letter is not None and policy.may(asking, act, letter)
    if row.kind == Kind.STUCK:
        return policy.may(asking, act) and all(_has_referral(asking, one) for one in rows if isinstance(one, Referral))
    return policy.may(asking, act) and all(one is not None and policy.may(asking, act, one) for one in rows)


def _has_referral(asking: policy.Asking, referral: Referral) -> bool:
    """Whether it is this person's to handle or to see to."""
    taken_on = referral.accepted_by == asking.somebody.id
    return taken_on or any(policy.may(asking, act, referral) for act in ("referral.handle", "referral.see"))


def _introductions(session: Session, to: int, about: Iterable[Any], today: date) -> set[str]:
    """The keys of the introductions to this person of whoever visits these children and mothers today.

    The family itself may read of whoever visits it: a name that is gone is wrong for the family too.
    """
    return {
        pairs.introduction_key(held.id, visitor.id, to)
        for whom in about
        if isinstance(whom, Child | Pregnancy | Family)
        for held in fostering.assignments_of(session, whom, today)
        for visitor in fostering.visitors(session, held.asn_id, today)
    }


def _after_another_loss(session: Session, rows: Collection[Outgoing]) -> dict[int, str]:
    """By row id, the reason for each lesson after a loss that is not the one a mother's texts are counted from now."""
    if not rows:
        return {}
    losses = after_loss.losses(session, {row.family_id for row in rows if row.family_id})
    about = outbox.subjects(session, [row.id for row in rows])
    holds = {family: loss.about for family, loss in losses.items()}
    return {row.id: MOURNING for row in rows if holds.get(row.family_id or 0) not in about.get(row.id, ())}


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


def _told(session: Session, states: Mapping[Subject, str]) -> Mapping[Subject, str]:
    """Those of whom an end was told that nobody has confirmed yet: nothing unasked is sent about them until then.

    After the news that a mother has died that is every child and pregnancy of hers.
    """
    children = {one.id for one in states if one.kind is SubjectKind.CHILD}
    pregnancies = {one.id for one in states if one.kind is SubjectKind.PREGNANCY}
    if not children | pregnancies:
        return {}
    found: dict[Subject, str] = {}
    for told in told_endings.told_of(session, children, pregnancies):
        if told.kind != CareState.MOTHER_DIED:
            found[subject(told.about)] = told.kind
            continue
        for one in (*told.about.family.children, *told.about.family.pregnancies):
            found[subject(one)] = told.kind
    return {one: kind for one, kind in found.items() if one in states and states[one] in TAUGHT}


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
