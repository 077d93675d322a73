"""Who visits in whose name: a foster parent's delegates, or they themselves; since when they knew; when they rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple, cast

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from db import fostering
from db.children import Child, Family, Pregnancy
from db.fostering import Delegate, Leave, delegated
from db.people import Address, Claim, ClaimState, Invitation, Person, PersonKind
from db.visits import Visit
from programme.names import foster_parent, listed, salute

AT_ONCE = 5_000  # ids in one query, at most three times; SQLite takes 32,766


class Visitor(NamedTuple):
    """Somebody who visits, and what they are called."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Visiting:
    """Who visits for one foster parent today.

    ``name`` is what the foster parent is called. ``visitors`` are the delegates, else they themselves. ``joined`` is
    the day on which they or the first of their delegates could be reached here; None where nobody who visits today has
    ever joined. ``away`` are the first and last day of each leave of the only visitor: where several visit, one leave
    puts nothing off.
    """

    name: str
    visitors: tuple[Visitor, ...]
    joined: date | None
    away: tuple[tuple[date, date], ...] = ()


def visiting_of(session: Session, people: Collection[int], today: date, zone: tzinfo) -> dict[int, Visiting]:
    """By foster parent, who visits for them. Four queries, whatever their number."""
    asked = dict[int, Any]()
    sent: dict[int, list[Any]] = defaultdict(list)
    for ids in chunks(people):
        asked |= {one.id: one for one in session.execute(select(*_NAMED).where(Person.id.in_(ids)))}
        query = select(Delegate.principal_id, Delegate.starts, Delegate.ends, *_NAMED).join(Delegate.person)
        query = query.where(Delegate.principal_id.in_(ids), Delegate.starts <= today)
        for one in session.execute(query.order_by(Delegate.person_id, Delegate.id)):
            sent[one.principal_id].append(one)
    everybody = asked.keys() | {one.id for delegates in sent.values() for one in delegates}
    since, rests = joined(session, everybody, zone), _leaves(session, everybody)
    return {id: visiting(person, sent[id], since, rests, today) for id, person in asked.items()}


_NAMED = Person.id, Person.name, Person.nip, Person.sex, Person.kind, Person.rank


def visiting(
    person: Any,
    sent: Sequence[Any],
    since: dict[int, date],
    rests: dict[int, list[tuple[date, date]]],
    today: date,
) -> Visiting:
    """Who visits for this person, whose delegates ``sent`` were; from the days of joining, and the leaves, of all."""
    here = {one.id: one for one in sent if one.ends is None or one.ends >= today}
    if here:
        visitors = tuple(Visitor(id, called(one)) for id, one in here.items())
    else:
        visitors = (Visitor(person.id, called(person)),) if person.kind == PersonKind.PERSON else ()
    # Also of delegates who have gone since: whoever sends somebody new has known as long as before.
    known = [max(since[one.id], one.starts) for one in sent if one.id in since]
    known += [since[person.id]] if person.id in since else []
    reached = any(one.id in since for one in visitors)
    away = rests.get(visitors[0].id, ()) if len(visitors) == 1 else ()
    return Visiting(called(person, sends=bool(here)), visitors, min(known) if reached else None, tuple(away))


def joined(session: Session, people: Collection[int], zone: tzinfo) -> dict[int, date]:
    """By person, the first day on which they were here; who has never joined is left out."""
    heard = func.coalesce(Address.linked_at, Address.first_heard_at)
    shared = Claim.state == ClaimState.CONFIRMED, Claim.settled_at.is_not(None)
    found: dict[int, date] = {}
    for ids in chunks(people):
        query = union_all(
            select(Address.person_id, heard.label("at")).where(Address.person_id.in_(ids)),
            select(Claim.person_id, Claim.settled_at).where(Claim.person_id.in_(ids), *shared),
            # A phone that was given up is nobody's any more, but its code says when it joined.
            select(Invitation.person_id, Invitation.used_at).where(
                Invitation.person_id.in_(ids), Invitation.used_at.is_not(None)
            ),
        )
        for person_id, moment in cast("Iterable[tuple[int, datetime]]", session.execute(query)):
            day = moment.astimezone(zone).date()
            found[person_id] = min(found.get(person_id, day), day)
    return found


