"""The empty workbook a city fills in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from reports.workbook.columns import SHEETS, Column, Sheet

ROWS = 10_000
"""The number of rows with drop-downs."""
PLACES = "Daftar"
GUIDE = (
    "Cara mengisi",
    "1. Isi lembar sesuai keperluan. Lembar yang tidak dipakai boleh kosong atau dihapus.",
    "2. Jangan mengubah judul kolom di baris pertama. Arahkan kursor ke judul untuk membaca penjelasan dan contohnya.",
    "3. Judul berwarna tua wajib diisi. Judul berwarna muda boleh kosong.",
    "4. Satu baris untuk satu orang, satu keluarga, satu anak, atau satu pengukuran.",
    "5. Tanggal ditulis hari, bulan, tahun: 12/03/2026. Angka memakai koma: 8,4.",
    "6. NIP dan nomor HP ditulis di sel berformat Teks supaya tidak ada angka yang hilang. Kolomnya sudah disiapkan.",
    "7. Jangan menulis NIK atau nomor KK. Pakai kode yang Ibu/Bapak tentukan sendiri.",
    "",
    "Setelah diisi",
    "Bila ada yang keliru, tidak satu pun baris disimpan. Ibu/Bapak mendapat salinan berkas ini dengan sel yang keliru "
    "diberi warna dan penjelasan. Perbaiki di salinan itu, lalu kirim lagi.",
    "Berkas yang sama boleh dikirim berkali-kali. Baris yang sudah tersimpan tidak tercatat dua kali; "
    "baris yang berubah diperbarui.",
    "Sel yang dikosongkan dan baris yang dihapus tidak menghapus apa pun yang sudah tersimpan.",
    "",
    "Isi setiap lembar",
)


def write(path: Path, places: Sequence[tuple[str, str]] = ()) -> None:
    """Write the template. ``places`` are pairs of kecamatan and kelurahan: with them, those cells get drop-downs."""
    with Workbook(path) as book:
        _guide(book)
        looks = {"text": "@", "date": "dd/mm/yyyy", "number": "General"}
        formats = {look: book.add_format({"num_format": code}) for look, code in looks.items()}
        must = book.add_format({"bold": True, "font_color": "white", "bg_color": "#1F6F5C", "border": 1})
        may = book.add_format({"bold": True, "font_color": "#1F3B33", "bg_color": "#D5EBE3", "border": 1})
        for sheet in SHEETS:
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            for place, column in enumerate(sheet.columns):
                page.set_column(place, place, max(14, len(column.header) + 4), formats[column.kind.look])
                page.write_string(0, place, column.header, must if column.required else may)
                page.write_comment(0, place, _note(column), {"x_scale": 2, "y_scale": 1.2, "author": "Asuh"})
            _drop_downs(page, sheet, places)
        if places:
            _list(book, places, must)


def _guide(book: Workbook) -> None:
    page = book.add_worksheet("Petunjuk")
    page.set_column(0, 0, 110)
    page.hide_gridlines(2)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "font_size": 13})
    lines = [*GUIDE, *(f"{sheet.name}: {sheet.about}" for sheet in SHEETS)]
    for place, line in enumerate(lines):
        page.write_string(place, 0, line, bold if line in (GUIDE[0], "Setelah diisi", "Isi setiap lembar") else wrap)


def _note(column: Column) -> str:
    need = "Wajib diisi." if column.required else "Boleh kosong."
    return f"{column.note}\nContoh: {column.example}\n{need}"


def _drop_downs(page: Worksheet, sheet: Sheet, places: Sequence[tuple[str, str]]) -> None:
    listed = {"kecamatan": 0, "kelurahan": 1} if places else {}
    last = {"kecamatan": len(dict.fromkeys(district for district, _ in places)), "kelurahan": len(places)}
    for place, column in enumerate(sheet.columns):
        source: str | list[str] = list(column.kind.choices)
        if column.header in listed:
            letter = xl_col_to_name(listed[column.header], True)
            source = f"={PLACES}!{letter}$2:{letter}${last[column.header] + 1}"
        if source:
            page.data_validation(
                1,
                place,
                ROWS,
                place,
                {
                    "validate": "list",
                    "source": source,
                    "error_title": "Pilih dari daftar",
                    "error_message": "Pilih salah satu isi daftar.",
                },
            )


def _list(book: Workbook, places: Sequence[tuple[str, str]], bold: Format) -> None:
    page = book.add_worksheet(PLACES)
    page.set_column(0, 1, 24)
    page.write_row(0, 0, ["kecamatan", "kelurahan"], bold)
    page.write_column(1, 0, list(dict.fromkeys(district for district, _ in places)))
    page.write_column(1, 1, [village for _, village in places])
