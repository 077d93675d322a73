"""The messages about a referral and their buttons, for health workers, coordinators, ASN and families."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from content.city import City
from db import cries, referrals
from db.children import Child, caregivers
from db.cries import Cry
from db.people import Person
from db.referrals import NOTIFIED, NOW, Referral, ReferralState, ReferralStep, StepKind
from db.roles import Role, Title
from db.visits import Visit
from flow.message import Card, Message, Option, plain
from flow.reading.dates import DAYS, MONTHS
from programme import arrivals, disclosure, likely_match
from programme.arrivals import Arrival
from programme.contacts import age_of, called, who_to
from programme.disclosure import Shown
from programme.names import salute
from programme.visitors import signed

PHONE = re.compile(r"\+[1-9][0-9]{7,14}")
UNREACHABLE = "belum terhubung"
TITLES = {
    Title.CADRE: "kader", Title.MIDWIFE: "bidan", Title.NUTRITIONIST: "petugas gizi", Title.HEAD: "kepala puskesmas",
    Title.NONE: "koordinator",
}  # fmt: skip
STATES = {
    ReferralState.SENT: "",
    ReferralState.ACCEPTED: "Sudah ada yang menangani, menunggu hasil pemeriksaan:",
    ReferralState.SEEN: "Sudah diperiksa, belum ditutup:",
    ReferralState.REFERRED_ON: "Sudah dirujuk ke rumah sakit, menunggu kabar:",
    ReferralState.BACK_REFERRED: "Sudah kembali dari rumah sakit, belum ditutup:",
}
ENDS = {  # how a referral can be closed: key -> (button, words for everybody)
    "handled": ("Selesai", "sudah diperiksa dan ditangani petugas kesehatan"),
    "fine": ("Selesai", "sudah diperiksa petugas kesehatan, dan ternyata tidak apa-apa"),
    "better": ("Selesai, membaik", "sudah kembali dari rumah sakit, dan keadaannya membaik"),
    "watched": ("Tetap dipantau", "sudah kembali dari rumah sakit, dan tetap dipantau puskesmas"),
    "unmet": ("Tutup, tidak bertemu", "belum dapat ditemui petugas kesehatan"),
}
REASONS = {  # why somebody did not get there
    "jauh": "Jauh/tak ada kendaraan",
    "biaya": "Biaya",
    "waktu": "Belum sempat",
    "ragu": "Takut atau ragu",
    "membaik": "Sudah membaik",
    "lain": "Alasan lain",
}
ARRIVED = {"yes": "Sudah", "no": "Belum", "never": "Tidak jadi"}
NOT_THERE = {"no": "belum", "never": "tidak jadi"}


def end_button(referral: Referral, how: str) -> Option:
    return Option(f"ref:close:{referral.id}:{how}", ENDS[how][0])


def options(referral: Referral) -> tuple[Option, ...]:
    """What a health worker can do with it now."""
    seen = Option(f"ref:seen:{referral.id}", "Sudah diperiksa")
    again = Option(f"ref:seen:{referral.id}", "Diperiksa lagi")
    match referral.state:
        case ReferralState.SENT:
            return Option(f"ref:accept:{referral.id}", "Saya tangani"), seen
        case ReferralState.ACCEPTED:
            return (seen,)
        case ReferralState.SEEN:
            return end_button(referral, "handled"), again
        case ReferralState.REFERRED_ON:
            return (Option(f"ref:back:{referral.id}", "Kembali dari RS"),)
        case ReferralState.BACK_REFERRED:
            return end_button(referral, "better"), end_button(referral, "watched"), again
        case _:
            return ()


def alert(session: Session, city: City, referral: Referral, to: Person, now: datetime) -> Message:
    """The referral as a health worker or a coordinator gets it, with what they are shown of it."""
    shown = disclosure.of_referral(session, referral, to, now)
    facts = _facts(session, city, referral, now, shown)
    text = city.templates.say("alert", to=called(to), state=STATES.get(referral.state, ""), **facts)
    return Message(text, options(referral) if _may_act(referral, to) else (), card=_card(session, referral, shown))


def waiting(
    session: Session, city: City, referral: Referral, to: Person, now: datetime, told: Sequence[ReferralStep]
) -> Message:
    """The message that nobody has answered the referral, with who was notified when, and whether it arrived."""
    how, shown = how_arrived(session, city, referral, now), disclosure.of_referral(session, referral, to, now)
    text = city.templates.say(
        "referral_waiting",
        to=called(to),
        since=ago(now - referral.opened_at),
        told=[proof(city, step, how) for step in told if step.person],
        acts=_may_act(referral, to),
        **_facts(session, city, referral, now, shown),
    )
    return Message(text, options(referral) if _may_act(referral, to) else (), card=_card(session, referral, shown))


def question(city: City, referral: Referral, to: str, name: str, relation: str = "") -> Message:
    """Whether they got there: asked once of the ASN and of the family (``relation`` to the child).

    ``name`` is whom it is about, as ``called_apart.called_to`` says it to who is asked.
    """
    about = _named(referral, name, relation)
    hospital = referral.state == ReferralState.REFERRED_ON
    text = city.templates.say("referral_asked", to=to, who=about, family=bool(relation), hospital=hospital)
    return Message(text, tuple(Option(f"got:{referral.id}:{key}", label) for key, label in ARRIVED.items()))


def question_to_writer(referral: Referral, cry: Cry) -> Message:
    """The same to who cried and is linked to nobody: nobody is named, and the buttons hold for their address alone."""
    where = "di rumah sakit" if referral.state == ReferralState.REFERRED_ON else "ke petugas kesehatan"
    text = f"Tadi ada yang meminta tolong dari sini. Boleh kami tahu kabarnya: apakah sudah sampai {where}?"
    return Message(text, tuple(Option(f"danger:got:{cry.id}:{key}", label) for key, label in ARRIVED.items()))


def _named(referral: Referral, name: str, relation: str) -> str:
    """Whom it is about; a mother's own pregnancy is hers."""
    return name if isinstance(referral.about, Child) or not relation else who_to(referral.about, relation)


