"""When nobody is asked to visit: while a child or a mother is in hospital by a referral.

A health worker refers them on and tells when they are back (``ReferralState.REFERRED_ON`` and ``BACK_REFERRED``). Of a
family of which nobody knows who was referred, all wait.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import groupby
from typing import Any, NamedTuple, cast

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from db.children import Child, Pregnancy, Wedding
from db.referrals import Referral, ReferralState, ReferralStep, StepKind
from db.states import CareState
from db.subjects import Subject, SubjectKind
from db.visits import Visit

LOOKS_BACK = timedelta(days=366)  # a stay that ended longer ago puts off no visit that is due now
ENDS = StepKind.BACK_REFERRED, StepKind.CLOSED, StepKind.ACCEPTED, StepKind.SEEN
"""The steps after which somebody who was referred on is in hospital no more."""


class Stay(NamedTuple):
    """The first and the last day of a stay in hospital; of one that ``lasts``, the last is today."""

    first: date
    last: date
    lasts: bool = False

    @property
    def days(self) -> tuple[date, date]:
        return self.first, self.last


TABLES = {SubjectKind.CHILD: Child, SubjectKind.PREGNANCY: Pregnancy, SubjectKind.WEDDING: Wedding}


def in_hospital(session: Session, subjects: Collection[Subject]) -> set[Subject]:
    """Those of these children, pregnancies and couples who are in hospital by a referral. At most four queries."""
    columns = Referral.child_id, Referral.pregnancy_id, Referral.family_id
    away = select(*columns).where(Referral.closed_at.is_(None), Referral.state == ReferralState.REFERRED_ON)
    found, families = set[Subject](), set[int]()
    for child, pregnancy, family in session.execute(away) if subjects else ():
        found |= {Subject(SubjectKind.CHILD, child)} if child else set()
        found |= {Subject(SubjectKind.PREGNANCY, pregnancy)} if pregnancy else set()
        families |= {family} if family else set()
    if families:
        for kind, table in TABLES.items():
            found |= {
                Subject(kind, id) for id in session.scalars(select(table.id).where(table.family_id.in_(families)))
            }
    return found & set(subjects)


def waiting(session: Session, subjects: Collection[Subject], since: datetime) -> set[Subject]:
    """The subjects still in care, at home, and without a report since then."""
    found: set[Subject] = set()
    for kind, table, visited in (
        (SubjectKind.CHILD, Child, Visit.child_id), (SubjectKind.PREGNANCY, Pregnancy, Visit.pregnancy_id),
        (SubjectKind.WEDDING, Wedding, Visit.wedding_id),
    ):  # fmt: skip
        ids = [one.id for one in subjects if one.kind is kind]
        reported = exists().where(visited == table.id, Visit.submitted_at >= since, Visit.undone_at.is_(None))
        query = select(table.id).where(table.id.in_(ids), table.state == CareState.ACTIVE, ~reported)
        found |= {Subject(kind, id) for id in session.scalars(query)}
    return found - in_hospital(session, found)


def stays(session: Session, today: date, zone: tzinfo) -> Mapping[Subject, list[Stay]]:
    """By child or pregnancy (or family, where nobody knows who), the days of each stay in hospital. One query."""
    opened = datetime.combine(today - LOOKS_BACK, time(), zone)
    gone = select(ReferralStep.referral_id).where(ReferralStep.step == StepKind.REFERRED_ON)
    columns = Referral.id, Referral.child_id, Referral.pregnancy_id, Referral.family_id, Referral.state
    query = (
        select(*columns, ReferralStep.step, ReferralStep.at)
        .join(ReferralStep, ReferralStep.referral_id == Referral.id)
        .where(
            Referral.id.in_(gone), or_(Referral.closed_at.is_(None), Referral.closed_at >= opened),
            ReferralStep.step.in_((StepKind.REFERRED_ON, *ENDS)),
        )
        .order_by(Referral.id, ReferralStep.at, ReferralStep.id)
    )  # fmt: skip
    found: defaultdict[Subject, list[Stay]] = defaultdict(list)
    for _, way in groupby(cast("Iterable[Any]", session.execute(query)), key=lambda one: one.id):
        first: date | None = None
        whom, lasts = None, False
        for one in way:
            whom, lasts, day = _about(one), one.state == ReferralState.REFERRED_ON, one.at.astimezone(zone).date()
            if one.step == StepKind.REFERRED_ON:
                first = first or day
            elif first is not None:
                found[whom].append(Stay(first, day))
                first = None
        if whom is not None and first is not None:
            # Nobody told that they are back: it lasts, unless the referral waits for an answer anew.
            found[whom].append(Stay(first, max(first, today), lasts=True) if lasts else Stay(first, first))
    return found


def _about(one: Any) -> Subject:
    if one.child_id:
        return Subject(SubjectKind.CHILD, one.child_id)
    if one.pregnancy_id:
        return Subject(SubjectKind.PREGNANCY, one.pregnancy_id)
    return Subject(SubjectKind.FAMILY, one.family_id or 0)
