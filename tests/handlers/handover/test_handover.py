"""Leave, transfer and retirement: who may enter them, who comes instead, and nothing open is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import referrals
from db.drafts import Draft
from db.fostering import Assignment, AssignmentState, Leave, answerable, foster_parents
from db.outbox import SKIPPED, Kind, Outgoing
from db.people import Person
from db.referrals import Referral
from db.states import CareState
from db.subjects import subject
from handlers.shell.buttons import NOT_VALID
from programme import handover_card, leaves, proposals
from programme.departures import give_referrals_back
from programme.scopes import CITY
from scheduler import departures
from scheduler.looks import finish
from tests import people
from tests.audited import lines
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY

TOWN = people.city()
DAY = timedelta(days=1)


class Town:
    """Rafa and Siti in Mandonga, whom Pak Anwar fosters; Bu Rahma fosters Bima there, Pak Usman nobody.

    Pak Hamid is Pak Anwar's superior and fosters nobody. Pak Rudi coordinates Mandonga, Bu Lina another kelurahan.
    """

    def __init__(self, session: Session):
        self.session = session
        self.home = people.family(session)
        self.home.health_centre_id = people.health_centre(session).id
        self.rafa = people.child(session, self.home, born=TODAY - 430 * DAY, code="A-31")
        self.siti = people.child(session, people.family(session, "Ani"), "Siti", code="A-32")
        self.bima = people.child(session, people.family(session, "Wati"), "Bima", code="A-33")
        self.anwar = people.asn(session, phone="+62811")
        self.rahma = people.asn(session, "Rahma Yusuf", people.WOMAN, office_name="Dinas PU")
        self.usman = people.asn(session, "Usman Ali", office_name="Dinas PU")
        self.hamid = people.asn(session, "Hamid Karim")
        self.anwar.superior_id = self.hamid.id
        self.of_rafa = people.fosters(session, self.anwar, self.rafa, TODAY - 40 * DAY)
        people.fosters(session, self.anwar, self.siti, TODAY - 40 * DAY)
        people.fosters(session, self.rahma, self.bima, TODAY - 40 * DAY)
        self.rudi = people.coordinator(session, "Rudi", "kelurahan", self.home.village_id)
        away = people.village(session, "Baruga", "Baruga")
        self.lina = people.coordinator(session, "Lina", "kelurahan", away.id)
        session.commit()

    def chat(self, who: Person) -> Chat:
        return chat_with(self.session, who)

    def enters(self, who: Person, *answers: str) -> str:
        """What is said to who fills in the form about Pak Anwar."""
        chat = self.chat(who)
        first = chat.tap_token(f"handover:set:{self.anwar.id}")
        return chat.fill(*answers) if "cuti, pindah, atau pensiun" in first else first

    def morning(self, days: int) -> None:
        finish(departures.tick, self.session, NOW + days * DAY, TOWN)


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def test_an_asn_a_superior_and_a_coordinator_of_the_place_may_and_nobody_else(town: Town):
    for who in (town.anwar, town.hamid, town.rudi):
        said = town.enters(who, "Cuti", "Besok", "Besok", "Belum ada", "Kirim")
        assert "*cuti* mulai Kamis 5 Maret 2026 sampai Kamis 5 Maret 2026" in said
    for who in (town.rahma, town.lina):
        assert "di luar lingkup" in town.enters(who, "Cuti")
    [leave] = town.session.scalars(select(Leave))
    for who in (town.rahma, town.lina):
        assert town.chat(who).tap_token(f"leave:end:{leave.id}") == NOT_VALID
    assert [line.by for line in lines(town.session, "leave.enter")] == [town.anwar.id]  # the same leave stands once


def test_leave_with_a_substitute_ends_by_itself_or_when_somebody_is_back(town: Town):
    town.enters(town.anwar, "Cuti", "Hari ini", "Seminggu lagi", "Bu Rahma · 1 anak", "Kirim")
    assert [answerable(town.session, town.rafa, TODAY + n * DAY) for n in (0, 6, 7)] == [
        town.rahma, town.rahma, town.anwar,
    ]  # fmt: skip
    assert proposals.candidates(town.session, TODAY)[0].away, "on leave"
    town.morning(7)
    held = town.session.scalars(select(Assignment).where(Assignment.asn_id == town.rahma.id)).all()
    assert sorted(one.state for one in held) == ["aktif", "selesai", "selesai"]

    town.enters(town.anwar, "Cuti", "Hari ini", "Seminggu lagi", "Bu Rahma · 1 anak", "Kirim")
    chat = town.chat(town.anwar)
    assert "sedang cuti sampai Selasa 10 Maret" in chat.say("cuti")
    assert "Kunjungan kembali kepada Bapak" in chat.tap("Sudah kembali")
    assert answerable(town.session, town.rafa, TODAY) == town.anwar
    assert leaves.running(town.session, town.anwar.id, TODAY) is None
    assert chat.tap("Sudah kembali") == NOT_VALID


def test_a_retired_asn_is_followed_evenly_is_proposed_no_more_and_goes_after_three_days(town: Town):
    said = town.enters(town.rudi, "Pensiun", "Hari ini", "Bagi rata", "Kirim")
    assert "Adik Rafa: *Bu Rahma*" in said
    assert "Adik Siti: *" in said
    assert foster_parents(town.session, town.rafa, TODAY) == [town.rahma]
    assert town.anwar.id not in [one.id for one in proposals.candidates(town.session, TODAY)]
    town.morning(3)
    assert town.anwar.roles
    town.morning(4)
    town.session.expire_all()
    assert not town.anwar.roles
    assert not town.anwar.addresses
    assert "role.end" in [line.action for line in lines(town.session)]


def test_of_several_people_of_a_name_one_is_chosen_and_who_is_unknown_is_asked_for_again(town: Town):
    people.asn(town.session, "Rahmat Hidayat")
    town.session.commit()
    chat = town.chat(town.rudi)
    chat.tap_token(f"handover:set:{town.anwar.id}")
    assert "1. Rahma Yusuf, Dinas PU\n2. Rahmat Hidayat" in chat.fill(
        "Pindah tugas", "Besok", "Nama lain", "rahm", "Kirim"
    )
    assert "Pengganti: *Pak Rahmat · 0 anak*" in chat.tap("2.")
    chat.tap("Kirim")
    assert answerable(town.session, town.rafa, TODAY) == town.anwar
    assert [one.name for one in foster_parents(town.session, town.rafa, TODAY + DAY)] == ["Rahmat Hidayat"]
    town.enters(town.rahma, "")  # out of scope: nothing is opened
    assert not town.session.scalars(select(Draft)).all()


def test_a_sign_that_was_ticked_and_not_sent_is_told_when_the_child_is_handed_over(town: Town):
    people.health(town.session)
    chat = town.chat(town.anwar)
    chat.tap_token(f"report:child:{town.rafa.id}")
    chat.fill("Ibu", "Ada tanda bahaya")
    chat.tap("Kejang")  # ticked, and the question is not answered yet
    assert not referrals.open_about(town.session, town.rafa)
    town.enters(town.rudi, "Pensiun", "Hari ini", "Bu Rahma · 1 anak", "Kirim")
    [referral] = referrals.open_about(town.session, town.rafa)
    assert referral.signs == ["Kejang"]
    rudi = town.chat(town.rudi)
    new = town.session.scalars(select(Assignment).where(Assignment.replaces_id == town.of_rafa.id)).one()
    assert "kini ada pada Bu Rahma" in rudi.tap_token(f"drafts:pass:{new.id}")
    [draft] = town.session.scalars(select(Draft))
    assert draft.person_id == town.rahma.id
    assert "di luar wilayah" in town.chat(town.lina).tap_token(f"drafts:pass:{new.id}")


def test_only_an_asn_can_follow_and_only_this_form_is_filled_in_by_a_tap_on_a_name(town: Town):
    waiting = people.child(town.session, town.home, "Eka", code="A-41")
    [one] = proposals.make(town.session, [waiting], TODAY, NOW, None)
    town.session.commit()
    chat = town.chat(town.rudi)
    for token in (f"assign:pick:{one.id}:{town.lina.id}", f"assign:to:{town.of_rafa.id}:retired:{town.lina.id}"):
        assert chat.tap_token(token) == NOT_VALID
    town.session.get_one(Person, one.asn_id).roles[0].role = "family"
    town.session.commit()
    town.session.expire_all()
    assert "tidak bertugas sebagai pendamping lagi" in chat.tap_token(f"assign:accept:{one.id}")
    assert foster_parents(town.session, town.rafa, TODAY) == [town.anwar]
    town.chat(town.anwar).tap_token(f"report:child:{town.rafa.id}")
    [report] = town.session.scalars(select(Draft))
    assert town.chat(town.anwar).tap_token(f"handover:pick:{report.id}:{town.rahma.id}") == NOT_VALID


def test_a_new_leave_of_the_same_days_takes_the_place_of_the_one_before(town: Town):
    town.enters(town.anwar, "Cuti", "Hari ini", "Seminggu lagi", "Bu Rahma · 1 anak", "Kirim")
    chat = town.chat(town.anwar)
    chat.tap_token(f"handover:form:{town.anwar.id}")
    chat.fill("Sakit", "Besok", "Dua minggu lagi", "Pak Usman · 0 anak", "Kirim")
    assert [answerable(town.session, town.rafa, TODAY + n * DAY) for n in (0, 1, 14)] == [
        town.rahma, town.usman, town.anwar,
    ]  # fmt: skip
    held = [(one.kind, one.starts, one.ends) for one in town.session.scalars(select(Leave).order_by(Leave.id))]
    assert held == [("cuti", TODAY, TODAY), ("sakit", TODAY + DAY, TODAY + 13 * DAY)]


def test_the_card_has_ten_lines_and_nothing_measured_without_a_consent(town: Town):
    for days in range(5, 60, 10):
        people.visit(town.session, town.anwar, town.rafa, TODAY - days * DAY)
    people.measured(town.session, town.rafa, TODAY - 20 * DAY, 8.1, 74.0, position="telentang")
    people.referral(town.session, town.rafa, NOW, "Kejang")
    people.carer(town.session, town.home, weekday=3, hour=16)
    card = handover_card.lines(town.session, TOWN, town.of_rafa, NOW)
    assert len(card) <= 10
    said = "\n".join(card)
    for part in ("14 bulan", "8,1 kg", "Kejang", "bertemu", "hari Kamis, sekitar pukul 16"):
        assert part in said
    bare = people.child(town.session, people.family(town.session, "Ina", signed=False), born=TODAY - 430 * DAY)
    held = people.fosters(town.session, town.anwar, bare, TODAY)
    people.visit(town.session, town.anwar, bare, TODAY - DAY)
    people.measured(town.session, bare, TODAY - 20 * DAY, 8.1, 74.0, position="telentang")
    people.referral(town.session, bare, NOW, "Kejang")
    said = "\n".join(handover_card.lines(town.session, TOWN, held, NOW))
    for part in ("14 bulan", "8,1 kg", "Kejang", "bertemu"):
        assert part not in said
    assert "Rujukan terbuka, belum ada yang menangani" in said


# --- proposals ------------------------------------------------------------------------------------


def test_only_children_in_care_of_the_own_place_whom_nobody_fosters_are_proposed_for(town: Town):
    elsewhere = people.family(town.session, "Ida", people.village(town.session, "Baruga", "Baruga"))
    far = people.child(town.session, elsewhere, "Dewi", code="A-40")
    near = people.child(town.session, town.home, "Eka", code="A-41")
    people.child(town.session, town.home, "Fajar", state=CareState.MOVED)
    later = people.child(town.session, town.home, "Gita", code="A-42")
    people.fosters(town.session, town.rahma, later, TODAY + 5 * DAY)
    assert [one.code for one in proposals.waiting(town.session, [CITY], TODAY)] == ["A-40", "A-41"]
    town.session.commit()
    rudi, lina = town.chat(town.rudi), town.chat(town.lina)
    assert "A-41" in rudi.say("usulan")
    assert "A-40" in lina.say("usulan")
    made = {one.child_id: one for one in town.session.scalars(select(Assignment).where(Assignment.state == "usulan"))}
    ids = f"{made[near.id].id}.{made[far.id].id}"
    assert rudi.tap_token(f"assign:all:{ids}") == NOT_VALID, "one of them is not his to decide"
    assert "di luar wilayah" in rudi.tap_token(f"assign:accept:{made[far.id].id}")
    assert foster_parents(town.session, near, TODAY) == []


def test_whoever_was_proposed_and_went_on_leave_is_proposed_no_more(town: Town):
    waiting = people.child(town.session, town.home, "Eka", code="A-41")
    [first] = proposals.make(town.session, [waiting], TODAY, NOW, None)
    assert proposals.make(town.session, [waiting], TODAY, NOW, None) == [first], "it stays until it is decided"
    town.session.add(Leave(person_id=first.asn_id, starts=TODAY, ends=TODAY + DAY, entered_at=NOW))
    town.session.flush()
    [second] = proposals.make(town.session, [waiting], TODAY, NOW, None)
    assert second.asn_id != first.asn_id
    assert first.state == AssignmentState.ENDED


# --- roles ----------------------------------------------------------------------------------------


def test_a_midwife_who_leaves_keeps_no_referral_and_a_role_ends_by_itself_after_its_last_day(town: Town):
    murni, nur = people.health(town.session), people.health(town.session, "Nurhayati", "kader")
    kota = people.coordinator(town.session)
    referral: Referral = people.referral(town.session, town.rafa, NOW, "Kejang", urgency="sekarang")
    town.session.commit()
    town.chat(murni).tap_token(f"ref:accept:{referral.id}")
    chat = town.chat(kota)
    assert "Murni, bidan Puskesmas Labibia" in chat.fill("akhiri peran", "murni")
    assert "1 rujukan yang ditanganinya diserahkan" in chat.tap("1.")
    assert "berakhir Rabu 11 Maret 2026" in chat.tap("Seminggu lagi")
    town.morning(7)
    assert give_referrals_back(town.session, TOWN, murni, NOW) == [], "she still works there"
    assert referral.accepted_by == murni.id
    town.morning(8)
    town.session.expire_all()
    assert (referral.state, referral.accepted_by, murni.roles) == ("sent", None, [])
    told = select(Outgoing.key).where(Outgoing.person_id == nur.id, Outgoing.kind == Kind.ALERT)
    assert town.session.scalars(told.where(Outgoing.state != SKIPPED)).all()
    assert ("referral.pass", None, f"referral:{referral.id}", f"person:{murni.id}") in lines(town.session)


def test_the_children_of_an_asn_whose_role_ends_are_told_of_and_wait_for_a_carer(town: Town):
    admin = people.person(town.session, "Joko", "admin")
    town.session.commit()
    chat = town.chat(admin)
    chat.fill("akhiri peran", "anwar")
    assert "2 anak asuhnya belum punya pengganti" in chat.tap("1.")
    chat.tap("Hari ini")
    assert not foster_parents(town.session, town.rafa, TODAY)
    assert {one.code for one in proposals.waiting(town.session, [CITY], TODAY)} == {"A-31", "A-32"}
    rows = select(Outgoing).where(Outgoing.kind == Kind.HANDOVER, Outgoing.person_id == town.rudi.id)
    [row] = town.session.scalars(rows)
    assert row.message["text"].count("belum ada penggantinya") == 2
    assert str(subject(town.rafa)) in {line.about for line in lines(town.session, "assignment.end")}
    assert town.chat(town.rudi).tap_token(f"role:end:{admin.roles[0].id}") == NOT_VALID
