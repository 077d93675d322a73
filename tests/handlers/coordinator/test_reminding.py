"""Reminding one foster parent, or all who are late: once a day each, whoever asks, and it is said who asked."""

from datetime import timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from db.engine import Sessions
from db.outbox import Outgoing
from db.people import Address, AddressState, Person
from db.remindings import Reminding
from flow.message import Message
from programme import reminding
from programme.reminding import How
from tests import crowd, people
from tests.audited import lines
from tests.chat import Chat, chat_with
from tests.crowd import statements
from tests.people import NOW, TODAY
from tests.waiting import PATIENCE

NAMES = ("Anwar", "Basri", "Cakra", "Darwis", "Edi", "Fajar")


def late(session: Session, name: str = "Anwar Hamid", days: int = 45, *, lost: bool = False) -> Person:
    """A foster parent with one child, whose visit was due thirty days after the assignment began.

    ``lost``: had joined, and has no phone with us any more.
    """
    who = people.asn(session, name)
    if lost:
        session.scalars(select(Address).where(Address.person_id == who.id)).one().state = AddressState.GONE
    child = people.child(session, people.family(session), f"Anak {name.split()[0]}", TODAY - timedelta(days=400))
    people.fosters(session, who, child, TODAY - timedelta(days=days))
    return who


@pytest.fixture
def ratna(session: Session) -> Chat:
    return chat_with(session, people.coordinator(session, reachable=False, sex="P"))


def nudges(session: Session) -> list[Outgoing]:
    return list(session.scalars(select(Outgoing).where(Outgoing.kind == "nudge").order_by(Outgoing.id)))


def test_a_foster_parent_is_reminded_once_a_day_whoever_asks_and_it_is_said_who_did(session: Session, ratna: Chat):
    anwar = late(session)
    assert ratna.tap_token(f"remind:{anwar.id}") == "Pak Anwar diingatkan sekarang."
    assert ratna.tap_token(f"remind:{anwar.id}") == (
        "Pak Anwar sudah diingatkan oleh Ibu hari ini pukul 09.01. Besok bisa lagi."
    )
    (nudge,) = nudges(session)
    text = Message.from_json(nudge.message).text
    assert "titipan pesan dari Bu Ratna" in text
    assert "*Anak* (A-" in text
    assert "lewat 15 hari" in text
    nudge.state, nudge.settled_at = "sent", people.at(TODAY, "10:05")
    lina = chat_with(session, people.coordinator(session, "Lina", reachable=False))
    assert lina.tap_token(f"remind:{anwar.id}") == (
        "Pak Anwar sudah diingatkan oleh Bu Ratna hari ini pukul 10.05. Besok bisa lagi."
    )
    assert len(nudges(session)) == 1
    assert [line.about for line in lines(session, "asn.remind")] == [f"person:{anwar.id}"]
    ratna.now += timedelta(days=1)
    assert ratna.tap_token(f"remind:{anwar.id}") == "Pak Anwar diingatkan sekarang."


def test_a_reminder_that_a_loss_dropped_is_promised_anew_and_is_of_who_asked_last(session: Session, ratna: Chat):
    anwar = late(session)
    ratna.tap_token(f"remind:{anwar.id}")
    (nudge,) = nudges(session)
    nudge.state, nudge.reason = "skipped", "duka"
    lina = chat_with(session, people.coordinator(session, "Lina", reachable=False))
    assert lina.tap_token(f"remind:{anwar.id}") == "Pak Anwar diingatkan sekarang."
    assert "oleh" in ratna.tap_token(f"remind:{anwar.id}")
    assert "oleh Ibu" not in ratna.tap_token(f"remind:{anwar.id}")
    session.refresh(nudge)
    assert nudge.state == "planned"
    assert len(session.scalars(select(Reminding)).all()) == 1


def test_whoever_cannot_be_reminded_is_named_with_the_reason_and_offered_to_be_called(session: Session, ratna: Chat):
    """Nobody late any more, nobody of one's own, on leave, without any channel; and at night it waits."""
    anwar, basri, rina = late(session), late(session, "Basri", lost=True), people.asn(session, "Rina", 2)
    answer = ratna.tap_token(f"remind:{basri.id}")
    assert answer == "Pak Basri belum terhubung ke sini, jadi pengingat tidak sampai. Telepon saja, ya."
    assert ratna.button("Telepon Pak Basri").token == f"call:{basri.id}"
    for who in (rina, people.asn(session, "Dedi", reachable=False)):
        people.delegate(session, basri, who, TODAY - timedelta(days=50))
    people.leave(session, rina, TODAY, TODAY)
    assert "Pak Dedi belum terhubung" in ratna.tap_token(f"remind:{basri.id}")
    ratna.now = people.at(TODAY, "21:00")
    assert ratna.tap_token(f"remind:{anwar.id}") == "Pak Anwar diingatkan besok pukul 07.00."
    assert ratna.tap_token(f"remind:{anwar.id}") == (
        "Pak Anwar sudah diingatkan oleh Ibu dan terkirim besok pukul 07.00."
    )
    elsewhere = people.village(session, "Poasia", "Abeli")
    lina = chat_with(session, people.coordinator(session, "Lina", "kelurahan", elsewhere.id, reachable=False))
    assert "tidak (lagi) mendampingi" in lina.tap_token(f"remind:{anwar.id}")
    assert lina.tap_token("remind:all") == "Tidak ada kunjungan yang terlambat lagi. 👏"
    assert len(nudges(session)) == 1


