"""The city of the demo: a copy for each file of tests that only look at it, and one for each test that changes it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from db.engine import connect, sessions
from demo import city, launch, shape
from demo.launch import Prepared

MORNING = datetime(2026, 11, 23, 8, 30, tzinfo=shape.ZONE)  # a Monday
TODAY = MORNING.date()


@pytest.fixture(scope="module")
def grown(
    demo_city: tuple[Path, dict[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Session, city.Cast]]:
    """A copy of the city for the tests of one file."""
    made, cast = demo_city
    file = shutil.copy(made, tmp_path_factory.mktemp("kota") / "kota.sqlite")
    engine = connect(f"sqlite:///{file}")
    with sessions(engine)() as session:
        yield session, city.Cast(**cast)
    engine.dispose()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Prepared]:
    """A folder with the city as ``asuh demo`` makes it, and what is known of it; nobody opens its database any more."""
    folder = tmp_path_factory.mktemp("demo")
    prepared = launch.prepare(folder, MORNING)
    prepared.engine.dispose()  # the last connection to close folds the journal into the file
    return folder, prepared


@pytest.fixture
def prepared(made: tuple[Path, Prepared], tmp_path: Path) -> Iterator[Prepared]:
    """A copy of the city, of the test's own."""
    folder, first = made
    own = tmp_path / "kota"
    shutil.copytree(folder, own)
    engine = connect(f"sqlite:///{own / 'kota.sqlite'}")
    yield replace(first, city=replace(first.city, files=own / "files"), engine=engine, sessions=sessions(engine))
    engine.dispose()
