"""The telephone numbers given with danger signs: the city's, and the family's puskesmas while it is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from content.city import City
from db.children import Child, Family, Pregnancy
from flow.message import Card
from rules import opening_hours
from rules.signs import Sign, Urgency, most_urgent


def to_call(city: City, now: datetime, about: Child | Pregnancy | Family | None, signs: Sequence[Sign]) -> str:
    """Whom to call about these signs: 112, 119 and the night hospital first, then ``health_centre``."""
    return " ".join(filter(None, (city.programme.emergency.to_call, health_centre(city, now, about, signs))))


def of_health_centre(family: Family | None) -> str:
    """The number of the family's puskesmas with all of its hours, for what can wait until then; "" without a number."""
    centre = family.health_centre if family else None
    if centre is None or not centre.phone:
        return ""
    return f"{centre.full_name}: *{centre.phone}*" + (f" ({centre.hours})" if centre.hours else "")


def hospital_card(city: City) -> Card | None:
    """The night hospital as a contact card; None where its number cannot stand on one."""
    hospital = city.programme.emergency.hospital
    return Card(hospital.name, hospital.international) if hospital.international else None


def health_centre(city: City, now: datetime, about: Child | Pregnancy | Family | None, signs: Sequence[Sign]) -> str:
    """The number of the puskesmas of the family with today's hours. Empty while it is closed, and without a number.

    Empty too for what cannot wait, and where no sign is known: no detour to a puskesmas where it may be about minutes.
    Holidays are not known, so the sentence gives the hours.
    """
    if about is None or most_urgent(signs) not in (Urgency.TODAY, Urgency.SOON):
        return ""
    home = about if isinstance(about, Family) else about.family
    centre = home.health_centre
    if centre is None or not centre.phone or not centre.hours:
        return ""
    span = opening_hours.now_open(opening_hours.parse(centre.hours), city.local(now))
    if span is None:
        return ""
    opened = "buka 24 jam" if span.is_whole_day else f"jam buka hari ini {span.times}, kecuali libur"
    return f"{centre.full_name}: *{centre.phone}* ({opened})."


def to_ask(city: City, home: Family | None = None) -> str:
    """Whom to call about anything that is not urgent: the family's puskesmas, else the city's health office.

    Where neither has a number, the city's contact without one, and the numbers for what is urgent.
    """
    centre = home.health_centre if home else None
    if centre is not None and centre.phone:
        return f"{centre.full_name} *{centre.phone}*"
    office = city.programme.emergency.health_office
    if office.number:
        return f"{office.name} *{office.number}*"
    urgent = " atau ".join(f"*{line.number}*" for line in city.programme.emergency.first)
    return f"{city.programme.privacy.contact} (kalau gawat: {urgent})"
