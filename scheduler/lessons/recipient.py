"""Records of recipients: who gets lessons, what these are counted from (anchors), and what was sent before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from content.city import City
from content.conditions import Subject as Topic
from content.lessons import ASKED, LANGUAGE, LOSS
from db.base import row_id
from db.people import places
from db.subjects import Subject, SubjectKind
from scheduler.lessons.history import Counted, History, history_of

SUBJECTS: Mapping[str, Topic] = {"nikah": "nikah", "hpl": "hamil", "lahir": "anak", LOSS: "ibu", ASKED: "ibu"}
TOPICS: Mapping[SubjectKind, Topic] = {SubjectKind.CHILD: "anak", SubjectKind.PREGNANCY: "hamil"}
ORIGINS = {"nikah": SubjectKind.WEDDING, "hpl": SubjectKind.PREGNANCY, "lahir": SubjectKind.CHILD}
LETTERS = {SubjectKind.CHILD: "c", SubjectKind.PREGNANCY: "p"}  # short, because buttons carry them


Told = tuple[int | None, str]
"""A lesson in a family: the family's id and the lesson's."""


def ref_of_loss(about: Subject) -> str:
    """The name of a loss in keys: "p31" for a pregnancy, "c31" for a child."""
    return f"{LETTERS[about.kind]}{about.id}"


def ref_of(about: Subject, day: date) -> str:
    """The name of a trigger of this day in keys, buttons and answers: "c31@2026-03-04"."""
    return f"{ref_of_loss(about)}@{day}"


def read_ref(anchor: str, ref: str) -> Subject | None:
    """Whom a lesson is about, by its ``ref``: "31" of a calendar anchor, "c31@2026-03-04" of a trigger.

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
    """The ``day`` from which some of a recipient's lessons are counted: those of this ``kind``.

    ``own``: the audience the recipient belongs to.
    ``kind``: "nikah", "hpl" or "lahir" of the calendar; "kehilangan", a loss; "kejadian", a trigger of that day, for
    the lesson of ``condition``; "tugas", an ASN's first assignment.
    ``ref``: its name in keys and buttons: the id of the wedding, the pregnancy or the child (of twins the first's, so
    that they share a lesson), "p31" or "c31" for a loss, "c31@2026-03-04" for a trigger. ``origin`` is the same as a
    Subject.
    ``joined``: the later of the days on which the recipient joined this family and on which the child became known;
    ``since``: the same, or the day on which they came back from a pause.
    ``subject``: what the lesson speaks of; ``dated``: the day of that wedding, HPL or birth; ``child``: what the child
    or the twins are called; ``about``: those whom the lesson names, of twins the living ones.
    ``stands_in``: the family's mother gets no lessons, so the recipient gets hers too, to be passed on to ``mother``,
    from ``stands_in_since`` on.
    ``rest``: days before the same trigger calls for its lesson again; 0: as many as the condition says.
    ``holds``: the conditions that hold today; ``received``: the services known to have been received.
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
        """The day of the trigger; None for an anchor of the calendar."""
        return self.day if self.kind == "kejadian" else None

    @property
    def counted(self) -> Counted:
        """The key of this anchor in the recipient's history."""
        return self.origin, self.called_on


class Profile(NamedTuple):
    """A person as lessons address them: ``call`` is the name in the text, ``weekday`` and ``hour`` a preference."""

    person_id: int
    call: str
    weekday: int | None = None
    hour: int | None = None
    language: str = LANGUAGE


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who gets lessons, with everything that planning needs.

    ``place`` is the (channel, address) from which they wrote last, None while they cannot be reached. ``weekday`` and
    ``hour`` are the person's preference. ``told_at_home``: the lessons that others of their families get today.
    """

    person_id: int
    call: str
    place: tuple[str, str] | None
    anchors: Sequence[Anchor]
    history: History = field(default_factory=History)
    weekday: int | None = None
    hour: int | None = None
    language: str = LANGUAGE
    told_at_home: frozenset[Told] = frozenset()

    def key(self, lesson: str, anchor: Anchor) -> str:
        """The outbox key of a lesson: "lesson:31:hamil-28:7"."""
        return f"lesson:{self.person_id}:{lesson}:{anchor.ref}"


def recipients_of(
    session: Session,
    profiles: Iterable[Profile],
    anchors: Mapping[int, Sequence[Anchor]],
    now: datetime,
    city: City,
    told: Mapping[int, frozenset[Told]] | None = None,
) -> list[Recipient]:
    """These people as recipients, ordered by id, with their ``anchors``, address and send history.

    ``told``: by person, the lessons that others of their families get today. Three queries, however many people. The
    only function that reads recipients from the tables.
    """
    at_home = told or {}
    known = {one.person_id: one for one in profiles}
    reachable = places(session, known, lessons=True)
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
            at_home.get(id, frozenset()),
        )
        for id, one in sorted(known.items())
    ]
