"""An administrator sees in chat who holds which role; nobody else does."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests import people
from tests.chat import chat_with


def test_an_administrator_sees_who_holds_which_role_page_by_page(session: Session) -> None:
    ratna = people.person(session, "Ratna Dewi", "admin")
    for number in range(20):
        people.health(session, f"Kader {number:02}")
    session.commit()
    chat = chat_with(session, ratna)
    said = chat.say("peran")
    assert "Pemegang peran: 21" in said
    assert said.index("Ratna Dewi, admin") < said.index("Kader 00")
    assert "Kader 19" not in said
    assert "Kader 19" in chat.tap("Berikutnya")


@pytest.mark.parametrize("role", ["asn", "coordinator", "health", "family"])
def test_nobody_else_sees_it(session: Session, role: str) -> None:
    people.person(session, "Ratna Dewi", "admin")
    chat = chat_with(session, people.person(session, "Rudi", role))
    assert "Pemegang peran" not in chat.say("peran")
    assert "tidak berlaku" in chat.tap_token("roles:0")
