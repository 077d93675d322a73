"""Bu Sari taps an answer that means illness, and reads what fits illness: every answer of the list, one by one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content import illness
from content.illness import Illness
from db import outbox
from db.consent import LessonAnswer
from db.outbox import SENT
from db.referrals import Referral
from handlers.family import lesson_answers
from rules.signs import table
from tests import people
from tests.chat import Chat, chat_with
from tests.rows import outgoing

LISTED = illness.load()


def number(one: Illness) -> int:
    question = people.city().library.by_id[one.lesson].question
    assert question
    return question.answers.index(one.answer) + 1


def tapped(session: Session, one: Illness, days: int = 250) -> str:
    """What Bu Sari, mother of Rafa, reads when she taps this answer under its lesson."""
    home = people.family(session)
    home.health_centre_id = people.health_centre(session).id
    rafa = people.child(session, home, born=people.TODAY - timedelta(days=days))
    people.health(session)
    sari = people.carer(session, home, reachable=False).person
    chat = chat_with(session, sari)
    return _tap(session, chat, sari.id, rafa.id, one)


def _tap(session: Session, chat: Chat, who: int, child: int, one: Illness) -> str:
    key = f"lesson:{who}:{one.lesson}:{child}"
    at = people.NOW - timedelta(days=1)
    row = outgoing(key, "telegram", chat.address, {"text": one.lesson}, at, lane=2, person_id=who)
    outbox.promise(session, [row | {"state": SENT, "settled_at": at}])
    session.commit()
    said = chat.tap_token(f"lesson:{one.lesson}:{number(one)}:{child}")
    return said + "\n" + "\n".join(chat.labels)


def only(*leads: str) -> pytest.MarkDecorator:
    some = [one for one in LISTED if one.leads in leads]
    assert some
    return pytest.mark.parametrize("one", some, ids=[f"{one.lesson}-{one.answer}" for one in some])


@only("ask")
def test_the_signs_of_the_childs_age_are_offered_with_the_numbers(session: Session, one: Illness) -> None:
    said = tapped(session, one)
    assert f"✓ *{one.answer}*" in said
    assert "Apa yang terlihat pada Adik Rafa?" in said
    assert "Kejang" in said
    assert "112" in said


@only("tell")
def test_what_is_a_sign_is_told_at_once(session: Session, one: Illness) -> None:
    said = tapped(session, one, 5)
    assert "hari ini juga" in said
    assert "bidan" in said
    assert session.scalars(select(Referral)).one().signs == [table()[one.sign].label]


@only("say", "mind")
def test_where_to_go_and_when_is_said_with_the_numbers(session: Session, one: Illness) -> None:
    said = tapped(session, one)
    assert one.say in said
    assert "112" in said
    assert ("119 ext 8" in said) is (one.leads == "mind")
    assert not any(line.format(to="Bu Sari") in said for line in lesson_answers.GLAD)


@only("lesson")
def test_another_message_answers_it_and_that_is_said(session: Session, one: Illness) -> None:
    assert lesson_answers.AGAIN in tapped(session, one)


@only("well")
def test_what_only_sounds_like_illness_is_thanked_for(session: Session, one: Illness) -> None:
    said = tapped(session, one)
    assert f"✓ *{one.answer}*" in said
    assert "112" not in said
    assert session.scalars(select(Referral)).all() == []


def test_the_answer_is_kept_as_every_other(session: Session) -> None:
    tapped(session, next(one for one in LISTED if one.leads == "ask"))
    assert session.scalars(select(LessonAnswer)).one().answer


def test_from_the_answer_a_sign_is_one_tap_and_people_are_told(session: Session) -> None:
    home = people.family(session)
    home.health_centre_id = people.health_centre(session).id
    rafa = people.child(session, home, born=people.TODAY - timedelta(days=250))
    people.health(session)
    sari = people.carer(session, home, reachable=False).person
    chat = chat_with(session, sari)
    _tap(session, chat, sari.id, rafa.id, Illness("diare", "Masih mencret", "ask"))
    chat.tap("Mencret, mata cekung")
    assert session.scalars(select(Referral)).one().urgency == "sekarang"
