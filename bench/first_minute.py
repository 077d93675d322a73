"""How long people wait after a start: uv run python -m bench.first_minute [FAMILIES] [SECONDS] [DUE]

Fills a SQLite file with families who have joined, their ASN, cadres and coordinators, as after a night without power,
and with DUE messages that should have gone already. Then starts the real service at nine in the morning against a
Telegram server of the tests' own, and while every tick looks for the first time, somebody writes "menu" five times a
second. Says how long after that the answer was promised (its transaction committed) and how long after that it left,
how long each tick took, and the longest write transaction.
"""

import asyncio
import itertools
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, event, insert, update
from sqlalchemy.orm import Session

from bench import education
from bench.education import AT_ONCE, MORNING
from db import outbox
from db.children import Carer, Family
from db.fostering import Assignment
from db.outbox import PLANNED_LANE, Kind
from db.people import Address, Person, PersonRole
from db.places import HealthCentre, Posyandu
from db.referrals import Referral
from db.roles import Role, ScopeKind, Title
from db.visits import Visit
from tests.bot.telegram import updates
from tests.bot.telegram.botapi import TOKEN, BotAPI, Request

ROOT = Path(__file__).parent.parent
START = MORNING.replace(hour=9, minute=12)
HOME = "Jangan tunggu balasan di sini"  # words of content/templates/family_home.j2, which answers "menu"
EACH = 0.2  # seconds between two people who write
FOSTERED_BY_ONE = 5
OF_A_POSYANDU = 100


# --- the city -----------------------------------------------------------------------


