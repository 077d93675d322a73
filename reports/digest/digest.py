"""A coordinator's digest: the day's numbers for their scopes, and the message about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from content.city import City
from db.measurements import OFFICIAL, REPORTED, MeasurementKind
from db.people import Person
from db.referrals import ReferralState
from flow.message import Attachment, Message, Option, plain
from flow.reading.dates import DAYS, MONTHS
from programme import alert_reach, disclosure, weighing
from programme.disclosure import Shown
from programme.fosterings import Fostering, fosterings
from programme.scopes import CITY, Scope, families_in, held_by, scopes_of, title
from reports.adoption import counts
from reports.adoption import words as adoption_words
from reports.digest import ending_counts, late_questions, queries, whatsapp_cost, workbook
from reports.digest.model import Day, Digest, Late, NotJoined, Visits
from rules.signs import Urgency

TOP = 5
REMINDERS = 3
SOON: Mapping[str, str] = {
    Urgency.NOW: "perlu ditolong sekarang", Urgency.TODAY: "perlu dilihat hari ini",
    Urgency.SOON: "perlu diperiksa",
}  # fmt: skip
"""What is said of a referral to whom its signs are not shown."""
KINDS = {OFFICIAL: "Posyandu/puskesmas", REPORTED: "Laporan pendamping"}


def digest(session: Session, coordinator: Person, now: datetime, city: City) -> Digest | None:
    """One digest of all scopes of a coordinator; None for a person without a scope."""
    scopes = held_by(coordinator)
    return of_scopes(session, scopes, now, city) if scopes else None


def visits(session: Session, coordinator: Person, now: datetime, city: City, besides: Shown = Shown.NOTHING) -> Visits:
    """The visits of a coordinator's digest alone, the late ones worst first. ``besides``: what was opened of each."""
    day, held = _day(now, city), held_by(coordinator)

    def reader(village_id: int, district_id: int) -> Shown:
        return disclosure.over(held, village_id, district_id) | besides

    return queries.visits(session, _fostered(session, scopes_of(coordinator), day, city), day, reader)


def _fostered(session: Session, scopes: Sequence[Scope], day: Day, city: City) -> Sequence[Fostering]:
    return fosterings(session, day.today, city.programme.visits.every_days, scopes, city.zone) if scopes else ()


def _day(now: datetime, city: City) -> Day:
    today = city.today(now)
    begins = datetime.combine(today, time(), city.zone)
    return Day(today, begins, begins + timedelta(days=1))


def of_scopes(session: Session, held: Sequence[Scope], now: datetime, city: City) -> Digest:
    """The numbers of today so far for who coordinates these scopes. Some thirty queries, whatever their size.

    Of each row it holds what they are shown, and of an office's families only visits and referrals are counted.
    """
    at, day = city.local(now), _day(now, city)
    scopes = [CITY] if CITY in held else held
    places = disclosure.of_places(scopes)
    fostered, families = _fostered(session, scopes, day, city), families_in(places, day.today)
    reader = partial(disclosure.over, held)
    return Digest(
        title(session, scopes, city),
        at,
        bool(places),
        queries.visits(session, fostered, day, reader),
        queries.referrals(session, families_in(scopes, day.today), day, reader, fostered),
        queries.weighings(session, families, day, reader),
        weighing.recap(session, families, day.today, OFFICIAL, city.programme.growth),
        queries.lessons(session, families, day),
        ending_counts.count(session, families, day.month, day.today),
        late_questions.count(session, scopes, day.begins, now, city),
        counts.count(session, held, fostered, now, day.today),
        _whatsapp(session, day.today, city) if CITY in scopes else "",
        alert_reach.alerts(session, now - timedelta(days=1), now).words if CITY in scopes else "",
        tuple(reach_lines(session, city, now)) if CITY in scopes else (),
    )


def is_quiet(digest: Digest) -> bool:
    """Whether there is nothing to report today: nothing happened, nobody is newly late, nothing is urgent."""
    visits, referrals, lessons = digest.visits, digest.referrals, digest.lessons
    happened = (
        visits.today, len(visits.late) > visits.late_yesterday, referrals.open, referrals.closed_today,
        any(one.entered_today for one in digest.weighed), lessons.failed, lessons.joined, lessons.stopped,
        digest.endings.today, digest.questions.late,
    )  # fmt: skip
    return not any(happened)


def message(digest: Digest, key: str, city: City) -> Message:
    """The digest as a message with buttons for the next actions, and the same numbers as a workbook.

    Writes the workbook below ``city.files``; the same ``key`` gives the same file.
    """
    late, reminded = digest.visits.late, dict[int, Late]()
    for one in late:
        if one.reachable and len(reminded) < REMINDERS:
            reminded.setdefault(one.asn_id, one)
    options = [Option(f"remind:{asn_id}", f"Ingatkan {one.asn}") for asn_id, one in reminded.items()]
    if late:
        options.insert(0, Option("menu:late", "Lihat yang terlambat"))
    if digest.questions.late:
        options.insert(0, Option("menu:pertanyaan", "Lihat pertanyaan"))
    path = workbook.write(digest, key, city.files)
    attachment = Attachment("document", path, f"ringkasan-{digest.at:%Y-%m-%d}.xlsx")
    return Message(city.templates.say("digest", **_values(digest)), tuple(options), attachment=attachment)


