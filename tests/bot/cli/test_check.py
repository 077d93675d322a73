"""The doctor says what is missing, wrong or out of reach, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from bot import city_folder, settings
from bot.cli import check
from bot.cli.check import LOOK, OK, WRONG, Finding
from content import programme
from db import audit_seals, inbox
from db.audit import Audit
from db.duty import AlertTest
from db.engine import connect, sessions
from db.inbox import Arrival
from db.people import Attempt
from db.places import health_centres
from programme import identity, opening
from tests import people
from tests.bot.telegram.botapi import TOKEN, BotAPI

SOON = datetime(2026, 3, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def set_up(served_api: BotAPI, sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder in which everything is right."""
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text(
        f"ASUH_TELEGRAM_TOKEN={TOKEN}\nASUH_TELEGRAM_API_URL={served_api.url}\nASUH_HTTP_PORT=18089\n"
    )
    rung()
    Path("asuh.sqlite").write_bytes(sqlite_template.read_bytes())
    engine = connect("sqlite:///asuh.sqlite")
    with sessions(engine).begin() as session:
        city_folder.seed_places(session, settings.load())
        for centre in health_centres(session):
            centre.phone, centre.hours = "0401-3121234", "Senin-Sabtu 08.00-14.00"
        opening.accept(session, SOON, "dr. Sitti Rahma")
    engine.dispose()


def rung() -> None:
    """The city's own programme: every number has been rung, somebody is told what is private and answers about data."""
    text = programme.FILE.read_text(encoding="utf-8").replace('number = ""', 'number = "0401-3101234"')
    text = text.replace('name = ""', 'name = "RSUD Kota Kendari"').replace("private = []", 'private = ["0811400001"]')
    text = text.replace('checked_on = "", checked_by = ""', 'checked_on = "2026-02-27", checked_by = "Bu Ratna"')
    text = text.replace('contact = "Dinas Kesehatan"', 'contact = "Dinas Kesehatan, 0401-3105678"')
    text = text.replace("officers = []", 'officers = ["0811400777"]')
    Path("programme.toml").write_text(text, encoding="utf-8")


def seal() -> None:
    """The audit is sealed, as the service does every hour."""
    engine = connect("sqlite:///asuh.sqlite")
    with sessions(engine).begin() as session:
        audit_seals.seal(session, SOON)
    engine.dispose()


def wall() -> datetime:
    return datetime.now(UTC)


def examine(now: Callable[[], datetime] = wall) -> list[Finding]:
    return list(check.examine(now))


def of(subject: str, found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.grade, one.said) for one in found if one.subject == subject]


def test_all_is_well() -> None:
    seal()
    found = examine()
    assert of("Catatan akses", found) == [(OK, "1 segel utuh.")]
    assert not [one for one in found if one.grade == WRONG]
    assert of("Wilayah", found) == [(OK, "65 kelurahan tercatat.")]
    assert of("Telegram", found) == [(OK, "Bot @asuh_bot menjawab.")]
    assert of("Jam", found) == [(OK, "Jam komputer ini tepat.")]
    assert {one.subject for one in found if one.grade == LOOK} == {"Tinjauan", "Teks bahaya"}


def test_a_key_that_is_not_the_databases_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASUH_SECRET_KEY", "ab" * 32)
    [found] = [one for one in examine() if one.subject == "Kunci kode"]
    assert found.grade == WRONG
    assert "bukan kunci basis data ini" in found.said


def test_a_file_of_the_key_that_others_may_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASUH_SECRET_KEY")
    Path("asuh-secret.key").write_text(people.SECRET.hex())
    Path("asuh-secret.key").chmod(0o644)
    [found] = [one for one in examine() if one.subject == "Kunci kode"]
    assert (found.grade, found.mend) == (WRONG, "Jalankan: chmod 600 asuh-secret.key")


def test_codes_that_are_being_guessed_are_named() -> None:
    engine = connect("sqlite:///asuh.sqlite")
    with sessions(engine).begin() as session:
        session.add_all(Attempt(channel="telegram", address=str(n), at=SOON) for n in range(identity.GUESSES))
    engine.dispose()
    assert of("Tebakan kode", examine(lambda: SOON + timedelta(minutes=50)))[0][0] == WRONG
    assert of("Tebakan kode", examine(lambda: SOON + timedelta(minutes=70))) == []


def test_an_audit_that_was_changed_after_it_was_sealed_is_wrong() -> None:
    seal()
    engine = connect("sqlite:///asuh.sqlite")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_sealed_update")
        connection.exec_driver_sql("UPDATE audit SET actor = ''")
    engine.dispose()
    [(grade, said)] = of("Catatan akses", examine())
    assert (grade, said.startswith("Baris 1 sampai 1 diubah sesudah disegel")) == (WRONG, True)


