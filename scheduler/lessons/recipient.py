"""Who gets lessons, and what their lessons are counted from: records that are filled once and handed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from content.city import City
from content.conditions import Subject as Topic
from content.lessons import LANGUAGE
from db.base import row_id
from db.people import places
from db.subjects import Subject, SubjectKind
from scheduler.lessons.history import Counted, History, history_of

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

    ``own``: the audience the recipient belongs to.
    ``kind``: "nikah", "hpl" or "lahir" of the calendar; "kejadian", what happened on that day and called for the lesson
    of ``condition``; "tugas", an ASN's first assignment.
    ``ref``: its name in keys and buttons: the id of the wedding, the pregnancy or the child (of twins the first's, so
    that they share a lesson), or "c31@2026-03-04" for a trigger. ``origin`` is the same as a row.
    ``joined``: when the recipient joined this family, or we heard of the child; ``since``: the same, or when they came
    back from a pause.
    ``subject``: whom it is about; ``dated``: that one's own day (wedding, HPL or birth); ``child``: what the child or
    the twins are called; ``about``: those whom the lesson names, of twins the living ones.
    ``stands_in``: no mother reads, so hers come here too, to be passed on to ``mother``, from ``stands_in_since`` on.
    ``rest``: days before the same trigger calls for its lesson again; 0 leaves it to the condition's own rest.
    ``holds``: the states of today; ``received``: the services known to have been given.
    ``family_id``: the family as whose carer the recipient gets it, None for staff.
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


class Profile(NamedTuple):
    """A person as lessons address them: ``call`` is their name in the text, ``weekday`` and ``hour`` their wishes."""

    person_id: int
    call: str
    weekday: int | None = None
    hour: int | None = None
    language: str = LANGUAGE


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who gets lessons, with all that planning asks of them.

    ``place`` is (channel, address) where they wrote last, None while they cannot be reached. ``weekday`` and ``hour``
    are the person's wishes.
    """

    person_id: int
    call: str
    place: tuple[str, str] | None
    anchors: Sequence[Anchor]
    history: History = field(default_factory=History)
    weekday: int | None = None
    hour: int | None = None
    language: str = LANGUAGE

    def key(self, lesson: str, anchor: Anchor) -> str:
        """The outbox key of a lesson: "lesson:31:hamil-28:7"."""
        return f"lesson:{self.person_id}:{lesson}:{anchor.ref}"


def recipients_of(
    session: Session, profiles: Iterable[Profile], anchors: Mapping[int, Sequence[Anchor]], now: datetime, city: City
) -> list[Recipient]:
    """These people as recipients, by id: with their ``anchors``, where they can be reached and what they got.

    Three queries, however many they are. The only place in which a recipient is read from the tables.
    """
    known = {one.person_id: one for one in profiles}
    reachable = places(session, known)
    history = history_of(session, known, now, city)
    return [
        Recipient(
            id,
            one.call,
            reachable.get(id),
            anchors.get(id, ()),
            history.get(id, History()),
            one.weekday,
            one.hour,
            one.language,
        )
        for id, one in sorted(known.items())
    ]
