"""The kinds of question a form can ask."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any, Unpack

from flow import words
from flow.form import Doubt, Form, Invalid, Options, Question, QuestionOptions
from flow.reading import dates, names, numbers, yes_no
from flow.reading.dates import DAYS, MONTHS

LARGEST_NUMBER = 1e9  # no measurement is larger, and as a float it may be infinite
MOST_DIGITS = 12  # no measurement has more: "0,9999999999999" is no weight
OPTION_NUMBER = re.compile(r"\(?(?:no|nomor|nomer|pilihan)?[. ]*([0-9]{1,3})[.):]*")


class Text(Question[str]):
    """A few words. ``limit`` in characters."""

    def __init__(self, text: str, *, limit: int = 500, **rest: Unpack[QuestionOptions]):
        super().__init__(text, **rest)
        self.limit = limit

    def read(self, said: str, answers: Form) -> str:
        said = " ".join(said.split())
        if not said:
            raise Invalid(words.EMPTY)
        if len(said) > self.limit:
            raise Invalid(words.TOO_LONG.format(limit=self.limit))
        return said


class Name(Text):
    """The name of one person, without "namanya" before it."""

    def read(self, said: str, answers: Form) -> str:
        try:
            return super().read(names.read(said) if said.strip() else said, answers)
        except names.TwoNames:
            raise Invalid(words.ONE_NAME) from None
        except names.NotAName:
            raise Invalid(words.NEED_NAME) from None


class CallName(Name):
    """A child's call name; empty where it has none yet, to be given later."""

    def options(self, answers: Form) -> Options:
        return {"": words.NO_NAME_YET}

    def read(self, said: str, answers: Form) -> str:
        return "" if words.normal(said) == "1" or names.is_not_yet(said) else super().read(said, answers)

    def show(self, kept: Any, answers: Form) -> str:
        return kept or words.NO_NAME_YET.casefold()


class Photo(Question[str]):
    """A photo; kept as the channel's reference to it."""

    wants = "photo"

    def read(self, said: str, answers: Form) -> str:
        raise Invalid(words.NEED_PHOTO)

    def read_file(self, kind: str, said: str) -> str:
        if kind != "photo":
            raise Invalid(words.NEED_PHOTO)
        return said

    def show(self, kept: Any, answers: Form) -> str:
        return "terlampir" if kept else "–"


class Location(Question[str]):
    """A shared place, kept as "latitude,longitude"."""

    wants = "place"

    def read(self, said: str, answers: Form) -> str:
        raise Invalid(words.NEED_PLACE)

    def read_file(self, kind: str, said: str) -> str:
        if kind != "place":
            raise Invalid(words.NEED_PLACE)
        return said

    def show(self, kept: Any, answers: Form) -> str:
        return "terkirim" if kept else "–"


class Number(Question[float]):
    """A measured number with a decimal comma or point and, if wished, a unit.

    ``units`` are units people write, by their factor, beside those of ``flow.reading.numbers.UNITS``. ``whole``: the
    unit is so small that "3.100" is three thousand one hundred. ``labels`` are words that may stand before the number
    where several are written in one message: "bb" in "BB 8,4 TB 72,5".
    ``low`` and ``high`` refuse impossible values; ``suspect`` asks again about merely unlikely ones.
    """

    def __init__(
        self,
        text: str,
        low: float,
        high: float,
        unit: str = "",
        *,
        units: dict[str, float] | None = None,
        whole: bool = False,
        labels: tuple[str, ...] = (),
        suspect: Callable[[Any, float], Doubt | None] | None = None,
        example: float | None = None,
        **rest: Unpack[QuestionOptions],
    ):
        super().__init__(text, **rest)
        self.low, self.high, self.unit = low, high, unit
        self.units = {**numbers.UNITS.get(unit, {"": 1.0, unit: 1.0}), **(units or {})}
        self.whole, self.labels = whole, labels
        self.suspect, self.example = suspect, example if example is not None else low

    def read(self, said: str, answers: Form) -> float:
        value = numbers.amount(said, self.units, whole=self.whole)
        if value is None:
            raise Invalid(words.number_example(comma(self.example)))
        if abs(value) >= LARGEST_NUMBER or sum(map(str.isdecimal, said)) > MOST_DIGITS:
            raise Invalid(words.between(comma(self.low), comma(self.high), self.unit))
        return round(value, 3)

    def doubt(self, kept: Any, answers: Form) -> Doubt | None:
        return self.suspect(answers, kept) if self.suspect else None

    def check(self, kept: float) -> None:
        """Raise Invalid outside ``low`` and ``high``. Called after likely slips of the pen could be corrected."""
        if not self.low <= kept <= self.high:
            raise Invalid(words.between(comma(self.low), comma(self.high), self.unit))

    def fits(self, kept: Any, answers: Form) -> bool:
        if kept is None:
            return self.optional
        return isinstance(kept, int | float) and not isinstance(kept, bool) and self.low <= kept <= self.high

    def show(self, kept: Any, answers: Form) -> str:
        return "–" if kept is None else f"{comma(kept)} {self.unit}".strip()


