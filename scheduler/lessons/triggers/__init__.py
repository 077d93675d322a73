"""Triggers: events in families that call for a lesson (a weighing, a visit, an answer, a missing record).

A trigger names a condition (content/conditions.py), the day on which it came about, and whom it is about. A later
tick finds the same trigger with the same day, so that the lesson's key stays the same.
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
    """Days after which no lesson of a trigger is sent any more."""
    return max((lesson.until for lesson in city.library.of_anchor("kejadian")), default=0)


def triggers(session: Session, homes: Household, today: date, city: City) -> Mapping[int, list[Trigger]]:
    """By family, the triggers of these households whose lesson may still be sent today. Eight queries."""
    since = today - timedelta(days=look_back_days(city))
    found: dict[int, list[Trigger]] = defaultdict(list)
    for look in (measurements.triggers, visits.triggers, absences.triggers, answers.triggers):
        for family, trigger in look(session, homes, since, today, city):
            if since <= trigger.day <= today and _is_news(trigger, homes.last_weighed):
                found[family].append(trigger)
    return found


def _is_news(trigger: Trigger, last_weighed: Mapping[int, date]) -> bool:
    """Whether the trigger says more than is known already.

    A carer's answer about the child's weight is left out where a weighing within a month of it is known: that weighing
    has triggers of its own.
    """
    if not trigger.person_id or trigger.condition not in measurements.FAMILY:
        return True
    day = last_weighed.get(trigger.about.id)
    return day is None or abs(trigger.day - day) > absences.A_MONTH
