"""Many areas in one go: each family once, the sums right, the same numbers as the digest, and who needs help first."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from db.children import Family
from db.roles import ScopeKind
from programme.scopes import CITY, Scope
from reports.digest import area_words, areas, kinds, message, workbook
from reports.digest.area_counts import Area, Counts, Week, help_first
from reports.digest.digest import of_scopes
from tests import people
from tests.crowd import statements
from tests.people import TODAY, WOMAN, at

FIVE = at(TODAY, "17:00")  # Wednesday, 4 March 2026
TOWN = people.city()
VILLAGE, DISTRICT, CENTRE, POST, OFFICE = (
    ScopeKind.VILLAGE, ScopeKind.DISTRICT, ScopeKind.HEALTH_CENTRE, ScopeKind.POSYANDU, ScopeKind.OFFICE,
)  # fmt: skip


def days(count: int) -> timedelta:
    return timedelta(days=count)


def foster(session: Session, name: str, asn: Any, where: Any, starts: int, **cared: Any):
    """A child of its own family, fostered since so many days; ``cared``: its family's puskesmas and posyandu."""
    home = people.family(session, f"Ibu {name}", where)
    for column, place in cared.items():
        setattr(home, column, place.id)
    child = people.child(session, home, name)
    people.fosters(session, asn, child, TODAY - days(starts))
    return child


class Town:
    """Mandonga and Tipulu in one kecamatan, Baruga in another; Pak Anwar fosters in two, Bu Rina in two."""

    def __init__(self, session: Session) -> None:
        self.mandonga, self.tipulu = people.village(session), people.village(session, "Tipulu")
        self.baruga = people.village(session, "Baruga", "Baruga")
        self.labibia = people.health_centre(session)
        self.melati = people.posyandu(session, where=self.mandonga)
        self.anwar = people.asn(session)
        self.rina = people.asn(session, "Rina Marlina", WOMAN, office_name="Dinas Pertanian")
        self.dedi = people.asn(session, "Dedi", office_name="Dinas Pertanian", reachable=False)  # never joined
        cared = {"health_centre_id": self.labibia, "posyandu_id": self.melati}
        self.rafa = foster(session, "Rafa", self.anwar, self.mandonga, 50, **cared)  # 20 days late
        self.nisa = foster(session, "Nisa", self.anwar, self.tipulu, 40)  # visited today
        self.bayu = foster(session, "Bayu", self.rina, self.tipulu, 33, health_centre_id=self.labibia)  # 3 days late
        self.tio = foster(session, "Tio", self.rina, self.baruga, 35)  # visited on Sunday the 1st, on time
        foster(session, "Kayla", self.dedi, self.baruga, 90)
        people.visit(session, self.anwar, self.nisa, TODAY)
        people.visit(session, self.rina, self.tio, date(2026, 3, 1), next_on=date(2026, 3, 20))
        people.visit(session, self.rina, self.tio, TODAY - days(33))
        alone = people.child(session, people.family(session, "Ibu Dewi", self.tipulu), "Dewi")
        people.pregnancy(session, alone.family, TODAY + days(60))
        people.referral(session, self.rafa, FIVE - days(9), "Kejang", urgency="sekarang")
        people.referral(session, self.tio, FIVE - days(1), "Demam", state="accepted")
        people.referral(session, self.tio, FIVE - days(20), "Batuk", urgency="3-7 hari")
        people.referral(session, self.bayu, FIVE - days(3), "Demam", closed_at=FIVE - days(1), state="closed")
        session.flush()

    def of(self, session: Session, kind: ScopeKind, *held: Scope) -> dict[str, Counts]:
        return {one.name: one.counts for one in areas.in_scope(session, held or [CITY], kind, FIVE, TOWN)}


