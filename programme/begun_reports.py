"""Reports that a foster parent has begun and not sent when their assignment ends: found, given on, put away."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db.children import Child, Pregnancy
from db.drafts import Draft
from db.fostering import Assignment, foster_parents, visitors
from db.people import Address
from db.subjects import subject
from programme import unsent


def of(session: Session, city: City, asn_id: int, about: Collection[Child | Pregnancy], now: datetime) -> list[Draft]:
    """The drafts about these children and mothers of who visits for this foster parent and fosters them no more.

    Danger signs that are ticked in them and were not told yet are told now: they do not wait for the report.
    """
    today = city.today(now)
    people = {asn_id, *(one.id for one in visitors(session, asn_id, today))}
    found: list[Draft] = []
    for whom in about:
        still = {one.id for one in foster_parents(session, whom, today)}
        for person_id in sorted(people - still):
            query = select(Draft).where(
                Draft.person_id == person_id, Draft.form.in_(unsent.FORMS), Draft.subject == str(subject(whom))
            )
            found += session.scalars(query.order_by(Draft.id))
    for draft in found:
        for question, signs in unsent.marked(draft).items():
            unsent.tell(session, city, now, draft, question, signs)
    return found


def give(session: Session, begun: Sequence[Draft], new: Assignment) -> list[Draft]:
    """Give the drafts to the first who visits under the new assignment, and return those that were given.

    A report about the same child that they have begun themselves stays theirs.
    """
    heirs = visitors(session, new.asn_id, new.starts)
    if not heirs:
        return []
    heir, moved = heirs[0], list[Draft]()
    for draft in begun:
        own = select(Draft.id).where(
            Draft.person_id == heir.id, Draft.form == draft.form, Draft.subject == draft.subject
        )
        if session.scalar(own) is None:
            put_away(session, [draft])
            draft.person_id = heir.id
            moved.append(draft)
    session.flush()
    return moved


def put_away(session: Session, begun: Sequence[Draft]) -> None:
    """Close these drafts at every address: what is written there next is no answer to them."""
    ids = [draft.id for draft in begun]
    for address in session.scalars(select(Address).where(Address.draft_id.in_(ids))):
        address.draft_id = None
