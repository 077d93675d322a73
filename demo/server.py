"""The page and its doors. It serves this machine only, and no other page may speak to it."""

from __future__ import annotations

import asyncio
import json
import mimetypes
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import structlog
from aiohttp import web

from bot.intake import where
from bot.telegram.wire import mapping
from demo.directory import Card
from demo.phones import Owner
from demo.town import Handsets, Town

log = structlog.get_logger()

PAGE = Path(__file__).parent / "page"
HOSTS = ("localhost", "127.0.0.1", "[::1]")
PHOTO_LIMIT = 10 * 1024 * 1024
PHONES = 12  # on one page at once
HEARTBEAT = 15.0  # seconds of silence on the event stream
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"  # noqa: E501 - one header
TOWN = web.AppKey("town", Town)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(town: Town) -> web.Application:
    app = web.Application(middlewares=[_only_this_page], client_max_size=PHOTO_LIMIT)
    app[TOWN] = town
    for path, file in (("/", "index.html"), ("/app.js", "app.js"), ("/style.css", "style.css")):
        app.router.add_get(path, _static(PAGE / file))
    app.router.add_get("/city", _city)
    app.router.add_get("/people", _people)
    app.router.add_get("/events", _events)
    app.router.add_get("/files/{id}", _file)
    app.router.add_post("/clock", _clock)
    for deed in (_text, _tap, _contact, _place, _photo, _document):
        app.router.add_post(f"/phones/{{chat:\\d+}}/{deed.__name__.strip('_')}", deed)
    return app


