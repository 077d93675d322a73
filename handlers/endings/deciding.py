"""Record news of an end, or have it confirmed first; the answer of who decides; the way back of a mistake."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select

from db.children import Child, Family, Pregnancy
from db.endings import Ending
from db.states import CareState
from db.subjects import subject
from db.told_endings import ToldEnding
from flow.message import Message, Option
from flow.questions import show_day
from handlers.chat import choose_subject
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from programme import called_apart, ending_records, told_endings
from programme.contacts import called
from programme.policy import their_families

LATELY = timedelta(days=60)
AT_ONCE = 8


def record_end(context: Context, about: Child | Pregnancy, kind: CareState) -> None:
    """Record the end, on the word of the family or a health worker; it decides what others have told of it too."""
    ending_records.record(context.session, context.city, about, kind, context.now, context.person.id)
    told_endings.settle(context.session, about, kind, context.now, context.person.id)


def say_told(context: Context, about: Child | Pregnancy, kind: CareState) -> None:
    """Keep what an ASN tells until a health worker has said whether it is true, and say so."""
    asked = told_endings.tell(context.session, context.city, about, kind, context.now, context.person.id)
    context.address.draft_id = None
    grief = "" if kind in (CareState.MOVED, CareState.REFUSED) else " Kami turut berduka."
    if asked:
        decides = f"{', '.join(called(one) for one in asked[:3])} kami minta memastikan dulu"
    else:
        decides = f"Belum ada petugas yang bisa kami minta memastikan: sampaikan juga ke {_contact(context)}"
    context.say(
        Message(
            f"Terima kasih sudah menyampaikan, {salute(context.person)}.{grief}\n\n"
            f"Mulai sekarang pesan dan pengingat tentang {what(context, about)} kami tahan. {decides}. "
            "Keluarga belum kami hubungi. Tidak ada yang perlu diisi lagi.",
            (HOME,),
        )
    )


def _contact(context: Context) -> str:
    return context.city.programme.privacy.contact


def what(context: Context, about: Child | Pregnancy) -> str:
    """ "Adik Rafa", or "kehamilan Bu Sari"."""
    return context.called(about) if isinstance(about, Child) else f"kehamilan {context.called(about)}"


def decide(context: Context, told_id: int, *, is_true: bool) -> None:
    """The answer to whether it is true."""
    told = context.session.get_one(ToldEnding, told_id)
    context.worth = LASTING
    if told.decided_at is not None:
        context.say(Message("Kabar ini sudah ada yang memastikan. Terima kasih.", (HOME,)))
        return
    told_endings.decide(context.session, context.city, told, is_true, context.now, context.person.id)
    if is_true:
        text = "Terima kasih sudah memastikan. Kabarnya kami catat, dan yang perlu tahu kami kabari satu kali."
        back = Option(f"loss:back:{subject(told.about)}", "Ternyata keliru")
        context.say(Message(text, (back, HOME)))
        return
    context.say(Message("Terima kasih sudah memastikan. Tidak ada yang berubah, dan pelapornya kami kabari.", (HOME,)))


def choose_mistake(context: Context) -> None:
    """Command "keliru": ask which of the ends recorded lately in this person's places was a mistake."""
    endings = _lately(context)
    if not endings:
        context.say(Message("Tidak ada kabar dua bulan ini yang bisa ditarik kembali di sini.", (HOME,)))
        return
    shown = endings[:AT_ONCE]
    names = called_apart.names_of(context.session, context.person, [about for _, about in shown], context.today)
    options = tuple(
        Option(f"loss:back:{subject(about)}", f"{name}, {ending.kind}")
        for (ending, about), name in zip(shown, names, strict=True)
    )
    context.say(Message("Kabar tentang siapa yang keliru?", (*options, choose_subject.LATER)))


def ask_back(context: Context, said: str) -> None:
    """Ask once more before an end is taken back."""
    about = choose_subject.told_of(context, said)
    ending = ending_records.newest(context.session, about)
    if ending is None:
        context.say(Message("Kabar itu sudah ditarik kembali. Terima kasih.", (HOME,)))
        return
    text = (
        f"Kabar *{ending.kind}* tentang *{context.called(about)}* ({show_day(ending.ended_on)}) ternyata keliru?\n\n"
        "Kalau ya, pendampingan dan pesan berjalan lagi, dan semua yang pernah dikabari kami mintai maaf."
    )
    context.say(Message(text, (Option(f"loss:back:yes:{said}", "Ya, keliru"), Option("loss:no", "Tidak"))))


def take_back(context: Context, said: str) -> None:
    """Take the newest end back."""
    about = choose_subject.told_of(context, said)
    ending = ending_records.newest(context.session, about)
    context.worth = LASTING
    if ending is None:
        context.say(Message("Kabar itu sudah ditarik kembali. Terima kasih.", (HOME,)))
        return
    ending_records.take_back(context.session, context.city, about, ending, context.now, context.person.id)
    context.say(
        Message(
            f"Baik. {context.called(about)} didampingi lagi seperti semula, dan yang sudah dikabari kami beri tahu.",
            (HOME,),
        )
    )


def _lately(context: Context) -> list[tuple[Ending, Child | Pregnancy]]:
    """The ends of the last two months that this person may take back, newest first."""
    mine = select(Family.id).where(their_families(context.person, context.today))
    children, pregnancies = (select(table.id).where(table.family_id.in_(mine)) for table in (Child, Pregnancy))
    query = select(Ending).where(
        or_(Ending.child_id.in_(children), Ending.pregnancy_id.in_(pregnancies)),
        Ending.kind.in_(ending_records.TAKEN_BACK),
        Ending.at > context.now - LATELY,
    )
    found: dict[str, tuple[Ending, Child | Pregnancy]] = {}
    for ending in context.session.scalars(query.order_by(Ending.id.desc())):
        about = (
            context.session.get_one(Child, ending.child_id)
            if ending.child_id
            else context.session.get_one(Pregnancy, ending.pregnancy_id)
        )
        if context.may("ending.back", about):
            found.setdefault(str(subject(about)), (ending, about))
    return list(found.values())
