"""End the role of a health worker, a coordinator or an ASN: by the city's coordinator or an admin."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import func, select

from db.people import Person, PersonRole
from db.referrals import Referral
from db.roles import Role
from db.subjects import subject
from flow.message import Message, Option, plain
from flow.questions import show_day
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.handover import people_found
from handlers.handover.people_found import MANY
from programme import assignments, departures, roles
from programme.contacts import called
from programme.referral_messages import TITLES
from programme.roles import Actor, RoleError

AWAITED = "role_end"  # what ``Address.awaiting`` says while a name is asked for
WHOSE = "Peran siapa yang berakhir? Tulis nama, NIP, atau nomor HP-nya."
NOT_FOUND = "Belum ketemu, atau ada banyak. Tulis lebih lengkap, ya."
LAST: Mapping[str, str] = {"today": "Hari ini", "week": "Seminggu lagi", "month": "Akhir bulan ini"}
NAMES = {Role.COORDINATOR: "koordinator", Role.ASN: "pendamping", Role.ADMIN: "admin"}


def ask(context: Context) -> None:
    """Command "akhiri peran"."""
    context.address.draft_id, context.address.awaiting = None, AWAITED
    context.say(Message(WHOSE, (HOME,)))


def find(context: Context, said: str) -> None:
    """Offer the roles of whoever is called so, as far as this person may end them."""
    people = people_found.meant(context.session, said, select(Person))
    found = [(held, who) for who in people for held in who.roles if context.may("role.end", held)]
    if not found or len(found) > MANY:
        context.say(Message(NOT_FOUND, (HOME,)))
        return
    context.address.awaiting = ""
    context.note("role.view", "roles")
    rows = [f"{number}. {plain(who.name)}, {_name(context, held)}" for number, (held, who) in enumerate(found, 1)]
    options = [
        Option(f"role:end:{held.id}", f"{number}. {called(who)}"[:24]) for number, (held, who) in enumerate(found, 1)
    ]
    context.say(Message("\n".join(("*Yang mana?*", *rows)), tuple(options), (HOME,)))


def ask_when(context: Context, role_id: int) -> None:
    """Say what follows from it, and ask for the last day."""
    held = context.session.get_one(PersonRole, role_id)
    who = context.session.get_one(Person, held.person_id)
    taken = select(func.count()).where(Referral.accepted_by == who.id, Referral.closed_at.is_(None))
    open_ones = context.session.scalar(taken) or 0
    follows: list[str] = []
    if held.role == Role.HEALTH and open_ones:
        follows.append(f"{open_ones} rujukan yang ditanganinya diserahkan kepada petugas lain di tempatnya.")
    if held.role == Role.ASN and (children := len(assignments.of_person(context.session, who.id, context.today))):
        follows.append(f"{children} anak asuhnya belum punya pengganti. Kalau bisa, tulis *alihkan* lebih dulu.")
    if held.ends is not None:
        follows.append(f"Sekarang tercatat berakhir {show_day(held.ends)}.")
    options = tuple(Option(f"role:last:{held.id}:{key}", label) for key, label in LAST.items())
    text = "\n".join((f"*{called(who)}*, {_name(context, held)}.", *follows, "Kapan hari terakhirnya?"))
    context.say(Message(text, options, (HOME,)))


def end(context: Context, role_id: int, when: str) -> None:
    """End the role today, or note its last day, on whose morrow it ends by itself."""
    held = context.session.get_one(PersonRole, role_id)
    who, name = context.session.get_one(Person, held.person_id), _name(context, held)
    last = _last_day(context.today, when)
    context.worth = LASTING
    if last > context.today:
        held.ends = last
        context.note("role.end", subject(who))
        text = f"✅ Peran {called(who)} ({name}) berakhir {show_day(last)}. Sampai hari itu semuanya tetap berjalan."
        context.say(Message(text, (HOME,)))
        return
    actor = Actor(context.person.name, context.person.id)
    try:
        departures.end_role(context.session, context.city, held, actor, context.now)
    except RoleError as problem:
        context.say(Message(str(problem), (HOME,)))
        return
    follows = "Rujukan dan pertanyaan yang ditanganinya diteruskan." if held.role == Role.HEALTH else ""
    context.say(Message(f"✅ Peran {called(who)} ({name}) sudah berakhir. {follows}".strip(), (HOME,)))


def _name(context: Context, held: PersonRole) -> str:
    """ "bidan puskesmas Labibia", "koordinator kelurahan Mandonga (Mandonga)"."""
    title = TITLES[held.title] if held.role == Role.HEALTH else NAMES.get(held.role, str(held.role))
    return f"{title} {roles.place_name(context.session, held)}".strip()


def _last_day(today: date, when: str) -> date:
    if when == "week":
        return today + timedelta(days=7)
    return today if when == "today" else today.replace(day=monthrange(today.year, today.month)[1])
