"""Foster parents as they are in the workbook: without a NIP, whole offices, delegates, superiors, who follows whom."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Child, Family
from db.fostering import Assignment, Delegate, acting_for, answerable, foster_parents, visitors
from db.outbox import PLANNED, Kind, Outgoing
from db.people import Address, Person, PersonRole
from db.referrals import ReferralState
from programme.fosterings import fosterings
from reports.workbook.answers import Answer
from reports.workbook.importing import Result, apply, plan
from tests import people
from tests.people import city
from tests.reports.workbook.conftest import ANWAR, BUDI, NOW, RAHMA, SARI, WHOLE, Fill, Rows

TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)
SISKA = "Siska Karina Imran"
STARS = "198812122011012003"

PEOPLE: Rows = [
    # nip, nama, opd, hp, jk, kode, jenis, jabatan, bidang, atasan
    (ANWAR, "Anwar, S.Sos", "Dinas Kesehatan", "081234567801", "", "", "", "Staf", "Gizi", RAHMA),
    (RAHMA, "Rahma", "Dinas Kesehatan", "", "", "", "", "Kepala Bidang", "Gizi", "siska karina imran"),
    ("", SISKA, "Pemerintah Kota", "081200000001", "P", "WALI-1", "orang", "Wali Kota", "", ""),
    ("", "Baznas Kota Kendari", "", "", "", "", "lembaga", "", "", ""),
    ("", "Dinas Kominfo", "Dinas Kominfo", "", "", "", "kantor", "", "", ""),
    ("", "Yusuf", "Baznas Kota Kendari", "", "L", "", "", "Amil", "", ""),
]
DELEGATES: Rows = [
    ("wali-1", ANWAR, "01/02/2026", ""),
    ("WALI-1", "Rahma", "01/02/2026", "01/03/2026"),
    ("Baznas Kota Kendari", "Yusuf", "01/02/2026", ""),
]


def entered(session: Session, path: Path, **more: Any) -> Result:
    result = apply(session, path, NOW, city=city(), **more)
    assert not result.errors, list(map(str, result.errors))
    session.commit()
    return result


def named(session: Session, name: str) -> Person:
    return session.scalars(select(Person).where(Person.name == name)).unique().one()


def held(session: Session, code: str = "ANAK-1") -> list[tuple[str, str, str, date | None, str]]:
    query = select(Assignment).join(Child, Child.id == Assignment.child_id).where(Child.code == code)
    return [
        (one.asn.name, one.part, one.state, one.ends, one.end_reason)
        for one in session.scalars(query.order_by(Assignment.id))
    ]


# --- who fosters ------------------------------------------------------------------------------------


def test_the_mayor_baznas_and_a_whole_office_come_with_delegates_and_superiors(kendari: Session, fill: Fill) -> None:
    path = fill(
        ASN=PEOPLE, Wakil=DELEGATES, Keluarga=[SARI], Anak=[BUDI],
        Pendampingan=[("", "ANAK-1", "", "01/02/2026", "", "WALI-1"), ("", "", "KEL-1", "01/02/2026", "", "wali-1")],
    )  # fmt: skip
    assert entered(kendari, path).warnings == ()
    siska, anwar, rahma = named(kendari, SISKA), named(kendari, "Anwar, S.Sos"), named(kendari, "Rahma")
    baznas, kominfo = named(kendari, "Baznas Kota Kendari"), named(kendari, "Dinas Kominfo")
    assert (siska.kind, siska.nip, siska.code, siska.rank) == ("orang", None, "WALI-1", "Wali Kota")
    assert [one.code for one in (anwar, baznas)] == [f"OTA-{one.id:05}" for one in (anwar, baznas)]
    assert [(one.kind, one.office and one.office.name) for one in (baznas, kominfo)] == [
        ("lembaga", "Baznas Kota Kendari"), ("lembaga", "Dinas Kominfo"),
    ]  # fmt: skip
    assert (anwar.superior, rahma.superior, siska.superior) == (rahma, siska, None)
    assert (anwar.rank, anwar.unit) == ("Staf", "Gizi")
    assert visitors(kendari, siska.id, TODAY) == [anwar]
    assert visitors(kendari, baznas.id, TODAY) == [named(kendari, "Yusuf")]
    assert set(kendari.scalars(acting_for(anwar.id, TODAY))) == {anwar.id, siska.id}
    again = entered(kendari, path)
    assert (again.added, again.changes, again.unchanged) == (0, (), 13)


def test_an_office_without_delegates_is_pointed_at_once(kendari: Session, fill: Fill) -> None:
    anak = [BUDI, ("ANAK-2", "KEL-1", "Citra", "P", "12/03/2023", "", "stunting")]
    office = ("", "Dinas Kominfo", "", "", "", "KOM", "lembaga")
    rows = [("", code, "", "01/02/2026", "", "KOM") for code in ("ANAK-1", "ANAK-2")]
    result = entered(kendari, fill(ASN=[office], Keluarga=[SARI], Anak=anak, Pendampingan=rows))
    assert [(one.cell, one.sentence) for one in result.warnings] == [
        ("F2", "Dinas Kominfo belum punya wakil, jadi belum ada yang berkunjung. Isi lembar Wakil.")
    ]


def test_who_has_no_nip_is_found_again_by_code_or_by_name_and_office(kendari: Session, fill: Fill) -> None:
    entered(kendari, fill(ASN=[("", "Yusuf", "Baznas", "", "", "", "", "Amil")]))
    assert entered(kendari, fill(ASN=[("", "H. Yusuf", "Baznas", "", "L", "YSF", "", "Ketua")])).changed == 1
    assert entered(kendari, fill(ASN=[("", "Yusup", "Dinas PU", "", "", "ysf")])).changed == 1
    assert entered(kendari, fill(ASN=[(ANWAR, "Yusup", "Dinas PU", "", "", "YSF")])).changed == 1
    yusuf = kendari.scalars(select(Person)).unique().one()
    assert (yusuf.name, yusuf.nip, yusuf.code, yusuf.rank) == ("Yusup", ANWAR, "YSF", "Ketua")
    assert entered(kendari, fill(ASN=[("", "Yusup", "Baznas", "")])).added == 1


WRONG: list[tuple[dict[str, Rows], str]] = [
    ({"ASN": [("", "Anwar")]}, "ASN A2: Isi nip, kode, opd, atau hp"),
    ({"ASN": [(STARS, "Bintang")]}, "ASN C2: Kolom opd belum diisi"),
    ({"ASN": [(STARS, "Baznas", "", "", "", "", "lembaga")]}, "ASN A2: Lembaga tidak punya NIP"),
    ({"ASN": [(ANWAR, "Bintang", "PU", "", "", "WALI-1")]}, f"ASN F2: Kode ini milik {SISKA}, bukan pemilik NIP itu"),
    ({"ASN": [(STARS, "Bintang", "PU", "", "", "B-1"), ("", "Bintang", "PU", "", "", "B-1")]}, "ASN F3: Baris ini"),
    ({"ASN": [(RAHMA, "Rahma", "Dinas Kesehatan", "", "", "", "", "", "", RAHMA)]}, "ASN J2: Seseorang bukan atasan"),
    ({"ASN": [("", SISKA, "", "", "", "WALI-1", "", "", "", ANWAR)]},
     f"ASN J2: Atasannya berputar: {SISKA} → Anwar, S.Sos → Rahma → {SISKA}."),
    ({"ASN": [(STARS, "Bintang", "PU", "", "", "", "", "", "", "Rahmah")]},
     "ASN J2: Rahmah belum tercatat dan tidak ada di lembar ASN. Tulis NIP, kode, atau nama lengkapnya, "
     "atau tambahkan. Maksudnya Rahma?"),
    ({"ASN": [(STARS, "Bintang", "PU", "", "", "", "", "", "", "Baznas Kota Kendari")]}, "ASN J2: Tulis orangnya"),
    ({"ASN": [(STARS, "Rahma", "PU"), (STARS[:-1] + "4", "Bintang", "PU", "", "", "", "", "", "", "Rahma")]},
     "ASN J3: Ada 2 orang bernama Rahma. Tulis NIP atau kodenya."),
    ({"Wakil": [("WALI-1", "WALI-1", "01/02/2026")]}, "Wakil B2: Seseorang tidak mewakili dirinya sendiri"),
    ({"Wakil": [("WALI-1", "Dinas Kominfo", "01/02/2026")]}, "Wakil B2: Wakil harus orang"),
    ({"Wakil": [("WALI-1", STARS, "01/02/2026")]}, f"Wakil B2: NIP {STARS} belum tercatat"),
    ({"Wakil": [("WALI-1", ANWAR, "01/02/2026", "31/01/2026")]}, "Wakil D2: Hari terakhir ini sebelum mulai"),
    ({"Wakil": [("WALI-1", ANWAR, "01/02/2026"), ("WALI-1", "Anwar", "01/03/2026")]}, "Wakil B3: Baris ini mengulang"),
    ({"Pendampingan": [("", "ANAK-1", "", "01/02/2026")]}, "Pendampingan A2: Isi nip atau kode orang tua asuhnya."),
    ({"Pendampingan": [(ANWAR, "ANAK-1", "", "01/02/2026", "", "WALI-1")]}, "Pendampingan F2: Kode ini milik"),
    ({"Pendampingan": [("", "ANAK-1", "", "01/02/2026", "", "B-9")]}, "Pendampingan F2: Kode B-9 belum tercatat"),
    ({"Pendampingan": [(ANWAR, "ANAK-1", "", "01/02/2026", "", "", "", "31/01/2026")]}, "Pendampingan H2: Hari ter"),
    ({"Pendampingan": [(ANWAR, "ANAK-1", "", "01/02/2026", "", "", "", "", "pensiun")]}, "Pendampingan H2: Tulis juga"),
    ({"Pendampingan": [(ANWAR, "ANAK-1", "", "01/02/2026", "", "", "sementara")]}, "Pendampingan H2: Pengganti"),
    ({"Pendampingan": [(ANWAR, "ANAK-1", "", "01/02/2026", "", "", "sementara", "01/04/2026")]},
     "Pendampingan G2: Belum ada pendamping utama"),
    ({"Pendampingan": [(one, "ANAK-1", "", "01/02/2026", "", "", "utama") for one in (ANWAR, RAHMA)]},
     "Pendampingan G3: Anwar, S.Sos sudah tertulis sebagai pendamping utama di lembar Pendampingan baris 2."),
]  # fmt: skip


def test_what_cannot_stand_about_foster_parents_is_named(kendari: Session, fill: Fill) -> None:
    entered(kendari, fill(ASN=PEOPLE, Keluarga=[SARI], Anak=[BUDI]))
    for sheets, said in WRONG:
        [error] = plan(kendari, fill(**sheets), NOW).result.errors
        assert str(error).startswith(f"Lembar {said}"), str(error)


# --- who follows whom -------------------------------------------------------------------------------


class Fostered:
    """Budi, whom Pak Anwar fosters since February and has not visited; Bu Rahma's NIP now stands in his row."""

    def __init__(self, session: Session, fill: Fill):
        self.session, self.fill = session, fill
        entered(session, fill(**{**WHOLE, "Pendampingan": [(ANWAR, "ANAK-1", "", "01/02/2026", "440/1/2026")]}))
        self.anwar, self.rahma = named(session, "Anwar"), named(session, "Rahma")
        for one in (self.anwar, self.rahma):
            people.address(session, one)
        session.commit()

    def row(self, nip: str = RAHMA, starts: str = "01/03/2026", *more: str) -> Path:
        return self.fill(Pendampingan=[(nip, "ANAK-1", "", starts, "", "", *more)])

    def child(self) -> Child:
        return self.session.scalars(select(Child).where(Child.code == "ANAK-1")).one()

    def heard(self, who: Person) -> str:
        query = select(Outgoing).where(Outgoing.kind == Kind.HANDOVER, Outgoing.person_id == who.id)
        return "\n".join(row.message["text"] for row in self.session.scalars(query) if row.state == PLANNED)


