"""Every form, every command and every button, each in one line: what the product can do in chat."""

from __future__ import annotations

from collections.abc import Callable

from db.drafts import Draft, of
from db.visits import Visit
from flow import tokens
from flow.message import Message, Option
from flow.step import Confirm
from handlers.asn import home
from handlers.birth import birth, birth_form, naming, new_pregnancy, new_pregnancy_form
from handlers.chat import forms, policy
from handlers.chat.commands import commands_of
from handlers.chat.context import Desk
from handlers.chat.names import salute
from handlers.coordinator import overview, quality
from handlers.endings import loss, moved_or_refused
from handlers.family import family, opt_out, preferences
from handlers.joining import change_number, self_join
from handlers.measuring import charts, remeasure
from handlers.referral import alerts, examined
from handlers.visit import child_form, child_submit, filing, pregnancy_form, pregnancy_submit

PAPERS: forms.Papers = {
    "child_visit": forms.Paper(child_form.ChildVisit, child_submit.submit, policy.may_visit, child_form.facts),
    "pregnancy_visit": forms.Paper(
        pregnancy_form.PregnancyVisit, pregnancy_submit.submit, policy.may_visit, pregnancy_form.facts
    ),
    examined.FORM: forms.Paper(examined.ReferralSeen, examined.submit, policy.may_see_referral),
    remeasure.FORM: forms.Paper(remeasure.Remeasure, remeasure.submit, policy.may_measure),
    self_join.FORM: forms.Paper(self_join.SelfJoin, self_join.submit, policy.may_join, counts_from_today=True),
    birth.FORM: forms.Paper(birth_form.Birth, birth.submit, policy.may_tell, birth.facts, counts_from_today=True),
    new_pregnancy.FORM: forms.Paper(
        new_pregnancy_form.Expecting, new_pregnancy.submit, policy.may_tell, new_pregnancy.facts, counts_from_today=True
    ),
    naming.FORM: forms.Paper(naming.Naming, naming.submit, policy.may_tell, naming.facts),
}

OF_FAMILIES = (birth.FORM, new_pregnancy.FORM, naming.FORM)
"""Sheets at which grief, or the wish to stop, is never an answer."""


def show_home(desk: Desk) -> None:
    """The first screen, by what the person is."""
    person = desk.person
    if person.has("asn"):
        home.show_home(desk)
    if person.has("coordinator"):
        overview.show_home(desk)
    if person.has("health"):
        alerts.show_open(desk)
    if person.has("family") and not family.asks_consent(desk):
        family.show_home(desk)
    if not desk.answered:
        desk.tell("help", to=salute(person), contact=desk.city.programme.privacy.contact, lines=())


def report(desk: Desk, subject: str = "") -> None:
    """Open the sheet of a visit; asks whose where there are several."""
    if not subject:
        only = home.choose_child(desk)
        if only is None:
            return
        subject = only.subject
    if subject not in {one.subject for one in home.fostered(desk)}:
        desk.say(Message(filing.NOT_LISTED, (forms.HOME,)))
        return
    desk.note("sheet.open", subject)
    if subject.startswith("child:"):
        forms.open_sheet(desk, PAPERS, "child_visit", subject, child_form.facts(desk, subject))
    else:
        forms.open_sheet(desk, PAPERS, "pregnancy_visit", subject, pregnancy_form.facts(desk, subject))


def referral_seen(desk: Desk, referral_id: int) -> None:
    """Open the sheet for what a health worker found."""
    referral = alerts.mine(desk, referral_id)
    if referral is not None:
        forms.open_sheet(desk, PAPERS, examined.FORM, f"referral:{referral.id}", examined.facts(desk, referral))


