"""What a report has changed, in one sentence from the records, and the thanks for months in a row.

The sentence is chosen by what is known, the weightiest first, and compares nobody with anybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from content.city import City
from db import consent, referrals
from db.children import Child, Pregnancy, Wedding
from db.fostering import Leave
from db.promises import PromiseEnd, VisitPromise, about
from db.roles import Role
from db.subjects import Subject, SubjectKind, of_visit, subject
from db.visits import Visit
from flow.reading.dates import MONTHS
from programme.fosterings import fosterings
from programme.referral_messages import ENDS
from programme.scopes import Scope
from programme.visitors import named_for
from rules.visited_months import month_of, months_between, months_in_a_row

CLOSED_WELL = tuple(ENDS[key][1] for key in ("handled", "fine", "better"))
NUMBERS = {
    2: "dua", 3: "tiga", 4: "empat", 5: "lima", 6: "enam", 7: "tujuh", 8: "delapan", 9: "sembilan", 10: "sepuluh",
    11: "sebelas", 12: "dua belas",
}  # fmt: skip


class Said(NamedTuple):
    """What goes into the answer to a report; each may be empty."""

    changed: str
    thanks: str


NOTHING = Said("", "")


def say(
    session: Session,
    city: City,
    visit: Visit,
    whom: Child | Pregnancy | Wedding,
    name: str,
    you: str,
    particular: Sequence[str] = (),
) -> Said:
    """What the visit to ``whom``, called ``name``, has changed, and the thanks for a month in a row that it completes.

    ``particular`` is what its own form found, the weightiest first: a weight, a service.
    """  # fmt: skip
    months, thanks = months_completed(session, city, visit), ""
    in_a_row = f"{_number(months)} bulan berturut-turut tidak ada anak asuh {named_for(visit) or you} yang terlewat."
    if months in city.programme.promises.thank_months:
        thanks = f"{in_a_row} Terima kasih banyak!"
    found = [_referral(session, visit, whom, name, you)]
    if visit.met:
        found += particular
    if months > 1 and not thanks:
        found.append(in_a_row)
    if _as_promised(session, visit):
        found.append(f"{you} datang sesuai rencana.")
    if visit.met and not thanks:
        found.append(_counted(session, visit, you))
    return Said(next(filter(None, found), ""), thanks)


def months_completed(session: Session, city: City, visit: Visit) -> int:
    """The months in a row that this report completes; 0 where its month was complete before it, or is not yet.

    Counted are visits in the name of the same foster parent. In a month are needed those whom they foster today and
    have fostered since before it: nobody is held to what they were given in its course.
    """
    foster_id, today = visit.carer_id or visit.asn_id, city.today(visit.submitted_at)
    scope = [Scope(Role.ASN, foster_id)]
    theirs = fosterings(session, today, city.programme.visits.every_days, scope, city.zone)
    since = {one.about: one.starts if one.born is None else max(one.starts, one.born) for one in theirs if one.answers}
    for one in list(since):
        if (known := _known_since(session, one, city)) is not None:
            since[one] = max(since[one], known)

    def needed(month: date) -> set[Subject]:
        return {one for one, first in since.items() if first <= month}

    visited: dict[date, set[Subject]] = defaultdict(set)
    month = month_of(visit.visited_on)
    before: set[Subject] = set()
    for id, whom, day in _reported(session, foster_id):
        visited[month_of(day)].add(whom)
        if id != visit.id and month_of(day) == month:
            before.add(whom)
    if before and needed(month) <= before:
        return 0
    leaves = select(Leave.starts, Leave.ends).where(Leave.person_id.in_((foster_id, visit.asn_id)))
    away = {one for first, last in session.execute(leaves) for one in months_between(first, last)}
    return months_in_a_row(month, visited, needed, away)


def _known_since(session: Session, one: Subject, city: City) -> date | None:
    """The day on which a pregnancy or a wedding was entered: nobody could visit for it before."""
    table = {SubjectKind.PREGNANCY: Pregnancy, SubjectKind.WEDDING: Wedding}.get(one.kind)
    row = session.get(table, one.id) if table else None
    return city.today(row.created_at) if row else None


def _reported(session: Session, foster_id: int) -> list[tuple[int, Subject, date]]:
    """The visits in the name of this foster parent that stand: id, whom, and the day."""
    whose = func.coalesce(Visit.carer_id, Visit.asn_id) == foster_id
    columns = Visit.id, Visit.child_id, Visit.pregnancy_id, Visit.wedding_id, Visit.visited_on
    either = or_(Visit.carer_id == foster_id, Visit.asn_id == foster_id)  # both columns have an index
    kinds = SubjectKind.CHILD, SubjectKind.PREGNANCY, SubjectKind.WEDDING
    return [
        (id, Subject(kind, whom), day)
        for id, *ids, day in session.execute(select(*columns).where(either, whose, Visit.undone_at.is_(None)))
        for kind, whom in zip(kinds, ids, strict=True)
        if whom is not None
    ]


def _referral(session: Session, visit: Visit, whom: Child | Pregnancy | Wedding, name: str, you: str) -> str:
    """A referral from an earlier report of the same person that was followed to a good end since their last one."""
    if isinstance(whom, Wedding) or not consent.agrees(session, whom.family_id):
        return ""
    own = select(Visit).where(Visit.asn_id == visit.asn_id, Visit.id != visit.id, Visit.undone_at.is_(None))
    past = [one for one in session.scalars(own) if of_visit(one) == subject(whom)]
    since: datetime | None = max((one.submitted_at for one in past), default=None)
    if since is None:
        return ""
    ids = {one.id for one in past}
    closed = [one for one in referrals.closed_by(session, whom, since, CLOSED_WELL) if one.visit_id in ids]
    return f"Berkat laporan {you}, {name} {closed[-1].result}." if closed else ""


def _as_promised(session: Session, visit: Visit) -> bool:
    """Whether the visit was made on the day that was promised."""
    kept = VisitPromise.outcome == PromiseEnd.KEPT, VisitPromise.ended_at == visit.submitted_at
    query = select(VisitPromise.id).where(about([of_visit(visit)]), *kept, VisitPromise.day == visit.visited_on)
    return session.scalar(query.limit(1)) is not None


def _counted(session: Session, visit: Visit, you: str) -> str:
    """How often who reports has come to them, and since when."""
    same = Visit.asn_id == visit.asn_id, Visit.undone_at.is_(None)
    column = next(
        column for column in (Visit.child_id, Visit.pregnancy_id, Visit.wedding_id) if getattr(visit, column.key)
    )
    query = select(func.count(), func.min(Visit.visited_on)).where(column == getattr(visit, column.key), *same)
    count, first = session.execute(query).one()
    if count == 1:
        return f"Ini kunjungan pertama {you}."
    year = f" {first.year}" if first.year != visit.visited_on.year else ""
    return f"Ini kunjungan {you} yang ke-{count} sejak {MONTHS[first.month - 1]}{year}."


def _number(months: int) -> str:
    said = NUMBERS.get(months, str(months))
    return said[0].upper() + said[1:]
