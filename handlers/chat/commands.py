"""The words everyone can say at any time, and the command menu of each role."""

from __future__ import annotations

from db.people import Person
from db.roles import Role
from flow.words import normal

WORDS = {
    "start": "home", "mulai": "home", "menu": "home", "halo": "home", "hai": "home", "hi": "home",
    "lapor": "lapor", "lapor kunjungan": "lapor",
    "anak": "anak", "anak asuh": "anak", "anak asuh saya": "anak",
    "jadwal": "jadwal",
    "grafik": "grafik", "grafik anak": "grafik",
    "bantuan": "bantuan", "help": "bantuan", "tolong": "bantuan",
    "lanjut": "lanjut", "lanjutkan": "lanjut",
    "ringkasan": "ringkasan", "laporan": "ringkasan",
    "terlambat": "terlambat",
    "mutu": "mutu", "mutu pengukuran": "mutu",
    "rujukan": "rujukan",
    "kabar": "kabar", "sampaikan kabar": "kabar",
    "lahir": "lahir", "sudah lahir": "lahir", "kabar lahir": "lahir", "melahirkan": "lahir",
    "hamil": "hamil", "hamil lagi": "hamil", "kabar hamil": "hamil",
    "nama": "nama", "beri nama": "nama", "nama bayi": "nama",
    "duka": "duka", "kabar duka": "duka", "meninggal": "duka", "keguguran": "keguguran",
    "data": "data", "data saya": "data",
    "jeda": "jeda",
    "atur": "atur", "atur pesan": "atur", "atur hari dan jam": "atur", "jadwal pesan": "atur",
    "ubah hari": "atur", "ubah jam": "atur", "ganti hari": "atur", "ganti jam": "atur",
    "hari pesan": "atur", "jam pesan": "atur",
    "bahasa": "bahasa", "ganti bahasa": "bahasa", "language": "bahasa",
    "nomor": "nomor", "ganti nomor": "nomor", "nomor baru": "nomor", "ganti hp": "nomor", "hp baru": "nomor",
    "berhenti": "berhenti", "stop": "berhenti",
}  # fmt: skip

MENU = {  # role -> the commands Telegram shows
    Role.ASN: (
        ("lapor", "Lapor kunjungan"),
        ("anak", "Anak asuh saya"),
        ("jadwal", "Jadwal kunjungan"),
        ("grafik", "Grafik tumbuh"),
        ("kabar", "Lahir, pindah, duka"),
    ),
    Role.FAMILY: (
        ("grafik", "Grafik tumbuh"),
        ("atur", "Atur hari dan jam"),
        ("jeda", "Jeda pesan"),
        ("hamil", "Kabar hamil"),
        ("lahir", "Kabar bayi lahir"),
        ("data", "Data saya"),
        ("berhenti", "Berhenti"),
    ),
    Role.HEALTH: (
        ("rujukan", "Rujukan yang menunggu"),
        ("hamil", "Catat kehamilan"),
        ("lahir", "Catat kelahiran"),
        ("kabar", "Pindah, menolak, duka"),
    ),
    Role.COORDINATOR: (
        ("ringkasan", "Ringkasan hari ini"),
        ("terlambat", "Kunjungan terlambat"),
        ("mutu", "Mutu pengukuran"),
    ),
}


def meant(text: str) -> str | None:
    """The command a person said, with or without a slash; None for anything else."""
    return WORDS.get(normal(text))


def commands_of(person: Person) -> tuple[tuple[str, str], ...]:
    """The command menu for everything this person is."""
    lines = dict.fromkeys(line for role, menu in MENU.items() if person.has(role) for line in menu)
    number = (("nomor", "Ganti HP atau nomor"),) if person.roles else ()
    return (*lines, *number, ("menu", "Menu utama"), ("bantuan", "Bantuan"))
