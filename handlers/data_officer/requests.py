"""The inbox of the city's data officer: the requests that wait, and a small form to answer one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from db import data_requests
from db.data_requests import DataRequest
from db.drafts import Draft
from db.subjects import Subject, subject
from drawing import attachments
from flow.form import Form
from flow.message import Message, Option, plain
from flow.questions import Choice, Text, show_day
from handlers.chat import forms
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.shell import menu
from programme import data_answers, policy
from programme.data_requests import WORDS, in_danger

FORM = "data_answer"
SHOWN = 8  # requests in one message
YES, NO = "ya", "tidak"


class AnswerFacts(TypedDict):
    """``apa`` is what is asked for in words, ``kode`` the family's code."""

    apa: str
    kode: str


class Answer(Form):
    title = "Permintaan {kode}: {apa}"

    granted = Choice("Bagaimana jawabannya?", {YES: "Dikabulkan", NO: "Tidak dikabulkan"}, label="Jawaban")
    words = Text(
        "Apa yang disampaikan kepada yang meminta?",
        label="Penjelasan",
        hint="Kalimat pendek yang jelas. Kalau tidak dikabulkan: alasannya, dan ke mana bisa bertanya.",
        limit=500,
        personal=True,
    )


def show(context: Context) -> None:
    """Command "permintaan": the requests that wait, the one due first first; the help for anybody else."""
    if not policy.is_data_officer(context.asking):
        menu.show_help(context)
        return
    waiting = data_requests.waiting(context.session)
    context.note("data.list", subject(context.person))
    if not waiting:
        context.say(Message("Tidak ada permintaan tentang data yang menunggu. 👏", (HOME,)))
        return
    lines = [_line(context, one) for one in waiting[:SHOWN]]
    if (more := len(waiting) - SHOWN) > 0:
        lines.append(f"dan {more} lagi")
    options = tuple(Option(f"request:{one.id}", f"Jawab nomor {one.id}") for one in waiting[:SHOWN])
    context.say(Message("\n\n".join(("*Permintaan tentang data*", *lines)), options))


def begin(context: Context, request_id: int) -> None:
    """Open the form of this request."""
    whom = f"request:{request_id}"
    context.note("data.open", whom)
    forms.open_form(context, FORM, whom, facts(context, whom))


def facts(context: Context, whom: str) -> Mapping[str, object]:
    """What is printed on the form of this request ("request:12")."""
    request = context.session.get_one(DataRequest, Subject.parse(whom).id)
    printed: AnswerFacts = {"apa": WORDS[request.kind], "kode": request.family.code}
    return {**printed}


def submit(context: Context, answers: Answer, draft: Draft) -> None:
    """Store the answer, do what was granted, and confirm it."""
    request = context.session.get_one(DataRequest, Subject.parse(draft.subject).id)
    granted = answers.granted == YES
    pictures = data_answers.answer(
        context.session, context.city, request, granted, answers.words or "", context.person.id, context.now
    )
    attachments.delete(context.city.files, pictures)
    waits = granted and request.kind == data_requests.RequestKind.ERASE and request.done_at is None
    then = " Data dihapus begitu rujukan yang terbuka ditutup." if waits else ""
    others = Option("menu:permintaan", "Yang lain")
    context.say(Message(f"Terjawab: permintaan nomor {request.id}.{then}", (others, HOME)))


def _line(context: Context, one: DataRequest) -> str:
    due = context.city.local(one.due_at)
    late = " 🔴 *lewat waktu*" if one.due_at < context.now else ""
    danger = "\nAda bahaya yang masih terbuka." if in_danger(context.session, one.family) else ""
    said = f'\n"{plain(one.words)}"' if one.words else ""
    return (
        f"*{one.id}. {WORDS[one.kind]}*, keluarga {one.family.code}\n"
        f"Jawab sebelum {show_day(due.date())} {due:%H.%M}{late}{said}{danger}"
    )
