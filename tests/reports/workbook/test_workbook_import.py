"""The register comes in as a workbook: all of it or nothing, and the same file twice is once."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import tables
from db.audit import Audit
from db.children import Carer, Child, Family, Pregnancy, Wedding
from db.consent import PaperConsent
from db.fostering import Assignment
from db.measurements import OFFICIAL, REPORTED, Measurement
from db.people import Person, PersonRole
from db.places import District, HealthCentre, Office, Posyandu, Village
from db.visits import Visit
from programme import consents, contacts, erasure
from reports.workbook.importing import Result, apply, plan
from tests.audited import Line, lines
from tests.people import city
from tests.reports.workbook.conftest import ANWAR, BUDI, NOW, RAHMA, SARI, WHOLE, Fill, Rows

TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)


def measured(on: object, kg: str) -> tuple[object, ...]:
    """A cadre's weighing of Budi."""
    return ("ANAK-1", on, kg, "", "", "", "", "kader")


def taken(session: Session, path: Path, days_later: int = 0) -> Result:
    """The workbook imported without a complaint."""
    result = apply(session, path, NOW + timedelta(days=days_later), city=city())
    assert not result.errors, list(map(str, result.errors))
    session.commit()
    return result


def complaints(session: Session, path: Path) -> list[str]:
    """What is wrong with the workbook, and nothing written."""
    before = everything(session)
    result = apply(session, path, NOW)
    session.commit()
    assert result.errors
    assert everything(session) == before
    return [str(error) for error in result.errors]


def everything(session: Session) -> dict[str, list[Any]]:
    """Every row of every table but the audit's."""
    return {
        table.name: list(session.execute(select(table).order_by(*table.primary_key)).all())
        for table in tables.metadata.sorted_tables
        if not table.name.startswith("audit")
    }


def one(session: Session, name: str) -> Person:
    return session.scalars(select(Person).where(Person.name == name)).unique().one()


def roles(person: Person) -> set[tuple[str, str, str]]:
    return {(role.role, role.title, role.scope) for role in person.roles}


# --- a whole workbook ------------------------------------------------------------------------------------------------


def test_a_whole_workbook_becomes_the_register(kendari: Session, fill: Fill) -> None:
    result = taken(kendari, fill(**WHOLE))
    assert (result.added, result.changed, result.unchanged) == (16, 0, 0)
    assert result.counts["Pengukuran"].added == 2
    anwar = kendari.scalars(select(Person).where(Person.nip == ANWAR)).unique().one()
    assert (anwar.phone, anwar.office.name if anwar.office else "") == ("+6281234567890", "Dinas Kesehatan")
    assert roles(anwar) == {("asn", "", ""), ("coordinator", "", "opd")}
    sari = kendari.scalars(select(Family).where(Family.code == "KEL-1")).one()
    assert sari.village.full_name == "Korumba (Mandonga)"
    assert sari.posyandu is not None
    assert sari.health_centre is not None
    assert (sari.posyandu.name, sari.health_centre.name, sari.joined_by) == ("Melati 1", "Labibia", "register")
    budi = kendari.scalars(select(Child).where(Child.code == "ANAK-1")).one()
    assert (budi.family_id, budi.sex, budi.born, budi.birth_weight_g) == (sari.id, "L", date(2025, 3, 12), 2900)
    assert (budi.listed, budi.state) == ("stunting", "aktif")
    pregnancy = kendari.scalars(select(Pregnancy)).one()
    assert (pregnancy.mother_name, pregnancy.due, pregnancy.state) == ("Wati", date(2026, 9, 12), "aktif")
    through_child, through_family = kendari.scalars(select(Assignment).order_by(Assignment.id))
    assert (through_child.asn_id, through_child.child_id, through_child.decree) == (anwar.id, budi.id, "440/1/2026")
    assert (through_family.child_id, through_family.family_id) == (None, pregnancy.family_id)
    assert roles(one(kendari, "Ani")) == {("health", "kader", "posyandu")}
    assert roles(one(kendari, "Tuti")) == {("health", "bidan", "puskesmas")}


def test_the_weeks_of_pregnancy_may_be_told(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(Keluarga=[SARI], Anak=[(*BUDI, "31 minggu")]))
    assert kendari.scalars(select(Child)).one().gestation_weeks == 31
    assert complaints(kendari, fill(Anak=[(*BUDI, 12)]))[0].startswith("Lembar Anak H2: Angkanya antara 22 dan 44")


def test_what_the_posyandu_says_is_official_and_what_a_parent_says_is_reported(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(**WHOLE))
    official, reported = kendari.scalars(select(Measurement).order_by(Measurement.id))
    assert (official.kind, official.weight_kg, official.length_cm, official.position) == (
        OFFICIAL,
        8.4,
        74.5,
        "telentang",
    )
    assert (official.muac_cm, official.oedema, official.source) == (13.5, False, "posyandu")
    assert (reported.kind, reported.weight_kg, reported.length_cm, reported.source) == (
        REPORTED,
        8.5,
        None,
        "orang tua",
    )


def test_a_mother_is_a_carer_who_has_not_joined(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(**WHOLE))
    carer = kendari.scalars(select(Carer).join(Person).where(Person.name == "Sari")).one()
    assert (carer.relation, carer.joined_on, carer.family.code) == ("ibu", None, "KEL-1")
    assert (carer.person.phone, roles(carer.person)) == ("+6281211112222", {("family", "", "")})


