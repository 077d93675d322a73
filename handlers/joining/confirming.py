"""Confirm who writes: the question at the old address, and the question about the child at the new one."""

from __future__ import annotations

from db import people
from db.audit import Detail
from db.children import cared_for
from db.people import Claim, ClaimState, Person
from db.subjects import subject
from flow.message import Message, Option
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from handlers.chat.trust import HAVE_CODE
from handlers.family import family
from programme import identity, numbers

AWAITED = "claim"
ABOUT_CHILD = Option("claim:ask", "Tentang anak saya")
BY_ONESELF = Option("join:self", "Ikut menerima pesan")
ASK = (
    "Tulis *bulan dan tahun lahir anak*, lalu *nama posyandunya*, dalam satu pesan. "
    "Misalnya: *Maret 2025, Melati 1*.\n\n"
    "Kalau cocok, pesan edukasi terbuka di HP ini. Data dan rujukan baru terbuka dengan kode."
)


def waits(context: Context) -> bool:
    """Whether this stranger's address seems to be somebody's, who has not been confirmed."""
    return bool(identity.open_claims(context.session, context.address))


def explain(context: Context, *, number: bool = False) -> None:
    """Say how to be let in. The same words whether the number is unknown or belongs to somebody who works here.

    ``number``: they have just given their number.
    """
    context.address.awaiting = ""
    claims = identity.open_claims(context.session, context.address)
    about_child = (ABOUT_CHILD,) if identity.asked_of(context.session, claims) else ()
    contact = numbers.to_ask(context.city)
    context.say_template("who_writes", *about_child, HAVE_CODE, BY_ONESELF, number=number, contact=contact)


def ask(context: Context) -> None:
    """Ask for the child's month of birth and posyandu, while an answer can still confirm somebody."""
    claims = identity.open_claims(context.session, context.address)
    if not identity.asked_of(context.session, claims):
        _only_a_code(context)
        return
    context.address.awaiting = AWAITED
    context.say(Message(ASK))


def is_answer(context: Context) -> bool:
    """Whether the question about the child is open, and words came."""
    return context.address.awaiting == AWAITED and context.incoming.text is not None


def answer(context: Context) -> None:
    """Open the lessons to whom the answer confirms. Otherwise say kindly that it does not fit, three times."""
    context.worth = LASTING
    said = context.incoming.text or ""
    confirmed = identity.answer(context.session, context.address, said, context.now, context.city)
    if len(confirmed) > 1:
        choose(context)
    elif confirmed:
        welcome(context)
    elif identity.asked_of(context.session, identity.open_claims(context.session, context.address)):
        text = "Belum cocok dengan catatan kami. Periksa tahun dan nama posyandunya di Buku KIA, lalu tulis lagi."
        context.say(Message(text, (HAVE_CODE,)))
    else:
        _only_a_code(context)


def _only_a_code(context: Context) -> None:
    context.address.awaiting = ""
    contact = context.city.programme.privacy.contact
    text = f"Belum cocok. Sekarang hanya kode yang bisa membuka. Minta kode ke kader, bidan, atau {contact}."
    context.say(Message(text, (HAVE_CODE,)))


def welcome(context: Context) -> None:
    """Welcome whoever was confirmed for lessons alone."""
    text = f"Terima kasih, {family.called(context)}. Pesan edukasi sekarang datang ke sini.\n\n{_until_code(context)}"
    context.say(Message(text, (HOME,)))


def _until_code(context: Context) -> str:
    contact = context.city.programme.privacy.contact
    return f"Untuk melihat data atau bertanya ke petugas, masuk dengan kode: minta ke kader, bidan, atau {contact}."


# --- at the old address -----------------------------------------------------------------------


def yes(context: Context, claim_id: int) -> None:
    """Confirm that the other address is the person's own. Raises NotValid where the question is over."""
    found = _asked_here(context, claim_id)
    identity.confirm(context.session, found, identity.TAP, context.now, context.city)
    welcome = Message(f"Selamat datang kembali, {family.called(context)}. HP ini sudah dipastikan.", (HOME,))
    identity.tell_address(context.session, found, f"confirmed:{found.id}", welcome, context.now)
    context.worth = LASTING
    context.say(Message("Terima kasih. HP itu sekarang terhubung juga. Lihat semuanya: tulis *perangkat*.", (HOME,)))


def no(context: Context, claim_id: int) -> None:
    """Record that the other address is somebody else's; a code alone can open it. Raises NotValid as ``yes`` does."""
    found = _asked_here(context, claim_id)
    identity.refuse(context.session, found, context.now)
    context.worth = LASTING
    contact = context.city.programme.privacy.contact
    text = (
        "Terima kasih sudah memberi tahu. HP itu tidak kami buka, dan tidak mendapat data apa pun.\n\n"
        f"Kalau nomor {context.you} pernah dilepas, kabari {contact}."
    )
    context.say(Message(text, (HOME,)))


def _asked_here(context: Context, claim_id: int) -> Claim:
    """The claim, locked: somebody may answer it at another phone at the same moment."""
    found = context.session.get_one(Claim, claim_id, with_for_update=True)
    if found.state != ClaimState.OPEN or context.now - found.created_at >= identity.VALID:
        raise NotValid(str(claim_id))
    return found


# --- several people on one phone ----------------------------------------------------------------


def choose(context: Context) -> None:
    """Ask who of those who are confirmed on this phone writes now; explain how a second person is added."""
    claims = people.writers(context.session, context.address)
    if len(claims) > 1:
        options = tuple(Option(f"writer:{one.person_id}", _called(context, one.person)) for one in claims)
        context.say(Message("*Siapa yang menulis sekarang?*", options))
        return
    context.address.awaiting = SECOND
    text = "HP ini dipakai berdua? Tulis *kode undangan* orang yang kedua. Data masing-masing tetap terpisah."
    context.say(Message(text, (HOME,)))


def _called(context: Context, person: Person) -> str:
    carers = cared_for(context.session, person.id)
    return salute(person, carers[0].relation if carers else "")


SECOND = "second"  # what is awaited: the code of a second person on this phone


def writes(context: Context, person_id: int) -> None:
    """Let somebody else who was confirmed here write from this phone."""
    found = next(one for one in people.writers(context.session, context.address) if one.person_id == person_id)
    people.switch(context.session, context.address, found)
    context.note("address.writer", subject(found.person), Detail(context.address.channel))
    if people.only_lessons(context.address):
        welcome(context)
    else:
        context.commands = context.menu_of(context.person)
        context.say(Message(f"Baik. Sekarang yang menulis {family.called(context)}.", (HOME,)))
