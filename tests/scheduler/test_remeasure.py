"""Each month a few children a posyandu are drawn to be measured again, and one cadre is asked."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Child
from db.measurements import REPORTED
from db.outbox import Outgoing
from db.people import Person
from flow.message import Message
from scheduler import remeasure
from scheduler.looks import finish
from tests import people
from tests.people import TODAY, at

CITY = people.city()
MORNING = at(TODAY, "09:40")  # a Wednesday
LATELY = TODAY - timedelta(days=2)


def child(session: Session, name: str, post: str = "Melati 1", on: date = LATELY) -> Child:
    home = people.family(session)
    home.posyandu_id = people.posyandu(session, post).id
    found = people.child(session, home, name, TODAY - timedelta(days=400))
    people.measured(session, found, on, 8.5, 74.0)
    return found


def cadre(session: Session, name: str = "Murni", post: str = "Melati 1", **more: bool) -> Person:
    where = people.posyandu(session, post).id
    return people.person(session, name, "health", title="kader", scope="posyandu", scope_id=where, **more)


def rows(session: Session) -> Sequence[Outgoing]:
    return session.scalars(select(Outgoing).order_by(Outgoing.id)).all()


def names(row: Outgoing) -> list[str]:
    return [option.label.removeprefix("Ukur ulang ") for option in Message.from_json(row.message).options]


def test_the_cadre_reads_whom_to_measure_again_and_until_when(session: Session):
    rafa, murni = child(session, "Rafa Pratama"), cadre(session)
    finish(remeasure.tick, session, MORNING, CITY)
    [row] = rows(session)
    assert row.key == f"remeasure:{murni.id}:2026-03"
    message = Message.from_json(row.message)
    assert message.text.startswith(
        f"📏 Bapak/Ibu Murni, bulan ini mohon ukur ulang:\n• *Adik Rafa* ({rafa.code}), Melati 1\n"
    )
    assert "paling lambat 16 Maret" in message.text
    assert "dipilih secara acak untuk diukur kedua kalinya, guna memeriksa timbangan" in message.text
    assert "undi" not in message.text, "it reads like the news of a prize"
    assert "8,5" not in message.text
    assert [(o.token, o.label) for o in message.options] == [(f"remeasure:{rafa.id}", "Ukur ulang Rafa")]
    assert row.expires_at == at(date(2026, 3, 17), "00:00")


def test_once_a_month_and_again_in_the_next(session: Session):
    for number in range(5):
        child(session, f"Anak{number}")
    cadre(session)
    for day in range(5):
        finish(remeasure.tick, session, MORNING + timedelta(days=day), CITY)
    assert len(rows(session)) == 1
    child(session, "Baru", on=TODAY + timedelta(days=30))
    finish(remeasure.tick, session, at(date(2026, 4, 6), "09:40"), CITY)
    assert [row.key.rsplit(":", 1)[1] for row in rows(session)] == ["2026-03", "2026-04"]


def test_two_children_are_drawn_by_a_lot_that_anybody_can_repeat(session: Session):
    for number in range(9):
        child(session, f"Anak{number}")
    cadre(session)
    finish(remeasure.tick, session, MORNING, CITY)
    drawn = names(rows(session)[0])
    assert len(drawn) == 2
    session.delete(rows(session)[0])
    session.flush()
    finish(remeasure.tick, session, MORNING + timedelta(hours=1), CITY)
    assert names(rows(session)[0]) == drawn


def test_only_fresh_official_first_measurings_are_repeated(session: Session):
    cadre(session)
    old = child(session, "Lama", on=TODAY - timedelta(days=8))
    people.measured(session, old, TODAY, 8.6, 74.0, kind=REPORTED)
    gone = child(session, "Pergi")
    gone.state = "pindah"
    again = child(session, "Lagi", on=TODAY - timedelta(days=3))
    first = people.measured(session, again, TODAY - timedelta(days=6), 8.5, 74.0)
    people.measured(session, again, TODAY - timedelta(days=1), 8.5, 74.0, repeats=first.id)
    finish(remeasure.tick, session, MORNING, CITY)
    assert not rows(session)


def test_a_posyandu_held_later_in_the_month_is_asked_the_morning_after(session: Session):
    cadre(session)
    finish(remeasure.tick, session, at(date(2026, 3, 2), "09:40"), CITY)
    assert not rows(session)
    child(session, "Rafa", on=date(2026, 3, 12))
    finish(remeasure.tick, session, at(date(2026, 3, 13), "09:40"), CITY)
    assert len(rows(session)) == 1


def test_of_two_cadres_one_is_asked_and_she_can_be_reached(session: Session):
    child(session, "Rafa")
    cadre(session, "Wati", reachable=False)
    murni = cadre(session)
    finish(remeasure.tick, session, MORNING, CITY)
    assert [row.person_id for row in rows(session)] == [murni.id]
    cadre(session, "Ani")
    for day in range(1, 4):
        finish(remeasure.tick, session, MORNING + timedelta(days=day), CITY)
    assert len(rows(session)) == 1


def test_a_cadre_of_two_posyandu_gets_one_message(session: Session):
    child(session, "Rafa")
    child(session, "Aisyah", "Melati 2")
    murni = cadre(session)
    murni.roles.append(type(murni.roles[0])(
        role="health", title="kader", scope="posyandu", scope_id=people.posyandu(session, "Melati 2").id
    ))  # fmt: skip
    session.flush()
    finish(remeasure.tick, session, MORNING, CITY)
    [row] = rows(session)
    assert sorted(names(row)) == ["Aisyah", "Rafa"]


def test_nobody_is_asked_on_a_weekend_or_at_night(session: Session):
    child(session, "Rafa")
    cadre(session)
    for moment in (at(date(2026, 3, 7), "09:40"), at(date(2026, 3, 8), "09:40"), at(TODAY, "05:00")):
        finish(remeasure.tick, session, moment, CITY)
    assert not rows(session)
