"""A coordinator changes the register from a phone: a file or one row is shown, agreed to, stored, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db import tables, workbook_imports
from db.children import Child, Family
from db.fostering import Assignment
from db.people import Person, PersonRole
from db.places import Village
from db.workbook_imports import ImportedRow, ImportState, WorkbookImport
from handlers.workbook import words
from programme import erasure
from reports.workbook import checked
from scheduler import upkeep
from scheduler.looks import finish
from tests import people, workbooks
from tests.audited import lines
from tests.chat import Chat, chat_with, stranger
from tests.people import NOW, TODAY

LOGS = ("audit", "outgoing", "inbox", "address", "workbook_import", "imported_row", "attempt", "received")
WHERE = ("", "", "Mandonga", "", "")
KEL_1 = ("KEL-1", "Wati", *WHERE)
KEL_2 = ("KEL-2", "Dewi", "", "Kadia", "Wowawanggu", "", "")


def child(code: str, family: str = "KEL-1", name: str = "Budi", status: str = "stunting") -> tuple[object, ...]:
    return (code, family, name, "L", "12/03/2025", "", status)


def register(session: Session) -> dict[str, Sequence[Any]]:
    """Every row but those of logs, messages and addresses."""
    session.expire_all()
    return {
        table.name: session.execute(select(table).order_by(*table.primary_key)).all()
        for table in tables.metadata.sorted_tables
        if not table.name.startswith(LOGS)
    }


@pytest.fixture
def ratna(session: Session) -> Chat:
    """Bu Ratna coordinates the city, in which there are two kelurahan."""
    people.village(session)
    people.village(session, "Wowawanggu", "Kadia")
    return chat_with(session, people.coordinator(session, reachable=False, sex="P"))


def nur(session: Session) -> Chat:
    """Bu Nur coordinates the city too."""
    return chat_with(session, people.coordinator(session, "Nur Aini", reachable=False, sex="P"))


def of_kelurahan(session: Session, name: str = "Mandonga") -> Chat:
    place = session.scalars(select(Village).where(Village.name == name)).one()
    return chat_with(session, people.coordinator(session, "Rudi", "kelurahan", place.id, reachable=False, sex="L"))


def stored(chat: Chat, **sheets: Any) -> str:
    workbooks.send(chat, workbooks.content(**sheets))
    return workbooks.tap(chat, "Simpan")


def codes(session: Session) -> set[str]:
    return set(session.scalars(select(Child.code)))


# --- what is no workbook of a coordinator -----------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 surat tugas", checked.NO_WORKBOOK),
        (workbooks.of_children(3)[:2000], checked.BROKEN),
        (checked.OLE + bytes(512) + checked.ENCRYPTED, checked.LOCKED),
        (bytes(checked.LARGEST_FILE + 1), checked.TOO_LARGE),
        (workbooks.content(Keluarga=[]), words.NOTHING.format(name="kota.xlsx")),
        (workbooks.content(Anak=[child("ANAK-1")]), "Ada satu hal yang perlu diperbaiki di kota.xlsx"),
    ],
)
def test_what_cannot_be_entered_is_answered_with_a_sentence_and_changes_nothing(
    session: Session, ratna: Chat, content: bytes, said: str
) -> None:
    before = register(session)
    answered = workbooks.send(ratna, content)
    assert said in answered
    assert "Simpan" not in ratna.labels
    assert register(session) == before


def test_who_coordinates_nothing_is_told_who_may_and_nothing_is_kept(session: Session, ratna: Chat) -> None:
    asn, mother = people.asn(session), people.carer(session, people.family(session)).person
    session.commit()
    before = register(session)
    for chat in (chat_with(session, asn), chat_with(session, mother)):
        assert words.NOT_TAKEN in workbooks.send(chat, workbooks.of_children(3))
    assert "Simpan" not in workbooks.send(stranger(session), workbooks.of_children(3))
    assert register(session) == before
    assert not session.scalars(select(WorkbookImport)).all()


def test_a_file_that_is_gone_is_asked_for_again_and_a_cry_under_a_file_is_heard_first(
    session: Session, ratna: Chat
) -> None:
    ratna.send(document=workbooks.File("gone", workbooks.MIME, "kota.xlsx", 10))
    assert words.NOT_FETCHED in workbooks.after(ratna)
    assert "112" in workbooks.send(ratna, workbooks.of_children(3), caption="anak saya kejang sekarang")
    assert workbooks.of(session).state == ImportState.DROPPED


def test_the_same_file_twice_is_once(session: Session, ratna: Chat) -> None:
    stored(ratna, Keluarga=[KEL_1], Anak=[child("ANAK-1")])
    before = register(session)
    assert words.NOTHING.format(name="kota.xlsx") in workbooks.send(
        ratna, workbooks.content(Keluarga=[KEL_1], Anak=[child("ANAK-1")])
    )
    assert register(session) == before


# --- whose families ---------------------------------------------------------------------------------


def test_a_kelurahan_changes_its_own_families_alone(session: Session, ratna: Chat) -> None:
    stored(ratna, Keluarga=[KEL_2], Anak=[child("ANAK-2", "KEL-2", "Citra")])
    rudi = of_kelurahan(session)
    before = register(session)
    for sheets, row in (
        ({"Keluarga": [KEL_1, KEL_2]}, "Baris 3 di lembar Keluarga (KEL-2)"),
        ({"Keluarga": [KEL_1, ("KEL-2", "Dewi", *WHERE)]}, "Baris 3 di lembar Keluarga (KEL-2)"),  # drawn to oneself
        ({"Keluarga": [KEL_1], "Anak": [child("ANAK-2")]}, "Baris 2 di lembar Anak (ANAK-2)"),
        ({"Pengukuran": [("ANAK-2", "01/03/2026", "9", "", "", "", "", "kader")]}, "Baris 2 di lembar Pengukuran"),
    ):
        said = workbooks.send(rudi, workbooks.content(**sheets))
        assert row in said
        assert "di luar wilayah Bapak, jadi tidak ada yang disimpan." in said
        assert "Citra" not in said
    for sheet, row in (
        ("Koordinator", ("Rudi", "0812 9999 0000", "kota", "")),
        ("Nakes", ("Ani", "0812 7777 0000", "bidan", "Mandonga")),
    ):
        assert f"Lembar {sheet} hanya bisa dikirim oleh koordinator kota" in workbooks.send(
            rudi, workbooks.content(**{sheet: [row]})
        )
    assert register(session) == before
    assert "Tersimpan" in stored(rudi, Keluarga=[KEL_1], Anak=[child("ANAK-1")])
    assert codes(session) == {"ANAK-1", "ANAK-2"}


def test_an_office_enters_its_own_asn_and_whom_they_foster(session: Session, ratna: Chat) -> None:
    stored(ratna, Keluarga=[KEL_1], Anak=[child("ANAK-1")])
    anwar, usman = people.asn(session, "Anwar Hamid"), people.asn(session, "Usman", office_name="Dinas PU")
    office = people.office(session).id
    tuti = chat_with(session, people.coordinator(session, "Tuti", "opd", office, reachable=False))
    of_other = [(usman.nip, "Usman", "Dinas PU", "0812 3333 4444")]
    to_other = [(usman.nip, "ANAK-1", "", "01/03/2026", "")]
    moved_here = [(usman.nip, "Usman", "Dinas Kominfo", "")]
    for sheets in ({"ASN": of_other}, {"Pendampingan": to_other}, {"ASN": moved_here}, {"Keluarga": [KEL_1]}):
        assert "di luar wilayah" in workbooks.send(tuti, workbooks.content(**sheets))
    assert "Tersimpan" in stored(
        tuti,
        ASN=[(anwar.nip, "Anwar Hamid", "Dinas Kominfo", "0812 3333 5555")],
        Pendampingan=[(anwar.nip, "ANAK-1", "", "01/03/2026", "")],
    )
    assert session.scalars(select(Assignment)).one().asn_id == anwar.id


# --- the second person ------------------------------------------------------------------------------


def test_many_rows_an_end_and_a_new_coordinator_need_a_second_person(session: Session, ratna: Chat) -> None:
    other = nur(session)
    stored(ratna, Keluarga=[KEL_1], Anak=[child("ANAK-1")])
    coordinator = [("Joko", "0812 9999 0000", "kota", "")]
    for sheets in ({"Anak": [child("ANAK-1", status="lulus")]}, {"Koordinator": coordinator}):
        before = register(session)
        assert "Menunggu persetujuan Bu Nur" in stored(ratna, **sheets)
        waiting = workbooks.of(session)
        ratna.tap_token(f"workbook:agree:{waiting.id}")  # not by the sender
        ratna.tap_token(f"workbook:save:{waiting.id}")
        assert register(session) == before
        assert "belum setuju" not in workbooks.after(ratna)
        assert "perangkat" in other.tap_token(f"workbook:refuse:{waiting.id}")
        assert "Bu Nur belum setuju" in workbooks.after(ratna)
        assert words.DECIDED in other.tap_token(f"workbook:agree:{waiting.id}")
        assert register(session) == before
    stored(ratna, Anak=[child("ANAK-1", status="lulus")])
    assert "Sudah disimpan" in other.tap_token(f"workbook:agree:{workbooks.of(session).id}")
    assert "Disetujui Bu Nur" in workbooks.after(ratna)
    assert session.scalars(select(Child)).one().state == "lulus"
    assert ("workbook.agree", workbooks.of(session).agreed_by) in [(one.action, one.by) for one in lines(session)]


def test_where_there_is_no_second_person_nothing_is_stored(session: Session, ratna: Chat) -> None:
    before = register(session)
    workbooks.send(ratna, workbooks.of_children(60))
    assert workbooks.tap(ratna, "Simpan") == words.NOBODY
    assert register(session) == before
    nur(session)  # has joined by now
    assert "Menunggu persetujuan Bu Nur" in ratna.tap_token(f"workbook:save:{workbooks.of(session).id}")


def test_from_a_stolen_phone_nothing_is_stored_once_the_role_has_ended(session: Session, ratna: Chat) -> None:
    """Ended between the sender's yes and that of the second person, who has not heard of it."""
    other, before = nur(session), register(session)
    workbooks.send(ratna, workbooks.of_children(60))
    workbooks.tap(ratna, "Simpan")
    session.execute(
        update(PersonRole).where(PersonRole.person_id == workbooks.of(session).person_id).values(role="asn")
    )
    session.commit()
    other.tap_token(f"workbook:agree:{workbooks.of(session).id}")
    assert words.NO_RIGHT in workbooks.after(ratna)
    assert register(session)["child"] == before["child"]


