"""A cry for help: whom it is about, and a referral with people told at once, without waiting for a tap."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from content.danger import Words
from content.hearing import Found
from db import cries, outbox, people, referrals
from db.children import Child, Family, Pregnancy, cared_for, health_workers
from db.cries import Cry, CryState
from db.fostering import Assignment, acting_for, current
from db.outbox import Kind
from db.people import FOR_URGENT, Person, addresses, holders
from db.referrals import Referral, ReferralState, StepKind
from db.roles import Role, ScopeKind
from db.states import GONE, CareState
from db.subjects import of_referral
from flow.message import Message
from flow.reading.phones import e164
from programme import on_call, referring
from programme import referral_messages as words
from programme.called_apart import called_to
from programme.contacts import called, coordinators, referral_visitors
from programme.disclosure import Shown
from rules import signs
from rules.signs import Sign, Urgency

CHILDISH, MOTHERLY = ("child", "newborn", "accident"), ("pregnant", "afterbirth")
NEWBORN = timedelta(days=60)
AFTERBIRTH = timedelta(days=90)  # past the HPL so long, a woman may still be in the weeks after her birth
ENDED = (CareState.BORN, CareState.MISCARRIED, CareState.STILLBORN)
CALLS_FOR_HELP = "Minta tolong"  # the sign of a referral that nobody has said more of


@dataclass(frozen=True)
class Whom:
    """Whom a cry is about, the nearest that is certain, with the signs as the table has them for such a one."""

    about: Child | Pregnancy | Family | None
    family: Family | None
    signs: tuple[Sign, ...]


@dataclass(frozen=True)
class Called:
    """``told``: in words who is told ("kader", "bidan"), nobody who cannot be reached.

    ``so_far``: how it stands with them, where they were told of the same before.
    """

    told: Sequence[str]
    so_far: str = ""


def whom(
    session: Session, person: Person | None, found: Sequence[Found], heard: Words, today: date, *, own: bool = False
) -> Whom:
    """The one child or pregnancy of the writer's that fits what was heard, else their family, else nobody.

    ``own``: somebody has done it to herself, so that poison is the mother's and no child's.
    """
    homes, children = known(session, person, today)
    pregnancies = [one for home in homes for one in home.pregnancies]
    running = [one for one in pregnancies if one.state == CareState.ACTIVE]
    ended = [one for one in pregnancies if one.state in ENDED and one.due + AFTERBIRTH >= today]
    group = next((one.group for one in found if one.group), "")
    fits: Sequence[Child | Pregnancy] = ()
    if own and group == "accident":
        fits = running or ended
    elif group in CHILDISH:
        fits = [one for one in children if group != "newborn" or _is_newborn(one, today)]
    elif group in MOTHERLY:
        fits = (running or ended) if group == "pregnant" else (ended or running)
    about = fits[0] if len(fits) == 1 else None
    family = about.family if about else homes[0] if homes and (len(homes) == 1 or _is_family(person)) else None
    as_group = _group(about, today) or group
    seen = dict.fromkeys(_sign(one, as_group, heard) for one in found if one.sign)
    return Whom(about or family, family, tuple(seen))


def call(session: Session, city: City, now: datetime, cry: Cry) -> Called:
    """Open the referral of a cry, or add the cry to the one that is open, and tell people.

    A sign that was told already is not told again.
    """
    referral, seen = cries.open_referral(session, cry), _labels(cry)
    urgency = signs.most_urgent(signs_of(cry)) or Urgency.NOW
    if referral is None:
        referral, known = referring.start(session, now, cry.about, seen, urgency, cry.person_id), False
    else:
        known = not referring.add(session, now, referral, seen, urgency, cry.person_id)
    cry.state, cry.referral_id, cry.said = CryState.CALLED, referral.id, ""
    session.flush()
    concerned = told(session, referral, now)
    reachable = [one for one in concerned if one.id != cry.person_id and addresses(session, one.id, urgent=True)]
    reached = words.titles(reachable)
    if not known:
        taken_on = referral.acceptor if referral.state != ReferralState.SENT else None
        people = [one for one in ([taken_on] if taken_on else concerned) if one.id != cry.person_id]
        referring.alert(session, city, now, referral, people, urgent=True)
        _tell_visitors(session, city, now, referral, cry, bool(reached))
    elif reached:
        return Called(reached, words.so_far(session, city, referral, now))
    return Called(reached)


def told(session: Session, referral: Referral, now: datetime) -> Sequence[Person]:
    """Who is told of a cry: health workers and coordinators of the place, for a stranger those of the city.

    Nobody who is on leave, unless there is nobody else.
    """
    if (family := referral.family) is None:
        return holders(session, Role.COORDINATOR, ScopeKind.CITY, 0)
    concerned = [
        *on_call.told_first(session, family, now),
        *on_call.present(session, coordinators(session, family), now),
    ]
    concerned = concerned or health_workers(session, family)
    return list({person.id: person for person in concerned}.values())


def tell_private(session: Session, city: City, now: datetime, key: str, writer: str) -> bool:
    """Tell those of the city's private list, and nobody else, that somebody needs them. Returns whether one can be.

    ``key`` names the message. What was written is not told; it is in no referral, no list and no digest.
    """
    phones = {e164(phone) for phone in city.programme.emergency.private} - {None}
    reached = False
    text = f"💛 Ada yang butuh didampingi sekarang, tentang hal yang pribadi. Mohon segera hubungi: *{writer}*"
    for person in [one for phone in sorted(filter(None, phones)) for one in people.by_phone(session, phone)]:
        reached |= bool(addresses(session, person.id, urgent=True))
        outbox.to_person(
            session, person.id, Kind.ALERT, f"private:{person.id}:{key}", Message(text).to_json(), now,
            lane=outbox.ALERT,
        )  # fmt: skip
    return reached


def tell_all(session: Session, now: datetime, cry: Cry, step: StepKind, say: Callable[[Shown], Message | None]) -> None:
    """Pass news of the writer on to everybody who was told of the cry: ``say`` gives it as it may be shown, or None."""
    referral = session.get(Referral, cry.referral_id) if cry.referral_id else None
    if referral is None:
        return
    for person_id in sorted(referrals.notified(session, referral.id) - {cry.person_id}):
        if (message := say(referring.shown_to(session, referral, person_id, now))) is not None:
            outbox.to_person(
                session, person_id, Kind.REFERRAL, f"referral:{referral.id}:{person_id}:{step}-{cry.id}",
                message.to_json(), now, about=of_referral(referral), lane=outbox.ALERT,
            )  # fmt: skip
    referrals.note(session, referral, step, now, cry.person_id)


def tell_writers(
    session: Session,
    now: datetime,
    referral: Referral,
    step: str,
    text: str,
    worth: timedelta | None = None,
    *,
    without: Collection[int] = (),
) -> set[int]:
    """Tell whoever cried for help how it goes on, where they wrote from. Returns the persons among them.

    A wish of theirs for no more messages does not hold it back. ``without``: persons who heard it otherwise.

    ``step`` names the news in the key of the message. Without ``worth`` the news does not grow old.
    """
    heard: set[int] = set()
    for address in dict.fromkeys(cry.address for cry in cries.of_referral(session, referral.id)):
        if address is None or address.state not in FOR_URGENT or address.person_id in without:
            continue
        row = outbox.row(
            Kind.REFERRAL, f"referral:{referral.id}:address-{address.id}:{step}", address.channel, address.address,
            Message(text).to_json(), now, lane=outbox.ALERT, person_id=address.person_id,
            about=of_referral(referral), expires_at=now + worth if worth else None,
        )  # fmt: skip
        outbox.promise(session, [row])
        heard |= {address.person_id} if address.person_id else set()
    return heard


def _tell_visitors(session: Session, city: City, now: datetime, referral: Referral, cry: Cry, reached: bool) -> None:
    """The ASN who foster them hear that help was called, and not the words."""
    numbers = city.programme.emergency.to_call
    state = "Petugas sedang kami kabari." if reached else f"Belum ada petugas yang bisa kami kabari. {numbers}"
    for asn in referral_visitors(session, referral, city.today(now)):
        if asn.id != cry.person_id:
            name = called_to(session, asn, referral.about, city.today(now))
            home = name if isinstance(referral.about, Family) else f"Keluarga {name}"
            text = f"🚨 {home} meminta tolong. {state} Kalau {called(asn)} dekat, mohon ditemani."
            outbox.to_person(
                session, asn.id, Kind.REFERRAL, f"referral:{referral.id}:{asn.id}:cry-{cry.id}",
                Message(text).to_json(), now, about=of_referral(referral), lane=outbox.ALERT,
            )  # fmt: skip


def known(session: Session, person: Person | None, today: date) -> tuple[list[Family], list[Child]]:
    """The families of the writer, or those they visit, in whose name ever, and the children who may be meant."""
    if person is None:
        return [], []
    homes = [session.get_one(Family, carer.family_id) for carer in cared_for(session, person.id)]
    children = [child for home in homes for child in home.children]
    if not homes:
        held = select(Assignment).where(Assignment.asn_id.in_(acting_for(person.id, today)), *current(today))
        for one in session.scalars(held.order_by(Assignment.id)):
            family = one.family or (one.child.family if one.child else None)
            homes += [family] if family and family not in homes else []
            children += [one.child] if one.child else family.children if family else []
    homes = [home for home in homes if home.forgotten_at is None]
    return homes, [one for one in dict.fromkeys(children) if one.state not in GONE and one.family in homes]


def _is_family(person: Person | None) -> bool:
    return person is not None and person.has(Role.FAMILY)


def _is_newborn(child: Child, today: date) -> bool:
    return child.born is not None and today - child.born < NEWBORN


def _group(about: Child | Pregnancy | None, today: date) -> str:
    """The group of the table that a known child or pregnancy belongs to; empty where it is not known."""
    if isinstance(about, Pregnancy):
        return "pregnant" if about.state == CareState.ACTIVE else "afterbirth"
    return "" if about is None or about.born is None else "newborn" if _is_newborn(about, today) else "child"


def _sign(one: Found, group: str, heard: Words) -> Sign:
    """The sign of a finding for this group, where the table has one; else as it was heard."""
    mine = next((kin for kin in (CHILDISH, MOTHERLY) if one.group in kin), ())
    other = heard.findings[one.finding].signs.get(group) if group in mine and one.group != "accident" else None
    return signs.table()[other or one.sign]


def signs_of(cry: Cry) -> list[Sign]:
    """The signs that were heard, as the table has them today."""
    return [signs.table()[id] for id in cry.signs if id in signs.table()]


def _labels(cry: Cry) -> list[str]:
    return [sign.label for sign in signs_of(cry)] or [CALLS_FOR_HELP]
