"""Health workers keep in chat who answers tonight, and who is on leave is passed over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import duty
from db.duty import Duty, DutyKind
from db.outbox import Kind, Outgoing
from db.people import Person
from db.referrals import Referral
from handlers.referral import alerts
from rules import signs
from scheduler import referral_escalation as climbing
from scheduler.looks import finish
from tests import people
from tests.audited import Line, lines
from tests.chat import Chat, chat_with
from tests.handlers.chat.test_policy import of
from tests.people import NOW, TODAY, at
from tests.rows import sent

CITY = people.city()
EVENING = at(TODAY, "19:00")
NIGHT = at(TODAY + timedelta(days=1), "02:00")
CRY = "anak sy kejang tlong"


class Town:
    """Rafa of Bu Sari in Mandonga; Bu Murni and Bu Nur of his puskesmas, its head Pak Hasan, Bu Ratna who coordinates.

    Bu Wati is the midwife of another kelurahan of the same puskesmas, Bu Lia one of another puskesmas.
    """

    def __init__(self, session: Session):
        self.session, self.chats = session, dict[int, Chat]()
        self.home = people.family(session)
        self.home.health_centre_id = people.health_centre(session).id
        self.rafa = people.child(session, self.home, born=TODAY - timedelta(days=250))
        beside = people.family(session, "Ani", people.village(session, "Wua-Wua"))
        beside.health_centre_id = self.home.health_centre_id
        self.murni = people.health(session)
        self.nur = people.health(session, "Nurhayati", "kader")
        self.wati = people.health(session, "Wati", scope="kelurahan", scope_id=beside.village_id)
        self.hasan = people.health(session, "Hasan Basri", "kepala")
        elsewhere = people.health_centre(session, "Puskesmas Poasia")
        self.lia = people.health(session, "Lia", scope_id=elsewhere.id)
        self.ratna = people.coordinator(session)
        self.sari = people.carer(session, self.home, reachable=False).person
        session.commit()

    def chat(self, who: Person, now: datetime = EVENING) -> Chat:
        chat = self.chats[who.id] = self.chats.get(who.id) or chat_with(self.session, who, now)
        chat.now = now
        return chat

    def cries(self, now: datetime = NIGHT) -> None:
        self.chat(self.sari, now).say(CRY)

    def told(self, kind: Kind = Kind.ALERT) -> set[int | None]:
        return set(self.session.scalars(select(Outgoing.person_id).where(Outgoing.kind == kind)))

    def held(self) -> Sequence[Any]:
        self.session.expire_all()
        return [(one.person_id, one.kind, one.starts, one.ends) for one in self.session.scalars(select(Duty))]

    def enters(self, who: Person, whom: Person, kind: str, first: str, last: str, now: datetime = EVENING) -> str:
        chat = self.chat(who, now)
        chat.tap_token(f"duty:set:{whom.id}")
        return chat.fill(kind, first, last, "Kirim")


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


# --- what is entered ---------------------------------------------------------------------


def test_one_tap_puts_the_midwife_on_duty_until_the_morning(town: Town):
    chat = town.chat(town.murni)
    assert "Belum ada yang tercatat jaga" in chat.say("siapa jaga")
    assert "jaga* Rabu 4 Maret 19.02 sampai Kamis 5 Maret 08.00" in chat.tap("Saya jaga malam ini")
    assert "• Bapak/Ibu Murni, bidan, sampai Kamis 5 Maret 08.00" in chat.say("jaga")
    assert "Selesai jaga" in chat.labels


def test_after_midnight_the_night_ends_the_same_morning(town: Town):
    town.chat(town.murni, NIGHT).tap_token("duty:tonight")
    [(_, _, _, ends)] = town.held()
    assert ends == at(TODAY + timedelta(days=1), "08:00")


def test_leave_is_entered_with_its_first_and_last_day(town: Town):
    chat = town.chat(town.murni)
    chat.say("cuti")
    assert "*cuti* Kamis 5 Maret sampai Selasa 10 Maret." in chat.fill("Cuti", "Besok", "10/3", "Kirim")
    tomorrow, after = at(TODAY + timedelta(days=1), "00:00"), at(datetime(2026, 3, 11).date(), "00:00")  # noqa: DTZ001
    assert town.held() == [(town.murni.id, "cuti", tomorrow, after)]


def test_the_last_day_is_not_before_the_first(town: Town):
    chat = town.chat(town.murni)
    chat.say("cuti")
    chat.fill("Cuti", "8/3")
    assert "tidak boleh sebelum" in chat.say("6/3")
    assert town.held() == []


def test_what_is_entered_anew_takes_the_place_of_what_overlaps(town: Town):
    town.enters(town.murni, town.murni, "Jaga", "Hari ini", "Seminggu lagi")
    town.enters(town.murni, town.murni, "Cuti", "Besok", "Besok", EVENING + timedelta(minutes=30))
    assert [(kind, ends) for _, kind, _, ends in town.held()] == [
        ("jaga", at(TODAY + timedelta(days=1), "00:00")), ("cuti", at(TODAY + timedelta(days=2), "00:00")),
    ]  # fmt: skip


def test_who_is_done_early_says_so(town: Town):
    chat = town.chat(town.murni)
    chat.tap_token("duty:tonight")
    chat.say("jaga")
    chat.tap("Selesai jaga")
    assert duty.holding(town.session, DutyKind.DUTY, chat.now) == []
    assert "Belum ada yang tercatat jaga" in chat.say("jaga")


def test_each_entry_stands_in_the_audit(town: Town):
    town.chat(town.murni).tap_token("duty:tonight")
    entered = Line("duty.enter", town.murni.id, f"person:{town.murni.id}", "jaga")
    assert lines(town.session, "duty.enter") == [entered]


# --- who may --------------------------------------------------------------------------------


def test_the_head_of_the_puskesmas_enters_it_for_those_who_work_there_and_they_hear_it(town: Town):
    said = town.enters(town.hasan, town.wati, "Jaga", "Hari ini", "Hari ini")
    assert "Wati *jaga*" in said
    [row] = town.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.DUTY))
    assert row.person_id == town.wati.id
    assert "Hasan mencatat Bapak/Ibu *jaga*" in row.message["text"]


@pytest.mark.parametrize(
    ("who", "whom", "may"),
    [
        ("murni", "murni", True), ("murni", "nur", False), ("hasan", "nur", True), ("hasan", "wati", True),
        ("hasan", "lia", False), ("ratna", "lia", True), ("sari", "murni", False), ("ratna", "sari", False),
    ],
)  # fmt: skip
def test_one_enters_ones_own_a_head_those_of_the_puskesmas_a_coordinator_those_of_the_place(
    town: Town, who: str, whom: str, may: bool
):
    chat = town.chat(getattr(town, who))
    said = chat.tap_token(f"duty:set:{getattr(town, whom).id}")
    assert ("jaga atau cuti" in said) == may
    assert ("tidak berlaku" in said) == (not may)


def test_the_coordinator_of_a_kelurahan_enters_it_for_its_workers_only(town: Town):
    joko = people.coordinator(town.session, "Joko", "kelurahan", town.home.village_id)
    chat = town.chat(joko)
    assert "jaga atau cuti" in chat.tap_token(f"duty:set:{town.murni.id}")
    for other in (town.wati, town.lia):
        assert "tidak berlaku" in chat.tap_token(f"duty:set:{other.id}")


def test_who_was_moved_away_while_the_form_was_open_is_not_entered(town: Town):
    chat = town.chat(town.hasan)
    chat.tap_token(f"duty:set:{town.nur.id}")
    chat.fill("Jaga", "Hari ini", "Hari ini")
    town.nur.roles[0].scope_id = town.lia.roles[0].scope_id
    town.session.commit()
    chat.tap("Kirim")
    assert town.held() == []


def test_a_family_reads_no_duty_list(town: Town):
    town.chat(town.murni).tap_token("duty:tonight")
    said = town.chat(town.sari).say("siapa jaga")
    assert "Murni" not in said
    assert "jaga sekarang" not in said


def test_the_duty_of_nobody_is_not_entered(town: Town):
    assert "tidak berlaku" in town.chat(town.ratna).tap_token("duty:set:99999")


def test_another_puskesmas_reads_its_own_list(town: Town):
    town.chat(town.murni).tap_token("duty:tonight")
    assert "Murni" not in town.chat(town.lia).say("siapa jaga")
    assert "Murni" in town.chat(town.wati).say("siapa jaga")
    assert "Murni" in town.chat(town.ratna).say("siapa jaga")


def test_a_coordinator_of_many_finds_a_worker_by_name(town: Town):
    for number in range(9):
        people.health(town.session, f"Kader {number}", "kader")
    chat = town.chat(town.ratna)
    chat.say("jaga")
    assert "Tulis sebagian nama" in chat.tap("Atur petugas lain")
    chat.say("murn")
    assert "Murni" in chat.labels
    assert "jaga atau cuti" in chat.tap("Murni")


# --- who is told ------------------------------------------------------------------------------


def test_by_night_the_worker_on_duty_of_the_puskesmas_is_told_too_and_can_take_it_on(town: Town):
    town.chat(town.wati).tap_token("duty:tonight")
    town.cries()
    assert town.told() == {town.wati.id, town.murni.id, town.nur.id, town.ratna.id}
    referral = town.session.scalars(select(Referral)).one()
    town.chat(town.wati, NIGHT).tap_token(f"ref:accept:{referral.id}")
    assert referral.accepted_by == town.wati.id


def test_who_is_not_on_duty_and_of_another_place_is_not_told(town: Town):
    town.chat(town.lia).tap_token("duty:tonight")
    town.cries()
    assert town.told() == {town.murni.id, town.nur.id, town.ratna.id}


def test_after_the_morning_nobody_is_on_duty_any_more(town: Town):
    town.chat(town.wati).tap_token("duty:tonight")
    town.cries(at(TODAY + timedelta(days=1), "08:30"))
    assert town.wati.id not in town.told()


def test_who_is_on_leave_is_passed_over(town: Town):
    town.enters(town.murni, town.murni, "Cuti", "Hari ini", "Seminggu lagi")
    town.cries()
    assert town.told() == {town.nur.id, town.ratna.id}


def test_on_the_way_up_too_who_is_on_leave_is_passed_over_and_the_next_told_at_once(town: Town):
    town.enters(town.hasan, town.hasan, "Cuti", "Hari ini", "Seminggu lagi")
    town.cries()
    sent(town.session, NIGHT)
    finish(climbing.urgent_tick, town.session, NIGHT + timedelta(minutes=16), CITY)
    assert town.hasan.id not in town.told(Kind.CLIMB)
    assert town.ratna.id in town.told(Kind.CLIMB)


def test_where_everybody_is_on_leave_they_are_told_all_the_same(session: Session):
    town = Town(session)
    for role in town.ratna.roles:
        session.delete(role)
    session.flush()
    for who in (town.murni, town.nur):
        town.enters(who, who, "Cuti", "Hari ini", "Seminggu lagi")
    town.cries()
    assert town.told() == {town.murni.id, town.nur.id}


def test_a_report_that_cannot_wait_reaches_who_is_on_duty_and_passes_over_who_is_on_leave(session: Session):
    town = Town(session)
    town.chat(town.wati, NOW).tap_token("duty:tonight")
    town.enters(town.murni, town.murni, "Cuti", "Hari ini", "Seminggu lagi", NOW)
    today = next(sign for sign in signs.table().values() if sign.urgency == "hari ini")
    alerts.open_referral(of(session, town.nur, NOW + timedelta(hours=1)), None, town.rafa, [today])
    session.flush()
    assert town.told() == {town.wati.id, town.nur.id, town.ratna.id}


def test_a_leave_that_is_over_or_still_to_come_passes_over_nobody(town: Town):
    day = timedelta(days=1)
    for starts in (NOW - 9 * day, NOW + 9 * day):
        duty.enter(town.session, town.murni.id, DutyKind.LEAVE, starts, starts + day, set_by=town.murni.id, now=NOW)
    town.cries()
    assert town.murni.id in town.told()
