"""Pak Anwar learns how to accompany a family, a card at a time; the cadre learns what a number asks of her."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.outbox import PLANNED, SENT, Outgoing
from db.states import CareState
from flow.message import Message
from programme import endings
from scheduler.lessons import staff_cards
from scheduler.looks import finish
from tests import people
from tests.people import NOW, TODAY, at, lesson, library

MORNING = at(TODAY, "07:35")


def days(count: int) -> timedelta:
    return timedelta(days=count)


def duty(name: str, day: int, until: int = 400, **more: Any):
    known: dict[str, Any] = {"stage": "kartu-asn", "anchor": "tugas", "audience": ("asn",), "question": None}
    return lesson(name, day, until, body="{{ sapaan }}, satu hal.", **(known | more))


def card(name: str, condition: str, *audience: str):
    known: dict[str, Any] = {"stage": "kartu-kondisional", "anchor": "kejadian", "question": None}
    return lesson(name, 0, 14, condition=condition, audience=audience, body="{{ sapaan }}, satu hal.", **known)


def town(*lessons: Any):
    return people.city(library=library(*lessons))


def household(session: Session):
    home = people.family(session)
    home.posyandu_id = people.posyandu(session).id
    return home, people.child(session, home, born=TODAY - days(420))


def cadre(session: Session, name: str = "Wati"):
    return people.health(session, name, "kader", scope="posyandu", scope_id=people.posyandu(session).id)


def planned(session: Session) -> list[str]:
    rows = session.scalars(select(Outgoing).where(Outgoing.state == PLANNED).order_by(Outgoing.id)).all()
    for row in rows:
        row.state = SENT
    return [":".join(row.key.split(":")[1:3]) for row in rows]


def test_an_asn_gets_his_cards_from_the_first_assignment_on_two_a_week(session: Session):
    _, child = household(session)
    anwar = people.asn(session)
    people.fosters(session, anwar, child, starts=TODAY)
    lessons = town(duty("peran", 0), duty("pertama", 1), duty("lihat", 4), duty("jangan", 8))
    came: dict[str, int] = {}
    for n in range(12):
        finish(staff_cards.tick, session, MORNING + days(n), lessons)
        came |= dict.fromkeys(planned(session), n)
    assert came == {f"{anwar.id}:{name}": day for name, day in
                    {"peran": 0, "pertama": 1, "lihat": 7, "jangan": 8}.items()}  # fmt: skip


def test_the_card_speaks_to_him_and_names_no_child(session: Session):
    _, child = household(session)
    people.fosters(session, people.asn(session), child, starts=TODAY)
    finish(staff_cards.tick, session, MORNING, town(duty("peran", 0)))
    [row] = session.scalars(select(Outgoing)).all()
    assert Message.from_json(row.message).text == "📘 *Tentang peran*\n\nPak Anwar, satu hal."


def test_who_joined_after_the_assignment_begins_with_the_first_card(session: Session):
    _, child = household(session)
    anwar = people.asn(session, reachable=False)
    people.fosters(session, anwar, child, starts=TODAY - days(300))
    people.address(session, anwar).linked_at = NOW
    session.flush()
    finish(staff_cards.tick, session, MORNING, town(duty("peran", 0, 30)))
    assert planned(session) == [f"{anwar.id}:peran"]


def test_weight_lost_brings_the_cadre_of_the_posyandu_her_card_and_nobody_elses(session: Session):
    home, child = household(session)
    wati = cadre(session)
    elsewhere = people.posyandu(session, "Mawar 2")
    people.health(session, "Tuti", "kader", scope="posyandu", scope_id=elsewhere.id)
    for ago, kilo in ((31, 9.9), (1, 9.5)):
        people.measured(session, child, TODAY - days(ago), kilo, None)
    finish(staff_cards.tick, session, MORNING, town(card("turun", "berat-turun", "petugas")))
    assert planned(session) == [f"{wati.id}:turun"]
    assert home.id


def test_the_same_card_does_not_come_with_every_child(session: Session):
    wati = cadre(session)
    came: list[str] = []
    for n in range(3):
        _, child = household(session)
        today = TODAY + days(20 * n)
        for ago, kilo in ((31, 9.9), (1, 9.5)):
            people.measured(session, child, today - days(ago), kilo, None, recorded_at=at(today - days(ago)))
        finish(staff_cards.tick, session, MORNING + days(20 * n), town(card("turun", "berat-turun", "petugas")))
        came += planned(session)
    assert came == [f"{wati.id}:turun"]


def test_an_overdue_visit_brings_the_card_about_beginning_again(session: Session):
    _, child = household(session)
    anwar = people.asn(session)
    people.fosters(session, anwar, child, starts=TODAY - days(300))
    people.visit(session, anwar, child, TODAY - days(61), next_on=TODAY - days(31))
    finish(staff_cards.tick, session, MORNING, town(card("lagi", "kunjungan-terlewat", "asn")))
    assert planned(session) == [f"{anwar.id}:lagi"]


def test_a_move_is_a_card_for_the_coordinator_and_a_death_is_none_for_anybody(session: Session):
    ratna = people.coordinator(session)
    _, moved = household(session)
    _, died = household(session)
    endings.end(session, died, CareState.DIED, TODAY, NOW)
    lessons = town(card("akhir", "berakhir", "koordinator"))
    finish(staff_cards.tick, session, MORNING, lessons)
    assert planned(session) == []
    endings.end(session, moved, CareState.MOVED, TODAY, NOW)
    finish(staff_cards.tick, session, MORNING, lessons)
    assert planned(session) == [f"{ratna.id}:akhir"]
