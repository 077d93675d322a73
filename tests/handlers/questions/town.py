"""Bu Sari and Rafa, with everybody who may hear of a question of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.outbox import PLANNED, SENT, Kind, Outgoing
from db.people import Person
from db.questions import Question, thread
from flow.message import Message
from tests import people
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY

HOURS = "Senin-Kamis 08.00-14.00; Jumat 08.00-11.00"


class Town:
    """Bu Wati is the cadre of their posyandu, Bu Murni the midwife and Pak Hasan the head of their puskesmas; Pak Anwar
    fosters Rafa, Bu Ratna coordinates the city and Pak Rudi the kelurahan."""

    def __init__(self, session: Session):
        self.session = session
        away: dict[str, Any] = {"reachable": False}  # but for the address of their chat
        self.home = people.family(session)
        self.home.code = "KK-31"
        post = people.posyandu(session)
        self.home.posyandu_id = post.id
        self.home.health_centre_id = people.health_centre(session, phone="0401-3121234", hours=HOURS).id
        self.rafa = people.child(session, self.home, "Rafa Pratama", TODAY - timedelta(days=430), code="A-31")
        self.carer = people.carer(session, self.home, reachable=False)
        self.sari: Person = self.carer.person
        self.wati: Person = people.health(session, "Wati", "kader", scope="posyandu", scope_id=post.id, **away)
        self.murni: Person = people.health(session, **away)
        self.hasan: Person = people.health(session, "Hasan Basri", "kepala", **away)
        self.anwar: Person = people.asn(session, **away)
        people.fosters(session, self.anwar, self.rafa, TODAY - timedelta(days=40))
        self.ratna: Person = people.coordinator(session, **away)
        self.rudi: Person = people.coordinator(session, "Rudi", "kelurahan", self.home.village_id, **away)
        self.chats = {
            who.id: chat_with(session, who)
            for who in (self.sari, self.wati, self.murni, self.hasan, self.anwar, self.ratna, self.rudi)
        }
        session.commit()

    def chat(self, who: Person) -> Chat:
        return self.chats[who.id]

    @property
    def question(self) -> Question:
        self.session.expire_all()
        return self.session.scalars(select(Question).order_by(Question.id.desc())).first() or Question()

    def came(self, to: Person, *kinds: Kind) -> Sequence[str]:
        """What came to this person by itself and was not taken back, oldest first; of these kinds alone."""
        query = select(Outgoing).where(
            Outgoing.person_id == to.id, Outgoing.kind != Kind.REPLY, Outgoing.state.in_((PLANNED, SENT))
        )
        query = query.where(Outgoing.kind.in_(kinds)) if kinds else query
        return [str(row.message["text"]) for row in self.session.scalars(query.order_by(Outgoing.id))]

    def reads(self, who: Person) -> Message:
        """This person reads the newest message that came by itself, whose buttons they can tap then."""
        query = select(Outgoing).where(Outgoing.person_id == who.id, Outgoing.kind != Kind.REPLY)
        row = self.session.scalars(query.order_by(Outgoing.id.desc())).first()
        assert row is not None, f"nothing came to {who.name}"
        row.state = SENT
        self.session.flush()
        message = Message.from_json(row.message)
        self.chat(who).seen(message)
        return message

    def written(self) -> list[str]:
        """The lines of the newest thread: "asked: ...", by their kind."""
        return [f"{one.part}: {one.words}" for one in thread(self.session, self.question.id) if one.words]


def at_night(town: Town) -> None:
    """It is half past nine in the evening for everybody."""
    for chat in town.chats.values():
        chat.now = NOW.replace(hour=21, minute=29)