@pytest.fixture
def fostered(kendari: Session, fill: Fill) -> Fostered:
    return Fostered(kendari, fill)


def test_another_nip_for_a_child_is_a_question_and_nothing_is_written_before_it_is_answered(fostered: Fostered) -> None:
    session = fostered.session
    before = held(session)
    assert session.scalars(select(Assignment.known_from)).one() == TODAY
    more = fostered.fill(
        Keluarga=[("KEL-9", "Ina", "", "", "Korumba")], Pendampingan=[(RAHMA, "ANAK-1", "", "01/03/2026")]
    )
    assert len(entered(session, more).questions) == 1
    assert session.scalars(select(Family).where(Family.code == "KEL-9")).all() == [], "not the other rows either"
    path = fostered.row()
    result = entered(session, path)
    assert held(session) == before
    [question] = result.questions
    assert (question.key, question.about, question.name) == (f"ANAK-1:{RAHMA}", "ANAK-1", "Budi")
    assert (question.old, question.new, question.problem.cell) == ("Anwar", "Rahma", "G2")
    assert "Budi (ANAK-1) sudah didampingi Anwar. Gantikan dengan Rahma?" in str(question)

    done = entered(session, path, answers={question.key: Answer.SUCCESSOR})
    assert (done.added, done.questions) == (1, ())
    assert done.changes == ("Pendampingan baris 2: Rahma menggantikan Anwar (selesai 20/03/2026)",)
    assert held(session) == [
        ("Anwar", "utama", "selesai", TODAY, "dialihkan"), ("Rahma", "utama", "aktif", None, ""),
    ]  # fmt: skip
    old, new = session.scalars(select(Assignment).order_by(Assignment.id))
    assert (new.replaces_id, new.starts, new.known_from) == (old.id, date(2026, 3, 1), TODAY)
    assert answerable(session, fostered.child(), TODAY) == fostered.rahma
    assert [one.asn_id for one in fosterings(session, TODAY, 30)] == [fostered.rahma.id], "Pak Anwar is not late"
    assert "terima kasih banyak sudah mendampingi Adik Budi" in fostered.heard(fostered.anwar)
    assert "mendampingi, melanjutkan dari Pak Anwar" in fostered.heard(fostered.rahma)

    # The same file, and last month's list, change nothing and ask nothing.
    for again in (path, fostered.row(ANWAR, "01/02/2026")):
        result = entered(session, again)
        assert (result.added, result.changed, result.questions) == (0, 0, ())


