"""Lessons: plans today's for everybody who reads, each under a key, so that looking twice promises once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, NamedTuple
from zlib import crc32

from sqlalchemy.orm import Session

from content.city import City
from content.conditions import CONDITIONS
from content.lessons import Lesson, Library
from db import outbox
from db.outbox import PLANNED, PLANNED_LANE, Kind
from drawing import lesson_pictures
from drawing.lesson_pictures import Facts
from flow.message import Attachment, Message, Option
from programme.quiet_hours import quiet_hours
from programme.still_valid import PAUSED
from rules.calendar import NOT_CALLED_FOR, TOO_LATE, allowed, is_wished, place
from rules.stages import age, pregnancy_week
from scheduler.lessons.recipient import Anchor, Recipient
from scheduler.lessons.recipients import recipients
from scheduler.looks import Write, promises, several

MARKS = {
    "catin": "💍",
    "hamil": "🤰",
    "bayi-0-28-hari": "👶",
    "bayi-1-6-bulan": "🤱",
    "bayi-6-12-bulan": "🥣",
    "anak-12-24-bulan": "🧒",
    "anak-24-59-bulan": "🧒",
    "kondisional": "💛",
    "kartu-asn": "📘",
    "kartu-kondisional": "📘",
}
URGENT = "❗"
SPREAD_LATE = 30  # minutes; before the quiet hours there is less room to spread in
MOST_OPTIONS = 3  # WhatsApp's reply buttons
BIRTH_FROM_DAY = -28  # from four weeks before the HPL on a lesson offers to tell of the birth


class Turn(NamedTuple):
    """A lesson that is due for a recipient."""

    lesson: Lesson
    anchor: Anchor

    @property
    def last_day(self) -> date:
        return self.anchor.day + timedelta(days=self.lesson.until)


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Plan what each recipient gets today, and record what has passed them by with the reason."""
    for batch in recipients(session, now, city):
        yield from writes(batch, now, city)


def writes(batch: Sequence[Recipient], now: datetime, city: City) -> Iterator[Write]:
    """What is new for some recipients. Whom a loss has reached since they were read, delivery's last look will see."""
    rows = [row for recipient in batch for row in plan(recipient, now, city)]
    yield from promises(row for row in rows if row["state"] != PLANNED)
    for some in several(row for row in rows if row["state"] == PLANNED):
        yield partial(outbox.renew, rows=some)


def plan(recipient: Recipient, now: datetime, city: City) -> Iterator[dict[str, Any]]:
    """The outbox rows that are new for one recipient now: lessons passed over, and at most one to send today."""
    today = city.today(now)
    due, passed = turns(recipient, today, city.library)
    for turn, reason in passed:
        yield _row(recipient, turn, {"text": turn.lesson.topic}, now, skipped=reason)
    turn = choose(due, written(recipient, city), today, city.programme.lessons.per_week, recipient.weekday)
    urgent = turn is not None and turn.lesson.must_not_miss
    if turn and recipient.place and (moment := moment_for(recipient, now, city, urgent=urgent)):
        until = min(today + timedelta(days=city.programme.lessons.late_after_days), turn.last_day)
        expires = datetime.combine(until + timedelta(days=1), time(), city.zone)
        yield _row(recipient, turn, say(turn, recipient, today, city).to_json(), now, due_at=moment, expires_at=expires)


def turns(recipient: Recipient, today: date, library: Library) -> tuple[list[Turn], list[tuple[Turn, str]]]:
    """The lessons that have come for the recipient and stand in no row yet: due, and passed over with the reason."""
    due: list[Turn] = []
    passed: list[tuple[Turn, str]] = []
    for anchor in recipient.anchors:
        lessons = _lessons(recipient, anchor, library)
        lost = recipient.lost.get(anchor.counted, set[str]())
        again = {lesson.id for lesson in lessons if lesson.must_not_miss and lesson.id in lost}
        done = recipient.history.get(anchor.counted, set[str]()) - again
        for share, since in _shares(lessons, anchor):
            placed = place(share, anchor.day, since, today, done)
            due += [Turn(lesson, anchor) for lesson in placed.due if _is_called_for(lesson, anchor)]
            skipped = [(lesson, reason) for lesson, reason in placed.skipped if lesson.id not in again]
            passed += [(Turn(lesson, anchor), _why(lesson, reason, anchor)) for lesson, reason in skipped]
    return due, passed


