"""Referrals: who is told at once, and how a health worker takes one on."""

from __future__ import annotations

from collections.abc import Sequence

from db import outbox, referrals
from db.children import Child, Pregnancy, health_workers
from db.outbox import Kind, Outgoing
from db.people import Person, addresses
from db.referrals import ACCEPTED, SENT, WITHDRAWN, Referral
from db.subjects import of_referral, subject
from db.visits import Visit
from flow.message import Message, Option
from handlers.chat import policy
from handlers.chat.context import LASTING, Desk
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from programme import referral_messages as words
from programme.contacts import calm, companions, coordinators, who
from rules.danger import Sign, Urgency

CLIMBS = ("reminder", "head", "coordinator")  # the steps at which an unanswered referral is told again
ROLES = ("health", "coordinator")
AT_ONCE = 5


def open_referral(desk: Desk, visit: Visit | None, about: Child | Pregnancy, signs: Sequence[Sign]) -> list[str]:
    """Write the referral and tell the responsible health workers; of what cannot wait the coordinators too.

    Where no health worker can be reached the coordinators hear of it in any case. Returns in words who could be told
    ("kader", "bidan", "koordinator"): nothing is promised that did not happen.
    """
    urgent = any(sign.urgency == Urgency.TODAY for sign in signs)
    referral = Referral(
        child_id=about.id if isinstance(about, Child) else None,
        pregnancy_id=about.id if isinstance(about, Pregnancy) else None,
        child=about if isinstance(about, Child) else None,
        pregnancy=about if isinstance(about, Pregnancy) else None,
        visit_id=visit.id if visit else None,
        signs=[sign.label for sign in signs],
        urgency=Urgency.TODAY.value if urgent else Urgency.SOON.value,
        state=SENT,
        opened_at=desk.now,
    )
    desk.session.add(referral)
    desk.session.flush()
    desk.note("referral.open", f"referral:{referral.id}", ", ".join(referral.signs))
    reached = _tell(desk, referral, health_workers(desk.session, about.family))
    if urgent or not reached:
        reached |= _tell(desk, referral, coordinators(desk.session, about.family))
    return [word for word in words.TITLES.values() if word in reached]


def withdraw(desk: Desk, visit: Visit) -> None:
    """The report was taken back: a referral nobody has taken on is closed, and whoever was told hears it."""
    for referral in referrals.of_visit(desk.session, visit.id):
        if referral.state != SENT:
            continue
        told = {step.person_id for step in referrals.steps(desk.session, referral.id) if step.step in ("told", *CLIMBS)}
        _silence(desk, referral)
        heard = outbox.told_about(desk.session, subject(referral))
        referrals.close(desk.session, referral, desk.now, desk.person.id, WITHDRAWN)
        text = f"Kabar tentang {who(referral.about)} ditarik kembali oleh pelapornya. Maaf sudah merepotkan."
        for person_id in told & heard:
            if person_id is not None:
                _say_to(desk, referral, person_id, "withdrawn", Message(text))


def accept(desk: Desk, referral_id: int) -> None:
    """A health worker takes the referral on."""
    referral = mine(desk, referral_id)
    if referral is None:
        return
    if referral.state != SENT:
        name = salute(referral.acceptor) if referral.acceptor else "Petugas lain"
        desk.say(Message(f"{name} sudah lebih dulu menangani.", (HOME,)))
        return
    take_on(desk, referral)
    desk.worth = LASTING
    desk.say(
        Message(
            "Terima kasih. Kami catat bahwa Bapak/Ibu yang menangani. Ketuk tombol ini kalau sudah diperiksa.",
            (Option(f"ref:seen:{referral.id}", "Sudah diperiksa"),),
        )
    )
    tell_companions(desk, referral, "accepted", "Petugas kesehatan sudah menerima kabar dan akan menangani.")


def take_on(desk: Desk, referral: Referral) -> None:
    """From now on this person looks after it, and it climbs no further."""
    if referral.accepted_at is None:
        referral.accepted_at, referral.accepted_by, referral.acceptor = desk.now, desk.person.id, desk.person
        referral.state = ACCEPTED
        referrals.note(desk.session, referral, ACCEPTED, desk.now, desk.person.id)
        desk.note("referral.accept", f"referral:{referral.id}")
    _silence(desk, referral)


def show_open(desk: Desk) -> None:
    """The referrals this health worker answers for."""
    open_now = [one for one in referrals.open_ones(desk.session) if policy.answers_for(desk, one)]
    if not open_now:
        desk.say(Message("Tidak ada rujukan yang menunggu. Terima kasih sudah siaga.", (HOME,)))
        return
    for referral in open_now[:AT_ONCE]:
        desk.say(words.alert(desk.session, desk.city, referral, desk.person, desk.now))
    if len(open_now) > AT_ONCE:
        more = len(open_now) - AT_ONCE
        desk.say(Message(f"Masih ada {more} rujukan lain. Selesaikan yang di atas dulu, ya."))


def mine(desk: Desk, referral_id: int) -> Referral | None:
    """The referral, if it is open and this health worker answers for it; otherwise says why not."""
    referral = desk.session.get(Referral, referral_id)
    if referral is None or not policy.answers_for(desk, referral):
        desk.say(Message("Rujukan itu tidak ada dalam daftar Bapak/Ibu.", (HOME,)))
        return None
    if referral.closed_at:
        desk.say(Message("Rujukan ini sudah selesai. Terima kasih.", (HOME,)))
        return None
    return referral


def tell_companions(desk: Desk, referral: Referral, step: str, what: str) -> None:
    """The ASN who raised it, or who fosters the child, hears how it goes on."""
    for asn in companions(desk.session, referral, desk.today):
        text = f"Kabar tentang {who(referral.about)}: {what} Terima kasih sudah mendampingi."
        _say_to(desk, referral, asn.id, step, Message(text))


def _tell(desk: Desk, referral: Referral, people: Sequence[Person]) -> set[str]:
    """Promise them the alert, keep the proof, and return in words which of them could be told."""
    reached: set[str] = set()
    urgent = referral.urgency == words.TODAY
    for person in people:
        reachable = bool(addresses(desk.session, person.id))
        if reachable:
            reached |= {words.TITLES.get(held.title, "petugas") for held in person.roles if held.role in ROLES}
        message = words.alert(desk.session, desk.city, referral, person, desk.now)
        key = f"alert:{referral.id}:{person.id}"
        due_at = desk.now if urgent else calm(desk.city, desk.now)
        outbox.to_person(
            desk.session, person.id, Kind.ALERT, key, message.to_json(), desk.now,
            about=of_referral(referral), lane=outbox.ALERT, due_at=due_at,
        )  # fmt: skip
        referrals.note(
            desk.session, referral, "told", desk.now, person.id, "" if reachable else words.UNREACHABLE
        )  # fmt: skip
    return reached


def _silence(desk: Desk, referral: Referral) -> None:
    """What would still tell others that nobody has answered is not sent any more."""
    unanswered = Outgoing.kind.in_((Kind.ALERT, Kind.CLIMB)), outbox.about(subject(referral))
    outbox.cancel(desk.session, "sudah ada yang menangani", desk.now, *unanswered)


def _say_to(desk: Desk, referral: Referral, person_id: int, step: str, message: Message) -> None:
    urgent = referral.urgency == words.TODAY
    outbox.to_person(
        desk.session, person_id, Kind.REFERRAL, f"referral:{referral.id}:{person_id}:{step}", message.to_json(),
        desk.now, about=of_referral(referral), lane=outbox.ALERT,
        due_at=desk.now if urgent else calm(desk.city, desk.now),
    )  # fmt: skip
