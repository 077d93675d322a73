"""Questions that a family's own data answers: which topic asks what of whom.

The words of the topics are in ``content/asking.toml``; ``content.questions`` says when a question is clearly one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from content import questions
from db.children import Child, Pregnancy
from db.roles import Role
from db.subjects import subject
from flow.message import Message, Option
from handlers.asking import of_child, of_family, of_pregnancy, offered_lessons, passing_on, records, schedule
from handlers.chat.choose_subject import MANY
from handlers.chat.context import Context, NotValid
from handlers.family.family import is_waiting
from handlers.measuring import charts
from handlers.questions import asking
from programme import policy

OF_CHILD: Mapping[str, Callable[[Context, Any], None]] = {
    "immunisation": of_child.immunisation,
    "vitamin_a": of_child.vitamin_a,
    "deworming": of_child.deworming,
    "weight": of_child.weight,
    "height": of_child.height,
    "growth": of_child.growth,
    "age": of_child.tell_age,
    "chart": lambda context, child: charts.show(context, child.id, "berat"),
}
OF_PREGNANCY: Mapping[str, Callable[[Context, Any], None]] = {
    "due_day": of_pregnancy.due_day,
    "week": of_pregnancy.week,
    "antenatal": of_pregnancy.antenatal,
}
OF_FAMILY: Mapping[str, Callable[[Context], None]] = {
    "posyandu": of_family.posyandu,
    "phone": of_family.phone,
    "foster": of_family.foster,
    "schedule": schedule.show,
}


def answer_known(context: Context, text: str) -> bool:
    """Answer free words that need no person: a question whose answer is known, or lessons that speak of it.

    Returns False where nothing was said: then the words are for a person.
    """
    if passing_on.are_awaited(context):
        return False
    if _answer_topic(context, text):
        return True
    # Words of a conversation with a midwife are hers, though a lesson speaks of it too.
    searches = context.person.has(Role.FAMILY) and not asking.is_with_somebody(context)
    return searches and offered_lessons.offer(context, text)


def tell(context: Context, topic: str, about: str) -> None:
    """Answer the topic about this child or pregnancy ("child:31"). Raises NotValid for a topic that is not theirs."""
    row = policy.of_subject(context.session, about)
    answers = OF_CHILD if isinstance(row, Child) else OF_PREGNANCY
    if topic not in answers:
        raise NotValid(topic)
    context.note("record.tell", subject(row))
    answers[topic](context, row)


def _answer_topic(context: Context, text: str) -> bool:
    children = records.children(context)
    meant = questions.meant(text, records.names(children))
    if meant is None:
        return False
    if meant.topic in OF_FAMILY:
        if meant.names or not records.own_families(context):
            return False
        OF_FAMILY[meant.topic](context)
        return True
    among: Sequence[Child | Pregnancy]
    among = (
        records.called(children, meant.names)
        if meant.topic in OF_CHILD
        else ([] if meant.names else records.pregnancies(context))
    )
    if len(among) == 1:
        tell(context, meant.topic, str(subject(among[0])))
    elif among:
        _ask_whom(context, meant.topic, among)
    elif meant.topic in OF_PREGNANCY and not meant.names and any(map(is_waiting, records.own_families(context))):
        of_pregnancy.tell_unknown(context)
        return True
    return bool(among)


def _ask_whom(context: Context, topic: str, among: Sequence[Child | Pregnancy]) -> None:
    """Ask who is meant, by a tap; of many, for the name beside the question."""
    if len(among) > MANY:
        context.say(Message("Tentang siapa? Tulis pertanyaannya sekali lagi bersama namanya, ya."))
        return
    context.note_all("people.list", (subject(one) for one in among))
    options = tuple(Option(f"known:{topic}:{subject(one)}", context.called(one)) for one in among)
    context.say(Message("*Tentang siapa?*", options))
