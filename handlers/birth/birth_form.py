"""The form of a birth: when, one or two, and of each baby the sex, the call name and the weight."""

from __future__ import annotations

from typing import Any

from flow.form import Form, Section
from flow.questions import CallName, Choice, Number
from handlers.chat import common_questions
from handlers.chat.common_questions import DatedFacts
from programme.birth_announcements import grams
from programme.births import Baby
from rules.trust import BIRTH_WEIGHT_G

LONGEST_AGO = 5 * 366  # days; a birth may be reported late: lessons count from its day
SEXES = {"L": "Laki-laki", "P": "Perempuan"}


class BirthFacts(DatedFacts):
    """What is printed on the form, as its draft keeps it.

    ``ibu`` is the mother's name with "Bu", ``subject`` the pregnancy ("pregnancy:7"), ``since`` the earliest ISO day on
    which it can have ended in a birth. ``weights``: a birth weight may be asked of this person; it is looked up anew at
    every step.
    """

    ibu: str
    subject: str
    since: str
    weights: bool


class Grams(Number):
    """A birth weight in grams: "3100", "3.100 gram", "3,1" and "3,1 kg" are the same."""

    def read(self, said: str, answers: Form) -> float:
        said_weight = super().read(said, answers)
        return round(said_weight * (1000 if said_weight <= self.high / 1000 else 1))

    def show(self, kept: Any, answers: Form) -> str:
        return "belum tahu" if kept is None else grams(kept)


def _sex(whose: str, label: str) -> Choice:
    return Choice(f"{whose} laki-laki atau perempuan?", SEXES, label=label)


def _name(whose: str, label: str) -> CallName:
    return CallName(f"Siapa nama panggilan {whose}?", label=label, limit=40, personal=True)


def _weight(whose: str, label: str) -> Grams:
    return Grams(
        f"Berapa berat lahir {whose}?",
        *BIRTH_WEIGHT_G,
        "gram",
        whole=True,
        example=3100,
        optional=True,
        label=label,
        hint="Misalnya 3100 gram atau 3,1 kg. Belum tahu? Ketuk Lewati.",
        when=lambda answers: answers.facts.get("weights"),
    )


class Birth(Form):
    title = "Kelahiran bayi {ibu}"

    born = common_questions.day(
        "Kapan bayinya lahir?",
        past=LONGEST_AGO,
        since="since",
        label="Lahir",
        also=("loss:who:{subject}", "Kabar duka"),
    )
    count = Choice(
        "Bayinya satu atau kembar?",
        {"1": "Satu", "2": "Kembar dua"},
        label="Bayi",
        help="Kembar tiga? Pilih Kembar dua, lalu mintalah bidan mencatat bayi berikutnya.",
    )

    One = Section("Bayi", when=lambda answers: answers.count == "1")
    sex = _sex("Bayinya", "Jenis kelamin")
    name = _name("bayinya", "Nama")
    weight = _weight("bayinya", "Berat lahir")

    Twins = Section("Kembar", when=lambda answers: answers.count == "2")
    sex_1 = _sex("Bayi pertama", "Bayi pertama")
    name_1 = _name("bayi pertama", "Nama bayi pertama")
    weight_1 = _weight("bayi pertama", "Berat bayi pertama")
    sex_2 = _sex("Bayi kedua", "Bayi kedua")
    name_2 = _name("bayi kedua", "Nama bayi kedua")
    weight_2 = _weight("bayi kedua", "Berat bayi kedua")


def babies(answers: Birth) -> list[Baby]:
    """The one or two babies of the completed form."""
    filled = [(answers.sex, answers.name, answers.weight)]
    if answers.count == "2":
        filled = [(answers.sex_1, answers.name_1, answers.weight_1), (answers.sex_2, answers.name_2, answers.weight_2)]
    return [Baby(sex or "L", name or "", int(weight) if weight else None) for sex, name, weight in filled]
