"""Days pass in a town: the real ticks and the real delivery on a moved clock, and Meta as the Graph server keeps it.

async with town(make_session, tmp_path, BABIES) as kendari:
    await kendari.until(at(TODAY, "20:00"))
    assert kendari.graph.seen("62812...") == [...]
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import select

from bot.channel_setup import TELEGRAM_RATES, WHATSAPP_RATES
from bot.intake import handle_next, keep
from bot.telegram.channel import Telegram
from bot.whatsapp import webhook
from bot.whatsapp.channel import WhatsApp
from bot.whatsapp.client import Client
from bot.whatsapp.files import Uploads
from content.city import City
from content.lessons import Library
from db import outbox
from db.engine import Sessions
from db.outbox import Outgoing
from db.people import WINDOW, Address, Person
from delivery import service_window
from delivery.sender import Delivery
from flow.message import Channel
from programme.quiet_hours import quiet_hours
from scheduler import clock, referral_escalation
from tests import people
from tests.bot.telegram.botapi import BotAPI
from tests.bot.whatsapp import posts
from tests.bot.whatsapp.graph import Graph
from tests.bot.whatsapp.service import approve
from tests.rows import outgoing


class Meta(Graph):
    """Its webhook is the town's, without a network between."""

    def __init__(self, town: Town, **how: Any) -> None:
        super().__init__(lambda: town.now, **how)
        self._town = town

    async def post(self, body: Any, secret: str | None = None, signature: str | None = None) -> int:
        self._town.takes(body)
        return 200


class Town:
    """``now`` moves only by ``until``. Pictures and workbooks lie in ``folder``."""

    def __init__(self, sessions: Sessions, folder: Path, library: Library, now: datetime, **graph: Any) -> None:
        self.sessions, self.now, self.folder = sessions, now, folder
        self.city: City = people.city(folder, library)
        self.graph = Meta(self, **graph)
        self.channels: dict[str, Channel] = {}
        self.delivery: Delivery
        self.telegram: BotAPI

    def build(self, http: aiohttp.ClientSession, api: BotAPI) -> None:
        """As bot/app.py does."""
        from bot.telegram.client import Client as BotClient  # takes seconds, and most who import this file need none

        self.telegram = api
        client = Client(self.graph.token, self.graph.number, http, base_url=self.graph.url)
        whatsapp = WhatsApp(client, self.folder, lambda: self.now, Uploads(self.sessions), self.graph.number)
        telegram = Telegram(BotClient(api.token, api.url, http), self.folder, lambda: self.now)
        self.channels = {"whatsapp": whatsapp, "telegram": telegram}
        self.delivery = Delivery(
            self.sessions,
            self.channels,
            lambda: self.now,
            {"whatsapp": WHATSAPP_RATES, "telegram": TELEGRAM_RATES},
            busy=timedelta(minutes=30),
            allowed=lambda moment: quiet_hours(self.city).open_at(self.city.local(moment)),
            check=lambda session, rows, moment: service_window.check(session, rows, moment, self.city),
        )

    def joins(self, person: int, number: str, heard: datetime, channel: str = "whatsapp") -> None:
        """This is the person's number, from which they wrote last then."""
        with self.sessions.begin() as session:
            address = people.address(session, session.get_one(Person, person), channel, heard)
            address.address, address.window_until = number, heard + WINDOW if channel == "whatsapp" else None
        if channel == "whatsapp":
            self.graph.opens_window(number, heard)

    def promise(self, key: str, number: str, said: str = "", lane: int = outbox.REPLY, person: int | None = None):
        row = outgoing(key, "whatsapp", number, {"text": said or key}, self.now, lane=lane, person_id=person)
        with self.sessions.begin() as session:
            outbox.promise(session, [row])

    def takes(self, body: Any) -> None:
        """What Meta posts is kept and handled."""
        keep(self.sessions, self.channels["whatsapp"], list(webhook.split(body, posts.NUMBER)), self.now)
        while handle_next(self.sessions, self.channels, self.now, self.city):
            pass

    async def says(self, number: str, said: str) -> None:
        await self.graph.says(posts.text(said, number, timestamp=str(int(self.now.timestamp()))))
        await self.delivery.round()

    async def until(self, moment: datetime) -> None:
        """Let the time pass: whatever ticks then ticks, whatever is due goes out, and Meta tells what became of it."""
        while True:
            look_at = await self.delivery.round()
            if self.graph.news:
                await self.graph.tell()
                continue
            with self.sessions.reading() as session:
                urgent = referral_escalation.next_urgent(session, self.now, self.city)
            ticking, ticks = clock.next_tick(self.now, self.city, urgent)
            following = min(ticking, look_at if look_at and look_at > self.now else ticking)
            if following > moment:
                self.now = moment
                return
            self.now = following
            for tick in ticks if following == ticking else ():
                clock.run(tick, self.sessions, self.now, self.city)

    def rows(self, number: str = "", kind: str = "") -> list[Outgoing]:
        wanted: Mapping[str, str] = {name: said for name, said in (("address", number), ("kind", kind)) if said}
        with self.sessions() as session:
            return list(session.scalars(select(Outgoing).filter_by(**wanted).order_by(Outgoing.id)))

    def address(self, number: str) -> Address:
        with self.sessions() as session:
            return session.scalars(select(Address).where(Address.address == number)).one()


@asynccontextmanager
async def town(
    sessions: Sessions, folder: Path, library: Library, now: datetime = people.NOW, **graph: Any
) -> AsyncGenerator[Town]:
    """``graph``: how Meta is, see ``Graph``. All our templates are approved."""
    here = Town(sessions, folder, library, now, **graph)
    async with here.graph, BotAPI() as api, aiohttp.ClientSession() as http:
        approve(here.graph)
        here.build(http, api)
        yield here
