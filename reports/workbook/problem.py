"""Errors of cells, with the sentence that says what to write instead."""

from __future__ import annotations

from dataclasses import dataclass

from xlsxwriter.utility import xl_rowcol_to_cell

FORGOTTEN = (
    "Data keluarga ini sudah dihapus. Hapus barisnya dari buku kerja. Kalau keluarganya sendiri minta dicatat lagi: "
    "asuh import dengan --again dan kode ini."
)


class Wrong(Exception):
    """A value of the workbook cannot be accepted. The text is for the person who wrote it; ``column`` is the header."""

    def __init__(self, sentence: str, column: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.column = sentence, column


class DependsOnError(Exception):
    """The row refers to a row of this workbook that has an error of its own, so it gets no error."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One sentence about one place. ``line`` and ``column`` count from 1 as Excel does; 0 means the whole sheet,
    and an empty ``sheet`` means the whole file."""

    sheet: str
    line: int
    column: int
    value: str
    sentence: str

    @property
    def cell(self) -> str:
        """The place as Excel names it ("B5"); empty for a whole sheet."""
        return xl_rowcol_to_cell(self.line - 1, self.column - 1) if self.line and self.column else ""

    def __str__(self) -> str:
        place = " ".join(part for part in (f"Lembar {self.sheet}" if self.sheet else "", self.cell) if part)
        return f"{place}: {self.sentence}" if place else self.sentence
