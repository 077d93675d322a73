"""Everything the product can say, said on WhatsApp: Meta takes it, and nobody loses a word or an answer on the way.

The conversations of the transcripts are looked at where they are played, in tests/test_transcripts.py.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.preview import page as preview
from bot.whatsapp.render import payloads, template
from content import notices
from content.lessons import LANGUAGE, Lesson
from db.children import Carer, Pregnancy
from db.outbox import PLANNED, Outgoing
from db.people import Person
from demo.city import Cast
from flow import words
from flow.message import Attachment, Message
from flow.questions import Choices
from flow.speech import speak
from flow.step import Ask, Change, Discarded, Edit, Help, Review, Said, State, Submit, step
from handlers.shell.commands import COMMANDS
from handlers.shell.form_specs import FORM_SPECS
from scheduler.clock import TICKS
from scheduler.looks import finish
from tests import people
from tests.bot.whatsapp import reading
from tests.bot.whatsapp.limits import violations
from tests.chat import chat_with
from tests.demo.conftest import MORNING, grown
from tests.handlers.chat.test_forms import FACTS, MOVES

__all__ = ["grown"]  # the fixture
PICTURE = Attachment("picture", "berat.png", "berat.png")
UNASKED = {  # when each looks; lessons and cards are all looked at above
    "endings": "03:30", "lapse": "07:50", "open_referrals": "08:20", "promise_questions": "08:25", "births": "09:10",
    "charts": "09:20", "remeasure": "09:40", "ladder": "10:00", "referrals": "10:15", "digest": "17:05",
    "week": "17:05",
}  # fmt: skip
TAPS = 80  # a person; screens behind screens behind screens look like those before them
LESSONS = people.city().library.lessons


# --- forms --------------------------------------------------------------------


@pytest.mark.parametrize("name", FORM_SPECS)
def test_every_question_of_every_form_can_be_read_and_answered(name: str) -> None:
    form, facts = FORM_SPECS[name].form, FACTS[name]
    answers = form(facts)
    for question in form.questions:
        marked = tuple(question.options(answers)) if isinstance(question, Choices) else None
        for ask in (
            Ask(question, answers, marked=() if marked is not None else None, first=True),
            Ask(question, answers, problem=words.OLD_BUTTON, marked=marked),
        ):
            message = speak(ask, 1_000_000)
            assert message
            assert not reading.faults(message)
            assert len(payloads(reading.SARI, message, "k")) == 1, f"{question.name} costs more than one message"


@pytest.mark.parametrize("name", FORM_SPECS)
@given(moves=st.lists(MOVES, max_size=60), edits=st.data())
@settings(max_examples=40, deadline=None)
def test_wherever_a_form_leads_every_screen_is_one_whole_message(
    name: str, moves: list[Any], edits: st.DataObject
) -> None:
    form, facts, state = FORM_SPECS[name].form, FACTS[name], State()
    for move in moves:
        state, effect = step(form, state, move, facts)
        said = [effect]
        if isinstance(effect, Review):
            said += [step(form, state, extra, facts)[1] for extra in (Change(), Help(), Said("x"))]
            row, _ = edits.draw(st.sampled_from(effect.rows))
            state, effect = step(form, state, Edit(row.name), facts)
            said.append(effect)
        for one in said:
            message = None if isinstance(one, Submit | Discarded) else speak(one, 1_000_000)
            assert message is None or not reading.faults(message)


# --- lessons ------------------------------------------------------------------


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_every_lesson_is_one_message_in_every_language(lesson: Lesson) -> None:
    city = people.city()
    for language in city.library.languages:
        if language != LANGUAGE and lesson.id not in city.library.overlays[language]:
            continue
        message = preview.message(city.library.translated(language, lesson), city)
        for one in (message, Message(message.text, message.options, message.row, attachment=PICTURE)):
            assert not reading.faults(one)
            assert len(payloads(reading.SARI, one, "k", "media-1")) == 1


# --- a whole city -------------------------------------------------------------


def test_what_a_city_is_told_unasked_fits_and_can_be_announced(grown: tuple[Session, Cast]) -> None:
    session, cast = grown
    for carer in session.scalars(select(Carer).where(Carer.person_id == cast.mother)):
        carer.monthly_chart = True
    for carer in session.scalars(select(Carer).where(Carer.person_id == cast.pregnant)):
        for pregnancy in session.scalars(select(Pregnancy).where(Pregnancy.family_id == carer.family_id)):
            pregnancy.due = MORNING.date() - timedelta(days=15)  # nobody has told of the birth
    session.commit()
    for tick in TICKS:
        if tick.name in UNASKED:
            finish(tick.look, session, people.at(MORNING.date(), UNASKED[tick.name]), people.city())
    session.commit()
    rows = session.scalars(select(Outgoing).where(Outgoing.state == PLANNED)).all()
    told = {"reminder", "birth", "digest", "chart", "asked", "remeasure", "stuck", "promise"}
    assert {row.kind for row in rows} >= told
    for row in rows:
        message = Message.from_json(row.message)
        assert not reading.faults(message), row.key
        announced = notices.shipped().of_kind(row.kind)
        values = announced.parameters(message.notice)
        notice = Message("", template=announced.name, notice=values)
        assert not violations(template(reading.SARI, notice, row.key)), row.key
        assert len(f"read:{row.key}") <= 128  # what a quick reply of a template gives back


@pytest.mark.parametrize("who", ["city", "coordinator", "asn", "cadre", "mother", "pregnant"])
def test_whatever_people_say_or_tap_the_answer_fits(grown: tuple[Session, Cast], who: str) -> None:
    session, cast = grown
    person = session.get_one(Person, getattr(cast, who))
    chat = chat_with(session, person, MORNING)
    chat.move_to_whatsapp()
    tapped: set[str] = set()
    for word in [command.words[-1] for command in COMMANDS if command.words]:
        chat.say(word)
        waiting = [option for message in chat.heard for option in (*message.options, *message.row)]
        while True:
            for message in chat.heard:
                assert not reading.faults(message), word
            fresh = [option for option in waiting if option.token not in tapped]
            if not fresh or len(tapped) > TAPS:
                break
            tapped.add(fresh[0].token)
            chat.tap_token(fresh[0].token)
