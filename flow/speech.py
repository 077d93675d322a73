"""The message for each effect of a step. Pure; knows no channel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flow import words
from flow.form import MISSING, Form, Question
from flow.message import Message, Option
from flow.questions import Choices, Number, comma
from flow.step import REVIEW, Ask, Effect, Leave, Review
from flow.tokens import token


def speak(effect: Effect, draft: int, redraw: str | None = None) -> Message | None:
    """The message for an effect; None for those that the handlers answer themselves (submitted, discarded).

    ``redraw`` is the message that may be drawn anew in place instead of sending another.
    """
    match effect:
        case Ask():
            return _ask(effect, draft, redraw if effect.redraw else None)
        case Review():
            return _changing(effect, draft) if effect.changing else _review(effect, draft)
        case Leave():
            return _leave(effect, draft)
        case _:
            return None


def _ask(ask: Ask, draft: int, redraw: str | None) -> Message:
    question, answers = ask.question, ask.answers
    if ask.doubt:
        return Message(ask.doubt.question, _doubt_options(ask, draft), _small(ask, draft))
    lines: list[str] = []
    if ask.first:
        lines.append(f"📝 *{answers.say(answers.title, answers.facts)}*\n")
    if ask.problem:
        lines.append(f"{ask.problem}\n")
    lines.append(f"*{answers.say(question.text, answers.facts)}*")
    hint = answers.say(question.hint, answers.facts)
    if hint and hint != ask.problem:
        lines.append(hint)
    if isinstance(question, Choices):
        lines.append(words.SEVERAL)
    if ask.before is not MISSING and ask.before is not None and ask.marked is None:
        lines.append(f"Jawaban tadi: {question.show(ask.before, answers)}")
    return Message(
        "\n".join(lines),
        _options(ask, draft),
        _small(ask, draft),
        wants=question.wants,
        replaces=redraw,
        multi=isinstance(question, Choices),
    )


def _options(ask: Ask, draft: int) -> tuple[Option, ...]:
    question, name = ask.question, ask.question.name
    labels = question.options(ask.answers)
    if not isinstance(question, Choices):
        return tuple(Option(token(draft, name, n), label) for n, label in enumerate(labels.values(), 1))
    marked = ask.marked or ()
    toggles = [
        Option(token(draft, name, n), f"{words.MARKED if key in marked else words.UNMARKED}{label}")
        for n, (key, label) in enumerate(labels.items(), 1)
    ]
    end = Option(token(draft, name, "done"), words.DONE) if marked else Option(token(draft, name, 0), question.none)
    return (*toggles, end)


def _doubt_options(ask: Ask, draft: int) -> tuple[Option, ...]:
    question, name = ask.question, ask.question.name
    options: list[Option] = []
    if ask.doubt and ask.doubt.means is not None:
        meant = ask.doubt.means
        label = words.MEANT.format(value=question.show(meant, ask.answers))
        options.append(Option(token(draft, name, f"={comma(meant)}"), label))
    if not isinstance(question, Number) or question.low <= ask.doubted <= question.high:
        label = words.SURE.format(value=question.show(ask.doubted, ask.answers))
        options.append(Option(token(draft, name, f"={comma(ask.doubted)}"), label))
    return tuple(options)


def _small(ask: Ask, draft: int) -> tuple[Option, ...]:
    """The row of small buttons below a question: back, skip where allowed, cancel, help."""
    name = ask.question.name
    row = [] if ask.first else [Option(token(draft, name, "back"), words.BACK)]
    if ask.question.also:
        other, label = ask.question.also
        own = ask.answers.say(other, ask.answers.facts) if ":" in other else token(draft, name, f"~{other}")
        row.append(Option(own, label))
    if ask.answers.may_send_early():
        row.append(Option(token(draft, name, "now"), words.SEND_NOW))
    if ask.question.optional:
        row.append(Option(token(draft, name, "skip"), words.SKIP))
    row.append(Option(token(draft, name, "cancel"), words.CANCEL))
    row.append(Option(token(draft, name, "help"), words.HELP))
    return tuple(row)


def _review(review: Review, draft: int) -> Message:
    lines = [f"{review.problem}\n"] if review.problem else []
    lines += [f"📋 *{review.answers.say(review.answers.title, review.answers.facts)}*", words.CHECK_FIRST, ""]
    lines += [f"• {_label(question, review.answers)}: *{shown}*" for question, shown in review.rows]
    options = (
        Option(token(draft, REVIEW, "send"), words.SEND),
        Option(token(draft, REVIEW, "change"), words.CHANGE),
        Option(token(draft, REVIEW, "keep"), words.LATER),
    )
    row = (*_offers(review, draft), Option(token(draft, REVIEW, "cancel"), words.CANCEL))
    return Message("\n".join(lines), options, row)


def _offers(review: Review, draft: int) -> list[Option]:
    """The answers that could still be given."""
    return [
        Option(token(draft, REVIEW, f"~{question.name}"), f"{words.ADD}{_label(question, review.answers)}")
        for question in review.offers
    ]


def sent(review: Review) -> str:
    """What a review is left with where a message can be changed after it was sent."""
    return _review(replace(review, problem=""), 0).text.replace(words.CHECK_FIRST, words.SENT, 1)


def _changing(review: Review, draft: int) -> Message:
    options = [
        Option(token(draft, REVIEW, f"~{question.name}"), f"{_label(question, review.answers)}: {shown}")
        for question, shown in review.rows
    ]
    options += _offers(review, draft)
    return Message(words.CHANGE_WHICH, tuple(options), (Option(token(draft, REVIEW, "open"), words.BACK),))


def _leave(leave: Leave, draft: int) -> Message:
    title = leave.answers.say(leave.answers.title, leave.answers.facts)
    return Message(
        words.LEAVE.format(title=f"*{title}*"),
        (
            Option(token(draft, leave.at, "discard"), words.DISCARD),
            Option(token(draft, leave.at, "keep"), words.KEEP),
            Option(token(draft, leave.at, "open"), words.CONTINUE),
        ),
    )


def _label(question: Question[Any], answers: Form) -> str:
    return answers.say(question.label, answers.facts)
