"""The buttons under an import: store it, let it be, agree as the second person, take it back."""

from __future__ import annotations

from db import workbook_imports
from db.outbox import Kind
from db.workbook_imports import ImportState, WorkbookImport
from flow.message import Message
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.workbook import import_steps, words
from reports.workbook.answers import Answer


def save(context: Context, import_id: int) -> None:
    """The sender has seen what would change, and wants it."""
    if one := _in(context, import_id, ImportState.SHOWN):
        _answer(context, *import_steps.save(context.session, one, context.now, context.city))


def answer(context: Context, import_id: int, number: int, said: str) -> None:
    """The sender says what a new foster parent is to the one whom the child has; the ``number``-th answer."""
    _reply(context, import_id, number, Answer(said), to_all=False)


def answer_all(context: Context, import_id: int, number: int) -> None:
    """All who are new take the place of the old ones."""
    _reply(context, import_id, number, Answer.SUCCESSOR, to_all=True)


def _reply(context: Context, import_id: int, number: int, said: Answer, *, to_all: bool) -> None:
    one = _in(context, import_id, ImportState.SHOWN)
    if one is None:
        return
    if number != len(one.answers) or one.shown:
        context.say(Message(words.DECIDED, (HOME,)))
        return
    _answer(context, *import_steps.reply(context.session, one, said, context.now, context.city, to_all=to_all))


def drop(context: Context, import_id: int) -> None:
    """The sender does not want it."""
    if one := _in(context, import_id, ImportState.SHOWN):
        one.state, one.rows = ImportState.DROPPED, []
        context.note("workbook.drop", import_steps.about(one))
        context.say(Message(words.DROPPED, (HOME,)))


def agree(context: Context, import_id: int) -> None:
    """The second person agrees."""
    if one := _in(context, import_id, ImportState.ASKED):
        _answer(context, import_steps.agree(context.session, one, context.person, context.now, context.city))


def refuse(context: Context, import_id: int) -> None:
    """The second person does not."""
    if one := _in(context, import_id, ImportState.ASKED):
        _answer(context, import_steps.refuse(context.session, one, context.person, context.now))


def ask_undo(context: Context, import_id: int) -> None:
    """Say what taking it back means, and ask."""
    if one := _undoable(context, import_id):
        done_at = context.city.local(one.done_at or context.now)
        context.say(words.ask_undo(one, f"{done_at:%d/%m %H.%M}"))


def undo(context: Context, import_id: int) -> None:
    """Take it back, as far as nobody has built on it."""
    one = _undoable(context, import_id)
    if one is None:
        return
    context.worth = LASTING
    if len(workbook_imports.rows_of(context.session, one.id)) > import_steps.AT_ONCE:
        one.state, one.taken_at, one.attempts = ImportState.UNDOING, None, 0
        one.undone_by = context.person.id
        context.say(Message(words.GOING_BACK))
        return
    context.say(import_steps.undo(context.session, one, context.person, context.now, context.city))


def _undoable(context: Context, import_id: int) -> WorkbookImport | None:
    one = _in(context, import_id, ImportState.DONE)
    if one is not None and (one.done_at is None or context.now - one.done_at > import_steps.UNDO_WITHIN):
        context.say(Message(words.TOO_LATE, (HOME,)))
        return None
    return one


def _in(context: Context, import_id: int, state: ImportState) -> WorkbookImport | None:
    """The import, where it still waits for this decision. Locked: two taps at once decide it once."""
    one = context.session.get_one(WorkbookImport, import_id, with_for_update=True)
    if one.state != state:
        context.say(Message(words.DECIDED, (HOME,)))
        return None
    return one


def _answer(context: Context, *messages: Message) -> None:
    context.worth, context.kind = LASTING, Kind.WORKBOOK
    for message in messages:
        context.say(message)