def test_each_area_has_its_own_numbers_and_their_sum_is_the_kecamatans_and_the_citys(session: Session):
    town = Town(session)
    villages = town.of(session, VILLAGE)
    rafas = villages["Kel. Mandonga (Mandonga)"]
    assert (rafas.fostered, rafas.late, rafas.longest, rafas.danger, rafas.unhandled) == (1, 1, 20, 1, 1)
    assert rafas.ages == (0, 0, 1, 0)
    tipulu = villages["Kel. Tipulu (Mandonga)"]
    assert (tipulu.fostered, tipulu.seen, tipulu.late, tipulu.longest) == (2, 1, 1, 3)
    assert tipulu.unassigned == 2  # Dewi and her mother
    baruga = villages["Kel. Baruga (Baruga)"]
    assert (baruga.fostered, baruga.not_joined, baruga.late, baruga.referrals) == (2, 1, 0, 2)
    assert (baruga.unhandled, baruga.danger, baruga.ages) == (1, 0, (1, 0, 0, 1))
    assert baruga.week == Week(date(2026, 2, 23), 1, 1, 1)  # Tio: due within the week, visited on its Sunday

    [whole] = town.of(session, ScopeKind.CITY).values()
    for kind in (VILLAGE, DISTRICT, CENTRE, POST):
        parts = list(town.of(session, kind).values())
        for name in ("fostered", "needed", "seen", "late", "unassigned", "referrals", "unhandled", "danger"):
            assert sum(getattr(one, name) for one in parts) == getattr(whole, name), (kind, name)
        assert [sum(column) for column in zip(*(one.ages for one in parts), strict=True)] == list(whole.ages)
        for at_week, week in enumerate(whole.weeks):
            assert [sum(one.weeks[at_week][place] for one in parts) for place in (1, 2, 3)] == list(week[1:])
    assert whole.longest == 20


def test_families_without_a_puskesmas_and_their_offices_are_said_apart(session: Session):
    town = Town(session)
    centres = town.of(session, CENTRE)
    assert {name: one.fostered for name, one in centres.items()} == {
        "Puskesmas Labibia": 2, "Belum punya puskesmas": 3,
    }  # fmt: skip
    assert "Posyandu Melati 1, Kel. Mandonga" in town.of(session, POST)
    offices = town.of(session, OFFICE)
    assert {name: (one.fostered, one.late, one.referrals) for name, one in offices.items()} == {
        "Dinas Kominfo": (2, 1, 1), "Dinas Pertanian": (3, 1, 2),
    }  # fmt: skip


def test_the_numbers_are_those_of_the_digest_of_the_same_scope(session: Session):
    town = Town(session)
    scopes = [
        CITY, Scope(DISTRICT, town.mandonga.district_id), Scope(VILLAGE, town.tipulu.id),
        Scope(OFFICE, town.rina.office_id or 0),
        Scope(CENTRE, town.labibia.id), Scope(POST, town.melati.id),
    ]  # fmt: skip
    for scope in scopes:
        digest = of_scopes(session, [scope], FIVE, TOWN)
        one = areas.of_one(session, scope.kind, scope.id, FIVE, TOWN)  # pyright: ignore
        assert one is not None
        said, counted = digest.visits, one.counts
        assert (counted.needed, counted.seen, counted.late) == (said.needed, said.seen, len(said.late)), scope
        assert (counted.not_joined, counted.longest) == (
            len(said.not_joined), max((late.days for late in said.late), default=0)
        ), scope  # fmt: skip
        assert counted.referrals == len(digest.referrals.open), scope
        assert counted.questions == len(digest.questions.late), scope


def test_nobody_sees_areas_beyond_their_scope_and_an_office_no_health(session: Session):
    town = Town(session)
    mandonga = Scope(DISTRICT, town.mandonga.district_id)
    assert set(town.of(session, VILLAGE, mandonga)) == {"Kel. Mandonga (Mandonga)", "Kel. Tipulu (Mandonga)"}
    assert not town.of(session, ScopeKind.CITY, mandonga)
    # Of an office that fosters elsewhere too, a kecamatan is shown what is in it.
    assert town.of(session, OFFICE, mandonga)["Dinas Pertanian"].fostered == 1
    office = Scope(OFFICE, town.rina.office_id or 0)
    assert areas.kinds([office]) == (OFFICE,)
    for kind in (VILLAGE, DISTRICT, CENTRE, POST, ScopeKind.CITY):
        assert not town.of(session, kind, office)
    # Somebody of another office fosters Tio too: that office is not this one's to see.
    people.fosters(session, town.anwar, town.tio, TODAY - days(5))
    [(name, own)] = town.of(session, OFFICE, office).items()
    assert (name, own.fostered, own.referrals) == ("Dinas Pertanian", 3, 2)
    assert (own.danger, own.unhandled, own.questions, own.unassigned) == (0, 0, 0, 0)
    # Who leads an office and a kelurahan sees by kelurahan those of the kelurahan alone.
    assert set(town.of(session, VILLAGE, office, Scope(VILLAGE, town.mandonga.id))) == {"Kel. Mandonga (Mandonga)"}


