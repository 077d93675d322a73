"""The digest as a workbook: the same numbers, one sheet for each part, with what the reader is shown of each row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter

from db.measurements import OFFICIAL, REPORTED
from db.roles import ScopeKind
from drawing import attachments
from reports.adoption.words import TITLES, VISITED
from reports.digest import kinds
from reports.digest.area_counts import AGE_WORDS
from reports.digest.area_words import KIND_WORDS
from reports.digest.ending_counts import WORDS
from reports.digest.kinds import Name

if TYPE_CHECKING:
    from reports.digest.area_counts import Area
    from reports.digest.model import Digest, Weighed

Rows = list[list[Any]]
# Text that begins with "=", such as a name, must not become a formula.
OPTIONS = {"default_date_format": "dd-mm-yyyy", "strings_to_formulas": False, "strings_to_urls": False}
OFTEN_HIDDEN = frozenset({
    "Yang datang", "Kode", "Nama", "Kelurahan", "Tanda", "Kapan dilihat", "Ditangani oleh", "Pendamping", "Berat (kg)",
    "Panjang/tinggi (cm)", "BB/U (z)", "TB/U (z)", "BB/TB (z)", "Kelas BB/U", "Kelas TB/U", "Kelas BB/TB", "Perubahan",
})  # fmt: skip
"""Columns that a sheet leaves out where it has nothing in them for this reader."""
LATE = (
    "Pendamping",
    "Yang datang",
    "Kode",
    "Nama",
    "Kelurahan",
    "Kunjungan terakhir",
    "Seharusnya",
    "Terlambat (hari)",
)
NOT_JOINED = ("Pendamping", "Yang datang", "Jumlah dampingan", "Sejak")
REFERRALS = (
    "Kode", "Nama", "Kelurahan", "Pendamping", "Tanda", "Kapan dilihat", "Sejak", "Lama (hari)", "Ditangani oleh",
)  # fmt: skip
AREA = (
    "Nama", "Didampingi", "Perlu dikunjungi bulan ini", "Dikunjungi bulan ini", "Jatuh tempo minggu lalu",
    "Sudah dikunjungi", "Tepat waktu", "Terlambat", "Terlama (hari)", "Pendamping belum bergabung", "Rujukan terbuka",
    *(f"Rujukan {words}" for words in AGE_WORDS), "Rujukan belum ditangani", "Bahaya belum ditangani",
    "Belum ada pendamping", "Pertanyaan lama menunggu",
)  # fmt: skip
NOT_OF_OFFICES = 4
"""So many of these, the last ones, are not counted of an office."""
JOINED = (
    "Tempat",
    "Siapa",
    "Jumlah",
    "Diundang",
    "Bergabung",
    "Berkunjung atau dikunjungi",
    "Sebulan tidak menulis",
)
WEIGHED = (
    "Kode", "Nama", "Kelurahan", "Asal", "Tanggal", "Berat (kg)", "Panjang/tinggi (cm)", "BB/U (z)", "TB/U (z)",
    "BB/TB (z)", "Kelas BB/U", "Kelas TB/U", "Kelas BB/TB", "Perubahan",
)  # fmt: skip


def write(digest: Digest, key: str, folder: Path) -> str:
    """Write the workbook and return its path below ``folder``."""
    file = attachments.place(folder, key, "xlsx")
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        for name, columns, full in _sheets(digest):
            header, rows = _without_hidden(columns, full)
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, header, bold)
            for number, row in enumerate(rows, 1):
                sheet.write_row(number, 0, row)
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, max(len(rows), 1), len(header) - 1)
            sheet.autofit()
    attachments.date(file, digest.at)
    return file.name


def _sheets(digest: Digest) -> list[tuple[str, tuple[str, ...], Rows]]:
    late: Rows = [
        [one.asn, one.sent, one.code, one.name, one.village, one.last, one.due, one.days] for one in digest.visits.late
    ]
    not_joined: Rows = [[one.asn, one.sent, one.count, one.since] for one in digest.visits.not_joined]
    referrals: Rows = [
        [
            one.code, one.name, one.village, one.asn, ", ".join(one.signs), one.urgency, one.opened_on, one.days,
            one.taken_by,
        ]
        for one in digest.referrals.open
    ]  # fmt: skip
    sheets: list[tuple[str, tuple[str, ...], Rows]] = [
        ("Ringkasan", ("Hal", "Jumlah"), _summary(digest)),
        ("Terlambat", LATE, late),
        ("Belum bergabung", NOT_JOINED, not_joined),
        ("Rujukan", REFERRALS, referrals),
    ]
    if digest.adoption.counts:
        sheets.append(("Bergabung", JOINED, _joined(digest)))
    if digest.of_places:
        sheets.append(("Pengukuran", WEIGHED, [_weighed(one) for one in digest.weighed]))
    sheets += [_areas(kind, found) for kind, found in digest.tables]
    return sheets


def _areas(kind: ScopeKind, found: Sequence[Area]) -> tuple[str, tuple[str, ...], Rows]:
    """A sheet of one kind of area, what needs help first."""
    last = len(AREA) - (NOT_OF_OFFICES if kind == ScopeKind.OFFICE else 0)
    words = KIND_WORDS[kind]
    return words[0].upper() + words[1:], AREA[:last], [_area(one)[:last] for one in found]


def _area(one: Area) -> list[Any]:
    counts, week = one.counts, one.counts.week
    return [
        one.name, counts.fostered, counts.needed, counts.seen, week.due, week.done, week.on_time, counts.late,
        counts.longest, counts.not_joined, counts.referrals, *counts.ages, counts.unhandled, counts.danger,
        counts.unassigned, counts.questions,
    ]  # fmt: skip


def _joined(digest: Digest) -> Rows:
    """Everybody first, then each place, the one furthest behind first."""
    every = [("Semua", digest.adoption.counts), *((one.name, one.counts) for one in digest.adoption.places)]
    return [
        [
            place, TITLES[group], one.total, one.invited, one.joined,
            one.visited if group in VISITED else None, one.silent,
        ]
        for place, counts in every for group, one in counts.items()
    ]  # fmt: skip


def _without_hidden(header: tuple[str, ...], rows: Rows) -> tuple[tuple[str, ...], Rows]:
    kept = [
        place for place, name in enumerate(header)
        if name not in OFTEN_HIDDEN or not rows or any(row[place] not in ("", None) for row in rows)
    ]  # fmt: skip
    return tuple(header[place] for place in kept), [[row[place] for place in kept] for row in rows]


def _recap(digest: Digest) -> Rows:
    """Rows of the month's official weighings as posyandu count them."""
    recap = digest.recap
    counted = {
        "S terdaftar": recap.s, "D ditimbang": recap.d, "N naik": recap.n, "T tidak naik": recap.t,
        "O bulan lalu tidak ditimbang": recap.o, "B baru": recap.b, "2T": recap.two_t, "BGM": recap.bgm,
    }  # fmt: skip
    return [[f"{words} (resmi, bulan ini)", count] for words, count in counted.items()]


