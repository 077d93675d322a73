"""Who fosters whom today, with the last and the next visit of each. A few queries, whatever the size of the city."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta, tzinfo
from typing import Any, NamedTuple, cast

from sqlalchemy import false, func, select
from sqlalchemy.orm import Session

from db import appointments, told_endings
from db.children import Child, Family, Pregnancy, Wedding
from db.consent import family_agrees
from db.fostering import Assignment, Part, answers_first, current
from db.ladder import Cycle
from db.people import Person
from db.places import PLACE, District, Village
from db.states import CareState
from db.subjects import Subject, SubjectKind
from db.visits import Visit
from programme import ladder_pauses
from programme.names import Called, child_name, listed, salute, told_apart
from programme.scopes import CITY, Scope, fosterings_in, of_spot
from programme.visitors import Visiting, Visitor, chunks, visiting_of
from rules.stages import age, pregnancy_week
from rules.visits import agreed_on, due_on, first_knowable, paused

OVERDUE_BIRTH = timedelta(weeks=2)
COUPLE_AFTER = timedelta(days=365)  # after its wedding a couple is visited as long as lessons for couples come
CHILD, PREGNANCY, WEDDING = SubjectKind.CHILD, SubjectKind.PREGNANCY, SubjectKind.WEDDING
FAMILY = SubjectKind.FAMILY
Held = defaultdict[tuple[SubjectKind, int], list[Any]]


@dataclass(frozen=True, slots=True)
class Fostering:
    """One foster parent and one child, pregnant woman or couple. ``asn``, ``name`` and ``mother`` are their names in
    messages.

    ``about`` is the child, the pregnancy or the wedding, ``code`` the child's or the family's. ``born`` is a child's
    day of birth if it is known, ``hpl`` a pregnancy's expected one, ``wedding`` that of a couple. ``last`` is the last
    visit by anybody, ``due`` the day of the next; ``last_before`` and ``due_before`` are the same as of yesterday.
    ``village`` comes with its kecamatan, because names repeat: "Poasia (Abeli)"; ``village_id`` and ``district_id`` are
    those two. ``agreed``: a parent's consent stands; without it no age and no week of pregnancy is shown.
    ``health_centre_id`` and ``posyandu_id`` are where the family is cared for, ``office_id`` is the foster parent's.

    ``answers``: the visits are asked of this foster parent, the main one or their substitute of these days; of a
    companion nothing is ever overdue, and ``answered_by`` is who it is asked of instead. ``instead_of`` is for whom a
    substitute stands in. ``visitors`` come in the foster parent's name, or are they themselves. ``joined`` is False as
    long as none of them has ever joined: then nothing is overdue either, nor while the child or mother is
    ``in_hospital`` by a referral: the visit waits until they are back. ``begins`` is the day from which their visits
    are counted, None where nobody could know of them yet; ``away`` are the first and last day of each leave.
    """

    asn_id: int
    asn: str
    about: Subject
    code: str
    name: str
    born: date | None
    hpl: date | None
    family_id: int
    village: str
    village_id: int
    district_id: int
    starts: date
    last: date | None
    due: date
    last_before: date | None
    due_before: date
    agreed: bool
    part: Part
    answers: bool
    answered_by: str
    instead_of: str
    visitors: tuple[Visitor, ...]
    joined: bool
    mother: str
    wedding: date | None = None
    in_hospital: bool = False
    health_centre_id: int | None = None
    posyandu_id: int | None = None
    office_id: int | None = None
    begins: date | None = None
    away: tuple[tuple[date, date], ...] = ()

    @property
    def since(self) -> date:
        """The day from which this visit counts: of the last one, or the first of the assignment where that is later."""
        return self.starts if self.last is None else max(self.starts, self.last)

    @property
    def cycle(self) -> Cycle:
        """The visit that is due next, by which the ladder keeps who was told."""
        return Cycle(self.about, self.asn_id, self.since)

    @property
    def home(self) -> tuple[int, int, int | None, int | None]:
        """Its kelurahan, kecamatan, puskesmas and posyandu, as ``disclosure.over`` takes them."""
        return self.village_id, self.district_id, self.health_centre_id, self.posyandu_id

    @property
    def called(self) -> str:
        """ "Adik Rafa", "Bu Wati", "Pasangan Bu Wati"."""
        return f"Adik {self.name}" if self.about.kind is CHILD else self.name

    @property
    def sent(self) -> str:
        """The delegates who come in the foster parent's name: "Bu Rina dan Pak Dedi"; empty without any."""
        return listed([one.name for one in self.visitors if one.id != self.asn_id])

    def is_in(self, scopes: Iterable[Scope]) -> bool:
        """Whether it is in any of these scopes of a coordinator."""
        return not of_spot(*self.home, self.office_id).isdisjoint(scopes)

    def as_whom(self, person_id: int) -> str:
        """In whose place this person visits: "untuk Wali Kota", "menggantikan Pak Anwar"; empty for themselves."""
        parts = (
            f"untuk {self.asn}" if person_id != self.asn_id else "",
            f"menggantikan {self.instead_of}" if self.instead_of else "",
        )
        return ", ".join(filter(None, parts))


