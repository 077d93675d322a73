"""Announcements in tests: Bu Tuti coordinates Dinas Kominfo and invites its ASN to a meeting."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db.broadcasts import Broadcast
from db.outbox import Kind, Outgoing
from db.people import Person
from tests import people
from tests.chat import Chat, chat_with
from tests.people import NOW

MEETING = ("Pertemuan Maret", "12/3", "9", "Aula Kominfo", "Bu Tuti")


def city(**rules: Any) -> City:
    """Kendari with other limits of announcements, or prices of WhatsApp."""
    known = people.city()
    prices = {name: rules.pop(name) for name in list(rules) if name.startswith("price")}
    programme = replace(
        known.programme,
        broadcasts=replace(known.programme.broadcasts, **rules),
        whatsapp=replace(known.programme.whatsapp, **prices),
    )
    return replace(known, programme=programme)


def office(session: Session, *names: str, **more: Any) -> list[Person]:
    """These ASN of Dinas Kominfo."""
    return [people.asn(session, name, **more) for name in names]


def tuti(session: Session, of: City | None = None, now: Any = NOW) -> Chat:
    """Bu Tuti coordinates Dinas Kominfo."""
    who = people.coordinator(session, "Tuti", "opd", people.office(session).id, sex="P")
    return chat_with(session, who, now, of)


def invites(chat: Chat, *answers: str) -> str:
    """Fill in the invitation to a meeting; returns what is said last."""
    chat.tap_token("announce:new:pertemuan")
    return chat.fill(*answers, *MEETING)


def announcements(session: Session) -> list[Outgoing]:
    query = select(Outgoing).where(Outgoing.kind == Kind.ANNOUNCEMENT).order_by(Outgoing.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def newest(session: Session) -> Broadcast:
    return session.scalars(select(Broadcast).order_by(Broadcast.id.desc())).first() or pytest.fail("none")
