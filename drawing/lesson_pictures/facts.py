"""The data of personal pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules.services import Rows


@dataclass(frozen=True)
class Facts:
    """One child or one pregnancy; most pictures use nothing of it.

    `call` is what the child is called ("Rafa"); `received` are ids of services known to have been given; `due` is the
    HPL. `own` and `district` choose the rows of services, as in ``rules.services``.
    """

    today: date
    born: date | None = None
    call: str = ""
    received: frozenset[str] = frozenset()
    due: date | None = None
    own: Rows = ()
    district: str = ""
