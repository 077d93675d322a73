"""``asuh check``: what is missing, wrong or out of reach, and how to correct it, in plain words."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot import city_folder, secret_key, settings
from bot.channel_setup import webhook_address
from bot.cli import check_whatsapp
from bot.cli.findings import LOOK, OK, WRONG, Finding
from bot.settings import Settings, SettingsError
from bot.telegram.wire import TokenRefused, mapping
from content.city import City
from content.emergency import Emergency
from content.lessons import ContentError
from content.programme import Privacy, ProgrammeError
from db import audit_seals, migrate, people, queue
from db.children import Carer, Family
from db.engine import sessions
from db.inbox import ASIDE, Received
from db.places import Village, health_centres
from flow.message import SendFailure
from programme import alert_reach, broadcast_blanks, identity, lesson_reviews, opening
from reports.workbook.areas import PlacesError
from rules.services.reading import ServicesError
from rules.services.table import NATIONAL
from scheduler.upkeep import Gap, audit_gaps

OVERDUE = timedelta(minutes=10)  # longer than any rate limit delays a message
LANES = {"alert": "tanda bahaya", "reply": "balasan", "planned": "pesan terjadwal", "broadcast": "pengumuman"}
SKEW = 30  # seconds
PENDING = 100  # waiting updates at Telegram from which there is a warning
RECENT = timedelta(hours=1)
UNSEALED = timedelta(hours=3)  # the audit is sealed every hour


def examine(now: Callable[[], datetime]) -> Iterator[Finding]:
    """All findings, in the order in which they have to be corrected. Writes nothing but the folder of files."""
    try:
        set_up = settings.load()
    except SettingsError as failure:
        yield from (Finding(WRONG, "Pengaturan", problem, "Perbaiki di berkas .env.") for problem in failure.problems)
        return
    yield Finding(OK, "Pengaturan", f"Pengaturan untuk {set_up.city} terbaca.")
    for name in settings.unknown():
        yield Finding(LOOK, "Pengaturan", f"{name} tidak dikenal.", "Periksa ejaannya di .env, atau hapus.")
    city, found = _city(set_up, now().date())
    yield from found
    yield from _database(set_up, city, now())
    yield from _files(set_up)
    yield from asyncio.run(_telegram(set_up, now))
    yield from asyncio.run(check_whatsapp.examine(set_up, city))
    yield _port(set_up)


def _city(set_up: Settings, today: date) -> tuple[City | None, list[Finding]]:
    try:
        city = city_folder.city(set_up)
    except ProgrammeError as failure:
        return None, [
            Finding(WRONG, "programme.toml", line, "Perbaiki baris itu.") for line in str(failure).splitlines()
        ]
    except ContentError as failure:
        return None, [Finding(WRONG, "Pesan edukasi", line, "Perbaiki berkas itu.") for line in failure.problems]
    except ServicesError as failure:
        return None, [Finding(WRONG, "Layanan", line, "Perbaiki baris itu.") for line in failure.problems]
    except PlacesError as failure:
        return None, [Finding(WRONG, "Wilayah", line, "Perbaiki berkas itu.") for line in failure.problems]
    lessons = city.library.lessons
    found = [*_emergency(city.programme.emergency), *_privacy(city.programme.privacy), _services(city)]
    found.append(Finding(OK, "Pesan edukasi", f"{len(lessons)} pesan siap dipakai."))
    found += _announcements(city, today)
    return city, found


def _announcements(city: City, today: date) -> Iterator[Finding]:
    """The texts of announcements, whose own examples must be such as a coordinator may write."""
    texts = city.announcements.texts
    wrong = [line for one in texts for line in broadcast_blanks.examples(one, today)]
    yield from (Finding(WRONG, "Pengumuman", line, "Perbaiki example di berkas itu.") for line in wrong)
    if not wrong:
        yield Finding(OK, "Pengumuman", f"{len(texts)} teks siap dipakai.")


def _privacy(privacy: Privacy) -> Iterator[Finding]:
    """Who answers families about their data: the consent names a contact, and requests have a clock."""
    if not any(letter.isdigit() for letter in privacy.contact):
        said = f"Yang dihubungi keluarga hanya tertulis {privacy.contact}, tanpa nomor yang dijawab."
        yield Finding(LOOK, "Data pribadi", said, "Tambahkan nomornya pada contact di [privacy] programme.toml.")
    if not privacy.officers:
        said = "Belum ada petugas data; permintaan keluarga datang ke koordinator kota."
        yield Finding(LOOK, "Data pribadi", said, "Isi nomor HP mereka sebagai officers di [privacy] programme.toml.")


def _emergency(numbers: Emergency) -> Iterator[Finding]:
    """The numbers that somebody in danger is given, and have to be rung before the first family is invited."""
    if unchecked := numbers.unchecked:
        said = f"{len(unchecked)} nomor belum lengkap atau belum dicoba. Keluarga baru belum bisa bergabung."
        mend = "Telepon tiap nomor, lalu isi number, checked_on, dan checked_by di [emergency] programme.toml."
        details = tuple(f"{name}: {getattr(numbers, name).number or 'belum ada nomor'}" for name in unchecked)
        yield Finding(WRONG, "Nomor darurat", said, mend, details)
    else:
        yield Finding(OK, "Nomor darurat", "Semua nomor sudah dicoba.")
    if not numbers.private:
        said = "Belum ada orang yang dikabari soal bunuh diri dan kekerasan; penulis hanya mendapat nomor telepon."
        yield Finding(LOOK, "Nomor darurat", said, "Isi nomor HP mereka sebagai private di [emergency] programme.toml.")


def _services(city: City) -> Finding:
    if not city.services:
        return Finding(OK, "Layanan", "Jadwal nasional dipakai.")
    known = {row.id for row in NATIONAL}
    changes = sum(row.id in known for row in city.services)
    added = len(city.services) - changes
    return Finding(OK, "Layanan", f"Jadwal nasional, {changes} baris diganti dan {added} ditambah oleh layanan.csv.")


def _database(set_up: Settings, city: City | None, now: datetime) -> Iterator[Finding]:
    try:
        engine = city_folder.database(set_up)
    except SettingsError as failure:
        yield Finding(WRONG, "Basis data", failure.problems[0])
        return
    try:
        if not migrate.is_current(engine):
            yield Finding(WRONG, "Basis data", "Tabelnya belum ada atau belum yang terbaru.", "Jalankan: asuh migrate")
            return
        yield Finding(OK, "Basis data", f"Siap dipakai ({engine.dialect.name}).")
        yield from _key(engine, set_up, now)
        yield from _rows(set_up, engine, city, now)
    except OperationalError:
        yield Finding(WRONG, "Basis data", "Tidak bisa dibuka.", "Periksa ASUH_DATABASE_URL dan nyalakan servernya.")
    finally:
        engine.dispose()


def _key(engine: Engine, set_up: Settings, now: datetime) -> Iterator[Finding]:
    """The key of invitation codes, and whether somebody is trying codes."""
    with sessions(engine).reading() as session:
        if wrong := secret_key.problem(session, set_up):
            yield Finding(WRONG, "Kunci kode", wrong)
        elif set_up.secret_key is None and secret_key.is_open_to_others():
            mend = f"Jalankan: chmod 600 {secret_key.FILE}"
            yield Finding(WRONG, "Kunci kode", f"{secret_key.FILE} bisa dibaca akun lain di komputer ini.", mend)
        else:
            where = secret_key.SETTING if set_up.secret_key else secret_key.FILE
            yield Finding(OK, "Kunci kode", f"Cocok dengan basis data ({where}). Simpan cadangannya terpisah.")
        if identity.is_guessing(session, now):
            count = people.guesses(session, now - identity.HOUR)
            said = f"Ada yang menebak kode: {count} kali salah dalam satu jam, dari seluruh kota."
            yield Finding(WRONG, "Tebakan kode", said, "Tahan dulu pembagian kode, dan ganti kartu yang hilang.")


def _rows(set_up: Settings, engine: Engine, city: City | None, now: datetime) -> Iterator[Finding]:
    with sessions(engine).reading() as session:
        if villages := session.scalar(select(func.count()).select_from(Village)):
            yield Finding(OK, "Wilayah", f"{villages} kelurahan tercatat.")
        else:
            mend = "Simpan wilayah.csv di folder ini (kolom code, kecamatan, kelurahan), lalu jalankan: asuh migrate"
            yield Finding(WRONG, "Wilayah", "Belum ada kelurahan.", mend)
        yield from _health_centres(session)
        if city:
            yield _danger_texts(session, city)
            yield from _reviews(session, city)
        if aside := session.scalar(select(func.count()).where(Received.state == ASIDE)):
            yield Finding(LOOK, "Pesan masuk", f"{aside} pesan gagal diproses.", "Lihat dengan: asuh aside")
        yield audit_finding(session, now, set_up.zone)
        yield from _stuck(queue.stuck(session, now, OVERDUE))
        if city and (gaps := audit_gaps(session, now, city)):
            reasons = ", ".join(f"{why} ({count})" for why, count in Counter(gap.why for gap in gaps).most_common(3))
            said = f"{len(gaps)} pesan pekan ini belum sampai: {reasons}."
            yield Finding(LOOK, "Edukasi", said, details=tuple(_gap_lines(session, gaps)))
        if city:
            yield from _reach(session, city, now)


def audit_finding(session: Session, now: datetime, zone: ZoneInfo) -> Finding:
    """Whether the audit's chain of seals holds and goes on; its newest hash, to be kept where nobody here can write."""
    chain = audit_seals.check(session)
    if chain.broken:
        at, first, last = chain.broken.at.astimezone(zone), chain.broken_from + 1, chain.broken.up_to_id
        said = f"Baris {first} sampai {last} diubah sesudah disegel; segelnya {at:%d/%m/%Y %H:%M}."
        mend = "Perlakukan sebagai kebocoran (panduan bagian 13), dan bandingkan dengan cadangan."
        return Finding(WRONG, "Catatan akses", said, mend)
    if chain.waiting_since and now - chain.waiting_since > UNSEALED:
        said = f"{chain.waiting} baris belum disegel sejak {chain.waiting_since.astimezone(zone):%d/%m/%Y %H:%M}."
        return Finding(LOOK, "Catatan akses", said, "Pastikan asuh run berjalan.")
    if chain.newest is None:
        return Finding(OK, "Catatan akses", "Belum ada yang disegel.")
    newest = f"segel terakhir {chain.newest.at.astimezone(zone):%d/%m/%Y %H:%M}: {chain.newest.hash}"
    return Finding(OK, "Catatan akses", f"{chain.seals} segel utuh.", details=(newest,))


