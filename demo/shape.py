"""The shape of Kendari in numbers: what the demo city has as many of as the real one.

Stunted under-fives by puskesmas are those of December 2025 (TribunnewsSultra, 4 February 2026; 462 in all).
"""

from __future__ import annotations

from typing import NamedTuple
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Makassar")

ASN = 480
OTHER_CHILDREN = 400
SIBLINGS = 40  # of those: younger ones of a family that is in already
PREGNANCIES = 250
PREGNANT_WITH_CHILD = 30  # of those: in a family that is in already
FOSTERED_PREGNANCIES = 100
JOINED = 0.7  # of the families: agreed, and reachable


class Centre(NamedTuple):
    """A puskesmas, its kecamatan, and the stunted under-fives on its list."""

    name: str
    district: str
    stunted: int


CENTRES = (
    Centre("Puuwatu", "Puuwatu", 69),
    Centre("Mata", "Kendari", 64),
    Centre("Benu-Benua", "Kendari Barat", 57),
    Centre("Mokoau", "Kambu", 51),
    Centre("Abeli", "Abeli", 48),
    Centre("Kandai", "Kendari", 37),
    Centre("Kemaraya", "Kendari Barat", 30),
    Centre("Mekar", "Kadia", 25),
    Centre("Poasia", "Poasia", 20),
    Centre("Lepo-Lepo", "Baruga", 15),
    Centre("Labibia", "Mandonga", 14),
    Centre("Jati Raya", "Kadia", 10),
    Centre("Wua-Wua", "Wua-Wua", 10),
    Centre("Perumnas", "Kadia", 7),
    Centre("Nambo", "Nambo", 5),
)

POSYANDU = (
    "Anggrek", "Bougenvil", "Cempaka", "Dahlia", "Flamboyan", "Kamboja", "Kenanga", "Kemuning", "Mawar", "Melati",
    "Nusa Indah", "Seruni", "Seroja", "Teratai", "Tulip",
)  # fmt: skip
POSYANDU_PER_VILLAGE = 2

OFFICES = (
    "Dinas Ketahanan Pangan", "Dinas Kesehatan", "Dinas Sosial", "Dinas Pengendalian Penduduk dan KB",
    "Dinas Pendidikan", "Dinas Pekerjaan Umum", "Dinas Perumahan dan Permukiman", "Dinas Perikanan",
    "Dinas Pemberdayaan Perempuan dan Anak", "Dinas Komunikasi dan Informatika", "Dinas Perhubungan",
    "Dinas Lingkungan Hidup", "Dinas Pertanian", "Dinas Perdagangan dan Koperasi", "Dinas Tenaga Kerja",
    "Dinas Pariwisata", "Dinas Kepemudaan dan Olahraga", "Dinas Kependudukan dan Catatan Sipil",
    "Dinas Penanaman Modal", "Dinas Perpustakaan dan Kearsipan", "Dinas Pemadam Kebakaran", "Badan Perencanaan Daerah",
    "Badan Pendapatan Daerah", "Badan Pengelola Keuangan", "Badan Kepegawaian Daerah", "Badan Penanggulangan Bencana",
    "Badan Kesatuan Bangsa", "Inspektorat", "Sekretariat Daerah", "Satuan Polisi Pamong Praja",
)  # fmt: skip
COORDINATED_OFFICES = 12

FIRST_CHAT = 700_000_000  # a person's number on the demo's Telegram is this and their row


def channel_of(person: int) -> str:
    """What people write on: every other one on WhatsApp."""
    return "whatsapp" if person % 2 else "telegram"


SCOPED = 10**15  # somebody's business-scoped id on WhatsApp is this and their number
SECRET = b"the demo's codes are no secrets."  # everybody in the demo is made up


def user_id(number: int) -> str:
    """The id by which WhatsApp names whoever has this number."""
    return f"ID.{SCOPED + number}"


def number_of(channel: str, person: int, phone: str) -> int:
    """The number of somebody's phone on the page; on WhatsApp it is the digits of their own."""
    return FIRST_CHAT + person if channel == "telegram" else int(phone.removeprefix("+"))
