"""The service, built from settings: the only file that knows every part."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
import structlog
from aiohttp import web
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from bot import channel_setup, city_folder, secret_key
from bot.intake import Worker
from bot.settings import Settings, SettingsError
from bot.telegram.wire import TokenRefused
from bot.web import Health, application, health
from bot.workbooks import Workbooks
from content.city import City
from db import migrate
from db.engine import sessions
from delivery import before_send
from delivery.sender import Delivery
from flow.message import SendFailure
from programme import lesson_search
from programme.quiet_hours import quiet_hours
from reports.ready import ready
from scheduler.clock import live

log = structlog.get_logger()

WORKERS = 4  # updates handled at the same time on PostgreSQL; SQLite has one writer
# Seconds after which Python lets another thread run; its default is ten times as long. A message that is handled hands
# over some thirty times to the database and back, and waits so long each time while a tick computes in its thread.
SWITCH_INTERVAL = 0.0005
LEASE = timedelta(minutes=5)
NO_BOT = "ASUH_TELEGRAM_TOKEN belum diisi. Minta token ke @BotFather, lalu tulis di .env."
NO_CHANNEL = f"{NO_BOT} Kota yang hanya memakai WhatsApp mengisi pengaturan ASUH_WHATSAPP_... saja."
UNKNOWN_BOT = "ASUH_TELEGRAM_TOKEN ditolak Telegram. Periksa tokennya di @BotFather, lalu perbaiki di .env."
KEEP_ALIVE = 10  # seconds; below any server's, so that no request uses a connection that is being closed


def now() -> datetime:
    """Current time (UTC). Only this module reads the clock; others take ``now`` as an argument."""
    return datetime.now(UTC)


def build(settings: Settings) -> App:
    """Build the service's objects from settings. Must run inside the event loop.

    Raises SettingsError, or what ``city_folder.city`` raises.
    """
    if settings.telegram_token is None and not settings.uses_whatsapp:
        raise SettingsError([NO_CHANNEL])
    city = city_folder.city(settings)
    city.files.mkdir(parents=True, exist_ok=True)

    engine = city_folder.database(settings)
    alone = engine.dialect.name == "sqlite"
    make_session = sessions(engine)
    # On SQLite one thread does all database work, so that nothing in this process waits for the write lock.
    threads = ThreadPoolExecutor(1 if alone else WORKERS + 2, "database")

    http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(keepalive_timeout=KEEP_ALIVE))
    setups: list[channel_setup.ChannelSetup] = []
    if settings.telegram_token:
        token = settings.telegram_token.get_secret_value()
        setups.append(channel_setup.telegram(settings, token, http, city, now, alone=not settings.uses_whatsapp))
    if settings.uses_whatsapp:
        setups.append(channel_setup.whatsapp(settings, http, city, make_session, threads, now))
    channels = {setup.channel.name: setup.channel for setup in setups}

    delivery = Delivery(
        make_session,
        channels,
        now,
        {setup.channel.name: setup.rates for setup in setups},
        busy=timedelta(minutes=city.programme.visits.draft_busy_minutes),
        allowed=lambda moment: quiet_hours(city).open_at(city.local(moment)),
        lease=None if alone else LEASE,
        check=lambda session, rows, moment: before_send.check(session, rows, moment, city),
        prepare=lambda file: ready(make_session, city, file.path, now()),
        executor=threads,
    )
    workbooks = Workbooks(make_session, channels, now, city, delivery.wake, threads)

    def handled() -> None:
        delivery.wake()
        workbooks.wake()

    worker = Worker(make_session, channels, now, city, handled, workers=1 if alone else WORKERS, executor=threads)
    clock = live(make_session, city, now, delivery.wake, threads, start=datetime.now(UTC))

    async def ticks(stop: asyncio.Event) -> None:
        clock.start()
        await stop.wait()
        clock.shutdown(wait=False)

    routes = [route for setup in setups for route in setup.routes(worker)]
    listening = [setup.listen(worker) for setup in setups if setup.listen]
    token_statuses = {setup.channel.name: setup.token_status for setup in setups if setup.token_status}

    def health_now() -> Health:
        refused = [name for name, status in token_statuses.items() if status.refused_since]
        return health(engine, make_session, now(), refused)

    pages = application(health_now, routes)
    works = (worker.run, workbooks.run, delivery.run, ticks, *listening)
    return App(settings, city, engine, threads, http, pages, delivery, works)


@dataclass(frozen=True)
class App:
    """The service, ready to run. ``works`` run concurrently, each until the event it is given is set."""

    settings: Settings
    city: City
    engine: Engine
    threads: ThreadPoolExecutor
    http: aiohttp.ClientSession
    pages: web.Application
    delivery: Delivery
    works: Sequence[Callable[[asyncio.Event], Coroutine[None, None, None]]]

    async def run(self, stop: asyncio.Event | None = None) -> None:
        """Serve until ``stop``, SIGTERM or SIGINT; running work is finished first. Raises SettingsError."""
        sys.setswitchinterval(SWITCH_INTERVAL)
        stop = stop or asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError, RuntimeError):  # Windows, or not in the main thread
                asyncio.get_running_loop().add_signal_handler(name, stop.set)
        runner = web.AppRunner(self.pages, access_log=None, shutdown_timeout=5)
        try:
            await self._check_database()
            await asyncio.to_thread(self._repeat_erasures)
            await asyncio.to_thread(self._index_lessons)
            await self._open(runner)  # before recovery: a second service on this machine fails here
            await self.delivery.recover()
            gc.collect()
            gc.freeze()  # what stays to the end is not searched again: each time held up every reply for 0.3 s
            polls = self.settings.telegram_token and not self.settings.telegram_webhook_url
            log.info("app.started", how="polling" if polls else "webhook")
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
            gc.unfreeze()
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
        if wrong := await asyncio.to_thread(self._key_problem):
            raise SettingsError([wrong])

    def _key_problem(self) -> str:
        with sessions(self.engine).reading() as session:
            return secret_key.problem(session, self.settings)

    def _repeat_erasures(self) -> None:
        with sessions(self.engine).begin() as session:
            erased = city_folder.repeat_erasures(session, self.settings, now())
        if erased:
            log.warning("app.erased_again", families=erased)

    def _index_lessons(self) -> None:
        """Find lessons by the words of this release, which may have changed since the database was migrated."""
        with sessions(self.engine).begin() as session:
            lesson_search.fill(session, self.city.library)

    async def _open(self, runner: web.AppRunner) -> None:
        await runner.setup()
        host, port = self.settings.http_host, self.settings.http_port
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:
            said = f"Alamat {host}:{port} tidak bisa dipakai; mungkin sedang dipakai program lain."
            raise SettingsError([f"{said} Tutup program itu, atau ganti ASUH_HTTP_PORT."]) from None


async def bot_name(settings: Settings) -> str:
    """The bot's user name on Telegram, without the @. Raises SettingsError when Telegram cannot be asked."""
    token = settings.telegram_token
    if token is None:
        raise SettingsError([NO_BOT])
    from bot.telegram.client import Client

    async with aiohttp.ClientSession() as http:
        try:
            me = await Client(token.get_secret_value(), settings.telegram_api_url, http).bot.get_me()
        except TokenRefused:
            raise SettingsError([UNKNOWN_BOT]) from None
        except SendFailure:
            raise SettingsError(["Telegram tidak terjangkau. Periksa sambungan internet, lalu coba lagi."]) from None
    return me.username or ""