def test_a_correction_ends_the_old_one_without_thanks(fostered: Fostered) -> None:
    result = entered(fostered.session, fostered.row(RAHMA, "01/03/2026", "koreksi"))
    assert result.questions == ()
    assert held(fostered.session)[0] == ("Anwar", "utama", "selesai", TODAY, "keliru")
    assert answerable(fostered.session, fostered.child(), TODAY) == fostered.rahma
    assert "terima kasih" not in fostered.heard(fostered.anwar)


def test_a_companion_stands_beside_the_main_one_until_he_retires(fostered: Fostered) -> None:
    session = fostered.session
    entered(session, fostered.row(), answer=Answer.COMPANION)
    both = [("Anwar", "utama", "aktif", None, ""), ("Rahma", "pendamping", "aktif", None, "")]
    assert held(session) == both
    assert "mendampingi:\n• *Adik Budi (ANAK-1)*, Korumba (Mandonga)" in fostered.heard(fostered.rahma)
    assert entered(session, fostered.row()).unchanged == 1
    assert entered(session, fostered.row(RAHMA, "01/03/2026", "utama")).questions[0].old == "Anwar"
    path = fostered.row(RAHMA, "01/03/2026", "pengganti", "", "pensiun")
    entered(session, path)
    assert held(session)[0] == ("Anwar", "utama", "selesai", TODAY, "pensiun")
    assert answerable(session, fostered.child(), TODAY) == fostered.rahma
    assert foster_parents(session, fostered.child(), TODAY) == [fostered.rahma]
    again = entered(session, path)
    assert (again.added, again.changed) == (0, 0)


