"""Children, mothers and couples whom nobody fosters: the list, and somebody for each by a tap."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.fostering import Assignment, AssignmentState, EndReason
from db.people import Person
from db.states import CareState
from db.subjects import subject
from db.told_endings import ToldEnding
from programme import assignments
from programme.scopes import CITY, Scope
from programme.unassigned import unassigned
from reports.digest import areas
from reports.digest.digest import of_scopes
from tests import people
from tests.audited import lines
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY, WITA


def days(count: int) -> timedelta:
    return timedelta(days=count)


@pytest.fixture
def rudi(session: Session) -> Chat:
    where = people.village(session).id
    return chat_with(session, people.coordinator(session, "Rudi", "kelurahan", where, reachable=False, sex="L"))


def active(session: Session) -> list[Assignment]:
    return list(session.scalars(select(Assignment).where(Assignment.state == AssignmentState.ACTIVE)))


def test_whoever_is_in_care_and_has_nobody_is_listed_the_longest_waiting_first(session: Session):
    anwar = people.asn(session)

    def child(name: str, since: int = 0, **more: object):
        home = people.family(session, name)
        return people.child(session, home, name, created_at=NOW - days(100), **more)

    ended, refused, never = child("Rafa"), child("Refa"), child("Ifa")
    people.fosters(
        session, anwar, ended, TODAY - days(90), TODAY - days(9), state="selesai", end_reason=EndReason.RETIRED
    )
    people.fosters(
        session, anwar, refused, TODAY - days(3), TODAY - days(3), state="selesai", end_reason=EndReason.WRONG,
        why="1 anak asuh",
    )  # fmt: skip
    people.fosters(session, anwar, never, TODAY, state="usulan", why="1 anak asuh")
    home = people.family(session, "Wati", people.village(session, "Baruga", "Baruga"), signed=False)
    mother = people.pregnancy(session, home, TODAY + days(40), created_at=NOW - days(120))
    couple = people.wedding(session, home, TODAY, created_at=NOW - days(110))
    # None of these: gone, told gone, fostered by themselves, through the family or soon, a companion does not answer
    child("Duka", state=CareState.DIED)
    told = child("Kabar")
    session.add(ToldEnding(child=told, kind=CareState.MOVED, at=NOW, told_by=anwar.id))
    people.fosters(session, anwar, child("Asuh"), TODAY - days(9))
    people.fosters(session, anwar, child("Keluarga").family, TODAY - days(9))
    people.fosters(session, anwar, child("Nanti"), TODAY + days(9))
    people.pregnancy(session, people.family(session, "Lama"), TODAY - days(30))
    people.wedding(session, people.family(session, "Dulu"), TODAY - days(400))
    only_companion = child("Teman")
    people.fosters(session, anwar, only_companion, TODAY - days(9), part="pendamping")

    found = unassigned(session, [CITY], TODAY, WITA)
    assert [one.about for one in found] == [
        subject(one) for one in (mother, couple, refused, never, only_companion, ended)
    ]
    assert [one.since for one in found[-2:]] == [TODAY - days(100), TODAY - days(8)]
    told = of_scopes(session, [CITY], NOW, people.city(), whole=False).nobody
    assert [one.about for one in told.waiting] == [one.about for one in found]
    counted = areas.count(session, [CITY], NOW, people.city()).whole
    assert counted.unassigned == len(found), "the digest and its areas count the same"
    inside = Scope("kelurahan", home.village_id)  # pyright: ignore[reportArgumentType]
    assert [one.about for one in unassigned(session, [inside], TODAY, WITA)] == [subject(mother), subject(couple)]
    office = Scope("opd", people.office(session).id)  # pyright: ignore[reportArgumentType]
    assert unassigned(session, [office], TODAY, WITA) == []


def test_a_proposal_is_accepted_by_one_tap_and_whoever_comes_second_reads_of_it(session: Session, rudi: Chat):
    anwar = people.asn(session)
    rafa = people.child(session, people.family(session), "Rafa", code="A-31")
    people.fosters(session, anwar, people.child(session, people.family(session, "Wati"), "Bima"), TODAY - days(3))
    ratna = chat_with(session, people.coordinator(session, reachable=False))
    assert rudi.say("tanpa pendamping").startswith("*Belum ada pendamping: 1*\n1. Adik Rafa (A-31), Mandonga")
    assert "A-31" in ratna.say("tanpa pendamping")
    assert "Rafa" not in "".join(ratna.labels)
    one = rudi.tap("1. Adik Rafa")
    assert "Usulan: *Pak Anwar*, mendampingi di Mandonga, 1 anak asuh." in one
    accept = rudi.button("Terima Pak Anwar").token
    ratna.tap("1. Anak A-31")
    assert rudi.tap_token(accept).startswith("✅ Adik Rafa (A-31): *Pak Anwar* mulai hari ini.")
    for second in (rudi, ratna):
        said = second.tap_token(accept)
        assert "sudah diubah oleh Pak Rudi" in said
        assert "Pendampingnya sekarang Pak Anwar." in said
    assert ratna.tap_token(f"unassigned:one:child:{rafa.id}") == "Anak A-31 sudah didampingi Pak Anwar."
    assert ratna.tap_token(f"aside:child:{rafa.id}") == "Anak A-31 sudah didampingi Pak Anwar."
    assert len(active(session)) == 2
    assert [line.by for line in lines(session, "assignment.begin")] == [rudi_id(session)]
    assert rudi.say("tanpa pendamping") == "Semua di wilayah Bapak sudah punya pendamping. 👏"


def rudi_id(session: Session) -> int:
    return session.scalars(select(Person.id).where(Person.name == "Rudi")).one()


def test_a_mother_or_a_couple_is_given_with_the_whole_family_first_to_who_knows_it(session: Session, rudi: Chat):
    home, knows = people.family(session, "Wati Lestari"), people.asn(session, "Rahma", people.WOMAN)
    home.code = "KK-7"
    people.fosters(session, knows, people.child(session, home), TODAY - days(40))
    people.fosters(session, people.asn(session), people.child(session, people.family(session)), TODAY - days(40))
    people.pregnancy(session, home, TODAY + days(60))
    rudi.say("tanpa pendamping")
    assert "Usulan: *Bu Rahma*, sudah ikut mendampingi keluarga ini" in rudi.tap("1. Bu Wati")
    refused = rudi.button("Pilih yang lain").token
    assert "Pak Anwar" in rudi.tap_token(refused)
    assert "mulai hari ini" in rudi.tap("Pak Anwar")
    assert {(one.asn.name, one.family_id) for one in active(session) if one.family_id} == {("Anwar Hamid", home.id)}


def test_a_child_is_put_aside_only_for_its_place_and_an_office_sees_none(session: Session, rudi: Chat):
    rafa = people.child(session, people.family(session), "Rafa", code="A-31")
    rudi.tap_token(f"aside:child:{rafa.id}")
    assert rudi.tap("Sedang dicarikan") == "✅ Adik Rafa (A-31) disisihkan sampai besok: sedang dicarikan."
    assert rudi.say("tanpa pendamping") == "Semua di wilayah Bapak sudah punya pendamping. 👏"
    assert "1 disisihkan hari ini" in rudi.labels
    rudi.tap("1 disisihkan")
    assert "Belum ada calon pendamping." in rudi.tap("1. Adik Rafa")
    tuti = people.coordinator(session, "Tuti", "opd", people.office(session).id, reachable=False)
    office = chat_with(session, tuti)
    assert "diatur koordinator wilayah" in office.say("tanpa pendamping")
    for token in ("aside:child:{}", "aside:why:child:{}:lain", "unassigned:one:child:{}"):
        assert "tidak (lagi) ada dalam daftar" in office.tap_token(token.format(rafa.id))
    rafa.state = CareState.MOVED
    session.commit()
    assert "tidak (lagi) ada dalam daftar" in rudi.tap_token(f"unassigned:one:child:{rafa.id}")
    assert assignments.proposed(session, rafa) is None


def test_the_card_offers_a_coordinator_what_there_is_to_do(session: Session, rudi: Chat):
    anwar = people.asn(session)
    rafa = people.child(session, people.family(session), "Rafa")
    rudi.tap_token(f"card:child:{rafa.id}")
    assert "Usulan pendamping" in rudi.labels
    people.fosters(session, anwar, rafa, TODAY - days(50))
    rudi.tap_token(f"card:child:{rafa.id}")
    assert rudi.labels == ["Ingatkan Pak Anwar", "Telepon Pak Anwar", "Alihkan pendampingan", "Menu utama"]
    assert "Mengapa pendampingannya selesai?" in rudi.tap("Alihkan")
    tuti = people.coordinator(session, "Tuti", "opd", people.office(session).id, reachable=False)
    office = chat_with(session, tuti)
    office.tap_token(f"card:child:{rafa.id}")
    assert office.labels == ["Ingatkan Pak Anwar", "Telepon Pak Anwar", "Menu utama"]
