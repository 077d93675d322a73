"""``asuh audit``, and who ran a command."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pytest

from bot import app
from db import audit, audit_seals
from db.engine import connect, sessions
from db.subjects import Subject, SubjectKind
from tests.audited import Line, lines
from tests.bot.cli.conftest import Run
from tests.bot.cli.test_main import fill
from tests.people import NOW

pytestmark = pytest.mark.usefixtures("migrated")
FILE = "sqlite:///asuh.sqlite"


def imported(run: Run, *by: str) -> None:
    """A city with Rafa, child of KK-1."""
    run("template", "kota.xlsx")
    fill("kota.xlsx", "Keluarga", kode_keluarga="KK-1", nama_ibu="Sari", kecamatan="Mandonga", kelurahan="Mandonga")
    fill("kota.xlsx", "Anak", kode_anak="A-1", kode_keluarga="KK-1", nama="Rafa", jenis_kelamin="L",
         tanggal_lahir="12/03/2025", status="stunting")  # fmt: skip
    fill("kota.xlsx", "ASN", nip="198501022010031001", nama="Anwar Hamid", opd="Dinas Kominfo")
    status, said = run("import", "kota.xlsx", *by)
    assert status == 0, said


def noted(action: str = "") -> list[Line]:
    with sessions(connect(FILE))() as session:
        return lines(session, action)


def test_an_import_names_who_ran_it_and_without_a_name_the_account(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "joko")
    imported(run)
    assert noted("import.child") == [Line("import.child", "joko", "child:1", "baru")]
    monkeypatch.delenv("SUDO_USER")
    monkeypatch.setattr("getpass.getuser", lambda: "rina")
    assert run("aside")[0] == 0
    assert noted("aside.view") == [Line("aside.view", "rina", "aside")]


def test_every_command_that_shows_or_changes_data_takes_a_name(run: Run) -> None:
    by = "--by", "Bu Rina"
    imported(run, *by)
    assert run("invite", "--again", "198501022010031001", *by)[0] == 0
    assert run("aside", *by)[0] == 0
    assert run("audit", "export", "audit.csv", *by)[0] == 0
    assert run("forget", "KK-1", "--yes", *by)[0] == 0
    acts = {line.action for line in noted() if line.by == "Bu Rina"}
    assert acts == {
        "import.child", "import.family", "import.person", "invitation.issue", "aside.view", "audit.export",
        "family.forget",
    }  # fmt: skip


def test_the_file_names_children_and_people_by_code_and_number_alone(run: Run) -> None:
    imported(run, "--by", "=joko")
    with sessions(connect(FILE)).begin() as session:
        audit.note(session, NOW, 1, "chart.view", Subject(SubjectKind.CHILD, 1))
    status, said = run("audit", "export", "audit.csv", "--by", "Bu Rina")
    assert (status, "baris" in said) == (0, True)
    assert Path("audit.csv").stat().st_mode & 0o077 == 0
    with Path("audit.csv").open(encoding="utf-8-sig", newline="") as sheet:
        head, *rows = csv.reader(sheet)
    assert head == ["nomor", "waktu", "oleh", "tindakan", "tentang", "keterangan"]
    assert rows[-2][1:] == ["2026-03-04 09:00:00", "person:1", "chart.view", "child:A-1", ""]
    assert rows[-1][2:5] == ["operator:Bu Rina", "audit.export", "audit"]
    assert ["operator:=joko", "import.child", "child:A-1", "baru"] in [row[2:] for row in rows]
    assert not {"Rafa", "Sari", "Anwar"} & set(" ".join(" ".join(row) for row in rows).split())


def test_after_forgetting_the_file_says_no_code_any_more(run: Run) -> None:
    imported(run)
    run("forget", "KK-1", "--yes")
    run("audit", "export", "audit.csv")
    assert "A-1" not in Path("audit.csv").read_text(encoding="utf-8")
    assert "KK-1" not in Path("audit.csv").read_text(encoding="utf-8")


def test_the_check_says_that_the_chain_holds_and_its_newest_hash(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(run)
    monkeypatch.setattr(app, "now", lambda: NOW)
    with sessions(connect(FILE)).begin() as session:
        audit_seals.seal(session, NOW)
        newest = session.query(audit_seals.AuditSeal).one().hash
    status, said = run("audit", "check")
    assert status == 0
    assert "1 segel utuh." in said
    assert newest in said


def test_the_check_says_where_the_chain_breaks(run: Run) -> None:
    imported(run)
    with sessions(connect(FILE)).begin() as session:
        audit_seals.seal(session, NOW)
        audit.note(session, NOW, None, "chart.view", Subject(SubjectKind.CHILD, 1))
    engine = connect(FILE)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_sealed_update")
        connection.exec_driver_sql("UPDATE audit SET action = 'home.view' WHERE id = 1")
    engine.dispose()
    status, said = run("audit", "check")
    assert status == 1
    assert "Baris 1 sampai" in said
    assert "04/03/2026 09:00" in said


def test_the_check_says_when_nobody_seals(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(run)
    with sessions(connect(FILE))() as session:
        written = session.query(audit.Audit).order_by(audit.Audit.id).first()
        assert written is not None
        at = written.at
    monkeypatch.setattr(app, "now", lambda: at + timedelta(hours=2))
    assert "belum disegel" not in run("audit", "check")[1]
    monkeypatch.setattr(app, "now", lambda: at + timedelta(hours=4))
    status, said = run("audit", "check")
    assert (status, "belum disegel sejak" in said) == (0, True)
