"""The city's coordinator reads who saw or changed a child's record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from db import audit
from db.audit import Operator
from db.subjects import Subject, SubjectKind, subject
from programme import erasure
from tests.audited import Line, lines
from tests.chat import Chat
from tests.people import NOW
from tests.policy.town import Town


@pytest.fixture
def town(session: Session) -> Town:
    town = Town(session)
    session.delete(town.told)  # of whom an end was told is on no list
    session.commit()
    return town


def chat(session: Session, town: Town, actor: str, minutes: int = 60) -> Chat:
    return Chat(session, town.addresses[actor], NOW + timedelta(minutes=minutes))


def test_who_looked_when_by_name_and_role_newest_first(session: Session, town: Town) -> None:
    chat(session, town, "asn", 0).say("anak")
    chat(session, town, "bidan", 5).say("rujukan")
    chat(session, town, "ibu", 10).tap_token(f"chart:{town.child.id}:berat")
    said = chat(session, town, "kota").say(f"siapa melihat {town.child.code.lower()}")
    heading, *told = said.splitlines()
    assert town.child.code in heading
    assert [line.split(", ", 1)[1] for line in told[:3]] == [
        "Bapak/Ibu Sari, keluarga: membuka grafik",
        "Bapak/Ibu Murni, bidan: membuka daftar rujukan",
        "Pak Anwar, ASN: membuka kartunya",
    ]
    assert told[0].startswith("• 4 Maret 2026 09.11, ")


def test_reading_it_leaves_a_line_too(session: Session, town: Town) -> None:
    chat(session, town, "kota").say(f"siapa melihat {town.child.code}")
    read = Line("audit.read", town.people["kota"].id, f"child:{town.child.id}")
    assert lines(session, "audit.read") == [read]
    assert "koordinator: membuka catatan ini" in chat(session, town, "kota", 61).say(f"siapa melihat {town.child.code}")


def test_another_child_s_lines_and_family_are_not_shown(session: Session, town: Town) -> None:
    chat(session, town, "asn2", 0).say("anak")
    assert "Belum ada catatan" in chat(session, town, "kota").say(f"siapa melihat {town.child.code}")


def test_a_visit_a_referral_and_what_the_family_did_are_of_the_child_too(session: Session, town: Town) -> None:
    chat(session, town, "asn", 0).tap_token(f"undo:{town.visit.id}")
    chat(session, town, "bidan", 1).tap_token(f"ref:accept:{town.referral.id}")
    chat(session, town, "ibu", 2).say("data saya")
    said = chat(session, town, "kota").say(f"siapa melihat {town.child.code}")
    for what in ("membuka data saya", "menangani rujukan", "membatalkan laporan"):
        assert what in said


def test_a_digest_counts_for_the_children_of_its_place_alone(session: Session, town: Town) -> None:
    chat(session, town, "lurah", 0).say("ringkasan")
    chat(session, town, "lurah2", 1).say("ringkasan")
    said = chat(session, town, "kota").say(f"siapa melihat {town.child.code}")
    assert said.count("membuka ringkasan wilayahnya") == 1
    assert "Rudi, koordinator: membuka ringkasan wilayahnya" in said


def test_operators_the_service_itself_and_the_forgotten_are_told_apart(session: Session, town: Town) -> None:
    about = subject(town.child)
    audit.note(session, NOW, Operator("Joko"), "import.child", about)
    audit.note(session, NOW, None, "fostering.end", about)
    audit.note(session, NOW, town.people["asn2"].id, "chart.view", about)
    audit.forget(session, [Subject(SubjectKind.PERSON, town.people["asn2"].id)])
    session.commit()
    said = chat(session, town, "kota").say(f"siapa melihat {town.child.code}")
    assert "Joko (pengelola server): mengimpor data anak" in said
    assert "Asuh sendiri: mencatat akhir pendampingan" in said
    assert "orang yang datanya sudah dihapus: membuka grafik" in said


def test_a_long_history_is_turned_page_by_page(session: Session, town: Town) -> None:
    for minute in range(25):
        audit.note(session, NOW + timedelta(minutes=minute), town.people["asn"].id, "chart.view", subject(town.child))
    session.commit()
    reader = chat(session, town, "kota")
    assert reader.say(f"siapa melihat {town.child.code}").count("•") == 10
    assert "« Lebih baru" not in reader.labels
    assert "09.24" in reader.heard[-1].text
    older = reader.tap("Lebih lama »")
    assert (older.count("•"), "« Lebih baru" in reader.labels) == (10, True)
    last = reader.tap("Lebih lama »")
    assert "09.00" in last
    assert "Lebih lama »" not in reader.labels


def test_the_code_may_be_asked_for(session: Session, town: Town) -> None:
    reader = chat(session, town, "kota")
    assert "Tulis kodenya" in reader.say("siapa")
    assert f"Belum ada catatan tentang {town.child.code}" in reader.say(town.child.code)
    assert "tidak ditemukan" in reader.say("siapa melihat ANAK-9999")


@pytest.mark.parametrize(
    "actor", ["baru", "ibu", "ayah", "asn", "asnkk", "bidan", "kepala", "lurah", "opd", "admin", "orang"]
)
def test_nobody_else_reads_it_in_words_by_code_or_by_an_old_button(session: Session, town: Town, actor: str) -> None:
    chat(session, town, "asn", 0).say("anak")
    other = chat(session, town, actor)
    code = town.child.code
    answers = [other.say(f"siapa melihat {code}"), other.say("siapa"), other.say(code)]
    answers.append(other.tap_token(f"looked:{town.child.id}:0"))
    assert not any("membuka daftar anak" in said for said in answers)
    assert not lines(session, "audit.read")


def test_of_a_family_that_was_forgotten_nobody_reads_anything(session: Session, town: Town) -> None:
    chat(session, town, "asn", 0).say("anak")
    code = town.child.code
    erasure.forget(session, town.family, NOW)
    session.commit()
    assert "tidak ditemukan" in chat(session, town, "kota").say(f"siapa melihat {code}")
