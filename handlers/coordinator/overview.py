"""Coordinators: the digest on request, who is late, and a reminder in one tap."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from db import outbox
from db.outbox import Kind, Outgoing
from db.people import Person, addresses
from flow.message import Message, Option
from handlers.chat.context import Desk
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from programme.quiet_hours import quiet_hours
from reports.digest import digest
from reports.digest.model import Late

PAGE = 10


def show_home(desk: Desk) -> None:
    desk.say(
        Message(
            f"Halo {salute(desk.person)}! Ringkasan datang sendiri setiap sore. Mau lihat sekarang?",
            (
                Option("menu:ringkasan", "Ringkasan sekarang"),
                Option("menu:terlambat", "Yang terlambat"),
                Option("menu:mutu", "Mutu pengukuran"),
            ),
        )
    )


def show_digest(desk: Desk) -> None:
    """The digest as it stands now."""
    counted = digest.digest(desk.session, desk.person, desk.now, desk.city)
    if counted is None:
        desk.say(Message("Belum ada wilayah atau kantor atas nama Bapak/Ibu.", (HOME,)))
        return
    desk.note("digest.view", f"person:{desk.person.id}")
    key = f"reply:{desk.incoming.channel}:{desk.incoming.message_id}"
    desk.say(digest.message(counted, key, desk.city))


def show_late(desk: Desk, page: int = 0) -> None:
    """Everyone who is late in this coordinator's scopes, worst first, with a reminder in one tap."""
    late = _late(desk)
    if not late:
        desk.say(Message("Tidak ada kunjungan yang terlambat. 👏", (HOME,)))
        return
    page = max(0, min(page, (len(late) - 1) // PAGE))
    shown = late[page * PAGE : (page + 1) * PAGE]
    lines = [
        f"{number}. {one.asn}: {one.name} ({one.code}), {one.village}, *{one.days} hari*"
        + ("" if one.reachable else ", belum terhubung")
        for number, one in enumerate(shown, page * PAGE + 1)
    ]
    asn = {one.asn_id: one.asn for one in shown if one.reachable}
    row: list[Option] = []
    if page > 0:
        row.append(Option(f"late:{page - 1}", "« Sebelumnya"))
    if (page + 1) * PAGE < len(late):
        row.append(Option(f"late:{page + 1}", "Berikutnya »"))
    desk.note("late.view", f"person:{desk.person.id}")
    desk.say(
        Message(
            "\n".join((f"⏰ *Terlambat: {len(late)} kunjungan*", *lines)),
            tuple(Option(f"remind:{asn_id}", f"Ingatkan {name}") for asn_id, name in asn.items()),
            tuple(row),
        )
    )


def remind(desk: Desk, asn_id: int) -> None:
    """Remind an ASN who is late, once a day, on behalf of the coordinator."""
    theirs = [one for one in _late(desk) if one.asn_id == asn_id]
    if not theirs:
        desk.say(Message("Kunjungannya sudah tidak terlambat lagi. 👏", (HOME,)))
        return
    asn = desk.session.get_one(Person, asn_id)
    if not addresses(desk.session, asn_id):
        desk.say(Message(f"{salute(asn)} belum terhubung ke sini. Hubungi langsung, ya.", (HOME,)))
        return
    due_at = quiet_hours(desk.city).open_at(desk.now)
    text = desk.city.templates.say(
        "nudge", to=salute(asn), by=salute(desk.person), late=[(one.name, one.code, one.days) for one in theirs]
    )
    message = Message(text, (Option("menu:lapor", "Lapor kunjungan"),))
    key = f"nudge:{asn_id}:{desk.today}"
    written = outbox.to_person(
        desk.session, asn_id, Kind.NUDGE, key, message.to_json(), desk.now,
        about=[one.about for one in theirs], due_at=due_at, again=True,
    )  # fmt: skip
    if not written:
        desk.say(Message(_reminded_already(desk, key, salute(asn))))
        return
    desk.note("asn.remind", f"person:{asn_id}")
    desk.say(Message(f"{salute(asn)} diingatkan {_when(desk, due_at)}."))


def _reminded_already(desk: Desk, key: str, asn: str) -> str:
    """Today's reminder was asked for before, by this coordinator or another one: where it stands."""
    row = desk.session.scalars(select(Outgoing).where(Outgoing.key == key)).one()
    if row.state == outbox.PLANNED:
        return f"Pengingat untuk {asn} sudah menunggu, dikirim {_when(desk, desk.city.local(row.due_at))}."
    at = desk.city.local(row.settled_at or row.taken_at or row.due_at)
    return f"{asn} sudah diingatkan hari ini pukul {at:%H.%M}. Besok bisa lagi."


def _when(desk: Desk, due_at: datetime) -> str:
    return "sekarang" if due_at <= desk.now else f"{_day(desk, due_at)} pukul {due_at:%H.%M}"


def _day(desk: Desk, moment: datetime) -> str:
    return "hari ini" if moment.date() == desk.today else "besok"


def _late(desk: Desk) -> tuple[Late, ...]:
    """The overdue visits in this coordinator's scopes, worst first."""
    counted = digest.digest(desk.session, desk.person, desk.now, desk.city)
    return counted.visits.late if counted else ()
