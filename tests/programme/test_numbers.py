"""The numbers that stand with danger signs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest
from sqlalchemy.orm import Session

from db.children import Child
from programme import numbers
from rules.signs import Sign, Urgency, table
from tests import people

CITY = people.city()
HOURS = "Senin-Kamis 08.00-14.00; Minggu 24 jam"
BY_URGENCY = {urgency: next(sign for sign in table().values() if sign.urgency is urgency) for urgency in Urgency}
SUNDAY = people.TODAY.replace(day=8)


def rafa(session: Session, phone: str | None = "0401-3121234", hours: str | None = HOURS) -> Child:
    """Rafa, whose family belongs to Puskesmas Labibia."""
    home = people.family(session)
    home.health_centre = people.health_centre(session, "Labibia", phone=phone, hours=hours)
    child = people.child(session, home)
    session.flush()
    return child


def said(child: Child, *signs: Sign, clock: str = "09:00") -> str:
    return numbers.health_centre(CITY, people.at(people.TODAY, clock), child, signs)


@pytest.mark.parametrize("urgency", [Urgency.TODAY, Urgency.SOON])
def test_what_can_wait_until_the_puskesmas_opens_its_door_comes_with_its_number(session: Session, urgency: Urgency):
    named = "Puskesmas Labibia: *0401-3121234* (jam buka hari ini 08.00-14.00, kecuali libur)."
    child = rafa(session)
    assert said(child, BY_URGENCY[urgency]) == named
    everything = numbers.to_call(CITY, people.NOW, child, [BY_URGENCY[urgency]])
    assert everything == f"{CITY.programme.emergency.to_call} {named}"


def test_what_cannot_wait_and_what_nobody_knows_yet_never_do(session: Session):
    child = rafa(session)
    assert said(child, BY_URGENCY[Urgency.NOW], BY_URGENCY[Urgency.TODAY]) == ""
    assert said(child) == ""
    assert numbers.to_call(CITY, people.NOW, child, [BY_URGENCY[Urgency.NOW]]) == CITY.programme.emergency.to_call


@pytest.mark.parametrize("clock", ["07:59", "14:00", "23:00"])
def test_a_closed_puskesmas_is_not_named(session: Session, clock: str):
    assert said(rafa(session), BY_URGENCY[Urgency.TODAY], clock=clock) == ""


def test_the_hours_are_those_of_the_citys_clock(session: Session):
    midnight_in_greenwich = people.at(people.TODAY, "08:00").astimezone(UTC)
    assert numbers.health_centre(CITY, midnight_in_greenwich, rafa(session), [BY_URGENCY[Urgency.TODAY]])


def test_a_puskesmas_that_is_open_round_the_clock_says_so(session: Session):
    line = numbers.health_centre(CITY, people.at(SUNDAY, "03:00"), rafa(session), [BY_URGENCY[Urgency.TODAY]])
    assert line == "Puskesmas Labibia: *0401-3121234* (buka 24 jam)."


@pytest.mark.parametrize(("phone", "hours"), [(None, HOURS), ("0401-3121234", None)])
def test_without_a_number_or_hours_it_is_not_named(session: Session, phone: str | None, hours: str | None):
    assert said(rafa(session, phone, hours), BY_URGENCY[Urgency.TODAY]) == ""


def test_for_what_is_not_urgent_the_puskesmas_is_named_else_the_city_and_never_nobody(session: Session):
    assert numbers.to_ask(CITY, rafa(session).family) == "Puskesmas Labibia *0401-3121234*"
    assert numbers.to_ask(CITY) == "Dinas Kesehatan *0401-3105678*"
    emergency = CITY.programme.emergency
    office = replace(emergency.health_office, number="")
    silent = replace(CITY, programme=replace(CITY.programme, emergency=replace(emergency, health_office=office)))
    assert numbers.to_ask(silent) == "Dinas Kesehatan (kalau gawat: *112* atau *119*)"
