"""Waiting for what another task, thread or process does.

The bound only ends a test that hangs, also on a machine with every core busy. How fast something is, bench/ measures;
no test asserts it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

PATIENCE = 60  # seconds; only a test that fails waits so long


async def eventually(true: Callable[[], Any]) -> None:
    """Return once ``true()`` holds; TimeoutError after PATIENCE."""
    async with patiently():
        while not true():  # noqa: ASYNC110 - of another thread or process, which sets no event here
            await asyncio.sleep(0.01)


def patiently(times: int = 1) -> asyncio.Timeout:
    """``async with patiently():`` TimeoutError if the block takes longer than PATIENCE, or so many times that."""
    return asyncio.timeout(PATIENCE * times)
