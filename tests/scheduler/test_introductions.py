"""A family and who visits it are introduced once: after the consent, before they have met, in whose name they come."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.appointments import Appointment
from db.children import Carer
from db.consent import Consent, PaperConsent
from db.fostering import Assignment, AssignmentState, Delegate, Leave, Part
from db.outbox import Outgoing
from db.people import PersonKind
from db.states import CareState
from delivery.results import Result, settle
from flow.message import Delivery, Message
from programme import pairs
from scheduler.introductions import missing
from tests import people
from tests.audited import lines
from tests.chat import chat_with
from tests.pairing import CADRES_NUMBER, NUMBER, Pairing
from tests.people import NOW, TODAY, at

DAY = timedelta(days=1)


def test_both_are_introduced_once_after_the_consent_outside_the_quiet_hours(session: Session):
    both = Pairing(session)
    session.query(PaperConsent).delete()
    given = session.query(Consent).one()
    given.withdrawn_at = NOW
    both.introduce()
    assert not both.waiting(both.bu_sari)
    assert not both.waiting(both.pak_anwar)
    given.withdrawn_at = None
    both.introduce(at(TODAY, "21:00"))
    assert not both.waiting(both.pak_anwar)

    both.introduce()
    [to_sari], [to_anwar] = both.waiting(both.bu_sari), both.waiting(both.pak_anwar)
    said = Message.from_json(to_sari.message)
    assert said.text.startswith("Bu Sari, perkenalkan: *Pak Anwar dari Dinas Kominfo*, pendamping keluarga Ibu.")
    assert said.attachment
    assert said.attachment.name == "kartu-pendamping.png"
    his = Message.from_json(to_anwar.message)
    assert "*Bu Sari*, ibu Adik Rafa\nRumah: Mandonga (Mandonga)." in his.text
    assert "Posyandu Melati 1\nKader: Bu Wati" in his.text
    assert his.card
    assert his.card.phone == CADRES_NUMBER
    assert NUMBER not in his.text, "nobody has asked her yet"
    assert "perkenalkan" in both.reads(both.sari)[0]
    assert both.reads(both.anwar)
    for day in range(3):
        both.introduce(NOW + day * DAY)
    assert not both.waiting(both.bu_sari)
    assert not both.waiting(both.pak_anwar)


def test_who_has_met_rests_or_mourns_is_not_introduced(session: Session):
    both = Pairing(session)
    leave = Leave(person_id=both.pak_anwar.id, starts=TODAY, ends=TODAY, entered_at=NOW)
    session.add(leave)
    both.introduce()
    assert not both.waiting(both.pak_anwar)
    assert not both.waiting(both.bu_sari)
    session.delete(leave)
    met = people.visit(session, both.pak_anwar, both.rafa, TODAY - DAY)
    both.introduce()
    assert not [*both.waiting(both.pak_anwar), *both.waiting(both.bu_sari)], "he was there yesterday"
    both.carer.joined_on = TODAY
    assert [one.to for one in missing(session, both.city, TODAY)] == [both.bu_sari.id], "she has joined since"
    met.met = False
    both.carer.paused_until = TODAY + DAY
    both.introduce()
    assert not both.waiting(both.bu_sari), "she pauses"
    assert both.waiting(both.pak_anwar)
    both.carer.paused_until = None
    sister = people.child(session, both.home, "Dewi", TODAY - timedelta(days=900))
    rahma = people.asn(session, "Rahma Yusuf", people.WOMAN)
    people.fosters(session, rahma, sister, TODAY)
    both.sari.tap_token(f"loss:yes:died:child:{both.rafa.id}")
    session.commit()
    both.carer.paused_until = None
    both.introduce()
    assert not [*both.waiting(both.bu_sari, "introduction"), *both.waiting(rahma)], "for the sister's sake too"
    assert both.reads(both.anwar) == [], "what waited is not sent"


def test_a_foster_parent_gets_to_know_three_families_a_day(session: Session):
    both = Pairing(session)
    for number in range(4):
        home = people.family(session, f"Wa Ode {number}")
        people.fosters(session, both.pak_anwar, people.child(session, home), TODAY - number * DAY)
    both.introduce()
    both.introduce(at(TODAY, "15:00"))
    assert len(both.reads(both.anwar)) == 3
    both.introduce(NOW + DAY)
    assert len(both.reads(both.anwar, NOW + DAY)) == 2


def test_delegates_are_introduced_by_name_and_in_whose_name_they_come(session: Session):
    """The mayor has no time for thirty children: Bu Rina comes for him; of Baznas somebody comes, or nobody."""
    both = Pairing(session)
    mayor = people.person(session, "Siska Karina", "asn", sex="P", rank="Wali Kota", reachable=False)
    baznas = people.person(session, "Baznas Kota Kendari", "asn", kind=PersonKind.ORGANISATION, reachable=False)
    rina = people.person(session, "Rina Marlina", "asn", sex="P", office=people.office(session, "Sekretariat Daerah"))
    both.assignment.asn_id = mayor.id
    people.fosters(session, baznas, both.home, TODAY).part = Part.COMPANION
    session.add(Delegate(principal_id=mayor.id, person_id=rina.id, starts=TODAY))
    session.flush()
    session.expire_all()
    both.introduce()
    [hers] = both.waiting(both.bu_sari)
    assert "*Bu Rina dari Sekretariat Daerah, mewakili Ibu Wali Kota*" in hers.message["text"]
    [to_rina] = both.waiting(rina)
    assert "keluarga yang Ibu dampingi, mewakili Ibu Wali Kota" in to_rina.message["text"]
    assert not [*both.waiting(baznas), *both.waiting(mayor)], "an organisation comes through its delegates"

    deddy = people.person(session, "Deddy", "asn", sex="L")
    session.add(Delegate(principal_id=baznas.id, person_id=deddy.id, starts=TODAY))
    both.introduce()
    newest = both.waiting(both.bu_sari)[-1].message["text"]
    assert newest.startswith("Bu Sari, perkenalkan: *Pak Deddy, mewakili Baznas Kota Kendari*, yang ikut mendampingi")


def test_a_new_foster_parent_is_introduced_and_the_old_one_learns_nothing_more(session: Session):
    """What waits for the old one is not sent, and what was announced to them is not shown any more."""
    both = Pairing(session)
    both.introduce()
    [his] = both.waiting(both.pak_anwar)
    both.assignment.state, both.assignment.ends = AssignmentState.ENDED, TODAY
    rahma = people.asn(session, "Rahma Yusuf", people.WOMAN)
    people.fosters(session, rahma, both.rafa, TODAY).replaces_id = both.assignment.id
    session.commit()
    assert both.reads(both.anwar) == []
    assert his.reason == "bukan bagiannya lagi"
    his.state = "sent"  # it was announced by a template before, and is opened now
    session.commit()
    assert "sudah tidak berlaku" in both.anwar.tap_token(f"read:{his.key}")
    assert both.anwar.tap_token(f"meet:view:{both.home.id}").startswith("Tombol itu sudah tidak berlaku")
    both.introduce()
    assert "*Bu Rahma dari Dinas Kominfo*" in both.waiting(both.bu_sari)[-1].message["text"]
    assert "*Bu Sari*, ibu Adik Rafa" in both.waiting(rahma)[0].message["text"]


def test_without_a_phone_of_the_family_the_visit_is_arranged_through_the_cadre(session: Session):
    both = Pairing(session)
    session.query(Consent).delete()
    session.query(Carer).delete()
    both.introduce()
    text = both.reads(both.anwar)[0]
    assert "Bu Sari belum memakai Asuh. Waktu kunjungan bisa diatur lewat kader." in text
    assert both.anwar.labels == []
    assert "belum memakai Asuh" in both.anwar.tap_token(f"meet:offer:{both.home.id}")


def test_what_is_told_of_a_family_is_in_the_audit(session: Session):
    both = Pairing(session)
    both.introduce()
    rows = session.scalars(select(Outgoing).where(Outgoing.kind == "introduction")).all()
    for row in rows:
        row.state, row.taken_at = "taken", NOW
    session.flush()
    settle(session, [Result(row, Delivery("1")) for row in rows], NOW)
    told = {(line.by, line.about) for line in lines(session, "introduction.sent")}
    about = f"child:{both.rafa.id}"
    assert told == {(both.pak_anwar.id, about), (both.bu_sari.id, about)}


def test_a_family_whose_child_has_left_is_introduced_to_nobody(session: Session):
    both = Pairing(session)
    both.rafa.state = CareState.MOVED
    both.introduce()
    assert not both.waiting(both.bu_sari)
    proposed = Assignment(
        asn_id=both.pak_anwar.id, family_id=both.home.id, starts=TODAY, state=AssignmentState.PROPOSED
    )
    session.add(proposed)
    both.rafa.state, both.assignment.ends = CareState.ACTIVE, TODAY - DAY
    both.introduce()
    assert not both.waiting(both.bu_sari), "a proposal is no pair"


def test_who_comes_in_two_ways_is_introduced_and_listed_once(session: Session):
    """Bu Rahma accompanies and then stands in; Pak Anwar comes for himself and for Baznas."""
    both = Pairing(session)
    rahma = people.asn(session, "Rahma Yusuf", people.WOMAN)
    people.fosters(session, rahma, both.rafa, TODAY - DAY, part=Part.COMPANION)
    both.introduce()
    before = len([*both.waiting(both.bu_sari), *both.waiting(both.pak_anwar), *both.waiting(rahma)])
    stands_in = {"part": Part.SUBSTITUTE, "replaces_id": both.assignment.id}
    people.fosters(session, rahma, both.rafa, TODAY, TODAY + DAY, **stands_in)
    baznas = people.organisation(session)
    people.fosters(session, baznas, both.home, TODAY, part=Part.COMPANION)
    people.delegate(session, baznas, both.pak_anwar, TODAY)
    both.introduce()
    assert len([*both.waiting(both.bu_sari), *both.waiting(both.pak_anwar), *both.waiting(rahma)]) == before
    found = pairs.of_family(session, both.home, TODAY)
    assert [(one.visitor.id, one.about) for one in found] == [
        (both.pak_anwar.id, (both.rafa,)), (rahma.id, (both.rafa,)),
    ]  # fmt: skip
    assert both.sari.say("janji").count("Pak Anwar") == 1


def test_a_family_does_not_read_of_who_comes_no_more(session: Session):
    both = Pairing(session)
    baznas = people.organisation(session)
    both.assignment.asn_id = baznas.id
    sent = people.delegate(session, baznas, both.pak_anwar, TODAY - DAY)
    both.introduce()
    [hers] = both.waiting(both.bu_sari)
    sent.ends = TODAY - DAY
    session.commit()
    assert both.reads(both.sari) == []
    hers.state, sent.ends = "sent", None  # it was announced by a template, and is opened after the assignment
    both.assignment.state, both.assignment.ends = AssignmentState.ENDED, TODAY
    session.commit()
    assert "sudah tidak berlaku" in both.sari.tap_token(f"read:{hers.key}")


def test_nobody_is_sent_to_look_for_a_mother_who_has_died(session: Session):
    both = Pairing(session)
    father = people.carer(session, both.home, "Budi", "ayah", joined_on=TODAY - DAY)
    both.home.mother_died_on, both.carer.stopped_at = TODAY - 200 * DAY, NOW
    both.introduce()
    said = both.waiting(both.pak_anwar)[0].message["text"]
    assert "*Keluarga almarhumah Bu Sari*, Adik Rafa\n" in said
    assert "Nomor Pak Budi: belum diberikan" in said
    assert "kami tanyakan kepada Pak Budi" in said
    both.reads(both.anwar)
    both.anwar.tap("Tanyakan")
    budi = chat_with(session, father.person)
    row = session.scalars(select(Appointment)).one()
    budi.tap_token(f"meet:pick:{row.id}:{int(row.times[0].timestamp()) // 60}")
    assert "*Pak Budi* (keluarga Adik Rafa) menunggu" in both.waiting(both.pak_anwar)[-1].message["text"]
