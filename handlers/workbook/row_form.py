"""One change of the register, filled in by a coordinator: a row of the workbook, read by the workbook's own rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypedDict, Unpack, cast

from flow.form import Form, Invalid, QuestionOptions, Section
from flow.questions import Choice, Day, Name, Search, Text, YesNo
from reports.workbook.columns import LISTED, SHEETS, Column
from reports.workbook.problem import Wrong

CHILD, ASN, NUMBER, MOVED, FOSTERED, ENDED = "anak", "asn", "nomor", "pindah", "dampingi", "selesai"
WHAT = {
    CHILD: "Anak baru",
    ASN: "ASN baru",
    NUMBER: "Nomor HP berganti",
    MOVED: "Keluarga pindah",
    FOSTERED: "ASN mendampingi anak",
    ENDED: "Anak selesai didampingi",
}
OLDEST_CHILD = 6 * 365  # days


class RowFacts(TypedDict):
    """``today`` is the ISO day; the places are id -> name, of a kelurahan with its kecamatan."""

    today: str
    villages: dict[str, str]
    offices: dict[str, str]
    centres: dict[str, str]


class Cell(Text):
    """What would stand in a cell of the workbook, kept as it was written once its column can read it."""

    def __init__(self, text: str, sheet: str, header: str, **rest: Unpack[QuestionOptions]):
        self.column = _column(sheet, header)
        here: QuestionOptions = {"hint": f"Misalnya: {self.column.example}", "personal": True}
        super().__init__(text, **(here | rest))

    def read(self, said: str, answers: Form) -> str:
        said = super().read(said, answers)
        try:
            self.column.kind.read(said)
        except Wrong as wrong:
            raise Invalid(wrong.sentence) from None
        return said


def _column(sheet: str, header: str) -> Column:
    return next(one for page in SHEETS if page.name == sheet for one in page.columns if one.header == header)


def _is(what: str) -> Callable[[Form], bool]:
    return lambda answers: answers.values.get("what") == what


def _places(kind: str) -> Callable[[Form], Mapping[str, str]]:
    return lambda answers: cast(Mapping[str, Mapping[str, str]], answers.facts)[kind]


def _is_new_family(answers: Form) -> bool:
    return answers.values.get("known") is False


class RegisterRow(Form):
    title = "Ubah data"

    what = Choice(
        "Apa yang mau dicatat?",
        WHAT,
        label="Yang dicatat",
        hint="Banyak sekaligus? Kirim buku kerja Excel ke sini. Yang kosong: tulis *buku kerja*.",
    )

    A = Section("Anak baru", when=_is(CHILD))
    known = YesNo("Keluarganya sudah tercatat?", label="Keluarga sudah tercatat")
    family = Cell(
        "Apa kode keluarganya?",
        "Keluarga",
        "kode_keluarga",
        label="Kode keluarga",
        when=lambda answers: answers.known,
    )
    mother = Name("Siapa nama ibunya?", label="Nama ibu", limit=120, personal=True, when=_is_new_family)
    mother_phone = Cell("Nomor HP ibunya?", "Keluarga", "hp", label="HP ibu", optional=True, when=_is_new_family)
    village = Search(
        "Tinggal di kelurahan mana?",
        _places("villages"),
        label="Kelurahan",
        hint="Tulis nama kelurahannya.",
        when=_is_new_family,
    )
    post = Text(
        "Posyandunya?",
        label="Posyandu",
        hint="Misalnya: Melati 1",
        limit=120,
        optional=True,
        personal=True,
        when=_is_new_family,
    )
    child = Name("Siapa nama anaknya?", label="Nama anak", limit=120, personal=True)
    sex = Choice("Laki-laki atau perempuan?", {"L": "Laki-laki", "P": "Perempuan"}, label="Jenis kelamin")
    born = Day(
        "Kapan tanggal lahirnya?",
        past=OLDEST_CHILD,
        label="Tanggal lahir",
        hint="Tulis tanggalnya, misalnya 12/3/2025.",
    )
    listed = Choice(
        "Statusnya menurut Dinas Kesehatan?", {status: status.capitalize() for status in LISTED}, label="Status"
    )
    weight = Cell("Berat lahirnya berapa gram?", "Anak", "berat_lahir_g", label="Berat lahir", offered=True)

    B = Section("ASN baru", when=_is(ASN))
    nip = Cell("Apa NIP-nya?", "ASN", "nip", label="NIP", optional=True)
    staff = Cell("Siapa nama lengkapnya?", "ASN", "nama", label="Nama")
    office = Search("Di kantor mana?", _places("offices"), label="Kantor", hint="Tulis nama kantornya.")
    staff_phone = Cell("Nomor HP-nya?", "ASN", "hp", label="HP", optional=True)

    C = Section("Nomor HP berganti", when=_is(NUMBER))
    whose = Text(
        "Nomor siapa?",
        label="Milik",
        hint="Tulis kode keluarga, atau NIP atau kode pendampingnya.",
        limit=40,
        personal=True,
    )
    number = Cell("Apa nomor barunya?", "Keluarga", "hp", label="Nomor baru")

    D = Section("Keluarga pindah", when=_is(MOVED))
    moving = Cell("Apa kode keluarganya?", "Keluarga", "kode_keluarga", label="Kode keluarga")
    to_village = Search(
        "Pindah ke kelurahan mana?", _places("villages"), label="Kelurahan baru", hint="Tulis nama kelurahannya."
    )
    to_post = Text("Posyandunya yang baru?", label="Posyandu baru", hint="Misalnya: Melati 1", limit=120, personal=True)
    to_centre = Search(
        "Puskesmasnya yang baru?", _places("centres"), label="Puskesmas baru", hint="Tulis nama puskesmasnya."
    )

    E = Section("ASN mendampingi anak", when=_is(FOSTERED))
    carer = Text("Siapa yang mendampingi?", label="Pendamping", hint="Tulis NIP atau kodenya.", limit=40, personal=True)
    fostered = Cell("Kode anak yang didampingi?", "Pendampingan", "kode_anak", label="Kode anak")
    starts = Day("Mulai kapan?", past=366, ahead=60, suggest={0: "Hari ini"}, label="Mulai", hint="Misalnya: 12/3.")
    decree = Cell("Nomor SK-nya?", "Pendampingan", "nomor_sk", label="Nomor SK", offered=True)

    F = Section("Anak selesai didampingi", when=_is(ENDED))
    ended = Cell("Kode anaknya?", "Anak", "kode_anak", label="Kode anak")
    how = Choice("Mengapa selesai?", {"lulus": "Lulus", "pindah": "Pindah ke luar kota"}, label="Sebab")
