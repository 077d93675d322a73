"""A run from the first day to the audit."""

from __future__ import annotations

import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from sqlite3 import Connection

from sqlalchemy import event

from bench.three_years import audit, calendar_audit, called_audit, cards_audit, life, pace_audit, town
from bench.three_years.ledger import WITA, Ledger
from bench.three_years.world import World
from content import lessons, programme
from content.city import City
from content.templates import Templates
from db import migrate
from db.engine import connect, sessions

FIRST = date(2026, 1, 5)


def run(folder: Path, families: int, days: int, seed: int) -> tuple[World, audit.Book]:
    """Live through the days and read the book of it."""
    engine = connect(f"sqlite:///{folder}/city.sqlite")
    event.listen(engine, "connect", _hurry)
    migrate.upgrade(engine)
    city = City("Kota", WITA, programme.load(), lessons.shipped(), Templates(), folder)
    opened = sessions(engine)
    world = World(opened(), city, Random(seed), Ledger(), FIRST + timedelta(days=days))
    town.found(world, families, datetime.combine(FIRST, time(5), WITA))
    world.session.commit()
    life.live(opened, city, world, FIRST, days, lambda line: print(line, file=sys.stderr, flush=True))
    return world, audit.read(world.session, city.library, world.ledger.failed)


def _hurry(connection: Connection, record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # nobody's data: the disk need not confirm each commit


def examine(world: World, book: audit.Book) -> tuple[list[calendar_audit.Fate], list[audit.Violation]]:
    """How every planned lesson ended, and everything that is wrong."""
    fates, found = calendar_audit.audit(world, book)
    for look in (pace_audit.audit, called_audit.audit, cards_audit.audit):
        found += look(world, book)
    return fates, found
