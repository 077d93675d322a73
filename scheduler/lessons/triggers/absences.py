"""Triggers of what should have happened and is not recorded: a weighing, a vitamin A capsule, a deworming tablet.

Also of children who were born small, and of pregnancies that reach half of their time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from sqlalchemy.orm import Session

from content.city import City
from rules import services
from rules.stages import age, months_after
from scheduler.lessons.triggers.household import Household, Offspring, Trigger

SWEEP_ON = 25  # day of the month from which a child not weighed in it is asked for
CAPSULE_ON = 20  # day of February and August from which the capsule is asked for
TABLET_AFTER = 3  # months after the tablet's day; the lesson about it has been sent by then
A_MONTH = timedelta(days=31)
LONG_AWAY = 6  # months without a weighing after which the family is not asked any more: the ASN visits
SMALL_G, EARLY_WEEKS = 2500, 37  # BBLR and preterm: Buku KIA 2023
SMALL_UNTIL_MONTH = 24
TERM, HALF_WAY = timedelta(weeks=40), timedelta(weeks=20)


def triggers(session: Session, homes: Household, since: date, today: date, city: City) -> Iterator[tuple[int, Trigger]]:
    for child in homes.children.values():
        for name, day in (
            *_unweighed(homes.last_weighed.get(child.id), today),
            *_unrecorded(child, homes.received.get(child.about, frozenset()), today, city),
            *_born_small(child, today, city),
        ):
            yield child.family_id, Trigger(name, child.about, day)
    for one in homes.pregnancies.values():
        # For those who work with the mother: they ask her alone, and she is sent nothing about it.
        day = one.due - TERM + HALF_WAY
        yield one.family_id, Trigger("hamil-20-minggu", one.about, day, for_family=False)


def _unweighed(last: date | None, today: date) -> Iterator[tuple[str, date]]:
    """From the 25th on: that the child was not weighed this month, or for two months and more.

    Not for a child without any known weighing, which is weighed where we do not learn of it. Nor within 31 days of the
    last weighing: that posyandu has its day at the end of the month.
    """
    if last is None or today.day < SWEEP_ON or today.replace(day=SWEEP_ON) - last <= A_MONTH:
        return
    months = (today.year - last.year) * 12 + today.month - last.month
    if 1 <= months <= LONG_AWAY:
        yield "belum-ditimbang" if months == 1 else "absen-dua-bulan", today.replace(day=SWEEP_ON)


def _unrecorded(child: Offspring, received: Collection[str], today: date, city: City) -> Iterator[tuple[str, date]]:
    """The capsule from the 20th of its month on, the tablet three months after its day, where no report names them."""
    for one in services.services_due(child.born, today, city.services, city.district):
        if one.id in received:
            continue
        if one.kind == services.Kind.VITAMIN_A and one.round:
            yield "belum-vitamin-a", one.round.replace(day=CAPSULE_ON)
        elif one.kind == services.Kind.DEWORMING:
            yield "belum-obat-cacing", months_after(services.due_day(one, child.born), TABLET_AFTER)


def _born_small(child: Offspring, today: date, city: City) -> Iterator[tuple[str, date]]:
    small = child.birth_weight_g is not None and child.birth_weight_g < SMALL_G
    early = child.gestation_weeks is not None and child.gestation_weeks < EARLY_WEEKS
    if (small or early) and age(child.born, today).months < SMALL_UNTIL_MONTH:
        yield "lahir-kecil", max(child.born, city.today(child.created_at))
