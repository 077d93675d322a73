"""What is said of the posyandu to whoever comes to know a family."""

from __future__ import annotations

from db.children import Family
from db.places import Posyandu
from programme.introduction_messages import posyandu


def test_the_posyandu_is_named_with_its_day_where_that_is_known() -> None:
    melati = Posyandu(name="Melati 1")
    assert posyandu(Family(posyandu=melati)) == "Posyandu Melati 1"
    melati.day, melati.opens = "Rabu kedua", "08.00"
    assert posyandu(Family(posyandu=melati)) == "Posyandu Melati 1, buka Rabu kedua pukul 08.00"
    assert posyandu(Family()) == ""
