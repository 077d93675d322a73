"""The buttons under an announcement: send it, change it, let it be, agree as the second person, stop it, its reach."""

from __future__ import annotations

from datetime import datetime

from db import broadcasts as rows
from db.audit import Rows
from db.broadcasts import RUNNING, Broadcast, BroadcastState
from flow.message import Message, Option
from handlers.broadcast import writing
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from programme import broadcast_words as words
from programme import broadcasts, contacts, policy
from programme.broadcast_audience import NOT_AMONG
from programme.broadcast_checks import STOPPED
from programme.broadcasts import Preview

RECENT = 6
MORE = "Sementara itu penerimanya bertambah: tadi {before}, sekarang {now} orang. Periksa lagi, ya."
OVER = "Pengumuman itu sudah selesai atau sudah dihentikan: tidak ada lagi yang menunggu."
STALE = "Hari yang diumumkan sudah lewat. Ketuk *Ubah* untuk menggantinya."
NEWS = Option("menu:umumkan", "Pengumuman baru")


def send(context: Context, broadcast_id: int) -> None:
    """Its writer has seen it and wants it, as soon as the hour allows."""
    _send(context, broadcast_id, tomorrow=False)


def send_later(context: Context, broadcast_id: int) -> None:
    """The same for the next day."""
    _send(context, broadcast_id, tomorrow=True)


def _send(context: Context, broadcast_id: int, *, tomorrow: bool) -> None:
    session, one = context.session, _in(context, broadcast_id, BroadcastState.SHOWN)
    if one is None:
        return
    context.worth = LASTING
    shown = broadcasts.preview(session, one, context.city, context.now)
    due_at = shown.later if tomorrow else shown.at_once
    if one.expires_at <= due_at:
        context.settles = False
        context.say(Message(STALE, (Option(f"announce:change:{one.id}", "Ubah"),)))
        return
    reached = len(shown.reach.reached)
    if reached > one.reached or shown.is_beyond or not reached:
        head = MORE.format(before=words.number(one.reached), now=words.number(reached)) if reached > one.reached else ""
        writing.show(context, one, head)
        return
    among = broadcasts.seconds(session, one) if shown.needs_second else []
    if shown.needs_second and not among:
        context.say(Message(words.NO_SECOND.format(count=words.number(reached)), (HOME,)))
        return
    broadcasts.freeze(session, shown, due_at, context.now)
    if among:
        message = words.to_second(session, shown, context.city, context.now)
        broadcasts.ask(session, one, among, message, context.city, context.now)
        names = " atau ".join(contacts.called(person) for person in among[:3])
        context.say(words.waits(session, one, names))
        return
    broadcasts.begin(session, one, context.city, context.now)
    context.say(words.begun(session, one, context.city, context.now))


def change(context: Context, broadcast_id: int) -> None:
    """Its writer wants something else in it."""
    if one := _in(context, broadcast_id, BroadcastState.SHOWN):
        writing.change(context, one)


def drop(context: Context, broadcast_id: int) -> None:
    """Its writer does not want it, also while a second person is asked."""
    if one := _in(context, broadcast_id, BroadcastState.SHOWN, BroadcastState.ASKED):
        broadcasts.drop(context.session, one, STOPPED, context.now)
        context.say(Message(words.NOTHING_SENT, (NEWS, HOME)))


def agree(context: Context, broadcast_id: int) -> None:
    """The second person agrees to exactly those whom its writer has seen counted."""
    session, one = context.session, _in(context, broadcast_id, BroadcastState.ASKED)
    if one is None:
        return
    context.worth = LASTING
    still = broadcasts.still(session, one, context.city, context.now)
    if why := _hindrance(context, one, still):
        broadcasts.drop(session, one, why, context.now)
        _tell_writer(
            context, one, f"{words.capital(why)}, jadi {broadcasts.title(session, one, context.city)} tidak dikirim."
        )
        context.say(
            Message(f"{words.capital(why)}, jadi tidak dikirim. {contacts.called(one.writer)} sudah dikabari.", (HOME,))
        )
        return
    one.agreed_by = context.person.id
    one.due_at = due_at = max(one.due_at or context.now, still.at_once)
    context.note("broadcast.approve", broadcasts.about(one), Rows(one.reached))
    broadcasts.begin(session, one, context.city, context.now)
    by, title = contacts.called(context.person), broadcasts.title(session, one, context.city)
    _tell_writer(context, one, f"{by} setuju. {title} dikirim {_when(context, due_at)}.", *words.buttons(session, one))
    context.say(words.begun(session, one, context.city, context.now))


