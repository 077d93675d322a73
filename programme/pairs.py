"""A family and who visits it: which pairs there are today, and what each side may know of the other.

A pair holds while the assignment does, a parent's consent stands and a child or a pregnancy is with us. What is shown
of one side to the other ends with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content.city import City
from db import appointments, consent, endings, told_endings
from db.children import Carer, Child, Family, Pregnancy, health_workers
from db.fostering import Assignment, Part, acting_for, current, visitors
from db.people import Person, PersonKind
from db.roles import Role, ScopeKind, Title
from db.states import CareState
from db.subjects import Subject, subject
from flow.message import Card, plain
from flow.reading.phones import e164
from programme import names
from programme.contacts import called, carers, who
from programme.names import salute

T = TypeVar("T", Child, Pregnancy)

PARTS = (Part.MAIN, Part.SUBSTITUTE, Part.COMPANION)
"""By the weight of the part, where somebody holds several of a family."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A family and one person who visits it in the name of ``foster``, who may be that person.

    ``about`` are the children and pregnancies they visit; ``assignment_id`` is the assignment that says so, and
    ``since`` its first day.
    """

    family: Family
    foster: Person
    visitor: Person
    part: Part
    assignment_id: int
    since: date
    about: tuple[Child | Pregnancy, ...]

    @property
    def subjects(self) -> list[Subject]:
        """Whom a message of this pair is about."""
        return [subject(one) for one in self.about]


def of_family(session: Session, family: Family, today: date) -> list[Pair]:
    """The family's pairs today, the main foster parent's first; none without a consent that stands."""
    if family.forgotten_at is not None or not consent.agrees(session, family.id):
        return []
    children, pregnancies = _with_us(session, family, Child), _with_us(session, family, Pregnancy)
    by_child = {child.id: child for child in children}
    covering = or_(Assignment.family_id == family.id, Assignment.child_id.in_(by_child))
    held = session.scalars(select(Assignment).where(covering, *current(today)).order_by(Assignment.id)).all()
    found: list[Pair] = []
    for foster_id in dict.fromkeys(one.asn_id for one in held):
        theirs = [one for one in held if one.asn_id == foster_id]
        first = min(theirs, key=lambda one: (PARTS.index(one.part), one.id))
        whole = any(one.family_id for one in theirs)
        about = (*children, *pregnancies) if whole else [by_child[one.child_id] for one in theirs if one.child_id]
        if about:
            found += [
                Pair(family, first.asn, visitor, first.part, first.id, first.starts, tuple(about))
                for visitor in visitors(session, foster_id, today)
            ]
    found.sort(key=lambda pair: (PARTS.index(pair.part), pair.assignment_id, pair.visitor.id))
    by_visitor: dict[int, Pair] = {}
    for pair in found:  # who comes for themselves and for another comes once
        known = by_visitor.get(pair.visitor.id)
        about = pair.about if known is None else (*known.about, *pair.about)
        by_visitor[pair.visitor.id] = replace(known or pair, about=tuple(dict.fromkeys(about)))
    return list(by_visitor.values())


def _with_us(session: Session, family: Family, table: type[T]) -> Sequence[T]:
    """The family's children or pregnancies that are visited, without those of whom an end was told."""
    there = table.family_id == family.id, table.state == CareState.ACTIVE, ~told_endings.gone(table)
    return session.scalars(select(table).where(*there).order_by(table.id)).all()


def is_whole(session: Session, family: Family) -> bool:
    """Whether somebody of the family is visited, and no end is told of any of those that nobody has decided yet."""
    child, pregnancy = Child.family_id == family.id, Pregnancy.family_id == family.id
    told = session.scalar(select(Child.id).where(child, told_endings.gone(Child)).limit(1))
    told = told or session.scalar(select(Pregnancy.id).where(pregnancy, told_endings.gone(Pregnancy)).limit(1))
    return told is None and bool(_with_us(session, family, Child) or _with_us(session, family, Pregnancy))


def of_visitor(session: Session, person: Person, today: date) -> list[Pair]:
    """The pairs of whoever visits, in their own name or another's."""
    if not person.has(Role.ASN):
        return []
    held = select(Assignment).where(Assignment.asn_id.in_(acting_for(person.id, today)), *current(today))
    families = dict.fromkeys(
        one.family_id or (one.child.family_id if one.child else 0)
        for one in session.scalars(held.order_by(Assignment.id))
    )
    homes = (session.get(Family, id) for id in families)
    return [pair for home in homes if home for pair in of_family(session, home, today) if pair.visitor.id == person.id]


def find(session: Session, family: Family, visitor_id: int, today: date) -> Pair | None:
    """The pair of this family and this visitor; None where it is none today."""
    return next((one for one in of_family(session, family, today) if one.visitor.id == visitor_id), None)


