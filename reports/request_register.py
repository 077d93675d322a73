"""The register of requests about data as a CSV file, for those who check that each was answered in time."""

from __future__ import annotations

import csv
from datetime import datetime, tzinfo
from pathlib import Path

from sqlalchemy.orm import Session

from db import data_requests
from programme.data_requests import WORDS

COLUMNS = ("nomor", "permintaan", "kode_keluarga", "diajukan", "batas", "dijawab", "hasil", "dilaksanakan")


def write(session: Session, file: Path, zone: tzinfo) -> int:
    """Write every request, oldest first, readable by its owner alone. Returns how many. Nobody's words are in it."""
    rows = data_requests.all_of(session)
    file.touch(mode=0o600)
    file.chmod(0o600)
    with file.open("w", encoding="utf-8-sig", newline="") as out:  # Excel reads UTF-8 only with a byte order mark
        lines = csv.writer(out)
        lines.writerow(COLUMNS)
        for one in rows:
            result = "" if one.granted is None else "dikabulkan" if one.granted else "tidak dikabulkan"
            moments = [_at(moment, zone) for moment in (one.at, one.due_at, one.answered_at)]
            lines.writerow((one.id, WORDS[one.kind], one.family.code, *moments, result, _at(one.done_at, zone)))
    return len(rows)


def _at(moment: datetime | None, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else ""
