"""Questions in a digest: counts, and by code those that nobody answers in time; never a word of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from db.people import PersonRole
from db.roles import Role, ScopeKind
from programme.scopes import CITY, Scope
from reports.digest import details, digest
from reports.digest import message as digest_message
from tests import people
from tests.handlers.questions.town import Town
from tests.people import NOW

CITY_OF_TESTS = people.city()
LATE = NOW + timedelta(hours=25)


def message(session: Session, *scopes: Scope, now: datetime = NOW) -> tuple[str, list[str]]:
    """The digest of these scopes with its details, and its buttons."""
    found = digest.of_scopes(session, scopes, now, CITY_OF_TESTS)
    said = digest_message.message(found, CITY_OF_TESTS)
    whole = f"{said.text}\n\n{details.text(found, CITY_OF_TESTS)}"
    return whole, [option.label for option in said.options]


def ask(town: Town) -> None:
    town.chat(town.sari).say("Rafa boleh makan telur tiap hari?")


def test_one_that_waits_is_counted_and_one_that_waits_too_long_is_named_by_its_code(session: Session):
    town = Town(session)
    ask(town)
    said, buttons = message(session, CITY)
    assert "❓ *Pertanyaan*\n1 menunggu jawaban." in said
    assert "lama menunggu" not in said
    assert "Lihat pertanyaan" not in buttons
    said, buttons = message(session, CITY, now=LATE)
    assert "*Pertanyaan lama menunggu: 1* (kemarin 0)" in said
    assert "- A-31, Mandonga: 1 hari, di Bapak/Ibu Wati, kader posyandu Melati 1" in said
    assert "telur" not in said
    assert buttons[0] == "Lihat pertanyaan"


def test_an_answered_one_is_counted_on_its_day(session: Session):
    town = Town(session)
    ask(town)
    town.chat(town.wati).reply("Boleh, Bu.")
    assert "❓ *Pertanyaan*\n1 dijawab hari ini." in message(session, CITY)[0]
    assert "Pertanyaan" not in message(session, CITY, now=LATE)[0]


def test_where_nobody_can_answer_it_is_named_at_once(session: Session):
    town = Town(session)
    session.execute(delete(PersonRole).where(PersonRole.role == Role.HEALTH))
    session.commit()
    session.expire_all()
    ask(town)
    assert "menit, belum ada petugasnya" in message(session, CITY)[0]


def test_a_lurah_sees_their_own_with_the_first_name_and_an_office_none(session: Session):
    town = Town(session)
    ask(town)
    assert "Rafa (A-31)" in message(session, Scope(ScopeKind.VILLAGE, town.home.village_id), now=LATE)[0]
    elsewhere = people.village(session, "Baruga", "Baruga")
    for other in (Scope(ScopeKind.VILLAGE, elsewhere.id), Scope(ScopeKind.OFFICE, town.anwar.office_id or 0)):
        assert "Pertanyaan" not in message(session, other, now=LATE)[0]
