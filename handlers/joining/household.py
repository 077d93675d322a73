"""Join a registered family by a code that its mother, foster parent or cadre shared: consent, who one is, and waiting.

Nothing of the family is shown or named before somebody who knows it has confirmed (``programme.households``).
"""

from __future__ import annotations

import re
from typing import TypedDict, cast

from db import drafts, households, people
from db.children import Carer, caregivers
from db.consent import ConsentText, keep_text
from db.drafts import Draft
from db.households import EntryState, HouseholdEntry
from db.people import Person
from db.subjects import Subject, subject
from flow.form import Form, Options
from flow.message import Message, Option
from flow.questions import Choice, Name, show_day
from handlers.chat import forms
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from handlers.chat.trust import HAVE_CODE
from programme import household_deciders as deciding
from programme import households as joining
from programme import identity

FORM = "household"
WRITTEN = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{4}|(?=[A-Z]*[2-9])[A-Z2-9]{4} ?[A-Z2-9]{4}")
"""A code as somebody writes it: with its dash, or with a digit among its letters. A word of eight letters is none."""


class HouseholdFacts(TypedDict):
    """``known``: the person has a name here already. ``relations``: what they may be, by key. ``today``: ISO day."""

    known: bool
    relations: dict[str, str]
    today: str


def _relations(answers: Form) -> Options:
    return cast(HouseholdFacts, answers.facts)["relations"]


class Household(Form):
    title = "Ikut keluarga"

    name = Name(
        "Siapa nama Ibu/Bapak?",
        label="Nama",
        hint="Nama panggilan saja cukup.",
        limit=60,
        personal=True,
        when=lambda answers: not cast(HouseholdFacts, answers.facts)["known"],
    )
    relation = Choice("Di keluarga ini, Ibu/Bapak siapa?", _relations, label="Hubungan")


# --- the code ---------------------------------------------------------------------------------


def is_code(text: str) -> bool:
    """Whether these words look like a code."""
    return WRITTEN.fullmatch(text.strip().upper()) is not None


def entry_of(context: Context, code: str) -> HouseholdEntry | None:
    """The entry of a code that can be used from here."""
    return joining.of_code(context.session, code, _here(context), context.now, context.city.secret)


def begin(context: Context, entry: HouseholdEntry, *, newcomer: bool) -> None:
    """Ask for the consent of who wrote the code. ``newcomer``: another person than who writes from here until now."""
    me = None if newcomer else context.address.person
    context.address.awaiting = ""
    if me is not None and any(one.person_id == me.id for one in _readers(context, entry)):
        text = "Kode itu untuk anggota keluarga yang lain: teruskan kepadanya. Di sini tidak ada yang berubah."
        context.say(Message(text, (HOME,)))
        return
    if me is not None and _accompanies(context, entry):
        text = "Kode itu untuk keluarganya, bukan untuk pendamping. Teruskan kepada yang memintanya, ya."
        context.say(Message(text, (HOME,)))
        return
    if entry.state == EntryState.WAITING:
        say_waiting(context, entry)
        return
    if entry.state == EntryState.AGREED and entry.person_id is not None:
        _open(context, entry)
        return
    entry.state, entry.used_by = EntryState.TAKEN, _here(context)
    entry.person_id = me.id if me else None
    text = _consent_text(context, entry)
    entry.text_id = text.id
    context.worth = LASTING
    options = (Option(f"household:agree:{entry.id}", "Setuju"), Option(f"household:decline:{entry.id}", "Tidak"))
    context.say(Message(text.text, options))


def _readers(context: Context, entry: HouseholdEntry) -> list[Carer]:
    """The carers of the family who have joined and whose reading has not ended."""
    here = caregivers(context.session, entry.family_id)
    return [one for one in here if one.joined_on is not None and one.closed_at is None]


def _accompanies(context: Context, entry: HouseholdEntry) -> bool:
    """Whether the person fosters this family or a child of it: a helper does not become a reader by a code."""
    about = (*entry.family.children, *entry.family.pregnancies)
    return any(context.may("visit.report", one) for one in about)


def _consent_text(context: Context, entry: HouseholdEntry) -> ConsentText:
    """The stored wording that who joins a family is asked to agree to."""
    privacy = context.city.programme.privacy
    text = context.city.templates.say(
        "consent_household", city=context.city.name, privacy=privacy, you="Ibu/Bapak",
        couple=joining.relations(entry.family) is joining.COUPLE, days=(deciding.ANSWER_WITHIN + joining.KEPT).days,
    )  # fmt: skip
    return keep_text(context.session, text, privacy.text_version, context.now)


def wrong_code(context: Context) -> None:
    """Say to somebody who has joined already that a code is not valid, and count it as a guess."""
    identity.guessed(context.session, context.incoming.channel, context.address.address, context.now, context.city)
    context.say_template("code_wrong", HOME, contact=context.city.programme.privacy.contact)


def _here(context: Context) -> str:
    return f"{context.incoming.channel}:{context.address.address}"


# --- consent and form -------------------------------------------------------------------------


def decline(context: Context, entry_id: int) -> None:
    """Let the code be used by somebody else; nothing is kept of who declined."""
    joining.release(context.session, _taken(context, entry_id))
    context.worth = LASTING
    context.say(Message("Baik, tidak apa-apa. Tidak ada yang kami simpan. Kodenya masih bisa dipakai orang lain."))


