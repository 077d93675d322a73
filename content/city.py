"""What one city has set: its name and place and time, its programme, its lessons, its words, its services."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from content import notices
from content.lessons import Library
from content.notices import Notices
from content.programme import Programme
from content.templates import Templates


@dataclass(frozen=True)
class City:
    """Handed to everything that speaks or plans. ``files`` is the folder of attachments to send.

    ``services`` are the city's own rows over the national ones, as ``rules.services`` takes them, and ``district`` is
    its Kemendagri code ("74.71"; empty when not known), by which rows for some places are found. ``notices``
    announce a message where a channel lets us write first only in approved words.
    """

    name: str
    zone: ZoneInfo
    programme: Programme
    library: Library
    templates: Templates
    files: Path
    services: tuple[Any, ...] = ()
    district: str = ""
    notices: Notices = field(default_factory=notices.shipped)

    def local(self, now: datetime) -> datetime:
        """The moment on the city's clocks."""
        return now.astimezone(self.zone)

    def today(self, now: datetime) -> date:
        return self.local(now).date()