class Choice(Question[str]):
    """One of several answers: its number, its words or the beginning of them, or a tap."""

    def __init__(self, text: str, options: Options | Callable[[Any], Options], **rest: Unpack[QuestionOptions]):
        super().__init__(text, **rest)
        self._options = options

    def options(self, answers: Form) -> Options:
        return self._options(answers) if callable(self._options) else self._options

    def read(self, said: str, answers: Form) -> str:
        return pick(said, self.options(answers))

    def fits(self, kept: Any, answers: Form) -> bool:
        return kept in self.options(answers) or (kept is None and self.optional)

    def show(self, kept: Any, answers: Form) -> str:
        return "–" if kept is None else self.options(answers).get(kept, str(kept))


class YesNo(Question[bool]):
    def options(self, answers: Form) -> Options:
        return {"ya": "Ya", "tidak": "Tidak"}

    def read(self, said: str, answers: Form) -> bool:
        meant = yes_no.read(said)
        return pick(said, self.options(answers)) == "ya" if meant is None else meant

    def fits(self, kept: Any, answers: Form) -> bool:
        return isinstance(kept, bool) or (kept is None and self.optional)

    def show(self, kept: Any, answers: Form) -> str:
        return "–" if kept is None else "Ya" if kept else "Tidak"


class Choices(Question[list[str]]):
    """Several answers: toggled where the channel can, typed as "1, 3" anywhere. ``none`` is the label for none."""

    def __init__(
        self,
        text: str,
        options: Options | Callable[[Any], Options],
        *,
        none: str = words.NONE,
        **rest: Unpack[QuestionOptions],
    ):
        super().__init__(text, **rest)
        self._options, self.none = options, none

    def options(self, answers: Form) -> Options:
        return self._options(answers) if callable(self._options) else self._options

    def read(self, said: str, answers: Form) -> list[str]:
        options = self.options(answers)
        heard = words.normal(said)
        if heard in words.NOTHING or heard == words.normal(self.none) or yes_no.read(said) is False:
            return []
        parts = [part for part in re.split(r"[\s,.;/&+]+|\bdan\b", said) if part]
        if not all(part.isdecimal() for part in parts):
            parts = [part for part in re.split(r"\s*(?:,|;|\bdan\b)\s*", said.strip()) if part]
        try:
            keys = {pick(part, options) for part in parts}
        except Invalid:
            raise Invalid(words.PICK_SOME) from None
        return [key for key in options if key in keys]

    def fits(self, kept: Any, answers: Form) -> bool:
        if kept is None:
            return self.optional
        options = self.options(answers)
        return isinstance(kept, list) and all(key in options for key in kept)  # pyright: ignore[reportUnknownVariableType]

    def show(self, kept: Any, answers: Form) -> str:
        options = self.options(answers)
        return ", ".join(options.get(key, key) for key in kept or ()) or self.none.casefold()


class Search(Question[str]):
    """One of many known names, found by writing a part of it. ``known(answers)`` gives key -> name."""

    def __init__(self, text: str, known: Callable[[Any], Options], **rest: Unpack[QuestionOptions]):
        super().__init__(text, **rest)
        self.known = known

    def read(self, said: str, answers: Form) -> str:
        heard, known = words.normal(said), self.known(answers)
        names = {key: words.normal(name) for key, name in known.items()}
        found = [key for key, name in names.items() if name == heard]
        found = found or [key for key, name in names.items() if len(heard) >= 2 and name.startswith(heard)]
        found = found or [key for key, name in names.items() if len(heard) >= 3 and heard in name]
        if len(found) == 1:
            return found[0]
        near = found or [key for key, name in names.items() if name in get_close_matches(heard, names.values(), 3, 0.5)]
        if not near:
            raise Invalid(words.UNKNOWN_NAME)
        raise Invalid(words.WHICH_NAME.format(names="; ".join(known[key] for key in near[:4])))

    def fits(self, kept: Any, answers: Form) -> bool:
        return kept in self.known(answers)

    def show(self, kept: Any, answers: Form) -> str:
        return self.known(answers).get(kept, "–")