def _health_centres(session: Session) -> Iterator[Finding]:
    """The puskesmas whose number cannot be given with danger signs, because it or the hours are missing."""
    lacking = {
        one.full_name: " dan ".join(filter(None, ("" if one.phone else "nomor", "" if one.hours else "jam buka")))
        for one in health_centres(session)
    }
    if details := tuple(f"{name}: belum ada {what}" for name, what in lacking.items() if what):
        said = f"{len(details)} puskesmas belum punya nomor atau jam buka, jadi nomornya tidak diberikan."
        yield Finding(LOOK, "Puskesmas", said, "Isi lembar Puskesmas, lalu jalankan: asuh import", details)
    elif lacking:
        yield Finding(OK, "Puskesmas", f"{len(lacking)} puskesmas punya nomor dan jam buka.")


def _danger_texts(session: Session, city: City) -> Finding:
    """The texts that carry danger: signed, or used on the word of a named person, or reason to link no new family."""
    unsigned, accepted = opening.unsigned(session, city), opening.accepted(session)
    if not unsigned:
        return Finding(OK, "Teks bahaya", "Semua teks tentang tanda bahaya sudah diperiksa tenaga kesehatan.")
    said = f"{len(unsigned)} teks tentang tanda bahaya belum diperiksa tenaga kesehatan"
    if accepted:
        said += f"; dipakai atas tanggung jawab {accepted.by} sejak {city.local(accepted.at):%d/%m/%Y}."
        mend = "Minta bidan atau petugas gizi menulis tinjau di chat, atau catat dengan: asuh lessons sign"
        return Finding(LOOK, "Teks bahaya", said, mend, unsigned)
    mend = "Bidan menulis tinjau di chat, atau: asuh lessons sign; sementara itu bisa: asuh accept-danger-texts"
    return Finding(WRONG, "Teks bahaya", f"{said}. Keluarga baru belum bisa bergabung.", mend, unsigned)


