"""The number of an ASN or a health worker, as a contact card, for who coordinates what they see to."""

from datetime import timedelta

from sqlalchemy.orm import Session

from flow.message import Card
from tests import people
from tests.audited import lines
from tests.chat import Chat, chat_with
from tests.people import TODAY

REFUSED = "Orang itu di luar wilayah atau kantor"


def test_whoever_is_in_scope_can_be_called_and_nobody_else(session: Session):
    home, away = people.village(session), people.village(session, "Baruga", "Baruga")
    family = people.family(session, where=home)
    family.health_centre_id, other = people.health_centre(session).id, people.health_centre(session, "Puskesmas Poasia")
    phone = {"phone": "+6281255500012"}
    anwar, rina = people.asn(session, **phone), people.asn(session, "Rina", office_name="Dinas PU", **phone)
    rafa = people.child(session, family)
    people.fosters(session, anwar, rafa, TODAY - timedelta(days=3))
    people.delegate(session, anwar, rina, TODAY)
    murni, hasnah = people.health(session, **phone), people.health(session, "Hasnah", scope_id=other.id, **phone)
    sari = people.carer(session, family, phone="+6281255500031").person
    lina = people.coordinator(session, "Lina", "kelurahan", away.id, reachable=False)

    def asks(name: str, scope: str, id: int) -> Chat:
        return chat_with(session, people.coordinator(session, name, scope, id, reachable=False))

    may = {
        asks("Rudi", "kelurahan", home.id): {anwar, rina, murni},
        asks("Tuti", "opd", people.office(session).id): {anwar, rina},
        asks("Ratna", "kota", 0): {anwar, rina, murni, hasnah},
        chat_with(session, lina): set(),
    }
    for chat, called in may.items():
        for who in (anwar, rina, murni, hasnah, sari, lina):
            said = chat.tap_token(f"call:{who.id}")
            assert (REFUSED not in said) is (who in called), (chat.address, who.name, said)
            assert (chat.heard[0].card is not None) is (who in called and who.phone is not None)
    assert "+6281255500031" not in said
    assert [line.about for line in lines(session, "person.call")].count(f"person:{anwar.id}") == 3


def test_a_call_gives_the_card_with_the_office_and_a_late_one_is_put_aside_from_it(session: Session):
    anwar, murni = people.asn(session, phone="+6281255500012"), people.health(session, phone="+628114000123")
    people.fosters(session, anwar, people.child(session, people.family(session)), TODAY - timedelta(days=50))
    ratna = chat_with(session, people.coordinator(session, reachable=False))
    assert ratna.tap_token(f"call:{murni.id}").startswith("*Murni*, Bidan Puskesmas Labibia\nHP: +628114000123")
    assert ratna.tap_token(f"call:{anwar.id}") == "*Anwar Hamid*, Dinas Kominfo\nHP: +6281255500012"
    assert ratna.heard[0].card == Card("Anwar Hamid", "+6281255500012")
    assert "disisihkan sampai besok: sudah ditelepon" in ratna.tap("Sudah ditelepon")
    anwar.phone = None
    assert ratna.tap_token(f"call:{anwar.id}") == "*Anwar Hamid*, Dinas Kominfo\nNomor Pak Anwar belum tercatat."
    assert ratna.heard[0].card is None
    assert "Nomor HP yang baru" in ratna.tap("Catat nomornya")
