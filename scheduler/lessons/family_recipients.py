"""Family recipients: carers who agreed, in a family for which a parent agreed, with their anchors and send history.

They are read in batches of ``BATCH`` with a fixed number of queries each, so memory does not grow with the city.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased

from content.city import City
from db.base import among
from db.children import Carer, Family
from db.consent import carer_reads
from db.people import Person
from programme import after_loss
from programme.names import salute
from scheduler.lessons.anchors import AUDIENCES, FamilyRole, anchor_of_loss, anchors_of
from scheduler.lessons.family_dates import family_dates
from scheduler.lessons.history import told_today
from scheduler.lessons.recipient import Anchor, Profile, Recipient, recipients_of
from scheduler.lessons.triggers import households, triggers

BATCH = 500


def family_recipients(session: Session, now: datetime, city: City, size: int = BATCH) -> Iterator[list[Recipient]]:
    """All carers who get lessons today, in batches of at most ``size`` people.

    Left out: carers without a consent of theirs or of a parent, whose reading the mother has ended, who have stopped,
    or who pause until a later day. Who pauses is among them where the family has lost a child or a pregnancy, with the
    lessons written for that alone.
    """
    # Mothers first: where two of a household wait for the same lesson on its last day, it is hers.
    for mothers in (True, False):
        last = 0
        while people := _next_people(session, city.today(now), last, size, mothers=mothers):
            yield _read(session, now, city, people)
            if len(people) < size:
                break
            last = people[-1]


def _gets_lessons() -> tuple[ColumnElement[bool], ...]:
    """For queries of ``Carer`` with ``_days``: the conditions under which a carer gets lessons."""
    today = bindparam("today", type_=Date)
    not_paused = Carer.paused_until.is_(None) | (Carer.paused_until <= today)
    after_all = or_(not_paused, after_loss.lost_since(bindparam("lost_since", type_=Date)))
    return Carer.joined_on <= today, Carer.stopped_at.is_(None), after_all, carer_reads()


def _days(today: date) -> dict[str, Any]:
    return {"today": today, "lost_since": today - after_loss.AFTERBIRTH}


def _next_people(session: Session, today: date, after: int, size: int, *, mothers: bool) -> Sequence[int]:
    return session.scalars(_people(mothers), {"after": after, "size": size, **_days(today)}).all()


# All queries of a look are built once: it comes every few minutes, mostly for nobody, and building them takes longer
# than running them.


@cache
def _people(mothers: bool) -> Select[int]:
    somebodys = aliased(Carer)
    is_mother = exists().where(somebodys.person_id == Carer.person_id, somebodys.relation == "ibu")
    after = Carer.person_id > bindparam("after")
    query = select(Carer.person_id).where(after, is_mother if mothers else ~is_mother, *_gets_lessons())
    return query.distinct().order_by(Carer.person_id).limit(bindparam("size"))


@cache
def _carers() -> Select[int, int, str, date | None, date | None, int | None, int | None, str, str, str, date | None]:
    return (
        select(
            Carer.person_id, Carer.family_id, Carer.relation, Carer.joined_on, Carer.paused_until, Carer.weekday,
            Carer.hour, Person.name, Person.language, Family.mother_name, Family.mother_died_on,
        )
        .join(Carer.person).join(Carer.family)
        .where(Carer.person_id.in_(among("people")), *_gets_lessons())
        .order_by(Carer.id)
    )  # fmt: skip


@cache
def _of_families() -> Select[int, int, str, datetime | None]:
    families = Carer.family_id.in_(among("families"))
    query = select(Carer.family_id, Carer.person_id, Carer.relation, Carer.stopped_at)
    return query.where(families, Carer.joined_on.is_not(None)).order_by(Carer.joined_on, Carer.id)


def _read(session: Session, now: datetime, city: City, people: Sequence[int]) -> list[Recipient]:
    """These carers as recipients. A fixed number of queries, however many they are."""
    today = city.today(now)
    carers = session.execute(_carers(), {"people": people, **_days(today)}).all()
    families = {carer.family_id for carer in carers}
    homes = households(session, families, today)
    dates = family_dates(session, homes, today, city)
    happened = triggers(session, homes, today, city)
    lost = after_loss.of_now(session, families, today)
    mothers, first, stopped = _joined(session, families, city)
    anchors: dict[int, list[Anchor]] = defaultdict(list)
    homes_of: dict[int, set[int]] = defaultdict(set)
    for carer in carers:
        homes_of[carer.person_id].add(carer.family_id)
        role = FamilyRole(
            person_id=carer.person_id,
            family_id=carer.family_id,
            audience=AUDIENCES.get(carer.relation, "keluarga"),
            joined_on=carer.joined_on,
            back_on=carer.paused_until or date.min,
            mother=salute(carer.mother_name, relation="ibu"),
            stands_in=(
                carer.family_id not in mothers
                and first[carer.family_id] == carer.person_id
                and carer.mother_died_on is None  # nobody can pass a lesson on to her
            ),
            stands_in_since=stopped.get(carer.family_id, date.min),
        )
        family = carer.family_id
        if role.back_on <= today:
            anchors[carer.person_id] += anchors_of(role, dates.get(family, ()), happened.get(family, ()), homes)
        if loss := lost.get(family):
            anchors[carer.person_id].append(anchor_of_loss(role, loss, city.today(loss.told_at)))
    # For a carer of two families the weekday and hour of the first one hold.
    profiles = {
        one.person_id: Profile(
            one.person_id, salute(one.name, relation=one.relation), one.weekday, one.hour, one.language
        )
        for one in reversed(carers)
    }
    today_at_home = told_today(session, families, now, city)
    told = {
        carer.person_id: frozenset(
            (family, lesson)
            for family in homes_of[carer.person_id]
            for person, lesson in today_at_home.get(family, ())
            if person != carer.person_id
        )
        for carer in carers
    }
    return recipients_of(session, profiles.values(), anchors, now, city, told)


def _joined(session: Session, families: set[int], city: City) -> tuple[set[int], dict[int, int], dict[int, date]]:
    """The families whose mother gets lessons, each one's first carer to join, and the day its mother stopped."""
    mothers: set[int] = set()
    first: dict[int, int] = {}
    stopped: dict[int, date] = {}
    for family, person, relation, stopped_at in session.execute(_of_families(), {"families": list(families)}):
        if stopped_at is None:
            first.setdefault(family, person)
            if relation == "ibu":
                mothers.add(family)
        elif relation == "ibu":
            stopped[family] = max(city.today(stopped_at), stopped.get(family, date.min))
    return mothers, first, stopped
