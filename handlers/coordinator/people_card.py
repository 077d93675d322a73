"""The card of a person: roles, whether they joined, when they last wrote; number and roles are changed from it."""

from __future__ import annotations

from collections.abc import Iterator

from db import people
from db.children import cared_for
from db.people import AddressState, Person, PersonRole
from db.roles import Role, ScopeKind, Title
from db.subjects import subject
from flow.message import Message, Option, plain
from flow.reading.phones import e164
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.chat.names import salute, short_day
from handlers.coordinator import asn_lines, finding
from programme import roles
from programme.identity import CHANNELS
from programme.roles import Actor, Post, RoleError
from programme.scopes import held_by
from reports.invitations.cards import role_words

SEARCH = "person"  # what ``Address.awaiting`` says while a name is asked for
NUMBER = "person-number"  # the same while a number is asked for: "person-number:31"
GIVE = "person-role"
WHICH = "Siapa? Tulis nama, NIP, nomor HP, atau kodenya, misalnya *orang Anwar*."
HOW = (
    "Peran apa untuk {name}? Tulis misalnya:\n*bidan puskesmas Labibia*\n*kader posyandu Melati 1*\n"
    "*koordinator kelurahan Mandonga (Mandonga)*\n*koordinator puskesmas Labibia*\n"
    "*koordinator kantor Dinas Sosial*\n*koordinator kota*\n*admin*"
)
TITLES = {"kader": Title.CADRE, "bidan": Title.MIDWIFE, "tpg": Title.NUTRITIONIST, "kepala": Title.HEAD}
SCOPES = {
    "puskesmas": ScopeKind.HEALTH_CENTRE, "posyandu": ScopeKind.POSYANDU, "kelurahan": ScopeKind.VILLAGE,
    "kecamatan": ScopeKind.DISTRICT, "kantor": ScopeKind.OFFICE, "opd": ScopeKind.OFFICE, "kota": ScopeKind.CITY,
}  # fmt: skip


def ask(context: Context) -> None:
    context.address.draft_id, context.address.awaiting = None, SEARCH
    context.say(Message(WHICH, (HOME,)))


def find(context: Context, said: str) -> None:
    """Show the card of who was written, or ask which of several is meant."""
    finding.choose(context, said, SEARCH, "person", show)


def show(context: Context, person_id: int) -> None:
    _show(context, context.session.get_one(Person, person_id))


def _show(context: Context, person: Person, before: str = "") -> None:
    context.note("person.open", subject(person))
    theirs = asn_lines.fostered(context, person)
    options = [*asn_lines.acts(context, person, theirs), Option(f"code:for:{person.id}", "Buat kode")]
    if context.may("person.number", person):
        options.append(Option(f"person:number:{person.id}", "Ganti nomor"))
    ended = [one for one in person.roles if context.may("role.end", one)]
    for number, one in enumerate(ended, 1):
        label = "Akhiri peran" if len(ended) == 1 else f"Akhiri peran ke-{number}"
        options.append(Option(f"role:end:{one.id}", label))
    if context.may("role.change", person):
        options.append(Option(f"person:give:{person.id}", "Beri peran"))
    of_asn = asn_lines.lines(context, person, theirs) if person.has(Role.ASN) and held_by(context.person) else ()
    text = "\n".join(filter(None, (before, *_lines(context, person), *of_asn)))
    context.say(Message(text, tuple(options), (HOME,)))


def ask_number(context: Context, person_id: int) -> None:
    person = context.session.get_one(Person, person_id)
    context.address.draft_id, context.address.awaiting = None, f"{NUMBER}:{person_id}"
    context.say(Message(f"Nomor HP yang baru untuk {plain(salute(person))}?", (HOME,)))


def take_number(context: Context, said: str) -> None:
    """Store the new number, of a mother also as that of her family."""
    person = _awaited(context, "person.number")
    if person is None:
        return
    number = e164(said)
    if number is None:
        context.say(Message("Tulis satu nomor HP saja, misalnya 081234567890.", (HOME,)))
        return
    for carer in cared_for(context.session, person.id):
        if carer.family.phone and carer.family.phone == person.phone:
            carer.family.phone = number
    person.phone = number
    context.address.awaiting, context.worth = "", LASTING
    context.note("person.number", subject(person))
    _show(context, person, "Nomornya sudah diganti.")


