"""The HTTP server: the channels' routes and the health check."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from aiohttp import web
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from db import migrate, queue
from db.engine import Sessions
from db.inbox import ASIDE, WAITING, Received
from programme import identity

OVERDUE = timedelta(minutes=10)  # longer than any rate limit delays a message
STUCK = timedelta(minutes=5)  # an update that waits longer is not being handled
PATIENCE = 5.0  # seconds
SMALL = 1024  # bytes; the largest body outside the routes

Health = Mapping[str, Any]


class Route(NamedTuple):
    """A route: method, path, handler, and the largest body in bytes."""

    method: str
    path: str
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    limit: int


def application(health: Callable[[], Health], routes: Sequence[Route]) -> web.Application:
    """The web application of the routes and ``/healthz``. ``health`` is called in a thread."""
    app = web.Application(client_max_size=max((route.limit for route in routes), default=SMALL))

    async def healthz(request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(PATIENCE):
                found = await asyncio.to_thread(health)
        except TimeoutError:
            found = {"ok": False, "database": False}
        return web.json_response(found, status=200 if found["ok"] else 503)

    app.router.add_get("/healthz", healthz)
    for route in routes:
        app.router.add_route(route.method, route.path, route.handler)
    return app


def health(engine: Engine, sessions: Sessions, now: datetime, refused: Sequence[str] = ()) -> Health:
    """The health report: counts, without personal data. ``ok`` is false when a restart or an operator is needed.

    ``refused``: channels that do not accept our token. ``late``: by lane, for how many seconds the oldest due message
    has been waiting, where that is longer than any rate limit delays one. ``codes_guessed``: somebody tries codes.
    """
    try:
        if not migrate.is_current(engine):
            return {"ok": False, "database": True, "migrated": False}
        with sessions.reading() as session:
            open_ones = select(Received.state, func.count()).where(Received.state.in_((WAITING, ASIDE)))
            inbox: dict[str, int] = dict(session.execute(open_ones.group_by(Received.state)).all())
            oldest = session.scalar(select(func.min(Received.received_at)).where(Received.state == WAITING))
            stuck = queue.stuck(session, now, OVERDUE)
            guessing = identity.is_guessing(session, now)
    except SQLAlchemyError:
        return {"ok": False, "database": False}
    return {
        "ok": not refused and (oldest is None or oldest > now - STUCK),
        "database": True,
        "migrated": True,
        "waiting": inbox.get(WAITING, 0),
        "set_aside": inbox.get(ASIDE, 0),
        "overdue": stuck.overdue,
        "late": {lane: round(waited.total_seconds()) for lane, waited in stuck.waited.items()},
        "retrying": stuck.retrying,
        "on_the_wire_too_long": stuck.on_the_wire,
        "token_refused": list(refused),
        "codes_guessed": guessing,
    }
