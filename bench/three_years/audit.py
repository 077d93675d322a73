"""The audit: what the tables say was sent, held against what the calendar says of the lives in the ledger."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.three_years.happenings import ref
from bench.three_years.ledger import NEVER, local
from content.lessons import Lesson, Library
from db.endings import Ending
from db.outbox import DELIVERED, FAILED, READ, SENT, SKIPPED, Outgoing
from db.states import CareState
from db.subjects import Subject as Origin
from db.subjects import SubjectKind

WEEK = timedelta(days=7)


class Violation(NamedTuple):
    """What is wrong, with whom, about which lesson, when."""

    what: str
    person: int
    lesson: str
    about: str
    when: str


@dataclass(frozen=True)
class Row:
    """A lesson's row. ``sent`` is when it went out, NEVER where it did not; ``dropped`` when it was given up."""

    person: int
    lesson: Lesson
    about: str
    created: datetime
    due: datetime
    sent: datetime
    dropped: datetime
    state: str
    reason: str

    @property
    def made(self) -> bool:
        """Whether it was ever meant to go out."""
        return self.dropped > self.created

    @property
    def went(self) -> bool:
        """Whether it reached the channel, or may still: what was dropped has told nobody anything."""
        return self.made and self.dropped == NEVER

    def told_by(self, at: datetime) -> bool:
        """Whether a look at that moment takes it for told: what was dropped counts as lost from the next day on."""
        today = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
        return self.made and self.created < at and self.dropped >= today

    def counts(self, moment: datetime) -> bool:
        """Whether it stood, planned or sent, just before that moment."""
        return self.made and self.created < moment < self.dropped

    @property
    def number(self) -> int:
        """The id in "12", "c12@2026-03-04", "p7@..."; 0 for cards."""
        return int(found[0]) if (found := re.match(r"\d+", self.about.lstrip("cp"))) else 0

    @property
    def day(self) -> date:
        """That of the trigger."""
        return date.fromisoformat(self.about.rpartition("@")[2])

    def blame(self, what: str, when: datetime | None = None) -> Violation:
        at = when or (self.sent if self.sent < NEVER else self.created)
        return Violation(what, self.person, self.lesson.id, self.about, f"{local(at):%Y-%m-%d %H:%M}")


@dataclass
class Book:
    """The rows of lessons by person, the oldest first, and by their name; and which children recovered on which day.

    ``failed`` is when the channel refused a lesson to a person, and whether it was one that must not be missed.
    """

    rows: dict[int, list[Row]]
    recovered: set[tuple[int, date]]
    failed: dict[int, list[tuple[datetime, bool]]]
    by_name: dict[tuple[int, str, str], Row] = field(default_factory=dict[tuple[int, str, str], Row])
    _created: dict[int, list[datetime]] = field(default_factory=dict[int, list[datetime]])

    def __post_init__(self) -> None:
        for person, rows in self.rows.items():
            rows.sort(key=lambda row: (row.created, row.due, row.lesson.id))
            self._created[person] = [row.created for row in rows]
            self.by_name |= {(person, row.lesson.id, row.about): row for row in rows}

    def of(self, person: int, lesson: str, about: str) -> Row | None:
        return self.by_name.get((person, lesson, about))

    def between(self, person: int, begin: datetime, end: datetime) -> Sequence[Row]:
        """The rows written in that time, its end not included."""
        created = self._created.get(person, [])
        return self.rows[person][bisect_left(created, begin) : bisect_left(created, end)] if created else ()

    def made_at(self, person: int, moment: datetime) -> list[Row]:
        """What this look planned to send."""
        return [row for row in self.between(person, moment, moment + timedelta(seconds=1)) if row.made]

    def room(
        self, person: int, moment: datetime, wish: int | None, per_week: int, urgent: bool, age: int | None, late: bool
    ) -> bool:
        """Whether the person could get a lesson more that day: an urgent one, or one of the calendar's pace.

        ``age``: of the child it is about; ``late``: it is caught up because the birth was told late.
        """
        today = local(moment).date()
        stood = [row for row in self.between(person, moment - 2 * WEEK, moment) if row.counts(moment)]
        on = [(local(row.sent if row.sent < moment else row.due).date(), row.lesson.must_not_miss) for row in stood]
        # What failed takes its place all the same: else the next would follow it within the hour.
        on += [(local(at).date(), urgent) for at, urgent in self.failed.get(person, ()) if moment - WEEK < at < moment]
        if urgent:
            return (today, True) not in on
        week = [day for day, urgent in on if not urgent and today - WEEK < day <= today]
        if today in week or daily(age, late):
            return today not in week
        if (today, True) in on or (wish is not None and today.weekday() not in (wish, (wish + 3) % 7)):
            return False
        return len(since_first_week(week, today, age)) < pace(age, per_week)


FIRST_WEEK, FIRST_MONTH, IN_FIRST_MONTH = 6, 28, 3  # last days of age, and lessons in seven days


def daily(age: int | None, late: bool) -> bool:
    """Whether lessons about a child of this age come every day."""
    return age is not None and (0 <= age <= FIRST_WEEK or (late and 0 <= age <= FIRST_MONTH))


def pace(age: int | None, per_week: int) -> int:
    """Lessons in seven days about a child of this age, or about something else."""
    if age is None or not 0 <= age <= FIRST_MONTH:
        return per_week
    return WEEK.days if age <= FIRST_WEEK else IN_FIRST_MONTH


def since_first_week(days: Sequence[date], today: date, age: int | None) -> list[date]:
    """Those of the days that were not among the first of a child that is of this age today."""
    return [day for day in days if age is None or not 0 <= age - (today - day).days <= FIRST_WEEK]


def read(session: Session, library: Library, failed: Mapping[int, list[tuple[datetime, str]]]) -> Book:
    """All rows of lessons that are there. ``failed`` is the ledger's."""
    rows: dict[int, list[Row]] = defaultdict(list)
    columns = (
        Outgoing.person_id, Outgoing.lesson, Outgoing.origin_kind, Outgoing.origin_id, Outgoing.called_on,
        Outgoing.created_at, Outgoing.due_at, Outgoing.settled_at, Outgoing.state,
        Outgoing.reason,
    )  # fmt: skip
    for who, lesson, kind, id, called_on, created, due, settled, state, reason in session.execute(
        select(*columns).where(Outgoing.lesson != "")
    ):
        about = ref(Origin(SubjectKind(kind), id) if kind and id else None, called_on)
        sent = settled if state in (SENT, DELIVERED, READ) else NEVER
        dropped = settled if state in (SKIPPED, FAILED) else NEVER
        assert who is not None
        rows[who].append(
            Row(who, library.by_id[lesson], about, created, due, sent or NEVER, dropped or NEVER, state, reason)
        )
    ended = select(Ending.child_id, Ending.ended_on).where(Ending.kind == CareState.RECOVERED)
    refused = {who: [(at, library.by_id[id].must_not_miss) for at, id in all] for who, all in failed.items()}
    return Book(dict(rows), {(child or 0, day) for child, day in session.execute(ended)}, refused)
