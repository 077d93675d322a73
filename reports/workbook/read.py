"""Read a workbook: sheets and columns in any order and spelling, every cell checked by its column."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from reports.workbook import swapped_dates
from reports.workbook.cells import Cell, Date, clean, has_value, is_empty, show
from reports.workbook.columns import SHEETS, Column, Sheet
from reports.workbook.names import meant, nearest, norm
from reports.workbook.package import SINCE_1904, Broken, Package, look
from reports.workbook.problem import Problem, Wrong

OURS = ("Petunjuk", "Daftar", "Kesalahan")
"""Sheets with explanations and without data."""
ADDED = ("", "no", "nomor", "catatan", "keterangan", "ket")
"""Columns that people add for themselves, which are no misspelt columns of ours."""
ABOVE_HEADER = 15
"""Filled lines among which the header is looked for: titles and dates may stand above it."""


@dataclass(frozen=True)
class Row:
    """One line of a sheet. ``row["hp"]`` is the value that was read, None where the cell is empty or wrong."""

    sheet: Sheet
    title: str
    line: int
    values: dict[str, Any]
    raw: dict[str, tuple[int, Cell]]
    sound: bool

    def __getitem__(self, header: str) -> Any:
        return self.values.get(header)

    def problem(self, header: str, sentence: str) -> Problem:
        """A problem at this row's cell; at its first cell where the sheet lacks the column."""
        column, cell = self.raw.get(header, (1, None))
        return Problem(self.title, self.line, column, show(cell), sentence)


@dataclass
class Book:
    """Rows by the sheet's proper name, in the order of SHEETS; a sheet that is not in the file has no entry.
    ``unread`` are the sheets whose headers are wrong."""

    rows: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])
    unread: set[str] = field(default_factory=set[str])
    errors: list[Problem] = field(default_factory=list[Problem])
    warnings: list[Problem] = field(default_factory=list[Problem])

    def __getitem__(self, sheet: str) -> list[Row]:
        return self.rows.get(sheet, [])

    def __len__(self) -> int:
        return sum(map(len, self.rows.values()))


def read(path: Path) -> Book:
    """The rows and errors of a file. Never raises for a mistake of its author: each is an error with a sentence."""
    book, package = Book(), look(path)
    try:
        with CalamineWorkbook.from_path(path) as file:
            titles = _titles(file.sheet_names, book)
            for sheet in SHEETS:
                if sheet.name in titles:
                    title = titles[sheet.name]
                    book.rows[sheet.name] = _rows(sheet, title, file.get_sheet_by_name(title), book, package)
            _warn_of_hidden(file, titles.values(), book)
    except PasswordError:
        book.errors.append(_whole("Berkas ini memakai kata sandi. Simpan salinannya tanpa kata sandi."))
    except (CalamineError, OSError):
        book.errors.append(_whole("Berkas ini tidak bisa dibuka. Simpan sebagai Buku Kerja Excel (.xlsx)."))
    return book


def _titles(names: Sequence[str], book: Book) -> dict[str, str]:
    """Proper name of each sheet -> its title in the file. A title similar to a sheet's name gives an error."""
    known = {norm(sheet.name): sheet.name for sheet in SHEETS}
    titles: dict[str, str] = {}
    for title in names:
        name = known.get(norm(title))
        if name is None and norm(title) not in map(norm, OURS):
            hint = meant(title, known.values())
            book.warnings.append(Problem(title, 0, 0, title, f"Lembar ini tidak dikenal dan tidak dibaca.{hint}"))
        elif name in titles:
            book.errors.append(Problem(title, 0, 0, title, f"Lembar {name} ada dua. Gabungkan menjadi satu."))
        elif name:
            titles[name] = title
    if not titles:
        listed = ", ".join(sheet.name for sheet in SHEETS)
        book.errors.append(_whole(f"Tidak ada lembar yang dikenal. Pakai nama lembar: {listed}."))
    return titles


def _warn_of_hidden(file: CalamineWorkbook, titles: Collection[str], book: Book) -> None:
    for one in file.sheets_metadata:
        if one.name in titles and one.visible != SheetVisibleEnum.Visible:
            book.warnings.append(Problem(one.name, 0, 0, "", "Lembar ini tersembunyi, tetapi ikut dibaca."))


