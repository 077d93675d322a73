"""What Bu Ratna reads at five: numbers that are right for her scope, and words that lead to a next step."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import event
from sqlalchemy.orm import Session

from db.consent import LessonGap
from db.measurements import REPORTED
from db.outbox import FAILED, SENT, SKIPPED, Outgoing
from db.people import AddressState
from db.subjects import subject
from flow.message import Message
from programme.scopes import CITY as WHOLE_CITY
from programme.scopes import Scope
from reports.digest import digest
from reports.digest.digest import is_quiet, of_scopes
from reports.digest.model import Digest
from rules.calendar import BEFORE_JOINING
from rules.status import Height
from tests import people
from tests.people import TODAY, WOMAN, at

FIVE = at(TODAY, "17:00")
TOWN = people.city()


def days(count: int) -> timedelta:
    return timedelta(days=count)


def count(session: Session, *scopes: Scope) -> Digest:
    session.flush()
    return of_scopes(session, scopes or [WHOLE_CITY], FIVE, TOWN)


def foster(session: Session, name: str, asn: Any, starts: int = 10, **more: Any):
    """A child of its own family, fostered since so many days."""
    where = more.pop("where", None)
    child = people.child(session, people.family(session, f"Ibu {name}", where), name, **more)
    people.fosters(session, asn, child, TODAY - days(starts))
    return child


def lesson_row(session: Session, person_id: int, name: str, state: str, reason: str = "", ago: int = 0) -> None:
    when = at(TODAY, "09:30") - days(ago)
    session.add(
        Outgoing(
            key=f"lesson:{person_id}:{name}:1", kind="lesson", channel="simulator", address="x", person_id=person_id,
            lane=2, message={"text": name}, due_at=when, state=state, reason=reason, created_at=when, settled_at=when,
        )
    )  # fmt: skip


def test_visits_are_counted_today_yesterday_and_against_what_the_month_asks(session: Session):
    anwar = people.asn(session)
    rafa, nisa, _later = (foster(session, name, anwar, 25) for name in ("Rafa", "Nisa", "Bayu"))
    people.visit(session, anwar, rafa, TODAY)
    people.visit(session, anwar, nisa, TODAY - days(1), met=False)
    people.visit(session, anwar, nisa, TODAY, undone_at=FIVE)
    foster(session, "Tio", anwar, 0)
    visits = count(session).visits
    assert (visits.today, visits.met_today, visits.yesterday) == (1, 1, 1)
    assert visits.seen == 2
    assert visits.needed == 3  # Rafa, Nisa, and Bayu, who falls due on the 9th; Tio only in April


def test_the_official_weighings_of_the_month_are_counted_as_posyandu_count_them(session: Session):
    home = people.family(session)
    for name, grams in (("Nisa", 400), ("Rafa", 0)):
        child = people.child(session, home, name, TODAY - timedelta(days=300))
        people.measured(session, child, TODAY - timedelta(days=25), 7.8, None)
        people.measured(session, child, TODAY - timedelta(days=1), 7.8 + grams / 1000, None)
    found = count(session)
    assert (found.recap.s, found.recap.d, found.recap.n, found.recap.t) == (2, 2, 1, 1)
    assert "Timbang resmi: 2 dari 2 anak. Naik 1, tidak naik 1, bulan lalu tidak datang 0, baru 0." in words(found)


def test_the_longest_overdue_stands_first(session: Session):
    anwar, rina = people.asn(session), people.asn(session, "Rina Marlina", WOMAN)
    rafa = foster(session, "Rafa", anwar, 35)
    nisa = foster(session, "Nisa", rina, 50)
    late = count(session).visits.late
    assert [(one.asn, one.code, one.days, one.village) for one in late] == [
        ("Bu Rina", nisa.code, 20, "Mandonga (Mandonga)"), ("Pak Anwar", rafa.code, 5, "Mandonga (Mandonga)"),
    ]  # fmt: skip


def test_a_visit_today_shows_as_one_fewer_than_yesterday(session: Session):
    anwar = people.asn(session)
    rafa = foster(session, "Rafa", anwar, 40)
    foster(session, "Nisa", anwar, 40)
    people.visit(session, anwar, rafa, TODAY)
    digest = count(session)
    assert (len(digest.visits.late), digest.visits.late_yesterday) == (1, 2)
    assert "(berkurang 1 dari kemarin)" in words(digest)


def test_who_fell_late_today_shows_as_one_more_than_yesterday(session: Session):
    foster(session, "Rafa", people.asn(session), 31)
    digest = count(session)
    assert (len(digest.visits.late), digest.visits.late_yesterday) == (1, 0)
    assert not is_quiet(digest)


def test_each_coordinator_sees_their_own(session: Session):
    mandonga, wawombalata = people.village(session), people.village(session, "Wawombalata")
    baruga = people.village(session, "Baruga", "Baruga")
    anwar = people.asn(session)
    rina = people.asn(session, "Rina", WOMAN, office_name="Dinas Pertanian")
    children = [
        foster(session, "Rafa", anwar, 40, where=mandonga), foster(session, "Nisa", rina, 40, where=wawombalata),
        foster(session, "Bayu", rina, 40, where=baruga),
    ]  # fmt: skip
    named = {subject(child): child.name for child in children}

    def names(*scopes: Scope) -> list[str]:
        return sorted(named[one.about] for one in count(session, *scopes).visits.late)

    assert names(Scope("opd", anwar.office_id or 0)) == ["Rafa"]
    assert names(Scope("opd", rina.office_id or 0)) == ["Bayu", "Nisa"]
    assert names(Scope("kelurahan", mandonga.id)) == ["Rafa"]
    assert names(Scope("kecamatan", mandonga.district_id)) == ["Nisa", "Rafa"]
    assert names(WHOLE_CITY) == ["Bayu", "Nisa", "Rafa"]
    assert names(Scope("kelurahan", baruga.id), Scope("opd", anwar.office_id or 0)) == ["Bayu", "Rafa"]


def test_one_person_with_two_kelurahan_gets_both_in_one(session: Session):
    mandonga, baruga = people.village(session), people.village(session, "Baruga", "Baruga")
    ratna = people.coordinator(session, scope="kelurahan", scope_id=mandonga.id)
    ratna.roles.append(people.PersonRole(role="coordinator", scope="kelurahan", scope_id=baruga.id))
    session.flush()
    found = digest.digest(session, ratna, FIVE, TOWN)
    assert found is not None
    assert found.title == "Kel. Mandonga (Mandonga); Kel. Baruga (Baruga)"
    assert digest.digest(session, people.asn(session), FIVE, TOWN) is None


def test_open_referrals_say_how_long_and_who_takes_care(session: Session):
    anwar = people.asn(session)
    rafa, nisa, bayu = (foster(session, name, anwar) for name in ("Rafa", "Nisa", "Bayu"))
    kader = people.person(session, "Wa Ode Hasna", "health", title="kader", scope="kelurahan", scope_id=1)
    people.referral(session, rafa, FIVE - days(3), "Sangat pendek", urgency="3-7 hari", accepted_by=kader.id)
    people.referral(session, nisa, FIVE - days(1), "Kejang")
    people.referral(session, bayu, FIVE - timedelta(hours=2), "Demam", closed_at=FIVE, result="sehat")
    people.referral(session, bayu, FIVE - days(9), "Demam", closed_at=FIVE - days(8))
    found = count(session)
    assert [(one.code, one.days, one.taken_by) for one in found.referrals.open] == [
        (nisa.code, 1, ""),
        (rafa.code, 3, "Bapak/Ibu Hasna"),
    ]
    assert (found.referrals.opened_today, found.referrals.closed_today) == (1, 1)
    way = "perlu dilihat hari ini. Sejak 1 hari, belum ada yang menangani."
    assert f"- {nisa.code}, Mandonga (Mandonga): {way}" in words(found)
    assert "Hari ini 1 baru, 1 selesai." in words(found)


def test_a_mothers_referral_belongs_to_her_family(session: Session):
    home = people.family(session, "Sari")
    sari = people.pregnancy(session, home, due=TODAY + days(30))
    people.referral(session, sari, FIVE, "Demam")
    [one] = count(session, Scope("kelurahan", home.village_id)).referrals.open
    assert (one.name, one.code) == ("Bu Sari", home.code)


def test_official_and_reported_measurements_stay_apart_and_changes_are_seen(session: Session):
    rafa = foster(session, "Rafa", people.asn(session), born=TODAY - days(365))
    people.measured(session, rafa, TODAY - days(60), 8.4, 71.0)
    people.measured(session, rafa, TODAY - days(20), 6.0, 60.0, withdrawn_at=FIVE)
    people.measured(session, rafa, TODAY, 8.5, 70.0)
    people.measured(session, rafa, TODAY, 9.5, 75.0, kind=REPORTED)
    official, reported = sorted(count(session).weighed, key=lambda one: one.kind, reverse=True)
    assert official.classes["TB/U"] == Height.SHORT
    assert official.changed["TB/U"] == (Height.NORMAL, Height.SHORT)
    assert official.worsened
    assert official.entered_today
    assert (reported.classes["TB/U"], reported.changed) == (Height.NORMAL, {})
    text = words(count(session))
    assert "Posyandu/puskesmas: 1 anak, 1 masuk hari ini. Perlu perhatian: pendek 1" in text
    assert "Status berubah hari ini: 1 perlu perhatian." in text
    assert "→" not in text


def test_a_measurement_hardly_possible_has_no_class(session: Session):
    rafa = foster(session, "Rafa", people.asn(session), born=TODAY - days(365))
    people.measured(session, rafa, TODAY, 9.0, 40.0)
    [one] = count(session).weighed
    assert "TB/U" not in one.classes


def test_an_import_of_old_measurements_is_not_news(session: Session):
    rafa = foster(session, "Rafa", people.asn(session), born=TODAY - days(365))
    people.measured(session, rafa, TODAY - days(90), 8.4, 71.0, recorded_at=FIVE)
    assert count(session).weighed == ()


def test_lessons_count_by_how_they_ended_today_in_this_place(session: Session):
    home = people.family(session)
    sari = people.carer(session, home, joined_on=TODAY)
    elsewhere = people.carer(session, people.family(session, where=people.village(session, "Baruga", "Baruga")))
    for name, state, reason in (
        ("a", SENT, ""), ("b", "read", ""), ("c", FAILED, "ditolak"), ("d", SKIPPED, "terlambat"),
        ("e", SKIPPED, BEFORE_JOINING),
    ):  # fmt: skip
        lesson_row(session, sari.person_id, name, state, reason)
    lesson_row(session, sari.person_id, "kemarin", SENT, ago=1)
    lesson_row(session, elsewhere.person_id, "a", SENT)
    people.carer(session, home, "Amir", "ayah", joined_on=TODAY - days(9), stopped_at=FIVE - timedelta(hours=1))
    people.carer(session, home, "Hasna", "keluarga", joined_on=TODAY - days(9), paused_until=TODAY + days(7))
    found = count(session, Scope("kelurahan", home.village_id)).lessons
    assert (found.sent, found.failed, found.skipped) == (2, 1, 1)
    assert (found.joined, found.paused, found.stopped) == (1, 1, 1)
    assert "Keluarga: 1 baru, 1 jeda, 1 berhenti." in words(count(session, Scope("kelurahan", home.village_id)))


def test_who_did_not_get_what_they_should_stands_in_one_line_with_the_reasons(session: Session):
    home = people.family(session)
    for n, why in enumerate(("tidak dapat dihubungi", "tidak dapat dihubungi", "terlambat")):
        carer = people.carer(session, home, f"Ibu{n}")
        for name in ("a", "b"):
            session.add(LessonGap(person_id=carer.person_id, lesson=name, why=why, found_at=FIVE))
    elsewhere = people.carer(session, people.family(session, where=people.village(session, "Baruga", "Baruga")))
    session.add(LessonGap(person_id=elsewhere.person_id, lesson="a", why="terlambat", found_at=FIVE))
    session.flush()
    here = count(session, Scope("kelurahan", home.village_id))
    assert here.lessons.missing == (("tidak dapat dihubungi", 2), ("terlambat", 1))
    assert "Belum menerima yang seharusnya: tidak dapat dihubungi (2 orang), terlambat (1 orang)." in words(here)


def test_a_day_without_news_is_quiet_even_when_somebody_is_still_late(session: Session):
    foster(session, "Rafa", people.asn(session), 40)
    assert is_quiet(count(session))


def words(found: Digest, files: Path = Path("/tmp/asuh-tests")) -> str:  # noqa: S108
    return digest.message(found, "digest:1:test", people.city(files)).text


def test_the_message_names_five_and_offers_what_can_be_done(session: Session, tmp_path: Path):
    asns = [people.asn(session, f"Anwar{n} Hamid") for n in range(8)]
    for n, asn in enumerate(asns):
        foster(session, f"Anak{n}", asn, 40 + n)
    foster(session, "Kakak", asns[7], 41)
    silent = people.asn(session, "Sunyi", reachable=False)
    people.address(session, silent).state = AddressState.BLOCKED
    adinda = foster(session, "Adinda", silent, 90)
    said = digest.message(count(session), "digest:1:test", people.city(tmp_path))
    assert "⏰ *Terlambat: 10*" in said.text
    assert f"1. Pak Sunyi: {adinda.code}" in said.text
    assert "60 hari, belum terhubung" in said.text
    assert "dan 5 lagi" in said.text
    assert [(o.token, o.label) for o in said.options] == [
        ("menu:late", "Lihat yang terlambat"),
        *((f"remind:{asns[n].id}", f"Ingatkan Pak Anwar{n}") for n in (7, 6, 5)),
    ]
    assert Message.from_json(said.to_json()) == said


def test_the_message_stays_short_in_the_worst_of_days(session: Session, tmp_path: Path):
    anwar = people.asn(session, "Muhammad Abdurrahmansyah Hidayatullah")
    for n in range(30):
        rafa = foster(session, "Muhammad-Al-Fatih-Ramadhan", anwar, 60, born=TODAY - days(400))
        people.referral(session, rafa, FIVE - days(n), "Tidak bisa menyusu/minum", "Memuntahkan semuanya", "Kejang")
        people.measured(session, rafa, TODAY - days(40), 9.5, 76.0)
        people.measured(session, rafa, TODAY, 6.9, 69.0)
    said = digest.message(count(session), "digest:1:test", people.city(tmp_path))
    assert 500 < len(said.text) < 3500
    assert "\n\n\n" not in said.text


def test_a_day_with_nothing_at_all_still_reads_well(session: Session, tmp_path: Path):
    text = digest.message(count(session), "digest:1:test", people.city(tmp_path)).text
    assert text.splitlines()[:2] == ["📋 *Ringkasan Rabu, 4 Maret*", "Kota Kendari"]
    assert "Tidak ada yang terlambat" in text
    assert "\n\n\n" not in text


def test_the_workbook_holds_the_same_numbers(session: Session, tmp_path: Path):
    rafa = foster(session, "=Rafa", people.asn(session), 40, born=TODAY - days(365))
    people.measured(session, rafa, TODAY, 8.5, 70.0)
    people.referral(session, rafa, FIVE, "Kejang")
    town = people.city(tmp_path)
    found = count(session, Scope("kelurahan", rafa.family.village_id))
    said = digest.message(found, "digest:7:2026-03-04", town)
    assert said == digest.message(found, "digest:7:2026-03-04", town)
    assert said.attachment is not None
    assert said.attachment.name == "ringkasan-2026-03-04.xlsx"
    assert "digest" not in said.attachment.path
    book = load_workbook(tmp_path / said.attachment.path)
    assert book.sheetnames == ["Ringkasan", "Terlambat", "Belum bergabung", "Rujukan", "Bergabung", "Pengukuran"]
    summary = {row[0].value: row[1].value for row in book["Ringkasan"].iter_rows(min_row=2)}
    assert summary["Terlambat"] == summary["Rujukan terbuka"] == summary["Anak diukur bulan ini (resmi)"] == 1
    assert [cell.value for cell in book["Terlambat"][2]][:3] == ["Pak Anwar", rafa.code, "=Rafa"]
    assert [cell.value for cell in book["Bergabung"][2]][:5] == ["Semua", "Pendamping", 1, 1, 1]
    assert [cell.value for cell in book["Pengukuran"][2]][:2] == [rafa.code, "=Rafa"]


def test_the_number_of_queries_does_not_grow_with_the_city(session: Session):
    def queries(children: int) -> int:
        anwar = people.asn(session)
        for n in range(children):
            child = foster(session, f"Anak{n}", anwar, 40, born=TODAY - days(300))
            people.visit(session, anwar, child, TODAY)
            people.measured(session, child, TODAY, 8.5, 70.0)
            people.referral(session, child, FIVE, "Kejang", accepted_by=anwar.id)
        session.flush()
        session.expire_all()
        seen: list[str] = []
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", hear := lambda *said: seen.append(said[2]))
        count(session)
        event.remove(engine, "before_cursor_execute", hear)
        return len(seen)

    assert queries(2) == queries(20) <= 40


@pytest.mark.parametrize("kind", ["opd", "kelurahan", "kecamatan"])
def test_a_place_nobody_knows_is_empty_not_an_error(session: Session, kind: str):
    foster(session, "Rafa", people.asn(session), 40)
    found = count(session, Scope(kind, 999_999))
    assert (found.visits.late, found.title) == ((), "")
