"""What one city has set: its name and time, its programme, its lessons, its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from content.lessons import Library
from content.programme import Programme
from content.templates import Templates


@dataclass(frozen=True)
class City:
    """Handed to everything that speaks or plans. ``files`` is the folder of attachments to send."""

    name: str
    zone: ZoneInfo
    programme: Programme
    library: Library
    templates: Templates
    files: Path

    def local(self, now: datetime) -> datetime:
        """The moment on the city's clocks."""
        return now.astimezone(self.zone)

    def today(self, now: datetime) -> date:
        return self.local(now).date()
