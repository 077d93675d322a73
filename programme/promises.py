"""Promised visits: who plans to come when, how a written day is read, and what a report does to a promise."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import promises
from db.promises import PromiseEnd, VisitPromise
from db.subjects import Subject, of_visit
from db.visits import Visit
from flow.reading import dates
from programme.appointments import times
from rules import appointments as rules

FAR = timedelta(days=60)  # a date without its year is looked for so far ahead
_ASIDE = re.compile(
    r"\b(?:in ?s[hy]a+ ?allah|isya ?allah|ya|yah|pak|bapak|bu|ibu|saya|sy|bisa|bisanya|mungkin|kira kira|rencana|"
    r"rencananya|aja|saja|deh|dong|baru|oke?|baik|siap)\b"
)
_HOUR = re.compile(r"\b(?:jam|pukul|pkl)\b.*$|\bsetelah .*$|\bhabis .*$")


def planned(session: Session, abouts: Collection[Subject], today: date) -> dict[tuple[int, Subject], date]:
    """By foster parent and child, mother or couple, the promised day that is still to come, today among them."""
    wanted = set(abouts)
    # Few stand at a time, so all are read. The last given first: the later setdefault of an earlier one is none.
    found: dict[tuple[int, Subject], date] = {}
    for one in promises.standing(session, VisitPromise.day >= today) if wanted else ():
        if one.about in wanted and one.day is not None:
            found.setdefault((one.foster_id, one.about), one.day)
    return found


def proposed_days(city: City, now: datetime, after: date | None = None) -> Sequence[date]:
    """The days to offer: those on which visits begin in this city, today while there is an hour for it."""
    return rules.days(times(city), city.local(now), city.programme.promises.proposals, after)


def read_day(said: str, today: date) -> date | None:
    """The day that was written ("besok", "insya Allah Kamis sore", "tanggal 12"); None for anything else."""
    text = " ".join(re.sub(r"[^\w\s/.\-]", " ", said.casefold()).split()).strip(" .-")
    if len(text) > 60:
        return None
    text = " ".join(_HOUR.sub("", _ASIDE.sub(" ", text)).split())
    try:
        return dates.ahead(text, today, today + FAR) if text else None
    except dates.OtherWeekday:
        return None


def keep(session: Session, visit: Visit) -> None:
    """A report has come: a promise of whom it was made for is kept, and nothing is asked about this visit any more."""
    same = promises.about([of_visit(visit)])
    whose = VisitPromise.foster_id == (visit.carer_id or visit.asn_id)
    promises.end(session, PromiseEnd.KEPT, visit.submitted_at, same, whose, promises.STANDS)
    promises.end(session, PromiseEnd.OVER, visit.submitted_at, same)


def reopen(session: Session, visit: Visit, today: date) -> None:
    """The report was taken back: what it kept stands again while its day is ahead."""
    kept = VisitPromise.outcome == PromiseEnd.KEPT, VisitPromise.ended_at == visit.submitted_at
    query = select(VisitPromise).where(promises.about([of_visit(visit)]), *kept, VisitPromise.day >= today)
    for row in session.scalars(query):
        row.outcome = row.ended_at = None
