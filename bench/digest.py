"""What the digest of a whole city costs: uv run python -m bench.digest [CHILDREN] [DATABASE_URL]

Fills a database (a SQLite file of its own unless a URL is given) with foster children who were visited and measured
every month for a year, one ASN each, in 65 kelurahan, then counts the digest of the city and writes its message and
workbook; and counts all areas of the city, each kind, which is to take no more than twice as long.
"""

import random
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from content import lessons, programme
from content.city import City
from content.templates import Templates
from db import migrate
from db.children import Child, Family
from db.engine import connect, sessions
from db.fostering import Assignment
from db.measurements import OFFICIAL, Measurement
from db.people import Address, Person
from db.places import District, HealthCentre, Office, Village
from db.referrals import Referral
from db.visits import Visit
from programme.scopes import CITY
from reports.digest import areas, digest

WITA = ZoneInfo("Asia/Makassar")
FIVE = datetime(2026, 3, 4, 17, 0, tzinfo=WITA)


def fill(session: Session, children: int) -> None:
    """A year of visits and measurements; every tenth child has an open referral."""
    chance, today = random.Random(462), FIVE.date()
    session.add_all(District(id=n, name=f"Kecamatan{n}") for n in range(1, 12))
    session.add_all(HealthCentre(id=n, name=f"Pusat{n}") for n in range(1, 16))
    session.add_all(Office(id=n, name=f"Dinas{n}") for n in range(1, 31))
    session.flush()
    session.add_all(Village(id=n, name=f"Kelurahan{n}", district_id=n % 11 + 1) for n in range(1, 66))
    session.flush()
    ids, made = range(1, children + 1), {"created_at": FIVE}
    born = {n: today - timedelta(chance.randrange(400, 730)) for n in ids}
    heard = {"channel": "simulator", "first_heard_at": FIVE, "last_heard_at": FIVE}
    session.execute(
        insert(Person),
        [{"id": n, "name": f"Anwar{n}", "nip": f"198501022010031{n:03}", "office_id": n % 30 + 1, **made} for n in ids],
    )
    session.execute(insert(Address), [{"address": str(n), "person_id": n, **heard} for n in ids])
    session.execute(
        insert(Family),
        [
            {
                "id": n,
                "code": f"KK{n}",
                "mother_name": f"Ibu{n}",
                "village_id": n % 65 + 1,
                "health_centre_id": n % 15 + 1,
                **made,
            }
            for n in ids
        ],
    )
    session.execute(
        insert(Child),
        [{"id": n, "family_id": n, "code": f"A{n}", "name": "Rafa", "sex": "L", "born": born[n], **made} for n in ids],
    )
    session.execute(insert(Assignment), [{"asn_id": n, "child_id": n, "starts": today - timedelta(360)} for n in ids])
    days = [(n, today - timedelta(chance.randrange(12) + 30 * month)) for n in ids for month in range(12)]
    form = {"form": "kunjungan", "met": True, "answers": {}, "personal": [], "facts": {}}
    form |= {"channel": "simulator", "submitted_at": FIVE}
    session.execute(insert(Visit), [{"asn_id": n, "child_id": n, "visited_on": day, **form} for n, day in days])
    weighed = {"kind": OFFICIAL, "recorded_at": FIVE}
    session.execute(
        insert(Measurement),
        [
            {
                "child_id": n,
                "measured_on": day,
                "weight_kg": chance.gauss(9, 1),
                "length_cm": chance.gauss(76, 3),
                **weighed,
            }
            for n, day in days
        ],
    )
    urgent = {"signs": ["Kejang"], "urgency": "hari ini", "opened_at": FIVE}
    session.execute(insert(Referral), [{"child_id": n, **urgent} for n in ids if n % 10 == 0])
    session.commit()


def main() -> None:
    children = int(sys.argv[1]) if len(sys.argv) > 1 else 480
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{folder}/bench.sqlite")
        migrate.upgrade(engine)
        city = City("Kota", WITA, programme.load(), lessons.shipped(), Templates(), Path(folder))
        with sessions(engine)() as session:
            fill(session, children)
            for name in ("first", "again"):
                begun = perf_counter()
                numbers = digest.of_scopes(session, [CITY], FIVE, city)
                counted = perf_counter()
                said = digest.message(numbers, "bench", city)
                written = perf_counter()
                every = areas.count(session, [CITY], FIVE, city)
                found = sum(len(every.of(kind)) for kind in areas.kinds([CITY]))
                took = perf_counter() - written
                print(f"{name}: {counted - begun:.3f} s to count, {written - counted:.3f} s to write")
                print(f"{found} areas: {took:.3f} s, {took / (counted - begun):.2f} of the count of the digest")
            print(f"{len(numbers.visits.late)} late, {len(numbers.weighed)} weighed, {len(said.text)} characters")
        engine.dispose()


if __name__ == "__main__":
    main()
