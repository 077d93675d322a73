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


def test_who_reads_for_long_holds_up_nobody_who_writes_and_sees_one_and_the_same_city(make_session: Sessions):
    with make_session.reading() as reader:
        assert known(reader) == 0
        with make_session.begin() as writer:
            people.asn(writer)
        assert known(reader) == 0
        reader.commit()
        assert known(reader) == 1


def test_who_reads_does_not_wait_for_who_writes(engine: Engine, make_session: Sessions):
    with make_session.begin() as writer:
        people.asn(writer)
        with make_session.reading() as reader:
            assert known(reader) == 0
        assert health(engine, make_session, NOW)["ok"]


def test_who_only_reads_cannot_write_and_whoever_comes_next_can(make_session: Sessions):
    for _ in range(2):
        with make_session.reading() as reader, pytest.raises(DBAPIError):
            people.asn(reader)
        with make_session.begin() as writer:
            people.asn(writer)
    with make_session.reading() as reader:
        assert known(reader) == 2
