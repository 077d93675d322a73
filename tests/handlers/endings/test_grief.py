"""Grief in chat: however it is told, and whatever old button is tapped, nothing glad is said of whom they lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import consent, outbox
from db.children import Child, Pregnancy
from db.consent import PaperConsent
from db.endings import Ending
from db.outbox import PLANNED, SENT, TAKEN, Outgoing
from db.subjects import subject
from delivery import before_send
from flow.message import Message
from programme import ending_announcements
from scheduler import birth_questions, graduations
from scheduler.lessons import planning
from scheduler.looks import finish
from tests import people
from tests.chat import Chat, chat_with, confirmed_by
from tests.people import NOW, TODAY, at
from tests.rows import outgoing


def days(count: int) -> timedelta:
    return timedelta(days=count)


def lessons(session: Session) -> list[Outgoing]:
    return list(session.scalars(select(Outgoing).where(Outgoing.kind == "lesson", Outgoing.state == PLANNED)))


def texts(rows: list[Outgoing]) -> str:
    return "\n".join(Message.from_json(row.message).text for row in rows)


def stands(session: Session, chat: Chat, person: int, lesson: str, about: int, **more: Any) -> None:
    """A lesson that was sent, with its question still unanswered."""
    row = outgoing(
        f"lesson:{person}:{lesson}:{about}", "telegram", chat.address, {"text": ""}, NOW, person_id=person, **more
    )
    outbox.promise(session, [row | {"state": SENT}])
    session.flush()


def test_the_old_button_kabar_duka_of_the_birth_form_means_the_baby_that_was_born(session: Session):
    home = people.family(session)
    pregnancy = people.pregnancy(session, home, TODAY + days(5))
    sari = chat_with(session, people.carer(session, home).person)
    sari.tap_token(f"birth:pregnancy:{pregnancy.id}")
    old = sari.button("Kabar duka").token
    sari.fill("Hari ini", "Satu", "Perempuan", "Aisyah", "3100", "Kirim")
    sari.now += days(3)
    sari.tap_token(old)
    for label in ("Adik Aisyah", "Ya, benar", "Bayi lahir meninggal"):  # today only the last is there
        if any(one.startswith(label) for one in sari.labels):
            sari.tap(label)
    for day in range(4, 40):
        finish(planning.tick, session, at(TODAY + days(day), "06:05"), people.city())
    assert "Aisyah" not in texts(lessons(session))


def test_an_old_button_keguguran_cannot_end_a_pregnancy_that_ended_in_a_birth(session: Session):
    home = people.family(session)
    pregnancy = people.pregnancy(session, home, TODAY + days(5))
    sari = chat_with(session, people.carer(session, home).person)
    sari.say("keguguran")
    sari.tap("Bu Sari")
    old = sari.button("Keguguran").token
    sari.tell_of_birth(pregnancy.id)
    assert "berduka" not in sari.tap_token(old)
    assert pregnancy.state == "lahir"


def test_a_name_is_not_asked_of_who_says_that_the_baby_died(session: Session):
    home = people.family(session)
    people.child(session, home, "", TODAY - days(3))
    sari = chat_with(session, people.carer(session, home).person)
    sari.say("nama")
    assert "berduka" in sari.say("bayi kami sudah meninggal")


@pytest.mark.parametrize("word", ["duka", "bayinya meninggal", "berhenti"])
def test_grief_and_stop_are_heard_at_a_question_for_a_number(session: Session, word: str):
    home = people.family(session)
    pregnancy = people.pregnancy(session, home, TODAY + days(5))
    sari = chat_with(session, people.carer(session, home).person)
    sari.tap_token(f"birth:pregnancy:{pregnancy.id}")
    sari.fill("Hari ini", "Satu", "Perempuan", "Aisyah")
    assert "Tulis angkanya saja" not in sari.say(word)


@pytest.mark.parametrize("words", [
    "bayi kami sudah lahir mati", "sudah lahir tapi tidak tertolong", "sudah lahir tapi tidak selamat",
    "kemarin lahir sudah tiada",
])  # fmt: skip
def test_a_stillbirth_in_ones_own_words_is_no_glad_news(session: Session, words: str):
    home = people.family(session)
    people.pregnancy(session, home, TODAY + days(5))
    sari = chat_with(session, people.carer(session, home).person)
    assert "berduka" in sari.say(words)


def test_congratulations_that_were_only_announced_are_not_read_after_the_baby_died(session: Session):
    home = people.family(session)
    pregnancy = people.pregnancy(session, home, TODAY + days(5))
    sari = chat_with(session, people.carer(session, home).person)
    amir = people.carer(session, home, "Amir", "ayah").person
    his = chat_with(session, amir)
    sari.tell_of_birth(pregnancy.id)
    row = session.scalars(select(Outgoing).where(Outgoing.kind == "born", Outgoing.person_id == amir.id)).one()
    row.state = SENT  # as a template, on WhatsApp
    sari.now += days(1)
    sari.tap_token(f"loss:yes:died:child:{session.scalars(select(Child.id)).one()}")
    assert "Selamat" not in his.tap_token(f"read:{row.key}")


def test_good_news_of_growth_that_was_only_announced_is_not_read_after_the_child_died(session: Session):
    home = people.family(session)
    rafa = people.child(session, home, "Rafa", TODAY - days(500))
    sari = chat_with(session, people.carer(session, home).person)
    ending_announcements.notify(session, people.city(), rafa, "lulus", NOW)
    row = session.scalars(select(Outgoing).where(Outgoing.kind.in_(("ending", "loss")))).one()
    row.state = SENT
    sari.tap_token(f"loss:yes:died:child:{rafa.id}")
    assert "gembira" not in sari.tap_token(f"read:{row.key}")


def test_an_announced_lesson_does_not_name_the_twin_who_died_since(session: Session):
    home = people.family(session)
    people.child(session, home, "Rafa", TODAY - days(100))
    rafi = people.child(session, home, "Rafi", TODAY - days(100))
    sari = chat_with(session, people.carer(session, home).person)
    finish(planning.tick, session, at(TODAY + days(1), "06:05"), people.city())
    row = next(row for row in lessons(session) if "Rafi" in row.message["text"])
    row.state = SENT
    sari.now += days(2)
    sari.tap_token(f"loss:yes:died:child:{rafi.id}")
    assert "Rafi" not in sari.tap_token(f"read:{row.key}")


def test_the_old_button_perbaiki_hpl_asks_nothing_after_a_loss(session: Session):
    home = people.family(session)
    pregnancy = people.pregnancy(session, home, TODAY + days(100))
    sari = chat_with(session, people.carer(session, home).person)
    sari.say("hamil")
    old = sari.button("Perbaiki HPL").token
    sari.tap_token(f"loss:yes:miscarried:pregnancy:{pregnancy.id}")
    assert "Apa yang sudah diketahui" not in sari.tap_token(old)


def test_nobody_is_asked_for_the_name_of_a_twin_who_died(session: Session):
    home = people.family(session)
    people.child(session, home, "", TODAY - days(3))
    girl = people.child(session, home, "", TODAY - days(3), sex="P")
    sari = chat_with(session, people.carer(session, home).person)
    sari.say("nama")
    old = sari.button("Bu Sari, perempuan").token
    sari.tap_token(f"loss:yes:died:child:{girl.id}")
    assert "nama panggilan bayi" not in sari.tap_token(old)


def test_nothing_is_to_be_passed_on_to_a_mother_who_died(session: Session):
    home = people.family(session)
    people.child(session, home, "Rafa", TODAY - days(60))
    amir = chat_with(session, people.carer(session, home, "Amir", "ayah").person)
    amir.say("istri saya meninggal")
    amir.tap("Ibunya")
    amir.tap("Ya, benar")
    for day in range(1, 40):
        finish(planning.tick, session, at(TODAY + days(day), "06:05"), people.city())
    assert "mohon sampaikan kepada Bu Sari" not in texts(lessons(session))


def test_while_a_family_mourns_nobody_celebrates_a_brothers_birthday(session: Session):
    home = people.family(session)
    rafa = people.child(session, home, "Rafa", TODAY - days(100))
    people.child(session, home, "Rafi", TODAY.replace(year=TODAY.year - 5) + days(2))
    sari = chat_with(session, people.carer(session, home).person)
    sari.tap_token(f"loss:yes:died:child:{rafa.id}")
    for day in range(1, 5):
        finish(graduations.tick, session, at(TODAY + days(day), "03:30"), people.city())
    rows = list(
        session.scalars(select(Outgoing).where(Outgoing.kind.in_(("ending", "loss")), Outgoing.state == PLANNED))
    )
    assert [row for row in rows if row.due_at < at(TODAY + days(14), "00:00")] == []


def test_a_pause_does_not_shorten_the_pause_after_a_loss(session: Session):
    home = people.family(session)
    rafa = people.child(session, home, "Rafa", TODAY - days(100))
    people.child(session, home, "Rafi", TODAY - days(800))
    carer = people.carer(session, home)
    sari = chat_with(session, carer.person)
    sari.tap_token(f"loss:yes:died:child:{rafa.id}")
    sari.say("jeda")
    sari.tap("Seminggu")
    assert carer.paused_until == TODAY + days(14)


def test_no_cheer_at_an_old_answer_about_the_pregnancy_of_a_baby_that_died(session: Session):
    home = people.family(session)
    pregnancy = people.pregnancy(session, home, TODAY + days(5))
    carer = people.carer(session, home)
    sari = chat_with(session, carer.person)
    stands(session, sari, carer.person_id, "hamil-36", pregnancy.id)
    sari.tell_of_birth(pregnancy.id)
    sari.now += days(2)
    sari.tap_token(f"loss:yes:died:child:{session.scalars(select(Child.id)).one()}")
    said = sari.tap_token(f"lesson:hamil-36:1:{pregnancy.id}")
    assert said == "Terima kasih, Bu Sari."


def test_a_couple_that_lost_its_pregnancy_is_not_asked_about_it_by_an_old_button(session: Session):
    home = people.family(session)
    wedding = people.wedding(session, home, TODAY - days(60))
    carer = people.carer(session, home)
    sari = chat_with(session, carer.person)
    lesson, number = next(
        (one, one.question.answers.index("Sudah hamil") + 1)
        for one in people.city().library.of_anchor("nikah")
        if one.question and "Sudah hamil" in one.question.answers
    )
    stands(session, sari, carer.person_id, lesson.id, wedding.id, origin=subject(wedding))
    sari.say("hamil")
    sari.fill("Kira-kira minggunya", "8", "Kirim")
    sari.now += days(5)
    sari.tap_token(f"loss:yes:miscarried:pregnancy:{session.scalars(select(Pregnancy.id)).one()}")
    said = sari.tap_token(f"lesson:{lesson.id}:{number}:{wedding.id}")
    assert "Apa yang sudah diketahui" not in said


class Widowed:
    """Pak Amir, Bu Sari and their Rafa, a child on its way, and those who work for them."""

    def __init__(self, session: Session):
        self.session = session
        home = people.family(session)
        home.health_centre_id = people.health_centre(session).id
        self.rafa = people.child(session, home, "Rafa", TODAY - days(60), code="A-31")
        self.expected = people.pregnancy(session, home, TODAY + days(200))
        self.sari = people.carer(session, home)
        self.amir = people.carer(session, home, "Amir Hamzah", "ayah")
        self.anwar = people.asn(session)
        people.fosters(session, self.anwar, home, TODAY - days(40))
        self.murni, self.ratna = people.health(session), people.coordinator(session)
        self.home = home
        session.commit()

    def told(self) -> dict[int | None, str]:
        rows = self.session.scalars(select(Outgoing).where(Outgoing.kind.in_(("ending", "loss"))))
        return {row.person_id: Message.from_json(row.message).text for row in rows}


def test_a_mothers_death_ends_her_pregnancy_and_her_lessons_and_everybody_is_told_once(session: Session):
    here = Widowed(session)
    amir = chat_with(session, here.amir.person)
    amir.say("istri saya meninggal")
    assert "Apakah benar *Bu Sari* telah berpulang?" in amir.tap("Ibunya")
    assert here.home.mother_died_on is None, "nothing is written before it is confirmed"
    said = amir.tap("Ya, benar")
    assert said.startswith("Pak Amir, kami turut berduka sedalam-dalamnya atas berpulangnya Bu Sari.")
    assert "Adik Rafa masih menyusu? Kabari bidan hari ini juga" in said
    assert (here.home.mother_died_on, here.expected.state, here.rafa.state) == (TODAY, "ibu wafat", "aktif")
    assert (here.sari.stopped_at, here.sari.stop_reason) == (amir.now, "berpulang")
    assert consent.standing(session, here.sari.person_id, here.home.id) is None
    sheets = session.scalars(select(PaperConsent).where(PaperConsent.family_id == here.home.id)).all()
    assert [sheet.withdrawn_at for sheet in sheets] == [amir.now], "what she signed ends with her"
    told = here.told()
    assert set(told) == {here.anwar.id, here.murni.id, here.ratna.id}
    assert "Pendampingan Adik Rafa tetap berjalan" in told[here.anwar.id]
    assert "apakah ia masih menyusu" in told[here.murni.id]
    assert [one.kind for one in session.scalars(select(Ending))] == ["ibu wafat"]


def test_a_widower_gets_no_lessons_for_two_weeks_and_then_only_his_own(session: Session):
    here = Widowed(session)
    amir = chat_with(session, here.amir.person)
    amir.tap_token(f"loss:yes:mother:child:{here.rafa.id}")
    for day in range(1, 60):
        finish(planning.tick, session, at(TODAY + days(day), "06:05"), people.city())
    planned = [row for row in lessons(session) if row.person_id == here.amir.person_id]
    assert planned
    assert min(row.due_at for row in planned) >= at(TODAY + days(14), "00:00")
    assert "mohon sampaikan" not in texts(planned)
    assert not [row for row in lessons(session) if row.person_id == here.sari.person_id]


def test_a_mother_is_not_asked_about_her_own_death_and_it_is_told_only_once(session: Session):
    here = Widowed(session)
    sari, anwar = chat_with(session, here.sari.person), chat_with(session, here.anwar)
    sari.say("duka")
    assert "Ibunya" not in sari.labels
    assert "tidak berlaku" in sari.tap_token(f"loss:yes:mother:child:{here.rafa.id}")
    assert here.home.mother_died_on is None
    assert "kami tahan" in anwar.tap_token(f"loss:yes:mother:child:{here.rafa.id}")
    assert here.home.mother_died_on is None
    confirmed_by(session, here.murni)
    before = here.told()
    amir = chat_with(session, here.amir.person)
    assert "sudah kami catat" in amir.tap_token(f"loss:mother:child:{here.rafa.id}")
    assert "sudah kami catat" in amir.tap_token(f"loss:yes:mother:child:{here.rafa.id}")
    assert here.told() == before


def mornings(session: Session, first: int, last: int) -> list[Outgoing]:
    """What goes out on these mornings, each taken and looked at once more as delivery does."""
    gone: list[Outgoing] = []
    for day in range(first, last):
        finish(planning.tick, session, at(TODAY + days(day), "06:05"), DANGER)
        for row in lessons(session):
            row.state = TAKEN
            before_send.check(session, [row], at(TODAY + days(day), "09:30"), DANGER)
            gone += [row] if row.state == TAKEN else []
            row.state = SENT if row.state == TAKEN else row.state
    return gone


DANGER = people.city(library=people.library(people.lesson("bahaya", 100, 400, must_not_miss=True)))


def test_after_the_pause_the_danger_signs_come_for_the_twin_who_lives(session: Session):
    home = people.family(session)
    people.child(session, home, "Rafa", TODAY - days(100))
    rafi = people.child(session, home, "Rafi", TODAY - days(100))
    sari = chat_with(session, people.carer(session, home).person)
    finish(planning.tick, session, at(TODAY, "06:05"), DANGER)
    sari.tap_token(f"loss:yes:died:child:{rafi.id}")
    [row] = mornings(session, 1, 40)
    assert "Rafa" in row.message["text"]
    assert "Rafi" not in row.message["text"]


def test_a_mothers_death_takes_nothing_from_what_is_said_and_answered_about_her_child(session: Session):
    here = Widowed(session)
    here.rafa.born = TODAY - days(100)
    session.flush()
    amir = chat_with(session, here.amir.person)
    stands(session, amir, here.amir.person_id, "bayi-10-bulan-batuk-pilek", here.rafa.id)
    finish(planning.tick, session, at(TODAY, "06:05"), DANGER)
    amir.tap_token(f"loss:yes:mother:child:{here.rafa.id}")
    assert [row.person_id for row in mornings(session, 1, 40)] == [here.amir.person_id]
    assert "✓" in amir.tap_token(f"lesson:bayi-10-bulan-batuk-pilek:2:{here.rafa.id}")


def test_a_reported_birth_does_not_stop_the_question_about_other_mothers(session: Session):
    murni = people.health(session)
    mothers = []
    for name in ("Sari", "Wati", "Ani"):
        home = people.family(session, name)
        home.health_centre_id = people.health_centre(session).id
        mothers.append(people.pregnancy(session, home, TODAY - days(15)))
    finish(birth_questions.tick, session, NOW, people.city())
    row = session.scalars(select(Outgoing).where(Outgoing.person_id == murni.id, Outgoing.state == PLANNED)).one()
    mothers[0].state = "lahir"
    row.state = TAKEN
    before_send.check(session, [row], NOW, people.city())
    assert row.state == TAKEN
