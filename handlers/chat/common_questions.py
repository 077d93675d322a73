"""Questions that several forms share, so that a weight is asked for, read and doubted in one way everywhere.

``whom`` is the fact that names who it is about: "{adik}". ``more`` are a form's own options of the question; they
replace the ones given here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypedDict, Unpack, cast

from flow.form import Doubt, Form, QuestionOptions
from flow.questions import Choice, Day, Number, YesNo, said_day
from rules.stages import PREGNANCY_DAYS

Suspect = Callable[[Any, float], Doubt | None]
RECENT = {0: "Hari ini", -1: "Kemarin"}
LENGTH_LABELS = ("tb", "pb", "pb/tb", "tb/pb", "tinggi badan", "panjang badan", "tinggi", "panjang")
ARM_LABELS = ("lila", "lingkar lengan atas", "lingkar lengan")
POSITIONS = {"telentang": "Telentang", "berdiri": "Berdiri"}
NOT_MET = {
    "pergi": "Sedang bepergian",
    "kosong": "Rumah kosong",
    "pindah": "Pindah alamat",
    "menolak": "Belum mau dikunjungi",
    "lain": "Alasan lain",
}
FOLLOW_UP = {"tidak": "Tidak perlu", "kader": "Kader", "bidan": "Bidan", "lurah": "Lurah"}


class DatedFacts(TypedDict):
    """``today`` is the ISO day on which the form was opened; of a form that counts from today, the day of answering."""

    today: str


class IntervalFacts(DatedFacts):
    """Days until the next visit: as usual, and after a danger sign."""

    every_days: int
    after_danger_days: int


def day(text: str, past: int, since: str = "", **more: Unpack[QuestionOptions]) -> Day:
    """A day at most ``past`` days ago and not before the fact named ``since``; today and yesterday are buttons."""
    here: QuestionOptions = {"label": "Tanggal", "hint": "Tanggal lain: tulis saja, misalnya 12/3."}
    return Day(text, past=past, suggest=RECENT, since=since, **(here | more))


def today(answers: Form) -> str:
    """``today`` of the facts as an ISO day: the default answer to a question about a day."""
    return cast(DatedFacts, answers.facts)["today"]


def opened_on(answers: Form) -> date:
    """``today`` of the facts as a date."""
    return date.fromisoformat(today(answers))


def next_day(**more: Unpack[QuestionOptions]) -> Day:
    """The day of the next visit, at most 90 days ahead."""
    here: QuestionOptions = {"label": "Kunjungan berikut", "hint": "Tanggal lain: tulis saja, misalnya 12/3."}
    suggest = {7: "Seminggu lagi", 14: "2 minggu lagi", 30: "Sebulan lagi"}
    return Day("Kapan kunjungan berikutnya?", ahead=90, suggest=suggest, **(here | more))


def after(answers: Form, danger: bool) -> str:
    """The ISO day of the next visit: after the programme's usual interval, or sooner after a danger sign.

    It counts from the day on which this is asked, so that a form taken up after weeks sets no day that is past.
    """
    printed = cast(IntervalFacts, answers.facts)
    days = printed["after_danger_days"] if danger else printed["every_days"]
    return (said_day(answers) + timedelta(days=days)).isoformat()


def not_met(**more: Unpack[QuestionOptions]) -> Choice:
    here: QuestionOptions = {"label": "Alasan"}
    return Choice("Mengapa tidak bertemu?", NOT_MET, **(here | more))


def follow_up(**more: Unpack[QuestionOptions]) -> Choice:
    here: QuestionOptions = {"label": "Tindak lanjut"}
    return Choice("Perlu bantuan siapa setelah ini?", FOLLOW_UP, **(here | more))


PAST_DUE = 21
"""Days after its HPL in which a pregnancy may still be entered."""


def last_period(**more: Unpack[QuestionOptions]) -> Day:
    """The first day of the last period, from which an HPL is counted."""
    here: QuestionOptions = {"label": "Haid terakhir", "hint": "Tulis tanggalnya, misalnya 12/3."}
    return Day("Kapan hari pertama haid terakhir?", past=PREGNANCY_DAYS + PAST_DUE, **(here | more))


def weight(whom: str, suspect: Suspect, **more: Unpack[QuestionOptions]) -> Number:
    """A weight in kilograms; grams are understood."""
    here: QuestionOptions = {
        "label": "Berat",
        "hint": "Dalam kg, misalnya 8,4. Boleh sekaligus dengan panjangnya: 8,4 72,5.",
    }
    text, labels = f"Berapa berat {whom}?", ("bb", "berat badan", "berat")
    return Number(text, 0.5, 50, "kg", labels=labels, example=8.4, suspect=suspect, **(here | more))


def length(whom: str, suspect: Suspect, **more: Unpack[QuestionOptions]) -> Number:
    """A length or height in centimetres; metres and millimetres are understood."""
    here: QuestionOptions = {"label": "Panjang/tinggi", "hint": "Dalam cm, misalnya 72,5."}
    text, labels = f"Berapa panjang atau tinggi {whom}?", LENGTH_LABELS
    return Number(text, 30, 140, "cm", labels=labels, example=72.5, suspect=suspect, **(here | more))


def position(**more: Unpack[QuestionOptions]) -> Choice:
    here: QuestionOptions = {"label": "Cara ukur"}
    return Choice("Diukurnya bagaimana?", POSITIONS, **(here | more))


def arm(
    whom: str, low: float, high: float, example: float, suspect: Suspect, **more: Unpack[QuestionOptions]
) -> Number:
    """The mid-upper arm (LiLA) in centimetres; millimetres are understood."""
    here: QuestionOptions = {"label": "LiLA", "hint": f"Dalam cm, misalnya {str(example).replace('.', ',')}."}
    text = f"Berapa lingkar lengan atas (LiLA) {whom}?"
    return Number(text, low, high, "cm", labels=ARM_LABELS, example=example, suspect=suspect, **(here | more))


def head(whom: str, suspect: Suspect, **more: Unpack[QuestionOptions]) -> Number:
    """The head's circumference in centimetres; millimetres are understood."""
    here: QuestionOptions = {"label": "Lingkar kepala", "hint": "Dalam cm, misalnya 43,5."}
    text = f"Berapa lingkar kepala {whom}?"
    return Number(text, 20, 65, "cm", labels=("lk", "lingkar kepala"), example=43.5, suspect=suspect, **(here | more))


def oedema(whom: str, **more: Unpack[QuestionOptions]) -> YesNo:
    how = "Tekan punggung kaki dengan ibu jari beberapa detik."
    here: QuestionOptions = {
        "label": "Kedua kaki bengkak",
        "help": f"{how} Kalau cekungannya tidak segera hilang, itu bengkak.",
    }
    return YesNo(f"Apakah kedua punggung kaki {whom} bengkak?", **(here | more))
