"""Whose turn it is when somebody writes: the order in which a message is understood is a decision."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Carer
from db.consent import Note
from db.drafts import Draft
from db.outbox import Outgoing
from db.people import Address, Attempt, Person
from db.questions import Question
from handlers.shell.message_rules import NO_IDENTITY, UNREADABLE
from tests import people
from tests.chat import Chat, chat_with, stranger
from tests.people import NOW, TODAY

NIK = "7471 0123 4567 8901"
GRIEF = "berduka"


def days(count: int) -> timedelta:
    return timedelta(days=count)


class Home:
    """Bu Sari with her Rafa, a newborn without a name, and Pak Anwar who fosters them."""

    def __init__(self, session: Session):
        self.session = session
        self.family = people.family(session)
        self.rafa = people.child(session, self.family, born=TODAY - days(430))
        self.baby = people.child(session, self.family, "", TODAY - days(12))
        self.carer: Carer = people.carer(session, self.family)
        self.sari = chat_with(session, self.carer.person)
        self.asn: Person = people.asn(session)
        people.fosters(session, self.asn, self.family, TODAY - days(40))
        self.anwar = chat_with(session, self.asn)

    def naming(self) -> Chat:
        """Bu Sari is asked for the name of her baby: any words are an answer."""
        assert "nama" in self.sari.tap_token(f"name:{self.baby.id}").casefold()
        return self.sari

    def visiting(self) -> Chat:
        """Pak Anwar is asked whom he met: only the words that are offered are an answer."""
        self.anwar.tap_token(f"report:child:{self.rafa.id}")
        return self.anwar

    @property
    def draft(self) -> Draft | None:
        self.session.expire_all()
        return self.session.scalars(select(Draft)).one_or_none()

    @property
    def answers(self) -> dict[str, object]:
        assert self.draft
        return self.draft.state.get("answers", {})

    @property
    def notes(self) -> list[str]:
        return list(self.session.scalars(select(Note.text)))


@pytest.fixture
def home(session: Session) -> Home:
    return Home(session)


# --- the number of an identity, before everything ------------------------------------------------


@pytest.mark.parametrize(
    "text", [NIK, f"/start {NIK.replace(' ', '')}", f"namanya Aisyah, NIK {NIK}", f"berhenti {NIK}"]
)
def test_a_number_of_identity_is_refused_in_a_form_and_nothing_of_it_is_kept(home: Home, text: str):
    home.naming()
    assert home.sari.say(text) == NO_IDENTITY
    assert home.answers == {}
    assert home.notes == []
    assert home.carer.stopped_at is None
    assert "7471" not in str(list(home.session.scalars(select(Outgoing.message))))


def test_a_number_of_identity_is_no_code_and_no_attempt_at_one(session: Session):
    somebody = stranger(session)
    somebody.tap_token("join:code")
    assert somebody.say(NIK) == NO_IDENTITY
    assert somebody.labels == []
    assert session.scalars(select(Attempt)).all() == []


# --- inside a family's own form --------------------------------------------------------------------


@pytest.mark.parametrize("text", ["duka", "keguguran", "Bayinya meninggal", "anak kami sudah tiada", "/duka"])
def test_grief_is_heard_in_a_familys_form_that_takes_any_words(home: Home, text: str):
    said = home.naming().say(text)
    assert GRIEF in said or "kabar duka" in said.casefold()
    assert home.answers == {}
    home.session.refresh(home.baby)
    assert home.baby.name == ""


@pytest.mark.parametrize("text", ["berhenti", "/berhenti", "STOP"])
def test_the_wish_to_stop_is_heard_in_a_familys_form(home: Home, text: str):
    home.naming().say(text)
    assert home.answers == {}
    assert home.carer.stopped_at is not None


@pytest.mark.parametrize("text", ["Aisyah", "Kabar Bahagia", "menu", "Rujukan"])
def test_any_other_words_are_the_answer_even_if_they_are_a_command_elsewhere(home: Home, text: str):
    home.naming().say(text)
    assert list(home.answers.values()) == [text]


def test_with_a_slash_they_are_the_command_and_the_form_stays(home: Home):
    assert "nama" not in home.naming().say("/menu").casefold()
    assert home.answers == {}
    assert "nama" in home.sari.say("lanjut").casefold()


# --- inside the form of a visit ---------------------------------------------------------------------------


def test_an_answer_that_is_offered_is_one_also_where_it_is_a_command_or_sounds_like_grief(home: Home):
    """Not of families' forms alone: what is offered is never anything else."""
    chat = home.visiting()
    assert "Ibu" in chat.labels
    chat.say("ibu")
    assert home.answers["whom"] == "ibu"


@pytest.mark.parametrize("text", ["Rafa meninggal", "duka"])
def test_grief_at_a_question_that_offers_answers_is_heard(home: Home, text: str):
    said = home.visiting().say(text)
    assert "Tentang siapa" in said or "siapa" in said.casefold() or GRIEF in said
    assert home.answers == {}
    assert "Pilih salah satu" not in said


def test_a_command_at_a_question_that_offers_answers_is_done_and_the_form_stays(home: Home):
    said = home.visiting().say("jadwal")
    assert "Pilih salah satu" not in said
    assert home.answers == {}
    assert "Pilih salah satu" in home.anwar.say("hm")  # the form is still on the table


def test_a_word_of_the_form_comes_before_the_command_of_the_same_name(home: Home):
    assert "Ibu" in (home.visiting().say("bantuan") and home.anwar.labels)
    assert "belum terkirim" in home.anwar.say("batal")


