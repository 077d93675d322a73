"""What planning lessons costs: uv run python -m bench.education [FAMILIES] [DATABASE_URL]

Fills a database (a SQLite file of its own unless a URL is given) with families who have joined, then runs the tick
of their first morning, the same one again, and the mornings of a week. Says for each how long it took, how long its
slowest write, and the most memory so far, held against what there was before the first: 100,000 families fit into
the memory of 1,000.
"""

import random
import resource
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from content import lessons, programme
from content.city import City
from content.templates import Templates
from db import migrate
from db.children import Carer, Child, Family, Pregnancy
from db.consent import Consent
from db.engine import Sessions, connect, sessions
from db.measurements import OFFICIAL, Measurement
from db.outbox import PLANNED, SENT, Outgoing
from db.people import Address, Person
from db.places import District, Village
from scheduler.lessons import planning
from scheduler.looks import Write, carry_out

WITA = ZoneInfo("Asia/Makassar")
MORNING = datetime(2026, 3, 4, 6, 5, tzinfo=WITA)
AT_ONCE = 2_000  # families written at a time, so that the filling does not hide what the planning takes
DAYS = 7


def fill(session: Session, families: int) -> None:
    """One carer a family; a third are pregnant, the others have a child of up to two years; half joined lately."""
    chance = random.Random(65)
    session.add(Village(id=1, name="Mandonga", district=District(id=1, name="Mandonga")))
    session.flush()
    for begin in range(1, families + 1, AT_ONCE):
        for table, rows in _rows(range(begin, min(begin + AT_ONCE, families + 1)), chance):
            session.execute(insert(table), rows)
        session.commit()


def _rows(ids: range, chance: random.Random) -> Iterator[tuple[type, list[dict[str, Any]]]]:
    today, made = MORNING.date(), {"created_at": MORNING - timedelta(days=200)}
    yield Person, [{"id": n, "name": f"Ibu{n}", **made} for n in ids]
    yield Family, [{"id": n, "code": f"KK{n}", "mother_name": f"Ibu{n}", "village_id": 1, **made} for n in ids]
    heard = {"channel": "simulator", "first_heard_at": MORNING, "last_heard_at": MORNING}
    yield Address, [{"address": str(n), "person_id": n, **heard} for n in ids]
    agreed = {"relation": "ibu", "text_version": "t", "channel": "simulator", "given_at": MORNING}
    yield Consent, [{"person_id": n, "family_id": n, **agreed} for n in ids]
    joined = (today - timedelta(days=chance.choice((0, 200))) for _ in ids)
    yield Carer, [{"person_id": n, "family_id": n, "joined_on": day} for n, day in zip(ids, joined, strict=True)]
    due = (today + timedelta(days=chance.randrange(250)) for _ in ids)
    pregnant = [{"family_id": n, "mother_name": f"Ibu{n}", "due": day, **made} for n, day in zip(ids, due, strict=True)]
    yield Pregnancy, [row for n, row in zip(ids, pregnant, strict=True) if n % 3 == 0]
    born = (today - timedelta(days=chance.randrange(100, 730)) for _ in ids)
    child = {"sex": "L", "name": "Rafa", **made}
    children = [
        {"id": n, "family_id": n, "code": f"A{n}", "born": day, **child} for n, day in zip(ids, born, strict=True)
    ]
    yield Child, [row for n, row in zip(ids, children, strict=True) if n % 3]
    weighed = {"kind": OFFICIAL, "weight_kg": 8.0, "source": "posyandu"}
    for ago in (33, 3):
        day = MORNING - timedelta(days=ago)
        on = {"measured_on": day.date(), "recorded_at": day, **weighed}
        yield Measurement, [{"child_id": n, **on} for n in ids if n % 3]


def peak() -> float:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def look(sessions: Sessions, now: datetime, city: City) -> tuple[float, float]:
    """Run the tick; the seconds of all and of the slowest write, commit included."""
    begun, slowest = perf_counter(), 0.0

    def commit(write: Write) -> None:
        nonlocal slowest
        since = perf_counter()
        with sessions.begin() as session:
            write(session)
        slowest = max(slowest, perf_counter() - since)

    with sessions.reading() as session:
        carry_out(planning.tick, session, now, city, commit)
    return perf_counter() - begun, slowest


def main() -> None:
    families = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{folder}/bench.sqlite")
        migrate.upgrade(engine)
        city = City("Kota", WITA, programme.load(), lessons.shipped(), Templates(), Path(folder))
        opened = sessions(engine)
        with opened() as session:
            fill(session, families)
            base = peak()
            mornings = [("first morning", 0), ("the same again", 0), *((f"day {n}", n) for n in range(1, DAYS + 1))]
            first = 0.0
            for name, days in mornings:
                took, slowest = look(opened, MORNING + timedelta(days=days), city)
                first = first or took
                rows = session.scalar(select(func.count()).select_from(Outgoing)) or 0
                planned = session.scalar(select(func.count()).where(Outgoing.state == PLANNED)) or 0
                speed = f"{took:.2f} s (x{took / first:.2f}), {families / took:,.0f} families/s"
                memory = f"at most {peak():.0f} MB (x{peak() / base:.2f})"
                counts = f"{planned:,} planned, {rows:,} rows"
                print(f"{name}: {speed}, slowest write {slowest * 1000:.0f} ms; {counts}; {memory}")
                session.execute(update(Outgoing).where(Outgoing.state == PLANNED).values(state=SENT))
                session.commit()
        engine.dispose()


if __name__ == "__main__":
    main()