# --- two at once, and taking back --------------------------------------------------------------------


def test_the_second_of_two_coordinators_sees_what_the_first_has_changed_and_decides(
    session: Session, ratna: Chat
) -> None:
    other = nur(session)
    stored(ratna, Keluarga=[KEL_1], Anak=[child("ANAK-1")])
    assert "status stunting → berisiko" in workbooks.send(
        ratna, workbooks.content(Anak=[child("ANAK-1", status="berisiko")])
    )
    stored(other, Anak=[child("ANAK-1", status="tidak stunting")])
    said = workbooks.tap(ratna, "Simpan")
    assert words.CHANGED_SINCE in said
    assert "status tidak stunting → berisiko" in said
    assert session.scalars(select(Child)).one().listed == "tidak stunting"
    assert "Tersimpan" in workbooks.tap(ratna, "Simpan")
    session.expire_all()
    assert session.scalars(select(Child)).one().listed == "berisiko"
    stored(other, Anak=[child("ANAK-1", status="stunting")])
    workbooks.send(ratna, workbooks.content(Anak=[child("ANAK-1", status="berisiko")]))
    stored(other, Anak=[child("ANAK-1", status="berisiko")])
    assert words.NOTHING_MORE in workbooks.tap(ratna, "Simpan")


def test_what_was_stored_is_taken_back_within_a_day_but_for_what_is_in_use(session: Session, ratna: Chat) -> None:
    before = register(session)
    stored(ratna, Keluarga=[KEL_1, KEL_2], Anak=[child("ANAK-1"), child("ANAK-2", "KEL-2", "Citra")])
    people.visit(
        session, people.asn(session), session.scalars(select(Child).where(Child.code == "ANAK-1")).one(), TODAY
    )
    session.commit()
    assert "Kembalikan data" in workbooks.tap(ratna, "Batalkan")
    said = workbooks.tap(ratna, "Ya, kembalikan")
    assert "anak ANAK-1: sudah dipakai" in said
    assert "ANAK-2" not in said
    assert codes(session) == {"ANAK-1"}
    assert set(session.scalars(select(Family.code))) == {"KEL-1"}
    assert words.DECIDED in workbooks.tap(ratna, "Ya, kembalikan")
    stored(ratna, Anak=[child("ANAK-3")])
    ratna.now += timedelta(days=1, hours=1)
    assert words.TOO_LATE in workbooks.tap(ratna, "Batalkan")
    assert len(before["child"]) == 0


