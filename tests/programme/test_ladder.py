"""Who was told of a late visit, in words; and how a line about a foster parent reads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from programme import ladder
from programme.ladder import Told, words
from programme.ladder_messages import Line, to_coordinator, to_superior
from programme.visitors import Visitor
from rules.ladder import Rung
from tests import people
from tests.people import NOW

CITY = people.city()
VISITOR, SUPERIOR, OFFICE, _ = Rung


def said(rung: Rung, day: int, name: str = "", reason: str = "", *, arrived: bool = True) -> Told:
    return Told(rung, day, 1, name, NOW + timedelta(days=day), reason, arrived)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], ""),
        ([said(VISITOR, 0)], "dikabari 4 Mar"),
        ([said(VISITOR, 0), said(VISITOR, 0), said(VISITOR, 3)], "dikabari 2 kali, terakhir 7 Mar"),
        ([said(VISITOR, 0, arrived=False)], "dikabari 4 Mar, tetapi tidak sampai"),
        ([said(VISITOR, 14, "Pak Anwar", ladder.NOT_HERE)], "belum terhubung di sini"),
        (
            [said(VISITOR, 0), said(SUPERIOR, 14, "Bu Ida")],
            "dikabari 4 Mar; atasannya Bu Ida dikabari 18 Mar",
        ),
        (
            [said(VISITOR, 0), said(SUPERIOR, 14, "Bu Ida", ladder.ON_LEAVE), said(OFFICE, 14, "Pak Budi")],
            "dikabari 4 Mar; atasannya Bu Ida sedang cuti; koordinator kantornya Pak Budi dikabari 18 Mar",
        ),
        (
            [said(VISITOR, 0), said(SUPERIOR, 14, "", ladder.NO_SUPERIOR), said(OFFICE, 14, "", ladder.NO_OFFICE)],
            "dikabari 4 Mar; atasan belum tercatat; kantor belum tercatat",
        ),
    ],
)
def test_the_proof_says_who_was_told_when_and_why_somebody_was_not(told: list[Told], expected: str):
    assert words(told, CITY) == expected


@pytest.mark.parametrize(
    ("visits", "begun", "reachable", "expected"),
    [
        (1, 0, True, "kunjungan tertunda 15 hari"),
        (2, 0, True, "2 kunjungan, tertunda paling lama 15 hari"),
        (1, 1, True, "1 laporan tinggal dikirim"),
        (3, 1, True, "2 kunjungan, tertunda paling lama 15 hari; 1 laporan tinggal dikirim"),
        (1, 0, False, "kunjungan tertunda 15 hari, belum terhubung di sini"),
    ],
)
def test_a_line_says_how_many_visits_wait_and_how_many_reports(visits: int, begun: int, reachable: bool, expected: str):
    assert Line(2, "Pak Anwar", visits, begun, 15, reachable).words == expected


def test_of_many_all_are_named_and_the_first_can_be_reminded_from_the_message():
    team = [Line(n, f"Pak Anwar {n}", 1, 0, 40 - n, n != 2, "dikabari 4 Mar") for n in range(1, 31)]
    of_coordinator = to_coordinator(Visitor(99, "Bu Ida"), "Ibu", team, CITY)
    opened = [one.label for one in of_coordinator.options if one.token.startswith("late:one:")]
    assert opened == [f"Buka Pak Anwar {n}" for n in range(1, 5)], "also who can only be called"
    for message, options in ((to_superior(Visitor(99, "Bu Ida"), "Ibu", team, CITY), 6), (of_coordinator, 8)):
        assert all(f"Pak Anwar {n}" in message.text for n in range(1, 31))
        assert message.text.startswith(("🤝 Bu Ida, 30 pendamping", "📋 Bu Ida, 30 pendamping"))
        assert "Ingatkan Pak Anwar 2" not in [one.label for one in message.options], "nothing would reach him"
        assert len(message.options) == options
        assert len(message.text) < 1_600
