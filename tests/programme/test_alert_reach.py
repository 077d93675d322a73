"""Families and places that no alert would reach are listed with who is told instead; each night alerts are counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from db import referrals
from programme import alert_reach
from programme.alert_reach import Uncovered
from programme.scopes import CITY as WHOLE_CITY
from programme.scopes import Scope
from reports.digest import details
from reports.digest.digest import of_scopes, reach_lines
from tests import people
from tests.people import NOW, TODAY

CITY = people.city()
HOUR = timedelta(hours=1)


def family(session: Session, where: str = "Mandonga", **more: object):
    home = people.family(session, where=people.village(session, where))
    people.child(session, home, born=TODAY - timedelta(days=300), **more)
    return home


def uncovered(session: Session) -> tuple[Uncovered, ...]:
    session.flush()
    return alert_reach.reach(session, CITY, NOW).uncovered


def test_a_place_without_a_health_worker_is_listed_with_who_is_told_instead(session: Session):
    home = family(session)
    people.coordinator(session)
    assert uncovered(session) == (Uncovered(home.village.full_name, 1, "Bapak/Ibu Ratna, koordinator"),)


@pytest.mark.parametrize("scope", ["posyandu", "puskesmas", "kelurahan"])
@pytest.mark.parametrize("reachable", [True, False])
def test_only_a_worker_who_can_be_written_to_counts(session: Session, scope: str, reachable: bool):
    home = family(session)
    home.posyandu_id, home.health_centre_id = people.posyandu(session).id, people.health_centre(session).id
    places = {"posyandu": home.posyandu_id, "puskesmas": home.health_centre_id, "kelurahan": home.village_id}
    people.health(session, scope=scope, scope_id=places[scope], reachable=reachable)
    assert (uncovered(session) == ()) == reachable


def test_the_head_of_the_puskesmas_alone_is_nobody_who_is_told_first(session: Session):
    home = family(session)
    home.health_centre_id = people.health_centre(session).id
    people.health(session, "Hasan", "kepala")
    assert len(uncovered(session)) == 1


def test_where_no_coordinator_can_be_reached_the_line_of_the_programme_is_named_or_nobody(session: Session):
    family(session)
    people.coordinator(session, reachable=False)
    session.flush()
    known = CITY.programme.emergency
    for number, instead in (("", "tidak ada siapa pun"), ("0811-400-002", "Petugas jaga program 0811-400-002")):
        emergency = replace(known, duty=replace(known.duty, number=number))
        city = replace(CITY, programme=replace(CITY.programme, emergency=emergency))
        assert [one.instead for one in alert_reach.reach(session, city, NOW).uncovered] == [instead]


def test_the_nearest_coordinator_is_told_instead(session: Session):
    home = family(session)
    people.coordinator(session)
    people.coordinator(session, "Joko", "kecamatan", home.village.district_id)
    assert [one.instead for one in uncovered(session)] == ["Bapak/Ibu Joko, koordinator"]


def test_a_family_without_a_posyandu_is_listed_and_one_whose_child_has_left_is_not(session: Session):
    home, gone, served = family(session), family(session, state="pindah"), family(session)
    served.posyandu_id = people.posyandu(session).id
    session.flush()
    assert gone.code not in alert_reach.reach(session, CITY, NOW).without_posyandu
    assert alert_reach.reach(session, CITY, NOW).without_posyandu == (home.code,)


# --- what became of the alerts


def opened(session: Session, ago: timedelta, taken_after: int | None = None, urgency: str = "sekarang", told: int = 1):
    child = people.child(session, people.family(session))
    one = people.referral(session, child, NOW - ago, "Kejang", urgency=urgency)
    for _ in range(told):
        referrals.note(session, one, referrals.StepKind.TOLD, NOW - ago, people.health(session).id)
    if taken_after is not None:
        one.accepted_at = one.opened_at + timedelta(minutes=taken_after)
    session.flush()
    return one


def test_the_night_counts_alerts_people_told_minutes_and_those_that_nobody_took_on(session: Session):
    for minutes in (4, 6, 30):
        opened(session, 3 * HOUR, minutes)
    opened(session, 2 * HOUR, None, "hari ini", told=2)
    opened(session, HOUR, None, "3-7 hari")
    opened(session, 30 * HOUR, None)
    found = alert_reach.alerts(session, NOW - 24 * HOUR, NOW)
    assert (found.opened, found.told, found.minutes, found.waiting) == (4, 5, (4, 6, 30), 1)
    assert found.words == (
        "4 kabar bahaya ke 5 orang, 3 ditangani (tengahnya 6 menit, terlama 30 menit), 1 belum ditangani"
    )


def test_who_could_not_be_told_is_not_counted_as_told(session: Session):
    one = opened(session, HOUR, told=0)
    nobody = people.health(session, reachable=False)
    referrals.note(session, one, referrals.StepKind.TOLD, NOW, nobody.id, "belum terhubung")
    session.flush()
    assert alert_reach.alerts(session, NOW - 24 * HOUR, NOW).told == 0


def test_what_rose_last_night_is_counted_from_when_it_rose(session: Session):
    one = opened(session, 90 * HOUR)
    one.urgent_since, one.accepted_at = NOW - HOUR, NOW - HOUR + timedelta(minutes=7)
    session.flush()
    assert alert_reach.alerts(session, NOW - 24 * HOUR, NOW).minutes == (7,)


def test_the_coordinator_of_the_city_reads_it_and_one_of_a_kelurahan_does_not(session: Session):
    home = family(session)
    opened(session, HOUR, 5)
    people.coordinator(session)
    session.flush()
    whole = of_scopes(session, [WHOLE_CITY], NOW, CITY)
    said = details.text(whole, CITY)
    assert "Sehari ini 1 kabar bahaya ke 1 orang, 1 ditangani" in said
    assert f"{home.village.full_name}: 2 keluarga tanpa petugas yang terhubung. Yang dikabari: Bapak/Ibu Ratna" in said
    part = of_scopes(session, [Scope("kelurahan", home.village_id)], NOW, CITY)  # pyright: ignore
    assert (part.alerts, part.reach) == ("", ())


def test_where_everything_is_in_place_there_is_no_line(session: Session):
    home = family(session)
    home.posyandu_id = people.posyandu(session).id
    people.health(session, scope="posyandu", scope_id=home.posyandu_id)
    session.flush()
    assert list(reach_lines(session, CITY, NOW)) == []
