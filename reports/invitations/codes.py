"""Single-use invitation codes that connect a person's phone to their row, and the list of issued codes."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from secrets import choice
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, insert, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from db import people
from db.children import Carer, Child, Family, Pregnancy, Wedding
from db.codes import hashed
from db.people import Address, AddressState, Invitation, Person, PersonKind, PersonRole
from db.places import PLACE, District, HealthCentre, Office, Posyandu, Village
from db.roles import Role, ScopeKind, Title
from db.states import CareState
from flow.reading.phones import e164
from programme.visitors import in_whose_name

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 characters without I and 1, O and 0: eight of them are 40 bits."""
LENGTH = 8
NOWHERE = "Belum ada tempat"
Chance = Callable[[str], str]
"""Draws one character from a string."""


@dataclass(frozen=True)
class Issued:
    """A new code; only its hash is stored, so it cannot be shown again later.

    ``key`` is the NIP of an ASN, or their own code; the code of a family, the phone or name of anybody else; ``title``
    is a health worker's; ``group`` says where the card is handed out: an office, a kelurahan, or where the role holds.
    ``own`` is a foster parent's or delegate's own code, which stays; ``whose`` is in whose name a delegate visits.
    """

    role: Role
    key: str
    name: str
    code: str
    person_id: int
    group: str
    title: Title = Title.NONE
    own: str = ""
    whose: str = ""


@dataclass(frozen=True)
class Unjoined:
    """Somebody who has not joined: where their card is handed out, when they last got a code, and whether it holds."""

    person_id: int
    role: Role
    key: str
    name: str
    group: str
    invited_at: datetime | None
    is_valid: bool


def issue(
    session: Session,
    now: datetime,
    valid_days: int,
    key: bytes,
    role: Role | None = None,
    chance: Chance = choice,
    among: Collection[int] | None = None,
) -> list[Issued]:
    """A new code for everybody of the role who has not joined yet, grouped as they are handed out.

    Without a role everybody who has not joined gets one code, under the first of their roles. Families get one while
    they have a child or a pregnancy in the programme. An unused code of the same person and role expires, so cards
    printed before are not valid any more. ``among``: only these people. ``key`` is that of ``db.codes``.
    Does not commit.
    """
    roles = (role,) if role else tuple(Role)
    old = [Invitation.role.in_(roles), Invitation.used_at.is_(None), Invitation.expires_at > now]
    old += [] if among is None else [Invitation.person_id.in_(among)]
    session.execute(update(Invitation).where(*old, _unjoined(Invitation.person_id)).values(expires_at=now))
    _give_own_codes(session, roles)
    waiting = [one for one in _waiting(session, roles) if among is None or one[0].person_id in among]
    names = in_whose_name(session, now.date())
    issued = [
        Issued(
            one.role,
            known_by,
            one.name,
            code,
            one.person_id,
            group,
            one.title,
            one.own or "",
            names.get(one.person_id, ""),
        )
        for (one, known_by, group), code in zip(waiting, _codes(session, len(waiting), key, chance), strict=True)
    ]
    if issued:
        session.execute(
            insert(Invitation),
            [
                {
                    "code_hash": hashed(one.code, key),
                    "keyed": True,
                    "person_id": one.person_id,
                    "role": one.role,
                    "created_at": now,
                    "expires_at": now + timedelta(days=valid_days),
                }
                for one in issued
            ],
        )
    return sorted(issued, key=lambda one: (tuple(Role).index(one.role), one.group.casefold(), one.name.casefold()))


def unjoined(session: Session, now: datetime, among: Collection[int]) -> list[Unjoined]:
    """Those of these people who would get a code, grouped as the cards are handed out."""
    last: dict[int, tuple[datetime, datetime]] = {}
    query = select(Invitation.person_id, Invitation.created_at, Invitation.expires_at).where(
        Invitation.used_at.is_(None)
    )
    for person, created, expires in session.execute(query.order_by(Invitation.id)):
        last[person] = created, expires
    found = [
        Unjoined(
            one.person_id, one.role, known_by, one.name, group,
            last[one.person_id][0] if one.person_id in last else None,
            one.person_id in last and last[one.person_id][1] > now,
        )
        for one, known_by, group in _waiting(session, tuple(Role)) if one.person_id in among
    ]  # fmt: skip
    return sorted(found, key=lambda one: (tuple(Role).index(one.role), one.group.casefold(), one.name.casefold()))


