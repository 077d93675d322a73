"""When a health centre is open, as somebody writes it in one cell: "Senin-Kamis 08.00-14.00; Jumat 08.00-11.00"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
ROUND_THE_CLOCK = "24 jam"
MIDNIGHT = 24 * 60  # minutes
_PART = re.compile(r"(?P<days>[a-z' -]*?)\s*(?P<times>\d{1,2}[.:]\d{2}\s*-\s*\d{1,2}[.:]\d{2}|24 jam)?")
_EVERY_DAY = ("setiap hari", "tiap hari")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From ``opens`` to ``closes`` on one weekday (0 is Monday), in minutes after midnight."""

    day: int
    opens: int
    closes: int

    @property
    def is_whole_day(self) -> bool:
        return (self.opens, self.closes) == (0, MIDNIGHT)

    @property
    def times(self) -> str:
        """ "08.00-14.00", or "24 jam"."""
        return ROUND_THE_CLOCK if self.is_whole_day else f"{_clock(self.opens)}-{_clock(self.closes)}"


def parse(written: str) -> tuple[Span, ...]:
    """The hours of a week, sorted. Raises ValueError where a day or a time cannot be read.

    Parts stand between ";" or ",". Days without a time take the next one, a time without a day belongs to the days
    before it; "24 jam" alone means every day. Holidays are not known.
    """
    spans: set[Span] = set()
    waiting: list[int] = []  # days whose time comes later
    last: list[int] = []
    for part in _parts(written):
        read = _PART.fullmatch(part)
        if read is None:
            raise ValueError(part)
        waiting += _days(read["days"].strip()) if read["days"].strip() else []
        if not read["times"]:
            continue
        last = waiting or last or (list(range(7)) if read["times"] == ROUND_THE_CLOCK else [])
        if not last:
            raise ValueError(part)
        opens, closes = _times(read["times"])
        spans |= {Span(day, opens, closes) for day in last}
        waiting = []
    ordered = tuple(sorted(spans))
    if waiting or not ordered or any(a.day == b.day and b.opens < a.closes for a, b in pairwise(ordered)):
        raise ValueError(written)
    return ordered


def written(spans: Iterable[Span]) -> str:
    """The hours as they are stored and shown; neighbouring days with the same hours stand together."""
    by_day: dict[int, list[str]] = {}
    for span in sorted(spans):
        by_day.setdefault(span.day, []).append(span.times)
    runs: list[tuple[int, int, list[str]]] = []
    for day, times in by_day.items():
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == times:
            runs[-1] = (runs[-1][0], day, times)
        else:
            runs.append((day, day, times))
    return "; ".join(f"{_named(first, last)} {', '.join(times)}" for first, last, times in runs)


def now_open(spans: Iterable[Span], at: datetime) -> Span | None:
    """The span in which the moment lies, None while it is closed. ``at`` is on the city's clock."""
    minute = at.hour * 60 + at.minute
    return next((one for one in spans if one.day == at.weekday() and one.opens <= minute < one.closes), None)


def next_open(spans: Iterable[Span], at: datetime) -> datetime:
    """The moment itself while it is open, else the next one at which it opens, within a week. On the city's clock."""
    known = tuple(spans)
    if now_open(known, at) is not None or not known:
        return at
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    days = (midnight + timedelta(days=number) for number in range(8))
    opens = (day + timedelta(minutes=one.opens) for day in days for one in known if one.day == day.weekday())
    return min(moment for moment in opens if moment > at)


def _parts(written: str) -> list[str]:
    text = re.sub(r"\b(?:s\s*/\s*d|s\.d\.?|sampai|hingga)(?=\s|\d)", "-", written.casefold())
    text = re.sub(r"\b(?:pukul|jam|wita|wib|wit)\b(?<!24 jam)", " ", re.sub("[–—]", "-", text))
    text = re.sub(r"(?<=[a-z]):", " ", text)  # "Senin: 08.00-14.00"
    return [" ".join(part.split()) for part in re.split(r"[;,\n]", text) if part.strip()]


def _days(text: str) -> list[int]:
    if text in _EVERY_DAY:
        return list(range(7))
    first, dash, last = text.partition("-")
    start, end = _day(first), _day(last) if dash else _day(first)
    return [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]


def _day(text: str) -> int:
    """The weekday of "senin", "sen", "jum'at" or "ahad"."""
    word = text.strip().replace("'", "")
    if word == "ahad":
        return 6
    found = [place for place, day in enumerate(DAYS) if len(word) >= 3 and day.casefold().startswith(word)]
    if len(found) != 1:
        raise ValueError(text)
    return found[0]


def _times(text: str) -> tuple[int, int]:
    if text == ROUND_THE_CLOCK:
        return 0, MIDNIGHT
    opens, closes = (_minutes(one.strip()) for one in text.split("-"))
    if opens >= closes:
        raise ValueError(text)
    return opens, closes


def _minutes(text: str) -> int:
    hour, minute = map(int, re.split("[.:]", text))
    if minute > 59 or hour * 60 + minute > MIDNIGHT:
        raise ValueError(text)
    return hour * 60 + minute


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}.{minutes % 60:02}"


def _named(first: int, last: int) -> str:
    if (first, last) == (0, 6):
        return "Setiap hari"
    return DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"
