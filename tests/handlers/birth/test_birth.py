"""A birth is told in a few taps, by whoever knows first; everybody concerned hears of it once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Child, Pregnancy
from db.drafts import Draft
from db.outbox import PLANNED, SKIPPED, Kind, Outgoing, promise, to_person
from db.people import Person
from db.subjects import Subject, SubjectKind, subject
from flow.message import Message
from handlers.birth.birth import is_birth
from programme.fosterings import fosterings
from scheduler.lessons import planning
from scheduler.looks import finish
from tests import people
from tests.audited import Line, lines
from tests.chat import Chat, chat_with
from tests.people import TODAY, at, lesson, library
from tests.rows import outgoing


def days(count: int) -> timedelta:
    return timedelta(days=count)


class Home:
    """Bu Sari, five days before her HPL, Pak Amir, Pak Anwar who fosters the family, and Bu Murni, midwife."""

    def __init__(self, session: Session):
        self.session = session
        self.family = people.family(session)
        self.family.code, self.family.health_centre_id = "KK-31", people.health_centre(session).id
        self.pregnancy: Pregnancy = people.pregnancy(session, self.family, TODAY + days(5))
        self.subject = f"pregnancy:{self.pregnancy.id}"
        self.sari: Person = people.carer(session, self.family).person
        self.amir: Person = people.carer(session, self.family, "Amir Hamzah", "ayah").person
        self.anwar: Person = people.asn(session)
        people.fosters(session, self.anwar, self.family, TODAY - days(100))
        self.murni: Person = people.health(session)
        self.chats: dict[int, Chat] = {}
        session.commit()

    def chat(self, who: Person, clock: str = "09:00") -> Chat:
        if who.id not in self.chats:
            self.chats[who.id] = chat_with(self.session, who, at(TODAY, clock))
        return self.chats[who.id]

    def born(self, who: Person, *answers: str, clock: str = "09:00") -> Chat:
        """``who`` fills in the form: a tap where a button says so, else words."""
        chat = self.chat(who, clock)
        chat.tap_token(f"birth:{self.subject}")
        for answer in (*(answers or ("Hari ini", "Satu", "Perempuan", "Aisyah", "3100")), "Kirim"):
            chat.tap(answer) if answer in chat.labels else chat.say(answer)
        return chat

    @property
    def children(self) -> Sequence[Child]:
        return self.session.scalars(select(Child).order_by(Child.id)).all()

    def told(self, who: Person) -> list[Outgoing]:
        query = select(Outgoing).where(Outgoing.kind == "born", Outgoing.person_id == who.id)
        return list(self.session.scalars(query.order_by(Outgoing.id)))

    def text(self, who: Person) -> str:
        return Message.from_json(self.told(who)[-1].message).text


@pytest.fixture
def home(session: Session) -> Home:
    return Home(session)


# --- telling it --------------------------------------------------------------------------------------------------


def test_the_mother_tells_of_the_birth_in_six_answers(home: Home) -> None:
    chat = home.born(home.sari)
    assert chat.taps + chat.typed == 6
    [aisyah] = home.children
    assert (aisyah.code, aisyah.name, aisyah.sex, aisyah.born) == ("KK-31-1", "Aisyah", "P", TODAY)
    assert (aisyah.birth_weight_g, aisyah.gestation_weeks) == (3100, 39)
    assert (aisyah.listed, aisyah.state, aisyah.pregnancy_id) == ("tidak stunting", "aktif", home.pregnancy.id)
    assert home.pregnancy.state == "lahir"
    answer = chat.heard[-1].text
    assert "Selamat, Bu Sari! Si kecil sudah lahir" in answer
    assert "Adik Aisyah, perempuan, 3.100 gram" in answer
    assert "hubungi bidan *hari ini juga*" in answer
    assert lines(home.session, "birth.record") == [Line("birth.record", home.sari.id, home.subject)]
    assert lines(home.session, "child.enter") == [Line("child.enter", home.sari.id, f"child:{aisyah.id}")]


@pytest.mark.parametrize("weight", ["3100", "3.100", "3100 gram", "3,1", "3.1 kg", "3,1 kilo"])
def test_a_birth_weight_is_understood_however_it_is_written(home: Home, weight: str) -> None:
    home.born(home.sari, "Hari ini", "Satu", "Laki-laki", "Rafa", weight)
    assert home.children[0].birth_weight_g == 3100


def test_a_weight_that_cannot_be_is_asked_again_and_an_unknown_one_is_skipped(home: Home) -> None:
    chat = home.chat(home.sari)
    chat.say("lahir")
    for answer in ("Hari ini", "Satu", "Laki-laki"):
        chat.tap(answer)
    chat.say("Rafa")
    assert "antara 400 dan 6500 gram" in chat.say("31 kg")
    assert "Berat lahir: *belum tahu*" in chat.tap("Lewati")
    chat.tap("Kirim")
    assert home.children[0].birth_weight_g is None


def test_twins_are_two_children_with_the_next_free_numbers(home: Home) -> None:
    people.child(home.session, home.family, "Kakak", TODAY - days(900), code="KK-31-1")
    home.session.commit()
    chat = home.born(
        home.murni, "Kemarin", "Kembar dua", "Laki-laki", "Hasan", "2300", "Perempuan", "Belum ada nama", "Lewati"
    )
    _, hasan, other = home.children
    assert [(one.code, one.name, one.sex, one.birth_weight_g) for one in (hasan, other)] == [
        ("KK-31-2", "Hasan", "L", 2300),
        ("KK-31-3", "", "P", None),
    ]
    assert {one.born for one in (hasan, other)} == {TODAY - days(1)}
    assert "umur Adik Hasan dan Adik Bayi" in chat.heard[-1].text
    assert "berat lahir di bawah 2.500 gram" in chat.heard[-1].text


def test_the_weeks_are_counted_only_from_a_sure_hpl(home: Home) -> None:
    home.pregnancy.sure = False
    home.born(home.sari)
    assert home.children[0].gestation_weeks is None


def test_a_birth_lies_neither_in_the_future_nor_long_before_the_hpl(home: Home) -> None:
    chat = home.chat(home.sari)
    chat.say("lahir")
    assert "tidak boleh sesudah" in chat.say("besok")
    early = TODAY + days(5) - days(141)
    assert "tidak boleh sebelum" in chat.say(f"{early:%d/%m/%Y}")
    assert "satu atau kembar" in chat.say(f"{early + days(1):%d/%m/%Y}")


def test_a_late_answer_places_the_child_at_the_right_day(home: Home) -> None:
    home.pregnancy.due = TODAY - days(40)
    home.session.commit()
    chat = home.born(home.sari, f"{TODAY - days(42):%d/%m/%Y}", "Satu", "Laki-laki", "Rafa", "3000")
    assert home.children[0].born == TODAY - days(42)
    assert "bidan tiga kali" not in chat.heard[-1].text


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        ("sudah lahir", True),
        ("Alhamdulillah, anak saya sudah lahir tadi malam", True),
        ("istri saya melahirkan kemarin", True),
        ("Melahirkan", True),
        ("udah lahiran bu", True),
        ("belum lahir", False),
        ("kapan saya melahirkan", False),
        ("apakah sudah waktunya lahir?", False),
        ("akta lahir sudah jadi", False),
        ("saya takut melahirkan", False),
        ("sudah makan telur", False),
        ("bayi saya sudah lahir tiga hari lalu tapi sekarang demam dan tidak mau menyusu", False),
    ],
)
def test_a_birth_is_noticed_in_a_few_free_words(words: str, tells: bool) -> None:
    assert is_birth(words) is tells


def test_the_words_open_the_form_but_words_of_mourning_come_first(home: Home) -> None:
    assert "Kapan bayinya lahir?" in home.chat(home.sari).say("anak saya sudah lahir bu")
    chat = home.chat(home.amir)
    assert "Kami ikut berduka" in chat.say("bayi kami sudah lahir tapi meninggal")


def test_without_a_running_pregnancy_nobody_is_asked_for_a_birth(home: Home) -> None:
    home.pregnancy.state = "pindah"
    home.session.commit()
    assert "Belum ada ibu hamil" in home.chat(home.murni).say("lahir")
    assert "kami sampaikan kepada" in home.chat(home.sari).say("keponakan saya sudah lahir")


def test_a_family_finds_the_birth_under_kabar_too(home: Home) -> None:
    chat = home.chat(home.amir)
    chat.say("kabar")
    chat.tap("Bu Sari, hamil")
    assert chat.labels == ["Sudah lahir", "Kabar duka", "Nanti saja"]
    assert "Kapan bayinya lahir?" in chat.tap("Sudah lahir")


def test_the_first_question_has_a_button_for_sad_news(home: Home) -> None:
    chat = home.chat(home.sari)
    chat.say("lahir")
    assert "Apa yang terjadi?" in chat.tap("Kabar duka")
    chat.tap("Bayi lahir meninggal")
    assert home.pregnancy.state == "lahir mati"
    assert not home.children
    assert not home.session.scalars(select(Draft)).all()


def test_a_midwife_with_many_mothers_writes_the_name(home: Home) -> None:
    for number in range(12):
        other = people.family(home.session, f"Ibu{number} Jaya")
        other.health_centre_id = home.family.health_centre_id
        people.pregnancy(home.session, other, TODAY + days(number))
    chat = home.chat(home.murni)
    assert "Tulis nama" in chat.say("lahir")
    assert "belum ketemu" in chat.say("jaya")
    chat.say("sari")
    assert "Kelahiran bayi Bu Sari" in chat.tap("Bu Sari")


def test_hari_ini_is_the_day_of_the_tap_also_on_a_form_begun_before(home: Home) -> None:
    chat = home.chat(home.sari)
    chat.say("lahir")
    chat.now += days(2)
    chat.tap_token(f"birth:{home.subject}")
    chat.tap("Hari ini")
    assert home.session.scalars(select(Draft)).one().state["answers"]["born"] == str(TODAY + days(2))


def test_somebody_else_can_neither_report_the_birth_nor_ask_about_it(home: Home) -> None:
    other = people.carer(home.session, people.family(home.session, "Ani"), "Ani").person
    chat = home.chat(other)
    for verb in ("birth", "birth:not", "birth:undo"):
        assert "tidak berlaku" in chat.tap_token(f"{verb}:{home.subject}")
    home.born(home.sari)
    assert "tidak berlaku" in chat.tap_token(f"birth:{home.subject}")
    assert "tidak berlaku" in chat.tap_token("birth:child:1")


# --- who hears of it ---------------------------------------------------------------------------------------------


def test_the_others_are_told_once_in_words_that_fit_and_not_before_it_can_be_taken_back(home: Home) -> None:
    chat = home.born(home.sari)
    assert home.told(home.sari) == []
    assert {row.due_at for who in (home.amir, home.anwar, home.murni) for row in home.told(who)} == {
        chat.now + timedelta(minutes=10)
    }
    assert home.text(home.amir).startswith("🌸 Selamat, Pak Amir!")
    assert "Ibunya dan bayi perlu dilihat bidan" in home.text(home.amir)
    assert "*Bu Sari* (KK-31) sudah melahirkan" in home.text(home.anwar)
    assert "Adik Aisyah (KK-31-1), perempuan, 3.100 gram" in home.text(home.anwar)
    assert "KN1 (6-48 jam)" in home.text(home.murni)
    assert not any("stunting" in home.text(who) for who in (home.amir, home.anwar, home.murni))


def test_a_birth_reported_at_night_is_announced_in_the_morning(home: Home) -> None:
    home.born(home.sari, clock="21:30")
    assert [row.due_at for row in home.told(home.murni)] == [at(TODAY + days(1), "07:00")]
    assert "melahirkan pada Rabu 4 Maret 2026" in home.text(home.murni)


@pytest.mark.parametrize(("ago", "next"), [(1, "KN1"), (2, "KN2"), (6, "KN2"), (7, "KN3"), (27, "KN3"), (28, "")])
def test_the_midwife_reads_which_examination_is_next_on_the_morning_she_reads_it(
    home: Home, ago: int, next: str
) -> None:
    home.pregnancy.due = TODAY - days(ago)
    home.session.commit()
    day = f"{TODAY - days(ago):%d/%m/%Y}"
    home.born(home.sari, day, "Satu", "Laki-laki", "Rafa", "3000", clock="21:30")
    assert f"Sekarang waktunya *{next}" in home.text(home.murni) if next else "KN" not in home.text(home.murni)


def test_a_small_or_early_baby_is_pointed_out_to_the_health_workers_only(home: Home) -> None:
    home.pregnancy.due = TODAY + days(35)
    home.session.commit()
    home.born(home.amir, "Hari ini", "Satu", "Perempuan", "Aisyah", "2100")
    assert "Perlu perhatian: berat lahir di bawah 2.500 gram, lahir pada umur kehamilan 35 minggu." in home.text(
        home.murni
    )
    assert "2.500" not in home.text(home.sari)


def test_whoever_reports_the_birth_second_reads_what_was_recorded(home: Home) -> None:
    midwife = home.chat(home.murni)
    midwife.tap_token(f"birth:{home.subject}")
    home.born(home.sari)
    for answer in ("Kemarin", "Satu", "Laki-laki", "Belum ada nama", "Lewati"):
        midwife.tap(answer)
    answer = midwife.tap("Kirim")
    assert "sudah kami catat" in answer
    assert "Adik Aisyah, perempuan, 3.100 gram" in answer
    assert [child.sex for child in home.children] == ["P"]
    assert len(home.told(home.amir)) == 1
    assert "sudah kami catat" in home.chat(home.amir).say("lahir")


def test_planned_messages_about_the_pregnancy_are_not_sent_and_the_referral_stays(home: Home) -> None:
    town = people.city(library=library(lesson("hamil-39", -5, 5, anchor="hpl"), lesson("bayi-1", 0, 5)))
    finish(planning.tick, home.session, at(TODAY, "07:05"), town)
    key = f"reminder:{home.anwar.id}:{home.subject}:{TODAY}:0"
    about = [subject(home.pregnancy)]
    to_person(home.session, home.anwar.id, Kind.REMINDER, key, {"text": "x"}, at(TODAY), about=about)
    question = f"birth:{home.amir.id}:{home.pregnancy.id}:{TODAY}"
    to_person(home.session, home.amir.id, Kind.BIRTH, question, {"text": "Sudah lahir?"}, at(TODAY), about=about)
    referral = people.referral(home.session, home.pregnancy, at(TODAY), "Perdarahan")
    asn = home.chat(home.anwar)
    asn.say("lapor")
    chat = Chat(home.session, home.chat(home.sari).address, at(TODAY), town)
    chat.tap_token(f"birth:{home.subject}")
    for answer in ("Hari ini", "Satu", "Perempuan", "Belum ada nama", "Lewati", "Kirim"):
        chat.tap(answer)
    about = select(Outgoing).where(Outgoing.kind.in_(("lesson", "reminder", "birth")))
    rows = home.session.scalars(about).all()
    assert {row.kind for row in rows} == {"lesson", "reminder", "birth"}
    assert {(row.state, row.reason) for row in rows} == {(SKIPPED, "sudah lahir")}
    assert referral.closed_at is None
    assert not home.session.scalars(select(Draft)).all()
    assert "kehamilan yang belum terkirim sudah kami tutup" in home.text(home.anwar)
    assert "sudah dikirim atau dibuang" in asn.tap("Ibu hamil sendiri")


def test_a_lesson_about_a_child_of_the_same_number_still_goes_out(home: Home) -> None:
    child = Subject(SubjectKind.CHILD, home.pregnancy.id)
    for id, origin in (("hamil-39", subject(home.pregnancy)), ("bayi-7-bulan-telur", child)):
        key = f"lesson:{home.sari.id}:{id}:{home.pregnancy.id}"
        row = outgoing(key, "x", "y", {"text": "x"}, at(TODAY), person_id=home.sari.id, origin=origin)
        promise(home.session, [row])
    home.born(home.amir)
    lessons = select(Outgoing.state).where(Outgoing.kind == "lesson").order_by(Outgoing.id)
    assert home.session.scalars(lessons).all() == [SKIPPED, PLANNED]


def test_who_fosters_the_family_fosters_the_baby_and_is_not_late_for_it(home: Home) -> None:
    home.born(home.sari)
    [one] = fosterings(home.session, TODAY, 30)
    assert (one.name, one.asn_id, one.due) == ("Aisyah", home.anwar.id, TODAY + days(30))


def test_a_family_that_did_not_want_visits_does_not_get_them_for_the_baby(home: Home) -> None:
    home.pregnancy.state = "menolak"
    home.session.commit()
    home.born(home.sari)
    assert [child.state for child in home.children] == ["menolak"]
    assert fosterings(home.session, TODAY, 30) == []


# --- taking it back ----------------------------------------------------------------------------------------------


def test_a_mistaken_birth_is_undone_and_nobody_is_notified(home: Home) -> None:
    town = people.city(library=library(lesson("hamil-39", -5, 5, anchor="hpl"), lesson("bayi-1", 0, 5)))
    finish(planning.tick, home.session, at(TODAY, "07:05"), town)
    chat = Chat(home.session, home.chat(home.sari).address, at(TODAY), town)
    chat.tap_token(f"birth:{home.subject}")
    for answer in ("Hari ini", "Satu", "Perempuan", "Belum ada nama", "Lewati", "Kirim"):
        chat.tap(answer)
    finish(planning.tick, home.session, at(TODAY, "09:08"), town)
    assert "dibatalkan" in chat.tap("Batalkan")
    assert not home.children
    assert home.pregnancy.state == "aktif"
    assert [one.state for who in (home.amir, home.anwar, home.murni) for one in home.told(who)] == [SKIPPED] * 3
    lessons = home.session.scalars(
        select(Outgoing).where(Outgoing.kind == "lesson", Outgoing.person_id == home.sari.id)
    )
    assert [(row.lesson, row.state) for row in lessons] == [("hamil-39", PLANNED)]
    assert "sudah dibatalkan" in chat.tap("Batalkan")
    assert lines(home.session, "child.enter") == [Line("child.enter", home.sari.id, "?")]  # the number may come again


def test_a_birth_reported_again_after_an_undo_is_announced_to_everybody(home: Home) -> None:
    chat = home.born(home.sari)
    chat.tap("Batalkan")
    chat.tap("Isi kabar lahir lagi")
    for answer in ("Kemarin", "Satu", "Perempuan", "Belum ada nama", "Lewati", "Kirim"):
        chat.tap(answer)
    assert [row.state for row in home.told(home.murni)] == [SKIPPED, PLANNED]
    assert home.children[0].born == TODAY - days(1)


def test_a_birth_cannot_be_undone_too_late_or_by_somebody_else(home: Home) -> None:
    chat = home.born(home.sari)
    assert "tidak berlaku" in home.chat(home.amir).tap_token(f"birth:undo:{home.subject}")
    chat.now += timedelta(minutes=11)
    assert "Sudah lewat 10 menit" in chat.tap("Batalkan")
    assert len(home.children) == 1


@pytest.mark.parametrize("what", ["visit", "measured"])
def test_a_birth_is_not_undone_once_something_is_recorded_about_the_child(home: Home, what: str) -> None:
    chat = home.born(home.sari)
    if what == "visit":
        people.visit(home.session, home.anwar, home.children[0], TODAY)
    else:
        people.measured(home.session, home.children[0], TODAY, 3.1, 49.0)
    home.session.commit()
    assert "tidak bisa dibatalkan" in chat.tap("Batalkan")
    assert len(home.children) == 1


# --- not yet, and a name -----------------------------------------------------------------------------------------


def test_belum_is_thanked_for_with_the_danger_signs(home: Home) -> None:
    answer = home.chat(home.sari).tap_token(f"birth:not:{home.subject}")
    assert "Terima kasih kabarnya, Bu Sari" in answer
    assert "Gerak bayi berkurang" in answer
    assert "rumah sakit. Hubungi" not in answer
    home.pregnancy.due = TODAY - days(7)
    home.session.commit()
    assert "perlu dilihat di rumah sakit. Hubungi bidan *hari ini juga*" in home.chat(home.amir).tap_token(
        f"birth:not:{home.subject}"
    )
    chat = home.chat(home.murni)
    assert "Pastikan Bu Sari dilihat di rumah sakit" in chat.tap_token(f"birth:not:{home.subject}")
    assert "Apa yang sudah diketahui" in chat.tap("Perbaiki HPL")


def test_a_baby_without_a_name_is_called_kindly_and_gets_one_later(home: Home) -> None:
    chat = home.born(home.sari, "Hari ini", "Satu", "Laki-laki", "belum ada", "3100")
    assert home.children[0].name == ""
    assert "umur Adik Bayi. Kalau sudah ada nama, tulis *nama*." in chat.heard[-1].text
    assert [one.name for one in fosterings(home.session, TODAY, 30)] == ["Bayi"]
    assert "bayi laki-laki yang lahir" in chat.say("nama")
    chat.say("Muhammad Rafa")
    assert "*Adik Rafa*" in chat.tap("Kirim")
    assert home.children[0].name == "Muhammad Rafa"
    assert "sudah punya nama" in chat.say("nama")
    assert "tidak berlaku" in chat.tap_token(f"name:{home.children[0].id}")


def test_of_two_babies_without_a_name_one_is_chosen(home: Home) -> None:
    unnamed = ("Belum ada nama", "Lewati")
    chat = home.born(home.sari, "Hari ini", "Kembar dua", "Laki-laki", *unnamed, "Perempuan", *unnamed)
    chat.say("nama")
    assert chat.labels == ["Bu Sari, laki-laki", "Bu Sari, perempuan", "Nanti saja"]
    assert "bayi perempuan yang lahir" in chat.tap("Bu Sari, perempuan")


def test_the_word_of_a_command_is_an_answer_where_the_form_offers_it(home: Home) -> None:
    chat = home.chat(home.anwar)
    chat.say("lapor")
    assert "Bagaimana keadaan Bu Sari" in chat.say("hamil")
    assert "Kehamilan Bu Sari sudah tercatat" in chat.say("hamil")


def test_where_the_baby_dies_before_the_others_were_told_nobody_is_congratulated(home: Home) -> None:
    chat = home.born(home.sari, clock="21:30")
    chat.say("kabar duka")
    chat.tap("Adik Aisyah")
    chat.tap("Ya, benar")
    told = [one for who in (home.amir, home.anwar, home.murni) for one in home.told(who)]
    assert [(one.state, one.reason) for one in told] == [(SKIPPED, "duka")] * 3


def test_after_a_stillbirth_nobody_is_asked_whether_the_baby_is_born(home: Home) -> None:
    for who in (home.amir, home.murni):
        key = f"birth:{who.id}:{home.pregnancy.id}:{TODAY}"
        about = [subject(home.pregnancy)]
        to_person(home.session, who.id, Kind.BIRTH, key, {"text": "Sudah lahir?"}, at(TODAY), about=about)
    chat = home.chat(home.anwar)
    chat.say("keguguran")
    chat.tap("Bu Sari")
    chat.tap("Bayi lahir meninggal")
    asked = select(Outgoing.state, Outgoing.reason).where(Outgoing.kind == "birth")
    assert home.session.execute(asked).all() == [(SKIPPED, "duka")] * 2


@pytest.mark.parametrize("said", ["nanti", "tidak", "tidak tahu", "Belum dikasih nama"])
def test_a_baby_may_have_no_name_yet_in_any_words(session: Session, said: str) -> None:
    home = Home(session)
    home.born(home.sari, "Hari ini", "Satu", "Perempuan", said, "3100")
    assert session.scalars(select(Child)).one().name == ""


@pytest.mark.parametrize(
    ("said", "asks"), [("3100", "namanya saja"), ("perempuan", "namanya saja"), ("Hasan dan Husain", "satu orang")]
)
def test_what_is_no_name_of_one_baby_is_asked_back(session: Session, said: str, asks: str) -> None:
    home = Home(session)
    chat = home.chat(home.sari)
    chat.tap_token(f"birth:{home.subject}")
    chat.fill("Hari ini", "Satu", "Perempuan")
    assert asks in chat.say(said)
    assert "name" not in session.scalars(select(Draft)).one().state["answers"]
    assert "Berapa berat lahir" in chat.say("namanya Aisyah")
    assert session.scalars(select(Draft)).one().state["answers"]["name"] == "Aisyah"
