"""Bu Ratna looks at her city kecamatan by kecamatan, and a lurah gets a report to pass on to the mayor."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from tests import people
from tests.chat import Chat, chat_with
from tests.people import TODAY, at


def coordinator(session: Session, files: Path, scope: str = "kota", scope_id: int = 0) -> Chat:
    who = people.coordinator(session, scope=scope, scope_id=scope_id, reachable=False)
    return chat_with(session, who, city=people.city(files))


def city(session: Session) -> None:
    """Seven kecamatan of two kelurahan each; in the first, a visit is late and a child in danger."""
    for number in range(7):
        for part in ("Atas", "Bawah"):
            where = people.village(session, f"{part} {number}", f"Kecamatan {number}")
            child = people.child(session, people.family(session, where=where), f"Anak {number}")
            anwar = people.asn(session, f"Anwar {number}", office_name=f"Dinas {number}")
            people.fosters(session, anwar, child, TODAY - timedelta(days=45 if number == 3 else 10))
            if (number, part) == (3, "Atas"):
                people.referral(session, child, at(TODAY, "06:00"), "Kejang", urgency="sekarang")


def test_the_city_is_shown_by_kecamatan_and_what_needs_help_stands_first_and_is_marked(
    session: Session, tmp_path: Path
):
    city(session)
    ratna = coordinator(session, tmp_path)
    said = ratna.say("wilayah")
    first, second = said.splitlines()[1:3]
    assert first == ("1. ❗ Kec. Kecamatan 3: 1 rujukan mendesak belum ditangani, terlambat 2 dari 2 (terlama 15 hari)")
    assert second == "2. Kec. Kecamatan 0: 2 didampingi, tidak ada yang terlambat"
    assert "Anak" not in said
    assert ratna.heard[0].options[0].token.startswith("area:district:")
    assert "7. Kec. Kecamatan 6" in ratna.tap("Berikutnya")

    ratna.say("wilayah")
    ratna.tap("Lihat menurut lain")
    assert ratna.labels[:5] == [
        "Menurut kecamatan", "Menurut kelurahan", "Menurut puskesmas", "Menurut posyandu", "Menurut OPD",
    ]  # fmt: skip
    by_village = ratna.tap("Menurut kelurahan")
    assert "1. ❗ Kel. Atas 3 (Kecamatan 3): 1 rujukan mendesak" in by_village
    assert by_village == ratna.say("kelurahan")
    assert "Dinas 3: terlambat 2 dari 2 (terlama 15 hari), 1 rujukan terbuka" in ratna.say("opd")
    assert "Belum punya puskesmas: 1 rujukan mendesak" in ratna.tap_token("areas:health_centre:0")
    assert len([*ratna.heard[0].options, *ratna.heard[0].row]) <= 10


def test_each_coordinator_sees_the_areas_of_their_scope_and_an_office_only_its_own_line(
    session: Session, tmp_path: Path
):
    city(session)
    there = people.village(session, "Atas 3", "Kecamatan 3")
    camat = coordinator(session, tmp_path, "kecamatan", there.district_id)
    said = camat.say("wilayah")
    assert [line.split(":")[0] for line in said.splitlines()[1:3]] == [
        "1. ❗ Kel. Atas 3 (Kecamatan 3)", "2. ❗ Kel. Bawah 3 (Kecamatan 3)",
    ]  # fmt: skip
    assert "Kecamatan 4" not in said
    opd = coordinator(session, tmp_path, "opd", people.office(session, "Dinas 3").id)
    said = opd.say("wilayah")
    assert said.splitlines()[1:] == ["1. Dinas 3: terlambat 2 dari 2 (terlama 15 hari), 1 rujukan terbuka"]
    assert opd.say("kelurahan") == "Angka menurut kelurahan tidak ada untuk lingkup Bapak/Ibu."
    assert "ada untuk kelurahan, kecamatan, dan kota" in opd.say("laporan minggu")


def test_the_lurahs_report_names_nobody_and_no_count_of_health_under_five(session: Session, tmp_path: Path):
    home = people.village(session)
    for number in range(6):
        child = people.child(session, people.family(session, f"Ibu {number}", home), f"Rafa{number}")
        anwar = people.asn(session, f"Anwar {number}")
        people.fosters(session, anwar, child, TODAY - timedelta(days=60))
        people.visit(session, anwar, child, TODAY - timedelta(days=33 + number % 2))
        if number < 3:  # due on Sunday, the first of March, or the day before; made on Sunday
            people.visit(session, anwar, child, TODAY - timedelta(days=3))
            people.measured(session, child, TODAY - timedelta(days=3), 9, 75)
        if number < 2:
            people.referral(session, child, at(TODAY - timedelta(days=5)), "Demam")
    lurah = coordinator(session, tmp_path, "kelurahan", home.id)
    said = lurah.say("laporan minggu")
    assert said == (
        "🗓️ *Laporan minggu 23 Februari - 1 Maret 2026*\n"
        "Kel. Mandonga (Mandonga)\n\n"
        "🏠 Kunjungan: 6 jatuh tempo, 3 sudah dikunjungi, 2 tepat waktu.\n"
        "⏰ Terlambat sekarang: 3 dari 6 yang didampingi.\n"
        "🚑 Rujukan: dibuka kurang dari 5, ditutup 0, masih terbuka kurang dari 5.\n"
        "📏 Anak diukur: kurang dari 5.\n"
        "❓ Pertanyaan yang dijawab: 0.\n"
        "🤝 Perlu dibantu: rujukan mendesak.\n\n"
        "Tanpa nama dan kode, jadi boleh diteruskan."
    )
    picture = lurah.heard[0].attachment
    assert picture is not None
    assert (tmp_path / picture.path).read_bytes().startswith(b"\x89PNG")
    # Where fewer than five are fostered, no number of visits points to one of them, and there is no picture.
    people.village(session, "Tipulu")
    few = people.village(session, "Tipulu")
    child = people.child(session, people.family(session, "Ibu Wati", few), "Nisa")
    people.fosters(session, people.asn(session), child, TODAY - timedelta(days=60))
    said = coordinator(session, tmp_path, "kelurahan", few.id)
    text = said.say("laporan minggu")
    assert "Yang didampingi kurang dari 5, jadi angka kunjungan tidak dirinci. Belum semua dikunjungi." in text
    assert "1" not in "".join(line for line in text.splitlines()[2:])
    assert said.heard[0].attachment is None
