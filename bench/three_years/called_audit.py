"""Lessons that a family's own data called for: each with its trigger, none too soon again, none passed over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bench.three_years.audit import Book, Row, Violation
from bench.three_years.cases import stands_in, told_at_home
from bench.three_years.ledger import NEVER, Recipient, Subject, Told, Weighed, local
from bench.three_years.world import World
from content.conditions import CONDITIONS
from content.lessons import Lesson

TWICE, ONCE, AGAIN = GAIN = ("dua-kali-tidak-naik", "berat-tidak-naik", "naik-lagi")
ONE_A_MEASURING = {"gizi-buruk", "gizi-kurang", "berat-kurang", "pendek", "ditimbang-lagi", *GAIN}
LIGHT = {"gizi-buruk", "gizi-kurang", "berat-kurang", "pendek"}
SURE = {*GAIN, "diare", "batuk-demam", "telur-belum", "bahaya-hamil", "nifas-belum-periksa", "kek", "ragam-kurang"}
"""Conditions simple enough for the auditor to say that a lesson was missed."""


def reading(world: World, book: Book, about: str, day: date, person: int, at: datetime) -> set[str]:
    """The conditions about a child ("c7") or pregnancy ("p3") that came about on ``day``, as known before ``at``."""
    number, found = int(about[1:]), set[str]()
    newest: dict[tuple[int, str], tuple[datetime, frozenset[str]]] = {}
    for told in world.told_of(about):
        if told.at < at and told.person in (0, person):
            key = (told.person, told.lesson if told.lesson != "rujukan" else f"{told.at}")
            newest[key] = (told.at, told.names)
    for when, names in newest.values():
        found |= names if local(when).date() == day else set()
    if about[0] == "p":
        return found
    standing = [one for one in world.ledger.weighed[number] if one.at < at and at not in one.withdrawn]
    subject = world.ledger.children.get(number)
    born = subject.days[0][1] if subject else day
    if standing:
        if local(standing[-1].at).date() == day:
            unsure = standing[-1].light or number in world.ledger.small
            found |= _gain(standing, born) | ({*LIGHT, *GAIN} if unsure else set())
        months = (day.year - standing[-1].day.year) * 12 + day.month - standing[-1].day.month
        if day.day == 25 and 1 <= months <= 6:
            found.add("belum-ditimbang" if months == 1 else "absen-dua-bulan")
    if day.day == 20 and day.month in (2, 8):
        found.add("belum-vitamin-a")
    if (day - born).days > 365:
        found.add("belum-obat-cacing")
    if number in world.ledger.small and (day - born).days < 731:
        found.add("lahir-kecil")
    if (number, day) in book.recovered:
        found.add("membaik")
    return found


def letters(standing: list[Weighed], born: date) -> list[str]:
    """N, T, O, B or "" of each weighing: T where nothing was gained; our children gain clearly or not at all."""
    said: list[str] = []
    for place, now in enumerate(standing):
        before = [one for one in standing[:place] if (now.day - one.day).days >= 14]
        if place == 0:
            said.append("B")
        elif not before or (now.day - born).days < 31:
            said.append("")
        elif (now.day.year - before[-1].day.year) * 12 + now.day.month - before[-1].day.month > 1:
            said.append("O")
        else:
            said.append("N" if now.kg > before[-1].kg else "T")
    return said


def _gain(standing: list[Weighed], born: date) -> set[str]:
    said = letters(standing, born)
    judged = [one for one in said if one in ("N", "T")][-2:]
    if said[-1] == "O":
        return {"ditimbang-lagi"}
    if said[-1] == "N":
        return {AGAIN} if judged == ["T", "N"] else set()
    if said[-1] == "T":
        return {TWICE if judged == ["T", "T"] else ONCE}
    return set()


def audit(world: World, book: Book) -> Iterator[Violation]:
    """All that is wrong with lessons counted from a trigger."""
    last: dict[tuple[int, str, str], Row] = {}
    spoken: dict[tuple[int, str, date], set[str]] = defaultdict(set)
    for rows in book.rows.values():
        for row in sorted(
            (r for r in rows if r.lesson.anchor == "kejadian" and r.lesson.for_family), key=lambda r: r.day
        ):
            if not row.made:
                continue
            yield from _behind(world, book, row)
            key = (row.person, row.lesson.id, row.about.split("@")[0])
            rest = CONDITIONS[row.lesson.condition].rest
            if key in last and (row.day - last[key].day).days < rest:
                yield row.blame(f"diulang sebelum {rest} hari")
            if row.went:
                last[key] = row
            if row.lesson.condition in ONE_A_MEASURING:
                spoken[row.person, row.about, row.day].add(row.lesson.id)
            if len(spoken[row.person, row.about, row.day]) > 1:
                yield row.blame("dua hal tentang satu penimbangan")
    for lesson in world.city.library.of_anchor("kejadian"):
        if lesson.for_family and lesson.condition in SURE:
            for about, day, only in _candidates(world, lesson.condition):
                yield from _missed(world, book, lesson, about, day, only)


def _subject(world: World, about: str) -> Subject | None:
    known = world.ledger.children if about[0] == "c" else world.ledger.pregnancies
    return known.get(int(about[1:]))


def _here(subject: Subject, about: str, at: datetime) -> bool:
    return subject.here(at) and (about[0] == "p" or int(about[1:]) in subject.members)


def _behind(world: World, book: Book, row: Row) -> Iterator[Violation]:
    """Whether there was a trigger, and it was this recipient's to hear of it."""
    about = row.about.split("@")[0]
    subject = _subject(world, about)
    recipients = [one for one in world.readers_of(row.person) if subject and one.family == subject.family]
    if subject is None or not recipients:
        yield row.blame("tentang siapa pun yang bukan miliknya")
        return
    recipient = recipients[0]
    if row.lesson.condition not in reading(world, book, about, row.day, row.person, row.created):
        yield row.blame(f"tanpa kejadian: {row.lesson.condition}", row.created)
    if not (
        recipient.own in row.lesson.audience
        or ("ibu" in row.lesson.audience and stands_in(world, recipient, row.created))
    ):
        yield row.blame("bukan untuk pembaca ini", row.created)
    if not recipient.reads(row.created) or not world.ledger.reachable(row.person, row.created):
        yield row.blame("direncanakan saat ia tidak membaca", row.created)
    if row.created >= subject.gone:
        yield row.blame(f"direncanakan sesudah: {subject.why}", row.created)
    age = (local(row.due).date() - row.day).days
    if not row.lesson.day <= age <= row.lesson.until:
        yield row.blame(f"pada hari ke-{age} sesudah kejadian")
    if row.sent < NEVER and not (subject.gone > row.sent):
        yield row.blame(f"sampai sesudah: {subject.why}")
    if row.sent < NEVER and not recipient.reads(row.sent):
        yield row.blame("sampai sesudah berhenti atau saat jeda")