def ended(city: City, referral: Referral, to: str, name: str, how: str, relation: str = "") -> Message:
    """How it ended, in plain words, for the ASN and the family. ``name``: as in ``question``."""
    about = _named(referral, name, relation)
    words = ENDS[how][1]
    return Message(
        city.templates.say("referral_ended", to=to, who=about, result=words, family=bool(relation), met=how != "unmet")
    )


def ago(passed: timedelta) -> str:
    """ "10 menit", "2 jam" or "3 hari"."""
    if passed < timedelta(hours=1):
        return f"{max(passed.seconds // 60, 1)} menit"
    return f"{passed.days} hari" if passed.days else f"{max(passed.seconds // 3600, 1)} jam"


def _facts(session: Session, city: City, referral: Referral, now: datetime, shown: Shown) -> dict[str, Any]:
    about, family = referral.about, referral.family
    visit = session.get(Visit, referral.visit_id) if referral.visit_id else None
    heard = cries.of_referral(session, referral.id) if Shown.SIGN in shown else ()
    return {
        "urgent": referral.urgent,
        "now": referral.urgency == NOW,
        "who": disclosure.called(about, shown, with_code=True),
        "opens": disclosure.code_of(about) if Shown.CODE in shown and Shown.NAME not in shown else "",
        "age": age_of(about, city.today(now)) if shown.is_full else "",
        "place": family.village.full_name if family and Shown.CODE in shown else "",
        "posyandu": family.posyandu.name if family and family.posyandu and shown.is_full else "",
        "signs": disclosure.public(referral.signs) if Shown.SIGN in shown else (),
        "reporter": signed(visit) if visit else _reporter(session, referral, heard) if Shown.SIGN in shown else "",
        "words": list(dict.fromkeys(word for one in heard for word in one.words)),
        "writer": writer(session, heard[-1]) if heard else "",
        "likely": likely_match.of_cry(session, heard[-1]) if heard else [],
        "written": _written(heard, now),
        "phone": (family.phone or "") if family and referral.urgent and shown.is_full else "",
    }


def _written(heard: Sequence[Cry], now: datetime) -> str:
    """How long ago the last cry was written, if it reached us late; else empty."""
    last = heard[-1] if heard else None
    return ago(now - last.written_at) if last and last.written_at and last.is_late else ""


