"""Once a week "Kapan bisa?" to whoever is late beyond their own reminders, and a word on the morning they promised.

Nobody gets more than one message of a day that is about their visits; what a report has settled is asked no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import outbox
from db import promises as rows
from db.outbox import PLANNED_LANE, SKIPPED, Kind, Outgoing
from db.people import Person, places
from db.promises import Asked, PromiseEnd, VisitPromise
from db.states import MOURNING
from db.subjects import Subject
from programme import contacts, ladder_pauses, promise_messages, promises
from programme.fosterings import Fostering, fosterings, labels
from programme.quiet_hours import quiet_hours
from programme.visitors import Visitor, resting
from rules.visits import standing
from scheduler.looks import AT_ONCE, Write, promises_if, several

FROM, UNTIL = time(7), time(19)
ASKED_FROM = time(8, 15)  # the own reminders of a day go first
Place = tuple[str, str]


class Question(NamedTuple):
    """Whom to ask about whom, worst first; ``names`` are what each is called to them."""

    to: Visitor
    whom: tuple[Asked, ...]
    names: tuple[str, ...]


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """End what has gone by, say "today" to whoever promised it, and ask whoever is late and has promised nothing."""
    local = city.local(now)
    if not FROM <= local.time() < UNTIL or quiet_hours(city).open_at(local) != local:
        return
    today = local.date()
    fostered = [
        one for one in fosterings(session, today, city.programme.visits.every_days, zone=city.zone) if one.answers
    ]
    yield from _ends(session, fostered, today, now)
    of_visitor: dict[int, list[Fostering]] = defaultdict(list)
    for one in fostered:
        for to in one.visitors:
            of_visitor[to.id].append(one)
    left_alone = _told_since(session, datetime.combine(today, time(), city.zone)) | resting(session, of_visitor, today)
    wanted = {id: theirs for id, theirs in of_visitor.items() if id not in left_alone}
    found = places(session, wanted)
    theirs = {id: wanted[id] for id in found}
    promised = list(_of_today(session, theirs, today, city))
    yield from promises_if(
        _mornings(session, promised, theirs, found, now, city), partial(ladder_pauses.waiting, since=now)
    )
    if local.time() < ASKED_FROM:
        return
    greeted = {to.id for to, _ in promised}
    for question in _questions(session, {id: some for id, some in theirs.items() if id not in greeted}, today, city):
        yield partial(_ask, question=question, place=found[question.to.id], now=now, city=city)


def _told_since(session: Session, begin: datetime) -> set[int]:
    """Who was written to about their visits since then."""
    query = select(Outgoing.person_id).where(
        Outgoing.kind.in_((Kind.REMINDER, Kind.PROMISE, Kind.LADDER)),
        Outgoing.created_at >= begin,
        Outgoing.state != SKIPPED,
    )
    return {id for id in session.scalars(query) if id is not None}


# --- what has gone by ---------------------------------------------------------------------------


def _ends(session: Session, fostered: Sequence[Fostering], today: date, now: datetime) -> Iterator[Write]:
    """End the promises whose day has gone by without a report, and whatever is not theirs to visit any more.

    A day in somebody's leave, or while the child is in hospital, was no broken promise.
    """
    asked = {(to.id, one.asn_id, one.about) for one in fostered for to in one.visitors}
    # What got no answer is replaced by the next question, so that only few are open.
    query = select(VisitPromise).where(VisitPromise.outcome.is_(None)).order_by(VisitPromise.id)
    found = session.scalars(query).all()
    over = [one.id for one in found if (one.person_id, one.foster_id, one.about) not in asked]
    gone_by = [one for one in found if one.day is not None and one.day < today and one.id not in over]
    ill = ladder_pauses.in_hospital(session, {one.about for one in gone_by})
    for one in gone_by:
        if one.about in ill or (one.day and resting(session, [one.person_id], one.day)):
            over.append(one.id)
    broken = [one.id for one in gone_by if one.id not in over]
    for how, ids in ((PromiseEnd.OVER, over), (PromiseEnd.BROKEN, broken)):
        for some in several(ids, AT_ONCE):
            yield partial(_end, how=how, ids=list(some), now=now)


def _end(session: Session, how: PromiseEnd, ids: Sequence[int], now: datetime) -> None:
    rows.end(session, how, now, VisitPromise.id.in_(ids))


# --- the promised day ---------------------------------------------------------------------------


def _of_today(
    session: Session, theirs: Mapping[int, Sequence[Fostering]], today: date, city: City
) -> Iterator[tuple[Visitor, list[VisitPromise]]]:
    """By visitor, the promises for today that were given before it: who says "today" need not hear it again."""
    given: dict[int, list[VisitPromise]] = defaultdict(list)
    found = rows.standing(session, VisitPromise.day == today)
    ill = ladder_pauses.in_hospital(session, {one.about for one in found})
    for one in found:
        if one.about not in ill and one.answered_at is not None and city.today(one.answered_at) < today:
            given[one.person_id].append(one)
    for id, some in given.items():
        if to := next((to for one in theirs.get(id, ()) for to in one.visitors if to.id == id), None):
            yield to, some


def _mornings(
    session: Session,
    promised: Sequence[tuple[Visitor, Sequence[VisitPromise]]],
    theirs: Mapping[int, Sequence[Fostering]],
    found: Mapping[int, Place],
    now: datetime,
    city: City,
) -> Iterator[tuple[Collection[Subject], list[dict[str, object]]]]:
    """The messages "today you wanted to", each with whom it is about."""
    today = city.today(now)
    expires = datetime.combine(today, UNTIL, city.zone)
    for to, some in promised:
        named, about = labels(theirs[to.id], today), sorted({one.about for one in some})
        whom = [(one, named[one]) for one in about if one in named]
        if not whom:
            continue
        you = contacts.pronoun(session, session.get_one(Person, to.id))
        message = promise_messages.on_the_day(to.name, you, whom, some[0].id)
        row = outbox.row(
            Kind.PROMISE, f"promised:{to.id}:{today}", *found[to.id], message.to_json(), now,
            lane=PLANNED_LANE, person_id=to.id, about=[one for one, _ in whom], expires_at=expires,
        )  # fmt: skip
        yield [one for one, _ in whom], [row]


# --- the question -------------------------------------------------------------------------------


def _questions(
    session: Session, theirs: Mapping[int, Sequence[Fostering]], today: date, city: City
) -> Iterator[Question]:
    """Who is asked today: late beyond the last own reminder, not asked within the week; about all who wait for them."""
    rules = city.programme.promises
    begins = max(city.programme.ladder.visitor_days, default=0) + rules.after_days
    asked = rows.last_asked(session, theirs)
    late = {
        id: [one for one in some if standing(one.due, today).overdue]
        for id, some in theirs.items()
        if id not in asked or city.today(asked[id]) + timedelta(days=rules.every_days) <= today
    }
    about = {one.about for some in late.values() for one in some}
    planned, ill = promises.planned(session, about, today), ladder_pauses.in_hospital(session, about)
    for id, some in late.items():
        waiting = [one for one in some if (one.asn_id, one.about) not in planned and one.about not in ill]
        if not any(standing(one.due, today).days_late >= begins for one in waiting):
            continue
        waiting.sort(key=lambda one: (one.due, str(one.about)))
        to = next(to for to in waiting[0].visitors if to.id == id)
        named = labels(theirs[id], today)
        yield Question(
            to,
            tuple(Asked(one.asn_id, one.about) for one in waiting),
            tuple(_called(one, id, named) for one in waiting),
        )


def _called(one: Fostering, to: int, named: Mapping[Subject, str]) -> str:
    whose = one.as_whom(to)
    return f"{named[one.about]} ({whose})" if whose else named[one.about]


def _ask(session: Session, question: Question, place: Place, now: datetime, city: City) -> None:
    """Ask, unless somebody has asked today already, or one of those named is not waiting any more."""
    today, to = city.today(now), question.to
    about, key = [one.about for one in question.whom], f"promise:{to.id}:{today}"
    reported = ladder_pauses.waiting(session, about, now) != set(about)
    if reported or outbox.promised(session, [key], dropped=MOURNING):
        return
    if promises.planned(session, about, today).keys() & {tuple(one) for one in question.whom}:
        return
    first, *_ = rows.ask(session, to.id, question.whom, now)
    days = promises.proposed_days(city, now)
    message = promise_messages.question(to.name, question.names, days, today, first.id)
    expires = datetime.combine(today, UNTIL, city.zone)
    row = outbox.row(
        Kind.PROMISE, key, *place, message.to_json(), now,
        lane=PLANNED_LANE, person_id=to.id, about=about, expires_at=expires,
    )  # fmt: skip
    outbox.renew(session, [row])
