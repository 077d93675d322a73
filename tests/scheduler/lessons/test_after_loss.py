"""After a loss: only the texts written for it go on, to the mother and those beside her, for six weeks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from content.lessons import LOSS
from db.children import Carer, Child, Pregnancy
from db.outbox import PLANNED, SENT, SKIPPED, TAKEN, Kind, Outgoing
from db.states import CareState
from db.subjects import subject
from delivery import before_send
from flow.message import Message
from programme import endings, still_valid
from scheduler.lessons import planning
from scheduler.looks import finish
from tests import people
from tests.chat import chat_with
from tests.people import TODAY, at

TOWN = people.city()
HERS = ["kehilangan-hari-03", "kehilangan-hari-07", "kehilangan-hari-14", "kehilangan-hari-38"]
THEIRS = "kehilangan-hari-05-keluarga"
MORNINGS = (*range(10), 14, 15, 20, 27, 28, 29, 37, 38, 39, 42, 43, 50, 60)
"""Days after the loss on which a test looks: those on which a text begins or ends, and some between."""
Went = tuple[int, int | None, str]
"""The day on which a lesson went out, to whom, and which."""


def days(count: int) -> timedelta:
    return timedelta(days=count)


class Home:
    """Bu Sari, whose HPL is in twelve weeks, and Pak Amir."""

    def __init__(self, session: Session):
        self.session = session
        self.family = people.family(session)
        self.expected: Pregnancy = people.pregnancy(session, self.family, TODAY + timedelta(weeks=12))
        self.sari: Carer = people.carer(session, self.family, joined_on=TODAY - days(90))
        self.amir: Carer = people.carer(session, self.family, "Amir Hamzah", "ayah", joined_on=TODAY - days(90))
        session.commit()

    def born(self, days_ago: int, name: str = "Rafa") -> Child:
        """A child of the pregnancy that has ended, born so many days ago."""
        self.expected.state = CareState.BORN
        return people.child(self.session, self.family, name, TODAY - days(days_ago), pregnancy_id=self.expected.id)

    def loses(self, about: Child | Pregnancy, kind: CareState, on: date = TODAY, told: date | None = None) -> None:
        """The loss as a health worker tells it."""
        told = told or on
        endings.lose(self.session, about, kind, on, at(told, "10:00"), told + days(14))
        self.session.commit()

    def live(self, first: int, last: int, town: City = TOWN) -> list[Went]:
        """What goes out on the ``MORNINGS`` between, planned early and looked at once more before it is sent."""
        gone: list[Went] = []
        for day in (one for one in MORNINGS if first <= one < last):
            finish(planning.tick, self.session, at(TODAY + days(day), "06:05"), town)
            for row in self.session.scalars(select(Outgoing).where(Outgoing.state == PLANNED, Outgoing.lesson != "")):
                row.state = TAKEN
                before_send.check(self.session, [row], at(TODAY + days(day), "09:30"), town)
                if row.state == TAKEN:
                    row.state = SENT
                    gone.append((day, row.person_id, row.lesson))
        return gone

    def to(self, carer: Carer, gone: list[Went]) -> list[str]:
        return [lesson for _, person, lesson in gone if person == carer.person_id]


@pytest.fixture
def home(session: Session) -> Home:
    return Home(session)


@pytest.mark.parametrize("kind", [CareState.MISCARRIED, CareState.STILLBORN])
def test_after_a_lost_pregnancy_a_mother_gets_exactly_four_texts_and_those_beside_her_one(
    home: Home, kind: CareState
) -> None:
    home.loses(home.expected, kind)
    gone = home.live(1, 61)
    assert [(day, lesson) for day, person, lesson in gone if person == home.sari.person_id] == list(
        zip((3, 7, 14, 38), HERS, strict=True)
    )
    assert home.to(home.amir, gone) == [THEIRS]


@pytest.mark.parametrize(("age", "texts"), [(0, HERS), (3, HERS), (42, HERS), (43, []), (400, [])])
def test_they_come_after_the_death_of_a_newborn_and_not_of_an_older_child(
    home: Home, age: int, texts: list[str]
) -> None:
    home.loses(home.born(age), CareState.DIED)
    assert home.to(home.sari, home.live(1, 61)) == texts


def test_in_the_two_weeks_of_grief_nothing_else_comes_not_even_about_a_brother(home: Home) -> None:
    people.child(home.session, home.family, "Rafi", TODAY - days(800))
    home.loses(home.expected, CareState.MISCARRIED)
    urgent = people.lesson("bahaya", 790, 900, must_not_miss=True)
    town = people.city(library=people.library(*TOWN.library.of_anchor(LOSS), urgent))
    gone = home.live(0, 14, town)
    assert home.to(home.sari, gone) == HERS[:2]
    assert home.to(home.amir, gone) == [THEIRS]
    assert home.to(home.sari, home.live(14, 61, town)) == ["bahaya", *HERS[2:]]


def test_they_are_kept_apart_from_ordinary_lessons_by_their_kind(home: Home) -> None:
    home.loses(home.expected, CareState.STILLBORN)
    home.live(1, 61)
    rows = home.session.scalars(select(Outgoing).where(Outgoing.lesson != "", Outgoing.state == SENT)).all()
    assert {row.kind for row in rows} == {Kind.AFTER_LOSS}
    assert TOWN.notices.of_kind(Kind.AFTER_LOSS).name == "asuh_kabar_pendampingan"


def test_no_text_names_or_shows_a_baby_asks_for_an_answer_or_sounds_an_alarm(home: Home) -> None:
    home.loses(home.born(3), CareState.DIED)
    home.live(1, 61)
    rows = home.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.AFTER_LOSS)).all()
    assert len(rows) == 5
    for row in rows:
        said = Message.from_json(row.message)
        assert (said.options, said.attachment) == ((), None)
        text = said.text.casefold()
        assert [word for word in ("rafa", "bayi", "adik", "si kecil", "selamat", "❗") if word in text] == []


def test_on_whatsapp_it_is_announced_in_words_that_say_nothing_of_it(session: Session) -> None:
    house = people.family(session, "Wa Ode Fitri")
    expected = people.pregnancy(session, house, TODAY + days(80))
    fitri = people.carer(session, house, "Wa Ode Fitri", joined_on=TODAY - days(90), reachable=False)
    wrote = at(TODAY - days(5), "09:00")
    people.address(session, fitri.person, "whatsapp", wrote).window_until = wrote + days(1)
    endings.lose(session, expected, CareState.STILLBORN, TODAY, at(TODAY, "10:00"), TODAY + days(14))
    finish(planning.tick, session, at(TODAY + days(3), "06:05"), TOWN)
    row = session.scalars(select(Outgoing).where(Outgoing.lesson == HERS[0])).one()
    row.state = TAKEN
    before_send.check(session, [row], at(TODAY + days(3), "09:30"), TOWN)
    assert (row.state, row.template) == (TAKEN, "asuh_kabar_pendampingan")
    assert Message.from_json(row.message).notice == ("Bu Fitri",)


def test_the_numbers_stand_where_somebody_must_leave_at_once(home: Home) -> None:
    home.loses(home.expected, CareState.MISCARRIED)
    home.live(1, 61)
    rows = home.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.AFTER_LOSS)).all()
    texts = {row.lesson: Message.from_json(row.message).text for row in rows}
    assert [lesson for lesson, text in texts.items() if "Telepon *112* atau *119*" not in text] == []
    assert "119 ext 8" in texts["kehilangan-hari-38"]


def test_who_is_told_late_starts_at_the_right_day_with_the_danger_signs_first(home: Home) -> None:
    home.loses(home.expected, CareState.MISCARRIED, TODAY - days(9), told=TODAY)
    assert home.to(home.sari, home.live(0, 61)) == HERS
    first = home.session.scalars(select(Outgoing).where(Outgoing.lesson == HERS[0])).one()
    assert TOWN.today(first.due_at) <= TODAY + days(1)


def test_where_the_mother_gets_no_messages_who_stands_in_for_her_passes_them_on(session: Session) -> None:
    house = people.family(session, "Wa Ode Fitri")
    expected = people.pregnancy(session, house, TODAY + days(80))
    people.carer(session, house, "La Ode Budi", "ayah", joined_on=TODAY - days(90))
    endings.lose(session, expected, CareState.STILLBORN, TODAY, at(TODAY, "10:00"), TODAY + days(14))
    finish(planning.tick, session, at(TODAY + days(3), "06:05"), TOWN)
    row = session.scalars(select(Outgoing).where(Outgoing.state == PLANNED, Outgoing.lesson == HERS[0])).one()
    assert "mohon sampaikan kepada Bu Fitri" in Message.from_json(row.message).text


def test_of_twins_who_both_die_a_mother_hears_once(home: Home) -> None:
    twins = [home.born(3, name) for name in ("Rafa", "Rafi")]
    home.loses(twins[0], CareState.DIED)
    before = home.live(1, 6)
    home.loses(twins[1], CareState.DIED, TODAY + days(5))
    assert home.to(home.sari, before + home.live(6, 61)) == HERS


# --- what stops them ----------------------------------------------------------------


def test_neither_the_pause_after_the_loss_nor_one_she_asks_for_holds_them_back_and_she_reads_so(home: Home) -> None:
    home.loses(home.expected, CareState.MISCARRIED)
    assert home.sari.paused_until == TODAY + days(14)
    sari = chat_with(home.session, home.sari.person)
    sari.say("jeda")
    assert "Yang tetap datang hanya pesan untuk menjaga ibu" in sari.tap("Sebulan")
    assert home.to(home.sari, home.live(1, 61)) == HERS


@pytest.mark.parametrize("ago", [None, 43])
def test_who_pauses_reads_nothing_of_a_loss_that_was_none_or_is_long_past(home: Home, ago: int | None) -> None:
    if ago is not None:
        home.loses(home.expected, CareState.MISCARRIED, TODAY - days(ago))
    sari = chat_with(home.session, home.sari.person)
    sari.say("jeda")
    assert "kehilangan" not in sari.tap("Sebulan")


def test_a_planned_text_outlives_a_pause_but_not_berhenti(home: Home) -> None:
    home.loses(home.expected, CareState.MISCARRIED)
    finish(planning.tick, home.session, at(TODAY + days(3), "06:05"), TOWN)
    row = home.session.scalars(select(Outgoing).where(Outgoing.lesson == HERS[0])).one()
    sari = chat_with(home.session, home.sari.person)
    sari.say("jeda")
    sari.tap("Seminggu")
    assert row.state == PLANNED
    sari.say("berhenti")
    assert (row.state, row.reason) == (SKIPPED, "berhenti")
    assert home.to(home.sari, home.live(4, 61)) == []


def test_who_stopped_after_the_planning_is_not_written_to_and_who_pauses_is(home: Home) -> None:
    home.loses(home.expected, CareState.MISCARRIED)
    finish(planning.tick, home.session, at(TODAY + days(3), "06:05"), TOWN)
    row = home.session.scalars(select(Outgoing).where(Outgoing.lesson == HERS[0])).one()
    assert still_valid.unwanted(home.session, [row], TODAY + days(3)) == {}
    home.sari.stopped_at = at(TODAY + days(3), "07:00")
    home.session.flush()
    assert still_valid.unwanted(home.session, [row], TODAY + days(3)) == {row.id: "berhenti"}


def test_what_was_known_before_the_loss_does_not_end_them(home: Home) -> None:
    """A pregnancy that was entered twice, and a brother who moved to his grandmother before."""
    rafi = people.child(home.session, home.family, "Rafi", TODAY - days(800))
    endings.end(home.session, rafi, CareState.MOVED, TODAY - days(30), at(TODAY - days(30), "09:00"))
    people.pregnancy(home.session, home.family, TODAY + days(80))
    home.loses(home.expected, CareState.MISCARRIED)
    assert [lesson for lesson in home.to(home.sari, home.live(1, 61)) if lesson in HERS] == HERS


def test_her_own_death_ends_them_for_everybody(home: Home) -> None:
    home.loses(home.expected, CareState.STILLBORN)
    finish(planning.tick, home.session, at(TODAY + days(3), "06:05"), TOWN)
    home.family.mother_died_on = TODAY + days(3)
    assert home.live(4, 61) == []


def test_a_mother_who_expects_a_child_again_gets_none_any_more(home: Home) -> None:
    home.loses(home.expected, CareState.MISCARRIED)
    assert home.to(home.sari, home.live(1, 10)) == HERS[:2]
    people.pregnancy(home.session, home.family, TODAY + days(280), created_at=at(TODAY + days(10), "08:00"))
    assert [lesson for lesson in home.to(home.sari, home.live(10, 61)) if lesson in HERS] == []


@pytest.mark.parametrize("kind", [CareState.MOVED, CareState.REFUSED])
def test_a_family_that_has_moved_or_wants_no_visits_since_gets_none_any_more(home: Home, kind: CareState) -> None:
    rafi = people.child(home.session, home.family, "Rafi", TODAY - days(800))
    home.loses(home.expected, CareState.MISCARRIED)
    endings.end(home.session, rafi, kind, TODAY + days(2), at(TODAY + days(2), "09:00"))
    assert [lesson for lesson in home.to(home.sari, home.live(3, 61)) if lesson in HERS] == []


@pytest.mark.parametrize("kind", [CareState.MOVED, CareState.REFUSED])
def test_who_has_moved_or_refused_has_lost_nobody(home: Home, kind: CareState) -> None:
    endings.end(home.session, home.expected, kind, TODAY, at(TODAY, "09:00"))
    assert [lesson for lesson in home.to(home.sari, home.live(1, 61)) if lesson in HERS] == []


def test_a_loss_that_was_corrected_brings_nothing(home: Home) -> None:
    home.loses(home.expected, CareState.MISCARRIED)
    finish(planning.tick, home.session, at(TODAY + days(3), "06:05"), TOWN)
    home.expected.state = CareState.ACTIVE
    assert [lesson for lesson in home.to(home.sari, home.live(3, 13)) if lesson in HERS] == []


@pytest.mark.parametrize("change", ["her death", "a new pregnancy", "a correction", "a move"])
def test_what_was_planned_before_the_news_is_caught_before_it_is_sent(home: Home, change: str) -> None:
    rafi = people.child(home.session, home.family, "Rafi", TODAY - days(800))
    home.loses(home.expected, CareState.MISCARRIED)
    finish(planning.tick, home.session, at(TODAY + days(3), "06:05"), TOWN)
    row = home.session.scalars(select(Outgoing).where(Outgoing.lesson == HERS[0])).one()
    assert still_valid.fallen(home.session, [row]) == {}
    match change:
        case "her death":
            home.family.mother_died_on = TODAY + days(3)
        case "a new pregnancy":
            people.pregnancy(home.session, home.family, TODAY + days(280), created_at=at(TODAY + days(3), "08:00"))
        case "a correction":
            home.expected.state = CareState.ACTIVE
        case _:
            endings.end(home.session, rafi, CareState.MOVED, TODAY + days(3), at(TODAY + days(3), "09:00"))
    home.session.flush()
    assert still_valid.fallen(home.session, [row]) == {row.id: "duka"}


def test_a_second_loss_in_the_house_takes_nothing_from_the_texts_of_the_first(home: Home) -> None:
    rafi = people.child(home.session, home.family, "Rafi", TODAY - days(800))
    home.loses(home.expected, CareState.MISCARRIED)
    finish(planning.tick, home.session, at(TODAY + days(3), "06:05"), TOWN)
    row = home.session.scalars(select(Outgoing).where(Outgoing.lesson == HERS[0])).one()
    home.loses(rafi, CareState.DIED, TODAY + days(3))
    assert row.state == PLANNED
    assert still_valid.fallen(home.session, [row]) == {}


def test_every_text_after_a_loss_is_counted_from_it(home: Home) -> None:
    home.loses(home.expected, CareState.MISCARRIED)
    home.live(1, 61)
    rows = home.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.AFTER_LOSS)).all()
    assert {row.origin for row in rows} == {subject(home.expected)}
    assert {row.lesson for row in rows} == {lesson.id for lesson in TOWN.library.of_anchor(LOSS)}
