"""The words of the question when somebody can visit, and of the day they promised. Read in a doorway: short."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from db.subjects import Subject
from flow.message import Message, Option
from flow.questions import day_and_month
from flow.reading.dates import DAYS, MONTHS
from programme.names import listed

NAMED = 5  # children and mothers in one sentence
BUTTONS = 5  # buttons to report
NOT_YET = {"sibuk": "Sibuk atau dinas", "sakit": "Sakit", "kosong": "Keluarga tak di rumah", "alih": "Mau dialihkan"}
"""Why somebody cannot visit yet: what stands in the button, with its label."""


def question(to: str, names: Sequence[str], days: Sequence[date], today: date, asked: int) -> Message:
    """When can you visit? ``asked`` is the id of a row of this question."""
    text = f"🏠 {to}, kapan bisa menengok {several(names)}? Ketuk harinya, atau tulis sendiri."
    options = (
        *day_options(days, today, asked),
        Option(f"plan:done:{asked}", "Sudah, tinggal lapor"),
        Option(f"plan:not:{asked}", "Belum bisa"),
    )
    return Message(text, options)


def on_the_day(to: str, you: str, whom: Sequence[tuple[Subject, str]], asked: int) -> Message:
    """The morning of the promised day, with a button to report each."""
    text = f"🏠 {to}, {you} berencana menengok {several([name for _, name in whom])} hari ini. Selamat berkunjung!"
    return Message(text, (*report_options(whom), Option(f"plan:other:{asked}", "Ganti hari")))


def report_options(whom: Collection[tuple[Subject, str]]) -> tuple[Option, ...]:
    """A button to report each of the first, and one to all where there are more."""
    shown = [Option(f"report:{about}", f"Lapor {name}") for about, name in list(whom)[:BUTTONS]]
    more = [Option("menu:lapor", "Lapor yang lain")] if len(whom) > BUTTONS else []
    return (*shown, *more)


def day_options(days: Sequence[date], today: date, asked: int) -> tuple[Option, ...]:
    return tuple(Option(f"plan:on:{asked}:{day}", day_label(day, today)) for day in days)


def day_label(day: date, today: date) -> str:
    """ "Hari ini", "Besok, Kamis 5 Mar", "Jumat 6 Mar": for a button."""
    if day == today:
        return "Hari ini"
    named = f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1][:3]}"
    return f"Besok, {named}" if day == today + timedelta(days=1) else named


def in_full(day: date, today: date) -> str:
    """ "hari ini", "besok, Kamis 5 Maret", "Jumat 6 Maret": within a sentence."""
    if day == today:
        return "hari ini"
    named = f"{DAYS[day.weekday()]} {day_and_month(day)}"
    return f"besok, {named}" if day == today + timedelta(days=1) else named


def plans(day: date, today: date) -> str:
    """ "berencana hari ini", "berencana besok", "berencana Kamis", and beyond six days "berencana Kamis 12 Mar".

    For lists that others read.
    """
    ahead = (day - today).days
    if ahead in (0, 1):
        return f"berencana {'besok' if ahead else 'hari ini'}"
    date_of = f" {day.day} {MONTHS[day.month - 1][:3]}" if ahead > 6 else ""
    return f"berencana {DAYS[day.weekday()]}{date_of}"


def several(names: Sequence[str]) -> str:
    """ "*Adik Kayla* dan *Adik Rafa*"; of many the first, and how many more."""
    bold = [f"*{name}*" for name in names[:NAMED]]
    return listed([*bold, f"{len(names) - NAMED} lagi"] if len(names) > NAMED else bold)