def test_the_same_file_twice_changes_nothing(kendari: Session, fill: Fill) -> None:
    path = fill(**WHOLE)
    taken(kendari, path)
    before = everything(kendari)
    lines = kendari.scalar(select(func.count()).select_from(Audit))
    result = taken(kendari, path, days_later=400)
    assert (result.added, result.changed, result.unchanged, result.changes) == (0, 0, 16, ())
    assert everything(kendari) == before
    assert kendari.scalar(select(func.count()).select_from(Audit)) == lines


def test_the_sheets_may_come_one_file_at_a_time(kendari: Session, fill: Fill) -> None:
    for name, rows in WHOLE.items():
        taken(kendari, fill(**{name: rows}))
    apart = everything(kendari)
    assert taken(kendari, fill(**WHOLE)).unchanged == 16
    assert everything(kendari) == apart


def test_a_plan_and_an_import_that_is_rolled_back_leave_nothing(kendari: Session, fill: Fill) -> None:
    path, before = fill(**WHOLE), everything(kendari)
    assert plan(kendari, path, NOW).result.added == 16
    assert apply(kendari, path, NOW).added == 16
    kendari.rollback()
    assert everything(kendari) == before


def test_every_child_that_comes_in_or_changes_stands_in_the_audit(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(Keluarga=[SARI], Anak=[BUDI]))
    taken(kendari, fill(Anak=[(*BUDI[:-1], "berisiko")]), days_later=1)
    child = kendari.scalars(select(Child)).one()
    assert [line for line in lines(kendari) if line.about == f"child:{child.id}"] == [
        Line("import.child", None, f"child:{child.id}", "baru"),
        Line("import.child", None, f"child:{child.id}", "berubah"),
    ]


def test_progress_is_told_up_to_the_last_row(kendari: Session, fill: Fill) -> None:
    told: list[tuple[int, int]] = []
    many = [(f"KEL-{number}", f"Ibu {number}", "", "Abeli", "Poasia", "", "") for number in range(250)]
    apply(kendari, fill(Keluarga=many), NOW, progress=lambda done, total: told.append((done, total)))
    assert told == [(100, 250), (200, 250), (250, 250)]


# --- what has changed ------------------------------------------------------------------------------------------------


def test_a_changed_row_is_updated_and_listed_in_words(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(**WHOLE))
    result = taken(
        kendari, fill(Anak=[("ANAK-1", "KEL-1", "Budi", "L", "13/03/2025", 2900, "berisiko"), WHOLE["Anak"][1]])
    )
    assert result.changes == (
        "Anak baris 2 (ANAK-1): tanggal lahir 12/03/2025 → 13/03/2025; status stunting → berisiko",
    )
    assert (result.counts["Anak"].changed, result.counts["Anak"].unchanged) == (1, 1)
    budi = kendari.scalars(select(Child).where(Child.code == "ANAK-1")).one()
    assert (budi.born, budi.listed) == (date(2025, 3, 13), "berisiko")


def test_a_family_that_moves_and_gets_a_new_number_takes_the_mother_with_it(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(**WHOLE))
    result = taken(
        kendari, fill(Keluarga=[("KEL-1", "Sari Dewi", "081255556666", "Abeli", "Poasia", "Mawar", "Abeli")])
    )
    assert result.changes == (
        "Keluarga baris 2 (KEL-1): nama Sari → Sari Dewi; HP +6281211112222 → +6281255556666; "
        "kelurahan Korumba → Poasia; posyandu Melati 1 → Mawar; puskesmas Labibia → Abeli",
    )
    assert one(kendari, "Sari Dewi").phone == "+6281255556666"
    assert kendari.scalar(select(func.count()).select_from(Carer)) == 2


def test_an_empty_cell_erases_nothing(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(**WHOLE))
    result = taken(kendari, fill(Keluarga=[("KEL-1", "Sari", "", "", "Korumba", "", "")]))
    assert result.unchanged == 1
    assert one(kendari, "Sari").phone == "+6281211112222"


def test_a_removed_row_of_the_fostering_ends_nothing_and_a_companion_is_added(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(**WHOLE))
    taken(kendari, fill(Pendampingan=[(RAHMA, "ANAK-1", "", "01/03/2026", "", "", "pendamping")]))
    budi = kendari.scalars(select(Child).where(Child.code == "ANAK-1")).one()
    fosterings = kendari.scalars(select(Assignment).where(Assignment.child_id == budi.id)).all()
    assert [(fostering.asn.name, fostering.ends) for fostering in fosterings] == [("Anwar", None), ("Rahma", None)]


def test_a_fostering_that_has_ended_is_not_opened_again_by_the_old_row(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(**WHOLE))
    fostering = kendari.scalars(select(Assignment)).first()
    assert fostering
    fostering.ends = date(2026, 3, 1)
    kendari.commit()
    assert taken(kendari, fill(Pendampingan=WHOLE["Pendampingan"])).unchanged == 2
    assert taken(kendari, fill(Pendampingan=[(ANWAR, "ANAK-1", "", "10/03/2026", "")])).added == 1


def test_a_new_hpl_within_weeks_is_the_same_pregnancy(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(**WHOLE))
    result = taken(kendari, fill(Kehamilan=[("KEL-2", "", "20/09/2026")]))
    assert result.changes == ("Kehamilan baris 2 (KEL-2): HPL 12/09/2026 → 20/09/2026",)
    assert kendari.scalars(select(Pregnancy)).one().due == date(2026, 9, 20)


