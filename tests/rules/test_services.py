"""What a visitor should ask Bu Sari about today."""

from datetime import date, timedelta

import pytest

from rules.services import DEFAULT, Schedule, Service, antenatal_due, services_due
from rules.stages import months_after

BORN = date(2025, 1, 10)


def labels(today: date, born: date = BORN) -> list[str]:
    return [service.label for service in services_due(born, today)]


def ids(services: list[Service]) -> list[str]:
    return [service.id for service in services]


def immunisations(months: int, days: int = 0) -> list[str]:
    services = services_due(BORN, months_after(BORN, months) + timedelta(days=days))
    return [service.label for service in services if service.kind == "imunisasi"]


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


def test_the_national_schedule_has_neither_je_nor_hexavalent():
    assert [months for months, _ in DEFAULT.rows] == [0, 1, 2, 3, 4, 9, 12, 18]
    assert not [vaccines for _, vaccines in DEFAULT.rows if "JE" in vaccines or "heksa" in vaccines.lower()]


def test_a_district_may_have_a_schedule_of_its_own():
    own = Schedule("kota-2027", "SK Dinas Kesehatan", ((2, "heksavalen 1"),))
    due = services_due(BORN, date(2025, 3, 10), own)
    assert (due[0].id, due[0].detail, due[0].source) == ("imunisasi-kota-2027-2", "heksavalen 1", "SK Dinas Kesehatan")


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


@pytest.mark.parametrize("months", range(60))
def test_no_label_names_a_dose_and_each_fits_a_button(months: int):
    for service in services_due(BORN, months_after(BORN, months)):
        assert len(service.label) <= 24, service.label
        assert not {"mg", "IU", "mcg"} & set(service.label.split())
        assert service.source


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
