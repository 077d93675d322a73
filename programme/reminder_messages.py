"""The message that reminds whoever visits of what is due."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from content.city import City
from db.subjects import Subject
from flow.message import Message, Option
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
    unfinished: Collection[Subject] = (),
) -> Message:
    """The reminder of these visits to who is to make them, worst first, with a button to report each.

    ``named`` is what each is called among all whom the ASN fosters. Of the ``unfinished`` ones a report with danger
    signs lies there that was not sent.
    """
    lines = [
        {
            "name": named[visit.about],
            "age": _age(visit, today, named[visit.about]),
            "village": visit.village,
            "unsent": visit.about in unfinished,
            "late": standing(visit.due, today).days_late,
            "whose": visit.as_whom(to.id),
        }
        for visit in visits[:LINES]
    ]
    text = city.templates.say("reminder", to=to.name, visits=lines, count=len(visits))
    options = [Option(f"report:{visit.about}", f"Lapor {named[visit.about]}") for visit in visits[:BUTTONS]]
    if len(visits) > BUTTONS:
        options.append(Option("menu:jadwal", "Lihat semua"))
    return Message(text, tuple(options))


def _age(visit: Fostering, today: date, named: str) -> str:
    """The age or the week; empty where it is not known, may not be shown, or stands in the name already."""
    if not visit.agreed or (visit.hpl is None and visit.born is None):
        return ""
    old = f"hamil {pregnancy_week(visit.hpl, today)} minggu" if visit.hpl else age(visit.born or today, today).short
    return "" if named.endswith(f"({old})") else old
