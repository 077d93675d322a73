from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests import people
from tests.chat import Chat, chat_with


@pytest.fixture
def ratna(session: Session, tmp_path: Path) -> Chat:
    """Bu Ratna coordinates the city; Pak Anwar is late with Rafa, Bu Rahma is not."""
    anwar, rahma = people.asn(session, "Anwar Hamid"), people.asn(session, "Rahma Yusuf", people.WOMAN)
    for who, name, days in ((anwar, "Rafa", 45), (rahma, "Aisyah", 10)):
        child = people.child(session, people.family(session), name, people.TODAY - timedelta(days=400))
        people.fosters(session, who, child, people.TODAY - timedelta(days=days))
    return chat_with(session, people.coordinator(session, reachable=False), city=people.city(tmp_path))


def test_an_asn_does_not_get_the_digest(session: Session) -> None:
    chat = chat_with(session, people.asn(session, "Anwar Hamid", reachable=False))
    assert "Ringkasan" not in chat.say("/ringkasan")
