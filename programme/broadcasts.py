"""Announcements, whoever asks for a step: shown, agreed to, written into the outbox in batches, stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.announcement_texts import AnnouncementText, greeted
from content.city import City
from db import audit, broadcasts, outbox
from db.audit import Rows
from db.broadcasts import Broadcast, BroadcastState
from db.children import Carer, Child, Family, Pregnancy, Wedding
from db.outbox import BROADCAST, PLANNED, PLANNED_LANE, SKIPPED, Kind, Outgoing
from db.people import Person
from db.roles import Role, ScopeKind
from db.states import TAUGHT, CareState
from db.subjects import Subject, SubjectKind, subject
from flow.message import Message, Option
from programme import broadcast_audience, broadcast_budget, broadcast_scopes, contacts, policy, scopes
from programme.broadcast_audience import Audience, Reach, Recipient
from programme.broadcast_budget import Budget, Estimate
from programme.broadcast_checks import STOPPED, audience
from programme.names import salute
from programme.quiet_hours import quiet_hours

BATCH = 200  # messages in one write: some 50 ms
LASTS = timedelta(days=1)
"""So long a second person has to answer, and after so long its writer is told whom it has reached so far."""
NO_RIGHT = "hak untuk mengirimnya sudah berakhir"
UNANSWERED = "belum disetujui dalam sehari"
TOO_LATE = "sudah lewat waktunya"
OFF = Option("news:off", "Jangan kirim lagi")


@dataclass(frozen=True)
class Preview:
    """What an announcement would do if it were sent now."""

    one: Broadcast
    reach: Reach
    estimate: Estimate
    budget: Budget
    at_once: datetime  # the first moment at which it may leave
    later: datetime  # the hour of the next day
    needs_second: bool

    @property
    def is_beyond(self) -> bool:
        """Whether it costs more than is left of the month's budget."""
        return self.estimate.weight > self.budget.left


def compose(
    session: Session,
    city: City,
    writer: Person,
    text: AnnouncementText,
    filled: str,
    to: Audience,
    answers: Mapping[str, Any],
    until: date | None,
    now: datetime,
) -> Broadcast:
    """An announcement to be shown to its writer. ``filled`` is the text with its blanks filled in."""  # fmt: skip
    worth = now + timedelta(days=city.programme.broadcasts.worth_days)
    ends = datetime.combine(until + timedelta(days=1), time(), city.zone) if until else worth
    one = Broadcast(
        person_id=writer.id, writer=writer, template=text.id, answers=dict(answers), notice=text.notice,
        text=f"{filled}\n\n– {signed(session, city, writer)}", whatsapp=text.whatsapp, role=to.role,
        scope=ScopeKind(to.scope.kind), scope_id=to.scope.id, status=to.status, state=BroadcastState.SHOWN,
        shown_at=now, expires_at=min(ends, worth), reached=0, reason="", told=0,
    )  # fmt: skip
    session.add(one)
    session.flush()
    return one


def signed(session: Session, city: City, writer: Person) -> str:
    """Who announces it: "Bu Ratna, koordinator Kota Kendari"."""
    held = scopes.scopes_of(writer)
    where = f"koordinator {scopes.title(session, held, city)}" if held else "pengelola Asuh"
    return f"{contacts.called(writer)}, {where}"


def preview(session: Session, one: Broadcast, city: City, now: datetime) -> Preview:
    """Count whom it would reach and what it would cost; only reads. ``now`` is in the city's time zone."""
    reach = broadcast_audience.find(session, audience(one), city, now, without=one.person_id)
    return _weighed(session, one, reach, city, now)


def _weighed(session: Session, one: Broadcast, reach: Reach, city: City, now: datetime) -> Preview:
    rules = city.programme.broadcasts
    return Preview(
        one, reach, broadcast_budget.estimate(session, reach, one.whatsapp, city),
        broadcast_budget.budget(session, city, now), quiet_hours(city).open_at(now), tomorrow(city, now),
        len(reach.reached) > rules.second_above,
    )  # fmt: skip


def tomorrow(city: City, now: datetime) -> datetime:
    """The hour of the next day at which announcements may begin; the one of Ramadan in Ramadan."""
    day, ramadan = now.date() + timedelta(days=1), city.programme.ramadan
    hour = ramadan.hour if ramadan.includes(day) else city.programme.broadcasts.hour
    return quiet_hours(city).open_at(datetime.combine(day, time(hour), city.zone))


