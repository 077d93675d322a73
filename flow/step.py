"""One pure step through a form: (state, event) -> (state, effect)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flow import words
from flow.form import MISSING, Doubt, Form, Invalid, Question
from flow.questions import Choices, Number
from flow.reading.numbers import Piece, pieces


@dataclass(frozen=True)
class State:
    """The stored state of a draft, all of it JSON. The position is derived, never stored.

    ``reopened`` is the question that Back or Edit opened again; ``doubted`` the value that is being confirmed;
    ``marked`` the answers toggled so far in a question with several. ``rest`` are the numbers that were written
    together with the doubted one, for the questions after it.
    """

    answers: Mapping[str, Any] = field(default_factory=dict[str, Any])
    reopened: str | None = None
    doubted: Any = None
    marked: tuple[str, ...] | None = None
    rest: str | None = None


# --- events -------------------------------------------------------------------


@dataclass(frozen=True)
class Open:
    """Show the open question or the review."""


@dataclass(frozen=True)
class Said:
    """Written words, or a photo ("photo") or a place ("place") by its reference."""

    text: str
    kind: str = "text"


@dataclass(frozen=True)
class Tapped:
    """The n-th option of the open question, from 1; 0 is "none of them"."""

    number: int


@dataclass(frozen=True)
class Done:
    """The answers toggled so far are all: go on."""


@dataclass(frozen=True)
class Edit:
    question: str


@dataclass(frozen=True)
class Back: ...


@dataclass(frozen=True)
class Skip: ...


@dataclass(frozen=True)
class Help: ...


@dataclass(frozen=True)
class Change:
    """Show the list of answers that can be changed."""


@dataclass(frozen=True)
class Cancel:
    """Ask whether the form is to be discarded."""


@dataclass(frozen=True)
class Discard:
    """Discard the form, after Cancel was confirmed."""


@dataclass(frozen=True)
class Confirm: ...


@dataclass(frozen=True)
class SendNow:
    """Submit what is known, where the form may be sent before its end."""


Event = SendNow | Open | Said | Tapped | Done | Edit | Back | Skip | Help | Change | Cancel | Discard | Confirm

# --- effects ------------------------------------------------------------------


@dataclass(frozen=True)
class Ask:
    """Ask a question. ``before`` is its earlier answer; ``marked`` what is toggled; ``redraw`` in place if possible."""

    question: Question[Any]
    answers: Form
    before: Any = MISSING
    problem: str = ""
    doubt: Doubt | None = None
    doubted: Any = None
    marked: tuple[str, ...] | None = None
    first: bool = False
    redraw: bool = False


@dataclass(frozen=True)
class Review:
    """Show all answers: rows of (question, words), what could still be added, and a problem to mention."""

    answers: Form
    rows: tuple[tuple[Question[Any], str], ...]
    offers: tuple[Question[Any], ...]
    problem: str = ""
    changing: bool = False


@dataclass(frozen=True)
class Leave:
    """Ask whether to discard the form. ``at`` is the question that was open, or REVIEW."""

    answers: Form
    at: str


@dataclass(frozen=True)
class Submit:
    answers: Form


@dataclass(frozen=True)
class Discarded: ...


Effect = Ask | Review | Leave | Submit | Discarded


REVIEW = "."  # in place of a question's name: the button belongs to the review


def step(
    form: type[Form], state: State, event: Event, facts: Mapping[str, Any], at: str | None = None
) -> tuple[State, Effect]:
    """The next state and the effect of one event. Total: any event in any state gives exactly one effect. Pure.

    ``at`` names the question (or REVIEW) under which a tapped button stood, so that a stale tap changes nothing.
    """
    answers, path = form.walk(state.answers, facts, state.reopened)
    current = _open_question(answers, path, state.reopened)
    if at is not None and at != (current.name if current else REVIEW):
        return _show(form, state, facts, words.OLD_BUTTON)
    match event:
        case Discard():
            return State(), Discarded()
        case Cancel():
            return state, Leave(answers, current.name if current else REVIEW)
        case Confirm() if current is None:
            return State(), Submit(answers)
        case SendNow() if current is None or answers.may_send_early():
            return State(), Submit(answers)
        case Change() if current is None:
            return _show(form, state, facts, changing=True)
        case Edit(name) if name in answers.values or name in {q.name for q in form.offers(answers)}:
            return _show(form, State(state.answers, reopened=name), facts)
        case Back() if path:
            place = path.index(current) if current else len(path)
            asked = [q for q in path[:place] if q.default is None and not q.offered]
            return _show(form, State(state.answers, reopened=(asked or path)[-1 if asked else 0].name), facts)
        case Skip() if current and current.optional:
            return _answered(form, state, facts, current, None)
        case Skip() if current:
            return _show(form, state, facts, words.REQUIRED)
        case Help() if current:
            told = form.say(current.help or current.hint, facts) or words.NO_MORE_HELP
            return _show(form, state, facts, told)
        case Tapped(number) if current:
            return _tapped(form, state, facts, answers, current, number)
        case Said(text, "text") if isinstance(current, Choices) and state.marked and _says_done(text):
            return _answered(form, state, facts, current, _ordered(_marks(state, answers, current), answers, current))
        case Done() if isinstance(current, Choices):
            return _answered(form, state, facts, current, _ordered(_marks(state, answers, current), answers, current))
        case Said(text, "text") if isinstance(current, Number) and (
            several := _several(form, state, facts, answers, current, text)
        ):
            return several
        case Change() if current:
            return _show(form, state, facts, words.NO_MORE_HELP)
        case Said(text, kind) if current:
            return _said(form, state, facts, answers, current, text, kind)
        case Said(text, "text"):
            return _named(form, state, facts, text)
        case _:
            return _show(form, state, facts)


def named(review: Review, text: str) -> str | None:
    """The question whose answer these words name in a review: "catatan", "ubah tanggal"; None where they name none."""
    said = words.normal(text)
    for before in words.CHANGING:
        said = said.removeprefix(before)
    questions = (*(question for question, _ in review.rows), *review.offers)
    labels = {words.normal(review.answers.say(one.label, review.answers.facts)): one.name for one in questions}
    return labels.get(said) if said else None


def _named(form: type[Form], state: State, facts: Mapping[str, Any], text: str) -> tuple[State, Effect]:
    """Open the question that is named, or show the review again and say what can be done."""
    shown, review = _show(form, state, facts, words.NOT_IN_REVIEW)
    name = named(review, text) if isinstance(review, Review) else None
    return _show(form, State(state.answers, reopened=name), facts) if name else (shown, review)


def _said(
    form: type[Form],
    state: State,
    facts: Mapping[str, Any],
    answers: Form,
    current: Question[Any],
    text: str,
    kind: str,
) -> tuple[State, Effect]:
    try:
        kept = current.read(text, answers) if kind == "text" else current.read_file(kind, text)
        sure = state.doubted is not None and kept == state.doubted
        if not sure and (doubt := current.doubt(kept, answers)):
            asked = Ask(current, answers, answers.values.get(current.name, MISSING), doubt=doubt, doubted=kept)
            return State(state.answers, state.reopened, doubted=kept, rest=state.rest), asked
        if isinstance(current, Number):
            current.check(kept)
    except Invalid as problem:
        return _show(form, state, facts, str(problem))
    after, effect = _answered(form, state, facts, current, kept)
    if state.rest and isinstance(effect, Ask) and isinstance(effect.question, Number):
        written = pieces(state.rest, _labels(form))
        return _numbers(form, after, facts, effect.answers, effect.question, written) or (after, effect)
    return after, effect


def _several(
    form: type[Form], state: State, facts: Mapping[str, Any], answers: Form, current: Number, text: str
) -> tuple[State, Effect] | None:
    """The result of numbers for this question and the next ones in one message: "8,4 75,5", "BB 8,4 TB 75,5".

    None where the text is one answer, or where one of the numbers does not fit a question for a number.
    """
    written = pieces(text, _labels(form))
    if not written or (len(written) == 1 and not written[0].label):
        return None
    try:
        current.read(text, answers)
    except Invalid:
        return _numbers(form, State(state.answers, state.reopened, state.doubted), facts, answers, current, written)
    return None  # "8 kg 400 gram" is one number


def _numbers(
    form: type[Form],
    state: State,
    facts: Mapping[str, Any],
    answers: Form,
    current: Number,
    written: Sequence[Piece],
) -> tuple[State, Effect] | None:
    """Answer this question and the next ones, all or none. A doubted number is asked about, and the others wait."""
    place = next((n for n, one in enumerate(written) if one.label in current.labels), 0)
    here, rest = written[place], (*written[:place], *written[place + 1 :])
    if here.label and here.label not in current.labels:
        return None
    try:
        kept = current.read(here.text, answers)
        doubt = current.doubt(kept, answers) if kept != state.doubted else None
        if not rest:
            return _said(form, state, facts, answers, current, here.text, "text")
        if not doubt:
            current.check(kept)
    except Invalid:
        return None
    after, effect = _answered(form, state, facts, current, kept)
    if not isinstance(effect, Ask) or not isinstance(effect.question, Number):
        return None
    then = _numbers(form, after, facts, effect.answers, effect.question, rest)
    if then is None or not doubt:
        return then
    if _are_swapped(form, state, facts, answers, current, written):
        return _show(form, state, facts, words.swapped(f"{written[1].text} {written[0].text}"))
    asked = Ask(current, answers, answers.values.get(current.name, MISSING), doubt=doubt, doubted=kept)
    waiting = " ".join(f"{one.label} {one.text}".strip() for one in rest)
    return State(state.answers, state.reopened, doubted=kept, rest=waiting), asked


def _are_swapped(
    form: type[Form],
    state: State,
    facts: Mapping[str, Any],
    answers: Form,
    current: Number,
    written: Sequence[Piece],
) -> bool:
    """Whether two numbers without labels raise no doubt when they are read in the other order."""
    if len(written) != 2 or any(one.label for one in written):
        return False
    first, second = (one.text for one in reversed(written))
    kept = current.read(first, answers)
    _, effect = _answered(form, state, facts, current, kept)
    if current.doubt(kept, answers) or not isinstance(effect, Ask) or not isinstance(effect.question, Number):
        return False
    return effect.question.doubt(effect.question.read(second, effect.answers), effect.answers) is None


def _labels(form: type[Form]) -> list[str]:
    return [label for question in form.questions if isinstance(question, Number) for label in question.labels]


def _tapped(
    form: type[Form], state: State, facts: Mapping[str, Any], answers: Form, current: Question[Any], number: int
) -> tuple[State, Effect]:
    keys = list(current.options(answers))
    if isinstance(current, Choices):
        if number == 0:
            return _answered(form, state, facts, current, [])
        if 1 <= number <= len(keys):
            marks = _ordered(_marks(state, answers, current) ^ {keys[number - 1]}, answers, current)
            state = State(state.answers, state.reopened, marked=tuple(marks))
            return _show(form, state, facts, redraw=True)
    elif 1 <= number <= len(keys):
        return _said(form, state, facts, answers, current, str(number), "text")
    return _show(form, state, facts, words.OLD_BUTTON)


def _says_done(text: str) -> bool:
    """Whether this is the button's word, written: with answers ticked it means them, and not "none"."""
    return words.normal(text) == words.normal(words.DONE)