def _rows(sheet: Sheet, title: str, page: CalamineSheet, book: Book, package: Package) -> list[Row]:
    table: list[list[Cell]] = [list(map(clean, cells)) for cells in page.to_python(skip_empty_area=False)]
    for (line, column), broken in package.broken.get(title, {}).items():
        if line < len(table) and column < len(table[line]):
            table[line][column] = broken
    # Formulas are often copied far below the last row: a line that holds nothing but errors is none.
    lines = [
        (line, cells)
        for line, cells in enumerate(table, 1)
        if not all(is_empty(cell) or isinstance(cell, Broken) for cell in cells)
    ]
    if not lines:
        return []
    head = _header(sheet, lines[:ABOVE_HEADER])
    columns = _columns(sheet, title, head, table[head - 1], book)
    if not columns:
        return []
    _fill_merged(table, page, head)
    filled = [(line, cells) for line, cells in lines if line > head]
    if hidden := [line for line, _ in filled if line in package.hidden.get(title, ())]:
        listed = ", ".join(map(str, hidden[:10])) + (" dan seterusnya" if len(hidden) > 10 else "")
        sentence = f"Baris {listed} tersembunyi, tetapi ikut dibaca. Hapus barisnya bila tidak dipakai lagi."
        book.warnings.append(Problem(title, hidden[0], 1, "", sentence))
    rows = [_row(sheet, title, line, cells, columns, book, package.from_1904) for line, cells in filled]
    _look_for_swapped_dates(columns, rows, book)
    return rows


def _look_for_swapped_dates(columns: dict[int, Column], rows: Sequence[Row], book: Book) -> None:
    for column in columns.values():
        if isinstance(column.kind, Date):
            dated = [
                swapped_dates.Dated(place, row[column.header], isinstance(row.raw[column.header][1], str))
                for place, row in enumerate(rows)
                if row[column.header] is not None
            ]
            if found := swapped_dates.suspect(dated):
                book.warnings.append(rows[found.row].problem(column.header, swapped_dates.sentence(found, dated)))


def _header(sheet: Sheet, lines: Sequence[tuple[int, Sequence[Cell]]]) -> int:
    """The line with most of the sheet's column names; the first one where none has any."""
    known = {norm(column.header) for column in sheet.columns}
    return max(lines, key=lambda one: sum(norm(show(cell)) in known for cell in one[1]))[0]


def _fill_merged(table: list[list[Cell]], page: CalamineSheet, head: int) -> None:
    """Give a value that is merged over several rows below the header to each of them."""
    for (top, column), (bottom, _) in page.merged_cell_ranges or ():
        for line in range(top + 1, bottom + 1):
            if top >= head and line < len(table):
                table[line][column] = table[top][column]


def _columns(sheet: Sheet, title: str, line: int, header: Sequence[Cell], book: Book) -> dict[int, Column]:
    """Position (from 0) -> column. Empty after an error: a sheet without a required column is not read further."""
    known = {norm(column.header): column for column in sheet.columns}
    found: dict[int, Column] = {}
    strangers: list[str] = []
    wrong: list[Problem] = []
    for place, cell in enumerate(header):
        column = known.get(norm(show(cell)))
        if column is None:
            strangers += [show(cell)] if norm(show(cell)) not in ADDED else []
        elif column in found.values():
            wrong.append(Problem(title, line, place + 1, show(cell), f"Kolom {column.header} ada dua. Hapus satu."))
        else:
            found[place] = column
    needed = [column.header for column in sheet.columns if column.required or column.expected]
    if not found and not any(nearest(header, strangers) for header in needed):
        listed = ", ".join(needed)
        wrong.append(Problem(title, line, 1, "", f"Baris judul kolom tidak ditemukan. Judulnya harus ada: {listed}."))
    for column in () if wrong and not found else sheet.columns:
        if column not in found.values():
            like = nearest(column.header, strangers)
            advice = f"Ganti judul kolom {like} menjadi {column.header}." if like else "Tambahkan kolom itu."
            sentence = f"Kolom {column.header} tidak ada di lembar {sheet.name}. {advice}"
            if column.header in needed:
                wrong.append(Problem(title, line, 1, "", sentence))
            elif like:
                book.warnings.append(Problem(title, line, 1, "", sentence))
    if wrong:
        book.errors += wrong
        book.unread.add(sheet.name)
    return {} if wrong else found


def _row(
    sheet: Sheet,
    title: str,
    line: int,
    cells: Sequence[Cell],
    columns: dict[int, Column],
    book: Book,
    from_1904: bool,
) -> Row:
    values: dict[str, Any] = {}
    sound = True
    for place, column in columns.items():
        raw = cells[place]
        if from_1904 and isinstance(column.kind, Date) and isinstance(raw, int | float) and not isinstance(raw, bool):
            raw += SINCE_1904
        try:
            if not is_empty(raw):
                values[column.header] = column.kind.read(has_value(raw))
            elif column.required:
                raise Wrong(f"Kolom {column.header} belum diisi. Contoh: {column.example}.")
        except Wrong as wrong:
            sound = False
            book.errors.append(Problem(title, line, place + 1, show(raw), wrong.sentence))
    raws = {column.header: (place + 1, cells[place]) for place, column in columns.items()}
    return Row(sheet, title, line, values, raws, sound)


def _whole(sentence: str) -> Problem:
    return Problem("", 0, 0, "", sentence)
