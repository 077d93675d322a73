"""Send due outbox rows and record the result. The only module that calls a channel to send.

A row is marked taken and committed before it is sent, so nothing is sent twice; few are taken at a time, so that
few are unsure after a crash.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar, TypeVarTuple

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from db import queue
from db.engine import Sessions
from db.outbox import PLANNED, PLANNED_LANE, REPLY, TAKEN, Outgoing
from db.presence import Presence
from delivery import failure_policy, statuses
from delivery.rate_limit import Pair, RateLimiter, Rates
from delivery.results import Result, recover, settle
from flow.message import Attachment, Channel, Message, Rejected, SendFailure, Uncertain, Unreachable
from flow.message import Delivery as Delivered

log = structlog.get_logger()

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

MAX_IN_FLIGHT = 25  # messages being sent at the same time
LONGEST_SEND = 120  # seconds
MAX_WAIT = timedelta(seconds=5)  # other processes write rows too, and cannot wake this one
BLOCKED_WAIT = timedelta(seconds=2)  # something is due but must wait, perhaps for a report to be finished
DRAIN_TIMEOUT = 8  # seconds that messages in flight are given at the end
EXPIRY = timedelta(minutes=1)


class Room(NamedTuple):
    """What may be sent now: ``limit`` in all, so many a channel, so many replies beyond that; none to ``paused``."""

    limit: int
    channels: Mapping[str, int]
    replies: Mapping[str, int]
    paused: Set[Pair]


class Delivery:
    """Sends due rows on ``channels``, each at its ``rates``.

    ``busy`` is how long a report counts as being written after it was touched. ``allowed`` gives, for now, the first
    moment at which planned messages may be sent: a delay must not move a lesson into the night. ``lease``: with several
    processes on one database, rows that name no process and were taken longer ago than this belong to a dead one (on
    PostgreSQL each row names its process, see ``db.presence``); None when this process is the only one. ``check``
    decides of claimed rows how they go out, or that they do not. ``prepare`` makes the file of a message ready and
    says whether it is there; if not, the text is sent without it. ``executor`` runs the database work.
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
        # A thread of its own: ticks may occupy the loop's default threads for minutes. One picture at a time.
        self._files = ThreadPoolExecutor(1, "files")
        self._limiter = RateLimiter({name: rates[name] for name in channels})
        self._wake_event = asyncio.Event()
        self._presence = Presence()
        self._sending: set[asyncio.Task[None]] = set()
        self._in_flight = 0
        self._results: list[Result] = []
        self._expired_at: datetime | None = None
        self._recovered_at: datetime | None = None

    def wake(self) -> None:
        """Make ``run`` look for due rows at once. Must be called in the event loop."""
        self._wake_event.set()

    async def round(self) -> datetime | None:
        """Send everything that may be sent now and wait for it. Returns when to look again, None for never."""
        next_at = await self._turn()
        while self._sending:
            await asyncio.wait(self._sending)
            next_at = await self._turn()
        return next_at

    async def run(self, stop: asyncio.Event) -> None:
        """Send until ``stop``, through failures of the database; then wait for messages in flight."""
        waking = asyncio.create_task(self._wake_at(stop))
        while not stop.is_set():
            self._wake_event.clear()
            try:
                next_at = await self._turn()
            except SQLAlchemyError as failure:
                log.error("delivery.database", failure=type(failure).__name__)
                next_at = self._clock() + BLOCKED_WAIT
                self._wake_event.clear()
            wait = MAX_WAIT if next_at is None else min(next_at - self._clock(), MAX_WAIT)
            with suppress(TimeoutError):
                async with asyncio.timeout(max(wait.total_seconds(), 0)):
                    await self._wake_event.wait()
        await waking
        if self._sending:
            await asyncio.wait(self._sending, timeout=DRAIN_TIMEOUT)
        for task in self._sending:
            task.cancel()  # its row stays taken, and is known to be unsure at the next start
        try:
            await self._in_thread(self._close, self._results, self._clock())
        except SQLAlchemyError as failure:
            log.error("delivery.database", failure=type(failure).__name__)

    async def recover(self) -> int:
        """Settle rows that dead processes left taken. To be called before the first round. Returns how many."""
        return await self._in_thread(self._recover, self._clock())

    # --- a turn: record results, claim due rows, start sending them -------

    async def _turn(self) -> datetime | None:
        while True:
            now, done = self._clock(), self._results[:]
            # Sends that finished but are not settled yet need no slot: their rows are settled in the same transaction.
            limit = MAX_IN_FLIGHT - self._in_flight
            room = Room(limit, self._limiter.open(now), self._limiter.open_for_replies(now), self._limiter.waiting(now))
            rows, full, due = await self._in_thread(self._exchange, done, room, now)
            del self._results[: len(done)]  # only now: had the commit failed, they would be settled in the next turn
            for row in rows:
                self._start_send(row, now)
            if rows or not full:
                break  # otherwise all claimed rows were put off or skipped, and there are more
        if due is None or due > now:
            return due
        return min(self._limiter.free_at(now) or now + BLOCKED_WAIT, now + BLOCKED_WAIT)

    def _start_send(self, row: Outgoing, now: datetime) -> None:
        self._limiter.spend((row.channel, row.address), now, reply=row.lane == REPLY)
        self._in_flight += 1
        task = asyncio.create_task(self._send(row))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    def _exchange(
        self, done: Sequence[Result], room: Room, now: datetime
    ) -> tuple[Sequence[Outgoing], bool, datetime | None]:
        """Settle results and claim rows. Returns them, whether there may be more at once, and when the next is due."""
        expired_at, recovered_at = self._expired_at, self._recovered_at
        with self._sessions.begin() as session:
            settle(session, done, now)
            if _has_passed(expired_at, EXPIRY, now):
                more = failure_policy.expire(session, now) == failure_policy.EXPIRED_AT_ONCE
                statuses.settle_awaited(session, now)
                expired_at = None if more else now
            if self._lease and _has_passed(recovered_at, MAX_WAIT, now):
                self._recover_left(session, now, self._lease)
                recovered_at = now
            rows, full = self._claim(session, room, now)
            due = queue.next_due(session)
        self._expired_at, self._recovered_at = expired_at, recovered_at  # only after the commit
        return rows, full, due

    def _claim(self, session: Session, room: Room, now: datetime) -> tuple[Sequence[Outgoing], bool]:
        if room.limit <= 0 or not (room.channels or room.replies):
            return (), False
        number = self._presence.number(session) if self._lease else None
        since = now - self._busy
        taken = queue.claim(
            session, now, room.limit,
            channels=room.channels, replies=room.replies, paused=room.paused, busy_since=since, taken_by=number,
        )  # fmt: skip
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
            self._in_flight -= 1
        now, pair = self._clock(), (row.channel, row.address)
        match outcome:
            case Unreachable(everyone=True) | Uncertain():
                # The next sends may get no answer either: slow down, or a whole broadcast becomes unsure.
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
                if message.attachment and not row.template:  # a template carries no file
                    message = await asyncio.get_running_loop().run_in_executor(
                        self._files, self._prepared, message, message.attachment
                    )
                return await self._channels[row.channel].send(row.address, message, row.key)
        except SendFailure as failure:
            return failure
        except TimeoutError:
            return Uncertain("tidak ada jawaban")
        except Exception as mistake:
            # A mistake of ours must not stop other messages. Its text may quote the message: only its type is kept.
            return Rejected(f"kesalahan kami: {type(mistake).__name__}")

    def _prepared(self, message: Message, file: Attachment) -> Message:
        try:
            if self._prepare(file):
                return message
            failure = "missing"
        except Exception as mistake:  # such as a full disk or a failed drawing: the text is sent without the file
            failure = type(mistake).__name__
        log.error("delivery.without_file", failure=failure)
        return replace(message, attachment=None)

    def _close(self, done: Sequence[Result], now: datetime) -> None:
        with self._sessions.begin() as session:
            settle(session, done, now)
        self._presence.close()

    def _recover(self, now: datetime) -> int:
        with self._sessions.begin() as session:
            return self._recover_left(session, now, self._lease)

    def _recover_left(self, session: Session, now: datetime, lease: timedelta | None) -> int:
        if lease is None:
            return recover(session, None, (), now)
        return recover(session, now - lease, self._presence.dead(session, queue.owners(session)), now)

    async def _in_thread(self, work: Callable[[*Ts], T], *arguments: *Ts) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work, *arguments)

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self.wake()


def _has_passed(since: datetime | None, after: timedelta, now: datetime) -> bool:
    """Whether ``after`` has passed, or the clock was put back."""
    return since is None or not since <= now < since + after
