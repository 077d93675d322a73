"""Pictures that were sent together get one answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.telegram.read import read
from db.drafts import Draft
from flow.message import File
from tests import people
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY

GAWAT = "Kalau ada yang gawat"


def sari(session: Session) -> Chat:
    home = people.family(session)
    people.child(session, home)
    mother = people.carer(session, home).person
    session.commit()
    return chat_with(session, mother)


def picture(chat: Chat, album: str, caption: str = "") -> str:
    return chat.send(photo=File("photo"), album=album, caption=caption)


def test_an_album_is_answered_once(session: Session) -> None:
    chat = sari(session)
    said = [picture(chat, "77") for _ in range(5)]
    assert GAWAT in said[0]
    assert said[1:] == [""] * 4
    assert GAWAT in picture(chat, "78")  # another album
    assert GAWAT in chat.send_photo()


@pytest.mark.parametrize("place", [0, 2])
def test_the_words_under_a_picture_of_an_album_are_heard_wherever_they_stand(session: Session, place: int) -> None:
    chat = sari(session)
    said = [picture(chat, "77", "anak saya kejang" if n == place else "") for n in range(4)]
    assert "rumah sakit sekarang juga" in said[place]
    assert sum(bool(one) for one in said) == (1 if place == 0 else 2)


def test_at_a_question_an_album_is_turned_down_once_and_changes_nothing(session: Session) -> None:
    home = people.family(session)
    people.carer(session, home)
    anwar = people.asn(session)
    people.fosters(session, anwar, people.child(session, home), TODAY - timedelta(days=30))
    session.commit()
    chat = chat_with(session, anwar)
    chat.say("lapor")
    chat.fill("Ibu", "Sehat")
    before = session.scalars(select(Draft)).one().state["answers"]
    said = [picture(chat, "77") for _ in range(5)]
    assert "dengan kata-kata" in said[0]
    assert said[1:] == [""] * 4
    assert session.scalars(select(Draft)).one().state["answers"] == before


def test_telegram_names_the_album_of_a_picture() -> None:
    message = {
        "message_id": 20, "from": {"id": 700, "is_bot": False, "first_name": "Sari"}, "date": 1772586000,
        "chat": {"id": 700, "type": "private"}, "photo": [{"file_id": "a0", "width": 90, "height": 90}],
    }  # fmt: skip
    found = [read({"update_id": 10, "message": {**message, **more}}, NOW) for more in ({"media_group_id": "77"}, {})]
    assert [one and one.album for one in found] == ["77", ""]
