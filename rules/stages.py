"""Dates of the first 1,000 days: age of a child, week of a pregnancy, expected and possible days of birth."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

PREGNANCY_DAYS = 280
"""Days from the first day of the last period (week 0) to the expected day of birth, the HPL."""

EARLIEST_BIRTH = timedelta(days=140)
"""Days before the HPL; earlier, at 20 weeks, it is not a birth yet."""

BORN_WEEKS = range(22, 45)
"""Completed weeks at birth that are accepted, here and in the workbook."""

SHORTEST_MONTH = 28  # days
TERM_WEEKS = 40
PRETERM_BELOW_WEEKS = 37
CORRECTED_BELOW_DAYS = 731
"""Days: 24 months, from which the WHO standards take height standing."""


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

    @property
    def short(self) -> str:
        """ "14 bulan"; days in the first month."""
        return f"{self.months} bulan" if self.months else f"{self.days} hari"


def months_after(start: date, months: int) -> date:
    """The same day `months` later; the last day of a month that is too short for it."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if start.day <= SHORTEST_MONTH:  # the fast path: planning calls this a million times a morning
        return date(year, month + 1, start.day)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def age(born: date, today: date) -> Age:
    """The age on `today`, in months and days as people say it and in days as the WHO tables count it.

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


def due_from_last_period(first_day: date) -> date:
    """The HPL from the first day of the last period, the HPHT (Naegele: 280 days later)."""
    return first_day + timedelta(days=PREGNANCY_DAYS)


def due_from_week(week: float, today: date) -> date:
    """An estimate of the HPL from about how many weeks the pregnancy has lasted."""
    return today + timedelta(days=PREGNANCY_DAYS - round(week * 7))


def earliest_birth(due: date) -> date:
    """The first day on which a birth is accepted."""
    return due - EARLIEST_BIRTH


def gestation_weeks(due: date, born: date) -> int | None:
    """Completed weeks of pregnancy at birth, by a sure HPL; None where the two dates cannot both be right."""
    weeks = (born - (due - timedelta(days=PREGNANCY_DAYS))).days // 7
    return weeks if weeks in BORN_WEEKS else None


def birth_questions(due: date, sure: bool) -> tuple[date, ...]:
    """The days on which a family is asked about the birth: after the HPL, and before it where the HPL is a guess.

    On the day after the HPL a lesson asks, and every lesson of the last weeks has a button to report the birth.
    """
    return tuple(due + timedelta(days=days) for days in ((10,) if sure else (-10, 10)))


def trimester(week: int) -> int:
    """1, 2 or 3: to 12 weeks, over 12 to 24, over 24 until birth (Permenkes 21/2021)."""
    return 1 if week <= 12 else 2 if week <= 24 else 3
