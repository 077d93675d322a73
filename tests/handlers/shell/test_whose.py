"""Whose is it? Forged buttons about somebody else's family tell nothing and change nothing, whatever its state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.appointments import Appointment, AppointmentState
from db.base import Base
from db.children import Carer, Child, Family, Pregnancy, Wedding
from db.consent import Consent
from db.data_requests import DataRequest, RequestKind
from db.drafts import Draft
from db.fostering import Assignment, AssignmentState, Leave
from db.households import EntryState, HouseholdEntry
from db.letters import Letter
from db.outbox import Outgoing
from db.people import Address, Claim, ClaimState, Person, PersonRole
from db.referrals import Referral, ReferralStep
from db.states import CareState
from db.visits import Visit
from handlers.shell import taps
from handlers.shell.buttons import BUTTONS, NOT_VALID
from programme.appointment_messages import minute
from tests import people
from tests.chat import Chat, chat_with, stranger
from tests.people import NOW, TODAY

UNTOUCHED = {"address", "outgoing", "received"}  # what every message may write, whoever sent it
KNOWN_ALREADY = "Kabar duka ini sudah kami catat"


def days(count: int) -> timedelta:
    return timedelta(days=count)


class Wati:
    """Bu Wati's family, with everything that can be told of one: the living, the born, the lost and the moved."""

    NAMES = ("Wati", "Bima", "Citra", "Dewi", "Eka", "Jalil", "Hasnah")

    def __init__(self, session: Session):
        where = people.village(session, "Baruga", "Baruga")
        self.family: Family = people.family(session, "Wati Lestari", where)
        self.family.health_centre_id = people.health_centre(session, "Puskesmas Lepo-Lepo").id
        self.carer: Carer = people.carer(session, self.family, "Wati Lestari")
        self.wati: Person = self.carer.person
        self.jalil: Person = people.asn(session, "Jalil Saputra", office_name="Dinas PU")
        self.held: Assignment = people.fosters(session, self.jalil, self.family, TODAY - days(300))
        self.leave = Leave(person=self.jalil, starts=TODAY, ends=TODAY, entered_at=NOW)
        self.proposed = Assignment(
            asn=self.jalil, family=self.family, state=AssignmentState.PROPOSED, starts=TODAY, why="1 anak asuh"
        )
        session.add_all((self.leave, self.proposed))
        self.hasnah: Person = people.health(session, "Hasnah", scope="puskesmas", scope_id=self.family.health_centre_id)
        self.bima: Child = people.child(session, self.family, "Bima", TODAY - days(400))
        self.citra: Child = people.child(session, self.family, "Citra", TODAY - days(800), state=CareState.DIED)
        self.dewi: Child = people.child(session, self.family, "Dewi", TODAY - days(900), state=CareState.MOVED)
        self.running: Pregnancy = people.pregnancy(session, self.family, TODAY + days(60))
        self.born: Pregnancy = people.pregnancy(session, self.family, TODAY - days(20), state=CareState.BORN)
        self.lost: Pregnancy = people.pregnancy(session, self.family, TODAY - days(700), state=CareState.MISCARRIED)
        baby = {"pregnancy_id": self.born.id}
        self.eka: Child = people.child(session, self.family, "Eka", TODAY - days(20), **baby)
        self.unnamed: Child = people.child(session, self.family, "", TODAY - days(20), **baby)
        self.visit: Visit = people.visit(session, self.jalil, self.bima, TODAY, submitted_at=NOW)
        self.referral: Referral = people.referral(session, self.bima, NOW, "Kejang", visit_id=self.visit.id)
        session.add(ReferralStep(referral_id=self.referral.id, at=NOW, person_id=self.wati.id, step="asked", detail=""))
        self.draft = Draft(
            person_id=self.jalil.id, form="child_visit", subject=f"child:{self.bima.id}", facts={"adik": "Adik Bima"},
            state={"answers": {}}, opened_at=NOW, touched_at=NOW,
        )  # fmt: skip
        session.add(self.draft)
        self.letter = Letter(
            writer=people.coordinator(session, reachable=False), receiver=self.jalil, child=self.bima,
            text="Bima sudah ditengok?", at=NOW,
        )  # fmt: skip
        session.add(self.letter)
        self.request = DataRequest(
            kind=RequestKind.ERASE, person_id=self.wati.id, family_id=self.family.id, at=NOW, due_at=NOW
        )
        session.add(self.request)
        offered = people.at(TODAY + days(1), "16:00")
        self.offered = str(minute(offered))
        self.appointment = Appointment(
            family=self.family, foster_id=self.jalil.id, visitor_id=self.jalil.id, state=AppointmentState.OFFERED,
            options=[offered.isoformat()], opened_at=NOW, turn=1,
        )  # fmt: skip
        session.add(self.appointment)
        lesson = Outgoing(
            key=f"lesson:{self.wati.id}:hamil-40:{self.running.id}", kind="lesson", channel="simulator", lane=2,
            address=f"simulator-{self.wati.id}", person_id=self.wati.id, message={"text": "Bu Wati, sudah lahir?"},
            due_at=NOW, created_at=NOW, state="sent",
        )  # fmt: skip
        session.add(lesson)
        session.commit()
        self.lesson = lesson.key
        self.own_address: int = session.scalars(select(Address.id).where(Address.person_id == self.wati.id)).one()
        unknown = Address(
            channel="whatsapp", address="ID.666", first_heard_at=NOW, last_heard_at=NOW, awaiting="", person_id=None
        )
        self.wedding: Wedding = people.wedding(session, self.family, TODAY + days(30))
        self.entries = [
            HouseholdEntry(
                code_hash=state, family=self.family, created_at=NOW, expires_at=NOW + days(2), state=state,
                used_by="telegram:elsewhere", person=self.jalil, relation="keluarga", agreed_at=NOW, asked_at=NOW,
            )
            for state in EntryState
        ]  # fmt: skip
        session.add_all((unknown, *self.entries))
        session.flush()
        self.claim = Claim(
            address_id=unknown.id, person_id=self.wati.id, why="number", state=ClaimState.OPEN, created_at=NOW
        )
        session.add(self.claim)
        session.commit()

    def of(self, arg: taps.Arg[Any]) -> list[str]:
        """What a forger would write for this argument of a button."""
        children = [self.bima, self.citra, self.dewi, self.eka, self.unnamed]
        pregnancies = [self.running, self.born, self.lost]
        if arg.values:
            return list(arg.values)
        return {
            "child": [str(one.id) for one in children],
            "pregnancy": [f"pregnancy:{one.id}" for one in pregnancies],
            "child or pregnancy": [f"child:{one.id}" for one in children]
            + [f"pregnancy:{one.id}" for one in pregnancies],
            "child or pregnancy or wedding": [f"child:{one.id}" for one in children]
            + [f"pregnancy:{one.id}" for one in pregnancies]
            + [f"wedding:{self.wedding.id}"],
            "person or child or pregnancy or wedding": [
                f"person:{self.jalil.id}",
                f"child:{self.bima.id}",
                f"pregnancy:{self.running.id}",
                f"wedding:{self.wedding.id}",
            ],
            "child or pregnancy or family": [f"child:{self.bima.id}", f"family:{self.family.id}"],
            "household": [str(one.id) for one in self.entries],
            "family": [str(self.family.id)],
            "carer": [str(self.carer.id)],
            "data_request": [str(self.request.id)],
            "person": [str(self.jalil.id), str(self.wati.id)],
            "visit": [str(self.visit.id)],
            "referral": [str(self.referral.id)],
            "draft": [str(self.draft.id)],
            "key": [self.lesson],
            "page": ["0", "1"],
            "assignment": [str(self.held.id), str(self.proposed.id)],
            "leave": [str(self.leave.id)],
            "person_role": [str(role.id) for one in (self.jalil, self.hasnah, self.wati) for role in one.roles],
            "address_claim": [str(self.claim.id)],
            "letter": [str(self.letter.id)],
            "address": [str(self.claim.address_id), str(self.own_address)],
            "appointment": [str(self.appointment.id)],
            "minute": [self.offered],
            "minutes": [self.offered],
            "name": ["hamil-40", str(self.running.id)],
        }[arg.name]


