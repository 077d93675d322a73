"""Lists as files: who may have which, what stands in them, and what is left in the audit."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from db.children import Family
from db.consent import PaperConsent
from db.engine import sessions
from db.people import Person
from db.visits import Aid
from programme import erasure
from reports.exports import file as exports
from tests import people
from tests.audited import lines
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY

Sheets = dict[str, list[dict[str, Any]]]


@pytest.fixture
def town(session: Session) -> dict[str, Any]:
    """Rafa in Mandonga, whose mother has agreed, and Dito there, whose mother has not; Aisyah in Baruga.

    Pak Anwar fosters all three. Rafa was weighed, visited, helped, and is to be seen for a sign.
    """
    home, away = people.village(session), people.village(session, "Baruga", "Baruga")
    sari, wati = people.family(session, where=home), people.family(session, "Wati Lestari", home, signed=False)
    rafa = people.child(session, sari, born=TODAY - timedelta(days=400), birth_weight_g=2400)
    dito = people.child(session, wati, "Dito Saputra", TODAY - timedelta(days=300))
    aisyah = people.child(session, people.family(session, "Nur", away), "Aisyah Putri", TODAY - timedelta(days=200))
    anwar = people.asn(session, phone="+6281234567890")
    for child in (rafa, dito, aisyah):
        people.fosters(session, anwar, child, TODAY - timedelta(days=100))
        people.measured(session, child, TODAY - timedelta(days=9), 8.4, 74.5, muac_cm=13.5)
    visit = people.visit(session, anwar, rafa, TODAY - timedelta(days=3))
    session.add(Aid(visit_id=visit.id, item="telur", amount="30 butir", source="pribadi"))
    people.referral(session, rafa, NOW, "Kejang", urgency="sekarang")
    session.commit()
    return {"rafa": rafa, "dito": dito, "aisyah": aisyah, "anwar": anwar, "home": home, "wati": wati}


def chat(session: Session, tmp_path: Path, who: Person) -> Chat:
    return chat_with(session, who, city=people.city(tmp_path))


def taken(session: Session, chat: Chat) -> Sheets:
    """The sheets of the file that came last, as it is written when it is sent."""
    attached = chat.heard[-1].attachment
    assert attached
    session.commit()
    bind = session.get_bind()
    assert isinstance(bind, Engine)
    if not exports.ready(sessions(bind), chat.city, attached.path, chat.now):
        return {}
    book = load_workbook(chat.city.files / attached.path)
    found: Sheets = {}
    for page in book:
        header, *rows = page.iter_rows(values_only=True)
        found[page.title] = [
            {str(name): value for name, value in zip(header, row, strict=True) if value is not None} for row in rows
        ]
    return found


def test_a_coordinator_gets_the_children_of_her_kelurahan_without_what_is_not_hers_to_see(
    session: Session, tmp_path: Path, town: dict[str, Any]
) -> None:
    lurah = chat(session, tmp_path, people.coordinator(session, "Rudi", "kelurahan", town["home"].id))
    assert "Kel. Mandonga (Mandonga)" in lurah.say("ekspor")
    assert "2 baris" in lurah.tap("Anak")
    [rows] = (sheets := taken(session, lurah)).values()
    assert list(sheets) == ["Daftar Anak"]  # the import passes over it
    assert [(row["kode_anak"], row.get("nama")) for row in rows] == [
        (town["rafa"].code, "Rafa"), (town["dito"].code, None),
    ]  # fmt: skip
    assert set(rows[0]) == {"kode_anak", "kode_keluarga", "nama", "kelurahan", "pendamping"}
    assert {(one.action, one.about, one.detail) for one in lines(session) if one.action.startswith("export")} == {
        ("export.anak", f"kelurahan-{town['home'].id}", "2 baris"),
        ("export.row", f"child:{town['rafa'].id}", ""), ("export.row", f"child:{town['dito'].id}", ""),
    }  # fmt: skip
    lurah.say("ekspor pengukuran")
    [weighed] = taken(session, lurah).values()
    assert not any({"bb_kg", "pb_tb_cm", "lila_cm"} & set(row) for row in weighed)
    lurah.say("ekspor rujukan")
    [[referred]] = taken(session, lurah).values()
    assert referred["perlu dilihat"] == "sekarang"
    assert "tanda" not in referred


def test_an_office_gets_its_people_and_their_visits_and_nothing_of_the_families(
    session: Session, tmp_path: Path, town: dict[str, Any]
) -> None:
    tuti = chat(session, tmp_path, people.coordinator(session, "Tuti", "opd", people.office(session).id))
    tuti.say("ekspor")
    assert tuti.labels == ["ASN", "Pendampingan", "Kunjungan", "Menu utama"]
    everything: list[str] = []
    for what, count in (("ASN", 1), ("Pendampingan", 3), ("Kunjungan", 1)):
        tuti.say("ekspor")
        tuti.tap(what)
        [rows] = taken(session, tuti).values()
        assert len(rows) == count
        everything += [str(value) for row in rows for value in row.values()]
    assert "Anwar Hamid" in everything
    told = " ".join(everything)
    assert not [word for word in ("Rafa", "Dito", "Sari", "A-0", "KK-", "Mandonga", "8.4") if word in told]
    assert "sudah tidak berlaku" in tuti.tap_token("export:anak")
    other = chat(session, tmp_path, people.coordinator(session, "Lina", "opd", people.office(session, "Dinas PU").id))
    other.say("ekspor asn")
    assert "masih kosong" in other.heard[0].text


def test_the_city_gets_whole_rows_where_a_consent_stands_and_codes_where_none_does(
    session: Session, tmp_path: Path, town: dict[str, Any]
) -> None:
    ratna = chat(session, tmp_path, people.coordinator(session))
    said = ratna.say("ekspor anak")
    assert "Lembar *Daftar Anak* tidak memuat semua kolom" in said
    sheets = taken(session, ratna)
    assert {row["nama"] for row in sheets["Anak"]} == {"Rafa Pratama", "Aisyah Putri"}
    [dito] = sheets["Daftar Anak"]
    assert dito["kode_anak"] == town["dito"].code
    assert not {"nama", "tanggal_lahir", "berat_lahir_g", "status"} & set(dito)
    ratna.say("ekspor keluarga")
    assert "Wati" not in str(taken(session, ratna))
    ratna.say("ekspor rujukan")
    assert taken(session, ratna)["Rujukan"][0]["tanda"] == "Kejang"
    ratna.say("ekspor bantuan")
    assert taken(session, ratna)["Bantuan"][0]["bantuan"] == "Telur"


def test_an_admin_gets_staff_alone_and_others_none(session: Session, tmp_path: Path, town: dict[str, Any]) -> None:
    admin = chat(session, tmp_path, people.person(session, "Joko", "admin"))
    admin.say("ekspor")
    assert admin.labels == ["ASN", "Koordinator dan nakes", "Posyandu dan puskesmas", "Menu utama"]
    admin.tap("ASN")
    assert taken(session, admin)["ASN"][0]["hp"] == "081234567890"
    assert "sudah tidak berlaku" in admin.tap_token("export:keluarga")
    asn = chat(session, tmp_path, town["anwar"])
    asn.say("ekspor anak")
    assert not asn.heard[-1].attachment


def test_a_name_like_a_formula_stays_text(session: Session, tmp_path: Path, town: dict[str, Any]) -> None:
    for number, sign in enumerate("=+-@"):
        people.asn(session, f"{sign}HYPERLINK({number})")
    ratna = chat(session, tmp_path, people.coordinator(session))
    ratna.say("ekspor asn")
    attached = ratna.heard[-1].attachment
    assert attached
    taken(session, ratna)
    page = load_workbook(ratna.city.files / attached.path)["ASN"]
    cells = [cell for row in page.iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert [(cell.data_type, cell.quotePrefix) for cell in cells] == [("s", True)] * 4


def test_a_long_list_says_that_it_is_being_made(
    session: Session, tmp_path: Path, town: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.coordinator.exporting.LONG", 2)
    ratna = chat(session, tmp_path, people.coordinator(session))
    ratna.say("ekspor anak")
    first, second = ratna.heard
    assert first.text == "Daftarnya panjang, 3 baris. Sedang dibuat, berkasnya menyusul di sini."
    assert second.attachment
    assert not (tmp_path / second.attachment.path).exists()  # nobody has waited for it
    assert taken(session, ratna)


def test_who_has_lost_the_role_meanwhile_and_whose_family_was_erased_gets_no_file(
    session: Session, tmp_path: Path, town: dict[str, Any]
) -> None:
    rudi = people.coordinator(session, "Rudi", "kelurahan", town["home"].id)
    lurah = chat(session, tmp_path, rudi)
    lurah.say("ekspor asn")
    [held] = rudi.roles
    rudi.roles.remove(held)
    session.delete(held)
    assert taken(session, lurah) == {}
    lurah = chat(session, tmp_path, people.coordinator(session, "Lina", "kelurahan", town["home"].id))
    lurah.say("ekspor anak")
    family = session.get_one(Family, town["wati"].id)
    attached = lurah.heard[-1].attachment
    assert attached
    assert attached.path in erasure.forget(session, family, lurah.now)
    assert taken(session, lurah) == {}


def test_a_consent_that_was_withdrawn_before_sending_holds(
    session: Session, tmp_path: Path, town: dict[str, Any]
) -> None:
    ratna = chat(session, tmp_path, people.coordinator(session))
    ratna.say("ekspor anak")
    for sheet in session.scalars(select(PaperConsent)):
        sheet.withdrawn_at = NOW
    assert "Anak" not in taken(session, ratna)
