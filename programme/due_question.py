"""The question for the HPL of a mother who joined without knowing it, to the health workers of her place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from content.city import City
from db import outbox
from db.children import Family
from db.outbox import Kind
from db.people import addresses
from flow.message import Message, Option
from programme import on_call
from programme import referral_messages as words
from programme.contacts import called, calm
from programme.names import salute


def ask(session: Session, city: City, now: datetime, home: Family) -> Sequence[str]:
    """Promise the question to every health worker of the place who can be reached, outside the quiet hours.

    Its button opens the form of a new pregnancy. Returns in words who that is ("bidan"); nothing where nobody can be
    reached.
    """
    asked = [one for one in on_call.told_first(session, home, now) if addresses(session, one.id)]
    for person in asked:
        text = city.templates.say(
            "due_question",
            to=called(person),
            who=salute(home.mother_name, relation="ibu"),
            code=home.code,
            place=home.village.full_name,
        )
        message = Message(text, (Option(f"expecting:{home.id}", "Isi HPL"),))
        outbox.to_person(
            session, person.id, Kind.QUESTION, f"due:{home.id}:{person.id}", message.to_json(), now,
            due_at=calm(city, now),
        )  # fmt: skip
    return words.titles(asked)
