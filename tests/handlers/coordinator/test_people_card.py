"""The card of a person: what it says, who changes what from it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.fostering import visitors
from db.people import Address, Person, PersonRole
from tests import people
from tests.audited import lines
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY


@pytest.fixture
def anwar(session: Session) -> Person:
    """Pak Anwar, who wrote three days ago."""
    who = people.asn(session, phone="+6281200000001", rank="Kepala Seksi", reachable=False)
    people.address(session, who, "telegram", NOW - timedelta(days=3))
    return who


def joko(session: Session) -> Chat:
    return chat_with(session, people.person(session, "Joko", "admin"))


def test_an_office_sees_its_people_and_changes_nothing(session: Session, anwar: Person) -> None:
    people.asn(session, "Usman", office_name="Dinas PU")
    tuti = chat_with(session, people.coordinator(session, "Tuti", "opd", people.office(session).id))
    said = tuti.say("orang anwar")
    assert said.splitlines() == [
        "*Anwar Hamid*", "Peran: Orang tua asuh (ASN)", "Kantor: Dinas Kominfo, Kepala Seksi", "HP: +6281200000001",
        "Bergabung lewat Telegram; terakhir menulis 1 Mar.", "Mendampingi: belum ada",
    ]  # fmt: skip
    assert tuti.labels == ["Telepon", "Tulis pesan", "Buat kode", "Menu utama"]
    assert "belum ketemu" in tuti.say("orang usman")
    assert [one.about for one in lines(session, "person.open")] == [f"person:{anwar.id}"]


def test_the_city_changes_a_mothers_number_with_that_of_her_family(session: Session) -> None:
    home = people.family(session)
    home.phone = "+6281211112222"
    sari = people.person(session, "Sari Rahmawati", "family", reachable=False, phone=home.phone)
    people.carer(session, home, who=sari, joined_on=None, consents=False)
    ratna = chat_with(session, people.coordinator(session))
    said = ratna.say(f"orang {home.code}")
    assert "Belum bergabung." in said
    assert "0812" not in said
    ratna.tap("Ganti nomor")
    assert "Tulis satu nomor HP saja" in ratna.say("nanti")
    assert "Nomornya sudah diganti." in ratna.say("0813 9999 0000")
    assert (sari.phone, home.phone) == ("+6281399990000", "+6281399990000")


def test_an_admin_gives_a_role_by_its_words_and_ends_one(session: Session, anwar: Person) -> None:
    people.health_centre(session)
    admin = joko(session)
    admin.say("orang anwar hamid")
    admin.tap("Beri peran")
    assert "belum terbaca" in admin.say("lurah")
    assert "Tulis juga tempatnya" in admin.say("bidan")
    assert "tidak ditemukan" in admin.say("bidan puskesmas Mata")
    assert "Bidan Puskesmas Labibia" in admin.say("bidan puskesmas labibia")
    assert "Kapan hari terakhirnya?" in admin.tap("Akhiri peran ke-2")
    assert "sudah berakhir" in admin.tap("Hari ini")
    assert [one.role for one in anwar.roles] == ["asn"]
    assert [one.action for one in lines(session) if one.action.startswith("role.")] == ["role.give", "role.end"]
    admin.say("orang anwar hamid")
    admin.tap("Akhiri peran")
    admin.tap("Hari ini")
    assert not session.scalars(select(Address).where(Address.person_id == anwar.id)).all()  # let go from the phone


def test_what_is_still_awaited_is_refused_to_who_may_not_any_more(session: Session, anwar: Person) -> None:
    admin = joko(session)
    admin.say("orang anwar")
    admin.tap("Beri peran")
    who = session.scalars(select(Person).where(Person.name == "Joko")).one()
    who.roles[0].role = "coordinator"
    who.roles[0].scope = "kota"
    session.commit()
    assert "belum ketemu" in admin.say("admin")
    assert [one.role for one in anwar.roles] == ["asn"]


def test_the_city_changes_no_administrator_and_an_administrator_no_family(session: Session) -> None:
    mother = people.carer(session, people.family(session)).person
    chief = people.person(session, "Joko", "admin")
    ratna, admin = chat_with(session, people.coordinator(session)), chat_with(session, chief)
    for chat, token in (
        (ratna, f"person:number:{chief.id}"), (ratna, f"person:{chief.id}"), (admin, f"person:number:{mother.id}"),
        (admin, f"person:give:{mother.id}"),
        (admin, f"person:give:{chief.id}"),  # nor their own roles
    ):  # fmt: skip
        assert "sudah tidak berlaku" in chat.tap_token(token), token
    assert "di luar lingkup" in admin.tap_token(f"role:end:{mother.roles[0].id}")


def test_who_is_let_go_by_the_card_visits_for_nobody_and_keeps_no_referral(session: Session, anwar: Person) -> None:
    home = people.family(session)
    rafa, baznas = people.child(session, home), people.organisation(session)
    home.health_centre_id = people.health_centre(session).id
    people.fosters(session, baznas, rafa, TODAY)
    people.delegate(session, baznas, anwar, TODAY - timedelta(days=9))
    murni, _ = people.health(session), people.health(session, "Ani")
    elsewhere = people.health_centre(session, "Puskesmas Mata").id
    murni.roles.append(PersonRole(role="health", title="bidan", scope="puskesmas", scope_id=elsewhere))
    taken = {"state": "accepted", "accepted_at": NOW, "accepted_by": murni.id}
    referral = people.referral(session, rafa, NOW, "demam", **taken)
    session.commit()
    admin = joko(session)
    for name, role in (("anwar hamid", "Akhiri peran"), ("murni", "Akhiri peran ke-1")):
        admin.say(f"orang {name}")
        admin.tap(role)
        admin.tap("Hari ini")
    assert list(visitors(session, baznas.id, TODAY)) == []
    session.refresh(referral)
    assert (referral.state, referral.accepted_by) == ("sent", None)
