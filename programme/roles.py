"""Give and end roles; each act in the audit with who did it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db import outbox, people
from db.audit import By, Detail, Operator, note
from db.outbox import Outgoing
from db.people import Claim, ClaimState, Invitation, Person, PersonRole
from db.places import District, HealthCentre, Office, Posyandu, Village
from db.roles import Role, ScopeKind, Title
from db.subjects import subject

PLACES: dict[ScopeKind, type[Office | Village | District | HealthCentre | Posyandu]] = {
    ScopeKind.OFFICE: Office,
    ScopeKind.VILLAGE: Village,
    ScopeKind.DISTRICT: District,
    ScopeKind.HEALTH_CENTRE: HealthCentre,
    ScopeKind.POSYANDU: Posyandu,
}
SCOPES = {
    Role.COORDINATOR: (
        ScopeKind.CITY,
        ScopeKind.DISTRICT,
        ScopeKind.VILLAGE,
        ScopeKind.OFFICE,
        ScopeKind.HEALTH_CENTRE,
        ScopeKind.POSYANDU,
    ),
    Role.HEALTH: (ScopeKind.POSYANDU, ScopeKind.HEALTH_CENTRE, ScopeKind.VILLAGE),
    Role.ADMIN: (ScopeKind.NONE,),
    Role.ASN: (ScopeKind.NONE,),
}
WITHOUT_PLACE = (ScopeKind.NONE, ScopeKind.CITY)


class RoleError(Exception):
    """The role cannot be given or ended; the text is a sentence that says why."""


@dataclass(frozen=True)
class Actor:
    """Who gives and ends roles: an administrator, or, while there is none, whoever sets the service up.

    Without a name it is the service itself, which ends what is over.
    """

    name: str
    person_id: int | None

    @property
    def who(self) -> By:
        """For the audit."""
        return self.person_id or (Operator(self.name) if self.name else None)


@dataclass(frozen=True)
class Post:
    """A role, with the title of a health worker, and where it holds. ``place`` is its name; "" without one."""

    role: Role
    title: Title = Title.NONE
    scope: ScopeKind = ScopeKind.NONE
    scope_id: int = 0
    place: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.role, self.title, self.scope, self.place)))


def actor(session: Session, written: str, found: Sequence[Person]) -> Actor:
    """Who acts: the administrator with this NIP or number among ``found``. Raises RoleError for anybody else.

    While there is no administrator, whoever writes their full name.
    """
    name = " ".join(written.split())
    if admins := [one for one in found if one.has(Role.ADMIN)]:
        return Actor(admins[0].name, admins[0].id)
    if people.holders(session, Role.ADMIN, ScopeKind.NONE, 0):
        raise RoleError(f"{name} bukan admin. Tulis NIP atau nomor HP seorang admin di --by. Lihat: asuh role list")
    if found:
        return Actor(found[0].name, found[0].id)
    if len(name) < 3 or not any(sign.isalpha() for sign in name):
        raise RoleError('Tulis nama lengkap yang menjalankan, misalnya --by "Ratna Dewi, Dinas Kominfo".')
    return Actor(name, None)


def post(session: Session, role: Role, title: Title, scope: ScopeKind | None, place: str) -> Post:
    """The role with its place looked up. Raises RoleError where it cannot hold so."""
    if role not in SCOPES:
        raise RoleError("Peran keluarga diisi lewat buku kerja, bukan di sini.")
    scope = SCOPES[role][0] if scope is None else scope
    if scope not in SCOPES[role]:
        may = ", ".join(one or "tanpa lingkup" for one in SCOPES[role])
        raise RoleError(f"Lingkup peran {role}: {may}.")
    if (role == Role.HEALTH) != (title != Title.NONE):
        titles = ", ".join(one for one in Title if one)
        raise RoleError(f"Peran health memerlukan --title: {titles}. Peran lain tidak.")
    if scope in WITHOUT_PLACE:
        return Post(role, title, scope)
    found = _places(session, scope, place)
    if len(found) != 1:
        which = f" Yang mana: {', '.join(sorted(name for _, name in found))}?" if found else ""
        raise RoleError(f"{scope} bernama {place or '(kosong)'} tidak ditemukan, atau lebih dari satu.{which}")
    [(scope_id, name)] = found
    return Post(role, title, scope, scope_id, name)


def _places(session: Session, scope: ScopeKind, place: str) -> list[tuple[int, str]]:
    """The places of this name; a kelurahan may be written with its kecamatan: "Poasia (Abeli)"."""
    wanted = " ".join(place.casefold().split())
    found: list[tuple[int, str]] = []
    for one in session.scalars(select(PLACES[scope])).unique():
        full = one.full_name if isinstance(one, Village | HealthCentre) else one.name
        if wanted in (one.name.casefold(), full.casefold()):
            found.append((one.id, full))
    return found


def give(session: Session, person: Person, post: Post, by: Actor, now: datetime) -> bool:
    """Give the role. Returns False where the person holds it already, with the same title."""
    held = _held(session, person, post)
    if held is not None and held.title == post.title:
        return False
    if held is not None:
        held.title = post.title
    else:
        person.roles.append(PersonRole(role=post.role, title=post.title, scope=post.scope, scope_id=post.scope_id))
    note(session, now, by.who, "role.give", subject(person), Detail(post.role))
    return True


def end(session: Session, person: Person, post: Post, by: Actor, now: datetime) -> bool:
    """End the role; who holds no other is let go from every address. Returns False where the person does not hold it.

    Raises RoleError for the last administrator.
    """
    admins = select(PersonRole).where(PersonRole.role == Role.ADMIN).with_for_update()
    holding = {one.person_id for one in session.scalars(admins)} if post.role == Role.ADMIN else set[int]()
    held = _held(session, person, post)
    if held is None:
        return False
    if holding == {person.id}:
        raise RoleError(f"{person.name} admin terakhir. Beri peran admin kepada orang lain dulu.")
    person.roles.remove(held)
    session.delete(held)
    session.flush()
    note(session, now, by.who, "role.end", subject(person), Detail(post.role))
    if not person.roles:
        _let_go(session, person, now)
    return True


def _held(session: Session, person: Person, post: Post) -> PersonRole | None:
    query = select(PersonRole).where(
        PersonRole.person_id == person.id, PersonRole.role == post.role, PersonRole.scope == post.scope,
        PersonRole.scope_id == post.scope_id,
    )  # fmt: skip
    return session.scalar(query)


def _let_go(session: Session, person: Person, now: datetime) -> None:
    """Detach who has no role any more from all addresses, and let their codes and messages lapse."""
    for address in people.held(session, person.id):
        people.leave(session, address, person, now)
    theirs = update(Claim).where(Claim.person_id == person.id, Claim.state != ClaimState.REFUSED)
    session.execute(theirs.values(state=ClaimState.ENDED, settled_at=now))
    unused = update(Invitation).where(Invitation.person_id == person.id, Invitation.used_at.is_(None))
    session.execute(unused.values(expires_at=now))
    outbox.cancel(session, "peran berakhir", now, Outgoing.person_id == person.id)


def held_by(session: Session) -> list[tuple[Person, PersonRole]]:
    """Who holds which role, without families and ASN: administrators, coordinators, health workers, by name."""
    query = (
        select(Person, PersonRole)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(PersonRole.role.in_((Role.ADMIN, Role.COORDINATOR, Role.HEALTH)))
    )
    order = (Role.ADMIN, Role.COORDINATOR, Role.HEALTH)
    rows = [(person, role) for person, role in session.execute(query)]
    return sorted(rows, key=lambda row: (order.index(row[1].role), row[0].name.casefold(), row[1].id))


def place_name(session: Session, held: PersonRole) -> str:
    """Where the role holds: "kelurahan Poasia (Abeli)", "Puskesmas Labibia", "kota", or "" for none."""
    if held.scope in WITHOUT_PLACE:
        return held.scope
    found = session.get(PLACES[held.scope], held.scope_id)
    name = "" if found is None else found.full_name if isinstance(found, Village | HealthCentre) else found.name
    return name if name.casefold().startswith(f"{held.scope} ") else f"{held.scope} {name}".strip()
