"""Read one cell in the many forms that people and Excel give it, or raise a sentence that says what to write."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from content.emergency import DIALLED
from flow.reading import dates, numbers, yes_no
from flow.reading.characters import ascii_digits, plain_dashes, visible
from flow.reading.phones import e164
from reports.workbook.names import meant, norm, tidy
from reports.workbook.package import Broken
from reports.workbook.problem import Wrong
from rules import opening_hours

Cell = int | float | str | bool | date | datetime | time | timedelta | Broken | None

EXCEL_DAY_0 = date(1899, 12, 30)
EXCEL_DAYS = range(14_611, 73_051)  # 1940 to 2099: a date whose cell was formatted as a number
STILL = date.max  # in the place of a last day: the role has none
SHORT_CODES = 10**6  # below it are numbers like 112 or 14045, which have no code of an area
LOST_DIGITS = 10**15  # Excel keeps 15 digits of a number
TOO_LARGE = 1e9  # no column holds such a number
BECAME_A_DATE = "Excel mengubah isi sel ini menjadi tanggal. Ubah format kolom menjadi Teks, lalu tulis ulang."
BECAME_A_NUMBER = (
    "Excel menyimpan {what} ini sebagai angka sehingga digit terakhirnya hilang. "
    "Ubah format kolom menjadi Teks, lalu tulis ulang{more}."
)
NO_VALUE = "Sel ini berisi pesan kesalahan Excel ({shown}), bukan isinya. Tulis isinya langsung, atau kosongkan."
NOT_CALCULATED = (
    "Rumus di sel ini belum ada hasilnya. Buka berkasnya di Excel, simpan, lalu kirim lagi; atau tulis isinya langsung."
)
_ERROR_TEXT = re.compile(
    r"#(?:N/?A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|BLOCKED!)|Err:[0-9]{3}", re.IGNORECASE
)


class Kind(Protocol):
    """A kind of column. ``look`` is how Excel should show it; ``choices`` fill its drop-down."""

    @property
    def look(self) -> str: ...
    @property
    def choices(self) -> tuple[str, ...]: ...
    def read(self, raw: Cell) -> Any:
        """The value of a cell that is not empty. Raises Wrong."""
        ...


def clean(raw: Cell) -> Cell:
    """The cell without marks that nobody sees; the text of an error (as of a saved .csv) as the error that it is."""
    if not isinstance(raw, str):
        return raw
    text = visible(raw)
    return Broken(text.strip()) if _ERROR_TEXT.fullmatch(text.strip()) else text


def has_value(raw: Cell) -> Cell:
    """The cell. Raises Wrong where it shows an error or holds a formula without its result."""
    if isinstance(raw, Broken):
        raise Wrong(NO_VALUE.format(shown=raw.shown) if raw.shown else NOT_CALCULATED)
    return raw


def is_empty(raw: Cell) -> bool:
    """Whether the cell is empty, blank, or has the dash that people write for nothing."""
    return raw is None or (isinstance(raw, str) and raw.strip() in ("", "-", "–", "—"))


def show(raw: Cell) -> str:
    """The cell's value as its writer sees it in Excel."""
    if isinstance(raw, bool):
        return "ya" if raw else "tidak"
    if isinstance(raw, int | float):
        return f"{raw:.15g}".replace(".", ",")
    if isinstance(raw, datetime | date):
        return f"{raw:%d/%m/%Y}"
    if isinstance(raw, Broken):
        return raw.shown
    return "" if raw is None else str(raw).strip()


@dataclass(frozen=True)
class Text:
    longest: int = 120
    look: str = "text"
    choices: tuple[str, ...] = ()

    def read(self, raw: Cell) -> str:
        text = tidy(_plain(_no_date(raw)))
        if len(text) > self.longest:
            raise Wrong(f"Tulisan ini terlalu panjang. Cukup {self.longest} huruf.")
        return text


def code_of(text: str) -> str:
    """A code in its one way of writing: capitals, no blanks, "-" for every dash."""
    return "".join(plain_dashes(ascii_digits(text)).split()).upper()


@dataclass(frozen=True)
class Code:
    """A city's own code, as ``code_of`` writes it."""

    look: str = "text"
    choices: tuple[str, ...] = ()

    def read(self, raw: Cell) -> str:
        _has_all_digits(raw, "kode")
        code = code_of(_plain(_no_date(raw)))
        if len(code) > 40:
            raise Wrong("Kode ini terlalu panjang. Cukup 40 huruf dan angka, misalnya KDR-0001.")
        return code