def test_the_numbers_as_they_are_shipped_let_no_city_begin() -> None:
    Path("programme.toml").unlink()
    found = [one for one in examine() if one.subject == "Nomor darurat"]
    assert [one.grade for one in found] == [WRONG, LOOK]
    assert "8 nomor belum lengkap atau belum dicoba" in found[0].said
    assert found[0].details[:4] == ("anywhere: 112", "ambulance: 119", "police: 110", "hospital: belum ada nomor")


def test_who_answers_families_about_their_data_is_looked_at() -> None:
    Path("programme.toml").unlink()
    found = of("Data pribadi", examine())
    assert [grade for grade, _ in found] == [LOOK, LOOK]
    assert "tanpa nomor yang dijawab" in found[0][1]
    assert "koordinator kota" in found[1][1]


def test_danger_texts_that_nobody_has_signed_or_accepted_let_no_city_begin() -> None:
    [accepted] = [one for one in examine() if one.subject == "Teks bahaya"]
    assert accepted.grade == LOOK
    assert accepted.said.endswith("dipakai atas tanggung jawab dr. Sitti Rahma sejak 04/03/2026.")
    engine = connect("sqlite:///asuh.sqlite")
    with sessions(engine).begin() as session:
        session.execute(delete(Audit))
    engine.dispose()
    [found] = [one for one in examine() if one.subject == "Teks bahaya"]
    assert found.grade == WRONG
    assert "belum diperiksa tenaga kesehatan. Keluarga baru belum bisa bergabung." in found.said
    assert {"danger", "danger_selfharm", "hamil-28", "bayi-hari-07", "bayi-hari-07.en"} <= set(found.details)


def test_a_number_that_nobody_has_rung_is_named() -> None:
    text = Path("programme.toml").read_text(encoding="utf-8")
    rung_by = 'number = "110", checked_on = "2026-02-27", checked_by = "Bu Ratna"'
    assert rung_by in text
    Path("programme.toml").write_text(text.replace(rung_by, rung_by.replace("Bu Ratna", "")), encoding="utf-8")
    [found] = [one for one in examine() if one.subject == "Nomor darurat"]
    assert (found.grade, found.details) == (WRONG, ("police: 110",))


def test_mistakes_in_the_settings_come_first_and_alone() -> None:
    Path(".env").write_text("ASUH_TIMEZONE=WITA\n")
    [found] = examine()
    assert (found.grade, found.subject) == (WRONG, "Pengaturan")


def test_a_misspelt_variable_is_pointed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASUH_TELEGRAM_TOKN", "x")
    assert (LOOK, "ASUH_TELEGRAM_TOKN tidak dikenal.") in of("Pengaturan", examine())


def test_a_programme_that_cannot_be_read_is_shown_line_by_line() -> None:
    Path("programme.toml").write_text("[visits]\nevery_days = -1\n")
    found = of("programme.toml", examine())
    assert len(found) > 3
    assert {grade for grade, _ in found} == {WRONG}


def test_a_citys_own_services_are_counted_or_their_mistakes_named() -> None:
    assert of("Layanan", examine()) == [(OK, "Jadwal nasional dipakai.")]
    own = Path("layanan.csv")
    own.write_text(
        "version,id,kind,label,detail,anchor,from,until,district,born_from,born_until,days,source,note\n"
        "kota,imunisasi-kota-10-je,imunisasi,Imunisasi 10 bulan,JE,lahir,10,,,,,,SK Dinkes,\n"
        "kota,cacing-12,obat cacing,-,,lahir,12,,,,,,SK Dinkes,\n"
    )
    assert of("Layanan", examine()) == [(OK, "Jadwal nasional, 1 baris diganti dan 1 ditambah oleh layanan.csv.")]
    own.write_text(own.read_text().replace("lahir,10", "lahir,sepuluh"))
    assert of("Layanan", examine()) == [(WRONG, "layanan.csv, baris 2, kolom from: tulis angka bulat, misalnya 10.")]


def test_a_citys_own_list_of_places_with_a_mistake_is_named() -> None:
    Path("wilayah.csv").write_text("code,kecamatan\n74.71.01.1001,Mandonga\n", encoding="utf-8")
    assert (WRONG, "wilayah.csv: kolom kelurahan tidak ada.") in of("Wilayah", examine())


def test_a_database_without_tables_or_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASUH_DATABASE_URL", "sqlite:///new.sqlite")
    assert of("Basis data", examine()) == [(WRONG, "Tabelnya belum ada atau belum yang terbaru.")]
    monkeypatch.setenv("ASUH_DATABASE_URL", "sqlite:////nowhere/asuh.sqlite")
    assert of("Basis data", examine()) == [(WRONG, "Tidak bisa dibuka.")]


