"""The demo while it runs: the live service's own parts around phones that are not real and a clock that can be moved.

Everything happens in turns, one at a time: what came in is handled, what has fallen due is planned, what may go is
sent. Putting the clock forward is many turns.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any, Protocol, TypeVar, TypeVarTuple

import structlog
from sqlalchemy import select

from bot.intake import handle_next, keep, where
from bot.telegram.channel import Telegram
from bot.whatsapp.channel import WhatsApp
from bot.whatsapp.files import Pictures
from bot.whatsapp.webhook import split
from bot.workbooks import Workbooks
from content.city import City
from db.engine import Sessions
from db.outbox import PLANNED, Outgoing
from delivery import before_send
from delivery.rate_limit import FREELY
from delivery.sender import Delivery
from demo import directory
from demo.city import Beginners, Cast
from demo.clock import Clock
from demo.directory import Directory
from demo.phones import Owner, Phones
from demo.whatsapp_phones import NUMBER, WhatsAppPhones
from programme.quiet_hours import quiet_hours
from reports.ready import ready
from scheduler import clock as timetable
from scheduler import referral_escalation

log = structlog.get_logger()

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

MOVES = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
    "event": timedelta(days=60),
}
LOOK = 2.0  # seconds between two turns when nobody does anything
GRAIN = timedelta(minutes=15)  # how closely the hands stop at what falls due while they are put forward
HELD_LOOK = timedelta(minutes=30)  # a message held back, by an open report or the night, is looked at this often


class Handsets(Protocol):
    """The phones of one channel; whatever somebody does there comes out as the channel would post it to us."""

    def text(self, owner: Owner, said: str) -> dict[str, Any]: ...

    def contact(self, owner: Owner) -> dict[str, Any]: ...

    def place(self, owner: Owner, latitude: float, longitude: float) -> dict[str, Any]: ...

    def photo(self, owner: Owner, content: bytes, width: int, height: int) -> dict[str, Any]: ...

    def document(self, owner: Owner, content: bytes, name: str, mime: str) -> dict[str, Any]: ...

    def tap(self, owner: Owner, message: int, data: str) -> dict[str, Any] | None: ...


class Town:
    """A seeded city at work. ``sessions`` open its database; attachments lie below ``city.files``.

    ``phones`` are the screens of every phone, and Telegram on them; WhatsApp draws on the same.
    """

    def __init__(self, sessions: Sessions, city: City, clock: Clock, phones: Phones, cast: Cast | Beginners) -> None:
        self.phones, self._cast = phones, cast
        self._sessions, self._city, self._clock = sessions, city, clock
        self.directory = self._look_up(None)
        self._whatsapp_phones = WhatsAppPhones(phones, clock, city.notices, city.name)
        self._telegram = Telegram(phones, city.files, clock)
        self._whatsapp = WhatsApp(self._whatsapp_phones, city.files, clock, number=NUMBER)
        self._channels = {channel.name: channel for channel in (self._telegram, self._whatsapp)}
        self._thread = ThreadPoolExecutor(1, "demo")
        self._pictures = Pictures(self._whatsapp, sessions, city.files, self._thread)
        busy = timedelta(minutes=city.programme.visits.draft_busy_minutes)
        self._delivery = Delivery(
            sessions,
            self._channels,
            clock,
            dict.fromkeys(self._channels, FREELY),
            busy=busy,
            allowed=lambda moment: quiet_hours(city).open_at(city.local(moment)),
            check=lambda session, rows, moment: before_send.check(session, rows, moment, city),
            prepare=lambda file: ready(sessions, city, file.path, clock()),
            executor=self._thread,
        )
        self._workbooks = Workbooks(sessions, self._channels, clock, city, self._news_came, self._thread)
        self._ticked = clock()
        self._looked: dict[str, date] = {}
        self._one_at_a_time = asyncio.Lock()
        self._news = asyncio.Event()
        self._moving = False

    def time(self) -> dict[str, Any]:
        """What the clock shows, and whether somebody is putting it forward."""
        return {"now": self._city.local(self._clock()).isoformat(), "moving": self._moving}

    @property
    def is_empty(self) -> bool:
        """Whether the city has been made to be filled by whoever plays."""
        return isinstance(self._cast, Beginners)

    async def look_up(self) -> Directory:
        """Everybody of the city, read anew where somebody has come since."""
        self.directory = await self._in_thread(self._look_up, self.directory)
        return self.directory

    def _look_up(self, known: Directory | None) -> Directory:
        with self._sessions() as session:
            if known is not None and known.newest == directory.newest(session):
                return known
            return directory.read(session, self._cast, self._city.today(self._clock()))

    def handsets(self, channel: str) -> Handsets:
        """The phones of "telegram" or "whatsapp"."""
        return self.phones if channel == self._telegram.name else self._whatsapp_phones

    async def take(self, channel: str, posted: dict[str, Any]) -> None:
        """Keep what a channel posts to us; it is handled in the next turn."""
        if channel == self._telegram.name:
            await self._in_thread(keep, self._sessions, self._telegram, [posted], self._clock())
            await self._telegram.acknowledge(posted)
        else:
            items = list(split(posted, NUMBER))
            await self._in_thread(keep, self._sessions, self._whatsapp, items, self._clock())
            for item in items:
                await self._ack(item)
        self._news.set()

    async def _ack(self, item: dict[str, Any]) -> None:
        """What need not be waited for, as at the door of the service."""
        await self._whatsapp.acknowledge(item)
        incoming = self._whatsapp.read(item) if self._city.programme.photos.allowed else None
        if incoming and incoming.photo:
            await self._pictures.fetch(incoming, self._clock())

    async def run(self, stop: asyncio.Event) -> None:
        """Take turns until ``stop``, at once when there is news."""
        stopping = asyncio.create_task(stop.wait())
        while not stop.is_set():
            self._news.clear()
            async with self._one_at_a_time:
                try:
                    await self._turn()
                except Exception as mistake:  # the page must not die of it
                    log.error("demo.turn_failed", failure=where(mistake))
            waking = asyncio.create_task(self._news.wait())
            await asyncio.wait({waking, stopping}, timeout=LOOK, return_when=asyncio.FIRST_COMPLETED)
            waking.cancel()
        self._thread.shutdown()

    async def move(self, move: str) -> bool:
        """Put the clock forward by a key of ``MOVES``; "event" stops when a phone on the page has a message.

        False if it cannot be done now.
        """
        if self._moving or move not in MOVES:
            return False
        self._moving = True
        try:
            async with self._one_at_a_time:
                await self._forward(self._clock() + MOVES[move], until_heard=move == "event")
        finally:
            self._moving = False
            self._show_time()
        return True

    async def _forward(self, end: datetime, until_heard: bool) -> None:
        heard = self.phones.said_to_pages()
        while self._clock() < end:
            self._clock.put_forward(await self._in_thread(self._next_stop, end))
            self._show_time()
            await self._turn()
            if until_heard and (self.phones.said_to_pages() > heard or not self.phones.watched):
                return

    def _next_stop(self, end: datetime) -> datetime:
        """The next moment at which something may happen."""
        now = self._clock()
        planned = select(Outgoing.due_at).where(Outgoing.state == PLANNED).order_by(Outgoing.due_at)
        with self._sessions.reading() as session:
            held = session.scalar(planned.where(Outgoing.due_at <= now).limit(1))
            due = session.scalar(planned.where(Outgoing.due_at > now).limit(1))
        stops = [end, self._next_tick()[0]]
        if due:
            stops.append(max(_rounded_up(due), now))
        if held:
            stops.append(now + HELD_LOOK)
        return min(stop for stop in stops if stop >= now)

    async def _turn(self) -> None:
        while await self._in_thread(handle_next, self._sessions, self._channels, self._clock(), self._city):
            pass
        while await self._workbooks.round():
            pass
        await self._in_thread(self._tick)
        await self._delivery.round()
        for posted in self._whatsapp_phones.news():
            await self.take(self._whatsapp.name, posted)

    def _tick(self) -> None:
        """Everything whose time has come since we last looked, in order, each at its own time.

        A tick that looks every hour mostly does so to catch up. While the clock is put forward nothing is missed, and a
        second look on the same day would find nothing new: it is left out, and a week passes in seconds.
        """
        while (found := self._next_tick())[0] <= self._clock():
            at, ticks = found
            today = self._city.today(at)
            for tick in ticks:
                seen = self._looked.get(tick.name) == today and not tick.all_day
                if not (self._moving and seen):
                    timetable.run(tick, self._sessions, at, self._city)
                    self._looked[tick.name] = today
            self._ticked = at

    def _next_tick(self) -> tuple[datetime, list[timetable.Tick]]:
        """The next look; the one of every minute is left out until it can find something."""
        with self._sessions.reading() as session:
            urgent = referral_escalation.next_urgent(session, self._ticked, self._city)
        return timetable.next_tick(self._ticked, self._city, urgent)

    def _news_came(self) -> None:
        self._news.set()

    def _show_time(self) -> None:
        self.phones.tell({"kind": "clock", **self.time()})

    async def _in_thread(self, work: Callable[[*Ts], T], *arguments: *Ts) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)


def _rounded_up(moment: datetime) -> datetime:
    late = moment.timestamp() % GRAIN.total_seconds()
    return moment + (GRAIN - timedelta(seconds=late) if late else timedelta())
