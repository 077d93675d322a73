"""The chain of seals: it holds, it shows where it breaks, and the database refuses to change what is sealed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db import audit, audit_seals
from db.audit_seals import AuditSeal
from db.subjects import Subject, SubjectKind
from tests.audited import lines
from tests.people import NOW

RAFA = Subject(SubjectKind.CHILD, 31)
HOUR = timedelta(hours=1)


@pytest.fixture
def sealed(database_url: str, session: Session) -> Session:
    """Three hours with two lines each, sealed, and one line after them; in a database of its own."""
    for hour in range(3):
        for minute in (1, 2):
            audit.note(session, NOW + hour * HOUR + timedelta(minutes=minute), 12, "chart.view", RAFA)
        assert audit_seals.seal(session, NOW + (hour + 1) * HOUR)
        session.commit()
    audit.note(session, NOW + 4 * HOUR, 12, "visit.submit", RAFA)
    session.commit()
    return session


def test_the_chain_holds_and_counts_what_is_not_sealed_yet(sealed: Session) -> None:
    chain = audit_seals.check(sealed)
    assert (chain.seals, chain.broken, chain.waiting, chain.waiting_since) == (3, None, 1, NOW + 4 * HOUR)
    assert chain.newest is not None
    assert (chain.newest.up_to_id, chain.newest.at) == (6, NOW + 3 * HOUR)


def test_where_nothing_was_written_there_is_no_new_seal(sealed: Session) -> None:
    assert audit_seals.seal(sealed, NOW + 5 * HOUR)
    assert not audit_seals.seal(sealed, NOW + 6 * HOUR)


def test_each_seal_is_the_hash_of_the_one_before_and_of_its_lines(sealed: Session) -> None:
    """Computed here once more, by what the decision says of it."""
    from hashlib import sha256

    before = ""
    for seal, ids in zip(sealed.query(AuditSeal).order_by(AuditSeal.id), ((1, 2), (3, 4), (5, 6)), strict=True):
        written = before
        for id in ids:
            one = sealed.get_one(audit.Audit, id)
            moment = one.at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
            written += f'\n[{id},"{moment}","{one.actor}","{one.action}","{one.subject}",""]'
        assert seal.hash == sha256(written.encode()).hexdigest()
        before = seal.hash


REFUSED = {
    "a changed line": "UPDATE audit SET subject = 'child:0000000000000000' WHERE id = 2",
    "a line taken out": "DELETE FROM audit WHERE id = 2",
    "a changed seal": "UPDATE audit_seal SET hash = 'x' WHERE up_to_id = 4",
    "a seal taken out": "DELETE FROM audit_seal WHERE up_to_id = 4",
    "a line put in": "INSERT INTO audit (id, at, actor, action, subject, detail)"
    " VALUES (0, '2026-03-04 01:00:00', '', 'x', 'y', '')",
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED)
def test_the_database_refuses_to_change_what_is_sealed(sealed: Session, statement: str) -> None:
    with pytest.raises(DBAPIError, match="audit"):
        sealed.execute(text(statement))
    sealed.rollback()
    assert audit_seals.check(sealed).broken is None


def test_the_database_does_not_empty_the_table_either(sealed: Session, backend: str) -> None:
    with pytest.raises(DBAPIError, match="audit"):
        sealed.execute(text("TRUNCATE audit" if backend == "postgres" else "DELETE FROM audit"))


def test_what_is_not_sealed_yet_is_no_concern_of_the_seals(sealed: Session) -> None:
    assert sealed.execute(text("DELETE FROM audit WHERE id = 7")).rowcount == 1  # type: ignore[attr-defined]


def without_triggers(session: Session, *statements: str) -> None:
    """What somebody does who may alter the database: first take out the triggers."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET session_replication_role = replica"))
    else:
        for (name,) in session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {name}"))
    for statement in statements:
        session.execute(text(statement))
    session.expire_all()


