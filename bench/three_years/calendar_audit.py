"""Each carer and each lesson of the calendar: did it have to come, did it come once, and if not, why?"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bench.three_years.audit import Book, Row, Violation
from bench.three_years.cases import Case, Moment, looks
from bench.three_years.ledger import NEVER, local
from bench.three_years.world import World
from content.lessons import Lesson

BEFORE, LATE, NOT_HELD, PAUSED = "sudah lewat saat bergabung", "terlambat", "syaratnya tidak berlaku", "jeda"
REASONS = {
    BEFORE, LATE, NOT_HELD, PAUSED, "berhenti", "duka", "sudah lahir", "sudah hamil", "diblokir",
    "tidak terkirim: galat saluran", "pindah", "lewat umur",
}  # fmt: skip
PATIENCE = 7  # days in which what must not be missed is caught up
ENDED, WAITS = "berakhir sebelum gilirannya", "masih menunggu giliran"


@dataclass(frozen=True)
class Fate:
    """How one planned lesson ended for one recipient."""

    lesson: Lesson
    state: str
    reason: str


def audit(world: World, book: Book) -> tuple[list[Fate], list[Violation]]:
    """Every lesson of the calendar that came up for somebody, and all that is wrong about it."""
    fates: list[Fate] = []
    wrong: list[Violation] = []
    known: set[Row] = set()
    for recipient in world.ledger.recipients.values():
        for subject in world.ledger.homes[recipient.family]:
            moments = list(looks(world, recipient, subject))
            for lesson in world.city.library.of_anchor(subject.anchor):
                if recipient.own in lesson.audience or "ibu" in lesson.audience:
                    case = Case(world, book, recipient, subject, lesson)
                    row = case.row()
                    known |= {row} if row else set()
                    end = _follow(case, moments, row, wrong)
                    fates += [end] if end else []
    for row in (row for rows in book.rows.values() for row in rows):
        if row.lesson.anchor in ("nikah", "hpl", "lahir") and row not in known:
            wrong.append(row.blame("dua kali, atau tentang siapa pun yang bukan miliknya"))
        if row.dropped < NEVER and row.reason not in REASONS:
            wrong.append(row.blame(f"alasan tak dikenal: {row.reason!r}"))
    return fates, wrong


def _follow(case: Case, moments: Sequence[Moment], row: Row | None, wrong: list[Violation]) -> Fate | None:
    """Walk through the looks from the lesson's day on, until its row was written or nothing is left to wait for."""
    lesson, subject = case.lesson, case.subject
    begin = 0 if subject.anchor == "hpl" else bisect_left(moments, lesson.day, key=lambda one: one.age)
    last = None
    waited: set[date] = set()
    for one in moments[begin:]:
        if one.age < lesson.day or not case.concerns(one):
            continue
        if row and row.created < one.at:
            break
        last = one
        if row and row.created == one.at:
            wrong += _judged(case, row, one)
            break
        if one.age > lesson.until or _came_before(case, one):
            wrong.append(case.blame("hilang: lewat tanpa baris dan alasan", one.at))
            return None
        if not one.reachable or not case.holds(one.at):
            continue
        waited.add(local(one.at).date())
        made = case.book.made_at(case.recipient.person, one.at)
        if case.has_room(one) and not made:
            wrong.append(case.blame("ada tempat, tetapi tidak dikirim", one.at))
            return None
        if lesson.must_not_miss and case.has_room(one) and not any(other.lesson.must_not_miss for other in made):
            wrong.append(case.blame("yang mendesak tidak didahulukan", one.at))
        if lesson.must_not_miss and len(waited) > PATIENCE:
            wrong.append(case.blame("mendesak, tetapi menunggu lebih dari seminggu", one.at))
            return None
    if row:
        if all(one.at != row.created for one in moments):
            wrong.append(row.blame("direncanakan saat ia tidak membaca", row.created))
        wrong += _sent(case, row)
        wrong += _lost(case, row, moments)
        return Fate(lesson, row.state, row.reason)
    if last is None:
        return None
    return Fate(lesson, WAITS if last is moments[-1] and subject.gone == NEVER else ENDED, "")


def _came_before(case: Case, one: Moment) -> bool:
    """Whether its day was before they joined, or fell into a pause, and it need not be caught up."""
    return case.lesson.day < max(one.since, case.begins(one)) and not case.lesson.is_caught_up


def _judged(case: Case, row: Row, one: Moment) -> Iterator[Violation]:
    """The row was written at this look: is it what the calendar says?"""
    lesson = case.lesson
    passed, early = one.age > lesson.until, _came_before(case, one)
    if row.made:
        faults = {
            "direncanakan sesudah hari terakhirnya": passed,
            "direncanakan, padahal sudah lewat saat bergabung": early,
            "direncanakan untuk yang tak terjangkau": not one.reachable,
            "direncanakan, padahal syaratnya tidak berlaku": not case.holds(one.at),
        }
        yield from (case.blame(what, one.at) for what, is_so in faults.items() if is_so)
        return
    fits = _fitting(case, one)
    if row.reason not in fits:
        should = " atau ".join(sorted(fits)) or "dikirim"
        yield case.blame(f"dilewati karena {row.reason!r}, seharusnya {should!r}", one.at)


def _fitting(case: Case, one: Moment) -> set[str]:
    """The reasons that are true of a lesson passed over at this look; none where it should have been sent."""
    lesson, begins = case.lesson, case.begins(one)
    fell_into_pause = one.joined <= lesson.day < one.since
    if lesson.until < begins or (lesson.day < begins and not lesson.is_caught_up):
        return {PAUSED} if fell_into_pause else {BEFORE}
    if one.age <= lesson.until:
        return {PAUSED} if fell_into_pause and not lesson.is_caught_up else set()
    if fell_into_pause:
        return {PAUSED}
    if lesson.day < begins:  # it could have been caught up, and time ran out meanwhile
        return {BEFORE, PAUSED, LATE}
    return {NOT_HELD if lesson.condition else LATE}


def _sent(case: Case, row: Row) -> Iterator[Violation]:
    if row.sent == NEVER:
        return
    if not case.recipient.reads(row.sent):
        yield row.blame("sampai sesudah berhenti atau saat jeda")
    day = case.subject.day(row.sent)
    if row.sent >= case.subject.gone:
        yield row.blame(f"sampai sesudah: {case.subject.why}")
    elif day and (local(row.sent).date() - day).days > case.lesson.until:
        yield row.blame("sampai sesudah hari terakhirnya")


def _lost(case: Case, row: Row, moments: Sequence[Moment]) -> Iterator[Violation]:
    """Planned, never delivered, and there was a week and more in which it still could have been."""
    if not (case.lesson.must_not_miss and row.made and row.dropped < NEVER):
        return
    still = {
        local(one.at).date()
        for one in moments
        if one.at > row.dropped and one.age <= case.lesson.until and one.reachable and case.concerns(one)
    }
    if len(still) > PATIENCE:
        yield case.blame(f"mendesak, gugur ({row.reason}), dan tidak direncanakan lagi", row.dropped)