def test_a_place_nobody_knows_has_no_numbers(session: Session):
    village = people.village(session)
    assert areas.of_one(session, VILLAGE, 99, FIVE, TOWN) is None
    empty = areas.of_one(session, VILLAGE, village.id, FIVE, TOWN)
    assert empty is not None
    assert empty.counts.fostered == 0
    assert not areas.in_scope(session, [CITY], VILLAGE, FIVE, TOWN)


def test_the_number_of_statements_does_not_grow_with_the_areas(session: Session):
    town = Town(session)

    def counted() -> int:
        session.flush()
        session.expire_all()
        with statements(session) as asked:
            numbers = areas.count(session, [CITY], FIVE, TOWN)
            for kind in areas.kinds([CITY]):
                numbers.of(kind)
        return len(asked)

    few = counted()
    for number in range(12):
        foster(session, f"Anak{number}", town.anwar, people.village(session, f"Kelurahan {number}"), 45)
    assert session.query(Family).count() > 12
    assert counted() == few <= 40


def test_the_digest_is_told_the_three_areas_that_need_help_first(session: Session):
    town = Town(session)

    def lines(*held: Scope) -> tuple[str, ...]:
        return of_scopes(session, held, FIVE, TOWN).areas

    head = "🗺️ *Perlu dibantu dulu*"
    # Baruga needs no help.
    assert lines(CITY) == (head, "1. Kec. Mandonga: 1 bahaya, terlambat 2 dari 3")
    assert lines(Scope(DISTRICT, town.mandonga.district_id)) == (
        head,
        "1. Kel. Mandonga: 1 bahaya, terlambat 1 dari 1",
        "2. Kel. Tipulu: terlambat 1 dari 2, 2 tanpa pendamping",
    )
    assert not lines(Scope(OFFICE, town.rina.office_id or 0))
    assert not lines(Scope(POST, town.melati.id))


