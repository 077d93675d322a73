"""Stopping messages: at once, whatever the reason. The reason is asked afterwards, once, and may stay untold."""

from __future__ import annotations

import re

from sqlalchemy import select

from db import broadcasts, consent, outbox
from db.audit import Detail
from db.children import cared_for
from db.outbox import Outgoing
from db.people import unlink
from db.roles import Role
from db.subjects import Subject, SubjectKind, subject
from flow.message import Message, Option
from flow.words import normal
from handlers.chat.context import LASTING, Context, NotValid
from programme import questions, still_valid

STRANGER = "Nomor ini bukan saya"
REASONS = {  # why, and what is said to it
    "Terlalu sering": "Terima kasih, ini membantu kami. Kalau nanti ingin ikut lagi, tulis *mulai*. "
    "Hari dan jamnya bisa dipilih dengan *atur*.",
    "Tidak cocok": "Terima kasih, ini membantu kami memperbaiki pesan. Kalau nanti ingin ikut lagi, tulis *mulai*.",
    "Sudah tahu": "Senang mendengarnya, terima kasih. Kalau nanti perlu lagi, tulis *mulai*.",
    STRANGER: "Maaf sudah mengganggu, dan terima kasih sudah memberi tahu. "
    "Nomor ini sudah kami lepas. Tidak ada lagi pesan ke sini.",
    "Lainnya": "Terima kasih, tidak apa-apa. Kalau nanti ingin ikut lagi, tulis *mulai*.",
}
STOPS = frozenset({"berhenti", "stop", "unsubscribe", "hentikan", "dihentikan", "diberhentikan"})
NOT_OURS = frozenset({"asi", "menyusu", "menyusui", "obat", "tablet", "rokok", "merokok", "kb", "darah", "makan"})
OF_A_BODY = re.compile(
    r"\b(tidak|tdk|tak|gak|ga|nggak|ndak|belum|blm)( mau| bisa| juga| pernah)? (ber|di)?henti"
    r"|\b(hidup|napas|nafas|bernapas|bernafas|jantung|denyut)"
)
FEW_WORDS = 7  # in more there is something else that a person should read


def is_stop(text: str) -> bool:
    """Whether somebody's few free words ask us to stop: "tolong berhenti ya", "jangan kirim lagi"."""
    said = re.sub(r"[^\w\s]", " ", normal(text)).split()
    asks = not STOPS.isdisjoint(said) or {"jangan", "kirim"} <= set(said)
    ours = NOT_OURS.isdisjoint(said) and not OF_A_BODY.search(" ".join(said))
    return asks and "?" not in text and len(said) <= FEW_WORDS and ours


def offer(context: Context) -> None:
    """Free words may mean something else, so it is a tap that stops."""
    text = "Mau semua pesan berhenti? Ketuk *Berhenti*, dan tidak ada lagi yang datang."
    context.say(Message(text, (Option("menu:berhenti", "Berhenti"), Option("menu:jeda", "Jeda dulu"))))


def stop(context: Context) -> None:
    """End the messages at once, and drop everything planned. The consent stands: ending it is ``withdrawal``."""
    last = _last_lesson(context)
    for carer in cared_for(context.session, context.person.id):
        if carer.stopped_at is None:
            carer.stopped_at, carer.stop_reason, carer.stopped_after = context.now, "", last
        context.note("carer.stop", Subject(SubjectKind.FAMILY, carer.family_id))
    questions.stop(context.session, context.city, context.now, context.person.id)
    broadcasts.end_wish(context.session, context.person.id, context.now)
    _drop_planned(context)
    context.worth = LASTING
    reasons = enumerate(REASONS, 1)
    options = [Option(f"stopwhy:{n}", why) for n, why in reasons if why != STRANGER or _is_only_family(context)]
    context.say_template("stopped", *options, contact=context.city.programme.privacy.contact)


def why(context: Context, number: int) -> None:
    """The reason, by a tap. A number that is somebody else's is let go; its code is free for whom it was meant.

    Raises NotValid for a reason they were not asked about, and for who has come back since.
    """
    reason = dict(enumerate(REASONS, 1))[number]
    stopped = [carer for carer in cared_for(context.session, context.person.id) if carer.stopped_at]
    if not stopped or (reason == STRANGER and not _is_only_family(context)):
        raise NotValid(reason)
    context.worth = LASTING
    for carer in stopped:
        carer.stop_reason = reason
    context.note("carer.stop_reason", subject(context.person))
    if reason == STRANGER:
        context.note("address.unlink", subject(context.person), Detail(context.incoming.channel))
        for carer in stopped:  # whoever agreed here was somebody else
            consent.withdraw(context.session, carer.person_id, carer.family_id, context.now)
            context.note("consent.withdraw", Subject(SubjectKind.FAMILY, carer.family_id))
        unlink(context.session, context.address, context.now)
    context.say(Message(REASONS[reason]))


def _last_lesson(context: Context) -> str:
    """The lesson that reached this person last, or "" when none did."""
    query = select(Outgoing.lesson).where(
        Outgoing.person_id == context.person.id,
        Outgoing.kind.in_(outbox.LESSONS),
        Outgoing.state.in_((outbox.SENT, outbox.DELIVERED, outbox.READ)),
    )
    return context.session.scalar(query.order_by(Outgoing.settled_at.desc(), Outgoing.id.desc()).limit(1)) or ""


def _drop_planned(context: Context) -> None:
    """Nothing that was going to come unasked comes; tasks of another role stay."""
    of_family = () if _is_only_family(context) else (Outgoing.family_id.is_not(None),)
    outbox.cancel_unasked(context.session, still_valid.STOPPED, context.now, context.person.id, *of_family)


def _is_only_family(context: Context) -> bool:
    return all(held.role == Role.FAMILY for held in context.person.roles)
