"""The pictures that go with lessons: what a mother sees above the words."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import combinations
from math import pi
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest
import resvg_py
from PIL import Image

from content.lessons import Lesson
from drawing import attachments, lesson_pictures
from drawing.growth_chart.text import font
from drawing.lesson_pictures import LARGEST, NAMES, Facts, attachment, png, svg
from drawing.lesson_pictures.bowls import START
from drawing.lesson_pictures.palette import ORANGE, SUN
from rules.services.table import NATIONAL
from tests import people

TODAY = people.TODAY
BORN = date(2025, 10, 20)  # four months old
FACTS = Facts(
    TODAY, BORN, "Rafa", frozenset({"imunisasi-nasional-2024-0", "imunisasi-nasional-2024-1"}), date(2026, 8, 1)
)
LESSONS: tuple[Lesson, ...] = people.city().library.lessons
SVG = "{http://www.w3.org/2000/svg}"


class Line(NamedTuple):
    """A line of words and its place in the picture."""

    words: str
    left: float
    top: float
    right: float
    bottom: float
    room: float


def parsed(drawn: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawn)  # noqa: S314 - our own text


def lines(drawn: str) -> Iterator[Line]:
    """All words of a picture, measured with the font they are drawn in."""
    for text in parsed(drawn).iter(f"{SVG}text"):
        letters, x, y = font(int(text.attrib["font-size"]), bold=True), float(text.attrib["x"]), float(text.attrib["y"])
        words, size = text.text or "", int(text.attrib["font-size"])
        width = letters.getlength(words)
        left = x - width / 2 if text.attrib["text-anchor"] == "middle" else x
        yield Line(words, left, y - size * 0.72, left + width, y + size * 0.2, float(text.attrib["data-width"]))


def said(name: str, facts: Facts = FACTS) -> str:
    return " ".join(line.words for line in lines(svg(name, facts)))


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_arrives_where_the_signal_is_weak(name: str) -> None:
    picture = png(name, FACTS)
    opened = Image.open(BytesIO(picture))
    assert (opened.format, opened.size) == ("PNG", (720, 720))
    assert len(picture) < LARGEST
    head = opened.convert("RGB").crop((24, 24, 696, 108))
    assert sum(head.convert("L").histogram()[241:]) > 220, "the title is written"


@pytest.mark.parametrize("name", NAMES)
def test_words_stay_in_their_place_and_can_be_read(name: str) -> None:
    found = list(lines(svg(name, FACTS)))
    for line in found:
        assert line.right - line.left <= line.room + 0.1, f"{line.words} is wider than its box"
        assert 0 < line.left < line.right < 1080, f"{line.words} is cut off at the side"
        assert 0 < line.top < line.bottom < 1080, f"{line.words} is cut off above or below"
        assert line.bottom - line.top > 36, f"{line.words} is too small for a phone"
    for one, other in combinations(found, 2):
        beside = one.right <= other.left or other.right <= one.left
        assert beside or one.bottom <= other.top + 2 or other.bottom <= one.top + 2, f"{one.words} over {other.words}"


def test_words_are_few_and_numbers_have_a_comma() -> None:
    for name in NAMES:
        assert len(said(name).split()) <= 50, name
        assert not re.search(r"\d\.\d", said(name)), name


@pytest.mark.parametrize("word", ["dot", "botol", "formula", "stunting", "anemia", "gizi buruk", "gizi kurang"])
def test_no_picture_shows_a_product_or_a_diagnosis(word: str) -> None:
    assert not [name for name in NAMES if re.search(rf"\b{word}\b", said(name).lower())]


def test_the_same_facts_give_the_same_bytes() -> None:
    assert [png(name, FACTS) for name in NAMES[:3]] == [png(name, FACTS) for name in NAMES[:3]]
    assert svg("kartu-imunisasi", FACTS) == svg("kartu-imunisasi", replace(FACTS))


def test_a_picture_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(LookupError):
        svg("mangkuk-emas", FACTS)


# --- and the lessons --------------------------------------------------------------------


def test_every_picture_of_a_lesson_has_been_drawn() -> None:
    assert not {(lesson.id, lesson.picture) for lesson in LESSONS if lesson.picture and lesson.picture not in NAMES}


def test_every_picture_goes_with_a_lesson() -> None:
    assert not set(NAMES) - {lesson.picture for lesson in LESSONS}


def test_a_card_of_one_child_goes_only_to_its_family() -> None:
    assert all(lesson.for_family for lesson in LESSONS if lesson.picture in ("kartu-imunisasi", "periksa-hamil"))


# --- the bowl -----------------------------------------------------------------------------


def food(name: str) -> float:
    """How much the drawn bowl holds, as the volume of what is coloured, turned about its middle."""
    cones = parsed(svg(name, FACTS)).findall(f"{SVG}path")
    tall = [path for path in cones if path.get("fill") in (SUN, ORANGE) and path.get("stroke") is None]
    volumes: list[float] = []
    for path in tall:
        corners = [float(part) for part in re.findall(r"-?\d+\.?\d*", path.attrib["d"])]
        (x0, top, x1, _), (x2, bottom, x3, _) = corners[:4], corners[4:]
        wide, narrow, high = (x1 - x0) / 2, (x2 - x3) / 2, bottom - top
        volumes.append(pi * high * (wide**2 + wide * narrow + narrow**2) / 3)
    return max(volumes)


@pytest.mark.parametrize(("name", "ml"), [("mangkuk-mulai", START.most), ("mangkuk-6", 125), ("mangkuk-9", 200)])
def test_the_bowl_is_filled_as_far_as_the_age_says(name: str, ml: float) -> None:
    """Buku KIA: half of 250 ml at 6-8 months, up to 200 ml at 9-11, a whole one at 12-23."""
    assert food(name) / food("mangkuk-12") == pytest.approx(ml / 250, abs=0.01)


def test_the_bowl_grows_with_the_child() -> None:
    grown = [food(name) for name in ("mangkuk-mulai", "mangkuk-6", "mangkuk-9", "mangkuk-12")]
    assert grown == sorted(set(grown))


# --- the card of this child --------------------------------------------------------------------


def cells(facts: Facts) -> dict[str, str]:
    """What stands under each age of the card."""
    found = [line.words for line in lines(svg("kartu-imunisasi", facts))]
    ages = [words for words in found if words == "saat lahir" or re.fullmatch(r"\d+ bulan", words)]
    return {age: found[found.index(age) + 1] for age in ages}


def test_rafas_card_shows_what_he_has_had_what_is_open_and_what_comes_next() -> None:
    card = cells(FACTS)
    assert card["saat lahir"] == card["1 bulan"] == "sudah"
    assert card["2 bulan"] == card["4 bulan"] == "cek Buku KIA"
    assert card["9 bulan"] == "mulai 20 Jul"
    assert card["12 bulan"] == "Okt 2026"
    assert "Berikutnya: 9 bulan, mulai 20 Jul 2026" in said("kartu-imunisasi")
    assert "Imunisasi Adik Rafa" in said("kartu-imunisasi")


def test_rafas_card_changes_when_the_bidan_has_seen_him() -> None:
    seen = replace(FACTS, received=FACTS.received | {"imunisasi-nasional-2024-2"})
    assert cells(seen)["2 bulan"] == "sudah"
    assert cells(seen)["4 bulan"] == "cek Buku KIA"


def test_a_card_without_a_day_of_birth_only_tells_the_ages() -> None:
    words = said("kartu-imunisasi", Facts(TODAY, call="Rafa"))
    assert "18 bulan" in words
    assert "cek Buku KIA" not in words
    assert "20" not in words


@pytest.mark.parametrize("call", ["", "W" * 60, "Muhammad Al-Fatih Ramadhan Putra", "<b>&'\"", "Rafa 🌸"])
def test_any_name_stands_in_the_head(call: str) -> None:
    drawn = svg("kartu-imunisasi", replace(FACTS, call=call))
    assert all(36 <= line.left < line.right <= 1044 for line in lines(drawn) if line.top < 162)
    assert png("kartu-imunisasi", replace(FACTS, call=call))


def test_a_city_that_gives_je_sees_it_on_the_card() -> None:
    je = next(row for row in NATIONAL if row.id.endswith("-9"))
    own = (replace(je, id="imunisasi-kota-10-je", label="Imunisasi JE", detail="JE", start=10),)
    assert "10 bulan" in cells(replace(FACTS, own=own))
    assert "10 bulan" not in cells(FACTS)


def test_the_six_visits_have_the_months_of_this_pregnancy() -> None:
    words = said("periksa-hamil")
    assert words.count("dokter, USG") == 2
    first = date(2026, 8, 1) - timedelta(weeks=40 - 8)
    assert f"{first:%Y}" in words
    assert "2026" not in said("periksa-hamil", Facts(TODAY))


# --- as a file ------------------------------------------------------------------------------


def test_a_picture_for_all_is_one_file_and_a_card_one_for_each_child(tmp_path: Path) -> None:
    city = people.city(tmp_path)
    bu_sari, bu_ani = FACTS, replace(FACTS, call="Aisyah", born=BORN - timedelta(90))
    assert attachment(city, "oralit", bu_sari) == attachment(city, "oralit", bu_ani)
    assert attachment(city, "kartu-imunisasi", bu_sari).path != attachment(city, "kartu-imunisasi", bu_ani).path
    assert len(list(tmp_path.iterdir())) == 3
    sent = attachment(city, "oralit", bu_sari)
    assert (sent.kind, sent.name) == ("picture", "oralit.png")
    lesson_pictures.ready(tmp_path, sent.path)
    assert (tmp_path / sent.path).read_bytes() == png("oralit", bu_sari)


def test_a_picture_is_put_down_as_vector_and_drawn_when_it_is_sent(tmp_path: Path) -> None:
    city = people.city(tmp_path)
    sent = attachment(city, "oralit", FACTS)
    assert [file.suffix for file in tmp_path.iterdir()] == [".svg"]
    lesson_pictures.ready(tmp_path, sent.path)
    assert [file.name for file in tmp_path.iterdir()] == [sent.path]
    drawn = (tmp_path / sent.path).stat()
    lesson_pictures.ready(tmp_path, sent.path)
    assert attachment(city, "oralit", FACTS) == sent
    assert [file.name for file in tmp_path.iterdir()] == [sent.path], "who comes later gets the same drawing"
    assert (tmp_path / sent.path).stat().st_ino == drawn.st_ino


def test_twenty_messages_at_once_draw_their_picture_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawings: list[str] = []
    draw = resvg_py.svg_to_bytes
    monkeypatch.setattr(resvg_py, "svg_to_bytes", lambda **how: drawings.append("one") or draw(**how))
    sent = attachment(people.city(tmp_path), "kartu-imunisasi", replace(FACTS, call="Kembang"))  # drawn nowhere else
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: lesson_pictures.ready(tmp_path, sent.path), range(20)))
    assert drawings == ["one"]


def test_what_is_no_picture_of_ours_is_left_as_it_is(tmp_path: Path) -> None:
    assert not lesson_pictures.ready(tmp_path, "nowhere.png")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "ringkasan.xlsx").write_bytes(b"x")
    assert lesson_pictures.ready(tmp_path, "ringkasan.xlsx")
    assert [file.name for file in tmp_path.iterdir()] == ["ringkasan.xlsx"]


def test_upkeep_leaves_a_picture_that_is_in_use(tmp_path: Path) -> None:
    city = people.city(tmp_path)
    attachment(city, "oralit", FACTS)
    later = TODAY + timedelta(40)
    attachment(city, "oralit", replace(FACTS, today=later))
    month_ago = datetime.combine(later - timedelta(30), datetime.min.time(), people.WITA)
    assert attachments.delete_older(tmp_path, month_ago) == 0
    lesson_pictures.ready(tmp_path, attachment(city, "oralit", replace(FACTS, today=later)).path)
    assert attachments.delete_older(tmp_path, month_ago) == 0, "the drawing is as old as the sketch was"
    assert attachments.delete_older(tmp_path, month_ago + timedelta(60)) == 1


def test_drawing_does_not_ask_for_the_fonts_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    before = png("oralit", FACTS)
    monkeypatch.setenv("XDG_DATA_DIRS", "/nonexistent")
    monkeypatch.setenv("HOME", "/nonexistent")
    assert png("oralit", FACTS) == before
    assert lesson_pictures.png is png


def test_another_process_may_draw_the_same_picture_at_the_same_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = people.city(tmp_path)
    sent = attachment(city, "oralit", FACTS)
    draw, date_file = resvg_py.svg_to_bytes, attachments.date

    def as_the_other_does(**how: Any) -> bytes:
        (tmp_path / sent.path).with_suffix(".svg").unlink(missing_ok=True)
        return draw(**how)

    with monkeypatch.context() as here:
        here.setattr(resvg_py, "svg_to_bytes", as_the_other_does)
        assert lesson_pictures.ready(tmp_path, sent.path)
    (tmp_path / sent.path).unlink()
    attachment(city, "oralit", FACTS)

    def drawn_meanwhile(file: Path, now: datetime) -> None:
        lesson_pictures.ready(tmp_path, sent.path)
        date_file(file, now)

    monkeypatch.setattr(attachments, "date", drawn_meanwhile)
    assert attachment(city, "oralit", FACTS) == sent
