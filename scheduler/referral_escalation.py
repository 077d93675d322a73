"""Escalation of unanswered referrals, each step once; and one question whether the family got there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, partial

from sqlalchemy import Select, String, and_, cast, exists, or_, select
from sqlalchemy.orm import Session

from content.city import City
from db import cries, outbox, referrals
from db.children import caregivers
from db.cries import Cry, CryState
from db.drafts import Draft
from db.outbox import ALERT, Kind, Outgoing
from db.people import FOR_URGENT, Person, addresses, holders
from db.referrals import CLIMBS, NOTIFIED, NOW, Referral, ReferralState, ReferralStep, StepKind
from db.roles import Role, ScopeKind
from db.subjects import of_referral
from db.visits import Visit
from delivery import service_window
from flow.message import Message
from programme import arrivals, on_call, unsent, visit_danger
from programme import referral_messages as words
from programme.arrivals import Arrival
from programme.called_apart import called_to
from programme.contacts import called, calm, carers, coordinators, referral_visitors, who
from programme.cries import call, tell_writers
from programme.names import salute
from rules.signs import Sign
from scheduler.looks import Write

LEFT = timedelta(minutes=2)  # a sign that is ticked and left so long acts, though the question is not answered
UNSEEN = (ReferralState.SENT, ReferralState.ACCEPTED, ReferralState.REFERRED_ON)
"""The states in which nobody has said yet that the child was seen."""

MISSED_BEFORE: Mapping[StepKind, Sequence[StepKind]] = {
    StepKind.HEAD: (StepKind.TOLD, StepKind.REMINDER),
    StepKind.COORDINATOR: (StepKind.HEAD,),
}
"""A step that others are told at, and the steps before it whose alerts may have been missed."""


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Take every due step. Urgent referrals are escalated at night too; everything else waits for the day."""
    ways = referrals.ways_of_open(session)
    for referral in referrals.open_ones(session):
        way = ways.get(referral.id, ())
        if _next_step(session, referral, way, now, city) or _is_to_be_asked(referral, way, now, city):
            yield partial(_go_on, referral_id=referral.id, now=now, city=city)