# --- its writer agrees ------------------------------------------------------------------


def freeze(session: Session, shown: Preview, due_at: datetime, now: datetime) -> None:
    """Keep exactly those whom its writer has seen counted: nobody is added any more."""
    one = shown.one
    found = shown.reach.recipients
    rows = ({"person_id": each.person_id, "family_id": each.family_id, "why": each.why} for each in found)
    broadcasts.add_recipients(session, one.id, rows)
    one.reached, one.due_at = len(shown.reach.reached), due_at
    audit.note(session, now, one.person_id, "broadcast.write", about(one), Rows(one.reached))


def about(one: Broadcast) -> Subject:
    """Whom the audit's line about an announcement is about: who wrote it."""
    return Subject(SubjectKind.PERSON, one.person_id)


def begin(session: Session, one: Broadcast, city: City, now: datetime) -> None:
    """Everybody who has to agrees: write the first batch at once if it is time. The tick goes on with the others."""
    one.state, one.agreed_at = BroadcastState.AGREED, now
    session.flush()
    write(session, one.id, city, now)


def seconds(session: Session, one: Broadcast) -> list[Person]:
    """Who may agree to it, nearest first, and can be written to: not its writer."""
    return contacts.second_people(session, one.person_id, audience(one).scope)


# --- the second person ------------------------------------------------------------------


def ask(session: Session, one: Broadcast, among: Sequence[Person], message: Message, city: City, now: datetime) -> None:
    """Wait for one of these to agree."""
    one.state, one.asked_at = BroadcastState.ASKED, now
    for person in among:
        tell(session, one, person.id, message, city, now)


def still(session: Session, one: Broadcast, city: City, now: datetime) -> Preview:
    """The announcement as it stands now: of those it was agreed for, who can still be written to."""
    ids = [each.person_id for each in broadcasts.waiting(session, one.id, one.reached)]
    reach = Reach(list(broadcast_audience.again(session, audience(one), ids, city, now).values()))
    return _weighed(session, one, reach, city, now)


def drop(session: Session, one: Broadcast, why: str, now: datetime) -> None:
    """It is not sent."""
    one.state, one.reason, one.ended_at = BroadcastState.DROPPED, why, now


# --- into the outbox --------------------------------------------------------------------


def write(session: Session, broadcast_id: int, city: City, now: datetime) -> int:
    """Write the next messages into the outbox, if it is agreed to and due. Returns how many people were looked at.

    Each is asked about once more: the role, the consent, the phone, a loss. Nobody gets it twice: the key names the
    announcement and the person. Where its writer, or the second person, may not any more, the rest stops.
    """
    one, now = broadcasts.locked(session, broadcast_id), city.local(now)
    if one.state != BroadcastState.AGREED or one.due_at is None or one.due_at > now:
        return 0
    if not still_allowed(session, one, city, now):
        stop(session, one, None, NO_RIGHT, now)
        return 0
    if one.expires_at <= now:
        stop(session, one, None, TOO_LATE, now)
        return 0
    waiting = broadcasts.waiting(session, one.id, BATCH)
    checked = broadcast_audience.again(session, audience(one), [each.person_id for each in waiting], city, now)
    sent = _rows(session, one, [each for each in checked.values() if not each.why], city, now)
    written = outbox.promise(session, sent)
    for each in waiting:
        each.why, each.outgoing_id = checked[each.person_id].why, written.get(key(one, each.person_id))
        if not each.why and each.outgoing_id is None:
            each.outgoing_id = session.scalar(select(Outgoing.id).where(Outgoing.key == key(one, each.person_id)))
    session.flush()
    if broadcasts.how_many_wait(session, one.id) == 0:
        one.state = BroadcastState.WRITTEN
    return len(waiting)


def key(one: Broadcast, person_id: int) -> str:
    return f"broadcast:{one.id}:{person_id}"


def still_allowed(session: Session, one: Broadcast, city: City, now: datetime) -> bool:
    """Whether its writer may still write to these people, and who agreed beside them may still agree."""
    if not policy.may(policy.Asking(session, one.writer, now, city=city), "broadcast.write", one):
        return False
    second = session.get(Person, one.agreed_by) if one.agreed_by else None
    return second is None or policy.may(policy.Asking(session, second, now, city=city), "broadcast.approve", one)


