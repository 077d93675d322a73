"""In training an ASN practises with a made-up child: nothing of it alerts, counts, climbs or is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.base import Base
from db.drafts import Draft
from db.outbox import Outgoing
from programme.scopes import CITY as WHOLE_CITY
from reports.digest.digest import of_scopes
from scheduler import referral_escalation as climbing
from scheduler.looks import finish
from tests import people
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY

CITY = people.city()
ANSWERS = ("Ibu", "Ada tanda bahaya", "Kejang", "Selesai", "Tidak ada", "Tidak", "Telur", "Selesai")


class Town:
    """Pak Anwar in training, who fosters Rafa; Bu Murni, Bu Ratna."""

    def __init__(self, session: Session):
        self.session = session
        home = people.family(session)
        home.health_centre_id = people.health_centre(session).id
        self.anwar = people.asn(session)
        people.fosters(session, self.anwar, people.child(session, home, born=TODAY - timedelta(days=430)), TODAY)
        people.health(session)
        people.coordinator(session)
        session.commit()

    def chat(self) -> Chat:
        return chat_with(self.session, self.anwar)

    def everything(self) -> dict[str, list[Any]]:
        """All rows but those of the chat itself."""
        tables = (table for table in Base.metadata.sorted_tables if table.name not in ("address", "outgoing"))
        return {table.name: sorted(map(repr, self.session.execute(select(table)))) for table in tables}


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def to_the_end(chat: Chat) -> list[str]:
    """Fill the form in with the first button of each question and send it; everything that is said meanwhile."""
    chat.say("latihan")
    said = [message.text for message in chat.heard]
    for answer in ANSWERS:
        chat.tap(answer)
        said += [message.text for message in chat.heard]
    for _ in range(30):
        if not chat.heard[-1].options or "Latihan lagi" in chat.labels:
            break
        asked = chat.heard[-1]
        chat.tap("Kirim" if "Kirim" in chat.labels else asked.options[-1 if asked.multi else 0].label)
        said += [message.text for message in chat.heard]
    assert "Latihan lagi" in chat.labels
    return said


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_every_message_says_that_it_is_practice(town: Town, channel: str):
    chat = town.chat()
    if channel == "whatsapp":
        chat.move_to_whatsapp()
        chat.say("latihan")
        assert all(message.text.startswith("🎓 *LATIHAN*") for message in chat.heard)
        return
    said = to_the_end(chat)
    assert len(said) > len(ANSWERS)
    assert all(text.startswith("🎓 *LATIHAN*") for text in said)
    rows = town.session.scalars(select(Outgoing.message))
    assert all("LATIHAN" in row["closing"] for row in rows if row.get("closing"))


def test_nobody_is_told_of_a_fit_of_the_made_up_child_and_nothing_is_kept(town: Town):
    before = town.everything()
    chat = town.chat()
    said = to_the_end(chat)
    assert "*Kejang* langsung dikabarkan" in said[-1]
    assert "tidak dikirim ke siapa pun" in said[-1]
    assert town.everything() == before
    assert {row.address for row in town.session.scalars(select(Outgoing))} == {chat.address}


def test_a_practice_that_was_left_open_alerts_and_counts_nothing(town: Town):
    chat = town.chat()
    chat.say("latihan")
    chat.fill("Ibu", "Ada tanda bahaya", "Kejang", "Selesai")
    chat.say("simpan")
    for minutes in range(0, 60, 5):
        finish(climbing.urgent_tick, town.session, chat.now + timedelta(minutes=minutes), CITY)
    assert {row.address for row in town.session.scalars(select(Outgoing))} == {chat.address}
    digest = of_scopes(town.session, [WHOLE_CITY], NOW, CITY)
    assert (digest.visits.today, digest.referrals.opened_today, digest.alerts) == (0, 0, "")
    chat.say("lanjut")
    assert chat.heard[-1].text.startswith("🎓 *LATIHAN*")


@pytest.mark.parametrize("word", ["simpan", "batal", "bantuan", "kembali"])
def test_the_words_of_the_form_are_answered_as_practice_too(town: Town, word: str):
    chat = town.chat()
    chat.say("latihan")
    chat.tap("Ibu")
    assert chat.say(word).startswith("🎓 *LATIHAN*")


def test_after_practice_a_real_report_says_nothing_of_it(town: Town):
    chat = town.chat()
    chat.say("latihan")
    chat.say("simpan")
    assert "LATIHAN" not in chat.say("menu")
    assert "LATIHAN" not in chat.say("lapor")


def test_a_real_cry_in_the_middle_of_practice_is_heard_as_one(town: Town):
    chat = town.chat()
    chat.say("latihan")
    said = chat.say("tolong anak saya kejang di rumah")
    assert "Telepon *112* atau *119*" in said
    assert "LATIHAN" not in said


def test_a_family_does_not_practise(town: Town):
    sari = people.carer(town.session, people.family(town.session, "Ani"), "Ani", reachable=False).person
    chat_with(town.session, sari).say("latihan")
    assert not town.session.scalars(select(Draft)).all()
