"""The city of the demo, grown once for all the tests of a file that only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from db.engine import connect, sessions
from demo import city, shape
from tests import people

MORNING = datetime(2026, 11, 23, 8, 30, tzinfo=shape.ZONE)  # a Monday
TODAY = MORNING.date()


@pytest.fixture(scope="module")
def grown(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Session, city.Cast]]:
    file = tmp_path_factory.mktemp("kota") / "kota.sqlite"
    file.write_bytes(sqlite_template.read_bytes())
    engine = connect(f"sqlite:///{file}")
    with sessions(engine)() as session:
        yield session, city.seed(session, MORNING, people.city())
    engine.dispose()
