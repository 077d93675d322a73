"""Screens of a coordinator: the digest on request, late visits, and a button that reminds whoever visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from db import outbox
from db.children import is_empty
from db.outbox import Kind, Outgoing
from db.people import addresses
from db.roles import Role
from db.subjects import Subject, SubjectKind, subject
from flow.message import Message, Option
from flow.paging import page_of, turns
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from programme import disclosure
from programme.disclosure import Shown
from programme.fosterings import Fostering
from programme.names import listed
from programme.quiet_hours import quiet_hours
from programme.scopes import scopes_of
from programme.visitors import Visitor, resting
from reports.digest import digest
from reports.digest.model import Visits
from rules.visits import standing

PAGE = 10


MANAGE = Option("menu:kelola", "Kelola")
CHANGE = Option("menu:ubahdata", "Ubah data")
KEPT: tuple[tuple[str, Option], ...] = (
    ("workbook.send", CHANGE),
    ("assignment.list", Option("menu:usulan", "Usulan pendamping")),
    ("handover.choose", Option("menu:alihkan", "Pendamping cuti, pindah")),
    ("digest.view", Option("menu:adopsi", "Siapa sudah bergabung")),
    ("code.make", Option("menu:undangan", "Kartu undangan")),
    ("code.make", Option("menu:kode", "Kode untuk satu orang")),
    ("export.make", Option("menu:ekspor", "Daftar sebagai berkas")),
    ("place.change", Option("menu:tempat", "Posyandu dan puskesmas")),
    ("setting.change", Option("menu:pengaturan", "Pengaturan kota")),
    ("digest.view", Option("menu:mutu", "Mutu pengukuran")),
)
"""What a coordinator can see to besides the daily digest, by the act that it needs: ten, as many as a list shows."""
WRITTEN = (
    ("broadcast.write", "*umumkan* untuk pengumuman"),
    ("person.open", "*orang* untuk kartu satu orang"),
    ("assignment.list", "*akhiri* untuk satu pendampingan"),
)
"""What has no row in that list, by the act that it needs."""
OF_PLACES = ("assignment.list", "place.change")
"""What needs a kelurahan, a kecamatan or the city: an office is not offered what it could not do."""


def show_home(context: Context) -> None:
    """Say the first screen of a coordinator; in a city that has yet to begin, how its register gets here."""
    hello = f"Halo {salute(context.person)}!"
    if context.may("workbook.send") and is_empty(context.session):
        text = (
            f"{hello} Belum ada keluarga yang tercatat. Kirim buku kerja Excel ke sini; kami tunjukkan dulu "
            "apa yang akan disimpan. Belum punya? Ambil yang kosong."
        )
        context.say(Message(text, (Option("workbook:template", "Buku kerja kosong"), CHANGE, MANAGE)))
        return
    options = (Option("menu:ringkasan", "Ringkasan sekarang"), Option("menu:terlambat", "Yang terlambat"), MANAGE)
    context.say(Message(f"{hello} Ringkasan datang sendiri setiap sore. Mau lihat sekarang?", options))


def show_kept(context: Context) -> None:
    """Offer what the coordinator can see to besides the daily digest."""
    in_places = bool(disclosure.of_places(scopes_of(context.person))) or context.person.has(Role.ADMIN)
    kept = {act for act, _ in (*KEPT, *WRITTEN) if context.may(act) and (in_places or act not in OF_PLACES)}
    options = tuple(option for act, option in KEPT if act in kept)
    text = "Mau mengurus apa? Buku kerja Excel boleh langsung dikirim ke sini."
    if more := [words for act, words in WRITTEN if act in kept]:
        text += f"\nYang lain ditulis saja: {', '.join(more)}."
    context.say(Message(text, options, (HOME,)))


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
    _show_late(context, page, _visits(context))


def open_late(context: Context, page: int) -> None:
    """The same page with the names, each of which is a line of the audit."""
    _show_late(context, page, _visits(context, disclosure.OPENED_LIST), opened=True)


def _show_late(context: Context, page: int, visits: Visits, *, opened: bool = False) -> None:
    late, names = visits.late, digest.not_joined_words(visits.not_joined)
    count = len(visits.not_joined)
    waiting = f"\n\n⏳ *Belum bergabung, jadi belum dihitung: {count} pendamping*\n{names}" if names else ""
    if not late:
        context.say(Message(f"Tidak ada kunjungan yang terlambat. 👏{waiting}", (HOME,)))
        return
    shown, page = page_of(late, page, PAGE)
    lines = [
        f"{number}. {one.called}: {f'{one.who}, ' if one.who else ''}*{one.days} hari*"
        + ("" if one.reachable else ", belum terhubung")
        for number, one in enumerate(shown, page * PAGE + 1)
    ]
    asn = {one.asn_id: one.asn for one in shown if one.reachable}
    row = turns("late", page, more=(page + 1) * PAGE < len(late))
    reminders = [Option(f"remind:{asn_id}", f"Ingatkan {name}") for asn_id, name in asn.items()]
    if context.may("child.open") and any(not one.name for one in shown):
        reminders.append(Option(f"late:names:{page}", "Lihat nama (dicatat)"))
    for one in shown if opened else ():
        context.note("child.open", one.about)
    context.note_all("late.view", (one.about for one in shown))
    text = "\n".join((f"⏰ *Terlambat: {len(late)} kunjungan*", *lines)) + waiting
    context.say(Message(text, tuple(reminders), (*row, HOME)))


def remind(context: Context, asn_id: int) -> None:
    """Promise a reminder on behalf of the coordinator to whoever visits for a foster parent who is late.

    Each gets at most one a day, and nobody who is on leave.
    """
    overdue = digest.overdue(context.session, context.person, asn_id, context.now, context.city)
    if not overdue:
        context.say(Message("Kunjungannya sudah tidak terlambat lagi. 👏", (HOME,)))
        return
    rests = resting(context.session, [one.id for one in overdue[0].visitors], context.today)
    visiting = [one for one in overdue[0].visitors if one.id not in rests]
    reached = [one for one in visiting if addresses(context.session, one.id)]
    if not reached:
        names = listed([one.name for one in visiting]) or overdue[0].asn
        context.say(Message(f"{names} belum terhubung ke sini. Hubungi langsung, ya.", (HOME,)))
        return
    due_at = quiet_hours(context.city).open_at(context.now)
    reminded = [one for one in reached if _nudge(context, one, overdue, due_at)]
    if not reminded:
        key = _key(context, reached[0], asn_id)
        context.say(Message(_reminded_already(context, key, listed([one.name for one in reached]))))
        return
    context.note("asn.remind", Subject(SubjectKind.PERSON, asn_id))
    context.say(Message(f"{listed([one.name for one in reminded])} diingatkan {_when(context, due_at)}."))


def _nudge(context: Context, to: Visitor, overdue: Sequence[Fostering], due_at: datetime) -> bool:
    """Promise the reminder to one of those who visit. Returns False where today's was promised before."""
    late = [(one.name, one.code, standing(one.due, context.today).days_late) for one in overdue]
    whose = overdue[0].asn if to.id != overdue[0].asn_id else ""
    text = context.city.templates.say("nudge", to=to.name, by=salute(context.person), late=late, whose=whose)
    message = Message(text, (Option("menu:lapor", "Lapor kunjungan"),))
    return outbox.to_person(
        context.session, to.id, Kind.NUDGE, _key(context, to, overdue[0].asn_id), message.to_json(), context.now,
        about=[one.about for one in overdue], due_at=due_at, again=True,
    )  # fmt: skip


def _key(context: Context, to: Visitor, asn_id: int) -> str:
    """A delegate may be reminded for each who sends them."""
    return f"nudge:{to.id}:{context.today}" if to.id == asn_id else f"nudge:{to.id}:{asn_id}:{context.today}"


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


def _visits(context: Context, besides: Shown = Shown.NOTHING) -> Visits:
    """The visits in this coordinator's scopes, the overdue ones worst first."""
    return digest.visits(context.session, context.person, context.now, context.city, besides)
