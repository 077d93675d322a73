"""Make the file of a message when it is sent: pictures, lists and cards that nobody should have to wait for."""

from __future__ import annotations

from datetime import datetime

from content.city import City
from db.engine import Sessions
from drawing import lesson_pictures
from reports.exports import file as exports
from reports.invitations import printed


def ready(sessions: Sessions, city: City, path: str, now: datetime) -> bool:
    """Make the file below ``city.files`` if it is not there yet. Returns whether it exists now."""
    return (
        lesson_pictures.ready(city.files, path)
        or printed.ready(city.files, path)
        or exports.ready(sessions, city, path, now)
    )
