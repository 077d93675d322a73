"""Look at a file that somebody sent before it is read as a workbook: is it one, and how much is in it?

Nothing of the file is trusted. It is unpacked here with a bound and packed anew, so that whoever reads it later meets
only what was counted.
"""

from __future__ import annotations

import re
from io import BytesIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZipFile

MEGABYTE = 1024 * 1024
LARGEST_FILE = 5 * MEGABYTE  # a city of 10,000 children with two years of weighings has some 4 MB
LARGEST_UNPACKED = 40 * MEGABYTE
MOST_PARTS = 500
MOST_ROWS, MOST_COLUMNS = 50_000, 100
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .xls, and of any workbook with a password
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

NO_WORKBOOK = "Berkas ini bukan buku kerja Excel. Simpan sebagai .xlsx, lalu kirim lagi."
OLD_WORKBOOK = "Berkas ini buku kerja Excel lama (.xls). Simpan sebagai .xlsx, lalu kirim lagi."
LOCKED = "Berkas ini memakai kata sandi. Simpan salinannya tanpa kata sandi, lalu kirim lagi."
BROKEN = "Berkas ini terpotong atau rusak. Coba kirim lagi."
EMPTY = "Berkas ini kosong. Coba kirim lagi."
TOO_LARGE = f"Berkas ini lebih besar dari {LARGEST_FILE // MEGABYTE} MB. Bagi menjadi beberapa berkas, lalu kirim lagi."
TOO_MUCH = f"Isi berkas ini terlalu banyak. Bagi menjadi berkas yang kurang dari {MOST_ROWS // 1000}.000 baris."
FAR_AWAY = "Ada isi di sel {cell}, jauh di luar tabel. Hapus isinya, lalu kirim lagi."


class UnfitError(Exception):
    """The file cannot be read as a workbook. The text is for who sent it, and says what to do."""


def repacked(content: bytes) -> bytes:
    """The same workbook, unpacked within bounds and packed anew without macros. Raises UnfitError."""
    if not content:
        raise UnfitError(EMPTY)
    if len(content) > LARGEST_FILE:
        raise UnfitError(TOO_LARGE)
    if content.startswith(OLE):
        raise UnfitError(LOCKED if ENCRYPTED in content else OLD_WORKBOOK)
    if not content.startswith(b"PK"):
        raise UnfitError(NO_WORKBOOK)
    parts = _unpacked(content)
    if "xl/workbook.xml" not in parts:
        raise UnfitError(NO_WORKBOOK)
    for part in parts.values():
        if b"sheetData" in part:  # whatever its name is: the workbook itself says where its sheets lie
            _count(part)
        elif b"<!DOCTYPE" in part:
            raise UnfitError(NO_WORKBOOK)  # no program writes one; it can unfold into anything
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return packed.getvalue()


def _unpacked(content: bytes) -> dict[str, bytes]:
    """The parts by name. A part that is larger than it says is cut there, and then its checksum is wrong."""
    parts: dict[str, bytes] = {}
    try:
        with ZipFile(BytesIO(content)) as file:
            listed = file.infolist()
            if len(listed) > MOST_PARTS or sum(one.file_size for one in listed) > LARGEST_UNPACKED:
                raise UnfitError(TOO_MUCH)
            if any(one.flag_bits & 1 for one in listed):
                raise UnfitError(LOCKED)
            for one in listed:
                if not one.is_dir() and not one.filename.endswith("vbaProject.bin"):
                    parts[one.filename] = file.read(one)
    except UnfitError:
        raise
    except Exception:  # a broken file makes zipfile and its decompressors raise anything
        raise UnfitError(BROKEN) from None
    return parts


def _count(sheet: bytes) -> None:
    """Raise UnfitError where a cell of the sheet lies outside of the largest table that is read."""
    place = {"row": 0, "column": 0}
    parser = expat.ParserCreate(namespace_separator=" ")

    def begin(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "row":
            said = attributes.get("r", "")
            place.update(row=int(said) if said.isdecimal() and len(said) < 9 else place["row"] + 1, column=0)
        elif name == "c":
            place["column"] += 1
            if found := _CELL.fullmatch(attributes.get("r", "")):
                place.update(row=int(found[2]), column=_number(found[1]))
        elif name in ("v", "is", "f") and (place["row"] > MOST_ROWS or place["column"] > MOST_COLUMNS):
            raise UnfitError(FAR_AWAY.format(cell=f"{_letters(place['column'])}{place['row']}"))

    def doctype(*_: object) -> None:
        raise UnfitError(NO_WORKBOOK)

    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(sheet, True)
    except expat.ExpatError:
        raise UnfitError(BROKEN) from None


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(number: int) -> str:
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
