"""Somebody who reads lessons, and what their lessons are counted from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from content.conditions import Subject as Topic
from db.base import row_id
from db.subjects import Subject, SubjectKind

Counted = tuple[Subject | None, date | None]
SUBJECTS: Mapping[str, Topic] = {"nikah": "nikah", "hpl": "hamil", "lahir": "anak"}
TOPICS: Mapping[SubjectKind, Topic] = {SubjectKind.CHILD: "anak", SubjectKind.PREGNANCY: "hamil"}
ORIGINS = {"nikah": SubjectKind.WEDDING, "hpl": SubjectKind.PREGNANCY, "lahir": SubjectKind.CHILD}
LETTERS = {SubjectKind.CHILD: "c", SubjectKind.PREGNANCY: "p"}  # short, because buttons carry them


def ref_of(about: Subject, day: date) -> str:
    """The name of a trigger of this day in keys, buttons and answers: "c31@2026-03-04"."""
    return f"{LETTERS[about.kind]}{about.id}@{day}"


def read_ref(anchor: str, ref: str) -> Subject | None:
    """Whom a lesson with this anchor is about, by its ref: "31" in the calendar, "c31@2026-03-04" for a trigger.

    None for any other text.
    """
    kind, number = ORIGINS.get(anchor), ref
    if kind is None:
        kind = next((kind for kind, letter in LETTERS.items() if ref.startswith(letter)), None)
        number = ref[1:].partition("@")[0]
    id = row_id(number)
    return Subject(kind, id) if kind and id else None


@dataclass(frozen=True, slots=True)
class Anchor:
    """What some of a recipient's lessons are counted from: ``day``, the first of ``kind``.

    ``kind``: "nikah", "hpl" or "lahir" of the calendar; "kejadian", what happened on that day and called for the lesson
    of ``condition``; "tugas", an ASN's first assignment. ``ref`` is its name in keys: the wedding's, pregnancy's or
    child's id (of twins the first's, so that they share a lesson), or "c31@2026-03-04" for a trigger; ``origin`` is the
    same as a row. ``about`` are those whom the lesson names: of twins the living ones. ``family_id`` is the family as
    whose carer the recipient gets it, None for staff. ``subject`` is whom it is about, ``dated`` that one's own day
    (wedding, HPL or birth), ``child`` what the child or the twins are called. ``joined`` is when the recipient joined
    this family, or we heard of the child; ``since`` is the same, or when they came back from a pause. ``own`` is the
    audience the recipient belongs to; ``stands_in`` says that no mother reads, so that hers come here too, to be passed
    on to ``mother``, from ``stands_in_since`` on. ``holds`` are the states of today, ``received`` the services known to
    have been given; ``rest`` days pass before the same trigger calls for its lesson again, where that is not the
    condition's own rest.
    """

    own: str
    kind: str = ""
    ref: str = ""
    day: date = date.min
    joined: date = date.min
    since: date = date.min
    subject: Topic | None = None
    dated: date = date.min
    child: str = ""
    stands_in: bool = False
    mother: str = ""
    stands_in_since: date = date.min
    condition: str = ""
    rest: int = 0
    holds: frozenset[str] = frozenset()
    received: frozenset[str] = frozenset()
    origin: Subject | None = None
    about: tuple[Subject, ...] = ()
    family_id: int | None = None

    @property
    def called_on(self) -> date | None:
        """The day of what called for the lesson; None in the calendar."""
        return self.day if self.kind == "kejadian" else None

    @property
    def counted(self) -> Counted:
        """What tells lessons of one anchor from those of another."""
        return self.origin, self.called_on


@dataclass(frozen=True, slots=True)
class Recipient:
    """``place`` is (channel, address) where they wrote last, None while they cannot be reached.

    ``history`` are the lessons that stand in a row about each anchor (by what it is counted from), whatever became of
    them, ``lost`` those that were planned and did not go out; ``lately`` what went or goes out in these days, each
    with its moment.
    ``weekday`` and ``hour`` are the person's wishes.
    """

    person_id: int
    call: str
    place: tuple[str, str] | None
    anchors: Sequence[Anchor]
    history: Mapping[Counted, set[str]]
    lately: Sequence[tuple[str, datetime]]
    lost: Mapping[Counted, set[str]] = field(default_factory=dict[Counted, set[str]])
    weekday: int | None = None
    hour: int | None = None
    language: str = "id"

    def key(self, lesson: str, anchor: Anchor) -> str:
        return f"lesson:{self.person_id}:{lesson}:{anchor.ref}"
