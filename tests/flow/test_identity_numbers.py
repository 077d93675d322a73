"""The number of an identity card is known by its sixteen digits in every company, and other numbers are left alone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.identity_numbers import holds_identity

SIXTEEN = "7471012345678901"  # of no possible date: refused in one piece all the same
SARI = "7471015203900001"  # a NIK as it is: Kendari, a woman born on 12 March 1990
PIECES = ("7471", "0152", "0390", "0001")
BESIDE = ("12/3/2026", "12 03 2026", "2026-03-12", "081234567890", "0812 3456 7890", "+62 812-3456-7890", "2", "8,4")


@pytest.mark.parametrize(
    "text",
    [
        SIXTEEN,
        f"NIK {SIXTEEN}.",
        f"no.{SIXTEEN},ya",
        "7471 0123 4567 8901",
        "７４７１０１５２０３９００００１",
        "٧٤٧١ ٠١٥٢ ٠٣٩٠ ٠٠٠١",
        "7471.0123.4567.8901",
        "7471-0123-4567-8901",
        "7 4 7 1 0 1 2 3 4 5 6 7 8 9 0 1",
        f"Rafa 2 tahun {SIXTEEN}",
        f"{SIXTEEN}, umur 2",
        f"12345678901234567 dan {SIXTEEN}",
        "7471  0123  4567  8901",
        "7471/0123/4567/8901",
        "7471_0123_4567_8901",
        "7471\n0123\n4567\n8901",
        "7471 - 0123 - 4567 - 8901",
        "747101/520390/0001",
        "74.71.01.52.03.90.0001",
        f"{SARI}/{SARI}",
        f"NIK:{SARI}, HP:081234567890",
        "7471\u00a00123\u00a04567\u00a08901",
        "7471\u200b0123\u200b4567\u200b8901",
        "7471012503100002",  # of a family card
    ],
)
def test_sixteen_digits_are_an_identity_however_they_are_set_apart(text: str):
    assert holds_identity(text)


@pytest.mark.parametrize(
    "text",
    [
        SIXTEEN[:15],
        SIXTEEN + "2",
        SIXTEEN + " 2",
        SIXTEEN + ".2",
        SIXTEEN + "-2",
        "7471 0123 4567 8901 2",
        "198501022010031001",
        "1985 0102 2010 0310 01",
        "19850102 201003 1 001",
        "",
    ],
)
def test_fifteen_or_seventeen_digits_are_none(text: str):
    assert not holds_identity(text)


@pytest.mark.parametrize(
    "text",
    [
        "04 03 2026 04 03 2026",
        "12/03/2025 12/04/2025",
        "12-03-2025 s/d 12-04-2025",
        "2025-12-03, 2025-12-04",
        "12/03/2025\n12/04/2025\n12/05/2025",
        "11/12/2025 - 12/04/2020 - 12/05/2021",
        "2 12/03/2025 12/04/2025",
        "081234567890 1234",
        "0812 3456 7890 1234",
        "1234 081234567890",
        "1234 0812 3456 7890",
        "+62 812-3456-7890 12/03/2025",
        "081234567890 12/3/2025",
        "081234567890, 081298765432",
        "7,2 7,4 7,6 7,8 8,0 8,1 8,3 8,5",
        "7.2\n7.4\n7.6\n7.8\n8.0\n8.1\n8.3\n8.5",
        "11 12 13 14 10 11 12 13 14 15",
    ],
)
def test_dates_telephone_numbers_and_measurements_are_none(text: str):
    assert not holds_identity(text)


@given(
    separator=st.sampled_from(["", " ", "  ", "/", "_", "__", ".", "-", " - ", "\n", " / ", ":", "|", ", "]),
    before=st.sampled_from(("", "NIK", *BESIDE)),
    after=st.sampled_from(("", "Sari", *BESIDE)),
    gap=st.sampled_from([" ", "  ", "\n", ", ", " / ", "_", ": "]),
)
def test_a_possible_number_is_turned_away_in_every_company(separator: str, before: str, after: str, gap: str):
    assert holds_identity(gap.join(filter(None, (before, separator.join(PIECES), after))))


@given(
    days=st.lists(st.dates(date(1900, 1, 1), date(2099, 12, 31)), min_size=1, max_size=4),
    pattern=st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%d %m %Y", "%d.%m.%Y"]),
    gap=st.sampled_from([" ", ", ", "\n", " - "]),
)
def test_no_row_of_dates_is_taken_for_one(days: list[date], pattern: str, gap: str):
    assert not holds_identity(gap.join(f"{day:{pattern}}" for day in days))


@given(
    st.from_regex(r"08[1-9][0-9]{7,9}", fullmatch=True),
    st.from_regex(r"[0-9]{1,4}", fullmatch=True),
    st.sampled_from([" ", "-", "/"]),
)
def test_no_telephone_number_with_a_few_digits_is_taken_for_one(phone: str, digits: str, gap: str):
    assert not holds_identity(f"{phone}{gap}{digits}")
    assert not holds_identity(f"{digits}{gap}{phone}")


def test_a_long_text_of_digits_is_read_to_its_end():
    assert not holds_identity("99 " * 4096)
    assert holds_identity("99 " * 4096 + SARI)
