"""Endings that nobody reports: children who have recovered, turned five, or left by the workbook.

Each is recorded at night, and everybody concerned gets a message in the morning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from content.city import City
from db import audit
from db.children import Child, caregivers
from db.endings import Ending
from db.fostering import foster_parents
from db.measurements import OFFICIAL, Measurement
from db.states import TAUGHT, CareState
from db.subjects import subject
from programme import ending_announcements, endings
from programme.growth import growth
from rules.endings import LEAVES_AT_MONTH, Height, aged_out, recovered
from rules.stages import months_after
from scheduler.looks import Write

LOOK_BACK = timedelta(days=60)  # official measurements entered earlier have been checked already
Find = Callable[..., Iterable[Child]]
"""Takes a session, now, the city and conditions; returns the children that meet them and whose ending is due."""
End = Callable[[Session, Child, datetime, City], None]

# How long after the fifth birthday the last message about a child that had recovered earlier may still be sent.
GOODBYE_WINDOW = timedelta(days=31)


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Record the endings that are due, one child in a write, and promise a message to everybody concerned."""
    for find, end in ((_five_year_olds, _age_out), (_ended_by_the_list, _note), (_grown_well, _recover)):
        for child in list(find(session, now, city)):
            yield partial(_end, child_id=child.id, find=find, end=end, now=now, city=city)


def _end(session: Session, child_id: int, find: Find, end: End, now: datetime, city: City) -> None:
    """End the fostering if it is still due: a loss or a move may have been reported since the tick read the child."""
    session.execute(select(Child.id).where(Child.id == child_id).with_for_update())
    for child in list(find(session, now, city, Child.id == child_id)):
        end(session, child, now, city)


def _age_out(session: Session, child: Child, now: datetime, city: City) -> None:
    today = city.today(now)
    if child.state == CareState.ACTIVE:
        endings.end(session, child, CareState.AGED_OUT, today, now)
        audit.note(session, now, None, "fostering.end", subject(child))
    # The ASN of a family that refused visits were notified then.
    visitors = foster_parents(session, child, today) if child.state == CareState.REFUSED else ()
    family = {one.person_id for one in caregivers(session, child.family_id)}
    ending_announcements.notify(
        session, city, child, CareState.AGED_OUT, now, know={asn.id for asn in visitors} - family
    )


def _note(session: Session, child: Child, now: datetime, city: City) -> None:
    today = city.today(now)
    if child.state == CareState.DIED:
        quiet_until = today + timedelta(days=city.programme.loss.quiet_days)
        endings.lose(session, child, CareState.DIED, today, now, quiet_until)
    else:
        endings.end(session, child, CareState(child.state), today, now)
    audit.note(session, now, None, "fostering.end", subject(child))


def _recover(session: Session, child: Child, now: datetime, city: City) -> None:
    endings.end(session, child, CareState.RECOVERED, city.today(now), now)
    audit.note(session, now, None, "fostering.end", subject(child))
    ending_announcements.notify(session, city, child, CareState.RECOVERED, now)


def _ended_by_the_list(session: Session, now: datetime, city: City, *which: ColumnElement[bool]) -> Sequence[Child]:
    """Children whose ending came in a workbook: counted like the rest; after a death no message is sent."""
    told = select(Ending.id).where(Ending.child_id == Child.id, Ending.kind == Child.state)
    ended = CareState.RECOVERED, CareState.MOVED, CareState.DIED
    query = select(Child).where(Child.state.in_(ended), ~told.exists(), *which)
    return session.scalars(query.order_by(Child.id)).all()


def _five_year_olds(session: Session, now: datetime, city: City, *which: ColumnElement[bool]) -> Iterator[Child]:
    """Children in care who have turned five.

    For a month after their birthday also children whom nobody fosters any more, because they recovered or their family
    refused visits: their lessons went on until now.
    """
    today = city.today(now)
    born_by = months_after(today, -LEAVES_AT_MONTH)
    children = select(Child).where(Child.state.in_(TAUGHT), Child.born <= born_by + timedelta(days=3), *which)
    for child in session.scalars(children.order_by(Child.id)).all():
        if child.born is None or not aged_out(child.born, today):
            continue
        if child.state == CareState.ACTIVE or today - months_after(child.born, LEAVES_AT_MONTH) <= GOODBYE_WINDOW:
            yield child


def _grown_well(session: Session, now: datetime, city: City, *which: ColumnElement[bool]) -> Iterator[Child]:
    """Children in care who were too short and have recovered by their official measurements."""
    rules = city.programme.recovered
    lately = select(Measurement.child_id).where(
        Measurement.kind == OFFICIAL, Measurement.recorded_at >= now - LOOK_BACK
    )
    chosen = Child.state == CareState.ACTIVE, Child.born.is_not(None), Child.id.in_(lately), *which
    measured = _official(session, select(Child.id).where(*chosen))
    for child in session.scalars(select(Child).where(*chosen).order_by(Child.id)).all():
        heights = list(_heights(child, measured[child.id]))
        was_short = child.listed == "stunting" or any(height.z < rules.height_z_at_least for height in heights)
        if was_short and recovered(heights, rules.height_z_at_least, rules.measurements, rules.months_apart):
            yield child


def _official(session: Session, children: Select[Any]) -> dict[int, list[Measurement]]:
    """The children's valid official measurements, oldest first."""
    found: dict[int, list[Measurement]] = defaultdict(list)
    query = select(Measurement).where(
        Measurement.child_id.in_(children),
        Measurement.kind == OFFICIAL,
        Measurement.withdrawn_at.is_(None),
        Measurement.length_cm.is_not(None),
    )
    for row in session.scalars(query.order_by(Measurement.measured_on, Measurement.id)):
        found[row.child_id].append(row)
    return found


def _heights(child: Child, rows: Sequence[Measurement]) -> Iterator[Height]:
    """The heights that count: not doubtful, and not flagged by WHO as implausible."""
    for row in rows:
        scores = growth(child.sex, child.born, row, child.gestation_weeks)
        if scores.zlen is not None and not scores.flen and not row.doubtful:
            yield Height(row.measured_on, scores.zlen)
