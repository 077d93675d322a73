"""Report danger of a child or a mother: one open referral for each of them, and the people who are told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from content.city import City
from db import audit, outbox, referrals
from db.children import Child, Family, Pregnancy
from db.outbox import Kind, Outgoing
from db.people import Person, addresses
from db.referrals import Referral, ReferralState, StepKind
from db.subjects import of_referral, subject
from flow.message import Message
from programme import disclosure, on_call
from programme import referral_messages as words
from programme.contacts import calm, coordinators
from programme.disclosure import Shown
from rules.signs import Sign, Urgency, most_urgent


@dataclass(frozen=True)
class Told:
    """The referral, what is new in it, and in words who could be told ("kader", "bidan"): nobody else is promised."""

    referral: Referral
    new: tuple[str, ...]
    people: tuple[str, ...]


def report(
    session: Session,
    city: City,
    now: datetime,
    about: Child | Pregnancy | Family,
    signs: Sequence[Sign],
    by: int | None,
    *,
    visit_id: int | None = None,
    asks: Sequence[str] = (),
    urgency: Urgency | None = None,
) -> Told:
    """Open the referral of this child or mother, or add to the one that is open, and tell people what is new.

    ``by`` is the person who reports it. ``asks`` are wishes that are no signs ("Pendamping minta bantuan bidan"); they
    have no haste, unless a health worker says how urgent it is (``urgency``). Health workers are told; of what cannot
    wait the coordinators too, and in any case where no health worker can be reached. Who has taken the referral on
    hears of another sign alone.
    """
    urgency = most_urgent(signs) or urgency or Urgency.SOON
    labels = list(dict.fromkeys([*(one.label for one in signs), *asks]))
    open_now = referrals.open_about(session, about)
    if open_now:
        referral = open_now[0]
        new = add(session, now, referral, labels, urgency, by)
        referral.visit_id = referral.visit_id or visit_id
    else:
        referral, new = start(session, now, about, labels, urgency, by, visit_id), labels
        if visit_id is None:
            referrals.note(session, referral, StepKind.SIGN, now, by, ", ".join(labels))
    session.flush()
    urgent = urgency is not Urgency.SOON
    reached = _tell(session, city, now, referral, urgent) if new else _told_before(session, referral)
    return Told(referral, tuple(new), tuple(words.titles(reached)))


def add(
    session: Session, now: datetime, referral: Referral, labels: Sequence[str], urgency: Urgency, by: int | None
) -> list[str]:
    """Add signs to an open referral, and a step that says so. Returns those that are told now, none for nothing new.

    Where it becomes more urgent, or somebody was seen already and now shows what cannot wait, it waits for an answer
    anew, and climbs.
    """
    new, rises = [one for one in labels if one not in referral.signs], is_more_urgent(urgency, referral)
    if not new and not rises:
        return []
    examined = referral.state not in (ReferralState.SENT, ReferralState.ACCEPTED)
    referral.signs = [*referral.signs, *new]
    if rises:
        referral.urgency = urgency.value
    if rises or (examined and urgency is not Urgency.SOON):
        referral.urgent_since, referral.state = now, ReferralState.SENT
        referral.accepted_at = referral.accepted_by = referral.acceptor = None
    referrals.note(session, referral, StepKind.SIGN, now, by, ", ".join(labels))
    return new or list(labels)


def tell_taken_back(
    session: Session,
    city: City,
    now: datetime,
    referral: Referral,
    labels: Sequence[str],
    by: int | None,
    why: str = "",
) -> None:
    """Tell everybody who was told that the reporter takes these signs back, all of them where none is named.

    Nothing is closed and nothing becomes less urgent: somebody still has to look.
    """

    def said(shown: Shown) -> str:
        named = f"tanda *{', '.join(labels)}*" if Shown.SIGN in shown else "satu tanda"
        text = f"Kabar tentang {disclosure.called(referral.about, shown)}: "
        text += f"pelapor menarik kembali {named if labels else 'laporannya'}."
        text += f" Alasannya: {why}." if why and Shown.SIGN in shown else ""
        return f"{text} Mohon tetap dilihat, ya."

    number = len(referrals.steps(session, referral.id))
    for person_id in sorted(referrals.notified(session, referral.id) - {by}):
        message = Message(said(shown_to(session, referral, person_id, now)))
        tell_news(session, city, now, referral, person_id, f"taken-back-{number}", message)
    referrals.note(session, referral, StepKind.TAKEN_BACK, now, by, ", ".join(filter(None, [*labels, why])))


def tell_news(
    session: Session, city: City, now: datetime, referral: Referral, person_id: int, step: str, message: Message
) -> None:
    """Promise somebody news of a referral: at once where it cannot wait, else by day. ``step`` names it in the key."""
    outbox.to_person(
        session, person_id, Kind.REFERRAL, f"referral:{referral.id}:{person_id}:{step}", message.to_json(), now,
        about=of_referral(referral), lane=outbox.ALERT, due_at=now if referral.urgent else calm(city, now),
    )  # fmt: skip


def shown_to(session: Session, referral: Referral, person_id: int, now: datetime) -> Shown:
    """What this person is shown of the referral."""
    return disclosure.of_referral(session, referral, session.get_one(Person, person_id), now)


def is_more_urgent(urgency: Urgency, referral: Referral) -> bool:
    order = [one.value for one in Urgency]
    return order.index(urgency.value) < order.index(referral.urgency)


def start(
    session: Session,
    now: datetime,
    about: Child | Pregnancy | Family | None,
    labels: list[str],
    urgency: Urgency,
    by: int | None,
    visit_id: int | None = None,
) -> Referral:
    """Write a new referral. Nobody is told yet."""
    referral = Referral(
        child=about if isinstance(about, Child) else None,
        pregnancy=about if isinstance(about, Pregnancy) else None,
        of_family=about if isinstance(about, Family) else None,
        visit_id=visit_id, signs=labels, urgency=urgency.value, state=ReferralState.SENT, opened_at=now,
    )  # fmt: skip
    session.add(referral)
    session.flush()
    audit.note(session, now, by, "referral.open", subject(referral))
    return referral


def _tell(session: Session, city: City, now: datetime, referral: Referral, urgent: bool) -> list[Person]:
    """Promise the alert to those concerned; what is not urgent waits for the day. Returns who can be reached."""
    family = referral.family
    if family is None:
        return []
    if referral.acceptor is not None:
        return alert(session, city, now, referral, [referral.acceptor], urgent)
    first = on_call.told_first(session, family, now)
    reached = alert(session, city, now, referral, first, urgent)
    if urgent or not reached:
        others = on_call.present(session, coordinators(session, family), now) or coordinators(session, family)
        known = {person.id for person in first}
        reached += alert(session, city, now, referral, [one for one in others if one.id not in known], urgent)
    return reached


def alert(
    session: Session,
    city: City,
    now: datetime,
    referral: Referral,
    people: Sequence[Person],
    urgent: bool,
    below: str = "",
) -> list[Person]:
    """Promise each of these people an alert, and keep a step of it. Returns who can be reached.

    ``below`` stands below the alert: who handed it on.

    Whatever calls for it, the key counts the alerts of this person: one that repeated a key would never go out.
    """
    reached: list[Person] = []
    for person in people:
        known = bool(addresses(session, person.id, urgent=True))
        reached += [person] if known else []
        earlier = sum(one.person_id == person.id for one in referrals.steps(session, referral.id, StepKind.TOLD))
        key = f"alert:{referral.id}:{person.id}" + (f":{earlier}" if earlier else "")
        message = words.alert(session, city, referral, person, now)
        message = replace(message, text=f"{message.text}\n\n{below}") if below else message
        outbox.to_person(
            session, person.id, Kind.ALERT, key, message.to_json(), now,
            about=of_referral(referral), lane=outbox.ALERT, due_at=now if urgent else calm(city, now),
        )  # fmt: skip
        referrals.note(session, referral, StepKind.TOLD, now, person.id, "" if known else words.UNREACHABLE)
    return reached


def silence(session: Session, now: datetime, referral: Referral) -> None:
    """What would still tell others that nobody has answered is not sent any more."""
    unanswered = Outgoing.kind.in_((Kind.ALERT, Kind.CLIMB)), outbox.about(subject(referral))
    outbox.cancel(session, "sudah ada yang menangani", now, *unanswered)


def told_so_far(session: Session, referral: Referral) -> list[str]:
    """In words who has been told of the referral and could be reached."""
    return words.titles(_told_before(session, referral))


def _told_before(session: Session, referral: Referral) -> list[Person]:
    """Who has been told of the referral and could be reached."""
    steps = referrals.steps(session, referral.id, StepKind.TOLD)
    people = {step.person.id: step.person for step in steps if step.person and not step.detail}
    return list(people.values())
