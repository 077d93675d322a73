"""How much processor time a quiet look for lessons costs, and one at the ladder of visits: they come every hour, mostly
for nobody.

``uv run python -m bench.quiet_looks 60`` looks sixty times at one family; run two states of the code in turns.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from content.city import City
from db import migrate
from db.engine import connect, sessions
from scheduler import ladder
from scheduler.lessons import planning
from scheduler.looks import Look, finish
from tests import people

LOOKS: dict[str, Look] = {"lessons": planning.tick, "ladder": ladder.tick}


def main(looks: int) -> None:
    with TemporaryDirectory() as folder:
        engine, city = connect(f"sqlite:///{folder}/town.sqlite"), people.city(Path(folder))
        migrate.upgrade(engine)
        with sessions(engine)() as session:
            home = people.family(session)
            people.child(session, home, born=people.TODAY - timedelta(days=430))
            for name, relation in (("Sari", "ibu"), ("Amir", "ayah")):
                people.carer(session, home, name, relation)
            child = home.children[0]
            people.fosters(session, people.asn(session), child, people.TODAY - timedelta(days=32))
            now = people.at(people.TODAY, "09:05")
            spent = {name: _spent(look, session, now, city, looks) for name, look in LOOKS.items()}
        engine.dispose()
    for name, seconds in spent.items():
        print(f"{name}: {seconds * 1000:.1f} ms of processor time a look, {looks} looks at one family")


def _spent(look: Look, session: Session, now: datetime, city: City, looks: int) -> float:
    for _ in range(3):  # the first ones plan what is due
        finish(look, session, now, city)
    begun = time.process_time()
    for _ in range(looks):
        finish(look, session, now, city)
    return (time.process_time() - begun) / looks


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
