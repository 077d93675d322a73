"""Behind the digest: its details, its workbook, and what is said above the answer to a button of an older one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from db import digests
from db.outbox import Kind, Outgoing
from db.people import Person
from db.roles import Role
from db.subjects import subject
from flow.message import Message
from flow.reading.dates import DAYS
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.chat.names import short_day
from reports.digest import details, digest, kinds
from reports.digest import message as digest_message
from reports.digest.message import MORE
from reports.digest.model import Digest

OPENS = ("menu", "digest")  # the first words of the buttons that show something now
LAST = 7  # older digests are not looked for
A_LOT = 3  # more or fewer of one kind is much, and so is any danger


def show(context: Context, page: int = 0) -> None:
    """Answer with a page of everything that the message had no room for."""
    if counted := _counted(context):
        context.say(details.message(counted, page, context.city))


def send_file(context: Context) -> None:
    """Answer with the workbook of the numbers as they are now."""
    if counted := _counted(context):
        key = f"reply:{context.incoming.channel}:{context.incoming.message_id}"
        context.say(digest_message.file(counted, key, context.city))


def _counted(context: Context) -> Digest | None:
    counted = digest.digest(context.session, context.person, context.now, context.city)
    if counted is None:
        context.say(Message(f"Belum ada wilayah atau kantor atas nama {context.you}.", (HOME,)))
    else:
        context.note("digest.view", subject(context.person))
    return counted


def mark_older(context: Context, token: str) -> None:
    """Where a button of an older digest was tapped and much has changed since, say so above the answer."""
    person = context.address.person
    if token.partition(":")[0] not in OPENS or person is None or not person.has(Role.COORDINATOR):
        return
    if (said_on := _tapped_on(context, person)) is None:
        return
    chosen = digests.known(context.session, [person.id]).get(person.id)
    known = chosen.told if chosen is not None and chosen.told_on == said_on else None
    if known:
        now = digest.digest(context.session, person, context.now, context.city, whole=False)
        if now is not None and not _differs(known, kinds.counts(now)):
            return
    day = DAYS[said_on.weekday()] if (context.today - said_on).days < len(DAYS) else short_day(said_on)
    context.banner = f"Ini keadaan sekarang, bukan lagi yang di ringkasan {day}."


def _tapped_on(context: Context, person: Person) -> date | None:
    """The day of the digest whose button was tapped, where that is not today's; None for any other message.

    One that was asked for is an answer, and so is one that an approved template announced, in the same words.
    """
    incoming = context.incoming
    if incoming.tapped_message is None:
        return None
    tapped = context.session.scalars(
        select(Outgoing).where(
            Outgoing.provider_id == incoming.tapped_message, Outgoing.provider_id != "",
            Outgoing.channel == incoming.channel, Outgoing.address == incoming.address,
            Outgoing.kind.in_((Kind.DIGEST, Kind.REPLY)),
        )
    ).first()  # fmt: skip
    if tapped is None or MORE.token not in (token for token, *_ in tapped.message.get("options", ())):
        return None
    said = tapped
    if tapped.kind == Kind.REPLY:
        recent = select(Outgoing).where(Outgoing.person_id == person.id, Outgoing.kind == Kind.DIGEST)
        for row in context.session.scalars(recent.order_by(Outgoing.id.desc()).limit(LAST)):
            if row.message["text"] == tapped.message["text"]:
                said = row
    on = context.city.today(said.created_at)
    return on if on < context.today else None


def _differs(before: Sequence[int], now: Sequence[int]) -> bool:
    """Whether there is more or less danger, or much more or less of another kind."""
    danger, *rest = zip(before, now, strict=False)
    return danger[0] != danger[1] or any(abs(one - other) >= A_LOT for one, other in rest)
