"""Nightly upkeep: expire rows, erase old data, delete old files, and list people whose lesson is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from statistics import median
from typing import Any, NamedTuple

import structlog
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from content.city import City
from db import broadcasts, exports, files, inbox, letters, outbox, people, questions, workbook_imports
from db.children import Carer, Child, Family
from db.consent import LessonGap, carer_reads
from db.inbox import DONE, Received
from db.outbox import FAILED, IS_PLANNED, PLANNED, SKIPPED, TAKEN, Outgoing
from db.states import CareState
from delivery import failure_policy
from drawing import attachments
from programme import alert_reach, erasure, households, setting_aside
from programme.still_valid import NOT_A_READER, OVERTAKEN, PAUSED, STOPPED, WITHDRAWN
from rules.calendar import BEFORE_JOINING, NOT_CALLED_FOR
from rules.stages import months_after
from scheduler.lessons.family_recipients import family_recipients
from scheduler.lessons.selection import turns
from scheduler.looks import Write, pages, several

FILES_KEPT = attachments.KEPT
LISTS_KEPT = timedelta(days=2)  # lists of people that somebody asked for
WORKBOOKS_KEPT = timedelta(days=2)  # an import can be undone for a day
DROPPED_KEPT = timedelta(days=2)  # announcements that were never sent
LOOK_BACK = timedelta(days=7)
STUCK_AFTER = timedelta(days=1)
DAYS_A_MONTH = 30.4375
FIVE_YEARS = 60  # months
UNREACHABLE = "tidak dapat dihubungi"
WAITS_TOO_LONG = "menunggu lebih dari seminggu"
NOT_SENT = "belum terkirim sejak kemarin"
NO_BIRTH_DATE = "tanggal lahir belum ada"
NO_CONSENT = "belum menyetujui"

log = structlog.get_logger()


class Gap(NamedTuple):
    """A person who should have got a lesson and did not. ``lesson`` is empty where none could be planned at all."""

    person_id: int
    lesson: str
    why: str


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Skip expired rows, delete old codes, texts and files, erase families after their time, store lesson gaps."""
    privacy = city.programme.privacy
    raw = now - timedelta(days=privacy.raw_days)
    words = now - timedelta(days=privacy.message_months * DAYS_A_MONTH)
    expired = 0
    for ids in pages(session, Outgoing.id, IS_PLANNED, Outgoing.expires_at <= now, size=failure_policy.EXPIRED_AT_ONCE):
        expired += len(ids)
        yield partial(failure_policy.expire, now=now)
    yield partial(people.forget_attempts, now=now)
    yield outbox.empty_codes
    yield partial(households.forget_unconfirmed, now=now)
    yield partial(people.forget_strangers, before=raw)
    for ids in pages(session, Received.id, Received.state == DONE, Received.handled_at < raw):
        yield partial(inbox.forget, before=raw, among=ids)
    yield partial(inbox.forget_aside, before=now - timedelta(days=privacy.aside_days))
    for ids in pages(session, Outgoing.id, Outgoing.settled_at < words, ~Outgoing.forgotten):
        yield partial(outbox.forget_words, before=words, among=ids)
    yield partial(questions.forget_words, before=words)
    yield partial(letters.forget_words, before=words)
    yield partial(setting_aside.forget_over, today=city.today(now))
    yield partial(broadcasts.forget, dropped_before=now - DROPPED_KEPT, words_before=words)
    grown = months_after(city.today(now), -(FIVE_YEARS + privacy.keep_after_months))
    for family in erasure.outgrown(session, grown):
        yield partial(_forget, family_id=family.id, grown=grown, now=now, city=city)
    yield partial(files.forget, before=now - FILES_KEPT)
    yield partial(_forget_lists, before=now - LISTS_KEPT, city=city)
    yield partial(_forget_workbooks, before=now - WORKBOOKS_KEPT, city=city)
    deleted = attachments.delete_older(city.files, now - FILES_KEPT)
    gaps = audit_gaps(session, now, city)
    yield from _keep(session, gaps, now)
    _audit_alerts(session, now)
    log.info("upkeep", expired=expired, files_deleted=deleted, lesson_gaps=dict(Counter(gap.why for gap in gaps)))


def _forget_lists(session: Session, before: datetime, city: City) -> None:
    attachments.delete(city.files, exports.forget(session, before))


