"""The rest of a referral's way: back from the hospital, closed with a result, and whether the family got there."""

from __future__ import annotations

from db import outbox, referrals
from db.outbox import Kind
from db.referrals import Referral, ReferralState, StepKind
from db.subjects import of_referral, subject
from flow.message import Message, Option
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.referral import alerts
from programme import cries, pushing
from programme import referral_messages as words
from programme.called_apart import called_to
from programme.contacts import called, calm, carers, helpers, referral_visitors, who
from programme.names import salute

MAY_END = {  # state -> how it can be closed then
    ReferralState.ACCEPTED: ("unmet",),
    ReferralState.SEEN: ("handled", "fine"),
    ReferralState.BACK_REFERRED: ("better", "watched"),
}


def back(context: Context, referral_id: int) -> None:
    """The child or the mother has come back from the hospital."""
    referral = alerts.mine(context, referral_id)
    if referral is None:
        return
    if referral.state == ReferralState.REFERRED_ON:
        referral.state = ReferralState.BACK_REFERRED
        referrals.note(context.session, referral, StepKind.BACK_REFERRED, context.now, context.person.id)
        context.note("referral.back", subject(referral))
        alerts.notify_visitors(context, referral, StepKind.BACK_REFERRED, "sudah kembali dari rumah sakit.")
        context.worth = LASTING
    context.say(
        Message(f"Syukurlah. Bagaimana keadaan {context.called(referral.about)} sekarang?", words.options(referral))
    )


def close(context: Context, referral_id: int, how: str) -> None:
    """A health worker closes it with its result; the ASN and the family hear how it ended."""
    referral = alerts.mine(context, referral_id)
    if referral is None:
        return
    if how not in MAY_END.get(referral.state, ()):
        context.say(
            Message("Rujukan ini belum bisa ditutup. Tulis dulu hasil pemeriksaannya, ya.", words.options(referral))
        )
        return
    context.worth = LASTING
    referrals.close(context.session, referral, context.now, context.person.id, words.ENDS[how][1])
    context.note("referral.close", subject(referral))
    notified: set[int] = {context.person.id}
    for carer in carers(context.session, referral.family.id) if referral.family else ():
        to = salute(carer.person.name, relation=carer.relation)
        name = called_to(context.session, carer.person, referral.about, context.today)
        _promise(
            context,
            referral,
            carer.person_id,
            StepKind.CLOSED,
            words.ended(context.city, referral, to, name, how, carer.relation),
        )
        notified.add(carer.person_id)
    for asn in referral_visitors(context.session, referral, context.today):
        if asn.id not in notified:
            name = called_to(context.session, asn, referral.about, context.today)
            said = words.ended(context.city, referral, called(asn), name, how)
            _promise(context, referral, asn.id, StepKind.CLOSED, said)
            notified.add(asn.id)
    pushing.tell_pushers(
        context.session, context.city, context.now, referral, f"selesai, {words.ENDS[how][1]}.", without=notified
    )
    words_for_writers = words.ended(context.city, referral, "Bapak/Ibu", who(referral.about), how).text
    cries.tell_writers(context.session, context.now, referral, StepKind.CLOSED, words_for_writers, without=notified)
    context.say(Message("Terima kasih. Rujukan ini selesai, dan keluarga serta pendamping kami kabari.", (HOME,)))


def got_there(context: Context, referral_id: int, said: str) -> None:
    """The ASN's or the family's answer to whether they got there."""
    referral = _asked(context, referral_id)
    if referral is None:
        return
    context.worth = LASTING
    context.note("referral.answer", subject(referral))
    if said == "yes":
        referrals.note(context.session, referral, StepKind.ANSWERED, context.now, context.person.id, "sudah")
        context.say(Message("Terima kasih kabarnya. Semoga lekas baik.", (HOME,)))
        return
    options = tuple(Option(f"why:{referral.id}:{said}:{key}", label) for key, label in words.REASONS.items())
    text = f"Baik, tidak apa-apa. Apa yang membuat {words.NOT_THERE[said]}? Jawabannya membantu petugas menolong."
    context.say(Message(text, options))


def why(context: Context, referral_id: int, said: str, reason: str) -> None:
    """Why they did not get there: kept, and passed on to who can help."""
    referral = _asked(context, referral_id)
    if referral is None:
        return
    context.worth = LASTING
    context.note("referral.answer", subject(referral))
    detail = f"{words.NOT_THERE[said]}: {words.REASONS[reason].lower()}"
    referrals.note(context.session, referral, StepKind.ANSWERED, context.now, context.person.id, detail)
    told = helpers(context.session, referral)
    for person in told:
        name = called_to(context.session, person, referral.about, context.today)
        text = f"Kabar tentang {name}: {detail}. Mohon dibantu, ya."
        step = f"not-there-{context.person.id}"
        _promise(context, referral, person.id, step, Message(text, words.options(referral)))
    passed_on = "Kami sampaikan ke petugas supaya bisa dibantu. " if told else ""
    text = (
        f"Terima kasih sudah bercerita. {passed_on}"
        "Kalau ada tanda bahaya, jangan menunggu: langsung ke puskesmas atau rumah sakit."
    )
    context.say(Message(text, (HOME,)))


def _asked(context: Context, referral_id: int) -> Referral | None:
    """The referral, if this person has not answered yet; otherwise says so."""
    referral = context.session.get_one(Referral, referral_id)
    mine = [step.step for step in referrals.steps(context.session, referral_id) if step.person_id == context.person.id]
    if StepKind.ANSWERED in mine or referral.closed_at:
        context.say(Message("Terima kasih, kabarnya sudah kami terima.", (HOME,)))
        return None
    return referral


def _promise(context: Context, referral: Referral, person_id: int, step: str, message: Message) -> None:
    key = f"referral:{referral.id}:{person_id}:{step}"
    outbox.to_person(
        context.session, person_id, Kind.REFERRAL, key, message.to_json(), context.now,
        about=of_referral(referral), due_at=calm(context.city, context.now),
    )  # fmt: skip