def agree(context: Context, entry_id: int) -> None:
    """Store that they agreed, and ask who they are. A second person on a phone writes from it until they are done."""
    entry = _taken(context, entry_id)
    entry.state, entry.agreed_at = EntryState.AGREED, context.now
    if entry.person_id is None:
        person = Person(name="Keluarga", created_at=context.now)
        context.session.add(person)
        context.session.flush()
        entry.person_id = person.id
        _write_from_here(context, person)
    _open(context, entry)


def _taken(context: Context, entry_id: int) -> HouseholdEntry:
    entry = households.locked(context.session, entry_id)
    if entry.state != EntryState.TAKEN or entry.expires_at <= context.now or entry.family.forgotten_at is not None:
        raise NotValid(str(entry_id))
    return entry


def _write_from_here(context: Context, person: Person) -> None:
    """Link the address to who joins; whoever wrote from it until now keeps it too."""
    session, address, before = context.session, context.address, context.address.person
    if before is not None and not people.writers(session, address):
        limited = people.only_lessons(address)
        people.belongs(session, address, before, context.now, identity.CODE, lessons_only=limited)
    people.belongs(session, address, person, context.now, identity.CODE)


def _open(context: Context, entry: HouseholdEntry) -> None:
    context.session.flush()
    context.session.refresh(entry)
    facts: HouseholdFacts = {
        "known": entry.person is not None and bool(entry.person.roles),
        "relations": joining.relations(entry.family),
        "today": context.today.isoformat(),
    }
    forms.open_form(context, FORM, str(subject(entry)), dict(facts))


def submit(context: Context, answers: Household, draft: Draft) -> None:
    """Ask whoever decides, and let who asked wait. A phone that somebody shares goes back to them until then."""
    entry = households.locked(context.session, Subject.parse(draft.subject).id)
    me = context.person
    me.name = answers.name or me.name
    joining.ask(context.session, context.city, entry, answers.relation or "keluarga", context.now)
    others = [one for one in people.writers(context.session, context.address) if one.person_id != me.id]
    shared = bool(others) and not me.roles
    say_waiting(context, entry, shared=shared)
    if shared:
        people.switch(context.session, context.address, others[0])


# --- waiting ----------------------------------------------------------------------------------


def waits(context: Context) -> HouseholdEntry | None:
    """What this person, who is nobody else here, has begun or waits for; None where there is nothing."""
    if context.person.roles:
        return None
    asked = households.of_person(context.session, context.person.id)
    begun = (EntryState.AGREED, EntryState.WAITING, EntryState.REFUSED)
    return next((one for one in asked if one.state in begun), None)


def shows_waiting(context: Context) -> bool:
    """Say to somebody who joins by a code how far they are, or that their time is over. Returns whether they do."""
    entry = waits(context)
    if entry is None:
        return False
    if entry.state == EntryState.AGREED:
        options = (Option("menu:lanjut", "Lanjutkan"), _leaves(entry))
        context.say(Message("Isian untuk ikut keluarga belum selesai. Lanjutkan?", options))
    elif deciding.is_over(entry, context.now):
        joining.let_go(context.session, entry, context.now)
        context.say(Message(joining.unanswered(context.city), (HAVE_CODE,)))
    else:
        say_waiting(context, entry)
    return True


def _leaves(entry: HouseholdEntry) -> Option:
    return Option(f"household:leave:{entry.id}", "Tidak jadi ikut")


def say_waiting(context: Context, entry: HouseholdEntry, *, shared: bool = False) -> None:
    """Say that they wait, and until when. The same for who was refused: they are not told."""
    if entry.person is None or entry.asked_at is None:
        raise LookupError(f"household_entry {entry.id} waits for nothing")
    until = context.city.local(entry.asked_at + deciding.ANSWER_WITHIN)
    text = (
        f"Terima kasih, {salute(entry.person, entry.relation)}. Tinggal menunggu dipastikan keluarga atau petugas "
        f"setempat, paling lama sampai {show_day(until.date())}. Sebelum itu pesan dan datanya belum terbuka."
    )
    if shared:
        text += "\n\nHP ini sekarang kembali kepada yang memakainya sebelumnya."
    text += f"\n\nAda yang gawat? Jangan menunggu. {context.city.programme.emergency.to_call}"
    context.say(Message(text, () if shared else (_leaves(entry),)))


def leave(context: Context, entry_id: int) -> None:
    """Take the request back, and forget who asked, where they are nothing else here."""
    entry = households.locked(context.session, entry_id)
    if entry.state in (EntryState.CONFIRMED, EntryState.ENDED):
        raise NotValid(str(entry_id))
    joining.let_go(context.session, entry, context.now)
    context.worth = LASTING
    context.say(Message("Baik, permintaan itu dibatalkan dan datanya dihapus.", (HAVE_CODE,)))


def forget_beginner(context: Context, person: Person) -> None:
    """Let the code of who discarded the form be used again; on a shared phone the other person writes again."""
    begun = [one for one in households.of_person(context.session, person.id) if one.state == EntryState.AGREED]
    if not begun or drafts.of(context.session, person.id):
        return
    for entry in begun:
        joining.release(context.session, entry)
    joining.forget_newcomer(context.session, person, context.now)
