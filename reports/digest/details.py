"""Everything of a digest that its message has no room for, in sections, a screenful a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from content.city import City
from db.measurements import OFFICIAL, REPORTED, MeasurementKind
from flow.message import Message, Option
from flow.paging import turns
from reports.adoption import words as adoption_words
from reports.digest.kinds import SOON, waits_for
from reports.digest.message import FILE, day
from reports.digest.model import Digest, NotJoined

TOP = 5
LETTERS = 900  # characters of one page
KINDS = {OFFICIAL: "Posyandu/puskesmas", REPORTED: "Laporan pendamping"}
TIME = Option("digest:time", "Atur waktu ringkasan")


def message(digest: Digest, page: int, city: City) -> Message:
    """One page of the sections; a section is never cut. ``page`` from 0; the last one where there are fewer."""
    pages = _pages(text(digest, city).split("\n\n"))
    page = min(page, len(pages) - 1)
    head = f"📋 *Rincian {day(digest)}*" + (f" ({page + 1} dari {len(pages)})" if len(pages) > 1 else "")
    row = turns("digest:more", page, more=page + 1 < len(pages))
    return Message("\n\n".join((head, *pages[page])), (FILE, TIME), row)


def text(digest: Digest, city: City) -> str:
    """All sections, with an empty line between two."""
    return city.templates.say("digest_more", **_values(digest))


def not_joined_words(waiting: Sequence[NotJoined]) -> str:
    """Who has never joined, with how many they foster: "Bu Rina (2 dampingan); dan 3 lagi"; empty for nobody."""
    return some([one.words for one in waiting])


def some(names: Sequence[str]) -> str:
    """The first few, and how many more: "a; b; dan 3 lagi"."""
    more = len(names) - TOP
    return "; ".join(names[:TOP]) + (f"; dan {more} lagi" if more > 0 else "")


def _pages(sections: Sequence[str]) -> list[list[str]]:
    pages: list[list[str]] = [[]]
    for section in sections:
        if pages[-1] and sum(map(len, pages[-1])) + len(section) > LETTERS:
            pages.append([])
        pages[-1].append(section)
    return pages


def _values(digest: Digest) -> dict[str, Any]:
    visits, referrals, lessons = digest.visits, digest.referrals, digest.lessons
    changed = [one for one in digest.weighed if one.entered_today and one.changed]
    worse = sum(one.worsened for one in changed)
    return {
        "visits": visits,
        "not_joined": not_joined_words(visits.not_joined),
        "open": [
            {
                "who": one.who or one.asn or "Anak atau ibu dampingan",
                "what": ", ".join(one.signs) or SOON.get(one.urgency, "rujukan terbuka"),
                "since": f"Sejak {one.days} hari" if one.days else "Baru hari ini",
                "taken": waits_for(one.state, one.taken_by),
            }
            for one in referrals.open[:TOP]
        ],
        "open_more": max(len(referrals.open) - TOP, 0),
        "referrals_today": _counted((referrals.opened_today, "baru"), (referrals.closed_today, "selesai")),
        "kinds": [_kind(digest, kind) for kind in KINDS if any(one.kind == kind for one in digest.weighed)],
        "recap": digest.recap if digest.recap.d else None,
        "changed": _counted((worse, "perlu perhatian"), (len(changed) - worse, "membaik")),
        "of_places": digest.of_places,
        "opens": any(one.code and not one.name for one in (*visits.late, *referrals.open, *digest.nobody.waiting)),
        "lessons": _counted(
            (lessons.sent, "terkirim hari ini"), (lessons.failed, "gagal"), (lessons.skipped, "terlewat")
        )
        or "Hari ini tidak ada yang terkirim",
        "missing": ", ".join(f"{why} ({count} orang)" for why, count in lessons.missing),
        "endings": digest.endings.words,
        "questions": _counted(
            (digest.questions.open, "menunggu jawaban"), (digest.questions.answered, "dijawab hari ini")
        ),
        "joined": adoption_words.line(digest.adoption),
        "whatsapp": digest.whatsapp,
        "alerts": digest.alerts,
        "reach": digest.reach,
        "families": _counted((lessons.joined, "baru"), (lessons.paused, "jeda"), (lessons.stopped, "berhenti")),
    }


def _kind(digest: Digest, kind: MeasurementKind) -> dict[str, Any]:
    """The line about one kind of measurement: children measured, and how many the puskesmas should see."""
    rows = [one for one in digest.weighed if one.kind == kind]
    if kind == OFFICIAL:
        low = Counter(str(name) for one in rows for name in one.low)
        words = ", ".join(f"{name} {count}" for name, count in low.most_common())
    else:
        count = sum(bool(one.low) for one in rows)
        words = f"{count} anak, mohon dipastikan puskesmas" if count else ""
    today = sum(one.entered_today for one in rows)
    return {"words": KINDS[kind], "count": len(rows), "today": today, "low": words}


def _counted(*parts: tuple[int, str]) -> str:
    """Counts in words, without zeros: "2 baru, 1 selesai"."""
    return ", ".join(f"{count} {word}" for count, word in parts if count)