def _reviews(session: Session, city: City) -> Iterator[Finding]:
    """The lessons without danger that nobody has signed, and what is to be changed."""
    if waiting := [one for one in lesson_reviews.unsigned(session, city) if not one.is_urgent]:
        said = f"{len(waiting)} pesan biasa belum ditandatangani tenaga kesehatan."
        yield Finding(
            LOOK, "Tinjauan", said, "Bidan atau petugas gizi menulis tinjau di chat. Daftarnya: asuh lessons list"
        )
    if in_file := lesson_reviews.in_files(city):
        said = f"{len(in_file)} tanda tangan masih di berkas, dan tidak gugur kalau teksnya berubah."
        yield Finding(LOOK, "Tinjauan", said, "Jalankan: asuh lessons adopt", in_file)
    if wishes := lesson_reviews.wishes(session, city):
        names = tuple(sorted({lesson_reviews.label_of(one) for one in wishes}))
        said = f"{len(names)} teks diminta diubah."
        yield Finding(LOOK, "Tinjauan", said, "Baca catatannya: asuh lessons list", names)


def _reach(session: Session, city: City, now: datetime) -> Iterator[Finding]:
    """Whom an alert would not reach, by number, code and place instead of names, and who is told instead."""
    found = alert_reach.reach(session, city, now)
    if found.silent:
        details = [f"petugas nomor {one.person_id}: {one.title}" for one in found.silent]
        said = f"{len(found.silent)} dari {found.tested} petugas belum menjawab uji kabar bahaya bulan ini."
        yield Finding(LOOK, "Kabar bahaya", said, "Hubungi mereka; undang lagi bila HP-nya berganti.", tuple(details))
    if found.uncovered:
        details = [f"{one.place}: {one.families} keluarga; yang dikabari: {one.instead}" for one in found.uncovered]
        said = f"{len(found.uncovered)} kelurahan tanpa petugas yang terhubung."
        yield Finding(LOOK, "Kabar bahaya", said, "Isi lembar Nakes, lalu undang petugasnya.", tuple(details))
    if codes := found.without_posyandu:
        yield Finding(
            LOOK, "Kabar bahaya", f"{len(codes)} keluarga belum punya posyandu.", "Isi di lembar Keluarga.", codes
        )


