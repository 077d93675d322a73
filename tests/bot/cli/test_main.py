"""The commands as an operator sees them: sentences in Indonesian, an exit status, never a traceback."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from content import danger_texts, lessons, programme
from db import inbox
from db.children import Child
from db.engine import connect, sessions
from db.inbox import Arrival, Received
from db.outbox import Outgoing
from db.people import Invitation, Person
from programme import opening
from tests import people
from tests.bot.cli.conftest import Run
from tests.bot.telegram.botapi import TOKEN, BotAPI
from tests.people import NOW


def write_env(api: BotAPI) -> None:
    Path(".env").write_text(f"ASUH_TELEGRAM_TOKEN={TOKEN}\nASUH_TELEGRAM_API_URL={api.url}\n")


def fill(file: str, sheet: str, **values: str) -> None:
    """Write one row into the sheet of a template, by its headers."""
    book = openpyxl.load_workbook(file)
    page = book[sheet]
    headers = {str(cell.value): cell.column for cell in page[1]}
    row = page.max_row + 1 if page.max_row > 1 else 2
    for name, value in values.items():
        page.cell(row, headers[name], value)
    book.save(file)


def test_help_answers_in_indonesian_and_names_every_command(run: Run) -> None:
    status, said = run("--help")
    assert status == 0
    for name in (
        "demo",
        "run",
        "check",
        "migrate",
        "import",
        "template",
        "zscore",
        "invite",
        "aside",
        "accept-danger-texts",
        "role",
    ):
        assert name in said
    assert "Show this message" not in said
    assert "Perintah" in said


def test_help_does_not_import_every_package() -> None:
    names = "('aiohttp', 'sqlalchemy', 'pydantic', 'openpyxl')"
    heavy = f"import sys, demo.cli; print([m for m in {names} if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)  # noqa: S603
    assert said.stdout.strip() == "[]"


def test_a_mistake_in_the_settings_is_a_sentence(run: Run) -> None:
    Path(".env").write_text("ASUH_TIMEZONE=WITA\n")
    for name in ("migrate", "run", "check", "invite"):
        status, said = run(name, *(["--csv", "x.csv"] if name == "invite" else []))
        assert status == 1
        assert "ASUH_TIMEZONE: zona waktu tidak dikenal" in said


def test_without_a_token_the_service_says_where_to_get_one(run: Run) -> None:
    status, said = run("run")
    assert status == 1
    assert "@BotFather" in said


def test_a_database_is_made_ready_once_and_again(run: Run) -> None:
    assert run("aside") == (1, "Basis data belum siap dipakai. Jalankan dulu: asuh migrate\n")
    assert run("migrate") == (0, "Basis data siap. Wilayah baru tercatat: 91.\n")
    assert run("migrate") == (0, "Basis data siap. Wilayah baru tercatat: 0.\n")


def test_a_database_out_of_reach_is_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASUH_DATABASE_URL", "sqlite:////nowhere/asuh.sqlite")
    status, said = run("migrate")
    assert (status, said) == (1, "Basis data tidak bisa dipakai. Periksa dengan: asuh check\n")


@pytest.mark.usefixtures("migrated")
def test_a_citys_workbook_goes_in_all_or_nothing(run: Run) -> None:
    assert run("template", "kota.xlsx")[0] == 0
    fill("kota.xlsx", "Keluarga", kode_keluarga="KK-1", nama_ibu="Sari", kecamatan="Mandonga", kelurahan="Mandonga")
    fill("kota.xlsx", "Anak", kode_anak="A-1", kode_keluarga="KK-1", nama="Rafa", jenis_kelamin="X", status="stunting")
    status, said = run("import", "kota.xlsx")
    assert status == 1
    assert "kota-kesalahan.xlsx" in said
    assert Path("kota-kesalahan.xlsx").exists()
    assert count(Child) == 0


@pytest.mark.usefixtures("migrated")
def test_what_is_right_is_stored_once_and_not_at_all_when_dry(run: Run) -> None:
    run("template", "kota.xlsx")
    fill("kota.xlsx", "Keluarga", kode_keluarga="KK-1", nama_ibu="Sari", kecamatan="Mandonga", kelurahan="Mandonga")
    status, said = run("import", "kota.xlsx", "--dry-run")
    assert (status, "Belum disimpan" in said) == (0, True)
    status, said = run("import", "kota.xlsx")
    assert (status, "1 baru, 0 berubah, 0 tetap." in said) == (0, True)
    status, said = run("import", "kota.xlsx")
    assert (status, "0 baru, 0 berubah, 1 tetap." in said) == (0, True)


def test_another_nip_for_a_child_is_asked_about_with_a_marked_copy_and_answered_for_all(run: Run) -> None:
    run("migrate")
    run("template", "kota.xlsx")
    fill("kota.xlsx", "Keluarga", kode_keluarga="KK-1", nama_ibu="Sari", kecamatan="Mandonga", kelurahan="Mandonga")
    fill("kota.xlsx", "Anak", kode_anak="A-1", kode_keluarga="KK-1", nama="Rafa", jenis_kelamin="L",
         tanggal_lahir="01/02/2025", status="stunting")  # fmt: skip
    fill("kota.xlsx", "ASN", nip="198501022010031001", nama="Anwar Hamid", opd="Dinas Kominfo")
    fill("kota.xlsx", "ASN", nip="198501022010032002", nama="Rahma Yusuf", opd="Dinas Kominfo")
    fill("kota.xlsx", "Pendampingan", nip="198501022010031001", kode_anak="A-1", mulai="01/02/2026")
    assert run("import", "kota.xlsx")[0] == 0
    book = openpyxl.load_workbook("kota.xlsx")
    book["Pendampingan"]["A2"] = "198501022010032002"
    book.save("kota.xlsx")
    status, said = run("import", "kota.xlsx")
    assert status == 1
    assert "Rafa (A-1) sudah didampingi Anwar Hamid. Gantikan dengan Rahma Yusuf?" in said
    marked = openpyxl.load_workbook("kota-perlu-diputuskan.xlsx")["Pendampingan"]["G2"].comment
    assert "pengganti (yang lama selesai)" in (marked.text if marked else "")
    status, said = run("import", "kota.xlsx", "--replacing", "pengganti")
    assert (status, "Rahma Yusuf menggantikan Anwar Hamid" in said) == (0, True)
    assert "0 baru, 0 berubah" in run("import", "kota.xlsx")[1]


@pytest.mark.parametrize("name", ["tidak-ada.xlsx", "bukan.xlsx"])
@pytest.mark.usefixtures("migrated")
def test_a_file_that_is_no_workbook_is_a_sentence(run: Run, name: str) -> None:
    Path("bukan.xlsx").write_text("halo")
    status, said = run("import", name)
    assert status == 1
    assert "Tidak ada yang disimpan." in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("migrated")
def test_codes_are_written_for_those_who_have_not_joined(run: Run, served_api: BotAPI) -> None:
    write_env(served_api)
    run("template", "kota.xlsx")
    fill("kota.xlsx", "ASN", nip="198501022010031001", nama="Anwar Hamid", opd="Dinas Kominfo")
    assert run("import", "kota.xlsx")[0] == 0
    status, said = run("invite", "--role", "asn", "--csv", "kode.csv", "--cards", "kartu.html")
    assert (status, "asn: 1 kode" in said) == (0, True)
    assert "https://t.me/asuh_bot?start=" in Path("kode.csv").read_text()
    assert "Anwar Hamid" in Path("kartu.html").read_text()
    assert Path("kode.csv").stat().st_mode & 0o077 == 0
    assert "tidak ada kode baru" in run("invite", "--role", "family", "--csv", "x.csv")[1].lower()


@pytest.mark.usefixtures("migrated")
def test_who_has_lost_their_phone_gets_a_code_by_what_the_register_knows(run: Run) -> None:
    run("template", "kota.xlsx")
    fill("kota.xlsx", "ASN", nip="198501022010031001", nama="Anwar Hamid", opd="Dinas Kominfo")
    run("import", "kota.xlsx")
    status, said = run("invite", "--again", "198501022010031001")
    assert (status, said.startswith("Anwar Hamid: ")) == (0, True)
    assert count(Invitation) == 1
    assert run("invite", "--again", "KK-0000") == (1, "Tidak ada orang dengan kunci KK-0000.\n")


@pytest.mark.usefixtures("migrated")
def test_no_code_is_made_under_another_key_than_the_databases(run: Run) -> None:
    run("template", "kota.xlsx")
    fill("kota.xlsx", "ASN", nip="198501022010031001", nama="Anwar Hamid", opd="Dinas Kominfo")
    run("import", "kota.xlsx")
    Path("asuh-secret.key").write_text("f" * 64)
    status, said = run("invite", "--again", "198501022010031001")
    assert (status, "bukan kunci basis data ini" in said) == (1, True)
    assert count(Invitation) == 0
    status, said = run("migrate")
    assert (status, "bukan kunci basis data ini" in said) == (1, True)


@pytest.mark.usefixtures("migrated")
def test_who_gets_a_code_through_the_office_is_told_on_the_phone_they_have(run: Run) -> None:
    run("template", "kota.xlsx")
    fill("kota.xlsx", "ASN", nip="198501022010031001", nama="Anwar Hamid", opd="Dinas Kominfo")
    run("import", "kota.xlsx")
    with sessions(connect("sqlite:///asuh.sqlite")).begin() as session:
        people.address(session, session.scalars(select(Person)).one())
    run("invite", "--again", "198501022010031001")
    with sessions(connect("sqlite:///asuh.sqlite"))() as session:
        told = session.scalars(select(Outgoing)).one()
        assert "Petugas membuat *kode baru*" in told.message["text"]
        assert (told.address, told.kind) == ("simulator-1", "moved")


@pytest.mark.usefixtures("migrated")
def test_codes_that_could_not_be_written_replace_none(run: Run, served_api: BotAPI) -> None:
    write_env(served_api)
    run("template", "kota.xlsx")
    fill("kota.xlsx", "ASN", nip="198501022010031001", nama="Anwar Hamid", opd="Dinas Kominfo")
    run("import", "kota.xlsx")
    status, said = run("invite", "--csv", "nowhere/kode.csv")
    assert (status, said) == (1, "Berkas nowhere/kode.csv tidak bisa dibaca atau ditulis.\n")
    assert (count(Person), count(Invitation)) == (1, 0)


@pytest.mark.usefixtures("migrated")
def test_without_telegram_no_code_is_made(run: Run, served_api: BotAPI) -> None:
    write_env(served_api)
    served_api.revoked = True
    status, said = run("invite", "--csv", "kode.csv")
    assert (status, "ASUH_TELEGRAM_TOKEN ditolak Telegram" in said) == (1, True)
    assert not Path("kode.csv").exists()


def test_invitations_want_to_know_where_to_go(run: Run) -> None:
    assert run("invite")[0] == 1


@pytest.mark.usefixtures("migrated")
def test_what_was_set_aside_is_listed_and_can_be_tried_again(run: Run) -> None:
    assert run("aside") == (0, "Tidak ada pesan yang gagal diproses.\n")
    with sessions(connect("sqlite:///asuh.sqlite")).begin() as session:
        raw = {"message": {"text": "Aisyah 8,4 kg"}}
        inbox.keep(session, [Arrival("telegram:1", "telegram", "881", raw)], NOW)
        row = inbox.take(session)
        assert row
        row.state, row.reason, row.attempts = inbox.ASIDE, "KeyError di handlers/shell/receive.py:42 (receive)", 1
    status, said = run("aside")
    assert (status, said) == (
        0,
        "       1  04/03/2026 09:00  telegram  KeyError di handlers/shell/receive.py:42 (receive)\n",
    )
    assert run("aside", "--retry", "2") == (1, "Tidak ada pesan gagal bernomor 2.\n")
    assert run("aside", "--retry", "1")[0] == 0
    with sessions(connect("sqlite:///asuh.sqlite"))() as session:
        row = session.scalars(select(Received)).one()
        assert (row.state, row.attempts, row.reason) == ("waiting", 0, "")


def count(table: type) -> int:
    with sessions(connect("sqlite:///asuh.sqlite"))() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_list_is_scored_and_its_bad_rows_are_named(run: Run) -> None:
    Path("daftar.csv").write_text("sex,age_days,weight\n1,400,8.4\n3,400,8.4\n")
    status, said = run("zscore", "daftar.csv", "hasil.csv")
    assert status == 1
    assert "Baris 3: Kolom sex" in said
    assert "hasil.csv: 2 baris, 1 perlu dilihat." in said
    assert [line[:16] for line in Path("hasil.csv").read_text().splitlines()[1:]] == [
        "1,400,8.4,,-1.50",
        "3,400,8.4,,,,,,,",
    ]


def test_a_list_without_mistakes_ends_well_and_one_that_is_none_is_a_sentence(run: Run) -> None:
    Path("daftar.csv").write_text("sex,age_days,weight\n1,400,8.4\n")
    assert run("zscore", "daftar.csv", "hasil.csv") == (0, "hasil.csv: 1 baris, 0 perlu dilihat.\n")
    Path("kosong.csv").write_text("")
    assert run("zscore", "kosong.csv", "hasil.csv") == (1, "Berkas ini kosong.\n")
    status, said = run("zscore", "tidak-ada.csv", "hasil.csv")
    assert (status, said) == (1, "Berkas tidak-ada.csv tidak bisa dibaca atau ditulis.\n")


@pytest.mark.usefixtures("migrated")
def test_a_named_doctor_answers_for_danger_texts_that_nobody_has_signed(run: Run) -> None:
    assert run("accept-danger-texts")[0] != 0
    assert run("accept-danger-texts", "--by", " ")[0] == 1
    status, said = run("accept-danger-texts", "--by", "dr. Sitti  Rahma")
    assert status == 0
    unsigned = danger_texts.unsigned(programme.load(), lessons.shipped())
    assert f"dr. Sitti Rahma menerima {len(unsigned)} teks tanda bahaya" in said
    assert "Nomor darurat belum lengkap" in said
    engine = connect("sqlite:///asuh.sqlite")
    with sessions(engine)() as session:
        kept = opening.accepted(session)
    engine.dispose()
    assert kept is not None
    assert kept.by == "dr. Sitti Rahma"


@pytest.mark.usefixtures("migrated")
def test_signed_danger_texts_need_nobody_to_accept_them(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(danger_texts, "unsigned", lambda *_: ())
    status, said = run("accept-danger-texts", "--by", "dr. Sitti Rahma")
    assert (status, said) == (0, "Semua teks tanda bahaya sudah diperiksa. Tidak ada yang perlu diterima.\n")


FAMILY = (
    "INSERT INTO family (code, mother_name, village_id, joined_by, created_at, one_reader)"
    " VALUES ('KK-0007', 'Sari', 1, 'register', '2026-01-01 00:00:00', 0)"
)


def copy(source: str, target: str) -> None:
    with sqlite3.connect(source) as read, sqlite3.connect(target) as written:
        read.backup(written)


@pytest.mark.usefixtures("migrated")
def test_a_restored_backup_forgets_again_when_it_is_migrated(run: Run) -> None:
    with sqlite3.connect("asuh.sqlite") as database:
        database.execute(FAMILY)
    copy("asuh.sqlite", "backup.sqlite")
    assert run("forget", "KK-0007", "--yes")[0] == 0
    assert "KK-0007" in Path("penghapusan.csv").read_text(encoding="utf-8")
    copy("backup.sqlite", "asuh.sqlite")
    assert "Dihapus lagi menurut penghapusan.csv: 1 keluarga." in run("migrate")[1]
    with sqlite3.connect("asuh.sqlite") as database:
        assert database.execute("SELECT mother_name FROM family").fetchall() == [("(dihapus)",)]


@pytest.mark.usefixtures("migrated")
def test_the_register_of_requests_is_a_file_with_nobodys_words(run: Run) -> None:
    with sqlite3.connect("asuh.sqlite") as database:
        database.execute(FAMILY)
        database.execute(
            "INSERT INTO data_request (kind, family_id, words, at, due_at, answer)"
            " VALUES ('perbaiki', 1, 'nama saya Sari', '2026-03-04 01:00:00', '2026-03-07 01:00:00', '')"
        )
    assert run("requests", "daftar.csv") == (0, "daftar.csv: 1 permintaan.\n")
    written = Path("daftar.csv").read_text(encoding="utf-8")
    assert "1,data diperbaiki,KK-0007,2026-03-04 09:00,2026-03-07 09:00,,," in written
    assert "Sari" not in written