def test_in_a_note_words_of_grief_are_part_of_the_report(home: Home):
    """An ASN writes down what the family told; in a family's own form it would be their grief."""
    chat = home.visiting()
    chat.fill("Tidak bertemu", "Sedang bepergian", "Tidak perlu", "2 minggu lagi", "+ Catatan")
    chat.say("neneknya meninggal minggu lalu")
    assert home.answers["notes"] == "neneknya meninggal minggu lalu"


def test_start_greets_whatever_form_is_open_and_leaves_it(home: Home):
    home.naming()
    for text in ("/start", "/start ABCD-2345", "mulai ABCD-2345"):
        said = home.sari.say(text)
        assert home.answers == {}, text
        assert said
        assert home.sari.heard[0].commands, "the command menu comes with the first screen"


def test_a_contact_is_a_new_number_also_while_a_form_is_open(home: Home):
    home.naming().share_contact("+6281255500031")
    assert home.answers == {}
    home.session.refresh(home.carer.person)
    assert home.carer.person.phone == "+6281255500031"


# --- without a form ---------------------------------------------------------------------------------------------


def awaits(home: Home, what: str) -> None:
    address = home.session.scalars(select(Address).where(Address.address == home.sari.address)).one()
    address.awaiting = what
    home.session.commit()


def test_a_command_comes_before_the_name_that_was_asked_for(home: Home):
    awaits(home, "loss")
    said = home.sari.say("atur")
    assert "tidak menemukan" not in said.casefold()
    address = home.session.scalars(select(Address).where(Address.address == home.sari.address)).one()
    home.session.refresh(address)
    assert address.awaiting == ""


def test_a_name_that_was_asked_for_is_looked_for_and_not_kept_as_words(home: Home):
    awaits(home, "loss")
    assert "Rafa" in home.sari.say("rafa") + " ".join(home.sari.labels)
    assert home.notes == []


@pytest.mark.parametrize("text", ["sudah lahir tapi meninggal", "istri saya sudah hamil tapi keguguran",
                                  "mohon berhenti, anak saya meninggal"])  # fmt: skip
def test_grief_comes_before_glad_news_and_before_the_wish_to_stop_and_is_kept(home: Home, text: str):
    people.pregnancy(home.session, home.family, TODAY + days(3))
    home.session.commit()
    said = home.sari.say(text)
    assert GRIEF in said
    assert home.notes == [text]
    assert home.draft is None


def test_a_birth_that_is_awaited_is_asked_for_and_the_words_are_kept(home: Home):
    people.pregnancy(home.session, home.family, TODAY + days(3))
    home.session.commit()
    home.sari.say("bayi saya sudah lahir")
    assert home.notes == ["bayi saya sudah lahir"]
    assert home.draft is not None
    assert home.draft.form == "birth"


def test_a_birth_that_nobody_awaits_is_passed_on_like_any_other_words(home: Home):
    assert "Belum ada kader atau bidan" in home.sari.say("bayi saya sudah lahir")
    assert home.session.scalars(select(Question)).one().person_id == home.carer.person_id
    assert home.draft is None


def test_news_of_a_pregnancy_opens_its_form_where_none_is_known(home: Home):
    home.sari.say("saya sudah hamil")
    assert home.draft is not None
    assert home.draft.form == "expecting"
    assert home.notes == ["saya sudah hamil"]


def test_a_wish_to_stop_in_ones_own_words_is_offered_and_kept(home: Home):
    home.sari.say("tolong berhenti ya")
    assert "Berhenti" in home.sari.labels
    assert home.notes == ["tolong berhenti ya"]
    assert home.carer.stopped_at is None


def test_of_an_asn_neither_the_wish_to_stop_nor_any_words_are_kept(home: Home):
    home.anwar.say("tolong berhenti ya")
    assert "Berhenti" not in home.anwar.labels
    home.anwar.say("apa kabar semua")
    assert home.notes == []


def test_a_picture_that_nobody_asked_for_is_answered_kindly(home: Home):
    for said in (home.sari.send_photo(), home.sari.send_sticker()):
        assert said.startswith(f"{UNREADABLE}\n\nKalau ada yang gawat, jangan menunggu balasan di sini. Telepon *112*")
    assert home.notes == []


# --- a stranger ---------------------------------------------------------------------------------------------------


def test_who_is_asked_for_a_code_and_says_menu_has_made_no_attempt(session: Session):
    somebody = stranger(session)
    somebody.tap_token("join:code")
    somebody.say("menu")
    assert session.scalars(select(Attempt)).all() == []
    somebody.tap_token("join:code")
    somebody.say("SALAH123")
    assert len(session.scalars(select(Attempt)).all()) == 1


def test_what_a_stranger_writes_without_being_asked_is_no_code(session: Session):
    somebody = stranger(session)
    somebody.say("SALAH123")
    assert session.scalars(select(Attempt)).all() == []
    somebody.say("/start SALAH123")
    assert len(session.scalars(select(Attempt)).all()) == 1


def test_a_contact_of_a_stranger_joins_them_also_while_a_code_is_awaited(session: Session):
    sari = people.person(session, "Sari", "family", reachable=False, phone="+6281255500031")
    people.carer(session, people.family(session), who=sari, joined_on=None, consents=False)
    session.commit()
    somebody = stranger(session, NOW)
    somebody.tap_token("join:code")
    assert "Apakah Ibu/Bapak setuju?" in somebody.share_contact("+6281255500031")
    assert session.scalars(select(Attempt)).all() == []
