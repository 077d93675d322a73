"""Join by an invitation code, or a family for the first time by its phone number. It is asked for its consent first."""

from __future__ import annotations

from datetime import timedelta

from db import people
from db.audit import Detail
from db.people import Person
from db.subjects import subject
from flow.message import Message, Option
from flow.reading.phones import e164
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from handlers.chat.trust import HAVE_CODE
from handlers.family import family
from handlers.joining import change_number, confirming, household
from handlers.joining.confirming import BY_ONESELF
from programme import identity, numbers, opening

BY_NUMBER = Option("join:number", "Pakai nomor HP saya")


def greet_stranger(context: Context) -> None:
    """Say what Asuh is, and offer the ways to join; to who may be known already, how they are let in."""
    if confirming.waits(context):
        confirming.explain(context)
        return
    context.address.awaiting = ""
    contact = numbers.to_ask(context.city)
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
    context.say(Message("Ketuk tombol di bawah untuk mengirim nomor HP sendiri.", wants="contact"))


def use_code(context: Context, code: str) -> None:
    """Link this address to the invited person. A code works once; after some wrong ones the person has to wait.

    Also for a second person on a phone. Their other addresses are told.
    """
    if _must_wait(context):
        return
    channel, address = context.incoming.channel, context.incoming.address
    invitation = people.invitation(context.session, code, context.now, context.city.secret)
    if invitation is None and (entry := household.entry_of(context, code)) is not None:
        if opening.is_open(context.session, context.city):
            household.begin(context, entry, newcomer=True)
        else:
            say_opens_soon(context, code=True)
        return
    if invitation is None:
        identity.guessed(context.session, channel, address, context.now, context.city)
        second = context.address.person is not None
        context.address.awaiting = confirming.SECOND if second else "code"
        options = (HOME,) if second else (HAVE_CODE, BY_NUMBER)
        context.say_template("code_wrong", *options, contact=context.city.programme.privacy.contact)
        return
    person = context.session.get_one(Person, invitation.person_id)
    if opening.keeps_out(context.session, context.city, person):
        say_opens_soon(context, code=True)
        return
    people.use(context.session, invitation, f"{channel}:{address}", context.now)
    moved = change_number.release_old_phones(context, person, invitation)
    link(context, person, identity.CODE, moved=moved)
    opened = "Dengan kode, Asuh sekarang bisa dibuka dari HP atau akun lain juga."
    identity.tell_linked(context.session, context.address, person.id, opened, context.now, context.city)


def _must_wait(context: Context) -> bool:
    """Say that it is too early for another code, where too many were wrong. Returns whether it is."""
    rules = context.city.programme.invitations
    since = context.now - timedelta(minutes=rules.wait_minutes)
    here = context.incoming.channel, context.incoming.address
    if people.failed_attempts(context.session, *here, since) < rules.tries:
        return False
    context.say(Message(f"Sudah beberapa kali kodenya tidak cocok. Coba lagi {rules.wait_minutes} menit lagi, ya."))
    return True


def use_code_of_family(context: Context, code: str) -> None:
    """A code that somebody writes who has joined already: with a family's they may join it too, a guess is counted."""
    if _must_wait(context):
        return
    entry = household.entry_of(context, code)
    if entry is None:
        household.wrong_code(context)
    elif not opening.is_open(context.session, context.city):
        say_opens_soon(context, code=True)
    else:
        household.begin(context, entry, newcomer=False)


def use_number(context: Context) -> None:
    """Link this address by one's own number, where that is enough (``identity.joins_by_number``)."""
    contact = context.incoming.contact
    if contact is None:
        return
    if not contact.own:
        context.say(Message("Itu nomor orang lain. Kirim nomor sendiri lewat tombol, ya.", wants="contact"))
        return
    _match(context, contact.phone)


def _match(context: Context, phone: str) -> None:
    """Link a family that has never been here. Anybody else is asked for at their old address, and answered alike."""
    number = e164(phone)
    found = people.by_phone(context.session, number) if number else ()
    session, address = context.session, context.address
    if len(found) == 1 and opening.keeps_out(session, context.city, found[0]):
        say_opens_soon(context)
        return
    if len(found) == 1 and identity.joins_by_number(session, found[0], address):
        link(context, found[0], identity.NUMBER)
        return
    for person in found:
        if identity.is_family_only(person) or people.addresses(session, person.id, urgent=True):
            identity.claim(session, address, person, identity.NUMBER, context.now, context.city)
    confirming.explain(context, number=True)


def say_opens_soon(context: Context, *, code: bool = False) -> None:
    """Say kindly that no new family can join yet, and whom to call meanwhile. ``code``: one was sent, still unused."""
    context.address.awaiting, context.worth = "", LASTING
    contact, urgent = numbers.to_ask(context.city), context.city.programme.emergency.to_call
    again = (HAVE_CODE,) if code else ()
    context.say_template("opens_soon", *again, city=context.city.name, contact=contact, code=code, numbers=urgent)


def link(context: Context, person: Person, how: str, *, moved: bool = False) -> None:
    """Link this address to the person, then ask for consent or welcome them. ``moved``: they had another phone.

    Whoever wrote from this address until now may go on to, beside them.
    """
    if (before := context.address.person) is not None and not people.writers(context.session, context.address):
        limited = people.only_lessons(context.address)
        people.belongs(context.session, context.address, before, context.now, identity.CODE, lessons_only=limited)
    people.belongs(context.session, context.address, person, context.now, how)
    context.note("address.link", subject(person), Detail(context.incoming.channel))
    context.worth = LASTING  # the code is used up: without the answer the person would think that it failed
    if family.asks_consent(context):
        return
    if moved:
        change_number.welcome(context)
        return
    context.say(
        Message(f"Selamat datang, {salute(person)}. Senang {context.you} ikut.", commands=context.menu_of(person))
    )
