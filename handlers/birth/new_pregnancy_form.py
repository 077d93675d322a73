"""The form of a pregnancy: its HPL, or what the HPL follows from (last period, estimated weeks)."""

from __future__ import annotations

from datetime import date
from typing import NotRequired, cast

from flow.form import Form, Options
from flow.questions import Choice, Day, Number
from handlers.chat.common_questions import PAST_DUE, DatedFacts, last_period, opened_on
from rules.stages import PREGNANCY_DAYS, due_from_last_period, due_from_week

KNOWN = {"hpl": "HPL dari bidan", "haid": "Hari haid terakhir", "minggu": "Kira-kira minggunya"}


class ExpectingFacts(DatedFacts):
    """What is printed on the form, as its draft keeps it.

    ``ibu`` is the mother's name with "Bu", ``family`` the family's id, ``sure`` whether the HPL of the running
    pregnancy is more than a guess, ``pregnancy`` the running pregnancy's id, 0 where none runs (drafts of an older
    release lack it).
    """

    ibu: str
    family: int
    sure: bool
    pregnancy: NotRequired[int]


def printed(answers: Form) -> ExpectingFacts:
    """The facts of the form, as its draft keeps them."""
    return cast(ExpectingFacts, answers.facts)


def _ways(answers: Form) -> Options:
    """The ways to tell the HPL, without the guess where a sure one is known: it is not overwritten by a guess."""
    return {key: label for key, label in KNOWN.items() if key != "minggu" or not printed(answers)["sure"]}


class Weeks(Number):
    """A number of weeks; months are understood, and rounded to weeks."""

    def read(self, said: str, answers: Form) -> float:
        return round(super().read(said, answers))


class Expecting(Form):
    title = "Kehamilan {ibu}"

    how = Choice(
        "Apa yang sudah diketahui tentang kehamilan {ibu}?",
        _ways,
        label="Dihitung dari",
        hint="HPL ialah hari perkiraan lahir. Lihat Buku KIA.",
        also=("expecting:unknown:{family}", "Belum tahu"),
    )
    due = Day(
        "Kapan perkiraan lahirnya (HPL)?",
        label="Perkiraan lahir",
        hint="Lihat Buku KIA. Tulis tanggalnya, misalnya 12/9/2026.",
        ahead=PREGNANCY_DAYS,
        past=PAST_DUE,
        when=lambda answers: answers.how == "hpl",
    )
    period = last_period(when=lambda answers: answers.how == "haid")
    weeks = Weeks(
        "Kira-kira sudah berapa minggu?",
        1,
        42,
        "minggu",
        units={"mg": 1, "mgg": 1, "pekan": 1, "bulan": 30.44 / 7, "bln": 30.44 / 7},
        example=8,
        label="Umur kehamilan",
        hint="Misalnya 8 minggu, atau 3 bulan.",
        when=lambda answers: answers.how == "minggu",
    )


def due_of(answers: Expecting) -> date:
    """The HPL that follows from the answers. Raises LookupError for a form without its date."""
    if answers.how == "haid" and answers.period:
        return due_from_last_period(answers.period)
    if answers.how == "minggu" and answers.weeks:
        return due_from_week(answers.weeks, opened_on(answers))
    if answers.due is None:
        raise LookupError("the form was handed in without its date")
    return answers.due
