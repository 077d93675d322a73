"""The auditor's own record of what happened in the simulated city.

Nothing here is read from the scheduler's tables, so that the two can be held against each other.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

WITA = ZoneInfo("Asia/Makassar")
NEVER = datetime(2999, 1, 1, tzinfo=UTC)
DAWN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Span:
    """From a moment on, until another (not included)."""

    begin: datetime
    end: datetime = NEVER

    def __contains__(self, moment: datetime) -> bool:
        return self.begin <= moment < self.end


@dataclass
class Recipient:
    """One carer of one family: the times in which they had joined and agreed, and their pauses as they were set."""

    carer: int
    person: int
    family: int
    relation: str
    joined: list[Span] = field(default_factory=list[Span])
    pauses: list[tuple[datetime, date]] = field(default_factory=list[tuple[datetime, date]])

    @property
    def own(self) -> str:
        return {"ibu": "ibu", "ayah": "ayah"}.get(self.relation, "keluarga")

    def span(self, moment: datetime) -> Span | None:
        return next((one for one in reversed(self.joined) if moment in one), None)

    def paused_until(self, moment: datetime) -> date:
        """The day on which the last pause set before ``moment`` ends; the beginning of time where there was none."""
        return next((until for at, until in reversed(self.pauses) if at <= moment), date.min)

    def reads(self, moment: datetime) -> bool:
        return self.span(moment) is not None and self.paused_until(moment) <= local(moment).date()


@dataclass
class Subject:
    """A wedding, a pregnancy, or the children of one birth. ``days`` is its date as it was known from each moment."""

    anchor: str
    ref: int
    family: int
    known_on: date
    days: list[tuple[datetime, date]]
    members: dict[int, datetime] = field(default_factory=dict[int, datetime])
    gone: datetime = NEVER
    why: str = ""
    red: bool = False
    doses: dict[int, list[tuple[datetime, bool]]] = field(default_factory=dict[int, list[tuple[datetime, bool]]])

    def day(self, moment: datetime) -> date | None:
        return next((day for since, day in reversed(self.days) if since <= moment), None)

    def here(self, moment: datetime) -> bool:
        return self.days[0][0] <= moment < self.gone


@dataclass(frozen=True)
class Weighed:
    """``at`` is when it was entered, ``light`` whether the child lies so low that other rules may speak first."""

    day: date
    kg: float
    at: datetime
    light: bool
    withdrawn: Span


@dataclass(frozen=True)
class Told:
    """What somebody told about a child ("c7") or a pregnancy ("p3"), as the names of what follows from it.

    ``person`` is who alone is meant, 0: all of the family; ``lesson`` under which it was answered, "" for a visit.
    """

    at: datetime
    about: str
    names: frozenset[str]
    person: int = 0
    lesson: str = ""


@dataclass
class Ledger:
    """``ticks`` are the moments at which lessons were planned, ``down`` the times in which nothing ran.

    ``homes`` are each family's subjects, ``families`` and ``people`` the carers of each family and person; ``failed``
    which lessons the channel refused to take to whom, and when.
    """

    recipients: dict[int, Recipient] = field(default_factory=dict[int, Recipient])
    people: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    families: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    homes: defaultdict[int, list[Subject]] = field(default_factory=lambda: defaultdict(list))
    children: dict[int, Subject] = field(default_factory=dict[int, Subject])
    pregnancies: dict[int, Subject] = field(default_factory=dict[int, Subject])
    away: defaultdict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    wishes: defaultdict[int, list[tuple[datetime, int | None, int | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    weighed: defaultdict[int, list[Weighed]] = field(default_factory=lambda: defaultdict(list))
    told: list[Told] = field(default_factory=list[Told])
    told_of: defaultdict[str, list[Told]] = field(default_factory=lambda: defaultdict(list))
    failed: defaultdict[int, list[tuple[datetime, str]]] = field(default_factory=lambda: defaultdict(list))
    small: set[int] = field(default_factory=set[int])
    short: set[int] = field(default_factory=set[int])
    sex: dict[int, str] = field(default_factory=dict[int, str])
    assigned: dict[int, datetime] = field(default_factory=dict[int, datetime])
    ticks: list[datetime] = field(default_factory=list[datetime])
    down: list[Span] = field(default_factory=list[Span])
    counts: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    seconds: defaultdict[str, list[tuple[datetime, float]]] = field(default_factory=lambda: defaultdict(list))

    def tell(self, told: Told) -> None:
        self.told.append(told)
        self.told_of[told.about].append(told)

    def reachable(self, person: int, moment: datetime) -> bool:
        return not any(moment in span for span in self.away[person])

    def wish(self, person: int, moment: datetime) -> tuple[int | None, int | None]:
        """The weekday and the hour the person had chosen by then."""
        return next(
            ((day, hour) for since, day, hour in reversed(self.wishes[person]) if since <= moment), (None, None)
        )

    def add(self, subject: Subject) -> None:
        self.homes[subject.family].append(subject)
        if subject.anchor == "hpl":
            self.pregnancies[subject.ref] = subject
        for child in subject.members:
            self.children[child] = subject


def local(moment: datetime) -> datetime:
    return moment.astimezone(WITA)
