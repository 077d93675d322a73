"""Lines that several sheets share, so that a weight is asked for, read and doubted in one way everywhere.

``whom`` is the fact that names who it is about: "{adik}". What a sheet says of a line itself goes before what is here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Unpack

from flow.form import Doubt, Form, Line
from flow.questions import Choice, Day, Number, YesNo

Suspect = Callable[[Any, float], Doubt | None]
RECENT = {0: "Hari ini", -1: "Kemarin"}
POSITIONS = {"telentang": "Telentang", "berdiri": "Berdiri"}
NOT_MET = {
    "pergi": "Sedang bepergian",
    "kosong": "Rumah kosong",
    "pindah": "Pindah alamat",
    "menolak": "Belum mau dikunjungi",
    "lain": "Alasan lain",
}
FOLLOW_UP = {"tidak": "Tidak perlu", "kader": "Kader", "bidan": "Bidan", "lurah": "Lurah"}


def day(text: str, past: int, since: str = "", **line: Unpack[Line]) -> Day:
    """A day not long ago, today or yesterday by a tap."""
    here: Line = {"label": "Tanggal", "hint": "Tanggal lain: tulis saja, misalnya 12/3."}
    return Day(text, past=past, suggest=RECENT, since=since, **(here | line))


def today(sheet: Form) -> str:
    """Filled in beforehand: the day on which the sheet was opened."""
    return sheet.facts["today"]


def next_day(**line: Unpack[Line]) -> Day:
    """The next visit; filled in beforehand by ``after``."""
    here: Line = {"label": "Kunjungan berikut", "hint": "Tanggal lain: tulis saja, misalnya 12/3."}
    suggest = {7: "Seminggu lagi", 14: "2 minggu lagi", 30: "Sebulan lagi"}
    return Day("Kapan kunjungan berikutnya?", ahead=90, suggest=suggest, **(here | line))


def after(sheet: Form, danger: bool) -> str:
    """The programme's usual interval from today, and sooner after a danger sign."""
    days = sheet.facts["after_danger_days"] if danger else sheet.facts["every_days"]
    return (date.fromisoformat(sheet.facts["today"]) + timedelta(days=days)).isoformat()


def not_met(**line: Unpack[Line]) -> Choice:
    here: Line = {"label": "Alasan"}
    return Choice("Mengapa tidak bertemu?", NOT_MET, **(here | line))


def follow_up(**line: Unpack[Line]) -> Choice:
    here: Line = {"label": "Tindak lanjut"}
    return Choice("Perlu bantuan siapa setelah ini?", FOLLOW_UP, **(here | line))


def weight(whom: str, suspect: Suspect, **line: Unpack[Line]) -> Number:
    """Kilograms; grams are understood."""
    here: Line = {"label": "Berat", "hint": "Dalam kg, misalnya 8,4. Boleh sekaligus dengan panjangnya: 8,4 72,5."}
    units = {"g": 0.001, "gr": 0.001, "gram": 0.001, "kilo": 1.0, "kilogram": 1.0}
    return Number(f"Berapa berat {whom}?", 0.5, 50, "kg", units=units, example=8.4, suspect=suspect, **(here | line))


def length(whom: str, suspect: Suspect, **line: Unpack[Line]) -> Number:
    """Centimetres; metres and millimetres are understood."""
    here: Line = {"label": "Panjang/tinggi", "hint": "Dalam cm, misalnya 72,5."}
    units = {"m": 100.0, "mm": 0.1, "senti": 1.0, "meter": 100.0}
    text = f"Berapa panjang atau tinggi {whom}?"
    return Number(text, 30, 140, "cm", units=units, example=72.5, suspect=suspect, **(here | line))


def position(**line: Unpack[Line]) -> Choice:
    here: Line = {"label": "Cara ukur"}
    return Choice("Diukurnya bagaimana?", POSITIONS, **(here | line))


def arm(whom: str, low: float, high: float, example: float, suspect: Suspect, **line: Unpack[Line]) -> Number:
    """The mid-upper arm (LiLA) in centimetres; millimetres are understood."""
    here: Line = {"label": "LiLA", "hint": f"Dalam cm, misalnya {str(example).replace('.', ',')}."}
    text = f"Berapa lingkar lengan atas (LiLA) {whom}?"
    return Number(
        text, low, high, "cm", units={"mm": 0.1, "senti": 1.0}, example=example, suspect=suspect, **(here | line)
    )


def head(whom: str, suspect: Suspect, **line: Unpack[Line]) -> Number:
    """The head's circumference in centimetres; millimetres are understood."""
    here: Line = {"label": "Lingkar kepala", "hint": "Dalam cm, misalnya 43,5."}
    units = {"mm": 0.1, "senti": 1.0}
    text = f"Berapa lingkar kepala {whom}?"
    return Number(text, 20, 65, "cm", units=units, example=43.5, suspect=suspect, **(here | line))


def oedema(whom: str, **line: Unpack[Line]) -> YesNo:
    how = "Tekan punggung kaki dengan ibu jari beberapa detik."
    here: Line = {"label": "Kedua kaki bengkak", "help": f"{how} Kalau cekungannya tidak segera hilang, itu bengkak."}
    return YesNo(f"Apakah kedua punggung kaki {whom} bengkak?", **(here | line))
