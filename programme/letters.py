"""Letters: a coordinator writes to a foster parent or a health worker, and gets the answer.

Families are never written to this way. Danger in a letter is heard before it is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import consent, letters, outbox
from db.audit import note
from db.children import Child, Family, Pregnancy
from db.drafts import Draft
from db.letters import Letter
from db.outbox import Kind, Outgoing
from db.people import Address, Person, addresses
from db.referrals import Referral
from db.roles import Role
from db.subjects import Subject, of_referral, subject
from flow.message import Message, Option, plain
from programme import disclosure, policy, roles, scopes, still_valid
from programme.called_apart import called_to
from programme.contacts import called, calm
from programme.policy import Asking
from programme.referral_messages import TITLES
from programme.scopes import held_by
from programme.visitors import who_visit

QUOTED = 80  # characters of a letter above its answer


@dataclass(frozen=True)
class Sent:
    """The letter, and from when it is sent: None where the receiver cannot be reached, or nothing about whom it is
    about may be sent: then it ``is_stopped``."""

    letter: Letter
    due_at: datetime | None
    is_stopped: bool = False


def may_write(session: Session, writer: Person, receiver: Person, now: datetime) -> bool:
    """Whether the one coordinates the other. ``now`` is in the city's time zone."""
    return policy.may(Asking(session, writer, now), "letter.write", receiver)


def has_room(session: Session, city: City, writer: Person, receiver: Person, now: datetime) -> bool:
    """Whether one more letter may go to somebody who has not answered today's."""
    begins = city.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return letters.unanswered(session, writer.id, receiver.id, begins) < city.programme.letters.unanswered_a_day


def is_reachable(session: Session, person: Person) -> bool:
    return bool(addresses(session, person.id))


def send(
    session: Session,
    city: City,
    now: datetime,
    writer: Person,
    receiver: Person,
    text: str,
    *,
    about: Child | Pregnancy | Referral | None = None,
    answers: Letter | None = None,
) -> Sent:
    """Keep the letter and promise it, outside the quiet hours; ``answers`` is the one it answers.

    Whoever calls has asked ``may_write``, ``has_room`` and the length.
    """
    letter = letters.write(session, now, writer, receiver, text, about, answers)
    due_at, key = calm(city, now), f"letter:{letter.id}:{receiver.id}"
    message = _message(session, city, letter, city.local(now))
    outbox.to_person(
        session, receiver.id, Kind.LETTER, key, message.to_json(), now, about=_subjects(letter), due_at=due_at
    )
    row = session.scalars(select(Outgoing).where(Outgoing.key == key)).one()
    letter.outgoing_id = row.id
    stopped = still_valid.fallen(session, [row]).get(row.id, "")
    if stopped and row.state != outbox.SKIPPED:
        outbox.settle(row, outbox.SKIPPED, stopped, now)
    session.flush()
    whom = letter.referral or letter.child or letter.pregnancy or receiver
    note(session, now, writer.id, "letter.answer" if answers else "letter.write", subject(whom))
    return Sent(letter, None if row.state == outbox.SKIPPED else due_at, is_stopped=bool(stopped))


def _subjects(letter: Letter) -> tuple[Subject, ...]:
    if letter.referral is not None:
        return of_referral(letter.referral)
    return tuple(subject(one) for one in (letter.child, letter.pregnancy) if one is not None)


def _message(session: Session, city: City, letter: Letter, now: datetime) -> Message:
    """The letter as its receiver reads it, with the button that answers it."""
    to, asked = letter.receiver, letter.answers
    button = "Jawab" if asked is None else "Balas"
    text = city.templates.say(
        "letter",
        who=signature(session, city, letter.writer, to, now),
        about=_named(session, letter, now),
        words=written(letter.text),
        asked=_shortened(asked.text) if asked else "",
        in_form=_has_form_open(session, to.id),
        button=button,
    )
    return Message(text, (Option(f"letter:answer:{letter.id}", button),))


def written(text: str) -> str:
    """The words of a letter, line by line, safe to stand in a message."""
    return "\n".join(plain(line) for line in text.splitlines() if line.strip())


def _shortened(text: str) -> str:
    said = plain(text)
    return said if len(said) <= QUOTED else f"{said[: QUOTED - 1].rstrip()}…"


def _has_form_open(session: Session, person_id: int) -> bool:
    query = select(Draft.id).join(Address, Address.draft_id == Draft.id).where(Draft.person_id == person_id)
    return session.scalar(query.limit(1)) is not None


def _named(session: Session, letter: Letter, now: datetime) -> str:
    """Whom the letter is about, as its receiver may read it; empty for nobody in particular."""
    return "" if letter.about is None else name_for(session, letter.receiver, letter.about, now)


def name_for(session: Session, reader: Person, about: Child | Pregnancy | Family, now: datetime) -> str:
    """Whom it is about: by name to who visits or heals them, to anybody else as ``disclosure`` allows."""
    today, family = now.date(), about if isinstance(about, Family) else about.family
    if any(one.id == reader.id for one in who_visit(session, about, today)):
        return called_to(session, reader, about, today)
    shown = disclosure.of_family(session, family, reader, now)
    if shown.is_full and reader.has(Role.HEALTH):
        return called_to(session, reader, about, today)
    return disclosure.called(about, disclosure.agreed(shown, consent.agrees(session, family.id)), with_code=True)


# --- who they are ---------------------------------------------------------------------------


def signature(session: Session, city: City, writer: Person, reader: Person, now: datetime) -> str:
    """ "Bu Ratna, koordinator Kota Kendari" where the writer coordinates the reader; else ``with_post``."""
    if not may_write(session, writer, reader, now):
        return with_post(session, writer)
    held = scopes.scopes_of(writer)
    return f"{called(writer)}, koordinator {scopes.title(session, held, city)}"


def with_post(session: Session, person: Person) -> str:
    """ "Bu Murni, bidan Puskesmas Labibia"; "Pak Anwar, Dinas Kominfo"; else the name, or the place they coordinate."""
    for held in person.roles:
        if held.role == Role.HEALTH:
            title, place = TITLES.get(held.title, "petugas"), roles.place_name(session, held)
            place = place.replace("puskesmas Puskesmas", "Puskesmas")
            return f"{called(person)}, {title.removesuffix(' puskesmas')} {place}".strip()
    if person.has(Role.ASN) and person.office is not None:
        return f"{called(person)}, {plain(person.office.name)}"
    return f"{called(person)}, koordinator" if held_by(person) else called(person)


def when(due_at: datetime, now: datetime) -> str:
    """ "sekarang", or "hari ini pukul 14.30", "besok pukul 06.00"; both in the city's time zone."""
    if due_at <= now + timedelta(minutes=1):
        return "sekarang"
    return f"{'hari ini' if due_at.date() == now.date() else 'besok'} pukul {due_at:%H.%M}"
