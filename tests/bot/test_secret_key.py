"""The key of invitation codes: made once, in a file of its own, and no other one is taken for it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot import secret_key
from bot.settings import Settings
from db import codes
from db.codes import CodeKey
from db.people import Invitation, invitation
from reports.invitations.codes import renew
from tests import people
from tests.people import NOW


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, session: Session) -> Path:
    """A city's folder and a database before the first ``asuh migrate`` of this version."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASUH_SECRET_KEY")
    session.execute(delete(CodeKey))
    return tmp_path


def settings(**more: str) -> Settings:
    return Settings(_env_file=None, **more)  # pyright: ignore


def test_it_is_made_once_for_its_owner_alone_and_never_written_into_the_database(
    session: Session, folder: Path
) -> None:
    assert secret_key.problem(session, settings()) == secret_key.NOT_MADE
    assert secret_key.prepare(session, settings(), NOW) == ""
    file = folder / secret_key.FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written = file.read_text()
    assert secret_key.prepare(session, settings(), NOW) == ""
    assert file.read_text() == written
    kept = session.scalars(select(CodeKey.fingerprint)).one()
    assert kept == codes.fingerprint(bytes.fromhex(written))
    assert kept not in written
    assert secret_key.problem(session, settings()) == ""


def test_two_cities_have_two_keys(session: Session, folder: Path) -> None:
    secret_key.prepare(session, settings(), NOW)
    first = (folder / secret_key.FILE).read_text()
    (folder / secret_key.FILE).unlink()
    session.execute(delete(CodeKey))
    secret_key.prepare(session, settings(), NOW)
    assert (folder / secret_key.FILE).read_text() != first


def test_a_key_that_is_missing_other_or_spoilt_is_named_and_not_made_anew(session: Session, folder: Path) -> None:
    secret_key.prepare(session, settings(), NOW)
    file = folder / secret_key.FILE
    file.unlink()
    for act in (secret_key.problem(session, settings()), secret_key.prepare(session, settings(), NOW)):
        assert act == secret_key.MISSING
    assert not file.exists()
    file.write_text("f" * 64)
    assert secret_key.problem(session, settings()) == secret_key.OTHER
    file.write_text("bukan kunci")
    assert secret_key.problem(session, settings()) == secret_key.MALFORMED
    assert secret_key.prepare(session, settings(), NOW) == secret_key.MALFORMED
    assert len(session.scalars(select(CodeKey)).all()) == 1


def test_the_settings_go_before_the_file_and_need_none(session: Session, folder: Path) -> None:
    given = settings(secret_key="ab" * 32)
    assert secret_key.prepare(session, given, NOW) == ""
    assert not (folder / secret_key.FILE).exists()
    assert secret_key.load(given) == bytes.fromhex("ab" * 32)
    assert "abab" not in repr(given)
    assert secret_key.problem(session, settings(secret_key="cd" * 32)) == secret_key.OTHER


def test_a_lost_key_is_replaced_when_asked_for_and_its_codes_lapse(session: Session, folder: Path) -> None:
    secret_key.prepare(session, settings(), NOW)
    key = secret_key.load(settings()) or b""
    code = renew(session, people.asn(session), NOW, 30, key)
    (folder / secret_key.FILE).unlink()
    assert secret_key.prepare(session, settings(), NOW, new=True) == ""
    assert secret_key.problem(session, settings()) == ""
    assert invitation(session, code, NOW, key) is None
    assert session.scalars(select(Invitation.expires_at)).one() == NOW


def test_a_file_that_others_may_read_is_noticed(folder: Path) -> None:
    file = folder / secret_key.FILE
    file.write_text("f" * 64)
    file.chmod(0o640)
    assert secret_key.is_open_to_others()
    file.chmod(0o600)
    assert not secret_key.is_open_to_others()


def test_a_copy_of_the_database_tells_no_code(session: Session) -> None:
    code = renew(session, people.asn(session), NOW, 30, people.SECRET)
    stored = session.scalars(select(Invitation)).one()
    assert stored.keyed
    assert stored.code_hash not in (codes.hashed_without_key(code), codes.hashed(code, bytes(32)))
    assert invitation(session, code, NOW, bytes(32)) is None
    assert invitation(session, code, NOW, people.SECRET) is stored


def test_without_a_key_no_code_is_hashed() -> None:
    with pytest.raises(ValueError, match="no key"):
        codes.hashed("KDR7-MX4Q", b"")


def test_an_older_code_is_known_by_its_old_hash_only_where_it_is_marked_as_old(session: Session) -> None:
    code = renew(session, people.asn(session), NOW, 30, people.SECRET)
    row = session.scalars(select(Invitation)).one()
    row.code_hash = codes.hashed_without_key(code)
    session.flush()
    assert invitation(session, code, NOW, people.SECRET) is None
    row.keyed = False
    session.flush()
    assert invitation(session, code, NOW, people.SECRET) is row
