"""The late visits by foster parent, and the screen of one of them."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from db import promises
from db.fostering import Assignment, AssignmentState
from db.people import Person
from db.promises import Asked
from db.subjects import subject
from tests import people
from tests.audited import lines
from tests.chat import Chat, chat_with
from tests.people import TODAY


def late(session: Session, name: str, *days: int, sex: int = people.MAN, office: str = "Dinas Kominfo") -> Person:
    """A foster parent with a child for each of these numbers of days, by which its visit is late."""
    who = people.asn(session, name, sex, office_name=office)
    for number, one in enumerate(days, 1):
        child = people.child(session, people.family(session), f"Rafa{number}", TODAY - timedelta(days=400))
        people.fosters(session, who, child, TODAY - timedelta(days=30 + one))
    return who


@pytest.fixture
def ratna(session: Session) -> Chat:
    return chat_with(session, people.coordinator(session, reachable=False, sex="P"))


def rudi(session: Session) -> Chat:
    """The coordinator of the kelurahan."""
    where = people.village(session).id
    return chat_with(session, people.coordinator(session, "Rudi", "kelurahan", where, reachable=False, sex="L"))


def test_each_foster_parent_is_one_line_the_worst_first_and_each_opens(session: Session, ratna: Chat):
    late(session, "Basri", 3)
    anwar = late(session, "Anwar", 12, 2, 1, 11, 5)
    for name in ("Cakra", "Darwis", "Edi", "Fajar"):
        late(session, name, 1)
    assert ratna.say("terlambat").splitlines()[:3] == [
        "⏰ *Terlambat: 10 kunjungan, 6 pendamping*",
        "1. Pak Anwar: *5 kunjungan, terlama 12 hari*",
        "2. Pak Basri: *3 hari*",
    ]
    assert "Ingatkan semua (6)" in ratna.labels
    assert "Fajar" not in "".join(ratna.labels), "on the second page"
    assert "6. Pak Fajar" in ratna.tap("Berikutnya")
    one = ratna.tap_token(f"late:one:{anwar.id}")
    assert one.splitlines()[0] == "⏰ *Pak Anwar*, Dinas Kominfo: 5 kunjungan terlambat"
    assert "*12 hari*, sejak 20 Feb; belum pernah dikunjungi" in one
    assert "Belum pernah diingatkan koordinator." in one
    assert "Rafa" not in one, "the city opens names one by one"
    assert len(ratna.heard[0].options) <= 10
    ratna.tap("Ingatkan")
    assert "Terakhir diingatkan oleh Ibu, hari ini pukul 09.0" in ratna.tap_token(f"late:one:{anwar.id}:0")
    assert "1. Pak Anwar: *5 kunjungan, terlama 12 hari*, sudah diingatkan\n" in ratna.say("terlambat")
    assert "Ingatkan semua (5)" in ratna.labels


def test_the_day_that_a_foster_parent_has_promised_stands_in_the_list(session: Session, ratna: Chat):
    anwar, day = late(session, "Anwar", 12, 4), TODAY + timedelta(days=1)
    (first, _) = session.query(Assignment)
    promises.promise(session, anwar.id, [Asked(anwar.id, subject(first.child))], day, people.NOW, people.NOW)
    session.commit()
    assert "1. Pak Anwar: *2 kunjungan, terlama 12 hari*, berencana besok" in ratna.say("terlambat")
    ratna.tap("1. Pak Anwar")
    assert "1. Pak Anwar" in ratna.tap("Yang terlambat"), "and back"


def test_names_are_shown_as_the_scope_allows_and_each_that_is_opened_leaves_a_line(session: Session, ratna: Chat):
    anwar = late(session, "Anwar", 12, 4)
    assert "Rafa1 (A-" in rudi(session).tap_token(f"late:one:{anwar.id}")
    tuti = people.coordinator(session, "Tuti", "opd", people.office(session).id, reachable=False)
    office = chat_with(session, tuti)
    said = office.tap_token(f"late:one:{anwar.id}")
    assert "Rafa" not in said
    assert "A-" not in said
    assert "1. *12 hari*, sejak" in said
    assert "Kartu nomor 1" in office.labels
    assert "tidak berlaku" in office.tap_token(f"late:open:{anwar.id}:0")
    assert "Rafa" not in ratna.tap_token(f"late:one:{anwar.id}")
    assert not lines(session, "child.open")
    assert "Rafa1 (A-" in ratna.tap("Lihat nama")
    assert len(lines(session, "child.open")) == 2
    assert "Adik Rafa1" in ratna.tap("Kartu Rafa1")


def test_an_old_button_says_in_one_sentence_what_has_changed_and_does_nothing(session: Session, ratna: Chat):
    """A report has come; the child went to another; somebody of another place; nobody is late any more."""
    anwar = late(session, "Anwar", 12)
    lurah, other = rudi(session), rudi(session)
    (held,) = session.query(Assignment)
    other.tap_token(f"aside:why:person:{anwar.id}:lain")
    people.visit(session, anwar, held.child, TODAY)
    for token in (f"late:one:{anwar.id}", f"aside:person:{anwar.id}", f"aside:why:person:{anwar.id}:dinas"):
        assert ratna.tap_token(token) == "Pak Anwar tidak punya kunjungan yang terlambat lagi. 👏"
    assert ratna.tap_token(f"remind:{anwar.id}") == "Kunjungannya sudah tidak terlambat lagi. 👏"
    held.state = AssignmentState.ENDED
    session.commit()
    for token in ("late:one:{}", "late:one:{}:0", "remind:{}"):
        assert lurah.tap_token(token.format(anwar.id)) == (
            "Pendamping itu tidak (lagi) mendampingi di wilayah atau kantor Bapak."
        )
    assert "tidak berlaku" in other.say("sudah ditelepon")
    assert lurah.tap_token(f"aside:why:person:{anwar.id}:dinas") == "Yang ini tidak (lagi) ada dalam daftar Bapak."
    assert ratna.say("terlambat") == "Tidak ada kunjungan yang terlambat. 👏"
    assert not lines(session, "line.aside")


def test_who_is_on_leave_and_who_comes_in_their_name_is_said(session: Session, ratna: Chat):
    anwar = late(session, "Anwar", 40)
    rina = people.asn(session, "Rina", people.WOMAN)
    people.delegate(session, anwar, rina, TODAY - timedelta(days=90))
    said = ratna.tap_token(f"late:one:{anwar.id}")
    assert "Yang datang: Bu Rina." in said
    assert ratna.button("Telepon").token == f"call:{rina.id}", "who comes is who is called"
    people.leave(session, anwar, TODAY - timedelta(days=1), TODAY + timedelta(days=8))
    assert "Sedang cuti sampai Kamis 12 Maret 2026." in ratna.tap_token(f"late:one:{anwar.id}")
    assert ratna.button("Cuti, pindah, pensiun").token == f"handover:set:{anwar.id}"


def test_without_a_parents_consent_no_name_stands_on_the_screen_whoever_opens_it(session: Session, ratna: Chat):
    home = people.family(session, signed=False)
    anwar, rafa = people.asn(session), people.child(session, home, born=TODAY - timedelta(days=400))
    people.fosters(session, anwar, rafa, TODAY - timedelta(days=40))
    place = rudi(session).tap_token(f"late:one:{anwar.id}")
    opened = ratna.tap_token(f"late:open:{anwar.id}:0")
    for said in (place, opened):
        assert rafa.code in said
        assert "Rafa" not in said
