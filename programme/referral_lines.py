"""An open referral in a line, as a coordinator may read it: how long it has been open, and whom it waits for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from content.city import City
from db import referrals
from db.fostering import foster_parents
from db.people import Person
from db.referrals import NOW, TODAY, Referral, ReferralState
from programme import disclosure, on_call, stuck_referrals
from programme.contacts import called
from programme.disclosure import Shown
from programme.names import listed
from programme.question_messages import answers_as
from programme.stuck_referrals import Waits

MARKS = {NOW: "🔴 ", TODAY: "🟠 "}
STATES = {
    ReferralState.SENT: "belum ada yang menangani",
    ReferralState.ACCEPTED: "sudah ada yang menangani",
    ReferralState.SEEN: "sudah diperiksa, belum ditutup",
    ReferralState.REFERRED_ON: "dirujuk ke rumah sakit, belum ada kabar",
    ReferralState.BACK_REFERRED: "sudah kembali dari rumah sakit, belum ditutup",
}


def line(session: Session, city: City, referral: Referral, reader: Person, now: datetime) -> str:
    """ "🟠 Adik Rafa (A-31), Mandonga: *8 hari*, belum ada yang menangani; menunggu Bu Murni, bidan Puskesmas Labibia".

    Of an office no more than whose foster child it is, and the days.
    """
    shown = disclosure.of_referral(session, referral, reader, now)
    if Shown.WAY not in shown:
        return f"{of_whom(session, referral, city, now)}: *{days(referral, city, now)}*"
    way = referrals.steps(session, referral.id)
    waits = stuck_referrals.waits(session, referral, way, now)
    begins = f"{MARKS.get(referral.urgency, '')}{named(referral, shown)}: *{days(referral, city, now)}*"
    return f"{begins}, {STATES[referral.state]}; {waits_for(session, city, referral, waits, now)}"


def named(referral: Referral, shown: Shown) -> str:
    """ "Adik Rafa (A-31), Mandonga", "Anak A-31, Mandonga"."""
    family = referral.family
    place = f", {family.village.full_name}" if family and Shown.CODE in shown else ""
    return f"{disclosure.called(referral.about, shown, with_code=True)}{place}"


def days(referral: Referral, city: City, now: datetime) -> str:
    """How long it has been open: "6 hari", "hari ini"."""
    count = stuck_referrals.days_open(referral, city, now)
    return f"{count} hari" if count else "hari ini"


def since(referral: Referral, city: City, now: datetime) -> str:
    """Since when: "6 hari lalu", "hari ini"."""
    count = stuck_referrals.days_open(referral, city, now)
    return f"{count} hari lalu" if count else "hari ini"


def of_whom(session: Session, referral: Referral, city: City, now: datetime) -> str:
    """Whose foster child it is: "Dampingan Pak Anwar"."""
    fostering = fostered_by(session, referral, city, now)
    return f"Dampingan {listed([called(one) for one in fostering])}" if fostering else "Satu dampingan"


def fostered_by(session: Session, referral: Referral, city: City, now: datetime) -> Sequence[Person]:
    about = referral.about
    return foster_parents(session, about, city.today(now)) if about is not None else ()


def waits_for(session: Session, city: City, referral: Referral, waits: Waits, now: datetime) -> str:
    """ "menunggu Bu Murni, bidan Puskesmas Labibia, dan 1 petugas lain, 6 hari", unless it is as long as it is open."""
    if not waits.people:
        return "belum ada petugas untuk tempat itu"
    first, more = waits.people[0], len(waits.people) - 1
    name = f"menunggu {answers_as(session, first, referral.family)}"
    name += f", dan {more} petugas lain" if more else ""
    away = "" if on_call.present(session, waits.people, now) else " (sedang cuti)"
    passed = (city.today(now) - city.today(waits.since)).days
    since = f", {passed} hari" if 0 < passed < stuck_referrals.days_open(referral, city, now) else ""
    return f"{name}{away}{since}"
