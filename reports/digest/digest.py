"""A coordinator's digest: the day's numbers for their scopes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy.orm import Session

from content.city import City
from db.measurements import OFFICIAL
from db.people import Person
from programme import alert_reach, disclosure, weighing
from programme.disclosure import Shown
from programme.fosterings import Fostering, fosterings
from programme.scopes import CITY, Scope, families_in, held_by, scopes_of, title
from reports.adoption import counts
from reports.digest import ending_counts, late_questions, queries, unassigned, whatsapp_cost
from reports.digest.details import some
from reports.digest.model import Day, Digest, Nobody, Referrals, Visits

TOP = 5


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
        _referrals(session, scopes, day, reader, now, city, fostered),
        queries.weighings(session, families, day, reader),
        weighing.recap(session, families, day.today, OFFICIAL, city.programme.growth),
        queries.lessons(session, families, day),
        ending_counts.count(session, families, day.month, day.today),
        late_questions.count(session, scopes, day.begins, now, city),
        counts.count(session, held, fostered, now, day.today),
        _whatsapp(session, day.today, city) if CITY in scopes else "",
        alert_reach.alerts(session, now - timedelta(days=1), now).words if CITY in scopes else "",
        tuple(reach_lines(session, city, now)) if CITY in scopes else (),
        unassigned.count(session, families, day, reader) if places else Nobody(),
    )


def _referrals(
    session: Session,
    scopes: Sequence[Scope],
    day: Day,
    reader: queries.Reader,
    now: datetime,
    city: City,
    fostered: Sequence[Fostering],
) -> Referrals:
    families = families_in(scopes, day.today)
    found = queries.referrals(session, families, day, reader, city.local(now), city.programme.referrals, fostered)
    return replace(found, cries=queries.cries(session, families, strangers=CITY in scopes))


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
        names = some([f"{one.called}, {one.title}" for one in found.silent])
        answered = found.tested - len(found.silent)
        yield f"Uji bulan ini: {answered} dari {found.tested} petugas menjawab. Belum: {names}."
    for one in found.uncovered[:TOP]:
        yield f"{one.place}: {one.families} keluarga tanpa petugas yang terhubung. Yang dikabari: {one.instead}."
    if (more := len(found.uncovered) - TOP) > 0:
        yield f"dan {more} kelurahan lagi"
    if found.without_posyandu:
        codes = some(list(found.without_posyandu))
        yield f"{len(found.without_posyandu)} keluarga belum punya posyandu: {codes}."