def urgent_tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Every minute: climb with what must be seen at once, and help whoever was asked and keeps silent."""
    for draft_id in _ticked(session, now):
        yield partial(_act, draft_id=draft_id, now=now, city=city)
    silent = timedelta(minutes=city.programme.referrals.silent_minutes)
    for cry_id in cries.waiting(session, now - silent):
        yield partial(_help_the_silent, cry_id=cry_id, now=now, city=city)
    for referral in session.scalars(_urgent()).all():
        way = referrals.steps(session, referral.id)
        if (
            _next_now(session, referral, way, now, city)
            or _to_repeat(session, referral, now, city)
            or _is_to_be_asked(referral, way, now, city)
        ):
            yield partial(_go_on, referral_id=referral.id, now=now, city=city)


def next_urgent(session: Session, after: datetime, city: City) -> datetime | None:
    """The first moment after ``after`` at which ``urgent_tick`` can find something as things stand; None for never.

    For clocks that are moved (the demo, simulations), so that they need not look at every minute.
    """
    silent = timedelta(minutes=city.programme.referrals.silent_minutes)
    moments = [draft.touched_at + LEFT for draft in session.scalars(_with_ticks()) if _untold(draft)]
    moments += [at + silent for at in session.scalars(select(Cry.at).where(Cry.state == CryState.ASKED))]
    for referral in session.scalars(_urgent()).all():
        moments += _moments(session, referral, city)
    return min((moment for moment in moments if moment > after), default=None)


def _moments(session: Session, referral: Referral, city: City) -> Iterator[datetime]:
    """When this referral climbs, an alert about it is late or known to be lost, and arrival is asked about."""
    rules, begun, way = city.programme.referrals, _begun(referral), referrals.steps(session, referral.id)
    yield begun + rules.asks_now_after
    yield from (begun + timedelta(minutes=minutes) for minutes in rules.now_minutes)
    yield from (step.at + timedelta(minutes=rules.now_again_minutes) for step in way if step.step in NOTIFIED)
    yield from (step.at + rules.asks_now_after for step in way if step.step == StepKind.REFERRED_ON)
    for alert in arrivals.alerts(session, referral, begun):
        yield alert.created_at + rules.arrives_within
        if alert.settled_at is not None:
            yield alert.settled_at + timedelta(microseconds=1)


@cache
def _urgent() -> Select[Referral]:
    """What must be seen at once and has not been answered, or of which nobody has been asked yet whether they came."""
    asked = exists().where(ReferralStep.referral_id == Referral.id, ReferralStep.step == StepKind.ASKED)
    waits = or_(Referral.state == ReferralState.SENT, and_(Referral.state.in_(UNSEEN), ~asked))
    still_open = Referral.closed_at.is_(None), Referral.urgency == NOW, waits
    return select(Referral).where(*still_open).order_by(Referral.opened_at)


@cache
def _with_ticks() -> Select[Draft]:
    """The reports of visits in which answers are ticked and not finished."""
    ticks = cast(Draft.state, String).like('%"marked": [%')
    return select(Draft).where(Draft.form.in_(unsent.FORMS), ticks)


def _ticked(session: Session, now: datetime) -> list[int]:
    """The drafts left for two minutes with a sign ticked that must be seen at once and that nobody was told of."""
    left = session.scalars(_with_ticks().where(Draft.touched_at <= now - LEFT).order_by(Draft.id))
    return [draft.id for draft in left if _untold(draft)]


def _untold(draft: Draft) -> dict[str, list[Sign]]:
    found: dict[str, list[Sign]] = {}
    for question, signs in unsent.marked(draft).items():
        told = unsent.told_of(draft, question)
        if untold := [sign for sign in signs if sign.id not in told]:
            found[question] = untold
    return found


def _act(session: Session, draft_id: int, now: datetime, city: City) -> None:
    """Tell people of the signs ticked in a report that was left, and the ASN what to do now."""
    draft = session.get(Draft, draft_id, with_for_update=True, populate_existing=True)
    about = unsent.about(session, draft) if draft else None
    if draft is None or about is None or draft.touched_at > now - LEFT:
        return
    for question, signs in _untold(draft).items():
        told = unsent.tell(session, city, now, draft, question, signs)
        if told is None:
            continue
        name = called_to(session, session.get_one(Person, draft.person_id), about, city.today(now))
        message = visit_danger.say(city, now, about, signs, told, who=name, left=True)
        outbox.to_person(
            session, draft.person_id, Kind.REFERRAL, f"referral:{told.referral.id}:{draft.person_id}:left-{draft.id}",
            message.to_json(), now, about=of_referral(told.referral), lane=ALERT,
        )  # fmt: skip


def _help_the_silent(session: Session, cry_id: int, now: datetime, city: City) -> None:
    """Tell people of a cry whose writer has not said whether it happens now, as it stands now."""
    cry = session.get_one(Cry, cry_id, with_for_update=True, populate_existing=True)
    if cry.state == CryState.ASKED:
        call(session, city, now, cry)


def _go_on(session: Session, referral_id: int, now: datetime, city: City) -> None:
    """Take the due steps of one referral, read anew: it may have been closed since the look."""
    referral = session.get_one(Referral, referral_id, with_for_update=True, populate_existing=True)
    told: list[Person] = []
    climbed = 0
    if referral.urgency == NOW:
        for row in _to_repeat(session, referral, now, city):
            service_window.fall_back(session, row, now)
    while step := _next_step(session, referral, referrals.steps(session, referral.id), now, city):
        told += _climb(session, now, city, referral, step)
        climbed += 1
    if climbed and referral.urgency == NOW:
        _tell_reporters(session, now, city, referral, told)
    if _is_to_be_asked(referral, referrals.steps(session, referral.id), now, city):
        _ask(session, now, city, referral)


def _next_step(
    session: Session, referral: Referral, way: Sequence[ReferralStep], now: datetime, city: City
) -> StepKind | None:
    """The first step not taken yet, if it is due. A step that reached nobody makes the next one due at once."""
    if referral.urgency == NOW:
        return _next_now(session, referral, way, now, city)
    urgent = referral.urgent
    if referral.state != ReferralState.SENT or not (urgent or _by_day(now, city)):
        return None
    opened = referral.urgent_since or referral.opened_at
    way = [step for step in way if step.at >= opened]
    taken, reached = {step.step for step in way}, True
    for step, after in zip(CLIMBS, city.programme.referrals.climbs_after(urgent), strict=True):
        if step not in taken:
            return step if now >= opened + after or not reached else None
        reached = any(one.step == step and one.person_id and not one.detail for one in way)
    return None


def _next_now(
    session: Session, referral: Referral, way: Sequence[ReferralStep], now: datetime, city: City
) -> StepKind | None:
    """The next step of what must be seen at once: three, then the coordinators again and again, day and night.

    Where an alert has not arrived in time, or nobody could be told, the next person is told without waiting.
    """
    if referral.state != ReferralState.SENT:
        return None
    rules, begun = city.programme.referrals, _begun(referral)
    since = [step for step in way if step.at >= begun and step.step in NOTIFIED]
    taken = {step.step for step in since}
    for step, minutes in zip(CLIMBS, rules.now_minutes, strict=True):
        if step in taken:
            continue
        if now >= begun + timedelta(minutes=minutes):
            return step
        if step in MISSED_BEFORE:  # a reminder goes to those who were told already: it is no help to hurry it
            earlier = [one for one in since if one.step in MISSED_BEFORE[step]]
            how = arrivals.by_person(arrivals.alerts(session, referral, begun), now, rules.arrives_within)
            return step if _missed(earlier, how) else None
    climbed = [step for step in since if step.step != StepKind.TOLD]
    return StepKind.AGAIN if now >= climbed[-1].at + timedelta(minutes=rules.now_again_minutes) else None


def _missed(told: Sequence[ReferralStep], how: Mapping[int, Arrival]) -> bool:
    """Whether one of these people's alerts did not arrive in time, or none of them could be told at all."""
    asked = {one.person_id for one in told if one.person_id is not None}
    known = [how[person_id] for person_id in asked if person_id in how]
    missed = any(one in (Arrival.LATE, Arrival.UNREACHABLE) for one in known)
    return missed or not known


