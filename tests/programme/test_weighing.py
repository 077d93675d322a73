"""N, T, O, B of a child, and the recap of a posyandu's month."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Child, Family
from db.measurements import OFFICIAL, REPORTED
from programme.growth import words
from programme.weighing import Recap, codes, kbm, recap, signs_since
from rules.tables import curve
from rules.weighing import Code, Weighing
from tests import people
from tests.crowd import statements

RULES = people.city().programme.growth
BORN = date(2025, 9, 5)
MARCH = date(2026, 3, 1)
N, T, O, B = Code.N, Code.T, Code.O, Code.B  # noqa: E741 - the form's own letters


def kg(day: date, z: float, born: date = BORN) -> float:
    point = curve("weight_for_age", "L").at((day - born).days)
    assert point is not None
    return round(point.value(z), 2)


def on_line(*days: date, z: float = -1.0) -> list[Weighing]:
    return [Weighing(day, kg(day, z)) for day in days]


def letters(*weighings: Weighing) -> list[Code | None]:
    return codes("L", BORN, weighings, kbm(RULES))


def weighed(session: Session, child: Child, *days: tuple[date, float | None], **more: Any):
    return [people.measured(session, child, day, weight, None, **more) for day, weight in days][-1]


def month(session: Session, when: date = MARCH, kind: str = OFFICIAL) -> Recap:
    return recap(session, select(Family.id), when, kind, RULES)


# --- the letters of one child ---------------------------------------------------------------------------------------


def test_who_follows_the_line_is_b_and_then_n():
    assert letters(*on_line(date(2026, 1, 10), date(2026, 2, 10), date(2026, 3, 10))) == [B, N, N]


def test_a_second_weighing_within_two_weeks_is_not_judged_and_the_next_month_is():
    days = (date(2026, 1, 10), date(2026, 1, 20), date(2026, 2, 10))
    assert letters(*on_line(*days)) == [B, None, N]


def test_a_child_weighed_every_week_gets_a_letter_every_other_week():
    assert letters(*on_line(*(date(2026, 1, 7) + timedelta(days=7 * week) for week in range(5)))) == [
        B,
        None,
        N,
        None,
        N,
    ]


def test_two_weighings_of_one_week_are_never_t_twice():
    january, february = on_line(date(2026, 1, 10), date(2026, 2, 10))
    later = [Weighing(date(2026, 3, day), february.kg - 0.3) for day in (10, 13)]
    assert letters(january, february, *later) == [B, N, T, None]


def test_a_missed_month_is_o():
    assert letters(*on_line(date(2026, 1, 10), date(2026, 3, 10))) == [B, O]


# --- the recap of a month -------------------------------------------------------------------------------------------


def test_every_weighed_child_has_one_letter(session: Session) -> None:
    home = people.family(session)
    january, february, march = date(2026, 1, 10), date(2026, 2, 10), date(2026, 3, 10)
    rafa, siti, budi, citra, dedi = (
        people.child(session, home, name, BORN) for name in ("Rafa", "Siti", "Budi", "Citra", "Dedi")
    )
    weighed(session, rafa, (february, kg(february, -1)), (march, kg(march, -1)))
    weighed(session, siti, (january, 6.4), (february, 6.3), (march, 6.2))
    weighed(session, budi, (january, kg(january, -1)), (march, kg(march, -1)))
    weighed(session, citra, (march, kg(march, -3.4)))
    weighed(session, dedi, (february, 7.0))
    assert month(session) == Recap(s=5, d=4, n=1, t=1, o=1, b=1, two_t=1, bgm=1)
    assert month(session, february) == Recap(s=5, d=3, n=0, t=1, o=0, b=2, two_t=0, bgm=0)


def test_what_a_month_cannot_tell_still_adds_up(session: Session) -> None:
    home = people.family(session)
    new, known, newborn = (
        people.child(session, home, name, born)
        for name, born in (("Baru", BORN), ("Lama", BORN), ("Bayi", date(2026, 2, 20)))
    )
    weighed(session, new, (date(2026, 2, 25), 7.0), (date(2026, 3, 5), 7.1))
    weighed(session, known, (date(2026, 1, 20), 6.8), (date(2026, 2, 25), 7.0), (date(2026, 3, 5), 7.1))
    weighed(session, newborn, (date(2026, 2, 20), 3.0), (date(2026, 3, 12), 3.4))
    assert month(session) == Recap(s=3, d=3, n=0, t=0, o=1, b=2, two_t=0, bgm=0)


def test_a_recap_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match=r"D = 3 is not N \+ T"):
        Recap(s=4, d=3, n=1, t=1, o=0, b=0, two_t=0, bgm=0)


def test_official_and_reported_weighings_are_never_mixed(session: Session) -> None:
    rafa = people.child(session, people.family(session), born=BORN)
    weighed(session, rafa, (date(2026, 2, 10), 7.5))
    weighed(session, rafa, (date(2026, 3, 10), 7.0), kind=REPORTED)
    assert month(session).d == 0
    assert month(session, kind=REPORTED) == Recap(s=1, d=1, n=0, t=0, o=0, b=1, two_t=0, bgm=0)


def test_who_left_turned_five_or_was_taken_back_is_not_counted(session: Session) -> None:
    home = people.family(session)
    gone = people.child(session, home, "Pindah", BORN, state="pindah")
    old = people.child(session, home, "Besar", date(2021, 3, 1))
    undone = people.child(session, home, "Batal", BORN)
    dateless = people.child(session, home, "Tanpa")
    for child in (gone, old, dateless):
        weighed(session, child, (date(2026, 3, 10), 7.0))
    weighed(session, undone, (date(2026, 3, 10), 7.0), withdrawn_at=people.NOW)
    assert month(session) == Recap(s=1, d=0, n=0, t=0, o=0, b=0, two_t=0, bgm=0)


def test_only_the_families_asked_about_are_counted(session: Session) -> None:
    here, there = people.family(session), people.family(session, "Wati")
    for home in (here, there):
        weighed(session, people.child(session, home, born=BORN), (date(2026, 3, 10), 7.0))
    assert recap(session, [here.id], MARCH, OFFICIAL, RULES).d == 1


def test_a_recap_asks_twice_whatever_the_number_of_children(session: Session) -> None:
    home = people.family(session)
    for _ in range(5):
        weighed(session, people.child(session, home, born=BORN), (date(2026, 2, 10), 7.0), (date(2026, 3, 10), 7.3))
    with statements(session) as asked:
        assert month(session).d == 5
    assert len(asked) == 2


# --- what a weighing says together with the earlier ones ------------------------------------------------------------


def signs(session: Session, child: Child, *days: tuple[date, float | None]) -> list[str]:
    return [sign.id for sign in signs_since(session, child, weighed(session, child, *days), RULES)]


def test_a_loss_of_weight_is_a_sign(session: Session) -> None:
    rafa = people.child(session, people.family(session), born=BORN)
    assert signs(session, rafa, (date(2026, 2, 10), 7.4), (date(2026, 3, 10), 7.2)) == ["gizi-berat-turun"]


def test_twice_without_gain_is_a_sign_once(session: Session) -> None:
    rafa = people.child(session, people.family(session), born=BORN)
    days = [(date(2026, month, 10), 7.4) for month in (1, 2, 3)]
    assert signs(session, rafa, *days) == ["gizi-2t"]
    assert signs(session, rafa, (date(2026, 3, 12), 7.4)) == []


def test_a_fall_of_one_z_is_a_sign_though_the_weight_rose(session: Session) -> None:
    rafa = people.child(session, people.family(session), born=BORN)
    january, march = date(2026, 1, 10), date(2026, 3, 10)
    assert signs(session, rafa, (january, kg(january, 0)), (march, kg(march, -1.1))) == ["gizi-turun-garis"]


def test_nothing_is_said_of_the_newborn_of_a_few_days_or_of_no_weight(session: Session) -> None:
    home = people.family(session)
    newborn = people.child(session, home, born=date(2026, 2, 20))
    assert signs(session, newborn, (date(2026, 2, 20), 3.2), (date(2026, 3, 10), 2.9)) == []
    rafa = people.child(session, home, born=BORN)
    assert signs(session, rafa, (date(2026, 3, 1), 7.4), (date(2026, 3, 10), 7.0)) == []
    assert signs(session, rafa, (date(2026, 3, 20), None)) == []


# --- corrected age --------------------------------------------------------------------------------------------------


def test_a_child_born_early_is_scored_by_its_corrected_age_and_told_so(session: Session) -> None:
    early = people.child(session, people.family(session), born=BORN, gestation_weeks=30)
    row = weighed(session, early, (date(2026, 3, 10), kg(date(2026, 3, 10), -1, BORN + timedelta(days=70))))
    assert words("L", BORN, row, early.gestation_weeks) == ["berat badan sesuai umur koreksi"]
    assert words("L", BORN, row) == ["berat badan kurang menurut umur, perlu dipastikan puskesmas"]
    assert month(session).bgm == 0


def test_from_24_months_on_the_age_is_no_longer_corrected(session: Session) -> None:
    early = people.child(session, people.family(session), born=date(2024, 3, 9), gestation_weeks=30)
    row = weighed(session, early, (date(2026, 3, 10), 11.5))
    assert words("L", early.born, row, early.gestation_weeks) == ["berat badan sesuai umur"]
