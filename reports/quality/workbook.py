"""The quality of measuring as a workbook: one sheet, one row a reporter or posyandu."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from drawing import attachments
from reports.digest.workbook import OPTIONS
from reports.quality.model import Group, Quality
from rules.quality import Digits, technical_error

TOO_FEW = "belum cukup data"
HEADER = (
    "Jenis", "Nama", "Tempat", "Jumlah ukuran",
    "Angka berat", "Berakhir 0 atau 5", "Bagian (%), wajarnya 20", "Lebih dari kebetulan",
    "Angka tinggi", "Berakhir 0 atau 5", "Bagian (%), wajarnya 20", "Lebih dari kebetulan",
    "Sebaran BB/U (SD z)", "Sebaran TB/U (SD z)", "Sebaran BB/TB (SD z)",
    "Ukuran jarang terjadi atau diragukan", "Bagian (%)",
    "Anak diukur ulang", "Selisih khas berat (kg, TEM)", "Selisih khas tinggi (cm, TEM)", "Yang bisa membantu",
)  # fmt: skip


def write(quality: Quality, key: str, folder: Path) -> str:
    """Write the workbook and return its path below ``folder``."""
    file = attachments.place(folder, key, "xlsx")
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        sheet = book.add_worksheet("Mutu")
        sheet.write_row(0, 0, HEADER, book.add_format({"bold": True, "bottom": 1}))
        for number, group in enumerate(quality.groups, 1):
            sheet.write_row(number, 0, _row(group, quality))
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(len(quality.groups), 1), len(HEADER) - 1)
        sheet.autofit()
    attachments.date(file, quality.at)
    return file.name


def errors(kg: Sequence[float], cm: Sequence[float], enough: int) -> tuple[float | None, float | None]:
    """The technical errors of weight (kg, two decimals) and length (cm, one), None where there is too little."""
    weight, length = technical_error(kg, enough), technical_error(cm, enough)
    return None if weight is None else round(weight, 2), None if length is None else round(length, 1)


def _row(group: Group, quality: Quality) -> list[Any]:
    rules = quality.rules
    questioned = group.questioned
    spreads = (group.spread_bb_u, group.spread_tb_u, group.spread_bb_tb)
    seconds = max(len(group.second_kg), len(group.second_cm))
    return [
        group.kind, group.name, group.place, questioned.counted,
        *_read(group.weight, rules.enough_values), *_read(group.length, rules.enough_values),
        *(_known(None if one is None else round(one, 2)) for one in spreads),
        questioned.found, round(questioned.share * 100),
        seconds, *(_known(one) for one in errors(group.second_kg, group.second_cm, rules.enough_pairs)),
        "; ".join(dict.fromkeys(concern.help for concern in group.concerns)),
    ]  # fmt: skip


def _read(read: Digits, enough: int) -> tuple[Any, ...]:
    beyond = read.beyond_chance(enough)
    return read.counted, read.round, round(read.share * 100), _known({True: "ya", False: "tidak", None: None}[beyond])


def _known(value: float | str | None) -> float | str:
    return TOO_FEW if value is None else value
