"""Find the ASN whose name, NIP or code was written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from db.people import Person, PersonKind, PersonRole
from db.roles import Role
from flow.words import normal

MANY = 8
SHORTEST = 3  # letters of a name


def asn(session: Session, said: str, today: date) -> Sequence[Person]:
    """The ASN with this NIP or code; otherwise all whose name has these words, by name."""
    stays = or_(PersonRole.ends.is_(None), PersonRole.ends >= today)
    holds = select(PersonRole.person_id).where(PersonRole.role == Role.ASN, stays)
    everybody = select(Person).where(Person.id.in_(holds), Person.kind == PersonKind.PERSON)
    written = said.strip()
    exact = or_(Person.nip == "".join(written.split()), func.lower(Person.code) == written.lower())
    if found := session.scalars(everybody.where(exact)).all():
        return found
    words = normal(said)
    if len(words) < SHORTEST:
        return []
    named = session.scalars(everybody.order_by(Person.name, Person.id))
    return [one for one in named if words in normal(one.name)]
