"""Whether new families may join: the emergency numbers have been rung, and somebody answers for the danger texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import danger_texts
from content.city import City
from db import audit, lesson_reviews
from db.audit import Operator
from db.children import Carer
from db.people import Address, Person
from db.roles import Role

ACCEPTED, TEXTS = "danger_texts.accept", "danger_texts"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who accepted that danger texts are used which no health worker has signed, and when."""

    by: str
    at: datetime


def is_open(session: Session, city: City) -> bool:
    """Whether new families may join now."""
    if city.programme.emergency.unchecked:
        return False
    return not unsigned(session, city) or accepted(session) is not None


def unsigned(session: Session, city: City) -> tuple[str, ...]:
    """The names of the danger texts that nobody has signed as they are."""
    signed = lesson_reviews.signatures(session)
    return danger_texts.unsigned(city.programme, city.library, signed, city.templates)


def keeps_out(session: Session, city: City, person: Person) -> bool:
    """Whether this person would be a new family, and has to wait until the service opens.

    Whoever joined before comes back at any time, and whoever works here is let in.
    """
    if {one.role for one in person.roles} != {Role.FAMILY} or is_open(session, city):
        return False
    here = select(Address.id).where(Address.person_id == person.id).limit(1)
    joined = select(Carer.id).where(Carer.person_id == person.id, Carer.joined_on.is_not(None)).limit(1)
    return session.scalar(here) is None and session.scalar(joined) is None


def accept(session: Session, now: datetime, by: str) -> None:
    """Keep that ``by`` (name and office) accepts the danger texts as they are."""
    audit.note(session, now, Operator(by), ACCEPTED, TEXTS)


def accepted(session: Session) -> Acceptance | None:
    """The newest acceptance."""
    found = audit.newest(session, ACCEPTED, TEXTS)
    if found is None:
        return None
    by = audit.meaning(session, [found.actor]).get(found.actor)
    return Acceptance(by.name if by else "", found.at)
