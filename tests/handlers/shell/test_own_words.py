"""People say things late, twice, or in their own words; nobody is cut off by it, and nothing is counted wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Child, Pregnancy
from db.outbox import PLANNED, TAKEN, Outgoing
from db.people import PersonRole
from delivery import before_send
from scheduler.lessons import planning
from scheduler.looks import finish
from tests import people
from tests.chat import chat_with
from tests.people import TODAY, at


def days(count: int) -> timedelta:
    return timedelta(days=count)


def lessons(session: Session) -> list[Outgoing]:
    return list(session.scalars(select(Outgoing).where(Outgoing.kind == "lesson", Outgoing.state == PLANNED)))


@pytest.mark.parametrize("ending", ["loss", "birth"])
def test_a_better_hpl_begun_before_the_end_of_a_pregnancy_makes_no_new_one(session: Session, ending: str):
    home = people.family(session)
    pregnancy = people.pregnancy(session, home, TODAY + days(10))
    sari = chat_with(session, people.carer(session, home).person)
    his = chat_with(session, people.carer(session, home, "Amir", "ayah").person)
    sari.say("hamil")
    sari.tap("Perbaiki HPL")
    sari.fill("HPL dari bidan", f"{TODAY + days(12):%d/%m/%Y}")
    kirim = sari.button("Kirim").token
    if ending == "loss":
        his.tap_token(f"loss:yes:stillborn:pregnancy:{pregnancy.id}")
    else:
        his.tell_of_birth(pregnancy.id)
    assert "Selamat" not in sari.tap_token(kirim)
    assert [one.due for one in session.scalars(select(Pregnancy)) if one.state == "aktif"] == []


def test_tidak_to_one_family_does_not_cut_off_another_one_that_was_agreed_to(session: Session):
    mine, sisters = people.family(session), people.family(session, "Wati")
    people.child(session, mine, "Rafa", TODAY - days(100))
    people.child(session, sisters, "Rani", TODAY - days(200))
    who = people.carer(session, mine, reachable=False).person
    people.carer(session, sisters, relation="keluarga", who=who, consents=False, joined_on=None)
    sari = chat_with(session, who)
    sari.say("menu")  # asks for Rani's family
    sari.tap("Tidak")
    assert "Ini Asuh Kota Kendari" not in sari.say("menu")  # she is a stranger now


def test_tidak_to_the_lessons_does_not_remove_the_role_of_an_asn(session: Session):
    anwar = people.asn(session)
    anwar.roles.append(PersonRole(role="family", title="", scope="", scope_id=0))
    home = people.family(session)
    people.fosters(session, anwar, people.child(session, home, born=TODAY - days(60)), TODAY - days(30))
    own = people.family(session, "Wati")
    people.carer(session, own, relation="ayah", who=anwar, consents=False, joined_on=None)
    chat = chat_with(session, anwar)
    chat.say("mulai")
    chat.tap("Tidak")
    assert "Ini Asuh Kota Kendari" not in chat.say("lapor")


def test_after_an_old_tidak_no_message_goes_out(session: Session):
    home = people.family(session)
    people.child(session, home, "Rafa", TODAY - days(100))
    who = people.carer(session, home, consents=False, joined_on=None, reachable=False).person
    sari = chat_with(session, who)
    sari.say("mulai")
    old = sari.button("Tidak").token
    sari.tap("Setuju")
    sari.tap("Ibu")
    finish(planning.tick, session, at(TODAY + days(1), "06:05"), people.city())
    said = sari.tap_token(old)
    rows = lessons(session)
    for row in rows:
        row.state = TAKEN
    before_send.check(session, rows, at(TODAY + days(1), "09:30"), people.city())
    assert "tidak akan mengirim pesan" not in said or not [row for row in rows if row.state == TAKEN]


@pytest.mark.parametrize("words", [
    "*berhenti*", "berhenti ya", "tolong berhenti", "saya mau berhenti", "Berhenti 🙏", "jangan kirim lagi",
    "unsubscribe",
])  # fmt: skip
def test_who_asks_to_stop_in_other_words_is_heard(session: Session, words: str):
    home = people.family(session)
    people.child(session, home, "Rafa", TODAY - days(100))
    carer = people.carer(session, home)
    chat = chat_with(session, carer.person)
    chat.say(words)
    assert carer.stopped_at is not None or "Berhenti" in chat.labels


def test_the_weeks_of_a_form_begun_a_month_ago_count_from_today(session: Session):
    home = people.family(session)
    sari = chat_with(session, people.carer(session, home).person)
    sari.say("hamil")
    sari.tap("Kira-kira")
    sari.now += days(35)
    sari.say("12 minggu")
    assert "12 minggu" in sari.tap("Kirim")


def test_today_is_today_also_in_a_birth_form_begun_five_days_ago(session: Session):
    home = people.family(session)
    pregnancy = people.pregnancy(session, home, TODAY + days(5))
    sari = chat_with(session, people.carer(session, home).person)
    sari.tap_token(f"birth:pregnancy:{pregnancy.id}")
    sari.now += days(5)
    sari.say("lanjut")
    sari.fill("hari ini", "Satu", "Perempuan", "Aisyah", "3100", "Kirim")
    assert session.scalars(select(Child)).one().born == TODAY + days(5)


def test_who_speaks_of_stopping_something_else_is_not_asked_to_leave(session: Session):
    home = people.family(session)
    people.child(session, home, "Rafa", TODAY - days(100))
    chat = chat_with(session, people.carer(session, home).person)
    for words in ("suami mau berhenti merokok", "kapan berhenti minum tablet", "boleh berhenti menyusui?"):
        assert "Mau semua pesan berhenti?" not in chat.say(words)


def test_after_one_family_the_next_one_is_asked_for_and_a_refusal_is_remembered(session: Session):
    mine, sisters = people.family(session), people.family(session, "Wati")
    people.child(session, mine, "Rafa", TODAY - days(100))
    people.child(session, sisters, "Rani", TODAY - days(200))
    who = people.carer(session, mine, consents=False, joined_on=None, reachable=False).person
    people.carer(session, sisters, relation="keluarga", who=who, consents=False, joined_on=None)
    sari = chat_with(session, who)
    sari.say("mulai")
    sari.tap("Setuju")
    sari.tap("Ibu")
    assert "Setuju" in sari.labels, "the sister's family is asked for at once"
    assert "Lainnya tetap seperti biasa" in sari.tap("Tidak")
    assert "Setuju" not in (sari.say("menu") and sari.labels)


def test_who_agrees_anew_does_not_wait_for_the_end_of_an_old_pause(session: Session):
    home = people.family(session)
    people.child(session, home, "Rafa", TODAY - days(100))
    carer = people.carer(session, home)
    sari = chat_with(session, carer.person)
    sari.say("jeda")
    sari.tap("Sebulan")
    sari.say("tarik persetujuan")
    sari.tap("Tarik persetujuan")
    sari.say("mulai")
    sari.tap("Setuju")
    sari.tap("Ibu")
    assert carer.paused_until is None


@pytest.mark.parametrize("asked", ["jeda", "pause:7", "hour:9:2"])
def test_after_stopping_nothing_is_promised_by_an_old_button_or_word(session: Session, asked: str):
    home = people.family(session)
    people.child(session, home, "Rafa", TODAY - days(100))
    sari = chat_with(session, people.carer(session, home).person)
    sari.say("berhenti")
    said = sari.tap_token(asked) if ":" in asked else sari.say(asked)
    assert "Pesan berikutnya" not in said
    assert "jalan lagi sendiri" not in said
    assert "Mulai lagi" in sari.labels, "coming back takes a tap"


@pytest.mark.parametrize(
    "token", ["birth:pregnancy:99999999999999999999", "f:99999999999999999999:x:1", "pause:" + "9" * 30]
)
def test_a_number_no_database_holds_is_an_old_button(session: Session, token: str):
    home = people.family(session)
    people.child(session, home, "Rafa", TODAY - days(100))
    sari = chat_with(session, people.carer(session, home).person)
    assert "tidak berlaku" in sari.tap_token(token)