IDS = {
    "person or child or pregnancy or wedding",
    "appointment",
    "child",
    "pregnancy",
    "child or pregnancy",
    "child or pregnancy or wedding",
    "child or pregnancy or family",
    "household",
    "letter",
    "family",
    "carer",
    "data_request",
    "person",
    "visit",
    "referral",
    "draft",
    "key",
    "address",
    "address_claim",
    "assignment",
    "leave",
    "person_role",
}


def forged(wati: Wati) -> Iterator[str]:
    """Every button of ours that takes an id, about Bu Wati's family; and the buttons of its form."""
    for one in BUTTONS:
        names = [arg.name for arg in one.args]
        if IDS.isdisjoint(names) and names != ["name", "number", "name"]:  # a lesson's third part says about whom
            continue
        for values in product(*(wati.of(arg) for arg in one.args)):
            yield ":".join((*one.path, *values))
    for action in ("open", "1", "send", "=8,4", "~whom", "back", "cancel", "discard", "keep"):
        yield f"f.{wati.draft.id}.whom.{action}"


# --- who tries ----------------------------------------------------------------------------


def a_stranger(session: Session) -> Chat:
    return stranger(session)


def somebody_without_a_role(session: Session) -> Chat:
    chat = stranger(session)
    chat.tap_token("selfjoin:yes")
    return chat


