"""Join by an invitation code or by one's own phone number. A family is asked for its consent first."""

from __future__ import annotations

from datetime import timedelta

from db import people
from db.audit import Detail
from db.people import Attempt, Person
from db.subjects import subject
from flow.message import Message, Option
from handlers.chat.context import LASTING, Context
from handlers.chat.names import salute
from handlers.family import family
from handlers.joining import change_number
from programme import opening

HAVE_CODE = Option("join:code", "Saya punya kode")
BY_NUMBER = Option("join:number", "Pakai nomor HP saya")
BY_ONESELF = Option("join:self", "Ikut menerima pesan")


def greet_stranger(context: Context) -> None:
    """Say what Asuh is, and offer the ways to join."""
    context.address.awaiting = ""
    contact = context.city.programme.privacy.contact
    context.say_template("stranger", HAVE_CODE, BY_NUMBER, BY_ONESELF, city=context.city.name, contact=contact)


def ask_code(context: Context) -> None:
    """Ask for the invitation code."""
    context.address.awaiting = "code"
    context.say(Message("Tulis kodenya, misalnya *KDR7-MX4Q*. Kode ada di kartu atau surat undangan."))


def ask_number(context: Context) -> None:
    """Ask for the phone number, unless the channel has given it already."""
    if context.incoming.phone:
        _match(context, context.incoming.phone)
        return
    context.address.awaiting = "number"
    context.say(Message("Ketuk tombol di bawah untuk mengirim nomor HP Bapak/Ibu sendiri.", wants="contact"))


def use_code(context: Context, code: str) -> None:
    """Link this address to the invited person. A code works once; after some wrong ones the person has to wait."""
    rules = context.city.programme.invitations
    since = context.now - timedelta(minutes=rules.wait_minutes)
    channel, address = context.incoming.channel, context.incoming.address
    if people.failed_attempts(context.session, channel, address, since) >= rules.tries:
        context.say(Message(f"Sudah beberapa kali kodenya tidak cocok. Coba lagi {rules.wait_minutes} menit lagi, ya."))
        return
    invitation = people.invitation(context.session, code, context.now)
    if invitation is None:
        context.session.add(Attempt(channel=channel, address=address, at=context.now))
        context.address.awaiting = "code"
        context.say_template("code_wrong", HAVE_CODE, BY_NUMBER, contact=context.city.programme.privacy.contact)
        return
    person = context.session.get_one(Person, invitation.person_id)
    if opening.keeps_out(context.session, context.city, person):
        say_opens_soon(context, code=True)
        return
    people.use(context.session, invitation, f"{channel}:{address}", context.now)
    link(context, person, moved=change_number.release_old_phones(context, person, invitation))


def use_number(context: Context) -> None:
    """Link this address by the person's own number, where exactly one person of the register has it."""
    contact = context.incoming.contact
    if contact is None:
        return
    if not contact.own:
        context.say(Message("Itu nomor orang lain. Kirim nomor Bapak/Ibu sendiri lewat tombol, ya.", wants="contact"))
        return
    _match(context, contact.phone)


def _match(context: Context, phone: str) -> None:
    number = people.e164(phone)
    found = people.by_phone(context.session, number) if number else ()
    if len(found) != 1:
        context.address.awaiting = ""
        options = (HAVE_CODE, BY_ONESELF)
        context.say(Message("Nomor itu belum bisa kami cocokkan. Pakai kode undangan, ya.", options))
        return
    if opening.keeps_out(context.session, context.city, found[0]):
        say_opens_soon(context)
        return
    link(context, found[0])


def say_opens_soon(context: Context, *, code: bool = False) -> None:
    """Say kindly that no new family can join yet, and whom to call meanwhile. ``code``: one was sent, still unused."""
    context.address.awaiting, context.worth = "", LASTING
    contact, numbers = context.city.programme.privacy.contact, context.city.programme.emergency.to_call
    again = (HAVE_CODE,) if code else ()
    context.say_template("opens_soon", *again, city=context.city.name, contact=contact, code=code, numbers=numbers)


def link(context: Context, person: Person, *, moved: bool = False) -> None:
    """Link this address to the person, then ask for consent or welcome them. ``moved``: they had another phone."""
    context.address.person_id, context.address.person = person.id, person
    context.address.linked_at, context.address.awaiting = context.now, ""
    context.note("address.link", subject(person), Detail(context.incoming.channel))
    context.worth = LASTING  # the code is used up: without the answer the person would think that it failed
    if family.asks_consent(context):
        return
    if moved:
        change_number.welcome(context)
        return
    context.say(Message(f"Selamat datang, {salute(person)}. Senang Bapak/Ibu ikut.", commands=context.menu_of(person)))
