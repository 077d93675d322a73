"""Lessons: plans today's for everybody who reads, each under a key, so that looking twice promises once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zlib import crc32

from sqlalchemy.orm import Session

from content.city import City
from content.lessons import Lesson, Library
from db import outbox
from db.outbox import PLANNED_LANE
from flow.message import Message, Option
from rules.calendar import allowed, place
from rules.stages import age, pregnancy_week
from scheduler.reach import quiet_hours
from scheduler.readers import Reader, Start, readers

PAUSED, STOPPED = "jeda", "berhenti"  # as the family's own conversation writes them
MARKS = {
    "catin": "💍",
    "hamil": "🤰",
    "bayi-0-28-hari": "👶",
    "bayi-1-6-bulan": "🤱",
    "bayi-6-12-bulan": "🥣",
    "anak-12-24-bulan": "🧒",
    "anak-24-59-bulan": "🧒",
}
URGENT = "❗"


class Turn(NamedTuple):
    """A lesson that is due for a reader."""

    lesson: Lesson
    start: Start

    @property
    def last_day(self) -> date:
        return self.start.day + timedelta(days=self.lesson.until)


def tick(session: Session, now: datetime, city: City) -> None:
    """Plan what each reader gets today, and record what has passed them by with the reason.

    Commits after each batch of readers: nobody who writes to us waits for the whole city to be planned.
    """
    for batch in readers(session, now, city.today(now)):
        outbox.promise(session, [row for reader in batch for row in plan(reader, now, city)])
        session.commit()


def plan(reader: Reader, now: datetime, city: City) -> Iterator[dict[str, Any]]:
    """The outbox rows that are new for one reader now: lessons passed over, and at most one to send today."""
    today = city.today(now)
    due, passed = turns(reader, today, city.library)
    for turn, reason in passed:
        yield _row(reader, turn, {"text": turn.lesson.topic}, now, skipped=reason)
    moment = moment_for(reader.person_id, now, city)
    turn = choose(due, written(reader, city), today, city.programme.lessons.per_week)
    if turn and reader.place and moment.date() == today:
        until = min(today + timedelta(days=city.programme.lessons.late_after_days), turn.last_day)
        expires = datetime.combine(until + timedelta(days=1), time(), city.zone)
        yield _row(reader, turn, say(turn, reader.call, today).to_json(), now, due_at=moment, expires_at=expires)


def turns(reader: Reader, today: date, library: Library) -> tuple[list[Turn], list[tuple[Turn, str]]]:
    """The lessons that have come for the reader and stand in no row yet: due, and passed over with the reason."""
    due: list[Turn] = []
    passed: list[tuple[Turn, str]] = []
    for start in reader.starts:
        placed = place(_lessons(library, start), start.day, start.since, today, reader.done(start))
        due += [Turn(lesson, start) for lesson in placed.due]
        for lesson, reason in placed.skipped:
            paused = start.day + timedelta(days=lesson.day) >= start.joined and start.since > start.joined
            passed.append((Turn(lesson, start), PAUSED if paused else reason))
    return due, passed


def written(reader: Reader, city: City) -> list[tuple[date, bool]]:
    """The days on which the reader gets or got a lesson, and whether it was one that must not be missed."""
    known = city.library.by_id
    return [(city.today(moment), lesson in known and known[lesson].must_not_miss) for lesson, moment in reader.lately]


def choose(waiting: list[Turn], written: list[tuple[date, bool]], today: date, per_week: int) -> Turn | None:
    """The one lesson for today, or None.

    What must not be missed goes first, one a day, whatever else was sent. Of the others, whose time runs out first,
    at most ``per_week`` in seven days and never on a day that has one already.
    """
    if (today, True) not in written and (urgent := [turn for turn in waiting if turn.lesson.must_not_miss]):
        return min(urgent, key=_soonest_over)
    others = [turn for turn in waiting if not turn.lesson.must_not_miss]
    if (today, True) in written or not allowed([day for day, urgent in written if not urgent], today, per_week):
        return None
    return min(others, key=_soonest_over, default=None)


def moment_for(person_id: int, now: datetime, city: City) -> datetime:
    """When a lesson found now goes out: from the programme's hour on, spread over people, never at a quiet time.

    Everybody has their own minute, today and always, so that answers do not come in all at once.
    """
    lessons = city.programme.lessons
    local = city.local(now)
    own_minutes = crc32(str(person_id).encode()) % (lessons.spread_minutes + 1)
    opens = datetime.combine(local.date(), time(lessons.hour), city.zone)
    return quiet_hours(city).open_at(max(local, opens) + timedelta(minutes=own_minutes))


def say(turn: Turn, call: str, today: date) -> Message:
    """The lesson as this reader gets it, with its question's answers to tap."""
    lesson, start = turn
    passed_on = start.own not in lesson.audience
    values: dict[str, Any] = {"ibu": start.mother if passed_on else call}
    if start.anchor == "hpl":
        values["minggu"] = pregnancy_week(start.day, today)
    else:
        values |= {"nama": start.child, "umur": str(age(start.day, today))}
    mark = URGENT if lesson.must_not_miss else MARKS[lesson.stage]
    parts = [f"{mark} *{lesson.topic}*", lesson.render(**values)]
    if passed_on:
        parts.insert(1, f"{call}, mohon sampaikan kepada {start.mother}, ya.")
    if lesson.question is None:
        return Message("\n\n".join(parts))
    options = [Option(f"lesson:{lesson.id}:{n}", answer) for n, answer in enumerate(lesson.question.answers, 1)]
    return Message("\n\n".join([*parts, lesson.question.text]), tuple(options))


def _soonest_over(turn: Turn) -> tuple[date, int, str]:
    return turn.last_day, turn.lesson.day, turn.lesson.id


def _row(reader: Reader, turn: Turn, message: dict[str, Any], now: datetime, **more: Any) -> dict[str, Any]:
    key = reader.key(turn.lesson.id, turn.start)
    channel, address = reader.place or ("", "")
    return outbox.row(key, channel, address, message, now, lane=PLANNED_LANE, person_id=reader.person_id, **more)


def _lessons(library: Library, start: Start) -> tuple[Lesson, ...]:
    """The lessons of one reader. Those for fathers alone speak to a father, so nobody gets them in his place."""
    mothers = start.stands_in
    return tuple(
        lesson
        for lesson in library.of_anchor(start.anchor)
        if start.own in lesson.audience or (mothers and "ibu" in lesson.audience)
    )
