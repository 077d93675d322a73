"""Bu Ida, superior of Pak Anwar and Bu Rina, reads whose visits wait, and reminds: once a day, and kindly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.outbox import PLANNED, SENT, Kind, Outgoing
from db.people import Person
from scheduler import ladder
from scheduler.looks import finish
from tests import people
from tests.audited import lines
from tests.chat import Chat, chat_with
from tests.people import TODAY, WOMAN, at

CITY = people.city()


def days(count: int) -> timedelta:
    return timedelta(days=count)


class Team:
    """Pak Anwar is sixteen days late with Rafa, Bu Rina fifteen with Nisa; Bu Ida, an ASN, fosters nobody."""

    def __init__(self, session: Session):
        self.session = session
        self.ida = people.asn(session, "Ida Ayu", WOMAN)
        self.anwar = people.asn(session, superior_id=self.ida.id)
        self.rina = people.asn(session, "Rina Tumbo", WOMAN, superior_id=self.ida.id)
        self.usman = people.asn(session, "Usman Ali")
        for name, who, since in (("Rafa", self.anwar, 46), ("Nisa", self.rina, 45), ("Bima", self.usman, 50)):
            child = people.child(session, people.family(session, f"Ibu {name}"), name, TODAY - days(430))
            people.fosters(session, who, child, TODAY - days(since))
        session.commit()

    def chat(self, who: Person) -> Chat:
        return chat_with(self.session, who)

    def told(self, kind: Kind) -> list[Outgoing]:
        return list(self.session.scalars(select(Outgoing).where(Outgoing.kind == kind).order_by(Outgoing.id)))


@pytest.fixture
def team(session: Session) -> Team:
    return Team(session)


def test_a_superior_without_any_other_role_reminds_their_own_people_once_a_day(team: Team):
    ida = team.chat(team.ida)
    said = ida.say("tim")
    assert said.startswith(
        "🤝 *Tim Ibu: 2 pendamping belum sempat berkunjung*\n1. *Pak Anwar*: kunjungan tertunda 16 hari\n"
        "2. *Bu Rina*: kunjungan tertunda 15 hari"
    )
    for hidden in ("Rafa", "A-0", "Mandonga", "Usman"):
        assert hidden not in said
    assert "*tim*: Tim saya" in ida.say("bantuan")
    assert "*tim*" not in team.chat(team.anwar).say("bantuan"), "he leads nobody"
    team.rina.name, team.rina.nip, team.rina.sex = "Anwar Jaya, S.Sos", None, "L"
    team.session.commit()
    assert "1. *Pak Anwar Hamid*: kunjungan tertunda 16 hari\n2. *Pak Anwar Jaya*: kunjungan" in ida.say("tim")
    assert ida.tap("Ingatkan Pak Anwar Hamid") == "Pak Anwar diingatkan sekarang, atas nama Ibu."
    [nudge] = team.told(Kind.NUDGE)
    assert nudge.person_id == team.anwar.id
    assert "titipan pesan dari Bu Ida" in nudge.message["text"]
    ida.say("tim")
    assert "Pak Anwar hari ini sudah diingatkan oleh Ibu pukul" in ida.tap("Ingatkan Pak Anwar Hamid")
    ratna = team.chat(people.coordinator(team.session, sex="P"))
    assert "sudah diingatkan oleh Bu Ida" in ratna.tap_token(f"remind:{team.anwar.id}")
    assert len(team.told(Kind.NUDGE)) == 1
    assert [(one.by, one.about) for one in lines(team.session, "asn.remind")] == [
        (team.ida.id, f"person:{team.anwar.id}")
    ]


def test_who_is_not_theirs_any_more_is_not_reminded_and_one_clear_sentence_says_so(team: Team):
    ida = team.chat(team.ida)
    ida.say("tim")
    team.anwar.superior_id = None
    team.session.commit()
    assert ida.tap("Ingatkan Pak Anwar") == "Orang itu sekarang bukan lagi di tim Ibu. Tidak ada yang dikirim."
    assert ida.tap_token(f"team:remind:{team.usman.id}").startswith("Orang itu sekarang bukan lagi")
    assert not team.told(Kind.NUDGE)
    assert team.chat(team.usman).say("tim") == "Belum ada pendamping yang tercatat di tim Bapak."


def test_a_message_that_is_opened_after_a_report_leads_to_what_is_left(team: Team):
    session = team.session
    for count in range(2):
        finish(ladder.tick, session, at(TODAY + days(count), "08:00"), CITY)
        for row in session.scalars(select(Outgoing).where(Outgoing.state == PLANNED)):
            row.state = SENT
    [message] = team.told(Kind.LADDER)
    ida = team.chat(team.ida)
    ida.now = at(TODAY + days(1), "10:00")
    assert "2. *Bu Rina*: kunjungan tertunda 16 hari" in ida.tap_token(f"read:{message.key}")
    rafa = session.scalars(select(people.Child).where(people.Child.name == "Rafa")).one()
    people.visit(session, team.anwar, rafa, TODAY + days(1), submitted_at=at(TODAY + days(1), "10:30"))
    session.commit()
    ida.now = at(TODAY + days(1), "11:00")
    assert "sudah ada kabar baru" in ida.tap_token(f"read:{message.key}")
    said = ida.tap("Lihat tim sekarang")
    assert "1. *Bu Rina*" in said
    assert "Anwar" not in said
    reminder = next(one for one in team.told(Kind.REMINDER) if one.person_id == team.anwar.id)
    assert "sudah ada kabar baru" in team.chat(team.anwar).tap_token(f"read:{reminder.key}")


def test_the_card_says_to_who_fosters_and_who_coordinates_whom_we_told(team: Team):
    for count in range(3):
        finish(ladder.tick, team.session, at(TODAY + days(count), "08:00"), CITY)
        for row in team.session.scalars(select(Outgoing).where(Outgoing.state == PLANNED)):
            row.state = SENT
    team.session.commit()
    rafa = team.session.scalars(select(people.Child).where(people.Child.name == "Rafa")).one()
    midwife = people.health(team.session)
    rafa.family.health_centre_id = people.health_centre(team.session).id
    coordinator = people.coordinator(team.session, "Tuti", "opd", people.office(team.session).id)
    team.session.commit()
    proof = "Dikabari 4 Mar; atasannya Bu Ida dikabari 5 Mar"
    for who, reads in ((team.anwar, True), (coordinator, True), (midwife, False)):
        chat = team.chat(who)
        chat.now = at(TODAY + days(3), "09:00")
        assert (proof in chat.tap_token(f"card:child:{rafa.id}")) is reads, who.name
