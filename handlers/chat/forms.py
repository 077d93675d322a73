"""Filling any form in chat: opening a sheet, taking a step, changing one's mind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from db import drafts
from db.drafts import Draft
from flow import tokens, words
from flow.form import MISSING, Form, Invalid, Question
from flow.message import Message, Option
from flow.questions import pick
from flow.speech import speak
from flow.step import Ask, Discarded, Event, Open, Review, Said, State, Submit, step
from handlers.chat.context import LASTING, MOMENT, Desk, NotValid

EDITION = "edition"  # the fact under which a draft keeps which form it was opened with
HOME = Option("menu:home", "Menu utama")
NOT_YOURS = (
    "Terima kasih sudah mengisi. Tugas ini sekarang tidak ada lagi dalam daftar Bapak/Ibu, "
    "jadi isian ini tidak terkirim dan tidak kami simpan.\n\n"
    "Ada yang gawat? Jangan menunggu: antar ke puskesmas atau rumah sakit. Merasa ini keliru? Hubungi {contact}."
)
STILL_HERE = "Laporan ini masih tersimpan. Kita lanjutkan, ya."


@dataclass(frozen=True)
class Paper:
    """A form in the menu: its class, who may fill it in, and what happens when it is handed in.

    ``may(desk, subject)`` is asked when it is opened, at every step, and when it is handed in: a child may have gone to
    another ASN meanwhile. ``submit(desk, sheet, draft)`` may refuse by raising Hold, with what to say instead; the
    draft then stays.
    ``facts(desk, subject)`` prints the sheet anew when the form has changed under an open draft. ``counts_from_today``:
    "hari ini" and weeks are those of the day on which it is answered, not of the day on which it was opened.
    """

    form: type[Form]
    submit: Callable[[Desk, Any, Draft], None]
    may: Callable[[Desk, str], bool]
    facts: Callable[[Desk, str], Mapping[str, Any]] | None = None
    counts_from_today: bool = False

    @property
    def edition(self) -> str:
        """What the draft remembers of the form it was opened with."""
        return ",".join(question.name for question in self.form.questions)


class Hold(Exception):
    """Not handed in yet: a message has to be answered first."""

    def __init__(self, message: Message):
        super().__init__(message.text)
        self.message = message


Papers = Mapping[str, Paper]


def open_sheet(
    desk: Desk,
    papers: Papers,
    form: str,
    subject: str,
    facts: Mapping[str, Any],
    answers: Mapping[str, Any] | None = None,
) -> None:
    """Put a sheet on the table: the draft of this subject if there is one, otherwise a new one.

    Raises NotValid where this person may not fill it in.
    """
    if not papers[form].may(desk, subject):
        raise NotValid(subject)
    draft = drafts.about(desk.session, desk.person.id, form, subject)
    resumed = draft is not None and bool(draft.state.get("answers"))
    if draft is None:
        # A sheet that is corrected remembers the form it was filled in with, not today's.
        printed = dict(facts) if answers is not None else {**facts, EDITION: papers[form].edition}
        draft = Draft(
            person_id=desk.person.id, form=form, subject=subject, facts=printed,
            state=_kept(State(dict(answers or {}))), opened_at=desk.now, touched_at=desk.now,
        )  # fmt: skip
        desk.session.add(draft)
        desk.session.flush()
    take(desk, papers, draft, Open(), preface=STILL_HERE if resumed and answers is None else "")


def take(desk: Desk, papers: Papers, draft: Draft, event: Event, at: str | None = None, *, preface: str = "") -> None:
    """One step of a sheet, and what it says, in one message.

    A sheet that is not this person's to fill in any more is put away, and nothing of it is shown or kept.
    """
    paper = papers[draft.form]
    if not paper.may(desk, draft.subject):
        desk.settles = True
        _put_away(desk, draft)
        desk.say(Message(NOT_YOURS.format(contact=desk.city.programme.privacy.contact), (HOME,)))
        return
    if paper.facts and draft.facts.get(EDITION) != paper.edition:
        draft.facts = {**paper.facts(desk, draft.subject), **draft.facts, EDITION: paper.edition}
    if paper.counts_from_today:
        draft.facts = {**draft.facts, "today": desk.today.isoformat()}
    before = _state(draft)
    after, effect = step(paper.form, before, event, draft.facts, at)
    draft.state, draft.touched_at = _kept(after), desk.now
    desk.address.draft_id, desk.address.awaiting = draft.id, ""
    desk.settles = isinstance(effect, Submit | Discarded)
    if isinstance(effect, Submit):
        _submit(desk, paper, draft, before, effect)
        return
    if isinstance(effect, Discarded):
        _put_away(desk, draft)
        desk.say(Message("Baik, laporan itu dibuang. Tidak ada yang terkirim.", (HOME,)))
        return
    said = speak(effect, draft.id, redraw=desk.incoming.tapped_message)
    if said is None:
        raise LookupError(f"nothing to say for {effect}")
    if preface:
        said = replace(said, text=f"{preface}\n\n{said.text}")
    if not said.replaces:
        said = _closing(desk, paper.form, draft, before, after, effect, said)
    desk.say(said)


def hear(desk: Desk, papers: Papers, draft: Draft) -> None:
    """What was written or sent belongs to the sheet on the table."""
    incoming = desk.incoming
    if incoming.photo:
        event: Event = Said(incoming.photo.reference, "photo")
    elif incoming.place:
        event = Said(f"{incoming.place.latitude:.6f},{incoming.place.longitude:.6f}", "place")
    elif incoming.text is None:
        event = Said("", "other")
    elif (command := words.command(incoming.text)) == "keep":
        keep(desk)
        return
    else:
        event = tokens.ACTIONS[command] if command else Said(incoming.text)
    take(desk, papers, draft, event)


def tapped(desk: Desk, papers: Papers, meant: tokens.Meant) -> None:
    """A button of a form."""
    draft = desk.session.get(Draft, meant.draft)
    if draft is None or draft.person_id != desk.person.id or draft.form not in papers:
        desk.say(Message("Laporan itu sudah dikirim atau dibuang, jadi tombolnya tidak berlaku lagi.", (HOME,)))
    elif meant.event is None:
        keep(desk)
    else:
        take(desk, papers, draft, meant.event, meant.at)


def keep(desk: Desk) -> None:
    """Leave the sheet for later; it stays as it is."""
    desk.settles = True
    desk.address.draft_id = None
    desk.say(Message("Tersimpan. Ketik *lanjut* kapan saja untuk meneruskannya.", (HOME,)))


def on_table(desk: Desk) -> Draft | None:
    """The sheet that what is written now belongs to."""
    if desk.address.draft_id is None:
        return None
    draft = desk.session.get(Draft, desk.address.draft_id)
    return draft if draft and draft.person_id == desk.address.person_id else None


def takes(papers: Papers, draft: Draft, text: str) -> bool:
    """Whether these words answer the open question, though they are a command too: "menu" in a note, "hamil" tapped."""
    effect = _open_question(papers, draft)
    if effect is None or effect.question.wants is not None:
        return False
    return not effect.question.options(effect.sheet) or offers(papers, draft, text)


def offers(papers: Papers, draft: Draft, text: str) -> bool:
    """Whether these words are one of the answers the open question offers."""
    effect = _open_question(papers, draft)
    try:
        return effect is not None and bool(pick(text, effect.question.options(effect.sheet)))
    except Invalid:
        return False


def _open_question(papers: Papers, draft: Draft) -> Ask | None:
    _, effect = step(papers[draft.form].form, _state(draft), Open(), draft.facts)
    return effect if isinstance(effect, Ask) else None


def _submit(desk: Desk, paper: Paper, draft: Draft, before: State, effect: Submit) -> None:
    desk.worth = LASTING  # what is said now confirms that it was handed in
    try:
        paper.submit(desk, effect.sheet, draft)
    except Hold as hold:
        draft.state, desk.settles, desk.worth = _kept(before), False, MOMENT
        desk.say(hold.message)
        return
    _put_away(desk, draft)


def _put_away(desk: Desk, draft: Draft) -> None:
    if desk.address.draft_id == draft.id:
        desk.address.draft_id = None
    desk.session.delete(draft)


def _closing(
    desk: Desk, form: type[Form], draft: Draft, before: State, after: State, effect: object, said: Message
) -> Message:
    """Where the channel can, a question that was answered by a tap is left with its answer and no buttons."""
    if not desk.incoming.tapped_message or before.answers == after.answers:
        return said
    changed = [name for name in after.answers if after.answers[name] != before.answers.get(name, MISSING)]
    question: Question[Any] | None = form.question(changed[0]) if changed else None
    sheet = effect.sheet if isinstance(effect, Ask | Review) else None
    if question is None or sheet is None:
        return said
    shown = question.show(after.answers[question.name], sheet)
    closing = f"{form.say(question.text, draft.facts)}\n✓ *{shown}*"
    return replace(said, closes=desk.incoming.tapped_message, closing=closing)


def _state(draft: Draft) -> State:
    kept = draft.state
    marked = kept.get("marked")
    return State(
        kept.get("answers", {}), kept.get("reopened"), kept.get("doubted"), None if marked is None else tuple(marked)
    )


def _kept(state: State) -> dict[str, Any]:
    return {name: value for name, value in asdict(state).items() if value is not None}
