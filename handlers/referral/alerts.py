"""Referrals: who is told at once, and how a health worker takes one on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from db import outbox, referrals
from db.children import Child, Pregnancy
from db.outbox import Kind, Outgoing
from db.people import Person, addresses
from db.referrals import NOTIFIED, NOW, WITHDRAWN, Referral, ReferralState, StepKind
from db.roles import Role
from db.subjects import of_referral, subject
from db.visits import Visit
from flow.message import Message, Option
from handlers.chat import policy
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from programme import cries, on_call
from programme import referral_messages as words
from programme.contacts import calm, companions, coordinators, who
from rules.danger import Sign, Urgency

ROLES = (Role.HEALTH, Role.COORDINATOR)
AT_ONCE = 5


def open_referral(context: Context, visit: Visit | None, about: Child | Pregnancy, signs: Sequence[Sign]) -> list[str]:
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
        state=ReferralState.SENT,
        opened_at=context.now,
    )
    context.session.add(referral)
    context.session.flush()
    context.note("referral.open", subject(referral), ", ".join(referral.signs))
    reached = _notify(context, referral, on_call.told_first(context.session, about.family, context.now))
    if urgent or not reached:
        reached |= _notify(context, referral, coordinators(context.session, about.family))
    return [word for word in words.TITLES.values() if word in reached]


def withdraw(context: Context, visit: Visit) -> None:
    """The report was taken back: a referral nobody has taken on is closed, and whoever was told hears it."""
    for referral in referrals.of_visit(context.session, visit.id):
        if referral.state != ReferralState.SENT:
            continue
        notified = {step.person_id for step in referrals.steps(context.session, referral.id) if step.step in NOTIFIED}
        _silence(context, referral)
        heard = outbox.told_about(context.session, subject(referral))
        referrals.close(context.session, referral, context.now, context.person.id, WITHDRAWN)
        text = f"Kabar tentang {who(referral.about)} ditarik kembali oleh pelapornya. Maaf sudah merepotkan."
        for person_id in notified & heard:
            if person_id is not None:
                _say_to(context, referral, person_id, "withdrawn", Message(text))


def accept(context: Context, referral_id: int) -> None:
    """A health worker takes the referral on."""
    referral = mine(context, referral_id)
    if referral is None:
        return
    if referral.state != ReferralState.SENT:
        name = salute(referral.acceptor) if referral.acceptor else "Petugas lain"
        context.say(Message(f"{name} sudah lebih dulu menangani.", (HOME,)))
        return
    take_on(context, referral, accepts=True)
    context.worth = LASTING
    context.say(
        Message(
            "Terima kasih. Kami catat bahwa Bapak/Ibu yang menangani. Ketuk tombol ini kalau sudah diperiksa.",
            (Option(f"ref:seen:{referral.id}", "Sudah diperiksa"),),
        )
    )


def take_on(context: Context, referral: Referral, *, accepts: bool = False) -> None:
    """From now on this person looks after it, and it climbs no further.

    Who has examined somebody without taking them on first (``accepts``) tells by the result how it went on.
    """
    if referral.accepted_at is None:
        referral.accepted_at, referral.accepted_by, referral.acceptor = context.now, context.person.id, context.person
        referral.state = ReferralState.ACCEPTED
        referrals.note(context.session, referral, StepKind.ACCEPTED, context.now, context.person.id)
        context.note("referral.accept", subject(referral))
        news = "sudah menerima kabarnya dan akan segera menghubungi. Tetap berangkat, ya."
        text = f"✅ *{words.with_title(context.person)}*, {news}"
        heard = cries.tell_writers(context.session, context.now, referral, StepKind.ACCEPTED, text)
        if accepts or referral.urgency == NOW:
            what = f"*{words.with_title(context.person)}*, sudah menerima kabar dan akan menangani."
            notify_companions(context, referral, StepKind.ACCEPTED, what, without={*heard, context.person.id})
    _silence(context, referral)


def show_open(context: Context) -> None:
    """The referrals this health worker answers for."""
    open_now = [one for one in referrals.open_ones(context.session) if policy.answers_for(context, one)]
    if not open_now:
        context.say(Message("Tidak ada rujukan yang menunggu. Terima kasih sudah siaga.", (HOME,)))
        return
    for referral in open_now[:AT_ONCE]:
        context.say(words.alert(context.session, context.city, referral, context.person, context.now))
    if len(open_now) > AT_ONCE:
        more = len(open_now) - AT_ONCE
        context.say(Message(f"Masih ada {more} rujukan lain. Selesaikan yang di atas dulu, ya."))


def mine(context: Context, referral_id: int) -> Referral | None:
    """The referral, if it is open and this health worker answers for it; otherwise says why not."""
    referral = context.session.get(Referral, referral_id)
    if referral is None or not policy.answers_for(context, referral):
        context.say(Message("Rujukan itu tidak ada dalam daftar Bapak/Ibu.", (HOME,)))
        return None
    if referral.closed_at:
        context.say(Message("Rujukan ini sudah selesai. Terima kasih.", (HOME,)))
        return None
    return referral


def notify_companions(
    context: Context, referral: Referral, step: str, what: str, without: Collection[int] = ()
) -> None:
    """The ASN who raised it, or who fosters the child, hears how it goes on."""
    for asn in companions(context.session, referral, context.today):
        if asn.id in without:
            continue
        text = f"Kabar tentang {who(referral.about)}: {what} Terima kasih sudah mendampingi."
        _say_to(context, referral, asn.id, step, Message(text))


def _notify(context: Context, referral: Referral, people: Sequence[Person]) -> set[str]:
    """Promise them the alert, keep the proof, and return in words which of them could be told."""
    reached: set[str] = set()
    urgent = referral.urgent
    for person in people:
        reachable = bool(addresses(context.session, person.id, urgent=True))
        if reachable:
            reached |= {words.TITLES.get(held.title, "petugas") for held in person.roles if held.role in ROLES}
        message = words.alert(context.session, context.city, referral, person, context.now)
        key = f"alert:{referral.id}:{person.id}"
        due_at = context.now if urgent else calm(context.city, context.now)
        outbox.to_person(
            context.session, person.id, Kind.ALERT, key, message.to_json(), context.now,
            about=of_referral(referral), lane=outbox.ALERT, due_at=due_at,
        )  # fmt: skip
        referrals.note(
            context.session, referral, StepKind.TOLD, context.now, person.id, "" if reachable else words.UNREACHABLE
        )  # fmt: skip
    return reached


def _silence(context: Context, referral: Referral) -> None:
    """What would still tell others that nobody has answered is not sent any more."""
    unanswered = Outgoing.kind.in_((Kind.ALERT, Kind.CLIMB)), outbox.about(subject(referral))
    outbox.cancel(context.session, "sudah ada yang menangani", context.now, *unanswered)


def _say_to(context: Context, referral: Referral, person_id: int, step: str, message: Message) -> None:
    urgent = referral.urgent
    outbox.to_person(
        context.session, person_id, Kind.REFERRAL, f"referral:{referral.id}:{person_id}:{step}", message.to_json(),
        context.now, about=of_referral(referral), lane=outbox.ALERT,
        due_at=context.now if urgent else calm(context.city, context.now),
    )  # fmt: skip
