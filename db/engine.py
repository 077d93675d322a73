"""Opening the database: SQLite by default, PostgreSQL beyond one machine."""

from __future__ import annotations

from sqlite3 import Connection as SQLite
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

Sessions = sessionmaker[Session]


def connect(url: str) -> Engine:
    """An engine for the URL. PostgreSQL is spoken through psycopg 3 whatever the URL's driver says."""
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        return create_engine(address.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    engine = create_engine(address, connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def sessions(engine: Engine) -> Sessions:
    """Sessions whose objects stay readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


def _prepare_sqlite(connection: SQLite, record: Any) -> None:
    connection.isolation_level = None  # transactions begin where _begin_sqlite says, not where the driver guesses
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # The one writer takes its place at once: a reader that turns writer half-way would be refused, not made to wait.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
