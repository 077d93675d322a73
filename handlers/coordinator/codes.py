"""A code for one person, as text and as a card with its QR code: "kode SARI"."""

from __future__ import annotations

from datetime import timedelta

from db import people
from db.outbox import Kind
from db.people import AddressState, Person
from db.subjects import subject
from drawing import attachments
from flow.message import Attachment, Message, Option, plain
from flow.questions import show_day
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.coordinator import finding
from programme import identity
from reports.invitations import codes, printed

AWAITED = "code-for"  # what ``Address.awaiting`` says while a name is asked for
WHO = "Kode untuk siapa? Tulis nama, NIP, nomor HP, kode keluarga, atau kode anaknya."
MOVES_DAYS = 7
"""How long a code holds of somebody who has joined: with it they move to another phone."""


def ask(context: Context) -> None:
    context.address.draft_id, context.address.awaiting = None, AWAITED
    context.say(Message(WHO, (HOME,)))


def find(context: Context, said: str) -> None:
    """Make the code for who was written, or ask which of several is meant."""
    finding.choose(context, said, AWAITED, "code:for", offer)


def offer(context: Context, person_id: int) -> None:
    """Make the code; of somebody who has joined ask first, because it moves them to another phone."""
    person = context.session.get_one(Person, person_id)
    if not has_joined(context, person):
        make(context, person_id)
        return
    text = (
        f"{plain(finding.called(context, person))} sudah bergabung. Kode baru memindahkan Asuh ke HP lain, "
        "dan HP yang sekarang diberi tahu. Buat kodenya?"
    )
    context.note("person.open", subject(person))
    context.say(Message(text, (Option(f"code:make:{person.id}", "Ya, buat kode"),), (HOME,)))


def make(context: Context, person_id: int) -> None:
    """Answer with a new code and its card; older codes of the person hold no more, and their phones are told."""
    person = context.session.get_one(Person, person_id)
    if joined := has_joined(context, person):
        identity.tell_of_code(context.session, person, context.now, context.city)
    days = MOVES_DAYS if joined else context.city.programme.invitations.valid_days
    code = codes.renew(context.session, person, context.now, days, context.city.secret)
    context.note("invitation.issue", subject(person))
    bot_name, key = bot_name_of(context), f"kode:{context.incoming.channel}:{context.incoming.message_id}"
    file = attachments.place(context.city.files, key, "png")
    printed.keep(file, [codes.card(context.session, person, code, context.today)], bot_name, context.now)
    until = show_day(context.today + timedelta(days=days))
    text = (
        f"*Kode untuk {plain(finding.called(context, person))}*\n*{code}*\n\n{printed.how(bot_name)} "
        f"Berlaku sampai {until}, satu kali pakai. Kode lamanya tidak berlaku lagi."
    )
    context.worth, context.kind = LASTING, Kind.CODE
    context.say(Message(text, (HOME,), attachment=Attachment("picture", file.name, "kartu-undangan.png")))


def has_joined(context: Context, person: Person) -> bool:
    """Whether the person writes from anywhere."""
    return any(one.state != AddressState.GONE for one in people.held(context.session, person.id))


def bot_name_of(context: Context) -> str:
    """Where a card's QR code leads: the channel on which the coordinator writes, else the other one of the city."""
    rules = context.city.programme.invitations
    if context.incoming.channel == "whatsapp":
        return rules.whatsapp or rules.telegram
    return rules.telegram or rules.whatsapp
