"""Invite one more person of a household by a code, and decide who may join: its mother does, else a health worker."""

from __future__ import annotations

from dataclasses import replace

from db import households, people
from db.children import Child, Family, Pregnancy, cared_for
from db.households import HouseholdEntry
from db.outbox import Kind
from db.people import Person
from db.roles import Role
from db.subjects import Subject, SubjectKind, subject
from flow.message import Message, Option
from flow.questions import show_day
from handlers.asn import home
from handlers.chat import choose_subject
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from handlers.family import family as screens
from handlers.shell import menu
from programme import household_deciders as deciding
from programme import households as joining
from programme import identity, policy
from programme.contacts import who
from programme.fosterings import Fostering
from reports.invitations.codes import new_code

AWAITED = "household"  # what ``Address.awaiting`` says while the name or code of a family is asked for
INVITE = Option("menu:ajak", "Ajak keluarga")
About = Child | Pregnancy | Family


def begin(context: Context) -> None:
    """Make a code for one's own family; ask for which of those one fosters, or by name in one's place."""
    person = context.person
    own = [one.family for one in cared_for(context.session, person.id) if context.may("household.invite", one.family)]
    if len(own) == 1 and not (person.has(Role.ASN) or person.has(Role.HEALTH)):
        make(context, str(subject(own[0])))
        return
    options = [_option(subject(one), who(one)) for one in own]
    if person.has(Role.ASN):
        listed = {one.family_id: one for one in reversed(home.fostered(context))}
        context.note_all("people.list", (one.about for one in listed.values()))
        options += [_option(_family_of(one), _label(one)) for one in reversed(listed.values())]
    by_name = person.has(Role.HEALTH)
    if not options and not by_name:
        if person.has(Role.FAMILY):
            context.say(Message("Yang bisa mengajak keluarga: ibunya, pendamping, atau kader.", (HOME,)))
        else:
            menu.show_help(context)
        return
    text = "*Ajak anggota keluarga siapa?*\n\nKodenya untuk ayah, nenek, kakek, atau keluarga lain."
    if by_name:
        context.address.draft_id, context.address.awaiting = None, AWAITED
        text += " Tulis nama ibu atau kode keluarganya."
    context.say(Message(text, (*options, choose_subject.LATER)))


def find(context: Context, text: str) -> None:
    """Look up the written name or code among the families this person may invite to."""
    found = choose_subject.named(text, choose_subject.families(context))
    among = [one for one in found if context.may("household.invite", one)]
    if choose_subject.are_few(context, among):
        options = [_option(subject(one), f"{who(one)} ({one.code})") for one in among]
        context.say(Message("*Keluarga yang mana?*", (*options, choose_subject.LATER)))


def _family_of(one: Fostering) -> Subject:
    """Whom the code is asked for: a couple as its family."""
    return Subject(SubjectKind.FAMILY, one.family_id) if one.wedding else one.about


def _label(one: Fostering) -> str:
    return one.name if one.wedding else f"Keluarga {one.called}"


def _option(about: Subject, label: str) -> Option:
    return Option(f"household:for:{about}", label[:24])


def make(context: Context, about: str) -> None:
    """Answer with a code for one more person of this family, and with words to pass on."""
    row: About = policy.of_subject(context.session, about)
    family = row if isinstance(row, Family) else row.family
    own = deciding.mother(context.session, family)
    decide = deciding.deciders(context.session, family)
    if not any(people.addresses(context.session, one.id) for one in decide):
        text = (
            "Belum ada yang bisa memastikan siapa yang ikut: ibunya belum ikut di Asuh, dan kader atau bidan setempat "
            "belum terhubung. Mintalah dulu kader masuk dengan kodenya."
            if own is None
            else "Kode belum bisa dibuat: HP ibunya sedang tidak terhubung, dan hanya ibu yang bisa memastikan."
        )
        context.say(Message(text, (HOME,)))
        return
    code = joining.make_code(
        context.session, family, context.person, context.now, context.city.secret, new_code
    )  # fmt: skip
    context.worth = LASTING
    if code is None:
        text = "Hari ini sudah banyak kode dibuat untuk keluarga ini. Coba lagi besok, ya."
        context.say(Message(text, (HOME,)))
        return
    expires = context.now + joining.CODE_VALID
    until = f"{show_day(expires.date())} pukul {expires:%H.%M}"
    context.kind = Kind.CODE
    mine = own is not None and own.person_id == context.person.id
    context.say_template(
        "household_code", HOME, code=code, until=until, mine=mine, mother=own is not None, whose=who(family),
        couple=joining.relations(family) is joining.COUPLE,
    )  # fmt: skip
    context.say(Message(
        f"Ayo ikut Asuh {context.city.name} untuk keluarga kita. Buka Asuh, ketuk *Saya punya kode*, "
        f"lalu tulis: *{code}*\n\nBerlaku sampai {until}, untuk satu orang."
    ))  # fmt: skip


# --- the decision -----------------------------------------------------------------------------


def yes(context: Context, entry_id: int) -> None:
    """Let them join: they are welcomed, and lessons of their own begin. Raises NotValid where it is decided already."""
    entry = _waiting(context, entry_id)
    carer = joining.confirm(context.session, context.city, entry, context.person, context.now)
    _welcome(context, entry, carer.person)
    context.worth = LASTING
    name = salute(carer.person, carer.relation)
    if carer.family.mother_died_on is None and deciding.mother(context.session, carer.family) is not None:
        text = f"Baik, {name} sekarang ikut. Mau mengakhirinya kapan saja? Tulis *pembaca*."
    else:
        text = f"Terima kasih. {name} sekarang ikut {who(carer.family)}."
    context.say(Message(text, (HOME,)))


def no(context: Context, entry_id: int) -> None:
    """Refuse; nobody is told. Raises NotValid where it is decided already."""
    entry = _waiting(context, entry_id)
    joining.refuse(context.session, entry, context.person, context.now)
    context.worth = LASTING
    context.say(Message("Baik, tidak jadi ikut. Tidak ada yang diberi tahu, dan tidak ada data yang terbuka.", (HOME,)))


def _waiting(context: Context, entry_id: int) -> HouseholdEntry:
    entry = households.locked(context.session, entry_id)
    if not deciding.may_decide(context.session, entry, context.person) or deciding.is_over(entry, context.now):
        raise NotValid(str(entry_id))
    return entry


def _welcome(context: Context, entry: HouseholdEntry, person: Person) -> None:
    """Promise the welcome to who has joined, with what the family's lessons are about."""
    carer = next(one for one in cared_for(context.session, person.id) if one.family_id == entry.family_id)
    language = (Option("menu:bahasa", "Bahasa / Language"),) if len(context.city.library.languages) > 1 else ()
    options = (Option("menu:atur", "Atur hari dan jam"), *language, HOME)
    message = replace(screens.welcome_message(context, carer), options=options)
    identity.tell(context.session, person.id, f"household:{entry.id}:welcome", message, context.now)
