"""Receive one message in one transaction: find out who wrote, and let the first rule that fits answer it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from content.city import City
from db import outbox, people
from db.people import AddressState
from flow.message import Incoming, Message
from handlers.chat.context import Context, NotValid
from handlers.joining import confirming, household, self_join
from handlers.shell import buttons, commands, message_rules
from handlers.shell.form_specs import FORM_SPECS
from programme import identity


def receive(session: Session, incoming: Incoming, now: datetime, city: City) -> None:
    """Handle one message: write all that follows from it and an outbox row for each answer, in this session."""
    if incoming.reachable is not None or incoming.muted is not None:
        _reachable(session, incoming, now, city)
        return
    channel, name = incoming.channel, incoming.address
    address = people.hear(session, channel, name, now, at=incoming.at, aliases=incoming.aliases)
    heard = people.heard_before(address)
    session.flush()
    identity.changed(session, address, incoming.aliases, now, city)
    if incoming.album:
        together = replace(incoming, message_id=f"{name}-album-{incoming.album}")
        answered = outbox.promised(session, [f"reply:{channel}:{together.message_id}:0"], dropped="")
        if answered and not incoming.words:
            return  # what was said of the first picture holds for all that came with it
        incoming = incoming if answered else together
    begin = partial(Context, session, incoming, city.local(now), city, address, FORM_SPECS, commands.menu_of)
    context = begin()
    answer: Callable[[Context], None] = message_rules.handle
    if identity.is_silent(address, heard, now):
        if message_rules.is_of_danger(context):
            address.last_heard_at = heard  # whoever cries for help is asked another time who they are
        else:
            identity.doubt(session, address, now, city)
            answer = confirming.explain if incoming.tap else answer  # a button is of no use to a stranger
    outbox.hasten(session, channel, name, now)
    try:
        with session.begin_nested():
            answer(context)
    except NotValid:
        # The savepoint undid whatever had been written; any other exception is a bug, and goes to the worker.
        refused = begin(settles=context.settles)
        refused.say(Message(buttons.NOT_VALID))
    _forget_beginner(context)
    session.flush()


def _forget_beginner(context: Context) -> None:
    """Delete a person who began to join and has discarded the form."""
    person = context.address.person
    if person is not None and not person.roles:
        household.forget_beginner(context, person)
    if person is not None and self_join.only_began(context, person):
        self_join.forget(context, person)


def _reachable(session: Session, incoming: Incoming, now: datetime, city: City) -> None:
    """Record that the person blocked us, wants no unasked messages, or came back."""
    channel, name = incoming.channel, incoming.address
    address = people.hear(session, channel, name, now, at=incoming.at, aliases=incoming.aliases, wrote=False)
    session.flush()
    identity.changed(session, address, incoming.aliases, now, city, announced=incoming.reachable is True)
    if incoming.muted:
        address.state = AddressState.MUTED
        outbox.mute_address(session, channel, name, "tidak mau pesan yang tidak diminta", now)
    elif incoming.reachable is False:
        address.state = AddressState.BLOCKED
        outbox.stop_address(session, incoming.channel, incoming.address, "diblokir penerima", now)
