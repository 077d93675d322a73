"""After a loss the mother herself may be in danger: her referral stays open, and she reads her own danger signs."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Child, Pregnancy
from db.endings import Ending
from db.outbox import Kind, Outgoing
from db.people import Person
from db.referrals import Referral, ReferralState
from flow.message import Message
from rules import signs
from tests import people
from tests.chat import Chat, chat_with
from tests.people import TODAY

HERS = ("darah penuh satu pembalut", "kejang", "sakit kepala hebat", "demam menggigil")
CHECK = "diperiksa bidan dalam minggu ini"


class Home:
    """Bu Sari, twelve weeks before her HPL, Pak Amir, Bu Murni the midwife, and Pak Anwar who fosters the family."""

    def __init__(self, session: Session):
        self.session = session
        self.family = people.family(session)
        self.family.health_centre_id = people.health_centre(session).id
        self.expected: Pregnancy = people.pregnancy(session, self.family, TODAY + timedelta(weeks=12))
        self.sari: Person = people.carer(session, self.family, reachable=False).person
        self.amir: Person = people.carer(session, self.family, "Amir Hamzah", "ayah").person
        self.anwar: Person = people.asn(session)
        people.fosters(session, self.anwar, self.family, TODAY - timedelta(days=40))
        self.murni: Person = people.health(session)
        session.commit()
        self.chat: Chat = chat_with(session, self.sari)

    def told(self, who: Person) -> str:
        query = select(Outgoing).where(Outgoing.kind == Kind.LOSS, Outgoing.person_id == who.id)
        return "\n".join(Message.from_json(row.message).text for row in self.session.scalars(query))

    def lose(self) -> str:
        self.chat.say("saya keguguran")
        self.chat.tap("Bu Sari")
        return self.chat.tap("Keguguran")


@pytest.fixture
def home(session: Session) -> Home:
    return Home(session)


def mourn(home: Home, born_days_ago: int) -> str:
    """What Bu Sari reads when she tells that her Rafa, born so long ago, has died."""
    people.child(home.session, home.family, born=TODAY - timedelta(days=born_days_ago))
    home.session.commit()
    home.chat.say("kabar duka")
    home.chat.tap("Adik Rafa")
    return home.chat.tap("Ya, benar")


def test_bleeding_told_before_the_miscarriage_stays_open_until_the_midwife_has_seen_her(home: Home) -> None:
    home.chat.say("perdarahan tidak berhenti")
    home.lose()
    referral = home.session.scalars(select(Referral)).one()
    assert (referral.pregnancy_id, referral.closed_at) == (home.expected.id, None)
    murni = chat_with(home.session, home.murni)
    murni.tap_token(f"ref:accept:{referral.id}")
    assert referral.state == ReferralState.ACCEPTED
    assert referral.closed_at is None


def test_her_bleeding_after_the_loss_is_about_her_and_calls_for_help(home: Home) -> None:
    home.lose()
    assert "Sedang kami kabari: *bidan*" in home.chat.say("perdarahan tidak berhenti")
    referral = home.session.scalars(select(Referral)).one()
    assert referral.pregnancy_id == home.expected.id


def test_she_reads_her_own_danger_signs_the_check_and_of_the_milk(home: Home) -> None:
    said = home.lose()
    assert [words for words in HERS if words not in said] == []
    assert "Telepon *112* atau *119*" in said
    assert CHECK in said
    assert "ASI mungkin tetap keluar" in said


def test_what_is_to_be_done_now_and_today_is_so_in_the_table(home: Home) -> None:
    text = home.lose()
    at_once, _, today = text.partition("*Hari ini juga")
    table = signs.table()
    now = {"nifas-kejang": "kejang", "nifas-pingsan": "pingsan", "nifas-betis": "betis", "nifas-sesak": "sesak",
           "nifas-nyeri-perut": "nyeri perut", "nifas-demam-menggigil": "menggigil"}  # fmt: skip
    assert all(table[id].urgency is signs.Urgency.NOW and word in at_once for id, word in now.items())
    later = {"nifas-bau": "berbau", "nifas-payudara": "payudara", "nifas-kencing": "kencing", "nifas-luka": "luka"}
    assert all(table[id].urgency is signs.Urgency.TODAY and word in today for id, word in later.items())


def test_the_father_reads_it_of_her_and_the_staff_that_she_must_be_seen(home: Home) -> None:
    home.lose()
    assert "Badan Bu Sari juga perlu dijaga" in home.told(home.amir)
    assert "*Bu Sari sendiri tetap perlu diperiksa dalam minggu ini*" in home.told(home.murni)
    assert "rujukan tentang ini sudah berhenti" not in home.told(home.murni)
    assert "pembalut" not in home.told(home.anwar)


@pytest.mark.parametrize(("age", "hers"), [(3, True), (42, True), (43, False), (400, False)])
def test_after_the_death_of_a_newborn_too_and_not_of_an_older_child(home: Home, age: int, hers: bool) -> None:
    home.session.delete(home.expected)
    home.session.commit()
    assert (CHECK in mourn(home, age)) is hers


def test_of_a_mother_who_has_died_nothing_is_said_of_her_body(home: Home) -> None:
    home.session.delete(home.expected)
    home.family.mother_died_on = TODAY - timedelta(days=2)
    rafa: Child = people.child(home.session, home.family, born=TODAY - timedelta(days=3))
    home.session.commit()
    chat = chat_with(home.session, home.amir)
    chat.say("kabar duka")
    chat.tap("Adik Rafa")
    assert "Badan" not in chat.tap("Ya, benar")
    assert home.session.scalars(select(Ending.child_id)).all() == [rafa.id]