def fill(session: Session, families: int) -> None:
    """The families of ``bench.education`` and everybody who works for them, so that each tick has something to find."""
    education.fill(session, families)
    chance, today = random.Random(10), MORNING.date()
    posyandu = range(1, families // OF_A_POSYANDU + 2)
    session.execute(insert(HealthCentre), [{"id": 1, "name": "Mandonga", "district_id": 1}])
    session.execute(insert(Posyandu), [{"id": n, "name": f"Melati {n}", "village_id": 1} for n in posyandu])
    session.execute(update(Family).values(posyandu_id=Family.id // OF_A_POSYANDU + 1, health_centre_id=1))
    session.execute(update(Address).values(channel="telegram", linked_at=MORNING - timedelta(days=200)))
    session.execute(update(Carer).where(Carer.id % 10 == 0).values(monthly_chart=True))
    session.execute(insert(PersonRole), [{"person_id": n, "role": Role.FAMILY} for n in range(1, families + 1)])
    number = itertools.count(families + 1)
    asn = [next(number) for _ in range(families // FOSTERED_BY_ONE + 1)]
    _people(session, asn, [{"role": Role.ASN}])
    for one in posyandu:
        _people(session, [next(number)], [_health(Title.CADRE, ScopeKind.POSYANDU, one)])
    _people(session, [next(number)], [_health(Title.MIDWIFE, ScopeKind.HEALTH_CENTRE, 1)])
    for scope in (ScopeKind.VILLAGE, ScopeKind.DISTRICT):
        _people(session, [next(number)], [{"role": Role.COORDINATOR, "scope": scope, "scope_id": 1}])
    _people(session, [next(number)], [{"role": Role.COORDINATOR, "scope": ScopeKind.CITY}])
    form = {"form": "kunjungan", "met": True, "personal": [], "facts": {}, "channel": "telegram"}
    for begin in range(1, families + 1, AT_ONCE):
        ids = [n for n in range(begin, min(begin + AT_ONCE, families + 1)) if n % 3]
        by = {n: asn[n // FOSTERED_BY_ONE] for n in ids}
        begun = today - timedelta(days=150)
        session.execute(insert(Assignment), [{"asn_id": by[n], "child_id": n, "starts": begun} for n in ids])
        days = {n: MORNING - timedelta(days=chance.randrange(5, 80)) for n in ids}
        answers = ({"sick": ["diare"] if chance.random() < 0.1 else [], "food": ["telur"]} for _ in ids)
        session.execute(
            insert(Visit),
            [
                {"asn_id": by[n], "child_id": n, "visited_on": days[n].date(), "submitted_at": days[n],
                 "answers": said, **form}
                for n, said in zip(ids, answers, strict=True)
            ],
        )  # fmt: skip
        urgent = {"signs": ["Kejang"], "urgency": "hari ini", "opened_at": MORNING - timedelta(hours=20)}
        session.execute(insert(Referral), [{"child_id": n, **urgent} for n in ids if n % 100 == 1])
    session.commit()


def fill_outbox(session: Session, due: int) -> None:
    """So many lessons to people of their own, all due since half an hour ago."""
    since = START - timedelta(minutes=30)
    for begin in range(0, due, AT_ONCE):
        outbox.promise(
            session,
            [
                outbox.row(Kind.LESSON, f"due:{n}", "telegram", f"9{n:06}", {"text": "?"}, since, lane=PLANNED_LANE)
                for n in range(begin, min(begin + AT_ONCE, due))
            ],
        )
        session.commit()


def _health(title: Title, scope: ScopeKind, place: int) -> dict[str, Any]:
    return {"role": Role.HEALTH, "title": title, "scope": scope, "scope_id": place}


def _people(session: Session, ids: Sequence[int], roles: Sequence[dict[str, Any]]) -> None:
    made = {"created_at": MORNING - timedelta(days=300)}
    heard = {"first_heard_at": MORNING, "last_heard_at": MORNING, "linked_at": MORNING - timedelta(days=200)}
    session.execute(insert(Person), [{"id": n, "name": f"Anwar{n}", **made} for n in ids])
    session.execute(insert(Address), [{"address": str(n), "person_id": n, "channel": "telegram", **heard} for n in ids])
    session.execute(insert(PersonRole), [{"person_id": n, **role} for n in ids for role in roles])


# --- the service, which writes down what it does when -----------------------------------


class Witness:
    """Writes lines into a file: "handled MOMENT", "tick NAME SECONDS", "write SECONDS"."""

    def __init__(self, file: Path) -> None:
        self._lines = file.open("w", buffering=1)

    def note(self, *words: object) -> None:
        self._lines.write(" ".join(map(str, words)) + "\n")

    def watch_writes(self, engine: Engine) -> None:
        """Log the duration of every transaction that holds the write lock, commit included."""
        begun: dict[int, float] = {}

        def begin(connection: Connection) -> None:
            if not connection.get_execution_options().get("read_only"):
                begun[id(connection.connection.dbapi_connection)] = monotonic()

        def timed(end: Callable[[Any], None]) -> Callable[[Any], None]:
            def finish(dbapi_connection: Any) -> None:
                end(dbapi_connection)
                own = getattr(dbapi_connection, "dbapi_connection", dbapi_connection)
                if since := begun.pop(id(own), None):
                    self.note("write", monotonic() - since)

            return finish

        event.listen(engine, "begin", begin)
        dialect: Any = engine.dialect
        dialect.do_commit, dialect.do_rollback = timed(dialect.do_commit), timed(dialect.do_rollback)

    def timed(self, run: Callable[..., None]) -> Callable[..., None]:
        def timed(tick: Any, *rest: Any, **more: Any) -> None:
            begun = monotonic()
            try:
                run(tick, *rest, **more)
            finally:
                self.note("tick", tick.name, monotonic() - begun)

        return timed

    def counted(self, handle: Callable[..., bool]) -> Callable[..., bool]:
        def counted(*given: Any) -> bool:
            found = handle(*given)
            if found:
                self.note("handled", monotonic())
            return found

        return counted


async def service(url: str, folder: Path) -> None:
    from bot import app, intake, log
    from bot.settings import Settings
    from scheduler import clock

    log.set_up("ERROR")
    ahead, witness = START - datetime.now(UTC), Witness(folder / "seen")
    app.now = lambda: datetime.now(UTC) + ahead
    clock.run = witness.timed(clock.run)
    intake.handle_next = witness.counted(intake.handle_next)
    told = {"telegram_token": TOKEN, "telegram_api_url": url, "http_port": 18098}
    built = app.build(Settings.model_validate(told))
    witness.watch_writes(built.engine)
    await built.run()


# --- the people ----------------------------------------------------------------------


class Server(BotAPI):
    """Records when the service first polled, and when each chat was sent the answer to "menu"."""

    def __init__(self) -> None:
        super().__init__()
        self.answered_at: dict[str, float] = {}
        self.polled = asyncio.Event()

    async def _get_updates(self, payload: dict[str, Any]) -> Any:
        self.polled.set()
        return await super()._get_updates(payload)

    def _send(self, request: Request) -> dict[str, Any]:
        if HOME in str(request.payload.get("text")):
            self.answered_at.setdefault(str(request.payload["chat_id"]), monotonic())
        return super()._send(request)


async def measure(folder: Path, families: int, seconds: int) -> None:
    async with Server() as server:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "bench.first_minute", "service", server.url, str(folder)]
        process = subprocess.Popen(command, cwd=folder, env=environment)  # noqa: ASYNC220, S603
        try:
            await server.polled.wait()
            begun, asked = monotonic(), dict[str, float]()
            for n in range(int(seconds / EACH)):
                person = 1 + n * (families // int(seconds / EACH))
                asked[str(person)] = monotonic()
                server.push(updates.text(person, "menu"))
                await asyncio.sleep(max(0, begun + (n + 1) * EACH - monotonic()))
            await asyncio.sleep(60)
        finally:
            process.kill()
            process.wait()
    _tell(folder, asked, server.answered_at)


def _tell(folder: Path, asked: dict[str, float], answered: dict[str, float]) -> None:
    seen = [line.split() for line in (folder / "seen").read_text().splitlines()]
    handled = [float(moment) for what, *(moment, *_) in seen if what == "handled"]
    promised = [done - since for since, done in zip(asked.values(), handled, strict=False)]
    left = [answered[who] - since for who, since in asked.items() if who in answered]
    for what, waits in (("promised", promised), ("left", left)):
        print(f"{what:9} {_summary(waits)}; {len(asked) - len(waits)} of {len(asked)} not within a minute more")
    for _, name, took in (line for line in seen if line[0] == "tick"):
        print(f"tick {name:10} {float(took):7.1f} s")
    writes = sorted((float(took) for what, took, *_ in seen if what == "write"), reverse=True)
    longest = ", ".join(f"{took * 1000:.0f}" for took in writes[:5])
    print(f"{len(writes)} write transactions, the longest {longest} ms")


def _summary(waits: Sequence[float]) -> str:
    if not waits:
        return "nothing"
    ordered = sorted(waits)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return (
        f"median {statistics.median(ordered) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, worst {ordered[-1] * 1000:.0f} ms"
    )


def main() -> None:
    match sys.argv[1:]:
        case ["service", url, folder]:
            asyncio.run(service(url, Path(folder)))
        case given:
            families, seconds, due = (int(one) for one in (*given, *("10000", "60", "0")[len(given) :]))
            with tempfile.TemporaryDirectory() as folder:
                _prepare(Path(folder), families, due)
                asyncio.run(measure(Path(folder), families, seconds))


def _prepare(folder: Path, families: int, due: int) -> None:
    from bot import city_folder as house
    from bot.settings import Settings
    from db import migrate
    from db.engine import sessions

    os.chdir(folder)
    engine = house.database(Settings.model_validate({"telegram_token": TOKEN}))
    migrate.upgrade(engine)
    with sessions(engine)() as session:
        fill(session, families)
        fill_outbox(session, due)
    engine.dispose()


if __name__ == "__main__":
    main()
