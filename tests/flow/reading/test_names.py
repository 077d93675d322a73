"""Names as people write them, and what is none."""

from __future__ import annotations

import pytest

from flow.reading.names import NotAName, TwoNames, is_not_yet, read


@pytest.mark.parametrize(
    "said", ["nanti", "tidak", "tidak tahu", "Belum dikasih nama", "belum ada", "nda ada pi",
    "belum tau mau dikasih nama apa", "-"]
)  # fmt: skip
def test_there_is_no_name_yet(said: str) -> None:
    assert is_not_yet(said)


@pytest.mark.parametrize("said", ["Rafa", "Nantika", "Ada", "Belumi Putri", "Muhammad Rafa", "", "Putri"])
def test_a_name_is_no_refusal(said: str) -> None:
    assert not is_not_yet(said)


@pytest.mark.parametrize("said", ["3100", "perempuan", "Laki-laki", "3100 gram", "ya", "👶", "bayi", "Rafa 2"])
def test_another_answer_is_no_name(said: str) -> None:
    with pytest.raises(NotAName):
        read(said)


@pytest.mark.parametrize("said", ["Hasan dan Husain", "Hasan & Husain", "Hasan/Husain"])
def test_two_names_are_not_the_name_of_one_child(said: str) -> None:
    with pytest.raises(TwoNames):
        read(said)


@pytest.mark.parametrize(
    ("said", "name"),
    [("Rafa", "Rafa"), ("namanya Rafa Pratama", "Rafa Pratama"), ("Nama: Sitti", "Sitti"), ("Dandi", "Dandi"),
     ("Nur'aini", "Nur'aini"),
     ("La Ode  Anwar", "La Ode Anwar")],
)  # fmt: skip
def test_a_name_is_kept_as_it_was_written(said: str, name: str) -> None:
    assert read(said) == name