@dataclass(frozen=True)
class OneOf:
    """One of a list, in any case; ``also`` maps other spellings to it."""

    choices: tuple[str, ...]
    also: Mapping[str, str] = field(default_factory=dict[str, str])
    look: str = "text"

    def read(self, raw: Cell) -> str:
        word = show(raw)
        known = {norm(choice): choice for choice in self.choices} | {norm(k): v for k, v in self.also.items()}
        if norm(word) in known:
            return known[norm(word)]
        listed = ", ".join(self.choices[:-1]) + " atau " + self.choices[-1]
        raise Wrong(f"Tulis {listed}.{meant(word, self.choices)}")


@dataclass(frozen=True)
class YesNo:
    look: str = "text"
    choices: tuple[str, ...] = ("ya", "tidak")

    def read(self, raw: Cell) -> bool:
        meant = yes_no.read(show(raw))
        return OneOf(self.choices).read(raw) == "ya" if meant is None else meant


@dataclass(frozen=True)
class Number:
    """``doubt`` gives the sentence for a value outside the limits; the unit may be written behind the number."""

    low: float
    high: float
    unit: str
    example: str
    doubt: Callable[[float], str] = lambda value: ""
    whole: bool = False
    look: str = "number"
    choices: tuple[str, ...] = ()

    def read(self, raw: Cell) -> float:
        if isinstance(raw, datetime | date):
            raise Wrong(
                "Excel mengubah angka ini menjadi tanggal. Ubah format sel menjadi Angka, "
                f"lalu tulis ulang, misalnya {self.example}."
            )
        value = self._value(raw)
        if not self.low <= value <= self.high:
            limits = f"Angkanya antara {show(self.low)} dan {show(self.high)} {self.unit}"
            raise Wrong(f"{self.doubt(value)} {limits}, misalnya {self.example}.".strip())
        return round(value) if self.whole else round(value, 3)

    def _value(self, raw: Cell) -> float:
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return float(raw)
        value = numbers.amount(show(raw), numbers.UNITS.get(self.unit, {"": 1, self.unit: 1}), whole=self.whole)
        if value is None or not 0 <= value < TOO_LARGE:
            raise Wrong(f"Tulis angka saja, misalnya {self.example}.")
        return value


@dataclass(frozen=True)
class Date:
    """A calendar date: Excel's own, or written day first, ISO, or with the month in words."""

    look: str = "date"
    choices: tuple[str, ...] = ()

    def read(self, raw: Cell) -> date:
        if isinstance(raw, datetime):
            return raw.date()
        if isinstance(raw, date):
            return raw
        if isinstance(raw, int | float) and int(raw) in EXCEL_DAYS:
            return EXCEL_DAY_0 + timedelta(days=int(raw))
        try:
            day = dates.full(show(raw))
        except dates.OtherWeekday as other:
            raise Wrong(f"Tanggal ini jatuh pada hari {dates.DAYS[other.day.weekday()]}. Periksa kembali.") from None
        if day is None:
            raise Wrong("Tulis tanggal seperti 12/03/2026: hari, bulan, lalu tahun empat angka.")
        return day


@dataclass(frozen=True)
class LastDay(Date):
    """A last day, or STILL where somebody writes that there is none yet."""

    def read(self, raw: Cell) -> date:
        return STILL if isinstance(raw, str) and norm(raw) in ("belum", "masih", "aktif") else super().read(raw)


@dataclass(frozen=True)
class Who:
    """Somebody by NIP, by their own code or by name; ``register`` finds out which. A NIP keeps its digits alone."""

    look: str = "text"
    choices: tuple[str, ...] = ()

    def read(self, raw: Cell) -> str:
        _has_all_digits(raw, "NIP", " NIP")
        said = Text().read(raw)
        digits = re.sub(r"[\s.\-']", "", ascii_digits(said))
        return Nip().read(digits) if digits.isdigit() and len(digits) == 18 else said


@dataclass(frozen=True)
class Phone:
    """An Indonesian mobile number, kept as E.164: +6281234567890."""

    look: str = "text"
    choices: tuple[str, ...] = ()

    def read(self, raw: Cell) -> str:
        number = e164(_plain(raw))
        if number is None:
            raise Wrong("Tulis satu nomor HP saja, misalnya 081234567890.")
        return number


