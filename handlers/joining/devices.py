"""One's own phones and accounts: list them, and end one."""

from __future__ import annotations

from sqlalchemy import update

from db import outbox, people
from db.audit import Detail
from db.outbox import Kind, Outgoing
from db.people import Address
from db.subjects import subject
from flow.message import Message, Option
from flow.questions import show_day
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from programme.identity import CHANNELS


def show(context: Context) -> None:
    """List the person's addresses: channel, a part of the address, since when, heard when; each with a button."""
    held = people.held(context.session, context.person.id)
    lines = [f"{number}. {_line(context, one)}" for number, one in enumerate(held, 1)]
    options = tuple(Option(f"device:end:{one.id}", f"Lepas nomor {number}") for number, one in enumerate(held, 1))
    context.note("address.list", subject(context.person))
    context.worth = LASTING
    said = ("*HP dan akun yang terhubung*", *lines, "", f"Ada yang bukan milik {context.you}? Lepas saja.")
    context.say(Message("\n".join(said), (*options, HOME)))


def end(context: Context, address_id: int) -> None:
    """End one of the person's own addresses; it is told."""
    found = context.session.get_one(Address, address_id)
    context.note("address.end", subject(context.person), Detail(found.channel))
    context.worth = LASTING
    here, name = found.id == context.address.id, _name(found)
    _let_go(context, found, here=here)
    if here:
        context.say(Message("HP ini sudah dilepas. Ingin ikut lagi? Minta kode, lalu tulis *mulai*."))
        return
    context.say(Message(f"{name} sudah dilepas. Dari sana tidak ada lagi yang bisa dilihat.", (HOME,)))


def _let_go(context: Context, found: Address, *, here: bool) -> None:
    """Take the person from the address; whoever else shares the phone keeps it."""
    session, person, now = context.session, context.person, context.now
    planned = Outgoing.channel == found.channel, Outgoing.address == found.address, Outgoing.person_id == person.id
    if here:
        outbox.cancel(session, "dilepas", now, *planned)
    else:
        moved = update(Outgoing).where(Outgoing.state == outbox.PLANNED, Outgoing.lane > outbox.REPLY, *planned)
        session.execute(moved.values(channel=context.address.channel, address=context.address.address))
        told = Message("HP ini sudah dilepas dari Asuh oleh pemiliknya. Pesan tidak datang ke sini lagi.")
        key = f"ended:{found.id}:{now:%Y-%m-%dT%H:%M}"
        row = outbox.row(Kind.MOVED, key, found.channel, found.address, told.to_json(), now, lane=outbox.ALERT)
        outbox.promise(session, [row])
    people.leave(session, found, person, now)


def _line(context: Context, one: Address) -> str:
    since = show_day(context.city.today(one.linked_at)) if one.linked_at else "belum tercatat"
    heard = show_day(context.city.today(one.last_heard_at))
    here = " *(HP ini)*" if one.id == context.address.id else ""
    lessons = ", pesan edukasi saja" if people.only_lessons(one) else ""
    return f"{_name(one)}{here}: sejak {since}, terakhir menulis {heard}{lessons}"


def _name(one: Address) -> str:
    """ "WhatsApp …4567": the channel, and the last four signs of the address."""
    return f"{CHANNELS.get(one.channel, one.channel)} …{one.address[-4:]}"
