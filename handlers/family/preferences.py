"""What a family may choose: the weekday and hour of its messages, and the language of the lessons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from content.lessons import LANGUAGE
from db.children import Carer, cared_for
from flow.message import Message, Option
from flow.words import DAYS
from handlers.chat.context import Desk, NotValid
from handlers.family import family
from programme.quiet_hours import quiet_hours
from rules.calendar import SECOND_DAY

ANY = "any"
HOURS = (9, 13, 16, 19)
LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
"""What each language calls itself; a code without a name here is shown as it is."""


def ask_day(desk: Desk) -> None:
    """Which weekday? The hour is asked next, and only then anything changes."""
    carers = _reading(desk)
    if not carers:
        family.resume(desk)
        return
    options = [Option(f"day:{number}", name) for number, name in enumerate(DAYS)]
    text = f"*Pesan enaknya datang hari apa?*\nSekarang: {_when(desk, carers[0].weekday, carers[0].hour)}."
    several = len(desk.city.library.languages) > 1
    row = (Option("menu:bahasa", "Bahasa / Language"),) if several else ()
    desk.say(Message(text, (*options, Option(f"day:{ANY}", "Hari apa saja")), row))


def ask_hour(desk: Desk, day: str) -> None:
    """Which hour of that day? Only those that are not quiet."""
    weekday = _weekday(day)
    options = [
        Option(f"hour:{hour}:{day}", _clock(hour).capitalize()) for hour in HOURS if _is_open(desk, weekday, hour)
    ]
    which = "Hari apa saja" if weekday is None else f"Hari {DAYS[weekday]}"
    desk.say(Message(f"*{which}, jam berapa?*", tuple(options)))


def choose(desk: Desk, hour: int, day: str) -> None:
    """Keep the day and hour for everything this person reads."""
    weekday = _weekday(day)
    if not _reading(desk):
        family.resume(desk)
        return
    for carer in cared_for(desk.session, desk.person.id):
        carer.weekday, carer.hour = weekday, hour
    desk.note("carer.time", f"person:{desk.person.id}", f"{day} {hour}")
    said = [f"Baik, {family.called(desk)}. Pesan berikutnya datang *{_when(desk, weekday, hour)}*."]
    if weekday is not None and desk.city.programme.lessons.per_week > 1:
        said.append(f"Kalau seminggu ada dua, yang kedua hari {DAYS[(weekday + SECOND_DAY) % len(DAYS)]}.")
    said.append("Pesan tentang tanda bahaya tetap datang secepatnya.")
    desk.say(Message(" ".join(said)))


def ask_language(desk: Desk) -> None:
    """The language of the lessons, where there are several."""
    languages = desk.city.library.languages
    if len(languages) == 1:
        desk.say(Message("Pesan sekarang baru ada dalam Bahasa Indonesia."))
        return
    options = tuple(Option(f"lang:{code}", LANGUAGES.get(code, code)) for code in languages)
    desk.say(Message("*Pesannya mau dalam bahasa apa?*", options))


def choose_language(desk: Desk, code: str) -> None:
    """From the next lesson on. Raises NotValid for a language there are no lessons in."""
    if code not in desk.city.library.languages:
        raise NotValid(code)
    desk.person.language = code
    desk.note("person.language", f"person:{desk.person.id}", code)
    more = "" if code == LANGUAGE else " Menu dan tombol lain tetap Bahasa Indonesia."
    desk.say(Message(f"Baik. Mulai sekarang pesan kesehatan dikirim dalam *{LANGUAGES.get(code, code)}*.{more}"))


def _reading(desk: Desk) -> Sequence[Carer]:
    """As whom this person gets lessons now; nothing before they agreed or after they stopped."""
    return [c for c in cared_for(desk.session, desk.person.id) if c.joined_on and c.stopped_at is None]


def _weekday(day: str) -> int | None:
    return None if day == ANY else range(len(DAYS))[int(day)]


def _is_open(desk: Desk, weekday: int | None, hour: int) -> bool:
    """Whether this hour of the weekday (of some day, where any will do) is outside the quiet hours this week."""
    quiet = quiet_hours(desk.city)
    days = [desk.today + timedelta(days=ahead) for ahead in range(7)]
    moments = [datetime.combine(day, time(hour), desk.city.zone) for day in days if weekday in (None, day.weekday())]
    return any(quiet.open_at(moment) == moment for moment in moments)


def _when(desk: Desk, weekday: int | None, hour: int | None) -> str:
    """ "hari Rabu, sekitar jam 4 sore"; the programme's hour where none was chosen."""
    day = "apa saja" if weekday is None else DAYS[weekday]
    return f"hari {day}, sekitar {_clock(desk.city.programme.lessons.hour if hour is None else hour)}"


def _clock(hour: int) -> str:
    """ "jam 4 sore", as people say it."""
    part = "pagi" if hour < 11 else "siang" if hour < 15 else "sore" if hour < 18 else "malam"
    return f"jam {(hour - 1) % 12 + 1} {part}"
