"""The first weeks of Rafa: whenever his birth is told, what can still help his mother and him comes in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial

import pytest

from content.city import City
from content.lessons import Lesson
from db.subjects import Subject, SubjectKind
from scheduler.lessons import planning
from scheduler.lessons.history import History
from scheduler.lessons.recipient import Anchor, Recipient
from tests import people
from tests.people import WITA, at, lesson, library

BORN = date(2026, 3, 4)
RAFA = Subject(SubjectKind.CHILD, 31)
KENDARI = people.city()
MOTHERS_DANGER, BABYS_DANGER = "bayi-hari-07", "bayi-hari-06"
INJECTIONS, SLEEP, LATCH, CORD, ENOUGH = (
    "bayi-hari-01", "bayi-hari-02-tidur", "bayi-hari-03", "bayi-hari-05", "bayi-hari-04",
)  # fmt: skip
SEASONS = ("musim-hujan", "menjelang-ramadan")
NEEDED = (MOTHERS_DANGER, BABYS_DANGER, INJECTIONS, SLEEP, LATCH, CORD, ENOUGH)


def birth(told: int, own: str = "ibu") -> Anchor:
    """Rafa's birth, told on this day of his life."""
    known = BORN + timedelta(days=told)
    return Anchor(
        own, "lahir", "31", BORN, known, known, subject="anak", dated=BORN, child="Rafa", mother="Bu Sari",
        origin=RAFA, about=(RAFA,), family_id=7,
    )  # fmt: skip


def live(told: int, until: int, *, town: City = KENDARI, weekday: int | None = None) -> Mapping[str, list[int]]:
    """Bu Sari's lessons from the day on which the birth was told: by id, the days of Rafa's life they came on."""
    history, came = History(), dict[str, list[int]]()
    sari = Recipient(5, "Bu Sari", ("telegram", "t-5"), [birth(told)], history, weekday)
    for age in range(told, until + 1):
        for planned in planning.plan(sari, at(BORN + timedelta(days=age), "06:05"), town):
            history.rows[planned.anchor.counted].add(planned.lesson.id)
            if not planned.skipped:
                history.lately.append((planned.lesson.id, planned.due_at))
                came.setdefault(planned.lesson.id, []).append(age)
    return came


# --- told late -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "by"),
    [
        # by which day of his life: the mother's danger signs, his, injections, safe sleep, latching, cord, enough milk
        (0, (0, 1, 0, 3, 4, 5, 6)),
        (1, (1, 2, 1, 3, 4, 5, 6)),
        (2, (2, 3, 2, 3, 4, 5, 6)),
        (3, (3, 4, 3, 4, 5, 6, 9)),
        (5, (5, 6, 5, 7, 8, 9, 9)),
        (7, (7, 8, 7, 8, 9, 10, 11)),
        (9, (9, 10, None, 10, 11, 12, 13)),
    ],
)
def test_whenever_the_birth_is_told_what_can_still_help_comes_in_time(told: int, by: tuple[int | None, ...]):
    came = live(told, 30)
    for needed, day in zip(NEEDED, by, strict=True):
        if day is None:
            assert needed not in came, "after a week HB-0 is no longer caught up"
        else:
            assert came[needed][0] <= day, needed


@pytest.mark.parametrize("told", [0, 1, 2, 5, 9])
def test_each_comes_once_while_it_applies_and_a_day_brings_one_beside_the_danger_signs(told: int):
    came, known = live(told, 60), KENDARI.library.by_id
    assert all(len(days) == 1 and days[0] <= known[id].until for id, days in came.items())
    for urgent in (True, False):
        days = [days[0] for id, days in came.items() if known[id].must_not_miss is urgent]
        assert len(days) == len(set(days))


# --- the rhythm ------------------------------------------------------------------------------------------------------


def plain(count: int, day: int = 0) -> tuple[Lesson, ...]:
    return tuple(lesson(f"l{n:02}", day, 400 + n) for n in range(count))


def days_of(came: Mapping[str, list[int]]) -> list[int]:
    return sorted(day for days in came.values() for day in days)


def test_one_a_day_in_the_first_week_three_a_week_to_day_28_then_two():
    days = days_of(live(0, 60, town=people.city(library=library(*plain(60)))))
    assert [day for day in days if day <= 6] == list(range(7))
    for begin in range(7, 55):
        week = [day for day in days if begin <= day < begin + 7]
        assert len(week) <= (3 if begin + 6 <= 28 or begin <= 28 else 2)
    assert [len([day for day in days if 7 * n <= day < 7 * n + 7]) for n in range(1, 4)] == [3, 3, 3]
    assert [len([day for day in days if 35 + 7 * n <= day < 42 + 7 * n]) for n in range(3)] == [2, 2, 2]