def test_the_message_the_lines_of_the_areas_and_the_workbook_say_the_same_numbers(session: Session, tmp_path: Path):
    """Read back from the file that a coordinator opens."""
    town = Town(session)
    kendari = people.city(tmp_path)
    digest = of_scopes(session, [CITY], FIVE, kendari)
    book = CalamineWorkbook.from_path(str(tmp_path / workbook.write(digest, "digest:1", tmp_path)))

    def sheet(name: str) -> dict[str, dict[str, Any]]:
        head, *rows = book.get_sheet_by_name(name).to_python()
        return {str(row[0]): dict(zip(map(str, head), row, strict=True)) for row in rows}

    summary = {name: row["Jumlah"] for name, row in sheet("Ringkasan").items()}
    text = message.message(digest, kendari).text
    waiting = {one.title: one.count for one in kinds.of(digest)}
    assert waiting == {
        "Bahaya belum ditangani": 1, "Pertanyaan lama menunggu": 0, "Rujukan tertahan": 2, "Kunjungan terlambat": 2,
        "Belum ada pendamping": 2,
    }  # fmt: skip
    for words, count in waiting.items():
        assert summary["Terlambat" if words == "Kunjungan terlambat" else words] == count, words
        assert f"{words}: {count}" in text or not count
    assert "tepat waktu 50%" in text  # Tio's; Bayu's fell due on Sunday too
    assert (summary["Jatuh tempo minggu lalu"], summary["Tepat waktu minggu lalu"]) == (2, 1)

    for name, kind in (("OPD", OFFICE), ("Kecamatan", DISTRICT), ("Kelurahan", VILLAGE), ("Puskesmas", CENTRE)):
        found, told = sheet(name), areas.in_scope(session, [CITY], kind, FIVE, kendari)
        assert list(found) == [one.name for one in told]
        for one in told:
            said, row = area_words.line(one), found[one.name]
            if one.counts.late:
                assert f"terlambat {row['Terlambat']:.0f} dari {row['Didampingi']:.0f} (terlama" in said
            assert row["Rujukan terbuka"] == one.counts.referrals == sum(
                row[f"Rujukan {age}"] for age in ("0-2 hari", "3-7 hari", "8-14 hari", "lebih dari 14 hari")
            )  # fmt: skip
            assert row["Tepat waktu"] == one.counts.week.on_time
        for column, whole in (
            ("Terlambat", summary["Terlambat"]), ("Perlu dikunjungi bulan ini", summary["Perlu dikunjungi bulan ini"]),
            ("Dikunjungi bulan ini", summary["Dikunjungi bulan ini"]), ("Rujukan terbuka", summary["Rujukan terbuka"]),
            ("Jatuh tempo minggu lalu", 2), ("Tepat waktu", 1), ("Bahaya belum ditangani", 1),
            ("Belum ada pendamping", 2),
        ):  # fmt: skip
            if kind != OFFICE or column not in ("Bahaya belum ditangani", "Belum ada pendamping"):
                assert sum(row[column] for row in found.values()) == whole, (name, column)
    assert "Kec. Mandonga: 1 bahaya, terlambat 2 dari 3" in text
    mandonga = sheet("Kecamatan")["Kec. Mandonga"]
    assert (mandonga["Bahaya belum ditangani"], mandonga["Terlambat"], mandonga["Didampingi"]) == (1, 2, 3)

    # An office has its own line, no place and nothing about health but that referrals are open.
    office = of_scopes(session, [Scope(OFFICE, town.rina.office_id or 0)], FIVE, kendari)
    book = CalamineWorkbook.from_path(str(tmp_path / workbook.write(office, "digest:2", tmp_path)))
    assert {"Kecamatan", "Kelurahan", "Puskesmas", "Pengukuran"}.isdisjoint(book.sheet_names)
    [own] = sheet("OPD").values()
    assert (own["Nama"], own["Terlambat"], own["Rujukan terbuka"]) == ("Dinas Pertanian", 1, 2)
    assert {"Bahaya belum ditangani", "Belum ada pendamping", "Pertanyaan lama menunggu"}.isdisjoint(own)


@pytest.mark.parametrize(
    ("held", "kind"),
    [
        ([], None), ([CITY], DISTRICT), ([Scope(DISTRICT, 1)], VILLAGE),
        ([Scope(DISTRICT, 1), Scope(DISTRICT, 2)], DISTRICT),
        ([Scope(VILLAGE, 1)], POST), ([Scope(VILLAGE, 1), Scope(VILLAGE, 2)], VILLAGE), ([Scope(CENTRE, 1)], POST),
        ([Scope(POST, 1)], None), ([Scope(OFFICE, 1)], None), ([Scope(OFFICE, 1), Scope(OFFICE, 2)], OFFICE),
        ([Scope(OFFICE, 1), Scope(VILLAGE, 1)], POST), ([Scope(VILLAGE, 1), CITY], DISTRICT),
    ],
)  # fmt: skip
def test_scopes_are_compared_by_their_parts(held: list[Scope], kind: ScopeKind | None):
    assert areas.widest(held) == kind


def test_what_needs_help_first_is_an_order_not_a_score():
    def area(name: str, **numbers: int) -> Area:
        return Area(VILLAGE, 1, name, Counts(fostered=10, **numbers))

    found = [
        area("tenang"), area("belum punya", unassigned=3), area("terlambat", late=4), area("sedikit terlambat", late=1),
        area("bahaya", danger=1), area("bahaya dan terlambat", danger=1, late=2),
    ]  # fmt: skip
    assert [one.name for one in help_first(found)] == [
        "bahaya dan terlambat", "bahaya", "terlambat", "sedikit terlambat", "belum punya", "tenang",
    ]  # fmt: skip
    assert [one.name for one in found if not one.counts.needs_help] == ["tenang"]
