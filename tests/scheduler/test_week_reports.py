"""On Monday the lurah gets last week's report, to pass on: once, and only where somebody is fostered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.outbox import Kind, Outgoing
from flow.message import Message
from scheduler import week_reports
from scheduler.looks import finish
from tests import people
from tests.people import at

MONDAY = date(2026, 3, 9)


def rows(session: Session) -> Sequence[Outgoing]:
    return session.scalars(select(Outgoing).order_by(Outgoing.id)).all()


def test_the_report_comes_once_on_monday_to_whoever_reports_on_a_place_where_somebody_is_fostered(
    session: Session, tmp_path: Path
):
    town = people.city(tmp_path / "files")
    mandonga, tipulu = people.village(session), people.village(session, "Tipulu")
    anwar = people.asn(session)
    for number in range(5):
        child = people.child(session, people.family(session, f"Ibu {number}", mandonga), f"Rafa{number}")
        people.fosters(session, anwar, child, MONDAY - timedelta(days=40))
    lurah = people.coordinator(session, "Ratna Dewi", "kelurahan", mandonga.id)
    camat = people.coordinator(session, "Hasan", "kecamatan", mandonga.district_id)
    mayor = people.coordinator(session, "Siska")
    people.coordinator(session, "Wati", "kelurahan", tipulu.id)  # nobody is fostered there
    people.coordinator(session, "Dedi", "opd", anwar.office_id or 0)  # an office reports on no place
    people.coordinator(session, "Nur", "kelurahan", mandonga.id, reachable=False)

    for when in (at(MONDAY - timedelta(days=1), "17:00"), at(MONDAY, "16:59"), at(MONDAY + timedelta(days=1), "17:00")):
        finish(week_reports.tick, session, when, town)
    assert not rows(session)
    assert not town.files.exists()

    for clock in ("17:00", "17:05", "21:30"):
        finish(week_reports.tick, session, at(MONDAY, clock), town)
    found = rows(session)
    assert [(row.person_id, row.key) for row in found] == [
        (who.id, f"week:{who.id}:2026-03-02") for who in (lurah, camat, mayor)
    ]  # fmt: skip
    assert {(row.kind, row.due_at, row.expires_at) for row in found} == {
        (Kind.DIGEST, at(MONDAY, "17:00"), at(MONDAY + timedelta(days=1), "17:00"))
    }
    said = Message.from_json(found[0].message)
    assert said.text.startswith("🗓️ *Laporan minggu 2 - 8 Maret 2026*\nKel. Mandonga (Mandonga)")
    assert "5 jatuh tempo, 0 sudah dikunjungi" not in said.text  # due on the last day of February, a week before
    assert "Terlambat sekarang: 5 dari 5" in said.text
    assert said.attachment is not None
    assert (town.files / said.attachment.path).is_file()


def test_after_an_evening_without_power_it_waits_for_the_morning(session: Session, tmp_path: Path):
    town = people.city(tmp_path)
    child = people.child(session, people.family(session))
    people.fosters(session, people.asn(session), child, MONDAY - timedelta(days=40))
    people.coordinator(session)
    finish(week_reports.tick, session, at(MONDAY, "22:00"), town)
    assert rows(session)[0].due_at == at(MONDAY + timedelta(days=1), "07:00")
