"""A family in each state it can be in, and everybody who stands to it in some way: for the table of who may do what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import audit
from db.appointments import Appointment, AppointmentState
from db.broadcasts import Broadcast, BroadcastState
from db.children import Child, Family, Pregnancy, Wedding
from db.consent import Note
from db.cries import Cry, CryState
from db.data_requests import DataRequest, RequestKind
from db.drafts import Draft
from db.duty import AlertTest
from db.fostering import Leave
from db.households import EntryState, HouseholdEntry
from db.letters import Letter
from db.outbox import Outgoing
from db.people import Address, Claim, ClaimState, Person
from db.promises import VisitPromise
from db.questions import Part, Question, QuestionMessage
from db.referrals import Referral, ReferralStep
from db.states import CareState
from db.subjects import subject
from db.told_endings import ToldEnding
from db.visits import Visit
from db.workbook_imports import ImportState, WorkbookImport
from programme.appointment_messages import minute
from programme.policy import TOLD_BIRTH
from tests import people
from tests.people import NOW, TODAY

ACTORS: Mapping[str, str] = {
    "orang": "a stranger",
    "baru": "one who has begun to join",
    "ibu": "the mother",
    "ayah": "the father, who has stopped his messages",
    "ibu2": "another mother",
    "asn": "the ASN who fosters the child",
    "asnkk": "the ASN who fosters the whole family, and is the superior at work of the one who fosters the child",
    "asnlalu": "the ASN of last year",
    "asn2": "an ASN who fosters somebody else",
    "kader": "the cadre of the posyandu",
    "bidan": "the midwife of the puskesmas",
    "kepala": "the head of the puskesmas",
    "bidan2": "the midwife of another puskesmas",
    "lurah": "the coordinator of the kelurahan",
    "lurah2": "the coordinator of another kelurahan",
    "opd": "the coordinator of the office of both ASN",
    "kota": "the coordinator of the city",
    "admin": "an admin, who holds no other role",
}

GROUPS: Mapping[str, str] = {
    "siapapun": " ".join(ACTORS),
    "keluarga": "ibu ayah ibu2",
    "pendamping": "asn asnkk asnlalu asn2",
    "petugas": "kader bidan kepala bidan2",
    "setempat": "kader bidan kepala",
    "koordinator": "lurah lurah2 opd kota",
}
"""Several actors at once, for the table."""


def days(count: int) -> timedelta:
    return timedelta(days=count)


class Town:
    """Bu Sari's family: Rafa, the child she expects, a visit, a referral that cannot wait, a draft, a cry, a test.

    ``people`` are the actors by name, without the stranger. The visit, the draft and the question whether they got
    there are of the ASN who fosters the child, the cry is the stranger's, the test alert the midwife's, who has told of
    a birth too. The ASN who fosters the child has told that it moved.
    Somebody has written from another phone with the mother's number. Codes for one more person of the family were made:
    a stranger has written one, and who has begun to join has agreed by the second and waits by the third. The mother
    has asked about her child, and the cadre was given her question; ``line`` is what the cadre wrote and has not sent.
    The coordinator of the office has written to the ASN who fosters the child, about it.
    The coordinator of the city has sent a workbook, and has seen what it would change, and an announcement to all ASN,
    as it will look.
    """

    def __init__(self, session: Session):
        home, away = people.village(session), people.village(session, "Baruga", "Baruga")
        centre, other_centre = people.health_centre(session), people.health_centre(session, "Puskesmas Lepo-Lepo")
        post = people.posyandu(session, where=home)
        self.family: Family = people.family(session, where=home)
        self.family.health_centre_id, self.family.posyandu_id = centre.id, post.id
        self.child: Child = people.child(session, self.family, born=TODAY - days(430))
        self.pregnancy: Pregnancy = people.pregnancy(session, self.family, TODAY + days(40))
        self.wedding: Wedding = people.wedding(session, self.family, TODAY - days(300))
        others = people.family(session, "Wati Lestari", away)
        others.health_centre_id = other_centre.id
        bima = people.child(session, others, "Bima", TODAY - days(400))
        self.people: dict[str, Person] = {
            "baru": Person(name="", created_at=NOW, roles=[]),
            "ibu": people.carer(session, self.family).person,
            "ayah": (father := people.carer(session, self.family, "Budi", "ayah", stopped_at=NOW)).person,
            "ibu2": people.carer(session, others, "Wati Lestari").person,
            "asn": people.asn(session),
            "asnkk": people.asn(session, "Rahma Yusuf", people.WOMAN),
            "asnlalu": people.asn(session, "Jalil Saputra", office_name="Dinas PU"),
            "asn2": people.asn(session, "Usman", office_name="Dinas PU"),
            "kader": people.health(session, "Wa Ode", "kader", scope="posyandu", scope_id=post.id),
            "bidan": people.health(session),
            "kepala": people.health(session, "Hasan Basri", "kepala"),
            "bidan2": people.health(session, "Hasnah", scope_id=other_centre.id),
            "lurah": people.coordinator(session, "Rudi", "kelurahan", home.id),
            "lurah2": people.coordinator(session, "Lina", "kelurahan", away.id),
            "opd": people.coordinator(session, "Tuti", "opd", people.office(session).id),
            "kota": people.coordinator(session),
            "admin": people.person(session, "Joko", "admin"),
        }
        session.add(self.people["baru"])
        session.flush()
        self.addresses = {"orang": "stranger"} | {
            name: people.address(session, who, "telegram").address for name, who in self.people.items()
        }
        asn = self.people["asn"]
        asn.superior_id = self.people["asnkk"].id
        self.assignment = people.fosters(session, asn, self.child, TODAY - days(40))
        people.fosters(session, self.people["asnkk"], self.family, TODAY - days(40))
        people.fosters(session, self.people["asnlalu"], self.family, TODAY - days(400), TODAY - days(30))
        people.fosters(session, self.people["asn2"], bima, TODAY - days(40))
        self.visit: Visit = people.visit(session, asn, self.child, TODAY, submitted_at=NOW)
        self.referral: Referral = people.referral(session, self.child, NOW, "Kejang", urgency="sekarang")
        for who in ("asn", "ibu"):
            session.add(
                ReferralStep(
                    referral_id=self.referral.id, at=NOW, person_id=self.people[who].id, step="asked", detail=""
                )
            )
        self.letter = Letter(writer=self.people["opd"], receiver=asn, child=self.child, text="Sudah ditengok?", at=NOW)
        session.add(self.letter)
        self.draft = Draft(
            person_id=asn.id, form="child_visit", subject=f"child:{self.child.id}", facts={}, state={"answers": {}},
            opened_at=NOW, touched_at=NOW,
        )  # fmt: skip
        here = Address(channel="telegram", address="stranger", first_heard_at=NOW, last_heard_at=NOW)
        self.cry = Cry(address=here, at=NOW, state=CryState.ASKED, signs=[], words=[])
        self.test = AlertTest(person_id=self.people["bidan"].id, month="2026-03", sent_at=NOW)
        self.told = ToldEnding(child=self.child, kind=CareState.MOVED, at=NOW, told_by=asn.id)
        self.message = Outgoing(
            key="reply:1", kind="lesson", channel="simulator", lane=2, address="simulator", created_at=NOW, due_at=NOW,
            person_id=self.people["ibu"].id, message={"text": "Bu Sari"}, state="sent",
        )  # fmt: skip
        joins = Draft(
            person_id=self.people["baru"].id, form="self_join", subject="self", facts={}, state={"answers": {}},
            opened_at=NOW, touched_at=NOW,
        )  # fmt: skip
        mine = session.scalars(select(Address).where(Address.address == self.addresses["ibu"])).one()
        self.mothers_address = mine.id
        other = Address(channel="telegram", address="another", first_heard_at=NOW, last_heard_at=NOW)
        self.claim = Claim(
            address=other, person_id=self.people["ibu"].id, why="number", state=ClaimState.OPEN, created_at=NOW
        )
        self.fathers_place = father.id
        self.request = DataRequest(
            kind=RequestKind.ERASE, person_id=self.people["ibu"].id, family_id=self.family.id, at=NOW,
            due_at=NOW + days(3),
        )  # fmt: skip
        self.leave = Leave(person=asn, starts=TODAY, ends=TODAY + days(5), entered_at=NOW)
        self.role = asn.roles[0]
        session.add(self.leave)
        self.note = Note(person_id=self.people["ibu"].id, text="boleh naik pesawat?", at=NOW)
        session.add_all((self.request, self.note))
        audit.note(session, NOW, self.people["bidan"].id, TOLD_BIRTH, subject(self.pregnancy))
        self.question = Question(
            person_id=self.people["ibu"].id, role="family", family=self.family, child=self.child, opened_at=NOW,
            waits_since=NOW, counted_from=NOW, responsible_id=self.people["kader"].id,
        )  # fmt: skip
        session.add(self.question)
        session.flush()
        kader, asked = self.people["kader"].id, {"question_id": self.question.id, "at": NOW}
        offered = people.at(TODAY + days(1), "16:00")
        self.offered = str(minute(offered))
        self.appointment = Appointment(
            family=self.family, foster_id=asn.id, visitor_id=asn.id, state=AppointmentState.OFFERED,
            options=[offered.isoformat()], opened_at=NOW, turn=1,
        )  # fmt: skip
        session.add(self.appointment)
        self.asked = VisitPromise(person_id=asn.id, foster_id=asn.id, child_id=self.child.id, asked_at=NOW)
        session.add(self.asked)
        self.written, self.begun, self.waits = (
            HouseholdEntry(
                code_hash=state, family=self.family, created_at=NOW, expires_at=NOW + days(2), state=state,
                used_by="telegram:stranger", person=None if state == EntryState.TAKEN else self.people["baru"],
                relation="ayah", agreed_at=NOW, asked_at=NOW,
            )
            for state in (EntryState.TAKEN, EntryState.AGREED, EntryState.WAITING)
        )  # fmt: skip
        session.add_all((self.written, self.begun, self.waits))
        self.line = QuestionMessage(part=Part.HELD, person_id=kader, words="Boleh, Bu.", **asked)
        session.add_all((QuestionMessage(part=Part.GIVEN, person_id=kader, **asked), self.line))
        ratna = self.people["kota"].id
        self.workbook = WorkbookImport(
            person_id=ratna, channel="telegram", address=self.addresses["kota"], state=ImportState.SHOWN, rows=[],
            sent_at=NOW,
        )  # fmt: skip
        self.broadcast = Broadcast(
            person_id=ratna, template="pertemuan", answers={}, text="Halo {sapaan}", notice="pertemuan",
            whatsapp="asuh_pengumuman", role="asn", scope="kota", scope_id=0, status="all",
            state=BroadcastState.SHOWN, shown_at=NOW, expires_at=NOW + days(3), reached=4,
        )  # fmt: skip
        session.add_all((self.workbook, self.broadcast))
        session.add_all((joins, other, self.claim, self.told, self.draft, here, self.cry, self.test, self.message))
        session.flush()

    def named(self, arg: str) -> str:
        """What stands in a button for this argument."""
        return {
            "child": str(self.child.id),
            "child or pregnancy": f"child:{self.child.id}",
            "child or pregnancy or wedding": f"child:{self.child.id}",
            "pregnancy": f"pregnancy:{self.pregnancy.id}",
            "family": str(self.family.id),
            "child or pregnancy or family": f"family:{self.family.id}",
            "household": str(self.waits.id),
            "person": str(self.people["asn"].id),
            "visit": str(self.visit.id),
            "referral": str(self.referral.id),
            "draft": str(self.draft.id),
            "cry": str(self.cry.id),
            "alert_test": str(self.test.id),
            "told_ending": str(self.told.id),
            "carer": str(self.fathers_place),
            "data_request": str(self.request.id),
            "question": str(self.question.id),
            "line": str(self.line.id),
            "letter": str(self.letter.id),
            "address_claim": str(self.claim.id),
            "address": str(self.mothers_address),
            "note": str(self.note.id),
            "workbook_import": str(self.workbook.id),
            "broadcast": str(self.broadcast.id),
            "assignment": str(self.assignment.id),
            "leave": str(self.leave.id),
            "person_role": str(self.role.id),
            "posyandu": str(self.family.posyandu_id),
            "health_centre": str(self.family.health_centre_id),
            "area": f"posyandu:{self.family.posyandu_id}",
            "key": self.message.key,
            "appointment": str(self.appointment.id),
            "visit_promise": str(self.asked.id),
            "minute": self.offered,
            "minutes": self.offered,
            "page": "0",
            "day": str(TODAY),
            "person or child or pregnancy or wedding": f"person:{self.people['asn'].id}",
            "name": "x",
        }[arg]


def _dead(town: Town) -> None:
    town.child.state, town.pregnancy.state = CareState.DIED, CareState.MISCARRIED
    town.wedding.state = CareState.EXPECTING


def _moved(town: Town) -> None:
    town.child.state = town.pregnancy.state = CareState.MOVED
    town.wedding.state = CareState.CANCELLED


def _forgotten(town: Town) -> None:
    town.family.forgotten_at = NOW


STATES: Mapping[str, Callable[[Town], None]] = {
    "ada": lambda town: None,  # the child is alive, the pregnancy runs
    "duka": _dead,
    "pindah": _moved,
    "dihapus": _forgotten,  # their names were taken out
}
