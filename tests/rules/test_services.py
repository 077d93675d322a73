"""What a visitor should ask Bu Sari about today, and what comes next for Rafa."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rules.services import (
    Kind,
    Service,
    antenatal_due,
    card,
    due_day,
    has_je,
    missed,
    next_antenatal,
    next_round,
    next_service,
    services_due,
)
from rules.services.table import NATIONAL
from rules.stages import months_after

BORN = date(2025, 1, 10)
KENDARI = "74.71"


def labels(today: date, born: date = BORN) -> list[str]:
    return [service.label for service in services_due(born, today)]


def ids(services: list[Service]) -> list[str]:
    return [service.id for service in services]


def immunisations(months: int, days: int = 0) -> list[str]:
    services = services_due(BORN, months_after(BORN, months) + timedelta(days=days))
    return [service.label for service in services if service.kind == "imunisasi"]


# --- what is asked about today ----------------------------------------------------------------


def test_on_the_day_of_birth_there_is_one_immunisation():
    assert labels(BORN) == ["Imunisasi saat lahir", "Ditimbang bulan ini"]


@pytest.mark.parametrize(
    ("months", "days", "asked"),
    [
        (2, -1, ["Imunisasi saat lahir", "Imunisasi 1 bulan"]),
        (2, 0, ["Imunisasi saat lahir", "Imunisasi 1 bulan", "Imunisasi 2 bulan"]),
        (2, 1, ["Imunisasi 1 bulan", "Imunisasi 2 bulan"]),
        (6, 1, ["Imunisasi 4 bulan"]),
        (9, 0, ["Imunisasi 9 bulan"]),
        (40, 0, ["Imunisasi 18 bulan"]),
    ],
)
def test_the_newest_immunisation_and_those_of_two_months_are_asked_about(months: int, days: int, asked: list[str]):
    assert immunisations(months, days) == asked


@pytest.mark.parametrize(
    ("born", "today", "capsule"),
    [
        (date(2025, 8, 31), date(2026, 2, 28), ("Vitamin A Februari", "Kapsul biru.")),
        (date(2025, 9, 1), date(2026, 2, 28), None),
        (date(2025, 9, 1), date(2026, 3, 1), None),
        (date(2025, 2, 28), date(2026, 2, 27), ("Vitamin A Februari", "Kapsul biru.")),
        (date(2025, 2, 28), date(2026, 3, 30), ("Vitamin A Februari", "Kapsul merah.")),
        (date(2024, 2, 1), date(2026, 8, 1), ("Vitamin A Agustus", "Kapsul merah.")),
        (date(2024, 2, 1), date(2026, 1, 31), ("Vitamin A Agustus", "Kapsul merah.")),
    ],
)
def test_vitamin_a_is_asked_about_from_its_month_on(born: date, today: date, capsule: tuple[str, str] | None):
    found = [(service.label, service.detail) for service in services_due(born, today) if service.kind == "vitamin A"]
    assert found == ([capsule] if capsule else [])


def test_vitamin_a_of_each_round_is_a_service_of_its_own():
    assert "vitamin-a-2026-02" in ids(services_due(BORN, date(2026, 2, 1)))
    assert "vitamin-a-2025-08" in ids(services_due(BORN, date(2026, 1, 31)))


def test_worm_medicine_is_asked_about_from_the_first_birthday_on_once_a_year():
    assert "cacing-12" not in ids(services_due(BORN, date(2026, 1, 9)))
    assert "cacing-12" in ids(services_due(BORN, date(2026, 1, 10)))
    assert [one for one in ids(services_due(BORN, date(2027, 1, 20))) if one.startswith("cacing")] == ["cacing-24"]


def test_weighing_is_asked_about_every_month():
    assert "timbang-2026-05" in ids(services_due(BORN, date(2026, 5, 31)))
    assert "timbang-2026-06" in ids(services_due(BORN, date(2026, 6, 1)))


def test_from_the_fifth_birthday_on_nothing_is_asked():
    assert "Ditimbang bulan ini" in labels(date(2030, 1, 9))
    assert labels(date(2030, 1, 10)) == []


@pytest.mark.parametrize(
    ("week", "asked"),
    [
        (7, []),
        (8, ["Periksa hamil ke-1"]),
        (16, ["Periksa hamil ke-1", "Periksa hamil ke-2"]),
        (17, ["Periksa hamil ke-2"]),
        (38, ["Periksa hamil ke-4", "Periksa hamil ke-5", "Periksa hamil ke-6"]),
        (41, ["Periksa hamil ke-5", "Periksa hamil ke-6"]),
    ],
)
def test_bu_sari_is_asked_about_the_examination_of_her_week_and_her_tablets(week: int, asked: list[str]):
    assert [service.label for service in antenatal_due(week)] == [*asked, "Tablet tambah darah"]


def test_answers_of_earlier_years_are_kept_under_the_same_names():
    """What was ticked at a visit is kept under these; a renamed row would ask for everything again."""
    assert {row.id.partition("/")[0] for row in NATIONAL if row.kind != "PMT"} == {
        *(f"imunisasi-nasional-2024-{months}" for months in (0, 1, 2, 3, 4, 9, 12, 18)),
        *(f"cacing-{months}" for months in (12, 24, 36, 48)),
        *(f"anc-{number}" for number in range(1, 7)),
        *("vitamin-a", "timbang", "tablet"),
    }


def test_no_label_names_a_dose():
    for row in NATIONAL:
        assert not {"mg", "IU", "SI", "mcg"} & set(f"{row.label} {row.detail}".split())


# --- this child's card ------------------------------------------------------------------------


def test_the_card_of_rafa_has_all_his_immunisations_with_their_days():
    days = [day for day, _ in card(BORN)]
    assert days == [months_after(BORN, months) for months in (0, 1, 2, 3, 4, 9, 12, 18)]


def test_after_his_fourth_month_the_ninth_comes_next_and_after_the_eighteenth_nothing():
    found = next_service(BORN, months_after(BORN, 4))
    assert found
    assert (found[0], found[1].label) == (date(2025, 10, 10), "Imunisasi 9 bulan")
    assert next_service(BORN, months_after(BORN, 18)) is None


def test_each_service_fell_due_on_a_day():
    due = {service.id: due_day(service, BORN) for service in services_due(BORN, date(2026, 2, 20))}
    assert due == {
        "imunisasi-nasional-2024-12": date(2026, 1, 10),
        "vitamin-a-2026-02": date(2026, 2, 1),
        "cacing-12": date(2026, 1, 10),
        "timbang-2026-02": date(2026, 2, 1),
    }


def test_a_capsule_falls_due_when_the_child_has_its_age_and_a_weighing_not_before_the_birth():
    born = date(2025, 8, 20)
    [capsule] = [one for one in services_due(born, date(2026, 2, 25)) if one.kind == "vitamin A"]
    [weighing] = [one for one in services_due(born, date(2025, 8, 25)) if one.kind == "penimbangan"]
    assert (due_day(capsule, born), due_day(weighing, born)) == (date(2026, 2, 20), born)


def test_an_immunisation_is_missed_a_week_after_its_day():
    fourth = months_after(BORN, 4)
    had = {f"imunisasi-nasional-2024-{months}" for months in (2, 3)}
    assert missed(BORN, fourth + timedelta(days=6), had) == []
    assert ids(missed(BORN, fourth + timedelta(days=7), had)) == ["imunisasi-nasional-2024-4"]
    assert missed(BORN, fourth + timedelta(days=7), had | {"imunisasi-nasional-2024-4"}) == []


def test_what_belongs_to_the_day_of_birth_is_not_missed_afterwards():
    assert "imunisasi-nasional-2024-0" in ids(services_due(BORN, BORN + timedelta(days=20)))
    assert missed(BORN, BORN + timedelta(days=20), ()) == []


def test_an_immunisation_nobody_asks_about_any_more_is_not_missed():
    assert ids(missed(BORN, months_after(BORN, 40), ())) == ["imunisasi-nasional-2024-18"]
    assert missed(BORN, months_after(BORN, 60), ()) == []


def test_neither_je_nor_the_hexavalent_vaccine_is_given_until_a_city_says_so():
    assert not has_je(BORN, (), KENDARI)
    assert not [row for row in NATIONAL if "JE" in row.detail or "heksa" in row.detail.lower()]


def test_the_next_capsule_of_vitamin_a_comes_in_february_or_august_from_six_months_to_five_years():
    def told(born: date, today: date) -> tuple[date, str] | None:
        found = next_round(Kind.VITAMIN_A, born, today)
        return (found[0], found[1].detail) if found else None

    today = date(2026, 3, 4)
    assert told(date(2025, 10, 25), today) == (date(2026, 8, 1), "Kapsul biru.")
    assert told(date(2026, 2, 20), today) == (date(2026, 8, 1), "Kapsul biru.")  # six months old before its end
    assert told(date(2026, 3, 2), today) == (date(2027, 2, 1), "Kapsul biru.")
    assert told(date(2024, 1, 10), today) == (date(2026, 8, 1), "Kapsul merah.")
    assert told(date(2021, 4, 10), today) is None


def test_the_next_antenatal_visit_begins_with_its_week():
    due = date(2026, 5, 13)
    found = next_antenatal(30, due)
    assert found is not None
    assert (found[0], found[1].id) == (due - timedelta(weeks=6), "anc-5")
    assert next_antenatal(38, due) is None
