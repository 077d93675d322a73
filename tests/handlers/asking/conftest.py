"""Bu Sari, who asks about her children."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from db.children import Child, Family
from programme import lesson_search
from tests import people
from tests.chat import Chat, chat_with


@pytest.fixture
def home(session: Session) -> Family:
    """The family, whose puskesmas has a number."""
    family = people.family(session)
    family.health_centre_id = people.health_centre(session, phone="0401-3121234", hours="Senin-Jumat 08.00-14.00").id
    return family


@pytest.fixture
def rafa(session: Session, home: Family) -> Child:
    """Rafa, four months old."""
    return people.child(session, home, "Rafa Pratama", people.TODAY - timedelta(days=130), code="A-31")


@pytest.fixture
def sari(session: Session, home: Family, rafa: Child) -> Chat:
    """Bu Sari, his mother; lessons can be found."""
    lesson_search.fill(session, people.city().library)
    return chat_with(session, people.carer(session, home, reachable=False).person)
