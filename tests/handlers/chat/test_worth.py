"""How long an answer is worth sending: a menu for ten minutes, what confirms something for a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.outbox import Outgoing
from tests import people
from tests.chat import Chat, chat_with

MINUTES, A_DAY = timedelta(minutes=10), timedelta(days=1)


@pytest.fixture
def sari(session: Session) -> Chat:
    """Bu Sari, mother of Rafa."""
    home = people.family(session)
    people.child(session, home)
    return chat_with(session, people.carer(session, home))


def worth(session: Session) -> timedelta:
    """Of the newest answer."""
    row = session.scalars(
        select(Outgoing).where(Outgoing.kind.in_(("reply", "code"))).order_by(Outgoing.id.desc())
    ).first()
    assert row
    assert row.expires_at
    return row.expires_at - row.created_at


@pytest.mark.parametrize("said", ["menu", "jeda", "bantuan"])
def test_a_menu_is_worth_ten_minutes(sari: Chat, session: Session, said: str) -> None:
    sari.say(said)
    assert worth(session) == MINUTES


@pytest.mark.parametrize("said", ["data", "nomor", "berhenti", "Terima kasih, Rafa sudah mau makan"])
def test_her_data_a_code_her_wish_and_her_own_words_are_answered_for_a_day(
    sari: Chat, session: Session, said: str
) -> None:
    sari.say(said)
    assert worth(session) == A_DAY


def test_the_question_of_a_form_is_worth_ten_minutes_and_its_receipt_a_day(session: Session) -> None:
    home = people.family(session)
    child = people.child(session, home, name="")
    carer = people.carer(session, home)
    chat = chat_with(session, carer)
    assert child.name == ""
    chat.say("nama")
    assert worth(session) == MINUTES
    chat.say("Rafa")
    chat.tap("Kirim")
    assert child.name == "Rafa"
    assert worth(session) == A_DAY
