"""The 24-hour service window of channels such as WhatsApp, and templates outside it.

Within the window everything is sent as it is; outside it only an approved template that announces the message, to a
limited number of people a day. Whoever taps its button gets the message itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from content.notices import MARKETING, Template
from db import outbox, templates
from db.children import Carer
from db.outbox import BROADCAST, FAILED, IS_TEMPLATE, PLANNED, PLANNED_LANE, REPLY, URGENT, Kind, Outgoing
from db.people import Address, Person, addresses
from db.templates import TemplateState
from programme.names import salute

CHANNELS = frozenset({"whatsapp"})
A_DAY = timedelta(hours=24)
TEMPLATE_LOOK = timedelta(minutes=30)
TEMPLATE_WAITS = timedelta(days=3)
FOR_ALERTS = 10  # percent of the daily limit of people that is kept for alerts
NOBODY = "Bapak/Ibu"
SPARE = (Kind.REFERRAL, Kind.REPLY)  # whose templates may announce an alert, in this order
ASIDE = "templates_set_aside"  # in the stored message: the templates that were tried and held back
DAILY_LIMIT = "menunggu batas harian penerima baru"


def check(session: Session, rows: Sequence[Outgoing], now: datetime, city: City) -> None:
    """Decide for claimed rows how they go out: freely, as a template, later, or not at all."""
    windowed = [row for row in rows if row.channel in CHANNELS]
    if not windowed:
        return
    open_addresses = _open(session, windowed, now)
    states = templates.known(session)
    begun = _begun(session, now)
    for row in windowed:
        row.template = ""
        if (row.channel, row.address) in open_addresses:
            continue
        template = _template(row, city, states)
        if row.lane == REPLY and row.kind not in URGENT and row.address in begun:
            # An announcement went out after the window had shut, and nobody has opened it.
            _put_off(row, outbox.BEHIND, begun[row.address] + A_DAY)
        elif not templates.usable(states.get(template.name)):
            _wait_for_template(session, row, f"templat {template.name} belum bisa dipakai", now)
        elif row.address not in begun and len(begun) >= _limit(row, city):
            if row.kind in URGENT:
                fall_back(session, row, now)
            oldest = min(begun.values(), default=now)
            _put_off(row, DAILY_LIMIT, max(oldest + A_DAY, now + timedelta(minutes=15)))
        else:
            row.template = template.name
            given: Sequence[str] = row.message.get("notice") or [_greeting(session, row.person_id)]
            row.message = {**row.message, "notice": list(template.parameters(given))}
            begun.setdefault(row.address, now)


def _template(row: Outgoing, city: City, states: Mapping[str, TemplateState]) -> Template:
    """The template that announces the row: its own; for what is urgent another one where its own would not arrive.

    One would not that cannot be used, that Meta has made MARKETING (people may refuse these, and Meta limits them), or
    that was tried for this row and held back.
    """
    # An announcement names the template that its text was written for.
    own = city.notices.by_name.get(row.message.get("template", "")) or city.notices.of_kind(row.kind)
    if row.kind not in URGENT:
        return own
    for one in (own, *(city.notices.of_kind(kind) for kind in SPARE)):
        state = states.get(one.name)
        marketing = (state.category if state and state.category else one.category) == MARKETING
        if templates.usable(state) and not marketing and one.name not in row.message.get(ASIDE, ()):
            return one
    return own


def set_template_aside(row: Outgoing) -> bool:
    """Note that the row's template was held back. Returns whether that was not known before."""
    aside: Sequence[str] = row.message.get(ASIDE, ())
    row.message = {**row.message, ASIDE: sorted({*aside, row.template})}
    return row.template not in aside


def fall_back(session: Session, row: Outgoing, now: datetime) -> None:
    """Promise a finally failed message on the person's other channel, if there is one; a reply is not repeated."""
    if other := _other(session, row):
        again = outbox.row(
            Kind(row.kind), f"again:{row.channel}:{row.key}"[:200], other.channel, other.address, row.message, now,
            lane=row.lane, person_id=row.person_id, about=outbox.subjects(session, [row.id]).get(row.id, ()),
            family_id=row.family_id, expires_at=row.expires_at, lesson=row.lesson, origin=row.origin,
            called_on=row.called_on, resend_of=row.id,
        )  # fmt: skip
        outbox.renew(session, [again])


def may_fall_back(session: Session, row: Outgoing) -> bool:
    """Whether the person has another channel on which this message was not repeated yet."""
    if _other(session, row) is None:
        return False
    return session.scalar(select(Outgoing.id).where(Outgoing.resend_of == row.id).limit(1)) is None


def _other(session: Session, row: Outgoing) -> Address | None:
    if row.person_id is None or row.lane == REPLY or row.resend_of is not None:
        return None
    known = addresses(session, row.person_id, urgent=row.kind in URGENT)
    return next((one for one in known if one.channel != row.channel), None)


def _wait_for_template(session: Session, row: Outgoing, reason: str, now: datetime) -> None:
    """Move the message to the other channel at once; without one it waits for the template or the person's message."""
    if _other(session, row) or now - row.created_at > TEMPLATE_WAITS:
        outbox.settle(row, FAILED, reason, now)
        fall_back(session, row, now)
    else:
        _put_off(row, reason[:200], now + TEMPLATE_LOOK)


def _put_off(row: Outgoing, reason: str, due_at: datetime) -> None:
    row.state, row.reason, row.due_at = PLANNED, reason, due_at
    row.taken_at, row.attempts = None, row.attempts - 1


def _open(session: Session, rows: Iterable[Outgoing], now: datetime) -> set[tuple[str, str]]:
    query = select(Address.channel, Address.address).where(
        Address.address.in_({row.address for row in rows}), Address.window_until > now
    )
    return {(channel, address) for channel, address in session.execute(query)}


def _begun(session: Session, now: datetime) -> dict[str, datetime]:
    """Addresses that got a template in the last day, each with the last time."""
    # No filter by channel and no grouping: SQLite would then read every row ever sent.
    query = select(Outgoing.channel, Outgoing.address, Outgoing.taken_at).where(
        IS_TEMPLATE, Outgoing.taken_at > now - A_DAY, Outgoing.state.not_in((PLANNED, FAILED, outbox.SKIPPED))
    )
    found = session.execute(query.order_by(Outgoing.taken_at))
    return {address: at for channel, address, at in found if at and channel in CHANNELS}


def _limit(row: Outgoing, city: City) -> int:
    people = city.programme.whatsapp.daily_people
    if row.lane == BROADCAST:
        return city.programme.whatsapp.announced_a_day
    return people - people * FOR_ALERTS // 100 if row.lane >= PLANNED_LANE else people


def _greeting(session: Session, person_id: int | None) -> str:
    person = session.get(Person, person_id) if person_id else None
    if person is None:
        return NOBODY
    relation = session.scalar(select(Carer.relation).where(Carer.person_id == person.id).limit(1)) or ""
    return salute(person.name, nip=person.nip, sex=person.sex, relation=relation)
