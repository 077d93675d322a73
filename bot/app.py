"""The whole service, built in one place: the only file that knows everyone."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from bot import folder
from bot.settings import Settings, SettingsError
from bot.telegram import webhook
from bot.telegram.channel import Telegram
from bot.telegram.client import Client
from bot.telegram.polling import poll
from bot.telegram.wire import TokenRefused
from bot.web import application, health
from bot.worker import Worker
from db import migrate
from db.engine import sessions
from flow.message import SendFailure
from reports.quiet import quiet_hours
from scheduler.clock import live
from scheduler.delivery import Delivery
from scheduler.pace import Rate, Rates

log = structlog.get_logger()

# About 30 a second in all and one a second to a chat, where short bursts pass (Bot API FAQ); we stay below.
RATES = {Telegram.name: Rates(overall=Rate(25, 10), address=Rate(1, 5))}
HANDS = 4  # messages handled at the same time on PostgreSQL; SQLite has one writer
LEASE = timedelta(minutes=5)
NO_BOT = "ASUH_TELEGRAM_TOKEN belum diisi. Minta token ke @BotFather, lalu tulis di .env."
UNKNOWN_BOT = "ASUH_TELEGRAM_TOKEN ditolak Telegram. Periksa tokennya di @BotFather, lalu perbaiki di .env."
KEEP_ALIVE = 10  # seconds; below those of any server, so that no request goes down a line that is being closed


def now() -> datetime:
    """The clock on the wall. It hangs here and nowhere else; everyone is told the time."""
    return datetime.now(UTC)


def build(settings: Settings) -> App:
    """Everyone, introduced to each other. To be called in the running event loop.

    Raises SettingsError, or what ``folder.city`` raises.
    """
    if settings.telegram_token is None:
        raise SettingsError([NO_BOT])
    city = folder.city(settings)
    city.files.mkdir(parents=True, exist_ok=True)

    engine = folder.database(settings)
    alone = engine.dialect.name == "sqlite"
    make_session = sessions(engine)
    # On SQLite everyone waits in one line for the one writer, and nobody is refused.
    threads = ThreadPoolExecutor(1 if alone else HANDS + 2, "database")

    http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(keepalive_timeout=KEEP_ALIVE))
    bot = Client(settings.telegram_token.get_secret_value(), settings.telegram_api_url, http)
    telegram = Telegram(bot, city.files, now)
    channels = {telegram.name: telegram}

    delivery = Delivery(
        make_session,
        channels,
        now,
        RATES,
        busy=timedelta(minutes=city.programme.visits.draft_busy_minutes),
        allowed=lambda moment: quiet_hours(city).open_at(city.local(moment)),
        lease=None if alone else LEASE,
        executor=threads,
    )
    worker = Worker(make_session, channels, now, city, delivery.wake, hands=1 if alone else HANDS, executor=threads)
    clock = live(make_session, city, now, delivery.wake)

    async def ticks(stop: asyncio.Event) -> None:
        clock.start()
        await stop.wait()
        clock.shutdown(wait=False)

    door = Door(worker, telegram)
    listen, posted = partial(by_polling, bot, door), {}
    if settings.telegram_webhook_url and settings.telegram_webhook_secret:
        secret = settings.telegram_webhook_secret.get_secret_value()
        listen = partial(by_webhook, bot, webhook_address(settings), secret)
        posted = {webhook.PATH: webhook.handler(secret, door.keep)}
    pages = application(lambda: health(engine, make_session, now()), posted)
    return App(settings, engine, threads, http, pages, delivery, (worker.run, delivery.run, ticks, listen))


class Door:
    """Where updates come in: kept first; then the tapped button is let go, without anybody waiting for it."""

    def __init__(self, worker: Worker, telegram: Telegram) -> None:
        self._worker, self._telegram = worker, telegram
        self._nods: set[asyncio.Task[None]] = set()

    async def keep(self, updates: list[dict[str, Any]]) -> None:
        await self._worker.keep(self._telegram, updates)
        for update in updates:
            if "callback_query" in update:
                nod = asyncio.create_task(self._telegram.acknowledge(update))
                self._nods.add(nod)
                nod.add_done_callback(self._nods.discard)


@dataclass(frozen=True)
class App:
    """The service, ready to run. ``works`` go on side by side, each until the event it is given is set."""

    settings: Settings
    engine: Engine
    threads: ThreadPoolExecutor
    http: aiohttp.ClientSession
    pages: web.Application
    delivery: Delivery
    works: Sequence[Callable[[asyncio.Event], Coroutine[None, None, None]]]

    async def run(self, stop: asyncio.Event | None = None) -> None:
        """Serve until ``stop``, SIGTERM or SIGINT; what is in hand is finished. Raises SettingsError when it cannot."""
        stop = stop or asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError, RuntimeError):  # Windows, or not in the main thread
                asyncio.get_running_loop().add_signal_handler(name, stop.set)
        runner = web.AppRunner(self.pages, access_log=None, shutdown_timeout=5)
        try:
            await self._check_database()
            await self._open(runner)  # before anything is recovered: a second service on this machine ends here
            await self.delivery.recover()
            log.info("app.started", how="webhook" if self.settings.telegram_webhook_url else "polling")
            async with asyncio.TaskGroup() as group:
                for work in self.works:
                    group.create_task(work(stop))
        except ExceptionGroup as failures:
            if failures.subgroup(TokenRefused) is None:
                raise
            raise SettingsError([UNKNOWN_BOT]) from None
        finally:
            await runner.cleanup()
            await self.http.close()
            self.threads.shutdown()
            self.engine.dispose()
            log.info("app.stopped")

    async def _check_database(self) -> None:
        try:
            ready = await asyncio.to_thread(migrate.is_current, self.engine)
        except OperationalError:
            raise SettingsError(["Basis data tidak bisa dibuka. Periksa ASUH_DATABASE_URL."]) from None
        if not ready:
            raise SettingsError(["Basis data belum siap dipakai. Jalankan dulu: asuh migrate"])

    async def _open(self, runner: web.AppRunner) -> None:
        await runner.setup()
        host, port = self.settings.http_host, self.settings.http_port
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:
            said = f"Alamat {host}:{port} tidak bisa dipakai; mungkin sedang dipakai program lain."
            raise SettingsError([f"{said} Tutup program itu, atau ganti ASUH_HTTP_PORT."]) from None


async def bot_name(settings: Settings) -> str:
    """What the bot is called on Telegram, without the @. Raises SettingsError when Telegram cannot be asked."""
    token = settings.telegram_token
    if token is None:
        raise SettingsError([NO_BOT])
    async with aiohttp.ClientSession() as http:
        try:
            me = await Client(token.get_secret_value(), settings.telegram_api_url, http).call("getMe", {})
        except TokenRefused:
            raise SettingsError([UNKNOWN_BOT]) from None
        except SendFailure:
            raise SettingsError(["Telegram tidak terjangkau. Periksa sambungan internet, lalu coba lagi."]) from None
    return str(me["username"])


# --- how updates reach us ---------------------------------------------------------------


def webhook_address(settings: Settings) -> str:
    """The address Telegram posts to; the path may be left out of the setting."""
    url = settings.telegram_webhook_url
    return url if url.endswith(webhook.PATH) else f"{url}{webhook.PATH}"


async def by_webhook(bot: Client, address: str, secret: str, stop: asyncio.Event) -> None:
    await patiently(partial(webhook.ensure, bot, address, secret), stop)


async def by_polling(bot: Client, door: Door, stop: asyncio.Event) -> None:
    await patiently(partial(webhook.remove, bot), stop)
    await poll(bot, door.keep, stop)


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
        with suppress(TimeoutError):
            async with asyncio.timeout(min(2.0**failures, 60)):
                await stop.wait()
    return None