def test_two_days_later_the_file_and_the_log_are_gone_and_a_forgotten_family_is_at_once(
    session: Session, ratna: Chat
) -> None:
    stored(ratna, Keluarga=[KEL_1], Anak=[child("ANAK-1")])
    one = workbooks.of(session)
    file = ratna.city.files / one.file
    assert file.exists()
    erasure.forget(session, session.scalars(select(Family)).one(), NOW)
    session.commit()
    left = {row.of_table for row in workbook_imports.rows_of(session, one.id)}
    assert not left & {"family", "child", "person", "carer"}
    finish(upkeep.tick, session, NOW + timedelta(days=3), ratna.city)
    assert not file.exists()
    assert not session.scalars(select(ImportedRow)).all()


# --- questions, and one row -----------------------------------------------------------------------------


def test_what_a_new_foster_parent_is_to_the_old_one_is_asked_by_taps(session: Session, ratna: Chat) -> None:
    nur(session)
    anwar, rahma = people.asn(session, "Anwar Hamid"), people.asn(session, "Rahma Yusuf", people.WOMAN)
    stored(ratna, Keluarga=[KEL_1], Anak=[child("ANAK-1"), child("ANAK-2", name="Citra"), child("ANAK-3", name="Dewa")])
    session.commit()
    stored(ratna, Pendampingan=[(anwar.nip, f"ANAK-{n}", "", "01/03/2026", "") for n in (1, 2, 3)])
    said = workbooks.send(
        ratna, workbooks.content(Pendampingan=[(rahma.nip, f"ANAK-{n}", "", "04/03/2026", "") for n in (1, 2, 3)])
    )
    assert "*Budi* (ANAK-1) sekarang didampingi Anwar Hamid." in said
    first = ratna.button("Ikut mendampingi").token
    assert "*Citra* (ANAK-2)" in workbooks.tap(ratna, "Ikut mendampingi")
    assert words.DECIDED in ratna.tap_token(first)  # answered already
    said = workbooks.tap(ratna, "Semua 2 pengganti")
    assert "Rahma Yusuf menggantikan Anwar Hamid" in said
    assert "2 berakhir" in said
    before = set(session.scalars(select(Assignment.id)))
    assert "Menunggu persetujuan" in workbooks.tap(ratna, "Simpan")
    assert set(session.scalars(select(Assignment.id))) == before


