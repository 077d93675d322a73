"""What happens to Rafa calls for its own lesson: the right one, once, and never more than his family can bear."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.lessons import Question
from db.consent import LessonAnswer
from db.outbox import PLANNED, SENT, SKIPPED, Outgoing
from db.referrals import StepKind
from db.states import CareState
from flow.message import Message
from programme import endings
from rules.calendar import NOT_CALLED_FOR
from rules.stages import months_after
from scheduler.lessons import planning, staff_cards
from scheduler.lessons.triggers import households, triggers
from scheduler.lessons.triggers.states import seasons
from scheduler.looks import finish
from tests import people
from tests.people import NOW, TODAY, at, lesson, library

MORNING = at(TODAY, "06:05")
YEAR_OLD = TODAY - timedelta(days=420)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def called_for(name: str, condition: str, **more: Any):
    known: dict[str, Any] = {"stage": "kondisional", "anchor": "kejadian", "audience": ("ibu",), "question": None}
    until = more.pop("until", 14)
    return lesson(name, 0, until, condition=condition, **(known | more))


def town(*lessons: Any):
    return people.city(library=library(*lessons))


LOOKS_BACK_TEN_DAYS = town(called_for("x", "diare", until=10))


def rafa(session: Session, born: date = YEAR_OLD, **more: Any):
    home = people.family(session)
    child = people.child(session, home, born=born, **more)
    return people.carer(session, home, joined_on=TODAY - days(300)), child


def weighed(session: Session, child: Any, *kilos: float, ago: int = 1, **more: Any) -> None:
    """Month by month, the last so many days ago."""
    for back, kilo in enumerate(reversed(kilos)):
        people.measured(session, child, TODAY - days(ago + 30 * back), kilo, None, **more)


def found(session: Session, child: Any, today: date = TODAY) -> set[str]:
    happened = triggers(session, households(session, [child.family_id], today), today, LOOKS_BACK_TEN_DAYS).get(
        child.family_id, []
    )
    return {one.condition for one in happened}


def for_family(session: Session, child: Any) -> set[str]:
    happened = triggers(session, households(session, [child.family_id], TODAY), TODAY, LOOKS_BACK_TEN_DAYS)
    return {one.condition for one in happened[child.family_id] if one.for_family}


def sent(session: Session, state: str = PLANNED) -> list[str]:
    return [row.key for row in session.scalars(select(Outgoing).where(Outgoing.state == state).order_by(Outgoing.id))]


# --- weighing ------------------------------------------------------------------------


def test_the_first_month_without_gain_and_the_second_are_told_apart(session: Session):
    _, once = rafa(session)
    weighed(session, once, 9.0, 9.6, 9.6)
    _, twice = rafa(session)
    weighed(session, twice, 9.6, 9.6, 9.6)
    assert "berat-tidak-naik" in found(session, once)
    assert "dua-kali-tidak-naik" not in found(session, once)
    assert "dua-kali-tidak-naik" in found(session, twice)


def test_the_first_gain_after_a_month_without_is_told_before_what_is_still_low(session: Session):
    _, child = rafa(session)
    weighed(session, child, 6.9, 6.9, 7.4)
    assert {"naik-lagi", "berat-kurang"} <= found(session, child)
    assert for_family(session, child) & {"naik-lagi", "berat-kurang", "pendek"} == {"naik-lagi"}


@pytest.mark.parametrize(
    ("kilograms", "ago", "is_news"),
    [
        pytest.param((), 1, True, id="no weighing known"),
        pytest.param((9.0, 9.6, 9.6, 9.6), 1, False, id="it stood still"),
        pytest.param((9.0, 9.3, 9.7, 10.2), 1, False, id="all is well"),
        pytest.param((9.0, 9.3, 9.7, 10.2), 40, True, id="long ago"),
    ],
)
def test_a_mother_who_says_that_it_did_not_grow_speaks_of_the_weighing_we_know(
    session: Session, kilograms: tuple[float, ...], ago: int, is_news: bool
):
    asked = people.lesson("timbang", 300, 420, question=Question("Hurufnya?", ("N", "T"), ("", "berat-tidak-naik")))
    carer, child = rafa(session)
    weighed(session, child, *kilograms, ago=ago)
    said = LessonAnswer(person_id=carer.person_id, lesson="timbang", about=str(child.id), answer="T")
    said.answered_at = NOW
    session.add(said)
    session.flush()
    where = town(asked, called_for("x", "diare", until=40))
    happened = triggers(session, households(session, [child.family_id], TODAY), TODAY, where)[child.family_id]
    mine = [one for one in happened if one.condition == "berat-tidak-naik" and one.person_id == carer.person_id]
    assert bool(mine) is is_news


def test_the_tablet_is_asked_for_three_months_after_its_day(session: Session):
    _, child = rafa(session, born=months_after(TODAY, -15))
    assert "belum-obat-cacing" in found(session, child)
    assert "belum-obat-cacing" not in found(session, child, TODAY - days(1))


def test_a_gain_calls_for_nothing(session: Session):
    _, child = rafa(session)
    weighed(session, child, 9.3, 9.6, 9.9)
    assert found(session, child) == set()


def test_who_was_not_weighed_last_month_is_welcomed_back(session: Session):
    _, child = rafa(session)
    people.measured(session, child, TODAY - days(70), 9.3, None)
    people.measured(session, child, TODAY - days(1), 9.9, None)
    assert found(session, child) == {"ditimbang-lagi"}


def test_of_one_measuring_the_family_hears_only_the_gravest(session: Session):
    _, child = rafa(session)
    people.measured(session, child, TODAY - days(31), 7.4, 70.0)
    people.measured(session, child, TODAY - days(1), 7.0, 70.0)
    assert {"berat-turun", "sangat-pendek", "pendek", "bawah-garis-merah"} <= found(session, child)
    told = {"berat-turun", "pendek", "berat-kurang", "berat-tidak-naik", "gizi-kurang"}
    assert for_family(session, child) & told == {"berat-turun"}


def test_a_family_is_not_thanked_for_a_gain_where_its_asn_read_of_a_loss(session: Session):
    _, child = rafa(session)
    weighed(session, child, 9.3, 9.3, 9.6, kind="laporan")
    assert "naik-lagi" in found(session, child)
    people.measured(session, child, TODAY - days(20), 9.9, None)  # the posyandu's, heavier than what was reported after
    assert "naik-lagi" not in found(session, child)


def test_official_and_reported_weights_are_never_compared(session: Session):
    _, child = rafa(session)
    weighed(session, child, 9.9, ago=31)
    weighed(session, child, 9.5, kind="laporan")
    assert "berat-turun" not in found(session, child)
    assert "berat-tidak-naik" not in found(session, child)


def test_a_measurement_taken_back_calls_for_nothing(session: Session):
    _, child = rafa(session)
    weighed(session, child, 9.6, 9.6, 9.6, withdrawn_at=NOW)
    assert found(session, child) == set()


def test_old_measurements_entered_today_call_for_nothing(session: Session):
    _, child = rafa(session)
    people.measured(session, child, TODAY - days(90), 9.0, None, recorded_at=NOW)
    people.measured(session, child, TODAY - days(60), 9.0, None, recorded_at=NOW)
    assert not found(session, child) & {"berat-tidak-naik", "dua-kali-tidak-naik"}


def test_numbers_and_positions_that_cannot_be_are_for_the_cadre(session: Session):
    _, child = rafa(session)
    people.measured(session, child, TODAY - days(1), 9.9, 76.0, position="berdiri", doubtful=True)
    assert {"posisi-ukur", "angka-janggal"} <= found(session, child)


@pytest.mark.parametrize(
    ("last", "today", "called"),
    [
        (date(2026, 2, 10), date(2026, 3, 24), set[str]()),
        (date(2026, 2, 10), date(2026, 3, 25), {"belum-ditimbang"}),
        (date(2026, 1, 10), date(2026, 3, 25), {"absen-dua-bulan"}),
        (date(2026, 3, 2), date(2026, 3, 28), set[str]()),
        (date(2026, 2, 26), date(2026, 3, 25), set[str]()),
        (date(2025, 6, 2), date(2026, 3, 28), set[str]()),
    ],
)
def test_who_has_not_been_weighed_is_asked_for_from_the_25th_on(
    session: Session, last: date, today: date, called: set[str]
):
    _, child = rafa(session)
    people.measured(session, child, last, 9.0, None)
    assert found(session, child, today) & {"belum-ditimbang", "absen-dua-bulan"} == called


def test_a_family_whose_weighings_we_never_see_is_not_nagged(session: Session):
    _, child = rafa(session)
    assert found(session, child, date(2026, 3, 28)) == set()


# --- visits, answers, referrals, ends ---------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "answers", "called"),
    [
        (420, {"food": ["pokok", "telur"]}, "ragam-kurang"),
        (420, {"food": ["asi", "pokok", "kacang", "kuning", "lain"]}, "ragam-kurang"),
        (420, {"food": ["asi", "pokok", "kacang", "kuning", "telur"]}, None),
        (900, {"food": ["pokok"]}, None),
        (100, {"milk": "campur"}, "asi-bermasalah"),
        (100, {"milk": "asi"}, None),
        (420, {"health": "sakit", "sick": ["diare"]}, "diare"),
        (420, {"health": "sakit", "sick": ["batuk"]}, "batuk-demam"),
        (420, {"health": "bahaya"}, "tanda-bahaya"),
        (420, {"house": ["air", "jamban"]}, "perokok"),
        (420, {"house": ["air", "bebas_rokok"]}, "tanpa-jamban-air"),
        (420, {"rights": ["jkn"]}, "tanpa-jaminan"),
        (420, {"rights": ["jkn", "akta"]}, None),
    ],
)
def test_what_pak_anwar_reports_calls_for_its_lesson(
    session: Session, age: int, answers: dict[str, Any], called: str | None
):
    _, child = rafa(session, TODAY - days(age))
    people.visit(session, people.asn(session), child, TODAY - days(1), answers=answers)
    assert found(session, child) == ({called} if called else set())


def test_only_the_last_visit_counts_and_one_without_a_meeting_says_nothing(session: Session):
    _, child = rafa(session)
    anwar = people.asn(session)
    people.visit(session, anwar, child, TODAY - days(9), answers={"sick": ["diare"]})
    people.visit(session, anwar, child, TODAY - days(1), answers={"sick": []})
    people.visit(session, anwar, child, TODAY, met=False, answers={})
    assert found(session, child) == set()


def test_an_immunisation_asked_about_a_week_after_its_day_and_not_ticked_is_late(session: Session):
    _, child = rafa(session, TODAY - days(75))
    id = "imunisasi-nasional-2024-2"
    visit = people.visit(
        session, people.asn(session), child, TODAY - days(1), facts={"services": {id: "x"}}, answers={"services": []}
    )
    assert found(session, child) == {"imunisasi-terlambat"}
    visit.answers = {"services": [id]}
    session.flush()
    assert found(session, child) == set()


@pytest.mark.parametrize(
    ("answers", "called"),
    [({"arm": 22.5}, {"kek"}), ({"arm": 24.0}, set[str]()), ({"signs": ["kejang"]}, {"bahaya-hamil"})],
)
def test_bu_sari_is_told_what_her_own_visit_showed(session: Session, answers: dict[str, Any], called: set[str]):
    home = people.family(session)
    hamil = people.pregnancy(session, home, TODAY + days(90))
    people.visit(session, people.asn(session), hamil, TODAY - days(1), answers=answers)
    assert found(session, hamil) == called


def test_no_egg_yesterday_brings_the_egg_lesson_in_other_words_once_and_only_to_who_answered(session: Session):
    eggs = lesson("telur", 420, 440, question=Question("Kemarin makan telur?", ("Sudah", "Belum"), ("", "telur-belum")))
    lessons = town(eggs, called_for("telur-lagi", "telur-belum", audience=("ibu", "ayah")))
    sari, child = rafa(session)
    people.carer(session, sari.family, "Amir", "ayah", joined_on=TODAY - days(300))
    for n in range(3):
        session.add(
            LessonAnswer(
                person_id=sari.person_id, lesson="telur", about=str(child.id), answer="Belum",
                answered_at=NOW - days(3 - n),
            )
        )  # fmt: skip
    session.flush()
    for n in range(12):
        finish(planning.tick, session, MORNING + days(n), lessons)
        for row in session.scalars(select(Outgoing).where(Outgoing.state == PLANNED)):
            row.state = SENT
    again = [key for key in sent(session, SENT) if "telur-lagi" in key]
    assert again == [f"lesson:{sari.person_id}:telur-lagi:c{child.id}@{(NOW - days(1)).date()}"]


def test_an_answer_taken_back_calls_for_nothing(session: Session):
    eggs = lesson("telur", 420, 440, question=Question("Telur?", ("Sudah", "Belum"), ("", "telur-belum")))
    sari, child = rafa(session)
    for n, answer in enumerate(("Belum", "Sudah")):
        told = {"lesson": "telur", "about": str(child.id), "answer": answer, "answered_at": NOW + timedelta(seconds=n)}
        session.add(LessonAnswer(person_id=sari.person_id, **told))
    session.flush()
    lessons = town(eggs, called_for("telur-lagi", "telur-belum", until=10))
    assert not triggers(session, households(session, [child.family_id], TODAY), TODAY, lessons)


def test_a_referral_counts_while_it_is_open_and_again_when_the_hospital_sends_the_child_back(session: Session):
    _, child = rafa(session)
    referral = people.referral(session, child, NOW - days(3), "2T")
    assert found(session, child) == {"dirujuk"}
    referral.closed_at = NOW
    endings.referrals.note(session, referral, StepKind.BACK_REFERRED, NOW, None)
    session.flush()
    assert found(session, child) == {"kembali-dari-rs"}


def test_a_child_that_has_grown_well_again_hears_of_it_and_a_loss_calls_for_nothing(session: Session):
    _, well = rafa(session)
    endings.end(session, well, CareState.RECOVERED, TODAY - days(2), NOW)
    _, lost = rafa(session)
    endings.end(session, lost, "meninggal", TODAY - days(2), NOW)
    assert found(session, well) == {"membaik"}
    assert found(session, lost) == set()


def test_a_child_born_small_is_told_of_once(session: Session):
    _, child = rafa(session, TODAY - days(3), birth_weight_g=2300, created_at=NOW - days(2))
    assert found(session, child) == {"lahir-kecil"}
    lessons = town(called_for("kecil", "lahir-kecil"))
    for n in range(30):
        finish(planning.tick, session, MORNING + days(n), lessons)
    assert len(sent(session)) + len(sent(session, SENT)) == 1


# --- how they are planned --------------------------------------------------------------------


def test_what_the_child_needs_comes_before_the_calendar(session: Session):
    _, child = rafa(session)
    weighed(session, child, 9.0, 9.6, 9.6)
    lessons = town(lesson("a", 420, 421), called_for("naik", "berat-tidak-naik"))
    finish(planning.tick, session, MORNING, lessons)
    [key] = sent(session)
    assert ":naik:" in key


def test_the_same_lesson_is_not_sent_again_within_the_conditions_rest(session: Session):
    _, child = rafa(session)
    lessons = town(called_for("pendek", "pendek"))
    for n in range(0, 130, 10):
        today = TODAY + days(n)
        people.measured(session, child, today, None, 71.0, recorded_at=at(today, "08:00"))
        finish(planning.tick, session, at(today, "09:05"), lessons)
        for row in session.scalars(select(Outgoing).where(Outgoing.state == PLANNED)):
            row.state = SENT
    gaps = [date.fromisoformat(key.rpartition("@")[2]) for key in sent(session, SENT)]
    assert len(gaps) == 2
    assert gaps[1] - gaps[0] >= days(90)


def test_twins_are_each_called_by_their_own_name(session: Session):
    home = people.family(session)
    rafa_, rafi = (people.child(session, home, name, born=YEAR_OLD) for name in ("Rafa", "Rafi"))
    people.carer(session, home, joined_on=TODAY - days(300))
    assert rafa_.id < rafi.id
    people.visit(session, people.asn(session), rafi, TODAY - days(1), answers={"sick": ["diare"]})
    finish(planning.tick, session, MORNING, town(called_for("diare", "diare")))
    [row] = session.scalars(select(Outgoing)).all()
    assert row.key.endswith(f":diare:c{rafi.id}@{TODAY - days(1)}")
    assert "Rafi" in Message.from_json(row.message).text
    assert "Rafa" not in Message.from_json(row.message).text


def test_a_lesson_of_a_season_waits_for_it_and_says_so_when_it_never_came(session: Session):
    rafa(session, born=date(2025, 9, 1))
    capsule = lesson("vitamin", 183, 364, condition="musim-vitamin-a", question=None)
    short = lesson("sempit", 183, 200, condition="musim-vitamin-a", question=None)
    for day in (date(2026, 3, 10), date(2026, 4, 10), date(2026, 7, 1)):
        finish(planning.tick, session, at(day, "06:05"), town(capsule, short))
    assert [key.split(":")[2] for key in sent(session)] == ["vitamin"]
    [passed] = session.scalars(select(Outgoing).where(Outgoing.state == SKIPPED))
    assert (passed.key.split(":")[2], passed.reason) == ("sempit", NOT_CALLED_FOR)


@pytest.mark.parametrize(
    ("day", "rain", "fasting"),
    [
        (date(2026, 11, 30), False, False),
        (date(2026, 12, 1), True, False),
        (date(2027, 1, 24), True, False),
        (date(2027, 1, 25), True, True),  # two weeks before Ramadan 2027
        (date(2027, 3, 9), True, True),
        (date(2027, 3, 10), True, False),
        (date(2027, 6, 1), False, False),
    ],
)
def test_the_rains_and_ramadan_are_seasons_by_the_day_alone(day: date, rain: bool, fasting: bool):
    for of in ("", "-hamil"):
        held = {f"musim-hujan{of}"} if rain else set[str]()
        held |= {f"menjelang-ramadan{of}"} if fasting else set[str]()
        assert seasons(day, people.city(), of) == held


@pytest.mark.parametrize(("day", "comes"), [(date(2026, 3, 4), True), (date(2026, 7, 1), False)])
def test_lessons_of_the_rains_come_to_a_pregnant_woman_and_to_a_child(session: Session, day: date, comes: bool):
    home = people.family(session)
    people.child(session, home, born=day - days(400))
    people.pregnancy(session, home, due=day + days(100))
    people.carer(session, home, joined_on=day - days(300))
    rains = town(
        lesson("hujan-anak", 366, 731, condition="musim-hujan", question=None),
        lesson("hujan-hamil", -150, -1, anchor="hpl", condition="musim-hujan-hamil", question=None),
    )
    for n in range(2):
        finish(planning.tick, session, at(day + days(n), "06:05"), rains)
    assert {key.split(":")[2] for key in sent(session)} == ({"hujan-anak", "hujan-hamil"} if comes else set())


def test_a_cleft_that_a_visit_reports_calls_for_its_lesson(session: Session):
    _, child = rafa(session, born=TODAY - days(20))
    people.visit(session, people.asn(session), child, TODAY - days(1), answers={"signs": ["bayi-sumbing"]})
    assert "sumbing" in for_family(session, child)


@pytest.mark.parametrize(("weeks", "called"), [(19, False), (20, True), (23, False)])
def test_half_way_through_a_pregnancy_the_health_workers_are_told_to_ask_her_alone(
    session: Session, weeks: int, called: bool
):
    home = people.family(session)
    home.health_centre_id = people.health_centre(session).id
    pregnancy = people.pregnancy(session, home, due=TODAY + timedelta(weeks=40 - weeks))
    murni = people.health(session)
    card = lesson(
        "kartu", 0, 14, stage="kartu-kondisional", anchor="kejadian", audience=("petugas",), question=None,
        condition="hamil-20-minggu", body="{{ sapaan }}",
    )  # fmt: skip
    people.carer(session, home, joined_on=TODAY - days(60))
    finish(staff_cards.tick, session, MORNING, town(card))
    finish(planning.tick, session, MORNING, town(card))
    told = [row.person_id for row in session.scalars(select(Outgoing))]
    assert told == ([murni.id] if called else [])
    assert pregnancy.id


def test_who_has_chosen_thursday_at_four_hears_from_us_then_but_of_danger_at_once(session: Session):
    sari, _ = rafa(session)
    sari.weekday, sari.hour = 3, 16
    lessons = town(lesson("a", 420, 460), lesson("b", 420, 460), lesson("bahaya", 422, 500, must_not_miss=True))
    for n in range(7):
        finish(planning.tick, session, MORNING + days(n), lessons)
    planned = {row.lesson: row.due_at for row in session.scalars(select(Outgoing))}
    local = {name: moment.astimezone(people.WITA) for name, moment in planned.items()}
    assert (local["a"].weekday(), local["a"].hour) == (3, 16)
    assert local["b"].weekday() == 6
    assert local["bahaya"].date() == TODAY + days(2)


def test_in_ramadan_nobody_is_written_to_at_the_breaking_of_the_fast(session: Session):
    evening = date(2027, 2, 10)
    sari, _ = rafa(session, born=evening - days(420))
    sari.hour = 19
    finish(planning.tick, session, at(evening, "06:05"), town(lesson("a", 420, 460)))
    [row] = session.scalars(select(Outgoing)).all()
    assert row.due_at.astimezone(people.WITA).hour in (10, 11)


def test_a_mother_who_reads_english_gets_the_lesson_in_english(session: Session):
    original = lesson("a", 420, 460)
    english = lesson("a", 420, 460, topic="An egg a day", body="{{ ibu }}, one egg for {{ nama }}.")
    sari, _ = rafa(session)
    sari.person.language = "en"
    shelf = library(original)
    finish(planning.tick, session, MORNING, people.city(library=type(shelf)(shelf.lessons, {"en": {"a": english}})))
    [row] = session.scalars(select(Outgoing)).all()
    assert Message.from_json(row.message).text.startswith("🤱 *An egg a day*\n\nBu Sari, one egg for Rafa.")


def test_a_couple_hears_what_comes_before_the_wedding_and_the_red_result_its_own_lesson(session: Session):
    folate = lesson("folat", -63, -40, anchor="nikah", stage="catin", body="{{ ibu }}, folat.", audience=("ibu",))
    wait = lesson(
        "tunda", -63, -30, anchor="nikah", stage="catin", body="{{ ibu }}, tunda.", condition="elsimil-merah",
    )  # fmt: skip
    for red in (False, True):
        home = people.family(session)
        people.wedding(session, home, TODAY + days(60), red=red)
        people.carer(session, home, joined_on=TODAY - days(30))
    for n in range(10):
        finish(planning.tick, session, MORNING + days(n), town(folate, wait))
    names = sorted(key.split(":")[2] for key in sent(session))
    assert names == ["folat", "folat", "tunda"]