def test_a_pregnancy_that_was_lost_is_not_opened_again(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(**WHOLE))
    kendari.scalars(select(Pregnancy)).one().state = "keguguran"
    kendari.commit()
    assert taken(kendari, fill(Kehamilan=[("KEL-2", "", "12/09/2026")])).unchanged == 1
    assert "tidak diubah" in taken(kendari, fill(Kehamilan=[("KEL-2", "", "20/09/2026")])).warnings[0].sentence
    assert kendari.scalars(select(Pregnancy)).one().state == "keguguran"


def test_a_child_whose_birth_was_told_in_chat_is_not_entered_twice_without_a_word(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(**WHOLE))
    told = kendari.scalars(select(Pregnancy)).one()
    told.state = "lahir"
    kendari.add(
        Child(
            code="KEL-2-1", family_id=told.family_id, name="Aisyah", sex="P", born=date(2026, 3, 18),
            pregnancy_id=told.id, listed="tidak stunting", state="aktif", created_at=NOW,
        )
    )  # fmt: skip
    kendari.commit()
    again = taken(kendari, fill(Anak=[("ANAK-9", "KEL-2", "Aisyah", "P", "18/03/2026", "", "tidak stunting")]))
    [warning] = again.warnings
    assert (warning.cell, again.added) == ("A2", 1)
    assert "dengan kode KEL-2-1" in warning.sentence
    assert not taken(
        kendari, fill(Anak=[("KEL-2-1", "KEL-2", "Aisyah Putri", "P", "18/03/2026", 3100, "berisiko")])
    ).warnings


def test_an_hpl_of_the_register_is_surer_than_a_guess_told_in_chat(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(**WHOLE))
    kendari.scalars(select(Pregnancy)).one().sure = False
    kendari.commit()
    result = taken(kendari, fill(Kehamilan=[("KEL-2", "", "12/09/2026")]))
    assert result.changes == ("Kehamilan baris 2 (KEL-2): HPL pasti tidak → ya",)


def test_a_wedding_that_is_put_off_stays_one_wedding(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(**WHOLE))
    result = taken(kendari, fill(Pernikahan=[("KEL-1", "12/09/2026", "merah")]))
    assert result.changes == (
        "Pernikahan baris 2 (KEL-1): tanggal nikah 20/06/2026 → 12/09/2026; Elsimil merah tidak → ya",
    )
    wedding = kendari.scalars(select(Wedding)).one()
    assert (wedding.day, wedding.red, wedding.state) == (date(2026, 9, 12), True, "aktif")
    assert taken(kendari, fill(Pernikahan=[("KEL-1", "12/09/2026", "")])).unchanged == 1
    assert kendari.scalars(select(Wedding)).one().red


def test_a_couple_that_expects_a_child_does_not_go_back_to_the_lessons_for_couples(
    kendari: Session, fill: Fill
) -> None:
    taken(kendari, fill(**WHOLE))
    kendari.scalars(select(Wedding)).one().state = "hamil"
    kendari.commit()
    taken(kendari, fill(Pernikahan=[("KEL-1", "21/06/2026", "hijau")]))
    assert kendari.scalars(select(Wedding)).one().state == "hamil"


def test_a_wedding_of_long_ago_is_entered_and_looked_at(kendari: Session, fill: Fill) -> None:
    [warning] = taken(kendari, fill(Keluarga=[SARI], Pernikahan=[("KEL-1", "01/02/2025", "")])).warnings
    assert "sudah lewat setahun" in warning.sentence


@pytest.mark.parametrize("status", ["lulus", "pindah", "meninggal"])
def test_a_child_that_leaves_keeps_the_word_of_the_health_office(kendari: Session, fill: Fill, status: str) -> None:
    taken(kendari, fill(**WHOLE))
    taken(kendari, fill(Anak=[(*BUDI[:-1], status)]))
    budi = kendari.scalars(select(Child).where(Child.code == "ANAK-1")).one()
    assert (budi.listed, budi.state) == ("stunting", status)


def test_a_child_that_moved_and_came_back_is_followed_again(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(Keluarga=[SARI], Anak=[(*BUDI[:-1], "pindah")]))
    taken(kendari, fill(Anak=[BUDI]))  # last month's list does not know that he is back
    assert kendari.scalars(select(Child)).one().state == "pindah"
    taken(kendari, fill(Anak=[(*BUDI[:-1], "aktif")]))
    assert kendari.scalars(select(Child)).one().state == "aktif"


def test_a_child_that_died_is_not_brought_back_by_an_old_list(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(Keluarga=[SARI], Anak=[(*BUDI[:-1], "meninggal")]))
    [said] = complaints(kendari, fill(Anak=[BUDI]))
    assert said.startswith("Lembar Anak G2: Anak ini tercatat meninggal.")


def test_a_child_past_five_stays_so_whatever_the_list_says(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(Keluarga=[SARI], Anak=[BUDI]))
    kendari.scalars(select(Child)).one().state = "lewat umur"
    kendari.commit()
    assert taken(kendari, fill(Anak=[BUDI])).unchanged == 1


def test_a_second_measuring_is_not_overwritten_by_a_row_of_the_same_day(kendari: Session, fill: Fill):
    taken(kendari, fill(**WHOLE))
    first = kendari.scalars(select(Measurement).where(Measurement.kind == OFFICIAL)).one()
    kendari.add(
        Measurement(
            child_id=first.child_id, measured_on=date(2026, 3, 9), weight_kg=8.3, kind=OFFICIAL, source="ukur ulang",
            recorded_at=NOW, repeats=first.id,
        )
    )  # fmt: skip
    kendari.commit()
    taken(kendari, fill(Pengukuran=[("ANAK-1", "09/03/2026", "8,6", "74,5", "", "", "", "puskesmas")]))
    weights = kendari.scalars(
        select(Measurement.weight_kg).where(Measurement.kind == OFFICIAL).order_by(Measurement.id)
    )
    assert list(weights) == [8.4, 8.3, 8.6]


