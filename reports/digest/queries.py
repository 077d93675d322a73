"""The queries of a digest: one or two for each part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from content import programme
from db import outbox
from db.children import Carer, Child, Family, Pregnancy
from db.consent import LessonGap, family_agrees
from db.cries import Cry, CryState
from db.measurements import Measurement
from db.outbox import DELIVERED, FAILED, READ, SENT, SKIPPED, Outgoing
from db.people import Address, AddressState, Person
from db.places import PLACE, District, Village
from db.referrals import Referral
from db.states import PRESENT
from db.subjects import Subject
from db.visits import Visit
from programme import disclosure
from programme.disclosure import Shown
from programme.fosterings import CHILD, PREGNANCY, WEDDING, Fostering
from programme.growth import classes, growth
from programme.names import child_name, salute
from programme.referral_standing import Standing
from programme.referral_standing import standing as standing_at
from programme.scopes import HOME
from reports.digest.model import Day, Late, Lessons, NotJoined, Open, Referrals, Visits, Weighed
from rules.calendar import BEFORE_JOINING, NOT_CALLED_FOR
from rules.signs import Urgency
from rules.status import Class, Index
from rules.visits import standing

Reader = Callable[[int, int, int | None, int | None], Shown]
"""What the reader of the digest is shown of a row, by its kelurahan, kecamatan, puskesmas and posyandu (``HOME``)."""

A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
A_MONTH = timedelta(days=30)  # no lesson waits longer in the outbox, so older rows need not be read


def visits(session: Session, fostered: Sequence[Fostering], day: Day, reader: Reader) -> Visits:
    """This month's visits, by day of visit, of those whom these foster parents answer for: each child counts once."""
    yesterday = day.today - timedelta(days=1)
    asked = [one for one in fostered if one.answers]
    monday = day.today - timedelta(days=day.today.weekday())
    made = _made(session, asked, min(day.month, yesterday, monday - A_WEEK), day.today)
    seen = {subject for subject, on, _ in made if on >= day.month}
    needed = seen | {one.about for one in asked if one.due <= day.month_end or not one.joined}
    overdue = [one for one in asked if standing(one.due, day.today).overdue]
    reachable = _reachable(session, {visitor.id for one in overdue for visitor in one.visitors})
    overdue.sort(key=lambda one: (one.due, one.asn, one.code))
    late = tuple(
        _late(one, any(visitor.id in reachable for visitor in one.visitors), day.today, reader) for one in overdue
    )
    return Visits(
        today=sum(on == day.today for _, on, _ in made),
        met_today=sum(on == day.today and met for _, on, met in made),
        yesterday=sum(on == yesterday for _, on, _ in made),
        seen=len(seen),
        needed=len(needed),
        late=late,
        late_yesterday=sum(standing(one.due_before, yesterday).overdue and one.starts <= yesterday for one in asked),
        not_joined=_not_joined(asked),
        this_week=sum(on >= monday for _, on, _ in made),
        last_week=sum(monday - A_WEEK <= on <= day.today - A_WEEK for _, on, _ in made),
    )


def _not_joined(asked: Sequence[Fostering]) -> tuple[NotJoined, ...]:
    waiting: dict[int, list[Fostering]] = {}
    for one in asked:
        if not one.joined:
            waiting.setdefault(one.asn_id, []).append(one)
    found = (NotJoined(of[0].asn, of[0].sent, len(of), min(one.starts for one in of)) for of in waiting.values())
    return tuple(sorted(found, key=lambda one: (-one.count, one.asn)))


def _late(one: Fostering, reachable: bool, today: date, reader: Reader) -> Late:
    shown = disclosure.row(reader(*one.home), one.code, one.name, one.village)
    days = standing(one.due, today).days_late
    return Late(one.asn_id, one.asn, reachable, one.about, *shown, one.last, one.due, days, one.sent)


def _made(
    session: Session, fostered: Sequence[Fostering], since: date, until: date
) -> list[tuple[Subject, date, bool]]:
    """The valid visits of these subjects between two days, as (subject, day, met)."""
    subjects = {one.about for one in fostered}
    query = select(Visit.child_id, Visit.pregnancy_id, Visit.wedding_id, Visit.visited_on, Visit.met).where(
        Visit.visited_on.between(since, until), Visit.undone_at.is_(None)
    )
    found = ((_visited(*ids), on, met) for *ids, on, met in session.execute(query))
    return [visit for visit in found if visit[0] in subjects]


def _visited(child: int | None, pregnancy: int | None, wedding: int | None) -> Subject:
    if child is not None:
        return Subject(CHILD, child)
    return Subject(WEDDING, wedding) if wedding is not None else Subject(PREGNANCY, pregnancy or 0)


