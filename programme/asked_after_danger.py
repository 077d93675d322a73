"""What was only asked after danger was heard: a question like any other, with a word about what was heard.

A stranger, or a family for which no health worker can answer, is passed on to the coordinators as before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from content.city import City
from db import outbox
from db.cries import Cry
from db.outbox import Kind
from db.people import Person, addresses, holders
from db.roles import Role, ScopeKind
from db.subjects import subject
from flow.message import Message, plain
from programme import disclosure, likely_match, on_call, questions
from programme import referral_messages as words
from programme.contacts import age_of, called, calm, coordinators, who


def pass_on(session: Session, city: City, now: datetime, cry: Cry) -> Sequence[str]:
    """Promise the question to who answers for it, outside the quiet hours.

    Returns in words who that is ("kader"); nothing where nobody can be reached, or nobody could answer: a writer whose
    family is not known and who has no number.
    """
    if cry.family is None and not cry.phone:
        return ()
    if (answers := _ask(session, city, now, cry)) is not None:
        return words.titles([answers])
    asked = _coordinating(session, cry, now)
    about = [subject(one) for one in (cry.child, cry.pregnancy) if one is not None]
    for person in asked:
        outbox.to_person(
            session, person.id, Kind.QUESTION, f"question:{cry.id}:{person.id}",
            _message(session, city, cry, person, now).to_json(), now, about=about, due_at=calm(city, now),
        )  # fmt: skip
    return words.titles(asked)


def _ask(session: Session, city: City, now: datetime, cry: Cry) -> Person | None:
    """Make it a question of who wrote, and return who answers it; None for a stranger, and where nobody can."""
    person = cry.person
    if person is None or cry.family is None or questions.role_of(session, person) is None:
        return None
    said = cry.said or ", ".join(cry.words)
    asked = questions.ask(
        session, city, now, person, said, about=cry.about, say=lambda to: _message(session, city, cry, to, now)
    )
    return asked.question.responsible


def _coordinating(session: Session, cry: Cry, now: datetime) -> Sequence[Person]:
    """The coordinators who can be reached: of the place, for somebody who is not known those of the city."""
    family = cry.family
    people = (
        holders(session, Role.COORDINATOR, ScopeKind.CITY, 0)
        if family is None
        else on_call.present(session, coordinators(session, family), now)
    )
    return [one for one in people if one.id != cry.person_id and addresses(session, one.id)]


def _message(session: Session, city: City, cry: Cry, to: Person, now: datetime) -> Message:
    family = cry.family
    shown = disclosure.of_family(session, family, to, now) if family else disclosure.ALL
    if not shown.is_full:  # a coordinator: sees to it that a health worker calls, who has the words and the number
        text = city.templates.say(
            "question_for_staff",
            to=called(to),
            who=disclosure.called(cry.about, shown, with_code=True),
            place=family.village.full_name if family else "",
        )
        return Message(text)
    text = city.templates.say(
        "question",
        to=called(to),
        who=who(cry.about),
        age=age_of(cry.about, city.today(now)),
        place=cry.family.village.full_name if cry.family else "",
        said=plain(cry.said) or ", ".join(cry.words),
        likely=likely_match.of_cry(session, cry),
        writer=words.writer(session, cry),
    )
    return Message(text, card=words.writers_card(cry))
