"""What a coordinator does about an open referral: have it reminded of, hand it on, ask the ASN, close it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from content.city import City
from db import referrals
from db.audit import note
from db.people import Person, addresses
from db.referrals import Referral, ReferralState, StepKind
from db.subjects import subject
from flow.message import Message, Option
from flow.reading.dates import DAYS, MONTHS
from programme import letters, on_call, policy, referring, stuck_referrals
from programme import referral_messages as words
from programme.contacts import called, calm, referral_visitors, who
from programme.names import listed
from programme.policy import Asking
from programme.referring import tell_news

ASKS = {  # what is asked of who has it, by state
    ReferralState.SENT: "Belum ada yang menangani. Bisa dilihat hari ini? Ketuk *Saya tangani*, ya.",
    ReferralState.ACCEPTED: "Sudah ada yang menangani, hasilnya belum tercatat. Kalau sudah, ketuk *Sudah diperiksa*.",
    ReferralState.SEEN: "Sudah diperiksa, tinggal ditutup. Kalau memang selesai, ketuk *Selesai*.",
    ReferralState.REFERRED_ON: "Dirujuk ke rumah sakit. Kalau sudah pulang, ketuk *Kembali dari RS*.",
    ReferralState.BACK_REFERRED: "Sudah kembali dari rumah sakit, tinggal ditutup dengan hasilnya.",
}


class Reason(StrEnum):
    """Why a coordinator closes a referral."""

    ELSEWHERE = "elsewhere"
    MOVED = "moved"
    DOUBLE = "double"
    MISTAKE = "mistake"
    OTHER = "other"  # in their own words


REASONS = {  # the button, and the words for everybody
    Reason.ELSEWHERE: ("Diperiksa di tempat lain", "sudah diperiksa di tempat lain"),
    Reason.MOVED: ("Keluarga pindah", "keluarganya pindah"),
    Reason.DOUBLE: ("Tercatat dua kali", "tercatat dua kali"),
    Reason.MISTAKE: ("Keliru", "dibuat keliru"),
    Reason.OTHER: ("Alasan lain", "alasan lain"),
}
BY_COORDINATOR = "ditutup koordinator: "
BACK_FROM_HOSPITAL = "Adakah kabar dari rumah sakit? Masih dirawat, atau sudah pulang?"


@dataclass(frozen=True)
class Handed:
    """Who was reminded or given it and can be reached; ``due_at`` is from when the message is sent."""

    people: tuple[Person, ...]
    due_at: datetime


def push(session: Session, city: City, now: datetime, referral: Referral, by: Person) -> Handed:
    """Remind whom it waits for, in the name of a coordinator. Whoever calls has asked ``pushed_today``."""
    way = referrals.steps(session, referral.id)
    found = on_call.present(session, stuck_referrals.waits(session, referral, way, now).people, now)
    reached = [one for one in found if one.id != by.id and addresses(session, one.id)]
    due_at = now if referral.urgent else calm(city, now)
    number = len(way)
    for person in reached:
        message = asks(session, city, referral, person, now, by=by)
        tell_news(session, city, now, referral, person.id, f"{StepKind.PUSHED}-{number}", message)
    if reached:
        detail = f"mengingatkan {listed([called(one) for one in reached])}"
        referrals.note(session, referral, StepKind.PUSHED, now, by.id, detail)
        note(session, now, by.id, "referral.push", subject(referral))
        session.flush()
    return Handed(tuple(reached), due_at)


def asks(
    session: Session, city: City, referral: Referral, to: Person, now: datetime, by: Person | None = None, more: int = 0
) -> Message:
    """What is asked of who has the referral now, with the buttons that answer it; ``by`` a coordinator or by itself."""
    family = referral.family
    text = city.templates.say(
        "referral_pushed",
        to=called(to),
        by=letters.signature(session, city, by, to, city.local(now)) if by else "",
        who=named(session, city, referral, to, now),
        place=family.village.full_name if family else "",
        since=f"terbuka {words.ago(now - referral.opened_at)}",
        asks=ASKS[referral.state],
        more=more,
    )
    return Message(text, words.options(referral))


def named(session: Session, city: City, referral: Referral, to: Person, now: datetime) -> str:
    """Whom it is about, as this person may read it."""
    about = referral.about
    return who(None) if about is None else letters.name_for(session, to, about, city.local(now))


def hand(session: Session, city: City, now: datetime, referral: Referral, by: Person, to: Person) -> Handed:
    """Give it to another health worker: of what nobody has examined yet, an answer is waited for anew.

    Who had it hears that they need not go.
    """
    before = referral.acceptor
    if referral.state == ReferralState.ACCEPTED:
        referral.state, referral.urgent_since = ReferralState.SENT, now
        referral.accepted_at = referral.accepted_by = referral.acceptor = None
    referrals.note(session, referral, StepKind.HANDED, now, by.id, f"mengalihkan kepada {called(to)}")
    note(session, now, by.id, "referral.pass", subject(referral), subject(to))
    session.flush()
    giver = letters.signature(session, city, by, to, city.local(now))
    reached = referring.alert(
        session, city, now, referral, [to], referral.urgent, below=f"Dialihkan kepada {called(to)} oleh *{giver}*."
    )
    if before is not None and before.id not in (to.id, by.id):
        name = named(session, city, referral, before, now)
        text = f"Rujukan {name} dialihkan kepada *{words.with_title(to)}*. Terima kasih."
        step = f"{StepKind.HANDED}-{len(referrals.steps(session, referral.id))}"
        tell_news(session, city, now, referral, before.id, step, Message(text))
    return Handed(tuple(reached), now if referral.urgent else calm(city, now))


def ask_visitors(session: Session, city: City, now: datetime, referral: Referral, by: Person) -> Sequence[Person]:
    """Ask whoever visits the family how it goes on, as a letter of the coordinator's. Returns who can be reached."""
    found: list[Person] = []
    for asn in referral_visitors(session, referral, city.today(now)):
        local = city.local(now)
        open_to = letters.may_write(session, by, asn, local) and letters.is_reachable(session, asn)
        if open_to and letters.has_room(session, city, by, asn, local):
            sent = letters.send(session, city, now, by, asn, BACK_FROM_HOSPITAL, about=referral)
            found += [] if sent.is_stopped else [asn]
    if found:
        detail = f"bertanya kepada {listed([called(one) for one in found])}"
        referrals.note(session, referral, StepKind.PUSHED, now, by.id, detail)
        session.flush()
    return found


