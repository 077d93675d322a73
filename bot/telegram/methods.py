"""Two methods of the Bot API as this service calls them, for aiogram's ``Bot``."""

from __future__ import annotations

from typing import Any

from aiogram.methods import TelegramMethod

from bot.telegram.read import ALLOWED_UPDATES


class GetUpdates(TelegramMethod[list[Any]]):
    """Waiting updates, at most 100, each as it came.

    aiogram's own method validates the whole batch: one update of an unknown shape would fail every poll, and the
    offset would never move again.
    """

    __returning__ = list[Any]
    __api_method__ = "getUpdates"

    offset: int
    timeout: int
    limit: int = 100
    allowed_updates: tuple[str, ...] = ALLOWED_UPDATES


class PreparedMethod(TelegramMethod[Any]):
    """Any method, with parameters that are JSON already; the result is the decoded JSON.

    Building aiogram's typed method and its typed result for each recipient costs more than all the rest of a send
    (decision 0003), and a result that does not validate would make a message that has arrived look uncertain.
    """

    __returning__ = Any

    name: str
    payload: dict[str, Any]

    @property
    def __api_method__(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride] - aiogram reads it of the instance
        return self.name