def _to_repeat(session: Session, referral: Referral, now: datetime, city: City) -> Sequence[Outgoing]:
    """The alerts that have not arrived in time and can be repeated on another channel of the same person."""
    if referral.state != ReferralState.SENT:
        return ()
    within = city.programme.referrals.arrives_within
    late = arrivals.late(arrivals.alerts(session, referral, _begun(referral)), now, within)
    return [row for row in late if service_window.may_fall_back(session, row)]


def _begun(referral: Referral) -> datetime:
    return referral.urgent_since or referral.opened_at


def _is_to_be_asked(referral: Referral, way: Sequence[ReferralStep], now: datetime, city: City) -> bool:
    at_night = referral.urgency == NOW
    if referral.state not in UNSEEN or any(step.step == StepKind.ASKED for step in way):
        return False
    if not (at_night or _by_day(now, city)):
        return False
    begun = next((step.at for step in reversed(way) if step.step == StepKind.REFERRED_ON), _begun(referral))
    if referral.urgency == NOW:
        return now >= begun + city.programme.referrals.asks_now_after
    return now >= begun + city.programme.referrals.asks_after(referral.urgent)


def _by_day(now: datetime, city: City) -> bool:
    return calm(city, now) == city.local(now)


def _climb(session: Session, now: datetime, city: City, referral: Referral, step: StepKind) -> Sequence[Person]:
    """Take the step. Returns who is told."""
    people = _people(session, referral, step, now)
    shown = _told(session, referral) if step != StepKind.REMINDER else ()
    for person in people:
        _notify(session, now, referral, person, step, words.waiting(session, city, referral, person, now, shown))
    if not people:
        referrals.note(session, referral, step, now, None, "tidak ada petugas terdaftar")
    return people


def _tell_reporters(session: Session, now: datetime, city: City, referral: Referral, told: Sequence[Person]) -> None:
    """Whoever called for help, or reported it, hears that nobody has answered, who is told now, and whom to call."""
    titles = words.titles(person for person in told if addresses(session, person.id, urgent=True))
    said = f"Kami kabari lagi: *{', '.join(titles)}*." if titles else "Petugas lain belum bisa kami hubungi dari sini."
    numbers = city.programme.emergency.to_call
    so_far = words.so_far(session, city, referral, now, without=[person.id for person in told])
    text = (
        f"⏳ Belum ada petugas yang menjawab tentang {who(referral.about)}.{f' {so_far}' if so_far else ''} {said}"
        f"\n\nJangan menunggu. {numbers}"
    )
    worth, step = timedelta(minutes=city.programme.referrals.now_again_minutes), f"climb-{now:%Y%m%d%H%M}"
    heard = tell_writers(session, now, referral, step, text, worth)
    visit = session.get(Visit, referral.visit_id) if referral.visit_id else None
    reporters = {step.person_id for step in referrals.steps(session, referral.id, StepKind.SIGN)}
    reporters |= {visit.asn_id} if visit else set()
    for asn in referral_visitors(session, referral, city.today(now)):
        if asn.id in reporters and asn.id not in heard:
            outbox.to_person(
                session, asn.id, Kind.REFERRAL, f"referral:{referral.id}:{asn.id}:{step}", Message(text).to_json(), now,
                about=of_referral(referral), lane=ALERT, expires_at=now + worth,
            )  # fmt: skip


