"""``asuh lessons`` as a writer or a reviewer meets it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import lessons
from bot.cli.terminal import plain_words
from bot.settings import Settings
from content import coverage, danger
from content.check import problems
from content.lessons import load
from db import outbox
from db.consent import LessonAnswer
from db.engine import connect, sessions
from drawing import lesson_pictures
from rules import signs
from tests import people
from tests.rows import outgoing

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_template: Path) -> Run:
    """``run("check")`` in a folder with an empty database: the exit status, and what was said."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ASUH_{name.upper()}", raising=False)
    monkeypatch.setenv("ASUH_DATABASE_URL", f"sqlite:///{tmp_path}/asuh.sqlite")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.chdir(tmp_path)
    Path("asuh.sqlite").write_bytes(sqlite_template.read_bytes())

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(lessons.app, words)
        return result.exit_code, result.output

    return run


def answered(tmp_path: Path) -> None:
    """Bu Sari got the lesson about eggs and tapped "Ya", Bu Wati got it and stopped."""
    engine = connect(f"sqlite:///{tmp_path}/asuh.sqlite")
    with sessions(engine).begin() as session:
        sari, wati = (people.carer(session, people.family(session, name), name) for name in ("Sari", "Wati"))
        for who in (sari, wati):
            key = f"lesson:{who.person_id}:bayi-7-bulan-telur:1"
            row = outgoing(key, "telegram", "x", {"text": ""}, people.NOW, person_id=who.person_id)
            outbox.promise(session, [row | {"state": outbox.SENT}])
        session.add(
            LessonAnswer(
                person_id=sari.person_id, lesson="bayi-7-bulan-telur", about="1", answer="Ya", answered_at=people.NOW
            )
        )
        wati.stopped_at, wati.stopped_after = people.NOW, "bayi-7-bulan-telur"
    engine.dispose()


def test_help_is_in_indonesian(run: Run) -> None:
    status, said = run("--help")
    assert status == 0
    for name in ("check", "preview", "report"):
        assert name in said
    assert "Show this message" not in said


def test_the_check_counts_every_stage_and_says_what_is_left_out_on_purpose(run: Run) -> None:
    library = load()
    _, said = run("check")
    mothers = sum(lesson.stage == "hamil" for lesson in library.lessons)
    assert f"Ibu hamil                {mothers:4} pesan" in said
    for name, why in coverage.GAPS.items():
        assert f"{name}: {why}" in said


def test_the_check_fails_with_what_is_to_be_mended(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    before = problems(load())
    assert run("check")[0] == (1 if before else 0)
    monkeypatch.setattr(coverage, "GAPS", {})
    status, said = run("check")
    assert status == 1
    assert "umur 21 minggu: tidak ada pesan baru" in said
    assert f"{len(before) + len(coverage.STRETCHES) - filled()} hal perlu diperbaiki" in said


def filled() -> int:
    opened = {(lesson.anchor, lesson.day) for lesson in load().lessons if not lesson.condition}
    return sum(any((of, day) in opened for day in range(first, last + 1)) for _, of, first, last in coverage.STRETCHES)


def test_the_page_is_written_where_one_says(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lesson_pictures, "png", lambda name, facts: b"")  # drawn in tests/drawing
    status, said = run("preview", "halaman.html", "--no-browser")
    assert status == 0
    assert said.startswith(f"halaman.html: {len(load().lessons)} pesan.")
    assert "Kota Kendari" in Path("halaman.html").read_text(encoding="utf-8")
    run("preview", "--no-browser")
    assert Path("pesan-edukasi.html").exists()


def test_the_report_says_how_a_lesson_fared(run: Run, tmp_path: Path) -> None:
    assert run("report") == (0, "Belum ada pesan yang terkirim.\n")
    answered(tmp_path)
    status, said = run("report")
    assert status == 0
    (line,) = (line for line in said.splitlines() if line.startswith("bayi-7-bulan-telur"))
    assert line.split() == ["bayi-7-bulan-telur", "Telur", "setiap", "hari", "2", "1", "Ya", "1", "1"]


def test_the_report_goes_into_a_sheet(run: Run, tmp_path: Path) -> None:
    answered(tmp_path)
    assert run("report", "--csv", "hasil.csv") == (0, "hasil.csv: 1 pesan.\n")
    with Path("hasil.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row == {
        "pesan": "bayi-7-bulan-telur", "topik": "Telur setiap hari", "terkirim": "2", "dibaca": "1",
        "jawaban": "Ya 1", "berhenti_sesudahnya": "1",
    }  # fmt: skip


def test_the_report_may_look_at_the_last_days_only(run: Run, tmp_path: Path) -> None:
    answered(tmp_path)  # long before the real current time
    assert run("report", "--days", "1") == (0, "Belum ada pesan yang terkirim.\n")


def test_the_check_names_a_sign_that_the_table_of_danger_signs_does_not_have(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = {id: sign for id, sign in signs.table().items() if id != "anak-kejang"}
    monkeypatch.setattr(signs, "table", lambda: without)
    status, said = run("check")
    assert status == 1
    assert "kejang: tanda 'anak-kejang' tidak ada dalam tabel tanda bahaya" in said
    assert "signs: 'anak-kejang' tidak ada dalam tabel tanda bahaya" in said


def test_a_file_of_danger_words_that_cannot_be_read_is_told_in_plain_words(tmp_path: Path) -> None:
    file = tmp_path / "danger_words.toml"
    file.write_text("[groups", encoding="utf-8")
    with pytest.raises(danger.DangerWordsError) as caught:
        danger.load(file)
    (line,) = plain_words(caught.value)
    assert line.startswith("danger_words.toml: ")


def test_a_text_that_was_read_on_paper_is_signed_by_a_command_and_listed(run: Run):
    assert "danger\n" in run("list")[1]
    status, said = run("sign", "danger", "hamil-07", "bayi-hari-07.en", "--by", "Murni, bidan  Puskesmas Labibia")
    assert status == 0
    assert "Murni, bidan Puskesmas Labibia menandatangani danger, hamil-07, bayi-hari-07.en" in said
    waiting, signed = run("list")[1], run("list", "--signed")[1]
    assert not [name for name in ("  danger\n", "  hamil-07\n", "  bayi-hari-07.en\n") if name in waiting]
    assert signed.count("Murni, bidan Puskesmas Labibia") == 3


@pytest.mark.parametrize("words", [("tidak-ada", "--by", "Murni, bidan"), ("hamil-07", "--by", "M"), ("hamil-07",)])
def test_who_signs_gives_a_name_and_a_text_that_is_there(run: Run, words: tuple[str, ...]):
    assert run("sign", *words)[0] != 0
    assert "hamil-07" not in run("list", "--signed")[1]


def test_names_in_the_files_themselves_are_moved_to_signatures_once(run: Run, monkeypatch: pytest.MonkeyPatch):
    shipped = load()
    named = replace(shipped.by_id["hamil-07"], reviewed_by="Murni, bidan", reviewed_on=date(2026, 11, 20))
    by_hand = replace(shipped, lessons=tuple(named if one.id == named.id else one for one in shipped.lessons))
    monkeypatch.setattr("content.lessons.shipped", lambda: by_hand)
    assert "1 tanda tangan dipindahkan" in run("adopt")[1]
    assert "0 tanda tangan dipindahkan" in run("adopt")[1]
    monkeypatch.setattr("content.lessons.load", lambda: shipped)
    assert "Murni, bidan" in run("list", "--signed")[1]