def _stuck(stuck: queue.Stuck) -> Iterator[Finding]:
    """Overdue messages by kind: how many and for how long, never to whom."""
    details = [
        f"{LANES.get(lane, lane)}: yang tertua menunggu {_how_long(waited)}" for lane, waited in stuck.waited.items()
    ]
    if stuck.retrying:
        details.append(f"{stuck.retrying} pesan gagal sekali atau lebih, dan baru dicoba lagi lebih dari 10 menit lagi")
    if stuck.on_the_wire:
        details.append(f"{stuck.on_the_wire} pesan sedang dikirim lebih dari 10 menit; pengirimnya mungkin mati")
    if details:
        said = f"{stuck.overdue} pesan tertahan lebih dari 10 menit." if stuck.overdue else "Ada pesan yang tertahan."
        mend = "Pastikan asuh run berjalan, lalu lihat baris Telegram dan WhatsApp di bawah."
        yield Finding(LOOK, "Pesan keluar", said, mend, tuple(details))


def _how_long(waited: timedelta) -> str:
    minutes = int(waited.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} menit"
    return f"{minutes // 60} jam" if minutes < 2880 else f"{minutes // 1440} hari"


def _gap_lines(session: Session, gaps: Sequence[Gap]) -> Iterator[str]:
    """A line for each person who should have got a lesson and did not, with the family's code instead of a name."""
    query = select(Carer.person_id, Family.code, Carer.relation).join(Family, Family.id == Carer.family_id)
    codes = {person: f"{code} ({relation})" for person, code, relation in session.execute(query.order_by(Carer.id))}
    by_person: dict[int, list[str]] = {}
    for gap in gaps:
        by_person.setdefault(gap.person_id, []).append(f"{gap.lesson}, {gap.why}" if gap.lesson else gap.why)
    for person, lines in by_person.items():
        yield f"{codes.get(person, f'petugas nomor {person}')}: {'; '.join(lines)}"


def _files(set_up: Settings) -> Iterator[Finding]:
    try:
        set_up.files.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=set_up.files):
            yield Finding(OK, "Berkas", f"Folder {set_up.files} bisa ditulisi.")
    except OSError:
        yield Finding(
            WRONG, "Berkas", f"Folder {set_up.files} tidak bisa ditulisi.", "Beri izin menulis pada folder itu."
        )


