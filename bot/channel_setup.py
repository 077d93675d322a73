"""Channel setup: each channel with its rates, its routes, and what keeps it listening."""

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

# About 30 a second in all and one a second to a chat, where short bursts pass (Bot API FAQ); we stay below.
TELEGRAM_RATES = Rates(overall=Rate(25, 10), address=Rate(1, 5))
# 80 a second in and out together; to one person one in six seconds, of which 45 may be borrowed from the future (Cloud
# API): 45 in 270 seconds, whichever. A burst of 20 and one in twelve seconds stays below that at any time.
WHATSAPP_RATES = Rates(overall=Rate(50, 20), address=Rate(1 / 12, 20))

RETRY_LONGEST = 60  # seconds between two questions whether the token is taken again


@dataclass
class Standing:
    """Whether Telegram takes our token, for those who watch. ``refused_since`` is None while it does."""

    refused_since: datetime | None = None


Listen = Callable[[asyncio.Event], Coroutine[None, None, None]]


class Acknowledging(Channel, Protocol):
    """A channel that can be told, without anybody waiting for it, that an update has arrived."""

    async def acknowledge(self, raw: dict[str, Any]) -> None: ...


class ChannelSetup(NamedTuple):
    """``routes`` are the paths at which the channel posts to us; ``listen`` goes on until the service stops."""

    channel: Channel
    rates: Rates
    routes: Callable[[Worker], Sequence[Route]]
    listen: Callable[[Worker], Listen] | None = None
    standing: Standing | None = None


@dataclass
class UpdateReceiver:
    """Where updates come in: kept first; then what need not be waited for."""

    worker: Worker
    channel: Acknowledging
    then: Callable[[dict[str, Any]], Awaitable[None]]

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
            await self.then(update)
        except Exception as failure:  # it is kept already, and nobody waits for this
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
    """``alone``: no other channel is used, so that a token refused at the very start ends the service."""
    from bot.telegram.client import Client  # aiogram takes seconds: not where there is no Telegram

    standing = Standing()
    bot = Client(token, settings.telegram_api_url, http)
    channel = Telegram(bot, city.files, now)
    secret = settings.telegram_webhook_secret.get_secret_value() if settings.telegram_webhook_secret else ""
    by_post = bool(settings.telegram_webhook_url and secret)

    async def ack(update: dict[str, Any]) -> None:
        if "callback_query" in update:
            await channel.acknowledge(update)

    def routes(worker: Worker) -> Sequence[Route]:
        if not by_post:
            return ()
        handler = telegram_webhook.handler(secret, UpdateReceiver(worker, channel, ack).keep)
        return (Route("POST", telegram_webhook.PATH, handler, telegram_webhook.LIMIT),)

    def listen(worker: Worker) -> Listen:
        if by_post:
            begin = partial(telegram_webhook.ensure, bot, webhook_address(settings), secret)
            return partial(_listen, Account(bot, standing, now), begin, None, alone)
        fetch = partial(poll, bot, UpdateReceiver(worker, channel, ack).keep)
        return partial(_listen, Account(bot, standing, now), partial(telegram_webhook.remove, bot), fetch, alone)

    return ChannelSetup(channel, TELEGRAM_RATES, routes, listen, standing)


def webhook_address(settings: Settings) -> str:
    """The address Telegram posts to; the path may be left out of the setting."""
    url = settings.telegram_webhook_url
    return url if url.endswith(telegram_webhook.PATH) else f"{url}{telegram_webhook.PATH}"


@dataclass
class Account:
    """Our bot at Telegram: ``standing`` is kept up to date by whoever asks Telegram for something."""

    bot: Client
    standing: Standing
    now: Callable[[], datetime]

    async def until_taken(self, stop: asyncio.Event) -> None:
        """The token was refused: ask until it is taken again, or ``stop`` is set. A single 404 is over at once."""
        self.standing.refused_since = self.standing.refused_since or self.now()
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
                self.standing.refused_since = None
                return


async def _listen(
    account: Account,
    begin: Callable[[], Awaitable[None]],
    fetch: Callable[[asyncio.Event], Awaitable[None]] | None,
    alone: bool,
    stop: asyncio.Event,
) -> None:
    """Set the webhook or remove it (``begin``), then ``fetch`` updates, where they are not posted to us.

    A refused token ends neither this nor the other channel. Raises TokenRefused only at the very start, and only where
    Telegram is ``alone``: then nothing works until a person acts.
    """
    begun = False
    while not stop.is_set():
        try:
            if not begun:
                await patiently(begin, stop)
                begun = True
            if fetch is None:
                return
            await fetch(stop)
        except TokenRefused:
            if alone and not begun and account.standing.refused_since is None:
                raise
            await account.until_taken(stop)


async def patiently(work: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
    """Do it again until it succeeds or ``stop`` is set. Raises TokenRefused."""
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