def _audit_alerts(session: Session, now: datetime) -> None:
    """Log what became of the alerts of the last day: counts and minutes only."""
    found = alert_reach.alerts(session, now - timedelta(days=1), now)
    log.info(
        "alerts",
        opened=found.opened,
        told=found.told,
        taken_on=len(found.minutes),
        minutes_median=median(found.minutes) if found.minutes else None,
        minutes_longest=max(found.minutes, default=None),
        never_taken_on=found.waiting,
    )


def _forget_workbooks(session: Session, before: datetime, city: City) -> None:
    attachments.delete(city.files, workbook_imports.forget(session, before))


def _forget(session: Session, family_id: int, grown: date, now: datetime, city: City) -> None:
    """Erase a family, unless a younger child or a pregnancy was entered since the tick read it."""
    for family in erasure.outgrown(session, grown, Family.id == family_id):
        attachments.delete(city.files, erasure.forget(session, family, now))


def audit_gaps(session: Session, now: datetime, city: City) -> list[Gap]:
    """People who should have got a lesson in the last seven days and did not, with the reason.

    Not a gap: lessons before the family joined, while it paused or after it stopped, and lessons still to be sent.
    """
    today = city.today(now)
    gaps = {*_unsettled(session, now), *_waiting(session, now, city), *_without(session, today)}
    return sorted(gaps)


def _keep(session: Session, gaps: Sequence[Gap], now: datetime) -> Iterator[Write]:
    """Writes that replace last night's gaps, for the coordinators' digests; old ones go after the new are stored."""
    for some in several(gaps):
        yield partial(_insert, rows=[{**gap._asdict(), "found_at": now} for gap in some])
    for ids in pages(session, LessonGap.id, LessonGap.found_at != now):
        yield partial(_delete, ids=ids)


def _insert(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    session.execute(insert(LessonGap), list(rows))


def _delete(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(LessonGap).where(LessonGap.id.in_(ids)))


def _unsettled(session: Session, now: datetime) -> Iterator[Gap]:
    """Gaps from lessons that failed, came too late, or are overdue in the outbox."""
    query = select(Outgoing.person_id, Outgoing.lesson, Outgoing.state, Outgoing.reason, Outgoing.due_at).where(
        Outgoing.kind.in_(outbox.LESSONS),
        ~outbox.arrived_otherwise(),
        Outgoing.person_id.is_not(None),
        Outgoing.created_at >= now - 2 * LOOK_BACK,  # lets the index be used: a lesson is planned on its day
        Outgoing.due_at >= now - LOOK_BACK,
        Outgoing.state.in_((FAILED, SKIPPED, PLANNED, TAKEN)),
        Outgoing.reason.not_in((BEFORE_JOINING, PAUSED, STOPPED, WITHDRAWN, NOT_A_READER, NOT_CALLED_FOR, *OVERTAKEN)),
    )
    for person_id, lesson, state, reason, due_at in session.execute(query):
        stuck = state in (PLANNED, TAKEN)
        if not stuck or due_at <= now - STUCK_AFTER:
            yield Gap(person_id or 0, lesson, NOT_SENT if stuck else reason)


def _waiting(session: Session, now: datetime, city: City) -> Iterator[Gap]:
    """Gaps from lessons due to people without an address, and from urgent ones that waited more than a week."""
    today = city.today(now)
    for batch in family_recipients(session, now, city):
        for recipient in batch:
            for lesson, start in turns(recipient, today, city.library)[0]:
                came = max(start.day + timedelta(days=lesson.day), start.since)
                if recipient.place is None:
                    yield Gap(recipient.person_id, lesson.id, UNREACHABLE)
                elif lesson.must_not_miss and today - came > LOOK_BACK:
                    yield Gap(recipient.person_id, lesson.id, WAITS_TOO_LONG)


def _without(session: Session, today: date) -> Iterator[Gap]:
    """Gaps of people for whom nothing can be planned: no date of birth, or no consent."""
    joined = Carer.joined_on <= today, Carer.stopped_at.is_(None), Carer.closed_at.is_(None)
    undated = (
        select(Carer.person_id).join(Family, Family.id == Carer.family_id).join(Child, Child.family_id == Family.id)
    )
    for person_id in session.scalars(undated.where(*joined, Child.born.is_(None), Child.state == CareState.ACTIVE)):
        yield Gap(person_id, "", NO_BIRTH_DATE)
    for person_id in session.scalars(select(Carer.person_id).where(*joined, ~carer_reads())):
        yield Gap(person_id, "", NO_CONSENT)
