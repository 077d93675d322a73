"""Score a CSV file, keeping its separator, decimal mark and encoding."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.zscore.table import Columns, Unusable, scored

SAMPLE = 65_536
BOM = b"\xef\xbb\xbf"
SEPARATOR = re.compile(r"""(?i)"?sep=([,;\t|])"?\r?\n""")
UNPAIRED = "Baris ini tidak bisa dibaca. Periksa tanda kutipnya: harus berpasangan."

Tell = Callable[[int, str], None]
"""Takes a line number of the file, from 1, and the error there."""


@dataclass(frozen=True)
class Count:
    rows: int
    wrong: int


@dataclass(frozen=True)
class Style:
    """``named`` is the first line where it is Excel's "sep=;", which names the separator; else empty."""

    separator: str
    comma: bool
    newline: str
    encoding: str
    named: str = ""


def style(path: Path) -> Style:
    """The file's style, by its first 64 kB. A decimal comma needs another separator than the comma."""
    with path.open("rb") as file:
        raw = file.read(SAMPLE)
    sample = raw.decode("utf-8-sig", "replace")
    named = SEPARATOR.match(sample)
    header = sample[named.end() if named else 0 :].partition("\n")[0]
    separator = named[1] if named else max(",;\t", key=header.count)
    mark = re.escape(separator)
    comma = separator != "," and re.search(rf"(?m)(?:^|{mark})\"?[+-]?\d+,\d+\"?(?:{mark}|\r?$)", sample)
    return Style(
        separator,
        bool(comma),
        "\r\n" if header.endswith("\r") else "\n",
        "utf-8-sig" if raw[:3] == BOM else "utf-8",
        named[0] if named else "",
    )


def write(source: Path, target: Path, tell: Tell) -> Count:
    """Score the list ``source`` into ``target``, row by row. The target appears when all of it is written.

    Raises Unusable where the columns cannot be used, and OSError.
    """
    found = style(source)
    part = target.with_name(f"{target.name}.part")
    try:
        with (
            source.open(encoding=found.encoding, errors="surrogateescape", newline="") as read,
            part.open("w", encoding=found.encoding, errors="surrogateescape", newline="") as written,
        ):
            if found.named:
                written.write(read.readline())
            count = _copy(csv.reader(read, delimiter=found.separator), written, found, tell)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return count


def _copy(reader: Any, written: Any, found: Style, tell: Tell) -> Count:
    """``reader`` and ``written`` are what the csv module reads from and an open text file."""
    writer = csv.writer(written, delimiter=found.separator, lineterminator=found.newline)
    rows = _rows(reader, 1 if found.named else 0)
    header = next((row for _, row in rows if row), None)
    if header is None:
        raise Unusable("Berkas ini kosong.")
    columns = Columns.of(header)
    writer.writerow(columns.header)
    count = wrong = 0
    for line, row in rows:
        said = UNPAIRED
        if row is not None:
            result = scored(columns, row, found.comma)
            writer.writerow(result.cells)
            said = result.wrong
        count += 1
        if said:
            wrong += 1
            tell(line, said)
    return Count(count, wrong)


def _rows(reader: Any, before: int) -> Iterator[tuple[int, list[str] | None]]:
    """Each row with the line it begins on, ``before`` lines standing above; None for one the csv module cannot read."""
    while True:
        line = before + reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            row = None
        yield line, row
