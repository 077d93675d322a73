"""Dates people write: "12/3", "Senin, 2 Maret", "1 Peb", "kemarin sore", "3 hari lalu", "senin lalu"."""

from __future__ import annotations

import re
from datetime import date, timedelta
from difflib import get_close_matches
from typing import NamedTuple

from flow.reading.characters import ascii_digits

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")

_MONTHS = {name.casefold(): number for number, name in enumerate(MONTHS, 1)} | {
    "pebruari": 2, "may": 5, "august": 8, "october": 10, "nopember": 11, "december": 12, "january": 1, "february": 2,
    "march": 3, "june": 6, "july": 7,
}  # fmt: skip
_SHORT_MONTHS = {"mrt": 3, "agt": 8, "ags": 8, "agst": 8, "sept": 9}
_DAYS = {name.casefold(): number for number, name in enumerate(DAYS)} | {
    "ahad": 6, "jumaat": 4, "sen": 0, "sel": 1, "rab": 2, "kam": 3, "jum": 4, "sab": 5, "ming": 6,
}  # fmt: skip
_NUMBERS = {
    "se": 1, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9,
    "sepuluh": 10,
}  # fmt: skip
_OFFSETS = {
    "hari ini": 0, "hr ini": 0, "hri ini": 0, "sekarang": 0, "skrg": 0, "tadi": 0, "barusan": 0,
    "baru saja": 0, "baru tadi": 0,
    "kemarin": -1, "kemaren": -1, "kmrn": -1, "kmarin": -1, "kmaren": -1, "semalam": -1,
    "kemarin dulu": -2, "kemarin lusa": -2, "kemaren lusa": -2, "lusa kemarin": -2, "dua hari kemarin": -2,
    "besok": 1, "bsk": 1, "besuk": 1, "lusa": 2,
}  # fmt: skip

_TIME_OF_DAY = r"(?:subuh|pagi|siang|sore|petang|malam)"
_THIS_DAY = re.compile(rf"tadi {_TIME_OF_DAY}|{_TIME_OF_DAY} (?:tadi|ini)")
_LAST_NIGHT = re.compile(r"tadi malam|malam tadi|malam kemarin")
_COUNTED = re.compile(
    rf"([0-9]{{1,3}}|{'|'.join(_NUMBERS)})\s*(hari|hr|minggu|mgg|pekan)\s+"
    r"(?:(?:yang|yg)\s+)?(lalu|lewat|kemarin|kemaren|sebelumnya|lagi|ke depan|mendatang)"
)
_WEEKDAY = re.compile(
    rf"(hari )?({'|'.join(_DAYS)})(?: (?:(?:yang|yg) )?(lalu|kemarin|kemaren|lewat|tadi|ini|depan|besok|nanti))?"
    rf"(?: {_TIME_OF_DAY})?"
)
_ISO = re.compile(r"([0-9]{4})\s*[-/.]\s*([0-9]{1,2})\s*[-/.]\s*([0-9]{1,2})(?:[t ][0-9:.]+)?")
_YEAR = r"(?P<year>[0-9]{4}|[0-9]{2})"
_WRITTEN = re.compile(rf"(?P<day>[0-9]{{1,2}})[\s/.\-]+(?P<month>[0-9]{{1,2}})(?:[\s/.,\-]+{_YEAR})?")
_IN_WORDS = re.compile(rf"(?P<day>[0-9]{{1,2}})[\s/.\-]*(?P<month>[a-z]{{3,9}})\.?(?:[\s/.,\-]*{_YEAR})?")
_BEFORE = re.compile(rf"^(?:pada\s+)?(?:hari\s+)?(?:({'|'.join(_DAYS)})[\s,]+)?(?:tanggal|tgl)?\b\.?[\s:]*(?=[0-9])")
_DAY_ALONE = re.compile(rf"(?:pada )?(?:hari )?(?:({'|'.join(_DAYS)})[ ,]+)?(?:tanggal|tgl)\.? ?([0-9]{{1,2}})")
_AFTER = re.compile(r"\s+(?:(?:jam|pukul|pkl)\b.*|kemarin|kemaren|tadi|(?:(?:yang|yg) )?lalu)$")


class OtherWeekday(ValueError):
    """The date that was written is not on the weekday written before it; ``day`` is the date."""

    def __init__(self, day: date) -> None:
        super().__init__(day.isoformat())
        self.day = day


class Written(NamedTuple):
    """A date as it was written: ``year`` is None where none was, ``weekday`` counts from 0, Monday."""

    day: int
    month: int
    year: int | None
    weekday: int | None
    short: bool = False  # the year was written with two digits


