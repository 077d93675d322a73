"""Joining: by a code, by one's own number, or by oneself. A family consents before anything else happens."""

from __future__ import annotations

from datetime import timedelta

from db import people
from db.people import Attempt, Person
from flow.message import Message, Option
from handlers.chat.commands import commands_of
from handlers.chat.context import LASTING, Desk
from handlers.chat.names import salute
from handlers.family import family
from handlers.joining import change_number

HAVE_CODE = Option("join:code", "Saya punya kode")
BY_NUMBER = Option("join:number", "Pakai nomor HP saya")
BY_ONESELF = Option("join:self", "Ikut menerima pesan")


def greet_stranger(desk: Desk) -> None:
    """Who this is for, and how to get in."""
    desk.address.awaiting = ""
    contact = desk.city.programme.privacy.contact
    desk.tell("stranger", HAVE_CODE, BY_NUMBER, BY_ONESELF, city=desk.city.name, contact=contact)


def ask_code(desk: Desk) -> None:
    desk.address.awaiting = "code"
    desk.say(Message("Tulis kodenya, misalnya *KDR7-MX4Q*. Kode ada di kartu atau surat undangan."))


def ask_number(desk: Desk) -> None:
    """Ask for it, unless the channel has told us already whose number it is."""
    if desk.incoming.phone:
        _match(desk, desk.incoming.phone)
        return
    desk.address.awaiting = "number"
    desk.say(Message("Ketuk tombol di bawah untuk mengirim nomor HP Bapak/Ibu sendiri.", wants="contact"))


def use_code(desk: Desk, code: str) -> None:
    """Tie this address to the person who was invited. Guessing is slowed, and a code works once."""
    rules = desk.city.programme.invitations
    since = desk.now - timedelta(minutes=rules.wait_minutes)
    channel, address = desk.incoming.channel, desk.incoming.address
    if people.failed_attempts(desk.session, channel, address, since) >= rules.tries:
        desk.say(Message(f"Sudah beberapa kali kodenya tidak cocok. Coba lagi {rules.wait_minutes} menit lagi, ya."))
        return
    invitation = people.invitation(desk.session, code, desk.now)
    if invitation is None:
        desk.session.add(Attempt(channel=channel, address=address, at=desk.now))
        desk.address.awaiting = "code"
        desk.tell("code_wrong", HAVE_CODE, BY_NUMBER, contact=desk.city.programme.privacy.contact)
        return
    people.use(desk.session, invitation, f"{channel}:{address}", desk.now)
    person = desk.session.get_one(Person, invitation.person_id)
    link(desk, person, moved=change_number.leave_behind(desk, person, invitation))


def use_number(desk: Desk) -> None:
    """One's own number may stand for a code where exactly one person of the register has it."""
    contact = desk.incoming.contact
    if contact is None:
        return
    if not contact.own:
        desk.say(Message("Itu nomor orang lain. Kirim nomor Bapak/Ibu sendiri lewat tombol, ya.", wants="contact"))
        return
    _match(desk, contact.phone)


def _match(desk: Desk, phone: str) -> None:
    number = people.e164(phone)
    found = people.by_phone(desk.session, number) if number else ()
    if len(found) != 1:
        desk.address.awaiting = ""
        options = (HAVE_CODE, BY_ONESELF)
        desk.say(Message("Nomor itu belum bisa kami cocokkan. Pakai kode undangan, ya.", options))
        return
    link(desk, found[0])


def link(desk: Desk, person: Person, *, moved: bool = False) -> None:
    """This address is the person's from now on; what follows depends on who they are, and whether they come anew."""
    desk.address.person_id, desk.address.person = person.id, person
    desk.address.linked_at, desk.address.awaiting = desk.now, ""
    desk.note("address.link", f"person:{person.id}", desk.incoming.channel)
    desk.worth = LASTING  # the code is used up: who is not told would think that it did not work
    if family.asks_consent(desk):
        return
    if moved:
        change_number.welcome(desk)
        return
    desk.say(Message(f"Selamat datang, {salute(person)}. Senang Bapak/Ibu ikut.", commands=commands_of(person)))
