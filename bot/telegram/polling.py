"""Long polling: fetch updates, store them, and only then confirm them.

The offset is never stored. Unconfirmed updates are sent again, and ``keep`` skips those it has already. Only one
process may poll a bot: of two polls the server ends the older with a 409.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import structlog

from bot.telegram.wire import Keep, TokenRefused, is_update
from flow.message import SendFailure, Unreachable

if TYPE_CHECKING:
    from bot.telegram.client import Client

log = structlog.get_logger()

T = TypeVar("T")

WAIT = 50  # seconds the server may hold a request open; it allows no more
LONGEST = 60.0  # seconds between two attempts


async def poll(
    client: Client,
    keep: Keep,
    stop: asyncio.Event,
    *,
    wait: int = WAIT,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Pass every update to ``keep`` until ``stop`` is set, through network failures and restarts of the server.

    ``keep`` stores a list of updates in one commit; if it raises, the same ones are fetched again. A stop waits for
    it, but not for the server. Raises TokenRefused when the server does not know the bot.
    """
    offset, failures = 0, 0
    while not stop.is_set():
        try:
            answer = await _unless(stop, client.updates(offset, wait))
            if answer is None and stop.is_set():
                return
            if updates := _updates(answer):
                await keep(updates)
        except TokenRefused:
            raise
        except Exception as failure:
            failures += 1
            seconds = _pause(failure, failures)
            # Any other text may hold what a person wrote: a database names the values it could not store.
            why = str(failure) if isinstance(failure, SendFailure) else type(failure).__name__
            log.warning("telegram.poll_failed", why=why, again_in=round(seconds, 1))
            await _unless(stop, pause(seconds))
            continue
        failures = 0
        # An empty answer confirms everything before it. The offset is then dropped, because after a week without
        # updates their numbers restart at a random value.
        offset = max((update["update_id"] for update in updates), default=-1) + 1


async def _unless(stop: asyncio.Event, work: Awaitable[T]) -> T | None:
    """The result of ``work``; None if ``stop`` was set first, which cancels it."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)


def _updates(answer: object) -> list[dict[str, Any]]:
    """The updates with a number, which can be confirmed. Raises for an answer that holds none but has other content."""
    if not isinstance(answer, list):
        raise TypeError("getUpdates did not answer with a list")
    offered = cast(list[object], answer)
    updates = [cast(dict[str, Any], update) for update in offered if is_update(update)]
    if offered and not updates:
        raise ValueError("getUpdates answered with updates that have no number")
    return updates


def _pause(failure: Exception, failures: int) -> float:
    """Seconds to wait: as many as the server asks for, otherwise longer each time, with random jitter."""
    if isinstance(failure, Unreachable) and failure.retry_after is not None:
        return failure.retry_after
    return random.uniform(0.5, 1.0) * min(LONGEST, 2.0**failures)
