"""Channel setup: each channel with its rates, its routes, and the task that fetches its updates."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import aiohttp
import structlog

from bot.intake import Worker
from bot.settings import Settings
from bot.telegram import webhook as telegram_webhook
from bot.telegram.channel import Telegram
from bot.telegram.polling import poll
from bot.telegram.wire import TokenRefused
from bot.web import Route
from bot.whatsapp import connect
from bot.whatsapp import webhook as whatsapp_webhook
from bot.whatsapp.channel import WhatsApp
from bot.whatsapp.files import Pictures, Uploads
from content.city import City
from db.engine import Sessions
from delivery.rate_limit import Rate, Rates
from flow.message import Channel, SendFailure

if TYPE_CHECKING:
    from bot.telegram.client import Client

log = structlog.get_logger()

# About 30 a second in all and one a second to a chat, where short bursts pass (Bot API FAQ); with the replies we come
# up to that.
TELEGRAM_RATES = Rates(overall=Rate(25, 10), address=Rate(1, 5), replies=Rate(5, 5))
# Cloud API: 80 a second in and out together; to one person one in six seconds, with bursts of up to 45: in any 270
# seconds at most 45. A burst of 20 and one in twelve seconds stays below that at any time.
WHATSAPP_RATES = Rates(overall=Rate(50, 20), address=Rate(1 / 12, 20), replies=Rate(10, 10))

RETRY_LONGEST = 60  # seconds between two checks whether the token is accepted again


@dataclass
class TokenStatus:
    """Whether Telegram accepts our token, for ``/healthz``. ``refused_since`` is None while it does."""

    refused_since: datetime | None = None


Listen = Callable[[asyncio.Event], Coroutine[None, None, None]]


class AckChannel(Channel, Protocol):
    """A channel that can acknowledge an update to its sender (typing, read). Nobody waits for the result."""

    async def acknowledge(self, raw: dict[str, Any]) -> None: ...


class ChannelSetup(NamedTuple):
    """A channel with its rates and ``routes`` (its webhook); ``listen`` runs until the service stops."""

    channel: Channel
    rates: Rates
    routes: Callable[[Worker], Sequence[Route]]
    listen: Callable[[Worker], Listen] | None = None
    token_status: TokenStatus | None = None


@dataclass
class UpdateReceiver:
    """Stores updates through the worker, then starts ``ack`` for each without waiting for it."""

    worker: Worker
    channel: AckChannel
    ack: Callable[[dict[str, Any]], Awaitable[None]]

    def __post_init__(self) -> None:
        self._acks: set[asyncio.Task[None]] = set()

    async def keep(self, updates: list[dict[str, Any]]) -> None:
        await self.worker.keep(self.channel, updates)
        for update in updates:
            ack = asyncio.create_task(self._ack(update))
            self._acks.add(ack)
            ack.add_done_callback(self._acks.discard)

    async def _ack(self, update: dict[str, Any]) -> None:
        try:
            await self.ack(update)
        except Exception as failure:  # the update is stored, and nobody waits for this
            log.error("update.ack_failed", failure=type(failure).__name__)


# --- Telegram ---------------------------------------------------------------------------


def telegram(
    settings: Settings,
    token: str,
    http: aiohttp.ClientSession,
    city: City,
    now: Callable[[], datetime],
    *,
    alone: bool = True,
) -> ChannelSetup:
    """Telegram's setup. ``alone``: no other channel is used, so a token refused at the start ends the service."""
    from bot.telegram.client import Client  # importing aiogram takes seconds: only where Telegram is used

    token_status = TokenStatus()
    bot = Client(token, settings.telegram_api_url, http)
    channel = Telegram(bot, city.files, now)
    secret = settings.telegram_webhook_secret.get_secret_value() if settings.telegram_webhook_secret else ""
    uses_webhook = bool(settings.telegram_webhook_url and secret)

    async def ack(update: dict[str, Any]) -> None:
        if "callback_query" in update:
            await channel.acknowledge(update)

    def routes(worker: Worker) -> Sequence[Route]:
        if not uses_webhook:
            return ()
        handler = telegram_webhook.handler(secret, UpdateReceiver(worker, channel, ack).keep)
        return (Route("POST", telegram_webhook.PATH, handler, telegram_webhook.LIMIT),)

    def listen(worker: Worker) -> Listen:
        if uses_webhook:
            begin = partial(telegram_webhook.ensure, bot, webhook_address(settings), secret)
            return partial(_listen, Account(bot, token_status, now), begin, None, alone)
        fetch = partial(poll, bot, UpdateReceiver(worker, channel, ack).keep)
        return partial(_listen, Account(bot, token_status, now), partial(telegram_webhook.remove, bot), fetch, alone)

    return ChannelSetup(channel, TELEGRAM_RATES, routes, listen, token_status)


