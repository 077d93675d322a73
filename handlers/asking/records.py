"""Whose record a person may ask about: their own children and pregnancies, and those they foster with a consent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from db.children import Child, Family, Pregnancy, cared_for
from db.roles import Role
from db.states import TAUGHT
from handlers.asn.home import fostered
from handlers.chat.context import Context
from handlers.measuring import charts
from programme import policy


def children(context: Context) -> list[Child]:
    """The children whose record this person may see."""
    return charts.seen(context)


def pregnancies(context: Context) -> list[Pregnancy]:
    """The running pregnancies this person is told of."""
    found = [one for home in own_families(context) for one in home.pregnancies if one.state in TAUGHT]
    if context.person.has(Role.ASN):
        rows = (policy.of_subject(context.session, str(one.about)) for one in fostered(context) if one.hpl)
        found += [one for one in rows if one not in found]
    return [one for one in found if context.may("known.tell", one)]


def own_families(context: Context) -> list[Family]:
    """The families of which this person, as carer, reads along."""
    carers = cared_for(context.session, context.person.id)
    return [one.family for one in carers if context.may("known.tell", one.family)]


def names(found: Iterable[Child]) -> frozenset[str]:
    """Every name of these children, in lower case."""
    return frozenset(word for child in found for word in child.name.casefold().split())


def called(found: Sequence[Child], named: Iterable[str]) -> list[Child]:
    """Those of the children that one of the names is of; all of them where none was named."""
    said = set(named)
    return [child for child in found if not said or not said.isdisjoint(child.name.casefold().split())]
