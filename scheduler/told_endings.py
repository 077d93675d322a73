"""Ask again after two days whether news of an end is true."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from content.city import City
from db import told_endings as news
from db.told_endings import ToldEnding
from programme import told_endings
from programme.contacts import calm
from scheduler.looks import Write


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Ask again, once, of what nobody has decided for two days; not in the quiet hours."""
    if calm(city, now) > now:
        return
    for told in news.waiting(session, now - told_endings.AGAIN_AFTER):
        if told.asked_again_at is None:
            yield _again(told.id, now, city)


def _again(id: int, now: datetime, city: City) -> Write:
    def write(session: Session) -> None:
        told = session.get(ToldEnding, id)
        if told is not None and told.decided_at is None and told.asked_again_at is None:
            told_endings.ask_again(session, city, told, now)

    return write