async def _telegram(set_up: Settings, now: Callable[[], datetime]) -> list[Finding]:
    if set_up.telegram_token is None and set_up.uses_whatsapp:
        return [Finding(OK, "Telegram", "Tidak dipakai; kota ini memakai WhatsApp saja.")]
    if set_up.telegram_token is None:
        return [Finding(WRONG, "Telegram", "ASUH_TELEGRAM_TOKEN belum diisi.", "Minta token ke @BotFather.")]
    from bot.telegram.client import Client

    async with aiohttp.ClientSession() as http:
        bot = Client(set_up.telegram_token.get_secret_value(), set_up.telegram_api_url, http)
        try:
            name = mapping(await bot.call("getMe", {})).get("username", "")
            info = mapping(await bot.call("getWebhookInfo", {}))
        except TokenRefused:
            return [Finding(WRONG, "Telegram", "Token ditolak Telegram.", "Periksa ASUH_TELEGRAM_TOKEN di @BotFather.")]
        except SendFailure:
            mend = f"Periksa sambungan internet ke {set_up.telegram_api_url}."
            return [Finding(WRONG, "Telegram", "Telegram tidak terjangkau.", mend)]
        return [
            Finding(OK, "Telegram", f"Bot @{name} menjawab."),
            *_webhook(set_up, info, now()),
            *await _clock(set_up, http, now),
        ]


def _webhook(set_up: Settings, info: Any, now: datetime) -> Iterator[Finding]:
    wanted = webhook_address(set_up) if set_up.telegram_webhook_url else ""
    url, pending = str(info.get("url", "")), int(info.get("pending_update_count", 0))
    if not wanted and url:
        said = "Telegram masih mengirim ke sebuah alamat webhook, padahal ASUH_TELEGRAM_WEBHOOK_URL kosong."
        yield Finding(LOOK, "Webhook", said, "Dilepas sendiri saat asuh run dijalankan.")
    elif url != wanted:
        said = f"Telegram belum mengirim ke {wanted}."
        yield Finding(LOOK, "Webhook", said, "Dipasang sendiri saat asuh run dijalankan.")
    else:
        yield Finding(OK, "Webhook", f"Terpasang di {url}." if url else "Tidak dipakai; pesan diambil dari Telegram.")
    failed_at = datetime.fromtimestamp(int(info.get("last_error_date", 0)), UTC)
    if wanted and now - failed_at < RECENT:
        said = f"Telegram baru saja gagal mengirim ke kita: {info.get('last_error_message', '')}."
        yield Finding(WRONG, "Webhook", said, "Periksa alamat, sertifikat https, dan server di depan asuh.")
    if pending > PENDING:
        yield Finding(LOOK, "Webhook", f"{pending} pesan masih menunggu di Telegram.", "Pastikan asuh run berjalan.")


async def _clock(set_up: Settings, http: aiohttp.ClientSession, now: Callable[[], datetime]) -> list[Finding]:
    """Compare our clock with the server's. Asked without the token, because any answer carries the time."""
    try:
        async with http.head(set_up.telegram_api_url, allow_redirects=False) as answer:
            skew = abs(now() - parsedate_to_datetime(answer.headers["Date"])).total_seconds()
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
        return [Finding(LOOK, "Jam", "Jam komputer ini tidak bisa dibandingkan dengan jam Telegram.")]
    if skew > SKEW:
        said = f"Jam komputer ini berbeda {skew:.0f} detik dari jam Telegram."
        return [Finding(LOOK, "Jam", said, "Nyalakan penyetelan waktu otomatis (NTP).")]
    return [Finding(OK, "Jam", "Jam komputer ini tepat.")]


def _port(set_up: Settings) -> Finding:
    place = f"{set_up.http_host}:{set_up.http_port}"
    family = socket.AF_INET6 if ":" in set_up.http_host else socket.AF_INET
    with socket.socket(family) as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            free.bind((set_up.http_host, set_up.http_port))
        except OSError:
            mend = "Bila asuh run sedang berjalan, ini wajar. Bila tidak, tutup program itu atau ganti ASUH_HTTP_PORT."
            return Finding(LOOK, "Alamat HTTP", f"{place} sedang dipakai.", mend)
    return Finding(OK, "Alamat HTTP", f"{place} bisa dipakai.")