def _reachable(session: Session, people: Iterable[int]) -> set[int | None]:
    return set(
        session.scalars(
            select(Address.person_id).where(Address.person_id.in_(people), Address.state == AddressState.OK)
        )
    )


def referrals(
    session: Session,
    families: Any,
    day: Day,
    reader: Reader,
    now: datetime,
    rules: programme.Referrals,
    fostered: Sequence[Fostering] = (),
) -> Referrals:
    """Open referrals, the most urgent and oldest first, and those opened and closed today.

    ``now`` is in the city's time zone.

    ``fostered``: among whom the ASN of a referral is looked up. Signs of the private list are no part of it.

    Of a family that did not agree no name is told, except of what must be seen now and nobody took on.
    """
    query = (
        select(
            Referral,
            Child.code,
            Child.name,
            Family.code,
            func.coalesce(Pregnancy.mother_name, Family.mother_name),
            PLACE,
            Person.name,
            Person.nip,
            Person.sex,
            family_agrees(Family.id).label("agrees"),
            *HOME,
        )
        .outerjoin(Child, Child.id == Referral.child_id)
        .outerjoin(Pregnancy, Pregnancy.id == Referral.pregnancy_id)
        .outerjoin(Person, Person.id == Referral.accepted_by)
        .join(Family, Family.id == func.coalesce(Child.family_id, Pregnancy.family_id, Referral.family_id))
        .join(Village, Village.id == Family.village_id)
        .join(District, District.id == Village.district_id)
        .where(Family.id.in_(families), or_(Referral.closed_at.is_(None), Referral.closed_at >= now - A_DAY))
        .order_by(Referral.opened_at)
    )
    opened_today = closed_today = 0
    yesterday = Counter[Standing]()
    found: list[tuple[str, Open]] = []
    for row in cast("Iterable[Any]", session.execute(query)):
        referral, code, child, family, mother, village, acceptor, nip, sex, agrees, *home = row
        if referral.signs and not disclosure.public(referral.signs):
            continue
        opened_at = referral.opened_at.astimezone(now.tzinfo)
        opened_on = opened_at.date()
        opened_today += opened_on == day.today
        yesterday[standing_at(referral, now - A_DAY, rules)] += 1
        if referral.closed_at is not None:
            closed_today += referral.closed_at >= day.begins
            continue
        today = standing_at(referral, now, rules)
        shown = disclosure.agreed(reader(*home), agrees)
        shown = disclosure.of_waiting(shown, referral.urgency, referral.state)
        named = referral.family_id is None or shown.is_full  # a family is named after the mother
        name = salute(mother, relation="ibu") if child is None else child_name(child)
        way = Shown.WAY in shown
        one = Open(
            *disclosure.row(shown, code or family, name if named else "", village),
            disclosure.public(referral.signs) if Shown.SIGN in shown else (),
            referral.urgency if way else "",
            opened_on,
            (day.today - opened_on).days,
            salute(acceptor, nip=nip, sex=sex) if way and acceptor else "",
            referral.state if way else None,
            "" if way else _asn_of(referral, fostered),
            opened_at,
            danger=today is Standing.DANGER,
            stuck=today is Standing.STUCK,
            id=referral.id,
        )
        found.append((referral.urgency, one))
    found.sort(key=lambda one: list(Urgency).index(Urgency(one[0])))
    return Referrals(
        tuple(one for _, one in found), opened_today, closed_today,
        yesterday[Standing.DANGER], yesterday[Standing.STUCK],
    )  # fmt: skip


def cries(session: Session, families: Any, *, strangers: bool) -> int:
    """How many calls for help of these families wait for the answer whether it happens now; ``strangers``' too.

    Nothing of the private list.
    """
    of_whom = Cry.family_id.in_(families)
    query = select(Cry.signs).where(
        Cry.state == CryState.ASKED, or_(of_whom, Cry.family_id.is_(None)) if strangers else of_whom
    )
    return sum(not any(disclosure.is_private(sign) for sign in signs) for signs in session.scalars(query))


def _asn_of(referral: Referral, fostered: Sequence[Fostering]) -> str:
    """The ASN, among these, of the child or the mother whom the referral is about; of a family any of its own."""
    kind, id = (CHILD, referral.child_id) if referral.child_id else (PREGNANCY, referral.pregnancy_id)
    names = (
        one.asn
        for one in fostered
        if (one.family_id == referral.family_id if referral.family_id else (one.about.kind, one.about.id) == (kind, id))
    )
    return ", ".join(dict.fromkeys(names))


