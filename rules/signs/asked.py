"""Which signs the forms ask about, in which order: the gravest and most frequent first, and few enough for a doorway.

What only a health worker can tell is not asked, nor what belongs to a birth. Thoughts of death and violence are not
asked either: they are private, and must be neither a tick in a report nor a line in its copies.
"""

from __future__ import annotations

from collections.abc import Sequence

from rules.signs import Sign, Who, table

YOUNG_UNTIL = 59  # days: the last day of age at which a baby is judged by the signs of a newborn (MTBM 2022)
LAST_WEEK = 42  # of pregnancy; who has not given birth by then is asked the same
AFTERBIRTH_UNTIL = 42  # days after the birth

NEWBORN = (
    "bayi-tidak-menyusu", "bayi-kurang-gerak", "bayi-kejang", "bayi-sesak", "bayi-napas-cepat", "bayi-biru",
    "bayi-henti-napas", "bayi-merintih", "bayi-panas", "bayi-dingin", "bayi-kuning-awal", "bayi-kuning-telapak",
    "bayi-kuning", "bayi-kuning-lama", "bayi-tinja-pucat", "bayi-kurang-asi", "bayi-muntah", "bayi-belum-bab",
    "anak-mencret-muda", "bayi-pusar-nanah", "bayi-pusar-merah", "bayi-mata-berat",
)  # fmt: skip
CHILD = (
    "anak-tidak-sadar", "anak-kejang", "anak-sesak", "anak-tidak-minum", "anak-muntah-semua", "anak-biru",
    "anak-kurang-cairan", "anak-napas-cepat", "anak-demam", "anak-demam-muda", "anak-mencret-muda", "anak-bab-darah",
    "anak-tidak-kencing", "anak-tangan-dingin", "anak-perdarahan", "anak-bintik-merah", "anak-napas-bunyi",
    "anak-pucat-sekali", "bayi-tinja-pucat", "gizi-edema",
)  # fmt: skip
PREGNANT = (
    "hamil-perdarahan", "hamil-kejang", "hamil-pingsan", "hamil-sesak", "hamil-sakit-kepala", "hamil-pandangan-kabur",
    "hamil-bengkak-wajah", "hamil-nyeri-perut", "hamil-ulu-hati", "hamil-ketuban", "hamil-gerak", "hamil-kencang",
    "hamil-demam-menggigil", "hamil-demam", "hamil-muntah", "hamil-pucat", "hamil-keputihan", "jiwa-sedih",
)  # fmt: skip
AFTERBIRTH = (
    "nifas-perdarahan", "nifas-kejang", "nifas-pingsan", "nifas-sesak", "nifas-sakit-kepala", "nifas-pandangan-kabur",
    "nifas-demam-menggigil", "nifas-nyeri-perut", "nifas-betis", "nifas-demam", "nifas-bau", "nifas-luka",
    "nifas-kencing", "nifas-payudara", "jiwa-sedih",
)  # fmt: skip


def of_child(age_days: int | None) -> list[Sign]:
    """The signs to ask about for a child of this age; without one, those of a child who is no newborn."""
    young = age_days is not None and age_days <= YOUNG_UNTIL
    return _at(NEWBORN if young else CHILD, age_days)


def of_pregnancy(week: int | None) -> list[Sign]:
    """The signs to ask about in this completed week of pregnancy."""
    return _at(PREGNANT, None if week is None else min(max(week, 0), LAST_WEEK))


def of_mother(days: int | None) -> list[Sign]:
    """The signs to ask about so many days after the birth; none where that is too long ago, or not known."""
    return _at(AFTERBIRTH, days) if days is not None and 0 <= days <= AFTERBIRTH_UNTIL else []


def groups_of_child(age_days: int | None) -> tuple[Who, ...]:
    """The groups in which words that are stored of a child of this age are looked for, the likeliest first."""
    young = age_days is not None and age_days <= YOUNG_UNTIL
    return (Who.NEWBORN, Who.CHILD, Who.GROWTH) if young else (Who.CHILD, Who.GROWTH, Who.NEWBORN)


def _at(ids: Sequence[str], when: int | None) -> list[Sign]:
    return [sign for sign in (table()[id] for id in ids) if sign.at(when)]