def ask_role(context: Context, person_id: int) -> None:
    person = context.session.get_one(Person, person_id)
    context.address.draft_id, context.address.awaiting = None, f"{GIVE}:{person_id}"
    context.say(Message(HOW.format(name=plain(salute(person))), (HOME,)))


def take_role(context: Context, said: str) -> None:
    """Give the role that is written, as far as it can hold so."""
    person = _awaited(context, "role.change")
    if person is None:
        return
    try:
        given = roles.give(context.session, person, _post(context, said), _actor(context), context.now)
    except RoleError as wrong:
        context.say(Message(f"{plain(str(wrong))}", (HOME,)))
        return
    context.address.awaiting, context.worth = "", LASTING
    context.session.flush()
    _show(context, person, "Perannya sudah diberikan." if given else "Peran itu sudah dipegang.")


def _awaited(context: Context, act: str) -> Person | None:
    """Whom the awaited answer is about, if it may still be given; otherwise it is said that it may not."""
    person = context.session.get(Person, int(context.address.awaiting.partition(":")[2]))
    if person is not None and context.may(act, person):
        return person
    context.address.awaiting = ""
    context.say(Message(finding.NOT_FOUND.format(you=context.you), (HOME,)))
    return None


def _actor(context: Context) -> Actor:
    return Actor(context.person.name, context.person.id)


def _post(context: Context, said: str) -> Post:
    """The role of "bidan puskesmas Labibia". Raises RoleError."""
    first, _, rest = " ".join(said.split()).partition(" ")
    role = {"admin": Role.ADMIN, "asn": Role.ASN, "koordinator": Role.COORDINATOR}.get(first.casefold())
    title = TITLES.get(first.casefold(), Title.NONE)
    if role is None and title is Title.NONE:
        raise RoleError(
            "Peran itu belum terbaca. Mulai dengan kader, bidan, tpg, kepala, koordinator, asn, atau admin."
        )
    kind, _, place = rest.partition(" ")
    scope = SCOPES.get(kind.casefold())
    if role not in (Role.ADMIN, Role.ASN) and scope is None:
        raise RoleError("Tulis juga tempatnya, misalnya bidan puskesmas Labibia atau koordinator kelurahan Mandonga.")
    # A puskesmas is kept with or without the word; its full name has it.
    name = f"Puskesmas {place}" if scope == ScopeKind.HEALTH_CENTRE else place
    return roles.post(context.session, role or Role.HEALTH, title, scope, name)


def _role(context: Context, held: PersonRole) -> str:
    """ "Bidan Puskesmas Labibia", "Koordinator kota"."""
    word = role_words(held.role, held.title)
    place = roles.place_name(context.session, held).replace("puskesmas Puskesmas", "Puskesmas")
    return plain(" ".join(filter(None, (word, place))))


def _lines(context: Context, person: Person) -> Iterator[str]:
    is_family = person.has(Role.FAMILY)
    yield f"*{plain(finding.called(context, person) if is_family else person.name)}*"
    yield f"Peran: {'; '.join(_role(context, one) for one in person.roles)}"
    if person.office:
        yield f"Kantor: {plain(', '.join(filter(None, (person.office.name, person.rank))))}"
    if person.phone and not is_family:
        yield f"HP: {person.phone}"
    held = [one for one in people.held(context.session, person.id) if one.state != AddressState.GONE]
    if not held:
        yield "Belum bergabung."
        return
    last = max(held, key=lambda one: one.last_heard_at)
    where = CHANNELS.get(last.channel, last.channel)
    yield f"Bergabung lewat {where}; terakhir menulis {short_day(context.city.today(last.last_heard_at))}."
    if last.state == AddressState.BLOCKED:
        yield "Sekarang memblokir Asuh."