def another_mother(session: Session) -> Chat:
    home = people.family(session)
    people.child(session, home, born=TODAY - days(430))
    return chat_with(session, people.carer(session, home).person)


def another_asn(session: Session) -> Chat:
    home, anwar = people.family(session), people.asn(session)
    people.fosters(session, anwar, people.child(session, home, born=TODAY - days(430)), TODAY - days(40))
    return chat_with(session, anwar)


def the_asn_of_last_year(session: Session) -> Chat:
    theirs = session.scalars(select(Family).where(Family.mother_name == "Wati Lestari")).one()
    rahma = people.asn(session, "Rahma Yusuf", people.WOMAN)
    people.fosters(session, rahma, theirs, TODAY - days(400), TODAY - days(1))
    return chat_with(session, rahma)


def who_was_asn_and_is_no_more(session: Session) -> Chat:
    """The assignment was forgotten when the role was taken away."""
    theirs = session.scalars(select(Family).where(Family.mother_name == "Wati Lestari")).one()
    former = people.coordinator(session, "Rudi Hartono", "kelurahan", people.village(session).id)
    people.fosters(session, former, theirs, TODAY - days(400))
    return chat_with(session, former)


def the_midwife_of_another_place(session: Session) -> Chat:
    home = people.family(session)
    home.health_centre_id = people.health_centre(session).id
    return chat_with(session, people.health(session))


def the_coordinator_of_another_place(session: Session) -> Chat:
    return chat_with(session, people.coordinator(session, scope="kelurahan", scope_id=people.village(session).id))


ACTORS = (
    a_stranger,
    somebody_without_a_role,
    another_mother,
    another_asn,
    the_asn_of_last_year,
    who_was_asn_and_is_no_more,
    the_midwife_of_another_place,
    the_coordinator_of_another_place,
)


def everything(session: Session) -> dict[str, list[Any]]:
    """All rows but those that any message writes, and what is said to anybody but who wrote."""
    tables = (table for table in Base.metadata.sorted_tables if table.name not in UNTOUCHED)
    return {table.name: sorted(map(repr, session.execute(select(table)))) for table in tables}


def messages_to_others(session: Session, chat: Chat) -> int | None:
    return session.scalar(select(func.count()).select_from(Outgoing).where(Outgoing.address != chat.address))