def labels(fostered: Sequence[Fostering], today: date) -> dict[Subject, str]:
    """What each of one foster parent's children and mothers is called, told from the others: "Adik Rafa (Bu Sari)".

    ``fostered`` is everybody whom they foster.
    """
    named = [
        Called(one.called, one.code, one.mother if one.agreed and one.about.kind is CHILD else "", _age(one, today))
        for one in fostered
    ]
    return {one.about: name for one, name in zip(fostered, told_apart(named), strict=True)}


def _age(one: Fostering, today: date) -> str:
    if one.hpl:
        return f"hamil {pregnancy_week(one.hpl, today)} minggu" if one.agreed else ""
    return age(one.born, today).short if one.agreed and one.born and one.born <= today else ""


def fosterings(
    session: Session,
    today: date,
    every_days: int,
    scopes: Collection[Scope] = (CITY,),
    zone: tzinfo = UTC,
) -> list[Fostering]:
    """Every assignment that holds today, for each living, present child, running pregnancy and couple it covers.

    One of whom an end was told is left out until it is decided: nobody is reproached for a visit to the dead. Who is in
    hospital by a referral is not late until they are back (``ladder_pauses``). ``zone`` is the city's, in which the day
    of joining is read.
    """
    children = _rows(session, _of_children(today, scopes))
    pregnancies = _rows(session, _of_pregnancies(today, scopes))
    couples = _rows(session, _of_couples(today, scopes))
    everybody = [*children, *pregnancies, *couples]
    held = _answering(session, {row.id for row in children}, {row.family_id for row in everybody}, today)
    people = {row.asn_id for row in everybody} | {one.asn_id for ones in held.values() for one in ones}
    visiting = visiting_of(session, people, today, zone)
    arranged = appointments.not_before(session, {row.family_id for row in everybody})
    stays = ladder_pauses.stays(session, today, zone)
    found: list[Fostering] = []
    for kind, column, rows in (
        (CHILD, Visit.child_id, children), (PREGNANCY, Visit.pregnancy_id, pregnancies),
        (WEDDING, Visit.wedding_id, couples),
    ):  # fmt: skip
        ids = {row.id for row in rows}
        last = _last_visits(session, column, ids, today)
        # Only for those visited today was it different yesterday.
        seen_today = {id for id, (on, _) in last.items() if on == today}
        before = (
            last | dict.fromkeys(seen_today, NEVER) | _last_visits(session, column, seen_today, today - timedelta(1))
        )
        for row in rows:
            own, now, then = visiting[row.asn_id], last.get(row.id, NEVER), before.get(row.id, NEVER)
            # Nobody could visit for a pregnancy or a wedding before it was known.
            entered = None if kind is CHILD else row.entered.astimezone(zone).date()
            of_child = held[kind, row.id] if kind is CHILD else ()
            counting = _counting(row, [*of_child, *held[SubjectKind.FAMILY, row.family_id]], visiting, entered)
            ill = (*stays.get(Subject(kind, row.id), ()), *stays.get(Subject(FAMILY, row.family_id), ()))
            counting = counting._replace(away=(*counting.away, *(one.days for one in ill)))
            day = arranged.get((row.asn_id, row.family_id))
            found.append(
                Fostering(
                    asn_id=row.asn_id,
                    asn=own.name,
                    about=Subject(kind, row.id),
                    code=row.code,
                    name=_name(kind, row.name),
                    born=row.day if kind is CHILD else None,
                    hpl=row.day if kind is PREGNANCY else None,
                    family_id=row.family_id,
                    village=row.village,
                    village_id=row.village_id,
                    district_id=row.district_id,
                    starts=row.starts,
                    last=now[0],
                    due=_due(counting, now, day, today, every_days),
                    last_before=then[0],
                    due_before=_due(counting, then, day, today - timedelta(1), every_days),
                    agreed=row.agreed,
                    part=row.part,
                    answers=counting.answers,
                    answered_by=counting.answered_by,
                    instead_of=counting.instead_of,
                    visitors=own.visitors,
                    joined=own.joined is not None,
                    mother=salute(row.mother, relation="ibu"),
                    wedding=row.day if kind is WEDDING else None,
                    in_hospital=any(one.lasts for one in ill),
                    health_centre_id=row.health_centre_id,
                    posyandu_id=row.posyandu_id,
                    office_id=row.office_id,
                    begins=counting.begins,
                    away=counting.away,
                )
            )
    return found


