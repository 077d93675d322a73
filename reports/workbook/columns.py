"""The sheets of the workbook as data: every column with its kind, a note in Indonesian and an example."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from db.fostering import EndReason
from db.people import PersonKind
from db.roles import ScopeKind, Title
from db.states import CareState
from reports.workbook.answers import Answer
from reports.workbook.cells import (
    Clock,
    Code,
    Date,
    Dialled,
    Hours,
    Kind,
    LastDay,
    MonthDay,
    Nip,
    Number,
    OneOf,
    Phone,
    Text,
    Who,
    YesNo,
)
from rules import trust

LISTED = ("stunting", "berisiko", "tidak stunting")
"""The health office's status of a child in the programme; all other statuses mean that it has left."""
AGAIN = CareState.ACTIVE
LEFT = (CareState.RECOVERED, CareState.MOVED, CareState.DIED)
OFFICIAL_SOURCES = ("puskesmas", "posyandu", "kader")
REPORTED_SOURCES = ("orang tua", "asn")
GESTATION_WEEKS = (22, 44)
GREEN, RED = "hijau", "merah"
MAIN, SUCCESSOR, COMPANION, CORRECTION, STAND_IN = "utama", *Answer, "sementara"
"""What somebody is, or is to be, to a child that they foster."""


@dataclass(frozen=True)
class Column:
    """``required``: every cell must be filled. ``expected``: the sheet must have the column, its cells may be empty."""

    header: str
    kind: Kind
    note: str
    example: str
    required: bool = True
    expected: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet. ``about`` says in one sentence what a row is."""

    name: str
    about: str
    columns: tuple[Column, ...]


def _question(check: Callable[[float], trust.Doubt | None]) -> Callable[[float], str]:
    def ask(value: float) -> str:
        doubt = check(value)
        return doubt.question if doubt else ""

    return ask


def _kilograms(value: float) -> str:
    low, high = trust.BIRTH_WEIGHT_G
    meant = round(value * 1000)
    return f"Tertulis {trust.show(value)}. Maksudnya {meant} gram?" if low <= meant <= high else ""


NAME = Text()
SEX = OneOf(("L", "P"), {
    "laki-laki": "L", "laki": "L", "lk": "L", "pria": "L", "perempuan": "P", "pr": "P", "wanita": "P",
})  # fmt: skip
FAMILY_CODE = "Kode keluarga, sama dengan di lembar Keluarga."
CHILD_CODE = "Kode anak, sama dengan di lembar Anak."
HP = "Nomor HP untuk Telegram atau WhatsApp. Tulis satu nomor."
JK = Column("jk", SEX, "L untuk laki-laki, P untuk perempuan, supaya disapa Pak atau Bu. "
            "Bila kosong, ASN disapa menurut NIP, yang lain dengan Bapak/Ibu.", "P", required=False)  # fmt: skip

SHEETS = (
    Sheet("ASN", "Satu baris untuk satu orang tua asuh: ASN, pejabat tanpa NIP, atau lembaga. "
          "Atasan yang tidak mendampingi siapa pun juga boleh ditulis.", (
        Column("nip", Nip(), "NIP 18 angka, PNS maupun PPPK. Format kolom harus Teks. Kosong bila tidak punya NIP.",
               "198503122010011001", required=False, expected=True),
        Column("nama", NAME, "Nama lengkap orangnya, atau nama lembaganya.", "Anwar La Ode"),
        Column("opd", NAME, "Nama kantor (OPD). Tulis sama persis untuk semua orang di kantor itu. "
               "Boleh kosong untuk lembaga di luar pemerintah kota, misalnya Baznas.", "Dinas Kesehatan",
               required=False, expected=True),
        Column("hp", Phone(), HP, "081234567890", required=False),
        replace(JK, example="L"),
        Column("kode", Code(), "Kode orang tua asuh. Boleh kosong: kodenya dibuatkan. "
               "Dipakai di lembar lain untuk yang tidak punya NIP.", "OTA-00012", required=False),
        Column("jenis", OneOf((PersonKind.PERSON, PersonKind.ORGANISATION), {
                   "individu": PersonKind.PERSON, "pribadi": PersonKind.PERSON, "asn": PersonKind.PERSON,
                   "kantor": PersonKind.ORGANISATION, "opd": PersonKind.ORGANISATION,
                   "organisasi": PersonKind.ORGANISATION, "perusahaan": PersonKind.ORGANISATION,
               }), "orang, atau lembaga bila satu kantor, DPRD, Baznas, atau perusahaan yang mendampingi. "
               "Kosong berarti orang. Yang berkunjung atas nama lembaga ditulis di lembar Wakil.",
               "orang", required=False),
        Column("jabatan", Text(80), "Jabatannya.", "Kepala Seksi Kesehatan Keluarga", required=False),
        Column("bidang", Text(80), "Bidang atau bagiannya di kantor itu.", "Bidang Kesehatan Masyarakat", False),
        Column("atasan", Who(), "NIP, kode, atau nama lengkap atasan langsungnya, yang juga ada di lembar ini "
               "atau sudah tercatat.", "197001011995031001", required=False),
    )),
    Sheet("Wakil", "Satu baris untuk satu orang yang berkunjung dan melapor atas nama pejabat atau lembaga.", (
        Column("untuk", Who(), "NIP, kode, atau nama pejabat atau lembaga yang diwakili, sama dengan di lembar ASN.",
               "OTA-00012"),
        Column("wakil", Who(), "NIP, kode, atau nama orang yang berkunjung, sama dengan di lembar ASN.",
               "198503122010011001"),
        Column("mulai", Date(), "Hari pertama mewakili.", "01/02/2026"),
        Column("selesai", Date(), "Hari terakhir mewakili. Kosong bila belum ditentukan.", "31/12/2026", False),
    )),
    Sheet("Puskesmas", "Satu baris untuk satu puskesmas.", (
        Column("puskesmas", NAME, "Nama puskesmas. Yang belum tercatat akan ditambahkan.", "Labibia"),
        Column("kecamatan", NAME, "Kecamatannya. Boleh kosong bila puskesmasnya sudah tercatat.", "Mandonga", False),
        Column("telepon", Dialled(), "Nomor yang dijawab di puskesmas itu selama buka: telepon kantor atau HP. "
               "Cobalah dulu: nomor ini diberikan kepada keluarga saat ada tanda bahaya.", "0401-3121234", False),
        Column("jam_buka", Hours(), "Hari dan jam buka pelayanan. Buka terus? Tulis 24 jam. "
               "Di luar jam ini nomornya tidak diberikan.",
               "Senin-Kamis 08.00-14.00; Jumat 08.00-11.00; Sabtu 08.00-13.00", required=False),
    )),
    Sheet("Posyandu", "Satu baris untuk satu posyandu. Lembar ini hanya perlu bila hari bukanya mau dicatat.", (
        Column("posyandu", NAME, "Nama posyandu. Yang belum tercatat akan ditambahkan.", "Melati 1"),
        Column("kecamatan", NAME, "Boleh kosong bila nama kelurahannya hanya ada satu di kota.", "Mandonga", False),
        Column("kelurahan", NAME, "Kelurahan tempat posyandu itu.", "Korumba"),
        Column("hari", MonthDay(), "Hari buka tiap bulan.", "Rabu kedua", required=False),
        Column("jam", Clock(), "Jam buka.", "08.00", required=False),
    )),
    Sheet("Keluarga", "Satu baris untuk satu keluarga.", (
        Column("kode_keluarga", Code(), "Kode yang Ibu/Bapak tentukan sendiri, berbeda untuk tiap keluarga. "
               "Jangan memakai NIK atau nomor KK.", "KEL-0001"),
        Column("nama_ibu", NAME, "Nama ibu atau pengasuh utama.", "Sari"),
        Column("hp", Phone(), HP, "081234567890", required=False),
        Column("kecamatan", NAME, "Boleh kosong bila nama kelurahannya hanya ada satu di kota.", "Mandonga", False),
        Column("kelurahan", NAME, "Kelurahan tempat tinggal sekarang.", "Korumba"),
        Column("posyandu", NAME, "Nama posyandu. Yang belum tercatat akan ditambahkan.", "Melati 1", required=False),
        Column("puskesmas", NAME, "Nama puskesmas. Yang belum tercatat akan ditambahkan.", "Labibia", required=False),
    )),
    Sheet("Anak", "Satu baris untuk satu anak.", (
        Column("kode_anak", Code(), "Kode yang Ibu/Bapak tentukan sendiri, berbeda untuk tiap anak. "
               "Jangan memakai NIK.", "ANAK-0001"),
        Column("kode_keluarga", Code(), FAMILY_CODE, "KEL-0001"),
        Column("nama", NAME, "Nama anak.", "Budi"),
        Column("jenis_kelamin", SEX, "L untuk laki-laki, P untuk perempuan.", "L"),
        Column("tanggal_lahir", Date(), "Hari, bulan, lalu tahun empat angka.", "12/03/2026"),
        Column("berat_lahir_g", Number(*trust.BIRTH_WEIGHT_G, "gram", "2900", _kilograms, whole=True),
               "Berat waktu lahir dalam gram.", "2900", required=False),
        Column("status", OneOf((*LISTED, *LEFT, AGAIN), {"stunted": "stunting", "wafat": CareState.DIED}),
               "stunting, berisiko, atau tidak stunting menurut catatan Dinas Kesehatan; "
               "lulus, pindah, atau meninggal bila tidak lagi didampingi; aktif bila didampingi lagi.", "stunting"),
        Column("usia_kehamilan_minggu", Number(*GESTATION_WEEKS, "minggu", "38", whole=True),
               "Umur kehamilan waktu anak lahir, dalam minggu penuh. Isi terutama bila anak lahir sebelum 37 minggu.",
               "38", required=False),
    )),
    Sheet("Kehamilan", "Satu baris untuk satu ibu hamil. Keluarganya dicatat dulu di lembar Keluarga.", (
        Column("kode_keluarga", Code(), FAMILY_CODE, "KEL-0001"),
        Column("nama_ibu", NAME, "Nama ibu hamil. Boleh kosong bila sama dengan di lembar Keluarga.", "Sari", False),
        Column("hpl", Date(), "Hari perkiraan lahir.", "12/09/2026"),
    )),
    Sheet("Pernikahan", "Satu baris untuk satu pasangan pengantin. Keluarganya dicatat dulu di lembar Keluarga, "
          "dengan nama calon istri sebagai nama_ibu.", (
        Column("kode_keluarga", Code(), FAMILY_CODE, "KEL-0001"),
        Column("tanggal_nikah", Date(), "Hari pernikahan. Boleh perkiraan; bila berubah, tulis tanggal yang baru.",
               "20/06/2026"),
        Column("elsimil", OneOf((GREEN, RED), {"ideal": GREEN, "berisiko": RED}),
               "Hasil Elsimil: hijau atau merah. Kosong bila belum ada.", "hijau", required=False),
    )),
    Sheet("Pendampingan", "Satu baris untuk satu orang tua asuh dan satu anak, atau satu keluarga.", (
        Column("nip", Nip(), "NIP orang tua asuh, sama dengan di lembar ASN.", "198503122010011001", required=False,
               expected=True),
        Column("kode_anak", Code(), f"{CHILD_CODE} Kosongkan bila yang didampingi satu keluarga.", "ANAK-0001", False),
        Column("kode_keluarga", Code(), f"{FAMILY_CODE} Isi bila yang didampingi seluruh keluarga, "
               "termasuk ibu hamil.", "KEL-0001", required=False),
        Column("mulai", Date(), "Tanggal mulai mendampingi.", "01/02/2026"),
        Column("nomor_sk", Text(80), "Nomor SK penugasan.", "440/12/2026", required=False),
        Column("kode", Code(), "Kode orang tua asuh, sama dengan di lembar ASN. Isi bila NIP kosong.", "OTA-00012",
               required=False),
        Column("peran", OneOf((MAIN, COMPANION, SUCCESSOR, CORRECTION, STAND_IN)),
               "utama, atau pendamping bila ikut mendampingi di samping yang utama. Bila sudah ada yang utama: "
               "pengganti (yang lama selesai), pendamping, atau koreksi (yang lama keliru). sementara bila "
               "menggantikan selama cuti, dengan tanggal selesai.", "utama", required=False),
        Column("selesai", Date(), "Hari terakhir mendampingi. Kosong bila belum selesai.", "31/12/2026", False),
        Column("alasan", OneOf(tuple(reason for reason in EndReason if reason), {
                   "meninggal": EndReason.CHILD_LEFT, "purna tugas": EndReason.RETIRED,
                   "mutasi opd": EndReason.TRANSFERRED, "salah": EndReason.WRONG,
                   "pindah tugas": EndReason.TRANSFERRED, "diganti": EndReason.HANDED_OVER,
               }), "Mengapa selesai. Di baris pengganti: mengapa yang lama selesai.", "pensiun", required=False),
    )),
    Sheet("Koordinator", "Satu baris untuk satu koordinator dan satu wilayah atau kantornya.", (
        Column("nama", NAME, "Nama lengkap koordinator.", "Wa Ode Nur"),
        Column("hp", Phone(), HP, "081234567890", required=False),
        Column("lingkup", OneOf((ScopeKind.OFFICE, ScopeKind.VILLAGE, ScopeKind.DISTRICT, ScopeKind.HEALTH_CENTRE,
                                 ScopeKind.POSYANDU, ScopeKind.CITY)),
               "Apa yang dikoordinasikan: opd, kelurahan, kecamatan, puskesmas, posyandu, atau kota.", "kelurahan"),
        Column("nilai", NAME, "Nama OPD, kelurahan, kecamatan, puskesmas, atau posyandunya. Bila nama kelurahan ada di "
               "dua kecamatan, tulis Kelurahan (Kecamatan); posyandu: Melati 1 (Korumba). Kosongkan untuk kota.",
               "Poasia (Abeli)", required=False),
        JK,
        Column("selesai", LastDay(), "Hari terakhir bertugas di sana. Kosong bila masih bertugas. "
               "Tulis belum bila tugas yang sudah selesai berlaku lagi.", "31/12/2026", required=False),
    )),
    Sheet("Nakes", "Satu baris untuk satu kader, bidan, tenaga pelaksana gizi (TPG), atau kepala puskesmas.", (
        Column("nama", NAME, "Nama lengkap.", "Rahma Yusuf"),
        Column("hp", Phone(), HP, "081234567890", required=False),
        Column("peran", OneOf((Title.CADRE, Title.MIDWIFE, Title.NUTRITIONIST, Title.HEAD)),
               "kader, bidan, tpg, atau kepala (puskesmas).", "kader"),
        Column("tempat", NAME, "Posyandu, puskesmas, atau kelurahannya. Posyandu yang namanya dipakai di beberapa "
               "kelurahan ditulis Posyandu Melati 1 (Korumba).", "Puskesmas Labibia"),
        JK,
        Column("selesai", LastDay(), "Hari terakhir bertugas di sana. Kosong bila masih bertugas. "
               "Tulis belum bila tugas yang sudah selesai berlaku lagi.", "31/12/2026", required=False),
    )),
    Sheet("Pengukuran", "Satu baris untuk satu anak pada satu tanggal.", (
        Column("kode_anak", Code(), CHILD_CODE, "ANAK-0001"),
        Column("tanggal", Date(), "Tanggal diukur.", "05/03/2026"),
        Column("bb_kg", Number(*trust.WEIGHT_KG, "kg", "8,4", _question(lambda kg: trust.check_weight(kg, None))),
               "Berat badan dalam kilogram.", "8,4", required=False),
        Column("pb_tb_cm", Number(*trust.LENGTH_CM, "cm", "74,5", _question(trust.check_length)),
               "Panjang atau tinggi badan dalam sentimeter.", "74,5", required=False),
        Column("posisi", OneOf(("telentang", "berdiri"), {"terlentang": "telentang", "baring": "telentang"}),
               "Cara mengukur panjang atau tinggi.", "telentang", required=False),
        Column("lila_cm", Number(*trust.MUAC_CM, "cm", "13,5", _question(trust.check_muac)),
               "Lingkar lengan atas dalam sentimeter.", "13,5", required=False),
        Column("edema", YesNo(), "ya bila kedua kaki bengkak. Kosong berarti tidak.", "tidak", False),
        Column("sumber", OneOf((*OFFICIAL_SOURCES, *REPORTED_SOURCES), {"ortu": "orang tua"}),
               "Siapa yang mengukur. Puskesmas, posyandu, dan kader dicatat sebagai angka resmi; "
               "orang tua dan asn sebagai laporan.", "posyandu"),
    )),
)  # fmt: skip