def _candidates(world: World, condition: str) -> Iterator[tuple[str, date, int]]:
    """About whom, on what day, and for whom alone, something may have called for a lesson."""
    if condition in GAIN:
        for child, weighed in world.ledger.weighed.items():
            quiet = child in world.ledger.small or any(one.light for one in weighed)
            yield from (() if quiet else ((f"c{child}", local(one.at).date(), 0) for one in weighed))
    for told in world.ledger.told:
        # What a mother says of a weighing that we know of too is not news; which of the two it is, we cannot say here.
        if condition in told.names and not (condition in GAIN and _weighed_near(world, told)):
            yield told.about, local(told.at).date(), told.person


def _weighed_near(world: World, told: Told) -> bool:
    weighed = world.ledger.weighed[int(told.about[1:])] if told.about[0] == "c" else ()
    return any(abs((local(one.at) - local(told.at)).days) <= 32 for one in weighed)


def _missed(world: World, book: Book, lesson: Lesson, about: str, day: date, only: int) -> Iterator[Violation]:
    """A look at which the lesson was called for and there was room, and nothing, or only the calendar, was sent."""
    subject = _subject(world, about)
    for recipient in world.family(subject.family) if subject else ():
        if subject and only in (0, recipient.person):
            at = _passed_over(world, book, lesson, about, day, recipient, subject)
            if at:
                yield Violation(
                    "kejadian tanpa pesannya",
                    recipient.person,
                    lesson.id,
                    f"{about}@{day}",
                    f"{local(at):%Y-%m-%d %H:%M}",
                )


def _passed_over(
    world: World, book: Book, lesson: Lesson, about: str, day: date, recipient: Recipient, subject: Subject
) -> datetime | None:
    for at in world.looks_between(day + timedelta(days=lesson.day), day + timedelta(days=lesson.until)):
        row = book.of(recipient.person, lesson.id, f"{about}@{day}")
        if row and row.created < at:
            return None
        own = recipient.own in lesson.audience or ("ibu" in lesson.audience and stands_in(world, recipient, at))
        if not (
            own and recipient.reads(at) and world.ledger.reachable(recipient.person, at) and _here(subject, about, at)
        ):
            continue
        if lesson.condition not in reading(world, book, about, day, recipient.person, at):
            continue
        if _rests(book, lesson, about, day, recipient.person, at):
            return None
        wish, pace = world.ledger.wish(recipient.person, at)[0], world.city.programme.lessons.per_week
        born = subject.day(at) if subject.anchor == "lahir" else None
        age = (local(at).date() - born).days if born else None
        if not lesson.must_not_miss and told_at_home(world, book, recipient, lesson, at):
            continue
        if book.room(recipient.person, at, wish, pace, lesson.must_not_miss, age, late=False):
            made = book.made_at(recipient.person, at)
            if not any(one.lesson.must_not_miss or one.lesson.anchor == "kejadian" for one in made):
                return at
    return None


def _rests(book: Book, lesson: Lesson, about: str, day: date, person: int, at: datetime) -> bool:
    rest = CONDITIONS[lesson.condition].rest
    told = (row for row in book.rows.get(person, ()) if row.lesson.id == lesson.id and row.told_by(at))
    return any(row.about.split("@")[0] == about and row.day != day and abs((row.day - day).days) < rest for row in told)
