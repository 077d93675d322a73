"""The answer to a report says in one sentence what it has changed."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from tests import people
from tests.chat import Chat, chat_with
from tests.people import TODAY

DAY = timedelta(days=1)


def anwar(session: Session, *reported: int) -> Chat:
    """Pak Anwar fosters Rafa (fourteen months), whom he has visited so many days ago."""
    who, rafa = people.asn(session), people.child(session, people.family(session), born=TODAY - 430 * DAY)
    people.fosters(session, who, rafa, TODAY - 200 * DAY)
    for ago in reported:
        people.visit(session, who, rafa, TODAY - ago * DAY, answers={"house": []})
    people.health(session, "Murni", "kader", scope="kelurahan", scope_id=rafa.family.village_id, sex="P")
    return chat_with(session, who)


def test_a_service_that_was_late_is_caught_up_once_and_then_the_visits_are_counted(session: Session) -> None:
    chat = anwar(session, 70)
    chat.say("lapor")
    said = chat.fill("Ibu", "Sehat", "Tidak", "1", "1", "Tidak ada", "Kirim")
    assert said == (
        "✅ Terima kasih sudah menengok *Adik Rafa*, Pak Anwar. Laporan sudah masuk.\n"
        "Imunisasi 12 bulan Adik Rafa sudah terkejar.\n\n"
        "Kunjungan berikut: *Jumat 3 April 2026*. Nanti kami ingatkan."
    )
    chat.now += DAY
    chat.say("lapor")
    assert "\nIni kunjungan Bapak yang ke-3 sejak Desember 2025.\n" in chat.fill(
        "Ibu", "Sehat", "Tidak", "1", "Belum ada", "Tidak ada", "Kirim"
    )


def test_what_can_wait_some_days_is_what_the_visit_made_possible(session: Session) -> None:
    chat = anwar(session, 70)
    chat.say("lapor")
    said = chat.fill(
        "Ibu", "Sehat", "Ya", "Hari ini", "9,6 77", "Telentang", "12", "Tidak", "Kader/posyandu", "1", "Belum ada",
        "Tidak ada", "Kirim",
    )  # fmt: skip
    assert "sudah masuk.\nKarena Bapak datang, Adik Rafa bisa dilihat petugas lebih cepat.\n" in said


def test_beside_an_emergency_nothing_else_is_said(session: Session) -> None:
    chat = anwar(session, 70)
    chat.say("lapor")
    chat.fill("Ibu", "Ada tanda bahaya")
    chat.tap("Kejang")
    chat.tap("Selesai")
    said = chat.tap("Kirim sekarang")
    assert "🚨" in said
    assert "kunjungan Bapak yang ke" not in said
    assert "Karena Bapak datang" not in said