def test_a_measurement_is_corrected_by_child_date_and_kind(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(**WHOLE))
    result = taken(kendari, fill(Pengukuran=[("ANAK-1", "05/03/2026", "8,6", "74,5", "", "", "", "puskesmas")]))
    assert result.changes == ("Pengukuran baris 2 (ANAK-1): BB 8,4 → 8,6; sumber posyandu → puskesmas",)
    weights = {m.kind: m.weight_kg for m in kendari.scalars(select(Measurement))}
    assert weights == {OFFICIAL: 8.6, REPORTED: 8.5}


def test_what_was_measured_at_a_visit_is_left_to_the_visit(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(**WHOLE))
    visit = _visit(kendari)
    reported = kendari.scalars(select(Measurement).where(Measurement.kind == REPORTED)).one()
    reported.visit_id = visit
    kendari.commit()
    assert taken(kendari, fill(Pengukuran=[("ANAK-1", "05/03/2026", "8,5", "", "", "", "", "asn")])).unchanged == 1
    [said] = complaints(kendari, fill(Pengukuran=[("ANAK-1", "05/03/2026", "8,9", "", "", "", "", "asn")]))
    assert "lewat laporan kunjungan" in said


def test_a_withdrawn_measurement_counts_for_nothing(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(**WHOLE))
    kendari.scalars(select(Measurement).where(Measurement.kind == REPORTED)).one().withdrawn_at = NOW
    kendari.commit()
    assert taken(kendari, fill(Pengukuran=[WHOLE["Pengukuran"][1]])).added == 1


# --- who is who ------------------------------------------------------------------------------------------------------


def test_one_person_in_several_sheets_is_one_person_with_several_roles(kendari: Session, fill: Fill) -> None:
    taken(
        kendari,
        fill(
            ASN=[(RAHMA, "Rahma", "Dinas Sosial", "081266667777")],
            Keluarga=[("KEL-1", "RAHMA", "+62 812-6666-7777", "", "Korumba", "", "")],
            Koordinator=[("rahma", "6281266667777", "kecamatan", "Mandonga")],
            Nakes=[("Rahma", "081266667777", "bidan", "Kelurahan Korumba")],
        ),
    )
    person = kendari.scalars(select(Person)).unique().one()
    assert (person.name, person.nip) == ("Rahma", RAHMA)
    assert roles(person) == {
        ("asn", "", ""), ("family", "", ""), ("coordinator", "", "kecamatan"), ("health", "bidan", "kelurahan"),
    }  # fmt: skip


def test_a_coordinator_may_be_of_a_puskesmas_or_of_a_posyandu(kendari: Session, fill: Fill) -> None:
    rows = [
        ("Siska", "081299990000", "puskesmas", "Labibia"), ("Rudi", "081288880000", "posyandu", "Melati 1 (Korumba)"),
    ]  # fmt: skip
    taken(kendari, fill(Koordinator=rows))
    held = {one.name: one.roles[0] for one in kendari.scalars(select(Person)).unique()}
    centre = kendari.get_one(HealthCentre, held["Siska"].scope_id)
    post = kendari.get_one(Posyandu, held["Rudi"].scope_id)
    assert (held["Siska"].scope, centre.full_name) == ("puskesmas", "Puskesmas Labibia")
    assert (held["Rudi"].scope, post.name) == ("posyandu", "Melati 1")


def test_the_same_number_with_another_name_is_another_person(kendari: Session, fill: Fill) -> None:
    families = [("KEL-1", "Sari", "081211112222", "", "Korumba"), ("KEL-2", "Wati", "081211112222", "", "Korumba")]
    taken(
        kendari,
        fill(Keluarga=families, headers={"Keluarga": ("kode_keluarga", "nama_ibu", "hp", "kecamatan", "kelurahan")}),
    )
    assert {person.name for person in kendari.scalars(select(Person))} == {"Sari", "Wati"}


def test_a_mother_who_becomes_an_asn_stays_one_person(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(Keluarga=[SARI]))
    taken(kendari, fill(ASN=[(RAHMA, "Sari", "Dinas Sosial", "081211112222")]))
    sari = kendari.scalars(select(Person)).unique().one()
    assert (sari.nip, roles(sari)) == (RAHMA, {("family", "", ""), ("asn", "", "")})


def test_a_coordinator_with_a_new_number_is_found_by_name_and_post(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(Koordinator=[("Nur", "081399990000", "kota", "")]))
    result = taken(kendari, fill(Koordinator=[("Nur", "081388880000", "kota", "")]))
    assert result.changes == ("Koordinator baris 2 (Nur): HP +6281399990000 → +6281388880000",)
    assert kendari.scalars(select(Person)).unique().one().phone == "+6281388880000"


def test_two_cadres_of_one_name_at_one_posyandu_stay_two(kendari: Session, fill: Fill) -> None:
    place = "Posyandu Melati (Korumba)"
    both = [("Siti", "081211110001", "kader", place), ("Siti", "081211110002", "kader", place)]
    taken(kendari, fill(Nakes=both))
    assert taken(kendari, fill(Nakes=both)).unchanged == 2
    taken(kendari, fill(Nakes=[("Siti", "081211110003", "kader", place), both[1]]))
    assert {p.phone for p in kendari.scalars(select(Person))} == {"+6281211110003", "+6281211110002"}


