"""Read one cell in the many forms that people and Excel give it, or raise a sentence that says what to write."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from content.emergency import DIALLED
from db.people import e164
from reports.workbook.names import meant, norm, tidy
from reports.workbook.problem import Wrong
from rules import opening_hours

Cell = int | float | str | bool | date | datetime | time | timedelta | None

MONTHS = {
    "jan": 1, "feb": 2, "peb": 2, "mar": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6, "jul": 7, "agu": 8, "agt": 8,
    "ags": 8, "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "nop": 11, "des": 12, "dec": 12,
}  # fmt: skip
EXCEL_DAY_0 = date(1899, 12, 30)
EXCEL_DAYS = range(14_611, 73_051)  # 1940 to 2099: a date whose cell was formatted as a number
SHORT_CODES = 10**6  # below it are numbers like 112 or 14045, which have no code of an area
LOST_DIGITS = 10**15  # Excel keeps 15 digits of a number


class Kind(Protocol):
    """A kind of column. ``look`` is how Excel should show it; ``choices`` fill its drop-down."""

    @property
    def look(self) -> str: ...
    @property
    def choices(self) -> tuple[str, ...]: ...
    def read(self, raw: Cell) -> Any:
        """The value of a cell that is not empty. Raises Wrong."""
        ...


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
    return "" if raw is None else str(raw).strip()


@dataclass(frozen=True)
class Text:
    longest: int = 120
    look: str = "text"
    choices: tuple[str, ...] = ()

    def read(self, raw: Cell) -> str:
        text = tidy(_plain(raw))
        if len(text) > self.longest:
            raise Wrong(f"Tulisan ini terlalu panjang. Cukup {self.longest} huruf.")
        return text


@dataclass(frozen=True)
class Code:
    """A city's own code: capitals, no blanks."""

    look: str = "text"
    choices: tuple[str, ...] = ()

    def read(self, raw: Cell) -> str:
        code = "".join(_plain(raw).split()).upper()
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
        return OneOf(self.choices, {"y": "ya", "ada": "ya", "t": "tidak", "tidak ada": "tidak"}).read(raw) == "ya"


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
        text = show(raw).casefold().removesuffix(".").removesuffix(self.unit).replace(" ", "")
        if self.whole and re.fullmatch(r"\d{1,3}(\.\d{3})+", text):
            text = text.replace(".", "")  # 2.900 is how two thousand nine hundred is written here
        if not re.fullmatch(r"\d+([.,]\d+)?", text):
            raise Wrong(f"Tulis angka saja, misalnya {self.example}.")
        return float(text.replace(",", "."))


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
            return date(*_year_month_day(show(raw).casefold()))
        except ValueError:
            raise Wrong("Tulis tanggal seperti 12/03/2026: hari, bulan, lalu tahun empat angka.") from None


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
        number = tidy(_plain(raw))
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
        if isinstance(raw, int | float) and raw >= LOST_DIGITS:
            raise Wrong(
                "Excel menyimpan NIP ini sebagai angka sehingga digit terakhirnya hilang. "
                "Ubah format kolom menjadi Teks, lalu tulis ulang NIP."
            )
        nip = re.sub(r"[\s.\-']", "", _plain(raw))
        if not re.fullmatch(r"\d{18}", nip):
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
        return nip


def _plain(raw: Cell) -> str:
    """The cell as text; a whole number without its decimal point."""
    return str(int(raw)) if isinstance(raw, float) and raw.is_integer() else show(raw)


def _year_month_day(text: str) -> tuple[int, int, int]:
    if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ][\d:.]+)?", text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := re.fullmatch(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})", text):
        return int(match[3]), int(match[2]), int(match[1])
    if match := re.fullmatch(r"(\d{1,2})[\s\-/]*([a-z]{3,9})\.?[\s\-/,]*(\d{4})", text):
        return int(match[3]), MONTHS.get(match[2][:3], 0), int(match[1])
    raise ValueError(text)
