"""The message that reminds whoever visits of what is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from content.city import City
from db.drafts import Draft
from db.subjects import Subject
from flow.message import Message, Option
from programme import unsent
from programme.fosterings import Fostering
from programme.visitors import Visitor
from rules.stages import age, pregnancy_week
from rules.visits import standing

BUTTONS = 5
LINES = 10


def say(
    visits: Sequence[Fostering],
    to: Visitor,
    today: date,
    city: City,
    named: Mapping[Subject, str],
    begun: Mapping[Subject, Draft],
) -> Message:
    """The reminder of these visits to who is to make them, worst first, with a button to report each.

    ``named`` is what each is called among all whom the ASN fosters; every one is named, those after the first ten by
    name alone. Whose report is ``begun`` is not said to wait for a visit: the report waits to be sent.
    """
    lines = [
        {
            "name": named[visit.about],
            "age": _age(visit, today, named[visit.about]),
            "village": visit.village,
            "begun": visit.about in begun,
            "unsent": visit.about in begun and unsent.has_told(begun[visit.about]),
            "late": standing(visit.due, today).days_late,
            "whose": visit.as_whom(to.id),
        }
        for visit in visits[:LINES]
    ]
    unfinished = sum(visit.about in begun for visit in visits)
    text = city.templates.say(
        "reminder", to=to.name, visits=lines, count=len(visits), waiting=len(visits) - unfinished, begun=unfinished,
        more=[named[visit.about] for visit in visits[LINES:]],
    )  # fmt: skip
    options = [
        Option(
            f"report:{visit.about}",
            f"{'Lanjutkan' if visit.about in begun else 'Lapor'} {named[visit.about]}",
        )
        for visit in visits[:BUTTONS]
    ]  # fmt: skip
    if len(visits) > BUTTONS:
        options.append(Option("menu:jadwal", "Lihat semua"))
    return Message(text, tuple(options))


def _age(visit: Fostering, today: date, named: str) -> str:
    """The age or the week; empty where it is not known, may not be shown, or stands in the name already."""
    if not visit.agreed or (visit.hpl is None and visit.born is None):
        return ""
    old = f"hamil {pregnancy_week(visit.hpl, today)} minggu" if visit.hpl else age(visit.born or today, today).short
    return "" if named.endswith(f"({old})") else old