def test_a_person_without_a_number_is_found_again(kendari: Session, fill: Fill) -> None:
    path = fill(Nakes=[("Tuti", "", "bidan", "Puskesmas Labibia")])
    taken(kendari, path)
    assert taken(kendari, path).unchanged == 1
    assert taken(kendari, fill(Nakes=[("Tuti", "081211112222", "bidan", "Labibia (Mandonga)")])).added == 1
    assert taken(kendari, fill(Nakes=[("Tuti", "081299992222", "bidan", "Puskesmas Labibia")])).changed == 1


def test_one_person_with_two_numbers_in_one_file_is_asked_about(kendari: Session, fill: Fill) -> None:
    taken(
        kendari,
        fill(ASN=[(RAHMA, "Rahma", "Dinas Sosial", "081266667777")], Koordinator=[("Rahma", "081266667777", "kota")]),
    )
    [said] = complaints(
        kendari,
        fill(ASN=[(RAHMA, "Rahma", "Dinas Sosial", "081200001111")], Koordinator=[("Rahma", "081266667777", "kota")]),
    )
    assert said == (
        "Lembar Koordinator B2: Rahma sudah tertulis dengan hp +6281200001111 di lembar ASN baris 2. Samakan keduanya."
    )


def test_a_cadre_who_becomes_a_midwife_changes_her_title(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(Nakes=[("Ani", "081277770000", "kader", "Puskesmas Mata")]))
    result = taken(kendari, fill(Nakes=[("Ani", "081277770000", "bidan", "Puskesmas Mata")]))
    assert result.changes == ("Nakes baris 2 (Ani): peran kader → bidan",)
    assert kendari.scalars(select(PersonRole)).one().title == "bidan"


# --- places ----------------------------------------------------------------------------------------------------------


def test_staff_are_called_by_the_sex_that_their_row_tells(kendari: Session, fill: Fill) -> None:
    staff: dict[str, Rows] = {
        "ASN": [(ANWAR, "Anwar", "Dinas Kesehatan", "", "")],
        "Koordinator": [("Hasnawati", "081399990000", "kota", "", "perempuan"), ("Joko", "", "kota", "", "")],
        "Nakes": [
            ("Ani", "081277770000", "kader", "Posyandu Melati 1 (Korumba)", "P"),
            ("Bidan Rahma", "", "bidan", "Puskesmas Labibia", "p"),
        ],
    }
    taken(kendari, fill(**staff))
    called = {contacts.called(person) for person in kendari.scalars(select(Person))}
    assert called == {"Pak Anwar", "Bu Hasnawati", "Bapak/Ibu Joko", "Bu Ani", "Bu Rahma"}
    again = {**staff, "Koordinator": [("Hasnawati", "081399990000", "kota", "", ""), ("Joko", "", "kota", "", "L")]}
    result = taken(kendari, fill(**again))
    assert [change for change in result.changes if "jenis kelamin" in change], result.changes
    assert {one(kendari, "Hasnawati").sex, one(kendari, "Joko").sex} == {"P", "L"}, "an empty cell erases nothing"


def test_a_sex_that_contradicts_the_nip_is_pointed_at_and_one_that_is_none_is_refused(
    kendari: Session, fill: Fill
) -> None:
    rows = [(ANWAR, "Anwar", "Dinas Kesehatan", "", "P")]
    result = taken(kendari, fill(ASN=rows))
    assert [str(warning) for warning in result.warnings] == [
        "Lembar ASN E2: Menurut NIP-nya laki-laki. Periksa NIP dan jk; sapaan mengikuti jk."
    ]
    assert contacts.called(one(kendari, "Anwar")) == "Bu Anwar"
    wrong = [("Hasnawati", "", "kota", "", "x")]
    assert complaints(kendari, fill(Koordinator=wrong))[0].startswith("Lembar Koordinator E2: ")


def test_one_person_of_two_sexes_in_one_file_is_asked_about(kendari: Session, fill: Fill) -> None:
    book = fill(
        Koordinator=[("Nur", "081399990000", "kota", "", "P")],
        Nakes=[("Nur", "081399990000", "tpg", "Puskesmas Labibia", "L")],
    )
    assert complaints(kendari, book) == [
        "Lembar Nakes E2: Nur sudah tertulis dengan jk P di lembar Koordinator baris 2. Samakan keduanya."
    ]


def test_the_scope_of_a_coordinator_may_be_any_place(kendari: Session, fill: Fill) -> None:
    rows = [
        ("Nur", "081300000001", "opd", "Dinas Kominfo"),
        ("Nur", "081300000001", "kelurahan", "Poasia (Abeli)"),
        ("Nur", "081300000001", "kelurahan", "lepo-lepo"),
        ("Nur", "081300000001", "kecamatan", "Kec. Poasia"),
        ("Nur", "081300000001", "kota", ""),
    ]
    taken(kendari, fill(Koordinator=rows))
    held = [(role.scope, role.scope_id) for role in kendari.scalars(select(PersonRole).order_by(PersonRole.id))]
    office = kendari.scalars(select(Office)).one().id
    poasia, lepo = (kendari.scalars(select(Village.id).where(Village.name == n)).one() for n in ("Poasia", "Lepo Lepo"))
    district = kendari.scalars(select(District.id).where(District.name == "Poasia")).one()
    assert held == [("opd", office), ("kelurahan", poasia), ("kelurahan", lepo), ("kecamatan", district), ("kota", 0)]


