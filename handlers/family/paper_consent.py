"""A consent on paper, entered or ended by a health worker of the place for a family that need not have a phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from db.children import Family
from db.drafts import Draft
from db.subjects import Subject, SubjectKind
from flow.form import Form
from flow.message import Message, Option
from flow.questions import Choice, Day, Name, Text
from handlers.chat import choose_subject, forms
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from programme import consents
from programme.contacts import who

FORM = "paper_consent"
AWAITED = "paper"  # what ``Address.awaiting`` says while a name or code is asked for
WHO = {"ibu": "Ibu", "ayah": "Ayah", "wali": "Wali"}
SIGNED, ENDED = "setuju", "tarik"


class PaperFacts(TypedDict):
    """``keluarga`` is the family in words, ``today`` the ISO day."""

    keluarga: str
    today: str


def _signed(answers: Form) -> bool:
    return answers.values.get("what") == SIGNED


class Paper(Form):
    title = "Persetujuan tertulis: {keluarga}"

    what = Choice(
        "Apa yang mau dicatat?",
        {SIGNED: "Lembar ditandatangani", ENDED: "Persetujuan ditarik"},
        label="Yang dicatat",
    )
    relation = Choice("Siapa yang menandatangani atau menariknya?", WHO, label="Siapa")
    name = Name("Siapa nama di lembar itu?", label="Nama", limit=60, personal=True, when=_signed)
    signed_on = Day(
        "Kapan ditandatangani?",
        past=3660,
        suggest={0: "Hari ini", -1: "Kemarin"},
        label="Tanggal",
        hint="Tanggal lain: tulis saja, misalnya 12/3.",
        when=_signed,
    )
    lies_at = Text(
        "Lembarnya disimpan di mana?",
        label="Disimpan di",
        hint="Misalnya: map posyandu Melati 1, lemari KIA puskesmas.",
        limit=120,
        personal=True,
        when=_signed,
    )


def choose(context: Context) -> None:
    """Command "persetujuan": ask of which family, by a tap or by its name or code."""
    among = _missing(context)
    if among and len(among) <= choose_subject.MANY:
        _ask(context, among)
        return
    context.address.draft_id, context.address.awaiting = None, AWAITED
    context.say(Message("*Persetujuan tertulis siapa?*\n\nTulis nama ibu atau kode keluarga.", (choose_subject.LATER,)))


def find(context: Context, text: str) -> None:
    """Look up the written name or code among the families of the place, and ask which is meant."""
    found = choose_subject.named(text, choose_subject.families(context))
    among = [one for one in found if context.may("consent.paper", one)]
    if choose_subject.are_few(context, among):
        _ask(context, among)


def begin(context: Context, family_id: int) -> None:
    """Open the form."""
    whom = str(Subject(SubjectKind.FAMILY, family_id))
    context.note("sheet.open", whom)
    forms.open_form(context, FORM, whom, facts(context, whom))


def facts(context: Context, subject: str) -> Mapping[str, object]:
    """What is printed on the form of this family ("family:12") today."""
    family = context.session.get_one(Family, Subject.parse(subject).id)
    printed: PaperFacts = {"keluarga": who(family), "today": context.today.isoformat()}
    return {**printed}


def submit(context: Context, answers: Paper, draft: Draft) -> None:
    """Store the consent or its end, and say whether a consent of the family stands now."""
    family = context.session.get_one(Family, Subject.parse(draft.subject).id)
    relation = answers.relation or ""
    if answers.what == SIGNED:
        consents.give_on_paper(
            context.session, family, answers.name or "", relation, answers.signed_on or context.today,
            answers.lies_at or "", context.person.id, context.now,
        )  # fmt: skip
    else:
        consents.withdraw_by_word(context.session, context.city, family, relation, context.person.id, context.now)
    stands = consents.stands(context.session, family)
    if stands is None:
        now = "Sekarang tidak ada persetujuan yang berlaku."
    elif answers.what == SIGNED:
        now = "Sekarang persetujuannya berlaku."
    else:
        how = "di kertas" if stands.channel == consents.PAPER else "lewat chat"
        now = f"Masih berlaku persetujuan {stands.relation}, {how}."
    context.say(Message(f"Tercatat, terima kasih. {who(family)} ({family.code}): {now}", (HOME,)))


def _missing(context: Context) -> list[Family]:
    """The families of the place for which no consent stands."""
    families = choose_subject.families(context)
    agreed = consents.standing_of(context.session, (one.id for one in families))
    left = [one for one in families if one.id not in agreed]
    if len(left) > choose_subject.MANY:
        return left
    return [one for one in left if context.may("consent.paper", one)]


def _ask(context: Context, among: list[Family]) -> None:
    options = [Option(f"paper:{one.id}", f"{who(one)} ({one.code})"[:24]) for one in among]
    text = "*Persetujuan tertulis siapa?* Keluarga lain: tulis nama ibu atau kodenya."
    context.address.draft_id, context.address.awaiting = None, AWAITED
    context.say(Message(text, (*options, choose_subject.LATER)))
