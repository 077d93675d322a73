"""A copy of the workbook with its errors marked, to be corrected and sent again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from reports.workbook.problem import Problem

SHEET = "Kesalahan"
MARK = PatternFill("solid", fgColor="FFF2A3A3")
NO_FILL = PatternFill()
MOST_CELLS = 5_000_000
AUTHOR = "Asuh: perlu diperbaiki"


def mark(path_in: Path, path_out: Path, errors: Sequence[Problem]) -> None:
    """Write a copy with the wrong cells coloured, each with its sentence as a comment, and a sheet that lists them all.

    Marks of an earlier copy are removed. Raises what openpyxl raises when the file is not a workbook.
    """
    book = load_workbook(path_in)
    _clear(book)
    sentences: dict[tuple[str, str], list[str]] = defaultdict(list)
    for error in errors:
        if error.cell and error.sheet in book.sheetnames:
            sentences[error.sheet, error.cell].append(error.sentence)
    for (sheet, place), said in sentences.items():
        cell = book[sheet][place]
        if isinstance(cell, Cell):
            cell.fill = MARK
            cell.comment = Comment("\n".join(said), AUTHOR, height=120, width=300)
    page = book.create_sheet(SHEET, 0)
    page.append(("Lembar", "Sel", "Tertulis", "Yang perlu diperbaiki"))
    for error in errors:
        page.append((error.sheet, error.cell, None, error.sentence))
        page.cell(page.max_row, 3, error.value).data_type = "s"  # text that begins with "=" must not become a formula
    for cell in page[1]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABCD", (16, 8, 28, 100), strict=True):
        page.column_dimensions[letter].width = width
    page.freeze_panes = "A2"
    for other in book.worksheets:
        other.sheet_view.tabSelected = False
    book.active = 0
    book.save(path_out)


def _clear(book: Workbook) -> None:
    """Remove the marks of an earlier copy."""
    if SHEET in book.sheetnames:
        del book[SHEET]
    for sheet in book.worksheets:
        if sheet.max_row * sheet.max_column > MOST_CELLS:
            continue  # a colour far away would make us look at millions of empty cells
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell, Cell) and cell.comment and cell.comment.author == AUTHOR:
                    cell.comment, cell.fill = None, NO_FILL
