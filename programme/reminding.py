"""Reminding foster parents of late visits on a coordinator's behalf: each visitor once a day, whoever asks.

Whoever asks second, another coordinator or the same one again, is told who had it done and when. What is due by itself
is told by ``scheduler``; this is what somebody asks for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import audit, outbox, people, remindings
from db.audit import Note
from db.outbox import PLANNED_LANE, Kind
from db.people import Person
from db.remindings import Asked
from db.roles import Role
from db.subjects import Subject, SubjectKind
from flow.message import Message, Option
from programme import setting_aside
from programme.contacts import called
from programme.fosterings import Fostering, fosterings
from programme.names import listed
from programme.quiet_hours import quiet_hours
from programme.scopes import Scope, scopes_of
from programme.visitors import Visitor, resting
from rules.visits import standing

LINES = 10
"""Late visits that one reminder names; the rest are counted."""


class How(StrEnum):
    """What becomes of one foster parent."""

    REMINDED = "reminded"
    ALREADY = "already"  # was reminded today
    RESTING = "resting"  # on leave
    ASIDE = "aside"  # the coordinator has put the line aside
    NO_CHANNEL = "no channel"  # nothing can be sent to whoever visits


@dataclass(frozen=True)
class Told:
    """One foster parent who is late, and what becomes of reminding them.

    ``who`` are those whom it concerns: the reminded ones, else all who visit. ``visits`` counts the late visits,
    ``days`` is how late the oldest is. Of ALREADY, ``by_id`` and ``by`` are who asked (None and "" where that is not
    known), ``at`` when it went out, or goes out as long as it ``waits``.
    """

    asn_id: int
    asn: str
    how: How
    who: tuple[Visitor, ...]
    visits: int
    days: int
    by_id: int | None = None
    by: str = ""
    at: datetime | None = None
    waits: bool = False

    @property
    def names(self) -> str:
        """Whom it concerns, in words: "Bu Rina dan Pak Dedi"; an organisation that sends nobody by its own name."""
        return listed([one.name for one in self.who]) or self.asn


@dataclass(frozen=True)
class Outcome:
    """What became of each foster parent, the longest overdue first; none where nobody is late any more.

    ``due_at`` is when the reminders go out: at once, or after the quiet hours.
    """

    due_at: datetime
    told: tuple[Told, ...]

    def of(self, how: How) -> list[Told]:
        return [one for one in self.told if one.how is how]


def remind(session: Session, city: City, by: Person, asn_id: int, now: datetime) -> Outcome:
    """Remind whoever visits for this foster parent of what is late in the coordinator's scopes, also one put aside."""
    late = overdue(session, city, by, city.today(now), asn_id)
    return remind_of(session, city, by, late, now)


def remind_all(session: Session, city: City, by: Person, now: datetime) -> Outcome:
    """Remind everybody who is late in the coordinator's scopes, but for the lines they have put aside."""
    today = city.today(now)
    late = overdue(session, city, by, today)
    return remind_of(session, city, by, late, now, without=set(setting_aside.aside(session, by, today)))


def planned(session: Session, city: City, by: Person, now: datetime) -> Outcome:
    """What ``remind_all`` would do now. Writes nothing."""
    today = city.today(now)
    late = overdue(session, city, by, today)
    return _judged(session, city, late, now, set(setting_aside.aside(session, by, today)))


def overdue(
    session: Session, city: City, coordinator: Person, today: date, asn_id: int | None = None
) -> list[Fostering]:
    """The late visits in a coordinator's scopes, the worst first; of one foster parent, where one is named."""
    scopes = scopes_of(coordinator)
    asked = scopes if asn_id is None else [Scope(Role.ASN, asn_id)]
    if not scopes:
        return []
    found = fosterings(session, today, city.programme.visits.every_days, asked, city.zone)
    if asn_id is not None:
        found = [one for one in found if one.is_in(scopes)]
    late = [one for one in found if standing(one.due, today).overdue]
    return sorted(late, key=lambda one: (one.due, one.asn, one.code))