@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.__name__)
def test_a_forged_button_tells_and_changes_nothing_about_another_family(session: Session, actor: Any) -> None:
    wati = Wati(session)
    chat = actor(session)
    before, others = everything(session), messages_to_others(session, chat)
    tokens = list(forged(wati))
    assert len(tokens) > 100
    for token in tokens:
        said = chat.tap_token(token)
        assert said, token
        assert not [name for name in wati.NAMES if name in said], f"{token}: {said}"
        assert KNOWN_ALREADY not in said, token
        assert "sudah kami catat" not in said, token
        assert messages_to_others(session, chat) == others, token
    after = everything(session)
    changed = [name for name in before if before[name] != after[name]]
    assert not changed, changed


@pytest.mark.parametrize("awaiting", ["loss", "news", "birth", "expecting"])
@pytest.mark.parametrize("actor", [another_mother, another_asn, the_midwife_of_another_place])
def test_a_name_that_is_asked_for_is_looked_for_among_ones_own(session: Session, actor: Any, awaiting: str) -> None:
    wati = Wati(session)
    chat = actor(session)
    for said in ("Bima", "Citra", "Wati", wati.bima.code, wati.family.code):
        chat.say("menu")
        address = chat.address
        session.execute(Base.metadata.tables["address"].update().values(awaiting=awaiting).where(
            Base.metadata.tables["address"].c.address == address
        ))  # fmt: skip
        session.commit()
        session.expire_all()
        assert not [name for name in wati.NAMES if name in chat.say(said).replace(said, "")]
        assert not any("Bima" in label or "Wati" in label for label in chat.labels)


def test_who_only_began_to_join_cannot_tell_of_a_mothers_death(session: Session) -> None:
    wati = Wati(session)
    forger = somebody_without_a_role(session)
    for pregnancy in (wati.running, wati.born, wati.lost):
        assert forger.tap_token(f"loss:mother:pregnancy:{pregnancy.id}") == NOT_VALID
        assert forger.tap_token(f"loss:yes:mother:pregnancy:{pregnancy.id}") == NOT_VALID
    session.expire_all()
    assert wati.family.mother_died_on is None
    assert session.scalars(select(Consent.withdrawn_at)).all() == [None]
    assert session.scalars(select(Carer.stopped_at)).all() == [None]
    assert not session.scalar(select(func.count()).select_from(Outgoing).where(Outgoing.kind == "ending"))
    assert not session.scalars(select(Outgoing.reason).where(Outgoing.person_id == wati.wati.id)).one()


@pytest.mark.parametrize("said", ["grafik", "kabar", "lahir", "hamil", "nama", "nomor", "data", "lapor", "rujukan"])
def test_who_only_began_to_join_has_no_commands_but_those_of_joining(session: Session, said: str) -> None:
    forger = somebody_without_a_role(session)
    forger.say("simpan")
    before = everything(session)
    heard = forger.say(said)
    assert "Ganti HP atau nomor" not in heard
    assert everything(session) == before
    assert "Siapa nama Ibu/Bapak?" in forger.say("lanjut")


def test_who_only_began_to_join_and_grieves_hears_a_kind_word_and_can_still_be_forgotten(session: Session) -> None:
    chat = somebody_without_a_role(session)
    chat.say("simpan")
    assert "turut berduka" in chat.say("anak saya meninggal")
    chat.say("lanjut")
    chat.say("batal")
    chat.tap("Ya, buang")
    assert not session.scalars(select(Person)).all()


def test_the_contact_of_who_only_began_to_join_is_not_kept(session: Session) -> None:
    chat = somebody_without_a_role(session)
    chat.say("simpan")
    chat.share_contact("+6281234567890")
    assert session.scalars(select(Person.phone)).all() == [None]


# --- who may still hear that it is known ---------------------------------------------------------


