"""Read and check a file of services."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from rules.services.rows import LAST_MONTH, OF_KIND, Anchor, Kind, Row, Rows

LABEL_LIMIT = 24
"""Characters that fit a button."""


class ServicesError(Exception):
    """A file of services cannot be used; ``problems`` are sentences that name the line and the column."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def read(file: Path) -> Rows:
    """The rows of a CSV file (comma or semicolon). Raises ServicesError with every mistake."""
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise ServicesError([f"{file.name}: simpan berkas ini sebagai CSV UTF-8."]) from None
    head = text.partition("\n")[0]
    lines = csv.DictReader(StringIO(text, newline=""), delimiter=";" if ";" in head else ",", restkey="", restval="")
    columns = [name.strip() for name in lines.fieldnames or ()]
    lines.fieldnames = columns
    wrong = [f"kolom {name} tidak ada" for name in READERS if name not in columns]
    wrong += [f"kolom {name or 'tanpa judul'} tidak dikenal" for name in columns if name not in READERS]
    rows: dict[int, Row] = {}
    for cells in () if wrong else lines:
        if any(cells.values()):
            row, problems = _row(cells)
            wrong += [f"baris {lines.line_num}, {problem}" for problem in problems]
            rows |= {lines.line_num: row} if row else {}
    wrong += _repeats(rows)
    if wrong:
        raise ServicesError([f"{file.name}, {problem}." for problem in wrong])
    return tuple(rows.values())


def _row(cells: Mapping[str, Any]) -> tuple[Row | None, list[str]]:
    """A row, or the mistakes in its cells, each with the name of the column."""
    if "" in cells:
        return None, ["terlalu banyak kolom: teks yang memuat koma diapit tanda petik dua"]
    wrong: list[str] = []
    values: dict[str, Any] = {}
    for column, reader in READERS.items():
        try:
            values[column] = reader(cells[column].strip())
        except ValueError as problem:
            wrong.append(f"kolom {column}: {problem}")
    if wrong:
        return None, wrong
    values["anchor"], values["months"] = values["anchor"]
    start, until = values.pop("from"), values.pop("until")
    row = Row(**values, start=start or 0, until=LAST_MONTH if until is None else until)
    wrong = [f"kolom {column}: {problem}" for column, problem in _contradictions(row, start)]
    return None if wrong else row, wrong


def _contradictions(row: Row, start: int | None) -> Iterator[tuple[str, str]]:
    beginning, anchor = OF_KIND[row.kind]
    if not row.id.startswith(beginning):
        yield "id", f"untuk {row.kind} diawali {beginning}"
    if row.anchor != anchor:
        yield "anchor", f"untuk {row.kind} tulis {ANCHORS[anchor]}"
    if start is None and anchor in (Anchor.BIRTH, Anchor.HPL):
        yield "from", "tulis mulai bulan atau minggu ke berapa"
    if row.until < row.start:
        yield "until", "tidak boleh sebelum from"
    if row.born_from and row.born_until and row.born_until < row.born_from:
        yield "born_until", "tidak boleh sebelum born_from"
    if (row.days is None) == (row.kind == Kind.PMT):
        yield "days", "diisi untuk PMT, dan hanya untuk PMT"


def _repeats(rows: Mapping[int, Row]) -> Iterator[str]:
    first: dict[tuple[str, str, date | None], int] = {}
    for number, row in rows.items():
        same = first.setdefault((row.id, row.district, row.born_from), number)
        if same != number:
            yield f"baris {number}, kolom id: sama dengan baris {same}, juga district dan born_from-nya"


# --- cells --------------------------------------------------------------------------------

ANCHORS = {
    Anchor.BIRTH: "lahir",
    Anchor.HPL: "hpl",
    Anchor.MONTH: "tiap bulan, atau misalnya bulan 2",
    Anchor.EVENT: "kejadian",
}
EVERY_MONTH = tuple(range(1, 13))


def _anchor(cell: str) -> tuple[Anchor, tuple[int, ...]]:
    if cell == "tiap bulan":
        return Anchor.MONTH, EVERY_MONTH
    if (found := re.fullmatch(r"bulan (\d{1,2})", cell, re.ASCII)) and int(found[1]) in EVERY_MONTH:
        return Anchor.MONTH, (int(found[1]),)
    if cell in (Anchor.BIRTH, Anchor.HPL, Anchor.EVENT):
        return Anchor(cell), ()
    raise ValueError("tulis salah satu: lahir, hpl, tiap bulan, bulan 1 sampai bulan 12, kejadian")


def _kind(cell: str) -> Kind:
    if cell in list(Kind):
        return Kind(cell)
    raise ValueError(f"tulis salah satu: {', '.join(Kind)}")


def _id(cell: str) -> str:
    if len(cell) <= 60 and re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)?", cell):
        return cell
    raise ValueError("tulis huruf kecil, angka, dan tanda hubung saja, misalnya imunisasi-kota-10-je")


def _label(cell: str) -> str:
    if 0 < len(cell) <= LABEL_LIMIT:
        return cell
    raise ValueError(f"tulis 1 sampai {LABEL_LIMIT} huruf, atau - bila tidak diberikan")


def _district(cell: str) -> str:
    if re.fullmatch(r"(\d\d(\.\d\d)?)?", cell, re.ASCII):
        return cell
    raise ValueError("tulis kode provinsi atau kota, misalnya 74 atau 74.71, atau kosongkan")


def _count(cell: str) -> int | None:
    if re.fullmatch(r"\d{0,3}", cell, re.ASCII):
        return int(cell) if cell else None
    raise ValueError("tulis angka bulat, misalnya 10")


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError:
        raise ValueError("tulis tahun-bulan-tanggal, misalnya 2026-09-30") from None


def _words(cell: str) -> str:
    if cell:
        return cell
    raise ValueError("tidak boleh kosong; tulis surat atau pedomannya")


READERS: Mapping[str, Callable[[str], Any]] = {
    "version": str,
    "id": _id,
    "kind": _kind,
    "label": _label,
    "detail": str,
    "anchor": _anchor,
    "from": _count,
    "until": _count,
    "district": _district,
    "born_from": _day,
    "born_until": _day,
    "days": _count,
    "source": _words,
    "note": str,
}
