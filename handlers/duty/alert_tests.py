"""The tap that a test alert has come."""

from __future__ import annotations

from db.duty import AlertTest
from db.subjects import subject
from flow.message import Message
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME


def received(context: Context, test_id: int) -> None:
    """Note that the test alert came."""
    test = context.session.get_one(AlertTest, test_id)
    test.answered_at = test.answered_at or context.now
    context.note("alert_test.answer", subject(context.person))
    context.worth = LASTING
    context.say(Message("Terima kasih. Kabar bahaya sampai ke HP ini.", (HOME,)))
