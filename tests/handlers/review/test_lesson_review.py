"""Bu Murni, the midwife, reads lessons in her chat and signs them, or says what is to be changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from content.lessons import Lesson
from content.review import of_lesson
from db.lesson_reviews import LessonReview
from handlers.review import lesson_review
from programme import lesson_reviews, opening
from tests import people
from tests.chat import Chat
from tests.people import lesson, library

DANGER = lesson("bahaya", 40, 90, must_not_miss=True, topic="Tanda bahaya", body="{{ ibu }}, kejang: sekarang juga.")
EGG = lesson("telur", 30, 60, topic="Telur", body="{{ ibu }}, beri {{ nama }} telur.")
FISH = lesson("ikan", 35, 60, topic="Ikan", body="{{ ibu }}, beri {{ nama }} ikan.")


def city(*lessons: Lesson) -> City:
    return people.city(library=library(*(lessons or (EGG, FISH, DANGER))))


def midwife(session: Session, name: str = "Murni", title: str = "bidan") -> Chat:
    who = people.health(session, name, title, reachable=False)
    return Chat(session, people.address(session, who, "telegram").address, city=city())


def reviews(session: Session) -> list[tuple[str, bool, str, str]]:
    found = session.scalars(select(LessonReview).order_by(LessonReview.id))
    return [(one.lesson, one.is_signed, one.name, one.wish) for one in found]


def test_she_reads_danger_first_as_a_family_sees_it_with_what_she_needs_to_judge_it(session: Session):
    murni = midwife(session)
    said = murni.say("tinjau")
    told, about = murni.heard
    assert told.text == "❗ *Tanda bahaya*\n\nBu Sari, kejang: sekarang juga.\n\nSudah dicoba?"
    assert told.options == ()
    assert "*bahaya*, untuk Ibu, Ayah, Keluarga lain. Umur 1 bulan" in about.text
    assert "Sumber: Buku KIA 2023" in about.text
    assert "Menunggu tanda tangan: 1 tentang tanda bahaya, 2 lainnya." in said
    assert murni.labels == ["Setuju, tanda tangan", "Perlu diubah", "Lewati"]


def test_what_she_signs_is_kept_with_her_name_and_the_words_and_the_next_one_follows(session: Session):
    murni = midwife(session)
    murni.say("tinjau")
    said = murni.tap("Setuju")
    assert "✓ *bahaya* ditandatangani atas nama Murni, bidan." in said
    assert "*Telur*" in said
    [kept] = session.scalars(select(LessonReview))
    assert (kept.lesson, kept.is_signed, kept.name, kept.at) == ("bahaya", True, "Murni, bidan", murni.now)
    assert "kejang: sekarang juga" in kept.text
    murni.tap("Setuju")
    assert "Tidak ada lagi" in murni.tap("Setuju")
    assert lesson_reviews.unsigned(session, murni.city) == []


def test_a_text_that_changed_is_unsigned_again_by_itself(session: Session):
    murni = midwife(session)
    murni.say("tinjau")
    murni.tap("Setuju")
    murni.city = city(EGG, FISH, replace(DANGER, body="{{ ibu }}, kejang atau lemas: sekarang juga."))
    assert opening.unsigned(session, murni.city) == ("bahaya",)
    assert "kejang atau lemas" in murni.say("tinjau")


def test_a_tap_on_words_that_have_changed_meanwhile_signs_nothing(session: Session):
    murni = midwife(session)
    murni.say("tinjau")
    murni.city = city(EGG, FISH, replace(DANGER, body="{{ ibu }}, tunggu sampai besok."))
    said = murni.tap("Setuju")
    assert "belum ditandatangani" in said
    assert "tunggu sampai besok" in said
    assert reviews(session) == []


def test_what_is_to_be_changed_is_kept_for_the_editor_and_shown_to_the_next_who_reads_it(session: Session):
    murni = midwife(session)
    murni.say("tinjau")
    assert "apa yang perlu diubah" in murni.tap("Perlu diubah")
    said = murni.say("kejang: tulis juga apa yang dilakukan di jalan")
    assert "diteruskan kepada penyunting" in said
    assert "*Telur*" in said
    wish = "kejang: tulis juga apa yang dilakukan di jalan"
    assert reviews(session) == [("bahaya", False, "Murni, bidan", wish)]
    assert [one.wish for one in lesson_reviews.wishes(session, murni.city)] == [wish]
    assert "*Telur*" in murni.say("tinjau"), "she is not asked again while the words are the same"
    rahma = midwife(session, "Rahma", "tpg")
    assert f"Diminta diubah oleh Murni, bidan: {wish}" in rahma.say("tinjau")
    rahma.tap("Setuju")
    assert lesson_reviews.wishes(session, murni.city) == []


def test_what_she_passes_over_comes_again_the_next_time(session: Session):
    murni = midwife(session)
    murni.say("tinjau")
    assert "*Telur*" in murni.tap("Lewati")
    assert "*Ikan*" in murni.tap("Lewati")
    assert "Tidak ada lagi" in murni.tap("Lewati")
    assert "*Tanda bahaya*" in murni.say("tinjau")
    assert reviews(session) == []


@pytest.mark.parametrize(("title", "may"), [("bidan", True), ("tpg", True), ("kader", False), ("kepala", False)])
def test_only_a_midwife_or_a_nutritionist_signs(session: Session, title: str, may: bool):
    somebody = midwife(session, title=title)
    assert ("Setuju, tanda tangan" in somebody.say("tinjau") or "Setuju, tanda tangan" in somebody.labels) is may
    _, language, fingerprint = of_lesson(EGG).signature
    somebody.tap_token(f"review:sign:telur:{language}:{fingerprint[:8]}")
    assert bool(reviews(session)) is may


@pytest.mark.parametrize("shown", ["", "00000000"])
def test_a_forged_button_signs_nothing(session: Session, shown: str):
    murni = midwife(session)
    murni.tap_token(f"review:sign:telur:id:{shown}")
    murni.tap_token(f"review:sign:tidak-ada:id:{shown}")
    assert reviews(session) == []


def test_new_families_may_join_once_the_last_danger_text_is_signed(session: Session):
    murni = midwife(session)
    assert not opening.is_open(session, murni.city)
    murni.say("tinjau")
    murni.tap("Setuju")
    assert opening.is_open(session, murni.city)


def test_every_real_lesson_can_be_shown_with_the_names_of_an_example():
    town = people.city()
    for one in town.library.lessons:
        text = one.render(**lesson_review.example(town, people.TODAY, one))
        assert text
        assert "{" not in text