def _name(kind: SubjectKind, name: str) -> str:
    if kind is CHILD:
        return child_name(name)
    mother = salute(name, relation="ibu")
    return f"Pasangan {mother}" if kind is WEDDING else mother


Last = tuple[date | None, date | None]  # the day of the last visit, and the next one agreed at it
NEVER: Last = (None, None)


class _Counting(NamedTuple):
    """From what a visit's due day is counted: ``begins`` None where nobody could know of it yet."""

    begins: date | None
    not_before: date
    away: tuple[tuple[date, date], ...]
    answers: bool
    answered_by: str
    instead_of: str


def _counting(row: Any, held: Sequence[Any], visiting: Mapping[int, Visiting], entered: date | None) -> _Counting:
    """``held`` are the assignments of the child or mother that answer for visits, or would if nobody stood in."""
    mine = visiting[row.asn_id]
    born = entered or (row.day if row.told else None)

    def since(one: Any) -> date | None:
        # The ASN of a family is due for a newborn from its birth on, not from the start of the assignment.
        return first_knowable(max(one.starts, born or one.starts), one.known_from, visiting[one.asn_id].joined)

    first = min(held, key=answers_first, default=None)
    answers, known = first is not None and first.asn_id == row.asn_id, since(row)
    answered_by = "" if first is None or answers else visiting[first.asn_id].name
    main = min((one for one in held if one.part == Part.MAIN), key=answers_first, default=None)
    begins, instead_of = known, ""
    if main is not None and row.part == Part.SUBSTITUTE:
        # Who stands in takes over the visit as it is due, from the first day on which they know.
        begins, instead_of = known and (since(main) or main.starts), visiting[main.asn_id].name
    return _Counting(begins, known or row.starts, mine.away, answers, answered_by, instead_of)


def _due(counting: _Counting, visit: Last, arranged: date | None, on: date, every_days: int) -> date:
    """The due day as of that day: in the past only for whoever answers for the visit, and could know of it."""
    last, said = visit
    due = due_on(counting.begins or on, last, agreed_on(last, said, arranged), every_days)
    due = max(due, counting.not_before)
    due = paused(due, counting.away, on)
    return due if counting.answers else max(due, on)


_ASN = (
    Assignment.asn_id, Assignment.part, Assignment.starts, Assignment.known_from,
    Family.id.label("family_id"), PLACE.label("village"), Family.village_id,
    Village.district_id, family_agrees(Family.id).label("agreed"), Family.mother_name.label("mother"),
    Family.health_centre_id, Family.posyandu_id, Person.office_id,
)  # fmt: skip