def correct(desk: Desk, visit_id: int) -> None:
    """Open a report that was sent, to change it; what it said stays in the history."""
    visit = desk.session.get(Visit, visit_id)
    if visit is None or not policy.may_change(desk, visit):
        desk.say(Message("Laporan itu sudah dibatalkan atau tidak ditemukan.", (forms.HOME,)))
        return
    if filing.subject_of(visit) not in {one.subject for one in home.fostered(desk)}:
        desk.say(Message(filing.NOT_LISTED, (forms.HOME,)))
        return
    forms.open_sheet(desk, PAPERS, visit.form, f"visit:{visit.id}", visit.facts, answers=visit.answers)


def again(desk: Desk, draft_id: int) -> None:
    """It is another visit of the same day after all: hand it in."""
    draft = desk.session.get(Draft, draft_id)
    if draft is None or draft.person_id != desk.person.id:
        desk.say(Message("Laporan itu sudah dikirim atau dibuang.", (forms.HOME,)))
        return
    draft.facts = {**draft.facts, "again": True}
    forms.take(desk, PAPERS, draft, Confirm())


def resume(desk: Desk) -> None:
    """Go on with what was begun; asks which where there are several."""
    if (on_table := forms.on_table(desk)) is not None:
        forms.take(desk, PAPERS, on_table, tokens.ACTIONS["open"])
        return
    kept = [one for one in of(desk.session, desk.person.id) if PAPERS[one.form].may(desk, one.subject)]
    if not kept:
        show_home(desk)
    elif len(kept) == 1:
        forms.take(desk, PAPERS, kept[0], tokens.ACTIONS["open"])
    else:
        options = tuple(
            Option(
                tokens.token(draft.id, ".", "open"),
                PAPERS[draft.form].form.say(PAPERS[draft.form].form.title, draft.facts),
            )
            for draft in kept[:8]
        )
        desk.say(Message("*Yang mana mau dilanjutkan?*", options))


def show_help(desk: Desk) -> None:
    lines = commands_of(desk.person)
    desk.tell("help", forms.HOME, to=family.called(desk), contact=desk.city.programme.privacy.contact, lines=lines)


COMMANDS: dict[str, tuple[str, Callable[[Desk], None]]] = {  # command -> (who may say it, what it does)
    "home": (policy.JOINING, show_home),
    "bantuan": (policy.JOINING, show_help),
    "lanjut": (policy.JOINING, resume),
    "lapor": ("asn", report),
    "anak": ("asn", home.show_children),
    "jadwal": ("asn", home.show_schedule),
    "grafik": (policy.MEMBER, charts.choose),
    "ringkasan": ("coordinator", overview.show_digest),
    "terlambat": ("coordinator", overview.show_late),
    "late": ("coordinator", overview.show_late),
    "mutu": ("coordinator", quality.show_quality),
    "rujukan": ("health", alerts.show_open),
    "kabar": (policy.MEMBER, moved_or_refused.begin),
    "lahir": (policy.MEMBER, lambda desk: birth.choose(desk, PAPERS)),
    "hamil": (policy.MEMBER, lambda desk: new_pregnancy.choose(desk, PAPERS)),
    "nama": (policy.MEMBER, lambda desk: naming.choose(desk, PAPERS)),
    # Grief is not answered with a list of commands; who is only joining has nobody to tell of, and hears a kind word.
    "duka": (policy.JOINING, loss.begin),
    "keguguran": (policy.JOINING, loss.begin_with_pregnancies),
    "data": ("family", family.show_data),
    "jeda": ("family", family.offer_pause),
    "berhenti": ("family", opt_out.stop),
    "atur": ("family", preferences.ask_day),
    "bahasa": ("family", preferences.ask_language),
    "nomor": (policy.MEMBER, change_number.begin),
}


SEARCHES: dict[str, Callable[[Desk, str], None]] = {  # by Address.awaiting
    "loss": loss.find,
    "news": moved_or_refused.find,
    "birth": birth.find,
    "expecting": new_pregnancy.find,
}


def command(desk: Desk, name: str) -> None:
    """Do what was said, where the person's role allows it."""
    may, act = COMMANDS[name]
    if not policy.holds(desk.person, may):
        show_help(desk)
        return
    desk.address.awaiting = ""
    act(desk)
