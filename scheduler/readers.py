"""Who reads lessons: the carers who joined and agreed, what their lessons are counted from, and what they got.

Read a few hundred people at a time with a handful of queries, so that a city of any size fits into the same memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.city import City
from db.children import Carer, Family
from db.consent import Consent
from db.outbox import FAILED, SKIPPED, Outgoing
from db.people import Person
from reports.names import listed, salute
from scheduler.anchors import anchors
from scheduler.occasions import Household, households, occasions
from scheduler.reach import places
from scheduler.reader import SUBJECTS, Reader, Start

BATCH = 500
LATELY = timedelta(days=8)  # long enough for what seven local days allow
AUDIENCES = {"ibu": "ibu", "ayah": "ayah", "nenek/kakek": "keluarga", "keluarga": "keluarga"}
# Not by their kind: SQLite would then read all lessons of the city for every batch, not those of the people in it.
LESSON = Outgoing.key.startswith("lesson:")


def readers(session: Session, now: datetime, city: City, size: int = BATCH) -> Iterator[list[Reader]]:
    """Every carer who reads lessons today, in batches of at most ``size`` people.

    Who has no standing consent, has stopped, or pauses until a later day is not among them.
    """
    last = 0
    while people := _next_people(session, city.today(now), last, size):
        yield _read(session, now, city, people)
        last = people[-1]


def _reads(today: date):
    agreed = (
        select(Consent.id)
        .where(
            Consent.person_id == Carer.person_id,
            Consent.family_id == Carer.family_id,
            Consent.withdrawn_at.is_(None),
        )
        .exists()
    )
    not_paused = Carer.paused_until.is_(None) | (Carer.paused_until <= today)
    return Carer.joined_on <= today, Carer.stopped_at.is_(None), not_paused, agreed


def _next_people(session: Session, today: date, after: int, size: int) -> Sequence[int]:
    query = select(Carer.person_id).where(Carer.person_id > after, *_reads(today)).distinct()
    return session.scalars(query.order_by(Carer.person_id).limit(size)).all()


def _read(session: Session, now: datetime, city: City, people: Sequence[int]) -> list[Reader]:
    today = city.today(now)
    carers = session.execute(
        select(
            Carer.person_id, Carer.family_id, Carer.relation, Carer.joined_on, Carer.paused_until, Carer.weekday,
            Carer.hour, Person.name, Person.language, Family.mother_name,
        )
        .join(Carer.person).join(Carer.family)
        .where(Carer.person_id.in_(people), *_reads(today))
        .order_by(Carer.id)
    ).all()  # fmt: skip
    families = {carer.family_id for carer in carers}
    homes = households(session, families)
    dates = anchors(session, homes, today, city)
    happened = occasions(session, homes, today, city)
    mothers, first = _joined(session, families)
    found = places(session, people)
    told, lately = told_to(session, people), lately_to(session, people, now - LATELY)
    wishes = {carer.person_id: carer for carer in reversed(carers)}
    starts: dict[int, list[Start]] = defaultdict(list)
    for carer in carers:
        mine = Start(
            own=AUDIENCES.get(carer.relation, "keluarga"),
            stands_in=carer.family_id not in mothers and first[carer.family_id] == carer.person_id,
            mother=salute(carer.mother_name, relation="ibu"),
        )
        back = carer.paused_until or date.min
        for one in dates[carer.family_id]:
            joined = max(carer.joined_on, one.known_on)
            starts[carer.person_id].append(
                replace(
                    mine, anchor=one.anchor, ref=one.ref, day=one.day, joined=joined, since=max(joined, back),
                    subject=SUBJECTS[one.anchor], dated=one.day, holds=one.holds, received=_had(homes, one.names),
                    child=listed(list(dict.fromkeys(one.names.values()))),
                )
            )  # fmt: skip
        named = {about: (one.day, name) for one in dates[carer.family_id] for about, name in one.names.items()}
        for one in happened.get(carer.family_id, ()):
            if one.for_family and one.person_id in (0, carer.person_id) and one.about in named:
                born, name = named[one.about]
                starts[carer.person_id].append(
                    replace(
                        mine, anchor="kejadian", ref=f"{one.about}@{one.day}", day=one.day, joined=one.day, since=back,
                        subject=SUBJECTS[one.about[0]], dated=born, child=name, condition=one.condition,
                        received=_had(homes, [one.about]),
                    )
                )  # fmt: skip
    return [
        Reader(
            id, salute(one.name, relation=one.relation), found.get(id), starts[id], told[id], lately[id], one.weekday,
            one.hour, one.language,
        )
        for id, one in sorted(wishes.items())
    ]  # fmt: skip


def _had(homes: Household, about: Iterable[str]) -> frozenset[str]:
    """The services that these are known to have had; of twins what any of them had."""
    return frozenset[str]().union(*(homes.received[one] for one in about if one in homes.received))


def _joined(session: Session, families: set[int]) -> tuple[set[int], dict[int, int]]:
    """The families whose mother has joined, and each family's first carer to join (a person)."""
    query = select(Carer.family_id, Carer.person_id, Carer.relation).where(
        Carer.family_id.in_(families), Carer.joined_on.is_not(None), Carer.stopped_at.is_(None)
    )
    mothers: set[int] = set()
    first: dict[int, int] = {}
    for family, person, relation in session.execute(query.order_by(Carer.joined_on, Carer.id)):
        first.setdefault(family, person)
        if relation == "ibu":
            mothers.add(family)
    return mothers, first


def told_to(session: Session, people: Sequence[int]) -> Mapping[int, Mapping[str, set[str]]]:
    """The lessons that stand in a row for each person, by what they were counted from.

    All keys of a person come as one value: row by row they would cost ten times as much.
    """
    query = select(Outgoing.person_id, func.aggregate_strings(Outgoing.key, " ")).where(
        Outgoing.person_id.in_(people), LESSON
    )
    found: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for person, keys in session.execute(query.group_by(Outgoing.person_id)):
        for key in keys.split():
            _, _, lesson, ref = key.split(":")
            found[person or 0][ref].add(lesson)
    return found


def lately_to(session: Session, people: Sequence[int], since: datetime) -> Mapping[int, list[tuple[str, datetime]]]:
    """The lessons that went or go out to each person since then, each with its moment."""
    query = select(Outgoing.person_id, Outgoing.key, Outgoing.due_at).where(
        Outgoing.person_id.in_(people),
        LESSON,
        Outgoing.due_at >= since,
        Outgoing.state.not_in((SKIPPED, FAILED)),
    )
    found: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    for person, key, due_at in session.execute(query):
        found[person or 0].append((key.split(":")[2], due_at))
    return found
