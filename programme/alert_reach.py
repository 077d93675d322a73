"""Whom an alert would not reach, who is told instead, and what became of the alerts of a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy import func as sql
from sqlalchemy.orm import Session

from content.city import City
from db.children import Child, Family, Pregnancy
from db.duty import AlertTest
from db.people import FOR_URGENT, Address, Person, PersonRole
from db.places import District, Village
from db.referrals import NOTIFIED, NOW, TODAY, Referral, ReferralStep
from db.roles import Role, ScopeKind, Title
from db.states import TAUGHT
from programme.names import salute
from programme.referral_messages import TITLES

ANSWERS_WITHIN = timedelta(days=1)  # a test alert that was not answered after so long has not arrived


@dataclass(frozen=True)
class Silent:
    """A health worker who did not answer the test alert: how they are called, and their title in words."""

    person_id: int
    called: str
    title: str


@dataclass(frozen=True)
class Uncovered:
    """A kelurahan some of whose families no linked health worker answers for, how many, and who is told instead."""

    place: str
    families: int
    instead: str


@dataclass(frozen=True)
class Reach:
    """``tested`` health workers were sent a test alert this month; ``silent`` are those who did not tap.

    ``without_posyandu`` are codes of families.
    """

    tested: int
    silent: tuple[Silent, ...]
    without_posyandu: tuple[str, ...]
    uncovered: tuple[Uncovered, ...]


@dataclass(frozen=True)
class Alerts:
    """The alerts of a day: referrals that could not wait, people told, and minutes until each was taken on.

    ``waiting`` were not taken on by anybody, and are still open or were closed without.
    """

    opened: int
    told: int
    minutes: tuple[int, ...]
    waiting: int

    @property
    def words(self) -> str:
        """ "3 kabar bahaya ke 7 orang, 2 ditangani (tengahnya 6 menit, terlama 9 menit), 1 belum ditangani"."""
        if not self.opened:
            return ""
        said = [f"{self.opened} kabar bahaya ke {self.told} orang"]
        if self.minutes:
            middle = round(median(self.minutes))
            said.append(f"{len(self.minutes)} ditangani (tengahnya {middle} menit, terlama {max(self.minutes)} menit)")
        if self.waiting:
            said.append(f"{self.waiting} belum ditangani")
        return ", ".join(said)


def reach(session: Session, city: City, now: datetime) -> Reach:
    """What is missing so that an alert reaches somebody, in the whole city. Two queries, whatever its size."""
    staff = _staff(session, f"{city.today(now):%Y-%m}")
    tested = {one.person_id: one for one in staff if one.role == Role.HEALTH and one.sent_at}
    families = _families(session)
    return Reach(
        len(tested),
        tuple(
            Silent(one.person_id, salute(one.name, nip=one.nip, sex=one.sex), TITLES.get(one.title, "petugas"))
            for one in tested.values()
            if one.answered_at is None and one.sent_at + ANSWERS_WITHIN <= now
        ),
        tuple(family.code for family in families if family.posyandu_id is None),
        tuple(_uncovered(staff, families, city)),
    )


def alerts(session: Session, since: datetime, now: datetime) -> Alerts:
    """What became of the referrals that could not wait and were opened, or became urgent, since then. One query."""
    begun = sql.coalesce(Referral.urgent_since, Referral.opened_at)
    told = and_(ReferralStep.referral_id == Referral.id, ReferralStep.step.in_(NOTIFIED), ReferralStep.detail == "")
    query = (
        select(Referral.id, Referral.urgent_since, Referral.opened_at, Referral.accepted_at, ReferralStep.person_id)
        .outerjoin(ReferralStep, told)
        .where(Referral.urgency.in_((NOW, TODAY)), begun >= since, begun <= now)
    )
    rows = session.execute(query.order_by(Referral.id)).all()
    found = {row.id: row for row in rows}.values()
    taken_on = [(row.accepted_at - (row.urgent_since or row.opened_at)) for row in found if row.accepted_at]
    return Alerts(
        len(found),
        len({row.person_id for row in rows if row.person_id is not None}),
        tuple(max(round(passed.total_seconds() / 60), 0) for passed in taken_on),
        len(found) - len(taken_on),
    )


def _coordinators(staff: Sequence[Any]) -> Mapping[tuple[ScopeKind, int], Sequence[str]]:
    """By place, the coordinators who can be written to, as they are called in messages."""
    found: dict[tuple[ScopeKind, int], list[str]] = {}
    for one in staff:
        if one.role == Role.COORDINATOR and one.linked:
            called = f"{salute(one.name, nip=one.nip, sex=one.sex)}, {TITLES[Title.NONE]}"
            found.setdefault((one.scope, one.scope_id), []).append(called)
    return found


def _uncovered(staff: Sequence[Any], families: Sequence[Any], city: City) -> Iterator[Uncovered]:
    """The kelurahan with families of whom nobody would be told first, and who is told instead.

    That is the nearest coordinators, else the programme's line, else nobody.
    """
    served = {(one.scope, one.scope_id) for one in staff if one.linked and _is_told_first(one)}
    coordinating, line = _coordinators(staff), city.programme.emergency.duty
    without = Counter(
        (family.village, family.village_id, family.district_id)
        for family in families
        if served.isdisjoint(
            {
                (ScopeKind.POSYANDU, family.posyandu_id),
                (ScopeKind.HEALTH_CENTRE, family.health_centre_id),
                (ScopeKind.VILLAGE, family.village_id),
            }
        )
    )
    for (place, village, district), count in sorted(without.items()):
        nearest = (ScopeKind.VILLAGE, village), (ScopeKind.DISTRICT, district), (ScopeKind.CITY, 0)
        names = next((coordinating[one] for one in nearest if one in coordinating), ())
        yield Uncovered(place, count, ", ".join(names) or (str(line) if line.number else "tidak ada siapa pun"))


def _is_told_first(one: Any) -> bool:
    """Whether this is a role whose holder is told of danger first; the head of a puskesmas is told later."""
    return one.role == Role.HEALTH and one.title != Title.HEAD


def _staff(session: Session, month: str) -> Sequence[Any]:
    """Every role of health workers and coordinators, whether the person can be written to, and their test alert."""
    linked = (
        select(Address.id).where(Address.person_id == Person.id, Address.state.in_(FOR_URGENT)).exists().label("linked")
    )
    query = (
        select(
            PersonRole.person_id, PersonRole.role, PersonRole.title, PersonRole.scope, PersonRole.scope_id,
            Person.name, Person.nip, Person.sex, linked, AlertTest.sent_at, AlertTest.answered_at,
        )
        .join(Person, Person.id == PersonRole.person_id)
        .outerjoin(AlertTest, and_(AlertTest.person_id == Person.id, AlertTest.month == month))
        .where(PersonRole.role.in_((Role.HEALTH, Role.COORDINATOR)))
    )  # fmt: skip
    return session.execute(query.order_by(Person.id, PersonRole.id)).all()


def _families(session: Session) -> Sequence[Any]:
    place = (Village.name + " (" + District.name + ")").label("village")
    query = (
        select(Family.code, Family.posyandu_id, Family.health_centre_id, Family.village_id, Village.district_id, place)
        .join(Village, Village.id == Family.village_id)
        .join(District, District.id == Village.district_id)
        .where(Family.forgotten_at.is_(None), _is_followed())
    )
    return session.execute(query.order_by(Family.code)).all()


def _is_followed() -> ColumnElement[bool]:
    """The condition that a child or a pregnancy of the family is followed today."""
    return or_(
        Family.id.in_(select(Child.family_id).where(Child.state.in_(TAUGHT))),
        Family.id.in_(select(Pregnancy.family_id).where(Pregnancy.state.in_(TAUGHT))),
    )
