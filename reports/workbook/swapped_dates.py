"""Notice a column of dates in which a spreadsheet has taken the day for the month.

A spreadsheet set to American dates makes 5 March of a typed "03/05/2026", and leaves "13/05/2026" as text because there
is no month 13. So its own dates all lie on days 1 to 12, which no single date shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

LAST_MONTH = 12
SURE, LIKELY = 2, 5
"""So many dates must be the spreadsheet's own: by chance 5 of them lie on days 1 to 12 once in a hundred columns."""
ALONE, DIFFERENT = 10, 3
"""Without any text beside them: so many dates, with so many different days and months."""
SENTENCE = (
    "Mungkin Excel menukar hari dan bulan: di kolom ini semua tanggal Excel jatuh pada hari 1 sampai 12{beside}. "
    "Cocokkan beberapa dengan catatan aslinya; {shown}, atau seharusnya {other}?"
)
BESIDE = ", sedangkan tanggal yang berupa teks tidak"


class Dated(NamedTuple):
    """A date of a column. ``row`` is its place among the rows; ``typed``: text, not a date of the spreadsheet's own."""

    row: int
    day: date
    typed: bool


def suspect(column: Sequence[Dated]) -> Dated | None:
    """The first date of the spreadsheet's own, where day and month seem to be swapped in the column; else None."""
    own, typed = [one for one in column if not one.typed], [one for one in column if one.typed]
    if not own or any(one.day.day > LAST_MONTH for one in own):
        return None
    swapped = next((one for one in own if one.day.day != one.day.month), None)
    late = [one for one in typed if one.day.day > LAST_MONTH]
    if late and len(own) >= (SURE if len(late) == len(typed) else LIKELY):
        return swapped
    days, months = ({one.day.day for one in own}, {one.day.month for one in own})
    varied = len(own) >= ALONE and min(len(days), len(months)) >= DIFFERENT
    return swapped if varied and not typed else None


def sentence(found: Dated, column: Sequence[Dated]) -> str:
    """What is asked about the column at the date that ``suspect`` found."""
    other = found.day.replace(day=found.day.month, month=found.day.day)
    beside = BESIDE if any(one.typed for one in column) else ""
    return SENTENCE.format(beside=beside, shown=f"{found.day:%d/%m/%Y}", other=f"{other:%d/%m/%Y}")
