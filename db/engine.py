"""Open the database (SQLite or PostgreSQL), with sessions for writing and for reading only."""

from __future__ import annotations

from collections.abc import Mapping
from sqlite3 import Connection as SQLite
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

# One snapshot from the first statement to the last, on both databases; PostgreSQL itself refuses to write in it.
_READING: Mapping[str, Any] = {"read_only": True}
_READING_POSTGRESQL = {**_READING, "postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}


class Sessions(sessionmaker[Session]):
    """Opens sessions whose objects stay readable after the commit.

    ``sessions()`` and ``sessions.begin()`` may write. ``sessions.reading()`` waits for no writer and blocks none; until
    it ends it sees the database as of its first statement, and a write through it raises DBAPIError.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.reading = sessionmaker(reading(engine), expire_on_commit=False)


def connect(url: str) -> Engine:
    """An engine for the URL. PostgreSQL uses psycopg 3, whatever driver the URL names."""
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        return create_engine(address.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    engine = create_engine(address, connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def sessions(engine: Engine) -> Sessions:
    """Sessions of this database, for writing and for reading."""
    return Sessions(engine)


def reading(engine: Engine) -> Engine:
    """The same database and the same pool, for transactions that only read."""
    options = _READING_POSTGRESQL if engine.dialect.name == "postgresql" else _READING
    return engine.execution_options(**options)


def _prepare_sqlite(connection: SQLite, record: Any) -> None:
    connection.isolation_level = None  # transactions begin where _begin_sqlite says, not where the driver guesses
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reads = bool(connection.get_execution_options().get("read_only"))
    driver = connection.connection.driver_connection
    if driver is not None:  # only while the connection is being closed
        driver.execute(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
    # Take the write lock at once: a transaction that reads first and then writes would be refused instead of waiting.
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
