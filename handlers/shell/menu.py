"""Every form, every command and every button, each in one line: what the product can do in chat."""

from __future__ import annotations

from collections.abc import Callable

from db.drafts import Draft, of
from db.roles import Role
from db.subjects import Subject, SubjectKind, of_visit, subject
from db.visits import Visit
from flow import tokens
from flow.message import Message, Option
from flow.step import Confirm
from handlers.asn import home
from handlers.birth import birth, birth_form, naming, new_pregnancy, new_pregnancy_form
from handlers.chat import forms, policy
from handlers.chat.commands import commands_of
from handlers.chat.context import Context
from handlers.chat.names import salute
from handlers.coordinator import overview, quality
from handlers.endings import loss, moved_or_refused
from handlers.family import family, opt_out, preferences
from handlers.joining import change_number, self_join
from handlers.measuring import charts, remeasure
from handlers.referral import alerts, examined
from handlers.visit import child_form, child_submit, filing, pregnancy_form, pregnancy_submit

FORM_SPECS: forms.FormSpecs = {
    "child_visit": forms.FormSpec(child_form.ChildVisit, child_submit.submit, policy.may_visit, child_form.facts),
    "pregnancy_visit": forms.FormSpec(
        pregnancy_form.PregnancyVisit, pregnancy_submit.submit, policy.may_visit, pregnancy_form.facts
    ),
    examined.FORM: forms.FormSpec(examined.ReferralSeen, examined.submit, policy.may_see_referral),
    remeasure.FORM: forms.FormSpec(remeasure.Remeasure, remeasure.submit, policy.may_measure),
    self_join.FORM: forms.FormSpec(self_join.SelfJoin, self_join.submit, policy.may_join, counts_from_today=True),
    birth.FORM: forms.FormSpec(birth_form.Birth, birth.submit, policy.may_tell, birth.facts, counts_from_today=True),
    new_pregnancy.FORM: forms.FormSpec(
        new_pregnancy_form.Expecting, new_pregnancy.submit, policy.may_tell, new_pregnancy.facts, counts_from_today=True
    ),
    naming.FORM: forms.FormSpec(naming.Naming, naming.submit, policy.may_tell, naming.facts),
}

OF_FAMILIES = (birth.FORM, new_pregnancy.FORM, naming.FORM)
"""Forms at which grief, or the wish to stop, is never an answer."""


def show_home(context: Context) -> None:
    """The first screen, by what the person is."""
    person = context.person
    if person.has(Role.ASN):
        home.show_home(context)
    if person.has(Role.COORDINATOR):
        overview.show_home(context)
    if person.has(Role.HEALTH):
        alerts.show_open(context)
    if person.has(Role.FAMILY) and not family.asks_consent(context):
        family.show_home(context)
    if not context.answered:
        context.say_template("help", to=salute(person), contact=context.city.programme.privacy.contact, lines=())


def report(context: Context, subject: str = "") -> None:
    """Open the form of a visit; asks whose where there are several."""
    if not subject:
        only = home.choose_child(context)
        if only is None:
            return
        subject = str(only.about)
    if Subject.parse(subject) not in {one.about for one in home.fostered(context)}:
        context.say(Message(filing.NOT_LISTED, (forms.HOME,)))
        return
    context.note("sheet.open", subject)
    if Subject.parse(subject).kind is SubjectKind.CHILD:
        forms.open_form(context, FORM_SPECS, "child_visit", subject, child_form.facts(context, subject))
    else:
        forms.open_form(context, FORM_SPECS, "pregnancy_visit", subject, pregnancy_form.facts(context, subject))


def referral_seen(context: Context, referral_id: int) -> None:
    """Open the form for what a health worker found."""
    referral = alerts.mine(context, referral_id)
    if referral is not None:
        forms.open_form(context, FORM_SPECS, examined.FORM, str(subject(referral)), examined.facts(context, referral))


