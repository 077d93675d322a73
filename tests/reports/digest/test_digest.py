"""What Bu Ratna reads at five: numbers that are right for her scope, and words that lead to a next step."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from db.consent import LessonGap
from db.cries import Cry, CryState
from db.fostering import Assignment, AssignmentState
from db.measurements import REPORTED
from db.outbox import FAILED, SENT, SKIPPED, Outgoing
from db.questions import Question
from db.referrals import ReferralState
from db.roles import Role
from db.subjects import subject
from programme.scopes import CITY as WHOLE_CITY
from programme.scopes import Scope
from reports.digest import details, digest, message
from reports.digest.digest import of_scopes
from reports.digest.message import is_quiet
from reports.digest.model import Digest, Nobody
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
    assert "⏰ *Kunjungan terlambat: 1* (turun 1)" in said(digest)


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


def words(found: Digest) -> str:
    """The details."""
    return details.text(found, TOWN)


def said(found: Digest) -> str:
    return message.message(found, TOWN).text


def test_what_waits_stands_in_five_kinds_the_worst_first_each_against_yesterday(session: Session):
    """Of one town: what its lurah reads, what the city's coordinator reads, and what the office of the ASN reads."""
    town = Town(session)
    lurah, city, office = (said(count(session, *scopes)) for scopes in town.scopes)
    assert lurah.splitlines() == [
        "📋 *Ringkasan Rabu, 4 Maret*",
        "Kel. Tipulu (Kendari Barat), dibanding kemarin",
        "",
        "🚨 *Bahaya belum ditangani: 2* (naik 1)",
        f"- Rafa ({town.rafa.code}): 2 jam, Kejang (+1)",
        f"- Nisa ({town.nisa.code}): 2 hari, perlu dilihat hari ini",
        "❓ *Pertanyaan lama menunggu: 1* (naik 1)",
        f"- Bayu ({town.bayu.code}): 1 hari, belum ada petugasnya",
        "🏥 *Rujukan tertahan: 1* (tetap)",
        f"- Bayu ({town.bayu.code}): 9 hari, di Bu Murni",
        "⏰ *Kunjungan terlambat: 3* (tetap)",
        f"- Bu Rina: Bayu ({town.bayu.code}), 20 hari",
        "- Pak Anwar: 2 dampingan, paling lama 12 hari",
        "👤 *Belum ada pendamping: 2* (naik 1)",
        f"- Tio ({town.tio.code}): 6 hari",
        f"- Bu Wati ({town.wati.code}): baru hari ini",
    ]
    assert f"- {town.rafa.code}, Tipulu: perlu ditolong sekarang" not in city, "of what cannot wait all is told"
    assert f"- Rafa ({town.rafa.code}): 2 jam, Kejang (+1)" in city
    assert f"- {town.nisa.code}, Tipulu: 2 hari, perlu dilihat hari ini" in city
    assert "- Pak Anwar: 2 dampingan, paling lama 12 hari" in city
    assert office.splitlines()[3:] == [
        "🚨 *Bahaya belum ditangani: 2* (naik 1)",
        "⏰ *Kunjungan terlambat: 2* (tetap)",
        "- Pak Anwar: 2 dampingan, paling lama 12 hari",
    ]


class Town:
    """Pak Anwar of the Dinas Kominfo fosters Rafa and Nisa, Bu Rina of another office Bayu; Tio has nobody."""

    def __init__(self, session: Session):
        self.where = people.village(session, "Tipulu", "Kendari Barat")
        anwar, rina = people.asn(session), people.asn(session, "Rina", WOMAN, office_name="Dinas Pertanian")
        self.rafa, self.nisa = (foster(session, name, anwar, 42, where=self.where) for name in ("Rafa", "Nisa"))
        self.bayu = foster(session, "Bayu", rina, 50, where=self.where)
        self.tio = foster(session, "Tio", rina, 90, where=self.where)
        ended(session, self.tio, TODAY - days(7))
        self.wati = people.family(session, "Wati", self.where)
        people.pregnancy(session, self.wati, TODAY + days(60), created_at=at(TODAY, "08:00"))
        murni = people.health(session, sex="P")
        people.referral(session, self.rafa, FIVE - timedelta(hours=2), "Demam", "Kejang", urgency="sekarang")
        people.referral(session, self.nisa, FIVE - days(2), "Demam")
        stuck = people.referral(session, self.bayu, FIVE - days(9), "Sangat pendek", urgency="3-7 hari")
        stuck.state, stuck.acceptor, stuck.accepted_at = ReferralState.ACCEPTED, murni, FIVE - days(8)
        people.referral(session, self.bayu, FIVE - days(1), "Batuk", urgency="3-7 hari")
        asked = {"role": Role.FAMILY, "family_id": self.bayu.family_id, "child_id": self.bayu.id}
        since = FIVE - timedelta(hours=25)
        session.add(Question(**asked, opened_at=since, waits_since=since, counted_from=FIVE - timedelta(hours=23)))
        session.flush()
        self.scopes = (
            [Scope("kelurahan", self.where.id)], [WHOLE_CITY], [Scope("opd", anwar.office_id or 0)],
        )  # fmt: skip


