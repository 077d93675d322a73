"""A pregnancy is told by whoever knows of it, by whatever is known of its date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.audit import Audit
from db.children import Carer, Family, Pregnancy, Wedding
from db.drafts import Draft
from db.outbox import PLANNED, SKIPPED, Outgoing, promise
from db.subjects import Subject, SubjectKind, subject
from handlers.birth.new_pregnancy import is_pregnancy
from rules.stages import pregnancy_week
from scheduler.lessons import planning
from scheduler.looks import finish
from tests import people
from tests.audited import lines
from tests.chat import Chat, chat_with, stranger
from tests.people import TODAY, at, lesson, library
from tests.rows import outgoing


def days(count: int) -> timedelta:
    return timedelta(days=count)


@pytest.fixture
def home(session: Session) -> Family:
    """Bu Sari's family, of which no pregnancy is known."""
    family = people.family(session)
    family.health_centre_id = people.health_centre(session).id
    return family


@pytest.fixture
def sari(session: Session, home: Family) -> Chat:
    return chat_with(session, people.carer(session, home).person)


def only(session: Session) -> Pregnancy:
    return session.scalars(select(Pregnancy)).one()


def fill(chat: Chat, how: str, answer: str, word: str = "hamil") -> str:
    chat.say(word)
    chat.tap(how)
    chat.say(answer)
    return chat.tap("Kirim")


# --- by whatever is known ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "answer", "due", "sure"),
    [
        ("HPL dari bidan", "12/9/2026", date(2026, 9, 12), True),
        ("Hari haid terakhir", "10/1", date(2026, 10, 17), True),
        ("Kira-kira minggunya", "8", TODAY + days(32 * 7), False),
        ("Kira-kira minggunya", "2 bulan", TODAY + days(31 * 7), False),
    ],
)
def test_the_hpl_follows_from_what_is_known(
    session: Session, sari: Chat, how: str, answer: str, due: date, sure: bool
) -> None:
    said = fill(sari, how, answer)
    one = only(session)
    assert (one.due, one.sure, one.state, one.mother_name) == (due, sure, "aktif", "Sari Rahmawati")
    assert f"{pregnancy_week(due, TODAY)} minggu" in said
    assert ("masih perkiraan" in said) is not sure
    assert "Selamat, Bu Sari!" in said
    [line] = lines(session, "pregnancy.enter")
    assert line.about == f"pregnancy:{one.id}"


def test_whoever_does_not_know_the_hpl_is_sent_to_the_midwife_and_nothing_is_stored(
    session: Session, sari: Chat
) -> None:
    sari.say("hamil lagi")
    assert "dihitung bidan saat pemeriksaan pertama" in sari.tap("Belum tahu")
    assert not session.scalars(select(Pregnancy)).all()
    assert not session.scalars(select(Draft)).all()
    assert "Belum ada kader atau bidan" in sari.say("rumah kami pindah gang")


@pytest.mark.parametrize(
    ("how", "answer", "said"),
    [
        ("HPL dari bidan", "12/9/2027", "tidak boleh sesudah"),
        ("HPL dari bidan", "1/2/2026", "tidak boleh sebelum"),
        ("Hari haid terakhir", "besok", "tidak boleh sesudah"),
        ("Hari haid terakhir", "1/3/2025", "tidak boleh sebelum"),
        ("Kira-kira minggunya", "50", "antara 1 dan 42 minggu"),
    ],
)
def test_a_date_that_cannot_be_is_asked_again(sari: Chat, how: str, answer: str, said: str) -> None:
    sari.say("hamil")
    sari.tap(how)
    assert said in sari.say(answer)


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        ("saya sudah hamil bu", True),
        ("Alhamdulillah istri saya hamil", True),
        ("ternyata hamil lagi", True),
        ("mau hamil lagi", False),
        ("apakah saya hamil?", False),
        ("belum hamil", False),
        ("saya sudah hamil 8 bulan dan kaki saya bengkak sekali", False),
    ],
)
def test_a_pregnancy_is_noticed_in_a_few_free_words(words: str, tells: bool) -> None:
    assert is_pregnancy(words) is tells


