"""The report of the run, to be read by people."""

from __future__ import annotations

import resource
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bench.three_years import cards_audit, pace_audit
from bench.three_years.audit import Book, Violation
from bench.three_years.calendar_audit import ENDED, WAITS, Fate
from bench.three_years.ledger import NEVER
from bench.three_years.world import World
from db.outbox import DELIVERED, READ, SENT

SHOWN = 20


def tell(world: World, book: Book, fates: Sequence[Fate], found: Sequence[Violation]) -> str:
    """The lines of the report."""
    parts = (
        _city(world),
        _rows(book),
        _stages(fates),
        _late(fates),
        _called(book),
        _pace(world, book),
        _times(world),
        _wrong(found),
    )
    return "\n".join(line for part in parts for line in (*part, ""))


def _city(world: World) -> Iterator[str]:
    ledger = world.ledger
    yield "== Kota"
    yield f"{len(ledger.homes)} keluarga, {len(ledger.recipients)} pengasuh, {len(world.asns)} ASN"
    yield f"{len(ledger.children)} anak, {len(ledger.pregnancies)} kehamilan"
    yield from (f"  {name}: {count}" for name, count in sorted(ledger.counts.items()))
    yield f"  penimbangan {sum(map(len, ledger.weighed.values()))}, kunjungan dan jawaban {len(ledger.told)}"


def _rows(book: Book) -> Iterator[str]:
    yield "== Baris pesan menurut keadaan dan alasan"
    states = Counter((row.state, row.reason) for rows in book.rows.values() for row in rows)
    yield from (f"  {count:>8,} {state} {reason}".rstrip() for (state, reason), count in states.most_common())


def _stages(fates: Sequence[Fate]) -> Iterator[str]:
    yield "== Pelajaran kalender menurut tahap: berapa yang sampai"
    stages: dict[str, Counter[str]] = defaultdict(Counter)
    for fate in fates:
        stages[fate.lesson.stage]["sampai" if fate.state in (SENT, DELIVERED, READ) else fate.reason or fate.state] += 1
    for stage, counts in stages.items():
        counted = sum(counts.values())
        rest = ", ".join(f"{reason} {count:,}" for reason, count in counts.most_common() if reason != "sampai")
        missed = ("terlambat", "jeda", "diblokir", "tidak terkirim: galat saluran", "sampai")
        expected = sum(counts[one] for one in missed) or 1
        share = f"{counts['sampai'] / expected:.1%} dari yang gilirannya"
        yield f"  {stage}: {counted:,}; sampai {counts['sampai']:,} ({share}); {rest}"
    yield f"  ({ENDED}: berhenti, pindah, atau duka lebih dulu; {WAITS}: saat tiga tahun itu habis)"


def _late(fates: Sequence[Fate]) -> Iterator[str]:
    yield "== Yang paling sering terlambat (dari yang sampai atau terlambat)"
    late = Counter(fate.lesson for fate in fates if fate.reason == "terlambat")
    sent = Counter(fate.lesson for fate in fates if fate.state in (SENT, DELIVERED, READ))
    worst = sorted(late, key=lambda one: (-late[one] / (late[one] + sent[one]), one.id))
    for one in worst[:SHOWN]:
        of = late[one] + sent[one]
        yield f"  {one.id} (hari {one.day} sampai {one.until}): {late[one]} dari {of} ({late[one] / of:.0%})"


def _called(book: Book) -> Iterator[str]:
    yield "== Pesan karena kejadian: sampai, dan dilewati"
    conditions: dict[str, Counter[str]] = defaultdict(Counter)
    for rows in book.rows.values():
        for row in rows:
            if row.lesson.anchor == "kejadian":
                who = "" if row.lesson.for_family else " (kartu)"
                conditions[row.lesson.condition + who]["sampai" if row.sent < NEVER else row.reason or row.state] += 1
    for name, counts in sorted(conditions.items()):
        yield f"  {name}: " + ", ".join(f"{what} {count:,}" for what, count in counts.most_common())
    yield f"  kartu yang tidak sampai: {dict(cards_audit.never_sent(book))}"


def _pace(world: World, book: Book) -> Iterator[str]:
    yield "== Paling banyak dalam tujuh hari"
    yield from (f"  {who}: {count}" for who, count in pace_audit.busiest(world, book).items())
    yield f"  ingatan: paling banyak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"


def _times(world: World) -> Iterator[str]:
    yield "== Waktu setiap kali melihat: bulan pertama, bulan terakhir, perbandingan (keluarga bertambah dua tahun)"
    for name, looks in world.ledger.seconds.items():
        month = timedelta(days=30)
        first = [took for at, took in looks if at < looks[0][0] + month]
        last = [took for at, took in looks if at > looks[-1][0] - month]
        begin, end = sum(first) / len(first), sum(last) / len(last)
        longest = max(took for _, took in looks)
        yield f"  {name}: {begin * 1000:.0f} ms, {end * 1000:.0f} ms, x{end / begin:.1f}; terlama {longest:.2f} s"


def _wrong(found: Sequence[Violation]) -> Iterator[str]:
    yield f"== {len(found):,} pelanggaran"
    kinds = Counter(one.what for one in found)
    yield from (f"  {count:,} x {what}" for what, count in kinds.most_common())
    for one in found[:SHOWN]:
        yield f"  - {one.when} orang {one.person} {one.lesson} {one.about}: {one.what}"