def test_all_are_shown_first_and_then_reminded_by_one_tap_that_counts_them(session: Session, ratna: Chat):
    for number, name in enumerate(NAMES):
        late(session, name, 60 - number)
    done = late(session, "Gani", 50)
    late(session, "Hasan", 49, lost=True)
    lina = chat_with(session, people.coordinator(session, "Lina", reachable=False, sex="P"))
    lina.tap_token(f"remind:{done.id}")

    assert ratna.tap_token("remind:all") == (
        "*Ingatkan 6 pendamping?* 6 kunjungan terlambat.\n"
        "Pak Anwar, Pak Basri, Pak Cakra, dan 3 lagi. Dikirim sekarang.\n"
        "Pak Gani sudah diingatkan oleh Bu Lina hari ini pukul 09.01.\n"
        "Belum terhubung: Pak Hasan. Telepon saja, ya."
    )
    assert len(nudges(session)) == 1, "nothing is sent before the second tap"
    asked = ratna.button("Ya, ingatkan 6").token
    assert "✅ *6 pendamping diingatkan sekarang:* Pak Anwar" in ratna.tap_token(asked)
    assert ratna.button("Telepon Pak Hasan")
    assert len(nudges(session)) == 7
    again = ratna.tap_token(asked)
    assert "Tidak ada lagi yang perlu diingatkan hari ini." in again
    assert "6 pendamping sudah diingatkan oleh Ibu hari ini pukul 09.0" in again
    assert len(nudges(session)) == 7
    assert len(lines(session, "asn.remind")) == 7

    ratna.now += timedelta(days=1)  # the button of yesterday's message
    assert "Itu daftar hari lain. Yang sekarang:\n\n*Ingatkan 7 pendamping?*" in ratna.tap_token(asked)
    assert len(nudges(session)) == 7


def test_a_reminder_names_what_is_late_in_the_coordinators_scope_and_at_most_ten(session: Session):
    anwar, elsewhere = late(session), people.village(session, "Baruga", "Baruga")
    for number in range(11):
        child = people.child(session, people.family(session, where=elsewhere), f"Bima{number}")
        people.fosters(session, anwar, child, TODAY - timedelta(days=40))
    places = {"Anak": people.village(session).id, "Bima0": elsewhere.id}
    for first, where in places.items():
        lurah = people.coordinator(session, first, "kelurahan", where, reachable=False)
        assert "diingatkan sekarang" in chat_with(session, lurah).tap_token(f"remind:{anwar.id}")
        text = Message.from_json(nudges(session)[0].message).text
        assert f"*{first}*" in text
        assert ("Bima" in text) is (first == "Bima0")
        assert ("dan 1 lagi, tulis *jadwal*" in text) is (first == "Bima0")
        nudges(session)[0].state = "failed"


def test_two_coordinators_at_once_remind_everybody_once_and_the_second_reads_of_the_first(make_session: Sessions):
    with make_session.begin() as setting:
        for number, name in enumerate(NAMES):
            late(setting, name, 60 - number)
        first, second = people.coordinator(setting), people.coordinator(setting, "Lina")
    judged, engine = Event(), make_session.kw["bind"]
    answers: list[reminding.Outcome] = []

    def second_asks() -> None:
        with make_session.begin() as theirs:
            answers.append(reminding.remind_all(theirs, people.city(), theirs.get_one(Person, second.id), NOW))

    with make_session() as mine:
        outcome = reminding.remind_all(mine, people.city(), mine.get_one(Person, first.id), NOW)
        writes = engine, "before_cursor_execute", lambda *call: judged.set() if "INTO outgoing" in call[2] else None
        event.listen(*writes)
        other = Thread(target=second_asks)
        other.start()
        if engine.dialect.name == "postgresql":  # on SQLite the second one cannot begin before
            assert judged.wait(PATIENCE)
        mine.commit()
        other.join(PATIENCE)
        event.remove(*writes)
        assert len(outcome.of(How.REMINDED)) == 6
        assert [(one.how, one.by) for one in answers[0].told] == [(How.ALREADY, "Bapak/Ibu Ratna")] * 6
        assert len(nudges(mine)) == 6
        assert {one.by_id for one in mine.scalars(select(Reminding))} == {first.id}


def test_three_hundred_cost_as_many_statements_as_three(session: Session):
    """A statement for each of them would make a coordinator wait, and everybody behind them."""
    by, city, counts = people.coordinator(session), people.city(), list[int]()

    def reminded(expected: int) -> None:
        with statements(session) as asked:
            outcome = reminding.remind_all(session, city, by, NOW)
        assert len(outcome.of(How.REMINDED)) == expected
        counts.append(len(asked))

    for number in range(3):
        late(session, f"Anwar {number}")
    reminded(3)
    crowd.fostering(session, [TODAY - timedelta(days=45)] * 297, lambda n: {"nip": people.nip()})
    reminded(297)
    assert counts[1] <= counts[0] + 2
    assert counts[1] <= 35
