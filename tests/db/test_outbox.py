"""What a row of the outbox says with others, about whom, and whether it went another way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from db import outbox
from db.outbox import DELIVERED, FAILED, PLANNED, READ, SENT, SKIPPED, TAKEN, Kind, Outgoing
from db.subjects import Subject, SubjectKind
from tests.people import NOW

RAFA, DEWI = Subject(SubjectKind.CHILD, 7), Subject(SubjectKind.CHILD, 8)
EXPECTED, REFERRAL = Subject(SubjectKind.PREGNANCY, 7), Subject(SubjectKind.REFERRAL, 7)
DROPPED = "duka"


def message(key: str, *about: Subject, text: str = "x", skipped: str = "") -> dict[str, Any]:
    return outbox.row(Kind.REMINDER, key, "telegram", "t-1", {"text": text}, NOW, about=about, skipped=skipped)


def row(session: Session, key: str) -> Outgoing:
    session.expire_all()
    return session.scalars(select(Outgoing).where(Outgoing.key == key)).one()


def becomes(session: Session, key: str, state: str, reason: str = "") -> None:
    outbox.settle(row(session, key), state, reason, NOW)
    session.flush()


def keys(session: Session, which: ColumnElement[bool]) -> set[str]:
    return set(session.scalars(select(Outgoing.key).where(which)))


def stand(session: Session, *asked: str) -> set[str]:
    return outbox.promised(session, asked, dropped=DROPPED)


# --- one message that says several things --------------------------------------------------------------


def said_together(session: Session, *, text: str = "Rafa dan Dewi", about: Iterable[Subject] = (RAFA, DEWI)) -> None:
    others = [message("dewi", skipped="satu pesan"), message("eka", skipped="satu pesan")]
    outbox.promise_together(session, [(message("rafa", *about, text=text), others)])
    session.flush()


def test_what_is_said_in_one_message_points_to_the_row_that_is_sent(session: Session):
    said_together(session)
    first = row(session, "rafa")
    assert (first.state, first.said_in) == (PLANNED, None)
    for key in ("dewi", "eka"):
        assert (row(session, key).state, row(session, key).said_in) == (SKIPPED, first.id)


def test_saying_it_twice_changes_nothing_while_the_first_still_stands(session: Session):
    said_together(session)
    before = row(session, "dewi").said_in
    outbox.promise_together(session, [(message("rafa", text="anew"), [message("dewi", skipped="anew")])])
    assert row(session, "rafa").message == {"text": "Rafa dan Dewi"}
    assert (row(session, "dewi").said_in, row(session, "dewi").reason) == (before, "satu pesan")


def test_where_the_message_was_sent_already_nothing_points_to_it_anew(session: Session):
    outbox.promise(session, [message("rafa")])
    becomes(session, "rafa", SENT)
    outbox.promise_together(session, [(message("rafa"), [message("dewi", skipped="satu pesan")])])
    assert keys(session, Outgoing.key == "dewi") == set()


def test_after_a_loss_the_rest_is_said_anew_by_another_row(session: Session):
    said_together(session)
    becomes(session, "rafa", SKIPPED, DROPPED)
    outbox.promise_together(session, [(message("dewi", DEWI, text="Dewi"), [message("eka", skipped="satu pesan")])])
    dewi = row(session, "dewi")
    assert (dewi.state, dewi.message, dewi.said_in) == (PLANNED, {"text": "Dewi"}, None)
    assert outbox.subjects(session, [dewi.id]) == {dewi.id: [DEWI]}
    assert row(session, "eka").said_in == dewi.id
    assert row(session, "rafa").state == SKIPPED


# --- what was promised already --------------------------------------------------------------------------


def test_what_was_said_with_another_stands_as_long_as_that_message_does(session: Session):
    said_together(session)
    assert stand(session, "rafa", "dewi", "eka", "never") == {"rafa", "dewi", "eka"}
    becomes(session, "rafa", SKIPPED, DROPPED)
    assert stand(session, "rafa", "dewi", "eka") == set()


@pytest.mark.parametrize("state", [PLANNED, TAKEN, SENT, DELIVERED, READ, FAILED])
def test_whatever_else_became_of_it_it_stands(session: Session, state: str):
    outbox.promise(session, [message("rafa")])
    becomes(session, "rafa", state, DROPPED)  # the reason alone drops nothing
    assert stand(session, "rafa") == {"rafa"}


@pytest.mark.parametrize(("reason", "stands"), [(DROPPED, False), ("terlambat", True), ("", True)])
def test_only_what_was_skipped_for_this_reason_is_open_again(session: Session, reason: str, stands: bool):
    outbox.promise(session, [message("rafa"), message("other")])
    becomes(session, "rafa", SKIPPED, reason)
    assert stand(session, "rafa") == ({"rafa"} if stands else set())


def test_nothing_is_asked_where_nothing_is_named_and_many_are_asked_in_parts(
    session: Session, monkeypatch: pytest.MonkeyPatch
):
    assert stand(session) == set()
    monkeypatch.setattr(outbox, "AT_ONCE", 2)
    outbox.promise(session, [message(f"m{number}") for number in range(5)])
    assert stand(session, *(f"m{number}" for number in range(7))) == {f"m{number}" for number in range(5)}


# --- about whom --------------------------------------------------------------------------------------------


@pytest.fixture
def told(session: Session) -> Session:
    outbox.promise(
        session,
        [
            message("rafa", RAFA), message("both", RAFA, DEWI), message("dewi", DEWI), message("mother", EXPECTED),
            message("both of seven", RAFA, EXPECTED), message("referral", REFERRAL, RAFA), message("nobody"),
        ],
    )  # fmt: skip
    return session


def test_a_message_about_one_child_is_found_beside_those_about_several(told: Session):
    about_rafa = {"rafa", "both", "both of seven", "referral"}
    assert keys(told, outbox.about(RAFA)) == about_rafa
    assert keys(told, outbox.about(EXPECTED, DEWI)) == {"both", "dewi", "mother", "both of seven"}


@pytest.mark.parametrize(
    ("one", "only"), [(RAFA, {"rafa"}), (DEWI, {"dewi"}), (EXPECTED, {"mother"}), (REFERRAL, set[str]())]
)
def test_about_this_and_nothing_else(told: Session, one: Subject, only: set[str]):
    """A pregnancy with the number of the child is something else."""
    assert keys(told, outbox.about_only(one)) == only


# --- another way ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "arrived"),
    [(PLANNED, True), (TAKEN, True), (SENT, True), (DELIVERED, True), (READ, True), (FAILED, False), (SKIPPED, False)],
)
def test_a_message_goes_another_way_as_long_as_its_copy_may_still_arrive(session: Session, state: str, arrived: bool):
    written = outbox.promise(session, [message("first"), message("other")])
    copy = message("again") | {"resend_of": written["first"], "state": state}
    outbox.promise(session, [copy])
    assert keys(session, outbox.arrived_otherwise()) == ({"first"} if arrived else set())
    assert keys(session, ~outbox.arrived_otherwise()) == {"first", "other", "again"} - ({"first"} if arrived else set())


def test_of_two_copies_one_that_arrives_is_enough(session: Session):
    written = outbox.promise(session, [message("first")])
    copies = [message(f"again:{state}") | {"resend_of": written["first"], "state": state} for state in (FAILED, SENT)]
    outbox.promise(session, copies)
    assert keys(session, outbox.arrived_otherwise()) == {"first"}
