"""The day on which a posyandu opens each month, as people write it: "Rabu kedua", "Senin terakhir", "tanggal 12"."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, time, timedelta

from rules.opening_hours import DAYS

LAST = -1
NTH = {"pertama": 1, "kedua": 2, "ketiga": 3, "keempat": 4, "terakhir": LAST}
_OTHERWISE = {"1": 1, "i": 1, "2": 2, "ii": 2, "3": 3, "iii": 3, "4": 4, "iv": 4}
_WEEKDAY = re.compile(r"(?:hari\s+)?([a-z']+)\s+(?:minggu\s+)?(?:ke[- ]?)?([a-z0-9]+)")
_DATE = re.compile(r"(?:tiap\s+|setiap\s+)?(?:tanggal|tgl\.?)\s*(\d{1,2})")
_TIME = re.compile(r"(?:pukul\s+|jam\s+)?(\d{1,2})(?:[.:](\d{2}))?(?:\s*wita|\s*wib|\s*wit)?")


@dataclass(frozen=True, slots=True)
class PosyanduDay:
    """The ``nth`` (1 to 4, or LAST) ``weekday`` (0 is Monday) of each month; or its day ``of_month``."""

    weekday: int = 0
    nth: int = 0
    of_month: int = 0

    def __str__(self) -> str:
        if self.of_month:
            return f"tanggal {self.of_month}"
        return f"{DAYS[self.weekday]} {next(word for word, nth in NTH.items() if nth == self.nth)}"

    def in_month(self, year: int, month: int) -> date:
        """The day in this month; the last day of a month that is too short."""
        first, last = date(year, month, 1), monthrange(year, month)[1]
        if self.of_month:
            return date(year, month, min(self.of_month, last))
        if self.nth == LAST:
            end = date(year, month, last)
            return end - timedelta(days=(end.weekday() - self.weekday) % 7)
        return first + timedelta(days=(self.weekday - first.weekday()) % 7 + 7 * (self.nth - 1))

    def next_from(self, today: date) -> date:
        """The next day on which it opens, today among them."""
        here = self.in_month(today.year, today.month)
        return here if here >= today else self.in_month(today.year + today.month // 12, today.month % 12 + 1)


def parse(written: str) -> PosyanduDay:
    """The day that is written. Raises ValueError for words that name none, or no day that each month has."""
    said = " ".join(written.casefold().replace("jum'at", "jumat").split())
    if found := _DATE.fullmatch(said):
        if not 1 <= int(found[1]) <= 31:
            raise ValueError(written)
        return PosyanduDay(of_month=int(found[1]))
    names = {day.casefold(): number for number, day in enumerate(DAYS)}
    found = _WEEKDAY.fullmatch(said)
    nth = found and ({**NTH, **_OTHERWISE}.get(found[2]) or NTH.get(f"ke{found[2]}"))
    if not found or found[1] not in names or not nth:
        raise ValueError(written)
    return PosyanduDay(names[found[1]], nth)


def parse_time(written: str) -> time:
    """ "08.00", "8", "pukul 8.30". Raises ValueError for anything else."""
    found = _TIME.fullmatch(" ".join(written.casefold().split()))
    if not found:
        raise ValueError(written)
    return time(int(found[1]), int(found[2] or 0))


def clock(at: time) -> str:
    """ "08.00"."""
    return f"{at:%H.%M}"


_BOTH = re.compile(
    r"(.+?)[\s,;]+(?:(?:pukul|jam)\s*(?P<word>\d{1,2}(?:[.:]\d{2})?)|(?P<bare>\d{1,2}[.:]\d{2}))(?:\s*wi(?:ta|b|t))?",
    re.IGNORECASE,
)


def parse_both(written: str) -> tuple[PosyanduDay, time | None]:
    """The day and the hour of "Rabu kedua pukul 8" or "tanggal 12, 08.00"; None for no hour. Raises ValueError."""
    said = " ".join(written.split())
    if found := _BOTH.fullmatch(said):
        return parse(found[1]), parse_time(found["word"] or found["bare"])
    return parse(said), None
