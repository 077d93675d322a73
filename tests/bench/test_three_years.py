"""Two months of a small city: the calendar is kept, and the auditor is no sleeper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bench.three_years import audit, pace_audit
from bench.three_years.audit import Book, Row
from bench.three_years.ledger import NEVER, local
from bench.three_years.running import examine, run
from bench.three_years.world import World

Lived = tuple[World, Book]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Twelve families, sixty days; on SQLite only."""
    return run(tmp_path_factory.mktemp("city"), families=12, days=60, seed=4)


def sent(book: Book) -> list[Row]:
    """Lessons of the calendar that went out and were not urgent."""
    rows = (row for rows in book.rows.values() for row in rows)
    return [row for row in rows if row.sent < NEVER and row.lesson.anchor == "lahir" and not row.lesson.must_not_miss]


def found(lived: Lived, *without: Row, planted: Sequence[Row] = ()) -> set[str]:
    """What the auditor says of the same lives, with these rows taken out and those put in."""
    world, book = lived
    rows = {person: [row for row in rows if row not in without] for person, rows in book.rows.items()}
    for row in planted:
        rows[row.person].append(row)
    return {violation.what for violation in examine(world, Book(rows, book.recovered, book.failed))[1]}


def test_every_family_gets_what_the_calendar_says(lived: Lived):
    world, book = lived
    fates, violations = examine(world, book)
    assert violations == []
    assert len(sent(book)) > 5
    assert len({fate.lesson.stage for fate in fates}) > 3


def test_a_lesson_told_twice_is_found(lived: Lived):
    told = sent(lived[1])[0]
    again = replace(told, about=f"{told.about}1", created=told.created + timedelta(hours=1))
    assert "dua kali, atau tentang siapa pun yang bukan miliknya" in found(lived, planted=[again])


def test_a_lesson_by_night_is_found(lived: Lived):
    told = sent(lived[1])[0]
    by_night = replace(told, sent=local(told.sent).replace(hour=22))
    assert "di luar jam: malam" in found(lived, told, planted=[by_night])


def test_a_lesson_that_was_forgotten_is_found(lived: Lived):
    told = sent(lived[1])[0]
    assert {"ada tempat, tetapi tidak dikirim", "hilang: lewat tanpa baris dan alasan"} & found(lived, told)


def test_a_third_one_in_the_week_is_found(lived: Lived):
    told = next(row for row in sent(lived[1]) if row.lesson.day > 60)
    more = [replace(told, about=f"{told.about}{n}", sent=told.sent + timedelta(days=n)) for n in (1, 2, 3)]
    assert any("dalam tujuh hari" in what for what in found(lived, planted=more))


def test_the_same_text_to_two_of_a_home_on_one_day_is_found(lived: Lived):
    world, told = lived[0], sent(lived[1])[0]
    [mother, *_] = world.readers_of(told.person)
    father = replace(mother, carer=10_000, person=10_000, relation="ayah")
    world.ledger.recipients[father.carer] = father
    world.ledger.families[father.family].append(father.carer)
    try:
        rows = {**lived[1].rows, father.person: [replace(told, person=father.person)]}
        said = {one.what for one in pace_audit.audit(world, Book(rows, lived[1].recovered, lived[1].failed))}
        assert "pesan yang sama pada hari yang sama di satu rumah" in said
    finally:
        world.ledger.families[father.family].remove(father.carer)
        del world.ledger.recipients[father.carer]


def test_a_lesson_to_somebody_who_has_stopped_is_found(lived: Lived):
    told = sent(lived[1])[0]
    world = lived[0]
    [recipient, *_] = world.readers_of(told.person)
    end, recipient.joined[-1].end = recipient.joined[-1].end, told.sent - timedelta(minutes=1)
    try:
        assert "sampai sesudah berhenti atau saat jeda" in found(lived)
    finally:
        recipient.joined[-1].end = end


def test_the_book_reads_what_stands_in_the_tables(lived: Lived):
    world, book = lived
    again = audit.read(world.session, world.city.library, world.ledger.failed)
    assert again.rows == book.rows
