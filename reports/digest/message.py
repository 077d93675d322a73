"""A digest as a message that fits one phone screen: what waits, the worst first, and a button for each whole list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from content.city import City
from flow.message import Attachment, Message, Option, plain
from flow.reading.dates import DAYS, MONTHS
from reports.digest import kinds, workbook
from reports.digest.kinds import MOST, Kind, Name
from reports.digest.model import Digest

LINES, LETTERS = 18, 900
"""What fits one phone screen: lines with text, and characters in all of them."""
LINE = 84  # characters of a line about one of the worst: two lines of a phone
TITLE = 60  # characters of the places in the title
MORE = Option("digest:more", "Rincian")
FILE = Option("digest:file", "Berkas Excel")


def message(digest: Digest, city: City) -> Message:
    """The digest with buttons that open each whole list, the details and the workbook.

    Of each kind the worst few are named; where the message would become longer than a screen, fewer.
    """
    return Message(_text(digest, city), tuple(_options(digest)))


def file(digest: Digest, key: str, city: City) -> Message:
    """The same numbers as a workbook, written below ``city.files``; the same ``key`` gives the same file."""
    path = workbook.write(digest, key, city.files)
    name = f"ringkasan-{digest.at:%Y-%m-%d}.xlsx"
    text = f"Angka ringkasan {day(digest)} pukul {digest.at:%H.%M}, dengan tabel lengkapnya."
    return Message(text, attachment=Attachment("document", path, name))


def is_quiet(digest: Digest) -> bool:
    """Whether there is nothing to report today: nothing happened, nothing changed, and no danger waits.

    Danger that nobody handles is said every day.
    """
    visits, referrals, lessons = digest.visits, digest.referrals, digest.lessons
    waiting = kinds.of(digest)
    happened = (
        visits.today, referrals.opened_today, referrals.closed_today,
        any(one.entered_today for one in digest.weighed), lessons.failed, lessons.joined, lessons.stopped,
        digest.endings.today, digest.questions.answered,
    )  # fmt: skip
    danger = any(one.count for one in waiting if one.name is Name.DANGER)
    return not (danger or any(one.changed for one in waiting) or any(happened))


def day(digest: Digest) -> str:
    """ "Rabu, 4 Maret"."""
    return f"{DAYS[digest.at.weekday()]}, {digest.at.day} {MONTHS[digest.at.month - 1]}"


def _text(digest: Digest, city: City) -> str:
    """The text with as many of the worst lines as fit."""
    waiting = kinds.of(digest)
    room = sum(MOST.values())
    while True:
        said = _said(digest, waiting, room, city)
        if room == 0 or (len(said) <= LETTERS and sum(map(bool, said.splitlines())) <= LINES):
            return said
        room -= 1


def _said(digest: Digest, waiting: Sequence[Kind], room: int, city: City) -> str:
    shares = _shares(waiting, room)
    return city.templates.say(
        "digest",
        day=day(digest),
        title=_title(digest.title),
        quiet=is_quiet(digest),
        kinds=[
            {
                "mark": one.mark, "title": one.title, "count": one.count, "yesterday": one.yesterday,
                "lines": [_cut(plain(line)) for line in one.worst(shares[one.name])],
            }
            for one in waiting if one.count
        ],
        over=[one for one in waiting if not one.count and one.yesterday],
        areas=digest.areas,
        progress=progress(digest, city.programme.digest.target_on_time),
    )  # fmt: skip


def _shares(waiting: Sequence[Kind], room: int) -> dict[Name, int]:
    """How many lines each kind gets of these: the first of each, the gravest kind first, then the second, and so on."""
    shares = dict.fromkeys(MOST, 0)
    for turn in range(max(MOST.values())):
        for one in waiting:
            if room and turn < min(MOST[one.name], len(one.lines)):
                shares[one.name] += 1
                room -= 1
    return shares


def progress(digest: Digest, target: int) -> str:
    """This week's visits against last week's, and the share that was made on time against the target, in per cent."""
    visits = digest.visits
    parts: list[str] = []
    if visits.this_week or visits.last_week:
        until = f" sampai {DAYS[digest.at.weekday()]}" if digest.at.weekday() < len(DAYS) - 1 else ""
        parts.append(f"Kunjungan minggu ini {visits.this_week}, minggu lalu{until} {visits.last_week}.")
    if visits.due:
        parts.append(f"Tepat waktu {round(100 * visits.on_time / visits.due)}% (target {target}%).")
    return " ".join(parts)


def _options(digest: Digest) -> Iterator[Option]:
    """Eight at most: WhatsApp shows ten in a list, and three as buttons."""
    count = {one.name: one.count for one in kinds.of(digest)}
    if count[Name.DANGER] or count[Name.STUCK]:
        yield Option("menu:rujukan", "Lihat rujukan")
    if count[Name.QUESTIONS]:
        yield Option("menu:pertanyaan", "Lihat pertanyaan")
    if count[Name.LATE]:
        yield Option("menu:terlambat", "Yang terlambat")
    if any(one.reachable for one in digest.visits.late):
        yield Option("remind:all", "Ingatkan semua")
    if count[Name.NOBODY]:
        yield Option("menu:tanpapendamping", "Tanpa pendamping")
    if digest.areas:
        yield Option("menu:wilayah", "Semua wilayah")
    yield MORE
    yield FILE


def _title(title: str) -> str:
    """The first of the places; of many, how many more."""
    first, *rest = plain(title).split("; ")
    while rest and len(first) + len(rest[0]) < TITLE:
        first += f"; {rest.pop(0)}"
    return f"{first}; dan {len(rest)} lagi" if rest else first


def _cut(line: str) -> str:
    """The line where it is short, else its beginning; how many more there are stays."""
    head, also, more = line.partition("; dan ")
    return f"{head[: LINE - 1].rstrip()}…{also}{more}" if len(head) > LINE else line
