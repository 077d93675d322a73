"""Selection: which lessons are due for a recipient, and which of them is for today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from content.city import City
from content.conditions import CONDITIONS
from content.lessons import Lesson, Library
from programme.still_valid import PAUSED
from rules.calendar import NOT_CALLED_FOR, TOO_LATE, allowed, is_wished, place
from scheduler.lessons.recipient import Anchor, Recipient


class Turn(NamedTuple):
    """A lesson of one anchor of a recipient: due, or passed over."""

    lesson: Lesson
    anchor: Anchor

    @property
    def last_day(self) -> date:
        return self.anchor.day + timedelta(days=self.lesson.until)


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
    waiting: list[Turn], written: list[tuple[date, bool]], today: date, per_week: int, weekday: int | None = None
) -> Turn | None:
    """The one lesson for today, or None.

    A lesson that must not be missed comes first, one a day, whatever else was sent. Of the others, those called for by
    a trigger, then the one whose last day is nearest; at most ``per_week`` in seven days, never on a day that has one
    already, and on the days around the chosen ``weekday``.
    """
    if (today, True) not in written and (urgent := [turn for turn in waiting if turn.lesson.must_not_miss]):
        return min(urgent, key=_before_others)
    ordinary = [turn for turn in waiting if not turn.lesson.must_not_miss]
    if (today, True) in written or not is_wished(today, weekday):
        return None
    if not allowed([day for day, urgent in written if not urgent], today, per_week):
        return None
    return min(ordinary, key=_before_others, default=None)


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


def _before_others(turn: Turn) -> tuple[bool, date, int, str]:
    return turn.anchor.kind != "kejadian", turn.last_day, turn.lesson.day, turn.lesson.id