def test_a_chosen_weekday_waits_until_the_first_week_is_over():
    days = days_of(live(0, 40, town=people.city(library=library(*plain(60))), weekday=0))
    assert [day for day in days if day <= 6] == list(range(7))
    assert {(BORN + timedelta(days=day)).weekday() for day in days if day > 6} == {0, 3}


def test_a_brothers_lessons_do_not_use_the_newborns_room():
    brother = Anchor(
        "ibu", "lahir", "30", BORN - timedelta(days=700), date.min, date.min, subject="anak",
        dated=BORN - timedelta(days=700), child="Kakak", origin=Subject(SubjectKind.CHILD, 30), family_id=7,
    )  # fmt: skip
    old = [lesson(f"kakak-{n}", 700 + n, 730) for n in range(9)]
    town = people.city(library=library(*plain(9), *old))
    history = History()
    history.lately.extend([("l00", at(BORN, "09:00")), ("l01", at(BORN + timedelta(days=1), "09:00"))])
    history.rows[RAFA, None] |= {f"l{n:02}" for n in range(9)}
    sari = Recipient(5, "Bu Sari", ("telegram", "t-5"), [birth(0), brother], history)
    given = planning.plan(sari, at(BORN + timedelta(days=3), "06:05"), town)
    assert [one.lesson.id for one in given if not one.skipped] == []


def test_the_danger_signs_of_a_first_day_come_in_the_morning_and_the_other_lesson_in_the_afternoon():
    sari = Recipient(5, "Bu Sari", ("telegram", "t-5"), [birth(0)], hour=8)
    first, second = planning.plan(sari, at(BORN, "06:05"), KENDARI)
    assert (first.lesson.id, first.due_at.astimezone(WITA).hour) == (MOTHERS_DANGER, 9)
    assert (second.lesson.id, second.due_at.astimezone(WITA).hour in (15, 16)) == (INJECTIONS, True)
    first, second = planning.plan(sari, at(BORN, "17:05"), KENDARI)
    assert second.due_at - first.due_at >= timedelta(hours=1)
    assert [one.lesson.id for one in planning.plan(sari, at(BORN, "18:35"), KENDARI)] == [MOTHERS_DANGER]


def test_after_the_first_weeks_a_day_of_danger_signs_brings_nothing_else():
    town = people.city(library=library(lesson("bahaya", 60, 90, must_not_miss=True), lesson("biasa", 60, 90)))
    assert live(30, 61, town=town) == {"bahaya": [60], "biasa": [61]}


# --- a household -----------------------------------------------------------------------------------------------------


def told(
    own: str, age: int, *, at_home: frozenset[tuple[int | None, str]] = frozenset(), town: City = KENDARI
) -> list[str]:
    """What somebody of the household is given at a look, where others were given that today."""
    reader = Recipient(6, "Pak Amir", ("telegram", "t-6"), [birth(0, own)], told_at_home=at_home)
    return [one.lesson.id for one in planning.plan(reader, at(BORN + timedelta(days=age), "06:05"), town)]


@pytest.mark.parametrize("family", [7, 8])
def test_the_father_does_not_get_todays_lesson_of_the_mother_but_the_next_one(family: int):
    town = people.city(library=library(lesson("a", 30, 60), lesson("b", 30, 61)))
    [given] = told("ayah", 30, at_home=frozenset({(family, "a")}), town=town)
    assert given == ("b" if family == 7 else "a")


def test_danger_signs_come_to_the_whole_household_on_the_same_day():
    assert MOTHERS_DANGER in told("ayah", 0, at_home=frozenset({(7, MOTHERS_DANGER)}))


def test_of_one_look_each_of_a_household_gets_another_lesson_and_the_mother_goes_first():
    town = people.city(library=library(lesson("a", 30, 60), lesson("b", 30, 61)))
    home = [
        Recipient(number, who, ("telegram", f"t-{number}"), [birth(0, own)])
        for number, who, own in ((5, "Bu Sari", "ibu"), (6, "Pak Amir", "ayah"), (7, "Bu Hasna", "keluarga"))
    ]
    morning = at(BORN + timedelta(days=30), "06:05")
    [write] = planning.writes(home, morning, town)
    assert isinstance(write, partial)
    assert [(one["person_id"], one["lesson"]) for one in write.keywords["rows"]] == [(5, "a"), (6, "b")]


# --- what holds for a season --------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", [one.id for one in KENDARI.library.lessons if one.condition.startswith(SEASONS)])
def test_who_joins_while_a_season_lasts_gets_its_lesson_too(id: str):
    assert KENDARI.library.by_id[id].is_caught_up
