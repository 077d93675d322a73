"""A page of a long list, and the buttons to its neighbours."""

from __future__ import annotations

from flow.paging import page_of, turns


def test_a_page_that_is_not_there_any_more_is_the_last_one() -> None:
    assert page_of("abcdefg", 1, 3) == ("def", 1)
    assert page_of("abcdefg", 9, 3) == ("g", 2)
    assert page_of("", 2, 3) == ("", 0)


def test_there_is_a_button_only_to_a_page_that_there_is() -> None:
    assert [one.token for one in turns("late", 0, more=True)] == ["late:1"]
    assert [one.token for one in turns("late", 1, more=True)] == ["late:0", "late:2"]
    assert [one.token for one in turns("late", 2, more=False)] == ["late:1"]
