"""Rafa's referral that nobody takes on, and everybody around it: for tests of pushing it on and of letters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import referrals
from db.letters import Letter
from db.outbox import PLANNED, SENT, Kind, Outgoing
from db.people import Person
from db.referrals import Referral
from flow.message import Message
from scheduler import open_referrals
from scheduler.looks import finish
from tests import people
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


class Stuck:
    """Bu Murni is the midwife, Pak Hasan the head of Rafa's puskesmas, Bu Wati the cadre of his posyandu; Pak Anwar
    fosters him. Pak Rudi coordinates the kelurahan, Bu Tuti Pak Anwar's office, Bu Ratna the city, Bu Lina another
    kelurahan. All reminders of the referral are over."""

    def __init__(self, session: Session, urgency: str = "3-7 hari"):
        self.session = session
        home = people.family(session)
        home.code, home.health_centre_id = "KK-31", people.health_centre(session).id
        home.posyandu_id = people.posyandu(session, where=home.village).id
        self.home = home
        self.rafa = people.child(session, home, born=TODAY - timedelta(days=430), code="A-31")
        self.anwar: Person = people.asn(session, reachable=False)
        self.held = people.fosters(session, self.anwar, self.rafa, TODAY - timedelta(days=40))
        self.murni: Person = people.health(session, sex="P", reachable=False)
        post = {"scope": "posyandu", "scope_id": home.posyandu_id}
        self.wati: Person = people.health(session, "Wati", "kader", sex="P", reachable=False, **post)
        self.hasan: Person = people.health(session, "Hasan Basri", "kepala", sex="L", reachable=False)
        self.rudi: Person = people.coordinator(session, "Rudi", "kelurahan", home.village_id, sex="L", reachable=False)
        away = people.village(session, "Baruga", "Baruga")
        self.lina: Person = people.coordinator(session, "Lina", "kelurahan", away.id, sex="P", reachable=False)
        self.tuti: Person = people.coordinator(
            session, "Tuti", "opd", people.office(session).id, sex="P", reachable=False
        )
        self.ratna: Person = people.coordinator(session, sex="P", reachable=False)
        self.referral: Referral = people.referral(session, self.rafa, ago(9), "Berat turun", urgency=urgency)
        self.steps(("told", 9, self.murni), ("told", 9, self.wati), ("reminder", 7, self.murni))
        self.steps(("head", 5, self.hasan), ("coordinator", 2, self.rudi))
        everybody = (
            self.anwar, self.murni, self.wati, self.hasan, self.rudi, self.lina, self.tuti, self.ratna,
        )  # fmt: skip
        self.chats = {who.id: chat_with(session, who) for who in everybody}
        session.commit()

    def steps(self, *steps: tuple[str, float, Person]) -> None:
        for kind, days, who in steps:
            referrals.note(self.session, self.referral, kind, ago(days), who.id)  # pyright: ignore[reportArgumentType]
        self.session.flush()

    def taken(self, days: float = 4) -> None:
        """Bu Murni has taken it on, so many days ago."""
        one = self.referral
        one.state, one.accepted_at, one.accepted_by, one.acceptor = "accepted", ago(days), self.murni.id, self.murni
        self.steps(("accepted", days, self.murni))
        self.session.commit()

    def chat(self, who: Person) -> Chat:
        return self.chats[who.id]

    def tick(self, at: datetime = NOW) -> None:
        finish(open_referrals.tick, self.session, at, people.city())
        self.session.commit()

    def came(self, to: Person, *kinds: Kind) -> Sequence[Message]:
        """What came to this person by itself, oldest first; of these kinds alone. Its buttons can be tapped then."""
        query = select(Outgoing).where(
            Outgoing.person_id == to.id, Outgoing.kind != Kind.REPLY, Outgoing.state.in_((PLANNED, SENT))
        )
        query = query.where(Outgoing.kind.in_(kinds)) if kinds else query
        found = [Message.from_json(row.message) for row in self.session.scalars(query.order_by(Outgoing.id))]
        for message in found:
            self.chat(to).seen(message)
        return found

    @property
    def kinds(self) -> list[str]:
        """The steps so far."""
        return [str(one.step) for one in referrals.steps(self.session, self.referral.id)]

    @property
    def letters(self) -> list[tuple[str, str, str]]:
        """Who wrote what to whom."""
        found = self.session.scalars(select(Letter).order_by(Letter.id))
        return [(one.writer.name, one.receiver.name, one.text) for one in found]
