"""What ``asuh check`` has to say."""

from __future__ import annotations

from dataclasses import dataclass

OK, LOOK, WRONG = "OK", "PERIKSA", "SALAH"


@dataclass(frozen=True)
class Finding:
    """One sentence about one subject, what to do about it, and all of it line by line where there is more."""

    grade: str
    subject: str
    said: str
    mend: str = ""
    details: tuple[str, ...] = ()
