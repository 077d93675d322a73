"""Who reads waits for nobody and holds up nobody; who only reads cannot write."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.web import health
from db.engine import Sessions
from db.people import Person
from tests import people
from tests.people import NOW


def known(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Person)) or 0


def test_a_long_read_blocks_no_writer_and_sees_one_snapshot(make_session: Sessions):
    with make_session.reading() as reader:
        assert known(reader) == 0
        with make_session.begin() as writer:
            people.asn(writer)
        assert known(reader) == 0
        reader.commit()
        assert known(reader) == 1


def test_a_reader_does_not_wait_for_a_writer(engine: Engine, make_session: Sessions):
    with make_session.begin() as writer:
        people.asn(writer)
        with make_session.reading() as reader:
            assert known(reader) == 0
        assert health(engine, make_session, NOW)["ok"]


def test_a_reading_session_cannot_write_and_the_next_session_can(make_session: Sessions):
    for _ in range(2):
        with make_session.reading() as reader, pytest.raises(DBAPIError):
            people.asn(reader)
        with make_session.begin() as writer:
            people.asn(writer)
    with make_session.reading() as reader:
        assert known(reader) == 2
