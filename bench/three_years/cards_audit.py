"""The staff's training cards: the right person, each once in half a year, those of the duty once for ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from bench.three_years.audit import Book, Violation
from bench.three_years.ledger import NEVER, local
from bench.three_years.world import World

HALF_A_YEAR = 180  # days


def audit(world: World, book: Book) -> Iterator[Violation]:
    """All that is wrong with cards."""
    asns, families = set(world.asns), set(world.ledger.people)
    for person, rows in book.rows.items():
        cards = [row for row in rows if not row.lesson.for_family]
        duty = Counter(row.lesson.id for row in cards if row.lesson.anchor == "tugas")
        for row in cards:
            if person not in asns and (row.lesson.audience == ("asn",) or person in families):
                yield row.blame("kartu untuk orang yang bukan petugas")
            if duty[row.lesson.id] > 1:
                yield row.blame("kartu tugas dua kali")
        for row in (row for row in cards if row.lesson.anchor == "tugas" and row.made):
            age = (local(row.due).date() - local(world.ledger.assigned[person]).date()).days
            if not row.lesson.day <= age <= row.lesson.until:
                yield row.blame(f"kartu tugas pada hari ke-{age}")
        made = [row for row in cards if row.made and row.lesson.anchor == "kejadian"]
        for place, row in enumerate(made):
            before = [one for one in made[:place] if one.lesson.id == row.lesson.id and one.went]
            if before and row.day - before[-1].day < timedelta(days=HALF_A_YEAR):
                yield row.blame("kartu yang sama sebelum setengah tahun")


def never_sent(book: Book) -> Counter[str]:
    """Cards that were called for and reached nobody in the half year, by reason: they rest all the same."""
    return Counter(
        row.reason
        for rows in book.rows.values()
        for row in rows
        if not row.lesson.for_family and row.sent == NEVER and row.dropped < NEVER
    )