def _told(session: Session, referral: Referral) -> Sequence[ReferralStep]:
    """The steps that say who has been told so far, to be shown to the next people."""
    return [step for step in referrals.steps(session, referral.id) if step.step in NOTIFIED]


def _people(session: Session, referral: Referral, step: StepKind, now: datetime) -> Sequence[Person]:
    family = referral.family
    if family is None:
        return holders(session, Role.COORDINATOR, ScopeKind.CITY, 0)
    match step:
        case StepKind.REMINDER:
            return on_call.told_first(session, family, now)
        case StepKind.HEAD:
            return on_call.told_later(session, family, now)
        case _:
            return coordinators(session, family)


def _ask(session: Session, now: datetime, city: City, referral: Referral) -> None:
    """Ask the consenting carers, the ASN, and who called for help, each once and in their own wording."""
    asked: set[int] = set()
    relations = (
        {one.person_id: one.relation for one in caregivers(session, referral.family.id)} if referral.family else {}
    )
    for carer in carers(session, referral.family.id) if referral.family else ():
        to = salute(carer.person.name, relation=carer.relation)
        name = called_to(session, carer.person, referral.about, city.today(now))
        asks = words.question(city, referral, to, name, carer.relation)
        _notify(session, now, referral, carer.person, StepKind.ASKED, asks)
        asked.add(carer.person_id)
    for asn in referral_visitors(session, referral, city.today(now)):
        if asn.id not in asked:
            name = called_to(session, asn, referral.about, city.today(now))
            _notify(session, now, referral, asn, StepKind.ASKED, words.question(city, referral, called(asn), name))
            asked.add(asn.id)
    for writer in _writers(session, referral):
        if writer.id not in asked:
            relation = relations.get(writer.id, "")
            to = salute(writer.name, nip=writer.nip, sex=writer.sex, relation=relation)
            name = called_to(session, writer, referral.about, city.today(now))
            _notify(session, now, referral, writer, StepKind.ASKED, words.question(city, referral, to, name, relation))
            asked.add(writer.id)
    strangers = _ask_strangers(session, now, referral, asked)
    if not asked and not strangers:
        referrals.note(session, referral, StepKind.ASKED, now, None, "tidak ada yang bisa ditanya")


def _writers(session: Session, referral: Referral) -> Sequence[Person]:
    """Who called for help, as far as they can answer: they hold a role, and it is known whom it is about."""
    people = [cry.person for cry in cries.of_referral(session, referral.id)] if referral.family else []
    return [person for person in people if person and person.roles]


def _ask_strangers(session: Session, now: datetime, referral: Referral, asked: Collection[int]) -> bool:
    """Ask who cried from an address that is linked to nobody, or of whom it is not known whom it is about, there.

    Returns whether anybody was.
    """
    newest = {cry.address_id: cry for cry in cries.of_referral(session, referral.id) if cry.person_id not in asked}
    found = [(cry, cry.address) for cry in newest.values() if cry.address and cry.address.state in FOR_URGENT]
    lane = ALERT if referral.urgency == NOW else outbox.PLANNED_LANE
    for cry, address in found:
        row = outbox.row(
            Kind.ASKED, f"referral:{referral.id}:address-{address.id}:{StepKind.ASKED}", address.channel,
            address.address, words.question_to_writer(referral, cry).to_json(), now,
            lane=lane, person_id=address.person_id, about=of_referral(referral),
        )  # fmt: skip
        outbox.promise(session, [row])
        referrals.note(session, referral, StepKind.ASKED, now, cry.person_id, "yang menulis")
    return bool(found)


def _notify(session: Session, now: datetime, referral: Referral, to: Person, step: StepKind, message: Message) -> None:
    """Promise the message and record the step."""
    reachable = bool(addresses(session, to.id, urgent=True))
    lane = outbox.PLANNED_LANE if step == StepKind.ASKED and referral.urgency != NOW else ALERT
    told = sum(one.step == step and one.person_id == to.id for one in referrals.steps(session, referral.id))
    key = f"referral:{referral.id}:{to.id}:{step}" + (f"-{told + 1}" if told else "")
    kind = Kind.ASKED if step == StepKind.ASKED else Kind.CLIMB
    outbox.to_person(session, to.id, kind, key, message.to_json(), now, about=of_referral(referral), lane=lane)
    referrals.note(session, referral, step, now, to.id, "" if reachable else words.UNREACHABLE)
