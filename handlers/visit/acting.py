"""Danger signs in a report act at the tap: people are told before it is sent, and told again when it is taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from db import referrals
from db.children import Child, Family, Pregnancy
from db.drafts import Draft
from db.subjects import Subject, SubjectKind
from db.visits import Visit
from flow.form import Form
from flow.message import Message, Option
from flow.step import Ask, Effect, Review, Submit
from flow.tokens import token
from handlers.chat import forms
from handlers.chat.context import LASTING, Context, NotValid
from handlers.referral import alerts
from handlers.visit.signs_question import Signs
from programme import referring, unsent, visit_danger
from rules.signs import Sign, Who, in_order, stored

REASONS = {"salah": "Salah ketuk", "lewat": "Sudah lewat", "ditolong": "Sudah ditolong", "lain": "Alasan lain"}


def watch(context: Context, draft: Draft, effect: Effect) -> None:
    """After a step: tell people of new danger signs, and of those that are ticked no more."""
    if not isinstance(effect, Ask | Review):
        return
    answers, current = effect.answers, effect.question if isinstance(effect, Ask) else None
    _begin_with_measured(context, draft)
    for question in _questions(answers):
        _begin_correction(context, draft, question, answers)
        if question.name in answers.values:
            signs = question.seen(answers)
        elif current is None or answers.questions.index(current) > answers.questions.index(question):
            signs = []  # it has been passed and is not asked any more: "Ada tanda bahaya" was changed
        else:
            continue
        _settle(context, draft, question, signs)


def refused(context: Context, draft: Draft, effect: Effect) -> None:
    """The report may not be filed by this person any more: its danger signs are told all the same."""
    if not isinstance(effect, Ask | Review | Submit):
        return
    ticked = unsent.marked(draft)
    for question in _questions(effect.answers):
        signs = in_order([*question.seen(effect.answers), *ticked.get(question.name, ())])
        tell(context, draft, question.name, signs)


def tell(context: Context, draft: Draft, question: str, signs: Sequence[Sign], *, goes_on: bool = False) -> None:
    """Tell people of the signs that are new, and the ASN what to do now."""
    if told := unsent.tell(context.session, context.city, context.now, draft, question, signs):
        context.worth, about = LASTING, unsent.about(context.session, draft)
        context.say(visit_danger.say(context.city, context.now, about, signs, told, goes_on=goes_on))


def asks_why(context: Context, draft: Draft) -> bool:
    """Ask why a report is thrown away whose danger signs people were told of. Returns whether it was asked."""
    if not unsent.has_told(draft):
        return False
    options = tuple(Option(f"gone:{draft.id}:{key}", label) for key, label in REASONS.items())
    text = (
        "Tanda bahaya di laporan ini sudah menjadi rujukan. Mengapa laporannya dibuang?\n"
        "Alasannya kami teruskan kepada petugas."
    )
    context.say(Message(text, (*options, Option(token(draft.id, "", "keep"), "Simpan dulu"))))
    return True


def throw_away(context: Context, draft_id: int, why: str) -> None:
    """Throw the report away, and tell those who were told of its danger signs, and why."""
    draft = context.session.get_one(Draft, draft_id)
    if draft.form not in unsent.FORMS:
        raise NotValid(f"draft:{draft_id}")
    for question in (unsent.SIGNS, unsent.MOTHER_SIGNS):
        unsent.take_back(context.session, context.city, context.now, draft, question, (), REASONS[why].casefold())
    context.note("draft.drop", draft.subject)
    forms.put_away(context, draft)
    context.worth = LASTING
    numbers = context.city.programme.emergency.to_call
    context.say(
        Message(
            "Laporan dibuang. Rujukannya tetap terbuka, dan petugas yang sudah dikabari kami beri tahu.\n\n"
            f"Kalau masih gawat, jangan menunggu. {numbers}",
            (forms.HOME,),
        )
    )


def file(
    context: Context,
    draft: Draft,
    visit: Visit,
    about: Child | Pregnancy | Family,
    found: Mapping[str, Sequence[Sign]],
    asks: Sequence[str] = (),
) -> list[str]:
    """Tell people of what a report that is being filed adds. Returns in words who has been told, then or now.

    ``found`` are its signs by question, or by unsent.MEASURED. What was told at the tap is not told again, also where
    the referral has been closed since: somebody has seen to it. What the report says no more is taken back.
    """
    told: list[str] = []
    for question, signs in found.items():
        known = {id for one in found for id in unsent.told_of(draft, one)}
        unsent.take_back(context.session, context.city, context.now, draft, question, signs)
        unsent.tell(
            context.session, context.city, context.now, draft, question, [s for s in signs if s.id not in known]
        )
        if referral := unsent.referral_of(context.session, draft, question):
            referral.visit_id = referral.visit_id or visit.id
            told += referring.told_so_far(context.session, referral) if signs else ()
    if asks:
        told += alerts.open_referral(context, visit, about, (), asks)
    visit.facts = {**visit.facts, unsent.ACTED: draft.facts.get(unsent.ACTED, {})}
    return list(dict.fromkeys(told))


def _settle(context: Context, draft: Draft, question: Signs, signs: Sequence[Sign]) -> None:
    if unsent.take_back(context.session, context.city, context.now, draft, question.name, signs):
        context.worth = LASTING
        context.say(Message("Perubahan tanda bahaya ini kami sampaikan juga kepada petugas yang sudah dikabari."))
    tell(context, draft, question.name, signs, goes_on=True)


def _begin_correction(context: Context, draft: Draft, question: Signs, answers: Form) -> None:
    """A correction begins with what the report said when it was sent: of that people were told then."""
    subject = Subject.parse(draft.subject)
    if subject.kind is not SubjectKind.VISIT or question.name in (draft.facts.get(unsent.ACTED) or {}):
        return
    visit, about = context.session.get(Visit, subject.id), unsent.about(context.session, draft)
    if visit is None or about is None:
        return
    signs = question.signs(visit.answers.get(question.name) or (), answers)
    open_now = referrals.open_about(context.session, unsent.whom(about, question.name))
    unsent.remember(draft, question.name, open_now[0] if open_now else None, [sign.id for sign in signs])


def _begin_with_measured(context: Context, draft: Draft) -> None:
    """A report that was sent before drafts remembered what was told: its referral says what had been measured."""
    subject = Subject.parse(draft.subject)
    if subject.kind is not SubjectKind.VISIT or draft.facts.get(unsent.ACTED):
        return
    told = referrals.of_visit(context.session, subject.id)
    signs = [stored(label, (Who.GROWTH, Who.NEWBORN)) for referral in told for label in referral.signs]
    ids = [sign.id for sign in signs if sign and sign.who is Who.GROWTH]
    unsent.remember(draft, unsent.MEASURED, told[0] if told else None, ids)


def _questions(answers: Form) -> list[Signs]:
    return [question for question in answers.questions if isinstance(question, Signs)]
