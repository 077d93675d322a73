"""Bu Ratna of the city, Bu Tuti of the office and Pak Rudi of the kelurahan announce something."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db import broadcasts
from db.broadcasts import Broadcast, BroadcastState
from db.children import Carer
from db.outbox import PLANNED, SKIPPED, Kind, Outgoing
from db.people import Person, PersonRole
from db.states import CareState
from flow.message import Message
from programme import broadcast_budget, endings
from scheduler import broadcasts as tick
from scheduler.looks import finish
from tests import people
from tests.announcing import MEETING, announcements, city, invites, newest, office, tuti
from tests.chat import Chat, chat_with
from tests.leaving import leave
from tests.people import NOW, TODAY, at

POSYANDU = ("Posyandu Melati 1", "12/3", "8", "Balai RW 2")


def sari(session: Session, *, wants: bool = True) -> Carer:
    """Bu Sari of Posyandu Melati 1, mother of Rafa."""
    home = people.family(session)
    home.posyandu_id = people.posyandu(session).id
    people.child(session, home, born=TODAY - timedelta(days=400))
    carer = people.carer(session, home)
    if wants:
        broadcasts.want(session, carer.person_id, "", "simulator", NOW)
    return carer


def rudi(session: Session, now: Any = NOW) -> Chat:
    """Pak Rudi coordinates Kelurahan Mandonga."""
    return chat_with(session, people.coordinator(session, "Rudi", "kelurahan", people.village(session).id), now)


def moves_posyandu(chat: Chat) -> str:
    chat.tap_token("announce:new:posyandu_pindah")
    return chat.fill("Keluarga", "Kel. Mandonga (Mandonga)", "Semua keluarga", *POSYANDU)


def test_an_office_writes_to_its_own_asn_only_each_once_and_sees_before_whom_and_how(session: Session):
    office(session, "Anwar Hamid", "Budi Santoso")
    office(session, "Wa Ode Rahma", reachable=False)
    people.asn(session, "Usman", office_name="Dinas PU")
    sari(session)
    chat = tuti(session)
    chat.say("umumkan")
    assert "Pelatihan kader" not in chat.labels  # an office leads no cadre
    said = invites(chat, "Semua pendamping")
    assert "Sampai ke *2 orang*" in said
    assert "1 belum bergabung" in said
    look = chat.heard[0].text
    assert "mohon hadir" in look
    assert "Ketuk Baca untuk membukanya." in look
    assert "[Baca]" in look
    chat.tap("Kirim sekarang")
    chat.tap("Kirim sekarang")  # the second tap says so, and sends nothing
    assert "sudah dikirim" in chat.heard[-1].text
    rows = announcements(session)
    assert [row.message["text"].split(",")[0] for row in rows] == ["Halo Pak Anwar", "Halo Pak Budi"]
    assert "Kamis 12 Maret 2026" in rows[0].message["text"]
    assert "Bu Tuti, koordinator Dinas Kominfo" in rows[0].message["text"]
    assert {row.expires_at for row in rows} == {at(TODAY + timedelta(days=3), "09:08")}
    session.execute(update(PersonRole).where(PersonRole.person_id == rows[0].person_id).values(role="admin"))
    session.commit()
    session.expire_all()
    assert leave(session, Kind.ANNOUNCEMENT, chat.now, people.city()) == ["sudah tidak termasuk", "sent"]


def test_nobody_writes_beyond_their_scope_however_the_form_was_filled_in(session: Session):
    office(session, "Anwar Hamid")
    chat = tuti(session)
    chat.tap_token("announce:new:pertemuan")
    chat.fill("Semua pendamping", *MEETING[:-1])
    moved = update(PersonRole).where(PersonRole.role == "coordinator")
    session.execute(moved.values(scope_id=people.office(session, "Dinas PU").id))
    session.commit()
    assert "di luar wilayah Ibu" in chat.say(MEETING[-1])
    assert not session.scalars(select(Broadcast)).all()


def test_who_has_lost_the_office_since_the_preview_sends_nothing(session: Session):
    office(session, "Anwar Hamid")
    chat = tuti(session)
    invites(chat, "Semua pendamping")
    session.execute(update(PersonRole).where(PersonRole.role == "coordinator").values(scope="kelurahan", scope_id=9))
    session.commit()
    assert "di luar wilayah" in chat.tap("Kirim sekarang")
    assert not announcements(session)
    assert newest(session).state == BroadcastState.SHOWN


def test_those_who_are_late_and_those_who_never_reported(session: Session):
    anwar, budi, dewi = office(session, "Anwar Hamid", "Budi Santoso", "Dewi Lestari")
    for who, begun in ((anwar, 80), (budi, 80), (dewi, 10)):
        child = people.child(session, people.family(session), born=TODAY - timedelta(days=400))
        people.fosters(session, who, child, TODAY - timedelta(days=begun))
        if who is anwar:
            people.visit(session, who, child, TODAY - timedelta(days=60))
    chat = tuti(session)
    late = invites(chat, "Kunjungannya terlambat")
    assert "Sampai ke *2 orang*" in late  # Pak Anwar and Pak Budi
    never = invites(chat, "Belum pernah melapor")
    assert "Sampai ke *2 orang*" in never  # Pak Budi and Bu Dewi
    chat.tap("Kirim sekarang")
    assert {row.person_id for row in announcements(session)} == {budi.id, dewi.id}


def test_families_are_reached_only_once_they_have_asked_for_it_and_can_end_it(session: Session):
    carer = sari(session, wants=False)
    mother = chat_with(session, carer.person)
    coordinator = rudi(session)
    said = moves_posyandu(coordinator)
    assert "1 belum mau menerima pengumuman" in said
    assert "Kirim sekarang" not in coordinator.labels
    assert "Mau menerimanya?" in mother.say("pengumuman")
    mother.tap("Ya, kirim")
    assert "Pengumuman program: ya" in mother.say("data saya")
    assert "Sampai ke *1 orang*" in moves_posyandu(coordinator)
    coordinator.tap("Kirim sekarang")
    [row] = announcements(session)
    assert row.family_id == carer.family_id
    mother.seen(Message.from_json(row.message))
    mother.tap("Jangan kirim lagi")
    assert [(one.state, one.reason) for one in announcements(session)] == [(SKIPPED, "belum mau menerima pengumuman")]


def test_a_puskesmas_writes_to_its_families_and_cadres_and_to_no_others(session: Session):
    own, other = people.health_centre(session), people.health_centre(session, "Puskesmas Mata")
    sari(session).family.health_centre_id = own.id
    elsewhere = people.family(session, "Wati")
    elsewhere.health_centre_id = other.id
    people.child(session, elsewhere, "Bima", TODAY - timedelta(days=400))
    broadcasts.want(session, people.carer(session, elsewhere, "Wati").person_id, "", "simulator", NOW)
    for name, post in (("Nur", people.posyandu(session).id), ("Ida", people.posyandu(session, "Mawar").id)):
        people.health(session, name, "kader", scope="posyandu", scope_id=post)
    siska = chat_with(session, people.coordinator(session, "Siska", "puskesmas", own.id, sex="P"))
    siska.tap_token("announce:new:posyandu_pindah")
    assert "Sampai ke *1 orang*" in siska.fill("Keluarga", "Semua keluarga", *POSYANDU)
    siska.tap("Kirim sekarang")
    assert [row.message["text"].split(",")[0] for row in announcements(session)] == ["Halo Bu Sari"]
    siska.tap_token("announce:new:posyandu_pindah")
    assert "Sampai ke *1 orang*" in siska.fill("Kader dan petugas", "Kader", *POSYANDU)


@pytest.mark.parametrize("what", ["loss", "consent", "wish", "stop"])
def test_what_changes_between_agreeing_and_leaving_holds_the_message_back(session: Session, what: str):
    carer = sari(session)
    mother, chat = chat_with(session, carer.person), rudi(session)
    moves_posyandu(chat)
    chat.tap("Kirim sekarang")
    if what == "loss":
        [child] = carer.family.children
        endings.end(session, child, CareState.DIED, TODAY, chat.now)
    elif what == "consent":
        mother.tap_token(f"withdraw:{carer.family_id}")
    elif what == "wish":
        broadcasts.end_wish(session, carer.person_id, chat.now)  # crossed by the sender: nothing was cancelled yet
    else:
        mother.say("berhenti")
    session.commit()
    [row] = announcements(session)
    row.state = PLANNED  # also where it had been claimed before the news came
    leave(session, Kind.ANNOUNCEMENT, chat.now, people.city())
    [row] = announcements(session)
    assert row.state == SKIPPED
    report = chat.tap("Lihat hasil")
    assert "duka" not in report
    assert "1 terkirim" not in report


def test_a_mother_who_lost_her_child_between_preview_and_sending_gets_nothing_and_nobody_is_told_why(session: Session):
    carer = sari(session)
    chat = rudi(session)
    assert "Sampai ke *1 orang*" in moves_posyandu(chat)
    [child] = carer.family.children
    people.child(session, carer.family, "Aisyah", TODAY - timedelta(days=900))
    endings.end(session, child, CareState.DIED, TODAY - timedelta(days=3), NOW)
    session.commit()
    said = chat.tap("Kirim sekarang")
    assert "1 sedang jeda" in said
    assert not announcements(session)
    long_after = at(TODAY + timedelta(days=20))
    assert "Sampai ke *1 orang*" in moves_posyandu(Chat(session, chat.address, long_after))


def test_in_the_quiet_hours_and_at_friday_prayer_it_waits_for_the_next_fitting_hour(session: Session):
    office(session, "Anwar Hamid")
    friday = at(TODAY + timedelta(days=2), "11:40")
    chat = tuti(session, now=friday)
    said = invites(chat, "Semua pendamping")
    assert "hari ini pukul 13.15" in said
    chat.tap("Kirim hari ini 13.15")
    assert not announcements(session)
    finish(tick.tick, session, friday + timedelta(hours=1), people.city())
    assert not announcements(session)
    finish(tick.tick, session, at(friday.date(), "13:18"), people.city())
    assert len(announcements(session)) == 1


def test_above_the_limit_somebody_else_agrees_and_never_the_writer(session: Session):
    of = city(second_above=1)
    office(session, "Anwar Hamid", "Budi Santoso")
    chat = tuti(session, of)
    invites(chat, "Semua pendamping")
    assert "belum ada koordinator atau admin lain" in chat.tap("Kirim sekarang")
    ratna = chat_with(session, people.coordinator(session, sex="P"), chat.now, of)
    lina = people.coordinator(session, "Lina", "kelurahan", people.village(session).id)
    other = chat_with(session, lina, chat.now, of)
    assert "Menunggu persetujuan Bu Ratna" in chat.tap("Kirim sekarang")
    one = newest(session)
    assert not announcements(session)
    assert "tidak bisa menyetujuinya sendiri" in chat.tap_token(f"announce:yes:{one.id}")
    other.tap_token(f"announce:yes:{one.id}")  # of another place
    assert not announcements(session)
    office(session, "Dewi Lestari")  # who came after it was shown is not among those who were agreed to
    ratna.now = chat.now
    ratna.tap_token(f"announce:yes:{one.id}")
    assert len(announcements(session)) == 2
    assert "sudah dikirim" in ratna.tap_token(f"announce:yes:{one.id}")
    assert len(announcements(session)) == 2
    [told] = session.scalars(
        select(Outgoing).where(Outgoing.kind == Kind.BROADCAST, Outgoing.person_id == one.person_id)
    )
    assert "Bu Ratna setuju" in told.message["text"]


def test_who_agreed_and_may_not_any_more_stops_what_has_not_been_written(session: Session, monkeypatch: Any):
    monkeypatch.setattr("programme.broadcasts.BATCH", 1)
    of = city(second_above=1)
    office(session, "Anwar Hamid", "Budi Santoso")
    chat, ratna = tuti(session, of), people.coordinator(session, sex="P")
    invites(chat, "Semua pendamping")
    chat.tap("Kirim sekarang")
    chat_with(session, ratna, chat.now, of).tap_token(f"announce:yes:{newest(session).id}")
    assert len(announcements(session)) == 1  # the first batch
    ratna.roles[0].scope = "kelurahan"  # pyright: ignore[reportAttributeAccessIssue]
    session.commit()
    finish(tick.tick, session, chat.now + timedelta(minutes=15), of)
    assert [row.state for row in announcements(session)] == [SKIPPED]
    one = newest(session)
    assert (one.state, one.reason) == (BroadcastState.STOPPED, "hak untuk mengirimnya sudah berakhir")


def test_more_recipients_than_were_shown_are_said_before_anything_is_sent(session: Session):
    office(session, "Anwar Hamid")
    chat = tuti(session)
    invites(chat, "Semua pendamping")
    office(session, "Budi Santoso")
    session.commit()
    assert "tadi 1, sekarang 2 orang" in chat.tap("Kirim sekarang")
    assert not announcements(session)
    chat.tap("Kirim sekarang")
    assert len(announcements(session)) == 2


def test_stopped_in_the_middle_the_rest_does_not_leave_and_how_many_had_left_is_said(session: Session):
    office(session, "Anwar Hamid", "Budi Santoso", "Dewi Lestari")
    chat = tuti(session)
    invites(chat, "Semua pendamping")
    chat.tap("Kirim sekarang")
    leave(session, Kind.ANNOUNCEMENT, chat.now, people.city(), most=1)
    claimed = announcements(session)[1]
    session.expire_all()
    stranger = chat_with(session, people.coordinator(session, "Lina", "kelurahan", people.village(session).id))
    assert "tidak ada dalam daftar" in stranger.tap_token(f"announce:stop:{newest(session).id}")
    ratna = chat_with(session, people.coordinator(session, sex="P"))
    assert "1 sudah terkirim, 2 tidak jadi dikirim" in ratna.tap_token(f"announce:stop:{newest(session).id}")
    claimed = announcements(session)[1]
    claimed.state = PLANNED  # a worker had claimed it before the stop
    session.commit()
    assert leave(session, Kind.ANNOUNCEMENT, chat.now, people.city()) == ["dihentikan"]
    [told] = session.scalars(select(Outgoing).where(Outgoing.kind == Kind.BROADCAST))
    assert "Bu Ratna menghentikan" in told.message["text"]
    assert "sudah selesai" in chat.tap("Hentikan")


def whatsapp(session: Session, who: Person, *, wrote: bool = False) -> None:
    """This person is written to on WhatsApp, and has written within the day or has not."""
    row = people.address(session, who, "whatsapp", NOW + timedelta(minutes=1))
    row.window_until = NOW + timedelta(hours=20) if wrote else NOW - timedelta(days=1)


def test_what_costs_more_than_is_left_of_the_month_is_refused_and_the_rest_stops_at_the_ceiling(session: Session):
    three = office(session, "Anwar Hamid", "Budi Santoso", "Dewi Lestari")
    for who in three:
        whatsapp(session, who, wrote=who.name.startswith("Dewi"))
    tight = city(templates_a_month=1)
    chat = tuti(session, tight)
    said = invites(chat, "Semua pendamping")
    assert "2 pemberitahuan layanan dan 1 pesan biasa (harganya belum diisi di pengaturan kota)" in said
    assert "Sisa batas bulan ini: 1 dari 1 pemberitahuan" in said
    assert "melewati batas" in said
    assert "Kirim sekarang" not in chat.labels
    priced = city(price_utility=350.0, price_service=50.0, budget_rupiah=1_000)
    chat = Chat(session, chat.address, NOW, priced)
    said = invites(chat, "Semua pendamping")
    assert "kira-kira Rp750" in said
    assert "Sisa batas bulan ini: Rp1.000 dari Rp1.000" in said
    chat.city = tight
    assert "melewati batas" in chat.tap("Kirim sekarang")  # the limit was lowered since it was shown
    chat.city = priced
    chat.tap_token(f"announce:send:{newest(session).id}")
    # Meanwhile the city has lowered its limit: it holds at every message, not only when it is agreed to.
    assert leave(session, Kind.ANNOUNCEMENT, chat.now, tight) == ["sent", broadcast_budget.REACHED_LIMIT, "sent"]
    again = session.scalars(select(Outgoing).where(Outgoing.resend_of.is_not(None))).all()
    assert [row.channel for row in again] == ["simulator"]  # Pak Budi gets it on his other phone
    assert [row.template for row in announcements(session)][:3] == ["asuh_pengumuman", "", ""]
    leave(session, Kind.ANNOUNCEMENT, chat.now, tight)
    assert broadcast_budget.used(session, tight, chat.now) == 1
    report = chat.tap("Lihat hasil")
    assert "WhatsApp: *2* terkirim, 0 sampai, 0 dibaca" in report
    assert "Telegram: *1* terkirim" in report
