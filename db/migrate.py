"""Migrate a database to the current tables, and check whether it is current."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from db import lesson_texts
from db.engine import reading
from db.tables import metadata


def upgrade(engine: Engine, to: str = "head") -> None:
    """Apply every migration that is missing, up to the revision ``to``.

    Safe to run again, and by two processes at once on PostgreSQL.
    """
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4671001)")
            command.upgrade(_config(connection), to)
            connection.commit()
        else:
            _upgrade_sqlite(connection, to)


def _upgrade_sqlite(connection: Connection, to: str) -> None:
    """Migrate with foreign keys off: SQLite changes a table by copying it, and rows refer to it meanwhile."""
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("no connection to the database")
    driver.execute("PRAGMA foreign_keys=OFF")  # has no effect within a transaction
    try:
        with connection.begin():
            command.upgrade(_config(connection), to)
            if lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                raise RuntimeError(f"rows without what they refer to: {lost[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def is_current(engine: Engine) -> bool:
    with reading(engine).connect() as connection:
        heads = ScriptDirectory.from_config(_config(connection)).get_heads()
        return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)


def differences(engine: Engine) -> list[Any]:
    """The differences between the database and the tables; empty when there are none."""
    with engine.connect() as connection:
        opts = {"compare_type": True, "include_name": _is_of_tables}
        return compare_metadata(MigrationContext.configure(connection, opts=opts), metadata)


def revise(engine: Engine, message: str) -> None:
    """Write a new migration from the differences between the tables and the database (a developer's tool)."""
    with engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True)


def _is_of_tables(name: str | None, kind: str, parents: Any) -> bool:
    """Whether it is a matter of the tables: not the full-text index, which each database keeps in a way of its own."""
    return not (name or "").startswith(lesson_texts.INDEX)


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
