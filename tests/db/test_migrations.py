from sqlalchemy import Engine

from db import migrate


def test_the_migrations_give_the_same_database_as_the_tables(engine: Engine) -> None:
    assert migrate.is_current(engine)
    assert migrate.differences(engine) == []


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    migrate.upgrade(engine)
    assert migrate.is_current(engine)