def introduction_key(assignment_id: int, visitor_id: int, to: int) -> str:
    """The key of the message that introduces who visits by this assignment, or is introduced by it, to this person."""
    return f"introduction:{assignment_id}:{visitor_id}:{to}"


def host(session: Session, family: Family) -> Carer | None:
    """Who of the family is asked when a visit suits: the mother, else another carer; None where nobody reads here."""
    reading = carers(session, family.id)
    return min(reading, key=lambda one: (one.relation != "ibu", one.id), default=None)


def mourns(session: Session, city: City, family: Family, today: date) -> bool:
    """Whether the family has lost somebody lately: nothing is arranged then, and nobody is introduced."""
    return endings.mourns(session, family.id, today - timedelta(days=city.programme.loss.quiet_days))


# --- how each is called -------------------------------------------------------------------------


def mother(family: Family) -> str:
    """ "Bu Sari"; of a mother who has died nobody is sent to look for her: "Keluarga almarhumah Bu Sari"."""
    name = salute(family.mother_name, relation="ibu")
    return f"Keluarga almarhumah {name}" if family.mother_died_on else name


def to_host(carer: Carer) -> str:
    """How who is asked is called: "Bu Sari"."""
    return salute(carer.person.name, relation=carer.relation)


def of_children(pair: Pair, of: Carer | None = None) -> str:
    """ "ibu Adik Rafa dan Adik Dewi"; "sedang hamil" where she is visited for her pregnancy alone.

    ``of``: whom of the family the words follow, its mother where it is None; of anybody else "keluarga Adik Rafa", and
    behind a mother who has died the children alone.
    """
    children = names.listed([who(one) for one in pair.about if isinstance(one, Child)])
    if of is not None and of.relation != "ibu":
        return f"keluarga {children}" if children else f"keluarga {salute(pair.family.mother_name, relation='ibu')}"
    if pair.family.mother_died_on:
        return children
    return f"ibu {children}" if children else "sedang hamil"


def comes_from(pair: Pair) -> str:
    """ "Pak Anwar dari Dinas Kominfo", "Bu Rina dari Sekretariat Daerah, mewakili Bapak Wali Kota"."""
    office = pair.visitor.office.name if pair.visitor.office else pair.visitor.unit
    place = f" dari {plain(office)}" if office else ""
    if pair.foster.id == pair.visitor.id or (pair.foster.office_id and pair.foster.office_id == pair.visitor.office_id
                                             and pair.foster.kind == PersonKind.ORGANISATION):  # fmt: skip
        return called(pair.visitor) + place
    return f"{called(pair.visitor)}{place}, mewakili {represented(pair.foster)}"


def represented(foster: Person) -> str:
    """In whose name somebody comes: "Bapak Wali Kota", "Pak Anwar", "Baznas Kota Kendari"."""
    if foster.kind == PersonKind.ORGANISATION:
        return plain(foster.name)
    if foster.rank:
        return f"{names.pronoun(foster.name, nip=foster.nip, sex=foster.sex)} {plain(foster.rank)}"
    return called(foster)


# --- numbers and people nearby ------------------------------------------------------------------


def number_of(carer: Carer) -> str:
    """The number of who is asked, "+62812..."; of the mother else the family's own. Empty where none is known."""
    written = carer.person.phone or (carer.family.phone if carer.relation == "ibu" else None) or ""
    return e164(written) or ""


def hosts_number(session: Session, family: Family) -> Card | None:
    """The mother's number for who visits, as a contact card; None unless she agreed, and has not taken it back."""
    carer = host(session, family)
    if carer is None or not is_shared(session, carer.person_id, family.id):
        return None
    return Card(to_host(carer), number) if (number := number_of(carer)) else None


def visitors_number(session: Session, pair: Pair) -> Card | None:
    """The number of who visits for the family, on the same terms."""
    number = e164(pair.visitor.phone or "") if is_shared(session, pair.visitor.id, pair.family.id) else None
    return Card(called(pair.visitor), number) if number else None


def is_shared(session: Session, person_id: int, family_id: int) -> bool:
    """Whether this person lets the other side of a pair of the family see their number."""
    row = appointments.shared_number(session, person_id, family_id)
    return row is not None and row.is_shared


def cadre(session: Session, family: Family) -> Person | None:
    """The cadre who is nearest to the family: of its posyandu before one of its kelurahan."""
    return next(iter(_titled(health_workers(session, family), Title.CADRE)), None)


def _titled(people: Iterable[Person], title: Title) -> list[Person]:
    scopes = (ScopeKind.POSYANDU, ScopeKind.VILLAGE, ScopeKind.HEALTH_CENTRE)
    held = [
        (scopes.index(role.scope), one.id, one)
        for one in people
        for role in one.roles
        if role.role == Role.HEALTH and role.title == title and role.scope in scopes
    ]
    return [one for _, _, one in sorted(held, key=lambda row: row[:2])]
