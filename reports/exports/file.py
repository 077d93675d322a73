"""Write a list as a workbook. It is written when the message with it is sent, so that no reply waits for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import xlsxwriter
from sqlalchemy import select

from content.city import City
from db import exports
from db.engine import Sessions
from db.people import Person
from drawing import attachments
from programme import policy
from reports.exports.kinds import Export, offered, reader
from reports.exports.rows import Listed, Values, rows
from reports.workbook.columns import SHEETS

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
PARTLY = "Daftar {}"
"""The sheet of the rows that lack what an import must have: the import passes over a sheet of this name."""
KNOWN = {sheet.name: sheet for sheet in SHEETS}


def ready(sessions: Sessions, city: City, path: str, now: datetime) -> bool:
    """Write the file if it is a list that was asked for, and who asked may still have it. Returns whether it exists."""
    file = city.files / path
    if file.exists():
        return True
    with sessions.reading() as session:
        asked = exports.request(session, path)
        person = session.scalar(select(Person).where(Person.id == asked.person_id)) if asked else None
        if asked is None or person is None:
            return False
        local, what = city.local(now), Export(asked.what)
        asking = policy.Asking(session, person, local, city=city)
        if not policy.may(asking, "export.make") or what not in offered(person):
            return False
        found = rows(session, what, reader(person, what, local.date()), city)
    if not found:
        return False
    unready = file.with_name(f"{uuid4().hex}.part")
    write(unready, found)
    attachments.date(unready, now)
    unready.replace(file)
    return True


def write(file: Path, found: Sequence[Listed]) -> None:
    """Write the rows. Whole ones stand in the sheet that the import reads, the others in one that it passes over."""
    sheets: dict[str, list[Values]] = defaultdict(list)
    for one in found:
        sheets[PARTLY.format(one.sheet) if is_partly(one) else one.sheet].append(one.values)
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        text = book.add_format({"num_format": "@"})
        quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        for name, listed in sheets.items():
            page = book.add_worksheet(name)
            header = _header(name, listed)
            page.write_row(0, 0, header, bold)
            for line, values in enumerate(listed, 1):
                for place, column in enumerate(header):
                    value = values.get(column)
                    if isinstance(value, bool):
                        page.write_string(line, place, "ya" if value else "tidak", text)
                    elif isinstance(value, date):
                        page.write_datetime(line, place, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
                    elif isinstance(value, int | float):
                        page.write_number(line, place, value)
                    elif value:
                        # What begins like a formula stays text, also where somebody edits the cell.
                        page.write_string(line, place, value, quoted if value.startswith(FORMULA) else text)
            page.freeze_panes(1, 0)
            page.autofilter(0, 0, max(len(listed), 1), max(len(header) - 1, 0))
            page.autofit()


ANY_OF = {
    "ASN": (("nip", "kode", "opd", "hp"), ("opd", "kode")),
    "Pendampingan": (("nip", "kode"), ("kode_anak", "kode_keluarga")),
    "Pengukuran": (("bb_kg", "pb_tb_cm", "lila_cm"),),
}
"""Columns of a sheet of which one in each group must be filled, beside those that must all be."""


def is_partly(row: Listed) -> bool:
    """Whether the row lacks something that the import asks for in its sheet."""
    if row.sheet not in KNOWN:
        return False
    needed = [_is_empty(row.values.get(one.header)) for one in KNOWN[row.sheet].columns if one.required]
    some = (all(_is_empty(row.values.get(one)) for one in group) for group in ANY_OF.get(row.sheet, ()))
    return any(needed) or any(some)


def _is_empty(value: Any) -> bool:
    return value is None or value == ""


def _header(name: str, listed: Sequence[Values]) -> list[str]:
    """The columns of the sheet: those of the import all of them, else those in which anything stands."""
    columns = [column.header for column in KNOWN[name].columns] if name in KNOWN else []
    filled = dict.fromkeys(key for values in listed for key, value in values.items() if not _is_empty(value))
    return [*columns, *(key for key in filled if key not in columns)]