def card(session: Session, person: Person, code: str, today: date) -> Issued:
    """What is printed on the card of one person, joined or not."""
    held = min(person.roles, key=lambda one: tuple(Role).index(one.role))
    families = _families(session) if held.role == Role.FAMILY else {}
    key, group = families.get(person.id, (person.nip or person.code or person.phone or person.name, ""))
    if not group:
        office = person.office.name if person.office else ""
        group = office if held.role == Role.ASN else _places(session).get((held.scope, held.scope_id), "")
    whose = in_whose_name(session, today, person.id).get(person.id, "")
    return Issued(held.role, key, person.name, code, person.id, group or NOWHERE, held.title, person.code or "", whose)


def holders_of(session: Session, key: str) -> Sequence[Person]:
    """The people of a key: the NIP or own code of an ASN, the code of a family (all its carers), or a phone number."""
    phone = e164(key)
    caring = select(Carer.person_id).join(Family, Family.id == Carer.family_id).where(Family.code == key)
    found = [
        people.has_key(key),
        Person.id.in_(caring),
        *([Person.phone == phone] if phone else []),
    ]
    return session.scalars(select(Person).where(or_(*found)).order_by(Person.id)).all()


def renew(session: Session, person: Person, now: datetime, valid_days: int, key: bytes, chance: Chance = choice) -> str:
    """A new code for a person who has joined already and will use another phone or account.

    Their unused codes expire: at most one is live. Only its hash is kept. Does not commit.
    """
    old = update(Invitation).where(Invitation.person_id == person.id, Invitation.used_at.is_(None))
    session.execute(old.where(Invitation.expires_at > now).values(expires_at=now))
    code = new_code(chance)
    while session.scalar(select(Invitation.id).where(Invitation.code_hash == hashed(code, key))):
        code = new_code(chance)
    role = next((role for role in Role if person.has(role)), "")
    expires_at = now + timedelta(days=valid_days)
    session.add(
        Invitation(
            code_hash=hashed(code, key), person_id=person.id, role=role, created_at=now, expires_at=expires_at,
            used_by="",
        )
    )  # fmt: skip
    return code


def link(bot_name: str, code: str) -> str:
    """The link that opens the bot, or the WhatsApp chat with a number ("+62811..."), and sends the code."""
    if bot_name.startswith("+"):
        return f"https://wa.me/{bot_name.removeprefix('+')}?text=mulai%20{code.replace('-', '')}"
    return f"https://t.me/{bot_name.removeprefix('@')}?start={code.replace('-', '')}"


