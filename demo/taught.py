"""What families and ASN were sent before the demo begins, by the rules of the service, so that nothing is owed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any

from sqlalchemy.orm import Session

from db import outbox
from db.consent import LessonAnswer
from db.fostering import Assignment
from db.outbox import PLANNED_LANE, SENT, Kind
from db.states import TAUGHT, CareState
from db.subjects import Subject, SubjectKind
from demo.model import Born, Couple, Expected, Making
from rules.calendar import BEFORE_JOINING
from scheduler import introductions
from scheduler.lessons import planning, staff_cards
from scheduler.lessons.family_recipients import family_recipients
from scheduler.lessons.recipient import ORIGINS, SUBJECTS, Anchor
from scheduler.lessons.selection import Turn, choose, turns

ANSWERS = 0.4  # of the questions
CALLED_LATELY = 3  # days; what happened longer ago has had its lesson
LATELY = 8  # lessons back: more than seven days hold


def families(making: Making, abouts: Sequence[Born | Expected], eager: Collection[int]) -> None:
    """The lessons of the calendar to every mother who has joined; the ``eager`` answer every question.

    After a child has left its family gets none about it, unless it goes on learning.
    """
    anchors: defaultdict[int, list[tuple[Anchor, date]]] = defaultdict(list)
    for about in abouts:
        if about.home.joined is None:
            continue
        stays = making.ends.get(about.subject, CareState.ACTIVE) in TAUGHT
        kind = "lahir" if isinstance(about, Born) else "hpl"
        since = max(about.home.joined, about.entered)
        origin = Subject(ORIGINS[kind], about.number)
        anchor = Anchor(
            "ibu", kind, str(about.number), about.day, since, since, subject=SUBJECTS[kind], dated=about.day,
            origin=origin, family_id=about.home.family,
        )  # fmt: skip
        anchors[about.home.mother].append((anchor, making.today if stays else making.gone[about.subject]))
    for mother, mine in anchors.items():
        _taught(making, mother, mine, 1 if mother in eager else ANSWERS)


def couple(making: Making, about: Couple) -> None:
    for person, own in ((about.bride, "ibu"), (about.groom, "ayah")):
        origin = Subject(SubjectKind.WEDDING, about.number)
        anchor = Anchor(own, "nikah", str(about.number), about.day, about.joined, about.joined, origin=origin)
        _taught(making, person, [(anchor, making.today)], 1)


def civil_servants(making: Making) -> None:
    """The cards of every ASN, from their first assignment on."""
    first: dict[int, date] = {}
    for row in making.rows.all(Assignment):
        first[row["asn_id"]] = min(row["starts"], first.get(row["asn_id"], making.today))
    for asn, anchors in first.items():
        since = max(anchors, making.linked[asn])
        _taught(making, asn, [(staff_cards.of_first_duty(since), making.today)], 0)


def _taught(making: Making, person: int, anchors: Sequence[tuple[Anchor, date]], answers: float) -> None:
    """Day by day what the service would have chosen. The starts are given with the day on which their lessons end."""
    waiting = [turn for anchor, ends in anchors for turn in _turns(making, anchor, ends)]
    last = {anchor.ref: ends for anchor, ends in anchors}
    written: list[tuple[date, bool]] = []
    day, rhythm = min(anchor.since for anchor, _ in anchors), planning.rhythm(making.city)
    while day < making.today and waiting:
        due = [one for one in waiting if _comes(one) <= day <= one.last_day and day < last[one.anchor.ref]]
        if turn := choose(due, written[-LATELY:], day, rhythm):
            written.append((day, turn.lesson.must_not_miss))
            waiting = [one for one in waiting if one is not turn]
            _sent(making, person, turn, day, answers)
        day += timedelta(days=1)


def _turns(making: Making, anchor: Anchor, ends: date) -> Iterator[Turn]:
    for lesson in making.city.library.of_anchor(anchor.kind):
        turn = Turn(lesson, anchor)
        begun = _comes(turn) >= anchor.since or (lesson.is_caught_up and turn.last_day >= anchor.since)
        if begun and _comes(turn) < ends and anchor.own in lesson.audience and not lesson.condition:
            yield turn


def _comes(turn: Turn) -> date:
    return turn.anchor.day + timedelta(days=turn.lesson.day)


def _sent(making: Making, person: int, turn: Turn, day: date, answers: float) -> None:
    chance, lesson = making.chance, turn.lesson
    at = datetime.combine(day, time(making.city.programme.lessons.hour, chance.randint(0, 59)), making.city.zone)
    row = _row(f"lesson:{person}:{lesson.id}:{turn.anchor.ref}", *making.line(person), turn, at, person)
    making.rows.add(outbox.Outgoing, **{name: value for name, value in row.items() if name != "about"})
    if lesson.question and chance.random() < answers:
        harmless = [said for n, said in enumerate(lesson.question.answers, 1) if not lesson.question.raised_by(n)]
        if harmless:
            said = harmless[0] if chance.random() < 0.8 else chance.choice(harmless)
            making.rows.add(
                LessonAnswer, person_id=person, lesson=lesson.id, about=turn.anchor.ref, answer=said,
                answered_at=at + timedelta(minutes=chance.randint(2, 400)),
            )  # fmt: skip


def _row(
    key: str, channel: str, address: str, turn: Turn, at: datetime, person: int, skipped: str = ""
) -> dict[str, Any]:
    anchor, lesson = turn.anchor, turn.lesson
    row = outbox.row(
        Kind.LESSON, key, channel, address, {"text": lesson.topic}, at, lane=PLANNED_LANE, person_id=person,
        family_id=anchor.family_id, lesson=lesson.id, origin=anchor.origin, called_on=anchor.called_on, skipped=skipped,
    )  # fmt: skip
    return row if skipped else {**row, "state": SENT, "settled_at": at}


def settle(session: Session, making: Making, fresh: Collection[int]) -> None:
    """Once all is written: record what had passed each reader by, and the lessons that older happenings called for.

    The ``fresh`` still wait for theirs. What a family had outgrown when it joined is left to the service's first look.
    """
    news = making.today - timedelta(days=CALLED_LATELY)
    for batch in chain(
        family_recipients(session, making.now, making.city), staff_cards.staff(session, making.now, making.city)
    ):
        rows: list[dict[str, Any]] = []
        for recipient in batch:
            due, passed = turns(recipient, making.today, making.city.library)
            waiting = [turn for turn in due if turn.anchor.condition and turn.anchor.day < news]
            long_ago = [] if recipient.person_id in fresh else [(turn, "") for turn in waiting]
            for turn, reason in (*passed, *long_ago):
                if reason != BEFORE_JOINING:
                    called_for = bool(turn.anchor.condition)  # then it came at once
                    last = turn.anchor.day if called_for else max(turn.last_day, turn.anchor.since)
                    day = min(last, making.today - timedelta(days=2)) + timedelta(days=1)
                    at = datetime.combine(day, time(making.city.programme.lessons.hour), making.city.zone)
                    key, place = recipient.key(turn.lesson.id, turn.anchor), recipient.place or ("", "")
                    why = "" if called_for else reason
                    rows.append(_row(key, *place, turn, at, recipient.person_id, why))
        outbox.promise(session, rows)
    _introduced(session, making)


def _introduced(session: Session, making: Making) -> None:
    """Whoever is here knows their family or who visits it; only who joins in the demo gets to know them there."""
    at = making.now - timedelta(days=2)
    rows: list[dict[str, Any]] = []
    for one in introductions.missing(session, making.city, making.today):
        known = outbox.row(Kind.INTRODUCTION, one.key, *making.line(one.to), {"text": ""}, at, person_id=one.to)
        rows.append({**known, "state": SENT, "settled_at": at, "forgotten": True})
    outbox.promise(session, rows)