def test_one_new_asn_is_entered_by_a_form_and_what_the_register_refuses_can_be_mended(
    session: Session, ratna: Chat
) -> None:
    people.office(session)
    session.commit()
    ratna.say("asn baru")
    ratna.fill("ASN baru")
    assert "NIP terdiri dari 18 angka" in ratna.say("1985031220100")
    ratna.fill("198503122010011001", "Anwar La Ode", "kominfo", "Lewati", "Kirim")
    assert "Tersimpan" in workbooks.tap(ratna, "Simpan")
    anwar = session.scalars(select(Person).where(Person.nip == "198503122010011001")).one()
    assert (anwar.office and anwar.office.name, anwar.code) == ("Dinas Kominfo", f"OTA-{anwar.id:05}")
    ratna.say("ubah data")
    ratna.fill("Anak selesai", "ANAK-9", "Lulus")
    assert "Anak ANAK-9 tidak ditemukan" in ratna.tap("Kirim")


def test_a_form_changes_no_family_of_another_kelurahan(session: Session, ratna: Chat) -> None:
    stored(ratna, Keluarga=[KEL_2])
    rudi = of_kelurahan(session)
    rudi.say("ubah data")
    rudi.fill("Nomor HP berganti", "KEL-2", "0811 4000 111")
    assert "di luar wilayah Bapak" in rudi.tap("Kirim")
    assert session.scalars(select(Family)).one().phone is None


def test_an_office_reads_nothing_of_a_family_by_the_preview_of_a_row(session: Session, ratna: Chat) -> None:
    stored(ratna, Keluarga=[KEL_1], Anak=[child("ANAK-1")])
    anwar, usman = people.asn(session, "Anwar Hamid"), people.asn(session, "Usman", office_name="Dinas PU")
    rafa = session.scalars(select(Child)).one()
    people.fosters(session, anwar, rafa, TODAY)
    people.measured(session, rafa, TODAY, 7.3, 71.5)
    session.commit()
    tuti, joko = (
        chat_with(session, people.coordinator(session, name, "opd", people.office(session, of).id, reachable=False))
        for name, of in (("Tuti", "Dinas Kominfo"), ("Joko", "Dinas PU"))
    )
    weighed = ("ANAK-1", TODAY.strftime("%d/%m/%Y"), "9", "", "", "", "", "posyandu")
    for sheets in ({"Pengukuran": [weighed]}, {"Anak": [child("ANAK-1", name="X")]}, {"Keluarga": [KEL_1]}):
        said = workbooks.send(tuti, workbooks.content(**sheets))
        assert "di luar wilayah" in said, "though its own ASN fosters the child"
        assert not {"7,3", "Simpan"} & {*said.split(), *tuti.labels}
    said = workbooks.send(joko, workbooks.content(Pendampingan=[(usman.nip, "ANAK-1", "", "01/03/2026", "")]))
    assert "*ANAK-1* sekarang didampingi Anwar Hamid" in said
    assert rafa.name not in said
