"""``asuh demo``: a made-up city on a page of this computer. Needs no token and no server, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import signal
import socket
import tempfile
import webbrowser
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from pathlib import Path

from aiohttp import web
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from sqlalchemy import Engine

from bot.app import now
from bot.log import set_up
from content import lessons, programme
from content.city import City
from content.emergency import Emergency, Line
from content.templates import Templates
from db import migrate
from db.engine import Sessions, connect, sessions
from demo import city as maker
from demo import shape
from demo.city import Beginners, Cast
from demo.clock import Clock, next_working_morning
from demo.phones import Phones
from demo.rows import Progress as Told
from demo.server import application
from demo.town import Town
from programme import lesson_search, opening

PORT = 8765
SEED = 2026
HERE = "127.0.0.1"
SHOWN_FIRST = 4  # phones on the page that have said hello
HELLO = {"telegram": "/start", "whatsapp": "Halo"}
REACHED = 2000  # people a day whom a business that Meta has verified may begin to write to
HANGING_UP = 1.0  # seconds that pages are given at the end


@dataclass(frozen=True)
class Prepared:
    """A city that has been made, before anything moves."""

    start: datetime
    city: City
    engine: Engine
    sessions: Sessions
    cast: Cast | Beginners


def run(port: int = PORT, browser: bool = True, seed: int = SEED, *, empty: bool = False) -> None:
    """Make the city in a folder of its own, open the page, and serve it until it is interrupted.

    A port that is taken is exchanged for a free one; the address is printed. ``empty``: a city that has yet to begin.
    """
    set_up("WARNING")
    console = Console()
    start = next_working_morning(now(), shape.ZONE)
    with (
        suppress(KeyboardInterrupt),  # a second Ctrl+C while we are tidying up
        tempfile.TemporaryDirectory(prefix="asuh-demo-", ignore_cleanup_errors=True) as folder,
    ):
        with _progress(console) as told:
            prepared = prepare(Path(folder), start, seed, told, empty=empty)
        try:
            asyncio.run(_until_interrupted(prepared, port, browser, console))
        finally:
            prepared.engine.dispose()
    console.print("\nDemo selesai. Kota contoh sudah dihapus.")


def prepare(
    folder: Path, start: datetime, seed: int = SEED, told: Told = maker.quiet, *, empty: bool = False
) -> Prepared:
    """The city as it stands at ``start`` (aware), with its database in the folder; ``empty``: before it begins."""
    files = folder / "files"
    files.mkdir(exist_ok=True)
    rules = programme.load()
    rules = replace(
        rules,
        whatsapp=replace(rules.whatsapp, daily_people=REACHED),
        invitations=replace(rules.invitations, telegram="AsuhContohBot"),
        emergency=_made_up(rules.emergency, start.date()),
    )
    city = City("Kota Kendari", shape.ZONE, rules, lessons.shipped(), Templates(), files, secret=shape.SECRET)
    engine = connect(f"sqlite:///{folder / 'kota.sqlite'}")
    migrate.upgrade(engine)
    make = sessions(engine)
    with make.begin() as session:
        cast = maker.seed_empty(session, start, city) if empty else maker.seed(session, start, city, seed, told)
        opening.accept(session, start, "Kota contoh")
        lesson_search.fill(session, city.library)
    return Prepared(start, city, engine, make, cast)


def _made_up(numbers: Emergency, today: date) -> Emergency:
    """The numbers of a made-up city, all of them rung: nobody new could join without. No such landline exists."""
    rung: dict[str, Line] = {}
    for field in fields(numbers):
        if isinstance(line := getattr(numbers, field.name), Line):
            rung[field.name] = replace(
                line,
                name=line.name or "RSUD Kota Contoh",
                number=line.number or "0401-000000",
                checked_on=today,
                checked_by="Kota contoh",
            )
    return replace(numbers, **rung)


@asynccontextmanager
async def serving(prepared: Prepared, port: int = 0) -> AsyncGenerator[tuple[Town, str]]:
    """The town at work and the address of its page; port 0 means any that is free."""
    clock = Clock(prepared.start)
    town = Town(prepared.sessions, prepared.city, clock, Phones(clock), prepared.cast)
    runner = web.AppRunner(application(town), access_log=None, shutdown_timeout=HANGING_UP)
    await runner.setup()
    stop = asyncio.Event()
    working = asyncio.create_task(town.run(stop))
    try:
        listening = _listening(port)  # closed by the runner
        await web.SockSite(runner, listening).start()
        for card in town.directory.first[:SHOWN_FIRST]:
            await town.take(card.channel, town.handsets(card.channel).text(card.owner, HELLO[card.channel]))
        yield town, f"http://localhost:{listening.getsockname()[1]}"
    finally:
        stop.set()
        town.phones.hang_up()
        await runner.cleanup()
        await working


def _listening(port: int) -> socket.socket:
    """A socket at the port, or at any free one where it is taken."""
    listening = socket.socket()
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HERE, port))
    except OSError:
        listening.bind((HERE, 0))
    return listening


async def _until_interrupted(prepared: Prepared, port: int, browser: bool, console: Console) -> None:
    stop = asyncio.Event()
    with suppress(NotImplementedError):  # Windows raises KeyboardInterrupt instead
        for interrupt in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(interrupt, stop.set)
    async with serving(prepared, port) as (_, address):
        console.print(f"\n[bold]Asuh[/bold] siap di [bold]{address}[/bold]")
        console.print("Kota ini contoh: semua nama karangan. Berhenti dengan Ctrl+C.")
        if browser:
            await asyncio.to_thread(webbrowser.open, address)
        await stop.wait()


class _progress:
    """A bar on the terminal that can be told how many rows are in."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("Menyiapkan kota contoh"), BarColumn(), TextColumn("{task.description}"))
        self._bar = Progress(*columns, console=console, transient=True)

    def __enter__(self) -> Callable[[str, int, int], None]:
        self._bar.start()
        task = self._bar.add_task("", total=None)

        def told(_table: str, done: int, total: int) -> None:
            self._bar.update(task, completed=done, total=total, description=f"{done} dari {total} baris")

        return told

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
