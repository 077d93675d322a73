"""Texts of announcements: those that are shipped can be used, and one that cannot is refused with the reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from content import announcement_texts, notices
from content.lessons import ContentError
from programme import broadcast_blanks

GOOD = """
title = "Hari pindah"
notice = "hari posyandu"
whatsapp = "asuh_pengumuman"
to = ["family"]
until = "hari"
body = "Halo {sapaan}, posyandu buka {hari}."

[blanks.hari]
kind = "date"
question = "Hari apa?"
label = "Hari"
example = "12/3"
"""


def problems(folder: Path, text: str) -> tuple[str, ...]:
    (folder / "satu.toml").write_text(text, encoding="utf-8")
    try:
        announcement_texts.load(folder, notices.shipped())
    except ContentError as error:
        return error.problems
    return ()


def test_what_a_city_needs_is_there_and_its_own_examples_can_be_filled_in():
    texts = announcement_texts.shipped().texts
    assert {"posyandu_pindah", "pertemuan", "pelatihan", "tempat_pindah", "lengkapi_data", "layanan_berhenti"} <= {
        one.id for one in texts
    }
    for one in texts:
        assert not broadcast_blanks.examples(one, date(2026, 3, 4))


def test_a_text_that_is_right_is_read(tmp_path: Path):
    assert problems(tmp_path, GOOD) == ()


@pytest.mark.parametrize(("old", "new", "said"), [
    ("{sapaan}, ", "", "body: {sapaan} satu kali"),
    ("{hari}", "{tanggal}", "body: isian di teks dan di blanks harus sama"),
    ("asuh_pengumuman", "asuh_pesan_edukasi", "belum ada templat asuh_pesan_edukasi"),
    ('["family"]', '["warga"]', "to: isi dengan asn, family, health, coordinator"),
    ('"date"', '"day"', "blanks.hari.kind: isi dengan date, time, place, text, phone"),
    ('until = "hari"', 'until = "jam"', "until: sebut isian tanggal"),
    ("buka {hari}", "buka {hari}, lihat t.me/kami", "teks tidak memuat alamat web atau nomor"),
    ("buka {hari}", "buka {hari}, hubungi 0811 4000 123", "teks tidak memuat alamat web atau nomor"),
    ("buka {hari}", "buka {hari} " + "x" * 900, "huruf setelah diisi, paling banyak 900"),
    ('label = "Hari"\n', "", "blanks.hari: isi example, kind, label, question dengan teks"),
    ("title = ", "judul = ", "judul: kunci ini tidak dikenal"),
])  # fmt: skip
def test_a_text_that_cannot_be_used_is_refused_with_the_reason(tmp_path: Path, old: str, new: str, said: str):
    assert any(said in one for one in problems(tmp_path, GOOD.replace(old, new, 1)))
