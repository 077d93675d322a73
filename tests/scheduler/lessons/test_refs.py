"""How a lesson's key, its buttons and its answers name whom it is about."""

from __future__ import annotations

import pytest

from db.subjects import Subject, SubjectKind
from scheduler.lessons.recipient import read_ref, ref_of
from tests.people import TODAY

RAFA, EXPECTED = Subject(SubjectKind.CHILD, 31), Subject(SubjectKind.PREGNANCY, 7)


def test_a_trigger_is_named_as_in_rows_that_stand_already() -> None:
    assert ref_of(RAFA, TODAY) == "c31@2026-03-04"
    assert ref_of(EXPECTED, TODAY) == "p7@2026-03-04"


@pytest.mark.parametrize(
    ("anchor", "ref", "about"),
    [
        ("lahir", "31", RAFA),
        ("hpl", "7", EXPECTED),
        ("nikah", "31", Subject(SubjectKind.WEDDING, 31)),
        ("kejadian", ref_of(RAFA, TODAY), RAFA),
        ("kejadian", ref_of(EXPECTED, TODAY), EXPECTED),
        ("kejadian", "c31", RAFA),
        ("kejadian", "31", None),
        ("kejadian", "x31@2026-03-04", None),
        ("kejadian", "@2026-03-04", None),
        ("lahir", "c31", None),
        ("lahir", "", None),
    ],
)
def test_a_ref_is_read_by_the_lessons_anchor(anchor: str, ref: str, about: Subject | None) -> None:
    assert read_ref(anchor, ref) == about
