"""A consent on paper, for a family that needs no phone, entered by a health worker of the place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.consent import PaperConsent
from programme import consents
from tests import people
from tests.audited import lines
from tests.chat import Chat, chat_with
from tests.people import TODAY


class Place:
    """Bu Sari, who has no phone, and Murni, midwife of her puskesmas."""

    def __init__(self, session: Session):
        self.session = session
        self.home = people.family(session, signed=False)
        self.home.health_centre_id = people.health_centre(session).id
        people.child(session, self.home, born=TODAY - timedelta(days=100))
        self.midwife = people.health(session)
        self.murni: Chat = chat_with(session, self.midwife)


@pytest.fixture
def place(session: Session) -> Place:
    return Place(session)


def test_a_midwife_enters_who_signed_when_and_where_the_sheet_lies(place: Place) -> None:
    place.murni.say("persetujuan")
    place.murni.tap("Keluarga Bu Sari")
    place.murni.fill("Lembar ditandatangani", "Ibu", "Sari Rahmawati", "Kemarin", "map posyandu Melati 1")
    assert "persetujuannya berlaku" in place.murni.tap("Kirim")
    sheet = place.session.scalars(select(PaperConsent)).one()
    assert (sheet.name, sheet.relation, sheet.signed_on, sheet.lies_at, sheet.entered_by) == (
        "Sari Rahmawati", "ibu", TODAY - timedelta(days=1), "map posyandu Melati 1", place.midwife.id,
    )  # fmt: skip
    assert consents.stands(place.session, place.home)


def test_she_ends_it_for_who_tells_her_so(place: Place) -> None:
    people.paper(place.session, place.home)
    sari = people.carer(place.session, place.home)
    place.session.commit()
    place.murni.say("persetujuan")
    place.murni.say(place.home.code)
    place.murni.tap("Keluarga Bu Sari")
    place.murni.fill("Persetujuan ditarik", "Ibu")
    assert "tidak ada persetujuan" in place.murni.tap("Kirim")
    assert consents.stands(place.session, place.home) is None
    assert sari.stopped_at is not None, "what she agreed to in chat ends with it"
    assert [line.by for line in lines(place.session, "consent.withdraw")] == [place.midwife.id], "who entered it"


def test_who_enters_an_end_reads_whose_consent_still_stands(place: Place) -> None:
    people.paper(place.session, place.home)
    people.paper(place.session, place.home, "Amir Hamzah", "ayah")
    place.session.commit()
    place.murni.say("persetujuan")
    place.murni.say(place.home.code)
    place.murni.tap("Keluarga Bu Sari")
    place.murni.fill("Persetujuan ditarik", "Ibu")
    assert "Masih berlaku persetujuan ayah, di kertas." in place.murni.tap("Kirim")


def test_neither_an_asn_nor_a_midwife_of_another_place_enters_one(place: Place) -> None:
    elsewhere = people.health_centre(place.session, "Puskesmas Lepo-Lepo")
    hasnah = people.health(place.session, "Hasnah", scope_id=elsewhere.id)
    anwar = people.asn(place.session)
    people.fosters(place.session, anwar, place.home, TODAY)
    for who in (hasnah, anwar):
        chat = chat_with(place.session, who)
        assert "tidak berlaku" in chat.tap_token(f"paper:{place.home.id}")
        chat.say("persetujuan")
        chat.say(place.home.code)
        assert not [label for label in chat.labels if "Sari" in label]
    assert not place.session.scalars(select(PaperConsent)).all()
