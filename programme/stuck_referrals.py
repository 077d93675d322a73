"""Referrals that stay open: whom each waits for, since when, and what is to be done about it next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session

from content.city import City
from db.children import Child, Pregnancy
from db.people import Person, holders
from db.referrals import NOW, Referral, ReferralState, ReferralStep, StepKind
from db.roles import Role, ScopeKind, Title
from programme import disclosure, on_call
from programme.quiet_hours import SUNDAY
from programme.scopes import CITY, families_in, held_by
from rules.signs import Urgency

FIRST = (Title.MIDWIFE, Title.NUTRITIONIST, Title.CADRE, Title.NONE, Title.HEAD)
"""Who is named first where several were told."""
REACHED_BY: Mapping[ReferralState, StepKind] = {
    ReferralState.ACCEPTED: StepKind.ACCEPTED, ReferralState.SEEN: StepKind.SEEN,
    ReferralState.REFERRED_ON: StepKind.REFERRED_ON, ReferralState.BACK_REFERRED: StepKind.BACK_REFERRED,
}  # fmt: skip
"""The step by which a referral came into a state."""
BY_COORDINATOR = (StepKind.PUSHED, StepKind.HANDED)
GRAVITY = [one.value for one in Urgency]


class Act(StrEnum):
    """What a coordinator is offered to do about an open referral."""

    HAND = "hand"  # give it to another health worker
    PUSH = "push"  # remind who has it
    END = "end"  # ask who has examined them to close it
    ASK = "ask"  # ask the ASN, else the health worker, whether they are back from hospital


@dataclass(frozen=True)
class Waits:
    """Whom an open referral waits for, the first to be named in front, and since when; nobody where nobody answers."""

    people: tuple[Person, ...]
    since: datetime


def in_scope_of(session: Session, person: Person, today: date) -> Sequence[Referral]:
    """The open referrals of a coordinator's places and offices, the gravest and oldest first.

    Of somebody who is not known the city's coordinators alone. Those of the private list are no part of it.
    """
    held = held_by(person)
    families = families_in(held, today)
    of_child = Referral.child_id.in_(select(Child.id).where(Child.family_id.in_(families)))
    of_mother = Referral.pregnancy_id.in_(select(Pregnancy.id).where(Pregnancy.family_id.in_(families)))
    unknown = (Referral.child_id.is_(None), Referral.pregnancy_id.is_(None), Referral.family_id.is_(None))
    stranger = select(Referral.id).where(*unknown)
    of_nobody = Referral.id.in_(stranger) if CITY in held else false()
    within = or_(of_child, of_mother, Referral.family_id.in_(families), of_nobody)
    found = session.scalars(select(Referral).where(Referral.closed_at.is_(None), within)).all()
    return sorted((one for one in found if is_public(one)), key=by_gravity)


def is_public(referral: Referral) -> bool:
    return not referral.signs or bool(disclosure.public(referral.signs))


def by_gravity(referral: Referral) -> tuple[int, datetime, int]:
    return GRAVITY.index(referral.urgency), referral.opened_at, referral.id


def begun(referral: Referral) -> datetime:
    """From when it is counted."""
    return referral.urgent_since or referral.opened_at


def days_open(referral: Referral, city: City, now: datetime) -> int:
    return (city.today(now) - city.today(referral.opened_at)).days


def waits(session: Session, referral: Referral, way: Sequence[ReferralStep], now: datetime) -> Waits:
    """Whom it waits for: to whom a coordinator has handed it, who took it on, else whoever was told first."""
    since = _since(referral, way)
    handed = _handed_to(way, since)
    if handed is not None and _answers(session, referral, handed, now):
        return Waits((handed,), max(since, _last(way, StepKind.HANDED) or since))
    if referral.state != ReferralState.SENT and referral.acceptor is not None:
        return Waits((referral.acceptor,), since)
    if referral.family is None:
        return Waits(tuple(holders(session, Role.COORDINATOR, ScopeKind.CITY, 0)), since)
    told = on_call.told_first(session, referral.family, now) or on_call.told_later(session, referral.family, now)
    return Waits(tuple(sorted(told, key=_rank)), since)


def may_take_over(session: Session, referral: Referral, way: Sequence[ReferralStep], now: datetime) -> list[Person]:
    """Whom it can be handed to: the others of the place who are not on leave, then the head of the puskesmas."""
    if referral.family is None:
        return []
    waiting = waits(session, referral, way, now).people
    found = [*on_call.told_first(session, referral.family, now), *on_call.told_later(session, referral.family, now)]
    people = {one.id: one for one in found}
    if len(waiting) == 1:
        people.pop(waiting[0].id, None)
    return sorted(people.values(), key=_rank)


def is_stuck(referral: Referral, way: Sequence[ReferralStep], now: datetime, city: City) -> bool:
    """Whether all reminders of its own are over, and it is still open: from the day after, but not on a Sunday.

    What must be seen at once and nobody has taken on is told again and again, and is never stuck in this sense.
    """
    rules, today = city.programme.referrals, city.today(now)
    if referral.closed_at is not None or not is_public(referral):
        return False
    if today.weekday() == SUNDAY and not referral.urgent:
        return False
    if referral.state == ReferralState.SENT:
        counted = begun(referral)
        last = [step.at for step in way if step.step == StepKind.COORDINATOR and step.at >= counted]
        return referral.urgency != NOW and bool(last) and city.today(last[-1]) < today
    rest = timedelta(days=rules.open_urgent_days if referral.urgent else rules.open_soon_days)
    return city.today(_since(referral, way)) + rest <= today


def rests(way: Sequence[ReferralStep], now: datetime, city: City) -> bool:
    """Whether a coordinator has done something about it in the last days, so that others come first."""
    last = max((step.at for step in way if step.step in BY_COORDINATOR), default=None)
    rest = timedelta(days=city.programme.referrals.open_rest_days)
    return last is not None and city.today(last) + rest > city.today(now)


def next_act(referral: Referral, way: Sequence[ReferralStep], *, others: bool, away: bool) -> Act:
    """What to do next. ``others``: somebody else could take it over; ``away``: who has it is on leave."""
    since = _since(referral, way)
    done = [step.step for step in way if step.step in BY_COORDINATOR and step.at >= since]
    match referral.state:
        case ReferralState.SENT:
            return Act.HAND if others and StepKind.HANDED not in done else Act.PUSH
        case ReferralState.ACCEPTED:
            return Act.HAND if others and (away or StepKind.PUSHED in done) else Act.PUSH
        case ReferralState.REFERRED_ON:
            return Act.ASK
        case _:
            return Act.END


def act_on(session: Session, referral: Referral, way: Sequence[ReferralStep], now: datetime) -> Act:
    """``next_act`` as the tables have it."""
    waiting = waits(session, referral, way, now).people
    others = bool(may_take_over(session, referral, way, now))
    away = bool(waiting) and not on_call.present(session, waiting, now)
    return next_act(referral, way, others=others, away=away)


def pushed_today(way: Sequence[ReferralStep], now: datetime, city: City) -> ReferralStep | None:
    """The step by which a coordinator has had whom it waits for reminded today; None also after it was handed on."""
    last = next((step for step in reversed(way) if step.step in BY_COORDINATOR), None)
    today = last is not None and city.today(last.at) == city.today(now)
    return last if last is not None and last.step == StepKind.PUSHED and today else None


def _since(referral: Referral, way: Sequence[ReferralStep]) -> datetime:
    """Since when it has been in its state."""
    kind = REACHED_BY.get(referral.state)
    at = _last(way, kind) if kind else None
    return at or (referral.accepted_at if kind and referral.accepted_at else begun(referral))


def _last(way: Sequence[ReferralStep], kind: StepKind) -> datetime | None:
    return next((step.at for step in reversed(way) if step.step == kind), None)


def _handed_to(way: Sequence[ReferralStep], since: datetime) -> Person | None:
    """To whom it was handed last, since then."""
    at = next((n for n in reversed(range(len(way))) if way[n].step == StepKind.HANDED and way[n].at >= since), None)
    if at is None:
        return None
    return next((step.person for step in way[at:] if step.step == StepKind.TOLD), None)


def _answers(session: Session, referral: Referral, person: Person, now: datetime) -> bool:
    """Whether this person still answers for the family, and is not on leave."""
    if referral.family is None:
        return False
    found = on_call.present(session, on_call.answering(session, referral.family, now), now)
    return any(one.id == person.id for one in found)


def _rank(person: Person) -> int:
    return min((FIRST.index(role.title) for role in person.roles if role.role == Role.HEALTH), default=len(FIRST))