TAMPERED: dict[str, tuple[str, int, int]] = {
    "a changed line": ("UPDATE audit SET action = 'home.view' WHERE id = 3", 2, 4),
    "a moved moment": ("UPDATE audit SET at = '2026-03-04 09:00:00' WHERE id = 1", 0, 2),
    "a line taken out": ("DELETE FROM audit WHERE id = 6", 4, 6),
    "a line put in": (
        "INSERT INTO audit (id, at, actor, action, subject, detail) VALUES (-1, '2026-03-04', '', 'x', 'y', '')", 0, 2,
    ),
    "a changed seal": ("UPDATE audit_seal SET hash = 'x' WHERE up_to_id = 2", 0, 2),
    "a seal taken out": ("DELETE FROM audit_seal WHERE up_to_id = 2", 0, 4),
}  # fmt: skip


@pytest.mark.parametrize(("statement", "after", "up_to"), TAMPERED.values(), ids=TAMPERED)
def test_a_change_behind_the_triggers_shows_and_where(sealed: Session, statement: str, after: int, up_to: int) -> None:
    without_triggers(sealed, statement)
    chain = audit_seals.check(sealed)
    assert chain.broken is not None
    assert (chain.broken_from, chain.broken.up_to_id) == (after, up_to)


def test_forgetting_a_child_breaks_no_seal(sealed: Session) -> None:
    audit.forget(sealed, [RAFA])
    sealed.commit()
    assert {line.about for line in lines(sealed)} == {"?"}
    chain = audit_seals.check(sealed)
    assert (chain.seals, chain.broken) == (3, None)


def test_the_oldest_sealed_lines_are_dropped_with_their_last_hash_kept_and_the_chain_goes_on(sealed: Session) -> None:
    old = sealed.query(AuditSeal).filter_by(up_to_id=4).one().hash
    assert audit_seals.drop(sealed, NOW + 2.5 * HOUR, NOW + 5 * HOUR) == 4
    sealed.commit()
    assert [(seal.up_to_id, seal.dropped_at is None) for seal in sealed.query(AuditSeal).order_by(AuditSeal.id)] == [
        (4, False), (6, True),
    ]  # fmt: skip
    assert sealed.query(AuditSeal).filter_by(up_to_id=4).one().hash == old
    assert audit_seals.seal(sealed, NOW + 6 * HOUR)
    chain = audit_seals.check(sealed)
    assert (chain.seals, chain.broken, len(lines(sealed))) == (2, None, 3)
    assert audit_seals.drop(sealed, NOW + 2.5 * HOUR, NOW + 7 * HOUR) == 0


def test_a_line_that_is_put_in_where_all_were_dropped_shows(sealed: Session) -> None:
    audit_seals.drop(sealed, NOW + 2.5 * HOUR, NOW + 5 * HOUR)
    without_triggers(sealed, TAMPERED["a line put in"][0])
    broken = audit_seals.check(sealed).broken
    assert broken is not None
    assert broken.up_to_id == 4


def test_a_dropped_part_that_was_changed_afterwards_shows(sealed: Session) -> None:
    audit_seals.drop(sealed, NOW + 2.5 * HOUR, NOW + 5 * HOUR)
    without_triggers(sealed, "UPDATE audit_seal SET hash = 'x' WHERE up_to_id = 4")
    broken = audit_seals.check(sealed).broken
    assert broken is not None
    assert broken.up_to_id == 6


def test_nothing_is_sealed_before_every_writer_of_a_line_has_ended(
    sealed: Session, engine: Engine, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL an id is given before the commit: the line would appear below a seal that knows nothing of it."""
    if backend == "sqlite":
        pytest.skip("SQLite has one writer")
    monkeypatch.setattr(audit_seals, "LOCK_WITHIN", "50ms")
    with Session(engine) as slow:
        audit.note(slow, NOW + 4 * HOUR, None, "import.child", "audit")
        assert not audit_seals.seal(sealed, NOW + 5 * HOUR)
        sealed.commit()
        slow.commit()
    assert audit_seals.seal(sealed, NOW + 5 * HOUR)
    assert audit_seals.check(sealed).waiting == 0
