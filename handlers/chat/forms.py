"""Filling any form in chat: opening a form, taking a step, changing one's mind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

from db import drafts
from db.drafts import Draft
from db.subjects import SubjectKind
from flow import tokens, words
from flow.form import MISSING, Form, Invalid, Question
from flow.message import Message, Option
from flow.questions import CallName, Day, pick, show_day
from flow.reading import names
from flow.speech import sent, speak
from flow.step import (
    REVIEW,
    Ask,
    Change,
    Discarded,
    Effect,
    Event,
    Help,
    Open,
    Review,
    Said,
    State,
    Submit,
    named,
    step,
)
from handlers.chat.context import LASTING, MOMENT, Context, FormSpec, NotValid
from programme import numbers

SITTING = timedelta(hours=3)
"""A form left for longer is taken up anew, and "hari ini" then means the day of taking it up. Until then it means the
day on which it was begun, also after midnight."""
SAID_ON = "said_on"  # in a draft's state: the ISO day from which "hari ini" counts; the questions get it as a fact
EDITION = "edition"  # the fact under which a draft keeps which form it was opened with
HOME = Option("menu:home", "Menu utama")
NOT_YOURS = (
    "Terima kasih sudah mengisi. Tugas ini sekarang tidak ada lagi dalam daftar {you}, "
    "jadi isian ini tidak terkirim dan tidak kami simpan.\n\n"
    "Ada yang gawat? Jangan menunggu: antar ke puskesmas atau rumah sakit. Merasa ini keliru? Hubungi {contact}."
)
DROPPED = "Baik, isian itu dibuang. Tidak ada yang terkirim."
CORRECTION_DROPPED = "Baik, perbaikan itu dibuang. Laporan yang sudah masuk tetap seperti semula."
STILL_HERE = "Laporan ini masih tersimpan. Kita lanjutkan, ya."
RESUMED = (
    "Isian ini dimulai {opened}, dan tanggal yang sudah terisi tetap. “Hari ini” sekarang berarti {today}. "
    "Ada yang perlu diganti? Ketuk Perbaiki sebelum mengirim."
)


class Hold(Exception):
    """Not handed in yet: a message has to be answered first."""

    def __init__(self, message: Message):
        super().__init__(message.text)
        self.message = message


def open_form(
    context: Context,
    form: str,
    subject: str,
    facts: Mapping[str, Any],
    answers: Mapping[str, Any] | None = None,
    preface: str = "",
    *,
    changing: bool = False,
) -> None:
    """Put a form on the table: the draft of this subject if there is one, otherwise a new one.

    ``preface`` stands above its first question. ``changing``: its answers are listed, each to be changed. Raises
    NotValid where this person may not fill it in.
    """
    if not context.may_fill(form, subject):
        raise NotValid(subject)
    draft = drafts.about(context.session, context.person.id, form, subject)
    resumed = draft is not None and bool(draft.state.get("answers"))
    if draft is None:
        # A form that is corrected remembers the form it was filled in with, not today's.
        printed = dict(facts) if answers is not None else {**facts, EDITION: context.specs[form].edition}
        draft = Draft(
            person_id=context.person.id, form=form, subject=subject, facts=printed,
            state=_kept(State(dict(answers or {}))), opened_at=context.now, touched_at=context.now,
        )  # fmt: skip
        context.session.add(draft)
        context.session.flush()
    elif changing:
        draft.state = _kept(State(dict(answers or {})))
    still = STILL_HERE if resumed and answers is None else ""
    take(
        context, draft, Change() if changing else Open(), preface="\n\n".join(part for part in (preface, still) if part)
    )


def take(context: Context, draft: Draft, event: Event, at: str | None = None, *, preface: str = "") -> None:
    """One step of a form, and what it says, in one message.

    A form that is not this person's to fill in any more is put away, and nothing of it is shown or kept.
    """
    spec = context.specs[draft.form]
    if not context.may_fill(draft.form, draft.subject):
        context.settles = True
        if spec.refused:
            spec.refused(context, draft, step(spec.form, _state(draft), event, draft.facts, at)[1])
        put_away(context, draft)
        context.say(Message(NOT_YOURS.format(you=context.you, contact=context.city.programme.privacy.contact), (HOME,)))
        return
    context.banner = spec.banner
    if spec.facts and draft.facts.get(EDITION) != spec.edition:
        draft.facts = {**spec.facts(context, draft.subject), **draft.facts, EDITION: spec.edition}
    if spec.counts_from_today:
        draft.facts = {**draft.facts, "today": context.today.isoformat()}
    if spec.live:
        draft.facts = {**draft.facts, **spec.live(context, draft.subject)}
    before, begun, said_on = _state(draft), draft.state.get(SAID_ON), _said_on(context, draft)
    resumed = begun not in (None, said_on) and not spec.counts_from_today
    if resumed and not before.answers:
        # Nothing was answered by what the form said when it was opened: it is as good as opened today.
        anew: Mapping[str, Any] = spec.facts(context, draft.subject) if spec.facts else {}
        today = {"today": said_on} if "today" in draft.facts else {}
        draft.facts, resumed = {**draft.facts, **anew, **today}, False
    printed = draft.facts if spec.counts_from_today else {**draft.facts, SAID_ON: said_on}
    after, effect = step(spec.form, before, event, printed, at)
    if isinstance(effect, Review) and not (spec.reviews or effect.changing):
        before, effect = after, Submit(effect.answers)
    draft.state, draft.touched_at = {**_kept(after), SAID_ON: said_on}, context.now
    context.address.draft_id, context.address.awaiting = draft.id, ""
    context.settles = isinstance(effect, Submit | Discarded)
    if isinstance(effect, Submit):
        review = step(spec.form, before, Open(), draft.facts)[1] if at == REVIEW else None
        context.closing = sent(review) if isinstance(review, Review) else ""
        _submit(context, spec, draft, before, effect)
        return
    if isinstance(effect, Discarded):
        if spec.asks_why and spec.asks_why(context, draft):
            draft.state = {**_kept(before), SAID_ON: said_on}
            return
        put_away(context, draft)
        corrects = draft.subject.startswith(f"{SubjectKind.VISIT}:")
        context.say(Message(CORRECTION_DROPPED if corrects else DROPPED, (HOME,)))
        return
    if spec.watch:
        spec.watch(context, draft, effect)
    said = speak(effect, draft.id, redraw=context.incoming.tapped_message)
    if said is None:
        raise LookupError(f"nothing to say for {effect}")
    if resumed:
        preface = "\n\n".join(part for part in (preface, _resumed(spec.form, draft, said_on)) if part)
    if preface:
        said = replace(said, text=f"{preface}\n\n{said.text}")
    if isinstance(event, Help):
        said = replace(said, text=f"{said.text}\n\nMasih bingung? Telepon {numbers.to_ask(context.city)}.")
    if not said.replaces:
        said = _closing(context, spec.form, draft, before, after, effect, said)
    context.say(said)


def hear(context: Context, draft: Draft) -> None:
    """What was written or sent belongs to the form on the table."""
    incoming = context.incoming
    if incoming.photo:
        event: Event = Said(incoming.photo.reference, "photo")
    elif incoming.place:
        event = Said(f"{incoming.place.latitude:.6f},{incoming.place.longitude:.6f}", "place")
    elif incoming.text is None:
        event = Said("", "other")
    elif (command := words.command(incoming.text)) == "keep" and not _may_come_later(context, draft):
        context.banner = context.specs[draft.form].banner
        keep(context)
        return
    else:
        event = tokens.ACTIONS[command] if command in tokens.ACTIONS else Said(incoming.text)
    take(context, draft, event)


def _may_come_later(context: Context, draft: Draft) -> bool:
    """Whether "nanti" answers the open question: the name of a baby that has none yet."""
    effect = _open_question(context, draft)
    return (
        effect is not None and isinstance(effect.question, CallName) and names.is_not_yet(context.incoming.text or "")
    )


def tapped(context: Context, meant: tokens.Meant) -> None:
    """A button of a form."""
    draft = context.session.get(Draft, meant.draft)
    if draft is None or draft.person_id != context.person.id or draft.form not in context.specs:
        context.say(Message("Laporan itu sudah dikirim atau dibuang, jadi tombolnya tidak berlaku lagi.", (HOME,)))
    elif meant.event is None:
        context.banner = context.specs[draft.form].banner
        keep(context)
    else:
        take(context, draft, meant.event, meant.at)


def keep(context: Context) -> None:
    """Leave the form for later; it stays as it is."""
    context.settles = True
    context.address.draft_id = None
    context.say(Message("Tersimpan. Tulis *lanjut* kapan saja untuk meneruskannya.", (HOME,)))


def title(context: Context, draft: Draft) -> str:
    """The title of the form of this draft."""
    form = context.specs[draft.form].form
    return form.say(form.title, _facts(context, draft))


def current_draft(context: Context) -> Draft | None:
    """The form that what is written now belongs to."""
    if context.address.draft_id is None:
        return None
    draft = context.session.get(Draft, context.address.draft_id)
    return draft if draft and draft.person_id == context.address.person_id else None


def takes(context: Context, draft: Draft, text: str) -> bool:
    """Whether these words are for the form though they are a command too: "menu" in a note, "hamil" tapped.

    They answer the open question, or name an answer of the review.
    """
    effect = _shown(context, draft)
    if isinstance(effect, Review):
        return named(effect, text) is not None
    if not isinstance(effect, Ask) or effect.question.wants is not None:
        return False
    return not effect.question.options(effect.answers) or offers(context, draft, text)


def offers(context: Context, draft: Draft, text: str) -> bool:
    """Whether these words are one of the answers the open question offers."""
    effect = _open_question(context, draft)
    try:
        return effect is not None and bool(pick(text, effect.question.options(effect.answers)))
    except Invalid:
        return False


def wants(context: Context, draft: Draft) -> str | None:
    """What the open question asks for beside words: "photo", "place"; None for words, and where nothing is asked."""
    effect = _open_question(context, draft) if draft.form in context.specs else None
    return effect.question.wants if effect else None


def _open_question(context: Context, draft: Draft) -> Ask | None:
    effect = _shown(context, draft)
    return effect if isinstance(effect, Ask) else None


def _shown(context: Context, draft: Draft) -> Effect:
    """What the form shows as it stands: its open question, or the review."""
    return step(context.specs[draft.form].form, _state(draft), Open(), _facts(context, draft))[1]


def _submit(context: Context, spec: FormSpec, draft: Draft, before: State, effect: Submit) -> None:
    context.worth = LASTING  # what is said now confirms that it was handed in
    try:
        spec.submit(context, effect.answers, draft)
    except Hold as hold:
        draft.state = {**_kept(before), SAID_ON: draft.state[SAID_ON]}
        context.settles, context.worth, context.closing = False, MOMENT, ""
        context.say(hold.message)
        return
    put_away(context, draft)


def put_away(context: Context, draft: Draft) -> None:
    """Delete the draft; nothing that is written next belongs to it."""
    if context.address.draft_id == draft.id:
        context.address.draft_id = None
    context.session.delete(draft)


def _closing(
    context: Context, form: type[Form], draft: Draft, before: State, after: State, effect: object, said: Message
) -> Message:
    """Where the channel can, a question that was answered by a tap is left with its answer and no buttons."""
    if not context.incoming.tapped_message or before.answers == after.answers:
        return said
    changed = [name for name in after.answers if after.answers[name] != before.answers.get(name, MISSING)]
    question: Question[Any] | None = form.question(changed[0]) if changed else None
    answers = effect.answers if isinstance(effect, Ask | Review) else None
    if question is None or answers is None:
        return said
    shown = question.show(after.answers[question.name], answers)
    closing = f"{form.say(question.text, draft.facts)}\n✓ *{shown}*"
    return replace(said, closes=context.incoming.tapped_message, closing=closing)


def _facts(context: Context, draft: Draft) -> dict[str, Any]:
    """The facts of the draft, with those that are looked up anew."""
    live = context.specs[draft.form].live
    from_today = context.specs[draft.form].counts_from_today
    said_on = {SAID_ON: draft.state[SAID_ON]} if SAID_ON in draft.state and not from_today else {}
    return {**draft.facts, **said_on, **(live(context, draft.subject) if live else {})}


def _said_on(context: Context, draft: Draft) -> str:
    """The ISO day from which "hari ini" counts: the one on which this sitting began."""
    rested = context.now - draft.touched_at > SITTING
    return draft.state[SAID_ON] if SAID_ON in draft.state and not rested else context.today.isoformat()


def _resumed(form: type[Form], draft: Draft, said_on: str) -> str:
    """What is said once about a form that is taken up on another day, where it asks for a day at all."""
    if not any(isinstance(question, Day) for question in form.questions):
        return ""
    opened = date.fromisoformat(draft.facts["today"])
    return RESUMED.format(opened=show_day(opened), today=show_day(date.fromisoformat(said_on)))


def _state(draft: Draft) -> State:
    kept = draft.state
    marked = kept.get("marked")
    return State(
        kept.get("answers", {}),
        kept.get("reopened"),
        kept.get("doubted"),
        None if marked is None else tuple(marked),
        kept.get("rest"),
    )


def _kept(state: State) -> dict[str, Any]:
    return {name: value for name, value in asdict(state).items() if value is not None}
