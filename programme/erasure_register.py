"""The register of erasures: a file beside the database, so that a restored backup forgets again.

It has the code of each erased family and when it was erased, nothing else. It is made of what is committed, and read
when the service starts.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Family
from programme import erasure

COLUMNS = ("kode_keluarga", "dihapus")


def write(session: Session, file: Path) -> None:
    """Add the families that were erased since the file was written; readable by its owner alone."""
    known = read(file)
    forgotten = session.execute(select(Family.code, Family.forgotten_at).where(Family.forgotten_at.is_not(None)))
    found: dict[str, datetime] = {str(row[0]): at for row in forgotten if (at := row[1]) is not None}
    if found.items() <= known.items():
        return
    fresh = file.with_suffix(".baru")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(COLUMNS)
        rows.writerows((code, at.isoformat()) for code, at in sorted({**known, **found}.items()))
    fresh.replace(file)


def read(file: Path) -> Mapping[str, datetime]:
    """When each family was erased, by its code; empty where there is no file."""
    if not file.exists():
        return {}
    with file.open(encoding="utf-8", newline="") as rows:
        return {row[COLUMNS[0]]: datetime.fromisoformat(row[COLUMNS[1]]) for row in csv.DictReader(rows)}


def repeat(session: Session, file: Path, now: datetime) -> tuple[int, list[str]]:
    """Erase again the families that stand in the register and are there with their names, as after a restored backup.

    Not a family that was entered anew since. Returns how many, and the names of files to be deleted.
    """
    erased, pictures = 0, list[str]()
    for code, at in read(file).items():
        family = erasure.by_code(session, code)
        if family is not None and family.created_at <= at:
            pictures += erasure.forget(session, family, now)
            erased += 1
    return erased, pictures
