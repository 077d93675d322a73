"""Where a day lies in the first 1,000 days: the age of a child, the week of a pregnancy, the stage of a family."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

PREGNANCY_DAYS = 280
"""From the first day of the last period (week 0) to the expected day of birth, the HPL."""


TERM_WEEKS = 40
PRETERM_BELOW_WEEKS = 37
CORRECTED_BELOW_DAYS = 731
"""24 months, the day from which the WHO standards take the height standing."""


class Stage(StrEnum):
    """A part of the 1,000 days, and what comes before and after it. The value is the name the lessons use."""

    CATIN = "catin"
    PREGNANT = "hamil"
    NEWBORN = "bayi-0-28-hari"
    MONTHS_1_TO_6 = "bayi-1-6-bulan"
    MONTHS_6_TO_12 = "bayi-6-12-bulan"
    MONTHS_12_TO_24 = "anak-12-24-bulan"
    MONTHS_24_TO_59 = "anak-24-59-bulan"
    AGED_OUT = "lulus-umur"


@dataclass(frozen=True)
class Age:
    """Completed calendar months, the days since the last of them, and all days since birth."""

    months: int
    days: int
    total_days: int

    def __str__(self) -> str:
        parts = [f"{self.months} bulan"] if self.months else []
        if self.days or not parts:
            parts.append(f"{self.days} hari")
        return " ".join(parts)


def months_after(start: date, months: int) -> date:
    """The same day `months` later; the last day of a month that is too short for it."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def age(born: date, today: date) -> Age:
    """The age on `today`, as people say it and as the WHO tables count it (a difference of dates).

    Raises ValueError when the birth lies after `today`.
    """
    if born > today:
        raise ValueError(f"Tanggal lahir {born:%d-%m-%Y} sesudah hari ini, {today:%d-%m-%Y}.")
    months = (today.year - born.year) * 12 + today.month - born.month
    if months_after(born, months) > today:
        months -= 1
    return Age(months, (today - months_after(born, months)).days, (today - born).days)


def corrected_age_days(age_days: int, gestation_weeks: int | None) -> int:
    """Umur koreksi: the age counted from the day on which a child born before 37 weeks was expected.

    It holds until 24 months of age and is negative before the day expected. For a child born at term, or whose weeks
    are not known, it is the age itself. Practice of paediatricians; no regulation names it.
    """
    if gestation_weeks is None or gestation_weeks >= PRETERM_BELOW_WEEKS or age_days >= CORRECTED_BELOW_DAYS:
        return age_days
    return age_days - (TERM_WEEKS - gestation_weeks) * 7


def pregnancy_week(due: date, today: date) -> int:
    """Completed weeks of the pregnancy with HPL `due`: 40 on the HPL itself, more after it.

    Raises ValueError when the pregnancy would only begin after `today`.
    """
    days = (today - (due - timedelta(days=PREGNANCY_DAYS))).days
    if days < 0:
        raise ValueError(f"HPL {due:%d-%m-%Y} terlalu jauh dari hari ini, {today:%d-%m-%Y}.")
    return days // 7


def trimester(week: int) -> int:
    """1, 2 or 3: to 12 weeks, over 12 to 24, over 24 until birth (Permenkes 21/2021)."""
    return 1 if week <= 12 else 2 if week <= 24 else 3


def stage_of_child(born: date, today: date) -> Stage:
    """The stage of a child; from the fifth birthday on it is `AGED_OUT`. Raises ValueError as `age` does."""
    old = age(born, today)
    if old.total_days <= 28:
        return Stage.NEWBORN
    for months, stage in (
        (6, Stage.MONTHS_1_TO_6),
        (12, Stage.MONTHS_6_TO_12),
        (24, Stage.MONTHS_12_TO_24),
        (60, Stage.MONTHS_24_TO_59),
    ):
        if old.months < months:
            return stage
    return Stage.AGED_OUT


def stage_of_pregnancy(due: date, today: date) -> Stage:
    """`PREGNANT` until a birth is reported, also past the HPL; `CATIN` before the pregnancy could have begun."""
    return Stage.PREGNANT if today >= due - timedelta(days=PREGNANCY_DAYS) else Stage.CATIN
