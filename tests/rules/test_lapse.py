"""When visits have lapsed: against what was due, never week against week."""

from __future__ import annotations

import pytest

from rules.lapse import Week, has_fallen, has_recovered, is_silent, usual_share

THIRD, LEAST = 33, 6


@pytest.mark.parametrize(
    ("before", "last", "fell"),
    [
        ([Week(21)] * 4, Week(14, 7), True),  # a third fewer
        ([Week(21)] * 4, Week(15, 6), False),
        ([Week(21, 7)] * 4, Week(14, 10), False),  # a quarter was missed before too
        ([Week(21, 7)] * 4, Week(12, 16), True),
        ([Week(21)] * 4, Week(3), False),  # little was due: everybody had begun in another week
        ([Week(60), Week(4), Week(5), Week(6)], Week(5, 1), False),  # waves of one month
        ([Week(6)] * 4, Week(0, 6), True),
        ([Week(5)] * 4, Week(0, 5), False),  # too few to tell from chance
        ([Week(6)] * 4, Week(0, 5), False),
        ([Week(0, 9)] * 4, Week(0, 9), False),  # nothing was usual
        ([Week()] * 4, Week(), False),
    ],
)
def test_a_week_has_fallen_where_a_third_less_of_what_was_due_was_made(
    before: list[Week], last: Week, fell: bool
) -> None:
    assert has_fallen(before, last, THIRD, LEAST) is fell


def test_it_has_recovered_by_what_was_usual_before_it_and_not_by_the_weeks_of_the_lapse() -> None:
    share = usual_share([Week(9)] * 4)
    assert not has_recovered(Week(6, 3), share, THIRD)
    assert has_recovered(Week(7, 2), share, THIRD)
    assert not has_recovered(Week(), share, THIRD)  # a week without visits due tells nothing


def test_an_office_is_silent_only_while_something_is_late_and_nothing_comes() -> None:
    assert is_silent([Week(0, 1), Week()], 0, late=True)
    assert not is_silent([Week(0, 1), Week()], 0, late=False)
    assert not is_silent([Week(1), Week()], 0, late=True)
    assert not is_silent([Week(0, 1), Week()], 1, late=True)  # this morning
