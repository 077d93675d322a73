"""Roles, assignments and leave whose last day is over: carried out every morning before anybody is reminded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from content.city import City
from db.people import Person, PersonRole
from db.roles import Role
from programme import assignments, departures
from programme.roles import Actor, RoleError
from scheduler.looks import Write


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """End what is over, one role, assignment or person in a write."""
    local = city.local(now)
    today = local.date()
    for id in assignments.past(session, today):
        yield partial(_end_assignment, id=id, now=local, city=city)
    for id in departures.past_roles(session, today):
        yield partial(_end_role, id=id, now=local, city=city)
    for id in departures.without_role(session, today):
        yield partial(_let_go, id=id, now=local, city=city)


def _end_assignment(session: Session, id: int, now: datetime, city: City) -> None:
    assignments.end_past(session, city, id, now)


def _end_role(session: Session, id: int, now: datetime, city: City) -> None:
    held = session.get(PersonRole, id)
    if held is None or held.ends is None or held.ends >= city.today(now):
        return
    try:
        departures.end_role(session, city, held, Actor("", None), now)
    except RoleError:
        held.ends = None  # the last administrator stays: without one nobody could name another


def _let_go(session: Session, id: int, now: datetime, city: City) -> None:
    person = session.get_one(Person, id)
    if not any(person.has(role) for role in (Role.HEALTH, Role.COORDINATOR)):
        departures.give_referrals_back(session, city, person, now)
    if not person.has(Role.ASN):
        departures.end_fostering(session, city, person, now, None)
