"""Seal the audit every hour, and drop its oldest sealed lines once the city's archive rule lets them go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.orm import Session

from content.city import City
from db import audit, audit_seals
from rules.stages import months_after
from scheduler.looks import Write

DROPPED, WHAT = "audit.drop", "audit"

log = structlog.get_logger()


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Seal what was written since the last seal; drop the lines whose seal is older than ``audit_years``."""
    yield partial(_seal, now=now)
    local = city.local(now)
    day = months_after(local.date(), -12 * city.programme.privacy.audit_years)
    before = datetime.combine(day, local.timetz())
    if audit_seals.is_older(session, before):
        yield partial(_drop, before=before, now=now)


def _seal(session: Session, now: datetime) -> None:
    """Where other writers did not end in time, the next hour seals what this one left."""
    sealed = audit_seals.seal(session, now)
    log.info("audit", sealed=sealed)


def _drop(session: Session, before: datetime, now: datetime) -> None:
    """Drop, and leave a line that says so: it comes into the next seal."""
    dropped = audit_seals.drop(session, before, now)
    audit.note(session, now, None, DROPPED, WHAT)
    log.info("audit_dropped", lines=dropped)
