"""Find somebody whom a coordinator or an administrator leads, by a name, a number or a code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Any

from sqlalchemy import func, or_, select

from db import people
from db.children import Carer, Child, Family, cared_for
from db.people import Person
from db.places import Office
from db.roles import Role
from db.subjects import subject
from flow.message import Message, Option, plain
from flow.reading.phones import e164
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from programme import names
from programme import searched_names as compare
from programme.leading import led
from reports.invitations.cards import role_words

MANY = 10  # as many are offered to be tapped
NOT_FOUND = "Nama atau kode itu belum ketemu di wilayah atau kantor {you}. Coba tulis lebih lengkap."
TOO_MANY = "Ada banyak yang bernama itu. Tulis lebih lengkap, atau NIP, nomor HP, kode keluarga, kode anak."


def found(context: Context, written: str) -> Sequence[Person]:
    """Those whose name, NIP, own code or number was written, and the carers of this family or child; at most MANY + 1.

    Whose whole name it is comes first, and alone.
    """
    said = " ".join(written.split())
    if len(said) < 2:
        return ()
    of_family = or_(*(func.upper(code) == said.upper() for code in (Family.code, Child.code)))
    carers = (
        select(Carer.person_id)
        .join(Family, Family.id == Carer.family_id)
        .outerjoin(Child, Child.family_id == Family.id)
        .where(of_family, Family.forgotten_at.is_(None))
    )
    exactly = or_(
        people.has_key(said), Person.phone == (e164(said) or "-"),
        Person.id.in_(carers), func.lower(Person.name) == said.lower(),
    )  # fmt: skip
    # A word of the name begins so: "wati" is not Sari Rahmawati. "%" and "_" stand for themselves.
    name = func.lower(Person.name)
    partly = or_(name.startswith(said.lower(), autoescape=True), name.contains(f" {said.lower()}", autoescape=True))
    for which in (exactly, partly):
        query = select(Person).where(which, led(context.person, context.today)).order_by(Person.name, Person.id)
        if rows := context.session.scalars(query.limit(MANY + 1)).unique().all():
            return rows
    return ()


def named(context: Context, said: Sequence[str], *, forgives: bool) -> Sequence[Person]:
    """Those of this name whom this person leads; words behind the name may say where: "bu rina dinas sosial".

    ``said`` are words (``searched_names.words``), of which titles before the name are no part. ``forgives``: where
    nobody has the name, a slip of one letter is.
    """
    titles = list(takewhile(names.TITLES_BEFORE.__contains__, said))
    wanted = said[len(titles) :]
    if not wanted or not any(len(one) >= compare.LEAST for one in wanted):
        return ()
    if rows := _of_name(context, [one for one in _whose(context, wanted, compare.holds) if _is_of(wanted, one)]):
        return rows
    if not forgives:
        return ()
    nearly = _whose(context, wanted, compare.holds_nearly)
    return _of_name(context, [one for one in nearly if compare.is_slip(wanted, compare.words(one.name))])


def _whose(context: Context, wanted: Sequence[str], holds: Callable[..., Any]) -> Sequence[Any]:
    query = select(Person.id, Person.name, Person.rank, Person.unit, Office.name.label("office"))
    query = query.outerjoin(Office, Office.id == Person.office_id).where(holds(Person.name, wanted[:1]))
    return context.session.execute(query.where(led(context.person, context.today))).all()


def _is_of(wanted: Sequence[str], one: Any) -> bool:
    """Whether the first of the words is of the name, and each of the others too, or of the office, rank or section."""
    name = compare.words(one.name)
    where = compare.words(f"{one.office or ''} {one.rank} {one.unit}")
    return wanted[0] in name and compare.is_part(wanted, [*name, *where])


def _of_name(context: Context, rows: Sequence[Any]) -> Sequence[Person]:
    """The people of these rows; at most MANY + 1."""
    ids = [one.id for one in rows][: MANY + 1]
    query = select(Person).where(Person.id.in_(ids)).order_by(Person.name, Person.id)
    return context.session.scalars(query).unique().all() if ids else ()


def choose(context: Context, said: str, awaited: str, token: str, show: Callable[[Context, int], None]) -> None:
    """Show whom these words mean, or ask which of several; of nobody or too many the name is asked for again.

    ``awaited`` is what ``Address.awaiting`` says then, ``token`` how the button of one of several begins ("person").
    """
    rows = found(context, said)
    if not rows or len(rows) > MANY:
        context.address.awaiting = awaited
        text = TOO_MANY if rows else NOT_FOUND
        context.say(Message(text.format(you=context.you), (HOME,)))
        return
    context.address.awaiting = ""
    if len(rows) == 1:
        show(context, rows[0].id)
        return
    options = tuple(Option(f"{token}:{one.id}", plain(called(context, one))) for one in rows)
    context.note_all("people.list", map(subject, rows))
    context.say(Message("Yang mana?", options, (HOME,)))


def called(context: Context, person: Person) -> str:
    """ "Bu Sari (KK-0001)", "Pak Anwar (Dinas Kominfo)": told apart from others of the name."""
    cares = cared_for(context.session, person.id)
    if person.has(Role.FAMILY) and cares:
        return f"{salute(person, cares[0].relation)} ({cares[0].family.code})"
    return f"{salute(person)} ({person.office.name})" if person.office else salute(person)


def described(person: Person, *, full: bool = False) -> str:
    """ "Pak Anwar, Dinas Kominfo", "Bu Murni, Bidan"; by the ``full`` name where another is called so too."""
    name = person.name if full else salute(person)
    held = next((one for one in person.roles if one.role != Role.ASN), None)
    place = person.office.name if person.office else role_words(held.role, held.title) if held else ""
    return f"{name}, {place}" if place else name
