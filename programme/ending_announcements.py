"""Announce an end once to everybody concerned, in words that fit each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from content.city import City
from db import consent, outbox
from db.children import Carer, Child, Pregnancy, health_workers
from db.fostering import foster_parents
from db.outbox import Kind
from db.people import Person
from db.states import LOSSES, CareState
from db.subjects import subject
from flow.message import Message
from programme import disclosure, names
from programme.after_loss import AFTERBIRTH
from programme.contacts import called, calm, carers, coordinators, who, who_to
from programme.disclosure import Shown
from programme.names import salute

NOTIFIED = {  # kind -> who is notified
    CareState.RECOVERED: ("family", "asn", "staff"),
    CareState.AGED_OUT: ("family", "asn"),
    CareState.MOVED: ("asn", "health", "staff"),
    CareState.REFUSED: ("asn", "health", "staff"),
    **dict.fromkeys(LOSSES, ("family", "asn", "health", "staff")),
}
TEMPLATES = (
    {
        CareState.RECOVERED: "recovered",
        CareState.AGED_OUT: "aged_out",
        CareState.MOVED: "left",
        CareState.REFUSED: "left",
    }
    | dict.fromkeys(LOSSES, "loss")
    | {CareState.MOTHER_DIED: "mother"}
)


def notify(
    session: Session, city: City, about: Child | Pregnancy, kind: CareState, now: datetime, know: Collection[int] = ()
) -> None:
    """Promise one message to everybody concerned, outside the quiet hours; not to the people ``know``, by id.

    A carer who pauses gets the news of a fifth birthday or of recovery when the pause is over.
    """
    resting = carers(session, about.family_id) if kind in (CareState.RECOVERED, CareState.AGED_OUT) else ()
    rests = {one.person_id: one.paused_until for one in resting}
    for person_id, message in _messages(session, city, about, kind, now).items():
        if person_id not in know:
            key = f"ending:{subject(about)}:{person_id}:{kind.replace(' ', '-')}"
            rest = datetime.combine(rests.get(person_id) or city.today(now), time(), city.zone)
            due_at = calm(city, max(city.local(now), rest))
            news = Kind.LOSS if kind in LOSSES else Kind.ENDING
            outbox.to_person(
                session, person_id, news, key, message.to_json(), now, about=[subject(about)], due_at=due_at
            )


def to_carer(city: City, about: Child | Pregnancy, kind: CareState, carer: Carer, today: date) -> Message:
    """The message for a carer of the family."""
    text = city.templates.say(
        f"{TEMPLATES[kind]}_family",
        to=salute(carer.person.name, relation=carer.relation),
        you=names.pronoun(carer.person.name, relation=carer.relation),
        who=who_to(about, carer.relation),
        name=who(about),
        child=kind == CareState.DIED,
        lives=isinstance(about, Child),
        body=is_after_birth(about, kind, today),
        numbers=city.programme.emergency.to_call,
        mother_name=disclosure.mother(about, disclosure.ALL),
        mother=carer.relation == "ibu",
        contact=city.programme.privacy.contact,
    )
    return Message(text)


def _messages(
    session: Session, city: City, about: Child | Pregnancy, kind: CareState, now: datetime
) -> dict[int, Message]:
    """By person, the message each gets. Somebody concerned in two ways gets the first of family, ASN, health, staff.

    That a child has recovered is told to ASN and coordinators only where a parent agreed.
    """
    family, notified, found, today = about.family, NOTIFIED[kind], dict[int, Message](), city.today(now)
    if kind == CareState.RECOVERED and not consent.agrees(session, family.id):
        notified = ("family",)
    if "family" in notified:
        for carer in carers(session, family.id):
            found.setdefault(carer.person_id, to_carer(city, about, kind, carer, city.today(now)))
    if "asn" in notified:
        for asn in foster_parents(session, about, city.today(now)):
            found.setdefault(asn.id, _to(city, about, kind, asn, "asn", today, disclosure.ALL))
    if "health" in notified:
        for person in health_workers(session, family):
            found.setdefault(person.id, _to(city, about, kind, person, "staff", today, disclosure.ALL))
    if "staff" in notified:
        for person in coordinators(session, family):
            shown = disclosure.of_family(session, family, person, now)
            found.setdefault(person.id, _to(city, about, kind, person, "staff", today, shown))
    return found


def _to(
    city: City, about: Child | Pregnancy, kind: CareState, to: Person, audience: str, today: date, shown: Shown
) -> Message:
    name = disclosure.called(about, shown)
    code = f" ({about.code})" if isinstance(about, Child) and Shown.NAME in shown else ""
    text = city.templates.say(
        f"{TEMPLATES[kind]}_{audience}",
        to=called(to),
        name=name,
        code=code,
        kind=kind,
        lives=isinstance(about, Child),
        body=is_after_birth(about, kind, today),
        mother_name=disclosure.mother(about, shown, with_code=True),
        mother_of=f"{name}{code}" if isinstance(about, Child) and shown.is_full else "",
        place=about.family.village.full_name,
    )
    return Message(text)


def is_after_birth(about: Child | Pregnancy, kind: CareState, today: date) -> bool:
    """Whether the mother herself is in danger as after a birth: a pregnancy was lost, or her child died in 42 days."""
    if about.family.mother_died_on is not None:
        return False
    if isinstance(about, Pregnancy):
        return kind in (CareState.MISCARRIED, CareState.STILLBORN)
    return kind == CareState.DIED and about.born is not None and today - about.born <= AFTERBIRTH
