"""News of an end by who is neither family nor health worker waits for a second person; a mistake has a way back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import consent, referrals
from db.audit import Audit
from db.endings import Ending
from db.outbox import SKIPPED, TAKEN, Kind, Outgoing
from db.people import Person
from db.states import CareState
from db.told_endings import ToldEnding
from delivery import before_send
from flow.message import Message
from handlers.shell.buttons import NOT_VALID
from programme import endings, referring
from rules.signs import table
from scheduler import ladder, told_endings
from scheduler.lessons import planning
from scheduler.looks import finish
from tests import people
from tests.chat import Chat, chat_with, confirmed_by
from tests.people import NOW, TODAY, at, lesson, library

DAY = timedelta(days=1)
TOWN = people.city(library=library(lesson("a", 430, 500)))


class Home:
    """Bu Sari, her Rafa, Pak Anwar who fosters the family, midwife Murni, the head Hasan, the lurah Rudi."""

    def __init__(self, session: Session):
        self.session = session
        self.family = people.family(session)
        self.family.health_centre_id = people.health_centre(session).id
        self.rafa = people.child(session, self.family, born=TODAY - 430 * DAY, code="A-31")
        self.expected = people.pregnancy(session, self.family, TODAY + 90 * DAY)
        self.sari = people.carer(session, self.family)
        self.anwar: Person = people.asn(session)
        people.fosters(session, self.anwar, self.family, TODAY - 40 * DAY)
        self.murni: Person = people.health(session)
        self.rudi: Person = people.coordinator(session, "Rudi Hartono", "kelurahan", self.family.village_id)
        session.commit()

    def chat(self, who: Person) -> Chat:
        return chat_with(self.session, who)

    def tells(self, verb: str = "loss:yes:died:child") -> str:
        """What Pak Anwar hears when he tells of it."""
        about = self.expected if verb.endswith("pregnancy") else self.rafa
        return self.chat(self.anwar).tap_token(f"{verb}:{about.id}")

    def got(self, who: Person, *kinds: Kind) -> list[str]:
        query = select(Outgoing).where(
            Outgoing.person_id == who.id, Outgoing.kind.in_(kinds), Outgoing.state != SKIPPED
        )
        return [Message.from_json(row.message).text for row in self.session.scalars(query.order_by(Outgoing.id))]

    @property
    def told(self) -> ToldEnding:
        return self.session.scalars(select(ToldEnding)).one()


@pytest.fixture
def home(session: Session) -> Home:
    return Home(session)


def test_what_an_asn_tells_is_recorded_by_nobody_and_the_midwife_is_asked_at_once(home: Home):
    said = home.tells()
    assert "Bu Murni" in said or "Bapak/Ibu Murni" in said
    assert "kami tahan" in said
    assert home.rafa.state == "aktif"
    assert home.session.scalars(select(Ending)).all() == []
    [asked] = home.got(home.murni, Kind.TOLD)
    assert "Pak Anwar mengabarkan: *Adik Rafa (A-31)* telah berpulang, Mandonga" in asked
    assert home.got(home.sari.person, Kind.LOSS, Kind.ENDING, Kind.TOLD) == []
    assert home.got(home.rudi, Kind.TOLD) == [], "where there is a health worker no coordinator is asked yet"


@pytest.mark.parametrize("verb", ["loss:yes:died:child", "loss:yes:mother:child", "news:yes:moved:child"])
def test_from_the_first_word_nothing_is_sent_about_the_child(home: Home, verb: str):
    finish(planning.tick, home.session, at(TODAY, "06:05"), TOWN)
    planned = home.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.LESSON)).all()
    assert planned
    home.tells(verb)
    assert {row.state for row in planned} == {SKIPPED}
    finish(planning.tick, home.session, at(TODAY + DAY, "06:05"), TOWN)
    rows = home.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.LESSON, Outgoing.state == "planned")).all()
    for row in rows:
        row.state = TAKEN
    before_send.check(home.session, rows, at(TODAY + DAY, "09:05"), TOWN)
    assert all(row.state == SKIPPED for row in rows)


def test_nobody_is_reminded_or_reproached_while_it_waits(home: Home):
    home.tells()
    finish(ladder.tick, home.session, at(TODAY + 60 * DAY, "10:00"), TOWN)
    assert not [text for text in home.got(home.anwar, Kind.REMINDER) if "Rafa" in text]
    assert "Rafa" not in home.chat(home.anwar).say("anak")


def test_danger_goes_on_as_if_nothing_had_been_told(home: Home):
    home.tells()
    sign = table()["anak-kejang"]
    referring.report(home.session, TOWN, NOW, home.rafa, [sign], home.sari.person_id)
    rows = home.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.ALERT)).all()
    assert rows
    for row in rows:
        row.state = TAKEN
    before_send.check(home.session, rows, NOW, TOWN)
    assert {row.state for row in rows} == {TAKEN}


def test_the_midwife_says_that_it_is_true_and_everybody_is_told_once(home: Home):
    home.tells()
    assert "Kabarnya kami catat" in confirmed_by(home.session, home.murni)
    assert home.rafa.state == "meninggal"
    assert home.session.scalars(select(Ending)).one().entered_by == home.murni.id
    assert len(home.got(home.sari.person, Kind.LOSS)) == 1
    assert len(home.got(home.anwar, Kind.LOSS)) == 1
    assert "sudah ada yang memastikan" in confirmed_by(home.session, home.murni)
    assert len(home.session.scalars(select(Ending)).all()) == 1


def test_the_midwife_says_that_it_is_not_true_and_all_goes_on(home: Home):
    home.tells()
    said = home.chat(home.murni).tap_token(f"told:no:{home.told.id}")
    assert "Tidak ada yang berubah" in said
    [answer] = home.got(home.anwar, Kind.TOLD)
    assert "ternyata keliru" in answer
    assert home.got(home.sari.person, Kind.LOSS, Kind.TOLD) == []
    finish(planning.tick, home.session, at(TODAY + DAY, "06:05"), TOWN)
    assert home.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.LESSON, Outgoing.state == "planned")).all()
    assert "Rafa" in home.chat(home.anwar).say("anak")


def test_who_told_of_it_does_not_decide_and_nobody_from_elsewhere_does(home: Home):
    home.tells()
    other = people.health(home.session, "Hasnah", scope_id=people.health_centre(home.session, "Lepo-Lepo").id)
    for who in (home.anwar, home.sari.person, other):
        assert home.chat(who).tap_token(f"told:yes:{home.told.id}") == NOT_VALID
    assert home.rafa.state == "aktif"


def test_the_familys_own_word_needs_nobody_else_and_settles_what_was_told(home: Home):
    home.tells()
    home.chat(home.sari.person).tap_token(f"loss:yes:died:child:{home.rafa.id}")
    assert home.rafa.state == "meninggal"
    assert home.told.is_true
    assert "sudah ada yang memastikan" in confirmed_by(home.session, home.murni)


def test_two_days_later_they_are_asked_again_and_the_lurah_too_once(home: Home):
    home.tells()
    finish(told_endings.tick, home.session, at(TODAY + DAY, "10:25"), TOWN)
    assert len(home.got(home.murni, Kind.TOLD)) == 1
    for hour in ("10:25", "11:25"):
        finish(told_endings.tick, home.session, at(TODAY + 3 * DAY, hour), TOWN)
    assert len(home.got(home.murni, Kind.TOLD)) == 2
    [rudi] = home.got(home.rudi, Kind.TOLD)
    assert "Sudah dua hari belum ada yang memastikan" in rudi
    assert "Kabarnya kami catat" in home.chat(home.rudi).tap_token(f"told:yes:{home.told.id}")


def test_without_a_health_worker_the_coordinator_is_asked(home: Home):
    home.family.health_centre_id = None
    home.session.commit()
    assert "Rudi" in home.tells()
    assert len(home.got(home.rudi, Kind.TOLD)) == 1


# --- the way back -----------------------------------------------------------------------------


def test_a_death_entered_by_mistake_is_taken_back_with_an_apology(home: Home):
    waits = people.referral(home.session, home.rafa, NOW - DAY, "Kejang")
    home.session.commit()
    home.chat(home.sari.person).tap_token(f"loss:yes:died:child:{home.rafa.id}")
    assert (home.rafa.state, waits.state) == ("meninggal", "closed")
    for row in home.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.LOSS)):
        row.state = "sent"
    murni = home.chat(home.murni)
    murni.say("keliru")
    assert "ternyata keliru?" in murni.tap("Adik Rafa")
    assert home.rafa.state == "meninggal", "nothing is written before it is confirmed"
    assert "didampingi lagi" in murni.tap("Ya, keliru")
    assert (home.rafa.state, waits.state) == ("aktif", "sent")
    assert home.sari.paused_until is None
    assert home.session.scalars(select(Ending)).all() == []
    assert "ending.back" in home.session.scalars(select(Audit.action)).all()
    [anwar] = [text for text in home.got(home.anwar, Kind.ENDING) if "keliru" in text]
    assert "berjalan seperti semula" in anwar
    assert "sudah ditarik kembali" in murni.tap_token(f"loss:back:child:{home.rafa.id}")


def test_a_family_that_was_told_by_mistake_reads_an_apology(home: Home):
    home.chat(home.murni).tap_token(f"loss:yes:died:child:{home.rafa.id}")
    for row in home.session.scalars(select(Outgoing).where(Outgoing.person_id == home.sari.person_id)):
        row.state = "sent"
    home.chat(home.murni).tap_token(f"loss:back:yes:child:{home.rafa.id}")
    [sorry] = home.got(home.sari.person, Kind.ENDING)
    assert sorry.startswith("Bu Sari, kami mohon maaf sebesar-besarnya")


def test_what_has_not_left_yet_is_not_sent_any_more(home: Home):
    home.chat(home.murni).tap_token(f"loss:yes:died:child:{home.rafa.id}")
    home.chat(home.murni).tap_token(f"loss:back:yes:child:{home.rafa.id}")
    assert home.got(home.sari.person, Kind.LOSS, Kind.ENDING) == []


def test_a_mothers_death_is_taken_back_with_her_consent_and_her_pregnancy(home: Home):
    home.chat(home.murni).tap_token(f"loss:yes:mother:child:{home.rafa.id}")
    assert (home.family.mother_died_on, home.expected.state) == (TODAY, "ibu wafat")
    home.chat(home.murni).tap_token(f"loss:back:yes:pregnancy:{home.expected.id}")
    assert (home.family.mother_died_on, home.expected.state, home.sari.stopped_at) == (None, "aktif", None)
    assert consent.standing(home.session, home.sari.person_id, home.family.id)


def test_a_mothers_death_is_taken_back_by_the_name_of_her_child_and_who_was_told_of_either_reads_it(home: Home):
    other = people.asn(home.session, "Rina Wati")
    people.fosters(home.session, other, home.rafa, TODAY - 40 * DAY)
    home.session.commit()
    home.tells("loss:yes:mother:child")
    home.chat(home.murni).tap_token(f"told:yes:{home.told.id}")
    news = home.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.LOSS)).all()
    assert other.id in {row.person_id for row in news}
    for row in news:
        row.state = "sent"
    murni = home.chat(home.murni)
    assert "Kabar *ibu wafat* tentang *Adik Rafa*" in murni.tap_token(f"loss:back:child:{home.rafa.id}")
    murni.tap("Ya, keliru")
    assert (home.family.mother_died_on, home.expected.state) == (None, "aktif")
    assert home.session.scalars(select(Ending)).all() == []
    for asn in (home.anwar, other):
        [sorry] = [text for text in home.got(asn, Kind.ENDING) if "keliru" in text]
        assert sorry.startswith("Kabar tentang *Bu Sari* tadi")


def test_a_death_that_comes_after_the_mistake_is_told_again_and_the_mistake_cannot_be_opened(home: Home):
    murni = home.chat(home.murni)
    murni.tap_token(f"loss:yes:died:child:{home.rafa.id}")
    query = select(Outgoing).where(Outgoing.kind == Kind.LOSS, Outgoing.person_id == home.sari.person_id)
    [mistake] = home.session.scalars(query)
    mistake.state, key = "sent", mistake.key
    murni.tap_token(f"loss:back:yes:child:{home.rafa.id}")
    assert home.chat(home.sari.person).tap_token(f"read:{key}") == NOT_VALID
    murni.tap_token(f"loss:yes:died:child:{home.rafa.id}")
    assert [row.state for row in home.session.scalars(query.order_by(Outgoing.id))] == ["sent", "planned"]


def test_what_the_night_found_by_itself_is_no_mistake_of_anybody(home: Home):
    endings.end(home.session, home.rafa, CareState.AGED_OUT, TODAY, NOW)
    home.session.commit()
    murni = home.chat(home.murni)
    assert "Tidak ada kabar" in murni.say("keliru")
    assert "sudah ditarik kembali" in murni.tap_token(f"loss:back:yes:child:{home.rafa.id}")
    assert home.rafa.state == "lewat umur"


@pytest.mark.parametrize("who", ["anwar", "rudi"])
def test_nobody_but_a_health_worker_of_the_place_takes_it_back(home: Home, who: str):
    home.chat(home.murni).tap_token(f"loss:yes:died:child:{home.rafa.id}")
    assert home.chat(getattr(home, who)).tap_token(f"loss:back:yes:child:{home.rafa.id}") == NOT_VALID
    assert home.rafa.state == "meninggal"


def test_an_end_before_the_mistake_stands(home: Home):
    home.rafa.state = "pindah"
    home.session.add(Ending(child_id=home.rafa.id, kind="pindah", ended_on=TODAY - DAY, at=NOW - DAY, entered_by=None))
    home.session.add(Ending(child_id=home.rafa.id, kind="meninggal", ended_on=TODAY, at=NOW, entered_by=None))
    home.rafa.state = "meninggal"
    home.session.commit()
    home.chat(home.murni).tap_token(f"loss:back:yes:child:{home.rafa.id}")
    assert home.rafa.state == "pindah"
    assert referrals.open_about(home.session, home.rafa) == []
