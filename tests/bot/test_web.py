"""/healthz tells a machine whether to worry, and tells nothing about anybody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import Engine, select

from bot.web import application, health
from db import inbox, outbox
from db.engine import Sessions, connect, sessions
from db.inbox import Arrival
from db.outbox import Outgoing
from tests.people import NOW
from tests.rows import outgoing


async def ask(found: Mapping[str, Any]) -> tuple[int, Any]:
    async with TestClient(TestServer(application(lambda: found, ()))) as client:
        answer = await client.get("/healthz")
        return answer.status, await answer.json()


async def test_all_is_well(engine: Engine, make_session: Sessions) -> None:
    assert await ask(health(engine, make_session, NOW)) == (
        200,
        {
            "ok": True, "database": True, "migrated": True, "waiting": 0, "set_aside": 0, "overdue": 0, "late": {},
            "retrying": 0, "on_the_wire_too_long": 0, "token_refused": [], "codes_guessed": False,
        },
    )  # fmt: skip


async def test_what_waits_what_failed_and_what_is_late_is_counted(engine: Engine, make_session: Sessions) -> None:
    with make_session.begin() as session:
        raw = {"message": {"text": "Aisyah 8,4 kg"}}
        inbox.keep(session, [Arrival(f"telegram:{n}", "telegram", "881", raw) for n in range(3)], NOW)
        row = inbox.take(session)
        assert row
        row.state = inbox.ASIDE
        late = NOW - timedelta(hours=1)
        outbox.promise(session, [outgoing("lesson:1:x", "telegram", "881", {"text": "Halo Sari"}, late)])
    status, said = await ask(health(engine, make_session, NOW + timedelta(minutes=1)))
    assert (status, said["waiting"], said["set_aside"], said["overdue"]) == (200, 2, 1, 1)
    assert not any(secret in json.dumps(said) for secret in ("881", "Aisyah", "Sari"))


async def test_what_is_stuck_is_named_by_its_kind_and_by_nobodys_name(engine: Engine, make_session: Sessions) -> None:
    with make_session.begin() as session:
        text, at = {"text": "Adik Rafa kejang"}, NOW - timedelta(minutes=20)
        rows = [
            outgoing(f"{lane}:1", "telegram", "881", text, at - timedelta(minutes=lane), lane=lane)
            for lane in (outbox.ALERT, outbox.REPLY)
        ]
        rows.append(outgoing("again:1", "telegram", "882", text, NOW, due_at=NOW + timedelta(days=1)))
        rows.append(outgoing("gone:1", "telegram", "883", text, NOW))
        outbox.promise(session, rows)
        found = {row.key: row for row in session.scalars(select(Outgoing))}
        found["again:1"].attempts = 1
        found["gone:1"].state, found["gone:1"].taken_at = outbox.TAKEN, NOW - timedelta(minutes=11)
    status, said = await ask(health(engine, make_session, NOW))
    assert (status, said["overdue"], said["late"]) == (200, 2, {"alert": 1260, "reply": 1200})
    assert (said["retrying"], said["on_the_wire_too_long"]) == (1, 1)
    assert not any(secret in json.dumps(said) for secret in ("881", "Rafa", "Sari"))


async def test_a_refused_token_is_a_reason_to_worry(engine: Engine, make_session: Sessions) -> None:
    status, said = await ask(health(engine, make_session, NOW, ["telegram"]))
    assert (status, said["token_refused"]) == (503, ["telegram"])


async def test_an_update_nobody_handles_is_a_reason_to_worry(engine: Engine, make_session: Sessions) -> None:
    with make_session.begin() as session:
        inbox.keep(session, [Arrival("telegram:1", "telegram", "881", {})], NOW)
    assert (await ask(health(engine, make_session, NOW + timedelta(minutes=6))))[0] == 503


async def test_a_database_without_tables_is_a_reason_to_worry(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/new.sqlite")
    status, said = await ask(health(engine, sessions(engine), NOW))
    assert (status, said["migrated"]) == (503, False)


async def test_a_database_out_of_reach_is_a_reason_to_worry(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/nowhere/asuh.sqlite")
    assert await ask(health(engine, sessions(engine), NOW)) == (503, {"ok": False, "database": False})