def write_csv(path: Path, issued: Sequence[Issued], bot_name: str) -> None:
    """Write the codes as CSV: columns role, key, name, code, link; UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("role", "key", "name", "code", "link"))
        writer.writerows((one.role, one.key, one.name, one.code, link(bot_name, one.code)) for one in issued)


class _Holder(NamedTuple):
    """A person and the role they are invited under."""

    person_id: int
    name: str
    nip: str | None
    own: str | None
    phone: str | None
    office: str | None
    role: Role
    title: Title
    scope: ScopeKind
    scope_id: int


def _waiting(session: Session, roles: Sequence[Role]) -> list[tuple[_Holder, str, str]]:
    """The people to invite, each once, with their key and group."""
    query = (
        select(
            Person.id, Person.name, Person.nip, Person.code, Person.phone, Office.name,
            PersonRole.role, PersonRole.title, PersonRole.scope, PersonRole.scope_id,
        )
        .join(PersonRole, PersonRole.person_id == Person.id)
        .outerjoin(Office, Office.id == Person.office_id)
        .where(PersonRole.role.in_(roles), _unjoined(Person.id), Person.kind == PersonKind.PERSON)
        .order_by(PersonRole.id)
    )  # fmt: skip
    holders = sorted((_Holder(*row) for row in session.execute(query)), key=lambda h: roles.index(h.role))
    families = _families(session) if Role.FAMILY in roles else {}
    places = _places(session)
    found: dict[int, tuple[_Holder, str, str]] = {}
    for one in holders:
        if one.role == Role.FAMILY:
            if one.person_id in families:
                found.setdefault(one.person_id, (one, *families[one.person_id]))
            continue
        key = (one.nip or one.own if one.role == Role.ASN else None) or one.phone or one.name
        group = one.office if one.role == Role.ASN else places.get((one.scope, one.scope_id))
        found.setdefault(one.person_id, (one, key, group or NOWHERE))
    return list(found.values())


def _give_own_codes(session: Session, roles: Sequence[Role]) -> None:
    """A code of their own to everybody who fosters and has none yet: it is printed on the card."""
    if Role.ASN in roles:
        without = Person.code.is_(None), Person.roles.any(PersonRole.role == Role.ASN)
        for person in session.scalars(select(Person).where(*without).order_by(Person.id)).all():
            people.give_code(session, person)


def _unjoined(person_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The SQL condition that a person has no reachable address."""
    return ~exists().where(Address.person_id == person_id, Address.state != AddressState.GONE)


def _families(session: Session) -> dict[int, tuple[str, str]]:
    """By carer, the family code and kelurahan, of families with a child or pregnancy in the programme."""
    here = or_(
        exists().where(Child.family_id == Family.id, Child.state == CareState.ACTIVE),
        exists().where(Pregnancy.family_id == Family.id, Pregnancy.state == CareState.ACTIVE),
        exists().where(Wedding.family_id == Family.id, Wedding.state == CareState.ACTIVE),
    )
    query = (
        select(Carer.person_id, Family.code, PLACE)
        .join(Family, Family.id == Carer.family_id)
        .join(Village, Village.id == Family.village_id)
        .join(District, District.id == Village.district_id)
        .where(here)
        .order_by(Carer.id.desc())  # for a carer of several families the first one is kept
    )
    rows = session.execute(query)
    return {person: (code, place) for person, code, place in rows}


def _places(session: Session) -> dict[tuple[ScopeKind, int], str]:
    """The names of all scopes of roles."""
    villages = {village.id: village for village in session.scalars(select(Village))}
    names = {(ScopeKind.CITY, 0): "Seluruh kota"}
    names |= {(ScopeKind.VILLAGE, key): f"Kelurahan {village.full_name}" for key, village in villages.items()}
    for post in session.scalars(select(Posyandu)):
        names[ScopeKind.POSYANDU, post.id] = f"{post.full_name}, {villages[post.village_id].full_name}"
    for scope, word, table in (
        (ScopeKind.OFFICE, "", Office),
        (ScopeKind.DISTRICT, "Kecamatan ", District),
        (ScopeKind.HEALTH_CENTRE, "Puskesmas ", HealthCentre),
    ):  # fmt: skip
        names |= {(scope, place.id): f"{word}{place.name}" for place in session.scalars(select(table))}
    return names


def _codes(session: Session, count: int, key: bytes, chance: Chance) -> list[str]:
    """New codes, never used before, in the form "KDR7-MX4Q"."""
    used = set(session.scalars(select(Invitation.code_hash)))
    codes: list[str] = []
    while len(codes) < count:
        code = new_code(chance)
        if hashed(code, key) not in used:
            used.add(hashed(code, key))
            codes.append(code)
    return codes


def new_code(chance: Chance = choice) -> str:
    """A code as it is written: "KDR7-MX4Q"."""
    signs = "".join(chance(ALPHABET) for _ in range(LENGTH))
    return f"{signs[:4]}-{signs[4:]}"