def test_the_words_open_the_form_only_where_no_pregnancy_is_known(session: Session, home: Family, sari: Chat) -> None:
    assert "Apa yang sudah diketahui" in sari.say("saya ternyata hamil lagi")
    sari.say("batal")
    sari.tap("Ya, buang")
    people.pregnancy(session, home, TODAY + days(100))
    session.commit()
    assert "Belum ada kader atau bidan" in sari.say("saya sudah hamil")


# --- a pregnancy that is known already ---------------------------------------------------------------------------


def test_a_second_running_pregnancy_is_refused_and_the_hpl_of_the_first_can_be_corrected(
    session: Session, sari: Chat
) -> None:
    fill(sari, "HPL dari bidan", "12/9/2026")
    said = sari.say("hamil lagi")
    assert "sudah tercatat, HPL *Sabtu 12 September 2026*" in said
    assert sari.labels == ["Perbaiki HPL", "Sudah lahir", "Nanti saja"]
    sari.tap("Perbaiki HPL")
    assert "Kira-kira minggunya" not in sari.labels  # a guess does not replace what is sure
    sari.tap("HPL dari bidan")
    sari.say("20/9/2026")
    assert "sudah diperbaiki: *Minggu 20 September 2026*" in sari.tap("Kirim")
    assert only(session).due == date(2026, 9, 20)
    assert session.scalars(select(Audit).where(Audit.action == "pregnancy.correct")).one()


def test_a_guess_becomes_sure_when_the_midwife_has_said_the_day(session: Session, sari: Chat) -> None:
    fill(sari, "Kira-kira minggunya", "8")
    sari.say("hamil")
    sari.tap("Perbaiki HPL")
    sari.tap("HPL dari bidan")
    sari.say("12/10/2026")
    sari.tap("Kirim")
    assert (only(session).due, only(session).sure) == (date(2026, 10, 12), True)


def test_the_lessons_follow_the_corrected_hpl(session: Session, home: Family, sari: Chat) -> None:
    people.pregnancy(session, home, TODAY + days(100))
    session.commit()
    town = people.city(library=library(lesson("hamil-20", -150, -140, anchor="hpl")))
    finish(planning.tick, session, at(TODAY, "09:05"), town)
    lessons = select(Outgoing).where(Outgoing.kind == "lesson", Outgoing.state == PLANNED)
    assert not session.scalars(lessons).all()
    sari.say("hamil")
    sari.tap("Perbaiki HPL")
    sari.tap("HPL dari bidan")
    sari.say(f"{TODAY + days(151):%d/%m/%Y}")
    sari.tap("Kirim")
    finish(planning.tick, session, at(TODAY + days(1), "09:05"), town)
    assert [one.lesson for one in session.scalars(lessons)] == ["hamil-20"]


def test_a_date_of_a_pregnancy_that_is_over_is_not_entered_again(session: Session, home: Family, sari: Chat) -> None:
    people.pregnancy(session, home, date(2026, 9, 12), state="keguguran")
    session.commit()
    assert "sudah tercatat dan selesai" in fill(sari, "HPL dari bidan", "12/9/2026")
    assert only(session).state == "keguguran"


# --- couples, and those who accompany ----------------------------------------------------------------------------


def test_with_the_pregnancy_the_lessons_for_couples_are_over(session: Session, home: Family, sari: Chat) -> None:
    wedding = people.wedding(session, home, TODAY - days(60))
    sari.city = people.city(library=library(lesson("catin-1", 60, 90, anchor="nikah", stage="catin")))
    who = session.scalars(select(Carer)).one().person_id
    for id, origin in (("catin-1", subject(wedding)), ("bayi-1", Subject(SubjectKind.CHILD, wedding.id))):
        key = f"lesson:{who}:{id}:{wedding.id}"
        promise(session, [outgoing(key, "x", "y", {"text": "x"}, at(TODAY), person_id=who, origin=origin)])
    session.commit()
    fill(sari, "HPL dari bidan", "12/9/2026")
    assert session.scalars(select(Wedding)).one().state == "hamil"
    lessons = session.scalars(select(Outgoing).where(Outgoing.kind == "lesson").order_by(Outgoing.id)).all()
    assert [(one.state, one.reason) for one in lessons] == [(SKIPPED, "sudah hamil"), (PLANNED, "")]