def _reporter(session: Session, referral: Referral, heard: Sequence[Cry]) -> str:
    """Who reported the first sign where there is no report of a visit yet; nobody for a cry, whose writer is named."""
    if heard:
        return ""
    steps = referrals.steps(session, referral.id, StepKind.SIGN)
    return next((called(step.person) for step in steps if step.person), "")


def writer(session: Session, cry: Cry) -> str:
    """ "Bu Sari, +6281234567890": who wrote, and the number to call."""
    at_home = caregivers(session, cry.family_id) if cry.family_id else ()
    relation = next((carer.relation for carer in at_home if carer.person_id == cry.person_id), "")
    person = cry.person
    name = salute(person.name, nip=person.nip, sex=person.sex, relation=relation) if person else plain(cry.name)
    return ", ".join(part for part in (name, cry.phone) if part)


def with_title(person: Person) -> str:
    """ "Bu Murni, bidan"; the name alone where they hold no role in health and coordinate nothing."""
    return ", ".join([called(person), *titles([person])[:1]])


def titles(people: Iterable[Person]) -> list[str]:
    """In words what these people are, each once, in the order of TITLES: "kader", "bidan", "koordinator"."""
    held = {
        TITLES.get(role.title, "petugas")
        for person in people
        for role in person.roles
        if role.role in (Role.HEALTH, Role.COORDINATOR)
    }
    return [word for word in (*TITLES.values(), "petugas") if word in held]


def writers_card(cry: Cry) -> Card | None:
    """Who called for help, as a contact card; None where their number is not known."""
    return Card(plain(cry.name) or "Yang menulis", cry.phone) if PHONE.fullmatch(cry.phone) else None


def _card(session: Session, referral: Referral, shown: Shown) -> Card | None:
    heard = cries.of_referral(session, referral.id) if Shown.SIGN in shown else ()
    return next(filter(None, map(writers_card, reversed(heard))), None)


def _may_act(referral: Referral, to: Person) -> bool:
    """Whether this person can take it on; of what cannot wait a coordinator may too."""
    return to.has(Role.HEALTH) or referral.urgency == NOW


def so_far(session: Session, city: City, referral: Referral, now: datetime, without: Collection[int] = ()) -> str:
    """How it stands with everybody who was told, for whoever reported it, in a sentence; empty where nobody was.

    "*Bu Murni, bidan*, sudah menangani.", or "Sejauh ini: bidan (pesannya sudah dibaca), kader (sedang dikabari)."
    """
    if referral.acceptor is not None:
        return f"*{with_title(referral.acceptor)}*, sudah menangani."
    how = how_arrived(session, city, referral, now)
    best: dict[str, Arrival] = {}
    for step in referrals.steps(session, referral.id):
        if step.step in NOTIFIED and step.person and step.person_id not in without:
            title, arrived = titles([step.person])[:1], how.get(step.person.id, Arrival.UNREACHABLE)
            best |= {one: max(best.get(one, Arrival.UNREACHABLE), arrived) for one in title}
    said = ", ".join(f"{title} ({arrived.words})" for title, arrived in best.items())
    return f"Sejauh ini: {said}." if said else ""


def how_arrived(session: Session, city: City, referral: Referral, now: datetime) -> Mapping[int, Arrival]:
    """How far the alerts of each person who was told have come."""
    since = referral.urgent_since or referral.opened_at
    return arrivals.by_person(arrivals.alerts(session, referral, since), now, city.programme.referrals.arrives_within)


def proof(city: City, step: ReferralStep, how: Mapping[int, Arrival], did: str = "") -> str:
    """ "Bu Murni, kader: Rabu 4 Maret 09.10, pesannya sudah dibaca"; with what was ``did``, " diingatkan"."""
    if step.person is None:
        return ""
    arrived = how.get(step.person.id)
    at = step.detail or moment(city, step.at)
    return f"{with_title(step.person)}{did}: {at}{f', {arrived.words}' if arrived is not None else ''}"


def moment(city: City, at: datetime) -> str:
    """ "Rabu 4 Maret 09.10"."""
    local = city.local(at)
    return f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local:%H.%M}"
