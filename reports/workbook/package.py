"""What an .xlsx file says beside the values of its cells: its date system, and which rows are hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from zipfile import BadZipFile, ZipFile

SINCE_1904 = 1462  # days by which a date's number is smaller in a workbook that counts from 1904

# Only the attributes of single tags are wanted, so the files are searched and not parsed.
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\b(?=[^>]*\bhidden=["'](?:1|true)["'])[^>]*\br=["']([0-9]+)["']""")


@dataclass(frozen=True)
class Package:
    """``from_1904``: a number in a date's cell counts days from 1904. ``hidden``: sheet's title -> hidden lines."""

    from_1904: bool = False
    hidden: dict[str, set[int]] = field(default_factory=dict[str, set[int]])


def look(path: Path) -> Package:
    """What the file says of itself; nothing for another kind of file than .xlsx."""
    try:
        with ZipFile(path) as file:
            book = file.read("xl/workbook.xml")
            links = _tags(file.read("xl/_rels/workbook.xml.rels"), b"Relationship")
            parts = {link.get("Id", ""): link.get("Target", "") for link in links}
            hidden = {
                sheet.get("name", ""): {int(line) for line in _HIDDEN_ROW.findall(file.read(_within(part)))}
                for sheet in _tags(book, b"sheet")
                if (part := parts.get(next((id for name, id in sheet.items() if name.endswith(":id")), "")))
            }
            return Package(any(one.get("date1904") in ("1", "true") for one in _tags(book, b"workbookPr")), hidden)
    except (BadZipFile, KeyError, OSError, UnicodeDecodeError):
        return Package()


def _tags(xml: bytes, name: bytes) -> Iterator[dict[str, str]]:
    """The attributes of each tag of this name."""
    for tag in re.finditer(rb"""<(?:\w+:)?%b\b((?:[^>"']|"[^"]*"|'[^']*')*)>""" % name, xml):
        pairs = ((key, double or single) for key, double, single in _ATTRIBUTE.findall(tag[1]))
        yield {key.decode(): unescape(value.decode()) for key, value in pairs}


def _within(target: str) -> str:
    """The name inside the package of a part that the workbook links to."""
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
