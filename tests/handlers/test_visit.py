from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.measurements import Measurement
from db.outbox import Outgoing
from db.referrals import Referral
from db.visits import Aid, Visit
from tests import people
from tests.chat import Chat, chat_with


@pytest.fixture
def anwar(session: Session) -> Chat:
    """Pak Anwar fosters Rafa, fourteen months old."""
    who = people.asn(session, "Anwar Hamid")
    home = people.family(session)
    rafa = people.child(session, home, "Rafa Pratama", people.TODAY - timedelta(days=430))
    people.fosters(session, who, rafa, people.TODAY - timedelta(days=40))
    first = people.visit(session, who, rafa, people.TODAY - timedelta(days=35))
    first.answers = {"house": ["air"], "services": []}
    return chat_with(session, who)


def test_a_routine_visit_takes_at_most_twelve_taps_and_no_typing(session: Session, anwar: Chat) -> None:
    anwar.say("menu")
    anwar.typed = 0
    print(anwar.tap("Lapor kunjungan"), anwar.labels)
    for label in ("Ibu", "Sehat", "Tidak", "Nasi", "Ikan", "Telur", "Selesai", "Belum ada", "Tidak ada"):
        print(anwar.tap(label), anwar.labels)
    answer = anwar.tap("Kirim")
    print(answer)
    assert "Terima kasih" in answer
    assert anwar.taps <= 12
    assert anwar.typed == 0
    visit = session.scalars(select(Visit).order_by(Visit.id.desc())).first()
    assert visit and visit.answers["food"] == ["pokok", "daging", "telur"]
    assert visit.met
