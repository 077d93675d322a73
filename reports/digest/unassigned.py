"""Whom nobody fosters in a digest: each as much as its reader is shown of it, and how many there were yesterday."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from db.subjects import SubjectKind
from programme import disclosure
from programme.fosterings import CHILD, WEDDING
from programme.names import child_name, salute
from programme.unassigned import Unassigned as Waiting
from reports.digest.model import Nobody, Unassigned
from reports.digest.queries import Reader


def count(found: Iterable[Waiting], today: date, reader: Reader) -> Nobody:
    """``found`` are those of today and of yesterday, who have waited longest first."""
    waiting, before = list[Unassigned](), 0
    for one in found:
        before += one.yesterday
        if one.now:
            shown = disclosure.agreed(reader(*one.home), one.agreed)
            row = disclosure.row(shown, one.code, _called(one.about.kind, one.name), one.village)
            waiting.append(Unassigned(one.about, *row, (today - one.since).days))
    return Nobody(tuple(waiting), before)


def _called(kind: SubjectKind, name: str) -> str:
    if kind is CHILD:
        return child_name(name)
    mother = salute(name, relation="ibu")
    return f"Pasangan {mother}" if kind is WEDDING else mother
