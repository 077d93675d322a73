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
from db.roles import ScopeKind
from programme import alert_reach, disclosure, setting_aside, weighing
from programme import unassigned as waiting
from programme.disclosure import Shown
from programme.fosterings import Fostering, fosterings
from programme.scopes import CITY, Scope, families_in, held_by, scopes_of, title
from programme.weighing import Recap
from reports.adoption import counts
from reports.adoption.counts import Adoption
from reports.digest import area_words, areas, ending_counts, late_questions, queries, unassigned, whatsapp_cost
from reports.digest.details import some
from reports.digest.model import Day, Digest, Referrals, Visits

TOP = 5
NO_RECAP = Recap(0, 0, 0, 0, 0, 0, 0, 0)


def digest(session: Session, coordinator: Person, now: datetime, city: City, *, whole: bool = True) -> Digest | None:
    """One digest of all scopes of a coordinator; None for a person without a scope. ``whole``: see ``of_scopes``."""
    if not (scopes := held_by(coordinator)):
        return None
    aside = setting_aside.aside(session, coordinator, city.today(now))
    return replace(of_scopes(session, scopes, now, city, whole=whole), aside=frozenset(aside))


def visits(session: Session, coordinator: Person, now: datetime, city: City, besides: Shown = Shown.NOTHING) -> Visits:
    """The visits of a coordinator's digest alone, the late ones worst first. ``besides``: what was opened of each."""
    day, held = _day(now, city), held_by(coordinator)

    def reader(village_id: int, district_id: int, centre_id: int | None, posyandu_id: int | None) -> Shown:
        return disclosure.over(held, village_id, district_id, centre_id, posyandu_id) | besides

    return queries.visits(session, _fostered(session, scopes_of(coordinator), day, city), day, reader)


def _fostered(session: Session, scopes: Sequence[Scope], day: Day, city: City) -> Sequence[Fostering]:
    return fosterings(session, day.today, city.programme.visits.every_days, scopes, city.zone) if scopes else ()


def _day(now: datetime, city: City) -> Day:
    today = city.today(now)
    begins = datetime.combine(today, time(), city.zone)
    return Day(today, begins, begins + timedelta(days=1))


def of_scopes(session: Session, held: Sequence[Scope], now: datetime, city: City, *, whole: bool = True) -> Digest:
    """The numbers of today so far for who coordinates these scopes. Some fifty queries, whatever their size.

    Without ``whole`` some thirty, for the message alone: then of the measurements only those entered today are in it,
    and what only the details and the workbook tell is empty.

    Of each row it holds what they are shown, and of an office's families only visits and referrals are counted.
    """
    at, day = city.local(now), _day(now, city)
    scopes = [CITY] if CITY in held else held
    places = disclosure.of_places(scopes)
    fostered, families = _fostered(session, scopes, day, city), families_in(places, day.today)
    reader = partial(disclosure.over, held)
    of_city = whole and CITY in scopes
    nobody = waiting.of_two_days(session, scopes, day.today, city.zone)
    alone = [one for one in nobody if one.now]
    numbers = areas.count(session, scopes, now, city, fostered, alone, weeks=areas.WEEKS if whole else 1)
    week = numbers.visits.week
    return Digest(
        title(session, scopes, city),
        at,
        bool(places),
        replace(queries.visits(session, fostered, day, reader), due=week.due, on_time=week.on_time),
        _referrals(session, scopes, day, reader, now, city, fostered),
        queries.weighings(session, families, day, reader, only_today=not whole),
        weighing.recap(session, families, day.today, OFFICIAL, city.programme.growth) if whole else NO_RECAP,
        queries.lessons(session, families, day),
        ending_counts.count(session, families, day.month, day.today),
        late_questions.count(session, scopes, day.begins, now, city),
        counts.count(session, held, fostered, now, day.today) if whole else Adoption(),
        _whatsapp(session, day.today, city) if of_city else "",
        alert_reach.alerts(session, now - timedelta(days=1), now).words if of_city else "",
        tuple(reach_lines(session, city, now)) if of_city else (),
        unassigned.count(nobody, day.today, reader),
        areas=area_words.help_lines(numbers),
        tables=numbers.tables() if whole else (),
        one_village=[scope.kind for scope in scopes] == [ScopeKind.VILLAGE],
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