def test_a_last_day_ends_the_assignment_and_somebody_else_may_follow_without_a_question(fostered: Fostered) -> None:
    session = fostered.session
    rows = [
        (RAHMA, "ANAK-1", "", "01/04/2026", "", "", "", "", ""),
        (ANWAR, "ANAK-1", "", "01/02/2026", "", "", "", "31/03/2026", "pensiun"),
    ]
    path = fostered.fill(Pendampingan=rows)
    result = entered(session, path)
    assert (result.questions, result.added, result.changed) == ((), 1, 1)
    assert held(session) == [
        ("Anwar", "utama", "aktif", date(2026, 3, 31), "pensiun"), ("Rahma", "utama", "aktif", None, ""),
    ]  # fmt: skip
    assert answerable(session, fostered.child(), TODAY) == fostered.anwar
    assert answerable(session, fostered.child(), date(2026, 4, 1)) == fostered.rahma
    assert entered(session, path).unchanged == 2
    assert "Tugas itu selesai" in fostered.heard(fostered.anwar)

    gone = fostered.row(ANWAR, "01/02/2026", "", f"{YESTERDAY:%d/%m/%Y}", "mutasi")
    assert entered(session, gone).changes == (
        "Pendampingan baris 2 (198503122010011001): selesai 31/03/2026 → 19/03/2026; alasan pensiun → mutasi; "
        "keadaan aktif → selesai",
    )
    assert held(session)[0] == ("Anwar", "utama", "selesai", YESTERDAY, "mutasi")
    assert entered(session, gone).unchanged == 1


