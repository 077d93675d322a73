"""Requests about data: who answers for them, by when, and what an answer does (UU 27/2022 arts. 30 to 44)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content.city import City
from db import data_requests, outbox
from db.audit import note
from db.children import Child, Family, Pregnancy
from db.data_requests import DataRequest, RequestKind
from db.outbox import Kind
from db.people import Person, holders
from db.referrals import Referral
from db.roles import Role, ScopeKind
from db.subjects import subject
from flow.message import Message, Option
from flow.reading.phones import e164

WITHIN = timedelta(days=3)  # 3x24 hours
WORDS = {
    RequestKind.CORRECT: "data diperbaiki",
    RequestKind.ERASE: "data dihapus",
    RequestKind.CONFLICT: "persetujuan ayah dan ibu berbeda",
}


def officers(session: Session, city: City) -> Sequence[Person]:
    """The city's data officers by the numbers in its settings; without any, the coordinators of the city."""
    phones = {e164(phone) for phone in city.programme.privacy.officers} - {None}
    if not phones:
        return holders(session, Role.COORDINATOR, ScopeKind.CITY, 0)
    query = select(Person).where(Person.phone.in_(phones), Person.roles.any())
    return session.scalars(query.order_by(Person.id)).all()


def ask(
    session: Session,
    city: City,
    kind: RequestKind,
    family: Family,
    person_id: int | None,
    now: datetime,
    words: str = "",
) -> DataRequest:
    """Store the request and tell the officers; one that waits already gets the new words, and keeps its clock."""
    known = data_requests.open_of(session, kind, family.id, person_id)
    if known is not None:
        known.words = "\n".join(part for part in (known.words, words) if part)
        return known
    asked = DataRequest(
        kind=kind, person_id=person_id, family_id=family.id, words=words, at=now, due_at=now + WITHIN
    )  # fmt: skip
    session.add(asked)
    session.flush()
    note(session, now, person_id, f"data.{kind}", subject(family))
    message = Message(
        f"Permintaan baru tentang data: {WORDS[kind]}, keluarga {family.code}. "
        f"Mohon dijawab sebelum {city.local(asked.due_at):%d/%m/%Y %H.%M}.",
        (Option("menu:permintaan", "Lihat permintaan"),),
    )
    for officer in officers(session, city):
        key = f"data:{asked.id}:{officer.id}"
        outbox.to_person(session, officer.id, Kind.DATA, key, message.to_json(), now)
    return asked


def in_danger(session: Session, family: Family) -> bool:
    """Whether a referral of the family, of a child or of a pregnancy of its, is open."""
    query = select(Referral.id).where(
        Referral.closed_at.is_(None),
        or_(
            Referral.family_id == family.id,
            Referral.child_id.in_(select(Child.id).where(Child.family_id == family.id)),
            Referral.pregnancy_id.in_(select(Pregnancy.id).where(Pregnancy.family_id == family.id)),
        ),
    )
    return session.scalar(query.limit(1)) is not None
