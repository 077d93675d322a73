"""A name or a code opens what it is of, among what the writer may see; of several it is asked which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from db.children import Child
from db.people import Person
from db.places import HealthCentre, Posyandu, Village
from tests import people
from tests.audited import lines
from tests.chat import Chat, chat_with
from tests.crowd import statements
from tests.people import TODAY

NOT_FOUND = "Nama atau kode itu tidak ada dalam daftar Bapak/Ibu."


def days(count: int) -> timedelta:
    return timedelta(days=count)


@dataclass
class Town:
    """Tipulu, where Pak Anwar of Dinas Pertanian fosters Fadila; Bu Ratna coordinates the city, Pak Rudi Tipulu."""

    session: Session
    tipulu: Village
    centre: HealthCentre
    post: Posyandu
    anwar: Person
    fadila: Child
    ratna: Person
    rudi: Person

    def chat(self, who: Person) -> Chat:
        return chat_with(self.session, who)


@pytest.fixture
def town(session: Session) -> Town:
    tipulu, kadia = people.village(session, "Tipulu", "Kendari Barat"), people.village(session, "Kadia", "Kadia")
    lepo = people.village(session, "Lepo-Lepo", "Baruga")
    centre = people.health_centre(session, district_id=tipulu.district_id)
    post = people.posyandu(session, "Melati 1", tipulu)
    people.posyandu(session, "Melati 2", tipulu)
    people.posyandu(session, "Ma'rang", lepo)
    for name in ("Dinas Sosial", "Dinas Kesehatan", "Badan Kepegawaian dan Pengembangan SDM"):
        people.office(session, name)
    home = people.family(session, where=tipulu)
    home.health_centre_id, home.posyandu_id = centre.id, post.id
    fadila = people.child(session, home, "Fadila Nur", TODAY - days(430), code="KDI-A00267A")
    anwar = people.asn(session, office_name="Dinas Pertanian")
    people.fosters(session, anwar, fadila, TODAY - days(90))
    rina = people.asn(session, "Rina Amalia", people.WOMAN, office_name="Dinas Sosial")
    rina.code = "OTA-00012"
    people.asn(session, "Rina Wahid", people.WOMAN, office_name="Dinas Pertanian")
    people.child(session, people.family(session, "Nur Aini", kadia), "Anwar Saputra", TODAY - days(300), code="KDI-B2")
    ratna = people.coordinator(session)
    rudi = people.coordinator(session, "Rudi", "kelurahan", tipulu.id)
    session.commit()
    return Town(session, tipulu, centre, post, anwar, fadila, ratna, rudi)


WRITTEN = {
    "Fadila": "👶 *Adik Fadila*", "kdi-a00267a": "👶 *Adik Fadila*", "cari fadila": "👶 *Adik Fadila*",
    "Pak Anwar": "*Anwar Hamid*", "OTA-00012": "*Rina Amalia*", "bu rina dinas sosial": "*Rina Amalia*",
    "Rina Amallia": "*Rina Amalia*", "Adik Anwar": "*Adik Anwar*",
    "kelurahan Tipulu": "*Kelurahan Tipulu", "tipulu": "*Kelurahan Tipulu", "kel. tipulu": "*Kelurahan Tipulu",
    "tipullu": "*Kelurahan Tipulu", "Tipulu Kendari Barat": "*Kelurahan Tipulu", "lepo lepo": "*Kelurahan Lepo-Lepo",
    "kecamatan kadia": "*Kecamatan Kadia*", "kec kadia": "*Kecamatan Kadia*",
    "cari kelurahan kadia": "*Kelurahan Kadia",
    "puskesmas labibia": "*Puskesmas Labibia*", "pkm labibia": "*Puskesmas Labibia*",
    "posyandu melati 1": "*Posyandu Melati 1*", "psy melati1": "*Posyandu Melati 1*", "ma'rang": "*Posyandu Ma'rang*",
    "opd dinas pertanian": "*Dinas Pertanian*", "dinas pertanian": "*Dinas Pertanian*",
    "dinas pertanain": "*Dinas Pertanian*", "dinkes": "*Dinas Kesehatan*",
    "bkpsdm": "*Badan Kepegawaian dan Pengembangan SDM*",
}  # fmt: skip


def test_whatever_is_written_opens_the_card_of_it(town: Town) -> None:
    ratna = town.chat(town.ratna)
    assert {said: card in ratna.say(said) for said, card in WRITTEN.items()} == dict.fromkeys(WRITTEN, True)
    opened = {one.about for one in lines(town.session, "area.open")}
    assert {f"kelurahan-{town.tipulu.id}", f"puskesmas-{town.centre.id}", f"posyandu-{town.post.id}"} <= opened
    assert f"person:{town.anwar.id}" in {one.about for one in lines(town.session, "person.open")}


def test_of_several_of_any_kind_it_is_asked_which(town: Town) -> None:
    ratna = town.chat(town.ratna)
    for said, labels in {
        "anwar": ["Adik Anwar (KDI-B2)", "Pak Anwar, Dinas Pertanian"],
        "bu rina": ["Rina Amalia, Dinas Sosial", "Rina Wahid, Dinas Pertanian"],
        "kadia": ["Kadia, kelurahan", "Kadia, kecamatan"],
        "posyandu melati": ["Posyandu Melati 1, Tipulu", "Posyandu Melati 2, Tipulu"],
    }.items():
        assert ratna.say(said) == "*Yang mana?*"
        assert ratna.labels[:-1] == labels
    assert "*Posyandu Melati 2*" in ratna.tap("Posyandu Melati 2")
    for number in range(3, 13):
        people.posyandu(town.session, f"Melati {number}", town.tipulu)
    assert ratna.say("posyandu melati").startswith("Ada 12 yang cocok.")
    assert "*Posyandu Melati 7*" in ratna.say("melati 7"), "it still waits for the name"


def test_nobody_finds_what_is_not_theirs_and_it_sounds_as_if_there_were_none(town: Town) -> None:
    session = town.session
    rudi, tuti = (
        town.chat(who)
        for who in (town.rudi, people.coordinator(session, "Tuti", "opd", people.office(session, "Dinas Sosial").id))
    )
    for chat, theirs, others in (
        (rudi, ("tipulu", "posyandu melati 1", "pak anwar", "fadila"),
         ("kelurahan kadia", "kecamatan kadia", "puskesmas labibia", "dinas sosial", "bu rina", "KDI-B2",
          "adik anwar")),
        (tuti, ("dinas sosial", "bu rina"), ("kelurahan tipulu", "pak anwar", "opd dinas pertanian", "KDI-A00267A")),
    ):  # fmt: skip
        for said in theirs:
            assert NOT_FOUND not in chat.say(said), said
        for said in (*others, "kelurahan entah", "pak entah", "KDI-X1"):
            assert chat.say(said) == NOT_FOUND, said
    assert rudi.tap_token(f"area:district:{town.tipulu.district_id}") == NOT_FOUND
    assert tuti.tap_token(f"area:village:{town.tipulu.id}") == NOT_FOUND
    assert tuti.tap_token("area:village:99999") == NOT_FOUND
    assert "Fadila" not in tuti.say("fadila")
    people.carer(session, town.fadila.family)
    ratna = town.chat(town.ratna)
    assert ratna.say("bu sari") == NOT_FOUND, "the city reads no mother's name on a child's card"
    assert "Bu Sari" in ratna.say("orang sari"), "her card, by whoever leads her"


def test_a_health_worker_finds_the_places_they_work_for_and_no_person(town: Town) -> None:
    murni = town.chat(people.health(town.session, scope_id=town.centre.id))
    assert "*Posyandu Melati 1*" in murni.say("posyandu melati 1")
    assert "Didampingi: *1*" in murni.say("labibia")
    assert murni.labels == ["Menu utama"], "nothing of a coordinator"
    for said in ("tipulu", "posyandu melati 2", "pak anwar", "dinas pertanian"):
        assert "*" + said.title() not in murni.say(said)
    assert {one.action for one in lines(town.session)} == {"area.open"}
    admin = town.chat(people.person(town.session, "Joko", "admin"))
    assert "Hari buka: belum ada" in admin.say("posyandu melati 2")
    assert admin.labels == ["Ganti hari dan jam", "Menu utama"], "its day, and no number of anybody's family"
    assert "Kelurahan Tipulu" not in admin.say("tipulu")


def test_what_means_something_else_goes_first(town: Town) -> None:
    session = town.session
    both = people.asn(session, "Lina Sari", people.WOMAN)
    both.roles.append(people.PersonRole(role="coordinator", scope="kota", scope_id=0))
    session.commit()
    lina = town.chat(both)
    assert "🚨" in lina.say("Fadila kejang sekarang")
    assert "Tipulu" not in lina.say("terima kasih")
    assert "📍" not in lina.say("apakah di tipulu besok ada posyandu?"), "a question that holds a name is a question"
    assert "📍" not in lina.say("tipullu"), "who may ask is taken at their word"
    assert "📍" in lina.say("kelurahan tipullu")
    assert "📋" in lina.say("ringkasan")
    sari = town.chat(people.carer(session, town.fadila.family).person)
    assert "📍" not in sari.say("tipulu")
    lina.say("orang")
    assert "*Rina Amalia*" in lina.say("rina amalia")


def test_a_look_asks_as_much_of_a_large_city_as_of_a_small_one(town: Town) -> None:
    ratna = town.chat(town.ratna)
    with statements(town.session) as few:
        ratna.say("kelurahan entah")
    for number in range(30):
        home = people.family(town.session, f"Ibu {number}", town.tipulu)
        people.child(town.session, home, f"Anak {number}", TODAY - days(300))
        people.posyandu(town.session, f"Kelapa {number}", town.tipulu)
    town.session.commit()
    with statements(town.session) as many:
        assert ratna.say("kelurahan entah") == NOT_FOUND
    assert len(many) <= len(few) <= 60
