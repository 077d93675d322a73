"""Files of attachments: names that reveal nothing, and deletion after their time."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

KEPT = timedelta(days=30)
"""How long upkeep leaves a file after its time."""
_OURS = re.compile(r"[0-9a-f]{32}\.[a-z]+")


def place(folder: Path, key: str, suffix: str) -> Path:
    """The path for the file of a message, the same for the same key. Creates the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{sha256(key.encode()).hexdigest()[:32]}.{suffix}"


def date(file: Path, now: datetime) -> None:
    """Set the file's time to ``now``, so that it has the age of its message also where the clock is moved."""
    os.utime(file, (now.timestamp(), now.timestamp()))


def delete(folder: Path, names: Iterable[str]) -> None:
    """Delete these files if they exist."""
    for name in names:
        if _OURS.fullmatch(name):
            (folder / name).unlink(missing_ok=True)


def delete_older(folder: Path, before: datetime) -> int:
    """Delete attachments (by the form of their names) written before a moment. Returns how many."""
    old = [
        file
        for file in (folder.iterdir() if folder.is_dir() else ())
        if _OURS.fullmatch(file.name) and datetime.fromtimestamp(file.stat().st_mtime, UTC) < before
    ]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)
