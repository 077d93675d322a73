"""Referrals that stay open after all their reminders: once a day one act is offered, to who has each and above them.

A person gets at most one message of this kind a day, in the morning, outside the quiet hours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from content.city import City
from db import outbox, referrals
from db.outbox import Kind
from db.people import Person, addresses, holders
from db.referrals import Referral, ReferralStep, StepKind
from db.roles import Role, ScopeKind
from db.subjects import of_referral
from flow.message import Message, Option
from programme import on_call, pushing, referral_lines, stuck_referrals
from programme.contacts import called, calm, coordinators
from programme.scopes import CITY, held_by
from programme.stuck_referrals import Act
from scheduler.looks import Write

BUTTONS = {  # what is offered, and the tap that does it
    Act.HAND: ("hand", "Alihkan"), Act.PUSH: ("remind", "Ingatkan"), Act.END: ("remind", "Minta ditutup"),
    Act.ASK: ("ask", "Tanya kabar"),
}  # fmt: skip


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """One message to each who is concerned and has not got today's."""
    if calm(city, now) != city.local(now):
        return
    ways = referrals.ways_of_open(session)
    stuck = [
        one for one in referrals.open_ones(session) if stuck_referrals.is_stuck(one, ways.get(one.id, ()), now, city)
    ]
    who_has, who_sees_to = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
    for referral in stuck:
        way = ways.get(referral.id, ())
        for person in _who_has(session, referral, way, now, city):
            who_has[person.id].append(referral.id)
        for person in _who_sees_to(session, referral, way, now, city):
            who_sees_to[person.id].append(referral.id)
    keys = {_key(person_id, now, city) for person_id in (*who_has, *who_sees_to)}
    sent = outbox.promised(session, keys, dropped="")
    steps: tuple[tuple[defaultdict[int, list[int]], Callable[..., None]], ...] = (
        (who_has, _remind),
        (who_sees_to, _offer),
    )
    for listed, write in steps:
        for person_id, ids in listed.items():
            if _key(person_id, now, city) not in sent:
                yield partial(write, person_id=person_id, ids=ids, now=now, city=city)


def _who_has(
    session: Session, referral: Referral, way: Sequence[ReferralStep], now: datetime, city: City
) -> list[Person]:
    """The health workers whom it waits for, who are at work and whom no coordinator has had reminded today."""
    if stuck_referrals.pushed_today(way, now, city) is not None:
        return []
    people = on_call.present(session, stuck_referrals.waits(session, referral, way, now).people, now)
    return [one for one in people if one.has(Role.HEALTH) and addresses(session, one.id)]


def _who_sees_to(
    session: Session, referral: Referral, way: Sequence[ReferralStep], now: datetime, city: City
) -> list[Person]:
    """The nearest coordinators; after weeks the city's too. Nobody while what one of them did still works."""
    if stuck_referrals.rests(way, now, city) or referral.family is None:
        return []
    found = list(coordinators(session, referral.family))
    if stuck_referrals.days_open(referral, city, now) >= city.programme.referrals.open_city_days:
        found += holders(session, Role.COORDINATOR, ScopeKind.CITY, 0)
    people = on_call.present(session, {one.id: one for one in found}.values(), now)
    return [one for one in people if addresses(session, one.id)]


def _remind(session: Session, person_id: int, ids: Sequence[int], now: datetime, city: City) -> None:
    """Remind who has referrals of one of them: the gravest, and of these the one that was longest not reminded of."""
    person = session.get_one(Person, person_id)
    found = list(_still(session, ids, now, city, person, _who_has))
    if not found:
        return
    referral = min(found, key=lambda one: (stuck_referrals.by_gravity(one)[0], _reminded(session, one), one.opened_at))
    message = pushing.asks(session, city, referral, person, now, more=len(found) - 1)
    if _promise(session, person, message, [referral], now, city):
        referrals.note(session, referral, StepKind.DAILY, now, person.id)


def _reminded(session: Session, referral: Referral) -> datetime:
    daily = referrals.steps(session, referral.id, StepKind.DAILY)
    return daily[-1].at if daily else referral.opened_at


def _offer(session: Session, person_id: int, ids: Sequence[int], now: datetime, city: City) -> None:
    """Offer a coordinator one act for each of the few gravest and oldest; to the city's the oldest."""
    person = session.get_one(Person, person_id)
    found = list(_still(session, ids, now, city, person, _who_sees_to))
    if not found:
        return
    of_city = CITY in held_by(person)
    found.sort(key=lambda one: (one.opened_at, one.id) if of_city else stuck_referrals.by_gravity(one))
    shown = found[: city.programme.referrals.open_shown]
    lines, options = list[str](), list[Option]()
    for number, referral in enumerate(shown, 1):
        line = referral_lines.line(session, city, referral, person, now)
        lines.append(f"{number}. {line}" if len(shown) > 1 else line)
        way = referrals.steps(session, referral.id)
        tap, label = BUTTONS[stuck_referrals.act_on(session, referral, way, now)]
        options.append(Option(f"referral:{tap}:{referral.id}", f"{label} nomor {number}" if len(shown) > 1 else label))
    if len(shown) == 1:
        options.append(Option(f"referral:push:{shown[0].id}", "Buka rujukannya"))
    text = city.templates.say(
        "stuck_referrals", to=called(person), count=len(found), lines=lines, more=len(found) - len(shown)
    )
    message = Message(text, (*options, Option("menu:rujukan", "Semua rujukan")))
    _promise(session, person, message, shown, now, city)


def _still(
    session: Session, ids: Sequence[int], now: datetime, city: City, person: Person,
    of: Callable[[Session, Referral, Sequence[ReferralStep], datetime, City], list[Person]],
) -> Iterator[Referral]:  # fmt: skip
    """Those of these referrals that are still stuck and this person's, read anew."""
    for id in ids:
        referral = session.get_one(Referral, id, populate_existing=True)
        way = referrals.steps(session, id)
        if stuck_referrals.is_stuck(referral, way, now, city) and any(
            one.id == person.id for one in of(session, referral, way, now, city)
        ):
            yield referral


def _promise(
    session: Session, person: Person, message: Message, about: Sequence[Referral], now: datetime, city: City
) -> bool:
    local = city.local(now)
    ends = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return outbox.to_person(
        session, person.id, Kind.STUCK, _key(person.id, now, city), message.to_json(), now,
        about=[subject for one in about for subject in of_referral(one)], expires_at=ends,
    )  # fmt: skip


def _key(person_id: int, now: datetime, city: City) -> str:
    return f"stuck:{person_id}:{city.today(now)}"