def _rows(
    session: Session, one: Broadcast, recipients: Sequence[Recipient], city: City, now: datetime
) -> list[dict[str, Any]]:
    ids = [each.person_id for each in recipients]
    people = {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids)))}
    homes = {each.family_id for each in recipients if each.family_id}
    relations = _relations(session, ids, homes)
    named = _subjects(session, homes)
    due_at = quiet_hours(city).open_at(now)
    return [
        outbox.row(
            Kind.ANNOUNCEMENT, key(one, each.person_id), each.channel, each.address,
            said(one, people[each.person_id], relations.get((each.person_id, each.family_id), "")).to_json(), now,
            lane=BROADCAST, person_id=each.person_id, family_id=each.family_id, due_at=due_at,
            expires_at=one.expires_at, about=named.get(each.family_id or 0, ()),
        )
        for each in recipients
    ]  # fmt: skip


def said(one: Broadcast, to: Person, relation: str = "") -> Message:
    """The announcement as this person gets it."""
    greeting = salute(to.name, nip=to.nip, sex=to.sex, relation=relation)
    row = (OFF,) if one.role == Role.FAMILY else ()
    return Message(greeted(one.text, greeting), row=row, notice=(greeting, one.notice), template=one.whatsapp)


def _relations(session: Session, people: Sequence[int], homes: set[int]) -> dict[tuple[int, int | None], str]:
    query = select(Carer.person_id, Carer.family_id, Carer.relation)
    query = query.where(Carer.person_id.in_(people), Carer.family_id.in_(homes))
    return {(person, family): relation for person, family, relation in session.execute(query)}


def _subjects(session: Session, homes: set[int]) -> dict[int, list[Subject]]:
    """By family, everybody in it that messages are about: a loss of any of them stops what waits for the family."""
    found: dict[int, list[Subject]] = {}
    for family in session.scalars(select(Family).where(Family.id.in_(homes))):
        here: list[Child | Pregnancy | Wedding] = [*family.children, *family.pregnancies]
        couples = [one for one in family.weddings if one.state == CareState.ACTIVE]
        found[family.id] = [subject(one) for one in (*here, *couples) if one.state in TAUGHT]
    return found


# --- its end ----------------------------------------------------------------------------


def stop(session: Session, one: Broadcast, by: Person | None, why: str, now: datetime) -> tuple[int, int]:
    """Stop what has not left. Returns how many had left, and how many are not sent any more. ``by``: None for us."""
    waited = broadcasts.how_many_wait(session, one.id)
    one.state, one.reason, one.ended_at = BroadcastState.STOPPED, why, now
    one.stopped_by = by.id if by else None
    session.flush()
    kept = waited + broadcasts.stop_messages(session, one.id, STOPPED, now)
    left = sum(count for _, state, _, count in broadcasts.outcomes(session, one.id) if state not in (PLANNED, SKIPPED))
    audit.note(session, now, by.id if by else None, "broadcast.stop", about(one), Rows(left))
    return left, kept


def tell(session: Session, one: Broadcast, person_id: int, message: Message, city: City, now: datetime) -> None:
    """Tell its writer or a second person something about it, outside the quiet hours."""
    one.told += 1
    outbox.to_person(
        session, person_id, Kind.BROADCAST, f"broadcast-news:{one.id}:{one.told}", message.to_json(), now,
        lane=PLANNED_LANE, due_at=quiet_hours(city).open_at(city.local(now)),
    )  # fmt: skip


def title(session: Session, one: Broadcast, city: City) -> str:
    """ "Hari posyandu pindah, untuk keluarga di Posyandu Melati 1"."""
    known = city.announcements.by_id.get(one.template)
    where = broadcast_scopes.name(session, audience(one).scope, city.name)
    return f"*{known.title if known else 'Pengumuman'}* untuk {ROLES[one.role]} di {where}"


ROLES: Mapping[str, str] = {
    Role.ASN: "ASN pendamping", Role.FAMILY: "keluarga", Role.HEALTH: "kader dan petugas",
    Role.COORDINATOR: "koordinator",
}  # fmt: skip
