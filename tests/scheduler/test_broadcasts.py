"""An announcement goes on by itself: in batches, through an outage, to its report."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.broadcasts import BroadcastState
from db.outbox import DELIVERED, FAILED, READ, SENT, Kind, Outgoing
from db.people import PersonRole
from scheduler import broadcasts
from scheduler.looks import finish
from tests import people
from tests.announcing import announcements, city, invites, newest, office, tuti
from tests.leaving import leave


def reports(session: Session) -> list[str]:
    query = select(Outgoing).where(Outgoing.kind == Kind.BROADCAST).order_by(Outgoing.id)
    return [row.message["text"] for row in session.scalars(query)]


def test_it_goes_on_in_batches_after_an_outage_and_nobody_gets_it_twice(session: Session, monkeypatch: Any):
    monkeypatch.setattr("programme.broadcasts.BATCH", 2)
    office(session, "Anwar", "Budi", "Candra", "Dewi", "Eko")
    chat = tuti(session)
    invites(chat, "Semua pendamping")
    chat.tap("Kirim sekarang")
    assert len(announcements(session)) == 2
    lost = announcements(session)[-1].person_id or 0
    leaver = session.scalars(select(PersonRole).where(PersonRole.role == "asn").order_by(PersonRole.id.desc())).first()
    assert leaver
    leaver.role = "family"  # pyright: ignore[reportAttributeAccessIssue]  # Pak Eko is no foster parent any more
    session.commit()
    hours_later = chat.now + timedelta(hours=5)
    finish(broadcasts.tick, session, hours_later, people.city())
    finish(broadcasts.tick, session, hours_later, people.city())
    rows = announcements(session)
    assert len(rows) == 4
    assert [row.person_id for row in rows].count(lost) == 1
    assert newest(session).state == BroadcastState.WRITTEN
    said = chat.tap("Lihat hasil")
    assert "Tidak dikirimi: 1 sudah tidak termasuk" in said


def test_when_it_is_done_its_writer_is_told_once_whom_it_reached_and_why_not_the_others(session: Session):
    office(session, "Anwar", "Budi", "Candra")
    office(session, "Dewi", reachable=False)
    chat = tuti(session)
    invites(chat, "Semua pendamping")
    chat.tap("Kirim sekarang")
    finish(broadcasts.tick, session, chat.now, people.city())
    assert not reports(session)  # it is still under way
    leave(session, Kind.ANNOUNCEMENT, chat.now, people.city())
    rows = announcements(session)
    rows[0].channel = rows[1].channel = "whatsapp"
    rows[0].state, rows[1].state = READ, DELIVERED
    rows[2].state, rows[2].reason = FAILED, "diblokir oleh penerima (Forbidden: bot was blocked by the user)"
    session.commit()
    for minutes in (15, 30):
        finish(broadcasts.tick, session, chat.now + timedelta(minutes=minutes), people.city())
    [said] = reports(session)
    assert "WhatsApp: *2* terkirim, 2 sampai, 1 dibaca" in said
    assert "Gagal: 1 diblokir oleh penerima\n" in said
    assert "Tidak dikirimi: 1 belum bergabung" in said


def test_after_a_day_it_is_told_also_while_some_still_wait(session: Session):
    office(session, "Anwar")
    chat = tuti(session)
    invites(chat, "Semua pendamping")
    chat.tap("Kirim sekarang")
    finish(broadcasts.tick, session, chat.now + timedelta(days=1, minutes=1), people.city())
    [said] = reports(session)
    assert "Masih menunggu: 1" in said


def test_what_nobody_agreed_to_in_a_day_is_not_sent_and_its_writer_hears_so(session: Session):
    of = city(second_above=1)
    office(session, "Anwar", "Budi")
    people.coordinator(session)
    chat = tuti(session, of)
    invites(chat, "Semua pendamping")
    chat.tap("Kirim sekarang")
    one = newest(session)
    finish(broadcasts.tick, session, chat.now + timedelta(hours=25), of)
    assert not announcements(session)
    assert (newest(session).id, newest(session).state) == (one.id, BroadcastState.DROPPED)
    assert "belum disetujui dalam sehari" in reports(session)[-1]
    assert session.scalar(select(func.count()).where(Outgoing.state == SENT)) == 0
