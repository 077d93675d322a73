"""Bu Sari is told that a message waits; when she taps, it is there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import outbox
from db.children import Child
from db.consent import LessonAnswer, Note
from db.outbox import READ, SENT, Outgoing
from db.people import Address
from flow.message import Incoming, Message, Option
from handlers.shell.receive import receive
from tests import people
from tests.chat import Chat, chat_with
from tests.people import NOW
from tests.rows import outgoing

LESSON = Message("*Telur setiap hari*", (Option("lesson:telur:1:7", "Sudah"),), notice=("Bu Sari", "Ada pesan."))
MANY = Message("Pilih", tuple(Option(f"menu:{n}", f"Pilihan {n}") for n in range(14)))


def sent(session: Session, chat: Chat, key: str, message: Message, person: int | None, **more: Any) -> Outgoing:
    row = outgoing(key, "telegram", chat.address, message.to_json(), NOW, person_id=person, lane=2, **more)
    outbox.promise(session, [row | {"state": SENT}])
    session.flush()
    return session.scalars(select(Outgoing).where(Outgoing.key == key)).one()


def sari(session: Session) -> tuple[Chat, int]:
    home = people.family(session)
    people.child(session, home, born=people.TODAY - timedelta(days=400))
    carer = people.carer(session, home)
    return chat_with(session, carer.person), carer.person_id


def test_who_taps_baca_gets_the_message_with_its_buttons_and_it_counts_as_read(session: Session):
    chat, person = sari(session)
    row = sent(session, chat, "lesson:1:telur:7", LESSON, person, about=[])
    assert chat.tap_token("read:lesson:1:telur:7") == "*Telur setiap hari*"
    assert [option.label for option in chat.heard[0].options] == ["Sudah"]
    assert chat.heard[0].notice == ()
    assert row.state == READ


def test_nobody_reads_what_was_announced_to_somebody_else(session: Session):
    chat, _ = sari(session)
    other, person = sari(session)
    sent(session, other, "lesson:2:telur:8", LESSON, person, about=[])
    assert "tidak berlaku" in chat.tap_token("read:lesson:2:telur:8")
    assert "tidak berlaku" in chat.tap_token("read:lesson:99:x:1")


def test_what_has_been_forgotten_is_said_to_be_gone(session: Session):
    chat, person = sari(session)
    row = sent(session, chat, "lesson:1:telur:7", LESSON, person, about=[])
    row.message, row.forgotten = {"text": ""}, True
    assert "tidak kami simpan lagi" in chat.tap_token("read:lesson:1:telur:7")


def test_a_long_list_goes_on_where_its_first_page_ended(session: Session):
    chat, person = sari(session)
    sent(session, chat, "reply:telegram:x5:0", MANY, person)
    chat.tap_token("more:1:reply:telegram:x5:0")
    assert (chat.heard[0].page, len(chat.heard[0].options)) == (1, 14)
    assert "tidak berlaku" in chat.tap_token("more:99:reply:telegram:x5:0")
    assert "tidak berlaku" in chat.tap_token("more:x:reply:telegram:x5:0")


def test_a_stranger_known_by_a_number_is_known_by_the_new_name_and_what_waits_goes_there(session: Session):
    session.add(
        Address(
            channel="whatsapp", address="628123456789", first_heard_at=NOW, last_heard_at=NOW - timedelta(days=3),
            awaiting="code",
        )
    )  # fmt: skip
    outbox.promise(session, [outgoing("x:1", "whatsapp", "628123456789", {"text": "x"}, NOW, lane=2)])
    hello = Incoming("whatsapp", "ID.1502576394655843", "wamid.1", NOW, text="menu", aliases=("628123456789",))
    receive(session, hello, NOW, people.city())
    [address] = session.scalars(select(Address))
    assert (address.address, address.person_id) == ("ID.1502576394655843", None)
    assert session.scalars(select(Outgoing.address).where(Outgoing.key == "x:1")).one() == "ID.1502576394655843"


def test_a_message_that_arrives_days_late_opens_no_window(session: Session):
    late = Incoming("whatsapp", "628123456789", "wamid.1", NOW - timedelta(days=2), text="halo")
    receive(session, late, NOW, people.city())
    [address] = session.scalars(select(Address))
    assert address.window_until
    assert address.window_until < NOW


def test_on_whatsapp_ones_number_is_known_and_need_not_be_sent(session: Session):
    sari = people.person(session, "Sari", "family", reachable=False, phone="+628123456789")
    people.carer(session, people.family(session), who=sari, joined_on=None, consents=False)
    session.flush()
    known = {"channel": "whatsapp", "address": "ID.15", "at": NOW, "phone": "+628123456789"}
    receive(session, Incoming(message_id="w1", text="halo", **known), NOW, people.city())
    receive(session, Incoming(message_id="w2", tap="join:number", **known), NOW, people.city())
    assert session.scalars(select(Address)).one().person_id == sari.id


@pytest.mark.parametrize("text", ["7471012345678901", "NIK saya 7471 0123 4567 8901 ya", "7471.0123.4567.8901"])
def test_a_number_of_identity_is_turned_away_and_kept_nowhere(session: Session, text: str):
    chat, _ = sari(session)
    assert "tidak mengirim NIK" in chat.say(text)
    assert not session.scalars(select(Note)).all()


@pytest.mark.parametrize("text", ["0812 3456 7890", "198501022010031001", "8,4 72,5", "12/3/2026 sampai 14/3/2026"])
def test_other_numbers_are_none(session: Session, text: str):
    chat, _ = sari(session)
    assert "NIK" not in chat.say(text)


def test_an_announcement_taken_up_after_a_loss_brings_nothing_about_the_child(session: Session):
    chat, person = sari(session)
    rafa = session.scalars(select(Child)).one()
    key = f"lesson:{person}:bayi-7-bulan-telur:{rafa.id}"
    sent(session, chat, key, LESSON, person)
    rafa.state = "meninggal"
    session.flush()
    heard = chat.tap_token(f"read:{key}")
    assert "tidak berlaku" in heard
    assert "Telur" not in heard


def test_an_answer_to_an_old_lesson_about_a_child_who_died_is_thanked_for_without_cheer(session: Session):
    chat, person = sari(session)
    rafa = session.scalars(select(Child)).one()
    sent(session, chat, f"lesson:{person}:bayi-7-bulan-telur:{rafa.id}", LESSON, person)
    rafa.state = "meninggal"
    session.flush()
    assert chat.tap_token(f"lesson:bayi-7-bulan-telur:2:{rafa.id}") == "Terima kasih, Bu Sari."
    assert session.scalars(select(LessonAnswer)).all() == []


def test_of_a_child_that_moved_an_answer_is_kept_as_ever(session: Session):
    chat, person = sari(session)
    rafa = session.scalars(select(Child)).one()
    sent(session, chat, f"lesson:{person}:bayi-7-bulan-telur:{rafa.id}", LESSON, person)
    rafa.state = "pindah"
    session.flush()
    assert "✓ *Ya*" in chat.tap_token(f"lesson:bayi-7-bulan-telur:1:{rafa.id}")
    assert session.scalars(select(LessonAnswer.answer)).all() == ["Ya"]
