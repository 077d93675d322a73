"""Whether the lessons cover the education plan: every row, every week of the calendar, every condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from content.conditions import CONDITIONS
from content.lessons import LOSS, Lesson, Library

# The rows of the education plan, by the letter of their stage.
_NUMBERS: Mapping[str, tuple[int, ...]] = {
    "P": tuple(range(1, 13)),  # before the wedding
    "K": tuple(range(4, 41)),  # weeks of the pregnancy
    "N": (*range(8), 9, 11, 14, 18, 21, 24, 28),  # days of the newborn
    "D": tuple(range(5, 27)),  # weeks to half a year
    "E": (*range(27, 51), 52),  # weeks to the first birthday
    "F": tuple(range(1, 25)),  # half months to the second
    "G": (*range(26, 55, 2), 58),  # months to the fifth
    "L": (3, 5, 7, 14, 38),  # days after a loss
    "A": tuple(range(1, 11)),  # cards of an ASN
    "C": tuple(range(1, 41)),  # lessons with a condition
    "T": tuple(range(1, 44)),  # what the plan left out: first aid, dengue, rights, family planning, violence
}
ROWS = frozenset(f"{letter}{number:02}" for letter, numbers in _NUMBERS.items() for number in numbers)

# Rows told in the lesson of another row, so that families do not read the same thing twice.
MERGED: Mapping[str, str] = {
    "K14": "hamil-15",  # one more dish a day: with the egg that the family provides
    "D22": "bayi-3-bulan-baca-kms",  # the gain at four and five months: with reading the chart
    "D24": "bayi-5-bulan-siap-makan",  # dishes from animals from the first spoon on: with preparing the bowl
    "E46": "bayi-8-bulan-timbang",  # the gain at ten and eleven months: with that of seven and eight
}


class Stretch(NamedTuple):
    """A part of the calendar in which a lesson should open: days from the anchor, both included."""

    name: str
    anchor: str
    first: int
    last: int


MONTH = 30.4  # days


def _stretches() -> Iterator[Stretch]:
    for week in range(13, 0, -1):
        yield Stretch(f"{week} minggu sebelum nikah", "nikah", -7 * week, -7 * week + 6)
    for month in range(1, 7):
        yield Stretch(f"{month} bulan sesudah nikah", "nikah", 30 * month, 30 * month + 29)
    for week in range(4, 41):
        yield Stretch(f"hamil {week} minggu", "hpl", 7 * week - 280, 7 * week - 274)
    for week in range(52):
        yield Stretch(f"umur {week} minggu", "lahir", 7 * week, 7 * week + 6)
    for half in range(24, 48):
        name = f"umur {half / 2:g} bulan".replace(".", ",")
        yield Stretch(name, "lahir", int(half / 2 * MONTH), int((half + 1) / 2 * MONTH) - 1)
    for month in range(24, 60, 2):
        yield Stretch(f"umur {month} bulan", "lahir", int(month * MONTH), int((month + 2) * MONTH) - 1)


STRETCHES = tuple(_stretches())

# Where no lesson opens for everybody, and why that is meant to be.
GAPS = {
    "3 minggu sebelum nikah": "waktu untuk hasil pemeriksaan",
    "2 minggu sebelum nikah": "hanya bila hasil Elsimil merah",
    "1 minggu sebelum nikah": "pekan pernikahan",
    "hamil 15 minggu": "telur dan ikan sudah disebut dalam pesan satu lauk, pada minggu ke-14",
    "hamil 17 minggu": "cara minum tablet datang lebih awal, pada minggu ke-10",
    "umur 15 minggu": "pesan ASI perah datang lebih awal, pada minggu ke-11",
    "umur 21 minggu": "pesan mencret datang lebih awal, pada minggu ke-14",
    "umur 22 minggu": "kenaikan berat sudah disebut dalam pesan KMS, pada minggu ke-12",
    "umur 28 minggu": "vitamin A, hanya menjelang dan selama bulan vitamin A",
    "umur 43 minggu": "hanya di daerah yang memberi imunisasi JE",
    "umur 46 minggu": "kenaikan berat sudah disebut pada minggu ke-35",
    "umur 49 minggu": "pesan rumah aman datang lebih awal, pada minggu ke-35",
    "umur 51 minggu": "menjelang ulang tahun; pesan menu keluarga masih berlaku",
    "umur 13,5 bulan": "vitamin A dan obat cacing, hanya menjelang dan selama bulan vitamin A",
    "umur 16 bulan": "pesan sikat gigi datang lebih awal, pada umur satu tahun",
    "umur 28 bulan": "vitamin A dan obat cacing, hanya menjelang dan selama bulan vitamin A",
    "umur 46 bulan": "hanya bila ada imunisasi yang belum diterima",
    "umur 56 bulan": "pesan umur 54 bulan masih berlaku; yang terakhir pada 58 bulan",
}

SEASONS = {"musim-vitamin-a": 150, "musim-hujan": 180, "musim-hujan-hamil": 180}
"""Days from the end of one season into the next. Ramadan comes once a year, and many lessons for it never turn up."""
_SUBJECTS = {"nikah": "nikah", "hpl": "hamil", "lahir": "anak", LOSS: "ibu"}


def problems(library: Library) -> Iterator[str]:
    """Rows of the plan without a lesson, lessons outside the plan, and listed gaps that are none; in Indonesian."""
    written = {lesson.plan for lesson in library.lessons}
    told = {row for row, lesson in MERGED.items() if lesson in library.by_id}
    yield from (f"baris {row} dari rencana belum punya pesan" for row in sorted(ROWS - written - told))
    yield from (f"baris {row} tercatat digabung, padahal punya pesan sendiri" for row in sorted(written & set(MERGED)))
    yield from _of_time(library)
    yield from _of_conditions(library)


def misplaced(lesson: Lesson) -> Iterator[str]:
    """Problems of a lesson whose row, condition or days do not fit its stage."""
    if lesson.plan not in ROWS:
        yield f"baris {lesson.plan} tidak ada dalam rencana"
    if lesson.condition:
        condition = CONDITIONS[lesson.condition]
        if condition.state and lesson.anchor == "kejadian":
            yield f"{lesson.condition} adalah keadaan: hanya untuk pesan dalam kalender"
        if not condition.state and lesson.anchor != "kejadian":
            yield f"{lesson.condition} adalah kejadian: taruh di kondisional atau kartu-kondisional"
        if condition.subject != _subject(lesson):
            yield f"{lesson.condition} tentang {condition.subject}, bukan untuk {lesson.stage}"
    if lesson.until - lesson.day < (least := SEASONS.get(lesson.condition, 0)):
        yield f"{lesson.condition}: until paling sedikit {least} hari setelah day, agar musimnya sempat tiba"


def _subject(lesson: Lesson) -> str:
    """Whom it is about: "anak", "hamil", "nikah" or "ibu"; "" for a card of the general course."""
    return _SUBJECTS.get(lesson.anchor) or (CONDITIONS[lesson.condition].subject if lesson.condition else "")


def _of_time(library: Library) -> Iterator[str]:
    opened = {(lesson.anchor, lesson.day): lesson.id for lesson in library.lessons if not lesson.condition}
    for name, anchor, first, last in STRETCHES:
        here = next((opened[anchor, day] for day in range(first, last + 1) if (anchor, day) in opened), "")
        if not here and name not in GAPS:
            yield f"{name}: tidak ada pesan baru"
        if here and name in GAPS:
            yield f"{name}: tercatat sengaja kosong, padahal ada {here}"


def _of_conditions(library: Library) -> Iterator[str]:
    used = {lesson.condition for lesson in library.lessons}
    told = {lesson.condition for lesson in library.lessons if lesson.for_family}
    yield from (f"kondisi {name} belum punya pesan" for name in CONDITIONS if name not in used)
    for lesson in library.lessons:
        for name in sorted(set(lesson.question.raises if lesson.question else ()) - {""}):
            if name not in told:
                yield f"{lesson.id}: jawabannya memunculkan {name}, yang belum punya pesan untuk keluarga"
            if CONDITIONS[name].state:
                yield f"{lesson.id}: jawabannya memunculkan {name}, yang bukan kejadian"
            if CONDITIONS[name].subject != (subject := _subject(lesson)):
                yield f"{lesson.id}: jawabannya memunculkan {name}, yang bukan tentang {subject or 'penugasan'}"
            if name == lesson.condition:
                yield f"{lesson.id}: jawabannya memunculkan pesan ini lagi"
