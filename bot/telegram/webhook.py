"""Telegram's webhook: check the secret, store the update, and only then confirm it.

Telegram repeats a refused update for a day and delays that chat's later ones meanwhile. So an answer other than 200 is
given only where a repetition can help.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast

import structlog
from aiohttp import web

from bot.telegram.read import ALLOWED_UPDATES
from bot.telegram.wire import Keep, is_update

if TYPE_CHECKING:
    from bot.telegram.client import Client

log = structlog.get_logger()

PATH = "/webhook/telegram"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
LIMIT = 1024 * 1024  # bytes; real updates have a few thousand
CONNECTIONS = 40


def handler(secret: str, keep: Keep) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler for POST at PATH. ``secret`` is what ``ensure`` told Telegram; ``keep`` stores a list of updates.

    403 without the secret, 500 if ``keep`` fails (Telegram tries again), else 200.
    """
    if not secret:
        raise ValueError("a webhook without a secret would take anybody's word")
    expected = secret.encode()

    async def receive(request: web.Request) -> web.Response:
        if not hmac.compare_digest(request.headers.get(HEADER, "").encode("utf-8", "surrogateescape"), expected):
            return web.Response(status=403)
        update = _decoded(await _body(request))
        if not is_update(update):
            log.warning("telegram.webhook_unreadable")
            return web.Response()
        try:
            await keep([cast(dict[str, Any], update)])
        except Exception as failure:
            # The text of a database error quotes the values, which are what a person wrote.
            log.error("telegram.webhook_not_kept", failure=type(failure).__name__)
            return web.Response(status=500)
        return web.Response()

    return receive


async def ensure(client: Client, url: str, secret: str) -> None:
    """Set the webhook to ``url``, an https address that ends in PATH. Waiting updates are kept."""
    await client.bot.set_webhook(
        url,
        secret_token=secret,
        allowed_updates=list(ALLOWED_UPDATES),
        max_connections=CONNECTIONS,
        drop_pending_updates=False,
    )


async def remove(client: Client) -> None:
    """Delete the webhook, which excludes polling. Waiting updates are kept."""
    await client.bot.delete_webhook(drop_pending_updates=False)


async def _body(request: web.Request) -> bytes:
    """The body; empty if it is longer than any update can be."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LIMIT:
            return b""
    return bytes(body)


def _decoded(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
