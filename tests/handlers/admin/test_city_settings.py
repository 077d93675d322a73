"""Settings and lesson switches in chat: checked, stored over the file, and held to by the next message and tick."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content import programme
from db import settings as stored
from db.engine import sessions
from db.outbox import Outgoing
from programme import settings
from scheduler import clock
from scheduler.clock import TICKS
from tests import people
from tests.audited import lines
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY

TICK = next(tick for tick in TICKS if tick.name == "ladder")
SLEEP = "anak-16-bulan-tidur"


@pytest.fixture
def ratna(session: Session) -> Chat:
    return chat_with(session, people.coordinator(session))


def test_a_changed_interval_holds_from_the_next_message_and_the_next_tick_on(session: Session, ratna: Chat) -> None:
    rafa = people.child(session, people.family(session), born=TODAY - timedelta(days=400))
    people.fosters(session, people.asn(session), rafa, TODAY - timedelta(days=40))
    session.commit()
    assert "Pak Anwar: " in ratna.say("terlambat")
    assert "Jarak kunjungan rutin: *30 hari*" in ratna.say("pengaturan")
    assert "Tulis yang baru, misalnya *30*" in ratna.tap("Jarak kunjungan rutin")
    assert ratna.say("400") == "Tulis angka antara 7 dan 90."
    said = ratna.say("45 hari")
    assert said == "Tercatat. *Jarak kunjungan rutin: 45 hari* (sebelumnya 30 hari). Berlaku mulai sekarang."
    assert "Tidak ada kunjungan yang terlambat" in ratna.say("terlambat")
    bind = session.get_bind()
    session.commit()
    clock.run(TICK, sessions(bind), NOW + timedelta(hours=1), ratna.city)
    assert not session.scalars(select(Outgoing).where(Outgoing.kind == "reminder")).all()
    ratna.say("pengaturan")
    assert "Diubah Bapak/Ibu Ratna, 4 Mar." in ratna.tap("Jarak kunjungan rutin")
    assert "kembali seperti semula" in ratna.tap("Kembalikan ke semula")
    assert "Pak Anwar: " in ratna.say("terlambat")
    session.commit()
    clock.run(TICK, sessions(bind), NOW + timedelta(hours=1), ratna.city)
    assert session.scalars(select(Outgoing).where(Outgoing.kind == "reminder")).all()
    assert [one.about for one in lines(session, "setting.change")] == ["visits.every_days"] * 2


def test_others_neither_see_nor_change_a_setting_also_where_the_question_is_still_open(
    session: Session, ratna: Chat
) -> None:
    lurah = chat_with(session, people.coordinator(session, "Rudi", "kelurahan", people.village(session).id))
    assert "Jarak" not in lurah.say("pengaturan")
    assert "sudah tidak berlaku" in lurah.tap_token("setting:visits.every_days")
    ratna.say("pengaturan")
    ratna.tap("Jarak kunjungan rutin")
    who = lines(session, "setting.view")[0].by
    [held] = session.get_one(people.Person, who).roles
    held.scope, held.scope_id = "kelurahan", people.village(session).id
    session.commit()
    assert "sudah tidak berlaku" in ratna.say("45")
    assert stored.changed(session) == {}


def test_a_lesson_is_switched_off_for_the_city_and_on_again(session: Session, ratna: Chat) -> None:
    ratna.say("pengaturan")
    ratna.tap("Matikan pesan edukasi")
    topic = ratna.city.library.by_id[SLEEP].topic
    assert topic in ratna.say(topic)
    planned = Outgoing(
        key="lesson:1", kind="lesson", lesson=SLEEP, channel="simulator", address="a", lane=2, created_at=NOW,
        due_at=NOW, message={"text": "x"}, state="planned",
    )  # fmt: skip
    session.add(planned)
    assert "tidak dikirim lagi" in ratna.tap("Matikan")
    assert (planned.state, planned.reason) == ("skipped", "dimatikan di kota ini")
    left = settings.for_planning(session, ratna.city).library
    assert SLEEP not in left.by_id
    assert len(left.lessons) == len(ratna.city.library.lessons) - 1
    assert "Nyalakan lagi" in ratna.labels
    ratna.tap("Nyalakan lagi")
    assert settings.for_planning(session, ratna.city).library is ratna.city.library


def test_a_lesson_of_danger_or_loss_is_never_switched_off(session: Session, ratna: Chat) -> None:
    danger = [one for one in ratna.city.library.lessons if not settings.can_be_switched(one)]
    assert {one.anchor == "kehilangan" for one in danger} == {True, False}
    one = next(one for one in danger if one.must_not_miss)
    assert "tidak bisa dimatikan" in ratna.tap_token(f"setting:lesson:{one.id}")
    assert "sudah tidak berlaku" in ratna.tap_token(f"setting:off:{one.id}")
    assert settings.switched_off(session) == frozenset()


@pytest.mark.parametrize(("name", "said", "value"), [
    ("visits.every_days", "45 hari", 45),
    ("ladder.visitor_days", "0, 5 dan 10", [0, 5, 10]),
    ("lessons.hour", "pukul 10.00", 10),
    ("invitations.telegram", "https://t.me/AsuhKendariBot", "AsuhKendariBot"),
    ("invitations.whatsapp", "0811 4000 1234", "+6281140001234"),
])  # fmt: skip
def test_a_value_is_read_as_people_write_it_and_goes_over_the_file(name: str, said: str, value: object) -> None:
    one = settings.CHANGEABLE[name]
    assert one.read(said) == value
    changed = programme.over(programme.load(), {name: value})
    assert one.show(one.value(changed)) == one.show(value)


@pytest.mark.parametrize(("name", "said"), [
    ("visits.every_days", "sebulan"),
    ("visits.every_days", "6"),
    ("ladder.visitor_days", "7, 3"),
    ("ladder.visitor_days", "tidak"),
    ("lessons.hour", "20"),
    ("invitations.telegram", "Asuh Kendari"),
    ("invitations.whatsapp", "0401-312"),
])  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence(name: str, said: str) -> None:
    with pytest.raises(settings.SettingError, match="Tulis"):
        settings.CHANGEABLE[name].read(said)


def test_every_setting_is_one_of_the_file_and_its_example_can_be_read() -> None:
    shipped = programme.load()
    for one in settings.CHANGEABLE.values():
        assert one.show(one.value(shipped))
        assert programme.over(shipped, {one.name: one.read(one.example)})
        assert len(one.label) <= 24
