"""What a coordinator fills into the blanks of an announcement: read, checked, and said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from content.announcement_texts import DATE, LINK, LONGEST, NUMBER, PHONE, TIME, AnnouncementText, Blank
from flow import words
from flow.form import Invalid
from flow.identity_numbers import holds_identity
from flow.message import plain
from flow.questions import show_day
from flow.reading import dates, phones
from flow.reading.characters import visible
from rules import posyandu_days

AHEAD = timedelta(days=365)  # so far ahead may be announced: every day and month has its year
NO_TIME = "Tulis jamnya, misalnya 08.00."
NO_LINK = "Alamat web tidak bisa dikirim lewat pengumuman. Tulis tanpa itu, ya."
NO_IDENTITY = "Nomor NIK atau KK tidak boleh dikirim. Tulis tanpa itu, ya."
NO_NUMBER = "Nomor panjang tidak bisa dikirim di sini. Tulis tanpa nomor, ya."
NO_PHONE = "Tulis nomor HP-nya, misalnya 0812 3456 789."
ONE_LINE = "Tulis dalam satu baris, ya."
NOT_THERE = "Tulis tanpa tanda {{ atau }}."


def read(blank: Blank, said: str, today: date) -> str:
    """The value as it is stored: an ISO date, "08.00", or words. Raises Invalid with what to write instead."""
    if blank.kind == DATE:
        day = dates.read(said, today, today, today + AHEAD)
        if day is None:
            raise Invalid(words.NEED_DATE)
        if day < today:
            raise Invalid(words.not_before(show_day(today)))
        if day > today + AHEAD:
            raise Invalid(words.not_after(show_day(today + AHEAD)))
        return day.isoformat()
    if blank.kind == TIME:
        try:
            return posyandu_days.clock(posyandu_days.parse_time(said))
        except ValueError:
            raise Invalid(NO_TIME) from None
    if blank.kind == PHONE:
        number = phones.e164(said)
        if number is None:
            raise Invalid(NO_PHONE)
        return number
    return _few_words(blank, said)


def _few_words(blank: Blank, said: str) -> str:
    said = visible(said).strip()
    if "\n" in said:
        raise Invalid(ONE_LINE)
    said = plain(said)
    if not said:
        raise Invalid(words.EMPTY)
    if len(said) > LONGEST[blank.kind]:
        raise Invalid(words.TOO_LONG.format(limit=LONGEST[blank.kind]))
    if holds_identity(said):
        raise Invalid(NO_IDENTITY)
    if LINK.search(said):
        raise Invalid(NO_LINK)
    if NUMBER.search(said):
        raise Invalid(NO_NUMBER)
    if "{" in said or "}" in said:
        raise Invalid(NOT_THERE.format())
    return said


def show(blank: Blank, kept: str) -> str:
    """The value as people read it."""
    return show_day(date.fromisoformat(kept)) if blank.kind == DATE else kept


def is_stale(blank: Blank, kept: str, today: date) -> bool:
    """Whether a stored value has passed: a day before today."""
    return blank.kind == DATE and date.fromisoformat(kept) < today


def text(of: AnnouncementText, kept: Mapping[str, str]) -> str:
    """The text with these stored values in it; each reader is still to be greeted."""
    return of.filled({one.name: show(one, kept[one.name]) for one in of.blanks})


def examples(of: AnnouncementText, today: date) -> list[str]:
    """The examples of a text that its own blanks would refuse, with the reason."""
    found: list[str] = []
    for one in of.blanks:
        try:
            read(one, one.example, today)
        except Invalid as problem:
            found.append(f"{of.id}: {one.name}: {one.example}: {problem}")
    return found
