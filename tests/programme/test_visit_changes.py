"""What a report has changed, said from the records alone, and the thanks for months in a row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from db import promises, referrals
from db.children import Child
from db.people import Person
from db.promises import Asked
from db.subjects import subject
from db.visits import Visit
from programme import visit_changes
from programme.promises import keep
from programme.referral_messages import ENDS
from tests import people
from tests.people import TODAY, at

CITY = people.city()
DAY = timedelta(days=1)
MARCH, FEBRUARY, JANUARY = date(2026, 3, 3), date(2026, 2, 10), date(2026, 1, 20)


def anwar_and(session: Session, *names: str, since: date = date(2025, 11, 1)) -> tuple[Person, list[Child]]:
    anwar = people.asn(session)
    found = [people.child(session, people.family(session, name), name, TODAY - 500 * DAY) for name in names]
    for one in found:
        people.fosters(session, anwar, one, since)
    return anwar, found


def said(session: Session, visit: Visit, *particular: str) -> visit_changes.Said:
    whom = visit.child
    assert whom is not None
    return visit_changes.say(session, CITY, visit, whom, "Adik Rafa", "Bapak", particular)


def test_at_first_it_is_the_first_visit_and_then_how_many_since_when(session: Session) -> None:
    anwar, [rafa] = anwar_and(session, "Rafa")
    assert (
        said(session, people.visit(session, anwar, rafa, date(2025, 12, 9))).changed == "Ini kunjungan pertama Bapak."
    )
    people.visit(session, anwar, rafa, date(2026, 1, 9), undone_at=at(JANUARY))
    third = people.visit(session, anwar, rafa, MARCH)
    assert said(session, third).changed == "Ini kunjungan Bapak yang ke-2 sejak Desember 2025."
    assert said(session, third, "Berat Adik Rafa naik.").changed == "Berat Adik Rafa naik."
    third.met = False
    assert said(session, third, "Berat Adik Rafa naik.") == visit_changes.NOTHING


@pytest.mark.parametrize(
    ("end", "sentence"),
    [("handled", "Berkat laporan Bapak, Adik Rafa sudah diperiksa dan ditangani petugas kesehatan."),
     ("unmet", "Dua bulan berturut-turut tidak ada anak asuh Bapak yang terlewat.")],
)  # fmt: skip
def test_a_referral_of_his_that_came_to_a_good_end_is_said_once(session: Session, end: str, sentence: str) -> None:
    anwar, [rafa] = anwar_and(session, "Rafa")
    first = people.visit(session, anwar, rafa, FEBRUARY)
    sent = people.referral(session, rafa, at(FEBRUARY), "Kejang", visit_id=first.id)
    referrals.close(session, sent, at(FEBRUARY + 5 * DAY), None, ENDS[end][1])
    assert said(session, people.visit(session, anwar, rafa, MARCH)).changed == sentence
    again = people.visit(session, anwar, rafa, TODAY, submitted_at=at(TODAY, "17:00"))
    assert "Berkat" not in said(session, again).changed
    for sheet in session.query(people.PaperConsent):
        sheet.withdrawn_at = at(FEBRUARY)
    first.submitted_at = at(FEBRUARY)
    assert "Berkat" not in said(session, again).changed


def test_a_visit_on_the_promised_day_is_called_so(session: Session) -> None:
    anwar, [rafa] = anwar_and(session, "Rafa")
    promises.promise(session, anwar.id, [Asked(anwar.id, subject(rafa))], TODAY, at(MARCH), at(MARCH))
    visit = people.visit(session, anwar, rafa, TODAY)
    keep(session, visit)
    assert said(session, visit).changed == "Bapak datang sesuai rencana."


def test_the_third_month_in_which_all_were_visited_is_thanked_for_once(session: Session) -> None:
    anwar, [rafa, nisa] = anwar_and(session, "Rafa", "Nisa")
    for month in (JANUARY, FEBRUARY):
        for one in (rafa, nisa):
            people.visit(session, anwar, one, month)
    assert said(session, people.visit(session, anwar, rafa, MARCH)).thanks == ""
    last = people.visit(session, anwar, nisa, MARCH)
    assert said(session, last) == (
        "",
        "Tiga bulan berturut-turut tidak ada anak asuh Bapak yang terlewat. Terima kasih banyak!",
    )
    assert said(session, people.visit(session, anwar, nisa, TODAY)).thanks == ""


def test_leave_breaks_no_row_and_what_others_visited_is_not_theirs(session: Session) -> None:
    anwar, [rafa] = anwar_and(session, "Rafa")
    for month in (date(2025, 12, 9), JANUARY):
        people.visit(session, anwar, rafa, month)
    rahma = people.asn(session, "Rahma Yusuf", people.WOMAN)
    people.visit(session, rahma, rafa, FEBRUARY)
    visit = people.visit(session, anwar, rafa, MARCH)
    assert visit_changes.months_completed(session, CITY, visit) == 1
    people.leave(session, anwar, FEBRUARY, FEBRUARY + 3 * DAY)
    session.flush()
    assert visit_changes.months_completed(session, CITY, visit) == 3


def test_nobody_is_held_to_a_child_they_were_given_in_the_course_of_the_month(session: Session) -> None:
    anwar, [rafa] = anwar_and(session, "Rafa")
    nisa = people.child(session, people.family(session, "Wati"), "Nisa", TODAY - 300 * DAY)
    people.fosters(session, anwar, nisa, MARCH)
    visits = [people.visit(session, anwar, rafa, month) for month in (JANUARY, FEBRUARY, MARCH)]
    assert visit_changes.months_completed(session, CITY, visits[-1]) == 3
