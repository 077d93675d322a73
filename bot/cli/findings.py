"""The findings of ``asuh check``."""

from __future__ import annotations

from dataclasses import dataclass

OK, LOOK, WRONG = "OK", "PERIKSA", "SALAH"


@dataclass(frozen=True)
class Finding:
    """One sentence about one subject, what to do about it, and further lines where there are details."""

    grade: str
    subject: str
    said: str
    mend: str = ""
    details: tuple[str, ...] = ()
