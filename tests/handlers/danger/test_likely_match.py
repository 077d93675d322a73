"""A cry from a number that the register knows and nobody has confirmed: those who are told read whose it may be."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.outbox import Kind, Outgoing
from tests import people
from tests.chat import Chat, stranger
from tests.handlers.danger.test_calls import NIGHT, Town

HERS = "+6281255500031"
LIKELY = "Mungkin: A-31, Mandonga (Mandonga), ibu: Bu Sari"


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def cried(town: Town, phone: str = HERS) -> Chat:
    """Somebody on WhatsApp, which says the number, whose address is linked to nobody."""
    chat = stranger(town.session)
    chat.send(text="anak saya kejang tolong", phone=phone)
    return chat


def to_ratna(town: Town, kind: Kind = Kind.ALERT) -> str:
    return "\n".join(text for who, text in town.told(kind) if who == town.ratna.id)


def test_the_alert_says_whose_number_it_may_be_and_the_writer_is_shown_nothing(town: Town):
    chat = cried(town)
    assert LIKELY in to_ratna(town)
    said = " ".join(message.text for message in chat.heard)
    assert [word for word in ("A-31", "Sari", "Mandonga", "Rafa", "Mungkin") if word in said] == []


def test_of_her_child_and_family_nothing_is_counted_as_certain(town: Town):
    cried(town)
    assert town.referral.family is None
    assert {who for who, _ in town.told()} == {town.ratna.id}


def test_a_number_shared_later_is_passed_on_with_whose_it_may_be(town: Town):
    chat = stranger(town.session)
    chat.say("anak saya kejang tolong")
    assert "Mungkin" not in to_ratna(town)
    chat.share_contact(HERS)
    assert LIKELY in to_ratna(town, Kind.REFERRAL)
    assert all("Sari" not in message.text for message in chat.heard)


def test_the_number_of_nobody_and_of_an_asn_match_no_family(town: Town):
    town.anwar.phone = "+6281255500077"
    town.session.commit()
    cried(town, "+6281255500077")
    cried(town, "+6281255500099")
    assert "Mungkin" not in to_ratna(town)


def test_a_family_that_was_forgotten_is_not_named(town: Town):
    town.home.forgotten_at = NIGHT
    town.session.commit()
    cried(town)
    assert "Mungkin" not in to_ratna(town)


def test_of_whom_we_know_it_is_not_guessed(town: Town):
    town.chat().say("anak sy kejang tlong")
    assert "Mungkin" not in to_ratna(town)


def test_of_what_is_private_nobody_is_guessed(town: Town):
    stranger(town.session).send(text="saya ingin mati", phone=HERS)
    rows = town.session.scalars(select(Outgoing).where(Outgoing.kind.in_((Kind.ALERT, Kind.REFERRAL)))).all()
    assert rows == []


def test_who_only_asks_is_answered_by_somebody_who_reads_whose_number_it_may_be(town: Town):
    chat = stranger(town.session, people.NOW)
    chat.send(text="anak saya lemas", phone=HERS)
    chat.tap("Hanya bertanya")
    assert LIKELY in to_ratna(town, Kind.QUESTION)
