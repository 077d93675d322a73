"""Indonesian words about lessons, for who reviews them: stages, recipients, and when a lesson is sent."""

from __future__ import annotations

from datetime import date, timedelta

from content.conditions import CONDITIONS
from content.lessons import ASKED, Lesson
from flow.reading.dates import MONTHS
from rules.stages import PREGNANCY_DAYS, age

STAGES = {
    "catin": ("Calon pengantin", "dihitung dari hari pernikahan"),
    "hamil": ("Ibu hamil", "dihitung dari perkiraan lahir (HPL)"),
    "bayi-0-28-hari": ("Bayi 0–28 hari", "dihitung dari hari lahir"),
    "bayi-1-6-bulan": ("Bayi 1–6 bulan", "dihitung dari hari lahir"),
    "bayi-6-12-bulan": ("Bayi 6–12 bulan", "dihitung dari hari lahir"),
    "anak-12-24-bulan": ("Anak 12–24 bulan", "dihitung dari hari lahir"),
    "anak-24-59-bulan": ("Anak 24–59 bulan", "dihitung dari hari lahir"),
    "setelah-kehilangan": ("Setelah kehilangan", "dihitung dari hari kehilangan"),
    "kondisional": ("Sesuai keadaan keluarga", "dikirim saat keadaannya tercatat"),
    "ditanya": ("Hanya kalau dibuka sendiri", "tidak pernah dikirim"),
    "kartu-asn": ("Kartu orang tua asuh", "dihitung dari penugasan pertama ASN"),
    "kartu-kondisional": ("Kartu petugas dan ASN", "dikirim saat keadaannya tercatat"),
}
AUDIENCES = {
    "ibu": "Ibu",
    "ayah": "Ayah",
    "keluarga": "Keluarga lain",
    "asn": "ASN",
    "petugas": "Petugas kesehatan",
    "koordinator": "Koordinator",
}
COUPLE = {"ibu": "Calon istri", "ayah": "Calon suami"}

BORN = date(2025, 3, 4)  # of the child in the examples


def recipients(lesson: Lesson) -> str:
    """The recipients of a lesson: "Ibu, Ayah"; "Calon istri, Calon suami" before the wedding."""
    names = AUDIENCES | COUPLE if lesson.stage == "catin" else AUDIENCES
    return ", ".join(names[person] for person in lesson.audience)


def when(lesson: Lesson) -> str:
    """When a lesson is sent: "Hamil 15 minggu", "Umur 7 bulan 12 hari", "Kalau berat turun"."""
    if lesson.anchor == ASKED:
        return "Kalau dibuka sendiri"
    words = moment(lesson.anchor, lesson.day)
    if lesson.anchor != "kejadian":
        return words[:1].upper() + words[1:]
    later = f", {lesson.day} hari kemudian" if lesson.day else ""
    return f"Kalau {CONDITIONS[lesson.condition].words}{later}"


def still(lesson: Lesson) -> str:
    """Until when the lesson may be sent."""
    if lesson.anchor == ASKED:
        return ""
    if lesson.anchor == "kejadian":
        return f"{lesson.until - lesson.day} hari"
    return f"sampai {moment(lesson.anchor, lesson.until)}"


def only_if(lesson: Lesson) -> str:
    """The condition of a lesson of the calendar, or ""."""
    return "" if lesson.anchor == "kejadian" or not lesson.condition else CONDITIONS[lesson.condition].words


def moment(anchor: str, day: int) -> str:
    """A day of the calendar in words."""
    match anchor:
        case "nikah" if day == 0:
            return "hari pernikahan"
        case "nikah":
            return f"{abs(day)} hari {'sebelum' if day < 0 else 'sesudah'} nikah"
        case "hpl" if day > 0:
            return f"{day} hari lewat HPL"
        case "hpl":
            return f"hamil {(day + PREGNANCY_DAYS) // 7} minggu"
        case "lahir" if day == 0:
            return "hari lahir"
        case "kehilangan":
            return f"{day} hari sesudah kehilangan"
        case "lahir":
            return f"umur {age(BORN, BORN + timedelta(days=day))}"
        case _:
            return f"hari ke-{day + 1} penugasan"


def written(day: date) -> str:
    """A date in words: "20 November 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