class Day(Question[date]):
    """A date: today, yesterday, or written in any way that ``flow.reading.dates`` reads.

    ``past`` days back are accepted, ``ahead`` days forward, and nothing before the day that the fact ``since`` names.
    ``suggest`` gives days to tap, offset -> words. Words like "hari ini" count from the day on which they are said:
    the fact ``said_on`` (ISO), and where there is none, ``today``, the day of the form.
    """

    def __init__(
        self,
        text: str,
        *,
        past: int = 0,
        ahead: int = 0,
        suggest: dict[int, str] | None = None,
        since: str = "",
        **rest: Unpack[QuestionOptions],
    ):
        super().__init__(text, **rest)
        self.past, self.ahead, self.since = past, ahead, since
        self.suggest = suggest or {}

    def options(self, answers: Form) -> Options:
        said_on, opened = said_day(answers), date.fromisoformat(answers.facts["today"])
        if said_on == opened:
            return {str(offset): label for offset, label in self.suggest.items()}
        # The form was begun on another day, which "hari ini" might mean too.
        days = {offset: said_on + timedelta(days=offset) for offset in self.suggest}
        return {str(offset): f"{label}, {day_and_month(days[offset])}" for offset, label in self.suggest.items()}

    def read(self, said: str, answers: Form) -> str:
        today = said_day(answers)
        first, last = today - timedelta(days=self.past), today + timedelta(days=self.ahead)
        if begun := answers.facts.get(self.since):
            first = max(first, date.fromisoformat(begun))
        try:
            day = dates.read(said, today, first, last)
        except dates.OtherWeekday as other:
            raise Invalid(words.other_weekday(show_day(other.day))) from None
        if day is None:
            try:
                day = today + timedelta(days=int(pick(said, self.options(answers))))
            except Invalid:
                raise Invalid(words.NEED_DATE) from None
        if day > last:
            raise Invalid(words.not_after(show_day(last)))
        if day < first:
            raise Invalid(words.not_before(show_day(first)))
        return day.isoformat()

    def load(self, kept: Any) -> date:
        return date.fromisoformat(kept)

    def fits(self, kept: Any, answers: Form) -> bool:
        if kept is None:
            return self.optional
        try:
            date.fromisoformat(kept)
        except (TypeError, ValueError):
            return False
        return True

    def show(self, kept: Any, answers: Form) -> str:
        return "–" if kept is None else show_day(date.fromisoformat(kept), said_day(answers))


def pick(said: str, options: Options) -> str:
    """The key of the option meant by its number, its words, or the beginning of one of them. Raises Invalid."""
    heard = words.normal(said)
    written = OPTION_NUMBER.fullmatch(heard)
    for number, (key, label) in enumerate(options.items(), 1):
        if (written and int(written[1]) == number) or heard == words.normal(label):
            return key
    for place in (r"\A", r"\b"):  # the beginning of the label, else of one of its words
        begun = [key for key, label in options.items() if re.search(place + re.escape(heard), words.normal(label))]
        if len(heard) >= 2 and len(begun) == 1:
            return begun[0]
    raise Invalid(words.PICK_ONE)


def comma(number: float) -> str:
    """A number as Indonesians write it: 8.4 -> "8,4", 84.0 -> "84"."""
    return f"{number:.3f}".rstrip("0").rstrip(".").replace(".", ",")


def said_day(answers: Form) -> date:
    """The day on which the open question is answered, from which "hari ini" counts."""
    return date.fromisoformat(answers.facts.get("said_on") or answers.facts["today"])


def show_day(day: date, today: date | None = None) -> str:
    """ "Senin 12 Maret 2026"; "hari ini" and "kemarin" by their names when ``today`` is given."""
    if today is not None and (today - day).days in (0, 1):
        return f"{'hari ini' if day == today else 'kemarin'}, {day_and_month(day)}"
    return f"{DAYS[day.weekday()]} {day_and_month(day)} {day.year}"


def day_and_month(day: date) -> str:
    """ "12 Maret"."""
    return f"{day.day} {MONTHS[day.month - 1]}"
