"""The message that reminds whoever visits of what is due."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
    visits: Sequence[Fostering], to: Visitor, today: date, city: City, unfinished: Collection[Subject] = ()
) -> Message:
    """The reminder of these visits to who is to make them, worst first, with a button to report each.

    Of the ``unfinished`` ones a report with danger signs lies there that was not sent.
    """
    lines = [
        {
            "name": visit.called,
            "age": _age(visit, today),
            "village": visit.village,
            "unsent": visit.about in unfinished,
            "late": standing(visit.due, today).days_late,
            "whose": visit.as_whom(to.id),
        }
        for visit in visits[:LINES]
    ]
    text = city.templates.say("reminder", to=to.name, visits=lines, count=len(visits))
    options = [Option(f"report:{visit.about}", f"Lapor {visit.name}") for visit in visits[:BUTTONS]]
    if len(visits) > BUTTONS:
        options.append(Option("menu:jadwal", "Lihat semua"))
    return Message(text, tuple(options))


def _age(visit: Fostering, today: date) -> str:
    if visit.hpl is not None:
        return f"hamil {pregnancy_week(visit.hpl, today)} minggu"
    if visit.born is None:  # of a couple nothing is said either
        return ""
    old = age(visit.born, today)
    return f"{old.months} bulan" if old.months else str(old)
