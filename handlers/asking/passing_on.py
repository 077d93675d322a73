"""The way from a question to a person: words that nothing here answers are passed on."""

from __future__ import annotations

from db.consent import Note
from flow.message import Message, Option
from handlers.chat.context import Context
from handlers.family import asked_lessons
from handlers.questions import asking

AWAITED = "tanya"  # what ``Address.awaiting`` says while a question to a person is being written
WRITE = "Tulis pertanyaannya dengan kata-kata sendiri, satu pesan saja. 🌱"
URGENT = "Ada yang gawat? Jangan menunggu balasan. {numbers}"

NUMBERS = Option("danger:numbers", "Nomor layanan")


def invite(context: Context) -> None:
    """Invite to write, whatever it is about: what is known is answered at once, the rest by a person.

    What can be tapped beside it has neutral words: anybody may see the phone.
    """
    examples = "Misalnya: kapan imunisasi, berat anak berapa, boleh makan apa."
    beside = (NUMBERS, asked_lessons.ENTRY) if context.may("lesson.open") else (NUMBERS,)
    context.say(Message(f"*Mau tanya apa?*\n{WRITE}\n{examples}\n\n{_urgent(context)}", beside))


def await_words(context: Context) -> None:
    """Ask for words that are passed on whatever they ask."""
    context.address.draft_id, context.address.awaiting = None, AWAITED
    context.say(Message(f"{WRITE}\n\n{_urgent(context)}", (Option("menu:home", "Tidak jadi"),)))


def are_awaited(context: Context) -> bool:
    """Whether what is written now is a question to a person; it is asked for once."""
    awaited = context.address.awaiting == AWAITED
    if awaited:
        context.address.awaiting = ""
    return awaited


def pass_on(context: Context, text: str) -> None:
    """Ask a person with these words, and say who answers and when."""
    asking.ask(context, text)


def pass_on_note(context: Context, note_id: int) -> None:
    """Pass on words that were kept when lessons were offered for them."""
    note = context.session.get_one(Note, note_id)
    text = note.text
    context.session.delete(note)
    pass_on(context, text)


def _urgent(context: Context) -> str:
    return URGENT.format(numbers=context.city.programme.emergency.to_call)