def _shares(lessons: list[Lesson], anchor: Anchor) -> Iterator[tuple[list[Lesson], date]]:
    """The recipient's own lessons and those they pass on, each since when.

    What happened in the family was there before the recipient came, and speaks to them all the same.
    """
    since = anchor.day if anchor.condition else anchor.since
    yield [lesson for lesson in lessons if anchor.own in lesson.audience], since
    if others := [lesson for lesson in lessons if anchor.own not in lesson.audience]:
        yield others, max(since, anchor.stands_in_since)


def _why(lesson: Lesson, reason: str, anchor: Anchor) -> str:
    if anchor.joined <= anchor.day + timedelta(days=lesson.day) < anchor.since:
        return PAUSED
    return NOT_CALLED_FOR if reason == TOO_LATE and _waits_for_state(lesson) else reason


def written(recipient: Recipient, city: City) -> list[tuple[date, bool]]:
    """The days on which the recipient gets or got a lesson, and whether it was one that must not be missed."""
    known = city.library.by_id
    return [
        (city.today(moment), lesson in known and known[lesson].must_not_miss) for lesson, moment in recipient.lately
    ]


def choose(
    waiting: list[Turn], written: list[tuple[date, bool]], today: date, per_week: int, weekday: int | None = None
) -> Turn | None:
    """The one lesson for today, or None.

    What must not be missed goes first, one a day, whatever else was sent. Of the others, those that the family's own
    data called for, then whose time runs out first; at most ``per_week`` in seven days, never on a day that has one
    already, and on the days around the chosen ``weekday``.
    """
    if (today, True) not in written and (urgent := [turn for turn in waiting if turn.lesson.must_not_miss]):
        return min(urgent, key=_before_others)
    others = [turn for turn in waiting if not turn.lesson.must_not_miss]
    if (today, True) in written or not is_wished(today, weekday):
        return None
    if not allowed([day for day, urgent in written if not urgent], today, per_week):
        return None
    return min(others, key=_before_others, default=None)


def moment_for(recipient: Recipient, now: datetime, city: City, *, urgent: bool = False) -> datetime | None:
    """When today a lesson found now goes out: at the hour the recipient likes or the programme's, never at a quiet
    time.

    What is urgent waits for nobody's hour but the programme's. Everybody has their own minute, today and always, so
    that answers do not come in all at once. None when it is too late today.
    """
    lessons, ramadan, local = city.programme.lessons, city.programme.ramadan, city.local(now)
    usual = ramadan.hour if ramadan.includes(local.date()) else lessons.hour
    own_minute = crc32(str(recipient.person_id).encode())
    quiet = quiet_hours(city)
    for hour, spread in ((None if urgent else recipient.hour, SPREAD_LATE), (usual, lessons.spread_minutes)):
        if hour is not None:
            opens = datetime.combine(local.date(), time(hour), city.zone)
            moment = quiet.open_at(max(local, opens) + timedelta(minutes=own_minute % (spread + 1)))
            if moment.date() == local.date():
                return moment
    return None


