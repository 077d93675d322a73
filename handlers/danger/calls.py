"""A cry for help in a conversation: it is kept, people are told, and the writer says whether it happens now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from content.danger import shipped
from content.hearing import Found
from db.children import Child, Pregnancy
from db.cries import Cry, CryState, last_told
from db.outbox import Kind
from db.referrals import StepKind
from db.subjects import subject
from flow.message import Message, Option
from handlers.chat.context import LASTING, Context
from handlers.danger import answers
from handlers.endings import loss
from programme import asked_after_danger, cries, disclosure, likely_match
from programme.contacts import calm, who
from programme.disclosure import Shown
from programme.referral_messages import ago, writers_card

OPEN = (CryState.ASKED, CryState.OFFERED)  # it has not been said yet whether it happens now
SHARED_WITHIN = timedelta(days=1)  # so long after a cry a shared number is passed on to those who were told
NOBODY = "Belum ada petugas yang bisa kami kabari dari sini. Telepon nomor di atas sekarang, ya."
SHARE_TO_ASK = "Supaya petugas bisa menjawab, ketuk tombol di bawah untuk mengirim nomor HP."
SHARE = "Supaya petugas bisa menelepon, ketuk tombol di bawah untuk mengirim nomor HP."


def keep(context: Context, found: Sequence[Found], said: str = "", *, own: bool = False) -> Cry:
    """Write down what was heard and whom it is about; ``said`` in case it was a question, empty for what is private.

    ``own``: somebody has done it to herself.
    """
    person = context.address.person
    known = cries.whom(context.session, person, found, shipped(), context.today, own=own)
    cry = Cry(
        address=context.address, person=person, at=context.now, written_at=min(context.incoming.at, context.now),
        state=CryState.OFFERED if context.incoming.is_heard_only else CryState.ASKED,
        child=known.about if isinstance(known.about, Child) else None,
        pregnancy=known.about if isinstance(known.about, Pregnancy) else None,
        family=known.family, signs=[sign.id for sign in known.signs],
        words=list(dict.fromkeys(word for one in found for word in one.words)),
        said=said,
        name=(person.name if person else context.incoming.sender_name)[:120],
        phone=((person.phone if person else None) or context.incoming.phone)[:20],
    )  # fmt: skip
    context.session.add(cry)
    context.session.flush()
    _note(context, "cry.write", cry)
    return cry


def _note(context: Context, action: str, cry: Cry) -> None:
    """Add a line to the audit about whom the cry is about, as far as that is known."""
    context.note(action, subject(cry.about) if cry.about else "stranger")


def call(context: Context, cry: Cry) -> None:
    """Tell people now, and answer with what to do, whom to call, and who is being told."""
    called = cries.call(context.session, context.city, context.now, cry)
    being_told = f"Sedang kami kabari: *{', '.join(called.told)}*."
    told = f"{called.so_far or being_told} Jangan menunggu mereka, ya." if called.told else NOBODY
    options = [Option(f"danger:past:{cry.id}", "Sudah lewat")]
    asks = cry.is_late and context.incoming.tap is None
    if asks:
        options.insert(0, Option(f"danger:now:{cry.id}", "Ya, sekarang"))
    asked = "Apakah ini masih terjadi sekarang?" if asks else ""
    seen, written = cries.signs_of(cry), _written(context, cry)
    answers.danger(context, seen, *options, about=cry.about, told=told, asked=asked, written=written)
    if not cry.phone:
        context.say(Message(SHARE, wants="contact"))


def ask(context: Context, cry: Cry) -> None:
    """Answer, and ask whether it happens now."""
    answers.danger(
        context,
        cries.signs_of(cry),
        Option(f"danger:now:{cry.id}", "Ya, sekarang"),
        Option(f"danger:past:{cry.id}", "Sudah lewat"),
        Option(f"danger:ask:{cry.id}", "Hanya bertanya"),
        about=cry.about,
        asked="Apakah ini masih terjadi sekarang?" if cry.is_late else "Apakah ini terjadi sekarang?",
        written=_written(context, cry),
    )


def ask_if_alive(context: Context, cry: Cry) -> None:
    """Answer gently where somebody may have died, and ask."""
    alive = Option(f"danger:now:{cry.id}", "Masih hidup")
    answers.death(context, alive, Option(f"danger:died:{cry.id}", "Sudah meninggal"))


def now(context: Context, cry_id: int) -> None:
    """The tap that it happens now."""
    cry = mine(context, cry_id)
    _note(context, "cry.answer", cry)
    call(context, cry)


def past(context: Context, cry_id: int) -> None:
    """The tap that it is over: whoever was told hears it, and nothing is closed."""
    cry = mine(context, cry_id)
    _note(context, "cry.answer", cry)
    context.worth, context.kind = LASTING, Kind.HELP
    numbers = context.city.programme.emergency.to_call
    if cry.state == CryState.CALLED:
        cries.tell_all(context.session, context.now, cry, StepKind.PAST, partial(_is_past, cry))
        said = "Syukurlah. Petugas kami kabari, dan tetap akan melihat."
    else:
        cry.state, cry.said = CryState.PAST, ""
        said = "Syukurlah. Tetap ceritakan kepada bidan atau puskesmas hari ini, ya."
    context.say(Message(f"{said}\n\nKalau terjadi lagi, jangan menunggu. {numbers}"))


def question(context: Context, cry_id: int) -> None:
    """The tap that it was only asked: the question goes to who answers for the family, where there is somebody."""
    cry = mine(context, cry_id)
    _note(context, "cry.answer", cry)
    context.worth, context.kind = LASTING, Kind.HELP
    if cry.state in OPEN:
        cry.state = CryState.QUESTION
    told = (
        asked_after_danger.pass_on(context.session, context.city, context.now, cry)
        if cry.state == CryState.QUESTION
        else ()
    )
    numbers = context.city.programme.emergency.to_call
    if told:
        context.say(Message(f"Baik. {_passed_on(context, told)}\n\nKalau benar terjadi, jangan menunggu. {numbers}"))
        return
    contact = context.city.programme.privacy.contact
    context.say(
        Message(
            f"Baik. Di sini belum ada petugas yang menjawab pertanyaan; tanyakan kepada bidan, kader, atau {contact}."
            f"\n\nKalau benar terjadi, jangan menunggu. {numbers}"
        )
    )
    if cry.state == CryState.QUESTION and _is_strangers(cry) and not cry.phone:
        context.say(Message(SHARE_TO_ASK, wants="contact"))


def _passed_on(context: Context, told: Sequence[str]) -> str:
    """Who gets the question by role, and from when where the quiet hours hold it back."""
    due = calm(context.city, context.now)
    later = f" mulai pukul {context.city.local(due):%H.%M}" if due > context.now else ""
    return f"Pertanyaannya kami sampaikan kepada *{', '.join(told)}*{later}."


def died(context: Context, cry_id: int) -> None:
    """The tap that somebody has died: the conversation about the loss begins."""
    cry = mine(context, cry_id)
    _note(context, "cry.answer", cry)
    if cry.state in OPEN:
        cry.state, cry.said = CryState.PAST, ""
    if context.address.person is not None:
        loss.begin(context)
        return
    context.say(Message(f"Kami ikut berduka. Semoga {context.you} dan keluarga diberi kekuatan. 🤍"))


def is_number_for_cry(context: Context) -> bool:
    """Whether this is the writer's own number, after a cry that people were told of without one."""
    return _numberless(context) is not None


