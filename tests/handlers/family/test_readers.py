"""A household is not one person: the mother ends or refuses another reader, and nobody is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Carer
from db.outbox import SKIPPED, Kind, Outgoing
from db.people import Person
from programme.contacts import carers
from scheduler.lessons.family_recipients import family_recipients
from tests import people
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY


class Home:
    """Bu Sari, Pak Amir who reads along, and their Rafa."""

    def __init__(self, session: Session):
        self.session = session
        self.family = people.family(session)
        self.rafa = people.child(session, self.family, "Rafa Pratama", TODAY - timedelta(days=220))
        people.measured(session, self.rafa, TODAY, 8.4, 72.5)
        self.mother: Carer = people.carer(session, self.family)
        self.father: Carer = people.carer(session, self.family, "Amir Hamzah", "ayah")
        self.sari, self.amir = chat_with(session, self.mother.person), chat_with(session, self.father.person)

    def reads(self, carer: Carer) -> bool:
        batches = family_recipients(self.session, NOW, people.city())
        lessons = {one.person_id for batch in batches for one in batch}
        news = {one.id for one in carers(self.session, self.family.id)}
        assert (carer.person_id in lessons) is (carer.id in news)
        return carer.id in news


@pytest.fixture
def home(session: Session) -> Home:
    return Home(session)


def to(session: Session, who: Person) -> list[str]:
    return [str(row.message) for row in session.scalars(select(Outgoing).where(Outgoing.person_id == who.id))]


def test_the_mother_ends_a_reader_and_he_is_not_told(home: Home) -> None:
    assert "Pak Amir" in home.sari.say("pembaca")
    before = to(home.session, home.father.person)
    assert "tidak diberi tahu" in home.sari.tap("Akhiri Pak Amir")
    assert to(home.session, home.father.person) == before
    assert not home.reads(home.father)
    assert home.reads(home.mother)


def test_what_waited_for_him_is_not_sent(home: Home) -> None:
    home.session.add(Outgoing(
        key="lesson:1", kind=Kind.LESSON, channel="telegram", address="x", person_id=home.father.person_id,
        family_id=home.family.id, message={}, due_at=NOW, created_at=NOW, lane=2,
    ))  # fmt: skip
    home.session.commit()
    home.sari.say("pembaca")
    home.sari.tap("Akhiri Pak Amir")
    home.session.expire_all()
    assert home.session.scalars(select(Outgoing.state).where(Outgoing.key == "lesson:1")).one() == SKIPPED


def test_his_screens_look_as_before_and_show_nothing_of_the_child(home: Home) -> None:
    before = home.amir.say("menu")
    home.sari.say("pembaca")
    home.sari.tap("Akhiri Pak Amir")
    assert home.amir.say("menu") == before
    assert "Rafa" not in home.amir.say("data saya")
    assert "Rafa" not in home.amir.say("grafik")
    assert "tidak (lagi) ada" in home.amir.tap_token(f"chart:{home.rafa.id}:berat")


def test_he_brings_no_news_of_the_family_and_reads_no_name_in_the_question(home: Home) -> None:
    home.sari.say("pembaca")
    home.sari.tap("Akhiri Pak Amir")
    assert "tidak berlaku" in home.amir.tap_token(f"loss:who:child:{home.rafa.id}")
    home.amir.say("kabar")
    assert not [label for label in home.amir.labels if "Rafa" in label]


def test_she_refuses_whoever_joins_later_and_the_welcome_says_nothing(home: Home) -> None:
    home.sari.say("pembaca")
    home.sari.tap("Hanya saya")
    assert not home.reads(home.father), "who read along before ends too"
    nenek = people.carer(home.session, home.family, "Halima", "nenek/kakek", consents=False, joined_on=None)
    chat = chat_with(home.session, nenek.person)
    chat.say("menu")
    chat.tap("Setuju")
    welcome = chat.tap("Nenek/kakek")
    assert "Persetujuan sudah dicatat" in welcome
    assert "Rafa" not in welcome
    assert not home.reads(nenek)
    home.sari.say("pembaca")
    home.sari.tap("Boleh lagi")
    assert home.reads(nenek)
    assert home.reads(home.father)


def test_nobody_but_the_mother_sees_or_ends_a_reader(home: Home) -> None:
    assert "Bu Sari" not in home.amir.say("pembaca")
    assert "tidak berlaku" in home.amir.tap_token(f"reader:end:{home.mother.id}")
    assert "tidak berlaku" in home.amir.tap_token(f"reader:only:{home.family.id}:on")
    assert home.reads(home.mother)
    assert not home.family.one_reader


def test_a_mother_ends_nobody_of_another_family_and_not_herself(home: Home) -> None:
    others = people.carer(home.session, people.family(home.session, "Wati"), "Jalil", "ayah")
    home.session.commit()
    for carer in (others, home.mother):
        assert "tidak berlaku" in home.sari.tap_token(f"reader:end:{carer.id}")
        assert carer.closed_at is None


def test_a_second_reader_does_not_become_the_mother_by_a_tap(home: Home) -> None:
    budi = people.carer(home.session, home.family, "Budi", consents=False, joined_on=None)
    chat: Chat = chat_with(home.session, budi.person)
    chat.say("menu")
    chat.tap("Setuju")
    assert "Ibu" not in chat.labels
    chat.tap_token(f"consent:ibu:{home.family.id}")
    chat.say("pembaca")
    assert "Akhiri Bu Sari" not in chat.labels
    assert home.reads(home.mother)


def test_who_reads_no_more_is_still_heard_in_danger(home: Home) -> None:
    home.family.health_centre_id = people.health_centre(home.session).id
    midwife = people.health(home.session)
    home.sari.say("pembaca")
    home.sari.tap("Akhiri Pak Amir")
    home.amir.say("tolong anak saya kejang sekarang")
    assert any("ejang" in said for said in to(home.session, midwife))
