"""The lines of the audit for tests, with whom they mean."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import audit
from db.audit import Audit
from db.subjects import Subject, SubjectKind


class Line(NamedTuple):
    """``by``: an id, a name of an operator, or None for the service. ``about``: "child:31", or "?" once forgotten."""

    action: str
    by: int | str | None
    about: str
    detail: str = ""


def lines(session: Session, action: str = "") -> list[Line]:
    """All lines, oldest first; only those of ``action`` where one is given."""
    query = select(Audit).order_by(Audit.id)
    found = session.scalars(query.where(Audit.action == action) if action else query).all()
    return [_read(session, one) for one in found]


def _read(session: Session, line: Audit) -> Line:
    meant = audit.meaning(session, [line.actor, line.subject, line.detail])

    def said(pseudonym: str) -> str:
        kind, _, token = pseudonym.partition(":")
        if not token:
            return pseudonym
        return str(Subject(SubjectKind(kind), meant[pseudonym].id)) if pseudonym in meant else "?"

    actor = meant.get(line.actor)
    by: int | str | None = (actor.name or actor.id) if actor else ("?" if line.actor else None)
    return Line(line.action, by, said(line.subject), said(line.detail))
