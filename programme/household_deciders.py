"""Who decides whether somebody belongs to a registered family, and which carers may have a code made for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.children import Carer, Family, caregivers, health_workers
from db.households import EntryState, HouseholdEntry
from db.people import Person
from db.roles import Title

ANSWER_WITHIN = timedelta(days=7)
MOTHER = "ibu"


def mother(session: Session, family: Family) -> Carer | None:
    """The family's mother, who lives and has joined; also where she has stopped her messages or cannot be reached.

    Nobody decides in her place then: whoever took her phone away must not win by it.
    """
    if family.mother_died_on is not None:
        return None
    found = (one for one in caregivers(session, family.id) if one.relation == MOTHER and one.joined_on is not None)
    return next(found, None)


def deciders(session: Session, family: Family, besides: int | None = None) -> Sequence[Person]:
    """Who confirms that somebody belongs to the family: its mother alone, else the nearest health workers.

    ``besides``: who joins, and does not decide about themselves.
    """
    if (own := mother(session, family)) is not None:
        return (own.person,)
    near = [one for one in health_workers(session, family) if one.id != besides]
    cadres = [one for one in near if any(held.title == Title.CADRE for held in one.roles)]
    return cadres or near


def may_decide(session: Session, entry: HouseholdEntry, person: Person) -> bool:
    """Whether this person decides about the entry, which waits: nobody decides about themselves."""
    found = deciders(session, entry.family, entry.person_id) if entry.state == EntryState.WAITING else ()
    return any(one.id == person.id for one in found)


def may_invite(session: Session, family: Family, person: Person) -> bool:
    """Whether this carer may have a code made: the mother, or where there is none, whoever reads along."""
    if (own := mother(session, family)) is not None:
        return own.person_id == person.id
    here = (one for one in caregivers(session, family.id) if one.person_id == person.id)
    return any(one.joined_on is not None and one.closed_at is None for one in here)


def is_over(entry: HouseholdEntry, now: datetime) -> bool:
    """Whether nobody has decided in time."""
    return entry.asked_at is None or now >= entry.asked_at + ANSWER_WITHIN
