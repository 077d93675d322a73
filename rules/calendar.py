"""The calendar of lessons: which are due, which are too late, and at what hours messages may be sent."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Generic, Protocol, TypeVar

BEFORE_JOINING = "sudah lewat saat bergabung"
TOO_LATE = "terlambat"
NOT_CALLED_FOR = "syaratnya tidak berlaku"


class Slot(Protocol):
    """A place in the calendar. Days count from the anchor: the wedding, the HPL or the birth (negative before)."""

    @property
    def id(self) -> str: ...
    @property
    def day(self) -> int: ...
    @property
    def until(self) -> int:
        """The last day on which the lesson may be sent."""
        ...

    @property
    def is_caught_up(self) -> bool:
        """Whether people who join late get the lesson all the same, while it still applies."""
        ...


S = TypeVar("S", bound=Slot)


@dataclass(frozen=True)
class Placed(Generic[S]):
    """Today's result: lessons due, the earliest first, and lessons skipped, each with its reason."""

    due: list[S]
    skipped: list[tuple[S, str]]


def place(slots: Iterable[S], anchor: date, joined: date, today: date, done: Collection[str]) -> Placed[S]:
    """The slots that have opened by `today`, as due and skipped; those in `done` and later ones are left out.

    Whoever joins late starts at the current day: earlier lessons are skipped, except those that are caught up and still
    apply.
    """
    placed: Placed[S] = Placed([], [])
    day, joined_day = (today - anchor).days, (joined - anchor).days
    for slot in sorted(slots, key=lambda slot: slot.day):
        if slot.id in done or slot.day > day:
            continue
        if slot.day < joined_day and (not slot.is_caught_up or slot.until < joined_day):
            placed.skipped.append((slot, BEFORE_JOINING))
        elif day > slot.until:
            placed.skipped.append((slot, TOO_LATE))
        else:
            placed.due.append(slot)
    return placed


def allowed(sent_on: Sequence[date], today: date, per_week: int) -> bool:
    """Whether one more lesson may go out today: never two in a day, at most `per_week` in any seven days."""
    week = [day for day in sent_on if today - timedelta(days=7) < day <= today]
    return today not in week and len(week) < per_week


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How many lessons a reader gets about a child, by its age in days (None: about something else).

    ``first_weeks``: (last day of age, lessons in any seven days), in order; after them, and about anything else,
    ``per_week``. Seven in seven days is one every day.
    """

    per_week: int
    first_weeks: tuple[tuple[int, int], ...] = ()

    def at(self, age: int | None) -> int:
        """Lessons in any seven days at this age."""
        if age is None or age < 0:
            return self.per_week
        return next((count for last, count in self.first_weeks if age <= last), self.per_week)

    def is_daily(self, age: int | None) -> bool:
        return self.at(age) >= DAILY

    def is_first(self, age: int | None) -> bool:
        """Whether this age lies in the first weeks."""
        return age is not None and 0 <= age <= max((last for last, _ in self.first_weeks), default=-1)

    @property
    def last_daily(self) -> int:
        """The last day of age with a lesson every day; -1 without such days."""
        return max((last for last, count in self.first_weeks if count >= DAILY), default=-1)


DAILY = 7  # lessons in seven days


@dataclass(frozen=True)
class Closed:
    """A span of time on some days in which nothing is sent: a prayer, the breaking of the fast. The end is excluded.

    ``weekday`` 0 is Monday, None every day; ``days`` are the ranges of dates in which it holds; empty: always.
    """

    start: time
    end: time
    weekday: int | None = None
    days: tuple[tuple[date, date], ...] = ()

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise ValueError("It ends before it begins.")

    def holds_at(self, moment: datetime) -> bool:
        day = moment.date()
        return (
            self.start <= moment.time() < self.end
            and self.weekday in (None, moment.weekday())
            and (not self.days or any(first <= day <= last for first, last in self.days))
        )


@dataclass(frozen=True)
class QuietHours:
    """The hours without unasked messages: `start` to `end`, also across midnight, and the times in `closed`.

    `end` is the first allowed moment; equal `start` and `end` mean no quiet hours.
    """

    start: time
    end: time
    closed: tuple[Closed, ...] = ()

    def open_at(self, now: datetime) -> datetime:
        """`now`, or the first allowed moment after it. `now` must be in the city's time zone."""
        if now.tzinfo is None:
            raise ValueError("The time needs its zone.")
        while (later := self._end_of_quiet(now)) is not None:
            now = later
        return now

    def _end_of_quiet(self, now: datetime) -> datetime | None:
        clock = now.time()
        for closed in self.closed:
            if closed.holds_at(now):
                return _at(now.date(), closed.end, now)
        if self.start <= self.end:
            return _at(now.date(), self.end, now) if self.start <= clock < self.end else None
        if clock >= self.start:
            return _at(now.date() + timedelta(days=1), self.end, now)
        return _at(now.date(), self.end, now) if clock < self.end else None


SECOND_DAY = 3
"""Days from the chosen weekday to the day of the week's second lesson."""


def is_wished(today: date, weekday: int | None) -> bool:
    """Whether lessons may come today: any day, or the chosen weekday (0 is Monday) and the second day after it."""
    return weekday is None or today.weekday() in (weekday, (weekday + SECOND_DAY) % 7)


def _at(day: date, clock: time, like: datetime) -> datetime:
    return datetime.combine(day, clock, tzinfo=like.tzinfo)
