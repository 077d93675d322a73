"""Who fosters whom today, with the last and the next visit of each. A few queries, whatever the size of the city."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import false, func, select
from sqlalchemy.orm import Session

from db import appointments, told_endings
from db.children import Child, Family, Pregnancy, Wedding
from db.consent import family_agrees
from db.fostering import Assignment, current
from db.people import Person
from db.places import PLACE, District, Village
from db.states import CareState
from db.subjects import Subject, SubjectKind
from db.visits import Visit
from programme.names import Called, child_name, salute, told_apart
from programme.scopes import CITY, Scope, fosterings_in
from rules.stages import age, pregnancy_week
from rules.visits import agreed_on, due_on

OVERDUE_BIRTH = timedelta(weeks=2)
COUPLE_AFTER = timedelta(days=365)  # after its wedding a couple is visited as long as lessons for couples come
CHILD, PREGNANCY, WEDDING = SubjectKind.CHILD, SubjectKind.PREGNANCY, SubjectKind.WEDDING
AT_ONCE = 5_000  # ids in one query; SQLite takes 32,766


@dataclass(frozen=True, slots=True)
class Fostering:
    """One ASN and one child, pregnant woman or couple. ``asn``, ``name`` and ``mother`` are their names in messages.

    ``about`` is the child, the pregnancy or the wedding, ``code`` the child's or the family's. ``born`` is a child's
    day of birth if it is known, ``hpl`` a pregnancy's expected one, ``wedding`` that of a couple. ``last`` is the last
    visit by anybody, ``due`` the day of the next; ``last_before`` and ``due_before`` are the same as of yesterday.
    ``village`` comes with its kecamatan, because names repeat: "Poasia (Abeli)"; ``village_id`` and ``district_id`` are
    those two. ``agreed``: a parent's consent stands; without it no age and no week of pregnancy is shown.
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
    mother: str
    wedding: date | None = None

    @property
    def called(self) -> str:
        """ "Adik Rafa", "Bu Wati", "Pasangan Bu Wati"."""
        return f"Adik {self.name}" if self.about.kind is CHILD else self.name


def labels(listed: Sequence[Fostering], today: date) -> dict[Subject, str]:
    """What each of one foster parent's children and mothers is called, told from the others: "Adik Rafa (Bu Sari)".

    ``listed`` is everybody whom they foster.
    """
    named = [
        Called(one.called, one.code, one.mother if one.agreed and one.about.kind is CHILD else "", _age(one, today))
        for one in listed
    ]
    return {one.about: name for one, name in zip(listed, told_apart(named), strict=True)}


def _age(one: Fostering, today: date) -> str:
    if one.hpl:
        return f"hamil {pregnancy_week(one.hpl, today)} minggu" if one.agreed else ""
    return age(one.born, today).short if one.agreed and one.born and one.born <= today else ""


def fosterings(session: Session, today: date, every_days: int, scopes: Collection[Scope] = (CITY,)) -> list[Fostering]:
    """Every assignment that holds today, for each living, present child, running pregnancy and couple it covers.

    One of whom an end was told is left out until it is decided: nobody is reproached for a visit to the dead.
    """
    children = _rows(session, _of_children(today, scopes))
    pregnancies = _rows(session, _of_pregnancies(today, scopes))
    couples = _rows(session, _of_couples(today, scopes))
    arranged = appointments.not_before(session, {row.family_id for row in (*children, *pregnancies, *couples)})
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
            (on, next_on), (on_before, next_before) = last.get(row.id, NEVER), before.get(row.id, NEVER)
            day = arranged.get((row.asn_id, row.family_id))
            # The ASN of a family is due for a newborn from its birth on, not from the start of the assignment.
            begins = max(row.starts, row.day) if row.told and row.day else row.starts
            if kind is not CHILD:  # nobody could visit for a pregnancy or a wedding before it was known
                begins = max(begins, row.entered.date())
            found.append(
                Fostering(
                    asn_id=row.asn_id,
                    asn=salute(row.asn_name, nip=row.nip, sex=row.sex),
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
                    last=on,
                    due=due_on(begins, on, agreed_on(on, next_on, day), every_days),
                    last_before=on_before,
                    due_before=due_on(begins, on_before, agreed_on(on_before, next_before, day), every_days),
                    agreed=row.agreed,
                    mother=salute(row.mother, relation="ibu"),
                    wedding=row.day if kind is WEDDING else None,
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

_ASN = (
    Assignment.asn_id, Person.name.label("asn_name"), Person.nip, Person.sex, Assignment.starts,
    Family.id.label("family_id"), PLACE.label("village"), Family.village_id,
    Village.district_id, family_agrees(Family.id).label("agreed"), Family.mother_name.label("mother"),
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
    listed, last = sorted(ids), dict[int, Last]()
    for start in range(0, len(listed), AT_ONCE):
        chosen = subject.in_(listed[start : start + AT_ONCE])
        ranked = (
            select(subject.label("id"), Visit.visited_on, Visit.next_on, rank.label("place"))
            .where(chosen, Visit.undone_at.is_(None), Visit.visited_on <= until)
            .subquery()
        )
        newest = select(ranked.c.id, ranked.c.visited_on, ranked.c.next_on).where(ranked.c.place == 1)
        last |= {row.id: (row.visited_on, row.next_on) for row in session.execute(newest)}
    return last