def test_posyandu_puskesmas_and_offices_are_added_once(kendari: Session, fill: Fill) -> None:
    rows = [
        ("KEL-1", "Sari", "", "", "Korumba", "Posyandu Melati 1", "Puskesmas Labibia"),
        ("KEL-2", "Wati", "", "", "Korumba", "melati 1", "labibia"),
        ("KEL-3", "Ina", "", "", "Poasia", "Melati 1", "Bahari"),
    ]
    taken(kendari, fill(Keluarga=rows))
    assert [(post.name) for post in kendari.scalars(select(Posyandu))] == ["Melati 1", "Melati 1"]
    bahari = kendari.scalars(select(HealthCentre).where(HealthCentre.name == "Bahari")).one()
    assert bahari.district_id == kendari.scalars(select(District.id).where(District.name == "Abeli")).one()
    assert kendari.scalar(select(func.count()).select_from(HealthCentre)) == 16


def test_a_puskesmas_gets_its_number_and_its_hours_and_keeps_them_when_the_cells_are_left_empty(
    kendari: Session, fill: Fill
) -> None:
    rows = [("Puskesmas Labibia", "", "0401-3121234", "senin-kamis 8:00-14:00, jumat 8:00-11:00")]
    assert taken(kendari, fill(Puskesmas=rows)).changed == 1
    labibia = kendari.scalars(select(HealthCentre).where(HealthCentre.name == "Labibia")).one()
    hours = "Senin-Kamis 08.00-14.00; Jumat 08.00-11.00"
    assert (labibia.phone, labibia.hours) == ("0401-3121234", hours)
    assert taken(kendari, fill(Puskesmas=[("Labibia", "Mandonga", "", "")])).unchanged == 1
    assert (labibia.phone, labibia.hours) == ("0401-3121234", hours)
    later = taken(kendari, fill(Puskesmas=[("Labibia", "", "0811 400 123", "24 jam")]))
    assert later.changes == (
        f"Puskesmas baris 2 (Labibia): HP 0401-3121234 → 0811 400 123; jam buka {hours} → Setiap hari 24 jam",
    )


def test_a_new_puskesmas_stands_in_its_kecamatan(kendari: Session, fill: Fill) -> None:
    assert taken(kendari, fill(Puskesmas=[("Bahari", "Abeli", "14045", "24 jam")])).added == 1
    bahari = kendari.scalars(select(HealthCentre).where(HealthCentre.name == "Bahari")).one()
    assert bahari.district_id == kendari.scalars(select(District.id).where(District.name == "Abeli")).one()


def test_a_number_or_hours_that_cannot_be_read_are_named_with_what_to_write(kendari: Session, fill: Fill) -> None:
    rows = [
        ("Labibia", "", "telepon saja", "buka pagi"),
        ("Mata", "", "3121234", ""),
        ("Mekar", "", 4013121234, ""),
        ("Labibia", "", "119", ""),
    ]
    said = complaints(kendari, fill(Puskesmas=rows))
    assert [one.partition(": ")[0] for one in said] == [f"Lembar Puskesmas {cell}" for cell in ("C2", "D2", "C3", "C4")]
    assert "Tulis satu nomor telepon saja, misalnya 0401-3121234" in said[0]
    assert "Senin-Kamis 08.00-14.00; Jumat 08.00-11.00" in said[1]
    assert "kode daerahnya" in said[2]
    assert "Excel menghapus angka 0" in said[3]
    [again] = complaints(kendari, fill(Puskesmas=[("Labibia", "", "119", ""), ("Puskesmas Labibia", "", "112", "")]))
    assert "mengulang baris 2" in again


def test_a_new_puskesmas_that_looks_like_an_old_one_is_asked_about(kendari: Session, fill: Fill) -> None:
    result = taken(kendari, fill(Keluarga=[("KEL-1", "Sari", "", "", "Korumba", "", "Labbibia")]))
    assert [str(warning) for warning in result.warnings] == [
        "Lembar Keluarga G2: Puskesmas Labbibia belum tercatat dan akan ditambahkan. "
        "Periksa: mungkin sama dengan Labibia?"
    ]


@pytest.mark.parametrize(
    ("kecamatan", "kelurahan", "said"),
    [
        ("Mandonga", "Korumbaa",
         "E2: Kelurahan Korumbaa tidak ada di Kecamatan Mandonga. Maksudnya Korumba (Kecamatan Mandonga)?"),
        ("", "Korumbaa", "E2: Kelurahan Korumbaa tidak dikenal. Maksudnya Korumba (Kecamatan Mandonga)?"),
        ("Poasia", "Poasia", "E2: Kelurahan Poasia ada di Kecamatan Abeli, bukan Poasia. Perbaiki salah satunya."),
        ("Mandongga", "Korumba", "D2: Kecamatan Mandongga tidak dikenal. Maksudnya Mandonga?"),
        ("Mandonga", "Jakarta", "E2: Kelurahan Jakarta tidak ada di Kecamatan Mandonga."),
    ],
)  # fmt: skip
def test_an_unknown_kelurahan_gets_the_nearest(
    kendari: Session, fill: Fill, kecamatan: str, kelurahan: str, said: str
) -> None:
    assert complaints(kendari, fill(Keluarga=[("KEL-1", "Sari", "", kecamatan, kelurahan)])) == [
        f"Lembar Keluarga {said}"
    ]


