"""Call an ASN or a health worker: their number as a contact card. A family's number is the family's to give."""

from __future__ import annotations

from collections.abc import Iterator

from db.people import Person
from db.roles import Role
from db.subjects import subject
from flow.message import Card, Message, Option, plain
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from programme import reminding, roles
from reports.invitations.cards import role_words


def call(context: Context, person_id: int) -> None:
    """Answer with the contact card of this person, or that no number is stored."""
    person = context.session.get_one(Person, person_id)
    context.note("person.call", subject(person))
    who = ", ".join((f"*{plain(person.name)}*", *_posts(context, person)))
    acts = tuple(_acts(context, person))
    if not person.phone:
        context.say(Message(f"{who}\nNomor {salute(person)} belum tercatat.", acts, (HOME,)))
        return
    context.worth = LASTING
    text = f"{who}\nHP: {person.phone}"
    context.say(Message(text, acts, (HOME,), card=Card(plain(person.name), person.phone)))


def _posts(context: Context, person: Person) -> Iterator[str]:
    """ "Dinas Kominfo", "Bidan Puskesmas Labibia"."""
    if person.office:
        yield plain(person.office.name)
    for held in person.roles:
        if held.role == Role.HEALTH:
            place = roles.place_name(context.session, held).replace("puskesmas Puskesmas", "Puskesmas")
            yield plain(f"{role_words(held.role, held.title)} {place}")


def _acts(context: Context, person: Person) -> Iterator[Option]:
    """That they were called, where they are late; and to enter their number, for who may."""
    if person.phone and reminding.overdue(context.session, context.city, context.person, context.today, person.id):
        yield Option(f"aside:why:person:{person.id}:ditelepon", "Sudah ditelepon")
    if not person.phone and context.may("person.number", person):
        yield Option(f"person:number:{person.id}", "Catat nomornya")
