"""How much processor time one quiet look for lessons costs: it comes every hour, mostly for nobody.

``uv run python -m bench.quiet_looks 60`` looks sixty times at one family; run two states of the code in turns.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from db import migrate
from db.engine import connect, sessions
from scheduler.lessons import planning
from scheduler.looks import finish
from tests import people


def main(looks: int) -> None:
    with TemporaryDirectory() as folder:
        engine, city = connect(f"sqlite:///{folder}/town.sqlite"), people.city(Path(folder))
        migrate.upgrade(engine)
        with sessions(engine)() as session:
            home = people.family(session)
            people.child(session, home, born=people.TODAY - timedelta(days=430))
            for name, relation in (("Sari", "ibu"), ("Amir", "ayah")):
                people.carer(session, home, name, relation)
            now = people.at(people.TODAY, "09:05")
            for _ in range(3):  # the first ones plan what is due
                finish(planning.tick, session, now, city)
            begun = time.process_time()
            for _ in range(looks):
                finish(planning.tick, session, now, city)
            spent = (time.process_time() - begun) / looks
        engine.dispose()
    print(f"{spent * 1000:.1f} ms of processor time a look, {looks} looks at one family")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
