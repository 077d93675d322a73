"""Delivery: the only one who talks to the network. It takes due rows, sends them, and writes down what became of them.

A row is marked taken and committed before it is sent, so nothing is sent twice; few are taken at a time, so that a
crash leaves few whose fate is unsure.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar, TypeVarTuple

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from db import queue
from db.engine import Sessions
from db.outbox import PLANNED, PLANNED_LANE, TAKEN, Outgoing
from db.presence import Presence
from delivery import failure_policy, statuses
from delivery.rate_limit import Pair, RateLimiter, Rates
from delivery.results import Result, recover, settle
from flow.message import Attachment, Channel, Message, Rejected, SendFailure, Uncertain, Unreachable
from flow.message import Delivery as Delivered

log = structlog.get_logger()

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

AT_ONCE = 25  # messages on the wire
LONGEST_SEND = 120  # seconds
LONGEST_LOOK = timedelta(seconds=5)  # other processes write rows too, and cannot wake us
BLOCKED_LOOK = timedelta(seconds=2)  # something is due but must wait, for a report to be finished perhaps
DRAIN_TIMEOUT = 8  # seconds that messages on the wire are given at the end
EXPIRY = timedelta(minutes=1)


class Delivery:
    """Sends what is due on ``channels``, each at its ``rates``.

    ``busy`` is how long a report counts as being written after it was touched. ``allowed`` gives, for now, the first
    moment at which unasked messages may go: a delay must not carry a lesson into the night. ``lease``: with several
    processes on one database, rows that name no process and were taken longer ago than this belong to a dead one (on
    PostgreSQL each row names its process, see ``db.presence``); None when this process is the only one. ``look`` has
    the last word on claimed rows: how they go out, or that they do not. ``prepare`` makes the file of a message ready
    and says whether it is there; where it is not, the words go out alone. ``executor`` runs the database work.
    """

    def __init__(
        self,
        sessions: Sessions,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        rates: Mapping[str, Rates],
        *,
        busy: timedelta,
        allowed: Callable[[datetime], datetime] = lambda now: now,
        lease: timedelta | None = None,
        check: Callable[[Session, Sequence[Outgoing], datetime], None] = lambda session, rows, now: None,
        prepare: Callable[[Attachment], bool] = lambda file: True,
        executor: Executor | None = None,
    ) -> None:
        self._sessions, self._channels, self._clock = sessions, channels, clock
        self._allowed, self._busy, self._lease, self._executor = allowed, busy, lease, executor
        self._check, self._prepare = check, prepare
        # Not among the ticks, which may hold every thread of the loop for minutes; and one picture after the other.
        self._files = ThreadPoolExecutor(1, "files")
        self._limiter = RateLimiter({name: rates[name] for name in channels})
        self._wake_event = asyncio.Event()
        self._presence = Presence()
        self._sending: set[asyncio.Task[None]] = set()
        self._on_the_wire = 0
        self._results: list[Result] = []
        self._tidied: datetime | None = None
        self._looked_after: datetime | None = None

    def wake(self) -> None:
        """There may be something to send. To be called in the event loop."""
        self._wake_event.set()

    async def round(self) -> datetime | None:
        """Send everything that may go now and wait for it. Returns when to look again, None for never."""
        look_at = await self._turn()
        while self._sending:
            await asyncio.wait(self._sending)
            look_at = await self._turn()
        return look_at

    async def run(self, stop: asyncio.Event) -> None:
        """Send until ``stop``, through failures of the database; then let what is on the wire arrive."""
        waking = asyncio.create_task(self._wake_at(stop))
        while not stop.is_set():
            self._wake_event.clear()
            try:
                look_at = await self._turn()
            except SQLAlchemyError as failure:
                log.error("delivery.database", failure=type(failure).__name__)
                look_at = self._clock() + BLOCKED_LOOK
                self._wake_event.clear()
            wait = LONGEST_LOOK if look_at is None else min(look_at - self._clock(), LONGEST_LOOK)
            with suppress(TimeoutError):
                async with asyncio.timeout(max(wait.total_seconds(), 0)):
                    await self._wake_event.wait()
        await waking
        if self._sending:
            await asyncio.wait(self._sending, timeout=DRAIN_TIMEOUT)
        for task in self._sending:
            task.cancel()  # its row stays taken, and is known to be unsure at the next start
        try:
            await self._in_thread(self._farewell, self._results, self._clock())
        except SQLAlchemyError as failure:
            log.error("delivery.database", failure=type(failure).__name__)

    async def recover(self) -> int:
        """Settle what a dead process has left; to be called before the first round. Returns how many rows."""
        return await self._in_thread(self._recover, self._clock())

    # --- a turn: write down what came back, take what is due, put it on the wire -------

    async def _turn(self) -> datetime | None:
        while True:
            now, done = self._clock(), self._results[:]
            # Sends that are over and not yet settled take no room: their rows are settled in the same transaction.
            limit = AT_ONCE - self._on_the_wire
            room = self._limiter.open(now)
            rows, full, due = await self._in_thread(self._exchange, done, limit, room, self._limiter.waiting(now), now)
            del self._results[: len(done)]  # only now: had the commit failed, they would be settled in the next turn
            for row in rows:
                self._put_on_the_wire(row, now)
            if rows or not full:
                break  # else all it took was put off or skipped, and there is more
        if due is None or due > now:
            return due
        return min(self._limiter.free_at(now) or now + BLOCKED_LOOK, now + BLOCKED_LOOK)

    def _put_on_the_wire(self, row: Outgoing, now: datetime) -> None:
        self._limiter.spend((row.channel, row.address), now)
        self._on_the_wire += 1
        task = asyncio.create_task(self._send(row))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    def _exchange(
        self, done: Sequence[Result], limit: int, room: Mapping[str, int], paused: Set[Pair], now: datetime
    ) -> tuple[Sequence[Outgoing], bool, datetime | None]:
        """Settle, claim, and say whether there may be more to claim at once, and when the next row is due."""
        tidied, looked_after = self._tidied, self._looked_after
        with self._sessions.begin() as session:
            settle(session, done, now)
            if _is_over(tidied, EXPIRY, now):
                more = failure_policy.expire(session, now) == failure_policy.EXPIRED_AT_ONCE
                statuses.settle_awaited(session, now)
                tidied = None if more else now
            if self._lease and _is_over(looked_after, LONGEST_LOOK, now):
                self._look_after(session, now, self._lease)
                looked_after = now
            rows, full = self._claim(session, limit, room, paused, now)
            due = queue.next_due(session)
        self._tidied, self._looked_after = tidied, looked_after  # only after the commit
        return rows, full, due

    def _claim(
        self, session: Session, limit: int, room: Mapping[str, int], paused: Set[Pair], now: datetime
    ) -> tuple[Sequence[Outgoing], bool]:
        if limit <= 0 or not room:
            return (), False
        number = self._presence.number(session) if self._lease else None
        since = now - self._busy
        taken = queue.claim(session, now, limit, channels=room, paused=paused, busy_since=since, taken_by=number)
        failure_policy.drop_late(session, taken, now)
        opens = self._allowed(now)
        for row in taken:
            if row.state == TAKEN and row.lane >= PLANNED_LANE and opens > now:
                row.state, row.due_at, row.taken_at, row.attempts = PLANNED, opens, None, row.attempts - 1
        self._check(session, [row for row in taken if row.state == TAKEN], now)
        return [row for row in taken if row.state == TAKEN], bool(taken)

    async def _send(self, row: Outgoing) -> None:
        try:
            outcome = await self._outcome(row)
        finally:
            self._on_the_wire -= 1
        now, pair = self._clock(), (row.channel, row.address)
        match outcome:
            case Unreachable(everyone=True) | Uncertain():
                # An answer that never came may be the first of many: go on slowly, or a whole broadcast is lost in it.
                asked = outcome.retry_after if isinstance(outcome, Unreachable) else None
                if seconds := self._limiter.rest_channel(row.channel, asked, now):
                    log.warning("delivery.channel_rests", channel=row.channel, seconds=seconds)
            case Unreachable(rests_address=True):
                self._limiter.rest(pair, outcome.retry_after or 0.0, now)
            case Unreachable():
                pass
            case _:
                self._limiter.recovered(row.channel)
        self._results.append(Result(row, outcome))
        self.wake()

    async def _outcome(self, row: Outgoing) -> Delivered | SendFailure:
        try:
            async with asyncio.timeout(LONGEST_SEND):
                message = replace(Message.from_json(row.message), template=row.template)
                if message.attachment and not row.template:  # an announcement brings none
                    message = await asyncio.get_running_loop().run_in_executor(
                        self._files, self._prepared, message, message.attachment
                    )
                return await self._channels[row.channel].send(row.address, message, row.key)
        except SendFailure as failure:
            return failure
        except TimeoutError:
            return Uncertain("tidak ada jawaban")
        except Exception as mistake:
            # Ours, and it must not stop the others. Its text may hold the message, so only its kind is told.
            return Rejected(f"kesalahan kami: {type(mistake).__name__}")

    def _prepared(self, message: Message, file: Attachment) -> Message:
        try:
            if self._prepare(file):
                return message
            failure = "missing"
        except Exception as mistake:  # a full disk, a drawing that cannot be: danger signs are words first
            failure = type(mistake).__name__
        log.error("delivery.without_file", failure=failure)
        return replace(message, attachment=None)

    def _farewell(self, done: Sequence[Result], now: datetime) -> None:
        with self._sessions.begin() as session:
            settle(session, done, now)
        self._presence.close()

    def _recover(self, now: datetime) -> int:
        with self._sessions.begin() as session:
            return self._look_after(session, now, self._lease)

    def _look_after(self, session: Session, now: datetime, lease: timedelta | None) -> int:
        if lease is None:
            return recover(session, None, (), now)
        return recover(session, now - lease, self._presence.dead(session, queue.owners(session)), now)

    async def _in_thread(self, work: Callable[[*Ts], T], *arguments: *Ts) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work, *arguments)

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self.wake()


def _is_over(since: datetime | None, after: timedelta, now: datetime) -> bool:
    """Whether ``after`` has passed, or the clock was put back."""
    return since is None or not since <= now < since + after