def _summary(digest: Digest) -> Rows:
    visits, referrals = digest.visits, digest.referrals
    everybody = [
        ["Wilayah", digest.title],
        ["Tanggal", digest.at.date()],
        ["Kunjungan hari ini", visits.today],
        ["Bertemu hari ini", visits.met_today],
        ["Kunjungan kemarin", visits.yesterday],
        ["Dikunjungi bulan ini", visits.seen],
        ["Perlu dikunjungi bulan ini", visits.needed],
        ["Jatuh tempo minggu lalu", visits.due],
        ["Tepat waktu minggu lalu", visits.on_time],
        ["Kunjungan minggu ini", visits.this_week],
        ["Kunjungan minggu lalu sampai hari yang sama", visits.last_week],
        ["Terlambat", len(visits.late)],
        ["Terlambat kemarin", visits.late_yesterday],
        ["Pendamping yang belum bergabung", len(visits.not_joined)],
        ["Rujukan terbuka", len(referrals.open)],
        ["Rujukan baru hari ini", referrals.opened_today],
        ["Rujukan selesai hari ini", referrals.closed_today],
        *_kinds(digest),
    ]
    return [*everybody, *_of_places(digest)] if digest.of_places else everybody


def _kinds(digest: Digest) -> Rows:
    """What the message says by kind, but the late visits, which stand above; of an office only what it is told."""
    said = (one for one in kinds.of(digest) if one.name is not Name.LATE and (digest.of_places or one.count))
    return [row for one in said for row in ([one.title, one.count], [f"{one.title} kemarin", one.yesterday])]


def _of_places(digest: Digest) -> Rows:
    lessons = digest.lessons
    return [
        ["Anak diukur bulan ini (resmi)", sum(one.kind == OFFICIAL for one in digest.weighed)],
        ["Anak diukur bulan ini (laporan)", sum(one.kind == REPORTED for one in digest.weighed)],
        ["Pengukuran masuk hari ini", sum(one.entered_today for one in digest.weighed)],
        *_recap(digest),
        ["Pesan terkirim hari ini", lessons.sent],
        ["Pesan gagal hari ini", lessons.failed],
        ["Pesan terlewat hari ini", lessons.skipped],
        ["Keluarga baru hari ini", lessons.joined],
        ["Keluarga sedang jeda", lessons.paused],
        ["Keluarga berhenti hari ini", lessons.stopped],
        *([f"Bulan ini: {WORDS[kind]}", digest.endings.month.get(kind, 0)] for kind in WORDS),
    ]


def _weighed(one: Weighed) -> list[Any]:
    when = [one.code, one.name, one.village, one.kind, one.measured_on]
    if not one.shows:
        return [*when, *[None] * (len(WEIGHED) - len(when))]
    scores = (one.scores.zwei, one.scores.zlen, one.scores.zwfl)
    return [
        *when, one.weight_kg, one.length_cm,
        *(None if z is None else round(z, 2) for z in scores),
        *(str(one.classes.get(index, "")) for index in ("BB/U", "TB/U", "BB/TB")),
        "; ".join(f"{index}: {before} → {after}" for index, (before, after) in one.changed.items()),
    ]  # fmt: skip
