"""The mayor, who fosters through two delegates, and Baznas, an organisation that fosters through one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from db.fostering import Delegate
from db.people import PersonKind
from db.roles import Role
from demo import visiting
from demo.model import AT_RISK, Born, Making

MAYOR, RANK = "Hj. Rosmini Labandu", "Wali Kota"
BAZNAS = "Baznas Kota Kendari"
SENT, SINCE = 60, 55  # days since they were sent, and since the children are theirs
OF_MAYOR, OF_BAZNAS = (41, 33, 30, 20, 12, 9), (30, 16, 4)  # days since somebody was with each of the children


def appear(making: Making, children: Sequence[Born], seed: int) -> int:
    """Let them foster children at risk whom nobody fosters yet. Returns the first of the mayor's delegates.

    They have a chance of their own, so that the rest of the city stays as it is without them.
    """
    city, making.chance = making.chance, Random(seed)
    free = (one for one in children if one.listed == AT_RISK and one.subject not in making.ends and one.home.joined)
    mayor = making.person(MAYOR, {"role": Role.ASN}, sex="P", rank=RANK)
    baznas = making.person(BAZNAS, {"role": Role.ASN}, kind=PersonKind.ORGANISATION)
    sent = [_delegate(making, mayor, name, sex) for name, sex in (("Rina Tumbo", "P"), ("Dedi Wolasi", "L"))]
    for last in OF_MAYOR:
        visiting.foster(making, mayor, next(free), last, since=SINCE, by=sent)
    fetched = [_delegate(making, baznas, "Yuni Lasahari", "P")]
    for last in OF_BAZNAS:
        visiting.foster(making, baznas, next(free), last, since=SINCE, by=fetched)
    making.chance = city
    return sent[0]


def _delegate(making: Making, principal: int, name: str, sex: str) -> int:
    """Somebody of the staff, who has no NIP."""
    person = making.person(name, {"role": Role.ASN}, sex=sex)
    making.connect(person, making.now - timedelta(days=SENT))
    starts = making.today - timedelta(days=SENT)
    making.rows.add(Delegate, principal_id=principal, person_id=person, starts=starts, ends=None)
    return person