def not_joined_words(waiting: Sequence[NotJoined]) -> str:
    """Who has never joined, with how many they foster: "Bu Rina (2 dampingan); dan 3 lagi"; empty for nobody."""
    return _some([one.words for one in waiting])


def _whatsapp(session: Session, today: date, city: City) -> str:
    if not whatsapp_cost.is_used(session):
        return ""
    spent = whatsapp_cost.spent(session, today, city)
    expected = whatsapp_cost.expected(session, today + timedelta(days=1), city)
    return f"Hari ini {spent.words}. Besok sekitar {expected.words}."


def reach_lines(session: Session, city: City, now: datetime) -> Iterator[str]:
    """Whom an alert would not reach, and who is told instead, in lines for a city's coordinator."""
    found = alert_reach.reach(session, city, now)
    if found.silent:
        names = _some([f"{one.called}, {one.title}" for one in found.silent])
        answered = found.tested - len(found.silent)
        yield f"Uji bulan ini: {answered} dari {found.tested} petugas menjawab. Belum: {names}."
    for one in found.uncovered[:TOP]:
        yield f"{one.place}: {one.families} keluarga tanpa petugas yang terhubung. Yang dikabari: {one.instead}."
    if (more := len(found.uncovered) - TOP) > 0:
        yield f"dan {more} kelurahan lagi"
    if found.without_posyandu:
        codes = _some(list(found.without_posyandu))
        yield f"{len(found.without_posyandu)} keluarga belum punya posyandu: {codes}."


def _some(names: Sequence[str]) -> str:
    more = len(names) - TOP
    return "; ".join(names[:TOP]) + (f"; dan {more} lagi" if more > 0 else "")


def _values(digest: Digest) -> dict[str, Any]:
    visits, referrals, lessons = digest.visits, digest.referrals, digest.lessons
    changed = [one for one in digest.weighed if one.entered_today and one.changed]
    worse = sum(one.worsened for one in changed)
    return {
        "day": f"{DAYS[digest.at.weekday()]}, {digest.at.day} {MONTHS[digest.at.month - 1]}",
        "title": plain(digest.title),
        "quiet": is_quiet(digest),
        "visits": visits,
        "late": visits.late[:TOP],
        "late_more": max(len(visits.late) - TOP, 0),
        "not_joined": not_joined_words(visits.not_joined),
        "late_change": _since_yesterday(len(visits.late) - visits.late_yesterday),
        "urgent": [
            {
                "who": one.who or one.asn or "Anak atau ibu dampingan",
                "what": ", ".join(one.signs) or SOON.get(one.urgency, "rujukan terbuka"),
                "since": f"Sejak {one.days} hari" if one.days else "Baru hari ini",
                "taken": waits_for(one.state, one.taken_by),
            }
            for one in referrals.open[:TOP]
        ],
        "urgent_more": max(len(referrals.open) - TOP, 0),
        "referrals_today": _counted((referrals.opened_today, "baru"), (referrals.closed_today, "selesai")),
        "kinds": [_kind(digest, kind) for kind in KINDS if any(one.kind == kind for one in digest.weighed)],
        "recap": digest.recap if digest.recap.d else None,
        "changed": _counted((worse, "perlu perhatian"), (len(changed) - worse, "membaik")),
        "of_places": digest.of_places,
        "opens": any(one.code and not one.name for one in (*visits.late, *referrals.open)),
        "lessons": _counted(
            (lessons.sent, "terkirim hari ini"), (lessons.failed, "gagal"), (lessons.skipped, "terlewat")
        )
        or "Hari ini tidak ada yang terkirim",
        "missing": ", ".join(f"{why} ({count} orang)" for why, count in lessons.missing),
        "endings": digest.endings.words,
        "questions": _counted(
            (digest.questions.open, "menunggu jawaban"), (digest.questions.answered, "dijawab hari ini")
        ),
        "late_questions": [one.words for one in digest.questions.late[:TOP]],
        "late_questions_more": max(len(digest.questions.late) - TOP, 0),
        "joined": adoption_words.line(digest.adoption),
        "whatsapp": digest.whatsapp,
        "alerts": digest.alerts,
        "reach": digest.reach,
        "families": _counted((lessons.joined, "baru"), (lessons.paused, "jeda"), (lessons.stopped, "berhenti")),
    }


def waits_for(state: ReferralState | None, taken_by: str) -> str:
    """What a referral is waiting for, in words; empty where that is not shown."""
    match state:
        case None:
            return ""
        case ReferralState.SEEN:
            return f"sudah diperiksa {taken_by}, belum ditutup"
        case ReferralState.REFERRED_ON:
            return "dirujuk ke rumah sakit, belum kembali"
        case ReferralState.BACK_REFERRED:
            return "sudah kembali dari rumah sakit, belum ditutup"
        case _:
            return f"ditangani {taken_by}" if taken_by else "belum ada yang menangani"


def _since_yesterday(more: int) -> str:
    if not more:
        return "sama seperti kemarin"
    return f"{'bertambah' if more > 0 else 'berkurang'} {abs(more)} dari kemarin"


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
