"""Screens of a coordinator: the digest on request, late visits, and a button that reminds the ASN."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from db import outbox
from db.outbox import Kind, Outgoing
from db.people import Person, addresses
from db.subjects import Subject, SubjectKind, subject
from flow.message import Message, Option
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from programme import disclosure
from programme.disclosure import Shown
from programme.quiet_hours import quiet_hours
from reports.digest import digest
from reports.digest.model import Late
from rules.visits import standing

PAGE = 10


def show_home(context: Context) -> None:
    context.say(
        Message(
            f"Halo {salute(context.person)}! Ringkasan datang sendiri setiap sore. Mau lihat sekarang?",
            (
                Option("menu:ringkasan", "Ringkasan sekarang"),
                Option("menu:terlambat", "Yang terlambat"),
                Option("menu:mutu", "Mutu pengukuran"),
            ),
        )
    )


def show_digest(context: Context) -> None:
    """Answer with the digest of today so far."""
    counted = digest.digest(context.session, context.person, context.now, context.city)
    if counted is None:
        context.say(Message(f"Belum ada wilayah atau kantor atas nama {context.you}.", (HOME,)))
        return
    context.note("digest.view", subject(context.person))
    key = f"reply:{context.incoming.channel}:{context.incoming.message_id}"
    context.say(digest.message(counted, key, context.city))


def show_late(context: Context, page: int = 0) -> None:
    """List the overdue visits in this coordinator's scopes, worst first, with a button to remind each ASN."""
    _show_late(context, page, _late(context))


def open_late(context: Context, page: int) -> None:
    """The same page with the names, each of which is a line of the audit."""
    _show_late(context, page, _late(context, disclosure.OPENED_LIST), opened=True)


def _show_late(context: Context, page: int, late: Sequence[Late], *, opened: bool = False) -> None:
    if not late:
        context.say(Message("Tidak ada kunjungan yang terlambat. 👏", (HOME,)))
        return
    page = max(0, min(page, (len(late) - 1) // PAGE))
    shown = late[page * PAGE : (page + 1) * PAGE]
    lines = [
        f"{number}. {one.asn}: {f'{one.who}, ' if one.who else ''}*{one.days} hari*"
        + ("" if one.reachable else ", belum terhubung")
        for number, one in enumerate(shown, page * PAGE + 1)
    ]
    asn = {one.asn_id: one.asn for one in shown if one.reachable}
    row: list[Option] = []
    if page > 0:
        row.append(Option(f"late:{page - 1}", "« Sebelumnya"))
    if (page + 1) * PAGE < len(late):
        row.append(Option(f"late:{page + 1}", "Berikutnya »"))
    reminders = [Option(f"remind:{asn_id}", f"Ingatkan {name}") for asn_id, name in asn.items()]
    if context.may("child.open") and any(not one.name for one in shown):
        reminders.append(Option(f"late:names:{page}", "Lihat nama (dicatat)"))
    for one in shown if opened else ():
        context.note("child.open", one.about)
    context.note_all("late.view", (one.about for one in shown))
    text = "\n".join((f"⏰ *Terlambat: {len(late)} kunjungan*", *lines))
    context.say(Message(text, tuple(reminders), tuple(row)))


def remind(context: Context, asn_id: int) -> None:
    """Promise an ASN who is late a reminder on behalf of the coordinator, at most one a day."""
    overdue = digest.overdue(context.session, context.person, asn_id, context.now, context.city)
    if not overdue:
        context.say(Message("Kunjungannya sudah tidak terlambat lagi. 👏", (HOME,)))
        return
    asn = context.session.get_one(Person, asn_id)
    if not addresses(context.session, asn_id):
        context.say(Message(f"{salute(asn)} belum terhubung ke sini. Hubungi langsung, ya.", (HOME,)))
        return
    due_at = quiet_hours(context.city).open_at(context.now)
    late = [(one.name, one.code, standing(one.due, context.today).days_late) for one in overdue]
    text = context.city.templates.say("nudge", to=salute(asn), by=salute(context.person), late=late)
    message = Message(text, (Option("menu:lapor", "Lapor kunjungan"),))
    key = f"nudge:{asn_id}:{context.today}"
    written = outbox.to_person(
        context.session, asn_id, Kind.NUDGE, key, message.to_json(), context.now,
        about=[one.about for one in overdue], due_at=due_at, again=True,
    )  # fmt: skip
    if not written:
        context.say(Message(_reminded_already(context, key, salute(asn))))
        return
    context.note("asn.remind", Subject(SubjectKind.PERSON, asn_id))
    context.say(Message(f"{salute(asn)} diingatkan {_when(context, due_at)}."))


def _reminded_already(context: Context, key: str, asn: str) -> str:
    """The answer where this or another coordinator asked for today's reminder before: whether and when it was sent."""
    row = context.session.scalars(select(Outgoing).where(Outgoing.key == key)).one()
    if row.state == outbox.PLANNED:
        return f"Pengingat untuk {asn} sudah menunggu, dikirim {_when(context, context.city.local(row.due_at))}."
    at = context.city.local(row.settled_at or row.taken_at or row.due_at)
    return f"{asn} sudah diingatkan hari ini pukul {at:%H.%M}. Besok bisa lagi."


def _when(context: Context, due_at: datetime) -> str:
    return "sekarang" if due_at <= context.now else f"{_day(context, due_at)} pukul {due_at:%H.%M}"


def _day(context: Context, moment: datetime) -> str:
    return "hari ini" if moment.date() == context.today else "besok"


def _late(context: Context, besides: Shown = Shown.NOTHING) -> Sequence[Late]:
    """The overdue visits in this coordinator's scopes, worst first."""
    return digest.late(context.session, context.person, context.now, context.city, besides)
