"""Counts of endings by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.children import Child, Pregnancy
from db.endings import KINDS, Ending
from db.states import CareState

WORDS = {
    CareState.RECOVERED: "lulus",
    CareState.AGED_OUT: "lewat umur",
    CareState.MOVED: "pindah",
    CareState.REFUSED: "tidak lagi bersedia",
    CareState.DIED: "meninggal dunia",
    CareState.MISCARRIED: "keguguran",
    CareState.STILLBORN: "lahir meninggal",
    CareState.MOTHER_DIED: "ibu meninggal dunia",
}


@dataclass(frozen=True)
class Endings:
    """This month's endings by kind, without zeros; and how many were reported today."""

    month: Mapping[CareState, int]
    today: int

    @property
    def words(self) -> str:
        """The counts in words: "2 lulus, 1 pindah"."""
        return ", ".join(f"{count} {WORDS[kind]}" for kind, count in self.month.items())


def count(session: Session, families: Any, first: date, today: date) -> Endings:
    """The endings among these families from `first` to today."""
    query = (
        select(Ending.kind, Ending.ended_on)
        .outerjoin(Child, Child.id == Ending.child_id)
        .outerjoin(Pregnancy, Pregnancy.id == Ending.pregnancy_id)
        .where(
            Ending.ended_on.between(first, today),
            func.coalesce(Child.family_id, Pregnancy.family_id).in_(families),
        )
    )
    rows = session.execute(query).all()
    counted = Counter(kind for kind, _ in rows)
    return Endings({kind: counted[kind] for kind in KINDS if counted[kind]}, sum(on == today for _, on in rows))