def remind_of(
    session: Session,
    city: City,
    by: Person,
    overdue: Iterable[Fostering],
    now: datetime,
    without: Collection[Subject] = (),
) -> Outcome:
    """Promise a reminder of these late visits to whoever is to make them. Some fifteen statements, for any number.

    ``without`` are foster parents who are left alone. Each one who was reminded is a line of the audit.
    """
    grouped = _by_foster_parent(overdue)
    today, listed_late = city.today(now), [one for of in grouped.values() for one in of]
    outcome = _judged(session, city, listed_late, now, without)
    todo = outcome.of(How.REMINDED)
    found = people.places(session, {to.id for one in todo for to in one.who})
    rows = [
        _row(city, by, to, grouped[one.asn_id], outcome.due_at, now, found[to.id]) for one in todo for to in one.who
    ]
    # In one order, whoever asks: two who remind the same people at once must not wait for each other.
    written = outbox.renew(session, sorted(rows, key=lambda row: row["key"]))
    kept = [
        (one.asn_id, written[key]) for one in todo for to in one.who if (key := _key(to, one.asn_id, today)) in written
    ]
    remindings.keep(session, kept, by.id, now)
    reminded = dict.fromkeys(asn_id for asn_id, _ in kept)
    audit.note_all(session, now, (Note(by.id, "asn.remind", Subject(SubjectKind.PERSON, one)) for one in reminded))
    if len(written) == len(rows):
        return outcome
    # Somebody else asked at the same moment, and was first.
    return _judged(session, city, listed_late, now, without, written)


# --- who is late, and what can be done -----------------------------------------------------------


def _by_foster_parent(overdue: Iterable[Fostering]) -> dict[int, list[Fostering]]:
    """The late visits by foster parent, in the order they came."""
    found: dict[int, list[Fostering]] = defaultdict(list)
    for one in overdue:
        found[one.asn_id].append(one)
    return dict(found)


def _judged(
    session: Session,
    city: City,
    overdue: Sequence[Fostering],
    now: datetime,
    without: Collection[Subject],
    done: Collection[str] = (),
) -> Outcome:
    """What is to be done about each foster parent; ``done`` are the keys that were just written."""
    today, grouped = city.today(now), _by_foster_parent(overdue)
    everybody = {to.id for of in grouped.values() for to in of[0].visitors}
    rests, reached = resting(session, everybody, today), people.places(session, everybody)
    keys = {_key(to, asn_id, today) for asn_id, of in grouped.items() for to in of[0].visitors}
    asked = remindings.asked(session, keys)
    names = _names(session, {one.by_id for one in asked.values() if one.by_id})
    found: list[Told] = []
    for asn_id, of in grouped.items():
        visiting = tuple(to for to in of[0].visitors if to.id not in rests)
        able = tuple(to for to in visiting if to.id in reached)
        before = {to: asked[key] for to in able if (key := _key(to, asn_id, today)) in asked and key not in done}
        new = tuple(to for to in able if to not in before)
        how, who = How.REMINDED, new
        if Subject(SubjectKind.PERSON, asn_id) in without:
            how, who = How.ASIDE, visiting
        elif of[0].visitors and not visiting:
            how, who = How.RESTING, of[0].visitors
        elif not able:
            how, who = How.NO_CHANNEL, visiting
        elif not new:
            how, who = How.ALREADY, able
        days = max(standing(one.due, today).days_late for one in of)
        told = Told(asn_id, of[0].asn, how, who, len(of), days)
        found.append(_asked_before(told, before.values(), names) if how is How.ALREADY else told)
    return Outcome(quiet_hours(city).open_at(city.local(now)), tuple(found))


def _asked_before(told: Told, before: Iterable[Asked], names: Mapping[int, str]) -> Told:
    first = min(before, key=lambda one: one.at)
    by = names.get(first.by_id or 0, "")
    return Told(
        told.asn_id, told.asn, told.how, told.who, told.visits, told.days, first.by_id, by, first.at, first.waits
    )  # fmt: skip


def _names(session: Session, ids: Collection[int]) -> dict[int, str]:
    found = session.scalars(select(Person).where(Person.id.in_(ids))) if ids else ()
    return {one.id: called(one) for one in found}


# --- the message ---------------------------------------------------------------------------------


def _row(
    city: City,
    by: Person,
    to: Visitor,
    late: Sequence[Fostering],
    due_at: datetime,
    now: datetime,
    address: tuple[str, str],
) -> dict[str, Any]:
    today = city.today(now)
    lines = [(one.name, one.code, standing(one.due, today).days_late) for one in late[:LINES]]
    whose, more = late[0].asn if to.id != late[0].asn_id else "", len(late) - len(lines)
    text = city.templates.say("nudge", to=to.name, by=called(by), late=lines, whose=whose, more=more)
    message = Message(text, (Option("menu:lapor", "Lapor kunjungan"),))
    return outbox.row(
        Kind.NUDGE, _key(to, late[0].asn_id, today), *address, message.to_json(), now,
        lane=PLANNED_LANE, person_id=to.id, about=[one.about for one in late], due_at=due_at,
    )  # fmt: skip


def _key(to: Visitor, asn_id: int, today: date) -> str:
    """A delegate may be reminded for each who sends them."""
    return f"nudge:{to.id}:{today}" if to.id == asn_id else f"nudge:{to.id}:{asn_id}:{today}"
