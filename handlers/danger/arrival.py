"""Whether who cried got there: the answer of a writer who is linked to nobody, or whose family nobody knows."""

from __future__ import annotations

from db import outbox, referrals
from db.cries import Cry
from db.outbox import Kind
from db.referrals import Referral, StepKind
from db.subjects import of_referral, subject
from flow.message import Message, Option
from handlers.chat.context import LASTING, Context, NotValid
from handlers.danger import calls
from programme import referral_messages as words
from programme.contacts import calm, helpers, who

HEARD = "Terima kasih, kabarnya sudah kami terima."


def got_there(context: Context, cry_id: int, said: str) -> None:
    """The answer whether they got there; who did not is asked why."""
    cry, referral = _asked(context, cry_id)
    if referral is None:
        context.say(Message(HEARD))
        return
    context.worth = LASTING
    context.note("referral.answer", subject(referral))
    if said == "yes":
        referrals.note(context.session, referral, StepKind.ANSWERED, context.now, cry.person_id, "sudah")
        context.say(Message("Terima kasih kabarnya. Semoga lekas baik."))
        return
    options = tuple(Option(f"danger:why:{cry.id}:{said}:{key}", label) for key, label in words.REASONS.items())
    numbers = context.city.programme.emergency.to_call
    text = f"Baik, tidak apa-apa. Apa yang membuat {words.NOT_THERE[said]}?\n\nMasih gawat? Jangan menunggu. {numbers}"
    context.say(Message(text, options))


def why(context: Context, cry_id: int, said: str, reason: str) -> None:
    """Why they did not get there: kept, and passed on to who can help."""
    cry, referral = _asked(context, cry_id)
    if referral is None:
        context.say(Message(HEARD))
        return
    context.worth = LASTING
    context.note("referral.answer", subject(referral))
    detail = f"{words.NOT_THERE[said]}: {words.REASONS[reason].lower()}"
    referrals.note(context.session, referral, StepKind.ANSWERED, context.now, cry.person_id, detail)
    told = helpers(context.session, referral)
    text = f"Kabar tentang {who(referral.about)} ({words.writer(context.session, cry) or 'tanpa nomor'}): {detail}."
    message = Message(f"{text} Mohon dibantu, ya.", words.options(referral), card=words.writers_card(cry))
    for person in told:
        outbox.to_person(
            context.session, person.id, Kind.REFERRAL, f"referral:{referral.id}:{person.id}:not-there-cry-{cry.id}",
            message.to_json(), context.now, about=of_referral(referral), due_at=calm(context.city, context.now),
        )  # fmt: skip
    passed_on = "Kami sampaikan ke petugas supaya bisa dibantu. " if told else ""
    numbers = context.city.programme.emergency.to_call
    context.say(Message(f"Terima kasih sudah bercerita. {passed_on}Kalau masih gawat, jangan menunggu. {numbers}"))


def _asked(context: Context, cry_id: int) -> tuple[Cry, Referral | None]:
    """The cry, and its referral unless it is closed or was answered for already.

    Raises NotValid where the cry came from another address, or where its writer was not asked.
    """
    cry = calls.mine(context, cry_id)
    referral = context.session.get(Referral, cry.referral_id) if cry.referral_id else None
    way = referrals.steps(context.session, referral.id) if referral else ()
    if referral is None or not any(one.step == StepKind.ASKED and one.person_id == cry.person_id for one in way):
        raise NotValid(f"cry:{cry_id}")
    answered = any(one.step == StepKind.ANSWERED and one.person_id == cry.person_id for one in way)
    return cry, None if answered or referral.closed_at else referral
