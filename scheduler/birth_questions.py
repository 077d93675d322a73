"""Questions around the HPL whether the baby is born: first to the family, two weeks later to ASN and health workers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import consent, outbox
from db.children import Carer, Pregnancy, health_workers
from db.fostering import foster_parents
from db.outbox import PLANNED_LANE, Kind, Outgoing
from db.people import Person, places
from db.states import MOURNING, CareState
from db.subjects import subject
from flow.message import Message, Option
from flow.questions import show_day
from programme.contacts import called, carers, who
from programme.names import salute
from programme.quiet_hours import quiet_hours
from rules.stages import birth_questions
from scheduler.looks import Write, promises_if

WAITS = timedelta(days=3)  # how late a question may still be promised, and how long it may wait to be sent
OVERDUE = timedelta(days=14)  # after the HPL without a report of the birth
TELLS_LATE = timedelta(days=14)  # how long after that a pregnancy is still asked about
AT_ONCE = 8  # mothers in one message
TOGETHER = "disebut dalam pesan yang sama"


class Question(NamedTuple):
    """One question to one person. ``day`` is its calendar day, not that of sending, so an outage repeats nothing."""

    person_id: int
    pregnancy: Pregnancy
    day: date
    carer: Carer | None  # None: a health worker or an ASN
    person: Person

    @property
    def key(self) -> str:
        return f"birth:{self.person_id}:{self.pregnancy.id}:{self.day}"


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Promise today's questions: at most one message a person, to those who can be reached."""
    local = city.local(now)
    if quiet_hours(city).open_at(local) != local:
        return
    today = local.date()
    questions = [*_of_families(session, today), *_of_staff(session, today)]
    planned = outbox.promised(session, [one.key for one in questions], dropped=MOURNING)
    midnight = datetime.combine(today, time(), city.zone)
    had = set(
        session.scalars(select(Outgoing.person_id).where(Outgoing.kind == Kind.BIRTH, Outgoing.created_at >= midnight))
    )
    waiting: dict[int, list[Question]] = defaultdict(list)
    for question in questions:
        if question.key not in planned and question.person_id not in had:
            waiting[question.person_id].append(question)
    found = places(session, waiting)
    reached = [person_id for person_id in waiting if person_id in found]  # in the order of the questions
    asked = ({one.pregnancy.id for one in waiting[person_id]} for person_id in reached)
    rows = (_rows(waiting[person_id], found[person_id], now, city) for person_id in reached)
    yield from promises_if(zip(asked, rows, strict=True), _running)


def _running(session: Session, pregnancies: Collection[int]) -> Collection[int]:
    """The pregnancies that have not ended."""
    running = select(Pregnancy.id).where(Pregnancy.id.in_(pregnancies), Pregnancy.state == CareState.ACTIVE)
    return session.scalars(running).all()


def _of_families(session: Session, today: date) -> Iterator[Question]:
    """Questions to consenting, not paused carers of a family with a running pregnancy."""
    near = Pregnancy.due.between(today - OVERDUE, today + OVERDUE)
    for pregnancy in session.scalars(
        select(Pregnancy).where(Pregnancy.state == CareState.ACTIVE, near).order_by(Pregnancy.due)
    ):
        day = next((day for day in birth_questions(pregnancy.due, pregnancy.sure) if day <= today < day + WAITS), None)
        if day is None:
            continue
        for carer in carers(session, pregnancy.family_id):
            if carer.joined_on and (carer.paused_until is None or carer.paused_until <= today):
                yield Question(carer.person_id, pregnancy, day, carer, carer.person)


def _of_staff(session: Session, today: date) -> Iterator[Question]:
    """Questions to ASN and health workers, where no birth was reported two weeks after the HPL."""
    silent = Pregnancy.due.between(today - OVERDUE - TELLS_LATE, today - OVERDUE)
    for pregnancy in session.scalars(
        select(Pregnancy).where(Pregnancy.state == CareState.ACTIVE, silent).order_by(Pregnancy.due)
    ):
        agreed = consent.agrees(session, pregnancy.family_id)  # the question tells of the HPL
        staff = [
            *(foster_parents(session, pregnancy, today) if agreed else ()),
            *health_workers(session, pregnancy.family),
        ]
        for person in {one.id: one for one in staff}.values():
            yield Question(person.id, pregnancy, pregnancy.due + OVERDUE, None, person)


def _rows(
    questions: Sequence[Question], place: tuple[str, str], now: datetime, city: City
) -> Sequence[Mapping[str, Any]]:
    """The row of one message and those included in it: a family's question, or all of one ASN or health worker."""
    first, more = questions[0], list[Question]()
    if first.carer is not None:
        message = _to_carer(first.pregnancy, first.carer, city.today(now), city)
    else:
        together = questions[:AT_ONCE]
        more = list(together[1:])
        message = _to_staff(together, city)
    expires = datetime.combine(city.today(now) + WAITS, time(), city.zone)
    to: dict[str, Any] = {"lane": PLANNED_LANE, "person_id": first.person_id}
    if first.carer is not None:
        to["family_id"] = first.carer.family_id
    about = [subject(one.pregnancy) for one in (first, *more)]
    return [
        outbox.row(Kind.BIRTH, first.key, *place, message.to_json(), now, about=about, expires_at=expires, **to),
        *(outbox.row(Kind.BIRTH, one.key, *place, {"text": ""}, now, skipped=TOGETHER, **to) for one in more),
    ]


def _to_carer(pregnancy: Pregnancy, carer: Carer, today: date, city: City) -> Message:
    token = subject(pregnancy)
    text = city.templates.say(
        "birth_asked",
        to=salute(carer.person.name, relation=carer.relation),
        mother=carer.relation == "ibu",
        who=who(pregnancy),
        days=(today - pregnancy.due).days,
    )
    return Message(text, (Option(f"birth:{token}", "Sudah lahir"), Option(f"birth:not:{token}", "Belum")))


def _to_staff(questions: Sequence[Question], city: City) -> Message:
    mothers = [(who(one.pregnancy), one.pregnancy.family.code, show_day(one.pregnancy.due)) for one in questions]
    text = city.templates.say("birth_overdue", to=called(questions[0].person), mothers=mothers)
    if len(questions) > 1:
        return Message(text, tuple(Option(f"birth:{subject(one.pregnancy)}", who(one.pregnancy)) for one in questions))
    token = subject(questions[0].pregnancy)
    return Message(text, (Option(f"birth:{token}", "Sudah lahir"), Option(f"birth:not:{token}", "Belum")))
