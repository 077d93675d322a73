"""Old lines of the audit get pseudonyms, and lose what they said besides."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from db import audit_seals, migrate
from db.engine import connect
from programme import opening
from tests.audited import Line, lines
from tests.conftest import new_database
from tests.db.test_upgrade import NOW, insert, town


@pytest.fixture
def old(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database whose audit held ids, signs and measurements."""
    if backend == "sqlite":
        engine = connect(f"sqlite:///{tmp_path / 'old.sqlite'}")
        migrate.upgrade(engine, "0017")
        yield engine
        engine.dispose()
        return
    with new_database(request.getfixturevalue("postgres_server")) as url:
        engine = connect(url)
        migrate.upgrade(engine, "0017")
        yield engine
        engine.dispose()


def noted(engine: Engine, action: str, subject: str, detail: str = "", by: int | None = 2) -> None:
    insert(engine, "audit", at=NOW, person_id=by, action=action, subject=subject, detail=detail)


def test_old_lines_mean_the_same_people_and_say_no_sign_name_or_measurement(old: Engine) -> None:
    town(old)
    insert(old, "visit", id=4, form="child_visit", asn_id=2, child_id=31, visited_on=NOW.date(), met=True,
           answers=json.dumps({}), personal=json.dumps([]), facts=json.dumps({}), channel="telegram",
           submitted_at=NOW)  # fmt: skip
    noted(old, "visit.submit", "child:31", "visit:4")
    noted(old, "danger.tapped", "child:31", "Kejang", by=1)
    noted(old, "referral.open", "referral:9", "Kejang, Demam", by=None)
    noted(old, "pregnancy.enter", "pregnancy:7", "HPL 2026-01-01")
    noted(old, "import.child", "child:32", "berat lahir, status", by=None)
    noted(old, "import.child", "child:32", "baru", by=None)
    noted(old, "duty.enter", "person:2", "cuti: Kamis 5 Maret")
    noted(old, "address.link", "person:1", "telegram", by=1)
    noted(old, "danger_texts.accept", "danger_texts", "dr. Sitti Rahma, Dinas Kesehatan", by=None)
    migrate.upgrade(old)
    with Session(old) as session:
        assert lines(session) == [
            Line("visit.submit", 2, "child:31", "visit:4"),
            Line("danger.tapped", 1, "child:31"),
            Line("referral.open", None, "referral:9"),
            Line("pregnancy.enter", 2, "pregnancy:7"),
            Line("import.child", None, "child:32", "berubah"),
            Line("import.child", None, "child:32", "baru"),
            Line("duty.enter", 2, "person:2", "cuti"),
            Line("address.link", 1, "person:1", "telegram"),
            Line("danger_texts.accept", "dr. Sitti Rahma, Dinas Kesehatan", "danger_texts"),
        ]
        accepted = opening.accepted(session)
        assert accepted is not None
        assert accepted.by == "dr. Sitti Rahma, Dinas Kesehatan"
        assert audit_seals.seal(session, NOW)
        assert audit_seals.check(session).broken is None


def test_lines_about_a_family_that_was_forgotten_before_name_it_no_more(old: Engine) -> None:
    town(old)
    noted(old, "chart.view", "child:31")
    noted(old, "family.view", "family:5", by=1)
    noted(old, "referral.accept", "referral:9")
    with old.begin() as connection:
        connection.execute(text("UPDATE family SET forgotten_at = :now"), {"now": NOW})
        connection.exec_driver_sql("UPDATE person SET name = '(dihapus)' WHERE id = 1")
    migrate.upgrade(old)
    with Session(old) as session:
        assert [(line.by, line.about) for line in lines(session)] == [(2, "?"), ("?", "?"), (2, "?")]


def test_the_migration_can_be_taken_back(old: Engine) -> None:
    town(old)
    noted(old, "visit.submit", "child:31")
    migrate.upgrade(old)
    downgrade(old)
    with old.connect() as connection:
        row = connection.exec_driver_sql("SELECT person_id, action, subject FROM audit").one()
    assert tuple(row) == (2, "visit.submit", "child:31")
    migrate.upgrade(old)
    assert migrate.is_current(old)


def downgrade(engine: Engine) -> None:
    from alembic import command

    with engine.begin() as connection:
        command.downgrade(migrate._config(connection), "0017")  # type: ignore[reportPrivateUsage]
