"""Children whom nobody fosters, and who is proposed for each, with the reason in words (``rules.balance``).

A mother or a couple is proposed with the whole family.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from db import audit, people, told_endings
from db.children import Carer, Child, Family
from db.fostering import Assignment, AssignmentState, EndReason, Leave, Part
from db.people import Person, PersonKind, PersonRole
from db.places import District, Village
from db.roles import Role, ScopeKind
from db.states import CareState
from programme import assignments
from programme.assignments import Changed
from programme.scopes import Scope, families_in
from rules import balance
from rules.balance import Candidate, Nearness, Pick, Waiting

LEFT = (EndReason.WRONG, EndReason.TRANSFERRED, EndReason.RETIRED, EndReason.MOVED)
"""Whose assignment to a child ended so is not proposed for that child again."""


class Proposed(NamedTuple):
    """Somebody who could follow, with the reason in words."""

    person: Person
    why: str
    children: int


def waiting(session: Session, scopes: Collection[Scope], today: date) -> Sequence[Child]:
    """The children in care in the places of these scopes whom nobody fosters, now or later, by place and code."""
    held = select(Assignment.id).where(
        answers(today), or_(Assignment.child_id == Child.id, Assignment.family_id == Child.family_id)
    )
    places = [scope for scope in scopes if scope.kind != ScopeKind.OFFICE]
    query = (
        select(Child)
        .join(Family, Family.id == Child.family_id)
        .join(Village, Village.id == Family.village_id)
        .join(District, District.id == Village.district_id)
        .where(
            Child.state == CareState.ACTIVE,
            ~told_endings.gone(Child),
            ~held.exists(),
            Family.forgotten_at.is_(None),
            Child.family_id.in_(families_in(places, today)),
        )
    )
    return session.scalars(query.order_by(District.name, Village.name, Child.code)).unique().all()


def make(
    session: Session, whom: Sequence[Child | Family], today: date, now: datetime, by: audit.By
) -> list[Assignment]:
    """The open proposal of each of these; where it has none, or whoever was proposed cannot come any more, a new one.

    One for whom nobody is left has none.
    """
    who = {one.id: one for one in candidates(session, today)}
    able = any(not one.away for one in who.values())
    kept: dict[int, Assignment] = {}
    for about in whom:
        one = assignments.proposed(session, about)
        if one is not None and one.asn_id in who and not (who[one.asn_id].away and able):
            kept[_id(about)] = one
    loads = _more(who.values(), (one.asn_id for one in kept.values()))
    rest = [about for about in whom if _id(about) not in kept]
    picks = balance.propose([_waiting(session, about) for about in rest], loads, _refused(session, rest))
    picked = {pick.child: pick for pick in picks}
    for about in rest:
        if pick := picked.get(_id(about)):
            person = session.get_one(Person, pick.candidate)
            try:
                kept[_id(about)] = assignments.propose(session, person, about, reason(about, pick), today, now, by)
            except Changed:
                continue  # somebody has just begun to foster it
    return [kept[_id(about)] for about in whom if _id(about) in kept]


def drafted(session: Session, children: Sequence[Child], today: date) -> list[tuple[Child, Person, str]]:
    """Who would be proposed for each of these children now, with the reason in words; nothing is written."""
    picks = balance.propose(
        [_waiting(session, child) for child in children], candidates(session, today), _refused(session, children)
    )
    picked = {pick.child: pick for pick in picks}
    return [
        (child, session.get_one(Person, picked[child.id].candidate), reason(child, picked[child.id]))
        for child in children
        if child.id in picked
    ]


def ranked(
    session: Session, whom: Child | Family, today: date, most: int, without: Collection[int] = ()
) -> list[Proposed]:
    """Those who could foster the child or the family, the best first, ``most`` of them at most.

    None of those ``without``.
    """
    left = _refused(session, [whom]).get(_id(whom), set())
    who = [one for one in candidates(session, today) if one.id not in without and one.id not in left]
    share = balance.fair_share(sum(one.children for one in who) + 1, who)
    picks = balance.ranked(_waiting(session, whom), who, share)
    return [
        Proposed(session.get_one(Person, pick.candidate), reason(whom, pick), pick.children) for pick in picks[:most]
    ]


def spread(session: Session, children: Sequence[Child], today: date, without: Collection[int]) -> Mapping[int, Person]:
    """By child, whom it goes to where all are spread over those who can come; nobody of those ``without``."""
    who = [one for one in candidates(session, today) if one.id not in without and not one.away]
    picks = balance.propose([_waiting(session, child) for child in children], who)
    return {pick.child: session.get_one(Person, pick.candidate) for pick in picks}


def reason(whom: Child | Family, pick: Pick) -> str:
    """Why somebody is proposed, in words: "mendampingi di Mandonga, 1 anak asuh"."""
    village = assignments.home_of(whom).village
    near = {
        Nearness.SAME_CHILD: f"sudah ikut mendampingi {'anak' if isinstance(whom, Child) else 'keluarga'} ini",
        Nearness.VILLAGE: f"mendampingi di {village.name}",
        Nearness.DISTRICT: f"mendampingi di Kec. {village.district.name}",
        Nearness.ELSEWHERE: "mendampingi di kecamatan lain",
        Nearness.UNKNOWN: "belum punya anak asuh",
    }[pick.nearness]
    parts = [near]
    if pick.children:
        parts.append(f"{pick.children} anak asuh")
    if pick.speaks:
        parts.append("bahasanya sama")
    if pick.away:
        parts.append("sedang cuti atau belum bergabung")
    return ", ".join(parts)


def candidates(session: Session, today: date) -> list[Candidate]:
    """Every ASN who stays, with what speaks for and against them. A few queries for all of them."""
    query = select(Person.id, Person.language).join(PersonRole).where(
        PersonRole.role == Role.ASN, PersonRole.ends.is_(None), Person.kind == PersonKind.PERSON
    )  # fmt: skip
    languages = {row.id: row.language for row in session.execute(query)}
    reached = people.places(session, languages)
    on_leave = set(session.scalars(select(Leave.person_id).where(Leave.starts <= today, Leave.ends >= today)))
    children: dict[int, set[int]] = defaultdict(set)
    villages: dict[int, set[int]] = defaultdict(set)
    districts: dict[int, set[int]] = defaultdict(set)
    knows: dict[int, set[int]] = defaultdict(set)
    for joined in (Child.id == Assignment.child_id, Child.family_id == Assignment.family_id):
        held = (
            select(Assignment.asn_id, Assignment.part, Child.id, Family.id, Family.village_id, Village.district_id)
            .join(Child, joined)
            .join(Family, Family.id == Child.family_id)
            .join(Village, Village.id == Family.village_id)
            .where(_holds(today), Child.state == CareState.ACTIVE)
        )
        for asn_id, part, child_id, family_id, village_id, district_id in session.execute(held):
            (children if part == Part.MAIN else knows)[asn_id].add(child_id)
            knows[asn_id].add(-family_id)
            villages[asn_id].add(village_id)
            districts[asn_id].add(district_id)
    return [
        Candidate(
            id, len(children[id]), frozenset(villages[id]), frozenset(districts[id]), language,
            id not in reached or id in on_leave, frozenset(knows[id]),
        )
        for id, language in sorted(languages.items())
    ]  # fmt: skip


def _id(whom: Child | Family) -> int:
    """What ``rules.balance`` knows it by: a family's is negative, so that it is no child's."""
    return whom.id if isinstance(whom, Child) else -whom.id


def _waiting(session: Session, whom: Child | Family) -> Waiting:
    home = assignments.home_of(whom)
    spoken = select(Person.language).join(Carer, Carer.person_id == Person.id).where(Carer.family_id == home.id)
    language = next((one for one in session.scalars(spoken.order_by(Carer.id)) if one != "id"), "")
    return Waiting(_id(whom), home.village_id, home.village.district_id, language)


def _more(who: Iterable[Candidate], taken: Iterable[int]) -> list[Candidate]:
    """The candidates with one child more for each time that they are among ``taken``."""
    added = defaultdict[int, int](int)
    for id in taken:
        added[id] += 1
    return [
        Candidate(
            one.id, one.children + added[one.id], one.villages, one.districts, one.language, one.away, one.accompanies
        )
        for one in who
    ]  # fmt: skip


def _refused(session: Session, whom: Sequence[Child | Family]) -> Mapping[int, set[int]]:
    """By child or family, who was refused for it, or fostered it and left."""
    found: dict[int, set[int]] = defaultdict(set)
    children = [one.id for one in whom if isinstance(one, Child)]
    families = [one.id for one in whom if isinstance(one, Family)]
    refused = select(Assignment.child_id, Assignment.family_id, Assignment.asn_id).where(
        or_(Assignment.child_id.in_(children), Assignment.family_id.in_(families)),
        Assignment.state == AssignmentState.ENDED, Assignment.end_reason.in_(LEFT),
    )  # fmt: skip
    for child_id, family_id, asn_id in session.execute(refused):
        found[child_id or -(family_id or 0)].add(asn_id)
    return found


def answers(today: date) -> ColumnElement[bool]:
    """The condition of an assignment that answers for the visits, now or later."""
    return _holds(today) & (Assignment.part == Part.MAIN)


def _holds(today: date) -> ColumnElement[bool]:
    """The condition of an assignment that holds now or will."""
    until = func.coalesce(Assignment.ends, today)
    return (Assignment.state == AssignmentState.ACTIVE) & (until >= today)
