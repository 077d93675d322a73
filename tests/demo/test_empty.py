"""A city that has yet to begin: two coordinators, and whoever they enter can be played at once."""

from __future__ import annotations

from pathlib import Path

from db.people import Person, PersonRole
from db.roles import Role
from demo import launch
from demo.clock import Clock
from demo.phones import Phones
from demo.town import Town
from tests.demo.conftest import MORNING


async def test_an_empty_city_has_two_coordinators_and_who_is_entered_has_a_phone_at_once(tmp_path: Path) -> None:
    prepared = launch.prepare(tmp_path, MORNING, empty=True)
    clock = Clock(MORNING)
    town = Town(prepared.sessions, prepared.city, clock, Phones(clock), prepared.cast)
    assert [card.name for card in town.directory.first] == ["Rustam Landoma", "Hasnia Rauf"]
    assert (await town.look_up()).find("anwar") == []
    with prepared.sessions.begin() as session:
        session.add(Person(name="Anwar Hamid", created_at=MORNING, roles=[PersonRole(role=Role.ASN)]))
        session.add(Person(name="Tanpa Peran", created_at=MORNING))
    [anwar] = (await town.look_up()).find("anwar")
    assert (anwar.role, anwar.channel, anwar.other) == ("ASN", "telegram", 0)
    assert town.directory.find("tanpa") == []
    prepared.engine.dispose()
