"""Practice for training: the form of a visit about a made-up child. Nothing of it is told, counted or kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from db.drafts import Draft
from flow.message import Message, Option
from handlers.chat import forms
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.chat.names import age_words
from handlers.visit.child_form import ChildVisit
from rules.stages import months_after

FORM = "practice"
SUBJECT = "self"  # the form is about nobody: every person has one of their own
BANNER = "🎓 *LATIHAN*"
CHILD, MOTHER = "Adik LATIHAN", "Bu LATIHAN"
MONTHS = 14  # the age of the made-up child
AGAIN = Option("menu:latihan", "Latihan lagi")


def begin(context: Context) -> None:
    """Command "latihan": open the form."""
    forms.open_form(context, FORM, SUBJECT, facts(context, SUBJECT))


def facts(context: Context, subject: str) -> Mapping[str, Any]:
    """What is printed on the form: a child of 14 months, of whom nothing was measured before."""
    programme, today = context.city.programme, context.today
    born: date = months_after(today, -MONTHS)
    return {
        "adik": CHILD, "kode": "LATIHAN", "umur": age_words(born, today), "ibu": MOTHER, "ask_mother": False,
        "today": today.isoformat(), "age_days": (today - born).days, "months": MONTHS,
        "services": {}, "ask_home": True, "aid": dict(programme.aid), "aid_sources": dict(programme.aid_sources),
        "topics": dict(programme.topics), "photos": False, "every_days": programme.visits.every_days,
        "after_danger_days": programme.visits.after_danger_days,
        "agreed": True, "hamil": "",
        "sex": "P", "born": born.isoformat(), "gestation_weeks": None, "history": [], "trust": asdict(programme.trust),
    }  # fmt: skip


def submit(context: Context, answers: ChildVisit, draft: Draft) -> None:
    """Say what a real report would have led to. Nothing is stored: the draft is deleted like any that was sent."""
    lines = ["✅ Selesai. Laporan latihan ini tidak dikirim ke siapa pun, tidak dihitung, dan tidak disimpan."]
    question = ChildVisit.question("signs")
    if question and (seen := answers.values.get(question.name)):
        lines.append(
            f"Dalam laporan sungguhan, *{question.show(seen, answers)}* langsung dikabarkan ke petugas kesehatan dan "
            "koordinator, dan di sini tertulis apa yang harus dilakukan sambil menunggu."
        )
    context.say(Message("\n\n".join(lines), (AGAIN, HOME)))
