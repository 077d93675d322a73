"""The services a child or a pregnant woman should have had by now, and what comes next, from rows with their source.

``own`` are a city's own rows over the national ones, ``district`` is the city's Kemendagri code ("74.71"); which row
takes the place of which says ``table.held``.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from rules.services.rows import LAST_MONTH, Kind, Row, Rows
from rules.services.table import NATIONAL, held
from rules.stages import age, months_after

RECENT_MONTHS = 2
"""What fell due this long ago is still asked about, even when something newer of its kind has come."""
RECENT_WEEKS = 8
MISSED_AFTER = timedelta(days=7)
"""A week's grace before something counts as late; proposal."""
VITAMIN_A_MONTHS = tuple(sorted({month for row in NATIONAL if row.kind == Kind.VITAMIN_A for month in row.months}))


@dataclass(frozen=True)
class Service:
    """What to ask about: `label` fits a button, `detail` says more. `id` is stable, so that an answer can be kept.

    It is given from `start` on, in months of age or weeks of the pregnancy; `until` is the month of age from which it
    is no longer made up for. `round` is the first day of the month of one that returns.
    """

    id: str
    kind: Kind
    label: str
    detail: str
    source: str
    start: int
    until: int
    round: date | None = None


def services_due(born: date, today: date, own: Rows = (), district: str = "") -> list[Service]:
    """What a visitor should ask about today: of each kind the newest that has come, and all of the last two months.

    Empty from the fifth birthday on. Raises ValueError when the birth lies after `today`.
    """
    if age(born, today).months >= LAST_MONTH:
        return []
    return [
        *_at_ages(held(Kind.IMMUNISATION, born, own, district), born, today),
        *_in_rounds(held(Kind.VITAMIN_A, born, own, district), born, today),
        *_at_ages(held(Kind.DEWORMING, born, own, district), born, today),
        *_in_rounds(held(Kind.WEIGHING, born, own, district), born, today),
    ]


def antenatal_due(week: int, due: date | None = None, own: Rows = (), district: str = "") -> list[Service]:
    """What to ask a woman in this completed week: the newest visit due, those of the last eight weeks, the tablets.

    `due` is her HPL; without it, rows for some HPLs only are left out.
    """
    come = [row for row in held(Kind.ANTENATAL, due, own, district) if row.start <= week]
    tablets = [row for row in held(Kind.TABLETS, due, own, district) if row.start <= week]
    return [
        *(_service(row) for row in come if row.start == come[-1].start or week - row.start <= RECENT_WEEKS),
        *(_service(row) for row in tablets),
    ]


def missed(born: date, today: date, received: Collection[str], own: Rows = (), district: str = "") -> list[Service]:
    """The immunisations that came a week ago or more, are not in `received` (ids) and can still be made up for.

    Only of those a visitor asks about today: of the older ones it says nothing that nobody ticked them.
    """
    return [
        service
        for service in services_due(born, today, own, district)
        if service.kind == Kind.IMMUNISATION
        and service.id not in received
        and due_day(service, born) + MISSED_AFTER <= today < months_after(born, service.until)
    ]


def due_day(service: Service, born: date) -> date:
    """The day on which a service fell due for a child: when it had the age, and not before the month of its round."""
    day = months_after(born, service.start)
    return max(day, service.round) if service.round else day


def card(born: date, own: Rows = (), district: str = "") -> list[tuple[date, Service]]:
    """All immunisations of this child in their order, each with the day it falls due."""
    rows = held(Kind.IMMUNISATION, born, own, district)
    return [(months_after(born, row.start), _service(row)) for row in rows]


def next_service(born: date, today: date, own: Rows = (), district: str = "") -> tuple[date, Service] | None:
    """The next immunisation after `today`, with its day; None after the last."""
    return next(((day, service) for day, service in card(born, own, district) if day > today), None)


@lru_cache(maxsize=4096)
def has_je(born: date, own: Rows = (), district: str = "") -> bool:
    """Whether a child born then is given JE (Japanese encephalitis, in endemic areas only): a row names it."""
    return any(re.search(r"\bJE\b", f"{service.label} {service.detail}") for _, service in card(born, own, district))


def pmt_days(reason: str, on: date, own: Rows = (), district: str = "") -> int | None:
    """How many days of PMT who fell into this condition on this day is given; None when the condition brings none.

    The reasons are `gizi-kurang`, `berat-kurang`, `berat-tidak-naik`, `dua-kali-tidak-naik`, `kek`, and those a city
    adds. The national numbers are a proposal: the ministry's guide changes yearly.
    """
    return next((row.days for row in held(Kind.PMT, on, own, district) if row.id == f"pmt-{reason}"), None)


def _at_ages(rows: list[Row], born: date, today: date) -> list[Service]:
    """Of what falls due at an age: the newest that has come, and that of the last two months."""
    come = [row for row in rows if months_after(born, row.start) <= today]
    return [
        _service(row)
        for row in come
        if row.start == come[-1].start or today <= months_after(born, row.start + RECENT_MONTHS)
    ]


def _in_rounds(rows: list[Row], born: date, today: date) -> list[Service]:
    """What the last round of the kind gave to a child that had its age by the end of that month."""
    if not rows:
        return []
    ago = min((today.month - month) % 12 for row in rows for month in row.months)
    begun = months_after(today.replace(day=1), -ago)
    last_day = min(today, months_after(begun, 1) - timedelta(days=1))
    if born > last_day:
        return []
    months = age(born, last_day).months
    return [_service(row, begun) for row in rows if begun.month in row.months and row.start <= months < row.until]


def _service(row: Row, round: date | None = None) -> Service:
    id = row.id.partition("/")[0]
    return Service(
        id=f"{id}-{round:%Y-%m}" if round else id,
        kind=row.kind,
        label=row.label,
        detail=row.detail,
        source=row.source,
        start=row.start,
        until=row.until,
        round=round,
    )
