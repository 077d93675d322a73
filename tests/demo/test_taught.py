"""What the families and ASN of the demo city have read before it begins, and the couple before its wedding."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Wedding, cared_for
from db.consent import LessonAnswer
from db.outbox import SENT, SKIPPED, Outgoing
from db.people import Person
from demo import city, directory
from rules.calendar import BEFORE_JOINING
from scheduler import upkeep
from scheduler.lessons.family_recipients import family_recipients
from scheduler.lessons.recipient import Recipient
from scheduler.lessons.selection import turns
from tests import people
from tests.demo.conftest import MORNING, TODAY


@pytest.fixture
def town(grown: tuple[Session, city.Cast]) -> Session:
    return grown[0]


@pytest.fixture
def cast(grown: tuple[Session, city.Cast]) -> city.Cast:
    return grown[1]


@pytest.fixture(scope="module")
def reading(grown: tuple[Session, city.Cast]) -> list[Recipient]:
    return [recipient for batch in family_recipients(grown[0], MORNING, people.city()) for recipient in batch]


def lessons_of(session: Session, person: int) -> list[tuple[date, str]]:
    query = select(Outgoing).where(Outgoing.kind == "lesson", Outgoing.person_id == person, Outgoing.state == SENT)
    at = people.city().today
    return sorted((at(row.due_at), row.lesson) for row in session.scalars(query))


def test_nothing_is_owed_from_before_the_demo(reading: list[Recipient]) -> None:
    missed = [reason for recipient in reading for _, reason in turns(recipient, TODAY, people.city().library)[1]]

    assert set(missed) == {BEFORE_JOINING}


def test_the_first_morning_brings_lessons_to_a_few_families_not_to_all(reading: list[Recipient]) -> None:
    writes = sum(bool(turns(recipient, TODAY, people.city().library)[0]) for recipient in reading)

    assert 0.05 < writes / len(reading) < 0.4


def test_before_the_demo_too_nobody_got_two_lessons_a_day_or_three_a_week(town: Session) -> None:
    library = people.city().library.by_id
    days: defaultdict[int | None, list[date]] = defaultdict(list)
    every = Counter[tuple[int | None, date]]()
    for row in town.scalars(select(Outgoing).where(Outgoing.kind == "lesson", Outgoing.state == SENT)):
        lesson, on = library[row.lesson], people.city().today(row.due_at)
        if lesson.anchor != "kejadian":
            every[row.person_id, on] += 1
            if not lesson.must_not_miss and lesson.stage != "bayi-0-28-hari":  # then more are due
                days[row.person_id].append(on)

    assert set(every.values()) == {1}
    for of_person in days.values():
        assert all(sum(day <= one < day + timedelta(days=7) for one in of_person) <= 2 for day in of_person)


def test_the_coordinators_first_evening_begins_with_no_great_gap(town: Session) -> None:
    gaps = upkeep.audit_gaps(town, MORNING, people.city())

    assert len({gap.person_id for gap in gaps}) < 20


def test_bu_sari_has_answered_and_waits_for_what_kaylas_weighing_calls_for(
    town: Session, cast: city.Cast, reading: list[Recipient]
) -> None:
    sari = next(recipient for recipient in reading if recipient.person_id == cast.mother)
    due = [turn.lesson.condition for turn in turns(sari, TODAY, people.city().library)[0] if turn.lesson.condition]
    answered = set(town.scalars(select(LessonAnswer.lesson).where(LessonAnswer.person_id == cast.mother)))

    assert due == ["dua-kali-tidak-naik"]
    assert len(answered) >= 3
    assert answered <= {lesson for _, lesson in lessons_of(town, cast.mother)}


def test_kaylas_vaccination_card_knows_what_her_foster_parent_reported(
    cast: city.Cast, reading: list[Recipient]
) -> None:
    sari = next(recipient for recipient in reading if recipient.person_id == cast.mother)
    (kayla,) = [anchor for anchor in sari.anchors if anchor.kind == "lahir"]

    assert len([one for one in kayla.received if one.startswith("imunisasi")]) >= 2


def test_a_couple_before_its_wedding_can_be_found_and_both_have_read_something(town: Session, cast: city.Cast) -> None:
    wedding = town.scalars(select(Wedding)).one()
    cards = directory.read(town, cast, TODAY)
    bride, groom = town.get_one(Person, cast.bride), town.get_one(Person, cast.groom)

    assert wedding.day - TODAY == timedelta(days=40)
    assert {card.name for card in cards.find("calon pengantin")} == {bride.name, groom.name}
    assert {card.role for card in cards.find("") if card.name in (bride.name, groom.name)} == {"Calon pengantin"}
    assert [carer.relation for person in (bride, groom) for carer in cared_for(town, person.id)] == ["ibu", "ayah"]
    hers, his = ({lesson for _, lesson in lessons_of(town, person.id)} for person in (bride, groom))
    assert "catin-90-elsimil" in hers & his
    assert "catin-49-berhenti-merokok" in his - hers


def test_pak_anwar_has_had_the_cards_of_his_first_months(town: Session, cast: city.Cast) -> None:
    cards = [lesson for _, lesson in lessons_of(town, cast.asn)]

    assert cards[:2] == ["kartu-peran", "kartu-kunjungan-pertama"]
    assert len(cards) >= 6


def test_every_lesson_that_passed_by_has_its_reason(town: Session) -> None:
    skipped = town.scalars(select(Outgoing.reason).where(Outgoing.kind == "lesson", Outgoing.state == SKIPPED)).all()

    assert skipped
    assert all(skipped)
