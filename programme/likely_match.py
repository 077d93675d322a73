"""Who a writer may be whose address is linked to nobody: a family of the register with the same phone number."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import people
from db.children import Family, cared_for
from db.cries import Cry
from db.states import GONE
from flow.message import plain
from flow.reading.phones import e164
from programme.names import salute


def of_cry(session: Session, cry: Cry) -> Sequence[str]:
    """The families whose number is that of an unknown writer: "A-31, Mandonga, ibu: Bu Sari"; none for one we know.

    For the eyes of those who are told of the cry. The writer is shown nothing: a number in the register is no proof.
    """
    phone = e164(cry.phone) if cry.person_id is None and cry.family_id is None else None
    return [_described(home) for home in _families(session, phone)] if phone else []


def _families(session: Session, phone: str) -> Sequence[Family]:
    """The families of the carers with this number, and those whose own number it is."""
    ids = {carer.family_id for person in people.by_phone(session, phone) for carer in cared_for(session, person.id)}
    query = select(Family).where(Family.id.in_(ids) | (Family.phone == phone), Family.forgotten_at.is_(None))
    return session.scalars(query.order_by(Family.id)).all()


def _described(home: Family) -> str:
    codes = [child.code for child in home.children if child.state not in GONE]
    named = [*codes, home.village.full_name, f"ibu: {salute(plain(home.mother_name), relation='ibu')}"]
    return ", ".join(named)
