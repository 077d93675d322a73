"""Arrange a visit: offer times, pick one, ask for another, move it or call it off; and tell the other side each time.

One appointment is open between a family and who visits it. The times that somebody offers are theirs, so the other
side's pick is the agreement; a time that nobody offered is a wish, which whoever visits accepts or answers with others.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import appointments, consent, outbox, visits
from db.appointments import Appointment, AppointmentState
from db.children import Child, Family, caregivers
from db.fostering import Leave
from db.outbox import Kind, Outgoing
from db.people import Person
from db.visits import Visit
from flow.message import Message
from programme import appointment_messages as words
from programme import pairs
from programme.contacts import calm
from programme.pairs import Pair
from programme.quiet_hours import quiet_hours
from rules import appointments as rules
from rules.appointments import VisitTimes

BY_FAMILY, BY_VISITOR, LATER = "keluarga", "pendamping", "nanti"
OTHER_CARER, NOBODY, AWAY, NO_CONSENT = "berganti", "belum ada", "cuti", "persetujuan"
GRIEF, SILENT = "duka", "diam"
ENDS = (BY_FAMILY, BY_VISITOR, LATER, OTHER_CARER, NOBODY, AWAY, NO_CONSENT, GRIEF, SILENT)
"""How an appointment ends before its time: called off, put off, its pair is one no more, leave that was entered since,
after a loss, or without a word, where other news tells who visits that there is nobody to visit any more."""
TOLD_TO_FAMILY = (OTHER_CARER, NOBODY, AWAY)
OVERTAKEN = "janji berubah"  # the reason of an unsent message about an earlier turn


def times(city: City) -> VisitTimes:
    """When visits begin in this city."""
    known = city.programme.appointments
    return VisitTimes(known.days, known.hours, quiet_hours(city))


def proposals(
    session: Session, city: City, visitor_id: int, now: datetime, after: date | None = None
) -> Sequence[datetime]:
    """Three times at which this person has no other visit, on the days behind ``after``."""
    taken = [city.local(one.at) for one in appointments.of_visitor(session, visitor_id) if one.at]
    return rules.proposals(times(city), city.local(now), taken, after)


def is_possible(city: City, at: datetime, now: datetime) -> bool:
    """Whether a visit can still be arranged for this moment."""
    return rules.is_possible(times(city), city.local(at), city.local(now))


def is_open(appointment: Appointment, now: datetime) -> bool:
    """Whether it is still ahead: its time, or one of those offered."""
    if appointment.state == AppointmentState.ENDED:
        return False
    if appointment.at is not None:
        return appointment.at > now
    return not appointment.options or any(at > now for at in appointment.times)


def of_pair(session: Session, family_id: int, visitor_id: int, now: datetime) -> Appointment | None:
    """The open appointment of these two; None where nothing is arranged."""
    found = (one for one in appointments.of_family(session, family_id) if one.visitor_id == visitor_id)
    return next((one for one in found if is_open(one, now)), None)


def last_visits(session: Session, pair: Pair) -> list[Visit]:
    """The last report about each whom the pair is about, in whoever's name."""
    found = [
        visits.of_child(session, one.id) if isinstance(one, Child) else visits.of_pregnancy(session, one.id)
        for one in pair.about
    ]
    return [some[0] for some in found if some]


# --- the turns ----------------------------------------------------------------------------------


def offer(session: Session, city: City, pair: Pair, offered: Sequence[datetime], now: datetime) -> Appointment:
    """Offer these times to the family, in place of whatever was arranged before."""
    row = of_pair(session, pair.family.id, pair.visitor.id, now) or _begin(session, pair, now)
    moved = row.at if row.state == AppointmentState.AGREED else None
    _turn(session, row, AppointmentState.OFFERED, None, now, [city.local(at).isoformat() for at in offered])
    if carer := pairs.host(session, pair.family):
        message = words.offered(city, pair, carer, row, now, moved)
        _tell(session, city, row, pair, carer.person, message, now)
    return row


def ask_for_visit(session: Session, pair: Pair, now: datetime) -> Appointment:
    """Begin an appointment for a family that asks for a visit itself; nobody is told before it has named a time."""
    row = of_pair(session, pair.family.id, pair.visitor.id, now)
    return row or _begin(session, pair, now)


def pick(session: Session, city: City, row: Appointment, pair: Pair, at: datetime, now: datetime) -> None:
    """The family wants this time: agreed where it was offered, else a wish. The other side is told."""
    if row.state == AppointmentState.OFFERED and at in row.times:
        _agree(session, city, row, at, now)
        message = words.agreed_to_visitor(session, city, pair, row)
    else:
        moved = row.at if row.state == AppointmentState.AGREED else None
        _turn(session, row, AppointmentState.WISHED, at, now, day=city.today(at))
        message = words.wished(session, city, pair, row, moved)
    _tell(session, city, row, pair, pair.visitor, message, now)


def accept(session: Session, city: City, row: Appointment, pair: Pair, now: datetime) -> None:
    """Who visits can come at the time that the family asked for."""
    if row.at is not None:
        _agree(session, city, row, row.at, now)
    if carer := pairs.host(session, pair.family):
        _tell(session, city, row, pair, carer.person, words.agreed_to_family(city, pair, carer, row), now)


def put_off(session: Session, city: City, row: Appointment, pair: Pair, now: datetime) -> None:
    """The family cannot say yet."""
    _turn(session, row, AppointmentState.ENDED, None, now, why=LATER)
    _tell(session, city, row, pair, pair.visitor, words.put_off(session, pair), now)


