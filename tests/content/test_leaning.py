"""The whole wording of a message makes what the patterns hear less sure, or hears what they do not; it wakes nobody."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench import leanings
from content.danger import FAMILIAR, LEANINGS, DangerWordsError, load_leanings, shipped
from content.hearing import Heard, Level, hear
from content.leaning import leaning, wording
from content.reading import read

WORDS = shipped()
NEUTRAL = replace(WORDS, leanings={})


def heard(text: str) -> Heard:
    found = hear(text, WORDS)
    assert found is not None
    return found


JESTS = [
    "kipas angin saya kejang kalau dinyalakan, bautnya longgar",
    "drone panitia jatuh lalu tidak sadar siapa pilotnya",
    "layangan saya tersedak kabel listrik, nyangkut di gardu",
]


@pytest.mark.parametrize("text", JESTS)
def test_a_new_joke_in_words_of_danger_wakes_nobody(text: str):
    patterns_alone = hear(text, NEUTRAL)
    assert patterns_alone is not None
    assert patterns_alone.level is Level.WOKEN
    weighed = hear(text, WORDS)
    assert weighed is None or weighed.level is Level.HEARD


UNKNOWN = [
    "bayiku kelihatan lain bu, dari semalam diam saja, bibirnya gelap, umur 2 minggu",
    "perut istri melintir terus dari subuh, mukanya seperti kertas, hamil 7 bulan",
]


@pytest.mark.parametrize("text", UNKNOWN)
def test_a_sign_in_words_that_no_pattern_knows_is_asked_about_and_quotes_what_was_written(text: str):
    assert hear(text, NEUTRAL) is None
    found = heard(text)
    assert found.level is Level.HEARD
    assert found.asks_only
    assert found.signs == found.groups == ()
    assert found.words
    assert set(found.words) <= set(text.replace(",", "").split())


def test_the_wording_alone_never_wakes():
    certain = replace(WORDS, leanings={"(start)": 99})
    found = hear("besok jadwal posyandu jam berapa bu", certain)
    assert found is not None
    assert found.level is Level.HEARD


UNLIKE = replace(WORDS, leanings={"(start)": -99})


def test_what_is_worded_like_anything_but_a_cry_is_not_heard():
    assert hear("anak saya muntah satu kali saja", UNLIKE) is None


@pytest.mark.parametrize(
    "text", ["saya ingin mati saja malam ini", "suami saya memukul saya lagi", "anak saya kejang sekarang juga"]
)
def test_self_harm_violence_and_what_is_grave_and_now_are_never_silenced_by_the_wording(text: str):
    found = hear(text, UNLIKE)
    assert found is not None
    assert found.level is Level.HEARD


def test_a_brief_answer_is_heard_by_the_patterns_alone():
    found = hear("kejang", UNLIKE)
    assert found is not None
    assert found.level is Level.WOKEN


def test_words_that_cries_seldom_hold_make_a_message_less_like_a_cry():
    def leans(text: str) -> int:
        return leaning(read(text, WORDS), WORDS)

    assert leans("anak saya kejang") > leans("anak saya kejang wayang golek keliling")


def test_a_high_blood_pressure_is_no_number_like_any_other():
    assert "<tekanan>" in wording(read("tensi 170/110", WORDS), WORDS).words
    assert "<tekanan>" not in wording(read("tensi 110/70", WORDS), WORDS).words
    assert "<tinggi>" not in wording(read("hamil 39 minggu", WORDS), WORDS).words


def test_points_are_learned_from_labelled_sentences():
    cries = ["anak saya kejang", "anak saya sesak", "anak saya biru"] * 3
    talk = ["motor saya mogok", "wifi saya mogok", "motor bapak mogok"] * 3
    labelled = [(text in cries, wording(read(text, WORDS), WORDS)) for text in cries + talk]
    points = leanings.learn(leanings.seen_as_new(labelled))
    assert points["anak"] > 0 > points["mogok"]
    assert points.get("saya", 0) < points["anak"]


def test_the_table_is_written_and_read_back(tmp_path: Path):
    file = tmp_path / "points.csv"
    leanings.write({"anak saya": 2, "mogok": -3}, {"anak": FAMILIAR, "mogok": FAMILIAR - 1}, file)
    points, familiar = load_leanings(file)
    assert points == {"anak saya": 2, "anak": 0, "mogok": -3}
    assert familiar == {"anak"}


def test_a_wrong_row_is_named(tmp_path: Path):
    file = tmp_path / LEANINGS.name
    file.write_text("points,said,cries\n2,anak,4\ntwo,bayi,3\n1,ibu\n", encoding="utf-8")
    with pytest.raises(DangerWordsError) as caught:
        load_leanings(file)
    assert [line.split(" ")[0] for line in str(caught.value).splitlines()] == [f"{file.name}:3:", f"{file.name}:4:"]
