"""What may stand in the blank of an announcement, and what is said to anything else."""

from __future__ import annotations

from datetime import date

import pytest

from content.announcement_texts import Blank
from flow.form import Invalid
from programme import broadcast_blanks

TODAY = date(2026, 3, 4)


def blank(kind: str) -> Blank:
    return Blank("apa", kind, "Apa?", "Apa", "x")


@pytest.mark.parametrize(("kind", "said", "kept", "shown"), [
    ("date", "12/3", "2026-03-12", "Kamis 12 Maret 2026"),
    ("date", "besok", "2026-03-05", "Kamis 5 Maret 2026"),
    ("time", "jam 9", "09.00", "09.00"),
    ("time", "13.30", "13.30", "13.30"),
    ("place", "Balai  RW 2, Mandonga", "Balai RW 2, Mandonga", "Balai RW 2, Mandonga"),
    ("text", "alat *tulis*", "alat ∗tulis∗", "alat ∗tulis∗"),
    ("phone", "0811 4000 123", "+628114000123", "+628114000123"),
])  # fmt: skip
def test_a_value_is_kept_and_shown(kind: str, said: str, kept: str, shown: str):
    assert broadcast_blanks.read(blank(kind), said, TODAY) == kept
    assert broadcast_blanks.show(blank(kind), kept) == shown


@pytest.mark.parametrize(("kind", "said", "problem"), [
    ("date", "kemarin", "tidak boleh sebelum"),
    ("date", "12/3/2027", "tidak boleh sesudah"),
    ("date", "nanti saja", "Tulis tanggalnya"),
    ("time", "siang", "Tulis jamnya"),
    ("text", "lihat https://contoh.go.id", "Alamat web"),
    ("text", "lihat contoh.com", "Alamat web"),
    ("place", "dekat rumah 0811 4000 123", "Nomor panjang"),
    ("text", "7471012503900001", "NIK"),
    ("text", "satu\ndua", "satu baris"),
    ("text", "x" * 81, "80"),
    ("text", "  ", "Tulis"),
    ("text", "Halo {sapaan}", "tanpa tanda"),
    ("phone", "belum ada", "Tulis nomor HP"),
])  # fmt: skip
def test_another_value_is_refused_with_what_to_write_instead(kind: str, said: str, problem: str):
    with pytest.raises(Invalid, match=problem):
        broadcast_blanks.read(blank(kind), said, TODAY)