def test_a_midwife_enters_it_for_a_family_of_her_place(session: Session, home: Family) -> None:
    other = people.family(session, "Ani", people.village(session, "Poasia", "Abeli"))
    people.family(session, "Wa Ode Fitri").health_centre_id = home.health_centre_id
    chat = chat_with(session, people.health(session, reachable=False))
    assert "Siapa yang hamil?" in chat.say("hamil")
    assert chat.labels == [f"Bu Sari ({home.code})", f"Bu Fitri (KK-{int(home.code[3:]) + 2:04})", "Nanti saja"]
    chat.tap("Bu Sari")
    chat.tap("HPL dari bidan")
    chat.say("12/9/2026")
    assert "Pastikan Bu Sari sudah diperiksa" in chat.tap("Kirim")
    assert only(session).family_id == home.id
    assert "tidak berlaku" in chat.tap_token(f"expecting:{other.id}")
    assert "tidak berlaku" in chat.tap_token(f"expecting:unknown:{other.id}")


def test_with_many_families_the_name_is_written(session: Session, home: Family) -> None:
    for number in range(12):
        people.family(session, f"Ibu{number} Jaya").health_centre_id = home.health_centre_id
    chat = chat_with(session, people.health(session, reachable=False))
    assert "Tulis nama ibu" in chat.say("hamil")
    assert "belum ketemu" in chat.say("jaya")
    chat.say("sari")
    assert "Apa yang sudah diketahui" in chat.tap("Bu Sari")


# --- joining as a couple -----------------------------------------------------------------------------------------


@pytest.fixture
def newcomer(session: Session) -> Chat:
    people.village(session, "Poasia")
    session.commit()
    chat = stranger(session)
    chat.say("halo")
    chat.tap("Ikut menerima")
    chat.tap("Setuju")
    return chat


def test_a_groom_joins_with_his_bride_and_their_day(session: Session, newcomer: Chat) -> None:
    newcomer.say("Budi Santoso")
    newcomer.tap("Akan/baru menikah")
    newcomer.tap("Calon suami/suami")
    newcomer.say("Wati")
    newcomer.say("20/6")
    newcomer.say("poasia")
    assert "Hari pernikahan: Sabtu 20 Juni 2026. Pesan kami menemani sampai hari itu" in newcomer.tap("Kirim")
    wedding = session.scalars(select(Wedding)).one()
    assert (wedding.day, wedding.state, wedding.family.mother_name) == (date(2026, 6, 20), "aktif", "Wati")
    assert session.scalars(select(Carer)).one().relation == "ayah"
    assert "Hari pernikahan: Sabtu 20 Juni 2026" in newcomer.say("data saya")
    assert "datang sendiri pada waktunya" in newcomer.say("menu")


def test_a_bride_of_last_month_is_the_mother_to_be(session: Session, newcomer: Chat) -> None:
    newcomer.say("Wati")
    newcomer.tap("Akan/baru menikah")
    newcomer.tap("Calon istri/istri")
    newcomer.say("1/2")
    newcomer.say("poasia")
    assert "Selamat menempuh hidup baru" in newcomer.tap("Kirim")
    assert session.scalars(select(Carer)).one().relation == "ibu"
    assert session.scalars(select(Family)).one().mother_name == "Wati"


def test_a_wedding_lies_within_the_lessons_for_couples(newcomer: Chat) -> None:
    newcomer.say("Wati")
    newcomer.tap("Akan/baru menikah")
    newcomer.tap("Calon istri/istri")
    assert "tidak boleh sesudah" in newcomer.say("20/6/2027")
    assert "tidak boleh sebelum" in newcomer.say("1/2/2025")
