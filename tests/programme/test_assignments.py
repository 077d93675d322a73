"""The life of an assignment: what follows from each change, and who hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import drafts
from db.drafts import Draft
from db.fostering import Assignment, AssignmentState, EndReason, Part, answerable, foster_parents
from db.outbox import PLANNED, SKIPPED, Kind, Outgoing, OutgoingAbout
from db.people import Person
from db.subjects import subject
from programme import assignment_news, assignments, policy, still_valid
from programme.assignments import Change, Changed, Drafts
from tests import people
from tests.audited import lines
from tests.people import NOW, TODAY

CITY = people.city()
A_DAY = timedelta(days=1)


class Town:
    """Rafa of Bu Sari, whom Pak Anwar fosters and has begun a report about; Bu Rahma and Pak Usman could follow him.

    Bu Ratna coordinates the city, Pak Rudi the kelurahan.
    """

    def __init__(self, session: Session):
        self.session = session
        self.home = people.family(session)
        self.rafa = people.child(session, self.home, born=TODAY - timedelta(days=430), code="A-31")
        self.sari = people.carer(session, self.home).person
        self.anwar = people.asn(session)
        self.rahma = people.asn(session, "Rahma Yusuf", people.WOMAN, office_name="Dinas PU")
        self.usman = people.asn(session, "Usman")
        self.ratna = people.coordinator(session)
        self.rudi = people.coordinator(session, "Rudi", "kelurahan", self.home.village_id)
        self.held = people.fosters(session, self.anwar, self.rafa, TODAY - timedelta(days=40))
        self.draft = Draft(
            person_id=self.anwar.id, form="child_visit", subject=str(subject(self.rafa)), facts={},
            state={"answers": {"whom": "ibu"}}, opened_at=NOW - timedelta(hours=3), touched_at=NOW,
        )  # fmt: skip
        session.add(self.draft)
        session.flush()
        people.address(session, self.anwar, "telegram").draft_id = self.draft.id

    def remind(self, who: Person) -> Outgoing:
        row = Outgoing(
            key=f"reminder:{who.id}", kind=Kind.REMINDER, channel="simulator", address="x", lane=2, message={},
            created_at=NOW, due_at=NOW, person_id=who.id, state=PLANNED,
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        self.session.add(OutgoingAbout(outgoing_id=row.id, kind="child", subject_id=self.rafa.id))
        self.session.flush()
        return row

    def came(self, who: Person) -> str:
        query = select(Outgoing).where(Outgoing.kind == Kind.HANDOVER, Outgoing.person_id == who.id)
        rows = self.session.scalars(query.order_by(Outgoing.id))
        return "\n\n".join(row.message["text"] for row in rows if row.state == PLANNED)

    def tell(self, *changes: Change) -> None:
        assignment_news.tell(self.session, CITY, changes, NOW, self.ratna.id)

    def succeeds(self, who: Person, **more: object) -> Change:
        return assignments.succeed(self.session, CITY, self.held.id, who, EndReason.RETIRED, NOW, self.ratna.id, **more)  # pyright: ignore


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def test_a_successor_follows_the_same_day_and_everybody_concerned_hears_of_it_once(town: Town):
    reminder = town.remind(town.anwar)
    change = town.succeeds(town.rahma)
    town.tell(change)
    town.tell(town.succeeds(town.rahma))  # once more changes nothing

    assert answerable(town.session, town.rafa, TODAY) == town.rahma
    assert foster_parents(town.session, town.rafa, TODAY) == [town.rahma]
    assert (town.held.state, town.held.ends, town.held.end_reason) == ("selesai", TODAY, "pensiun")
    assert change.new is not None
    assert (change.new.replaces_id, change.new.known_from) == (town.held.id, TODAY)
    assert (reminder.state, reminder.reason) == (SKIPPED, still_valid.NOT_THEIRS)
    assert [line.action for line in lines(town.session)] == ["assignment.succeed"]
    assert "terima kasih banyak sudah mendampingi Adik Rafa" in town.came(town.anwar)
    assert "dilanjutkan *Bu Rahma*" in town.came(town.anwar)
    assert "• *Adik Rafa (A-31)*, Mandonga (Mandonga)" in town.came(town.rahma)
    assert "*Bu Rahma* mulai Rabu 4 Maret 2026, menggantikan Pak Anwar (pensiun)" in town.came(town.rudi)
    assert "*Bu Rahma* dari Dinas PU, menggantikan Pak Anwar" in town.came(town.sari)
    assert "paling lambat Jumat 3 April 2026" in town.came(town.sari)
    assert town.came(town.ratna) == "", "who did it reads the answer"


def test_a_begun_report_stays_sendable_for_three_days_or_goes_to_the_successor(town: Town):
    change = town.succeeds(town.rahma)
    may = [
        policy.may(policy.Asking(town.session, town.anwar, NOW + n * A_DAY), "visit.report", town.rafa)
        for n in (0, 3, 4)
    ]
    assert may == [True, True, False]
    assert not policy.may(policy.Asking(town.session, town.anwar, NOW), "chart.view", town.rafa)
    assert change.unsent == (subject(town.rafa),)
    town.tell(change)
    assert "Laporan tentang Adik Rafa yang belum terkirim masih bisa dikirim sampai Sabtu 7 Maret" in town.came(
        town.anwar
    )

    assert change.new is not None
    assert assignments.pass_drafts_on(town.session, CITY, change.new.id, NOW, town.ratna.id)
    assert not assignments.pass_drafts_on(town.session, CITY, change.new.id, NOW, town.ratna.id)
    assert [one.id for one in drafts.of(town.session, town.rahma.id)] == [town.draft.id]
    assert all(one.draft_id is None for one in town.anwar.addresses)
    assert not policy.may(policy.Asking(town.session, town.anwar, NOW), "visit.report", town.rafa)


def test_a_successor_who_has_begun_a_report_too_keeps_that_one(town: Town):
    own = Draft(
        person_id=town.rahma.id, form="child_visit", subject=town.draft.subject, facts={}, state={}, opened_at=NOW,
        touched_at=NOW,
    )  # fmt: skip
    town.session.add(own)
    town.session.flush()
    change = town.succeeds(town.rahma, drafts=Drafts.SUCCESSOR)
    assert [one.id for one in drafts.of(town.session, town.rahma.id)] == [own.id]
    assert (town.draft.person_id, change.unsent) == (town.anwar.id, (subject(town.rafa),))


def test_a_mistake_is_thanked_by_nobody_and_what_was_begun_because_of_it_is_not_sent(town: Town):
    change = assignments.end(town.session, CITY, town.held.id, EndReason.WRONG, NOW, town.ratna.id)
    town.tell(change)
    assert (town.came(town.anwar), town.came(town.sari)) == ("", "")
    assert "berhenti (salah catat), belum ada penggantinya" in town.came(town.rudi)
    assert not policy.may(policy.Asking(town.session, town.anwar, NOW), "visit.report", town.rafa)
    assert assignments.end(town.session, CITY, town.held.id, EndReason.WRONG, NOW, town.ratna.id).old == town.held
    for second in (EndReason.WRONG, EndReason.MOVED):
        with pytest.raises(Changed, match="Sekarang belum ada pendampingnya"):
            assignments.end(town.session, CITY, town.held.id, second, NOW, town.rudi.id)
    with pytest.raises(Changed):
        town.succeeds(town.rahma)


def test_whoever_comes_second_reads_what_the_first_has_changed(town: Town):
    town.succeeds(town.rahma)
    with pytest.raises(
        Changed, match=r"sudah diubah oleh Bapak/Ibu Ratna pukul 09.00. Pendampingnya sekarang Bu Rahma"
    ):
        assignments.succeed(town.session, CITY, town.held.id, town.usman, EndReason.MOVED, NOW, town.rudi.id)
    with pytest.raises(Changed):
        assignments.end(town.session, CITY, town.held.id, EndReason.WRONG, NOW, town.rudi.id)
    with pytest.raises(Changed):
        assignments.begin(town.session, town.usman, town.rafa, TODAY, NOW, town.rudi.id)
    assert foster_parents(town.session, town.rafa, TODAY) == [town.rahma]


def test_a_hand_over_that_lies_ahead_changes_nobody_before_its_day(town: Town):
    reminder, first = town.remind(town.anwar), TODAY + timedelta(days=10)
    change = town.succeeds(town.rahma, starts=first)
    assert [answerable(town.session, town.rafa, day) for day in (TODAY, first - A_DAY, first)] == [
        town.anwar, town.anwar, town.rahma,
    ]  # fmt: skip
    assert reminder.state == PLANNED
    assert change.unsent == ()
    with pytest.raises(Changed):
        assignments.end(town.session, CITY, town.held.id, EndReason.MOVED, NOW, town.rudi.id)

    assert assignments.past(town.session, first - A_DAY) == []
    assert assignments.past(town.session, first) == [town.held.id]
    assert assignments.end_past(town.session, CITY, town.held.id, NOW) is None, "not before its day"
    assert assignments.end_past(town.session, CITY, town.held.id, NOW + timedelta(days=10)) is not None
    assert (town.held.state, reminder.state) == (AssignmentState.ENDED, SKIPPED)


def test_a_substitute_answers_until_a_day_and_then_gives_back_what_was_begun(town: Town):
    last = TODAY + timedelta(days=6)
    change = assignments.substitute(town.session, town.held.id, town.rahma, TODAY, last, TODAY, NOW, town.ratna.id)
    again = assignments.substitute(town.session, town.held.id, town.rahma, TODAY, last, TODAY, NOW, town.ratna.id)
    assert again.new == change.new
    with pytest.raises(Changed):
        assignments.substitute(town.session, town.held.id, town.usman, last, last, TODAY, NOW, town.ratna.id)
    town.tell(change)
    assert "sampai *Selasa 10 Maret 2026* Ibu mendampingi sebagai pengganti Pak Anwar" in town.came(town.rahma)
    assert "Adik Rafa dikunjungi *Bu Rahma*. Sesudah itu kembali kepada Bapak" in town.came(town.anwar)
    assert "Sesudah itu Pak Anwar datang lagi" in town.came(town.sari)
    assert [answerable(town.session, town.rafa, day) for day in (TODAY, last, last + A_DAY)] == [
        town.rahma, town.rahma, town.anwar,
    ]  # fmt: skip

    town.session.delete(town.draft)
    begun = Draft(
        person_id=town.rahma.id, form="child_visit", subject=str(subject(town.rafa)), facts={}, state={},
        opened_at=NOW, touched_at=NOW,
    )  # fmt: skip
    town.session.add(begun)
    town.session.flush()
    assert change.new is not None
    assignments.end_past(town.session, CITY, change.new.id, NOW + timedelta(days=7))
    assert (change.new.state, begun.person_id) == (AssignmentState.ENDED, town.anwar.id)


def test_a_proposal_becomes_an_assignment_by_one_word_and_only_once(town: Town):
    other = people.child(town.session, town.home, "Siti")
    first = assignments.propose(town.session, town.usman, other, "1 anak asuh", TODAY, NOW)
    proposal = assignments.propose(town.session, town.rahma, other, "belum punya anak asuh", TODAY, NOW)
    assert (first.state, foster_parents(town.session, other, TODAY)) == (AssignmentState.ENDED, [])
    with pytest.raises(Changed):
        assignments.accept(town.session, first.id, TODAY, NOW, town.ratna.id)
    change = assignments.accept(town.session, proposal.id, TODAY, NOW, town.ratna.id)
    assert (change.old, answerable(town.session, other, TODAY)) == (None, town.rahma)
    for decide in (assignments.accept, assignments.refuse):
        with pytest.raises(Changed):
            decide(town.session, proposal.id, TODAY, NOW, town.rudi.id)
    with pytest.raises(Changed):
        assignments.propose(town.session, town.usman, other, "", TODAY, NOW)


def test_a_companion_who_follows_answers_and_is_counted_once(town: Town):
    town.session.add(Assignment(asn=town.rahma, child=town.rafa, part=Part.COMPANION, starts=TODAY - A_DAY))
    town.session.flush()
    town.succeeds(town.rahma, drafts=Drafts.SUCCESSOR)
    held = town.session.scalars(
        select(Assignment).where(Assignment.asn_id == town.rahma.id, Assignment.state == AssignmentState.ACTIVE)
    ).all()
    assert [one.part for one in held] == [Part.MAIN]
    assert town.draft.person_id == town.rahma.id
