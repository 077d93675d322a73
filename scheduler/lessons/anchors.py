"""The anchors of a carer in one family: from the family's dates and from its triggers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from content.lessons import LOSS
from db.subjects import Subject
from programme.after_loss import Loss
from programme.names import listed
from scheduler.lessons.family_dates import FamilyDate
from scheduler.lessons.recipient import ORIGINS, SUBJECTS, TOPICS, Anchor, ref_of, ref_of_loss
from scheduler.lessons.triggers import Household, Trigger

AUDIENCES = {"ibu": "ibu", "ayah": "ayah", "nenek/kakek": "keluarga", "keluarga": "keluarga"}


class FamilyRole(NamedTuple):
    """A person as carer of one family: whose lessons come to them there, and since when.

    ``audience``: "ibu", "ayah" or "keluarga". ``stands_in``: they also get the lessons of the mother, who is called
    ``mother``, since ``stands_in_since``. ``back_on``: when they came back from a pause; date.min without one.
    """

    person_id: int
    family_id: int
    audience: str
    joined_on: date
    back_on: date
    mother: str
    stands_in: bool
    stands_in_since: date


def anchors_of(
    role: FamilyRole, dates: Iterable[FamilyDate], happened: Iterable[Trigger], homes: Household
) -> Iterator[Anchor]:
    """The anchors of one carer in one family: of its dates first, then of the triggers meant for this carer."""
    named: dict[Subject, tuple[date, str]] = {}
    for one in dates:
        yield _of_date(role, one, _received(homes, one.names))
        named |= {about: (one.day, name) for about, name in one.names.items()}
    for trigger in happened:
        if trigger.for_family and trigger.person_id in (0, role.person_id) and trigger.about in named:
            yield _of_trigger(role, trigger, *named[trigger.about], _received(homes, [trigger.about]))


def anchor_of_loss(role: FamilyRole, loss: Loss, told_on: date) -> Anchor:
    """The anchor of the lessons after a loss. A pause does not hold these back."""
    joined = max(role.joined_on, told_on)
    return Anchor(
        own=role.audience, stands_in=role.stands_in, mother=role.mother, stands_in_since=role.stands_in_since,
        family_id=role.family_id, kind=LOSS, ref=ref_of_loss(loss.about), origin=loss.about, about=(loss.about,),
        day=loss.day, joined=joined, since=joined, subject=SUBJECTS[LOSS], dated=loss.day,
    )  # fmt: skip


def _of_date(role: FamilyRole, one: FamilyDate, received: frozenset[str]) -> Anchor:
    joined = max(role.joined_on, one.known_on)
    origin = Subject(ORIGINS[one.kind], one.id)
    return Anchor(
        own=role.audience, stands_in=role.stands_in, mother=role.mother, stands_in_since=role.stands_in_since,
        family_id=role.family_id, kind=one.kind, ref=str(one.id), origin=origin,
        about=tuple(one.names) or (origin,),
        day=one.day, joined=joined, since=max(joined, role.back_on),
        subject=SUBJECTS[one.kind], dated=one.day, child=listed(list(dict.fromkeys(one.names.values()))),
        holds=one.holds, received=received,
    )  # fmt: skip


def _of_trigger(role: FamilyRole, trigger: Trigger, dated: date, child: str, received: frozenset[str]) -> Anchor:
    origin = trigger.about
    return Anchor(
        own=role.audience, stands_in=role.stands_in, mother=role.mother, stands_in_since=role.stands_in_since,
        family_id=role.family_id, kind="kejadian", ref=ref_of(origin, trigger.day), origin=origin, about=(origin,),
        day=trigger.day, joined=trigger.day, since=role.back_on, condition=trigger.condition,
        subject=TOPICS[origin.kind], dated=dated, child=child, received=received,
    )  # fmt: skip


def _received(homes: Household, about: Iterable[Subject]) -> frozenset[str]:
    """The services that these are known to have received; of twins, what any of them received."""
    received = [homes.received[one] for one in about if one in homes.received]
    return received[0] if len(received) == 1 else frozenset[str]().union(*received)
