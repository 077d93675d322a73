"""The number of an identity card is known by its sixteen digits, and by nothing else."""

from __future__ import annotations

import pytest

from flow.words import holds_identity

SIXTEEN = "7471012345678901"


@pytest.mark.parametrize(
    "text",
    [
        SIXTEEN,
        f"NIK {SIXTEEN}.",
        f"no.{SIXTEEN},ya",
        "7471 0123 4567 8901",
        "7471.0123.4567.8901",
        "7471-0123-4567-8901",
        "7 4 7 1 0 1 2 3 4 5 6 7 8 9 0 1",
        f"Rafa 2 tahun {SIXTEEN}",
        f"{SIXTEEN}, umur 2",
        f"12345678901234567 dan {SIXTEEN}",
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
        "7471  0123  4567  8901",
        "7471/0123/4567/8901",
        "",
    ],
)
def test_fifteen_or_seventeen_digits_are_none(text: str):
    assert not holds_identity(text)
