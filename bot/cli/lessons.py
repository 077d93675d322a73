"""``asuh lessons``: check, preview and count lessons."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import Command, Group, open_database

if TYPE_CHECKING:
    from reports.lesson_counts import LessonCount

app = typer.Typer(cls=Group, help="Pesan edukasi: periksa, lihat semuanya, dan hitung hasilnya.", no_args_is_help=True)
command = partial(app.command, cls=Command)

NUMBERS = ("terkirim", "dibaca", "berhenti_sesudahnya")
HEADERS = ("pesan", "topik", "terkirim", "dibaca", "jawaban", "berhenti_sesudahnya")


@command()
def check() -> None:
    """Periksa semua pesan: panjang, kata, sumber, dan apakah seluruh rencana sudah tertulis."""
    from bot.preview.words import STAGES
    from content import danger, illness, lessons, urgency
    from content.check import problems
    from content.coverage import GAPS
    from rules import signs

    library = lessons.load()
    for stage, (title, _) in STAGES.items():
        here = [lesson for lesson in library.lessons if lesson.stage == stage]
        reviewed = sum(lesson.reviewed_by is not None for lesson in here)
        typer.echo(f"{title:24} {len(here):4} pesan, {reviewed:4} sudah ditinjau")
    for language, told in sorted(library.overlays.items()):
        typer.echo(f"{f'Bahasa lain ({language})':24} {len(told):4} pesan")
    _list("Sengaja tanpa pesan baru", [f"{name}: {why}" for name, why in GAPS.items()])
    urgencies = {sign.id: str(sign.urgency) for sign in signs.table().values()}
    found = [*problems(library), *urgency.problems(library, urgencies)]
    found += danger.problems(danger.shipped(), signs.table())
    found += illness.problems(library, illness.load(), signs.table())
    _list("Perlu diperbaiki", found)
    typer.echo(f"\n{len(library.lessons)} pesan, {len(found)} hal perlu diperbaiki.")
    sys.exit(1 if found else 0)


@command()
def preview(
    file: Annotated[Path, typer.Argument(metavar="[BERKAS.html]", show_default=False)] = Path("pesan-edukasi.html"),
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Buka halamannya di peramban.")] = True,
) -> None:
    """Tulis semua pesan ke satu halaman seperti yang dilihat keluarga, untuk dibaca, dicetak, dan ditandatangani."""
    import webbrowser

    from bot import city_folder, settings
    from bot.app import now
    from bot.preview.page import page

    city = city_folder.city(settings.load())
    file.write_text(page(city, city.today(now())), encoding="utf-8")
    typer.echo(f"{file}: {len(city.library.lessons)} pesan. Buka di peramban, saring, lalu cetak.")
    if browser:
        webbrowser.open(file.resolve().as_uri())


@command()
def report(
    days: Annotated[
        int | None, typer.Option(min=1, metavar="HARI", help="Hanya sekian hari terakhir.", show_default=False)
    ] = None,
    csv: Annotated[Path | None, typer.Option(metavar="BERKAS.csv", help="Tulis ke berkas.", show_default=False)] = None,
) -> None:
    """Hitung tiap pesan: terkirim, dibaca, dijawab apa, dan berapa keluarga yang berhenti sesudahnya."""
    from datetime import timedelta

    from bot.app import now
    from content import lessons
    from reports.lesson_counts import counts

    _, sessions = open_database()
    with sessions.reading() as session:
        found = counts(session, now() - timedelta(days=days) if days else None)
    topics = {lesson.id: lesson.topic for lesson in lessons.load().lessons}
    rows = [_row(count, topics.get(count.lesson, "")) for count in found]
    if csv:
        _write(csv, rows)
        typer.echo(f"{csv}: {len(rows)} pesan.")
    elif rows:
        _table(rows)
    else:
        typer.echo("Belum ada pesan yang terkirim.")


def _row(count: LessonCount, topic: str) -> tuple[str, ...]:
    answers = ", ".join(f"{answer} {n}" for answer, n in sorted(count.answers.items()))
    return count.lesson, topic, str(count.sent), str(count.read), answers, str(count.stopped)


def _write(file: Path, rows: list[tuple[str, ...]]) -> None:
    import csv

    with file.open("w", encoding="utf-8-sig", newline="") as sheet:  # Excel reads UTF-8 only with a byte order mark
        csv.writer(sheet).writerows([HEADERS, *rows])


def _table(rows: list[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for header in HEADERS:
        table.add_column(header.replace("_", " ").capitalize(), justify="right" if header in NUMBERS else "left")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _list(title: str, lines: list[str]) -> None:
    if lines:
        typer.echo(f"\n{title}:")
        for line in lines:
            typer.echo(f"  {line}")
