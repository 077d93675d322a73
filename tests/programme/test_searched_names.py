"""How a name that somebody writes is compared with a known one."""

from __future__ import annotations

import pytest

from programme.searched_names import is_part, is_slip, is_whole, words


@pytest.mark.parametrize(
    ("written", "known", "same"),
    [
        ("lepo lepo", "Lepo-Lepo", True), ("lepolepo", "LEPO LEPO", True), ("marang", "Ma'rang", True),
        ("ma’rang", "Ma'rang", True), ("melati1", "Melati 1", True), ("melati ii", "Melati 2", True),
        ("melati 1", "Melati 10", False), ("tipulu", "Tipulu", True), ("tipul", "Tipulu", False),
    ],
)  # fmt: skip
def test_a_whole_name_is_the_same_however_it_is_divided(written: str, known: str, same: bool) -> None:
    assert is_whole(words(written), words(known)) is same


def test_each_word_must_be_a_word_of_the_name() -> None:
    assert is_part(words("anwar"), words("La Ode Anwar"))
    assert not is_part(words("wati"), words("Sari Rahmawati"))


@pytest.mark.parametrize(
    ("written", "known", "forgiven"),
    [
        ("tipullu", "Tipulu", True), ("tiplu", "Tipulu", True), ("tiuplu", "Tipulu", True), ("tipuli", "Tipulu", True),
        ("tipulli", "Tipulu", False), ("kadja", "Kadia", False), ("melatti 1", "Melati 1", True),
        ("melatti 2", "Melati 1", False), ("melati 2", "Melati 1", False), ("dinas pertanain", "Dinas Pertanian", True),
        ("dinas pertanain kota", "Dinas Pertanian", False), ("rahmawatti", "Sari Rahmawati", True),
    ],
)  # fmt: skip
def test_one_slip_is_forgiven_in_a_long_word_and_never_in_a_number(written: str, known: str, forgiven: bool) -> None:
    assert is_slip(words(written), words(known)) is forgiven
