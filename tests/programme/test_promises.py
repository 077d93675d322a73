"""How a written day is read, and how a promised one is said. Today is Wednesday 4 March 2026."""

from __future__ import annotations

from datetime import date

import pytest

from programme import promise_messages as words
from programme.promises import proposed_days, read_day
from tests import people
from tests.people import TODAY, at


@pytest.mark.parametrize(
    ("said", "day"),
    [("besok", "2026-03-05"), ("Insya Allah Kamis sore", "2026-03-05"), ("Kamis jam 4", "2026-03-05"),
     ("hari Jumat ya, Bu", "2026-03-06"), ("saya bisa lusa", "2026-03-06"), ("tanggal 12", "2026-03-12"),
     ("tgl 2", "2026-04-02"), ("12/3", "2026-03-12"), ("hari ini", "2026-03-04"),
     ("minggu depan", None), ("Jumat tanggal 12", None), ("kapan-kapan", None), ("saya", None),
     ("anak saya sakit", None), ("bisa?", None), ("", None)],
)  # fmt: skip
def test_a_day_in_the_words_of_a_busy_person(said: str, day: str | None) -> None:
    assert read_day(said, TODAY) == (day and date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "button", "sentence", "listed"),
    [(4, "Hari ini", "hari ini", "berencana hari ini"),
     (5, "Besok, Kamis 5 Mar", "besok, Kamis 5 Maret", "berencana besok"),
     (10, "Selasa 10 Mar", "Selasa 10 Maret", "berencana Selasa"),
     (11, "Rabu 11 Mar", "Rabu 11 Maret", "berencana Rabu 11 Mar")],
)  # fmt: skip
def test_a_day_in_a_button_in_a_sentence_and_in_a_list(day: int, button: str, sentence: str, listed: str) -> None:
    on = date(2026, 3, day)
    assert (words.day_label(on, TODAY), words.in_full(on, TODAY), words.plans(on, TODAY)) == (button, sentence, listed)


@pytest.mark.parametrize(
    ("clock", "days"),
    [("08:20", [4, 5, 6]), ("15:59", [4, 5, 6]), ("16:00", [5, 6, 9]), ("19:30", [5, 6, 9])],
)  # fmt: skip
def test_three_days_are_offered_without_the_weekend_and_today_only_while_there_is_an_hour(
    clock: str, days: list[int]
) -> None:
    assert [day.day for day in proposed_days(people.city(), at(TODAY, clock))] == days
