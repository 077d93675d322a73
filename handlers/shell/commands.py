"""The commands: name, words, who may use each, what it does, and where Telegram shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from db.people import Person
from flow.words import normal
from handlers.admin import city_settings, role_list
from handlers.asking import danger_signs, passing_on, schedule
from handlers.birth import birth, naming, new_pregnancy
from handlers.broadcast import writing
from handlers.card import finding
from handlers.chat import trust
from handlers.chat.context import CommandMenu, Context
from handlers.coordinator import (
    adoption,
    areas,
    codes,
    digest_time,
    exporting,
    finding_anything,
    invitations,
    late,
    overview,
    people_card,
    places,
    putting_aside,
    quality,
    referrals,
    unassigned,
    who_looked,
)
from handlers.danger import sick
from handlers.data_officer import requests
from handlers.duty import duty
from handlers.endings import deciding, loss, moved_or_refused
from handlers.family import (
    asked_lessons,
    family,
    inviting,
    news,
    opt_out,
    own_data,
    paper_consent,
    preferences,
    readers,
    withdrawal,
)
from handlers.handover import choosing, ending, ending_roles, proposals, stepping_back
from handlers.joining import change_number, confirming, devices
from handlers.measuring import charts
from handlers.pairs import view
from handlers.questions import seeing_to
from handlers.review import cup_order, lesson_review
from handlers.shell import menu
from handlers.superior import team
from handlers.visit import history, opening, practice
from handlers.workbook import receiving, row_change
from programme import policy
from programme.policy import ADMIN, ASN, CITY_COORDINATOR, COORDINATOR, FAMILY, HEALTH, JOINING, MEMBER, REVIEWER


@dataclass(frozen=True)
class Command:
    """A command, which can be written at any time.

    ``name`` stands in buttons ("menu:lapor") that may be tapped years later: it never changes. ``words`` are compared
    in lower case and without a slash; Telegram shows the first of them. ``may`` is the act of ``policy.RULES`` that it
    is, and ``menu`` under which label Telegram shows it to whom. ``urgent``: see ``FormSpec.yields_to_urgent``.
    """

    name: str
    words: tuple[str, ...]
    may: str
    does: Callable[[Context], None]
    menu: Mapping[str, str] = field(default_factory=dict[str, str])
    urgent: bool = False


# A person's command menu has the labels in this order.
COMMANDS: tuple[Command, ...] = (
    # visits
    Command("lapor", ("lapor", "lapor kunjungan"), "visit.report", opening.report, {ASN: "Lapor kunjungan"}),
    Command(
        "anak", ("anak", "anak asuh", "anak asuh saya"), "fostered.list", finding.show_mine, {ASN: "Anak asuh saya"}
    ),
    Command(
        "riwayat", ("riwayat", "riwayat kunjungan", "riwayat laporan", "histori", "laporan terakhir"),
        "fostered.list", history.choose, {ASN: "Riwayat kunjungan"},
    ),
    Command(
        "koreksi",
        (
            "perbaiki", "perbaiki laporan", "koreksi", "koreksi laporan", "ubah laporan", "ganti laporan",
            "edit laporan",
            "ralat", "ralat laporan", "revisi", "revisi laporan", "salah lapor", "salah isi", "salah input",
            "laporan salah", "laporan saya salah",
        ),
        "visit.change", history.correct_last, {ASN: "Perbaiki laporan terakhir"},
    ),
    Command(
        "tanda", ("tanda", "tanda bahaya"), "signs.view", danger_signs.begin, {FAMILY: "Tanda bahaya"},
    ),
    Command(
        "jadwal", ("jadwal", "jadwal anak"), "schedule.view", schedule.show_all,
        {ASN: "Jadwal kunjungan", FAMILY: "Jadwal imunisasi, periksa"},
    ),
    Command(
        "grafik", ("grafik", "grafik anak"), "chart.view", charts.choose,
        {ASN: "Grafik tumbuh", FAMILY: "Grafik tumbuh"},
    ),
    # families
    Command(
        "tanya", ("tanya", "tanya bidan", "tanya kader", "bertanya", "mau tanya", "saya mau tanya"), "question.ask",
        passing_on.invite, {FAMILY: "Tanya"},
    ),
    Command(
        "janji",
        (
            "janji", "janji kunjungan", "atur kunjungan", "jadwalkan kunjungan", "pendamping", "pendamping saya",
            "pindah hari", "ganti hari kunjungan", "batalkan kunjungan",
        ),
        "pair.list", view.show, {ASN: "Janji kunjungan", FAMILY: "Pendamping saya"},
    ),
    Command("lainnya", ("lainnya", "pilihan lain", "atur lainnya"), "lessons.choose", family.show_more),
    Command("sakit", ("sakit", "anak sakit"), "child.sick", sick.begin, {FAMILY: "Anak sakit"}),
    Command(
        "atur",
        (
            "atur", "atur pesan", "atur hari dan jam", "jadwal pesan", "ubah hari", "ubah jam", "ganti hari",
            "ganti jam", "hari pesan", "jam pesan",
        ),
        "lessons.choose", preferences.ask_day, {FAMILY: "Atur hari dan jam"},
    ),
    # Not in the menu: others may look at the phone.
    Command("pribadi", ("pribadi", "hal pribadi"), "lesson.open", asked_lessons.ask_alone),
    Command(
        "khusus", ("kebutuhan khusus", "anak berkebutuhan khusus", "disabilitas"), "lesson.open",
        asked_lessons.open_special_needs,
    ),
    Command("jeda", ("jeda",), "lessons.choose", family.offer_pause, {FAMILY: "Jeda pesan"}),
    # news and referrals
    Command(
        "rujukan", ("rujukan", "rujukan terbuka"), "referral.list", referrals.show,
        {HEALTH: "Rujukan yang menunggu", COORDINATOR: "Rujukan terbuka"},
    ),
    Command(
        "hamil", ("hamil", "hamil lagi", "kabar hamil"), "news.pregnancy", new_pregnancy.choose,
        {FAMILY: "Kabar hamil", HEALTH: "Catat kehamilan"},
    ),
    Command(
        "lahir", ("lahir", "sudah lahir", "kabar lahir", "melahirkan"), "news.birth", birth.choose,
        {FAMILY: "Kabar bayi lahir", HEALTH: "Catat kelahiran"},
    ),
    Command("nama", ("nama", "beri nama", "nama bayi"), "child.name", naming.choose),
    Command(
        "kabar", ("kabar", "sampaikan kabar"), "news.any", moved_or_refused.begin,
        {ASN: "Lahir, pindah, duka", HEALTH: "Pindah, menolak, duka"},
    ),
    # Also while joining, when there is nobody to report of: a death is answered kindly, not with the help.
    Command("duka", ("duka", "kabar duka", "meninggal"), "news.loss.word", loss.begin, urgent=True),
    Command("keliru", ("keliru", "kabar keliru", "kabar duka keliru"), "ending.back", deciding.choose_mistake),
    Command("keguguran", ("keguguran",), "news.loss.word", loss.begin_with_pregnancies, urgent=True),
    # a family's own data
    Command("data", ("data", "data saya"), "data.own", own_data.show, {FAMILY: "Data saya"}),
    Command("berkas", ("berkas", "berkas data saya"), "data.own", own_data.send_file),
    Command("perbaiki", ("perbaiki data", "perbaiki data saya"), "data.own", own_data.ask_correction),
    Command("hapus", ("hapus data", "hapus data saya"), "data.erase", own_data.ask_erasure),
    Command("berhenti", ("berhenti", "stop"), "lessons.choose", opt_out.stop, {FAMILY: "Berhenti"}, urgent=True),
    Command(
        "tarik",
        (
            "tarik", "tarik persetujuan", "cabut persetujuan", "batalkan persetujuan", "tarik izin", "cabut izin",
            "batalkan izin",
        ),
        "consent.withdraw", withdrawal.offer, {FAMILY: "Tarik persetujuan"}, urgent=True,
    ),
    Command(
        "pembaca", ("pembaca", "siapa yang membaca", "siapa ikut membaca"), "reader.only", readers.show,
        {FAMILY: "Siapa ikut membaca"},
    ),
    Command(
        "ajak",
        ("ajak keluarga", "ajak", "undang keluarga", "ajak suami", "ajak ayah", "ajak nenek", "kode keluarga"),
        "household.invite", inviting.begin, {FAMILY: "Ajak keluarga"},
    ),
    Command("pengumuman", ("pengumuman", "terima pengumuman"), "news.show", news.show),
    Command("bahasa", ("bahasa", "ganti bahasa", "language"), "lessons.choose", preferences.ask_language),
    # coordinators
    Command(
        "ringkasan", ("ringkasan", "laporan"), "digest.view", overview.show_digest, {COORDINATOR: "Ringkasan hari ini"}
    ),
    Command(
        "wakturingkasan",
        ("waktu ringkasan", "wakturingkasan", "atur waktu ringkasan", "jam ringkasan", "atur ringkasan"),
        "digest.choose", digest_time.ask,
    ),
    Command("terlambat", ("terlambat",), "digest.view", late.show, {COORDINATOR: "Kunjungan terlambat"}),
    Command(
        "wilayah", ("wilayah", "wilayah saya", "per wilayah"), "digest.view", areas.show,
        {COORDINATOR: "Angka tiap wilayah"},
    ),
    Command("kecamatan", ("kecamatan", "per kecamatan"), "digest.view", areas.show_districts),
    Command("kelurahan", ("kelurahan", "per kelurahan"), "digest.view", areas.show_villages),
    Command("opd", ("opd", "per opd"), "digest.view", areas.show_offices),
    Command(
        "mingguan", ("laporan minggu", "laporan mingguan", "laporan minggu lalu"), "digest.view",
        areas.show_week, {COORDINATOR: "Laporan minggu lalu"},
    ),
    Command(
        "pertanyaan", ("pertanyaan", "pertanyaan keluarga"), "question.list", seeing_to.show,
        {HEALTH: "Pertanyaan keluarga", COORDINATOR: "Pertanyaan belum dijawab"},
    ),
    Command(
        "lihat", ("kartu", "kartu anak", "lihat", "lihat nama", "lihat kartu", "cari", "cari anak"), "card.open",
        finding_anything.ask, {HEALTH: "Kartu anak atau ibu", COORDINATOR: "Kartu anak atau ibu"},
    ),
    Command(
        "tanpapendamping",
        ("tanpapendamping", "tanpa pendamping", "belum ada pendamping", "siapa belum punya pendamping"),
        "assignment.list", unassigned.show, {COORDINATOR: "Belum ada pendamping"},
    ),
    Command("late", (), "digest.view", late.show),  # the name that the digest's button carries
    Command("tim", ("tim", "tim saya"), "team.view", team.show),
    Command(
        "adopsi", ("bergabung", "adopsi", "siapa bergabung", "siapa sudah bergabung"), "digest.view", adoption.show,
        {COORDINATOR: "Siapa sudah bergabung"},
    ),
    Command("kelola", ("kelola", "urus", "kelola data", "pilihan koordinator"), "digest.view", overview.show_kept),
    Command("mutu", ("mutu", "mutu pengukuran"), "digest.view", quality.show_quality, {COORDINATOR: "Mutu pengukuran"}),
    Command(
        "ekspor", ("ekspor", "ekspor data", "ekspor daftar", "unduh", "unduh data", "unduh daftar"), "export.make",
        exporting.show, {COORDINATOR: "Daftar sebagai berkas", ADMIN: "Daftar sebagai berkas"},
    ),
    Command(
        "kode", ("kode", "buat kode", "kode undangan"), "code.make", codes.ask,
        {COORDINATOR: "Kode untuk satu orang", ADMIN: "Kode untuk satu orang"},
    ),
    Command(
        "undangan", ("undangan", "kartu undangan", "belum bergabung"), "code.make", invitations.show,
        {COORDINATOR: "Kartu undangan", ADMIN: "Kartu undangan"},
    ),
    Command(
        "orang", ("orang", "cari orang"), "person.open", people_card.ask,
        {COORDINATOR: "Kartu satu orang", ADMIN: "Kartu satu orang"},
    ),
    Command(
        "tempat", ("tempat", "ubah tempat"), "place.change", places.ask,
        {COORDINATOR: "Posyandu dan puskesmas", ADMIN: "Posyandu dan puskesmas"},
    ),
    Command(
        "siapa", ("siapa", who_looked.WORDS), "audit.read", who_looked.ask,
        {CITY_COORDINATOR: "Siapa melihat data anak"},
    ),
    Command("latihan", ("latihan", "latihan lapor"), "practice", practice.begin, {ASN: "Latihan lapor"}),
    Command(
        "persetujuan", ("persetujuan", "persetujuan tertulis", "catat persetujuan"), "consent.paper",
        paper_consent.choose, {HEALTH: "Persetujuan tertulis"},
    ),
    # the register
    Command(
        "ubahdata",
        (
            "ubahdata", "ubah data", "data baru", "tambah data", "anak baru", "asn baru", "keluarga pindah",
            "ganti pendamping", "impor", "kirim data",
        ),
        "workbook.send", row_change.begin, {COORDINATOR: "Ubah data", ADMIN: "Ubah data"},
    ),
    Command(
        "umumkan", ("umumkan", "buat pengumuman", "kirim pengumuman", "siarkan"), "broadcast.write", writing.choose,
        {COORDINATOR: "Kirim pengumuman", ADMIN: "Kirim pengumuman"},
    ),
    Command("bukukerja", ("bukukerja", "buku kerja", "berkas kosong"), "workbook.send", receiving.send_template),
    # whoever is the city's data officer
    Command("permintaan", ("permintaan", "permintaan data"), "data.answer", requests.show),
    # reviewing lessons
    Command(
        "tinjau", ("tinjau", "tinjau pesan", "tanda tangan pesan"), "lesson.review", lesson_review.begin,
        {REVIEWER: "Tinjau pesan"},
    ),
    Command("cangkir", ("minum cangkir", "cangkir"), "lesson.order", cup_order.ask),
    # duty and leave of health workers
    Command(
        "jaga", ("jaga", "siapa jaga", "siapa jaga malam ini", "jadwal jaga", "siapa menjawab malam ini"),
        "duty.see", duty.show, {HEALTH: "Siapa jaga", COORDINATOR: "Siapa jaga"},
    ),
    # leave, transfer and retirement of who fosters; leave of health workers too
    Command(
        "cuti", ("cuti", "saya cuti", "izin cuti"), "leave.own", stepping_back.begin_leave,
        {ASN: "Cuti, pindah, pensiun", HEALTH: "Catat cuti atau jaga"},
    ),
    Command(
        "mutasi", ("pindah tugas", "saya pindah tugas", "mutasi"), "handover.own", stepping_back.begin_transfer
    ),
    Command("pensiun", ("pensiun", "saya pensiun"), "handover.own", stepping_back.begin_retirement),
    Command(
        "alihkan", ("alihkan", "alih tugas", "alihkan anak asuh", "cuti pendamping"), "handover.choose",
        choosing.choose, {COORDINATOR: "Pendamping cuti, pindah"},
    ),
    Command(
        "usulan", ("usulan", "usulan pendamping", "belum punya pendamping"), "assignment.list", proposals.show,
        {COORDINATOR: "Usulan pendamping"},
    ),
    Command(
        "akhiri", ("akhiri", "akhiri pendampingan", "selesai pendampingan"), "assignment.list", ending.ask,
        {COORDINATOR: "Akhiri pendampingan"},
    ),
    Command(
        "peranakhir", ("akhiri peran", "selesai peran"), "role.choose", ending_roles.ask,
    ),
    # everybody
    Command(
        "nomor", ("nomor", "ganti nomor", "nomor baru", "ganti hp", "hp baru"), "phone.change", change_number.begin,
        {MEMBER: "Ganti HP atau nomor"},
    ),
    # administrators
    Command(
        "pengaturan", ("pengaturan", "setelan", "atur kota"), "setting.change", city_settings.show,
        {CITY_COORDINATOR: "Pengaturan kota", ADMIN: "Pengaturan kota"},
    ),
    Command("peran", ("peran", "siapa admin"), "roles.list", role_list.show),
    Command("perangkat", ("perangkat", "perangkat saya", "hp saya", "akun saya"), "address.list", devices.show),
    Command("berdua", ("berdua", "hp berdua", "ganti orang", "siapa menulis"), "writer.choose", confirming.choose),
    Command(
        "home", ("menu", "start", "mulai", "halo", "hai", "hi"), "home", menu.show_home, {JOINING: "Menu utama"}
    ),
    Command("bantuan", ("bantuan", "help", "tolong"), "help", menu.show_help, {JOINING: "Bantuan"}),
    Command("lanjut", ("lanjut", "lanjutkan"), "draft.resume", menu.resume),
)  # fmt: skip

BY_NAME = {command.name: command for command in COMMANDS}
BY_WORDS = {words: command for command in COMMANDS for words in command.words}

SEARCHES: dict[str, Callable[[Context, str], None]] = {
    "loss": loss.find,
    "news": moved_or_refused.find,
    "birth": birth.find,
    "expecting": new_pregnancy.find,
    duty.AWAITED: duty.find,
    cup_order.AWAITED: cup_order.find,
    lesson_review.AWAITED: lesson_review.take_words,
    finding_anything.AWAITED: finding_anything.find,
    choosing.AWAITED: choosing.find,
    ending.AWAITED: ending.find,
    ending.NEXT: ending.find_next,
    ending_roles.AWAITED: ending_roles.find,
    proposals.AWAITED: proposals.find_other,
    inviting.AWAITED: inviting.find,
    city_settings.AWAITED: city_settings.take,
    city_settings.LESSON_AWAITED: city_settings.find_lesson,
    people_card.SEARCH: people_card.find,
    people_card.NUMBER: people_card.take_number,
    people_card.GIVE: people_card.take_role,
    places.SEARCH: places.find,
    places.CHANGE: places.take,
    codes.AWAITED: codes.find,
    digest_time.AWAITED: digest_time.take,
    putting_aside.AWAITED: putting_aside.take_words,
    own_data.AWAITED: own_data.take_correction,
    paper_consent.AWAITED: paper_consent.find,
    who_looked.AWAITED: who_looked.find,
}


"""The function that takes what is written, by what was asked for (``Address.awaiting``, up to its first colon)."""


def awaited(awaiting: str) -> Callable[[Context, str], None] | None:
    """The function that takes what is written while this is awaited ("duty", "successor:31")."""
    return SEARCHES.get(awaiting.partition(":")[0])


def meant(text: str) -> Command | None:
    """The command that this text is, with or without a slash; None for any other text."""
    return BY_WORDS.get(normal(text))


def run(context: Context, name: str) -> None:
    """Run the command of this name, if the person may use it; otherwise show the help."""
    command = BY_NAME[name]
    if trust.is_closed(context, command.may):
        trust.refuse(context)
        return
    if not context.may(command.may):
        menu.show_help(context)
        return
    context.address.awaiting = ""
    command.does(context)


def menu_of(person: Person) -> CommandMenu:
    """The command menu of a person: the commands of each role, then those of everybody."""
    shown: dict[str, str] = {}
    for who in (ASN, FAMILY, HEALTH, REVIEWER, COORDINATOR, CITY_COORDINATOR, ADMIN, MEMBER, JOINING):
        if policy.holds(person, who):
            for command in COMMANDS:
                if who in command.menu:
                    shown.setdefault(command.words[0], command.menu[who])
    return tuple(shown.items())
