"""Write to a foster parent or a health worker through the bot, and answer: by a button and words, or by a reply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from db import letters as table
from db.children import Child, Pregnancy
from db.letters import Letter
from db.people import Person
from db.referrals import Referral
from db.subjects import SubjectKind
from flow.message import Message, Option
from handlers.chat import replied
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from programme import letters, policy
from programme.contacts import called

LETTER, ANSWER = "letter", "letter-answer"
"""What ``Address.awaiting`` says while the words are awaited: "letter:31:r7:29543280", "letter-answer:5:29543280".

The last number is the minute until which they are.
"""
LABEL = 24  # characters of a button, on WhatsApp
WAITS = timedelta(hours=1)  # words that come later are no letter any more
KINDS = {"c": SubjectKind.CHILD, "p": SubjectKind.PREGNANCY, "r": SubjectKind.REFERRAL}
FORM_WAITS = "Isian yang tadi terbuka tetap tersimpan; tulis *lanjut* untuk meneruskannya."
GONE = "{name} tidak (lagi) di wilayah atau kantor {you}, jadi pesannya tidak bisa dikirim lewat sini."
OVER = "Pesan itu tidak bisa dibalas lagi lewat sini: {name} dan {you} tidak lagi di wilayah atau kantor yang sama."
STOPPED = (
    "Ada kabar baru tentang keluarga itu, jadi pesan tentang mereka tidak kami kirim. Telepon {name} langsung, ya."
)


class Aim(NamedTuple):
    """To whom the awaited words go, about what, or which letter they answer."""

    receiver: Person
    about: Child | Pregnancy | Referral | None = None
    answers: Letter | None = None


# --- the buttons ----------------------------------------------------------------------------


def begin(context: Context, person_id: int) -> None:
    """*Tulis*: ask for the words, and say to whom they go and under which name."""
    _begin(context, Aim(context.session.get_one(Person, person_id)))


def begin_about(context: Context, person_id: int, about: str) -> None:
    """The same about a child or a mother whose card is open to the writer."""
    row = policy.of_subject(context.session, about)
    if row is None or not context.may("card.open", row):
        raise NotValid(about)
    _begin(context, Aim(context.session.get_one(Person, person_id), row))


def begin_referral(context: Context, person_id: int, referral_id: int) -> None:
    """The same about a referral that the writer may see."""
    referral = context.session.get(Referral, referral_id)
    if referral is None or not context.may("referral.see", referral):
        raise NotValid(str(referral_id))
    _begin(context, Aim(context.session.get_one(Person, person_id), referral))


def begin_answer(context: Context, letter_id: int) -> None:
    """*Jawab* or *Balas*."""
    letter = context.session.get_one(Letter, letter_id)
    _begin(context, Aim(letter.writer, answers=letter))


def _begin(context: Context, aim: Aim) -> None:
    context.address.awaiting = ""
    if _is_closed(context, aim):
        return
    form = f"\n\n{FORM_WAITS}" if context.address.draft_id is not None else ""
    context.address.draft_id, context.address.awaiting = None, _awaiting(context, aim)
    to = letters.signature(context.session, context.city, aim.receiver, context.person, context.now)
    own = letters.signature(context.session, context.city, context.person, aim.receiver, context.now)
    text = (
        f"Tulis {'jawaban' if aim.answers else 'pesan'} untuk *{to}*{_about(context, aim)}. "
        f"Kami kirim apa adanya, atas nama *{own}*, paling panjang {context.city.programme.letters.longest} huruf."
    )
    context.say(Message(text + form, (Option("menu:home", "Tidak jadi"),)))


def _about(context: Context, aim: Aim) -> str:
    """Whom it is about, as the writer may read it."""
    one = aim.answers.about if aim.answers else aim.about.about if isinstance(aim.about, Referral) else aim.about
    return f" tentang *{letters.name_for(context.session, context.person, one, context.now)}*" if one else ""


def _is_closed(context: Context, aim: Aim) -> bool:
    """Whether nothing more can go to this person now; then it is said why."""
    name, session = called(aim.receiver), context.session
    if not letters.is_reachable(session, aim.receiver):
        text = f"{name} belum terhubung ke sini, jadi pesannya tidak akan sampai. Telepon langsung, ya."
        context.say(Message(text, tuple(call(context, aim.receiver)), (HOME,)))
        return True
    if not letters.has_room(session, context.city, context.person, aim.receiver, context.now):
        most = context.city.programme.letters.unanswered_a_day
        text = f"Hari ini sudah {most} pesan untuk {name}, dan belum dijawab. Telepon saja, atau tulis lagi besok, ya."
        context.say(Message(text, tuple(call(context, aim.receiver)), (HOME,)))
        return True
    return False


def call(context: Context, person: Person) -> Sequence[Option]:
    """The button that opens the contact card, for who may call this person."""
    may = context.may("person.call", person)
    return [Option(f"call:{person.id}", f"Telepon {called(person)}"[:LABEL])] if may else []


# --- what is heard --------------------------------------------------------------------------


def of_reply(context: Context) -> Letter | None:
    """The letter to whose message this is a reply."""
    found = (table.carried_by(context.session, id) for id in replied.rows(context))
    return next(filter(None, found), None)


def is_reply(context: Context) -> bool:
    text = context.incoming.text
    return text is not None and not text.startswith("/") and of_reply(context) is not None


def is_awaited(context: Context) -> bool:
    """Whether words are awaited for a letter, and these are some."""
    return context.incoming.text is not None and _aim(context) is not None


def is_wordless(context: Context) -> bool:
    """Whether a letter is answered with a voice note, a photo, a file, a place or a contact."""
    incoming = context.incoming
    if incoming.tap is not None or incoming.text is not None:
        return False
    return of_reply(context) is not None or _aim(context) is not None


def _awaiting(context: Context, aim: Aim) -> str:
    until = int((context.now + WAITS).timestamp() // 60)
    if aim.answers is not None:
        return f"{ANSWER}:{aim.answers.id}:{until}"
    kind = {Child: "c", Pregnancy: "p", Referral: "r"}[type(aim.about)] if aim.about else ""
    return f"{LETTER}:{aim.receiver.id}:{kind}{aim.about.id if aim.about else ''}:{until}"


def _aim(context: Context) -> Aim | None:
    """To whom the words go that are awaited now."""
    kind, *parts = context.address.awaiting.split(":")
    if kind not in (LETTER, ANSWER) or int(parts[-1]) * 60 < context.now.timestamp():
        return None
    if kind == ANSWER:
        letter = context.session.get(Letter, int(parts[0]))
        return Aim(letter.writer, answers=letter) if letter else None
    receiver = context.session.get(Person, int(parts[0]))
    about = parts[1]
    row = policy.row(context.session, KINDS[about[0]], int(about[1:])) if about else None
    return Aim(receiver, row) if receiver else None


# --- what is done ---------------------------------------------------------------------------


def take_reply(context: Context) -> None:
    """What was written in reply to a letter is its answer; a form that is open stays as it is."""
    if (letter := of_reply(context)) is not None:
        _send(context, Aim(letter.writer, answers=letter))


def take_awaited(context: Context) -> None:
    """What is written after *Tulis*, *Jawab* or *Balas*."""
    if (aim := _aim(context)) is not None:
        _send(context, aim)


def _send(context: Context, aim: Aim) -> None:
    """Send the words, if they still may go there; otherwise say why not."""
    said, name = letters.written(context.incoming.text or ""), called(aim.receiver)
    context.worth = LASTING
    if aim.answers is None and not context.may("letter.write", aim.receiver):
        context.address.awaiting = ""
        context.say(Message(GONE.format(name=name, you=context.you), (HOME,)))
        return
    if aim.answers is not None and not context.may("letter.answer", aim.answers):
        context.address.awaiting = ""
        context.say(Message(OVER.format(name=name, you=context.you), (HOME,)))
        return
    if not said:
        return
    longest = context.city.programme.letters.longest
    if len(said) > longest:
        text = f"Pesannya {len(said)} huruf, paling panjang {longest}. Belum dikirim: tulis lebih pendek, ya."
        context.say(Message(text, (Option("menu:home", "Tidak jadi"),)))
        return
    context.address.awaiting = ""
    if _is_closed(context, aim):
        return
    sent = letters.send(
        context.session, context.city, context.now, context.person, aim.receiver, said,
        about=aim.about, answers=aim.answers,
    )  # fmt: skip
    if sent.is_stopped:
        context.say(Message(STOPPED.format(name=name), tuple(call(context, aim.receiver)), (HOME,)))
        return
    to = letters.signature(context.session, context.city, aim.receiver, context.person, context.now)
    later = "" if sent.due_at is None else letters.when(sent.due_at, context.now)
    lost = " Foto atau berkasnya *tidak* ikut: yang kami teruskan tulisannya saja." if context.lost_file else ""
    at = f", {later}" if later != "sekarang" else ""
    comes = "" if aim.answers else " Jawabannya datang ke sini."
    context.say(Message(f"✉️ Kami sampaikan kepada *{to}*{at}.{comes}{lost}"))


def refuse_file(context: Context) -> None:
    """Say at once that a voice note or a picture was not passed on."""
    context.worth = LASTING
    letter, aim = of_reply(context), _aim(context)
    receiver = letter.writer if letter else aim.receiver if aim else None
    to = f" kepada *{called(receiver)}*" if receiver else ""
    answer = (Option(f"letter:answer:{letter.id}", "Jawab"),) if letter else ()
    text = (
        f"Kiriman tadi *tidak* kami teruskan{to}: suara, foto, dan berkas belum bisa lewat sini. "
        "Tulis dengan kata-kata, ya, atau telepon langsung."
    )
    context.say(Message(text, answer))


def held_back(context: Context) -> None:
    """After danger was heard in words that were meant as a letter: say that they did not go there.

    What is written next answers the danger, and goes to nobody else.
    """
    letter, aim = of_reply(context), _aim(context)
    receiver = letter.writer if letter else aim.receiver if aim else None
    if receiver is not None:
        context.worth = LASTING
        text = f"Pesan untuk *{called(receiver)}* belum kami kirim: kabar bahaya kami dahulukan."
        answer = (Option(f"letter:answer:{letter.id}", "Jawab"),) if letter else ()
        again = (
            (Option(f"write:{receiver.id}", "Tulis lagi"),)
            if not letter and context.may("letter.write", receiver)
            else ()
        )
        context.say(Message(text, (*answer, *again)))