def webhook_address(settings: Settings) -> str:
    """The address Telegram posts to. The setting may leave out the path."""
    url = settings.telegram_webhook_url
    return url if url.endswith(telegram_webhook.PATH) else f"{url}{telegram_webhook.PATH}"


@dataclass
class Account:
    """Our bot at Telegram, with the status of its token."""

    bot: Client
    token_status: TokenStatus
    now: Callable[[], datetime]

    async def wait_until_accepted(self, stop: asyncio.Event) -> None:
        """Record that the token was refused, and ask until it is accepted or ``stop`` is set. May be a single 404."""
        self.token_status.refused_since = self.token_status.refused_since or self.now()
        failures = 0
        while not stop.is_set():
            failures += 1
            seconds = min(2.0**failures, RETRY_LONGEST)
            log.error("app.telegram_token_refused", again_in=seconds)
            await _rest(seconds, stop)
            try:
                await self.bot.call("getMe", {})
            except SendFailure as failure:
                log.info("app.telegram_not_yet", failure=type(failure).__name__)
            else:
                self.token_status.refused_since = None
                return


async def _listen(
    account: Account,
    begin: Callable[[], Awaitable[None]],
    fetch: Callable[[asyncio.Event], Awaitable[None]] | None,
    alone: bool,
    stop: asyncio.Event,
) -> None:
    """Set or remove the webhook (``begin``), then ``fetch`` updates if Telegram does not post them.

    A refused token stops neither this task nor the other channel. Raises TokenRefused only at the start, and only where
    Telegram is ``alone``: then nothing works until a person acts.
    """
    begun = False
    while not stop.is_set():
        try:
            if not begun:
                await retry(begin, stop)
                begun = True
            if fetch is None:
                return
            await fetch(stop)
        except TokenRefused:
            if alone and not begun and account.token_status.refused_since is None:
                raise
            await account.wait_until_accepted(stop)


async def retry(work: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
    """Repeat ``work`` until it succeeds or ``stop`` is set. Raises TokenRefused."""
    failures = 0
    while not stop.is_set():
        try:
            return await work()
        except TokenRefused:
            raise
        except SendFailure as failure:
            failures += 1
            log.warning("app.telegram_unreachable", failure=type(failure).__name__)
        await _rest(min(2.0**failures, RETRY_LONGEST), stop)
    return None


async def _rest(seconds: float, stop: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


# --- WhatsApp ---------------------------------------------------------------------------


def whatsapp(
    settings: Settings,
    http: aiohttp.ClientSession,
    city: City,
    sessions: Sessions,
    executor: Executor,
    now: Callable[[], datetime],
) -> ChannelSetup:
    number = settings.whatsapp_phone_number_id
    client = connect.client(settings, http)
    channel = WhatsApp(client, city.files, now, Uploads(sessions, executor), number)
    pictures = Pictures(channel, sessions, city.files, executor)

    async def ack(item: dict[str, Any]) -> None:
        await channel.acknowledge(item)
        incoming = channel.read(item) if city.programme.photos.allowed else None
        if incoming and incoming.photo:
            await pictures.fetch(incoming, now())

    def routes(worker: Worker) -> Sequence[Route]:
        token = settings.whatsapp_verify_token.get_secret_value() if settings.whatsapp_verify_token else ""
        keep = UpdateReceiver(worker, channel, ack).keep
        path, limit = whatsapp_webhook.PATH, whatsapp_webhook.LIMIT
        return (
            Route("GET", path, whatsapp_webhook.verify(token), limit),
            Route("POST", path, whatsapp_webhook.handler(settings.whatsapp_app_secrets, number, keep), limit),
        )

    return ChannelSetup(channel, WHATSAPP_RATES, routes)
