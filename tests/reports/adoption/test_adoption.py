"""Who has joined: counted once each, by office and place, for a coordinator's scopes and no others."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from db.fostering import Delegate
from db.people import Invitation, PersonKind
from flow.message import Option
from programme.fosterings import fosterings
from programme.scopes import CITY, Scope
from reports.adoption import words
from reports.adoption.counts import Adoption, Count, Group, Place, count
from tests import people
from tests.chat import chat_with
from tests.people import NOW, TODAY

HOME = Option("menu:home", "Menu utama")


def days(number: int) -> timedelta:
    return timedelta(days=number)


def counted(session: Session, *scopes: Scope) -> Adoption:
    session.flush()
    return count(session, scopes, fosterings(session, TODAY, 30, scopes), NOW, TODAY)


def of(adoption: Adoption, place: str, group: Group) -> Count:
    return next(one for one in adoption.places if one.name == place).counts[group]


def test_everybody_is_counted_once_in_their_places_and_seen_by_who_coordinates_them(session: Session) -> None:
    mandonga, baruga = people.village(session), people.village(session, "Baruga", "Baruga")
    sari, wati, nur = (
        people.family(session, name, where) for name, where in (("Sari", mandonga), ("Wati", mandonga), ("Nur", baruga))
    )
    rafa, bima, gone = (
        people.child(session, home, name, TODAY - days(400))
        for home, name in ((sari, "Rafa"), (wati, "Bima"), (nur, "Tio"))
    )
    people.pregnancy(session, nur, TODAY + days(60))
    moved = people.child(session, people.family(session, "Lina", mandonga), "Lia", state="pindah")
    for home in (sari, wati):
        home.health_centre_id, home.posyandu_id = people.health_centre(session).id, people.posyandu(session).id
    anwar = people.asn(session, "Anwar Hamid")  # joined, has visited, fosters in two kelurahan
    usman = people.asn(session, "Usman", office_name="Dinas PU", reachable=False)  # invited
    rahma = people.asn(session, "Rahma", office_name="Dinas PU")  # joined, not heard for a month
    rahma.addresses[0].last_heard_at = NOW - days(40)
    dprd = people.asn(session, "DPRD Kota", office_name="DPRD", reachable=False, kind=PersonKind.ORGANISATION)
    delegate = people.asn(session, "Joko", office_name="DPRD")
    for who, whom in ((anwar, rafa), (anwar, nur), (usman, bima), (rahma, sari), (dprd, bima)):
        people.fosters(session, who, whom, TODAY - days(20))
    people.fosters(session, people.asn(session, "Lama"), moved, TODAY - days(20))
    people.visit(session, anwar, rafa, TODAY - days(3))
    people.visit(session, rahma, gone, TODAY - days(3), undone_at=NOW)
    people.carer(session, sari)
    people.carer(session, sari, "Budi", "ayah", joined_on=None, reachable=False)
    people.carer(session, wati, "Wati", joined_on=None, reachable=False, consents=False)
    people.health(session)
    people.health(session, "Wa Ode", "kader", scope="posyandu", scope_id=people.posyandu(session).id, reachable=False)
    people.health(session, "Hasnah", scope_id=people.health_centre(session, "Puskesmas Lepo-Lepo").id)
    session.add_all(
        (
            Delegate(principal_id=dprd.id, person_id=delegate.id, starts=TODAY - days(5)),
            Invitation(
                code_hash="x", person_id=usman.id, role="asn", created_at=NOW, expires_at=NOW + days(9)
            ),
        )
    )  # fmt: skip

    city = counted(session, CITY)
    assert city.counts == {
        Group.FOSTER: Count(total=4, invited=4, joined=3, visited=1, silent=1),
        Group.FAMILY: Count(total=3, invited=1, joined=1, visited=1, silent=0),
        Group.HEALTH: Count(total=2, invited=1, joined=1, visited=0, silent=0),
    }
    assert of(city, "Dinas PU", Group.FOSTER) == Count(2, 2, 1, 0, 1)
    assert of(city, "DPRD", Group.FOSTER) == Count(1, 1, 1, 0, 0), "its delegate has joined"
    assert of(city, "Baruga (Baruga)", Group.FAMILY) == Count(1)
    assert of(city, "Mandonga (Mandonga)", Group.HEALTH) == Count(1)
    assert of(city, "Puskesmas Labibia", Group.HEALTH) == Count(1, 1, 1)
    assert city.places[0].name == "Baruga (Baruga)" or city.places[0].share == 0.5

    lurah = counted(session, Scope("kelurahan", mandonga.id))  # pyright: ignore[reportArgumentType]
    assert lurah.counts[Group.FAMILY] == Count(2, 1, 1, 1, 0)
    assert "Baruga (Baruga)" not in {one.name for one in lurah.places}
    office = counted(session, Scope("opd", people.office(session, "Dinas PU").id))  # pyright: ignore[reportArgumentType]
    assert set(office.counts) == {Group.FOSTER}
    assert {one.name for one in office.places} == {"Dinas PU"}, "the head of an office reads no kelurahan"

    ratna = chat_with(session, people.coordinator(session))
    said = ratna.say("adopsi")
    assert "Pendamping: *3 dari 4*; diundang 4, sudah berkunjung 1, sebulan tidak menulis 1\n" in said
    assert "Keluarga: *1 dari 3*; diundang 1, sudah dikunjungi 1\n" in said
    assert "Baruga (Baruga): pendamping 1 dari 1, keluarga 0 dari 1" in said
    ratna.say("ringkasan")
    assert "Pendamping 3 dari 4, keluarga 1 dari 3, petugas 1 dari 2. Tempatnya: tulis *bergabung*." in (
        ratna.tap("Rincian")
    )


def test_the_line_of_the_digest_ends_once_nine_of_ten_have_joined() -> None:
    nearly, enough = Count(10, 10, 8), Count(10, 10, 9)
    assert words.line(Adoption({Group.FOSTER: enough, Group.FAMILY: nearly})) == "Keluarga 8 dari 10"
    assert words.line(Adoption({Group.FOSTER: enough, Group.FAMILY: enough})) == ""
    assert words.line(Adoption()) == ""


def test_places_come_a_page_at_a_time_and_those_where_all_have_joined_not_at_all() -> None:
    behind = [Place(f"Dinas {n}", {Group.FOSTER: Count(20, 20, n)}) for n in range(9)]
    done = Place("Dinas PU", {Group.FOSTER: Count(3, 3, 3)})
    adoption = Adoption({Group.FOSTER: Count(183, 183, 39)}, (*behind, done))
    first = words.message(adoption, "Kota Kendari", 0, HOME)
    assert "1. Dinas 0: pendamping 0 dari 20" in first.text
    assert [(one.token, one.label) for one in first.row] == [("adoption:1", "Berikutnya »")]
    last = words.message(adoption, "Kota Kendari", 7, HOME)
    assert last.text.endswith("*Berikutnya*\n9. Dinas 8: pendamping 8 dari 20")
    assert [one.token for one in last.row] == ["adoption:0"]
    assert "Semua sudah bergabung" in words.message(Adoption(done.counts, (done,)), "Dinas PU", 0, HOME).text
