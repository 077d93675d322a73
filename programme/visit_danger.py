"""What an ASN reads when a danger sign in a report is told to people: what to do now, the numbers, and who is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from content.city import City
from db.children import Child, Family, Pregnancy
from flow.message import Message
from programme import numbers
from programme.names import listed
from programme.referring import Told
from rules.signs import Sign, Urgency, advice, most_urgent


def say(
    city: City,
    now: datetime,
    about: Child | Pregnancy | Family | None,
    signs: Sequence[Sign],
    told: Told,
    *,
    who: str = "",
    left: bool = False,
    goes_on: bool = False,
) -> Message:
    """``about`` is whom the signs are about. ``left``: the report about ``who`` lies unfinished; ``goes_on``: its next
    question follows.
    """
    return Message(
        city.templates.say(
            "danger_at_visit",
            urgent=most_urgent(signs) is not Urgency.SOON,
            advice=advice(signs),
            numbers=numbers.to_call(city, now, about, signs),
            told=listed(list(told.people)),
            who=who,
            left=left,
            goes_on=goes_on,
        ),
        card=numbers.hospital_card(city),
    )
