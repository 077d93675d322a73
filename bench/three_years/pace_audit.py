"""Hours, days and numbers: never at night, never two a day, never too many a week, never one text to two of a home."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from bench.three_years.audit import Book, Row, Violation, daily, pace, since_first_week
from bench.three_years.ledger import NEVER, local
from bench.three_years.world import World

FRIDAY = 4
SECOND_HOUR = 15
WEEK = timedelta(days=7)


def audit(world: World, book: Book) -> Iterator[Violation]:
    """All that is wrong with the moments at which lessons went out."""
    for person, rows in book.rows.items():
        sent = sorted((row for row in rows if row.sent < NEVER), key=lambda row: row.sent)
        urgent = {local(row.created).date() for row in sent if row.lesson.must_not_miss}
        for row in sent:
            yield from _hour(world, row, beside=not row.lesson.must_not_miss and local(row.created).date() in urgent)
        yield from _pace(world, sent, world.city.programme.lessons.per_week)
        if person in world.ledger.people:
            for row in rows:
                yield from _wish(world, row)
    yield from _at_home(world, book)


def _at_home(world: World, book: Book) -> Iterator[Violation]:
    """Of one household no two get the same text on the same day, unless it must not be missed."""
    for carers in world.ledger.families.values():
        seen: dict[tuple[str, date], int] = {}
        for person in sorted({world.ledger.recipients[one].person for one in carers}):
            for row in book.rows.get(person, ()):
                if row.sent < NEVER and row.lesson.for_family and not row.lesson.must_not_miss:
                    day = local(row.sent).date()
                    if seen.setdefault((row.lesson.id, day), person) != person and _is_theirs(world, row, carers):
                        yield row.blame("pesan yang sama pada hari yang sama di satu rumah")


def _is_theirs(world: World, row: Row, carers: Sequence[int]) -> bool:
    """Whether the row is about this family's: its reader may care for another one too."""
    family = world.ledger.recipients[carers[0]].family
    return any(row.number in {one.ref, *one.members} for one in world.ledger.homes[family])


def age_of(world: World, row: Row, at: datetime) -> int | None:
    """The age in days of the child that a lesson is about; None for another lesson."""
    if not (row.lesson.anchor == "lahir" or row.about.startswith("c")):
        return None
    subject = world.ledger.children.get(row.number)
    born = subject.day(at) if subject else None
    return (local(at).date() - born).days if born else None


def closed(world: World, moment: datetime) -> str:
    """What must be left in peace at that moment of local time, or ""."""
    clock, day = local(moment).time(), local(moment).date()
    if clock < time(7) or clock >= time(20):
        return "malam"
    if day.weekday() == FRIDAY and time(11, 30) <= clock < time(13, 15):
        return "salat Jumat"
    if _fasting(world, day) and time(17, 30) <= clock < time(20):
        return "malam Ramadan"
    return ""


def _fasting(world: World, day: date) -> bool:
    return any(first <= day <= last for first, last in world.city.programme.ramadan.days)


def _hour(world: World, row: Row, *, beside: bool) -> Iterator[Violation]:
    """``beside``: on a day that brings an urgent one too."""
    if when := closed(world, row.sent):
        yield row.blame(f"di luar jam: {when}")
    if local(row.created).date() == local(row.due).date() and local(row.created).time() < time(7):
        wishes = row.lesson.for_family and not row.lesson.must_not_miss  # what is urgent waits for nobody's hour
        opens = world.ledger.wish(row.person, row.created)[1] if wishes else None
        usual = 10 if _fasting(world, local(row.due).date()) else 9
        late = timedelta(minutes=31 if opens is not None else 91)
        if opens is None or (opens == 19 and usual == 10):
            opens, late = usual, timedelta(minutes=91)
        if beside and local(row.due).hour >= SECOND_HOUR:
            opens, late = SECOND_HOUR, timedelta(minutes=91)
        first = local(row.due).replace(hour=opens, minute=0, second=0, microsecond=0)
        shift = timedelta(minutes=105) if local(row.due).weekday() == FRIDAY else timedelta()
        if not first <= local(row.due) <= first + late + shift:
            yield row.blame(f"bukan pada jamnya ({opens}.00)", row.due)


def _wish(world: World, row: Row) -> Iterator[Violation]:
    weekday = world.ledger.wish(row.person, row.created)[0]
    calm = row.made and row.lesson.for_family and not row.lesson.must_not_miss
    age = age_of(world, row, row.created)
    if daily(age, row.lesson.is_caught_up):
        return
    if calm and weekday is not None and local(row.created).weekday() not in (weekday, (weekday + 3) % 7):
        yield row.blame(f"bukan pada hari pilihannya ({weekday})", row.due)


def _pace(world: World, sent: Sequence[Row], per_week: int) -> Iterator[Violation]:
    """At most so many in any seven days as the child's age allows, beside the urgent; one and one urgent a day."""
    urgent = Counter(local(row.sent).date() for row in sent if row.lesson.must_not_miss)
    yield from (
        row.blame("dua pesan mendesak sehari")
        for row in sent
        if row.lesson.must_not_miss and urgent[local(row.sent).date()] > 1
    )
    calm = [row for row in sent if not row.lesson.must_not_miss]
    days = [local(row.sent).date() for row in calm]
    for place, row in enumerate(calm):
        week = [day for day in days[max(0, place - 9) : place + 1] if days[place] - WEEK < day]
        if week.count(days[place]) > 1:
            yield row.blame("dua pesan biasa sehari")
            continue
        age = age_of(world, row, row.sent)
        most = pace(age, per_week)
        if not daily(age, row.lesson.is_caught_up) and len(since_first_week(week, days[place], age)) > most:
            yield row.blame(f"{len(week)} pesan biasa dalam tujuh hari")


def busiest(world: World, book: Book) -> dict[str, int]:
    """The most lessons in any seven days, of a person and of a family together."""
    most = {"per orang": 0, "per orang, tanpa yang mendesak": 0, "per keluarga": 0}
    sent = {
        person: sorted(local(row.sent).date() for row in rows if row.sent < NEVER and row.lesson.for_family)
        for person, rows in book.rows.items()
    }
    for person, rows in book.rows.items():
        most["per orang"] = max(most["per orang"], _densest(sent[person]))
        calm = sorted(local(r.sent).date() for r in rows if r.sent < NEVER and not r.lesson.must_not_miss)
        most["per orang, tanpa yang mendesak"] = max(most["per orang, tanpa yang mendesak"], _densest(calm))
    for carers in world.ledger.families.values():
        people = {world.ledger.recipients[one].person for one in carers}
        together = sorted(day for one in people for day in sent.get(one, ()))
        most["per keluarga"] = max(most["per keluarga"], _densest(together))
    return most


def _densest(days: Sequence[date]) -> int:
    return max(
        (
            sum(day - WEEK < other <= day for other in days[max(0, place - 40) : place + 1])
            for place, day in enumerate(days)
        ),
        default=0,
    )
