"""Since when a foster parent and their delegates could know, who visits, and what they are called. No database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from db.people import PersonKind
from programme.visitors import Visiting, visiting
from tests.people import TODAY

MAYOR, RINA, DEDI, JALIL = 1, 2, 3, 4
AWAY = (TODAY, TODAY + timedelta(days=9))


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def named(id: int, name: str, **more: object) -> SimpleNamespace:
    known = {"nip": None, "sex": "P", "rank": "", "kind": PersonKind.PERSON, "starts": ago(60), "ends": None}
    return SimpleNamespace(id=id, name=name, **(known | more))


SENT = [named(RINA, "Rina"), named(DEDI, "Dedi", sex="L"), named(JALIL, "Jalil", starts=ago(90), ends=ago(30))]
HERSELF = named(MAYOR, "Rosmini Labandu", rank="Wali Kota")


def of(person: SimpleNamespace, sent: list[SimpleNamespace], since: Mapping[int, date]) -> Visiting:
    return visiting(person, sent, dict(since), {MAYOR: [AWAY], RINA: [AWAY]}, TODAY)


@pytest.mark.parametrize(
    ("since", "joined"),
    [
        ({}, None),
        ({MAYOR: ago(50)}, None),  # she does not visit herself
        ({RINA: ago(10)}, ago(10)),
        ({RINA: ago(10), DEDI: ago(20)}, ago(20)),
        ({RINA: ago(500)}, ago(60)),  # joined long before she was sent
        ({JALIL: ago(100)}, None),  # he is gone, and nobody of today's has joined
        ({JALIL: ago(100), RINA: ago(1)}, ago(90)),  # whoever sends somebody new has known as long as before
        ({MAYOR: ago(70), RINA: ago(1)}, ago(70)),
    ],
)
def test_they_could_know_since_the_first_who_visits_for_them_joined(
    since: Mapping[int, date], joined: date | None
) -> None:
    assert of(HERSELF, SENT, since).joined == joined


def test_delegates_visit_instead_of_who_sends_them_and_an_organisation_never_does() -> None:
    mayor, alone = of(HERSELF, SENT, {}), of(HERSELF, SENT[2:], {MAYOR: ago(5)})
    assert (mayor.name, [one.name for one in mayor.visitors]) == ("Wali Kota", ["Bu Rina", "Pak Dedi"])
    assert (alone.name, [one.name for one in alone.visitors]) == ("Bu Rosmini", ["Bu Rosmini"])
    baznas = of(named(9, "Baznas Kota Kendari", kind=PersonKind.ORGANISATION), [], {})
    assert (baznas.name, baznas.visitors, baznas.joined) == ("Baznas Kota Kendari", (), None)


def test_a_leave_counts_only_where_nobody_else_visits() -> None:
    assert [of(HERSELF, sent, {}).away for sent in ([], SENT[:1], SENT[:2], SENT[1:2])] == [(AWAY,), (AWAY,), (), ()]
