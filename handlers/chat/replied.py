"""Which of our messages somebody replies to, in the channel's own way of replying."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from db.outbox import Outgoing
from handlers.chat.context import Context


def rows(context: Context) -> Iterator[int]:
    """The ids in the outbox of the message that is replied to, newest first; of a copy also that of the original."""
    incoming = context.incoming
    if incoming.replied_to is None or incoming.tap is not None or incoming.is_heard_only:
        return
    query = select(Outgoing).where(
        Outgoing.provider_id == incoming.replied_to, Outgoing.channel == incoming.channel,
        Outgoing.address.in_((incoming.address, *incoming.aliases)),
    )  # fmt: skip
    for row in context.session.scalars(query.order_by(Outgoing.id.desc())):
        yield row.id
        if row.resend_of is not None:
            yield row.resend_of
