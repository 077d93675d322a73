"""Open the form of a visit, for a new report or a correction; send one held as a possible repeat."""

from __future__ import annotations

from db.drafts import Draft
from db.subjects import Subject, SubjectKind, of_visit
from db.visits import Visit
from flow.message import Message
from flow.questions import show_day
from flow.step import SendNow
from handlers.asn import home
from handlers.chat import forms
from handlers.chat.context import Context
from handlers.visit import child_form, couple_form, filing, pregnancy_form

CHILD, PREGNANCY, COUPLE = "child_visit", "pregnancy_visit", "couple_visit"  # the names of the forms

NOT_AGREED = (
    "Orang tuanya belum menyetujui data kesehatannya dicatat di sini. Jadi isian ini hanya tentang bertemu atau tidak, "
    "bantuan, dan tanda bahaya. Kader atau bidan bisa mencatat persetujuan tertulis."
)


COUPLE_NOT_AGREED = (
    "Pasangan ini belum menyetujui data kesehatannya dicatat di sini. Jadi isian ini hanya tentang bertemu atau tidak, "
    "dan bantuan. Mereka bisa setuju lewat kode undangannya."
)


def report(context: Context, subject: str = "") -> None:
    """Open the form for a visit of ``subject`` ("child:31", "wedding:4"); without one, ask whose visit it was."""
    if not subject:
        only = home.choose_child(context)
        if only is None:
            return
        subject = str(only.about)
    if Subject.parse(subject) not in {one.about for one in home.fostered(context)}:
        context.say(Message(filing.NOT_LISTED.format(you=context.you), (forms.HOME,)))
        return
    context.note("sheet.open", subject)
    match Subject.parse(subject).kind:
        case SubjectKind.CHILD:
            form, facts = CHILD, child_form.facts(context, subject)
        case SubjectKind.WEDDING:
            form, facts = COUPLE, couple_form.facts(context, subject)
        case _:
            form, facts = PREGNANCY, pregnancy_form.facts(context, subject)
    refused = COUPLE_NOT_AGREED if form == COUPLE else NOT_AGREED
    forms.open_form(context, form, subject, facts, preface="" if facts["agreed"] else refused)


def correct(context: Context, visit_id: int) -> None:
    """Open a sent report to correct it; the earlier answers stay in its history."""
    visit = context.session.get_one(Visit, visit_id)
    if of_visit(visit) not in {one.about for one in home.fostered(context)}:
        context.say(Message(filing.NOT_LISTED.format(you=context.you), (forms.HOME,)))
        return
    if not filing.may_still_correct(context, visit):
        filing.say_too_late(context, visit)
        return
    subject = Subject(SubjectKind.VISIT, visit.id)
    context.note("sheet.open", of_visit(visit), subject)
    until = show_day(filing.corrected_until(context, visit))
    preface = f"Ini laporan yang sudah masuk. Perbaikannya bisa dikirim sampai {until}."
    forms.open_form(context, visit.form, str(subject), visit.facts, answers=visit.answers, preface=preface)


def again(context: Context, draft_id: int) -> None:
    """Send a draft that was held as a possible repeat, now that it is said to be another visit."""
    draft = context.session.get_one(Draft, draft_id)
    draft.facts = {**draft.facts, "again": True}
    forms.take(context, draft, SendNow())
