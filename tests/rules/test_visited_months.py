"""Months in a row in which Pak Anwar has visited everybody he fosters."""

from datetime import date

import pytest

from rules.visited_months import months_between, months_in_a_row

RAFA, NISA = "Rafa", "Nisa"


def months(text: str) -> dict[date, set[str]]:
    """ "01 RN, 02 R" as months of 2026 with the children visited."""
    known = {"R": RAFA, "N": NISA}
    parts = (part.split() for part in text.split(", "))
    return {date(2026, int(month), 1): {known[letter] for letter in who} for month, who in parts}


def row(visited: str, until: int, away: tuple[int, ...] = (), nisa_since: int = 1) -> int:
    def needed(month: date) -> set[str]:
        return {RAFA, NISA} if month.month >= nisa_since else {RAFA}

    return months_in_a_row(date(2026, until, 1), months(visited), needed, {date(2026, one, 1) for one in away})


@pytest.mark.parametrize(
    ("visited", "until", "expected"),
    [("01 RN, 02 RN, 03 RN", 3, 3),
     ("01 RN, 02 R, 03 RN", 3, 1),
     ("01 RN, 03 RN", 3, 1),
     ("01 RN, 02 RN, 03 R", 3, 0),
     ("01 RN, 02 RN", 3, 0)],
)  # fmt: skip
def test_a_month_counts_with_a_visit_to_all_and_a_gap_ends_the_row(visited: str, until: int, expected: int) -> None:
    assert row(visited, until) == expected


def test_a_month_with_leave_is_passed_over_and_counts_where_all_were_visited_all_the_same() -> None:
    assert row("01 RN, 03 RN", 3, away=(2,)) == 2
    assert row("01 RN, 02 R, 03 RN", 3, away=(2,)) == 2
    assert row("01 RN, 02 RN, 03 RN", 3, away=(2,)) == 3
    assert row("01 RN, 02 R", 2, away=(2,)) == 0


def test_nobody_is_held_to_a_child_of_later() -> None:
    assert row("01 R, 02 R, 03 RN", 3, nisa_since=3) == 3


def test_the_months_of_a_leave() -> None:
    assert months_between(date(2025, 12, 30), date(2026, 2, 1)) == [
        date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1),
    ]  # fmt: skip