def test_two_new_foster_parents_of_one_child_are_a_main_one_and_a_companion(kendari: Session, fill: Fill) -> None:
    rows = [(ANWAR, "ANAK-1", "", "01/02/2026"), (RAHMA, "ANAK-1", "", "01/02/2026")]
    path = fill(**{**WHOLE, "Pendampingan": rows})
    [warning] = entered(kendari, path).warnings
    assert (warning.cell, "dicatat sebagai pendamping" in warning.sentence) == ("G3", True)
    assert [one[:2] for one in held(kendari)] == [("Anwar", "utama"), ("Rahma", "pendamping")]
    again = entered(kendari, path)
    assert (again.unchanged, again.warnings, again.questions) == (16, (), ())


# --- roles ------------------------------------------------------------------------------------------


def test_a_role_has_a_last_day_and_a_departed_midwife_leaves_no_referral(kendari: Session, fill: Fill) -> None:
    entered(kendari, fill(**WHOLE))
    tuti = named(kendari, "Tuti")
    people.address(kendari, tuti)
    budi = kendari.scalars(select(Child).where(Child.code == "ANAK-1")).one()
    referral = people.referral(kendari, budi, NOW - timedelta(days=1), "lemas")
    referral.state, referral.accepted_by, referral.accepted_at = ReferralState.ACCEPTED, tuti.id, NOW
    kendari.commit()

    def told(last: str) -> Result:
        return entered(kendari, fill(Nakes=[("Tuti", "", "bidan", "Puskesmas Labibia", "P", last)]))

    def last() -> list[date | None]:
        held = select(PersonRole.ends).where(PersonRole.person_id == tuti.id)
        return list(kendari.scalars(held))

    told("")
    assert (told("31/03/2026").changes, last()) == (
        ("Nakes baris 2 (Tuti): selesai kosong → 31/03/2026",), [date(2026, 3, 31)],
    )  # fmt: skip
    assert (told("31/03/2026").unchanged, told("").unchanged) == (1, 1)
    assert (told("belum").changed, told("belum").unchanged, last()) == (1, 1, [None])

    assert told(f"{YESTERDAY:%d/%m/%Y}").changed == 1
    assert (last(), referral.accepted_by, referral.state) == ([], None, "sent")
    assert kendari.scalars(select(Address.person_id)).all() == [None]
    again = told(f"{YESTERDAY:%d/%m/%Y}")
    assert (again.added, again.changed, last()) == (0, 0, []), "the same file again gives nothing back"


def test_an_old_file_without_the_new_columns_is_read_as_before(kendari: Session, fill: Fill) -> None:
    old = {
        "ASN": ("nip", "nama", "opd", "hp"),
        "Pendampingan": ("nip", "kode_anak", "kode_keluarga", "mulai", "nomor_sk"),
        "Koordinator": ("nama", "hp", "lingkup", "nilai"), "Nakes": ("nama", "hp", "peran", "tempat"),
    }  # fmt: skip
    result = entered(kendari, fill(old, **WHOLE))
    assert (result.added, result.warnings) == (16, ())
    again = entered(kendari, fill(**WHOLE))
    assert (again.added, again.changed) == (0, 0)
    assert kendari.scalars(select(Delegate)).all() == []