def weighings(
    session: Session, families: Any, day: Day, reader: Reader, *, only_today: bool = False
) -> tuple[Weighed, ...]:
    """Each child's last measurement of each kind in this month, compared with the one before of the same kind.

    Only children whose parents agreed; ``only_today``: of whom a measurement was entered today.
    """
    place = func.row_number().over(
        partition_by=(Measurement.child_id, Measurement.kind),
        order_by=(Measurement.measured_on.desc(), Measurement.id.desc()),
    )
    this_month = select(Measurement.child_id).where(
        Measurement.measured_on.between(day.month, day.today), Measurement.withdrawn_at.is_(None)
    )
    if only_today:
        this_month = this_month.where(Measurement.recorded_at >= day.begins, Measurement.recorded_at < day.ends)
    ranked = (
        select(Measurement.id, place.label("place"))
        .where(
            Measurement.withdrawn_at.is_(None),
            Measurement.measured_on <= day.today,
            Measurement.child_id.in_(this_month),
        )
        .subquery()
    )
    query = (
        select(
            Measurement,
            Child.code,
            Child.name,
            Child.sex,
            Child.born,
            Child.gestation_weeks,
            PLACE,
            *HOME,
        )
        .join(ranked, and_(ranked.c.id == Measurement.id, ranked.c.place <= 2))
        .join(Child, Child.id == Measurement.child_id)
        .join(Family, Family.id == Child.family_id)
        .join(Village, Village.id == Family.village_id)
        .join(District, District.id == Village.district_id)
        .where(Family.id.in_(families), Child.state.in_(PRESENT), family_agrees(Family.id))
        .order_by(Measurement.measured_on.desc(), Measurement.id.desc())
    )
    pairs: dict[tuple[int, str], list[Any]] = {}
    for row in cast("Iterable[Any]", session.execute(query)):
        pairs.setdefault((row[0].child_id, row[0].kind), []).append(row)
    return tuple(_weighed(rows, day, reader) for rows in pairs.values() if rows[0][0].measured_on >= day.month)


def _weighed(rows: list[Any], day: Day, reader: Reader) -> Weighed:
    row, code, name, sex, born, weeks, village, *home = rows[0]
    shown = reader(*home)
    now = classes(sex, born, row, weeks)
    before: dict[Index, Class] = classes(sex, born, rows[1][0], weeks) if len(rows) > 1 else {}
    changed: dict[Index, tuple[Class, Class]] = {
        index: (before[index], now[index]) for index in now if index in before and before[index] != now[index]
    }
    return Weighed(
        *disclosure.row(shown, code, child_name(name), village), row.kind, row.measured_on,
        day.begins <= row.recorded_at < day.ends,
        row.weight_kg, row.length_cm, growth(sex, born, row, weeks), now, changed,
        Shown.MEASURED in shown,
    )  # fmt: skip


def lessons(session: Session, families: Any, day: Day) -> Lessons:
    """Lessons sent today, and families that joined, paused or stopped today."""
    recipients = select(Carer.person_id).where(Carer.family_id.in_(families))
    settled = and_(Outgoing.settled_at >= day.begins, Outgoing.settled_at < day.ends)
    query = select(Outgoing.state, func.count()).where(
        Outgoing.kind.in_(outbox.LESSONS), Outgoing.created_at >= day.begins - A_MONTH, settled,
        Outgoing.person_id.in_(recipients), Outgoing.reason.not_in((BEFORE_JOINING, NOT_CALLED_FOR)),
    )  # fmt: skip
    # A failed lesson that was sent by another channel counts once, as sent: by its copy.
    final = ~and_(Outgoing.state == FAILED, outbox.arrived_otherwise())
    counted = {row[0]: row[1] for row in session.execute(query.where(final).group_by(Outgoing.state))}
    carers = session.execute(
        select(Carer.joined_on, Carer.paused_until, Carer.stopped_at).where(Carer.family_id.in_(families))
    ).all()
    people = func.count(LessonGap.person_id.distinct())
    missing = select(LessonGap.why, people).where(LessonGap.person_id.in_(recipients)).group_by(LessonGap.why)
    return Lessons(
        sent=sum(counted.get(state, 0) for state in (SENT, DELIVERED, READ)),
        failed=counted.get(FAILED, 0),
        skipped=counted.get(SKIPPED, 0),
        joined=sum(joined == day.today for joined, _, _ in carers),
        paused=sum(until is not None and until > day.today and not stopped for _, until, stopped in carers),
        stopped=sum(stopped is not None and day.begins <= stopped < day.ends for _, _, stopped in carers),
        missing=tuple((row[0], row[1]) for row in session.execute(missing.order_by(people.desc(), LessonGap.why))),
    )