@dataclass(frozen=True)
class Dialled:
    """A number that can be called from any telephone, kept as it is written: "0401-3121234", "119", "0811 400 123"."""

    look: str = "text"
    choices: tuple[str, ...] = ()

    def read(self, raw: Cell) -> str:
        if isinstance(raw, int | float) and raw >= SHORT_CODES:
            raise Wrong(
                "Excel menghapus angka 0 di depan nomor ini. "
                "Ubah format kolom menjadi Teks, lalu tulis ulang, misalnya 0401-3121234."
            )
        number = tidy(ascii_digits(_plain(raw)))
        if not DIALLED.fullmatch(number):
            raise Wrong("Tulis satu nomor telepon saja, misalnya 0401-3121234 atau 081234567890.")
        digits = "".join(one for one in number.partition(" ext ")[0] if one.isdigit())
        if not (digits.startswith("0") or number.startswith("+") or int(digits) < SHORT_CODES):
            raise Wrong("Tulis nomor ini dengan kode daerahnya, misalnya 0401-3121234.")
        return number


@dataclass(frozen=True)
class Hours:
    """When a puskesmas is open, kept in the one way in which ``rules.opening_hours`` writes it."""

    look: str = "text"
    choices: tuple[str, ...] = ()

    def read(self, raw: Cell) -> str:
        try:
            hours = opening_hours.written(opening_hours.parse(show(raw)))
            if len(hours) > 400:
                raise ValueError(hours)
            return hours
        except ValueError:
            raise Wrong(
                "Tulis hari dan jamnya, misalnya Senin-Kamis 08.00-14.00; Jumat 08.00-11.00. Buka terus? Tulis 24 jam."
            ) from None


@dataclass(frozen=True)
class Nip:
    """The 18 digits of a PNS or a PPPK (Perka BKN 22/2007, PP 49/2018): birth date, year of appointment, its month
    (PNS) or a code from 21 on (PPPK), sex, serial."""

    look: str = "text"
    choices: tuple[str, ...] = ()

    def read(self, raw: Cell) -> str:
        _has_all_digits(raw, "NIP", " NIP")
        nip = re.sub(r"[\s.\-']", "", ascii_digits(_plain(raw)))
        if not re.fullmatch(r"[0-9]{18}", nip):
            count = f" Yang tertulis {len(nip)} angka." if nip.isdigit() else ""
            raise Wrong(f"NIP terdiri dari 18 angka.{count} Contoh: 198503122010011001.")
        try:
            born = date(int(nip[:4]), int(nip[4:6]), int(nip[6:8]))
        except ValueError:
            born = date.min
        if born.year < 1940:
            raise Wrong("Delapan angka pertama NIP adalah tanggal lahir (tahun, bulan, hari). Periksa kembali.")
        if int(nip[8:12]) < born.year + 15:
            raise Wrong("Angka ke-9 sampai ke-12 NIP adalah tahun pengangkatan. Periksa kembali.")
        if not (1 <= int(nip[12:14]) <= 12 or int(nip[12:14]) >= 21):
            raise Wrong("Angka ke-13 dan ke-14 NIP adalah 01 sampai 12 (PNS) atau 21 ke atas (PPPK). Periksa kembali.")
        if nip[14] not in "12":
            raise Wrong("Angka ke-15 NIP adalah 1 (laki-laki) atau 2 (perempuan). Periksa kembali.")
        if nip.endswith("000"):
            raise Wrong(
                "Tiga digit terakhir NIP ini hilang: nomor urut tidak pernah 000. Excel menggantinya dengan 0 waktu "
                "NIP masih berupa angka. Ubah format kolom menjadi Teks, lalu tulis ulang NIP."
            )
        return nip


def _plain(raw: Cell) -> str:
    """The cell as text; a whole number without its decimal point."""
    return str(int(raw)) if isinstance(raw, float) and raw.is_integer() else show(raw)


def _no_date(raw: Cell) -> Cell:
    """The cell of a text. Raises Wrong where Excel has made a date or a time of it, as of the code "3-1"."""
    if isinstance(raw, date | time | timedelta):
        raise Wrong(BECAME_A_DATE)
    return raw


def _has_all_digits(raw: Cell, what: str, more: str = "") -> None:
    """Raises Wrong for a number of which Excel keeps no more than 15 digits."""
    if isinstance(raw, int | float) and raw >= LOST_DIGITS:
        raise Wrong(BECAME_A_NUMBER.format(what=what, more=more))
