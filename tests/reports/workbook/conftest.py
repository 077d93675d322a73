"""Workbooks as a health office would send them, and a city that knows its kelurahan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy.orm import Session

from reports.workbook.areas import seed_health_centres, seed_places

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=timezone(timedelta(hours=8)))
ANWAR, RAHMA = "198503122010011001", "199002142022212003"  # a PNS, and a PPPK with her "month 21"

Rows = Sequence[Sequence[Any]]
Fill = Callable[..., Path]

HEADERS = {
    "ASN": ("nip", "nama", "opd", "hp", "jk", "kode", "jenis", "jabatan", "bidang", "atasan"),
    "Wakil": ("untuk", "wakil", "mulai", "selesai"),
    "Puskesmas": ("puskesmas", "kecamatan", "telepon", "jam_buka"),
    "Keluarga": ("kode_keluarga", "nama_ibu", "hp", "kecamatan", "kelurahan", "posyandu", "puskesmas"),
    "Anak": (
        *("kode_anak", "kode_keluarga", "nama", "jenis_kelamin", "tanggal_lahir", "berat_lahir_g", "status"),
        "usia_kehamilan_minggu",
    ),
    "Kehamilan": ("kode_keluarga", "nama_ibu", "hpl"),
    "Pernikahan": ("kode_keluarga", "tanggal_nikah", "elsimil"),
    "Pendampingan": (
        *("nip", "kode_anak", "kode_keluarga", "mulai", "nomor_sk", "kode", "peran", "selesai", "alasan"),
    ),
    "Koordinator": ("nama", "hp", "lingkup", "nilai", "jk", "selesai"),
    "Nakes": ("nama", "hp", "peran", "tempat", "jk", "selesai"),
    "Pengukuran": ("kode_anak", "tanggal", "bb_kg", "pb_tb_cm", "posisi", "lila_cm", "edema", "sumber"),
}

SARI = ("KEL-1", "Sari", "081211112222", "Mandonga", "Korumba", "Melati 1", "Labibia")
BUDI = ("ANAK-1", "KEL-1", "Budi", "L", "12/03/2025", 2900, "stunting")

WHOLE: dict[str, Rows] = {
    "ASN": [(ANWAR, "Anwar", "Dinas Kesehatan", "0812-3456-7890"), (RAHMA, "Rahma", "Dinas Sosial", "")],
    "Keluarga": [SARI, ("KEL-2", "Wati", "", "Abeli", "Poasia", "", "")],
    "Anak": [BUDI, ("ANAK-2", "KEL-2", "Citra", "P", "2024-06-01", "", "berisiko")],
    "Kehamilan": [("KEL-2", "", "12 September 2026")],
    "Pernikahan": [("KEL-1", "20/06/2026", "hijau")],
    "Pendampingan": [(ANWAR, "ANAK-1", "", "01/02/2026", "440/1/2026"), (RAHMA, "", "KEL-2", "01/02/2026", "")],
    "Koordinator": [("Anwar", "081234567890", "opd", "Dinas Kesehatan"), ("Nur", "081399990000", "kota", "")],
    "Nakes": [("Ani", "081277770000", "kader", "Posyandu Melati 1"), ("Tuti", "", "bidan", "Puskesmas Labibia")],
    "Pengukuran": [
        ("ANAK-1", "05/03/2026", "8,4", "74,5", "telentang", "13,5", "tidak", "posyandu"),
        ("ANAK-1", "05/03/2026", 8.5, None, None, None, None, "orang tua"),
    ],
}


def write(path: Path, sheets: dict[str, Rows], headers: dict[str, Sequence[str]] | None = None) -> Path:
    """A workbook of these rows, each sheet under its proper headers or the ones given."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        page.append((headers or {}).get(name) or HEADERS.get(name, ()))
        for row in rows:
            page.append(row)
    book.save(path)
    return path


@pytest.fixture
def fill(tmp_path: Path) -> Fill:
    """fill(Anak=[...]): a file with these sheets."""

    def fill(headers: dict[str, Sequence[str]] | None = None, **sheets: Rows) -> Path:
        return write(tmp_path / "isi.xlsx", sheets, headers)

    return fill


@pytest.fixture
def kendari(session: Session) -> Session:
    """A database that knows the kecamatan, kelurahan and puskesmas of Kendari, and nobody in them."""
    seed_places(session)
    seed_health_centres(session)
    session.commit()
    return session
