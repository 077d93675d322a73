"""Output of ``asuh``: in Indonesian, with a sentence instead of a traceback for expected mistakes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from bot.settings import Settings
    from db.audit import Operator
    from db.engine import Sessions

SHOWN = 20  # lines of a long list
By = Annotated[
    str | None,
    typer.Option(metavar="NAMA", help="Siapa yang menjalankan ini, untuk catatan. Tanpa ini: nama akun di server."),
]


class Group(TyperGroup):
    def get_help_option(self, ctx: Any) -> Any:
        return _in_indonesian(super().get_help_option(ctx))


class Command(TyperCommand):
    def get_help_option(self, ctx: Any) -> Any:
        return _in_indonesian(super().get_help_option(ctx))


def _in_indonesian(option: Any) -> Any:
    if option is not None:
        option.help = "Tampilkan penjelasan ini."
    return option


def speak_indonesian() -> None:
    """Replace typer's own English words."""
    from typer import rich_utils

    rich_utils.OPTIONS_PANEL_TITLE, rich_utils.COMMANDS_PANEL_TITLE = "Pilihan", "Perintah"
    rich_utils.ARGUMENTS_PANEL_TITLE, rich_utils.ERRORS_PANEL_TITLE = "Berkas", "Keliru"
    rich_utils.RICH_HELP = "Lihat penjelasan dengan '{command_path} {help_option}'."


def plain_words(failure: Exception) -> list[str]:
    """The sentence for an expected mistake. Raises any other exception again."""
    from sqlalchemy.exc import OperationalError  # imported here because it takes a second

    from bot.settings import SettingsError
    from content.danger import DangerWordsError
    from content.lessons import ContentError
    from content.programme import ProgrammeError
    from reports.workbook.areas import PlacesError
    from rules.services.reading import ServicesError
    from rules.signs import SignsError

    match failure:
        case SettingsError() | ContentError() | ServicesError() | PlacesError():
            return list(failure.problems)
        case ProgrammeError() | DangerWordsError() | SignsError():
            return str(failure).splitlines()
        case OperationalError():
            return ["Basis data tidak bisa dipakai. Periksa dengan: asuh check"]
        case OSError() if failure.filename:
            return [f"Berkas {failure.filename} tidak bisa dibaca atau ditulis."]
        case _:
            raise failure


def stop(*said: str) -> NoReturn:
    for line in said:
        typer.secho(line, fg=typer.colors.RED, err=True)
    sys.exit(1)


def operator(by: str | None) -> Operator:
    """Who runs the command, for the audit: the name that was given, else the account, also behind sudo."""
    from getpass import getuser

    from db.audit import Operator

    name = " ".join((by or os.environ.get("SUDO_USER") or "").split())
    try:
        return Operator(name or getuser())
    except (KeyError, OSError):  # an account without a name, as in a container
        return Operator(f"akun {os.getuid()}")


def list_lines(title: str, lines: list[str]) -> None:
    if not lines:
        return
    typer.echo(f"{title}:")
    for line in lines[:SHOWN]:
        typer.echo(f"  {line}")
    if len(lines) > SHOWN:
        typer.echo(f"  … dan {len(lines) - SHOWN} lagi")


def open_database() -> tuple[Settings, Sessions]:
    """The settings and a database that is ready; otherwise prints a sentence and exits."""
    from bot import city_folder, settings
    from db import migrate
    from db.engine import sessions

    set_up = settings.load()
    engine = city_folder.database(set_up)
    if not migrate.is_current(engine):
        stop("Basis data belum siap dipakai. Jalankan dulu: asuh migrate")
    return set_up, sessions(engine)