def tell_pushers(
    session: Session, city: City, now: datetime, referral: Referral, what: str, without: Collection[int]
) -> None:
    """Tell the coordinators who pushed it or handed it on, and still oversee it, how it went on."""
    way = referrals.steps(session, referral.id)
    pushed = {one.person.id: one.person for one in way if one.step in stuck_referrals.BY_COORDINATOR and one.person}
    for person in pushed.values():
        oversees = policy.may(Asking(session, person, city.local(now)), "referral.push", referral)
        if person.id not in without and oversees:
            text = f"Rujukan {named(session, city, referral, person, now)}: {what} Terima kasih sudah mengingatkan."
            tell_news(session, city, now, referral, person.id, f"pushed-on-{len(way)}", Message(text))


# --- closing, and opening again -------------------------------------------------------------


def may_close(session: Session, referral: Referral, now: datetime) -> bool:
    """Whether somebody of the puskesmas can be told: what cannot wait is not closed behind everybody's back."""
    return not referral.urgent or bool(_told_of_end(session, referral, now))


def close(
    session: Session,
    city: City,
    now: datetime,
    referral: Referral,
    by: Person,
    reason: Reason,
    said: str = "",
    seen_on: date | None = None,
) -> Sequence[Person]:
    """Close it for this reason. Health workers are told, and can open it again; returns them. So is the ASN.

    ``said`` is the reason in the coordinator's own words, or who has seen them; ``seen_on`` when that was.
    """
    result = BY_COORDINATOR + REASONS[reason][1]
    told = _told_of_end(session, referral, now)
    if said:
        when = f"{words_of_day(seen_on)}: " if seen_on else ""
        referrals.note(session, referral, StepKind.NOTE, now, by.id, f"{when}{said}")
    referring.silence(session, now, referral)
    referrals.close(session, referral, now, by.id, result)
    note(session, now, by.id, "referral.close", subject(referral))
    session.flush()
    why = said if reason is Reason.OTHER and seen_on is None and said else REASONS[reason][1]
    seen = f"{said}, {words_of_day(seen_on)}" if seen_on else ""
    number = len(referrals.steps(session, referral.id))
    for person in told:
        message = _ended(session, city, referral, person, by, now, why, seen, reopens=True)
        tell_news(session, city, now, referral, person.id, f"closed-by-{number}", message)
    known = {one.id for one in told}
    for asn in referral_visitors(session, referral, city.today(now)):
        if asn.id not in known and asn.id != by.id:
            message = _ended(session, city, referral, asn, by, now, REASONS[reason][1], "", reopens=False)
            tell_news(session, city, now, referral, asn.id, f"closed-by-{number}", message)
    return told


def _told_of_end(session: Session, referral: Referral, now: datetime) -> list[Person]:
    """Who took it on or was told of it first, as far as they can be reached; else the heads of the puskesmas."""
    if referral.family is None:
        return []
    took = [referral.acceptor] if referral.acceptor else []
    first = [*took, *on_call.told_first(session, referral.family, now)]
    for people in (first, on_call.told_later(session, referral.family, now)):
        reached = {one.id: one for one in people if addresses(session, one.id, urgent=True)}
        if reached:
            return list(reached.values())
    return []


def _ended(
    session: Session, city: City, referral: Referral, to: Person, by: Person, now: datetime, why: str, seen: str,
    *, reopens: bool,
) -> Message:  # fmt: skip
    text = city.templates.say(
        "referral_closed_by",
        to=called(to),
        by=letters.signature(session, city, by, to, city.local(now)),
        who=named(session, city, referral, to, now),
        why=why,
        seen=seen,
        reopens=reopens,
    )
    return Message(text, (Option(f"referral:reopen:{referral.id}", "Buka lagi"),) if reopens else ())


def is_closed_by_coordinator(referral: Referral) -> bool:
    return referral.closed_at is not None and referral.result.startswith(BY_COORDINATOR)


def reopen(session: Session, city: City, now: datetime, referral: Referral, by: Person) -> None:
    """A health worker opens again what a coordinator has closed, who hears of it."""
    closer = referral.closed_by
    referrals.reopen(session, referral, now, by.id)
    note(session, now, by.id, "referral.reopen", subject(referral))
    session.flush()
    if closer is not None and closer != by.id:
        number = len(referrals.steps(session, referral.id))
        to = session.get_one(Person, closer)
        name = named(session, city, referral, to, now)
        text = f"*{words.with_title(by)}* membuka lagi rujukan {name}. Rujukannya menunggu jawaban seperti semula."
        tell_news(session, city, now, referral, closer, f"reopened-{number}", Message(text))


def words_of_day(day: date | None) -> str:
    """ "Rabu 4 Maret"."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}" if day else ""


def days_since(referral: Referral, city: City, now: datetime, most: int) -> list[date]:
    """Today and the days before on which somebody can have seen them for this referral, at most so many."""
    today, opened = city.today(now), city.today(referral.opened_at)
    return [today - timedelta(days=back) for back in range(min((today - opened).days + 1, most))]
