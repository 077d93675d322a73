"""A birth or a pregnancy told in chat: the children it brings, what ends with it, and the way back for a while."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from db.children import Assignment, Child, Family, Pregnancy, caregivers, foster_parents, health_workers
from db.drafts import Draft
from db.endings import Ending, subject_of
from db.measurements import Measurement
from db.outbox import PLANNED, SKIPPED, Outgoing
from db.referrals import Referral
from db.visits import Visit

RUNNING = ("aktif", "menolak")  # who does not want visits is pregnant all the same
BORN, EXPECTING = "lahir", "hamil"
TOLD = "sudah lahir"  # why a message about the pregnancy was skipped
FORM = "birth"
ASKING = ("report:", "birth:pregnancy:")  # how buttons begin that are about one child or pregnancy


@dataclass(frozen=True)
class Baby:
    """What is known on the first day. ``name`` may be empty, ``grams`` unknown."""

    sex: str
    name: str
    grams: int | None


def record(
    session: Session, pregnancy: Pregnancy, born: date, babies: Sequence[Baby], weeks: int | None, now: datetime
) -> list[Child]:
    """Write the children down; the pregnancy is over. ``weeks`` are the completed ones at birth.

    A family that did not want visits does not get them for the baby either.
    """
    children: list[Child] = []
    for baby in babies:
        child = Child(
            code=_next_code(session, pregnancy),
            family=pregnancy.family,
            name=baby.name,
            sex=baby.sex,
            born=born,
            birth_weight_g=baby.grams,
            gestation_weeks=weeks,
            pregnancy_id=pregnancy.id,
            listed="tidak stunting",
            state=pregnancy.state,
            created_at=now,
        )
        session.add(child)
        session.flush()
        children.append(child)
    pregnancy.state = BORN
    session.flush()
    return children


def of_pregnancy(session: Session, pregnancy: Pregnancy) -> Sequence[Child]:
    """The children whose birth was told."""
    return session.scalars(select(Child).where(Child.pregnancy_id == pregnancy.id).order_by(Child.id)).all()


def hush(session: Session, pregnancy: Pregnancy, lessons: Collection[str], today: date, now: datetime) -> set[int]:
    """What was planned about the pregnancy is not sent; sheets begun about it are put away. Referrals stay open.

    ``lessons`` are those that are counted from the HPL. Returns the people whose sheet was put away.
    """
    for row in _about(session, pregnancy, lessons, today, PLANNED):
        row.state, row.reason, row.settled_at = SKIPPED, TOLD, now
    begun = select(Draft).where(Draft.subject == subject_of(pregnancy), Draft.form != FORM)
    closed = session.scalars(begun).all()
    for draft in closed:
        session.delete(draft)
    session.flush()
    return {draft.person_id for draft in closed}


def take_back(
    session: Session, pregnancy: Pregnancy, children: Sequence[Child], lessons: Collection[str], now: datetime
) -> bool:
    """The birth was a mistake: the children go, the pregnancy runs on. False where something rests on them already."""
    ids = [child.id for child in children]
    for table in (Visit, Measurement, Referral, Assignment, Ending):
        if session.scalar(select(table.id).where(table.child_id.in_(ids)).limit(1)):
            return False
    for row in _about(session, pregnancy, lessons, now.date(), SKIPPED):
        if row.reason == TOLD and (row.expires_at is None or row.expires_at > now):
            row.state, row.reason, row.settled_at = PLANNED, "", None
    carers = [carer.person_id for carer in caregivers(session, pregnancy.family_id)]
    # Deleted, not skipped: SQLite may give the next child the number of this one, and it is to get its lessons.
    unsent = delete(Outgoing).where(
        Outgoing.kind == "lesson",
        Outgoing.person_id.in_(carers),
        Outgoing.state.in_((PLANNED, SKIPPED)),
        or_(*(Outgoing.key.endswith(f":{id}") | Outgoing.key.contains(f":c{id}@") for id in ids)),
        Outgoing.created_at >= children[0].created_at,
    )
    session.execute(unsent)
    session.execute(delete(Draft).where(Draft.subject.in_([subject_of(child) for child in children])))
    pregnancy.state = children[0].state
    for child in children:
        session.delete(child)
    session.flush()
    return True


def replan(session: Session, pregnancy: Pregnancy, lessons: Collection[str], today: date) -> None:
    """Another HPL: of its lessons the next look places anew what has not been sent, also what had been passed over."""
    for state in (PLANNED, SKIPPED):
        for row in _about(session, pregnancy, lessons, today, state):
            if row.kind == "lesson" and row.key.endswith(f":{pregnancy.id}"):
                session.delete(row)
    session.flush()


def end_weddings(session: Session, family: Family, lessons: Collection[str], now: datetime) -> None:
    """A couple expects a child: its own lessons are over. ``lessons`` are those that are counted from the wedding."""
    ended = {str(wedding.id): wedding for wedding in family.weddings if wedding.state == "aktif"}
    for wedding in ended.values():
        wedding.state = EXPECTING
    people = [carer.person_id for carer in caregivers(session, family.id)]
    planned = select(Outgoing).where(
        Outgoing.person_id.in_(people), Outgoing.kind == "lesson", Outgoing.state == PLANNED
    )
    for row in session.scalars(planned).all():
        _, _, lesson, about = row.key.split(":")
        if lesson in lessons and about in ended:
            row.state, row.reason, row.settled_at = SKIPPED, "sudah hamil", now
    session.flush()


def _next_code(session: Session, pregnancy: Pregnancy) -> str:
    """The family's code with the next free number."""
    stem = f"{pregnancy.family.code[:36]}-"
    taken = set(session.scalars(select(Child.code).where(Child.code.startswith(stem, autoescape=True))))
    return next(f"{stem}{number}" for number in range(1, len(taken) + 2) if f"{stem}{number}" not in taken)


def _about(
    session: Session, pregnancy: Pregnancy, lessons: Collection[str], today: date, state: str
) -> Iterator[Outgoing]:
    """The lessons, reminders and questions about this pregnancy alone, to anybody, that are in this state."""
    family = pregnancy.family
    people = {carer.person_id for carer in caregivers(session, family.id)}
    people |= {one.id for one in (*foster_parents(session, pregnancy, today), *health_workers(session, family))}
    rows = select(Outgoing).where(
        Outgoing.person_id.in_(people), Outgoing.kind.in_(("lesson", "reminder", FORM)), Outgoing.state == state
    )
    for row in session.scalars(rows).all():
        kind, _, *about = row.key.split(":")
        if kind == "lesson" and len(about) == 2:
            lesson, start = about
            mine = (start == str(pregnancy.id) and lesson in lessons) or start.startswith(f"p{pregnancy.id}@")
        else:
            mine = str(pregnancy.id) == about[1 if kind == "reminder" else 0] and "child" not in about
        if mine and is_about_one(row):
            yield row


def is_about_one(row: Outgoing) -> bool:
    """One question to an ASN or a health worker may name several mothers: it is not over when one of them is."""
    return sum(token.startswith(ASKING) for token, *_ in row.message.get("options", ())) <= 1
