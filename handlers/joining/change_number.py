"""Move a person to another phone or number by a code, and notify the old phone."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import update

from db import drafts, outbox, people
from db.outbox import Kind, Outgoing
from db.people import AddressState, Invitation, Person
from db.subjects import subject
from flow.message import Message
from flow.questions import show_day
from flow.reading.phones import e164
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.family import family, own_data
from programme import contacts
from reports.invitations.codes import renew

VALID_DAYS = 7
CODE = re.compile(r"[A-Z2-9]{4}[- ]?[A-Z2-9]{4}")
# As a link sends it, or with its dash or a digit among other words.
WRITTEN = re.compile(
    r"^\s*(?:/START|MULAI)\s+\S+|(?<![A-Z0-9])[A-Z2-9]{4}-[A-Z2-9]{4}(?![A-Z0-9])"
    r"|(?<![A-Z0-9])(?=[A-Z]*[2-9])[A-Z2-9]{8}(?![A-Z0-9])"
)


def begin(context: Context) -> None:
    """Answer with a code to write from the new phone. Nothing changes until it is used."""
    code = renew(context.session, context.person, context.now, VALID_DAYS, context.city.secret)
    context.note("invitation.renew", subject(context.person))
    until = show_day(context.today + timedelta(days=VALID_DAYS))
    context.worth, context.kind = LASTING, Kind.CODE
    context.say_template("move_code", HOME, you=context.you, code=code, until=until)


def holds_code(text: str) -> bool:
    """Whether somebody wrote a code: what they wrote must not be stored then."""
    return bool(WRITTEN.search(text.upper()) or CODE.fullmatch(text.strip().upper()))


def is_own_code(context: Context, text: str) -> bool:
    """Whether somebody wrote their own code on the phone on which they got it."""
    if not CODE.fullmatch(text.strip().upper()):
        return False
    invited = people.invitation(context.session, text, context.now, context.city.secret)
    return invited is not None and invited.person_id == context.person.id


def explain_own_code(context: Context) -> None:
    """Say that the code is for the new phone; it stays unused."""
    context.say(Message("Kode itu untuk HP yang baru: tulis dari sana, ya. Di sini belum ada yang berubah.", (HOME,)))


def release_old_phones(context: Context, person: Person, invitation: Invitation) -> bool:
    """Unlink the person's other addresses on this channel, notify each once, and send what is planned to this one.

    An address on another channel stays: one person may use both. So does a phone for whoever else writes from it.
    Returns whether there was another address here.
    """
    old_addresses = [
        one
        for one in people.held(context.session, person.id)
        if one.id != context.address.id and one.channel == context.incoming.channel
    ]
    you, contact = contacts.pronoun(context.session, person), context.city.programme.privacy.contact
    told = Message(
        "Pesan Asuh sekarang datang ke HP yang baru, tidak ke sini lagi. Terima kasih.\n\n"
        f"Bukan {you} yang meminta? Segera hubungi {contact}."
    )
    moved = False
    for old in old_addresses:
        if old.state == AddressState.OK:
            key = f"moved:{invitation.id}:{old.id}"
            notice = outbox.row(
                Kind.MOVED, key, old.channel, old.address, told.to_json(), context.now, lane=outbox.ALERT
            )
            outbox.promise(context.session, [notice])
        people.leave(context.session, old, person, context.now)
        moved = True
    planned = update(Outgoing).where(Outgoing.person_id == person.id, Outgoing.state == outbox.PLANNED)
    context.session.execute(
        planned.where(Outgoing.lane > outbox.REPLY).values(
            channel=context.incoming.channel, address=context.incoming.address
        )
    )
    return moved


def welcome(context: Context) -> None:
    """Welcome a person on another phone, and ask for the new number where one is known."""
    text = f"Selamat datang kembali, {family.called(context)}. Mulai sekarang pesan datang ke sini."
    if drafts.of(context.session, context.person.id):
        text += " Laporan yang belum selesai masih tersimpan: tulis *lanjut*."
    context.say(Message(text, (HOME,), commands=context.menu_of(context.person)))
    if context.person.phone:
        ask = "Nomor HP-nya ganti juga? Ketuk tombol di bawah supaya kami catat. Kalau tidak, biarkan saja."
        context.say(Message(ask, wants="contact"))


def new_number(context: Context) -> None:
    """Store the number that a known person sent as their own."""
    contact = context.incoming.contact
    number = e164(contact.phone) if contact and contact.own else None
    if number is None:
        context.say(
            Message(f"Nomor itu belum bisa kami pakai. Kirim nomor {context.you} sendiri lewat tombol, ya.", (HOME,))
        )
        return
    if number != context.person.phone:
        context.person.phone = number
        context.note("person.phone", subject(context.person))
    context.worth = LASTING
    context.say(Message(f"Terima kasih. Nomor yang kami catat: {own_data.hidden(number)}.", (HOME,)))
