"""Who reads lessons: the carers who joined and agreed, what their lessons are counted from, and what they got.

Read a few hundred people at a time with a handful of queries, so that a city of any size fits into the same memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.children import TAUGHT, Carer, Child, Family, Pregnancy
from db.consent import Consent
from db.outbox import FAILED, SKIPPED, Outgoing
from db.people import Person
from reports.names import call_name, listed, salute
from scheduler.reach import places

BATCH = 500
UNNAMED = "si kecil"
LATELY = timedelta(days=8)  # long enough for what seven local days allow
AUDIENCES = {"ibu": "ibu", "ayah": "ayah", "nenek/kakek": "keluarga", "keluarga": "keluarga"}
# Not by its kind: SQLite would then read all lessons of the city for every batch, not those of the people in it.
LESSON = Outgoing.key.startswith("lesson:")


@dataclass(frozen=True, slots=True)
class Start:
    """What one reader's lessons are counted from: an HPL ("hpl") or a birth ("lahir").

    ``id`` is the pregnancy's, or the child's (of twins the first's, so that they share a lesson); ``child`` what the
    child or the twins are called. ``joined`` is when the reader joined this family, ``since`` when they joined or came
    back from a pause. ``own`` are the audiences the reader belongs to; ``stands_in`` says that no mother has joined,
    so that hers come here too, to be passed on to ``mother``.
    """

    anchor: str
    id: int
    day: date
    child: str
    joined: date
    since: date
    own: str
    stands_in: bool
    mother: str


@dataclass(frozen=True, slots=True)
class Reader:
    """``place`` is (channel, address) where they wrote last, None while they cannot be reached.

    ``told`` are the keys of all rows about a lesson for this person, whatever became of them; ``lately`` the lessons
    that went or go out to them in these days, each with its moment.
    """

    person_id: int
    call: str
    place: tuple[str, str] | None
    starts: Sequence[Start]
    told: Sequence[str]
    lately: Sequence[tuple[str, datetime]]

    def key(self, lesson: str, start: Start) -> str:
        return f"lesson:{self.person_id}:{lesson}:{start.id}"

    def done(self, start: Start) -> set[str]:
        """The lessons counted from this start that stand in a row already."""
        before, after = len(f"lesson:{self.person_id}:"), f":{start.id}"
        return {key[before : -len(after)] for key in self.told if key.endswith(after)}


def readers(session: Session, now: datetime, today: date, size: int = BATCH) -> Iterator[list[Reader]]:
    """Everybody who reads lessons today, in batches of at most ``size`` people.

    Who has no standing consent, has stopped, or pauses until a later day is not among them.
    """
    last = 0
    while people := _next_people(session, today, last, size):
        yield _read(session, now, today, people)
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


def _read(session: Session, now: datetime, today: date, people: Sequence[int]) -> list[Reader]:
    carers = session.execute(
        select(
            Carer.person_id, Carer.family_id, Carer.relation, Carer.joined_on, Carer.paused_until,
            Person.name, Family.mother_name,
        )
        .join(Carer.person).join(Carer.family)
        .where(Carer.person_id.in_(people), *_reads(today))
        .order_by(Carer.id)
    ).all()  # fmt: skip
    families = {carer.family_id for carer in carers}
    anchors = _anchors(session, families)
    mothers, first = _joined(session, families)
    found = places(session, people)
    told, lately = _told(session, people), _lately(session, people, now - LATELY)
    calls: dict[int, str] = {}
    starts: dict[int, list[Start]] = defaultdict(list)
    for carer in carers:
        calls.setdefault(carer.person_id, salute(carer.name, relation=carer.relation))
        alone = carer.family_id not in mothers and first[carer.family_id] == carer.person_id
        for anchor, id, day, child in anchors[carer.family_id]:
            starts[carer.person_id].append(
                Start(
                    anchor, id, day, child, carer.joined_on, max(carer.joined_on, carer.paused_until or date.min),
                    AUDIENCES.get(carer.relation, "keluarga"), alone, salute(carer.mother_name, relation="ibu"),
                )
            )  # fmt: skip
    return [Reader(id, calls[id], found.get(id), starts[id], told.get(id, []), lately[id]) for id in calls]


def _anchors(session: Session, families: set[int]) -> Mapping[int, list[tuple[str, int, date, str]]]:
    """Each family's (anchor, id, day, child's name): running pregnancies, and children who live here by birth date."""
    found: dict[int, list[tuple[str, int, date, str]]] = defaultdict(list)
    pregnancies = select(Pregnancy.family_id, Pregnancy.id, Pregnancy.due)
    for family, id, due in session.execute(
        pregnancies.where(Pregnancy.family_id.in_(families), Pregnancy.state.in_(TAUGHT))
    ):
        found[family].append(("hpl", id, due, ""))
    born: dict[tuple[int, date], list[tuple[int, str | None]]] = defaultdict(list)
    children = select(Child.family_id, Child.id, Child.born, Child.name, Child.state)
    for child in session.execute(
        children.where(Child.family_id.in_(families), Child.born.is_not(None)).order_by(Child.id)
    ):
        lives_here = child.state in TAUGHT
        born[child.family_id, child.born].append((child.id, (call_name(child.name) or UNNAMED) if lives_here else None))
    for (family, day), same_day in born.items():
        # The key keeps the first twin's id even when only the other is left, so that nothing is told again.
        if names := [name for _, name in same_day if name]:
            found[family].append(("lahir", same_day[0][0], day, listed(names)))
    return found


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


def _told(session: Session, people: Sequence[int]) -> dict[int, list[str]]:
    """All keys of a person come as one value: row by row they would cost ten times as much."""
    query = select(Outgoing.person_id, func.aggregate_strings(Outgoing.key, " ")).where(
        Outgoing.person_id.in_(people), LESSON
    )
    return {person: keys.split() for person, keys in session.execute(query.group_by(Outgoing.person_id)) if person}


def _lately(session: Session, people: Sequence[int], since: datetime) -> Mapping[int, list[tuple[str, datetime]]]:
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
