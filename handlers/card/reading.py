"""As whom somebody reads a card, and how much of it: the parts of a card ask here before they say anything."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from db import consent, told_endings
from db.children import Child, Pregnancy
from db.roles import ScopeKind
from db.states import CareState
from db.subjects import subject
from handlers.chat.context import Context
from programme import disclosure, policy
from programme.disclosure import ALL, Shown
from programme.fosterings import Fostering, fosterings
from programme.scopes import CITY, Scope, held_by


@dataclass(frozen=True)
class Reading:
    """One card and its reader, who ``fosters`` them, ``serves`` their place as a health worker, or coordinates it.

    ``shown`` is how much of it they may see; without NAME and CODE it is only days, for the head of an office.
    ``agrees``: a parent's consent stands.
    """

    context: Context
    about: Child | Pregnancy
    fosters: bool
    serves: bool
    shown: Shown
    agrees: bool

    @cached_property
    def fostered(self) -> list[Fostering]:
        """Who fosters them, with the days of the visits; for the head of an office those of the office alone."""
        context, said = self.context, subject(self.about)
        scopes = [Scope(ScopeKind.VILLAGE, self.about.family.village_id)]
        if not (self.is_near or self.shown):
            scopes = [scope for scope in held_by(context.person) if scope.kind == ScopeKind.OFFICE]
        every = context.city.programme.visits.every_days
        return [one for one in fosterings(context.session, context.today, every, scopes) if one.about == said]

    @cached_property
    def is_told_gone(self) -> bool:
        """Whether an end of theirs was told that nobody has decided yet: nobody is asked to visit them meanwhile."""
        told = told_endings.waiting_about(self.context.session, self.about)
        return any(one.kind != CareState.MOTHER_DIED or isinstance(self.about, Pregnancy) for one in told)

    @property
    def is_near(self) -> bool:
        """Whether the reader meets the family, and is not only answerable for its place."""
        return self.fosters or self.serves

    @property
    def health(self) -> bool:
        """Whether weight, services and the words of reports may be shown."""
        return Shown.MEASURED in self.shown


def read(context: Context, about: Child | Pregnancy) -> Reading:
    """How this card may be read by who wrote."""
    family, held = about.family, held_by(context.person)
    fosters, serves = policy.fosters(context.asking, about), policy.serves(context.asking, family)
    agrees = consent.agrees(context.session, family.id)
    over = disclosure.over_family(held, family)
    shown = disclosure.of_card(over, opened=CITY in held, agrees=agrees)
    if fosters:
        shown |= ALL if agrees else Shown.CODE | Shown.NAME
    if serves:
        shown |= ALL
    return Reading(context, about, fosters, serves, shown, agrees)
