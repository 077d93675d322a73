"""The services a child or a pregnant woman should have had by now, and what comes next, from rows with their source.

``own`` are a city's rows, which replace national ones; ``district`` is the city's Kemendagri code ("74.71");
``table.held`` says which row replaces which.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from rules.services.rows import LAST_MONTH, Kind, Row, Rows
from rules.services.table import held
from rules.stages import PREGNANCY_DAYS, age, months_after

RECENT_MONTHS = 2
"""How long after its due day a service is still asked about, even when a newer one of its kind is due."""
RECENT_WEEKS = 8
MISSED_AFTER = timedelta(days=7)
"""A week's grace before a service counts as late; our proposal."""


@dataclass(frozen=True)
class Service:
    """One service: `label` fits a button, `detail` says more. `id` is stable, because answers are stored under it.

    It is due from `start` on, in months of age or weeks of the pregnancy; `until` is the month of age from which it is
    no longer caught up. `round` is the first day of the month of a recurring one.
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
    """The services to ask about today: of each kind the newest due one, and all of the last two months.

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
    """The services to ask about in this completed week: the newest visit due, those of the last eight weeks, tablets.

    `due` is her HPL; without it, rows for some HPLs only are left out.
    """
    come = [row for row in held(Kind.ANTENATAL, due, own, district) if row.start <= week]
    tablets = [row for row in held(Kind.TABLETS, due, own, district) if row.start <= week]
    return [
        *(_service(row) for row in come if row.start == come[-1].start or week - row.start <= RECENT_WEEKS),
        *(_service(row) for row in tablets),
    ]


def missed(born: date, today: date, received: Collection[str], own: Rows = (), district: str = "") -> list[Service]:
    """The immunisations due for a week or more that are not in `received` (ids) and can still be caught up.

    Only those a visitor asks about today: that an older one was not ticked says nothing.
    """
    return [
        service
        for service in services_due(born, today, own, district)
        if service.kind == Kind.IMMUNISATION
        and service.id not in received
        and due_day(service, born) + MISSED_AFTER <= today < months_after(born, service.until)
    ]


def due_day(service: Service, born: date) -> date:
    """The day on which a service is due for a child: when it reaches the age, not before the month of its round."""
    day = months_after(born, service.start)
    return max(day, service.round) if service.round else day


def card(born: date, own: Rows = (), district: str = "") -> list[tuple[date, Service]]:
    """All immunisations of this child in order, each with its due day."""
    rows = held(Kind.IMMUNISATION, born, own, district)
    return [(months_after(born, row.start), _service(row)) for row in rows]


def next_service(born: date, today: date, own: Rows = (), district: str = "") -> tuple[date, Service] | None:
    """The next immunisation after `today`, with its day; None after the last."""
    return next(((day, service) for day, service in card(born, own, district) if day > today), None)


def next_round(kind: Kind, born: date, today: date, own: Rows = (), district: str = "") -> tuple[date, Service] | None:
    """The next round of a recurring service that this child gets, after this month, with the first day of its month.

    None where none comes within a year.
    """
    rows = held(kind, born, own, district)
    for ahead in range(1, 13):
        begun = months_after(today.replace(day=1), ahead)
        months = age(born, max(born, months_after(begun, 1) - timedelta(days=1))).months
        for row in rows:
            if begun.month in row.months and row.start <= months < row.until:
                return begun, _service(row, begun)
    return None


def next_antenatal(week: int, due: date, own: Rows = (), district: str = "") -> tuple[date, Service] | None:
    """The next antenatal visit after this completed week, with the day on which its week begins; None after the last.

    ``due`` is the HPL.
    """
    rows = [row for row in held(Kind.ANTENATAL, due, own, district) if row.start > week]
    first = min(rows, key=lambda row: row.start, default=None)
    return (due - timedelta(days=PREGNANCY_DAYS - first.start * 7), _service(first)) if first else None


@lru_cache(maxsize=4096)
def has_je(born: date, own: Rows = (), district: str = "") -> bool:
    """Whether a child born then is given JE (Japanese encephalitis, in endemic areas only): a row names it."""
    return any(re.search(r"\bJE\b", f"{service.label} {service.detail}") for _, service in card(born, own, district))


def pmt_days(reason: str, on: date, own: Rows = (), district: str = "") -> int | None:
    """Days of PMT for a person with this condition from this day on; None when the condition brings none.

    The reasons are `gizi-kurang`, `berat-kurang`, `berat-tidak-naik`, `dua-kali-tidak-naik`, `kek`, and those a city
    adds. The national numbers are a proposal: the ministry's guide changes yearly.
    """
    return next((row.days for row in held(Kind.PMT, on, own, district) if row.id == f"pmt-{reason}"), None)


def _at_ages(rows: list[Row], born: date, today: date) -> list[Service]:
    """Of the services due at an age: the newest due one, and those of the last two months."""
    come = [row for row in rows if months_after(born, row.start) <= today]
    return [
        _service(row)
        for row in come
        if row.start == come[-1].start or today <= months_after(born, row.start + RECENT_MONTHS)
    ]


def _in_rounds(rows: list[Row], born: date, today: date) -> list[Service]:
    """The last round of a recurring service, for a child that had reached its age by the end of that month."""
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
