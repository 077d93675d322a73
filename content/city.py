"""One city's configuration: name, district, time zone, programme, lessons, templates, services."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from content import announcement_texts, notices
from content.announcement_texts import AnnouncementTexts
from content.lessons import Library
from content.notices import Notices
from content.programme import Programme
from content.templates import Templates


@dataclass(frozen=True)
class City:
    """One city's configuration, an argument of everything that writes or plans messages. ``files`` holds attachments.

    ``services`` are the city's own rows, which replace national ones, as ``rules.services`` takes them; ``district`` is
    its Kemendagri code ("74.71"; empty when not known), by which rows for some districts are found. ``notices`` are the
    approved templates that announce a message on WhatsApp, ``announcements`` what coordinators may announce.
    ``secret`` is the key under which invitation codes are hashed (``db.codes``); without one no code can be made or
    tried. ``erasures`` is the register of erased families (``programme.erasure_register``), None where none is kept.
    """

    name: str
    zone: ZoneInfo
    programme: Programme
    library: Library
    templates: Templates
    files: Path
    services: tuple[Any, ...] = ()
    district: str = ""
    erasures: Path | None = None
    notices: Notices = field(default_factory=notices.shipped)
    announcements: AnnouncementTexts = field(default_factory=announcement_texts.shipped)
    secret: bytes = field(default=b"", repr=False)

    def local(self, now: datetime) -> datetime:
        """The moment in the city's time zone."""
        return now.astimezone(self.zone)

    def today(self, now: datetime) -> date:
        return self.local(now).date()