def _of_children(today: date, scopes: Collection[Scope]) -> list[Any]:
    told = Child.pregnancy_id.is_not(None).label("told")
    columns = (*_ASN, Child.id, Child.code, Child.name, Child.born.label("day"), told)
    # Two plain joins, not one with OR: each can use its index.
    return [
        _held(select(*columns).join(Child, joined), Child.family_id, today, scopes).where(
            Child.state == CareState.ACTIVE, ~told_endings.gone(Child)
        )
        for joined in (Child.id == Assignment.child_id, Child.family_id == Assignment.family_id)
    ]


def _of_pregnancies(today: date, scopes: Collection[Scope]) -> list[Any]:
    columns = (*_ASN, Pregnancy.id, Family.code, Pregnancy.mother_name.label("name"), Pregnancy.due.label("day"))
    query = select(*columns, Pregnancy.created_at.label("entered"), false().label("told")).join(
        Pregnancy, Pregnancy.family_id == Assignment.family_id
    )
    # Two weeks after the HPL the baby is born, though nobody reported it: no visit is due any more.
    running = Pregnancy.state == CareState.ACTIVE, Pregnancy.due >= today - OVERDUE_BIRTH
    return [_held(query, Pregnancy.family_id, today, scopes).where(*running, ~told_endings.gone(Pregnancy))]


def _of_couples(today: date, scopes: Collection[Scope]) -> list[Any]:
    columns = (*_ASN, Wedding.id, Family.code, Family.mother_name.label("name"), Wedding.day.label("day"))
    query = select(*columns, Wedding.created_at.label("entered"), false().label("told"))
    query = query.join(Wedding, Wedding.family_id == Assignment.family_id)
    running = Wedding.state == CareState.ACTIVE, Wedding.day >= today - COUPLE_AFTER
    return [_held(query, Wedding.family_id, today, scopes).where(*running)]


def _held(query: Any, family: Any, today: date, scopes: Collection[Scope]) -> Any:
    return (
        query.select_from(Assignment)
        .join(Person, Person.id == Assignment.asn_id)
        .join(Family, Family.id == family)
        .join(Village, Village.id == Family.village_id)
        .join(District, District.id == Village.district_id)
        .where(*current(today), fosterings_in(scopes))
        .order_by(Assignment.id)
    )


def _answering(session: Session, children: Collection[int], families: Collection[int], today: date) -> Held:
    """By child or family, today's assignments of those who answer for visits, whatever their office."""
    columns = (
        Assignment.id, Assignment.asn_id, Assignment.child_id, Assignment.family_id, Assignment.part, Assignment.starts,
        Assignment.known_from,
    )  # fmt: skip
    found: Held = defaultdict(list)
    of_children = ((CHILD, Assignment.child_id.in_(chosen)) for chosen in chunks(children))
    of_families = ((SubjectKind.FAMILY, Assignment.family_id.in_(chosen)) for chosen in chunks(families))
    for kind, covered in (*of_children, *of_families):
        query = select(*columns).where(covered, Assignment.part != Part.COMPANION, *current(today))
        for row in cast("Iterable[Any]", session.execute(query)):
            found[kind, row.child_id or row.family_id].append(row)
    return found


def _rows(session: Session, queries: list[Any]) -> list[Any]:
    """The rows, one for each ASN and child: a child may be fostered both by itself and through its family."""
    seen: dict[tuple[int, int], Any] = {}
    for query in queries:
        for row in cast("Iterable[Any]", session.execute(query)):
            seen.setdefault((row.asn_id, row.id), row)
    return list(seen.values())


def _last_visits(session: Session, subject: Any, ids: Collection[int], until: date) -> dict[int, Last]:
    """By id, the last visit until that day that was not undone, and the next visit agreed at it."""
    rank = func.row_number().over(partition_by=subject, order_by=(Visit.visited_on.desc(), Visit.id.desc()))
    last = dict[int, Last]()
    for chosen in chunks(ids):
        ranked = (
            select(subject.label("id"), Visit.visited_on, Visit.next_on, rank.label("place"))
            .where(subject.in_(chosen), Visit.undone_at.is_(None), Visit.visited_on <= until)
            .subquery()
        )
        newest = select(ranked.c.id, ranked.c.visited_on, ranked.c.next_on).where(ranked.c.place == 1)
        last |= {row.id: (row.visited_on, row.next_on) for row in session.execute(newest)}
    return last
