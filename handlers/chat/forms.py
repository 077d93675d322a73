"""Filling any form in chat: opening a form, taking a step, changing one's mind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from db import drafts
from db.drafts import Draft
from flow import tokens, words
from flow.form import MISSING, Form, Invalid, Question
from flow.message import Message, Option
from flow.questions import pick
from flow.speech import speak
from flow.step import Ask, Discarded, Event, Help, Open, Review, Said, State, Submit, step
from handlers.chat.context import LASTING, MOMENT, Context, FormSpec, NotValid
from programme import numbers

EDITION = "edition"  # the fact under which a draft keeps which form it was opened with
HOME = Option("menu:home", "Menu utama")
NOT_YOURS = (
    "Terima kasih sudah mengisi. Tugas ini sekarang tidak ada lagi dalam daftar Bapak/Ibu, "
    "jadi isian ini tidak terkirim dan tidak kami simpan.\n\n"
    "Ada yang gawat? Jangan menunggu: antar ke puskesmas atau rumah sakit. Merasa ini keliru? Hubungi {contact}."
)
STILL_HERE = "Laporan ini masih tersimpan. Kita lanjutkan, ya."


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
) -> None:
    """Put a form on the table: the draft of this subject if there is one, otherwise a new one.

    ``preface`` stands above its first question. Raises NotValid where this person may not fill it in.
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
    still = STILL_HERE if resumed and answers is None else ""
    take(context, draft, Open(), preface="\n\n".join(part for part in (preface, still) if part))


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
        context.say(Message(NOT_YOURS.format(contact=context.city.programme.privacy.contact), (HOME,)))
        return
    context.banner = spec.banner
    if spec.facts and draft.facts.get(EDITION) != spec.edition:
        draft.facts = {**spec.facts(context, draft.subject), **draft.facts, EDITION: spec.edition}
    if spec.counts_from_today:
        draft.facts = {**draft.facts, "today": context.today.isoformat()}
    if spec.live:
        draft.facts = {**draft.facts, **spec.live(context, draft.subject)}
    before = _state(draft)
    after, effect = step(spec.form, before, event, draft.facts, at)
    draft.state, draft.touched_at = _kept(after), context.now
    context.address.draft_id, context.address.awaiting = draft.id, ""
    context.settles = isinstance(effect, Submit | Discarded)
    if isinstance(effect, Submit):
        _submit(context, spec, draft, before, effect)
        return
    if isinstance(effect, Discarded):
        if spec.asks_why and spec.asks_why(context, draft):
            draft.state = _kept(before)
            return
        put_away(context, draft)
        context.say(Message("Baik, laporan itu dibuang. Tidak ada yang terkirim.", (HOME,)))
        return
    if spec.watch:
        spec.watch(context, draft, effect)
    said = speak(effect, draft.id, redraw=context.incoming.tapped_message)
    if said is None:
        raise LookupError(f"nothing to say for {effect}")
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
    elif (command := words.command(incoming.text)) == "keep":
        context.banner = context.specs[draft.form].banner
        keep(context)
        return
    else:
        event = tokens.ACTIONS[command] if command else Said(incoming.text)
    take(context, draft, event)


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
    context.say(Message("Tersimpan. Ketik *lanjut* kapan saja untuk meneruskannya.", (HOME,)))


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
    """Whether these words answer the open question, though they are a command too: "menu" in a note, "hamil" tapped."""
    effect = _open_question(context, draft)
    if effect is None or effect.question.wants is not None:
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
    _, effect = step(context.specs[draft.form].form, _state(draft), Open(), _facts(context, draft))
    return effect if isinstance(effect, Ask) else None


def _submit(context: Context, spec: FormSpec, draft: Draft, before: State, effect: Submit) -> None:
    context.worth = LASTING  # what is said now confirms that it was handed in
    try:
        spec.submit(context, effect.answers, draft)
    except Hold as hold:
        draft.state, context.settles, context.worth = _kept(before), False, MOMENT
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
    return {**draft.facts, **(live(context, draft.subject) if live else {})}


def _state(draft: Draft) -> State:
    kept = draft.state
    marked = kept.get("marked")
    return State(
        kept.get("answers", {}), kept.get("reopened"), kept.get("doubted"), None if marked is None else tuple(marked)
    )


def _kept(state: State) -> dict[str, Any]:
    return {name: value for name, value in asdict(state).items() if value is not None}