def ended(session: Session, child: Any, last: date) -> None:
    for held in session.scalars(select(Assignment).where(Assignment.child_id == child.id)):
        held.state, held.ends = AssignmentState.ENDED, last
    session.flush()


def test_who_got_a_foster_parent_today_or_lost_one_yesterday_is_counted_on_the_right_day(session: Session):
    anwar = people.asn(session)
    found, lost, coming = (foster(session, name, anwar, 9) for name in ("Rafa", "Nisa", "Bayu"))
    ended(session, lost, TODAY - days(1))
    ended(session, found, TODAY - days(5))
    people.fosters(session, anwar, found, TODAY)
    ended(session, coming, TODAY - days(5))
    people.fosters(session, anwar, coming, TODAY + days(2))
    elsewhere = people.village(session, "Baruga", "Baruga")
    people.child(session, people.family(session, where=elsewhere), "Tio")
    nobody = count(session, Scope("kelurahan", found.family.village_id)).nobody
    assert [(one.code, one.days) for one in nobody.waiting] == [(lost.code, 0)]
    assert nobody.yesterday == 2, "Rafa and Bayu"
    assert len(count(session).nobody.waiting) == 2
    assert count(session, Scope("opd", anwar.office_id or 0)).nobody == Nobody()


def test_a_call_for_help_that_waits_is_danger_of_its_place_and_a_strangers_of_the_city(session: Session):
    rafa = foster(session, "Rafa", people.asn(session))
    for family_id, ids, state in (
        (rafa.family_id, ["anak-kejang"], CryState.ASKED), (rafa.family_id, ["anak-kejang"], CryState.OFFERED),
        (rafa.family_id, ["jiwa-mati"], CryState.ASKED), (None, [], CryState.ASKED),
    ):  # fmt: skip
        session.add(Cry(family_id=family_id, signs=ids, words=[], at=FIVE, state=state))
    here = count(session, Scope("kelurahan", rafa.family.village_id))
    assert here.referrals.cries == 1
    assert "🚨 *Bahaya belum ditangani: 1* (naik 1)\n- 1 minta tolong baru saja" in said(here)
    assert count(session).referrals.cries == 2
    assert not is_quiet(here)


def test_the_workbook_holds_the_same_numbers(session: Session, tmp_path: Path):
    rafa = foster(session, "=Rafa", people.asn(session), 40, born=TODAY - days(365))
    people.measured(session, rafa, TODAY, 8.5, 70.0)
    people.referral(session, rafa, FIVE, "Kejang")
    town = people.city(tmp_path)
    found = count(session, Scope("kelurahan", rafa.family.village_id))
    sent = message.file(found, "digest:7:2026-03-04", town)
    assert sent == message.file(found, "digest:7:2026-03-04", town)
    assert sent.attachment is not None
    assert sent.attachment.name == "ringkasan-2026-03-04.xlsx"
    assert "digest" not in sent.attachment.path
    book = load_workbook(tmp_path / sent.attachment.path)
    assert book.sheetnames == [
        "Ringkasan", "Terlambat", "Belum bergabung", "Rujukan", "Bergabung", "Pengukuran", "Kelurahan",
    ]  # fmt: skip
    summary = {row[0].value: row[1].value for row in book["Ringkasan"].iter_rows(min_row=2)}
    assert summary["Terlambat"] == summary["Rujukan terbuka"] == summary["Anak diukur bulan ini (resmi)"] == 1
    assert [cell.value for cell in book["Terlambat"][2]][:3] == ["Pak Anwar", rafa.code, "=Rafa"]
    assert [cell.value for cell in book["Bergabung"][2]][:5] == ["Semua", "Pendamping", 1, 1, 1]
    assert [cell.value for cell in book["Pengukuran"][2]][:2] == [rafa.code, "=Rafa"]


def test_the_number_of_queries_does_not_grow_with_the_city(session: Session):
    def queries(children: int) -> tuple[int, int]:
        anwar = people.asn(session)
        for n in range(children):
            child = foster(session, f"Anak{n}", anwar, 40, born=TODAY - days(300))
            people.visit(session, anwar, child, TODAY)
            people.measured(session, child, TODAY, 8.5, 70.0)
            people.referral(session, child, FIVE, "Kejang", accepted_by=anwar.id)
        session.flush()
        return statements(session, whole=False), statements(session, whole=True)

    few = queries(2)
    assert few == queries(20)
    assert few <= (33, 55)


def statements(session: Session, *, whole: bool) -> int:
    session.expire_all()
    seen: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", hear := lambda *said: seen.append(said[2]))
    of_scopes(session, [WHOLE_CITY], FIVE, TOWN, whole=whole)
    event.remove(engine, "before_cursor_execute", hear)
    return len(seen)


@pytest.mark.parametrize("kind", ["opd", "kelurahan", "kecamatan"])
def test_a_place_nobody_knows_is_empty_not_an_error(session: Session, kind: str):
    foster(session, "Rafa", people.asn(session), 40)
    found = count(session, Scope(kind, 999_999))
    assert (found.visits.late, found.title) == ((), "")
