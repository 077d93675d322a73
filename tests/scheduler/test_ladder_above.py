"""Above Pak Anwar: Bu Ida, his superior, Pak Budi of the office and Bu Ratna of the city, each once and with proof."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db import outbox, referrals
from db.children import Child
from db.drafts import Draft
from db.ladder import LadderStep
from db.outbox import PLANNED, SENT, SKIPPED, TAKEN, Kind, Outgoing
from db.people import Person, PersonRole
from db.referrals import ReferralState, StepKind
from db.roles import Role
from db.states import CareState
from db.subjects import subject
from db.visits import Visit
from delivery import before_send
from flow.message import Message
from programme import ladder as climbing
from programme import ladder_pauses
from programme.fosterings import fosterings
from scheduler import ladder
from scheduler.looks import finish
from tests import crowd, people
from tests.chat import chat_with
from tests.crowd import statements
from tests.people import TODAY, WOMAN, at

CITY = people.city()
DUE = TODAY


def days(count: int) -> timedelta:
    return timedelta(days=count)


class Office:
    """Pak Anwar fosters Rafa, Bu Rina fosters Nisa; both answer to Bu Ida, who fosters nobody. Rafa is due today, Nisa
    three days later.
    """

    def __init__(self, session: Session):
        self.session = session
        self.ida = people.asn(session, "Ida Ayu", WOMAN)
        self.anwar = people.asn(session, superior_id=self.ida.id)
        self.rina = people.asn(session, "Rina Tumbo", WOMAN, superior_id=self.ida.id)
        self.budi = people.coordinator(session, "Budi", "opd", people.office(session).id, sex="L")
        self.ratna = people.coordinator(session, sex="P")
        self.rafa = self.child("Rafa", self.anwar, 30)
        self.nisa = self.child("Nisa", self.rina, 27)
        session.commit()

    def child(self, name: str, who: Person, since: int) -> Child:
        born = TODAY - days(430)
        child = people.child(self.session, people.family(self.session, f"Ibu {name}"), name, born)
        people.fosters(self.session, who, child, TODAY - days(since))
        return child

    def look(self, *late: int, clock: str = "09:00") -> None:
        """A look on each of these days after Rafa was due; what is planned goes out."""
        for count in late:
            finish(ladder.tick, self.session, at(DUE + days(count), clock), CITY)
            for row in self.session.scalars(select(Outgoing).where(Outgoing.state == PLANNED)):
                row.state = SENT
            self.session.commit()

    def told(self, *, above: bool = True) -> list[tuple[int, Person]]:
        """On which days after Rafa was due who was told by a message, in order."""
        kinds = (Kind.LADDER,) if above else (Kind.LADDER, Kind.REMINDER)
        query = select(Outgoing).where(Outgoing.kind.in_(kinds), Outgoing.state != SKIPPED).order_by(Outgoing.id)
        found = self.session.scalars(query)
        return [
            ((CITY.today(row.created_at) - DUE).days, self.session.get_one(Person, row.person_id or 0))
            for row in found
        ]  # fmt: skip

    def text(self, to: Person) -> str:
        """The newest message to them."""
        query = select(Outgoing).where(Outgoing.person_id == to.id, Outgoing.kind == Kind.LADDER)
        query = query.order_by(Outgoing.id.desc()).execution_options(populate_existing=True)
        row = self.session.scalars(query).first()
        assert row
        return Message.from_json(row.message).text

    def proof(self, of: Child, asn: Person, since: int = 30) -> str:
        told = climbing.told(self.session, subject(of), asn.id, TODAY - days(since))
        return climbing.words(told, CITY)

    def reasons(self, of: Child) -> list[tuple[str, int | None, str]]:
        query = select(LadderStep).where(LadderStep.about_id == of.id, LadderStep.reason != "")
        return [(one.rung, one.person_id, one.reason) for one in self.session.scalars(query.order_by(LadderStep.id))]


@pytest.fixture
def office(session: Session) -> Office:
    return Office(session)


def test_a_silent_visit_climbs_to_the_superior_the_office_and_the_city_each_once(office: Office):
    office.look(*range(36))
    office.look(*range(30, 36), clock="15:00")
    assert office.told() == [
        (14, office.ida),  # of Bu Rina's visit too, eleven days late: her own reminders are over
        (21, office.budi), (24, office.budi),
        (30, office.ratna), (33, office.ratna),
    ]  # fmt: skip
    assert office.proof(office.rafa, office.anwar) == (
        "dikabari 3 kali, terakhir 11 Mar; atasannya Bu Ida dikabari 18 Mar; koordinator kantornya Pak Budi dikabari "
        "25 Mar; koordinator kota Bu Ratna dikabari 3 Apr"
    )
    said = office.text(office.ida)
    assert "2 pendamping di tim Ibu" in said
    assert "1. *Pak Anwar*: kunjungan tertunda 14 hari\n2. *Bu Rina*: kunjungan tertunda 11 hari" in said
    assert "Rafa" not in said, "a superior has no task in anybody's health"
    assert "A-" not in said
    assert "atasannya Bu Ida dikabari 18 Mar" in office.text(office.ratna)


def test_who_read_this_morning_that_visits_have_lapsed_reads_of_the_ladder_tomorrow(office: Office):
    office.look(*range(21))
    lapse = outbox.row(Kind.LAPSE, "lapse", "simulator", "b", {"text": "-"}, at(DUE + days(21), "07:45"),
                       person_id=office.budi.id)  # fmt: skip
    outbox.promise(office.session, [lapse])
    office.look(21, 22)
    assert office.told()[-1] == (22, office.budi)


def test_it_ends_with_the_report_and_begins_anew_with_the_next_visit(office: Office):
    office.look(*range(15))
    people.visit(office.session, office.anwar, office.rafa, DUE + days(15))
    office.look(*range(15, 45))
    later = [who for late, who in office.told(above=False) if late > 15]
    assert office.anwar not in later
    assert "Anwar" not in office.text(office.budi)
    office.look(45)
    assert office.told(above=False)[-1] == (45, office.anwar)
    assert office.proof(office.rafa, office.anwar, since=-15) == "dikabari 18 Apr"


def test_who_is_away_or_whose_child_is_in_hospital_is_not_late_and_goes_on_where_they_were(office: Office):
    session = office.session
    people.leave(session, office.anwar, DUE + days(8), DUE + days(17))
    referral = people.referral(session, office.nisa, at(DUE + days(8)), "Demam")
    referral.state = ReferralState.REFERRED_ON
    referrals.note(session, referral, StepKind.REFERRED_ON, at(DUE + days(8)), None)
    session.commit()
    office.look(*range(18))
    assert not office.told()
    [nisa] = [one for one in fosterings(session, DUE + days(17), 30, zone=CITY.zone) if one.asn_id == office.rina.id]
    assert nisa.in_hospital
    both = {subject(office.rafa), subject(office.nisa)}
    assert ladder_pauses.in_hospital(session, both) == {subject(office.nisa)}
    assert nisa.due > DUE + days(17), "nobody is late who is in hospital, in the digest neither"
    anwar = chat_with(session, office.rina)
    assert "*Adik Nisa*: kunjungan menunggu pulang dari rumah sakit" in anwar.say("jadwal")
    referral.state = ReferralState.BACK_REFERRED
    referrals.note(session, referral, StepKind.BACK_REFERRED, at(DUE + days(17)), None)
    session.commit()
    office.look(*range(18, 36))
    assert office.told()[0] == (24, office.ida), "ten days of leave, and ten in hospital"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("no superior", climbing.NO_SUPERIOR),
        ("never joined", climbing.NOT_HERE),
        ("on leave", climbing.ON_LEAVE),
        ("visits for him", climbing.VISITS_THEMSELVES),
    ],
)
def test_where_the_superior_cannot_be_told_the_office_is_told_at_that_step_and_the_proof_says_why(
    office: Office, change: str, why: str
):
    session, known = office.session, office.ida.id
    match change:
        case "no superior":
            office.anwar.superior_id = known = None
        case "never joined":
            office.anwar.superior_id = known = people.person(session, "Hamid", "asn", reachable=False).id
        case "on leave":
            people.leave(session, office.ida, DUE + days(10), DUE + days(40))
        case _:
            people.delegate(session, office.anwar, office.ida, TODAY - days(60))
    session.commit()
    office.look(*range(15))
    office.look(14, clock="10:00")
    assert office.told() == [(14, office.budi)]
    assert office.reasons(office.rafa) == [("atasan", known, why)]
    office.look(*range(15, 32))
    told = select(LadderStep.at).where(LadderStep.about_id == office.rafa.id, LadderStep.rung == "kantor")
    assert [CITY.today(at) for at in session.scalars(told)] == [DUE + days(14)], "not again at the office's own step"
    assert (30, office.ratna) in office.told()


def test_an_office_without_a_coordinator_is_passed_over_and_nobody_reads_of_themselves(office: Office):
    session = office.session
    session.delete(office.budi.roles[0])
    office.anwar.superior_id = None
    bima = office.child("Bima", office.ratna, 30)
    session.add(PersonRole(person_id=office.ratna.id, role=Role.ASN))
    session.commit()
    office.look(*range(14))
    for late in range(14, 36):
        office.look(late)
        office.look(late, clock="10:00")
    assert office.reasons(office.rafa) == [
        ("atasan", None, climbing.NO_SUPERIOR), ("kantor", None, climbing.NO_COORDINATOR),
    ]  # fmt: skip
    assert (21, office.ratna) in office.told(), "the city, at the step of the office"
    assert office.proof(office.rafa, office.anwar) == (
        "dikabari 3 kali, terakhir 11 Mar; atasan belum tercatat; koordinator kantornya belum ada; koordinator kota Bu "
        "Ratna dikabari 25 Mar"
    )
    assert office.reasons(bima)[-1] == ("kota", office.ratna.id, climbing.VISITS_THEMSELVES)


def test_who_cannot_be_reached_any_more_is_not_reminded_and_the_superior_is_told_so(office: Office):
    office.session.delete(office.anwar.addresses[0])
    office.session.expire_all()
    people.address(office.session, office.anwar).state = "gone"  # pyright: ignore[reportAttributeAccessIssue]
    office.session.commit()
    office.look(*range(14))
    assert office.anwar not in [who for _, who in office.told(above=False)]
    office.look(14)
    office.look(14, clock="10:00")
    assert office.reasons(office.rafa) == [("pendamping", office.anwar.id, climbing.NOT_HERE)]
    assert "*Pak Anwar*: kunjungan tertunda 14 hari, belum terhubung di sini" in office.text(office.ida)


def test_a_report_that_is_begun_is_said_to_wait_to_be_sent_to_everybody(office: Office):
    session = office.session
    draft = Draft(
        person_id=office.anwar.id, form="child_visit", subject=str(subject(office.rafa)), facts={},
        state={"answers": {"whom": "ibu"}}, opened_at=at(DUE - days(1)), touched_at=at(DUE - days(1)),
    )  # fmt: skip
    session.add(draft)
    kayla = office.child("Kayla", office.anwar, 29)
    session.commit()
    office.look(1)
    [row] = session.scalars(select(Outgoing).where(Outgoing.person_id == office.anwar.id)).all()
    said = Message.from_json(row.message)
    assert "ada 1 kunjungan yang menunggu dan 1 laporan yang tinggal dikirim" in said.text
    assert "1. *Adik Rafa* (14 bulan), Kel. Mandonga (Mandonga): laporan tinggal dikirim" in said.text
    assert [one.label for one in said.options] == ["Lanjutkan Adik Rafa", "Lapor Adik Kayla"]
    kayla.state = CareState.MOVED
    office.look(*range(2, 15))
    assert "*Pak Anwar*: 1 laporan tinggal dikirim" in office.text(office.ida)


def test_a_report_between_planning_and_sending_takes_the_child_out_of_the_message(office: Office):
    session = office.session
    office.look(*range(14))
    finish(ladder.tick, session, at(DUE + days(14)), CITY)
    [row] = session.scalars(select(Outgoing).where(Outgoing.state == PLANNED, Outgoing.person_id == office.ida.id))
    people.visit(session, office.rina, office.nisa, DUE + days(14), submitted_at=at(DUE + days(14), "09:01"))
    row.state = TAKEN
    before_send.check(session, [row], at(DUE + days(14), "09:02"), CITY)
    assert (row.state, row.reason) == (SKIPPED, "sudah dilaporkan")
    row.state = TAKEN
    referral = people.referral(session, office.nisa, at(DUE + days(13)), "Demam", state=ReferralState.REFERRED_ON)
    session.execute(update(Visit).values(undone_at=at(DUE + days(14))))
    before_send.check(session, [row], at(DUE + days(14), "09:03"), CITY)
    assert (row.state, row.reason) == (SKIPPED, "sedang di rumah sakit")
    referral.state = ReferralState.BACK_REFERRED
    session.execute(update(Visit).values(undone_at=None))
    office.look(14, clock="10:00")
    assert row.state == SENT, "the same message of the day, written anew"
    assert "*Pak Anwar*: kunjungan tertunda 14 hari" in office.text(office.ida)
    assert "Rina" not in office.text(office.ida)
    assert office.proof(office.rafa, office.anwar).endswith("atasannya Bu Ida dikabari 18 Mar")


def test_the_message_is_stopped_where_its_reader_stands_above_nobody_in_it_any_more(office: Office):
    office.look(*range(14))
    finish(ladder.tick, office.session, at(DUE + days(14)), CITY)
    [row] = office.session.scalars(select(Outgoing).where(Outgoing.state == PLANNED)).all()
    office.anwar.superior_id, row.state = None, TAKEN
    office.session.flush()
    before_send.check(office.session, [row], at(DUE + days(14)), CITY)
    assert (row.state, row.reason) == (SKIPPED, "bukan bagiannya lagi")


def test_a_look_with_nothing_to_do_costs_the_same_whatever_the_size(office: Office):
    def asked(on: date) -> int:
        with statements(office.session) as run:
            finish(ladder.tick, office.session, at(on), CITY)
        return len(run)

    office.look(*range(10))
    few = asked(DUE + days(8))
    crowd.fostering(office.session, [TODAY - days(30)] * 40, lambda n: {"superior_id": office.ida.id})
    office.session.commit()
    office.look(0, 3, 7, 8)
    assert asked(DUE + days(8)) == few
    assert few < 25
