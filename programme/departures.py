"""What follows when somebody leaves a role: their referrals, their foster children, their role itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from content.city import City
from db import audit, referrals
from db.audit import Detail, note
from db.children import Family, heads, health_workers
from db.fostering import Assignment, AssignmentState, Delegate, EndReason
from db.people import Person, PersonRole
from db.referrals import Referral, ReferralState, StepKind
from db.roles import Role
from db.subjects import subject
from programme import assignment_news, assignments, on_call, referring, roles
from programme.assignments import Change, Changed
from programme.contacts import coordinators
from programme.roles import Actor, Post

GIVEN_BACK = "diserahkan kepada petugas lain, yang menangani sudah tidak bertugas"


def end_role(session: Session, city: City, held: PersonRole, by: Actor, now: datetime) -> bool:
    """End the role now, with all that follows from it. Returns whether it was still held.

    Raises RoleError for the last administrator.
    """
    person = session.get_one(Person, held.person_id)
    if not roles.end(session, person, Post(held.role, held.title, held.scope, held.scope_id), by, now):
        return False
    session.flush()
    give_referrals_back(session, city, person, now)
    if held.role == Role.ASN:
        end_fostering(session, city, person, now, by.person_id)
    return True


def note_last_day(session: Session, person: Person, role: Role, last: date, now: datetime, by: audit.By) -> None:
    """The role ends by itself after ``last``; where it ends earlier already, nothing changes."""
    for held in person.roles:
        if held.role == role and (held.ends is None or held.ends > last):
            held.ends = last
            note(session, now, by, "role.end", subject(person), Detail(role))


def past_roles(session: Session, today: date) -> Sequence[int]:
    """The ids of the roles whose last day is over."""
    return session.scalars(select(PersonRole.id).where(PersonRole.ends < today).order_by(PersonRole.id)).all()


def without_role(session: Session, today: date) -> Sequence[int]:
    """The ids of people with referrals they have taken on, or children they foster or visit in another's name, though
    they hold no role for it."""
    holds = exists().where(PersonRole.person_id == Person.id)
    took = exists().where(Referral.accepted_by == Person.id, Referral.closed_at.is_(None))
    fosters = exists().where(Assignment.asn_id == Person.id, Assignment.state == AssignmentState.ACTIVE)
    visits = exists().where(Delegate.person_id == Person.id, or_(Delegate.ends.is_(None), Delegate.ends >= today))
    heals = holds.where(PersonRole.role.in_((Role.HEALTH, Role.COORDINATOR)))
    query = select(Person.id).where(or_(took & ~heals, (fosters | visits) & ~holds.where(PersonRole.role == Role.ASN)))
    return session.scalars(query.order_by(Person.id)).all()


def give_referrals_back(session: Session, city: City, person: Person, now: datetime) -> list[Referral]:
    """Open referrals that this person has taken on at a place they do not work at any more go to the others there.

    What nobody has examined waits for an answer, and climbs, as if it were new.
    """
    taken = select(Referral).where(Referral.accepted_by == person.id, Referral.closed_at.is_(None))
    found = [one for one in session.scalars(taken.order_by(Referral.id)).all() if not _works_for(session, person, one)]
    for referral in found:
        referral.accepted_at = referral.accepted_by = referral.acceptor = None
        if referral.state == ReferralState.ACCEPTED:
            referral.state, referral.urgent_since = ReferralState.SENT, now
        referrals.note(session, referral, StepKind.NOTE, now, None, GIVEN_BACK)
        note(session, now, None, "referral.pass", subject(referral), subject(person))
        session.flush()
        if (family := referral.family) is not None:
            reached = referring.alert(
                session, city, now, referral, on_call.told_first(session, family, now), referral.urgent
            )
            if not reached:
                referring.alert(session, city, now, referral, coordinators(session, family), referral.urgent)
    return found


def end_fostering(session: Session, city: City, person: Person, now: datetime, by: audit.By) -> list[Change]:
    """End all that this person fosters, and whatever they visit in another's name; everybody concerned is told."""
    today, done = city.today(now), list[Change]()
    held = select(Assignment.id).where(
        Assignment.asn_id == person.id, Assignment.state == AssignmentState.ACTIVE,
    )  # fmt: skip
    for id in session.scalars(held.order_by(Assignment.id)).all():
        one = session.get_one(Assignment, id)
        if one.state != AssignmentState.ACTIVE:
            continue  # a substitute of the one before
        if one.ends is not None and one.ends < today:
            assignments.end_past(session, city, id, now)
            continue
        try:
            done.append(assignments.end(session, city, id, EndReason.TRANSFERRED, now, by))
        except Changed:
            continue  # it goes to a successor on a later day, who is told already
    yesterday = today - timedelta(days=1)
    visiting = Delegate.person_id == person.id, or_(Delegate.ends.is_(None), Delegate.ends > yesterday)
    session.execute(update(Delegate).where(*visiting).values(ends=yesterday))
    assignment_news.tell(session, city, done, now, by)
    return done


def _works_for(session: Session, person: Person, referral: Referral) -> bool:
    """Whether the person still works for the family's places, or for its puskesmas, or coordinates it."""
    if (family := referral.family) is None:
        return person.has(Role.COORDINATOR)
    if family.health_centre_id is not None and family.health_centre_id in on_call.centres(session, person):
        return True
    return _is_among(person, (*_staff(session, family), *coordinators(session, family)))


def _staff(session: Session, family: Family) -> Sequence[Person]:
    return [*health_workers(session, family), *heads(session, family)]


def _is_among(person: Person, people: Iterable[Person]) -> bool:
    return any(one.id == person.id for one in people)
