"""Bu Sari with her Rafa and Pak Anwar who fosters him and was never there: they get to know each other in tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.appointments import Appointment
from db.children import Carer, Child, Family
from db.consent import Consent
from db.outbox import PLANNED, SENT, SKIPPED, Outgoing
from db.people import Person
from delivery import before_send
from flow.message import Message
from scheduler import appointments, introductions
from scheduler.looks import finish
from tests import people
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY, at

KINDS = ("introduction", "number", "appointment", "called-off")
NUMBER, HIS_NUMBER, CADRES_NUMBER = "+6281255500031", "+6281255500011", "+6281255500077"
THURSDAY = at(TODAY + timedelta(days=1), "16:00")


class Pairing:
    """``sari`` and ``anwar`` are their chats; both are told by ticks at the hours of ``introduce`` and ``remind``."""

    def __init__(self, session: Session, *, starts_days_ago: int = 5):
        self.session, self.city = session, people.city()
        self.home: Family = people.family(session)
        self.home.posyandu_id = people.posyandu(session).id
        self.rafa: Child = people.child(session, self.home, born=TODAY - timedelta(days=430))
        people.health(
            session, "Wati", "kader", sex="P", phone=CADRES_NUMBER, scope="posyandu", scope_id=self.home.posyandu_id
        )
        self.pak_anwar: Person = people.asn(session, phone=HIS_NUMBER, reachable=False)
        self.carer: Carer = people.carer(
            session, self.home, reachable=False, phone=NUMBER, joined_on=TODAY - timedelta(days=10)
        )
        self.bu_sari = self.carer.person
        session.execute(update(Consent).values(given_at=NOW - timedelta(days=10)))
        self.assignment = people.fosters(session, self.pak_anwar, self.rafa, TODAY - timedelta(days=starts_days_ago))
        self.sari, self.anwar = chat_with(session, self.bu_sari), chat_with(session, self.pak_anwar)
        self.anwar.city = self.sari.city = self.city

    def introduce(self, now: datetime = NOW) -> None:
        finish(introductions.tick, self.session, now, self.city)

    def look(self, now: datetime) -> None:
        """Remind, and end what is over."""
        finish(appointments.tick, self.session, now, self.city)

    def waiting(self, who: Person, *kinds: str) -> Sequence[Outgoing]:
        """What is planned for somebody."""
        query = select(Outgoing).where(Outgoing.person_id == who.id, Outgoing.kind.in_(kinds or KINDS))
        return self.session.scalars(query.where(Outgoing.state == PLANNED).order_by(Outgoing.id)).all()

    def reads(self, chat: Chat, now: datetime = NOW) -> list[str]:
        """What is sent to somebody by now, as far as it still holds; the newest can be tapped."""
        who = self.bu_sari if chat is self.sari else self.pak_anwar
        rows = self.waiting(who)
        before_send.check(self.session, rows, now, self.city)
        for row in rows:
            if row.state != SKIPPED:
                row.state, row.settled_at = SENT, now
        self.session.commit()
        said = [Message.from_json(row.message) for row in rows if row.state == SENT]
        for message in said:
            chat.seen(message)
        return [message.text for message in said]

    def agree(self) -> Appointment:
        """They agree on Thursday at four."""
        self.introduce()
        self.reads(self.anwar)
        self.anwar.tap("Tanyakan")
        self.reads(self.sari)
        self.sari.tap("Kamis")
        assert "menunggu Bapak *Kamis 5 Maret pukul 16.00*" in self.reads(self.anwar)[-1]
        return self.session.scalars(select(Appointment)).one()