def _marks(state: State, answers: Form, current: Question[Any]) -> set[str]:
    """The toggled answers: those marked so far, else the question's earlier answer."""
    marks = list(state.marked) if state.marked is not None else answers.values.get(current.name) or ()
    return set(current.renewed(marks, answers))


def _ordered(marks: set[str], answers: Form, current: Choices) -> list[str]:
    """The marks in the order of the options; at the end those that are valid here but not offered any more."""
    offered = current.options(answers)
    others = [key for key in sorted(marks) if key not in offered and current.fits([key], answers)]
    return [*(key for key in offered if key in marks), *others]


def _answered(
    form: type[Form], state: State, facts: Mapping[str, Any], question: Question[Any], kept: Any
) -> tuple[State, Effect]:
    return _show(form, State({**state.answers, question.name: kept}), facts)


def _show(
    form: type[Form],
    state: State,
    facts: Mapping[str, Any],
    problem: str = "",
    *,
    redraw: bool = False,
    changing: bool = False,
) -> tuple[State, Effect]:
    """The effect that asks the open question, or shows the review when none is open."""
    answers, path = form.walk(state.answers, facts, state.reopened)
    if question := _open_question(answers, path, state.reopened):
        before = answers.values.get(question.name, MISSING)
        first = not state.answers and question is next(q for q in path if q.default is None)
        marked = state.marked
        if marked is None and isinstance(question, Choices):
            marked = tuple(_marks(state, answers, question))
        return state, Ask(question, answers, before, problem, marked=marked, first=first, redraw=redraw)
    rows = tuple((q, q.show(answers.values[q.name], answers)) for q in path)
    return State(state.answers), Review(answers, rows, tuple(form.offers(answers)), problem, changing)


def _open_question(answers: Form, path: list[Question[Any]], reopened: str | None) -> Question[Any] | None:
    """The reopened question if it is on the path, else the first unanswered one."""
    for question in path:
        if question.name == reopened:
            return question
    return next((q for q in path if q.name not in answers.values), None)