def test_what_was_set_aside_is_pointed_out() -> None:
    engine = connect("sqlite:///asuh.sqlite")
    with sessions(engine).begin() as session:
        inbox.keep(session, [Arrival("telegram:1", "telegram", "881", {})], SOON)
        row = inbox.take(session)
        assert row
        row.state = inbox.ASIDE
    engine.dispose()
    assert of("Pesan masuk", examine()) == [(LOOK, "1 pesan gagal diproses.")]


def test_whom_an_alert_would_not_reach_is_listed_by_place_and_code_with_who_is_told_instead() -> None:
    engine = connect("sqlite:///asuh.sqlite")
    with sessions(engine).begin() as session:
        home = people.family(session)
        people.child(session, home)
        people.coordinator(session)
        murni = people.health(session, reachable=False)
        session.add(AlertTest(person_id=murni.id, month="2026-03", sent_at=SOON - timedelta(hours=25)))
        code, place, number = home.code, home.village.full_name, murni.id
    engine.dispose()
    found = [one for one in examine(lambda: SOON) if one.subject == "Kabar bahaya"]
    assert [(one.grade, one.said, one.details) for one in found] == [
        (
            LOOK,
            "1 dari 1 petugas belum menjawab uji kabar bahaya bulan ini.",
            (f"petugas nomor {number}: bidan",),
        ),
        (
            LOOK,
            "1 kelurahan tanpa petugas yang terhubung.",
            (f"{place}: 1 keluarga; yang dikabari: Bapak/Ibu Ratna, koordinator",),
        ),
        (LOOK, "1 keluarga belum punya posyandu.", (code,)),
    ]


def test_a_puskesmas_without_a_number_or_hours_is_named() -> None:
    assert of("Puskesmas", examine()) == [(OK, "15 puskesmas punya nomor dan jam buka.")]
    engine = connect("sqlite:///asuh.sqlite")
    with sessions(engine).begin() as session:
        abeli, _, jati_raya, *_ = health_centres(session)
        abeli.phone = abeli.hours = jati_raya.hours = None
    engine.dispose()
    [found] = [one for one in examine() if one.subject == "Puskesmas"]
    assert (found.grade, found.said) == (
        LOOK,
        "2 puskesmas belum punya nomor atau jam buka, jadi nomornya tidak diberikan.",
    )
    assert found.details == (
        "Puskesmas Abeli: belum ada nomor dan jam buka",
        "Puskesmas Jati Raya: belum ada jam buka",
    )


def test_a_refused_token(served_api: BotAPI) -> None:
    served_api.revoked = True
    assert of("Telegram", examine()) == [(WRONG, "Token ditolak Telegram.")]


def test_a_city_on_whatsapp_alone_is_not_asked_for_a_bot() -> None:
    Path(".env").write_text(
        "ASUH_WHATSAPP_TOKEN=EAAJB-secret-of-the-system-user\nASUH_WHATSAPP_PHONE_NUMBER_ID=106540352242922\n"
        "ASUH_WHATSAPP_APP_SECRET=0123456789abcdef\nASUH_WHATSAPP_VERIFY_TOKEN=kata-verifikasi\n"
        "ASUH_WHATSAPP_API_URL=http://127.0.0.1:9\nASUH_HTTP_PORT=18089\n"
    )
    found = examine()
    assert of("Telegram", found) == [(OK, "Tidak dipakai; kota ini memakai WhatsApp saja.")]
    assert of("WhatsApp", found) == [(WRONG, "WhatsApp tidak terjangkau.")]


def test_telegram_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASUH_TELEGRAM_API_URL", "http://127.0.0.1:9")
    assert of("Telegram", examine()) == [(WRONG, "Telegram tidak terjangkau.")]


def test_a_webhook_that_is_not_where_it_should_be(served_api: BotAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    served_api.webhook = {"url": "https://old.kendari.go.id/webhook/telegram"}
    assert of("Webhook", examine())[0][0] == LOOK
    monkeypatch.setenv("ASUH_TELEGRAM_WEBHOOK_URL", "https://asuh.kendari.go.id")
    monkeypatch.setenv("ASUH_TELEGRAM_WEBHOOK_SECRET", "rahasia")
    assert of("Webhook", examine()) == [
        (LOOK, "Telegram belum mengirim ke https://asuh.kendari.go.id/webhook/telegram.")
    ]
    served_api.webhook = {"url": "https://asuh.kendari.go.id/webhook/telegram"}
    assert of("Webhook", examine())[0][0] == OK


def test_a_clock_that_is_wrong() -> None:
    [(grade, said)] = of("Jam", examine(lambda: wall() + timedelta(minutes=5)))
    assert grade == LOOK
    assert "30" in said


def test_a_folder_that_cannot_be_written() -> None:
    Path("asuh-files").write_text("a file where a folder should be")
    assert of("Berkas", examine())[0][0] == WRONG