@pytest.mark.parametrize("who", ["wati", "jalil", "hasnah"], ids=["the mother", "the ASN", "the midwife"])
def test_whoever_reports_a_known_loss_reads_that_it_is_recorded(session: Session, who: str) -> None:
    wati = Wati(session)
    chat = chat_with(session, getattr(wati, who))
    for token in (
        f"loss:who:child:{wati.citra.id}",
        f"loss:yes:died:child:{wati.citra.id}",
        f"loss:yes:miscarried:pregnancy:{wati.lost.id}",
    ):
        assert KNOWN_ALREADY in chat.tap_token(token), token


def test_an_asn_who_fosters_one_child_hears_that_its_loss_is_known_and_nothing_of_the_others(session: Session) -> None:
    wati, rahma = Wati(session), people.asn(session, "Rahma Yusuf", people.WOMAN)
    people.fosters(session, rahma, wati.citra, TODAY - days(40))
    chat = chat_with(session, rahma)
    assert KNOWN_ALREADY in chat.tap_token(f"loss:who:child:{wati.citra.id}")
    assert chat.tap_token(f"loss:who:child:{wati.bima.id}") == NOT_VALID
    assert chat.tap_token(f"loss:who:pregnancy:{wati.lost.id}") == NOT_VALID


def test_of_a_family_whose_names_were_taken_out_nobody_tells_any_more(session: Session) -> None:
    wati = Wati(session)
    wati.family.forgotten_at = NOW
    session.commit()
    for who in (wati.wati, wati.jalil, wati.hasnah):
        assert chat_with(session, who).tap_token(f"loss:who:child:{wati.citra.id}") == NOT_VALID


def test_a_family_does_not_end_its_own_visits_by_a_button_it_was_never_given(session: Session) -> None:
    wati = Wati(session)
    chat = chat_with(session, wati.wati)
    assert chat.tap_token(f"news:yes:moved:child:{wati.bima.id}") == NOT_VALID
    session.expire_all()
    assert wati.bima.state == "aktif"


# --- a role or an assignment that ended -----------------------------------------------------------


def test_who_no_longer_fosters_does_not_answer_for_the_family_whether_it_got_there(session: Session) -> None:
    wati = Wati(session)
    session.add(ReferralStep(referral_id=wati.referral.id, at=NOW, person_id=wati.jalil.id, step="asked", detail=""))
    wati.held.ends = TODAY - days(1)
    session.commit()
    chat = chat_with(session, wati.jalil)
    assert chat.tap_token(f"got:{wati.referral.id}:yes") == NOT_VALID
    assert chat.tap_token(f"why:{wati.referral.id}:no:jauh") == NOT_VALID


@pytest.mark.parametrize("left", ["", "admin"], ids=["with no role", "with another role"])
def test_a_carer_without_the_role_of_a_family_reaches_nothing(session: Session, left: str) -> None:
    wati = Wati(session)
    held = session.scalars(select(PersonRole).where(PersonRole.person_id == wati.wati.id)).one()
    if left:
        held.role = left
    else:
        session.delete(held)
    session.commit()
    session.expire_all()
    chat = chat_with(session, wati.wati)
    assert chat.tap_token(f"loss:yes:died:child:{wati.bima.id}") == NOT_VALID


def test_an_asn_takes_back_no_report_about_a_child_they_no_longer_foster(session: Session) -> None:
    wati = Wati(session)
    wati.held.ends = TODAY - days(1)
    session.commit()
    chat = chat_with(session, wati.jalil)
    assert "tidak (lagi) ada dalam daftar" in chat.tap_token(f"undo:{wati.visit.id}")
    assert "tidak (lagi) ada dalam daftar" in chat.tap_token(f"correct:{wati.visit.id}")
    session.expire_all()
    assert wati.visit.undone_at is None


# --- the table of buttons -------------------------------------------------------------------------


def test_no_two_buttons_share_a_token(session: Session) -> None:
    wati = Wati(session)
    for token in forged(wati):
        meant = [one for one in BUTTONS if one.arguments(taps.parts_of(token)) is not None]
        assert len(meant) == (0 if token.startswith("f.") else 1), token
