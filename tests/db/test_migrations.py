from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from db import migrate
from db.engine import connect


def test_the_migrations_give_the_same_database_as_the_tables(engine: Engine) -> None:
    assert migrate.is_current(engine)
    assert migrate.differences(engine) == []


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    migrate.upgrade(engine)
    assert migrate.is_current(engine)


def test_a_migration_that_would_lose_rows_is_taken_back_whole(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'asuh.sqlite'}")
    migrate.upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
        connection.exec_driver_sql("DELETE FROM alembic_version")
    with pytest.raises(OperationalError):  # the tables are there already
        migrate.upgrade(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM alembic_version").scalar() == 0
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
