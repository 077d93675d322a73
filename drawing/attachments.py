"""Files that go with messages: named so that the folder tells nothing, and deleted when nobody needs them any more."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

_OURS = re.compile(r"[0-9a-f]{32}\.[a-z]+")


def place(folder: Path, key: str, suffix: str) -> Path:
    """Where the file of this message belongs, the same for the same key; makes the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{sha256(key.encode()).hexdigest()[:32]}.{suffix}"


def date(file: Path, now: datetime) -> None:
    """The file is as old as its message, also where our clock is not the machine's."""
    os.utime(file, (now.timestamp(), now.timestamp()))


def delete(folder: Path, names: Iterable[str]) -> None:
    """Delete these files of ours, if they are still there."""
    for name in names:
        if _OURS.fullmatch(name):
            (folder / name).unlink(missing_ok=True)


def delete_older(folder: Path, before: datetime) -> int:
    """Delete what was written before a moment and bears a name of ours. Returns how many."""
    old = [
        file
        for file in (folder.iterdir() if folder.is_dir() else ())
        if _OURS.fullmatch(file.name) and datetime.fromtimestamp(file.stat().st_mtime, UTC) < before
    ]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)
