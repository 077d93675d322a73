"""The parts of a coordinator's digest: visits, referrals, measurements, lessons and families."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from db.measurements import MeasurementKind
from db.referrals import ReferralState
from db.roles import ScopeKind
from db.subjects import Subject
from programme.disclosure import words
from programme.growth import too_low, worsened
from programme.weighing import Recap
from reports.adoption.counts import Adoption
from reports.digest.area_counts import Area
from reports.digest.ending_counts import Endings
from reports.digest.late_questions import Questions
from rules.growth import Growth
from rules.stages import months_after
from rules.status import Class, Index


@dataclass(frozen=True)
class Day:
    """A local day as a time span: ``begins`` up to, not including, ``ends``. ``month``: the first day of its month."""

    today: date
    begins: datetime
    ends: datetime

    @property
    def month(self) -> date:
        return self.today.replace(day=1)

    @property
    def month_end(self) -> date:
        return months_after(self.month, 1) - timedelta(days=1)


@dataclass(frozen=True)
class Late:
    """A visit that is overdue. ``reachable`` says whether the ASN can be reminded in chat.

    ``asn`` is the foster parent who answers for it; ``sent`` are the delegates who come in their name, if any.
    ``code``, ``name`` and ``village`` are empty where the reader is not shown them (``programme.disclosure``), here and
    in the other rows of a digest.
    """

    asn_id: int
    asn: str
    reachable: bool
    about: Subject
    code: str
    name: str
    village: str
    last: date | None
    due: date
    days: int
    sent: str = ""

    @property
    def who(self) -> str:
        return words(self.code, self.name, self.village)

    @property
    def called(self) -> str:
        return f"{self.asn} (lewat {self.sent})" if self.sent else self.asn


@dataclass(frozen=True)
class NotJoined:
    """A foster parent of whom nobody has ever joined: not late, because they could not know.

    ``sent`` are their delegates, if there are any, ``count`` is how many they foster, ``since`` the first day of it.
    """

    asn: str
    sent: str
    count: int
    since: date

    @property
    def words(self) -> str:
        through = f"lewat {self.sent}, " if self.sent else ""
        return f"{self.asn} ({through}{self.count} dampingan)"


@dataclass(frozen=True)
class Visits:
    """``needed`` counts the children and mothers who were or are to be visited this month, ``seen`` those who were.

    ``not_joined`` are the foster parents who have never joined, those of the most children first. ``this_week`` counts
    the visits since Monday, ``last_week`` those of the week before until the same weekday; ``due`` the visits that fell
    due in the last full week, ``on_time`` those of them that were made by then.
    """

    today: int
    met_today: int
    yesterday: int
    seen: int
    needed: int
    late: tuple[Late, ...]
    late_yesterday: int
    not_joined: tuple[NotJoined, ...] = ()
    this_week: int = 0
    last_week: int = 0
    due: int = 0
    on_time: int = 0


@dataclass(frozen=True)
class Open:
    """An open referral; ``days`` since it was opened, ``taken_by``: who accepted it; ``opened_at`` in local time.

    ``danger``: must be seen now or today, and nobody handles it; ``stuck``: waits too long, see
    ``programme.referral_standing``. ``state`` is one of ``db.referrals``. ``asn`` fosters whom it is about: they are
    named to who is shown nothing else, for whom ``urgency``, ``state`` and ``taken_by`` are empty too.
    """

    code: str
    name: str
    village: str
    signs: tuple[str, ...]
    urgency: str
    opened_on: date
    days: int
    taken_by: str
    state: ReferralState | None
    asn: str
    opened_at: datetime
    danger: bool = False
    stuck: bool = False
    id: int = 0

    @property
    def who(self) -> str:
        return words(self.code, self.name, self.village)


@dataclass(frozen=True)
class Referrals:
    """``danger_yesterday`` and ``stuck_yesterday``: how many were that at the same hour of the day before.

    ``cries``: calls for help that wait for the answer whether it happens now.
    """

    open: tuple[Open, ...]
    opened_today: int
    closed_today: int
    danger_yesterday: int = 0
    stuck_yesterday: int = 0
    cries: int = 0

    @property
    def danger(self) -> tuple[Open, ...]:
        return tuple(one for one in self.open if one.danger)

    @property
    def stuck(self) -> tuple[Open, ...]:
        """The longest waiting first."""
        return tuple(sorted((one for one in self.open if one.stuck), key=lambda one: one.opened_at))


@dataclass(frozen=True)
class Unassigned:
    """A child, a mother or a couple whom nobody fosters, now or later, for so many ``days``."""

    about: Subject
    code: str
    name: str
    village: str
    days: int

    @property
    def who(self) -> str:
        return words(self.code, self.name, self.village)


@dataclass(frozen=True)
class Nobody:
    """Those whom nobody fosters, the longest first, and how many there were yesterday."""

    waiting: tuple[Unassigned, ...] = ()
    yesterday: int = 0


@dataclass(frozen=True)
class Weighed:
    """A child's last measurement of one kind this month; ``changed`` has the classes that differ from before.

    Its numbers and classes are counted; of one child they are only shown where ``shows`` says so.
    """

    code: str
    name: str
    village: str
    kind: MeasurementKind
    measured_on: date
    entered_today: bool
    weight_kg: float | None
    length_cm: float | None
    scores: Growth
    classes: Mapping[Index, Class]
    changed: Mapping[Index, tuple[Class, Class]]
    shows: bool

    @property
    def low(self) -> list[Class]:
        """The classes for which the puskesmas should see the child."""
        return [name for name in self.classes.values() if too_low(name)]

    @property
    def worsened(self) -> bool:
        return any(worsened(before, after) for before, after in self.changed.values())


@dataclass(frozen=True)
class Lessons:
    """Today's lessons, without those passed when a family joined; and today's families.

    ``missing``: people who by last night had not got a lesson they should have, by reason, the commonest first.
    """

    sent: int
    failed: int
    skipped: int
    joined: int
    paused: int
    stopped: int
    missing: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Digest:
    """A digest. ``title``: its scope; ``at``: the local moment; ``recap``: the month's official weighings.

    ``of_places``: the reader coordinates a place. Where not, but offices alone, nothing is counted but visits and
    referrals: measurements, messages and endings are zero.

    ``areas`` are lines about the places that need help first, empty where there are none to compare; ``tables`` the
    numbers of every place and office that the reader may see, by kind. ``one_village``: all of it is about one
    kelurahan, whose name need not stand in every line.

    ``aside``: foster parents, children, mothers and couples that the reader put aside (``programme.setting_aside``):
    they are counted, and not named among the worst.

    For coordinators of the whole city only: ``whatsapp``, messages sent there and their cost; ``alerts``, what became
    of the alerts of the last day; ``reach``, who could not be reached by one, a line each.
    """

    title: str
    at: datetime
    of_places: bool
    visits: Visits
    referrals: Referrals
    weighed: tuple[Weighed, ...]
    recap: Recap
    lessons: Lessons
    endings: Endings
    questions: Questions
    adoption: Adoption
    whatsapp: str = ""
    alerts: str = ""
    reach: tuple[str, ...] = ()
    nobody: Nobody = Nobody()
    areas: tuple[str, ...] = ()
    one_village: bool = False
    aside: frozenset[Subject] = frozenset()
    tables: tuple[tuple[ScopeKind, tuple[Area, ...]], ...] = ()
