"""Give a name to a baby that had none when its birth was reported."""

from __future__ import annotations

from typing import TypedDict

from db.children import Child
from db.drafts import Draft
from db.states import GONE
from db.subjects import Subject, SubjectKind
from flow.form import Form, Invalid
from flow.message import Message, Option
from flow.questions import Name, show_day
from flow.reading.names import is_not_yet
from handlers.chat import choose_subject, forms
from handlers.chat.context import Context, NotValid
from handlers.chat.forms import HOME
from programme.birth_announcements import SEXES
from programme.names import salute

FORM = "naming"
NOT_YET = "Tidak apa-apa, boleh nanti. Kalau sudah ada, tulis *nama*. Untuk keluar dari sini, tulis *batal*."


class NamingFacts(TypedDict):
    """What is printed on the form: the mother's name with "Bu", and which of her babies it is, in words."""

    ibu: str
    bayi: str


class GivenName(Name):
    """A name; "belum ada" is refused, and the form stays open."""

    def read(self, said: str, answers: Form) -> str:
        if is_not_yet(said):
            raise Invalid(NOT_YET)
        return super().read(said, answers)


class Naming(Form):
    title = "Nama bayi {ibu}"

    name = GivenName(
        "Siapa nama panggilan bayi {bayi}?", label="Nama", hint="Nama panggilan saja cukup.", limit=40, personal=True
    )


def choose(context: Context) -> None:
    """Command "nama": open the form of the only baby without a name, or ask which of several."""
    unnamed = [one for one in choose_subject.known_to(context) if isinstance(one, Child) and not one.name]
    if len(unnamed) == 1:
        begin(context, unnamed[0].id)
    elif unnamed:
        labels = [f"{_mother(one)}, {SEXES[one.sex]}" for one in unnamed[: choose_subject.MANY]]
        options = [
            Option(f"name:{one.id}", f"{label} ke-{labels[: n + 1].count(label)}" if labels.count(label) > 1 else label)
            for n, (one, label) in enumerate(zip(unnamed, labels, strict=False))
        ]
        context.say(Message("Bayi yang mana mau diberi nama?", (*options, choose_subject.LATER)))
    else:
        contact = context.city.programme.privacy.contact
        text = f"Semua anak di sini sudah punya nama. Ada yang keliru? Sampaikan ke kader, bidan, atau {contact}."
        context.say(Message(text, (HOME,)))


def begin(context: Context, child_id: int) -> None:
    """Open the form. Raises NotValid where the child has a name already."""
    about = str(Subject(SubjectKind.CHILD, child_id))
    child = context.session.get_one(Child, child_id)
    if child.name or child.state in GONE:
        raise NotValid(about)
    context.note("sheet.open", about)
    forms.open_form(context, FORM, about, facts(context, about))


def facts(context: Context, subject: str) -> NamingFacts:
    """What is printed on the form of this child ("child:31")."""
    child = context.session.get_one(Child, Subject.parse(subject).id)
    day = f" yang lahir {show_day(child.born)}" if child.born else ""
    return {"ibu": _mother(child), "bayi": f"{SEXES[child.sex]}{day}"}


def submit(context: Context, answers: Naming, draft: Draft) -> None:
    """Store the name; every later message uses it."""
    child = context.session.get_one(Child, Subject.parse(draft.subject).id)
    child.name = child.name or answers.name or ""
    context.note("child.name", draft.subject)
    context.say(Message(f"🌸 Nama yang indah. Mulai sekarang pesan menyebut *{context.called(child)}*.", (HOME,)))


def _mother(child: Child) -> str:
    return salute(child.family.mother_name, relation="ibu")
