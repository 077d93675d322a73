"""A coordinator's digest: the day's numbers for their scopes, and the message about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from content.city import City
from db.measurements import OFFICIAL, REPORTED, MeasurementKind
from db.people import Person
from db.referrals import ReferralState
from flow.message import Attachment, Message, Option, plain
from flow.words import DAYS, MONTHS
from programme import alert_reach, weighing
from programme.fosterings import fosterings
from programme.scopes import CITY, Scope, families_in, scopes_of, title
from reports.digest import ending_counts, queries, whatsapp_cost, workbook
from reports.digest.model import Day, Digest, Late, Open, Weighed

TOP = 5
CHANGES = 3
REMINDERS = 3
KINDS = {OFFICIAL: "Posyandu/puskesmas", REPORTED: "Laporan pendamping"}


def digest(session: Session, coordinator: Person, now: datetime, city: City) -> Digest | None:
    """One digest of all scopes of a coordinator; None for a person without a scope."""
    scopes = scopes_of(coordinator)
    return of_scopes(session, scopes, now, city) if scopes else None


def late(session: Session, coordinator: Person, now: datetime, city: City) -> Sequence[Late]:
    """The overdue visits of a coordinator's digest alone, worst first."""
    scopes, day = scopes_of(coordinator), _day(now, city)
    fostered = fosterings(session, day.today, city.programme.visits.every_days, scopes) if scopes else ()
    return queries.visits(session, fostered, day).late


def _day(now: datetime, city: City) -> Day:
    today = city.today(now)
    begins = datetime.combine(today, time(), city.zone)
    return Day(today, begins, begins + timedelta(days=1))


def of_scopes(session: Session, scopes: Sequence[Scope], now: datetime, city: City) -> Digest:
    """The numbers of today so far. A dozen queries, whatever the size of the scopes."""
    at, day = city.local(now), _day(now, city)
    fostered = fosterings(session, day.today, city.programme.visits.every_days, scopes)
    families = families_in(scopes, day.today)
    return Digest(
        title(session, scopes, city),
        at,
        queries.visits(session, fostered, day),
        queries.referrals(session, families, day),
        queries.weighings(session, families, day),
        weighing.recap(session, families, day.today, OFFICIAL, city.programme.growth),
        queries.lessons(session, families, day),
        ending_counts.count(session, families, day.month, day.today),
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
        digest.endings.today,
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
    path = workbook.write(digest, key, city.files)
    attachment = Attachment("document", path, f"ringkasan-{digest.at:%Y-%m-%d}.xlsx")
    return Message(city.templates.say("digest", **_values(digest)), tuple(options), attachment=attachment)


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
    changes = [_change(one) for one in digest.weighed if one.entered_today and one.changed]
    return {
        "day": f"{DAYS[digest.at.weekday()]}, {digest.at.day} {MONTHS[digest.at.month - 1]}",
        "title": plain(digest.title),
        "quiet": is_quiet(digest),
        "visits": visits,
        "late": visits.late[:TOP],
        "late_more": max(len(visits.late) - TOP, 0),
        "late_change": _since_yesterday(len(visits.late) - visits.late_yesterday),
        "urgent": [
            {
                "name": one.name,
                "code": one.code,
                "village": one.village,
                "signs": ", ".join(one.signs),
                "since": f"Sejak {one.days} hari" if one.days else "Baru hari ini",
                "taken": _hangs(one),
            }
            for one in referrals.open[:TOP]
        ],
        "urgent_more": max(len(referrals.open) - TOP, 0),
        "referrals_today": _counted((referrals.opened_today, "baru"), (referrals.closed_today, "selesai")),
        "kinds": [_kind(digest, kind) for kind in KINDS if any(one.kind == kind for one in digest.weighed)],
        "recap": digest.recap if digest.recap.d else None,
        "changes": changes[:CHANGES],
        "changes_more": max(len(changes) - CHANGES, 0),
        "lessons": _counted(
            (lessons.sent, "terkirim hari ini"), (lessons.failed, "gagal"), (lessons.skipped, "terlewat")
        )
        or "Hari ini tidak ada yang terkirim",
        "missing": ", ".join(f"{why} ({count} orang)" for why, count in lessons.missing),
        "endings": digest.endings.words,
        "whatsapp": digest.whatsapp,
        "alerts": digest.alerts,
        "reach": digest.reach,
        "families": _counted((lessons.joined, "baru"), (lessons.paused, "jeda"), (lessons.stopped, "berhenti")),
    }


def _hangs(one: Open) -> str:
    """What the referral is waiting for, in words."""
    match one.state:
        case ReferralState.SEEN:
            return f"sudah diperiksa {one.taken_by}, belum ditutup"
        case ReferralState.REFERRED_ON:
            return "dirujuk ke rumah sakit, belum kembali"
        case ReferralState.BACK_REFERRED:
            return "sudah kembali dari rumah sakit, belum ditutup"
        case _:
            return f"ditangani {one.taken_by}" if one.taken_by else "belum ada yang menangani"


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


def _change(one: Weighed) -> str:
    turned = "; ".join(f"{before} → {after}" for before, after in one.changed.values())
    mark = "perlu perhatian" if one.worsened else "membaik"
    return f"{one.name} ({one.code}), {one.village}: {turned} ({mark})"


def _counted(*parts: tuple[int, str]) -> str:
    """Counts in words, without zeros: "2 baru, 1 selesai"."""
    return ", ".join(f"{count} {word}" for count, word in parts if count)
