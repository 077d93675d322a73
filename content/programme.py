"""A city's settings of the programme: ``programme.toml``, read once and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, time, timedelta
from math import isfinite
from pathlib import Path
from typing import Any, cast

from content import places
from content.emergency import Emergency, line, review

Optional = str
"""Words that may be empty."""
FILE = Path(__file__).parent / "programme.toml"


class ProgrammeError(Exception):
    """programme.toml cannot be used; the text lists every mistake."""


@dataclass(frozen=True, slots=True)
class Visits:
    every_days: int
    after_danger_days: int
    home_every_days: int
    undo_minutes: int
    correct_days: int
    draft_busy_minutes: int

    @property
    def undo(self) -> timedelta:
        return timedelta(minutes=self.undo_minutes)


@dataclass(frozen=True, slots=True)
class Ladder:
    """Who is told of a visit that is due, in days after it was due; a superior at most once in so many days."""

    visitor_days: tuple[int, ...]
    superior_days: int
    office_days: int
    city_days: int
    superior_every_days: int

    def __post_init__(self) -> None:
        if not self.visitor_days or list(self.visitor_days) != sorted(set(self.visitor_days)):
            raise ValueError("visitor_days harus berisi paling sedikit satu hari, dari yang terkecil")
        if not self.visitor_days[0] < self.superior_days < self.office_days < self.city_days:
            raise ValueError(
                "urutannya harus pendamping dulu, lalu atasan, kantor, dan kota: hari pertama visitor_days lebih kecil "
                "dari superior_days, itu lebih kecil dari office_days, dan itu lebih kecil dari city_days"
            )
        if self.superior_every_days < 1:
            raise ValueError("superior_every_days harus 1 atau lebih")


@dataclass(frozen=True, slots=True)
class Appointments:
    """When visits are proposed: weekdays (0 is Monday) and the hours at which they begin.

    ``introductions_a_day``: so many families are introduced to a foster parent in a day.
    """

    days: tuple[int, ...]
    hours: tuple[time, ...]
    introductions_a_day: int

    def __post_init__(self) -> None:
        if not self.days or not set(self.days) <= set(range(7)) or not self.hours:
            raise ValueError("days harus berisi hari 0 sampai 6 (0 Senin), dan hours paling sedikit satu jam")


@dataclass(frozen=True, slots=True)
class Promises:
    """The weekly question when somebody can visit, and the thanks for months in a row.

    It is asked for the first time ``after_days`` days after the last own reminder, then every ``every_days`` days, with
    ``proposals`` days to tap; a day more than ``at_most_days`` ahead is asked for once more.
    """

    after_days: int
    every_days: int
    proposals: int
    at_most_days: int
    thank_months: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.after_days < 1 or self.every_days < 1 or not 1 <= self.proposals <= 7 or self.at_most_days < 1:
            raise ValueError("after_days, every_days, dan at_most_days paling sedikit 1, proposals 1 sampai 7")
        if any(months < 1 for months in self.thank_months):
            raise ValueError("thank_months berisi bulan, paling sedikit 1")


@dataclass(frozen=True, slots=True)
class Quiet:
    start: time
    end: time
    friday: tuple[time, time]
    sunday: tuple[time, time]


@dataclass(frozen=True, slots=True)
class Ramadan:
    """``days`` are its first and last day by year; nothing is sent in ``evening``; lessons begin at ``hour``.

    Lessons about fasting begin ``lessons_days_before`` its first day.
    """

    days: tuple[tuple[date, date], ...]
    evening: tuple[time, time]
    hour: int
    lessons_days_before: int

    def includes(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.days)

    def is_near(self, day: date) -> bool:
        """Whether lessons about fasting may come on this day."""
        before = timedelta(days=self.lessons_days_before)
        return any(first - before <= day <= last for first, last in self.days)


@dataclass(frozen=True, slots=True)
class Lessons:
    """``first_weeks``: (last day of a child's age, lessons a reader in any seven days), in order; then ``per_week``."""

    per_week: int
    first_weeks: tuple[tuple[int, int], ...]
    hour: int
    second_hour: int
    spread_minutes: int
    chart_day: int
    late_after_days: int
    card_again_days: int
    rainy_months: tuple[int, ...]

    def __post_init__(self) -> None:
        days = [last for last, _ in self.first_weeks]
        if days != sorted(set(days)) or any(count < 1 for _, count in self.first_weeks):
            raise ValueError("first_weeks harus berisi [umur terakhir dalam hari, pesan seminggu], yang termuda dulu")
        if not set(self.rainy_months) <= set(range(1, 13)):
            raise ValueError("rainy_months harus berisi angka bulan, 1 sampai 12")


@dataclass(frozen=True, slots=True)
class Digest:
    """``target_on_time``: the share of the visits of a week that are to be made by their day, in per cent."""

    at: time
    weekly_on: int
    target_on_time: int

    def __post_init__(self) -> None:
        if not 1 <= self.target_on_time <= 100:
            raise ValueError("target_on_time harus 1 sampai 100, dalam persen")


@dataclass(frozen=True, slots=True)
class Lapse:
    """When coordinators are told that visits have lapsed (``rules.lapse``); ``at`` is the hour of the morning."""

    fall_percent: int
    weeks_before: int
    least_a_week: int
    office_weeks: int
    at: time

    def __post_init__(self) -> None:
        if not 1 <= self.fall_percent <= 100 or self.weeks_before < 1 or self.least_a_week < 1 or self.office_weeks < 1:
            raise ValueError("fall_percent harus 1 sampai 100, dan jumlah minggu dan kunjungan paling sedikit 1")


@dataclass(frozen=True, slots=True)
class Invitations:
    """``telegram`` is the bot's name there, ``whatsapp`` the city's number: where the QR code of a card leads."""

    valid_days: int
    tries: int
    wait_minutes: int
    telegram: Optional
    whatsapp: Optional


@dataclass(frozen=True, slots=True)
class Photos:
    allowed: bool


@dataclass(frozen=True, slots=True)
class Privacy:
    """``controller`` answers for the data by law; ``officers`` are the mobile numbers of its data officers."""

    text_version: str
    controller: str
    officers: tuple[str, ...]
    keep_after_months: int
    raw_days: int
    aside_days: int
    message_months: int
    audit_years: int
    contact: str

    def __post_init__(self) -> None:
        if self.audit_years < 1:
            raise ValueError("audit_years harus 1 atau lebih")


@dataclass(frozen=True, slots=True)
class Growth:
    """KBM in grams by the month of age reached, from month 1 on; limits as z-scores, cm and grams."""

    kbm_boys: tuple[int, ...]
    kbm_girls: tuple[int, ...]
    today_bb_tb_below: float
    today_lila_below_cm: float
    soon_bb_tb_below: float
    soon_lila_below_cm: float
    soon_tb_u_below: float
    soon_bb_u_below: float
    soon_lk_u_beyond: float
    soon_loss_g: int
    soon_fall_z: float

    def __post_init__(self) -> None:
        for name, row in (("kbm_boys", self.kbm_boys), ("kbm_girls", self.kbm_girls)):
            if not 1 <= len(row) <= 60:
                raise ValueError(f"{name} harus berisi 1 sampai 60 bulan")


@dataclass(frozen=True, slots=True)
class Referrals:
    """When an unanswered referral climbs: reminder, head of the puskesmas, coordinator, counted from its opening.

    ``now_again_minutes``: of what must be seen at once the coordinators hear again and again. ``now_arrives_minutes``:
    an alert that has not arrived after so long goes to the other channel, and to the next person. ``silent_minutes``:
    how long somebody may leave the question unanswered whether danger happens now, until people are told all the same.
    ``open_*``: what is offered once a day while a referral stays open after all of that.
    """

    now_minutes: tuple[int, ...]
    now_again_minutes: int
    now_arrives_minutes: int
    silent_minutes: int
    duty_until: time
    ask_now_after_hours: int
    today_hours: tuple[int, ...]
    soon_days: tuple[int, ...]
    ask_today_after_days: int
    ask_after_days: int
    open_urgent_days: int
    open_soon_days: int
    open_shown: int
    open_rest_days: int
    open_city_days: int

    def __post_init__(self) -> None:
        if min(self.open_urgent_days, self.open_soon_days, self.open_rest_days, self.open_city_days) < 1:
            raise ValueError("hari-hari untuk rujukan yang tetap terbuka harus 1 atau lebih")
        if not 1 <= self.open_shown <= 5:
            raise ValueError("open_shown harus 1 sampai 5")
        if any(len(steps) != 3 for steps in (self.now_minutes, self.today_hours, self.soon_days)):
            raise ValueError("now_minutes, today_hours, dan soon_days masing-masing harus berisi tiga angka")
        if self.now_again_minutes < 1:
            raise ValueError("now_again_minutes harus 1 atau lebih")

    def climbs_after(self, urgent: bool) -> tuple[timedelta, ...]:
        """The times after opening at which an unanswered referral is escalated: three steps."""
        if urgent:
            return tuple(timedelta(hours=hours) for hours in self.today_hours)
        return tuple(timedelta(days=days) for days in self.soon_days)

    @property
    def arrives_within(self) -> timedelta:
        return timedelta(minutes=self.now_arrives_minutes)

    @property
    def asks_now_after(self) -> timedelta:
        return timedelta(hours=self.ask_now_after_hours)

    def asks_after(self, urgent: bool) -> timedelta:
        return timedelta(days=self.ask_today_after_days if urgent else self.ask_after_days)


@dataclass(frozen=True, slots=True)
class Questions:
    """When an unanswered question is reminded of and passed on, how long lessons wait for it, and when it is a new one.

    Hours count from the moment at which an answer can be expected.
    """

    remind_after_hours: int
    pass_on_after_hours: int
    lessons_wait_hours: int
    thread_days: int

    def __post_init__(self) -> None:
        if not 0 < self.remind_after_hours < self.pass_on_after_hours:
            raise ValueError("a question is reminded of before it is passed on")

    @property
    def reminds_after(self) -> timedelta:
        return timedelta(hours=self.remind_after_hours)

    @property
    def passes_on_after(self) -> timedelta:
        return timedelta(hours=self.pass_on_after_hours)

    @property
    def lessons_wait(self) -> timedelta:
        return timedelta(hours=self.lessons_wait_hours)

    @property
    def thread_lasts(self) -> timedelta:
        return timedelta(days=self.thread_days)


@dataclass(frozen=True, slots=True)
class Letters:
    """How long a coordinator's letter may be, in characters, and how many go to somebody who does not answer."""

    longest: int
    unanswered_a_day: int

    def __post_init__(self) -> None:
        if not 100 <= self.longest <= 900:
            raise ValueError("longest harus 100 sampai 900")
        if self.unanswered_a_day < 1:
            raise ValueError("unanswered_a_day harus 1 atau lebih")


@dataclass(frozen=True, slots=True)
class Recovered:
    """When a child has recovered ("lulus")."""

    height_z_at_least: float
    measurements: int
    months_apart: int


@dataclass(frozen=True, slots=True)
class Trust:
    """Limits beyond which a measurement is asked about again, in cm, mm, grams and percent."""

    height_loss_cm: float
    height_slack_cm: float
    height_mm_a_day_infant: float
    height_mm_a_day: float
    weight_loss_percent: float
    weight_slack_g: float
    weight_g_a_day_infant: float
    weight_g_a_day: float
    same_values: int


@dataclass(frozen=True, slots=True)
class Quality:
    """Settings of the quality of measuring."""

    months: int
    enough_values: int
    questioned_percent: float
    remeasure_per_posyandu: int
    remeasure_within_days: int
    enough_pairs: int


@dataclass(frozen=True, slots=True)
class Loss:
    quiet_days: int


@dataclass(frozen=True, slots=True)
class Whatsapp:
    """``daily_people``: people we may write to first in 24 hours. Prices are rupiah a message; 0: not filled in."""

    daily_people: int
    price_utility: float
    price_marketing: float
    price_service: float
    free_service_a_month: int

    @property
    def announced_a_day(self) -> int:
        """Of these people, to how many announcements may begin to write: the other half is left to everything else."""
        return self.daily_people // 2

    @property
    def has_prices(self) -> bool:
        return self.price_utility + self.price_marketing + self.price_service > 0


@dataclass(frozen=True, slots=True)
class Broadcasts:
    """Limits of announcements. ``budget_rupiah`` a month, 0: not filled in; then ``templates_a_month`` holds."""

    second_above: int
    budget_rupiah: int
    templates_a_month: int
    hour: int
    worth_days: int

    def __post_init__(self) -> None:
        if not 0 <= self.hour <= 23 or self.worth_days < 1:
            raise ValueError("hour harus 0 sampai 23, dan worth_days 1 atau lebih")


@dataclass(frozen=True, slots=True)
class Programme:
    visits: Visits
    ladder: Ladder
    appointments: Appointments
    promises: Promises
    quiet: Quiet
    ramadan: Ramadan
    lessons: Lessons
    digest: Digest
    lapse: Lapse
    growth: Growth
    referrals: Referrals
    questions: Questions
    letters: Letters
    emergency: Emergency
    recovered: Recovered
    trust: Trust
    quality: Quality
    loss: Loss
    invitations: Invitations
    photos: Photos
    privacy: Privacy
    whatsapp: Whatsapp
    broadcasts: Broadcasts
    aid: Mapping[str, str]
    aid_sources: Mapping[str, str]
    topics: Mapping[str, str]


TABLES: dict[str, type] = {
    "visits": Visits, "ladder": Ladder, "appointments": Appointments, "promises": Promises, "quiet": Quiet,
    "ramadan": Ramadan, "lessons": Lessons, "digest": Digest, "lapse": Lapse, "growth": Growth, "referrals": Referrals,
    "questions": Questions, "letters": Letters, "emergency": Emergency, "recovered": Recovered, "trust": Trust,
    "quality": Quality, "loss": Loss,
    "invitations": Invitations, "photos": Photos, "privacy": Privacy,
    "whatsapp": Whatsapp, "broadcasts": Broadcasts,
}  # fmt: skip
LISTS = ("aid", "aid_sources", "topics")
MOVED = {"visits.reminders_after_days": "sekarang bernama visitor_days di [ladder]"}
"""What a city's own copy may still call by its old name."""


def load(file: Path = FILE) -> Programme:
    """Read and check the file. Raises ProgrammeError with one line for every mistake."""
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as problem:
        raise ProgrammeError(f"{file.name}: {places.of_toml(problem)}") from problem
    except (OSError, UnicodeDecodeError) as problem:
        raise ProgrammeError(f"{file.name}: berkas ini tidak bisa dibuka sebagai teks UTF-8") from problem
    wrong: list[str] = []
    parts: dict[str, Any] = {name: _table(name, kind, raw.get(name), wrong) for name, kind in TABLES.items()}
    for name in LISTS:
        parts[name] = raw.get(name)
        if not isinstance(parts[name], dict) or not all(isinstance(words, str) for words in parts[name].values()):
            wrong.append(f"[{name}] harus berisi baris-baris kunci = kata")
    wrong += [f"[{name}] tidak dikenal" for name in raw if name not in TABLES and name not in LISTS]
    if wrong:
        raise ProgrammeError("\n".join(f"{file.name}: {line}" for line in wrong))
    return Programme(**parts)


def over(programme: Programme, changed: Mapping[str, Any]) -> Programme:
    """The programme with these values over its own: by name ("visits.every_days"), as the file would have them.

    A name that this release does not know is passed over. Raises ValueError or TypeError for a value that cannot be.
    """
    tables: dict[str, dict[str, Any]] = {}
    for name, value in changed.items():
        table, _, field = name.partition(".")
        kinds = {one.name: str(one.type) for one in fields(TABLES[table])} if table in TABLES else {}
        if field in kinds:
            tables.setdefault(table, {})[field] = READERS[kinds[field]](value)
    parts: dict[str, Any] = {name: replace(getattr(programme, name), **values) for name, values in tables.items()}
    return replace(programme, **parts)


def _table(name: str, kind: type, raw: Any, wrong: list[str]) -> Any:
    """One table as its dataclass, every value read by the type its field names."""
    if not isinstance(raw, dict):
        wrong.append(f"[{name}] belum ada")
        return None
    given = cast("dict[str, Any]", raw)
    values: dict[str, Any] = {}
    for field in fields(kind):
        try:
            values[field.name] = READERS[str(field.type)](given[field.name])
        except KeyError:
            wrong.append(f"[{name}] {field.name} belum ada")
        except (TypeError, ValueError):
            wrong.append(f"[{name}] {field.name} = {given[field.name]!r} salah; {NEEDS[str(field.type)]}")
    unknown = [key for key in given if key not in {field.name for field in fields(kind)}]
    wrong += [f"[{name}] {key} {MOVED.get(f'{name}.{key}', 'tidak dikenal')}" for key in unknown]
    if len(values) < len(fields(kind)):
        return None
    try:
        return kind(**values)
    except ValueError as problem:
        wrong.append(f"[{name}] {problem}")
        return None


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError
    return float(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _words(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError
    return value


def _perhaps(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value.strip()


NEEDS = {
    "int": "tulis bilangan bulat, 0 atau lebih",
    "float": "tulis angka dengan titik, misalnya 1.5",
    "bool": "tulis true atau false",
    "str": "tulis kata-kata di antara tanda petik",
    "Optional": "tulis kata-kata di antara tanda petik, atau kosong",
    "time": 'tulis jam seperti "17:00"',
    "Line": "tulis name dan number, lalu checked_on seperti 2026-11-22 dan checked_by",
    "Review": "tulis reviewed_by dan reviewed_on seperti 2026-11-22",
    "tuple[str, ...]": 'tulis daftar kata seperti ["a", "b"]',
    "tuple[int, ...]": "tulis daftar bilangan bulat seperti [0, 3, 7]",
    "tuple[tuple[int, int], ...]": "tulis daftar pasangan bilangan seperti [[6, 7], [28, 3]]",
    "tuple[time, ...]": 'tulis daftar jam seperti ["16:00", "10:00"]',
    "tuple[time, time]": 'tulis dua jam seperti ["11:30", "13:15"]',
    "tuple[tuple[date, date], ...]": 'tulis daftar pasangan tanggal seperti [["2027-02-08", "2027-03-09"]]',
}
"""By the type of a value, what to write instead of one that cannot be read."""
READERS: dict[str, Callable[[Any], Any]] = {
    "int": _whole,
    "float": _number,
    "bool": _truth,
    "str": _words,
    "Optional": _perhaps,
    "time": time.fromisoformat,
    "Line": line,
    "Review": review,
    "tuple[str, ...]": lambda value: tuple(_words(one) for one in value),
    "tuple[int, ...]": lambda value: tuple(_whole(one) for one in value),
    "tuple[time, ...]": lambda value: tuple(time.fromisoformat(one) for one in value),
    "tuple[time, time]": lambda value: (time.fromisoformat(value[0]), time.fromisoformat(value[1])),
    "tuple[tuple[int, int], ...]": lambda value: tuple((_whole(last), _whole(count)) for last, count in value),
    "tuple[tuple[date, date], ...]": lambda value: tuple(
        (date.fromisoformat(first), date.fromisoformat(last)) for first, last in value
    ),
}
