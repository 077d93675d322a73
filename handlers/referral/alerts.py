"""Referrals: who is told at once, and how a health worker takes one on."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from db import outbox, referrals
from db.children import Child, Family, Pregnancy
from db.cries import of_referral as cries_of
from db.people import Person
from db.referrals import NOW, WITHDRAWN, Referral, ReferralState, StepKind
from db.subjects import subject
from db.visits import Visit
from flow.message import Message, Option
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from programme import cries, disclosure, pushing, referring, unsent
from programme import referral_messages as words
from programme.called_apart import called_to
from programme.contacts import referral_visitors
from rules.signs import Sign

AT_ONCE = 5


def open_referral(
    context: Context,
    visit: Visit | None,
    about: Child | Pregnancy | Family,
    signs: Sequence[Sign],
    asks: Sequence[str] = (),
) -> list[str]:
    """Open the referral, or add to the one that is open, and tell people. Returns in words who could be told."""
    told = referring.report(
        context.session, context.city, context.now, about, signs, context.person.id,
        visit_id=visit.id if visit else None, asks=asks,
    )  # fmt: skip
    return list(told.people)


def withdraw(context: Context, visit: Visit) -> None:
    """The report was taken back: whoever was told hears it, and a referral that says nothing else is closed.

    It stays open where somebody has taken it on, or where others have told of danger too.
    """
    for referral in referrals.of_visit(context.session, visit.id):
        if referral.state == ReferralState.SENT and not _is_told_by_others(context, referral, visit.asn_id):
            close_withdrawn(context, referral)
        elif referral.closed_at is None:
            referring.tell_taken_back(context.session, context.city, context.now, referral, (), context.person.id)
    for referral in unsent.added_to(context.session, visit):
        referring.tell_taken_back(context.session, context.city, context.now, referral, (), context.person.id)


def close_withdrawn(context: Context, referral: Referral) -> None:
    """Close a referral that should not have been opened; who has heard of it is told, and who has not never does."""
    notified = referrals.notified(context.session, referral.id)
    referring.silence(context.session, context.now, referral)
    heard = outbox.told_about(context.session, subject(referral))
    referrals.close(context.session, referral, context.now, context.person.id, WITHDRAWN)
    for person_id in sorted(notified & heard):
        text = f"Kabar tentang {_called_to(context, referral, person_id)} ditarik kembali oleh pelapornya."
        _say_to(context, referral, person_id, "withdrawn", Message(f"{text} Maaf sudah merepotkan."))


def _is_told_by_others(context: Context, referral: Referral, reporter: int) -> bool:
    steps = referrals.steps(context.session, referral.id, StepKind.SIGN)
    return any(step.person_id != reporter for step in steps) or bool(cries_of(context.session, referral.id))


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
            f"Terima kasih. Kami catat bahwa {salute(context.person)} yang menangani. "
            "Ketuk tombol ini kalau sudah diperiksa.",
            (Option(f"ref:seen:{referral.id}", "Sudah diperiksa"),),
        )
    )


def take_on(context: Context, referral: Referral, *, accepts: bool = False) -> None:
    """From now on this person looks after it, and it climbs no further.

    Who has examined somebody without taking them on first (``accepts``) tells by the result how it went on.
    """
    if referral.accepted_at is not None:
        referring.silence(context.session, context.now, referral)
        return
    referral.accepted_at, referral.accepted_by, referral.acceptor = context.now, context.person.id, context.person
    referral.state = ReferralState.ACCEPTED
    referrals.note(context.session, referral, StepKind.ACCEPTED, context.now, context.person.id)
    context.note("referral.accept", subject(referral))
    referring.silence(context.session, context.now, referral)
    # A referral that was opened anew is taken on anew, and everybody hears it again.
    turn = len(referrals.steps(context.session, referral.id, StepKind.ACCEPTED))
    step = f"{StepKind.ACCEPTED}-{turn}" if turn > 1 else StepKind.ACCEPTED
    by = f"*{words.with_title(context.person)}*"
    text = f"✅ {by}, sudah menerima kabarnya dan akan segera menghubungi. Tetap berangkat, ya."
    heard = cries.tell_writers(context.session, context.now, referral, step, text)
    if accepts or referral.urgency == NOW:
        what = f"{by}, sudah menerima kabar dan akan menangani."
        notify_visitors(context, referral, step, what, without={*heard, context.person.id})
    pushing.tell_pushers(
        context.session, context.city, context.now, referral, f"{by}, menangani.", without={context.person.id}
    )
    if referral.urgent:
        _tell_others(context, referral, f"others-{step}", f"sudah ditangani {by}. Terima kasih sudah siaga.")


def _tell_others(context: Context, referral: Referral, step: str, what: str) -> None:
    """Everybody else who got the alert hears it, so that nobody sets out for nothing."""
    told = referrals.notified(context.session, referral.id)
    told &= outbox.told_about(context.session, subject(referral))
    for person_id in sorted(told - {context.person.id}):
        _say_to(context, referral, person_id, step, Message(f"✅ {_called_to(context, referral, person_id)}: {what}"))


def _called_to(context: Context, referral: Referral, person_id: int) -> str:
    """Whom the referral is about, as this person may read it."""
    shown = referring.shown_to(context.session, referral, person_id, context.now)
    if shown.is_full:
        return called_to(context.session, context.session.get_one(Person, person_id), referral.about, context.today)
    return disclosure.called(referral.about, shown)


def show_open(context: Context) -> None:
    """The referrals this health worker answers for."""
    open_now = [one for one in referrals.open_ones(context.session) if context.may("referral.handle", one)]
    if not open_now:
        context.say(Message("Tidak ada rujukan yang menunggu. Terima kasih sudah siaga.", (HOME,)))
        return
    context.note_all("referral.view", (subject(one) for one in open_now[:AT_ONCE]))
    for referral in open_now[:AT_ONCE]:
        context.say(words.alert(context.session, context.city, referral, context.person, context.now))
    if len(open_now) > AT_ONCE:
        more = len(open_now) - AT_ONCE
        context.say(Message(f"Masih ada {more} rujukan lain. Selesaikan yang di atas dulu, ya."))


def mine(context: Context, referral_id: int) -> Referral | None:
    """The referral, if it is open; otherwise says that it is over."""
    referral = context.session.get_one(Referral, referral_id)
    if referral.closed_at:
        context.say(Message("Rujukan ini sudah selesai. Terima kasih.", (HOME,)))
        return None
    return referral


def notify_visitors(context: Context, referral: Referral, step: str, what: str, without: Collection[int] = ()) -> None:
    """The ASN who raised it, or who fosters the child, hears how it goes on."""
    for asn in referral_visitors(context.session, referral, context.today):
        if asn.id in without:
            continue
        name = called_to(context.session, asn, referral.about, context.today)
        text = f"Kabar tentang {name}: {what} Terima kasih sudah mendampingi."
        _say_to(context, referral, asn.id, step, Message(text))


def _say_to(context: Context, referral: Referral, person_id: int, step: str, message: Message) -> None:
    referring.tell_news(context.session, context.city, context.now, referral, person_id, step, message)
