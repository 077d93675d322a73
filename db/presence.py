"""Which processes are alive, on PostgreSQL: each holds an advisory lock, which ends with its connection."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from contextlib import suppress

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

LOCKS = 4671003  # the class id of our advisory locks
MOST = 2**31 - 1
# A machine that lost power closes no connection: the server probes after five seconds, and three times more.
KEEPALIVE = "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3"


class Presence:
    """This process's own lock. Must not be used by two threads at once."""

    def __init__(self) -> None:
        self._number: int | None = None
        self._held: set[int] = set()
        self._connection: Connection | None = None

    def number(self, session: Session) -> int | None:
        """The number of this process, whose lock it holds; None on SQLite. A new one after the connection was lost.

        Must be called in the transaction that stores the number.
        """
        engine = session.get_bind()
        if engine.dialect.name != "postgresql":
            return None
        if self._number is None or _is_free(session, self._number):
            self._hold(engine.engine)
        return self._number

    def dead(self, session: Session, numbers: Iterable[int]) -> set[int]:
        """Those of these numbers whose process has ended. No other process gets them before this transaction ends."""
        return {number for number in numbers if number not in self._held and _is_free(session, number)}

    def close(self) -> None:
        """Release the lock."""
        if self._connection is not None:
            with suppress(SQLAlchemyError):
                self._connection.close()
        self._connection, self._number = None, None

    def _hold(self, engine: Engine) -> None:
        self.close()
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # taken out of the pool, so that close() really closes it
        self._connection = connection
        connection.execute(text(KEEPALIVE))
        while True:
            number = 1 + secrets.randbelow(MOST)
            if connection.scalar(select(func.pg_try_advisory_lock(LOCKS, number))):
                break
        self._number = number
        self._held.add(number)


def _is_free(session: Session, number: int) -> bool:
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(LOCKS, number))))
