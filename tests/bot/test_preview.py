"""The page of all lessons: what a reviewer reads is what families get."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.preview.page import message, page
from content.check import LONG_VALUES, PASSED_ON
from content.city import City
from content.conditions import CONDITIONS
from content.lessons import AUDIENCES, STAGES, Lesson, Library, Question
from drawing import lesson_pictures
from programme import lesson_words as words
from tests import people
from tests.content.examples import CARD, GOOD

CHROMIUM = os.environ.get("ASUH_TEST_CHROMIUM") or shutil.which("chromium")
in_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: install it, or name it in ASUH_TEST_CHROMIUM")

EGG = replace(
    GOOD, id="telur", plan="E32", stage="bayi-6-12-bulan", anchor="lahir", day=224, until=330,
    audience=("ibu", "ayah"), body="{{ ibu }}, sudah {{ umur }}. Telur untuk Adik {{ nama }}.",
)  # fmt: skip
AGAIN = replace(
    EGG, id="telur-lagi", stage="kondisional", anchor="kejadian", day=0, until=14, condition="telur-belum",
    topic="Telur dengan cara lain",
)  # fmt: skip
DOSES = replace(EGG, id="dosis", day=300, audience=("ayah",), condition="dosis-kosong", must_not_miss=True)


def shown(*lessons: Lesson, overlays: dict[str, Any] | None = None) -> str:
    return page(people.city(library=Library(lessons, overlays or {})), date(2026, 11, 24))


def article(html: str, id: str) -> str:
    found = re.search(rf'<article id="{id}".*?</article>', html, re.DOTALL)
    assert found
    return found[0]


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


# --- the words -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def all_of_it() -> Iterator[tuple[City, str]]:
    """The whole calendar as one page, without drawing its pictures: ``tests/drawing`` draws each."""
    city = people.city()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lesson_pictures, "png", lambda name, facts: b"")
        yield city, page(city, date(2026, 11, 24))


def test_every_lesson_stands_there_as_it_is_sent(all_of_it: tuple[City, str]) -> None:
    city, html = all_of_it
    for lesson in city.library.lessons:
        said, sent = text(article(html, lesson.id)), message(lesson, city)
        assert squeezed(sent.text) in squeezed(said)
        assert all(option.label in said for option in sent.options)


def squeezed(said: str) -> str:
    """Without what is drawn otherwise on the page: spaces, line breaks, the asterisks of bold."""
    return re.sub(r"[\s*]", "", said)


def test_the_page_asks_nothing_of_the_network(all_of_it: tuple[City, str]) -> None:
    _, html = all_of_it
    assert re.findall(r'(?:src|href)="(?!#|data:)[^"]*"|@import|url\((?!data:)|fetch\(', html) == []


def test_bu_sari_is_called_by_name_and_her_child_has_the_age_of_the_day() -> None:
    assert "Bu Sari, sudah 7 bulan 10 hari. Telur untuk Adik Rafa." in text(shown(EGG))


def test_a_father_and_a_health_worker_are_called_by_their_names() -> None:
    assert "Pak Budi, sudah" in text(shown(DOSES))
    assert "Bu Rahma" in text(shown(CARD))


def test_what_looks_like_markup_is_harmless() -> None:
    html = shown(replace(EGG, topic="<b>Telur</b>", body="<script>alert(1)</script> & 1 < 2", notice='"<i>'))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; 1 &lt; 2" in html
    assert "&lt;b&gt;Telur&lt;/b&gt;" in html
    assert "<i>" not in html


def test_a_city_with_a_strange_name_is_harmless() -> None:
    html = page(replace(people.city(library=Library((EGG,))), name="Kota <b>"), date(2026, 11, 24))
    assert "Kota &lt;b&gt;" in html


def test_bold_is_bold() -> None:
    assert "Taruh <b>satu butir</b> di dekat kompor" in shown(GOOD)


def test_an_answer_says_which_lesson_follows_it() -> None:
    asks = replace(EGG, question=Question("Kemarin makan telur?", ("Ya", "Belum"), ("", "telur-belum")))
    said = text(article(shown(asks, AGAIN), "telur"))
    assert "Bila dijawab “Belum” menyusul: Telur dengan cara lain" in said
    assert "dijawab “Ya”" not in said


def test_a_picture_is_on_the_page() -> None:
    assert '<img src="data:image/png;base64,' in shown(replace(EGG, picture="telur-setiap-hari"))
    assert "<img" not in shown(EGG)


# --- when, for whom, by whom ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("lesson", "when", "still"),
    [
        (GOOD, "Hamil 15 minggu", "sampai hamil 17 minggu"),
        (replace(GOOD, day=1, until=14), "1 hari lewat HPL", "sampai 14 hari lewat HPL"),
        (EGG, "Umur 7 bulan 10 hari", "sampai umur 10 bulan 24 hari"),
        (replace(EGG, day=0), "Hari lahir", "sampai umur 10 bulan 24 hari"),
        (replace(EGG, anchor="nikah", day=-90, until=0), "90 hari sebelum nikah", "sampai hari pernikahan"),
        (replace(EGG, anchor="nikah", day=30, until=60), "30 hari sesudah nikah", "sampai 60 hari sesudah nikah"),
        (replace(EGG, anchor="tugas", day=0, until=6), "Hari ke-1 penugasan", "sampai hari ke-7 penugasan"),
        (AGAIN, "Kalau kemarin belum makan telur", "14 hari"),
        (replace(AGAIN, day=7), "Kalau kemarin belum makan telur, 7 hari kemudian", "7 hari"),
    ],
)
def test_the_day_is_said_as_people_say_it(lesson: Lesson, when: str, still: str) -> None:
    assert (words.when(lesson), words.still(lesson)) == (when, still)


def test_before_the_wedding_there_is_no_mother_yet() -> None:
    assert words.recipients(replace(EGG, stage="catin")) == "Calon istri, Calon suami"
    assert words.recipients(EGG) == "Ibu, Ayah"


def test_every_stage_and_reader_has_a_name() -> None:
    assert list(words.STAGES) == list(STAGES)
    assert list(words.AUDIENCES) == list(AUDIENCES)


def test_a_lesson_says_who_reviewed_it_or_that_nobody_has() -> None:
    read = replace(EGG, id="dibaca", reviewed_by="Bidan <Rahma>", reviewed_on=date(2026, 11, 20))
    html = shown(EGG, read)
    assert "belum ditinjau" in article(html, "telur")
    assert "ditinjau Bidan &lt;Rahma&gt;, 20 November 2026" in article(html, "dibaca")
    assert "1 dari 2 pesan sudah ditinjau" in text(html)


def test_what_must_not_be_missed_and_what_has_a_condition_is_marked() -> None:
    html = shown(EGG, DOSES)
    assert "Tidak boleh terlewat" in article(html, "dosis")
    assert CONDITIONS["dosis-kosong"].words in text(article(html, "dosis"))
    assert "Tidak boleh terlewat" not in article(html, "telur")
    assert "Hanya bila" not in article(html, "telur")


def test_the_filters_know_each_lesson() -> None:
    html = shown(EGG, DOSES)
    assert '<article id="telur" data-audience="ibu ayah" data-condition="">' in html
    assert '<article id="dosis" data-audience="ayah" data-condition="dosis-kosong" data-must>' in html
    assert '<option value="dosis-kosong">' in html
    assert '<option value="kek">' not in html
    assert 'name="language"' not in html


def test_a_stage_is_read_in_the_order_of_its_days_and_signed_at_its_end() -> None:
    html = shown(*people.library(replace(EGG, id="akhir", day=330), EGG).lessons, CARD)
    assert html.index('id="telur"') < html.index('id="akhir"')
    assert html.count("Tanda tangan") == 2


def test_no_message_is_longer_than_the_check_believes(all_of_it: tuple[City, str]) -> None:
    """content.check measures with a line of passing on and the longest names; what is sent must not outgrow it."""
    city, _ = all_of_it
    for lesson in city.library.lessons:
        if lesson.for_family:
            believed = len(f"❗ *{lesson.topic}*\n\n{PASSED_ON}\n\n{lesson.render(**LONG_VALUES)}")
            believed += len(f"\n\n{lesson.question.text}") if lesson.question else 0
            assert len(message(lesson, city).text) + len(PASSED_ON) <= believed


# --- in a browser ----------------------------------------------------------------------------


@asynccontextmanager
async def opened(file: Path, width: int = 1280) -> AsyncGenerator[Page]:
    """The page in a window. A mistake in its script fails the test."""
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        tab = await browser.new_page(viewport={"width": width, "height": 900})
        mistakes: list[str] = []
        tab.on("pageerror", lambda mistake: mistakes.append(str(mistake)))
        await tab.goto(file.as_uri())
        yield tab
        await browser.close()
        assert mistakes == []


# Somebody empties the filters and has chosen a language again before the page has come to empty them.
QUICK = """() => {
    const form = document.getElementById("filters");
    form.reset();
    form.elements.language.value = "en";
    form.elements.language.dispatchEvent(new Event("input", {bubbles: true}));
}"""


@pytest.mark.browser
@in_chromium
async def test_a_reviewer_finds_filters_and_reads_in_another_language(tmp_path: Path) -> None:
    english = replace(
        EGG, topic="Eggs", body="An egg for {{ nama }}.", reviewed_by="Dr. Ina", reviewed_on=date(2026, 11, 20)
    )
    html = shown(GOOD, EGG, DOSES, AGAIN, CARD, overlays={"en": {"telur": english}})
    (file := tmp_path / "pesan.html").write_text(html, encoding="utf-8")
    async with opened(file) as tab:
        lessons = tab.locator("article:visible")
        await expect(lessons).to_have_count(5)

        await tab.get_by_label("Tahap").first.select_option("bayi-6-12-bulan")
        await expect(lessons).to_have_count(2)
        await tab.get_by_label("Syarat").select_option("*")
        await expect(lessons).to_have_count(1)
        await expect(tab.locator("#count")).to_have_text("1 dari 5 pesan")
        await expect(tab.locator("section:visible")).to_have_count(1)

        await tab.get_by_role("button", name="Hapus saringan").click()
        await tab.get_by_label("Pembaca").select_option("petugas")
        await expect(lessons).to_have_count(1)
        await tab.get_by_role("button", name="Hapus saringan").click()
        await tab.get_by_label("Cari").fill("KOMPOR kelor")
        await expect(lessons).to_have_count(2)  # the words stand in the mother's lesson and on the card
        await tab.get_by_label("Cari").fill("tidak ada yang begini")
        await expect(tab.get_by_text("Tidak ada pesan yang cocok")).to_be_visible()

        await tab.get_by_role("button", name="Hapus saringan").click()
        await tab.get_by_label("Bahasa").select_option("en")
        await expect(tab.locator("#telur .told:visible")).to_contain_text("An egg for Rafa.")
        await expect(tab.locator("#dosis .untold")).to_be_visible()
        await tab.get_by_label("Tinjauan").select_option("sudah")
        await expect(lessons).to_have_count(1)

        await tab.evaluate(QUICK)
        await expect(lessons).to_have_count(5)
        await expect(tab.locator("#telur .told:visible")).to_contain_text("An egg for Rafa.")
        await tab.get_by_label("Tinjauan").select_option("sudah")

        await tab.emulate_media(media="print")
        await expect(tab.locator(".sign:visible")).to_have_count(1)
        await expect(tab.locator("#chosen")).to_contain_text("Sudah ditinjau")
        await expect(tab.locator("#filters")).to_be_hidden()


@pytest.mark.browser
@in_chromium
async def test_nothing_sticks_out_on_a_phone(tmp_path: Path) -> None:
    (file := tmp_path / "pesan.html").write_text(shown(GOOD, EGG, DOSES, AGAIN, CARD), encoding="utf-8")
    async with opened(file, width=360) as tab:
        assert await tab.evaluate("document.documentElement.scrollWidth") == 360
