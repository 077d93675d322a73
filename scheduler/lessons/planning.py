"""Planning: today's lesson of each recipient as an outbox row, under a key, so that a second tick plans nothing twice.

The steps of a lesson, in order: ``family_recipients`` reads who gets lessons, with their anchors and history;
``selection`` says which are due and which one is for today; ``wording`` makes its message; this module makes it a
PlannedLesson and then a row. Delivery draws its picture and sends it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from zlib import crc32

from sqlalchemy.orm import Session

from content.city import City
from content.lessons import LOSS, Lesson
from db import outbox
from db.outbox import PLANNED_LANE, Kind
from flow.message import Message
from programme import questions
from programme.quiet_hours import quiet_hours
from rules.calendar import Rhythm
from scheduler.lessons.family_recipients import family_recipients
from scheduler.lessons.recipient import Anchor, Recipient, Told
from scheduler.lessons.selection import Turn, choose, turns, written
from scheduler.lessons.wording import say
from scheduler.looks import Write, several

SECOND_AFTER = timedelta(hours=1)  # at least so long after a look goes the second lesson that it found
SPREAD_LATE = 30  # minutes; the spread shortly before the quiet hours


@dataclass(frozen=True, slots=True)
class PlannedLesson:
    """One lesson for one recipient, with all that its outbox row says.

    ``due_at`` is when it is sent; after ``expires_at`` it is not sent any more. ``skipped`` is the reason of a lesson
    that is passed over: it is never sent, and its message is only its topic.
    """

    recipient: Recipient
    lesson: Lesson
    anchor: Anchor
    message: Message
    due_at: datetime
    expires_at: datetime | None = None
    skipped: str = ""


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Plan today's lesson of each carer, and record lessons that were passed over, with the reason."""
    at_rest = questions.families_at_rest(session, city, now)
    for batch in family_recipients(session, now, city):
        yield from writes(batch, now, city, at_rest)


def writes(
    batch: Sequence[Recipient], now: datetime, city: City, at_rest: Collection[int] = frozenset()
) -> Iterator[Write]:
    """Writes of the new rows of some recipients. A loss reported since they were read is caught by the check before
    sending. Families ``at_rest`` wait for the answer to a question, and get what is urgent alone.
    """
    planned: list[PlannedLesson] = []
    told: set[Told] = set()
    for recipient in batch:
        new = list(plan(recipient, now, city, at_rest, told))
        told |= {(one.anchor.family_id, one.lesson.id) for one in new if not one.skipped}
        planned += new
    for some in several(row(one, now) for one in planned if one.skipped):
        yield partial(outbox.record_skipped, rows=some)
    for some in several(row(one, now) for one in planned if not one.skipped):
        yield partial(outbox.renew, rows=some)


def plan(
    recipient: Recipient,
    now: datetime,
    city: City,
    at_rest: Collection[int] = frozenset(),
    told: Collection[Told] = frozenset(),
) -> Iterator[PlannedLesson]:
    """The lessons that are new for one recipient now: those passed over, and the one to send today.

    In a child's first weeks that may be two: one that must not be missed, and another at the second hour.

    ``told`` are lessons that others of their families were given at this very look: two of one household do not get the
    same text on the same day, unless it must not be missed. Families ``at_rest`` get what is urgent alone.
    """
    today = city.today(now)
    due, passed = turns(recipient, today, city.library)
    for (lesson, anchor), reason in passed:
        yield PlannedLesson(recipient, lesson, anchor, Message(lesson.topic), due_at=now, skipped=reason)
    due = [turn for turn in due if _cannot_wait(turn) or turn.anchor.family_id not in at_rest]
    if recipient.place is None:
        return
    waiting = [turn for turn in due if turn.lesson.must_not_miss or not _is_told(turn, recipient, told)]
    lately = written(recipient, city)
    while turn := choose(waiting, lately, today, rhythm(city), recipient.weekday):
        urgent = turn.lesson.must_not_miss
        moment = moment_for(recipient, now, city, urgent=urgent, second=not urgent and (today, True) in lately)
        if moment is None:  # it is too late today, and tomorrow's tick finds it again
            return
        message, expires_at = say(turn, recipient, today, city), _expires_at(turn, today, city)
        yield PlannedLesson(recipient, turn.lesson, turn.anchor, message, moment, expires_at)
        waiting.remove(turn)
        lately.append((today, urgent))


def rhythm(city: City) -> Rhythm:
    """How many lessons a reader gets in a week, by the child's age."""
    return Rhythm(city.programme.lessons.per_week, city.programme.lessons.first_weeks)


def _is_told(turn: Turn, recipient: Recipient, told: Collection[Told]) -> bool:
    one = turn.anchor.family_id, turn.lesson.id
    return turn.anchor.family_id is not None and (one in recipient.told_at_home or one in told)


def _cannot_wait(turn: Turn) -> bool:
    """Whether the lesson comes although the family waits for an answer: it is urgent, or written for after a loss."""
    return turn.lesson.must_not_miss or turn.anchor.kind == LOSS


def row(planned: PlannedLesson, now: datetime) -> dict[str, Any]:
    """The outbox row of a planned lesson."""
    recipient, anchor = planned.recipient, planned.anchor
    channel, address = recipient.place or ("", "")
    kind = Kind.AFTER_LOSS if anchor.kind == LOSS else Kind.LESSON
    return outbox.row(
        kind, recipient.key(planned.lesson.id, anchor), channel, address, planned.message.to_json(), now,
        lane=PLANNED_LANE, person_id=recipient.person_id, about=anchor.about, family_id=anchor.family_id,
        lesson=planned.lesson.id, origin=anchor.origin, called_on=anchor.called_on,
        due_at=planned.due_at, expires_at=planned.expires_at, skipped=planned.skipped,
    )  # fmt: skip


def moment_for(
    recipient: Recipient, now: datetime, city: City, *, urgent: bool = False, second: bool = False
) -> datetime | None:
    """When a lesson found now is sent today: at the recipient's hour or the programme's, never in quiet hours.

    An urgent one ignores the recipient's hour; the ``second`` of a day waits for an hour of its own, so that the two do
    not arrive together. Each recipient has a fixed minute, so that answers do not come in all at once. None when it is
    too late today.
    """
    lessons, ramadan, local = city.programme.lessons, city.programme.ramadan, city.local(now)
    usual = ramadan.hour if ramadan.includes(local.date()) else lessons.hour
    own_minute = crc32(str(recipient.person_id).encode())
    quiet = quiet_hours(city)
    usual = max(usual, lessons.second_hour) if second else usual
    wished = None if urgent or second else recipient.hour
    for hour, spread in ((wished, SPREAD_LATE), (usual, lessons.spread_minutes)):
        if hour is not None:
            opens = datetime.combine(local.date(), time(hour), city.zone)
            earliest = local + SECOND_AFTER if second else local
            moment = quiet.open_at(max(earliest, opens) + timedelta(minutes=own_minute % (spread + 1)))
            if moment.date() == local.date():
                return moment
    return None


def _expires_at(turn: Turn, today: date, city: City) -> datetime:
    """The midnight after the lesson's last day, or after the days a planned message may be late: the earlier one."""
    last = min(today + timedelta(days=city.programme.lessons.late_after_days), turn.last_day)
    return datetime.combine(last + timedelta(days=1), time(), city.zone)
