"""The posyandu's letters for a weighing: N, T, O and B (Buku KIA 2023, page 54; posyandu form F1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import floor

from rules.growth import Measured, assess
from rules.stages import age
from rules.tables import Sex

MIN_DAYS = 14
"""Days between two weighings below which they are not judged; the programme's own choice."""
FOLLOWS_Z = 0.05
"""How far a point may lie below its line and still follow it: about half of what a scale in steps of 100 g can
tell; the programme's own reading."""
VISIBLE_Z = 0.1
"""How far a point must lie below its line to count as falling; the programme's own reading."""
DAYS_A_MONTH = 30.4375


class Code(StrEnum):
    N = "N"
    """Naik: the curve follows its line or the gain reaches the KBM."""
    T = "T"
    """Tidak naik: the curve is flat or falls across a line, or the gain stays under the KBM."""
    O = "O"  # noqa: E741 - the form's own letter
    """Weighed this month, not the month before."""
    B = "B"
    """Baru: weighed for the first time."""


@dataclass(frozen=True)
class Weighing:
    on: date
    kg: float


@dataclass(frozen=True)
class Kbm:
    """Kenaikan berat minimal: grams a month by the age reached, from month 1; the last of each row holds to 60 months.

    The city's table stands in content/programme.toml.
    """

    boys: tuple[int, ...]
    girls: tuple[int, ...]

    def grams(self, sex: Sex, month: int) -> int:
        """The minimal gain in grams of the month of life that ends with `month` completed months (1 or more)."""
        row = self.boys if sex == "L" else self.girls
        return row[min(month, len(row)) - 1]


def code_of(sex: Sex, born: date, before: Weighing | None, now: Weighing, kbm: Kbm) -> Code | None:
    """The letter for the weighing `now`, `before` being the last one earlier than it, None if there was none.

    None: not judged, because the two lie less than 14 days apart or the child is under a month old.
    """
    if before is None:
        return Code.B
    if _month(now.on) - _month(before.on) > 1:
        return Code.O
    if (now.on - before.on).days < MIN_DAYS or age(born, now.on).months < 1:
        return None
    return Code.N if gained(sex, born, before, now, kbm) else Code.T


def gained(sex: Sex, born: date, before: Weighing, now: Weighing, kbm: Kbm) -> bool:
    """Whether the gain was sufficient: by the curve, and by the KBM only where its direction is in doubt."""
    if now.kg <= before.kg:
        return False
    was, is_now = _z(sex, born, before), _z(sex, born, now)
    if was is not None and is_now is not None:
        if is_now >= was - FOLLOWS_Z:
            return True
        if was - is_now >= VISIBLE_Z and floor(is_now) < floor(was):
            return False
    return round((now.kg - before.kg) * 1000) >= expected_grams(sex, born, before.on, now.on, kbm)


def expected_grams(sex: Sex, born: date, start: date, end: date, kbm: Kbm) -> int:
    """The KBM of the months passed, at least one, the last being that of the age reached."""
    months = max(1, round((end - start).days / DAYS_A_MONTH))
    reached = max(1, age(born, end).months)
    return sum(kbm.grams(sex, month) for month in range(max(1, reached - months + 1), reached + 1))


def twice_not_gained(codes: Sequence[Code | None]) -> bool:
    """2T: the last two judged weighings, the newest last, are both T. A missed month is skipped; it is no T."""
    return _last_two(codes) == [Code.T, Code.T]


def gained_again(codes: Sequence[Code | None]) -> bool:
    """The newest weighing is N and the last one judged before it was T."""
    return bool(codes) and codes[-1] is Code.N and _last_two(codes) == [Code.T, Code.N]


def _last_two(codes: Sequence[Code | None]) -> Sequence[Code | None]:
    return [code for code in codes if code in (Code.N, Code.T)][-2:]


def below_red_line(zwei: float) -> bool:
    """BGM, below the red line of the KMS: BB/U under -3 SD."""
    return round(zwei, 2) < -3


def _month(day: date) -> int:
    return day.year * 12 + day.month


def _z(sex: Sex, born: date, weighing: Weighing) -> float | None:
    return assess(Measured(sex, (weighing.on - born).days, weighing.kg)).zwei
