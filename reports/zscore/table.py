"""Add z-scores, flags and classes to the health office's own lists of measurements.

Columns read, in any order and case: sex (1, L or M; 2, P or F), age_days or birth_date and measured_on (2026-03-12 or
12/03/2026), weight (kg), lenhei (cm), measure (L lying, H standing), headc, armc (cm), oedema (y or 1, n or 2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import floor, isfinite, isinf

from flow.reading import dates, numbers, yes_no
from rules.growth import LAST_DAY, Growth, Measured, Position, assess
from rules.status import Class, Nutrition, arm_class, class_of
from rules.tables import Sex

MEASURES = ("weight", "lenhei", "headc", "armc")
READ = ("sex", "age_days", "birth_date", "measured_on", "measure", "oedema", *MEASURES)
SCORES = ("zlen", "zwei", "zwfl", "zbmi", "zhc", "zac")
FLAGS = ("flen", "fwei", "fwfl", "fbmi", "fhc", "fac")
CLASSES = ("kelas_tb_u", "kelas_bb_u", "kelas_bb_tb", "kelas_imt_u", "kelas_lk", "kelas_lila")
RESULTS = (*SCORES, *FLAGS, *CLASSES)

SEXES: dict[str, Sex] = {"1": "L", "l": "L", "m": "L", "2": "P", "p": "P", "f": "P"}
POSITIONS: dict[str, Position | None] = {"l": "telentang", "h": "berdiri", "": None}
OEDEMA = {"1": True, "2": False, "": False}
"""As R anthro codes it; words are read as everywhere."""
NOTHING = ("", "-", "na")
"""The texts of cells without a value."""


class Unusable(Exception):
    """The list cannot be read at all; the text says why, in Indonesian."""


class _Wrong(Exception):
    """A row cannot be read; the text says what to write."""


@dataclass(frozen=True)
class Scored:
    """A row with its results. ``wrong`` is its error, or empty."""

    cells: list[str]
    wrong: str = ""


@dataclass(frozen=True)
class Columns:
    """Positions of columns: ``read`` by name, ``results`` in the order of RESULTS, appended unless already there."""

    header: list[str]
    width: int
    read: Mapping[str, int]
    results: tuple[int, ...]

    @classmethod
    def of(cls, header: Sequence[str]) -> Columns:
        """The columns of a header. Raises Unusable where a column is missing or there twice."""
        names = [name.strip().casefold() for name in header]
        for name, count in Counter(names).items():
            if count > 1 and name in READ:
                raise Unusable(f"Kolom {name} ada {count}. Hapus yang tidak dipakai.")
        if "sex" not in names:
            raise Unusable("Kolom sex tidak ada. Baris pertama berisi judul kolom; simpan berkas sebagai CSV UTF-8.")
        if not any(name in names for name in MEASURES):
            raise Unusable(f"Tidak ada yang dihitung. Sediakan salah satu kolom: {', '.join(MEASURES)}.")
        added = [name for name in RESULTS if name not in names]
        places = [*names, *added]
        read = {name: names.index(name) for name in READ if name in names}
        return cls([*header, *added], len(header), read, tuple(places.index(name) for name in RESULTS))


def scored(columns: Columns, row: Sequence[str], comma: bool) -> Scored:
    """The row with its results; with ``comma`` numbers are written, and may be read, as 8,4.

    A row that cannot be read keeps its cells and gets no results. One with a weight or a length of 0 or less is
    scored as WHO Anthro scores it, and named.
    """
    cells = _fitted(row, columns)
    for place in columns.results:
        cells[place] = ""
    if not any(cell.strip() for cell in row):
        return Scored(cells)
    if len(row) < columns.width or len(cells) > len(columns.header):
        return Scored(cells, _misfit(len(row), columns.width, comma))
    try:
        child = _child({name: row[place].strip() for name, place in columns.read.items()}, comma)
    except _Wrong as wrong:
        return Scored(cells, str(wrong))
    for place, result in zip(columns.results, _results(child, comma), strict=True):
        cells[place] = result
    return Scored(cells, _impossible(child))


def _fitted(row: Sequence[str], columns: Columns) -> list[str]:
    """The row as wide as the new header; surplus cells go behind the results, unless they are empty."""
    width, beyond = columns.width, list(row[columns.width :])
    missing = [""] * (len(columns.header) - min(len(row), width))
    return [*row[:width], *missing, *(beyond if any(cell.strip() for cell in beyond) else ())]


def _misfit(cells: int, width: int, comma: bool) -> str:
    said = f"Baris ini berisi {cells} kolom, judulnya {width}."
    return said if comma else f"{said} Bila angkanya memakai koma, pisahkan kolom dengan titik koma."


def _child(cell: Mapping[str, str], comma: bool) -> Measured:
    def word(name: str) -> str:
        text = cell.get(name, "").casefold()
        return "" if text in NOTHING else text

    def number(name: str) -> float | None:
        return _number(name, text, comma) if (text := word(name)) else None

    if (sex := SEXES.get(word("sex"))) is None:
        raise _Wrong("Kolom sex diisi 1 atau L untuk laki-laki, 2 atau P untuk perempuan.")
    if (measure := word("measure")) not in POSITIONS:
        raise _Wrong("Kolom measure diisi L bila telentang, H bila berdiri, atau dikosongkan.")
    oedema = OEDEMA.get(word("oedema"), yes_no.read(word("oedema")))
    if oedema is None:
        raise _Wrong("Kolom oedema diisi y atau n.")
    age = number("age_days")
    if age is None and word("birth_date") and word("measured_on"):
        age = (_day("measured_on", word("measured_on")) - _day("birth_date", word("birth_date"))).days
    if age is not None and age < 0:
        raise _Wrong("Umurnya kurang dari 0 hari. Periksa tanggal lahir dan tanggal ukur.")
    return Measured(
        sex=sex,
        age_days=None if age is None else floor(age + 0.5),
        weight_kg=number("weight"),
        length_cm=number("lenhei"),
        position=POSITIONS[measure],
        head_cm=number("headc"),
        muac_cm=number("armc"),
        oedema=oedema,
    )


def _number(name: str, text: str, comma: bool) -> float:
    value = None if "," in text and not comma else numbers.decimal(text, scientific=True)
    if value is None or not isfinite(value):
        raise _Wrong(f"Kolom {name} berisi {text}. Tulis angka saja, misalnya {'8,4' if comma else '8.4'}.")
    return value


def _day(name: str, text: str) -> date:
    try:
        day = dates.full(text)
    except dates.OtherWeekday:
        day = None
    if day is None:
        raise _Wrong(f"Kolom {name} berisi {text}. Tulis tanggal seperti 2026-03-12 atau 12/03/2026.")
    return day


def _results(child: Measured, comma: bool) -> Iterator[str]:
    """The cells of RESULTS. A flagged score has a class too: the flag beside it says to measure again."""
    growth = assess(child)
    yield from (_score(getattr(growth, name), comma) for name in SCORES)
    yield from ("" if (flag := getattr(growth, name)) is None else str(int(flag)) for name in FLAGS)
    yield from ("" if name is None else str(name) for name in _classes(child, growth))


def _classes(child: Measured, growth: Growth) -> Iterator[Class | None]:
    """The classes in the order of CLASSES. Oedema of both feet is gizi buruk at any weight (Permenkes 29/2019)."""
    age, arm = child.age_days, child.muac_cm
    swollen = child.oedema and (age is None or age <= LAST_DAY)
    yield None if growth.zlen is None else class_of("TB/U", growth.zlen)
    yield None if growth.zwei is None else class_of("BB/U", growth.zwei)
    yield Nutrition.SEVERE if swollen else None if growth.zwfl is None else class_of("BB/TB", growth.zwfl)
    yield None if growth.zbmi is None else class_of("IMT/U", growth.zbmi)
    yield None if growth.zhc is None else class_of("LK/U", growth.zhc)
    yield None if age is None or arm is None or arm <= 0 else arm_class(arm, age)


def _score(z: float | None, comma: bool) -> str:
    if z is None:
        return ""
    if isinf(z):
        return "Inf" if z > 0 else "-Inf"
    text = f"{z:.2f}"
    text = "0.00" if text == "-0.00" else text
    return text.replace(".", ",") if comma else text


def _impossible(child: Measured) -> str:
    for name, value, unit in (("weight", child.weight_kg, "kg"), ("lenhei", child.length_cm, "cm")):
        if value is not None and value <= 0:
            return f"Kolom {name} berisi {value:g} {unit}. Itu tidak mungkin; ukur lagi atau kosongkan."
    return ""