def read(said: str, today: date, first: date, last: date) -> date | None:
    """The day that was meant on the day ``today``, or None. It may lie outside of ``first`` to ``last``.

    Without a year it is the nearest such day from ``first`` to ``last``. Raises OtherWeekday.
    """
    text = _folded(said)
    if (near := _relative(text, today, last)) is not None:
        return near
    if (found := _written(text)) is None:
        return None
    years = [today.year - 1, today.year, today.year + 1] if found.year is None else [found.year]
    days = [day for year in years if (day := _date(year, found.month, found.day)) is not None]
    likely = [day for day in days if first <= day <= last] or days
    if not likely:
        return None
    on_it = [day for day in likely if found.weekday in (None, day.weekday())]
    nearest = min(on_it or likely, key=lambda day: abs((day - today).days))
    if not on_it:
        raise OtherWeekday(nearest)
    return nearest


def ahead(said: str, today: date, last: date) -> date | None:
    """The same for a day that lies ahead, where "tanggal 12" alone is the next twelfth. Raises OtherWeekday."""
    if not (alone := _DAY_ALONE.fullmatch(_folded(said))):
        return read(said, today, today, last)
    begun = today.replace(day=1)
    months = (begun, (begun + timedelta(days=31)).replace(day=1))
    days = (_date(month.year, month.month, int(alone[2])) for month in months)
    day = next((day for day in days if day is not None and day >= today), None)
    if day is not None and alone[1] and _DAYS[alone[1]] != day.weekday():
        raise OtherWeekday(day)
    return day


def full(text: str) -> date | None:
    """The date that is written with all four digits of its year, or None. Raises OtherWeekday."""
    found = _written(_folded(text))
    if found is None or found.year is None or found.short:
        return None
    day = _date(found.year, found.month, found.day)
    if day is not None and found.weekday not in (None, day.weekday()):
        raise OtherWeekday(day)
    return day


def _folded(said: str) -> str:
    text = ascii_digits(said).casefold().replace("'", "").replace("’", "").replace("`", "")
    return " ".join(text.split()).strip(' .,!?*_"“”')


def _relative(text: str, today: date, last: date) -> date | None:
    """The day that is named from today on: "kemarin", "3 hari lalu", "senin lalu"."""
    if _LAST_NIGHT.fullmatch(text):
        return today - timedelta(days=1)
    if _THIS_DAY.fullmatch(text):
        return today
    offset = _OFFSETS.get(text, _OFFSETS.get(re.sub(rf" {_TIME_OF_DAY}$", "", text)))
    if offset is not None:
        return today + timedelta(days=offset)
    if counted := _COUNTED.fullmatch(text):
        number = _NUMBERS.get(counted[1]) or int(counted[1])
        days = number * (1 if counted[2] in ("hari", "hr") else 7)
        return today + timedelta(days=days if counted[3] in ("lagi", "ke depan", "mendatang") else -days)
    if weekday := _WEEKDAY.fullmatch(text):
        return _by_weekday(_DAYS[weekday[2]], weekday[2] == "minggu" and not weekday[1], weekday[3] or "", today, last)
    return None


def _by_weekday(weekday: int, may_be_a_week: bool, which: str, today: date, last: date) -> date | None:
    """The nearest such day before or after today. None where it may mean two days."""
    back, ahead = (today.weekday() - weekday) % 7, (weekday - today.weekday()) % 7
    if which and may_be_a_week:
        return None  # "minggu lalu" is a Sunday or a week ago
    if which in ("lalu", "kemarin", "kemaren", "lewat"):
        return today - timedelta(days=back or 7)
    if which == "tadi":
        return today - timedelta(days=back)
    if which in ("depan", "besok", "nanti"):
        # "jumat depan" on a Wednesday is in two days for some people and in nine for others.
        return None if which == "depan" and weekday > today.weekday() else today + timedelta(days=ahead or 7)
    return today + timedelta(days=ahead) if last > today else today - timedelta(days=back)


def _written(text: str) -> Written | None:
    before = _BEFORE.match(text)
    weekday = _DAYS[before[1]] if before and before[1] else None
    text = text[before.end() :] if before else text
    if iso := _ISO.fullmatch(text):
        return Written(int(iso[3]), int(iso[2]), int(iso[1]), weekday)
    text = _AFTER.sub("", text)
    if not (match := _WRITTEN.fullmatch(text) or _IN_WORDS.fullmatch(text)):
        return None
    name = match["month"]
    if not (month := int(name) if name.isdigit() else _month(name)):
        return None
    year = int(match["year"]) if match["year"] else None
    short = year is not None and len(match["year"]) == 2
    return Written(int(match["day"]), month, 2000 + (year or 0) if short else year, weekday, short)


def _month(name: str) -> int | None:
    """The month by its name, the beginning of it, or a usual misspelling ("febuari")."""
    if name in _SHORT_MONTHS:
        return _SHORT_MONTHS[name]
    begun = {number for full_name, number in _MONTHS.items() if full_name.startswith(name)}
    if len(begun) == 1:
        return begun.pop()
    near = get_close_matches(name, _MONTHS, 1, 0.8) if len(name) >= 5 else []
    return _MONTHS[near[0]] if near else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
