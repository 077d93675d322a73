"""The command ``asuh``. Its output is Indonesian; expected mistakes give a sentence, not a traceback.

Everything heavy is imported where it is used, so that ``asuh --help`` answers at once.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import audit, lessons, roles, terminal, whatsapp
from bot.cli.terminal import By, Command, Group, list_lines, open_database, operator, plain_words, stop
from db.roles import Role
from reports.workbook.answers import Answer

if TYPE_CHECKING:
    from db.audit import Operator
    from reports.workbook.importing import Result

app = typer.Typer(
    cls=Group,
    help="Asuh: layanan chat orang tua asuh anak stunting. Coba dulu dengan: asuh demo",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
command = partial(app.command, cls=Command)
app.add_typer(audit.app, name="audit")
app.add_typer(lessons.app, name="lessons")
app.add_typer(whatsapp.app, name="whatsapp")
app.add_typer(roles.app, name="role")


File = Annotated[Path, typer.Argument(metavar="BERKAS.xlsx", show_default=False)]


def main() -> None:
    """The entry point. An expected mistake becomes a sentence and exit status 1."""
    terminal.speak_indonesian()
    try:
        app()
    except Exception as failure:
        stop(*plain_words(failure))


# --- running ---------------------------------------------------------------------


@command()
def run() -> None:
    """Jalankan layanan. Berhenti dengan Ctrl+C; pekerjaan yang sedang berjalan diselesaikan dulu."""
    import asyncio

    from bot import log, settings
    from bot.app import build

    set_up = settings.load()
    log.set_up(set_up.log_level)

    async def serve() -> None:
        await build(set_up).run()

    asyncio.run(serve())


@command()
def check() -> None:
    """Periksa pengaturan: apa yang kurang, keliru, atau tidak terjangkau, dan cara memperbaikinya."""
    from bot.app import now
    from bot.cli import check

    colours = {check.OK: typer.colors.GREEN, check.LOOK: typer.colors.YELLOW, check.WRONG: typer.colors.RED}
    wrong = False
    for found in check.examine(now):
        wrong = wrong or found.grade == check.WRONG
        typer.secho(f"{found.grade:8}", fg=colours[found.grade], nl=False)
        typer.echo(f"{found.subject}: {found.said}")
        if found.mend:
            typer.echo(f"{'':8}→ {found.mend}")
        for line in found.details:
            typer.echo(f"{'':8}- {line}")
    sys.exit(1 if wrong else 0)


@command()
def migrate(
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Buat kunci kode yang baru. Semua kartu yang belum dipakai batal.")
    ] = False,
) -> None:
    """Siapkan atau perbarui tabel basis data, isi daftar kelurahan, buat kunci kode. Aman dijalankan lagi."""
    from bot import city_folder, secret_key, settings
    from bot.app import now
    from content import lessons
    from db import migrate
    from db.engine import sessions
    from programme import lesson_search

    set_up = settings.load()
    engine = city_folder.database(set_up)
    migrate.upgrade(engine)
    with sessions(engine).begin() as session:
        lesson_search.fill(session, lessons.shipped())
        added = city_folder.seed_places(session, set_up)
        erased = city_folder.repeat_erasures(session, set_up, now())
        wrong = secret_key.prepare(session, set_up, now(), new=new_key)
    if wrong:
        stop(wrong)
    typer.echo(f"Basis data siap. Wilayah baru tercatat: {added}.")
    if erased:
        typer.echo(f"Dihapus lagi menurut penghapusan.csv: {erased} keluarga.")


# --- real data ------------------------------------------------------------------------------


@command()
def template(file: File) -> None:
    """Tulis buku kerja kosong untuk diisi dengan data kota."""
    from bot import city_folder, settings
    from reports.workbook import template
    from reports.workbook.areas import pairs

    places = city_folder.village_file(settings.load())
    template.write(file, pairs(places) if places else ())
    typer.echo(f"{file} siap diisi. Setelah itu: asuh import {file}")


@command("import")
def import_(
    file: File,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Periksa saja, tanpa menyimpan apa pun.")] = False,
    again: Annotated[
        list[str] | None,
        typer.Option(metavar="KODE_KELUARGA", help="Keluarga terhapus yang minta dicatat lagi.", show_default=False),
    ] = None,
    replacing: Annotated[
        Answer | None,
        typer.Option(
            help="Arti NIP lain untuk anak yang sudah punya pendamping, bila kolom peran tidak mengatakannya.",
            show_default=False,
        ),
    ] = None,
    by: By = None,
) -> None:
    """Masukkan data kota dari buku kerja. Semua atau tidak sama sekali; boleh diulang."""
    from rich.progress import Progress

    from bot import city_folder
    from bot.app import now
    from programme.assignments import Changed
    from reports.workbook import importing

    set_up, sessions = open_database()
    city = city_folder.city(set_up)
    with Progress(transient=True) as bar, sessions() as session:
        task = bar.add_task("Membaca", total=None)
        moment = now().astimezone(set_up.zone)
        try:
            result = importing.apply(
                session,
                file,
                moment,
                lambda done, total: bar.update(task, completed=done, total=total),
                operator(by),
                again=again or (),
                answer=replacing,
                city=city,
            )
        except Changed as changed:
            stop(f"{changed} Tidak ada yang disimpan. Jalankan lagi untuk melihat keadaan yang baru.")
        if dry_run or result.errors or result.questions:
            session.rollback()
        else:
            session.commit()
    _tell(file, result, dry_run)


def _tell(file: Path, result: Result, dry_run: bool) -> None:
    from reports.workbook.errors import mark

    list_lines("Perlu dilihat", [str(warning) for warning in result.warnings])
    if result.questions and not result.errors:
        list_lines("Perlu diputuskan", [str(question) for question in result.questions])
        marked = file.with_name(f"{file.stem}-perlu-diputuskan.xlsx")
        mark(file, marked, [question.problem for question in result.questions])
        stop(
            f"Tidak ada yang disimpan. Isi kolom peran di sel yang ditandai di {marked}, lalu kirim salinan itu; "
            "atau tulis satu jawaban untuk semuanya dengan --replacing."
        )
    if not result.errors:
        list_lines("Berubah", list(result.changes))
        typer.echo(f"{result.added} baru, {result.changed} berubah, {result.unchanged} tetap.")
        typer.echo("Belum disimpan karena memakai --dry-run." if dry_run else "Semua tersimpan.")
        return
    list_lines("Keliru", [str(error) for error in result.errors])
    marked = file.with_name(f"{file.stem}-kesalahan.xlsx")
    try:
        mark(file, marked, result.errors)
    except Exception:  # openpyxl raises many types for a file that is not a workbook
        stop("Tidak ada yang disimpan.")
    stop(f"Tidak ada yang disimpan. Perbaiki sel yang ditandai di {marked}, lalu kirim salinan itu.")


@command()
def zscore(
    source: Annotated[Path, typer.Argument(metavar="DAFTAR.csv", show_default=False)],
    target: Annotated[Path, typer.Argument(metavar="HASIL.csv", show_default=False)],
) -> None:
    """Hitung z-score WHO dan status gizi dari daftar CSV. Baris yang keliru disebut, yang lain tetap dihitung.

    Kolom: sex (1 atau L, 2 atau P), age_days atau birth_date dan measured_on, weight (kg), lenhei (cm),
    measure (L telentang, H berdiri), headc, armc, oedema (y atau n).
    """
    from reports.zscore.file import write
    from reports.zscore.table import Unusable

    def tell(line: int, said: str) -> None:
        typer.secho(f"Baris {line}: {said}", fg=typer.colors.RED, err=True)

    try:
        count = write(source, target, tell)
    except Unusable as problem:
        stop(str(problem))
    typer.echo(f"{target}: {count.rows} baris, {count.wrong} perlu dilihat.")
    sys.exit(1 if count.wrong else 0)


@command()
def invite(
    role: Annotated[Role | None, typer.Option(help="Hanya untuk peran ini.", show_default=False)] = None,
    csv: Annotated[Path | None, typer.Option(metavar="BERKAS.csv", help="Daftar kode.", show_default=False)] = None,
    cards: Annotated[
        Path | None, typer.Option(metavar="BERKAS.html", help="Kartu untuk dicetak.", show_default=False)
    ] = None,
    whatsapp: Annotated[
        str | None, typer.Option(metavar="NOMOR", help="Nomor WhatsApp kota; tautannya membuka WhatsApp.")
    ] = None,
    again: Annotated[
        str | None,
        typer.Option(metavar="KUNCI", help="Kode bagi yang HP-nya berganti: NIP, kode OTA, kode keluarga, nomor HP."),
    ] = None,
    by: By = None,
) -> None:
    """Buat kode undangan untuk semua yang belum bergabung. Kode lama mereka tidak berlaku lagi."""
    import asyncio
    from collections import Counter

    from bot import city_folder, secret_key
    from bot.app import bot_name, now
    from db.audit import Note, note_all
    from db.subjects import Subject, SubjectKind
    from flow.reading.phones import e164
    from programme import settings
    from reports.invitations.cards import write_cards
    from reports.invitations.codes import issue, write_csv

    if again:
        _invite_again(again, operator(by))
        return
    if csv is None and cards is None:
        stop("Tulis tujuannya: --csv BERKAS.csv, --cards BERKAS.html, atau keduanya.")
    set_up, sessions = open_database()
    city = city_folder.city(set_up)
    valid_days = city.programme.invitations.valid_days
    name = e164(whatsapp) if whatsapp else asyncio.run(bot_name(set_up))
    if name is None:
        stop(f"{whatsapp} bukan nomor HP. Tulis misalnya 0811 4000 123.")
    with sessions.begin() as session:
        if wrong := secret_key.problem(session, set_up):
            stop(wrong)
        moment = now()
        valid_days = settings.applied(session, city).programme.invitations.valid_days
        issued = issue(session, moment, valid_days, city.secret, role)
        notes = [Note(operator(by), "invitation.issue", Subject(SubjectKind.PERSON, one.person_id)) for one in issued]
        note_all(session, moment, notes)
        # Written before the commit: a code that could not be written must not replace one that was handed out.
        for path, write in ((csv, write_csv), (cards, partial(write_cards, city_name=set_up.city))):
            if path and issued:
                path.touch(mode=0o600)
                write(path, issued, name)
    if not issued:
        typer.echo("Tidak ada kode baru: semua sudah bergabung, atau belum ada datanya.")
        return
    for held, count in sorted(Counter(one.role for one in issued).items()):
        typer.echo(f"{held}: {count} kode")
    typer.echo(f"Berlaku {valid_days} hari. Simpan baik-baik: siapa pun yang memegang kode bisa memakainya.")


def _invite_again(key: str, by: Operator) -> None:
    """Print a new code for a person who has joined already and lost their phone; their old addresses are told."""
    from bot import city_folder, secret_key
    from bot.app import now
    from db.audit import note
    from db.subjects import subject
    from programme import identity
    from reports.invitations.codes import holders_of, renew

    set_up, sessions = open_database()
    city = city_folder.city(set_up)
    valid_days = city.programme.invitations.valid_days
    with sessions.begin() as session:
        if wrong := secret_key.problem(session, set_up):
            stop(wrong)
        holders = holders_of(session, key)
        for person in holders:
            moment = now()
            note(session, moment, by, "invitation.issue", subject(person))
            typer.echo(f"{person.name}: {renew(session, person, moment, valid_days, city.secret)}")
            identity.tell_of_code(session, person, moment, city)
    if not holders:
        stop(f"Tidak ada orang dengan kunci {key}.")
    typer.echo(f"Berlaku {valid_days} hari, sekali pakai. HP yang lama dilepas saat kode dipakai.")


@command()
def aside(
    retry: Annotated[
        int | None, typer.Option(metavar="NOMOR", help="Proses lagi yang bernomor ini.", show_default=False)
    ] = None,
    by: By = None,
) -> None:
    """Lihat pesan masuk yang gagal diproses, atau proses lagi salah satunya."""
    from bot.app import now
    from db import audit, inbox

    set_up, sessions = open_database()
    with sessions.begin() as session:
        audit.note(session, now(), operator(by), "aside.view" if retry is None else "aside.retry", "aside")
        rows = inbox.set_aside(session)
        if retry is not None:
            row = next((row for row in rows if row.id == retry), None)
            if row is None:
                stop(f"Tidak ada pesan gagal bernomor {retry}.")
            row.state, row.attempts, row.reason = inbox.WAITING, 0, ""
            typer.echo(f"Pesan {retry} akan diproses lagi oleh asuh run.")
            return
        if not rows:
            typer.echo("Tidak ada pesan yang gagal diproses.")
        for row in rows:
            at = row.received_at.astimezone(set_up.zone)
            typer.echo(f"{row.id:>8}  {at:%d/%m/%Y %H:%M}  {row.channel}  {row.reason}")


@command("accept-danger-texts")
def accept_danger_texts(
    by: Annotated[str, typer.Option(metavar="NAMA", help="Nama dan jabatan yang bertanggung jawab.")],
) -> None:
    """Catat siapa yang menerima teks tanda bahaya yang belum diperiksa, supaya keluarga baru bisa bergabung."""
    from bot import city_folder
    from bot.app import now
    from programme import opening

    name = " ".join(by.split())
    if len(name) < 3:
        stop('Tulis nama lengkapnya, misalnya --by "dr. Sitti Rahma, Dinas Kesehatan".')
    set_up, sessions = open_database()
    city = city_folder.city(set_up)
    with sessions.reading() as session:
        unsigned = opening.unsigned(session, city)
    if not unsigned:
        typer.echo("Semua teks tanda bahaya sudah diperiksa. Tidak ada yang perlu diterima.")
        return
    moment = now()
    with sessions.begin() as session:
        opening.accept(session, moment, name)
        is_open = opening.is_open(session, city)
    typer.echo(f"Tercatat: {name} menerima {len(unsigned)} teks tanda bahaya, {city.local(moment):%d/%m/%Y %H:%M}.")
    typer.echo("Keluarga baru bisa bergabung." if is_open else "Nomor darurat belum lengkap. Lihat: asuh check")


@command()
def requests(
    file: Annotated[Path, typer.Argument(metavar="BERKAS.csv", show_default=False)],
) -> None:
    """Tulis daftar semua permintaan tentang data: jenis, keluarga, kapan, batas waktu, dan jawabannya."""
    from reports.request_register import write

    set_up, sessions = open_database()
    with sessions() as session:
        count = write(session, file, set_up.zone)
    typer.echo(f"{file}: {count} permintaan.")


@command()
def forget(
    family: Annotated[str, typer.Argument(metavar="KODE_KELUARGA", help="Kode keluarga di buku kerja.")],
    yes: Annotated[bool, typer.Option("--yes", help="Jangan bertanya lagi.")] = False,
    by: By = None,
) -> None:
    """Hapus data pribadi satu keluarga atas permintaannya. Ukuran dan kunjungan tinggal tanpa nama."""
    from bot import city_folder
    from bot.app import now
    from drawing import attachments
    from programme import erasure, erasure_register

    set_up, sessions = open_database()
    with sessions.begin() as session:
        found = erasure.by_code(session, family)
        if found is None:
            stop(f"Tidak ada keluarga berkode {family}, atau datanya sudah dihapus.")
        if not yes and not typer.confirm(f"Hapus data pribadi keluarga {family}? Ini tidak bisa dikembalikan."):
            stop("Tidak ada yang dihapus.")
        pictures = erasure.forget(session, found, now(), operator(by))
    attachments.delete(set_up.files, pictures)
    with sessions() as session:
        erasure_register.write(session, city_folder.ERASURES)
    typer.echo(f"Data pribadi keluarga {family} sudah dihapus.")


if __name__ == "__main__":
    main()
