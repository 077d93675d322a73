"""A file is looked at before it is read: what is no workbook, or too much of one, is refused with a sentence."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import load_workbook

from reports.workbook import checked
from reports.workbook.checked import UnfitError, repacked
from tests import workbooks

ONE = workbooks.of_children(3)


def why_not(content: bytes) -> str:
    with pytest.raises(UnfitError) as refused:
        repacked(content)
    return str(refused.value)


def packed(**parts: str | bytes) -> bytes:
    """A workbook's package with these parts instead of its own; "sheet" is its first sheet."""
    names = {"sheet": "xl/worksheets/sheet1.xml"}
    out = BytesIO()
    with ZipFile(BytesIO(ONE)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        replaced = {names.get(name, name): part for name, part in parts.items()}
        for name in old.namelist():
            if name not in replaced:
                new.writestr(name, old.read(name))
        for name, part in replaced.items():
            new.writestr(name, part)
    return out.getvalue()


def a_sheet(cell: str, row: int = 1) -> str:
    return f'<worksheet><sheetData><row r="{row}">{cell}</row></sheetData></worksheet>'


def test_a_workbook_is_the_same_after_it_was_looked_at() -> None:
    sheets = load_workbook(BytesIO(repacked(ONE)))
    assert [cell.value for cell in sheets["Anak"][2]][:3] == ["ANAK-1", "KEL-1", "Adik 1"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", checked.EMPTY),
        (b"%PDF-1.7 surat tugas", checked.NO_WORKBOOK),
        (b"nip;nama\n1;Anwar", checked.NO_WORKBOOK),
        (ONE[: len(ONE) // 2], checked.BROKEN),  # sent half
        (b"PK\x03\x04" + bytes(2000), checked.BROKEN),
        (checked.OLE + bytes(512), checked.OLD_WORKBOOK),
        (checked.OLE + bytes(512) + checked.ENCRYPTED, checked.LOCKED),
        (bytes(checked.LARGEST_FILE + 1), checked.TOO_LARGE),
        (packed(sheet=b" " * (checked.LARGEST_UNPACKED + 1)), checked.TOO_MUCH),  # 40 kB that unpack to 40 MB
        (packed(**{f"xl/media/{number}.png": b"x" for number in range(600)}), checked.TOO_MUCH),
        (packed(sheet=a_sheet('<c r="XFD9"><v>1</v></c>')), checked.FAR_AWAY.format(cell="XFD9")),
        (packed(sheet=a_sheet("<c><v>1</v></c>", row=1_048_576)), checked.FAR_AWAY.format(cell="A1048576")),
        (packed(sheet="<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet><sheetData/></worksheet>"), checked.NO_WORKBOOK),
        (packed(**{"xl/styles.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><styleSheet/>"}), checked.NO_WORKBOOK),
        (packed(sheet="<worksheet><sheetData>"), checked.BROKEN),
    ],
)
def test_what_is_no_workbook_or_too_much_of_one_is_refused_with_a_sentence(content: bytes, said: str) -> None:
    assert why_not(content) == said


def test_a_zip_that_holds_no_workbook_is_refused() -> None:
    out = BytesIO()
    with ZipFile(out, "w") as file:
        file.writestr("foto.jpg", b"x")
    assert why_not(out.getvalue()) == checked.NO_WORKBOOK


def test_a_part_that_is_larger_than_it_says_is_never_unpacked_beyond_that() -> None:
    honest = packed(sheet=a_sheet("<c><v>1</v></c>") + " " * 5_000_000)
    size = (5_000_000 + len(a_sheet("<c><v>1</v></c>"))).to_bytes(4, "little")
    assert why_not(honest.replace(size, (100).to_bytes(4, "little"))) == checked.BROKEN


def test_a_far_cell_that_has_only_a_colour_does_no_harm() -> None:
    assert repacked(packed(sheet=a_sheet('<c r="XFD9" s="1"/>')))


def test_macros_are_left_behind() -> None:
    with ZipFile(BytesIO(repacked(packed(**{"xl/vbaProject.bin": b"x"})))) as file:
        assert "xl/vbaProject.bin" not in file.namelist()