@web.middleware
async def _only_this_page(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A name that leads to this machine but is not ours, or a page from elsewhere, is turned away."""
    host = request.host.rpartition(":")[0] if request.host.rpartition(":")[2].isdigit() else request.host
    origin = request.headers.get("Origin")
    if host not in HOSTS or (origin and origin != f"http://{request.host}"):
        raise web.HTTPForbidden(text="Halaman ini hanya untuk komputer ini.")
    try:
        response = await handler(request)
    except web.HTTPException:
        raise
    except Exception as mistake:
        log.error("demo.request_failed", path=request.path, failure=where(mistake))
        raise web.HTTPInternalServerError(text="Maaf, yang ini gagal. Lihat catatan di terminal.") from None
    if not response.prepared:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
    return response


def _static(path: Path) -> Handler:
    async def serve(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(path)

    return serve


# --- looking --------------------------------------------------------------------


async def _city(request: web.Request) -> web.Response:
    """Who is on the page at first, and what time it is."""
    town = request.app[TOWN]
    return web.json_response(
        {"first": [card.to_json() for card in town.directory.first], "empty": town.is_empty, **town.time()}
    )


async def _people(request: web.Request) -> web.Response:
    """``?q=`` looks people up, ``?chat=`` names one."""
    directory = await request.app[TOWN].look_up()
    if chat := request.query.get("chat"):
        card = directory.card(int(chat)) if chat.isdigit() else None
        found = [card] if card else []
    else:
        found = directory.find(request.query.get("q", "")[:80])
    return web.json_response([card.to_json() for card in found])


async def _events(request: web.Request) -> web.StreamResponse:
    """All that happens on the phones named by ``?chats=1,2``, as it happens; first, how each of them looks now."""
    town = request.app[TOWN]
    numbers = [int(one) for one in request.query.get("chats", "").split(",") if one.isdigit()]
    chats = [chat for chat in numbers if town.directory.card(chat)][:PHONES]
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    listener = town.phones.listen(chats)
    try:
        await response.prepare(request)
        looks = {str(chat): town.phones.chat(chat).snapshot() for chat in chats}
        await _say(response, {"kind": "all", "chats": looks, **town.time()})
        while not listener.lost:
            try:
                event = await asyncio.wait_for(listener.events.get(), HEARTBEAT)
            except TimeoutError:
                await response.write(b": masih di sini\n\n")
                continue
            if event is None:
                break
            await _say(response, event)
    except (ConnectionError, asyncio.CancelledError):
        pass
    finally:
        town.phones.leave(listener)
    return response


async def _say(response: web.StreamResponse, event: dict[str, Any]) -> None:
    await response.write(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())


async def _file(request: web.Request) -> web.Response:
    found = request.app[TOWN].phones.file(request.match_info["id"])
    if found is None:
        raise web.HTTPNotFound(text="Berkas ini sudah tidak disimpan.")
    name, mime, content = found
    shown = "inline" if mime.startswith("image/") else "attachment"
    disposition = f"{shown}; filename*=UTF-8''{quote(name)}"
    return web.Response(body=content, content_type=mime, headers={"Content-Disposition": disposition})


# --- doing ----------------------------------------------------------------------


async def _text(request: web.Request) -> web.Response:
    said = str((await _body(request)).get("text", "")).strip()[:4096]
    if said:
        await _does(request, lambda phones, owner: phones.text(owner, said))
    return _done()


async def _tap(request: web.Request) -> web.Response:
    body = await _body(request)
    message, data = body.get("message"), body.get("data")
    if not isinstance(message, int) or not isinstance(data, str):
        raise web.HTTPBadRequest(text="Tombol tidak terbaca.")
    await _does(request, lambda phones, owner: phones.tap(owner, message, data))
    return _done()


async def _contact(request: web.Request) -> web.Response:
    await _does(request, lambda phones, owner: phones.contact(owner))
    return _done()


async def _place(request: web.Request) -> web.Response:
    """A place near the middle of the city, another for everyone."""
    card = _card(request)
    latitude, longitude = -3.9985 + card.chat % 97 / 4000, 122.5127 + card.chat % 89 / 4000
    await _does(request, lambda phones, owner: phones.place(owner, round(latitude, 5), round(longitude, 5)))
    return _done()


async def _photo(request: web.Request) -> web.Response:
    """The body is the JPEG itself; ``?w=`` and ``?h=`` its size."""
    content = await request.read()
    if not content.startswith(b"\xff\xd8\xff"):
        raise web.HTTPBadRequest(text="Foto harus berupa JPEG.")
    width, height = (int(value) if (value := request.query.get(side, "")).isdigit() else 0 for side in "wh")
    await _does(request, lambda phones, owner: phones.photo(owner, content, width, height))
    return _done()


async def _document(request: web.Request) -> web.Response:
    """The body is the file itself; ``?name=`` what it is called."""
    content, name = await request.read(), request.query.get("name", "")[:200] or "berkas"
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    await _does(request, lambda phones, owner: phones.document(owner, content, name, mime))
    return _done()


async def _clock(request: web.Request) -> web.Response:
    move = str((await _body(request)).get("move", ""))
    town = request.app[TOWN]
    if not await town.move(move):
        raise web.HTTPConflict(text="Jam sedang berjalan.")
    return web.json_response(town.time())


async def _does(request: web.Request, deed: Callable[[Handsets, Owner], dict[str, Any] | None]) -> None:
    """The owner of the phone does it, and the channel tells us."""
    town, card = request.app[TOWN], _card(request)
    posted = deed(town.handsets(card.channel), card.owner)
    if posted is None:
        raise web.HTTPConflict(text="Tombol itu sudah tidak ada.")
    await town.take(card.channel, posted)


def _card(request: web.Request) -> Card:
    card = request.app[TOWN].directory.card(int(request.match_info["chat"]))
    if card is None:
        raise web.HTTPNotFound(text="Tidak ada ponsel dengan nomor itu.")
    return card


async def _body(request: web.Request) -> Mapping[str, Any]:
    with suppress(ValueError):
        if request.content_type == "application/json" and (body := mapping(await request.json())):
            return body
    raise web.HTTPBadRequest(text="Permintaan tidak terbaca.")


def _done() -> web.Response:
    return web.json_response({"ok": True})
