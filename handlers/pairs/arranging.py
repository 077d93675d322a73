"""A visit arranged by taps: who visits offers times, the family picks one or asks for another, both can change it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from db import appointments
from db.appointments import Appointment, AppointmentState
from db.children import Carer, Family
from db.subjects import subject
from flow.message import Message, Option
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from handlers.pairs.view import own_carer, own_pair
from programme import appointment_messages as words
from programme import appointments as arranging
from programme import introduction_messages, pairs
from programme.contacts import called
from programme.pairs import Pair

OVER = "Kunjungan itu sudah selesai diatur, atau dibatalkan. Tulis *janji* untuk melihat yang sekarang."
NO_TIME = "Belum ada waktu lain yang bisa ditawarkan. Coba lagi besok, ya."
ALONE = "{host} belum memakai Asuh, jadi waktunya belum bisa ditanyakan lewat sini. Aturlah lewat kader."


# --- who visits ---------------------------------------------------------------------------------


def begin(context: Context, family_id: int) -> None:
    """Show three times that would suit, with the button that asks the family."""
    _propose(context, _pair(context, family_id), after=_next_agreed(context, family_id))


def other_times(context: Context, family_id: int, days: int) -> None:
    """Show the three times behind so many days from today."""
    _propose(context, _pair(context, family_id), after=context.today + timedelta(days=days))


def send(context: Context, family_id: int, chosen: tuple[int, ...]) -> None:
    """Ask the family which of these times suits; anew where one has passed meanwhile."""
    pair = _pair(context, family_id)
    times = [datetime.fromtimestamp(minute * words.EPOCH_MINUTE, UTC) for minute in chosen]
    if not all(arranging.is_possible(context.city, at, context.now) for at in times):
        _propose(context, pair, preface="Waktu tadi sudah lewat. ")
        return
    if pairs.host(context.session, pair.family) is None:
        context.say(Message(ALONE.format(host=pairs.mother(pair.family)), (HOME,)))
        return
    arranging.offer(context.session, context.city, pair, times, context.now)
    context.note("appointment.offer", subject(pair.family))
    context.worth = LASTING
    host = words.asked(context.session, pair)
    said = f"Baik, kami tanyakan kepada {host}. Jawabannya datang di sini."
    if not _asks_own_number(context, pair):
        context.say(Message(said, (HOME,)))
        return
    appointments.ask_number(context.session, context.person.id, pair.family.id, context.now)
    question = f"*Boleh {host} tahu nomor {context.you}?* Supaya bisa memberi kabar kalau berhalangan."
    context.say(Message(f"{said}\n\n{question}", introduction_messages.number_options(pair.family)))


def accept(context: Context, appointment_id: int) -> None:
    """Who visits can come when the family asked for."""
    row = _locked(context, appointment_id)
    if row.state != AppointmentState.WISHED or not arranging.is_open(row, context.now) or row.at is None:
        _say_how_it_stands(context, row)
        return
    pair = own_pair(context, row.family)
    arranging.accept(context.session, context.city, row, pair, context.now)
    context.note("appointment.accept", subject(row.family))
    context.worth = LASTING
    host = words.asked(context.session, pair)
    when = words.day_and_hour(context.city, row.at)
    text = f"Baik. *{when}* di rumah {host}; {host} kami kabari.\n\n{words.way(row.family)}"
    context.say(Message(text, words.changes(row)))


def _propose(context: Context, pair: Pair, after: date | None = None, preface: str = "") -> None:
    if (host := pairs.host(context.session, pair.family)) is None:
        context.say(Message(ALONE.format(host=pairs.mother(pair.family)), (HOME,)))
        return
    times = arranging.proposals(context.session, context.city, pair.visitor.id, context.now, after)
    if not times:
        context.say(Message(NO_TIME, (HOME,)))
        return
    listed = "\n".join(f"• {words.day_and_hour(context.city, at)}" for at in times)
    text = (
        f"{preface}*Kapan {context.you} bisa datang?* Kalau waktu ini cocok, kami tanyakan kepada "
        f"{pairs.to_host(host)}:\n{listed}"
    )
    context.say(
        Message(text, introduction_messages.send_options(context.city, pair.family, times, context.now), (HOME,))
    )


def _asks_own_number(context: Context, pair: Pair) -> bool:
    """Whether who visits is still to be asked whether the family may see their number."""
    asked = appointments.shared_number(context.session, context.person.id, pair.family.id) is not None
    return bool(context.person.phone) and not asked


def _next_agreed(context: Context, family_id: int) -> date | None:
    """The day before the next visit that the last report names, so that proposals begin with it."""
    pair = _pair(context, family_id)
    days = [visit.next_on for visit in arranging.last_visits(context.session, pair) if visit.next_on]
    ahead = [day for day in days if day > context.today]
    return min(ahead) - timedelta(days=1) if ahead else None


# --- the family ---------------------------------------------------------------------------------


def ask(context: Context, family_id: int, visitor_id: int) -> None:
    """The family asks for a visit: show it three times, none of which is agreed before who visits has said yes."""
    family = context.session.get_one(Family, family_id)
    pair = pairs.find(context.session, family, visitor_id, context.today)
    if pair is None or own_carer(context, family) is None:
        raise NotValid(str(family_id))
    row = arranging.ask_for_visit(context.session, pair, context.now)
    _show_times(context, row, row.times or None)


def more_times(context: Context, appointment_id: int, days: int) -> None:
    """Show the family the times behind so many days from today."""
    row = _locked(context, appointment_id)
    if not arranging.is_open(row, context.now):
        _say_how_it_stands(context, row)
        return
    _show_times(context, row, after=context.today + timedelta(days=days))


def pick(context: Context, appointment_id: int, minute: int) -> None:
    """The family wants this time."""
    row, at = _locked(context, appointment_id), datetime.fromtimestamp(minute * words.EPOCH_MINUTE, UTC)
    carer = own_carer(context, row.family)
    pair = pairs.find(context.session, row.family, row.visitor_id, context.today)
    if carer is None or pair is None:
        raise NotValid(str(appointment_id))
    if row.state == AppointmentState.ENDED or row.at == at:
        _say_how_it_stands(context, row)
        return
    if not arranging.is_possible(context.city, at, context.now):
        _show_times(context, row, preface="Waktu itu sudah lewat. ")
        return
    arranging.pick(context.session, context.city, row, pair, at, context.now)
    context.note("appointment.pick", subject(row.family))
    context.worth = LASTING
    if row.state == AppointmentState.AGREED:
        context.say(Message(f"Baik. {words.agreed_words(context.city, pair, row)}", words.changes(row)))
    else:
        who, when = called(pair.visitor), words.day_and_hour(context.city, at)
        context.say(Message(f"Baik, kami tanyakan dulu kepada {who}: *{when}*. Jawabannya menyusul.", (HOME,)))


def later(context: Context, appointment_id: int) -> None:
    """The family cannot say yet."""
    row = _locked(context, appointment_id)
    pair = pairs.find(context.session, row.family, row.visitor_id, context.today)
    if pair is None or own_carer(context, row.family) is None:
        raise NotValid(str(appointment_id))
    if row.state != AppointmentState.OFFERED:
        _say_how_it_stands(context, row)
        return
    arranging.put_off(context.session, context.city, row, pair, context.now)
    context.note("appointment.later", subject(row.family))
    context.worth = LASTING
    text = f"Baik, tidak apa-apa. {called(pair.visitor)} kami kabari. Kalau sudah ada waktu, tulis *janji*."
    context.say(Message(text, (HOME,)))


def _show_times(
    context: Context,
    row: Appointment,
    times: Sequence[datetime] | None = None,
    *,
    after: date | None = None,
    preface: str = "",
) -> None:
    times = times or arranging.proposals(context.session, context.city, row.visitor_id, context.now, after)
    if not times:
        context.say(Message(NO_TIME, (HOME,)))
        return
    who, put_off = called(row.visitor), ()
    if row.state == AppointmentState.OFFERED and row.options:
        put_off = (Option(f"meet:later:{row.id}", "Nanti saja"),)
    text = f"{preface}*Kapan {who} boleh datang?*"
    context.say(Message(text, words.picks(context.city, row, list(times), context.now), put_off or (HOME,)))


# --- both ---------------------------------------------------------------------------------------


def move(context: Context, appointment_id: int) -> None:
    """Another day: who visits offers times anew, the family is shown some to ask for."""
    row = _locked(context, appointment_id)
    if not arranging.is_open(row, context.now):
        _say_how_it_stands(context, row)
    elif own_carer(context, row.family) is not None:
        _show_times(context, row)
    else:
        _propose(context, own_pair(context, row.family))


def call_off(context: Context, appointment_id: int) -> None:
    """End it, and tell the other side kindly."""
    row = _locked(context, appointment_id)
    if not arranging.is_open(row, context.now):
        _say_how_it_stands(context, row)
        return
    carer: Carer | None = own_carer(context, row.family)
    pair = pairs.find(context.session, row.family, row.visitor_id, context.today)
    if pair is None:
        raise NotValid(str(appointment_id))
    arranging.call_off(context.session, context.city, row, pair, context.now, by_family=carer is not None)
    context.note("appointment.off", subject(row.family))
    context.worth = LASTING
    if carer is not None:
        text, again = f"Baik, dibatalkan. {called(pair.visitor)} kami kabari, jadi tidak datang.", HOME
    else:
        text, again = f"Baik, dibatalkan. {words.asked(context.session, pair)} kami kabari.", words.offers(row.family)
    context.say(Message(text, (again,)))


def _say_how_it_stands(context: Context, row: Appointment) -> None:
    """The answer to a button that has been overtaken: what holds now."""
    if row.state == AppointmentState.AGREED and row.at and row.at > context.now:
        when = words.day_and_hour(context.city, row.at)
        context.say(Message(f"Yang berlaku sekarang: *{when}*.", words.changes(row)))
    else:
        context.say(Message(OVER, (HOME,)))


def _locked(context: Context, appointment_id: int) -> Appointment:
    """The appointment, held until the message is handled: both sides may tap at the same moment."""
    query = select(Appointment).where(Appointment.id == appointment_id).with_for_update()
    return context.session.scalars(query.execution_options(populate_existing=True)).one()


def _pair(context: Context, family_id: int) -> Pair:
    return own_pair(context, context.session.get_one(Family, family_id))