def say(turn: Turn, recipient: Recipient, today: date, city: City) -> Message:
    """The lesson as this recipient gets it: in their language, with its picture, its question's answers to tap."""
    lesson, anchor = city.library.translated(recipient.language, turn.lesson), turn.anchor
    passed_on = anchor.subject is not None and anchor.own not in lesson.audience
    mark = URGENT if lesson.must_not_miss else MARKS[lesson.stage]
    parts = [f"{mark} *{lesson.topic}*", lesson.render(**_values(anchor, recipient.call, passed_on, today))]
    if passed_on:
        parts.insert(1, f"{recipient.call}, mohon sampaikan kepada {anchor.mother}, ya.")
    options: list[Option] = []
    if lesson.question:
        parts.append(lesson.question.text)
        options = [
            Option(f"lesson:{lesson.id}:{n}:{anchor.ref}", answer)
            for n, answer in enumerate(lesson.question.answers, 1)
        ]
    if anchor.kind == "hpl" and lesson.day >= BIRTH_FROM_DAY and len(options) < MOST_OPTIONS:
        options.append(Option(f"birth:pregnancy:{anchor.ref}", "Adik sudah lahir"))
    picture = _picture(lesson.picture, anchor, today, city) if lesson.picture else None
    return Message("\n\n".join(parts), tuple(options), attachment=picture, notice=(recipient.call, turn.lesson.notice))


def _picture(name: str, anchor: Anchor, today: date, city: City) -> Attachment:
    """The drawing of the lesson, with this child's or mother's own dates where it shows them."""
    born = anchor.dated if anchor.subject == "anak" else None
    due = anchor.dated if anchor.subject == "hamil" else None
    return lesson_pictures.attachment(city, name, Facts(today, born, anchor.child, anchor.received, due))


def _values(anchor: Anchor, call: str, passed_on: bool, today: date) -> dict[str, Any]:
    """What the text may name."""
    if anchor.subject is None:
        return {"sapaan": call}
    values: dict[str, Any] = {"ibu": anchor.mother if passed_on else call}
    if anchor.subject == "hamil":
        values["minggu"] = pregnancy_week(anchor.dated, today)
    elif anchor.subject == "anak":
        values |= {"nama": anchor.child, "umur": str(age(anchor.dated, today))}
    return values


def _before_others(turn: Turn) -> tuple[bool, date, int, str]:
    return turn.anchor.kind != "kejadian", turn.last_day, turn.lesson.day, turn.lesson.id


def _row(recipient: Recipient, turn: Turn, message: dict[str, Any], now: datetime, **more: Any) -> dict[str, Any]:
    anchor, (channel, address) = turn.anchor, recipient.place or ("", "")
    return outbox.row(
        Kind.LESSON, recipient.key(turn.lesson.id, anchor), channel, address, message, now,
        lane=PLANNED_LANE, person_id=recipient.person_id, about=anchor.about, family_id=anchor.family_id,
        lesson=turn.lesson.id, origin=anchor.origin, called_on=anchor.called_on, **more,
    )  # fmt: skip


def _lessons(recipient: Recipient, anchor: Anchor, library: Library) -> list[Lesson]:
    """The lessons of one anchor. Those for fathers alone speak to a father, so nobody gets them in his place."""
    mine = [
        lesson
        for lesson in library.of_anchor(anchor.kind)
        if anchor.own in lesson.audience or (anchor.stands_in and "ibu" in lesson.audience)
    ]
    if anchor.kind == "kejadian":
        return [one for one in mine if one.condition == anchor.condition and not _rests(recipient, one, anchor)]
    return mine


def _rests(recipient: Recipient, lesson: Lesson, anchor: Anchor) -> bool:
    """Whether the lesson has passed already, or came about this child or person so lately that it would be nagging."""
    if anchor.day + timedelta(days=lesson.until) < anchor.since:
        return True
    rest = anchor.rest or CONDITIONS[lesson.condition].rest
    for counted, lessons in recipient.history.items():
        origin, day = counted
        if day is None or day == anchor.day or origin != anchor.origin:
            continue
        went = lesson.id in lessons and lesson.id not in recipient.lost.get(counted, ())
        if went and abs((anchor.day - day).days) < rest:
            return True
    return False


def _waits_for_state(lesson: Lesson) -> bool:
    return bool(lesson.condition) and CONDITIONS[lesson.condition].state


def _is_called_for(lesson: Lesson, anchor: Anchor) -> bool:
    return not _waits_for_state(lesson) or lesson.condition in anchor.holds
