"""The lesson about the cup goes out on the word of a health worker of the place, and on nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Child
from db.lesson_orders import LessonOrder
from db.outbox import Outgoing
from scheduler.lessons import planning
from scheduler.looks import finish
from tests import people
from tests.chat import Chat
from tests.people import NOW, TODAY

CUP = "minum-dengan-cangkir"


def rafa(session: Session) -> Child:
    home = people.family(session)
    home.health_centre_id = people.health_centre(session).id
    people.carer(session, home, joined_on=TODAY - timedelta(days=60))
    return people.child(session, home, born=TODAY - timedelta(days=50))


def midwife(session: Session, centre: str = "Puskesmas Labibia", title: str = "bidan") -> Chat:
    where = people.health_centre(session, centre).id
    who = people.health(session, "Murni", title, scope_id=where, reachable=False)
    return Chat(session, people.address(session, who, "telegram").address)


def sent(session: Session) -> set[str]:
    """The lessons of the next three days."""
    for n in range(1, 4):
        finish(planning.tick, session, NOW + timedelta(days=n), people.city())
    return set(session.scalars(select(Outgoing.lesson).where(Outgoing.state == "planned")))


def test_a_midwife_of_the_place_orders_it_and_the_family_gets_it(session: Session):
    child = rafa(session)
    murni = midwife(session)
    murni.say("minum cangkir")
    assert "keluarga Adik Rafa" in murni.say(child.code.lower())
    assert session.scalars(select(LessonOrder)).all() == []
    assert "Tercatat" in murni.tap("Ya, kirim")
    assert CUP in sent(session)


def test_without_an_order_nobody_gets_it(session: Session):
    rafa(session)
    session.commit()
    lessons = sent(session)
    assert lessons
    assert CUP not in lessons


@pytest.mark.parametrize(("centre", "title"), [("Puskesmas Lain", "bidan"), ("Puskesmas Labibia", "kader")])
def test_neither_a_midwife_of_elsewhere_nor_a_cadre_orders_it(session: Session, centre: str, title: str):
    child = rafa(session)
    somebody = midwife(session, centre, title)
    somebody.say("minum cangkir")
    somebody.say(child.code)
    somebody.tap_token(f"cup:order:{child.id}")
    assert session.scalars(select(LessonOrder)).all() == []
