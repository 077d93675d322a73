"""Conditions that hold for a child today (states): a calendar lesson with such a condition waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from content.city import City
from rules import services
from rules.stages import age
from scheduler.lessons.triggers.household import Household
from scheduler.lessons.triggers.visits import last_visits, unreceived

CAPSULE_SEASON = (1, 2, 7, 8)  # the months of the vitamin A capsule and those before: Permenkes 21/2015
CATCH_UP_FROM_MONTH = 24


def states(session: Session, homes: Household, today: date, city: City) -> Mapping[int, frozenset[str]]:
    """By child id, the names of the states that hold; children without any are left out."""
    found: dict[int, set[str]] = {child: set(seasons(today, city)) for child in homes.children}
    if today.month in CAPSULE_SEASON:
        for child in homes.children:
            found[child].add("musim-vitamin-a")
    for id, child in homes.children.items():
        if services.has_je(child.born, city.services, city.district):
            found[id].add("daerah-je")
    older = {id: child for id, child in homes.children.items() if age(child.born, today).months >= CATCH_UP_FROM_MONTH}
    for visit in last_visits(session, Household(homes.families, older, {}, {}, {}), date.min, city):
        if visit.child_id and unreceived(older[visit.child_id], visit, city):
            found[visit.child_id].add("dosis-kosong")
    return {child: frozenset(names) for child, names in found.items() if names}


def seasons(today: date, city: City, of: str = "") -> frozenset[str]:
    """The states that the day alone decides; ``of`` is "-hamil" for a pregnancy."""
    lessons, ramadan = city.programme.lessons, city.programme.ramadan
    holds = {"musim-hujan": today.month in lessons.rainy_months, "menjelang-ramadan": ramadan.is_near(today)}
    return frozenset(f"{name}{of}" for name, is_so in holds.items() if is_so)