def test_a_kelurahan_name_in_two_kecamatan_needs_its_kecamatan(kendari: Session, fill: Fill) -> None:
    district = kendari.scalars(select(District).where(District.name == "Baruga")).one()
    kendari.add(Village(name="Poasia", district=district))
    kendari.commit()
    said = complaints(
        kendari, fill(Keluarga=[("KEL-1", "Sari", "", "", "Poasia")], Koordinator=[("Nur", "", "kelurahan", "Poasia")])
    )
    pairs = "Ada 2 kelurahan bernama Poasia: Poasia (Abeli) atau Poasia (Baruga). Tulis juga kecamatannya."
    assert said == [f"Lembar Keluarga E2: {pairs}", f"Lembar Koordinator D2: {pairs}"]
    assert taken(kendari, fill(Keluarga=[("KEL-1", "Sari", "", "Baruga", "Poasia")])).added == 1


def test_a_posyandu_name_that_stands_in_two_kelurahan_needs_its_kelurahan(kendari: Session, fill: Fill) -> None:
    families = [("KEL-1", "Sari", "", "", "Korumba", "Melati"), ("KEL-2", "Wati", "", "", "Poasia", "Melati")]
    [said] = complaints(kendari, fill(Keluarga=families, Nakes=[("Ani", "", "kader", "Posyandu Melati")]))
    assert said.endswith("Tulis Posyandu Melati (Korumba) atau Posyandu Melati (Poasia).")
    taken(kendari, fill(Keluarga=families, Nakes=[("Ani", "", "kader", "Posyandu Melati (Poasia, Abeli)")]))
    role = kendari.scalars(select(PersonRole).where(PersonRole.role == "health")).one()
    poasia = kendari.scalars(select(Posyandu).join(Village).where(Village.name == "Poasia")).one()
    assert role.scope_id == poasia.id


def test_a_posyandu_nobody_knows_needs_its_kelurahan_to_be_added(kendari: Session, fill: Fill) -> None:
    [said] = complaints(kendari, fill(Nakes=[("Ani", "", "kader", "Posyandu Mawar")]))
    assert "Bila baru, tulis kelurahannya: Posyandu Mawar (nama kelurahan)." in said
    assert taken(kendari, fill(Nakes=[("Ani", "", "kader", "Posyandu Mawar (Korumba)")])).added == 1


# --- what cannot stand -----------------------------------------------------------------------------------------------


def test_one_error_anywhere_and_nothing_is_written(kendari: Session, fill: Fill) -> None:
    broken = {**WHOLE, "Pengukuran": [*WHOLE["Pengukuran"], ("ANAK-1", "06/03/2026", "84", "", "", "", "", "kader")]}
    [said] = complaints(kendari, fill(**broken))
    assert said.startswith("Lembar Pengukuran C4: Tertulis 84 kg. Maksudnya 8,4 kg?")


def test_errors_are_told_in_the_order_of_the_workbook(kendari: Session, fill: Fill) -> None:
    said = complaints(
        kendari,
        fill(
            Keluarga=[("KEL-1", "Sari", "", "", "Korumbaa"), ("KEL-2", "", "0401", "", "Poasia")],
            Anak=[("ANAK-1", "KEL-9", "Budi", "L", "12/03/2025", "", "stunting"), (*BUDI[:-1], "besok")],
        ),
    )
    assert [sentence.split(":")[0] for sentence in said] == [
        "Lembar Keluarga E2", "Lembar Keluarga B3", "Lembar Keluarga C3", "Lembar Anak B2", "Lembar Anak G3",
    ]  # fmt: skip


def test_a_reference_to_nobody_is_named(kendari: Session, fill: Fill) -> None:
    said = complaints(
        kendari,
        fill(
            Anak=[("ANAK-1", "KEL-9", "Budi", "L", "12/03/2025", "", "stunting")],
            Kehamilan=[("KEL-9", "", "12/09/2026")],
            Pendampingan=[(ANWAR, "ANAK-1", "", "01/02/2026")],
            Pengukuran=[("ANAK-9", "05/03/2026", "8,4", "", "", "", "", "kader")],
        ),
    )
    ending = "belum tercatat dan tidak ada di lembar {}. Periksa penulisannya, atau tambahkan."
    assert said == [
        "Lembar Anak B2: Kode KEL-9 " + ending.format("Keluarga"),
        "Lembar Kehamilan A2: Kode KEL-9 " + ending.format("Keluarga"),
        f"Lembar Pendampingan A2: NIP {ANWAR} " + ending.format("ASN"),
        "Lembar Pengukuran A2: Kode ANAK-9 " + ending.format("Anak"),
    ]


def test_one_mistake_is_told_once_and_not_again_for_what_hangs_on_it(kendari: Session, fill: Fill) -> None:
    wrong_place = {**WHOLE, "Keluarga": [("KEL-1", "Sari", "", "", "Korumbaa", "Melati 1"), WHOLE["Keluarga"][1]]}
    [said] = complaints(kendari, fill(**wrong_place))
    assert said.startswith("Lembar Keluarga E2: Kelurahan Korumbaa tidak dikenal.")
    headers = {"Keluarga": ("kode_keluarga", "nama_ibu", "desa")}
    wrong_header = {**WHOLE, "Keluarga": [("KEL-1", "Sari", "Korumba")]}
    assert len(complaints(kendari, fill(headers=headers, **wrong_header))) == 1
    wrong_cell = {**WHOLE, "Anak": [("ANAK-1", "KEL-1", "Budi", "X", "12/03/2025", "", "stunting"), WHOLE["Anak"][1]]}
    assert len(complaints(kendari, fill(**wrong_cell))) == 1