def pass_on_number(context: Context) -> None:
    """Give the writer's number to those who were told of the cry."""
    card, cry = context.incoming.contact, _numberless(context)
    if card is None or cry is None:
        return
    cry.phone = card.phone[:20]
    _note(context, "cry.number", cry)
    context.worth, context.kind = LASTING, Kind.HELP
    if cry.state == CryState.QUESTION:
        told = asked_after_danger.pass_on(context.session, context.city, context.now, cry)
        passed_on = _passed_on(context, told) if told else "Petugas yang menjawab belum bisa kami hubungi."
        context.say(Message(f"Terima kasih. {passed_on}"))
        return
    likely = [f"\nMungkin: {home}" for home in likely_match.of_cry(context.session, cry)]
    text = f"Nomor yang menulis tentang {who(cry.about)}: *{cry.phone}*{''.join(likely)}"
    news = Message(text, card=writers_card(cry))
    cries.tell_all(
        context.session, context.now, cry, StepKind.SHARED, lambda shown: news if Shown.SIGN in shown else None
    )
    context.say(Message("Terima kasih. Nomornya kami sampaikan kepada petugas."))


def _is_past(cry: Cry, shown: Shown) -> Message:
    about = disclosure.called(cry.about, shown)
    return Message(f"Kabar tentang {about}: menurut yang menulis, keadaannya sudah lewat. Mohon tetap dilihat, ya.")


def _numberless(context: Context) -> Cry | None:
    """The newest cry from this address that people were told of without a number, if the writer's own comes now.

    Also a stranger's that was only asked.
    """
    card = context.incoming.contact
    if card is None or not card.own:
        return None
    cry = last_told(context.session, context.address.id, context.now - SHARED_WITHIN)
    if cry is None or cry.phone or (cry.state == CryState.QUESTION and not _is_strangers(cry)):
        return None
    return cry


def _is_strangers(cry: Cry) -> bool:
    """Whether nobody knows the writer's family, so that a question needs their number to be answered."""
    return cry.family_id is None


def mine(context: Context, cry_id: int) -> Cry:
    """The cry of a button, which only its writer may tap."""
    return context.session.get_one(Cry, cry_id)


def _written(context: Context, cry: Cry) -> str:
    """How long ago it was written, if it came late and this is the first answer; else empty."""
    first = cry.is_late and context.incoming.tap is None
    return ago(context.now - cry.written_at) if first and cry.written_at else ""
