"""Announce a birth once to the family's carers, its ASN and its health workers, each in their own words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from content.city import City
from db import consent, outbox
from db.children import Carer, Child, Pregnancy, health_workers
from db.fostering import foster_parents
from db.outbox import Kind
from db.people import Person
from db.subjects import subject
from flow.message import Message
from flow.questions import show_day
from programme.contacts import called, calm, carers, pronoun, who
from programme.names import listed, salute
from rules.stages import PRETERM_BELOW_WEEKS

SEXES = {"L": "laki-laki", "P": "perempuan"}
NEWBORN_DAYS = 28
LIGHT_BELOW_G = 2500  # BBLR (Permenkes 21/2021)
EXAMINATIONS = ((2, "KN1 (6-48 jam)"), (7, "KN2 (hari 3-7)"), (28, "KN3 (hari 8-28)"))
"""The age in days up to which each examination of a newborn is the next one (Permenkes 21/2021)."""


def notify(
    session: Session,
    city: City,
    pregnancy: Pregnancy,
    children: Sequence[Child],
    now: datetime,
    *,
    know: int,
    closed: Collection[int] = (),
) -> bool:
    """Promise one message to each of them, after the time for undoing and outside the quiet hours.

    ``know`` is the id of the person who reported it. ``closed`` are the ids of those whose form about the pregnancy was
    discarded. Returns whether anybody else is notified.
    """
    due = calm(city, now + city.programme.visits.undo)
    family, today = pregnancy.family, city.today(due)
    found: dict[int, Message] = {}
    for carer in carers(session, family.id):
        found.setdefault(carer.person_id, Message(to_carer(city, children, carer, today)))
    about = {**words(children, today, codes=True), "mother": who(pregnancy), "code": family.code}
    to_asn = (
        about if consent.agrees(session, family.id) else {**about, **words(children, today, codes=True, weights=False)}
    )
    for asn in foster_parents(session, pregnancy, today):
        you = pronoun(session, asn)
        text = city.templates.say("born_asn", to=called(asn), you=you, closed=asn.id in closed, **to_asn)
        found.setdefault(asn.id, Message(text))
    staff = {**about, "place": family.village.full_name, "next": _next(children, today)}
    for person in health_workers(session, family):
        found.setdefault(person.id, Message(city.templates.say("born_staff", to=called(person), **staff)))
    found.pop(know, None)
    named = [subject(pregnancy), *(subject(child) for child in children)]
    for person_id, message in found.items():
        # The key has the minute, so that a birth reported again after an undo is announced again.
        key = f"born:{subject(pregnancy)}:{person_id}:{now:%Y%m%d%H%M}"
        outbox.to_person(session, person_id, Kind.BORN, key, message.to_json(), now, about=named, due_at=due)
    return bool(found)


def to_carer(city: City, children: Sequence[Child], carer: Carer, today: date) -> str:
    """The text for a carer of the family."""
    to, mother = salute(carer.person.name, relation=carer.relation), carer.relation == "ibu"
    return city.templates.say("born_family", to=to, mother=mother, **words(children, today))


def to_teller(
    city: City, pregnancy: Pregnancy, children: Sequence[Child], teller: Person, today: date, *, others: bool
) -> str:
    """The answer to the ASN or health worker who reported it. ``others``: somebody else is notified too."""
    about = words(children, today, codes=True)
    return city.templates.say("born_noted", to=called(teller), mother=who(pregnancy), others=others, **about)


def words(children: Sequence[Child], today: date, *, codes: bool = False, weights: bool = True) -> dict[str, Any]:
    """The values about the children in every template about a birth; with ``codes`` for ASN and health workers.

    Without ``weights`` for an ASN where no parent agreed.
    """
    born = children[0].born
    return {
        "names": listed([who(child) for child in children]),
        "babies": [_described(child, codes, weights) for child in children],
        "twins": len(children) > 1,
        "unnamed": any(not child.name for child in children),
        "day": show_day(born) if born else "",
        "newborn": _days(children, today) <= NEWBORN_DAYS,
        "look": _look(children),
    }


def grams(weight: float) -> str:
    """ "3.100 gram"."""
    return f"{weight:,.0f} gram".replace(",", ".")


def _described(child: Child, code: bool, weighed: bool) -> str:
    """ "Adik Aisyah (KK-31-1), perempuan, 3.100 gram"."""
    name = f"{who(child)} ({child.code})" if code else who(child)
    weight = grams(child.birth_weight_g) if child.birth_weight_g and weighed else ""
    return ", ".join(part for part in (name, SEXES.get(child.sex, ""), weight) if part)


def _next(children: Sequence[Child], today: date) -> str:
    """The next examination of the newborn; empty once all of them are over."""
    return next((name for until, name in EXAMINATIONS if _days(children, today) <= until), "")


def _look(children: Sequence[Child]) -> list[str]:
    """Reasons to see these children soon, in words for a health worker."""
    found: list[str] = []
    if any(child.birth_weight_g and child.birth_weight_g < LIGHT_BELOW_G for child in children):
        found.append("berat lahir di bawah 2.500 gram")
    weeks = children[0].gestation_weeks
    if weeks is not None and weeks < PRETERM_BELOW_WEEKS:
        found.append(f"lahir pada umur kehamilan {weeks} minggu")
    return found


def _days(children: Sequence[Child], today: date) -> int:
    born = children[0].born
    return (today - born).days if born else 0
