"""What an .xlsx file says beside the values of its cells: its date system, hidden rows, and cells without a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from xlsxwriter.utility import xl_cell_to_rowcol

SINCE_1904 = 1462  # days by which a date's number is smaller in a workbook that counts from 1904

# Only the attributes of single tags are wanted, so the files are searched and not parsed.
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\b(?=[^>]*\bhidden=["'](?:1|true)["'])[^>]*\br=["']([0-9]+)["']""")
_ERROR_CELL = re.compile(
    rb"""<(?:\w+:)?c\b(?=[^>]*\bt=["']e["'])([^>]*)>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<""", re.S
)
_FORMULA_CELL = re.compile(
    rb"""<(?:\w+:)?c\b(?![^>]*\bt=["'](?:str|e)["'])([^>/]*)><(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"""
)


@dataclass(frozen=True)
class Broken:
    """What stands in a cell without a value: "#N/A", or "" for a formula whose result the file does not hold."""

    shown: str


Place = tuple[int, int]
"""Line and column of a cell, both from 0."""


@dataclass(frozen=True)
class Package:
    """``from_1904``: a number in a date's cell counts days from 1904. ``hidden``: sheet's title -> hidden lines.
    ``broken``: sheet's title -> its cells that show an error or hold a formula without its result."""

    from_1904: bool = False
    hidden: dict[str, set[int]] = field(default_factory=dict[str, set[int]])
    broken: dict[str, dict[Place, Broken]] = field(default_factory=dict[str, dict[Place, Broken]])


def look(path: Path) -> Package:
    """What the file says of itself; nothing for another kind of file than .xlsx."""
    try:
        with ZipFile(path) as file:
            book = file.read("xl/workbook.xml")
            links = _tags(file.read("xl/_rels/workbook.xml.rels"), b"Relationship")
            parts = {link.get("Id", ""): link.get("Target", "") for link in links}
            sheets = {
                sheet.get("name", ""): file.read(_within(part))
                for sheet in _tags(book, b"sheet")
                if (part := parts.get(next((id for name, id in sheet.items() if name.endswith(":id")), "")))
            }
            return Package(
                any(one.get("date1904") in ("1", "true") for one in _tags(book, b"workbookPr")),
                {title: {int(line) for line in _HIDDEN_ROW.findall(xml)} for title, xml in sheets.items()},
                {title: dict(_broken(xml)) for title, xml in sheets.items()},
            )
    except (BadZipFile, KeyError, OSError, UnicodeDecodeError):
        return Package()


def _broken(xml: bytes) -> Iterator[tuple[Place, Broken]]:
    """The cells of a sheet that show an error, and those whose formula was never calculated."""
    errors = ((cell[1], unescape(cell[2].decode())) for cell in _ERROR_CELL.finditer(xml))
    formulas = ((cell[1], "") for cell in _FORMULA_CELL.finditer(xml))
    for attributes, shown in (*errors, *formulas):
        if place := next(
            (double or single for key, double, single in _ATTRIBUTE.findall(attributes) if key == b"r"), b""
        ):
            yield xl_cell_to_rowcol(place.decode()), Broken(shown)


def _tags(xml: bytes, name: bytes) -> Iterator[dict[str, str]]:
    """The attributes of each tag of this name."""
    for tag in re.finditer(rb"""<(?:\w+:)?%b\b((?:[^>"']|"[^"]*"|'[^']*')*)>""" % name, xml):
        pairs = ((key, double or single) for key, double, single in _ATTRIBUTE.findall(tag[1]))
        yield {key.decode(): unescape(value.decode()) for key, value in pairs}


def _within(target: str) -> str:
    """The name inside the package of a part that the workbook links to."""
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
