"""``asuh lessons``: check, preview and count lessons."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import Command, Group, open_database, stop

if TYPE_CHECKING:
    from bot.settings import Settings
    from content.city import City
    from reports.lesson_counts import LessonCount

app = typer.Typer(cls=Group, help="Pesan edukasi: periksa, lihat semuanya, dan hitung hasilnya.", no_args_is_help=True)
command = partial(app.command, cls=Command)

NUMBERS = ("terkirim", "dibaca", "berhenti_sesudahnya")
SHORTEST_NAME = 3
HEADERS = ("pesan", "topik", "terkirim", "dibaca", "jawaban", "berhenti_sesudahnya")


@command()
def check() -> None:
    """Periksa semua pesan: panjang, kata, sumber, dan apakah seluruh rencana sudah tertulis."""
    from content import danger, illness, lessons, urgency
    from content.check import problems
    from content.coverage import GAPS
    from programme.lesson_words import STAGES
    from rules import signs

    library = lessons.load()
    for stage, (title, _) in STAGES.items():
        typer.echo(f"{title:24} {sum(lesson.stage == stage for lesson in library.lessons):4} pesan")
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

    set_up = settings.load()
    city = city_folder.city(set_up)
    file.write_text(page(city, city.today(now()), _signed(set_up, city)), encoding="utf-8")
    typer.echo(f"{file}: {len(city.library.lessons)} pesan. Buka di peramban, saring, lalu cetak.")
    if browser:
        webbrowser.open(file.resolve().as_uri())


@command()
def sign(
    names: Annotated[list[str], typer.Argument(metavar="PESAN...", help="Misalnya hamil-07 bayi-hari-07.en danger.")],
    by: Annotated[str, typer.Option(metavar="NAMA", help="Nama dan jabatan bidan atau petugas gizi yang memeriksa.")],
) -> None:
    """Catat tanda tangan untuk teks yang sudah dibaca, misalnya dari cetakan. Gugur sendiri kalau teksnya berubah."""
    from bot import city_folder
    from bot.app import now
    from content import review
    from db import audit
    from db.audit import Operator
    from programme import lesson_reviews

    name = " ".join(by.split())
    if len(name) < SHORTEST_NAME:
        stop('Tulis nama lengkapnya, misalnya --by "Hasnawati, bidan Puskesmas Labibia".')
    set_up, sessions = open_database()
    city = city_folder.city(set_up)
    known = {one.label: one for one in review.texts(city.library, city.programme, city.templates)}
    if unknown := [one for one in names if one not in known]:
        stop(f"Tidak ada teks bernama {', '.join(unknown)}. Lihat: asuh lessons list")
    moment = now()
    with sessions.begin() as session:
        for one in names:
            lesson_reviews.sign(session, moment, known[one], name)
            audit.note(session, moment, Operator(name), "lesson.sign", "lessons")
    typer.echo(f"Tercatat: {name} menandatangani {', '.join(names)}, {city.local(moment):%d/%m/%Y %H:%M}.")


@command()
def adopt() -> None:
    """Pindahkan nama peninjau yang tertulis di berkas ke tanda tangan, yang gugur sendiri kalau teksnya berubah."""
    from bot import city_folder
    from bot.app import now
    from programme import lesson_reviews

    set_up, sessions = open_database()
    city = city_folder.city(set_up)
    with sessions.begin() as session:
        moved = lesson_reviews.adopt(session, now(), city)
    typer.echo(f"{len(moved)} tanda tangan dipindahkan. Kosongkan reviewed_by dan reviewed_on di berkasnya.")
    _list("Dipindahkan", moved)


@command("list")
def list_reviews(
    signed: Annotated[bool, typer.Option("--signed", help="Yang sudah ditandatangani, oleh siapa dan kapan.")] = False,
) -> None:
    """Teks yang belum ditandatangani, tanda bahaya lebih dulu, dan apa yang diminta diubah."""
    from bot import city_folder
    from programme import lesson_reviews

    set_up, sessions = open_database()
    city = city_folder.city(set_up)
    with sessions.reading() as session:
        if signed:
            for text, who, at in lesson_reviews.signed_texts(session, city):
                typer.echo(f"{text.label:40} {at}  {who}")
            return
        waiting = lesson_reviews.unsigned(session, city)
        wishes = [(lesson_reviews.label_of(one), one.name, one.wish) for one in lesson_reviews.wishes(session, city)]
    _list("Tanda bahaya, belum ditandatangani", [one.label for one in waiting if one.is_urgent])
    _list("Lainnya, belum ditandatangani", [one.label for one in waiting if not one.is_urgent])
    _list("Diminta diubah", [f"{label} ({name}): {wish or 'belum ditulis apa'}" for label, name, wish in wishes])
    typer.echo(f"\n{len(waiting)} teks belum ditandatangani, {len(wishes)} diminta diubah.")


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


def _signed(set_up: Settings, city: City) -> dict[str, str]:
    """Who signed each text as it is, and when; nothing where there is no database yet."""
    from bot import city_folder
    from db import migrate
    from db.engine import sessions
    from programme import lesson_reviews

    engine = city_folder.database(set_up)
    if not migrate.is_current(engine):
        return {}
    with sessions(engine).reading() as session:
        found = lesson_reviews.signed_texts(session, city)
        return {one.label: ", ".join(filter(None, (who, at))) for one, who, at in found if not one.in_file}


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