def _hindrance(context: Context, one: Broadcast, still: Preview) -> str:
    """Why it cannot be sent any more; empty where it can."""
    asking = policy.Asking(context.session, one.writer, context.now, city=context.city)
    if not policy.may(asking, "broadcast.write", one):
        return broadcasts.NO_RIGHT
    if one.expires_at <= still.at_once:
        return broadcasts.TOO_LATE
    if still.is_beyond:
        return words.REACHED
    return "" if still.reach.reached else NOT_AMONG


def refuse(context: Context, broadcast_id: int) -> None:
    """The second person does not agree: nothing is sent, and its writer hears so."""
    if one := _in(context, broadcast_id, BroadcastState.ASKED):
        broadcasts.drop(context.session, one, "tidak disetujui", context.now)
        context.note("broadcast.refuse", broadcasts.about(one))
        by, title = contacts.called(context.person), broadcasts.title(context.session, one, context.city)
        _tell_writer(context, one, f"{by} belum setuju dengan {title}, jadi tidak dikirim. Tanyakan langsung, ya.")
        context.say(Message(f"Baik, tidak ada yang dikirim. {contacts.called(one.writer)} sudah dikabari.", (HOME,)))


def stop(context: Context, broadcast_id: int) -> None:
    """What has not left is not sent any more."""
    one = _in(context, broadcast_id, *RUNNING, BroadcastState.REPORTED, otherwise=OVER)
    if one is None:
        return
    if not words.is_stoppable(context.session, one):
        context.say(Message(OVER, (HOME,)))
        return
    context.worth = LASTING
    left, kept = broadcasts.stop(context.session, one, context.person, STOPPED, context.now)
    said = words.stopped(left, kept)
    by, title = contacts.called(context.person), broadcasts.title(context.session, one, context.city)
    for person_id in {one.person_id, one.agreed_by} - {context.person.id, None}:
        told = Message(f"{by} menghentikan {title}: {said}")
        broadcasts.tell(context.session, one, person_id or 0, told, context.city, context.now)
    context.say(Message(f"Dihentikan: {said}", (Option(f"announce:report:{one.id}", "Lihat hasil"), HOME)))


def report(context: Context, broadcast_id: int) -> None:
    """Whom it has reached so far."""
    one = context.session.get_one(Broadcast, broadcast_id)
    context.note("broadcast.report", broadcasts.about(one))
    context.say(words.report(context.session, one, context.city))


def show_sent(context: Context) -> None:
    """The newest announcements whose reach this person may see, each with a button."""
    found = rows.recent(context.session, 10 * RECENT)
    mine = [one for one in found if context.may("broadcast.stop", one)][:RECENT]
    if not mine:
        context.say(Message("Belum ada pengumuman yang dikirim.", (NEWS, HOME)))
        return
    lines = [f"{place}. {_dated(context, one)}" for place, one in enumerate(mine, 1)]
    options = tuple(Option(f"announce:report:{one.id}", f"Hasil nomor {place}") for place, one in enumerate(mine, 1))
    context.say(Message("\n".join(("*Pengumuman yang sudah dikirim*", *lines)), options, (NEWS, HOME)))


def _dated(context: Context, one: Broadcast) -> str:
    at = context.city.local(one.due_at or one.shown_at)
    return f"{at:%d/%m} {broadcasts.title(context.session, one, context.city)}"


def _in(
    context: Context, broadcast_id: int, *states: BroadcastState, otherwise: str = words.DECIDED
) -> Broadcast | None:
    """The announcement, where it still waits for this. Locked: two taps at once decide it once."""
    one = rows.locked(context.session, broadcast_id)
    if one.state not in states:
        context.say(Message(otherwise, (HOME,)))
        return None
    context.settles = True
    return one


def _tell_writer(context: Context, one: Broadcast, text: str, *options: Option) -> None:
    broadcasts.tell(context.session, one, one.person_id, Message(text, options), context.city, context.now)


def _when(context: Context, moment: datetime) -> str:
    return words.when(context.city.local(moment), context.now)