def sent_by(session: Session, people: Collection[int], today: date) -> dict[int, list[int]]:
    """By foster parent, the ids of those who visit for them: their delegates, or they themselves."""
    found: dict[int, list[int]] = {}
    for ids in chunks(people):
        query = select(Delegate.principal_id, Delegate.person_id)
        for principal, person in session.execute(query.where(Delegate.principal_id.in_(ids), *delegated(today))):
            found.setdefault(principal, []).append(person)
    return {id: found.get(id, [id]) for id in people}


def _leaves(session: Session, people: Collection[int]) -> dict[int, list[tuple[date, date]]]:
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for ids in chunks(people):
        query = select(Leave.person_id, Leave.starts, Leave.ends).where(Leave.person_id.in_(ids))
        for person_id, starts, ends in session.execute(query.order_by(Leave.id)):
            found[person_id].append((starts, ends))
    return found


def resting(session: Session, people: Collection[int], today: date) -> set[int]:
    """Those of these people who are on leave today: nobody reminds them."""
    on = Leave.starts <= today, Leave.ends >= today
    return {
        id for ids in chunks(people)
        for id in session.scalars(select(Leave.person_id).where(Leave.person_id.in_(ids), *on))
    }  # fmt: skip


def who_visit(session: Session, about: Child | Pregnancy | Family, today: date) -> list[Person]:
    """Everybody who visits this child or mother today, each once: whoever fosters them, or their delegates instead."""
    found: dict[int, Person] = {}
    for one in fostering.foster_parents(session, about, today):
        found |= {person.id: person for person in fostering.visitors(session, one.id, today)}
    return [found[id] for id in sorted(found)]


def called(person: Person | Any, *, sends: bool = False) -> str:
    """What a foster parent is called: "Pak Anwar", "Baznas Kota Kendari"; who ``sends`` delegates, by their rank.

    ``person`` may also be a row of the columns.
    """
    return foster_parent(
        person.name, nip=person.nip, sex=person.sex, rank=person.rank if sends else "",
        organisation=person.kind == PersonKind.ORGANISATION,
    )  # fmt: skip


def in_name_of(session: Session, person_id: int, about: Child | Pregnancy | Family, today: date) -> int:
    """The foster parent in whose name this person reports about the child or mother: whoever answers for the visits if
    they act for them, else they themselves, else another whose delegate they are.
    """
    acting = set(session.scalars(fostering.acting_for(person_id, today)))
    held = {one.id for one in fostering.foster_parents(session, about, today)} & acting
    first = fostering.answerable(session, about, today)
    if first is not None and first.id in held:
        return first.id
    return person_id if person_id in held or not held else min(held)


def in_whose_name(session: Session, today: date, person_id: int | None = None) -> dict[int, str]:
    """By delegate, in whose name they visit: "Wali Kota dan Baznas Kota Kendari"; of one person, or of everybody."""
    found: dict[int, list[str]] = defaultdict(list)
    one = () if person_id is None else (Delegate.person_id == person_id,)
    for sent in session.scalars(select(Delegate).where(*delegated(today), *one).order_by(Delegate.id)):
        found[sent.person_id].append(called(sent.principal, sends=True))
    return {delegate: listed(names) for delegate, names in found.items()}


def signed(visit: Visit) -> str:
    """Who reported the visit, and for whom where that is another: "Bu Rina, untuk Wali Kota"."""
    by = salute(visit.asn.name, nip=visit.asn.nip, sex=visit.asn.sex)
    return by if (whose := named_for(visit)) == "" else f"{by}, untuk {whose}"


def named_for(visit: Visit) -> str:
    """The foster parent for whom somebody else reported the visit; empty where they reported it themselves."""
    other = visit.carer is not None and visit.carer_id != visit.asn_id
    return called(visit.carer, sends=True) if other and visit.carer else ""


def fostered_by(session: Session, about: Child | Pregnancy | Family, today: date) -> list[str]:
    """Who fosters them, in words: "Wali Kota (yang datang: Bu Rina dan Pak Dedi)", "Pak Anwar (sedang cuti)"."""
    lines: list[str] = []
    for one in fostering.foster_parents(session, about, today):
        coming = [called(person) for person in fostering.visitors(session, one.id, today) if person.id != one.id]
        more = f" (yang datang: {listed(coming)})" if coming else ""
        rests = " (sedang cuti)" if not coming and resting(session, [one.id], today) else ""
        lines.append(f"{called(one, sends=bool(coming))}{more}{rests}")
    return lines


def chunks(ids: Collection[int]) -> Iterator[list[int]]:
    """The ids in order, as many at a time as one query takes."""
    ordered = sorted(ids)
    return (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))
