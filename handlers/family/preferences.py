"""Preferences of a family: the weekday and hour of its messages, and the language of its lessons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from content.lessons import LANGUAGE
from db.children import Carer, cared_for
from db.subjects import subject
from flow.message import Message, Option
from flow.reading.dates import DAYS
from handlers.chat.context import Context, NotValid
from handlers.family import family
from programme.quiet_hours import quiet_hours
from rules.calendar import SECOND_DAY

ANY = "any"
HOURS = (9, 13, 16, 19)
LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
"""What each language calls itself; a code without a name here is shown as it is."""


def ask_day(context: Context) -> None:
    """Ask for the weekday; the hour is asked for next, and nothing changes before that."""
    carers = _reading(context)
    if not carers:
        family.resume(context)
        return
    options = [Option(f"day:{number}", name) for number, name in enumerate(DAYS)]
    text = f"*Pesan enaknya datang hari apa?*\nSekarang: {_when(context, carers[0].weekday, carers[0].hour)}."
    several = len(context.city.library.languages) > 1
    row = (Option("menu:bahasa", "Bahasa / Language"),) if several else ()
    context.say(Message(text, (*options, Option(f"day:{ANY}", "Hari apa saja")), row))


def ask_hour(context: Context, day: str) -> None:
    """Ask for the hour of that day; only hours outside the quiet hours are offered."""
    weekday = _weekday(day)
    options = [
        Option(f"hour:{hour}:{day}", _clock(hour).capitalize()) for hour in HOURS if _is_open(context, weekday, hour)
    ]
    which = "Hari apa saja" if weekday is None else f"Hari {DAYS[weekday]}"
    context.say(Message(f"*{which}, jam berapa?*", tuple(options)))


def choose(context: Context, hour: int, day: str) -> None:
    """Store the weekday and hour for all lessons of this person."""
    weekday = _weekday(day)
    if not _reading(context):
        family.resume(context)
        return
    for carer in cared_for(context.session, context.person.id):
        carer.weekday, carer.hour = weekday, hour
    context.note("carer.time", subject(context.person))
    said = [f"Baik, {family.called(context)}. Pesan berikutnya datang *{_when(context, weekday, hour)}*."]
    if weekday is not None and context.city.programme.lessons.per_week > 1:
        said.append(f"Kalau seminggu ada dua, yang kedua hari {DAYS[(weekday + SECOND_DAY) % len(DAYS)]}.")
    said.append("Pesan tentang tanda bahaya tetap datang secepatnya.")
    context.say(Message(" ".join(said)))


def ask_language(context: Context) -> None:
    """Ask for the language of the lessons, where there are several."""
    languages = context.city.library.languages
    if len(languages) == 1:
        context.say(Message("Pesan sekarang baru ada dalam Bahasa Indonesia."))
        return
    options = tuple(Option(f"lang:{code}", LANGUAGES.get(code, code)) for code in languages)
    context.say(Message("*Pesannya mau dalam bahasa apa?*", options))


def choose_language(context: Context, code: str) -> None:
    """Store the language; it holds from the next lesson on. Raises NotValid for a language without lessons."""
    if code not in context.city.library.languages:
        raise NotValid(code)
    context.person.language = code
    context.note("person.language", subject(context.person))
    more = "" if code == LANGUAGE else " Menu dan tombol lain tetap Bahasa Indonesia."
    context.say(Message(f"Baik. Mulai sekarang pesan kesehatan dikirim dalam *{LANGUAGES.get(code, code)}*.{more}"))


def _reading(context: Context) -> Sequence[Carer]:
    """The person as carer of each family whose lessons they get now: consented and not stopped."""
    return [c for c in cared_for(context.session, context.person.id) if c.joined_on and c.stopped_at is None]


def _weekday(day: str) -> int | None:
    return None if day == ANY else range(len(DAYS))[int(day)]


def _is_open(context: Context, weekday: int | None, hour: int) -> bool:
    """Whether this hour of the weekday (of some day, where any will do) is outside the quiet hours this week."""
    quiet = quiet_hours(context.city)
    days = [context.today + timedelta(days=ahead) for ahead in range(7)]
    moments = [datetime.combine(day, time(hour), context.city.zone) for day in days if weekday in (None, day.weekday())]
    return any(quiet.open_at(moment) == moment for moment in moments)


def _when(context: Context, weekday: int | None, hour: int | None) -> str:
    """ "hari Rabu, sekitar jam 4 sore"; the programme's hour where none was chosen."""
    day = "apa saja" if weekday is None else DAYS[weekday]
    return f"hari {day}, sekitar {_clock(context.city.programme.lessons.hour if hour is None else hour)}"


def _clock(hour: int) -> str:
    """ "jam 4 sore", as people say it."""
    part = "pagi" if hour < 11 else "siang" if hour < 15 else "sore" if hour < 18 else "malam"
    return f"jam {(hour - 1) % 12 + 1} {part}"
