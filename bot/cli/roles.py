"""``asuh role``: who holds which role; give and end one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import Command, Group, open_database, stop
from db.roles import Role, ScopeKind, Sex, Title

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from db.people import Person

app = typer.Typer(cls=Group, help="Peran: admin, koordinator, dan petugas.", no_args_is_help=True)
command = partial(app.command, cls=Command)

Key = Annotated[str, typer.Argument(metavar="KUNCI", help="NIP atau nomor HP orangnya.", show_default=False)]
Which = Annotated[Role, typer.Argument(metavar="PERAN", help="admin, coordinator, health, atau asn.")]
By = Annotated[str, typer.Option(metavar="KUNCI", help="NIP atau nomor HP admin yang menjalankan.")]
Called = Annotated[Title, typer.Option(help="Jabatan petugas kesehatan.", show_default=False)]
Scope = Annotated[ScopeKind | None, typer.Option(help="Lingkup peran.", show_default=False)]
Place = Annotated[str, typer.Option(metavar="NAMA", help="Nama tempatnya.", show_default=False)]


@command()
def give(
    key: Key,
    role: Which,
    by: By,
    title: Called = Title.NONE,
    scope: Scope = None,
    place: Place = "",
    name: Annotated[
        str, typer.Option(metavar="NAMA", help="Nama, bila nomor HP itu belum tercatat.", show_default=False)
    ] = "",
    sex: Annotated[
        Sex | None, typer.Option("--jk", help="L atau P, supaya disapa Pak atau Bu.", show_default=False)
    ] = None,
) -> None:
    """Beri peran. Orangnya lalu masuk dengan kode: asuh invite --again KUNCI."""
    from bot.app import now
    from programme import roles

    _, sessions = open_database()
    try:
        with sessions.begin() as session:
            acting = roles.actor(session, by, _found(session, by))
            who = _one(session, key, name)
            who.sex = sex or who.sex
            post = roles.post(session, role, title, scope, place)
            given = roles.give(session, who, post, acting, now())
            called = who.name
    except roles.RoleError as problem:
        stop(str(problem))
    if not given:
        typer.echo(f"{called} sudah memegang peran itu: {post}.")
        return
    typer.echo(f"Tercatat: {called}, {post}, oleh {acting.name}.")
    typer.echo(f"Kodenya: asuh invite --again {key}")


@command()
def end(key: Key, role: Which, by: By, scope: Scope = None, place: Place = "", title: Called = Title.NONE) -> None:
    """Akhiri peran. Admin terakhir tidak bisa diakhiri."""
    from bot.app import now
    from programme import roles

    _, sessions = open_database()
    try:
        with sessions.begin() as session:
            acting = roles.actor(session, by, _found(session, by))
            who = _one(session, key, "")
            held = title or next((one.title for one in who.roles if one.role == role), Title.NONE)
            post = roles.post(session, role, held, scope, place)
            ended = roles.end(session, who, post, acting, now())
            called = who.name
    except roles.RoleError as problem:
        stop(str(problem))
    if not ended:
        stop(f"{called} tidak memegang peran itu: {post}.")
    typer.echo(f"Tercatat: peran {post} dari {called} berakhir, oleh {acting.name}.")


@command("list")
def list_() -> None:
    """Lihat siapa memegang peran admin, koordinator, dan petugas."""
    from programme import roles

    _, sessions = open_database()
    with sessions() as session:
        rows = [
            f"{held.role:12} {person.name}{f', {held.title}' if held.title else ''}  {roles.place_name(session, held)}"
            for person, held in roles.held_by(session)
        ]
    for row in rows:
        typer.echo(row.rstrip())
    if not any(row.startswith(Role.ADMIN) for row in rows):
        typer.echo('Belum ada admin. Beri dengan: asuh role give NOMOR_HP admin --name NAMA --by "NAMA ANDA"')


def _found(session: Session, key: str) -> list[Person]:
    from reports.invitations.codes import holders_of

    return list(holders_of(session, key))


def _one(session: Session, key: str, name: str) -> Person:
    """The person of the key; a new one with this name for a number that nobody has. Exits where that is not clear."""
    from bot.app import now
    from db.people import Person
    from flow.reading.phones import e164

    found = _found(session, key)
    if len(found) > 1:
        stop(f"Ada {len(found)} orang dengan {key}. Pakai NIP.")
    if found:
        return found[0]
    called, phone = " ".join(name.split()), e164(key)
    if not called or phone is None:
        stop(f"Tidak ada orang dengan {key}. Untuk orang baru, tulis nomor HP dan --name.")
    person = Person(name=called, phone=phone, created_at=now())
    session.add(person)
    session.flush()
    return person
