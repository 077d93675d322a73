"""Selection: which lessons are due for a recipient, and which of them is for today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from content.city import City
from content.conditions import CONDITIONS
from content.lessons import Lesson, Library
from programme.still_valid import PAUSED
from rules.calendar import NOT_CALLED_FOR, TOO_LATE, Rhythm, allowed, is_wished, place
from scheduler.lessons.recipient import Anchor, Recipient


class Turn(NamedTuple):
    """A lesson of one anchor of a recipient: due, or passed over."""

    lesson: Lesson
    anchor: Anchor

    @property
    def last_day(self) -> date:
        return self.anchor.day + timedelta(days=self.lesson.until)

    @property
    def best_day(self) -> date:
        """The day by which it should come."""
        best = self.lesson.until if self.lesson.best_by is None else self.lesson.best_by
        return self.anchor.day + timedelta(days=best)

    @property
    def is_late(self) -> bool:
        """Whether its day had passed when the recipient joined: it is caught up."""
        return self.lesson.is_caught_up and self.anchor.day + timedelta(days=self.lesson.day) < self.anchor.joined

    def age(self, today: date) -> int | None:
        """Of the child it is about, in days; None for a lesson about anything else."""
        return (today - self.anchor.dated).days if self.anchor.subject == "anak" else None


def turns(recipient: Recipient, today: date, library: Library) -> tuple[list[Turn], list[tuple[Turn, str]]]:
    """The recipient's lessons without an outbox row: those that are due, and those passed over, with the reason."""
    due: list[Turn] = []
    passed: list[tuple[Turn, str]] = []
    for anchor in recipient.anchors:
        lessons = _lessons(recipient, anchor, library)
        lost = recipient.history.lost.get(anchor.counted, set[str]())
        again = {lesson.id for lesson in lessons if lesson.must_not_miss and lesson.id in lost}
        done = recipient.history.rows.get(anchor.counted, set[str]()) - again
        for share, since in _own_and_passed_on(lessons, anchor):
            placed = place(share, anchor.day, since, today, done)
            due += [Turn(lesson, anchor) for lesson in placed.due if _is_called_for(lesson, anchor)]
            skipped = [(lesson, reason) for lesson, reason in placed.skipped if lesson.id not in again]
            passed += [(Turn(lesson, anchor), _why(lesson, reason, anchor)) for lesson, reason in skipped]
    return due, passed


def choose(
    waiting: list[Turn], written: list[tuple[date, bool]], today: date, rhythm: Rhythm, weekday: int | None = None
) -> Turn | None:
    """The one lesson for now, or None.

    A lesson that must not be missed comes first, one a day, whatever else was sent. Of the others, those called for by
    a trigger, then the one that should come soonest; one a day, and so many in seven days as the rhythm says.
    """
    urgent_today = (today, True) in written
    if not urgent_today and (urgent := [turn for turn in waiting if turn.lesson.must_not_miss]):
        return min(urgent, key=_before_others)
    sent_on = [day for day, urgent in written if not urgent]
    ordinary = [
        turn
        for turn in waiting
        if not turn.lesson.must_not_miss
        and today not in sent_on
        and (_comes_daily(turn, today, rhythm) or (not urgent_today and is_wished(today, weekday)))
        and _has_room(turn, sent_on, today, rhythm)
    ]
    return min(ordinary, key=_before_others, default=None)


def _comes_daily(turn: Turn, today: date, rhythm: Rhythm) -> bool:
    """Whether the lesson waits for no chosen weekday, and for no day without danger signs.

    So it is in the child's first days, and in its first weeks with what was missed because the birth was told late.
    """
    age = turn.age(today)
    return rhythm.is_daily(age) or (rhythm.is_first(age) and turn.is_late)


def _has_room(turn: Turn, sent_on: list[date], today: date, rhythm: Rhythm) -> bool:
    """Whether the count of seven days leaves room. The daily ones of the first days do not count against later ones."""
    if _comes_daily(turn, today, rhythm):
        return True
    age = turn.age(today)
    if age is not None:
        sent_on = [
            day for day in sent_on if (day - turn.anchor.dated).days > rhythm.last_daily or day < turn.anchor.dated
        ]
    return allowed(sent_on, today, rhythm.at(age))


def written(recipient: Recipient, city: City) -> list[tuple[date, bool]]:
    """The days on which the recipient gets or got a lesson, and whether it was one that must not be missed."""
    known = city.library.by_id
    return [
        (city.today(moment), lesson in known and known[lesson].must_not_miss)
        for lesson, moment in recipient.history.lately
    ]


def _lessons(recipient: Recipient, anchor: Anchor, library: Library) -> list[Lesson]:
    """The lessons of one anchor for this recipient: of the own audience, and the mother's if they stand in for her."""
    meant = [
        lesson
        for lesson in library.of_anchor(anchor.kind)
        if anchor.own in lesson.audience or (anchor.stands_in and "ibu" in lesson.audience)
    ]
    if anchor.kind == "kejadian":
        return [one for one in meant if one.condition == anchor.condition and not _rests(recipient, one, anchor)]
    return meant


def _rests(recipient: Recipient, lesson: Lesson, anchor: Anchor) -> bool:
    """Whether the lesson's last day has passed, or it was sent about the same child or person too short a time ago."""
    if anchor.day + timedelta(days=lesson.until) < anchor.since:
        return True
    rest = anchor.rest or CONDITIONS[lesson.condition].rest
    for counted, lessons in recipient.history.rows.items():
        origin, day = counted
        if day is None or day == anchor.day or origin != anchor.origin:
            continue
        went = lesson.id in lessons and lesson.id not in recipient.history.lost.get(counted, ())
        if went and abs((anchor.day - day).days) < rest:
            return True
    return False


def _own_and_passed_on(lessons: list[Lesson], anchor: Anchor) -> Iterator[tuple[list[Lesson], date]]:
    """The recipient's own lessons, then those to be passed on, each with the day since which they count.

    A trigger counts from its day, also for a recipient who joined later.
    """
    since = anchor.day if anchor.condition else anchor.since
    yield [lesson for lesson in lessons if anchor.own in lesson.audience], since
    if passed_on := [lesson for lesson in lessons if anchor.own not in lesson.audience]:
        yield passed_on, max(since, anchor.stands_in_since)


def _why(lesson: Lesson, reason: str, anchor: Anchor) -> str:
    if anchor.joined <= anchor.day + timedelta(days=lesson.day) < anchor.since:
        return PAUSED
    return NOT_CALLED_FOR if reason == TOO_LATE and _waits_for_state(lesson) else reason


def _is_called_for(lesson: Lesson, anchor: Anchor) -> bool:
    return not _waits_for_state(lesson) or lesson.condition in anchor.holds


def _waits_for_state(lesson: Lesson) -> bool:
    return bool(lesson.condition) and CONDITIONS[lesson.condition].state


def _before_others(turn: Turn) -> tuple[bool, date, date, int, str]:
    return turn.anchor.kind != "kejadian", turn.best_day, turn.last_day, turn.lesson.day, turn.lesson.id
