"""What Bu Ratna of the city, Pak Rudi the lurah and Bu Tuti, who heads the Dinas, read of Rafa: in every message and
file that they get, searched for what none of their scopes allows."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import outbox
from db.consent import Consent, PaperConsent
from db.cries import Cry
from db.measurements import REPORTED
from db.outbox import Kind, Outgoing
from db.people import Person, PersonRole
from db.referrals import NOW as AT_ONCE
from db.referrals import Referral, ReferralState
from db.states import CareState
from flow.message import Message
from programme import disclosure, ending_announcements, referring
from programme.disclosure import ALL, BY_SCOPE, PRIVATE, Shown
from programme.scopes import Scope
from rules import signs
from scheduler import digest as digests
from scheduler import referral_escalation as climbing
from scheduler.looks import finish
from tests import people
from tests.audited import lines
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY, at

FIVE = at(TODAY, "17:00")
FITS = "Kejang"  # a sign as it stands in the table


def days(count: int) -> timedelta:
    return timedelta(days=count)


class Town:
    """Pak Anwar of the Dinas Kominfo is 15 days late with Rafa of Mandonga, who was weighed and has a referral."""

    def __init__(self, session: Session, files: Path):
        self.session, self.files, self.city = session, files, people.city(files)
        self.chats: dict[int, Chat] = {}
        mandonga = people.village(session)
        self.home = people.family(session, where=mandonga)
        self.home.code, self.home.phone = "KK-77", "+6281255500031"
        self.home.health_centre_id = people.health_centre(session).id
        self.rafa = people.child(session, self.home, "Rafa Pratama", TODAY - days(430), code="A-31")
        self.anwar = people.asn(session)
        people.fosters(session, self.anwar, self.rafa, TODAY - days(45))
        people.measured(session, self.rafa, TODAY - days(60), 9.4, 76.0)
        people.measured(session, self.rafa, TODAY, 9.5, 71.5)
        people.measured(session, self.rafa, TODAY, 9.6, 72.5, kind=REPORTED)
        self.sari = people.carer(session, self.home).person
        self.sari.phone = "+6281255500031"
        self.murni = people.health(session)
        self.ratna = people.coordinator(session)
        self.rudi = people.coordinator(session, "Rudi", "kelurahan", mandonga.id)
        self.camat = people.coordinator(session, "Lina", "kecamatan", mandonga.district_id)
        self.tuti = people.coordinator(session, "Tuti", "opd", people.office(session).id)
        session.commit()

    def sign(self, label: str) -> signs.Sign:
        return next(one for one in signs.table().values() if one.label == label)

    def tells(self, label: str, now: datetime = NOW) -> referring.Told:
        told = referring.report(self.session, self.city, now, self.rafa, [self.sign(label)], self.anwar.id)
        self.session.commit()
        return told

    def chat(self, who: Person, now: datetime = FIVE) -> Chat:
        """The one chat of this person, at this moment or a later one."""
        if who.id not in self.chats:
            self.chats[who.id] = chat_with(self.session, who, now, city=self.city)
        self.chats[who.id].now = max(now, self.chats[who.id].now)
        return self.chats[who.id]

    def read_by(self, who: Person) -> str:
        """Everything this person gets: texts, buttons and cards of all messages, and every cell of the workbooks."""
        rows = self.session.scalars(select(Outgoing).where(Outgoing.person_id == who.id)).all()
        assert rows, f"{who.name} gets nothing at all"
        said = [json.dumps(row.message, ensure_ascii=False) for row in rows]
        attached = (Message.from_json(row.message).attachment for row in rows)
        paths = {one.path for one in attached if one is not None}
        for path in sorted(paths):
            for sheet in load_workbook(self.files / path):
                said += [" ".join(str(cell) for cell in row if cell is not None) for row in sheet.values]
        return "\n".join(said)

    def lives_a_day(self) -> None:
        """The referral is told and climbs, digests come, all lists are looked at, it is taken back, Rafa recovers."""
        told = self.tells(self.today_sign)
        for hour in (2, 6, 24):
            finish(climbing.tick, self.session, NOW + timedelta(hours=hour), self.city)
        finish(digests.tick, self.session, FIVE, self.city)
        referring.tell_taken_back(self.session, self.city, FIVE, told.referral, [self.today_sign], self.anwar.id)
        self.session.commit()
        for who in (self.ratna, self.rudi, self.camat, self.tuti):
            chat = self.chat(who)
            self.digest_of(who)
            for words in ("menu", "terlambat", "mutu"):
                chat.say(words)
            chat.tap_token(f"late:one:{self.anwar.id}")
            chat.tap_token(f"remind:{self.anwar.id}")
        self.chat(self.murni).tap_token(f"ref:accept:{told.referral.id}")
        ending_announcements.notify(self.session, self.city, self.rafa, CareState.RECOVERED, FIVE)
        self.session.commit()

    def digest_of(self, who: Person) -> str:
        """The digest that this person asks for with all of its details; the workbook is opened too."""
        chat = self.chat(who)
        said = [chat.say("ringkasan"), chat.tap("Rincian")]
        while "Berikutnya »" in chat.labels:
            said.append(chat.tap("Berikutnya »"))
        chat.tap("Berkas Excel")
        return "\n\n".join(said)

    @property
    def today_sign(self) -> str:
        """A sign that must be seen today, and is no measurement."""
        return next(
            one.label for one in signs.of(signs.Who.CHILD, 430) if one.urgency is signs.Urgency.TODAY
        )  # fmt: skip

    def opened(self) -> list[tuple[int | str | None, str]]:
        """The names and cards that somebody opened, by whom."""
        return [(one.by, one.about) for act in ("child.open", "card.open") for one in lines(self.session, act)]


@pytest.fixture
def town(session: Session, tmp_path: Path) -> Town:
    return Town(session, tmp_path)


def loses_every_role(town: Town, who: Person) -> None:
    for role in who.roles:
        town.session.delete(role)
    town.session.commit()
    town.session.expire(who)


MEASURES = ("9.5", "71.5", "9.6", "72.5", "9,5", "71,5", "→")


def has(said: str, *words: str) -> list[str]:
    return [word for word in words if word in said]


# --- a whole day ------------------------------------------------------------------------------


def test_the_head_of_the_dinas_reads_who_is_late_and_that_a_referral_is_open_and_nothing_of_the_child(town: Town):
    town.lives_a_day()
    said = town.read_by(town.tuti)
    hidden = ("Rafa", "A-31", "Sari", "KK-77", "Mandonga", town.today_sign, "pendek", "lihat hari ini", "+62812")
    assert has(said, *hidden, *MEASURES) == []
    shown = ("Pak Anwar: *15 hari*", "- Pak Anwar: 15 hari", "- Pak Anwar: rujukan terbuka. Baru hari ini.")
    assert has(said, *shown) == [*shown]


def test_the_lurah_and_the_camat_read_first_name_code_and_state_and_no_sign_number_or_measurement(town: Town):
    town.lives_a_day()
    for who in (town.rudi, town.camat):
        said = town.read_by(who)
        assert has(said, town.today_sign, "Sari", "KK-77", "Pratama", "+62812", *MEASURES) == []
        assert "- Rafa (A-31), Mandonga (Mandonga): perlu dilihat hari ini. Baru hari ini, belum ada yang" in said
        assert "1. Rafa (A-31), Mandonga (Mandonga): *15 hari*" in said


def test_the_city_reads_counts_and_codes_until_it_opens_them(town: Town):
    town.lives_a_day()
    said = town.read_by(town.ratna)
    assert has(said, "Rafa", "Sari", town.today_sign, "+62812", *MEASURES) == []
    assert "- A-31, Mandonga (Mandonga): perlu dilihat hari ini. Baru hari ini, belum ada yang menangani." in said
    assert "1. A-31, Mandonga (Mandonga): *15 hari*" in said
    assert "Perlu perhatian: pendek 1" in said
    assert town.opened() == []


def test_the_counts_are_the_same_for_whoever_may_count(town: Town):
    town.tells(town.today_sign)
    for who in (town.ratna, town.rudi, town.camat, town.tuti):
        said = town.digest_of(who)
        assert has(said, "Rujukan terbuka: 1", "Kunjungan terlambat: 1", "Bulan ini 0 dari 1") == [
            "Rujukan terbuka: 1", "Kunjungan terlambat: 1", "Bulan ini 0 dari 1",
        ]  # fmt: skip
        assert ("Pengukuran bulan ini" in said) == (who is not town.tuti)


def test_the_midwife_of_the_place_reads_all_of_it_as_before(town: Town):
    town.tells(town.today_sign)
    said = town.read_by(town.murni)
    assert f"Yang terlihat: *{town.today_sign}*" in said
    assert "Adik Rafa" in said


def test_the_asn_who_is_reminded_reads_the_name_of_their_own_child_whoever_reminds(town: Town):
    for who in (town.tuti, town.ratna):
        chat = town.chat(who)
        chat.tap_token(f"remind:{town.anwar.id}")
    [row] = town.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.NUDGE))
    assert "*Rafa* (A-31), lewat 15 hari" in row.message["text"]


# --- danger -----------------------------------------------------------------------------------


def test_of_danger_that_nobody_took_on_whoever_is_told_reads_all_that_is_needed_to_act(town: Town):
    loses_every_role(town, town.rudi)
    loses_every_role(town, town.camat)
    town.chat(town.sari, NOW).say("anak saya kejang tolong")
    alert = town.session.scalars(
        select(Outgoing).where(Outgoing.kind == Kind.ALERT, Outgoing.person_id == town.ratna.id)
    ).one()
    said = json.dumps(alert.message, ensure_ascii=False)
    assert has(said, "Adik Rafa (A-31)", FITS, "Bu Sari", "+6281255500031", "ref:accept") == [
        "Adik Rafa (A-31)", FITS, "Bu Sari", "+6281255500031", "ref:accept",
    ]  # fmt: skip
    assert f"- Rafa (A-31), Mandonga (Mandonga): {FITS}" in town.digest_of(town.ratna)


def test_once_somebody_has_taken_it_on_the_lurah_reads_no_sign_any_more(town: Town):
    town.chat(town.sari, NOW).say("anak saya kejang tolong")
    assert f"- Rafa (A-31), Mandonga (Mandonga): {FITS}" in town.digest_of(town.rudi)
    town.chat(town.murni).say("rujukan")
    town.chat(town.murni).tap("Saya tangani")
    said = town.digest_of(town.rudi)
    assert FITS not in said
    assert (
        "- Rafa (A-31), Mandonga (Mandonga): perlu ditolong sekarang. Baru hari ini, ditangani Bapak/Ibu Murni." in said
    )


def test_the_head_of_the_dinas_reads_no_sign_of_danger_either(town: Town):
    town.chat(town.sari, NOW).say("anak saya kejang tolong")
    said = town.digest_of(town.tuti)
    assert has(said, FITS, "Rafa", "A-31") == []
    assert "- Pak Anwar: rujukan terbuka." in said


def test_a_coordinator_who_took_danger_on_reads_all_of_it_until_it_is_closed(town: Town):
    told = town.tells(FITS)
    assert told.referral.urgency == AT_ONCE
    town.chat(town.rudi).tap_token(f"ref:accept:{told.referral.id}")
    assert disclosure.of_referral(town.session, told.referral, town.rudi, FIVE) == ALL
    assert disclosure.of_referral(town.session, told.referral, town.camat, FIVE) == BY_SCOPE["kecamatan"]


def test_the_number_of_who_called_goes_to_those_alone_who_read_the_sign(town: Town):
    town.sari.phone = None
    chat = town.chat(town.sari, NOW)
    chat.say("anak saya kejang tolong")
    town.chat(town.murni).say("rujukan")
    town.chat(town.murni).tap("Saya tangani")
    chat.share_contact("+6281255500099")
    numbers = town.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.REFERRAL)).all()
    told = {row.person_id for row in numbers if "+6281255500099" in json.dumps(row.message)}
    assert told == {town.murni.id}


def test_a_sign_of_the_private_list_stands_in_no_message_list_or_file(town: Town):
    label = "Pikiran mati/menyakiti"
    assert label in PRIVATE
    assert "Kekerasan di rumah" in PRIVATE
    kept = people.referral(town.session, town.rafa, NOW, label, urgency="sekarang")
    both = people.referral(town.session, town.rafa, NOW, label, FITS, urgency="sekarang")
    town.session.commit()
    finish(climbing.urgent_tick, town.session, NOW + timedelta(minutes=31), town.city)
    for who in (town.ratna, town.rudi, town.tuti):
        assert "Rujukan terbuka: 1" in town.digest_of(who)
        town.chat(who).say("lihat A-31")
        assert label not in town.read_by(who)
    assert FITS in town.read_by(town.rudi)
    assert {kept.urgency, both.urgency} == {AT_ONCE}


# --- opening ----------------------------------------------------------------------------------


def test_the_city_opens_the_names_of_a_list_and_each_is_a_line_of_the_audit(town: Town):
    chat = town.chat(town.ratna)
    chat.say("terlambat")
    chat.tap("1. Pak Anwar")
    assert "1. Rafa (A-31), Mandonga (Mandonga): *15 hari*" in chat.tap("Lihat nama")
    assert town.opened() == [(town.ratna.id, f"child:{town.rafa.id}")]
    assert "Lihat nama (dicatat)" not in chat.labels


def test_the_city_opens_one_child_by_its_code_and_reads_sign_and_status(town: Town):
    told = town.tells(town.today_sign)
    said = town.chat(town.ratna).say("lihat a-31")
    assert "👶 *Adik Rafa* (A-31), 14 bulan 4 hari\nMandonga (Mandonga)" in said
    assert f"Rujukan: {town.today_sign}. Baru hari ini, belum ada yang menangani" in said
    assert "TB/U pendek" in said
    assert town.opened() == [(town.ratna.id, f"child:{town.rafa.id}")]
    assert told.referral.closed_at is None


def test_where_no_health_worker_can_be_reached_the_city_opens_who_called_and_their_number(town: Town):
    for who in (town.murni, town.rudi, town.camat):
        loses_every_role(town, who)
    town.chat(town.sari, NOW).say("kakinya bengkak")
    town.chat(town.sari, NOW).tap("Ya, sekarang")
    said = town.read_by(town.ratna)
    assert "*Anak A-31*" in said
    assert "Perlu namanya? Tulis *lihat A-31*" in said
    assert has(said, "bengkak", "+6281255500031") == []
    assert "Yang menulis: Bu Sari, +6281255500031" in town.chat(town.ratna).say("lihat A-31")


def test_lihat_alone_asks_for_whom_and_an_unknown_code_opens_nothing(town: Town):
    chat = town.chat(town.ratna)
    assert "Kartu siapa?" in chat.say("lihat")
    assert chat.say("A-99") == "Nama atau kode itu tidak ada dalam daftar Bapak/Ibu."
    assert "*Adik Rafa* (A-31)" in chat.say("kk-77"), "the only one of this family"
    assert town.opened() == [(town.ratna.id, f"child:{town.rafa.id}")]


def test_of_a_child_that_died_the_city_opens_nothing(town: Town):
    town.rafa.state = CareState.DIED
    town.session.commit()
    assert town.chat(town.ratna).say("lihat A-31") == "Nama atau kode itu tidak ada dalam daftar Bapak/Ibu."
    assert town.opened() == []


def test_nobody_but_the_city_opens_the_names_of_a_list(town: Town):
    for who in (town.tuti, town.rudi, town.anwar, town.murni):
        town.chat(who).tap_token("late:names:0")
    assert town.opened() == []
    assert "Rafa" not in town.read_by(town.tuti)


def test_on_the_card_each_reads_what_their_scopes_allow_and_no_more(town: Town):
    town.tells(town.today_sign)
    health, everything = (town.today_sign, *MEASURES, "14 bulan"), ("Rafa", "A-31", "Sari")
    cards = {who.id: town.chat(who).say("lihat A-31") for who in (town.tuti, town.rudi, town.murni)}
    assert has(cards[town.tuti.id], *everything, *health, "Rujukan") == []
    assert cards[town.tuti.id].startswith("👶 *Anak dampingan Pak Anwar*")
    assert has(cards[town.rudi.id], *everything, *health) == ["Rafa", "A-31"]
    assert "Rujukan: perlu dilihat hari ini. Baru hari ini, belum ada yang menangani" in cards[town.rudi.id]
    assert has(cards[town.murni.id], *everything, town.today_sign, "14 bulan") == [
        *everything, town.today_sign, "14 bulan",
    ]  # fmt: skip
    assert all("Kunjungan Pak Anwar terlambat 15 hari" in said for said in cards.values())
    assert [by for by, _ in town.opened()] == list(cards)


def test_nobody_finds_by_a_name_whom_they_are_not_shown_by_name(town: Town):
    assert "Adik Rafa" in town.chat(town.rudi).say("rafa")
    assert "*Adik" not in town.chat(town.rudi).say("sari"), "the mother is not named to the lurah"
    assert "*Anak" not in town.chat(town.tuti).say("rafa"), "the head of an office reads no name"
    for signed in town.session.scalars(select(PaperConsent)):
        signed.withdrawn_at = NOW
    for given in town.session.scalars(select(Consent)):
        given.withdrawn_at = NOW
    town.session.commit()
    assert "*A" not in town.chat(town.rudi).say("rafa")
    assert "👶 *Anak A-31*" in town.chat(town.rudi).say("a-31")


# --- several scopes ---------------------------------------------------------------------------


def also(town: Town, who: Person, scope: str, scope_id: int) -> None:
    who.roles.append(PersonRole(role="coordinator", scope=scope, scope_id=scope_id))
    town.session.commit()


def elsewhere(town: Town) -> None:
    """Pak Anwar fosters Nisa of Baruga too, and is late with her."""
    home = people.family(town.session, "Wati Lestari", people.village(town.session, "Baruga", "Baruga"))
    nisa = people.child(town.session, home, "Nisa", TODAY - days(400), code="A-32")
    people.fosters(town.session, town.anwar, nisa, TODAY - days(50))
    town.session.commit()


def test_who_leads_an_office_and_a_kelurahan_reads_names_of_the_kelurahan_alone(town: Town):
    elsewhere(town)
    also(town, town.tuti, "kelurahan", town.home.village_id)
    said = town.chat(town.tuti).tap_token(f"late:one:{town.anwar.id}")
    assert "1. *20 hari*, sejak" in said
    assert "2. Rafa (A-31), Mandonga (Mandonga): *15 hari*" in said
    assert has(said, "Nisa", "A-32", "Baruga") == []


def test_who_coordinates_the_city_and_a_kelurahan_reads_names_of_the_kelurahan_and_codes_elsewhere(town: Town):
    elsewhere(town)
    also(town, town.ratna, "kelurahan", town.home.village_id)
    said = town.digest_of(town.ratna)
    assert "- Pak Anwar: 2 dampingan, paling lama 20 hari" in said
    opened = town.chat(town.ratna).tap_token(f"late:one:{town.anwar.id}")
    assert has(opened, "A-32, Baruga", "Rafa (A-31)", "Nisa") == ["A-32, Baruga", "Rafa (A-31)"]


def test_a_midwife_who_coordinates_the_city_too_is_told_of_her_place_as_a_midwife(town: Town):
    also(town, town.murni, "kota", 0)
    told = town.tells(town.today_sign)
    assert disclosure.of_referral(town.session, told.referral, town.murni, NOW) == ALL


def test_who_has_lost_every_role_is_shown_nothing(town: Town):
    told = town.tells(town.today_sign)
    loses_every_role(town, town.rudi)
    assert disclosure.of_referral(town.session, told.referral, town.rudi, NOW) == Shown.NOTHING
    assert disclosure.called(town.rafa, Shown.NOTHING, with_code=True) == "Anak dampingan"


def test_a_kind_of_scope_without_a_line_shows_nothing(town: Town):
    for kind in ("posyandu", "puskesmas", ""):
        assert disclosure.over([Scope(kind, town.home.village_id)], town.home.village_id, 0) == Shown.NOTHING  # pyright: ignore


# --- mothers, families, losses, questions -----------------------------------------------------


def test_a_family_is_named_after_the_mother_so_the_lurah_reads_its_code(town: Town):
    assert disclosure.called(town.home, BY_SCOPE["kelurahan"]) == "Keluarga KK-77"
    pregnancy = people.pregnancy(town.session, town.home, TODAY + days(40))
    assert disclosure.called(pregnancy, BY_SCOPE["kelurahan"], with_code=True) == "Bu Sari (KK-77)"
    assert disclosure.called(pregnancy, BY_SCOPE["kota"], with_code=True) == "Ibu KK-77"


def test_of_a_death_the_mother_s_name_goes_to_health_workers_and_not_to_coordinators(town: Town):
    town.rafa.born = TODAY - days(10)
    for kind in (CareState.DIED, CareState.MOTHER_DIED):
        ending_announcements.notify(town.session, town.city, town.rafa, kind, NOW)
    said = town.read_by(town.rudi)
    assert "*Adik Rafa* (A-31)" in said
    assert "*Ibu dari Adik Rafa (A-31)*, Mandonga (Mandonga), telah meninggal dunia" in said
    assert "Sari" not in said
    assert "*Bu Sari*, ibu Adik Rafa (A-31), Mandonga (Mandonga)" in town.read_by(town.murni)


def test_a_question_that_only_the_lurah_can_be_told_of_goes_without_its_words_and_its_number(town: Town):
    loses_every_role(town, town.murni)
    chat = town.chat(town.sari, NOW)
    chat.say("kakinya bengkak")
    assert "kepada *koordinator*" in chat.tap("Hanya bertanya")
    said = town.read_by(town.rudi)
    assert "keluarga ini bertanya" in said
    assert has(said, "bengkak", "+6281255500031", "Sari") == []


def test_the_digest_that_is_planned_holds_no_more_than_the_one_that_is_asked_for(town: Town):
    town.tells(town.today_sign)
    finish(digests.tick, town.session, FIVE, town.city)
    row = town.session.scalars(select(Outgoing).where(Outgoing.key == f"digest:{town.tuti.id}:{TODAY}")).one()
    assert row.kind == Kind.DIGEST
    assert row.lane == outbox.PLANNED_LANE
    assert has(json.dumps(row.message, ensure_ascii=False), "Rafa", "A-31", town.today_sign) == []


# --- borders of the rules ---------------------------------------------------------------------


def test_of_what_a_stranger_told_the_city_reads_all_and_nobody_else_anything(town: Town):
    unknown = Referral(signs=[FITS], urgency=AT_ONCE, state=ReferralState.SENT, opened_at=NOW)
    town.session.add(unknown)
    town.session.flush()
    assert disclosure.of_referral(town.session, unknown, town.ratna, NOW) == ALL
    assert disclosure.of_referral(town.session, unknown, town.rudi, NOW) == Shown.NOTHING


def test_a_midwife_of_another_puskesmas_who_coordinates_here_is_told_as_a_coordinator(town: Town):
    elsewhere = people.health_centre(town.session, "Puskesmas Lepo-Lepo")
    hasnah = people.health(town.session, "Hasnah", scope_id=elsewhere.id)
    also(town, hasnah, "kelurahan", town.home.village_id)
    told = town.tells(town.today_sign)
    assert disclosure.of_referral(town.session, told.referral, hasnah, NOW) == BY_SCOPE["kelurahan"]


def test_a_referral_of_a_whole_family_stands_in_the_lurah_s_digest_by_its_code(town: Town):
    town.session.add(Referral(of_family=town.home, signs=["Minta tolong"], urgency="hari ini", opened_at=NOW))
    town.session.commit()
    said = town.digest_of(town.rudi)
    assert "- KK-77, Mandonga (Mandonga): perlu dilihat hari ini." in said
    assert "Sari" not in town.read_by(town.rudi)


def test_the_head_of_the_dinas_does_not_read_who_treats_whom(town: Town):
    told = town.tells(town.today_sign)
    town.chat(town.murni).tap_token(f"ref:accept:{told.referral.id}")
    town.digest_of(town.tuti)
    assert has(town.read_by(town.tuti), "Murni", "hari ini, ditangani", "Kapan dilihat") == []


def test_an_alert_tells_the_lurah_no_age(town: Town):
    town.tells(town.today_sign)
    assert "14 bulan" in town.read_by(town.murni)
    assert "14 bulan" not in town.read_by(town.rudi)


def test_news_that_it_is_over_names_no_child_to_the_city_once_somebody_took_it_on(town: Town):
    for who in (town.rudi, town.camat):
        loses_every_role(town, who)
    town.chat(town.sari, NOW).say("anak saya kejang tolong")
    cry = town.session.scalars(select(Cry)).one()
    town.chat(town.murni).tap_token(f"ref:accept:{cry.referral_id}")
    town.chat(town.sari).tap_token(f"danger:past:{cry.id}")
    rows = town.session.scalars(select(Outgoing).where(Outgoing.key.endswith(f":past-{cry.id}")))
    said = {row.person_id: row.message["text"] for row in rows}
    assert said[town.ratna.id].startswith("Kabar tentang Anak A-31: menurut yang menulis")
    assert said[town.murni.id].startswith("Kabar tentang Adik Rafa: menurut yang menulis")


def test_why_a_sign_is_taken_back_goes_to_health_workers_alone(town: Town):
    told = town.tells(town.today_sign)
    why = "ternyata hanya batuk"
    referring.tell_taken_back(town.session, town.city, NOW, told.referral, [town.today_sign], town.anwar.id, why)
    town.session.commit()
    assert f"menarik kembali tanda *{town.today_sign}*. Alasannya: {why}." in town.read_by(town.murni)
    assert "Kabar tentang Adik Rafa: pelapor menarik kembali satu tanda. Mohon tetap" in town.read_by(town.rudi)
