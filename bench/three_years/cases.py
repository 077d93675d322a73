"""A lesson, a carer, and the looks at which the lesson could have been planned for the carer."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bench.three_years.audit import Book, Row, Violation
from bench.three_years.ledger import Recipient, Subject, local
from bench.three_years.world import World
from content.lessons import Lesson


class Moment(NamedTuple):
    """A look at which this carer reads about this subject: days since its date, and since when they count.

    ``stood_in``: since when they get the lessons of a mother who has stopped; what came before, she was told.
    """

    at: datetime
    age: int
    since: int
    joined: int
    stands_in: bool
    stood_in: int
    reachable: bool


@dataclass(frozen=True)
class Case:
    """One lesson of the calendar for one carer about one wedding, pregnancy or birth."""

    world: World
    book: Book
    recipient: Recipient
    subject: Subject
    lesson: Lesson

    def row(self) -> Row | None:
        """The lesson's row, under the id of either twin."""
        person, lesson = self.recipient.person, self.lesson.id
        names = (str(number) for number in sorted({self.subject.ref, *self.subject.members}))
        return next((row for name in names if (row := self.book.of(person, lesson, name))), None)

    def blame(self, what: str, at: datetime) -> Violation:
        about = str(self.subject.ref)
        return Violation(what, self.recipient.person, self.lesson.id, about, f"{local(at):%Y-%m-%d %H:%M}")

    def concerns(self, one: Moment) -> bool:
        """Whether the lesson is this carer's: by what they are, or in the place of a mother who has not joined."""
        return self.recipient.own in self.lesson.audience or one.stands_in

    def begins(self, one: Moment) -> int:
        """The day from which this lesson could have come to this carer, pauses apart."""
        return one.joined if self.recipient.own in self.lesson.audience else max(one.joined, one.stood_in)

    def holds(self, at: datetime) -> bool:
        """Whether the state that the lesson asks for holds, by the ledger."""
        match self.lesson.condition:
            case "":
                return True
            case "musim-vitamin-a":
                return local(at).month in (1, 2, 7, 8)
            case "musim-hujan" | "musim-hujan-hamil":
                return local(at).month in (12, 1, 2, 3, 4, 5)
            case "menjelang-ramadan" | "menjelang-ramadan-hamil":
                two_weeks, day = timedelta(days=14), local(at).date()
                return any(first - two_weeks <= day <= last for first, last in self.world.city.programme.ramadan.days)
            case "elsimil-merah":
                return self.subject.red
            case "dosis-kosong":
                said = self.subject.doses.values()
                return any(next((late for since, late in reversed(one) if since <= at), False) for one in said)
            case _:
                return False

    def has_room(self, one: Moment) -> bool:
        person, urgent = self.recipient.person, self.lesson.must_not_miss
        wish, per_week = self.world.ledger.wish(person, one.at)[0], self.world.city.programme.lessons.per_week
        age = one.age if self.subject.anchor == "lahir" else None
        late = self.lesson.is_caught_up and self.lesson.day < one.joined
        if not urgent and told_at_home(self.world, self.book, self.recipient, self.lesson, one.at):
            return False
        return self.book.room(person, one.at, wish, per_week, urgent, age, late)


def looks(world: World, recipient: Recipient, subject: Subject) -> Iterator[Moment]:
    """The looks at which the carer had joined, was not pausing, and the wedding, pregnancy or child was there."""
    ticks = world.ledger.ticks
    for at in ticks[bisect_right(ticks, max(subject.days[0][0], recipient.joined[0].begin)) :]:
        span = recipient.span(at)
        if at >= subject.gone:
            return
        if span is None or not recipient.reads(at) or not (day := subject.day(at)):
            continue
        joined = max(local(span.begin).date(), subject.known_on)
        since = max(joined, recipient.paused_until(at))
        yield Moment(
            at, (local(at).date() - day).days, (since - day).days, (joined - day).days,
            stands_in(world, recipient, at), (_mother_stopped(world, recipient.family, at) - day).days,
            world.ledger.reachable(recipient.person, at),
        )  # fmt: skip


def told_at_home(world: World, book: Book, recipient: Recipient, lesson: Lesson, at: datetime) -> bool:
    """Whether another carer of the family was given this lesson for today, at an earlier look or at this one."""
    midnight = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    people = {one.person for one in world.family(recipient.family)} - {recipient.person}
    return any(
        row.lesson.id == lesson.id and row.made and row.dropped > at and row.sent >= midnight
        for person in people
        for row in book.between(person, at - timedelta(days=5), at + timedelta(seconds=1))
    )


def _mother_stopped(world: World, family: int, at: datetime) -> date:
    """The last day on which a mother of the family stopped; the beginning of time where none did."""
    ends = (local(span.end).date() for one in world.family(family) if one.own == "ibu" for span in one.joined)
    return max((day for day in ends if day <= local(at).date()), default=date.min)


def stands_in(world: World, recipient: Recipient, at: datetime) -> bool:
    """Whether no mother of the family has joined, and nobody did before this carer."""
    here = [
        (local(span.begin).date(), one.carer, one.own)
        for one in world.family(recipient.family)
        if (span := one.span(at))
    ]
    return bool(here) and "ibu" not in {own for _, _, own in here} and min(here)[1] == recipient.carer
