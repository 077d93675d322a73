"""Find the people whose name, NIP, own code or number was written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from db import people
from db.people import Person, PersonKind, PersonRole
from db.roles import Role
from flow.reading.phones import e164
from flow.words import normal

MANY = 8
SHORTEST = 3  # letters of a name


def asn(session: Session, said: str, today: date) -> Sequence[Person]:
    """The ASN whom these words mean."""
    stays = or_(PersonRole.ends.is_(None), PersonRole.ends >= today)
    holds = select(PersonRole.person_id).where(PersonRole.role == Role.ASN, stays)
    return meant(session, said, select(Person).where(Person.id.in_(holds), Person.kind == PersonKind.PERSON))


def meant(session: Session, said: str, among: Select[Person]) -> Sequence[Person]:
    """Who has this NIP, own code or number; otherwise all whose name has these words, by name."""
    exactly = or_(people.has_key(said), Person.phone == (e164(said) or "-"))
    if found := session.scalars(among.where(exactly)).all():
        return found
    words = normal(said)
    if len(words) < SHORTEST:
        return []
    named = session.scalars(among.order_by(Person.name, Person.id))
    return [one for one in named if words in normal(one.name)]