def correct(context: Context, visit_id: int) -> None:
    """Open a report that was sent, to change it; what it said stays in the history."""
    visit = context.session.get(Visit, visit_id)
    if visit is None or not policy.may_change(context, visit):
        context.say(Message("Laporan itu sudah dibatalkan atau tidak ditemukan.", (forms.HOME,)))
        return
    if of_visit(visit) not in {one.about for one in home.fostered(context)}:
        context.say(Message(filing.NOT_LISTED, (forms.HOME,)))
        return
    forms.open_form(context, FORM_SPECS, visit.form, str(subject(visit)), visit.facts, answers=visit.answers)


def again(context: Context, draft_id: int) -> None:
    """It is another visit of the same day after all: hand it in."""
    draft = context.session.get(Draft, draft_id)
    if draft is None or draft.person_id != context.person.id:
        context.say(Message("Laporan itu sudah dikirim atau dibuang.", (forms.HOME,)))
        return
    draft.facts = {**draft.facts, "again": True}
    forms.take(context, FORM_SPECS, draft, Confirm())


def resume(context: Context) -> None:
    """Go on with what was begun; asks which where there are several."""
    if (on_table := forms.current_draft(context)) is not None:
        forms.take(context, FORM_SPECS, on_table, tokens.ACTIONS["open"])
        return
    kept = [one for one in of(context.session, context.person.id) if FORM_SPECS[one.form].may(context, one.subject)]
    if not kept:
        show_home(context)
    elif len(kept) == 1:
        forms.take(context, FORM_SPECS, kept[0], tokens.ACTIONS["open"])
    else:
        options = tuple(
            Option(
                tokens.token(draft.id, ".", "open"),
                FORM_SPECS[draft.form].form.say(FORM_SPECS[draft.form].form.title, draft.facts),
            )
            for draft in kept[:8]
        )
        context.say(Message("*Yang mana mau dilanjutkan?*", options))


def show_help(context: Context) -> None:
    lines = commands_of(context.person)
    context.say_template(
        "help", forms.HOME, to=family.called(context), contact=context.city.programme.privacy.contact, lines=lines
    )


COMMANDS: dict[str, tuple[str, Callable[[Context], None]]] = {  # command -> (who may say it, what it does)
    "home": (policy.JOINING, show_home),
    "bantuan": (policy.JOINING, show_help),
    "lanjut": (policy.JOINING, resume),
    "lapor": (Role.ASN, report),
    "anak": (Role.ASN, home.show_children),
    "jadwal": (Role.ASN, home.show_schedule),
    "grafik": (policy.MEMBER, charts.choose),
    "ringkasan": (Role.COORDINATOR, overview.show_digest),
    "terlambat": (Role.COORDINATOR, overview.show_late),
    "late": (Role.COORDINATOR, overview.show_late),
    "mutu": (Role.COORDINATOR, quality.show_quality),
    "rujukan": (Role.HEALTH, alerts.show_open),
    "kabar": (policy.MEMBER, moved_or_refused.begin),
    "lahir": (policy.MEMBER, lambda context: birth.choose(context, FORM_SPECS)),
    "hamil": (policy.MEMBER, lambda context: new_pregnancy.choose(context, FORM_SPECS)),
    "nama": (policy.MEMBER, lambda context: naming.choose(context, FORM_SPECS)),
    # Grief is not answered with a list of commands; who is only joining has nobody to tell of, and hears a kind word.
    "duka": (policy.JOINING, loss.begin),
    "keguguran": (policy.JOINING, loss.begin_with_pregnancies),
    "data": (Role.FAMILY, family.show_data),
    "jeda": (Role.FAMILY, family.offer_pause),
    "berhenti": (Role.FAMILY, opt_out.stop),
    "atur": (Role.FAMILY, preferences.ask_day),
    "bahasa": (Role.FAMILY, preferences.ask_language),
    "nomor": (policy.MEMBER, change_number.begin),
}


SEARCHES: dict[str, Callable[[Context, str], None]] = {  # by Address.awaiting
    "loss": loss.find,
    "news": moved_or_refused.find,
    "birth": birth.find,
    "expecting": new_pregnancy.find,
}


def command(context: Context, name: str) -> None:
    """Do what was said, where the person's role allows it."""
    may, act = COMMANDS[name]
    if not policy.holds(context.person, may):
        show_help(context)
        return
    context.address.awaiting = ""
    act(context)
