"""Which texts are to be reviewed, and what a signature is for: these words, and no others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from content import danger_texts, lessons, programme, review
from content.lessons import Library, Question
from content.review import of_lesson
from content.templates import Templates
from tests.content.examples import GOOD

SHIPPED, KENDARI, TEMPLATES = lessons.shipped(), programme.load(), Templates()


@pytest.mark.parametrize(
    "change",
    [
        {"body": GOOD.body + " Benar."},
        {"topic": "Telur rebus"},
        {"notice": "Ada pesan pendek untuk Ibu."},
        {"question": Question("Kemarin makan telur?", ("Ya", "Tidak"))},
        {"question": None},
        {"picture": "telur-setiap-hari"},
    ],
)
def test_whatever_a_family_would_read_otherwise_takes_the_signature_away(change: dict[str, Any]):
    signed = {of_lesson(GOOD).signature}
    assert of_lesson(GOOD).is_signed(signed)
    assert not of_lesson(replace(GOOD, **change)).is_signed(signed)


@pytest.mark.parametrize("change", [{"day": -170}, {"until": -150}, {"summary": "Satu butir."}, {"plan": "K16"}])
def test_when_it_is_sent_does_not(change: dict[str, Any]):
    assert of_lesson(replace(GOOD, **change)).is_signed({of_lesson(GOOD).signature})


def test_a_translation_is_signed_by_itself():
    indonesian = of_lesson(GOOD)
    assert not of_lesson(GOOD, "en").is_signed({indonesian.signature})
    assert (indonesian.label, of_lesson(GOOD, "en").label) == ("hamil-15", "hamil-15.en")


def test_danger_comes_first_templates_before_lessons():
    found = review.texts(SHIPPED, KENDARI, TEMPLATES)
    urgent = [one.is_urgent for one in found]
    assert urgent == sorted(urgent, reverse=True)
    assert [one.name for one in found[: len(review.TEMPLATES)]] == list(review.TEMPLATES)
    every = len(SHIPPED.lessons) + len(review.TEMPLATES) + sum(map(len, SHIPPED.overlays.values()))
    assert len(found) == len({one.label for one in found}) == every


def test_a_template_that_changes_is_unsigned_again(tmp_path: Any):
    signed = {one.signature for one in review.texts(SHIPPED, KENDARI, TEMPLATES)}
    assert danger_texts.unsigned(KENDARI, SHIPPED, signed) == ()
    (tmp_path / "danger.j2").write_text("Baring dan tunggu.", encoding="utf-8")
    assert danger_texts.unsigned(KENDARI, SHIPPED, signed, Templates(tmp_path)) == ("danger",)


def test_a_name_in_the_file_itself_counts_as_before():
    in_file = replace(GOOD, must_not_miss=True, reviewed_by="Bidan Rahma")
    assert of_lesson(in_file).is_signed(())
    assert "hamil-15" not in danger_texts.unsigned(KENDARI, Library((in_file,)))
