"""``asuh audit``: check the chain of seals, and export the audit."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import By, Command, Group, open_database, operator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.orm import Session

    from bot.settings import Settings
    from db.audit import Name

app = typer.Typer(cls=Group, help="Catatan siapa melihat dan mengubah data: periksa dan ekspor.", no_args_is_help=True)
command = partial(app.command, cls=Command)

HEADERS = ("nomor", "waktu", "oleh", "tindakan", "tentang", "keterangan")
AT_ONCE = 1000  # lines


@command()
def check() -> None:
    """Periksa apakah ada baris catatan yang diubah, disisipkan, atau dihapus."""
    from bot.app import now
    from bot.cli.check import WRONG, audit_finding

    set_up, sessions = open_database()
    with sessions.reading() as session:
        found = audit_finding(session, now(), set_up.zone)
    typer.echo(found.said)
    for line in found.details:
        typer.echo(f"  {line}")
    if found.mend:
        typer.echo(f"→ {found.mend}")
    sys.exit(1 if found.grade == WRONG else 0)


@command()
def export(
    file: Annotated[Path, typer.Argument(metavar="BERKAS.csv", show_default=False)],
    by: By = None,
) -> None:
    """Tulis semua catatan ke berkas CSV. Orang dan anak disebut dengan nomor atau kodenya, bukan namanya."""
    import csv

    from bot.app import now
    from db import audit

    set_up, sessions = open_database()
    with sessions.begin() as session:
        audit.note(session, now(), operator(by), "audit.export", "audit")
        file.touch(mode=0o600)
        count = 0
        with file.open("w", encoding="utf-8-sig", newline="") as sheet:  # Excel reads UTF-8 only with a byte order mark
            writer = csv.writer(sheet)
            writer.writerow(HEADERS)
            for row in _rows(session, set_up):
                writer.writerow(row)
                count += 1
    typer.echo(f"{file}: {count} baris. Berkas ini hanya untuk yang berwenang.")


def _rows(session: Session, set_up: Settings) -> Iterator[tuple[str, ...]]:
    """All lines, oldest first."""
    from sqlalchemy import select

    from db import audit
    from db.audit import Audit

    last = 0
    query = select(Audit).order_by(Audit.id).limit(AT_ONCE)
    while lines := session.scalars(query.where(Audit.id > last)).all():
        last = lines[-1].id
        meant = audit.meaning(session, {said for line in lines for said in (line.actor, line.subject, line.detail)})
        codes = _codes(session, meant)
        for line in lines:
            at = line.at.astimezone(set_up.zone)
            said = (codes.get(one, one) for one in (line.actor, line.subject, line.detail))
            actor, subject, detail = (_safe(one) for one in said)
            yield str(line.id), f"{at:%Y-%m-%d %H:%M:%S}", actor or "asuh", line.action, subject, detail


def _codes(session: Session, meant: Mapping[str, Name]) -> Mapping[str, str]:
    """What pseudonyms stand for: the code of a child or a family, the name of an operator, else kind and id."""
    from sqlalchemy import select

    from db.audit import OPERATOR
    from db.children import Child, Family
    from db.subjects import SubjectKind

    codes: dict[tuple[str, int], str] = {}
    for kind, table in ((SubjectKind.CHILD, Child), (SubjectKind.FAMILY, Family)):
        ids = {one.id for one in meant.values() if one.kind == kind}
        found = session.execute(select(table.id, table.code).where(table.id.in_(ids)))
        codes |= {(str(kind), id): f"{kind}:{code}" for id, code in found}
    return {
        pseudonym: f"{OPERATOR}:{one.name}"
        if one.kind == OPERATOR
        else codes.get((one.kind, one.id), f"{one.kind}:{one.id}")
        for pseudonym, one in meant.items()
    }


def _safe(said: str) -> str:
    """The text as Excel shows it and does not compute it."""
    return f"'{said}" if said[:1] in ("=", "+", "-", "@", "\t", "\r") else said
