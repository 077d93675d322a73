"""What is said of an announcement: as it will look, whom it reaches, what it costs, and what became of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from content.announcement_texts import greeted
from content.city import City
from db import broadcasts
from db.broadcasts import Broadcast, BroadcastState
from db.outbox import DELIVERED, FAILED, PLANNED, READ, SENT, SKIPPED, TAKEN, OutgoingState
from db.people import Person
from db.roles import Role
from db.states import MOURNING
from flow.message import Message, Option
from flow.questions import show_day
from programme import broadcast_audience, contacts
from programme.broadcast_audience import RESTS
from programme.broadcasts import OFF, Preview, title
from programme.still_valid import PAUSED
from programme.whatsapp_prices import MARKETING, SERVICE, UTILITY

CHANNELS: Mapping[str, str] = {"telegram": "Telegram", "whatsapp": "WhatsApp", "simulator": "Telegram"}
CATEGORIES: Mapping[str, str] = {
    UTILITY: "pemberitahuan layanan", MARKETING: "pemberitahuan pemasaran", SERVICE: "pesan biasa",
}  # fmt: skip
REPORTS_READING = "WhatsApp"
DECIDED = "Pengumuman itu sudah dikirim, dibatalkan, atau menunggu orang kedua."
NOTHING_SENT = "Baik, pengumuman itu dibatalkan. Tidak ada yang dikirim."
NOBODY = "Belum ada penerima yang bisa dikirimi. Ketuk *Ubah* untuk memilih penerima lain."
BEYOND = (
    "*Belum bisa dikirim:* biayanya melewati batas pengumuman bulan ini. Pilih penerima yang lebih sedikit, "
    "atau tunggu bulan depan."
)
NO_SECOND = (
    "Untuk {count} orang, orang kedua harus setuju dulu, tetapi belum ada koordinator atau admin lain yang terhubung. "
    "Hubungi admin kota."
)
GREETING = "Bu Sari"  # in the preview
REACHED = "batas pengumuman bulan ini sudah tercapai"
RULE = "— — —"


def look(one: Broadcast, city: City) -> Message:
    """The announcement exactly as it will look, on each channel."""
    template = city.notices.by_name.get(one.whatsapp)
    text = greeted(one.text, GREETING)
    button = f"\n[{OFF.label}]" if one.role == Role.FAMILY else ""
    announced = template.text(city.name, (GREETING, one.notice)) if template else ""
    footer = f"\n_{template.footer}_" if template and template.footer else ""
    return Message(
        f"*Begini nanti terbacanya.* Sapaannya mengikuti nama masing-masing.\n{RULE}\n{text}{button}\n{RULE}\n"
        "Di Telegram langsung seperti itu; di WhatsApp juga, untuk yang menulis dalam 24 jam terakhir. "
        f"Yang lain di WhatsApp menerima ini dulu:\n{RULE}\n{announced}{footer.replace('_', '')}\n"
        f"[{template.button if template else 'Baca'}]\n{RULE}\n"
        f"Sesudah *{template.button if template else 'Baca'}* diketuk, pengumuman di atas menyusul."
    )


def counted(session: Session, shown: Preview, city: City, now: datetime, head: str = "") -> Message:
    """Whom it reaches and what it costs, with the buttons to send it."""
    one = shown.one
    lines = [head, ""] if head else []
    lines += [f"{title(session, one, city)}{_status(one)}", "", *_reached(shown), *_cost(shown), *_days(shown, city)]
    change, drop = Option(f"announce:change:{one.id}", "Ubah"), Option(f"announce:drop:{one.id}", "Batal")
    if not shown.reach.reached:
        return Message("\n".join((*lines, "", NOBODY)), (change, drop))
    if shown.is_beyond:
        return Message("\n".join((*lines, "", BEYOND)), (change, drop))
    if shown.needs_second:
        above = number(city.programme.broadcasts.second_above)
        lines += ["", f"Lebih dari {above} orang: orang kedua dimintai setuju dulu."]
    at_once = shown.at_once <= now
    if not at_once:
        lines += ["", f"Sekarang jam tenang, jadi paling cepat dikirim {when(shown.at_once, now)}."]
    send = "Kirim sekarang" if at_once else f"Kirim {_short(shown.at_once, now)}"
    later = (Option(f"announce:later:{one.id}", f"Kirim {_short(shown.later, now)}"),) if at_once else ()
    return Message("\n".join(lines), (Option(f"announce:send:{one.id}", send), *later, change, drop))


def to_second(session: Session, shown: Preview, city: City, now: datetime) -> Message:
    """The question to the second person; the announcement itself stands above."""
    one = shown.one
    lines = [
        f"{contacts.called(one.writer)} minta persetujuan untuk pengumuman ini.", "",
        look(one, city).text, "", f"{title(session, one, city)}{_status(one)}", "", *_reached(shown), *_cost(shown),
        "", f"Dikirim {when(one.due_at or now, now)}. Setuju?",
    ]  # fmt: skip
    options = Option(f"announce:yes:{one.id}", "Setuju"), Option(f"announce:no:{one.id}", "Tidak setuju")
    return Message("\n".join(lines), options)


def _status(one: Broadcast) -> str:
    if one.status == broadcast_audience.ALL:
        return ""
    return f" ({broadcast_audience.STATUSES[one.role][one.status].lower()})"


def _reached(shown: Preview) -> list[str]:
    found, one = shown.reach, shown.one
    names = [f"{number(count)} lewat {name}" for name, count in _by_name(found.by_channel).items()]
    total = f"Sampai ke *{number(len(found.reached))} orang*"
    lines = [f"{total}: {', '.join(names)}." if names else f"{total}."]
    if one.role == Role.FAMILY:
        lines.append("Keluarga hanya dikirimi kalau sudah minta pengumuman, dengan menulis *pengumuman*.")
    if kept := found.kept_back:
        reasons = ", ".join(f"{number(count)} {why}" for why, count in kept.items())
        lines.append(f"Tidak dikirimi: {reasons}.")
    return lines


def _by_name(counts: Mapping[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for channel, count in counts.items():
        name = CHANNELS.get(channel, channel)
        found[name] = found.get(name, 0) + count
    return found


def _cost(shown: Preview) -> list[str]:
    estimate, budget = shown.estimate, shown.budget
    if not estimate.count:
        return ["Tidak ada biaya WhatsApp."]
    listed = " dan ".join(f"{number(count)} {CATEGORIES[name]}" for name, count in estimate.count.items())
    if estimate.rupiah is None:
        cost = "harganya belum diisi di pengaturan kota"
    else:
        cost = f"kira-kira Rp{number(estimate.rupiah)}; isi yang dibuka dihitung lagi sebagai pesan biasa"
    unit = f"Rp{number(round(budget.left))} dari Rp{number(budget.limit)}"
    if not budget.in_rupiah:
        unit = f"{number(round(budget.left))} dari {number(budget.limit)} pemberitahuan"
    return [f"Biaya WhatsApp: {listed} ({cost}).", f"Sisa batas bulan ini: {unit}."]


def _days(shown: Preview, city: City) -> list[str]:
    a_day, worth = city.programme.whatsapp.announced_a_day, city.programme.broadcasts.worth_days
    days = -(-shown.reach.announced // max(a_day, 1))
    if days <= 1:
        return []
    late = f" Yang belum sempat dalam {worth} hari tidak dikirim." if days > worth else ""
    return [f"Di WhatsApp paling banyak {number(a_day)} orang sehari, jadi perlu sekitar {days} hari.{late}"]


# --- what became of it ----------------------------------------------------------------------


def begun(session: Session, one: Broadcast, city: City, now: datetime) -> Message:
    """To who had it sent: it is under way."""
    due_at = city.local(one.due_at or now)
    text = f"Baik, {title(session, one, city)} dikirim ke {number(one.reached)} orang {when(due_at, now)}."
    return Message(f"{text}\nHasilnya kami kabari.", buttons(session, one))


def waits(session: Session, one: Broadcast, names: str) -> Message:
    """To its writer: a second person is asked."""
    return Message(
        f"Menunggu persetujuan {names}. Belum ada yang dikirim; kami kabari begitu dijawab.",
        (Option(f"announce:drop:{one.id}", "Batalkan"),),
    )


def buttons(session: Session, one: Broadcast) -> tuple[Option, ...]:
    """The ways on from an announcement of which something is still to be sent."""
    if is_stoppable(session, one):
        return Option(f"announce:stop:{one.id}", "Hentikan"), Option(f"announce:report:{one.id}", "Lihat hasil")
    return ()


def is_stoppable(session: Session, one: Broadcast) -> bool:
    """Whether something of it is still to be sent; also after its writer has been told of the first day."""
    if one.state in (BroadcastState.WRITTEN, BroadcastState.REPORTED):
        return broadcasts.is_under_way(session, one.id)
    return one.state == BroadcastState.AGREED


def stopped(left: int, kept: int) -> str:
    """How many had left when it was stopped."""
    return f"{number(left)} sudah terkirim, {number(kept)} tidak jadi dikirim."


def report(session: Session, one: Broadcast, city: City) -> Message:
    """Whom it reached, by channel, and why not the others."""
    outcomes = broadcasts.outcomes(session, one.id)
    waiting = broadcasts.how_many_wait(session, one.id)
    lines = [f"📣 {title(session, one, city)}", _standing(session, one, city)]
    for name in sorted({CHANNELS.get(channel, channel) for channel, _, _, _ in outcomes if channel}):
        here = [(state, count) for channel, state, _, count in outcomes if CHANNELS.get(channel, channel) == name]
        if line := _of_channel(name, here):
            lines.append(line)
    planned = waiting + sum(count for _, state, _, count in outcomes if state in (PLANNED, TAKEN))
    if planned and one.state != BroadcastState.STOPPED:
        lines.append(f"Masih menunggu: {number(planned)}")
    for what, state in (("Gagal", FAILED), ("Tidak jadi dikirim", SKIPPED)):
        lines += _reasons(what, _said_reasons((reason, count) for _, at, reason, count in outcomes if at == state))
    if one.state == BroadcastState.STOPPED and waiting:
        lines.append(f"Belum sempat disiapkan: {number(waiting)}")
    lines += _reasons("Tidak dikirimi", broadcasts.kept_back(session, one.id))
    return Message("\n".join(line for line in lines if line), buttons(session, one))


def _standing(session: Session, one: Broadcast, city: City) -> str:
    begun_at = city.local(one.due_at or one.shown_at)
    at = f"{show_day(begun_at.date())} pukul {begun_at:%H.%M}"
    match one.state:
        case BroadcastState.ASKED:
            return "Menunggu persetujuan orang kedua."
        case BroadcastState.STOPPED:
            by = contacts.called(session.get_one(Person, one.stopped_by)) if one.stopped_by else ""
            return f"Mulai {at}. Dihentikan{f' {by}' if by else f': {one.reason}'}."
        case _:
            return f"Mulai {at}."


def _of_channel(name: str, here: list[tuple[OutgoingState, int]]) -> str:
    count = {state: sum(n for at, n in here if at == state) for state in (SENT, DELIVERED, READ)}
    sent = sum(count.values())
    if not sent:
        return ""
    if name != REPORTS_READING:
        return f"{name}: *{number(sent)}* terkirim (dibaca atau tidak, Telegram tidak memberi tahu)"
    arrived = count[DELIVERED] + count[READ]
    return f"{name}: *{number(sent)}* terkirim, {number(arrived)} sampai, {number(count[READ])} dibaca"


def _said_reasons(found: Iterable[tuple[str, int]]) -> dict[str, int]:
    """By reason, how many: without what a channel adds in English, and without saying who mourns."""
    counts = Counter[str]()
    for reason, count in found:
        plain = re.split(r" \(|: ", reason, maxsplit=1)[0]
        counts[RESTS if plain in (MOURNING, PAUSED) else plain] += count
    return counts


def _reasons(what: str, counts: Mapping[str, int]) -> list[str]:
    if not counts:
        return []
    listed = ", ".join(f"{number(count)} {why}" for why, count in sorted(counts.items(), key=lambda one: -one[1]))
    return [f"{what}: {listed}"]


def capital(sentence: str) -> str:
    """The sentence with a capital letter at its beginning."""
    return sentence[:1].upper() + sentence[1:]


def number(count: float) -> str:
    """ "5.544", as numbers are written."""
    return f"{round(count):,}".replace(",", ".")


def when(moment: datetime, now: datetime) -> str:
    """ "sekarang", "hari ini pukul 13.15", "Kamis 5 Maret 2026 pukul 07.00"."""
    if moment <= now:
        return "sekarang"
    day = "hari ini" if moment.date() == now.date() else show_day(moment.date())
    return f"{day} pukul {moment:%H.%M}"


def _short(moment: datetime, now: datetime) -> str:
    day = {0: "hari ini", 1: "besok"}.get((moment.date() - now.date()).days, show_day(moment.date()).split()[0])
    return f"{day} {moment:%H.%M}"
