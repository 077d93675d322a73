"""What planning lessons costs: uv run python -m bench.education [FAMILIES] [DATABASE_URL]

Fills a database (a SQLite file of its own unless a URL is given) with families who have joined, then runs the tick
of their first morning, the same one again, and the mornings of a week.
"""

import random
import resource
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from content import lessons, programme
from content.city import City
from content.templates import Templates
from db import migrate
from db.children import Carer, Child, Family, Pregnancy
from db.consent import Consent
from db.engine import connect, sessions
from db.outbox import PLANNED, SENT, Outgoing
from db.people import Address, Person
from db.places import District, Village
from scheduler import education

WITA = ZoneInfo("Asia/Makassar")
MORNING = datetime(2026, 3, 4, 6, 5, tzinfo=WITA)


def fill(session: Session, families: int) -> None:
    """One carer a family; a third are pregnant, the others have a child of up to two years; half joined lately."""
    chance = random.Random(65)
    today = MORNING.date()
    session.add(Village(id=1, name="Mandonga", district=District(id=1, name="Mandonga")))
    session.flush()
    ids = range(1, families + 1)
    made = {"created_at": MORNING}
    session.execute(insert(Person), [{"id": n, "name": f"Ibu{n}", **made} for n in ids])
    session.execute(
        insert(Family), [{"id": n, "code": f"KK{n}", "mother_name": f"Ibu{n}", "village_id": 1, **made} for n in ids]
    )
    heard = {"channel": "simulator", "first_heard_at": MORNING, "last_heard_at": MORNING}
    session.execute(insert(Address), [{"address": str(n), "person_id": n, **heard} for n in ids])
    agreed = {"relation": "ibu", "text_version": "t", "channel": "simulator", "given_at": MORNING}
    session.execute(insert(Consent), [{"person_id": n, "family_id": n, **agreed} for n in ids])
    session.execute(
        insert(Carer),
        [{"person_id": n, "family_id": n, "joined_on": today - timedelta(chance.choice((0, 200)))} for n in ids],
    )
    pregnant = [n for n in ids if n % 3 == 0]
    session.execute(
        insert(Pregnancy),
        [
            {"family_id": n, "mother_name": f"Ibu{n}", "due": today + timedelta(chance.randrange(250)), **made}
            for n in pregnant
        ],
    )
    born = [{"born": today - timedelta(chance.randrange(730)), "sex": "L", "name": "Rafa", **made} for _ in ids]
    session.execute(
        insert(Child), [{"family_id": n, "code": f"A{n}", **born[n - 1]} for n in ids if n not in set(pregnant)]
    )
    session.commit()


def main() -> None:
    families = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{folder}/bench.sqlite")
        migrate.upgrade(engine)
        city = City("Kota", WITA, programme.load(), lessons.load(), Templates(), Path(folder))
        with sessions(engine)() as session:
            fill(session, families)
            base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            mornings = [("first morning", 0), ("the same again", 0), *((f"day {n}", n) for n in range(1, 8))]
            for name, days in mornings:
                begun = perf_counter()
                education.tick(session, MORNING + timedelta(days), city)
                took = perf_counter() - begun
                rows = session.scalar(select(func.count()).select_from(Outgoing)) or 0
                planned = session.scalar(select(func.count()).where(Outgoing.state == PLANNED)) or 0
                print(f"{name}: {took:.2f} s, {families / took:,.0f} families/s; {planned:,} planned, {rows:,} rows")
                session.execute(update(Outgoing).where(Outgoing.state == PLANNED).values(state=SENT))
                session.commit()
        engine.dispose()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{(peak - base) / 1024:.0f} MB more than after filling")


if __name__ == "__main__":
    main()