@pytest.mark.parametrize(
    ("sheet", "row", "place"),
    [
        ("ASN", (ANWAR, "Anwar La Ode", "Dinas Sosial", ""), "A4"),
        ("Keluarga", ("kel-1", "Ina", "", "", "Korumba"), "A4"),
        ("Anak", ("ANAK-1", "KEL-2", "Dedi", "L", "12/03/2025", "", "stunting"), "A4"),
        ("Kehamilan", ("KEL-2", "Wati", "12/09/2026"), "C3"),
        ("Pernikahan", ("KEL-1", "01/07/2026", ""), "A3"),
        ("Pendampingan", (ANWAR, "ANAK-1", "", "15/02/2026", ""), "A4"),
        ("Koordinator", ("NUR", "0813-9999-0000", "kota", ""), "A4"),
        ("Nakes", ("Ani", "081277770000", "bidan", "Posyandu Melati 1 (Korumba)"), "A4"),
        ("Pengukuran", ("ANAK-1", "05/03/2026", "8,7", "", "", "", "", "puskesmas"), "B4"),
    ],
)
def test_a_repeated_row_is_pointed_at(
    kendari: Session, fill: Fill, sheet: str, row: tuple[Any, ...], place: str
) -> None:
    said = complaints(kendari, fill(**{**WHOLE, sheet: [*WHOLE[sheet], row]}))
    first = 3 if sheet == "Koordinator" else 2
    assert said == [f"Lembar {sheet} {place}: Baris ini mengulang baris {first}. Hapus salah satu."]


@pytest.mark.parametrize(
    ("sheet", "row", "said"),
    [
        ("Anak", ("ANAK-3", "KEL-1", "Budi", "L", TOMORROW, "", "stunting"), "E4: Tanggal lahir ini belum tiba"),
        ("Kehamilan", ("KEL-1", "", TODAY + timedelta(days=301)), "C3: HPL ini lebih dari 10 bulan lagi"),
        ("Pernikahan", ("KEL-2", TODAY + timedelta(days=401), ""), "B3: Pernikahan ini lebih dari setahun lagi"),
        ("Pernikahan", ("KEL-2", TODAY, "kuning"), "C3: Tulis hijau atau merah"),
        ("Pendampingan", (ANWAR, "", "", "01/02/2026"), "B4: Isi kode_anak atau kode_keluarga"),
        ("Pendampingan", (ANWAR, "ANAK-1", "KEL-2", "01/02/2026"), "C4: Anak ANAK-1 ada di keluarga KEL-1"),
        ("Koordinator", ("Ina", "", "kecamatan", ""), "D4: Tulis nama kecamatan"),
        ("Pengukuran", measured(TOMORROW, "8,4"), "B4: Tanggal ini belum tiba"),
        ("Pengukuran", measured("11/03/2025", "3"), "B4: Tanggal ini sebelum anak lahir (12/03/2025)"),
        ("Pengukuran", measured("06/03/2026", ""), "C4: Isi sedikitnya satu angka"),
    ],
)
def test_what_cannot_be_true_is_named(
    kendari: Session, fill: Fill, sheet: str, row: tuple[Any, ...], said: str
) -> None:
    [sentence] = complaints(kendari, fill(**{**WHOLE, sheet: [*WHOLE[sheet], row]}))
    assert sentence.startswith(f"Lembar {sheet} {said}")


def test_a_forgotten_family_is_entered_anew_only_by_its_code_and_without_its_old_consent(
    kendari: Session, fill: Fill
) -> None:
    taken(kendari, fill(**WHOLE))
    home = kendari.scalars(select(Family).where(Family.code == "KEL-1")).one()
    kendari.add(PaperConsent(
        family_id=home.id, name="Sari", relation="ibu", signed_on=TODAY, lies_at="map", entered_at=NOW,
    ))  # fmt: skip
    erasure.forget(kendari, home, NOW)
    kendari.commit()
    asked = complaints(kendari, fill(**WHOLE))
    assert any("sudah dihapus" in sentence and "--again" in sentence for sentence in asked)
    result = apply(kendari, fill(**WHOLE), NOW + timedelta(days=1), again=["kel-1"])
    assert not result.errors, list(map(str, result.errors))
    kendari.commit()
    kendari.expire_all()
    assert (home.mother_name, home.forgotten_at, home.created_at) == ("Sari", None, NOW + timedelta(days=1))
    assert consents.stands(kendari, home) is None


def test_both_the_child_and_its_family_may_be_written_and_mean_the_child(kendari: Session, fill: Fill) -> None:
    taken(kendari, fill(**{**WHOLE, "Pendampingan": [(ANWAR, "ANAK-1", "KEL-1", "01/02/2026", "")]}))
    fostering = kendari.scalars(select(Assignment)).one()
    assert (fostering.child_id is not None, fostering.family_id) == (True, None)


def test_a_weight_unlikely_at_this_age_is_doubted_and_taken(kendari: Session, fill: Fill) -> None:
    result = taken(kendari, fill(**{**WHOLE, "Pengukuran": [("ANAK-1", "05/03/2026", "25", "", "", "", "", "kader")]}))
    assert result.warnings[0].cell == "C2"
    assert "tidak biasa untuk umurnya" in result.warnings[0].sentence


def _visit(session: Session) -> int:
    budi = session.scalars(select(Child).where(Child.code == "ANAK-1")).one()
    asn = session.scalars(select(Person).where(Person.nip == ANWAR)).unique().one()
    visit = Visit(
        form="child", asn_id=asn.id, child_id=budi.id, visited_on=date(2026, 3, 5), met=True, answers={}, personal=[],
        facts={}, channel="telegram", submitted_at=NOW,
    )  # fmt: skip
    session.add(visit)
    session.flush()
    return visit.id