def call_off(session: Session, city: City, row: Appointment, pair: Pair, now: datetime, *, by_family: bool) -> None:
    """End it before its time, and tell the other side kindly."""
    was = row.at
    _turn(session, row, AppointmentState.ENDED, None, now, why=BY_FAMILY if by_family else BY_VISITOR)
    if by_family:
        _tell(session, city, row, pair, pair.visitor, words.called_off_by_family(session, city, pair, was), now)
    elif carer := pairs.host(session, pair.family):
        _tell(session, city, row, pair, carer.person, words.called_off_by_visitor(city, pair, carer, was), now)


def _begin(session: Session, pair: Pair, now: datetime) -> Appointment:
    row = Appointment(
        family=pair.family, foster=pair.foster, visitor=pair.visitor, state=AppointmentState.OFFERED, options=[],
        turn=0, opened_at=now, why="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _agree(session: Session, city: City, row: Appointment, at: datetime, now: datetime) -> None:
    _turn(session, row, AppointmentState.AGREED, at, now, day=city.today(at))
    row.agreed_at = now


def _turn(
    session: Session,
    row: Appointment,
    state: AppointmentState,
    at: datetime | None,
    now: datetime,
    options: Sequence[str] = (),
    *,
    day: date | None = None,
    why: str = "",
) -> None:
    """Write the next turn. A message about an earlier one that still waits is not sent."""
    both = [row.visitor_id, *(carer.person_id for carer in caregivers(session, row.family_id))]
    waits = Outgoing.key.in_([key(row, to, reminder=of) for to in both for of in (False, True)])
    outbox.cancel(session, OVERTAKEN, now, waits)
    row.state, row.at, row.day, row.options, row.turn = state, at, day, list(options), row.turn + 1
    row.ended_at, row.why = (now, why) if state == AppointmentState.ENDED else (None, "")
    session.flush()


def key(row: Appointment, to: int, *, reminder: bool = False) -> str:
    """The key of the message about this turn to this person, or of their reminder."""
    return f"appointment:{row.id}:{row.turn}:{to}" + (":reminder" if reminder else "")


def _tell(
    session: Session, city: City, row: Appointment, pair: Pair, to: Person, message: Message, now: datetime
) -> None:
    """Promise a message about this turn, outside the quiet hours and while its time is ahead."""
    due = calm(city, now)
    until = row.at if row.at and row.at > due else None
    outbox.to_person(
        session, to.id, Kind.APPOINTMENT, key(row, to.id), message.to_json(), now,
        about=pair.subjects, due_at=due, expires_at=until,
    )  # fmt: skip


# --- when the pair is one no more ---------------------------------------------------------------


def end_fallen(session: Session, city: City, row: Appointment, now: datetime) -> bool:
    """End an open appointment whose pair is one no more, for which who visits has taken leave since, or whose family
    has lost somebody. Returns whether it was.

    Who visits is told kindly, and so is the family, which would wait; but after a loss it is left in peace.
    """
    family, today = row.family, city.today(now)
    pair = pairs.find(session, family, row.visitor_id, today)
    grieves = pairs.mourns(session, city, family, today)
    if pair is not None and not grieves and not _is_away(session, row):
        return False
    if pair is not None:
        why = GRIEF if grieves else AWAY
    elif not consent.agrees(session, family.id):
        why = NO_CONSENT
    elif grieves or not pairs.is_whole(session, family):
        why = SILENT
    else:
        why = OTHER_CARER if pairs.of_family(session, family, today) else NOBODY
    was = row.at if row.state == AppointmentState.AGREED else None
    _turn(session, row, AppointmentState.ENDED, None, now, why=why)
    if was is not None and was > now and why != SILENT:
        _tell_fallen(session, city, row, was, now)
    return True


def _is_away(session: Session, row: Appointment) -> bool:
    """Whether who visits has entered leave for the agreed day since they agreed."""
    if row.state != AppointmentState.AGREED or row.day is None or row.agreed_at is None:
        return False
    since = Leave.person_id == row.visitor_id, Leave.entered_at >= row.agreed_at
    leave = select(Leave.id).where(*since, Leave.starts <= row.day, Leave.ends >= row.day)
    return session.scalar(leave.limit(1)) is not None


def end_without_consent(session: Session, city: City, family: Family, now: datetime) -> None:
    """End what is arranged with a family for which no consent stands any more."""
    if not consent.agrees(session, family.id):
        for row in appointments.of_family(session, family.id):
            end_fallen(session, city, row, now)


def _tell_fallen(session: Session, city: City, row: Appointment, was: datetime, now: datetime) -> None:
    """Nobody shall come for nothing: who visits is told; so is the family, which would wait."""
    told: list[tuple[Person, Message]] = [(row.visitor, words.fallen_to_visitor(city, row, was))]
    carer = pairs.host(session, row.family) if row.why in TOLD_TO_FAMILY else None
    if carer is not None:
        told.append((carer.person, words.fallen_to_family(city, row, carer, was, another=row.why == OTHER_CARER)))
    due = calm(city, now)
    for to, message in told:
        outbox.to_person(
            session, to.id, Kind.CALLED_OFF, f"called-off:{row.id}:{to.id}", message.to_json(), now, due_at=due,
            expires_at=was if was > due else None,
        )  # fmt: skip
