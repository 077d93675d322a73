"""Lapses of visits in the city, its places and its offices: what is new, what is over, and who is told what.

The rule is ``rules.lapse``; visits are counted as ``rules.punctuality`` does, so a week means here what it means in the
digest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from content.programme import Lapse as Rules
from db import lapses
from db.lapses import LapseWhy
from db.people import PersonRole
from db.roles import Role, ScopeKind
from db.subjects import Subject, SubjectKind
from db.visits import Visit
from programme.fosterings import Fostering, fosterings
from programme.scopes import CITY, Scope, of_spot
from rules import lapse as rule
from rules import punctuality
from rules.lapse import Week
from rules.punctuality import A_WEEK, Asked
from rules.visits import standing


@dataclass(frozen=True)
class Found:
    """A lapse that nobody was told of yet. ``made`` visits in the last week, or the last weeks where it is SILENT;
    ``usual`` would have been made. ``silent`` are who is late there: the id of each, their name and the days.
    """

    scope: Scope
    why: LapseWhy
    made: int
    usual: int
    share: float
    silent: Mapping[int, tuple[str, int]]


@dataclass(frozen=True)
class Look:
    """What was found: ``new`` lapses, and the ids of those that are ``over``. ``week``: its Monday."""

    week: date
    new: Sequence[Found]
    over: Sequence[int]


@dataclass
class _Count:
    """What is counted of one scope. ``since``: visits after the last full week; ``long_late``: late for weeks."""

    weeks: list[list[int]]
    since: int = 0
    long_late: bool = False
    late: dict[int, tuple[str, int]] = field(default_factory=dict[int, tuple[str, int]])

    def week(self, at: int) -> Week:
        return Week(*self.weeks[at])

    def last(self, count: int) -> list[Week]:
        return [Week(*one) for one in self.weeks[-count:]]


def look(session: Session, now: datetime, city: City) -> Look:
    """Count the last full weeks of everything that somebody coordinates. Some fifteen statements."""
    rules, today = city.programme.lapse, city.today(now)
    counts = _counted(session, today, rules, city)
    open_now = lapses.lasting(session)
    known = {Scope(one.scope, one.scope_id) for one in open_now}
    new = [
        found for scope in sorted(counts, key=lambda one: (one != CITY, one.kind == ScopeKind.OFFICE, one))
        if scope not in known and (found := _found(scope, counts[scope], rules)) is not None
    ]  # fmt: skip
    over = [one.id for one in open_now if _is_over(one, counts.get(Scope(one.scope, one.scope_id)), rules)]
    return Look(punctuality.last_weeks(today, 1)[0], new, over)


def told(session: Session, new: Sequence[Found]) -> dict[int, list[Found]]:
    """By coordinator, the lapses that they are told of: of their own scopes; the city's coordinators of all."""
    found = dict[int, list[Found]]()
    for person, scope, scope_id in session.execute(_COORDINATORS):
        for one in new:
            if Scope(scope, scope_id) in (CITY, one.scope) and one not in found.setdefault(person, []):
                found[person].append(one)
    return {person: those for person, those in found.items() if those}


def silent_of(found: Iterable[Found]) -> list[str]:
    """Who is late in any of these, by name, whoever has been longest first."""
    late: dict[int, tuple[str, int]] = {}
    for one in found:
        late |= one.silent
    return [name for name, _ in sorted(late.values(), key=lambda one: (-one[1], one[0]))]


_COORDINATORS = (
    select(PersonRole.person_id, PersonRole.scope, PersonRole.scope_id)
    .where(PersonRole.role == Role.COORDINATOR)
    .order_by(PersonRole.person_id, PersonRole.id)
)


def _found(scope: Scope, count: _Count, rules: Rules) -> Found | None:
    *before, last = count.last(rules.weeks_before + 1)
    share = rule.usual_share(before)
    if scope.kind == ScopeKind.OFFICE and _is_silent(count, rules):
        return Found(scope, LapseWhy.SILENT, 0, 0, share, count.late)
    if rule.has_fallen(before, last, rules.fall_percent, rules.least_a_week):
        return Found(scope, LapseWhy.FELL, last.made, round(share * last.due), share, count.late)
    return None


def _is_silent(count: _Count, rules: Rules) -> bool:
    return rule.is_silent(count.last(rules.office_weeks), count.since, late=count.long_late)


def _is_over(one: lapses.Lapse, count: _Count | None, rules: Rules) -> bool:
    """Whether it has recovered; also where nobody is fostered there any more, or nobody coordinates it."""
    if count is None:
        return True
    if one.why == LapseWhy.SILENT:
        return not _is_silent(count, rules)
    return rule.has_recovered(count.last(1)[0], one.usual / 1000, rules.fall_percent)


def _counted(session: Session, today: date, rules: Rules, city: City) -> Mapping[Scope, _Count]:
    """The counts of the city, of each place that somebody coordinates, and of each office."""
    weeks = max(rules.weeks_before + 1, rules.office_weeks)
    mondays = punctuality.last_weeks(today, weeks)
    every = city.programme.visits.every_days
    asked = [one for one in fosterings(session, today, every, zone=city.zone) if one.answers and one.joined]
    made = _made(session, mondays[0] - timedelta(days=2 * every), today)
    led = {Scope(scope, id) for _, scope, id in session.execute(_COORDINATORS)}
    counts: dict[Scope, _Count] = defaultdict(lambda: _Count([[0, 0] for _ in mondays]))
    for one in asked:
        visits = punctuality.asked(one.begins, made.get(one.about, ()), one.due, every, one.away)
        for scope in _scopes(one, led):
            _add(counts[scope], one, visits, mondays, mondays[-rules.office_weeks], today)
    return counts


def _scopes(one: Fostering, led: AbstractSet[Scope]) -> Iterator[Scope]:
    office = {Scope(ScopeKind.OFFICE, one.office_id)} if one.office_id is not None else set[Scope]()
    yield from {CITY} | office | (led & of_spot(*one.home, one.office_id))


def _add(
    count: _Count, one: Fostering, visits: Sequence[Asked], mondays: Sequence[date], quiet_since: date, today: date
) -> None:
    for asked in visits:
        for week, monday in zip(count.weeks, mondays, strict=True):
            ends = monday + A_WEEK
            if asked.made is not None and monday <= asked.made < ends:
                week[0] += 1
            elif monday <= asked.due < ends and (asked.made is None or asked.made >= ends):
                week[1] += 1
        count.since += asked.made is not None and asked.made >= mondays[-1] + A_WEEK
    late = standing(one.due, today)
    if late.overdue:
        name, days = count.late.get(one.asn_id, (one.asn, 0))
        count.late[one.asn_id] = name, max(days, late.days_late)
        count.long_late |= one.due < quiet_since + A_WEEK


def _made(session: Session, since: date, until: date) -> Mapping[Subject, Sequence[punctuality.Visited]]:
    """The valid visits between two days, oldest first. One statement."""
    found: dict[Subject, list[punctuality.Visited]] = defaultdict(list)
    query = select(Visit.child_id, Visit.pregnancy_id, Visit.wedding_id, Visit.visited_on, Visit.next_on).where(
        Visit.visited_on.between(since, until), Visit.undone_at.is_(None)
    )
    for child, pregnancy, wedding, on, next_on in cast(
        "Iterable[Any]", session.execute(query.order_by(Visit.visited_on, Visit.id))
    ):
        kind = SubjectKind.CHILD if child else SubjectKind.PREGNANCY if pregnancy else SubjectKind.WEDDING
        found[Subject(kind, child or pregnancy or wedding)].append((on, next_on))
    return found
