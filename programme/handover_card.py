"""What a successor reads of a child or a family, in ten lines at most: the way so far, what is open, what was promised.

What was seen and measured stands there only while a parent's consent does (decision 0025).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy.orm import Session

from content.city import City
from db import consent, measurements, referrals, visits
from db.children import Child, Pregnancy
from db.fostering import Assignment
from db.measurements import OFFICIAL
from db.states import CareState
from db.visits import Visit
from flow.questions import comma, show_day
from flow.reading.dates import DAYS
from programme import assignments, disclosure, growth
from programme.contacts import age_of, called, carers, who
from rules.visits import due_on

LINES = 10
PAST = 3  # visits
HELPERS = {"kader": "kader", "bidan": "bidan", "lurah": "lurah"}
LANGUAGES = {"lbw": "Tolaki", "mnb": "Muna", "wlo": "Wolio", "bug": "Bugis", "en": "Inggris"}


def lines(session: Session, city: City, one: Assignment, now: datetime) -> list[str]:
    """The lines of the card about whom this assignment is about, without a title."""
    today, family = city.today(now), assignments.family_of(one)
    agreed = consent.agrees(session, family.id)
    cared = [whom for whom in assignments.covered(one) if whom.state == CareState.ACTIVE]
    found = [f"Tinggal di {family.village.full_name}"]
    before = session.get(Assignment, one.replaces_id) if one.replaces_id else None
    if before is not None:
        found.append(f"Sebelumnya {called(before.asn)}, sejak {show_day(before.starts)}")
    share = max((LINES - len(found) - bool(agreed)) // max(len(cared), 1), 1)
    for whom in cared:
        told = list(_about(session, city, one, whom, today, agreed=agreed))
        several = f"*{who(whom)}*: " if len(cared) > 1 else ""
        found += [several + told[0], *told[1:share]]
    if agreed:
        found += list(_wishes(session, family.id))[: LINES - len(found)]
    else:
        found.append("Belum ada persetujuan orang tua: isi laporan dan ukuran belum boleh ditampilkan")
    return found[:LINES]


def _about(
    session: Session, city: City, one: Assignment, whom: Child | Pregnancy, today: date, *, agreed: bool
) -> Iterator[str]:
    """What matters most comes first: only as much as there is room for is shown."""
    past = (visits.of_child if isinstance(whom, Child) else visits.of_pregnancy)(session, whom.id)
    last = past[0] if past else None
    due = due_on(one.starts, last and last.visited_on, last and last.next_on, city.programme.visits.every_days)
    promised = last is not None and last.next_on is not None and last.next_on >= today
    age = f"{age_of(whom, today)}. " if agreed else ""
    agreed_day = "dijanjikan" if promised else "paling lambat"
    yield f"{age[:1].upper()}{age[1:]}Kunjungan berikutnya {agreed_day} *{show_day(due)}*"
    for referral in referrals.open_about(session, whom):
        signs = ", ".join(disclosure.public(referral.signs)) if agreed else ""
        by = f"ditangani {called(referral.acceptor)}" if referral.acceptor else "belum ada yang menangani"
        yield f"⚠️ Rujukan terbuka{f': {signs}' if signs else ''}, {by}"
    if last is not None and (helper := HELPERS.get(str(last.answers.get("follow_up")))):
        yield f"Bantuan {helper} diminta {show_day(last.visited_on)}"
    if isinstance(whom, Child) and agreed:
        yield from _measured(session, whom)
    yield from (_visit(visit, agreed=agreed) for visit in past[:PAST])
    if not past:
        yield "Belum pernah ada laporan kunjungan"


def _measured(session: Session, child: Child) -> Iterator[str]:
    """The newest official measurement, else the newest reported one, with its plain words."""
    rows = measurements.history(session, child.id, OFFICIAL) or measurements.history(session, child.id)
    if not rows:
        return
    row = rows[-1]
    values = [
        f"{comma(row.weight_kg)} kg" if row.weight_kg else "",
        f"{comma(row.length_cm)} cm" if row.length_cm else "",
    ]
    said = "; ".join(growth.words(child.sex, child.born, row, child.gestation_weeks))
    kind = "resmi" if row.kind == OFFICIAL else "laporan"
    yield f"{' dan '.join(filter(None, values))} ({kind}, {show_day(row.measured_on)}){f': {said}' if said else ''}"


def _visit(visit: Visit, *, agreed: bool) -> str:
    how = ("bertemu" if visit.met else "tidak bertemu") if agreed else "ada kunjungan"
    return f"{show_day(visit.visited_on)}: {how}"


def _wishes(session: Session, family_id: int) -> Iterator[str]:
    """What the carers have chosen for themselves: their day, their hour, their language."""
    for carer in carers(session, family_id):
        parts = [
            f"hari {DAYS[carer.weekday]}" if carer.weekday is not None else "",
            f"sekitar pukul {carer.hour}" if carer.hour is not None else "",
            f"bahasa {LANGUAGES[carer.person.language]}" if carer.person.language in LANGUAGES else "",
        ]
        if any(parts):
            yield f"Keluarga lebih suka {', '.join(filter(None, parts))}"
            return
