"""The HTTP side of the service: the routes at which channels post, and the answer to "are you well?"."""

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

OVERDUE = timedelta(minutes=10)  # longer than any rate limit holds a message back
STUCK = timedelta(minutes=5)  # an update that waits longer than this is being handled by nobody
PATIENCE = 5.0  # seconds
SMALL = 1024  # bytes; nothing is posted where there is no route

Health = Mapping[str, Any]


class Route(NamedTuple):
    """What is asked for at a path, who answers, and the longest body it takes."""

    method: str
    path: str
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    limit: int


def application(health: Callable[[], Health], routes: Sequence[Route]) -> web.Application:
    """``health`` is called in a thread."""
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
    """Counts and yes or no, nothing about anybody. ``ok`` is false when a restart or an operator is needed.

    ``refused``: channels that do not take our token. ``late`` says by lane for how many seconds the oldest due message
    has been waiting, where that is longer than any rate limit holds one back.
    """
    try:
        if not migrate.is_current(engine):
            return {"ok": False, "database": True, "migrated": False}
        with sessions.reading() as session:
            open_ones = select(Received.state, func.count()).where(Received.state.in_((WAITING, ASIDE)))
            inbox: dict[str, int] = dict(session.execute(open_ones.group_by(Received.state)).all())
            oldest = session.scalar(select(func.min(Received.received_at)).where(Received.state == WAITING))
            stuck = queue.stuck(session, now, OVERDUE)
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
    }
