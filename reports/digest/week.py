"""The Monday edition: last week, Monday to Sunday, in six lines that may be passed on, to the mayor too.

No name, no code, and no number that points to one child: of health, no count under five is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from content.city import City
from db.children import Child, Family, Pregnancy
from db.consent import family_agrees
from db.measurements import Measurement
from db.questions import Question
from db.referrals import Referral
from db.roles import ScopeKind
from db.states import PRESENT
from drawing import area_panels
from drawing.area_panels import Panel
from flow.message import Attachment, Message, Option, plain
from flow.reading.dates import MONTHS
from programme import disclosure
from programme.scopes import CITY, Scope, families_in, title
from reports.digest import areas
from reports.digest.area_counts import Area, Counts
from reports.digest.area_words import FIRST
from rules.punctuality import A_WEEK

OPENS = (Option("menu:wilayah", "Lihat wilayah"),)
FEW = 5
"""Counts of health below this are not said."""
SENT_FOR = (ScopeKind.VILLAGE, ScopeKind.DISTRICT, ScopeKind.CITY)
"""Whose coordinators get it by themselves: who reports to the mayor. Every coordinator of a place may ask for it."""


@dataclass(frozen=True)
class Report:
    """The last full week in these scopes, which began on ``monday``; ``now`` are the numbers as of now.

    ``opened`` and ``closed`` count referrals, ``measured`` children, ``answered`` questions, all of the week. ``parts``
    are the areas within, what needs help first, without those in which fewer than five are fostered.
    """

    title: str
    monday: date
    now: Counts
    opened: int
    closed: int
    measured: int
    answered: int
    parts: tuple[Area, ...]

    @property
    def sunday(self) -> date:
        return self.monday + A_WEEK - timedelta(days=1)


def places_of(held: Iterable[Scope]) -> list[Scope]:
    """The places for whose coordinators there is a Monday edition, of these scopes."""
    return [scope for scope in held if scope.kind in SENT_FOR]


def of_scopes(session: Session, held: Sequence[Scope], now: datetime, city: City) -> Report | None:
    """The report of these scopes; None without a place, or where nobody is fostered there."""
    places = disclosure.of_places([CITY] if CITY in held else held)
    if not places:
        return None
    numbers = areas.count(session, places, now, city)
    whole = numbers.whole
    if not whole.fostered:
        return None
    monday = whole.week.monday
    begins = datetime.combine(monday, time(), city.zone)
    ends = datetime.combine(monday + A_WEEK, time(), city.zone)
    families = families_in(places, city.today(now))
    opened, closed = _referrals(session, families, begins, ends)
    kind = areas.widest(places)
    parts = [one for one in numbers.of(kind) if one.id and one.counts.fostered >= FEW] if kind else []
    return Report(
        title(session, places, city), monday, whole, opened, closed,
        _measured(session, families, monday), _answered(session, families, begins, ends), tuple(parts),
    )  # fmt: skip


def message(report: Report, key: str, city: City) -> Message:
    """The report with its picture, which is written below ``city.files``; the same ``key`` gives the same file."""
    text, panels = city.templates.say("week", **_values(report)), _panels(report)
    if not panels:
        return Message(text, OPENS)
    picture = area_panels.draw(panels, report.title, report.sunday)
    path = area_panels.write(picture, key, city.files)
    return Message(text, OPENS, attachment=Attachment("picture", path, f"laporan-minggu-{report.monday}.png"))


def few(count: int) -> str:
    """A count of health that may be passed on: "12", "kurang dari 5", "0"."""
    return f"kurang dari {FEW}" if 0 < count < FEW else str(count)


def week_words(monday: date) -> str:
    """ "23 Februari - 1 Maret 2026"."""
    last = monday + A_WEEK - timedelta(days=1)
    month = "" if last.month == monday.month else f" {MONTHS[monday.month - 1]}"
    year = "" if last.year == monday.year else f" {monday.year}"
    return f"{monday.day}{month}{year} - {last.day} {MONTHS[last.month - 1]} {last.year}"


def _values(report: Report) -> dict[str, Any]:
    now, week, before = report.now, report.now.week, report.now.weeks[-2]
    return {
        "week": week_words(report.monday),
        "title": plain(report.title),
        "small": now.fostered < FEW,
        "visited": "Belum semua dikunjungi." if now.late else "Tidak ada yang terlambat.",
        "due": week.due,
        "done": week.done,
        "on_time": week.on_time,
        "before": f" (minggu sebelumnya {before.on_time} dari {before.due})" if before.due else "",
        "late": now.late,
        "fostered": now.fostered,
        "opened": few(report.opened),
        "closed": few(report.closed),
        "open": few(now.referrals),
        "measured": few(report.measured),
        "answered": few(report.answered),
        "help": _help(report),
    }


def _help(report: Report) -> str:
    """The parts that need help first, each with why; of a place without parts, what it needs itself."""
    named = [f"{plain(one.name)}: {why}" for one in report.parts[:FIRST] if (why := _why(one.counts))]
    return "; ".join(named) or _why(report.now) or "tidak ada yang mendesak"


def _why(counts: Counts) -> str:
    if counts.danger:
        return "rujukan mendesak"
    if counts.late:
        return "kunjungan terlambat"
    return "ada yang belum punya pendamping" if counts.unassigned else ""


def _panels(report: Report) -> list[Panel]:
    """One for each part, else one for the whole; none where so few are fostered that it would point to a child."""
    parts = report.parts if len(report.parts) > 1 else ()
    if not parts and report.now.fostered < FEW:
        return []
    named = [(one.name, one.counts) for one in parts] or [("Seluruh wilayah ini", report.now)]
    return [
        Panel(name, tuple((week.monday, week.due, week.on_time) for week in counts.weeks), counts.ages)
        for name, counts in named
    ]  # fmt: skip


def _referrals(session: Session, families: Any, begins: datetime, ends: datetime) -> tuple[int, int]:
    """How many were opened and closed in the week; of signs of the private list alone none."""
    query = (
        select(Referral.signs, Referral.opened_at, Referral.closed_at)
        .outerjoin(Child, Child.id == Referral.child_id)
        .outerjoin(Pregnancy, Pregnancy.id == Referral.pregnancy_id)
        .join(Family, Family.id == func.coalesce(Child.family_id, Pregnancy.family_id, Referral.family_id))
        .where(
            Family.id.in_(families),
            or_(Referral.opened_at.between(begins, ends), Referral.closed_at.between(begins, ends)),
        )
    )
    opened = closed = 0
    for signs, opened_at, closed_at in cast("Iterable[Any]", session.execute(query)):
        if signs and not disclosure.public(signs):
            continue
        opened += begins <= opened_at < ends
        closed += closed_at is not None and begins <= closed_at < ends
    return opened, closed


def _measured(session: Session, families: Any, monday: date) -> int:
    """How many children were measured, officially or as a foster parent reported; only where a parent agreed."""
    query = (
        select(func.count(Measurement.child_id.distinct()))
        .join(Child, Child.id == Measurement.child_id)
        .where(
            Child.family_id.in_(families), Child.state.in_(PRESENT), family_agrees(Child.family_id),
            Measurement.withdrawn_at.is_(None),
            Measurement.measured_on.between(monday, monday + A_WEEK - timedelta(days=1)),
        )
    )  # fmt: skip
    return session.scalar(query) or 0


def _answered(session: Session, families: Any, begins: datetime, ends: datetime) -> int:
    query = select(func.count(Question.id)).where(
        Question.family_id.in_(families), Question.answered_at >= begins, Question.answered_at < ends
    )
    return session.scalar(query) or 0
