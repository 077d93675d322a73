"""Who joins without knowing the HPL comes to no dead end: month, last period, or the midwife, who is asked for it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Family, Pregnancy
from db.outbox import SKIPPED, Outgoing
from db.people import Person
from flow.form import Invalid
from flow.message import Message
from handlers.joining.self_join import SelfJoin, due_of
from tests import people
from tests.chat import Chat, chat_with, stranger

TODAY = people.TODAY


def sheet(**values: Any) -> SelfJoin:
    answers = SelfJoin({"today": TODAY.isoformat(), "villages": {}})
    answers.values = {"stage": "hamil", **values}
    return answers


@pytest.mark.parametrize("said", ["Belum tahu", "blm tau", "gak tau", "1", "LUPA."])
def test_that_it_is_not_known_may_be_tapped_or_written(said: str) -> None:
    due = SelfJoin.question("due")
    assert due is not None
    kept = due.read(said, sheet())
    assert (due.load(kept), due.show(kept, sheet()), due.fits(kept, sheet())) == (None, "belum tahu", True)
    with pytest.raises(Invalid):
        due.read("besok lusa mungkin", sheet())


@pytest.mark.parametrize(
    ("values", "due"),
    [
        ({"due": "2026-07-12"}, date(2026, 7, 12)),
        ({"due": "belum", "recalls": "haid", "period": "2025-11-01"}, date(2026, 8, 8)),  # Naegele: 280 days later
        ({"due": "belum", "recalls": "bulan", "month": "5"}, TODAY + timedelta(days=280 - 152)),
        ({"due": "belum", "recalls": "bidan"}, None),
    ],
)
def test_the_hpl_follows_from_what_is_known(values: dict[str, Any], due: date | None) -> None:
    assert due_of(sheet(**values), TODAY) == due


def joins(session: Session, *answers: str) -> Chat:
    people.village(session)
    session.commit()
    chat = stranger(session)
    chat.say("halo")
    chat.tap("Ikut menerima")
    chat.tap("Setuju")
    chat.fill("Wati", "Ibu", "Sedang hamil", "Belum tahu", *answers, "mandonga", "Kirim")
    return chat


def test_a_guessed_month_is_kept_as_a_guess_and_a_last_period_as_known(session: Session) -> None:
    assert "kira-kira 21 minggu" in joins(session, "Sudah berapa bulan", "5 bulan").heard[0].text
    joins(session, "Hari haid terakhir", "1/11")
    assert [one.sure for one in session.scalars(select(Pregnancy).order_by(Pregnancy.id))] == [False, True]


def test_where_the_midwife_knows_she_is_asked_and_fills_it_in_from_her_own_chat(session: Session) -> None:
    village = people.village(session)
    murni = people.health(session, scope="kelurahan", scope_id=village.id)
    people.health(session, "Hasnah", scope="kelurahan", scope_id=people.village(session, "Baruga", "Baruga").id)
    chat = joins(session, "Bidan yang tahu")
    assert "Bidan sudah kami minta mengisinya" in chat.heard[0].text
    assert session.scalars(select(Pregnancy)).all() == []
    asked = session.scalars(select(Outgoing).where(Outgoing.kind == "question")).all()
    assert [row.person_id for row in asked] == [murni.id]
    midwife = chat_with(session, murni)
    midwife.seen(Message.from_json(asked[0].message))
    assert "Bu Wati" in midwife.heard[0].text
    midwife.tap("Isi HPL")
    midwife.fill("HPL dari bidan", "12/7", "Kirim")
    assert session.scalars(select(Pregnancy)).one().due == date(2026, 7, 12)
    assert "Minggu 12 Juli 2026" in chat.say("hpl saya kapan")
    assert "Isi HPL" not in chat.say("menu")


def test_where_nobody_can_be_asked_she_reads_whom_to_call_and_may_tell_it_later(session: Session) -> None:
    people.health(session, scope="kelurahan", scope_id=people.village(session).id, reachable=False)
    chat = joins(session, "Bidan yang tahu")
    assert "Dinas Kesehatan *0401-3105678*" in chat.heard[0].text
    assert not session.scalars(select(Outgoing).where(Outgoing.kind == "question", Outgoing.state != SKIPPED)).all()
    assert "belum tercatat" in chat.say("hpl saya kapan")
    assert "belum mulai" in chat.say("menu")
    assert "🔴" in chat.tap("Tanda bahaya")
    chat.say("menu")
    chat.tap("Isi HPL")
    chat.fill("Hari haid terakhir", "1/11", "Kirim")
    assert session.scalars(select(Pregnancy)).one().due == date(2026, 8, 8)
    wati = session.scalars(select(Person).where(Person.name == "Wati")).one()
    assert session.scalars(select(Family)).one().mother_name == wati.name
