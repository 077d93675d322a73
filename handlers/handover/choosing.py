"""Choose whose leave, transfer or retirement it is: by a superior or a coordinator."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from db.people import Person, PersonRole
from db.roles import Role
from flow.message import Message, Option, plain
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.handover import people_found
from handlers.handover.people_found import MANY

AWAITED = "handover"  # what ``Address.awaiting`` says while a name is asked for
WHOSE = "Siapa yang cuti, pindah tugas, atau pensiun? Tulis nama, NIP, atau kodenya."
NOBODY = "Nama itu tidak ada dalam lingkup {you}. Tulis lebih lengkap, atau pakai NIP atau kodenya."


def choose(context: Context) -> None:
    """Command "alihkan": offer who answers to this person at work, or ask for the name."""
    staff = select(Person).join(PersonRole).where(
        Person.superior_id == context.person.id, PersonRole.role == Role.ASN
    )  # fmt: skip
    found = context.session.scalars(staff.order_by(Person.name, Person.id)).unique().all()
    context.address.draft_id, context.address.awaiting = None, AWAITED
    options = _options(found) if len(found) <= MANY else ()
    context.say(Message(WHOSE, options, (HOME,)))


def find(context: Context, said: str) -> None:
    """Offer the ASN of this name, NIP or code whom this person may speak for."""
    found = [
        one for one in people_found.asn(context.session, said, context.today) if context.may("handover.enter", one)
    ]
    if not found or len(found) > MANY:
        context.say(Message(NOBODY.format(you=context.you) if not found else f"Ada banyak. {WHOSE}", (HOME,)))
        return
    context.address.awaiting = ""
    context.say(Message("Siapa yang dimaksud?", _options(found), (HOME,)))


def _options(people: Sequence[Person]) -> tuple[Option, ...]:
    return tuple(Option(f"handover:set:{one.id}", plain(one.name)[:24]) for one in people)
