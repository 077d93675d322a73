"""The mayor's children and who visits them; Baznas; a companion of another office; who is on leave; who never joined.

Each story is told through what people read: reminders, lists, the digest, the history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import outbox
from db.children import Child
from db.fostering import Assignment, AssignmentState, Delegate, Part
from db.outbox import PLANNED, Kind, Outgoing
from db.people import Person
from db.states import CareState
from db.visits import Visit
from delivery import before_send
from flow.message import Message
from programme import cries, ending_announcements, erasure, policy
from programme.fosterings import Fostering, fosterings
from programme.scopes import CITY as WHOLE_CITY
from programme.scopes import Scope
from programme.visitors import who_visit
from reports.digest import details, digest, message
from reports.digest.model import Digest
from reports.invitations.cards import page
from reports.invitations.codes import holders_of, issue
from rules.visits import standing
from scheduler import ladder
from scheduler.lessons import staff_cards
from scheduler.looks import finish
from tests import people
from tests.chat import chat_with, stranger
from tests.people import NOW, TODAY, WOMAN, at

CITY = people.city()
EIGHT, FIVE = at(TODAY, "08:00"), at(TODAY, "17:00")
ROUTINE = ("Ibu", "Sehat", "Tidak", "Nasi", "Selesai", "Belum ada")


def days(count: int) -> timedelta:
    return timedelta(days=count)


def ago(count: int):
    return TODAY - days(count)


@dataclass
class Hall:
    """The mayor, who has joined, and two of her staff who visit for her; one has no NIP. Jalil did until last month."""

    session: Session
    mayor: Person
    rina: Person
    dedi: Person
    jalil: Person
    sent: list[Delegate]
    children: list[Child]

    @property
    def rafa(self) -> Child:
        return self.children[0]

    def held(self) -> Sequence[Assignment]:
        return self.session.scalars(select(Assignment).where(Assignment.asn_id == self.mayor.id)).all()


@pytest.fixture
def hall(session: Session) -> Hall:
    mayor = people.person(session, "Rosmini Labandu", "asn", sex="P", rank="Wali Kota")
    rina = people.person(session, "Rina Tumbo", "asn", sex="P")
    dedi, jalil = people.asn(session, "Dedi Wolasi"), people.asn(session, "Jalil")
    sent = [people.delegate(session, mayor, who, ago(60)) for who in (rina, dedi)]
    people.delegate(session, mayor, jalil, ago(90), ago(30))
    children = [
        people.child(session, people.family(session, f"Ibu {n}"), name, ago(400 + n), code=f"A-{n:02}")
        for n, name in enumerate(("Rafa", *(f"Tio{n}" for n in range(1, 12))))
    ]
    for child in children:
        people.fosters(session, mayor, child, ago(40))
    return Hall(session, mayor, rina, dedi, jalil, sent, children)


def rows(session: Session, kind: Kind = Kind.REMINDER, state: str | None = PLANNED) -> Sequence[Outgoing]:
    query = select(Outgoing).where(Outgoing.kind == kind).order_by(Outgoing.id)
    return session.scalars(query.where(Outgoing.state == state) if state else query).all()


def text(row: Outgoing) -> str:
    return Message.from_json(row.message).text


def counted(session: Session, *scopes: Scope, now: datetime = FIVE) -> Digest:
    session.flush()
    return digest.of_scopes(session, scopes or [WHOLE_CITY], now, CITY)


def fostered(session: Session, who: Person, today=TODAY) -> Fostering:
    session.flush()
    [one] = [one for one in fosterings(session, today, 30, zone=CITY.zone) if one.asn_id == who.id]
    return one


# --- who may, and who is told -------------------------------------------------------------------


def test_a_delegate_may_what_the_task_needs_as_long_as_delegation_assignment_and_roles_hold(hall: Hall) -> None:
    session, rafa = hall.session, hall.rafa

    def may(who: Person) -> bool:
        session.flush()
        asking = policy.Asking(session, who, NOW)
        found = {policy.may(asking, act, rafa) for act in ("visit.report", "known.tell", "chart.view", "news.loss")}
        knows = rafa in cries.known(session, who, TODAY)[1]
        listed = session.scalar(select(Child.id).where(Child.id == rafa.id, policy.fostered_children(who, TODAY)))
        assert found == {knows} == {listed is not None}
        return knows

    assert (may(hall.mayor), may(hall.rina), may(hall.dedi)) == (True, True, True)
    assert not may(hall.jalil), "not a delegate any more"
    assert not may(people.asn(session, "Usman"))
    whole = people.fosters(session, people.asn(session, "Tono"), rafa.family, ago(40))
    assert not policy.may(policy.Asking(session, hall.rina, NOW), "news.birth", rafa.family), "hers is the child alone"
    whole.asn_id = hall.mayor.id
    session.flush()
    assert policy.may(policy.Asking(session, hall.rina, NOW), "news.birth", rafa.family)
    session.delete(whole)
    [assignment] = [one for one in hall.held() if one.child_id == rafa.id]
    for row, column, until in (
        (hall.sent[0], "ends", ago(1)), (assignment, "ends", ago(1)), (assignment, "state", AssignmentState.ENDED),
        (assignment, "state", AssignmentState.PROPOSED), (hall.mayor.roles[0], "ends", ago(1)),
    ):  # fmt: skip
        before = getattr(row, column)
        setattr(row, column, until)
        if row is not hall.mayor.roles[0]:
            assert not may(hall.rina), column
        else:
            assert not policy.may(policy.Asking(session, hall.rina, NOW), "visit.report", rafa)
        setattr(row, column, before)
        assert may(hall.rina)


def test_news_goes_to_who_visits_each_once_and_to_the_mayor_only_what_she_asks_for(hall: Hall) -> None:
    session, rafa = hall.session, hall.rafa
    baznas = people.organisation(session)
    people.fosters(session, baznas, rafa, ago(10), part=Part.COMPANION)
    assert who_visit(session, rafa, TODAY) == [hall.rina, hall.dedi], "nobody comes for Baznas yet"
    people.delegate(session, baznas, hall.rina, ago(5))
    assert who_visit(session, rafa, TODAY) == [hall.rina, hall.dedi]
    rafa.state = CareState.RECOVERED
    session.flush()
    ending_announcements.notify(session, CITY, rafa, CareState.RECOVERED, NOW)
    assert {row.person_id for row in rows(session, Kind.ENDING)} == {hall.rina.id, hall.dedi.id}


# --- the mayor's children ---------------------------------------------------------------------------


def test_both_delegates_are_reminded_of_the_mayors_children_once_and_she_is_not(hall: Hall) -> None:
    session = hall.session
    away = people.asn(session, "Sita", WOMAN)
    people.delegate(session, hall.mayor, away, ago(60))
    people.leave(session, away, ago(1), TODAY)
    own = people.child(session, people.family(session, "Wati"), "Nisa", ago(300))
    people.fosters(session, hall.rina, own, ago(45))
    finish(ladder.tick, session, EIGHT, CITY)
    finish(ladder.tick, session, at(TODAY, "09:00"), CITY)
    assert [row.person_id for row in rows(session)] == [hall.rina.id, hall.dedi.id]
    said = text(rows(session)[0])
    assert "ada 13 kunjungan yang menunggu" in said
    assert "1. *Adik Nisa* (9 bulan), Kel. Mandonga (Mandonga): sejak 15 hari lalu" in said
    assert "2. *Adik Rafa* (13 bulan), Kel. Mandonga (Mandonga), untuk Wali Kota: sejak 10 hari lalu" in said
    assert "Juga menunggu: Adik Tio9, Adik Tio10, Adik Tio11." in said


def test_a_delegate_lists_reports_and_reads_in_the_mayors_name(hall: Hall) -> None:
    session = hall.session
    rina = chat_with(session, hall.rina)
    assert "*Adik Rafa* (A-00), 13 bulan" in rina.say("anak")
    assert "terlambat 10 hari; belum pernah dikunjungi; untuk Wali Kota" in rina.heard[-1].text
    assert rina.say("jadwal").startswith(
        "*Jadwal kunjungan*\n*Untuk Wali Kota*\n• Minggu 22 Februari 2026: *Adik Rafa*"
    )
    assert rina.heard[-1].text.count("terlambat 10 hari") == 12
    assert "yang datang: Bu Rina dan Pak Dedi" in chat_with(session, hall.mayor).say("anak")
    rina.tap_token(f"report:child:{hall.rafa.id}")
    rina.fill(*ROUTINE, "Air", "Selesai", "JKN", "Selesai", "Tidak ada")
    said = rina.tap("Kirim")
    assert "✅ Terima kasih sudah menengok *Adik Rafa*, Bu Rina. Laporan untuk Wali Kota sudah masuk." in said
    visit = session.scalars(select(Visit)).one()
    assert (visit.asn_id, visit.carer_id) == (hall.rina.id, hall.mayor.id)

    dedi = chat_with(session, hall.dedi, now=rina.now)
    dedi.tap_token(f"report:child:{hall.rafa.id}")
    dedi.fill(*ROUTINE, "Tidak ada")
    assert dedi.tap("Kirim").startswith("Bu Rina, untuk Wali Kota sudah mengirim laporan kunjungan")
    assert dedi.labels == ["Ya, kunjungan lain", "Buang yang ini"]
    history = f"history:child:{hall.rafa.id}"
    assert "Ibu, Sehat (oleh Bu Rina, untuk Wali Kota)" in dedi.tap_token(history)
    assert "Ibu, Sehat (untuk Wali Kota)" in rina.tap_token(history)
    companion = people.asn(session, "Tono")
    people.fosters(session, companion, hall.rafa, ago(10), part=Part.COMPANION)
    assert chat_with(session, companion, now=rina.now).tap_token(history).endswith("(hari ini): oleh pendamping lain")


def test_who_is_a_companion_themselves_still_reports_for_the_mayor_who_answers(hall: Hall) -> None:
    people.fosters(hall.session, hall.rina, hall.rafa, ago(40), part=Part.COMPANION)
    rina = chat_with(hall.session, hall.rina)
    assert rina.say("jadwal").count("Adik Rafa") == 1
    rina.tap_token(f"report:child:{hall.rafa.id}")
    rina.fill(*ROUTINE, "Air", "Selesai", "JKN", "Selesai", "Tidak ada")
    rina.tap("Kirim")
    assert hall.session.scalars(select(Visit.carer_id)).one() == hall.mayor.id


def test_the_coordinator_reminds_the_delegates_and_reads_both_names(hall: Hall) -> None:
    session = hall.session
    ratna = chat_with(session, people.coordinator(session, reachable=False))
    assert "1. Wali Kota (lewat Bu Rina dan Pak Dedi): *12 kunjungan" in ratna.say("terlambat")
    ratna.tap("1. Wali Kota")
    remind = ratna.button("Ingatkan").token
    rests = people.leave(session, hall.dedi, TODAY, TODAY)
    assert ratna.tap_token(remind) == "Bu Rina diingatkan sekarang."
    session.delete(rests)
    assert ratna.tap_token(remind) == "Pak Dedi diingatkan sekarang."
    assert [row.person_id for row in rows(session, Kind.NUDGE)] == [hall.rina.id, hall.dedi.id]
    assert "sudah waktunya menengok untuk Wali Kota" in text(rows(session, Kind.NUDGE)[0])
    assert "Bu Rina dan Pak Dedi sudah diingatkan oleh" in ratna.tap_token(remind)
    said = message.message(counted(session), CITY).text
    assert "- Wali Kota (lewat Bu Rina dan Pak Dedi): 12 dampingan" in said
    opened = ratna.say("lihat A-00")
    assert "Pendamping: Wali Kota (yang datang: Bu Rina dan Pak Dedi)" in opened
    mother = chat_with(session, people.carer(session, hall.rafa.family).person)
    assert "• Pendamping: Wali Kota. Yang datang: Bu Rina dan Pak Dedi" in mother.say("siapa pendamping kami?")


def test_a_delegate_without_a_nip_joins_by_the_card_with_their_own_code_and_reports(session: Session) -> None:
    baznas = people.organisation(session)
    rina = people.person(session, "Rina Tumbo", "asn", sex="P", reachable=False)
    people.delegate(session, baznas, rina, ago(60))
    rafa = people.child(session, people.family(session), "Rafa", ago(400))
    people.fosters(session, baznas, rafa, ago(50))
    assert [one.words for one in counted(session).visits.not_joined] == [
        "Baznas Kota Kendari (lewat Bu Rina, 1 dampingan)"
    ]
    [card] = issue(session, NOW, 30, people.SECRET)
    own = f"OTA-{rina.id:05}"
    assert (card.name, card.key, card.own, card.whose) == ("Rina Tumbo", own, own, "Baznas Kota Kendari")
    assert f"Orang tua asuh, mewakili Baznas Kota Kendari, {own}" in page([card], "AsuhBot", "Kota Kendari")
    assert holders_of(session, own.lower()) == [rina]
    chat = stranger(session)
    chat.say(f"/start {card.code}")
    assert "Ibu berkunjung dan melapor untuk Baznas Kota Kendari." in "\n".join(one.text for one in chat.heard)
    chat.say("lapor")
    chat.fill(*ROUTINE, "Air", "Selesai", "JKN", "Selesai", "Tidak ada")
    assert "Laporan untuk Baznas Kota Kendari sudah masuk." in chat.tap("Kirim")
    assert counted(session).visits.not_joined == ()


def test_with_a_family_what_delegates_were_told_of_it_is_forgotten(hall: Hall) -> None:
    session = hall.session
    for who in (hall.rina, hall.jalil, people.asn(session, "Usman")):
        outbox.to_person(session, who.id, Kind.REPLY, f"reply:x:{who.id}", {"text": "Adik Rafa sehat"}, NOW)
    for row in rows(session, Kind.REPLY):
        row.state = outbox.SENT
    erasure.forget(session, hall.rafa.family, NOW)
    session.expire_all()
    assert [bool(row.message.get("text")) for row in rows(session, Kind.REPLY, state=None)] == [False, False, True]


def test_the_training_cards_are_for_those_who_visit(hall: Hall) -> None:
    known: dict[str, Any] = {"audience": ("asn",), "question": None, "body": "{{ sapaan }}, satu hal."}
    first = people.lesson("peran", 0, 400, stage="kartu-asn", anchor="tugas", **known)
    again = people.lesson(
        "lagi", 0, 14, stage="kartu-kondisional", anchor="kejadian", condition="kunjungan-terlewat", **known
    )
    for assignment in hall.held():
        assignment.starts = ago(60)
    for n in range(4):
        finish(staff_cards.tick, hall.session, EIGHT + days(n), people.city(library=people.library(first, again)))
        for row in rows(hall.session, Kind.LESSON):
            row.state = outbox.SENT
    told = {(row.person_id, row.lesson) for row in rows(hall.session, Kind.LESSON, state=None)}
    assert told == {(who.id, lesson) for who in (hall.rina, hall.dedi) for lesson in ("peran", "lagi")}


# --- companions ----------------------------------------------------------------------------------------


def test_a_child_with_a_companion_is_due_once_late_for_the_main_and_counted_for_their_office(session: Session) -> None:
    anwar, tono = people.asn(session), people.asn(session, "Tono", office_name="Dinas PU")
    rafa = people.child(session, people.family(session), born=ago(400))
    people.fosters(session, tono, rafa, ago(90), part=Part.COMPANION)
    people.fosters(session, anwar, rafa, ago(45))
    kominfo, works = Scope("opd", anwar.office_id or 0), Scope("opd", tono.office_id or 0)
    assert [one.asn for one in counted(session).visits.late] == ["Pak Anwar"]
    people.referral(session, rafa, FIVE, "Demam")
    of_offices = [counted(session, scope) for scope in (kominfo, works)]
    assert [(len(one.visits.late), len(one.referrals.open)) for one in of_offices] == [(1, 1), (0, 0)]
    finish(ladder.tick, session, EIGHT, CITY)
    assert [row.person_id for row in rows(session)] == [anwar.id]
    chat = chat_with(session, tono)
    assert "Semua kunjungan sesuai jadwal." in chat.say("menu")
    assert "*Adik Rafa* (penanggung jawab: Pak Anwar)" in chat.say("jadwal")
    chat.tap_token(f"report:child:{rafa.id}")
    chat.fill(*ROUTINE, "Air", "Selesai", "JKN", "Selesai", "Tidak ada")
    chat.tap("Kirim")
    assert not rows(session), "the reminder that waited is not sent after the companion's visit"
    found = counted(session).visits
    assert (found.late, found.seen, found.needed) == ((), 1, 1)
    assert [counted(session, scope).visits.seen for scope in (kominfo, works)] == [1, 0]


# --- leave -----------------------------------------------------------------------------------------------


def test_nobody_is_late_or_reminded_on_leave_and_is_no_later_after_it(session: Session) -> None:
    anwar = people.asn(session)
    rafa = people.child(session, people.family(session), born=ago(400))
    people.fosters(session, anwar, rafa, ago(33))
    finish(ladder.tick, session, EIGHT, CITY)
    [planned] = rows(session)
    people.leave(session, anwar, TODAY, TODAY + days(9))
    assert counted(session).visits.late == ()
    assert fostered(session, anwar).due == TODAY + days(10)
    planned.state = outbox.TAKEN
    before_send.check(session, [planned], EIGHT, CITY)
    assert (planned.state, planned.reason) == ("skipped", "sedang cuti")
    finish(ladder.tick, session, at(TODAY + days(9), "08:00"), CITY)
    assert not rows(session)
    after = TODAY + days(10)
    assert str(standing(fostered(session, anwar, after).due, after)) == "terlambat 3 hari"
    finish(ladder.tick, session, at(after, "08:00"), CITY)
    assert len(rows(session)) == 1


def test_a_substitute_is_due_reminded_and_answers_from_the_first_day_they_know(session: Session) -> None:
    anwar, tini = people.asn(session), people.asn(session, "Tini", WOMAN, office_name="Dinas PU")
    rafa = people.child(session, people.family(session), born=ago(400))
    held = people.fosters(session, anwar, rafa, ago(45))
    people.leave(session, anwar, ago(2), TODAY + days(9))
    people.fosters(session, tini, rafa, ago(2), TODAY + days(9), part=Part.SUBSTITUTE, replaces_id=held.id)
    assert str(standing(fostered(session, tini).due, TODAY)) == "terlambat 2 hari"
    assert [(one.asn, one.days) for one in counted(session).visits.late] == [("Bu Tini", 2)]
    assert [len(counted(session, Scope("opd", who.office_id or 0)).visits.late) for who in (anwar, tini)] == [0, 1]
    finish(ladder.tick, session, EIGHT, CITY)
    assert [row.person_id for row in rows(session)] == [tini.id]
    assert "menggantikan Pak Anwar" in text(rows(session)[0])
    assert "penanggung jawab: Bu Tini" in chat_with(session, anwar).say("jadwal")
    after = TODAY + days(10)
    assert [one.asn for one in counted(session, now=at(after, "17:00")).visits.late] == ["Pak Anwar"]


# --- the first day that they could know ------------------------------------------------------------------


def test_a_decree_of_years_ago_makes_nobody_late_and_who_never_joins_does_not_vanish(session: Session) -> None:
    anwar, tini = people.asn(session), people.asn(session, "Tini", WOMAN, reachable=False)
    for who, name in ((anwar, "Rafa"), (tini, "Nisa"), (tini, "Bayu")):
        child = people.child(session, people.family(session, f"Ibu {name}"), name, ago(400))
        people.fosters(session, who, child, ago(2500), known_from=ago(3))
    found = counted(session)
    assert (found.visits.late, found.visits.late_yesterday) == ((), 0)
    assert [(one.asn, one.count) for one in found.visits.not_joined] == [("Bu Tini", 2)]
    assert found.visits.needed == 3, "the children of who never joined are to be visited all the same"
    assert "⏳ *Belum bergabung: 1 pendamping*" in details.text(found, CITY)
    ratna = chat_with(session, people.coordinator(session, reachable=False))
    assert ratna.say("terlambat").endswith(
        "⏳ *Belum bergabung, jadi belum dihitung: 1 pendamping*\nBu Tini (2 dampingan)"
    )
    finish(ladder.tick, session, EIGHT, CITY)
    assert not rows(session, state=None)
    people.address(session, tini).linked_at = at(ago(0), "01:00")
    [first, _] = (one for one in fosterings(session, TODAY, 30, zone=CITY.zone) if one.asn_id == tini.id)
    assert (first.joined, first.due) == (True, TODAY + days(30))
    assert fostered(session, anwar).due == TODAY + days(27)
