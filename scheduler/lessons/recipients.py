"""Who reads lessons: the carers who joined and agreed, what their lessons are counted from, and what they got.

Read a few hundred people at a time with a handful of queries, so that a city of any size fits into the same memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db.children import Carer, Family
from db.consent import Consent
from db.people import Person, places
from db.subjects import Subject
from programme.names import listed, salute
from scheduler.lessons.family_dates import family_dates
from scheduler.lessons.history import history_of
from scheduler.lessons.recipient import ORIGINS, SUBJECTS, TOPICS, Anchor, Recipient, ref_of
from scheduler.lessons.triggers import Household, households, triggers

BATCH = 500
AUDIENCES = {"ibu": "ibu", "ayah": "ayah", "nenek/kakek": "keluarga", "keluarga": "keluarga"}


def recipients(session: Session, now: datetime, city: City, size: int = BATCH) -> Iterator[list[Recipient]]:
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


def _read(session: Session, now: datetime, city: City, people: Sequence[int]) -> list[Recipient]:
    today = city.today(now)
    carers = session.execute(
        select(
            Carer.person_id, Carer.family_id, Carer.relation, Carer.joined_on, Carer.paused_until, Carer.weekday,
            Carer.hour, Person.name, Person.language, Family.mother_name, Family.mother_died_on,
        )
        .join(Carer.person).join(Carer.family)
        .where(Carer.person_id.in_(people), *_reads(today))
        .order_by(Carer.id)
    ).all()  # fmt: skip
    families = {carer.family_id for carer in carers}
    homes = households(session, families, today)
    dates = family_dates(session, homes, today, city)
    happened = triggers(session, homes, today, city)
    mothers, first, stopped = _joined(session, families, city)
    found = places(session, people)
    history = history_of(session, people, now, city)
    preferences = {carer.person_id: carer for carer in reversed(carers)}
    anchors: dict[int, list[Anchor]] = defaultdict(list)
    for carer in carers:
        mine = Anchor(
            own=AUDIENCES.get(carer.relation, "keluarga"),
            stands_in=(
                carer.family_id not in mothers
                and first[carer.family_id] == carer.person_id
                and carer.mother_died_on is None  # nothing is to be passed on to her
            ),
            mother=salute(carer.mother_name, relation="ibu"),
            stands_in_since=stopped.get(carer.family_id, date.min),
            family_id=carer.family_id,
        )
        back = carer.paused_until or date.min
        for one in dates[carer.family_id]:
            joined = max(carer.joined_on, one.known_on)
            origin = Subject(ORIGINS[one.kind], one.id)
            anchors[carer.person_id].append(
                replace(
                    mine, kind=one.kind, ref=str(one.id), origin=origin, day=one.day,
                    joined=joined, since=max(joined, back),
                    subject=SUBJECTS[one.kind], dated=one.day, holds=one.holds, received=_had(homes, one.names),
                    child=listed(list(dict.fromkeys(one.names.values()))),
                    about=tuple(one.names) or (origin,),
                )
            )  # fmt: skip
        named = {about: (one.day, name) for one in dates[carer.family_id] for about, name in one.names.items()}
        for one in happened.get(carer.family_id, ()):
            if one.for_family and one.person_id in (0, carer.person_id) and one.about in named:
                born, name = named[one.about]
                anchors[carer.person_id].append(
                    replace(
                        mine, kind="kejadian", ref=ref_of(one.about, one.day), origin=one.about,
                        about=(one.about,), day=one.day, joined=one.day, since=back,
                        subject=TOPICS[one.about.kind], dated=born, child=name, condition=one.condition,
                        received=_had(homes, [one.about]),
                    )
                )  # fmt: skip
    return [
        Recipient(
            id, salute(one.name, relation=one.relation), found.get(id), anchors[id], history[id].rows,
            history[id].lately, history[id].lost, one.weekday, one.hour, one.language,
        )
        for id, one in sorted(preferences.items())
    ]  # fmt: skip


def _had(homes: Household, about: Iterable[Subject]) -> frozenset[str]:
    """The services that these are known to have had; of twins what any of them had."""
    had = [homes.received[one] for one in about if one in homes.received]
    return had[0] if len(had) == 1 else frozenset[str]().union(*had)


def _joined(session: Session, families: set[int], city: City) -> tuple[set[int], dict[int, int], dict[int, date]]:
    """The families whose mother reads, each family's first carer to join, and the day on which its mother stopped."""
    query = select(Carer.family_id, Carer.person_id, Carer.relation, Carer.stopped_at).where(
        Carer.family_id.in_(families), Carer.joined_on.is_not(None)
    )
    mothers: set[int] = set()
    first: dict[int, int] = {}
    stopped: dict[int, date] = {}
    for family, person, relation, stopped_at in session.execute(query.order_by(Carer.joined_on, Carer.id)):
        if stopped_at is None:
            first.setdefault(family, person)
            if relation == "ibu":
                mothers.add(family)
        elif relation == "ibu":
            stopped[family] = max(city.today(stopped_at), stopped.get(family, date.min))
    return mothers, first, stopped
