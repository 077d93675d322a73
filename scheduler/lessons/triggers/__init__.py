"""Triggers: what happened in families and calls for a lesson of its own (a weighing, a visit, an answer, a silence).

A trigger names a condition (content/conditions.py), the day on which it came about, and whom it is about. Looking
again finds the same trigger on the same day, so that the lesson's key stays the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy.orm import Session

from content.city import City
from scheduler.lessons.triggers import absences, answers, measurements, visits
from scheduler.lessons.triggers.household import Household, Trigger, households

__all__ = ["Household", "Trigger", "households", "look_back_days", "triggers"]


def look_back_days(city: City) -> int:
    """Days after which no lesson that was called for is worth sending any more."""
    return max((lesson.until for lesson in city.library.of_anchor("kejadian")), default=0)


def triggers(session: Session, homes: Household, today: date, city: City) -> Mapping[int, list[Trigger]]:
    """The triggers of these households that a lesson could still be about today, by family. Seven queries."""
    since = today - timedelta(days=look_back_days(city))
    found: dict[int, list[Trigger]] = defaultdict(list)
    for look in (measurements.triggers, visits.triggers, absences.triggers, answers.triggers):
        for family, trigger in look(session, homes, since, today, city):
            if since <= trigger.day <= today and _is_news(trigger, homes.last_weighed):
                found[family].append(trigger)
    return found


def _is_news(trigger: Trigger, last_weighed: Mapping[int, date]) -> bool:
    """Whether it says more than is known already.

    A mother who says that the weight stood still speaks of the weighing we know of, where there is one so near:
    what that weighing says, also that all is well, is said by it.
    """
    if not trigger.person_id or trigger.condition not in measurements.FAMILY:
        return True
    day = last_weighed.get(trigger.about.id)
    return day is None or abs(trigger.day - day) > absences.A_MONTH
