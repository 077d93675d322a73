"""Bu Sari and Pak Anwar agree on a visit by taps; both can move it or call it off; nobody comes for nothing."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db import appointments
from db.appointments import Appointment, AppointmentState, SharedNumber
from db.fostering import AssignmentState, Leave
from db.outbox import Kind, Outgoing
from db.states import CareState
from programme import erasure, names
from programme.appointment_messages import minute
from programme.fosterings import fosterings
from tests import people
from tests.audited import lines
from tests.chat import chat_with
from tests.pairing import HIS_NUMBER, NUMBER, THURSDAY, Pairing
from tests.people import NOW, TODAY, at

DAY = timedelta(days=1)


def appointment(session: Session) -> Appointment:
    return session.scalars(select(Appointment).order_by(Appointment.id.desc())).first() or Appointment()


def late(session: Session, on: int) -> int:
    """How many days the visit is late so many days from today."""
    [one] = fosterings(session, TODAY + on * DAY, 30)
    return (TODAY + on * DAY - one.due).days


def test_nobody_is_late_before_the_agreed_day_and_the_reminder_comes_once(session: Session):
    both = Pairing(session, starts_days_ago=40)
    assert late(session, 0) == 10
    row = both.agree()
    assert (row.at, row.day) == (THURSDAY, THURSDAY.date())
    assert [late(session, days) for days in (0, 1, 2)] == [-1, 0, 1]

    both.look(at(TODAY, "17:30"))
    assert not both.waiting(both.bu_sari), "it is not evening yet"
    for hour in ("18:00", "18:30", "21:00"):
        both.look(at(TODAY, hour))
    assert [one.startswith("Bu Sari, Pak Anwar datang *besok, Kamis") for one in both.reads(both.sari)] == [True]
    assert "Rumah: Mandonga (Mandonga)." in both.reads(both.anwar)[0]
    both.look(at(TODAY + DAY, "14:00"))
    assert not both.waiting(both.pak_anwar)

    people.visit(session, both.pak_anwar, both.rafa, TODAY + DAY, next_on=TODAY + 15 * DAY)
    assert late(session, 2) == -13, "after the visit its own next day holds"


def test_he_who_comes_early_is_not_reminded_and_a_call_off_is_not_followed_by_a_reminder(session: Session):
    both = Pairing(session)
    row = both.agree()
    people.visit(session, both.pak_anwar, both.rafa, TODAY + DAY)
    both.look(at(TODAY, "18:00"))
    assert not both.waiting(both.pak_anwar)
    session.query(people.Visit).delete()
    both.look(at(TODAY, "18:30"))
    both.sari.now = at(TODAY, "18:31")
    both.sari.tap_token(f"meet:off:{row.id}")
    [said] = both.reads(both.anwar, at(TODAY, "18:32"))
    assert said == (
        "Pak Anwar, Bu Sari berhalangan Kamis 5 Maret pukul 16.00, jadi Bapak tidak perlu datang. "
        "Coba tawarkan waktu lain, ya."
    )
    assert late(session, 1) == -24, "the day of the visit is the usual one again"


def test_both_move_it_and_a_button_of_an_earlier_turn_says_what_holds_now(session: Session):
    both = Pairing(session)
    row = both.agree()
    both.anwar.tap_token(f"meet:move:{row.id}")
    both.anwar.tap("Tanyakan")
    assert both.reads(both.sari)[0].startswith("Maaf, Bu Sari. Pak Anwar tidak bisa datang Kamis 5 Maret pukul 16.00.")
    both.sari.tap("Senin")
    assert row.state == AppointmentState.AGREED
    monday = row.at
    assert monday == at(TODAY + 5 * DAY, "16:00")
    assert "Yang berlaku sekarang: *Senin 9 Maret" in both.sari.tap_token(f"meet:later:{row.id}")
    assert "Yang berlaku sekarang: *Senin 9 Maret" in both.anwar.tap_token(f"meet:yes:{row.id}")
    both.sari.tap_token(f"meet:pick:{row.id}:{minute(monday)}")
    assert row.turn == 4, "the same time again is no new turn"

    both.sari.tap_token(f"meet:pick:{row.id}:{minute(at(TODAY + 6 * DAY, '10:00'))}")
    assert row.state == AppointmentState.WISHED, "he has not said yes to Tuesday"
    assert both.reads(both.anwar)[-1].startswith(
        "Pak Anwar, Bu Sari (ibu Adik Rafa) berhalangan Senin 9 Maret pukul 16.00, dan"
    )
    both.anwar.tap("Belum bisa")
    assert row.state == AppointmentState.ENDED
    assert "belum bisa datang" in both.reads(both.sari)[-1]
    assert "sudah selesai diatur" in both.sari.tap_token(f"meet:move:{row.id}")


def test_a_time_in_the_night_or_in_the_past_is_not_agreed(session: Session):
    both = Pairing(session)
    row = both.agree()
    for moment in (at(TODAY + DAY, "03:00"), NOW - DAY, at(TODAY + 3 * DAY, "16:00")):
        assert "Waktu itu sudah lewat" in both.sari.tap_token(f"meet:pick:{row.id}:{minute(moment)}")
        assert "Waktu tadi sudah lewat" in both.anwar.tap_token(f"meet:send:{both.home.id}:{minute(moment)}")
    assert (row.state, row.at) == (AppointmentState.AGREED, THURSDAY)


def test_she_asks_for_a_visit_herself_and_he_is_asked_first(session: Session):
    both = Pairing(session)
    both.sari.say("pendamping saya")
    both.sari.tap_token(f"meet:ask:{both.home.id}:{both.pak_anwar.id}")
    assert "kami tanyakan dulu kepada Pak Anwar" in both.sari.tap("Jumat")
    assert "Bu Sari (ibu Adik Rafa) minta *Jumat 6 Maret pukul 10.00*" in both.reads(both.anwar)[0]
    both.anwar.tap("Bisa")
    assert "*Pak Anwar datang Jumat 6 Maret pukul 10.00.*" in both.reads(both.sari)[0]
    both.introduce()
    assert "Sudah disepakati: *Jumat 6 Maret pukul 10.00*." in both.reads(both.anwar)[0]


def test_after_a_report_the_next_visit_is_arranged_around_its_day(session: Session):
    both = Pairing(session)
    both.anwar.say("lapor")
    for said in ("1", "sehat", "tidak", "1, 2", "tidak ada", "tidak ada", "tidak ada", "tidak ada"):
        both.anwar.say(said)
    both.anwar.tap("Kirim")
    assert "Janjikan kunjungan" in both.anwar.labels
    both.anwar.tap("Janjikan kunjungan")
    assert "Kapan Bapak bisa datang?" in both.anwar.heard[0].text
    visit = session.scalars(select(people.Visit)).one()
    assert visit.next_on is not None
    visit.next_on = TODAY + 12 * DAY  # a Monday
    both.anwar.tap_token(f"meet:offer:{both.home.id}")
    assert "• Senin 16 Maret pukul 16.00" in both.anwar.heard[0].text


# --- numbers and the landmark ---------------------------------------------------------------


def test_her_number_is_shown_only_while_she_agrees_and_each_view_is_in_the_audit(session: Session):
    both = Pairing(session)
    both.introduce()
    both.reads(both.sari)
    both.sari.tap("Tidak usah")
    shared = session.scalars(select(SharedNumber)).one()
    assert not shared.is_shared
    assert NUMBER not in both.anwar.say("janji")

    both.sari.tap_token(f"meet:number:on:{both.home.id}")
    assert shared.shared_at == both.sari.now
    both.sari.tap_token(f"meet:number:off:{both.home.id}")
    assert not [text for text in both.reads(both.anwar) if NUMBER in text], "taken back before it was sent"
    both.sari.now += timedelta(minutes=2)
    both.sari.tap_token(f"meet:number:on:{both.home.id}")
    assert NUMBER in both.reads(both.anwar)[-1]
    assert NUMBER in both.anwar.say("janji")
    assert both.anwar.heard[0].card is not None
    assert ("number.view", both.pak_anwar.id, f"family:{both.home.id}", "") in lines(session)
    assert "Nomor boleh diketahui pendamping: sejak Rabu 4 Maret 2026" in both.sari.say("data saya")

    both.sari.tap_token(f"meet:number:off:{both.home.id}")
    assert shared.ended_at is not None
    assert NUMBER not in both.anwar.say("janji")
    seen = [(line.action, line.by) for line in lines(session) if line.action.startswith("number.")]
    sari, anwar = both.bu_sari.id, both.pak_anwar.id
    hers = ("number.share", sari), ("number.hide", sari)
    assert seen == [("number.hide", sari), *hers, hers[0], ("number.view", anwar), hers[1]]


def test_his_number_is_his_to_give_and_is_asked_for_once(session: Session):
    both = Pairing(session)
    both.agree()
    assert HIS_NUMBER not in both.sari.say("janji")
    both.anwar.tap_token(f"meet:number:on:{both.home.id}")
    assert HIS_NUMBER in both.reads(both.sari)[-1]
    assert HIS_NUMBER in both.sari.say("janji")
    both.anwar.tap_token(f"meet:offer:{both.home.id}")
    assert "tahu nomor Bapak" not in both.anwar.tap("Tanyakan")


def test_words_are_a_landmark_only_when_they_answer_the_question(session: Session):
    both = Pairing(session)
    ask = f"meet:near:{both.home.id}"
    both.sari.tap_token(ask)
    both.sari.say("boleh madu untuk anak?")
    both.sari.say("terima kasih")
    both.sari.now += DAY
    both.sari.say("dekat lapangan")
    assert both.home.landmark == "", "asked yesterday"
    both.sari.tap_token(ask)
    both.sari.say("anak saya meninggal")
    assert both.home.landmark == ""
    both.sari.tap_token(ask)
    both.sari.say("  samping   masjid Al-Ikhlas ")
    assert both.home.landmark == "samping masjid Al-Ikhlas"
    assert "Patokan rumah: samping masjid Al-Ikhlas" in both.sari.say("data saya")
    assert "Mandonga (Mandonga), samping masjid Al-Ikhlas." in both.anwar.say("janji")

    both.agree()
    both.sari.tap_token(f"meet:number:on:{both.home.id}")
    erasure.forget(session, both.home, NOW)
    assert both.home.landmark == ""
    assert not session.scalars(select(Appointment)).all()
    assert not session.scalars(select(SharedNumber)).all()


# --- when the pair is one no more -----------------------------------------------------------


def test_who_takes_her_consent_back_is_not_visited_and_he_is_told_kindly_at_once(session: Session):
    both = Pairing(session)
    row = both.agree()
    both.sari.tap_token(f"meet:number:on:{both.home.id}")
    both.sari.tap_token(f"withdraw:{both.home.id}")
    assert (row.state, row.why) == (AppointmentState.ENDED, "persetujuan")
    assert both.reads(both.anwar) == [
        "Pak Anwar, kunjungan ke Bu Sari Kamis 5 Maret pukul 16.00 tidak jadi. Bapak tidak perlu datang, dan tidak "
        "perlu bertanya kepada keluarganya. Terima kasih sudah meluangkan waktu."
    ], "her number does not go out any more either"
    assert both.reads(both.sari) == []
    assert "Bu Sari" not in both.anwar.say("janji")


def test_after_a_loss_the_visit_is_ended_in_silence(session: Session):
    """Of the child he fosters he is told by the news of the loss; who fosters a sister learns no more than needed."""
    both = Pairing(session)
    row = both.agree()
    sister = people.child(session, both.home, "Dewi", TODAY - 900 * DAY)
    rahma = people.asn(session, "Rahma Yusuf", people.WOMAN)
    people.fosters(session, rahma, sister, TODAY)
    hers = Appointment(
        family=both.home, foster=rahma, visitor=rahma, state=AppointmentState.AGREED, options=[], at=THURSDAY,
        day=THURSDAY.date(), turn=1, opened_at=NOW, agreed_at=NOW,
    )  # fmt: skip
    session.add(hers)
    both.sari.tap_token(f"loss:yes:died:child:{both.rafa.id}")
    session.commit()
    both.look(NOW)
    assert (row.state, row.why) == (AppointmentState.ENDED, "diam")
    assert (hers.state, hers.why) == (AppointmentState.ENDED, "duka")
    assert both.reads(both.sari) == []
    assert both.reads(both.anwar) == []
    [said] = both.waiting(rahma)
    assert "tidak perlu datang" in said.message["text"]
    assert "duka" not in said.message["text"]


def test_a_hand_over_ends_the_appointment_and_the_family_hears_who_comes(session: Session):
    both = Pairing(session)
    row = both.agree()
    both.look(NOW)
    assert row.state == AppointmentState.AGREED
    both.assignment.state, both.assignment.ends = AssignmentState.ENDED, TODAY
    people.fosters(session, people.asn(session, "Rahma Yusuf", people.WOMAN), both.rafa, TODAY)
    session.commit()
    both.look(NOW)
    assert (row.state, row.why) == (AppointmentState.ENDED, "berganti")
    assert "tidak jadi, karena pendampingnya berganti" in both.reads(both.sari)[0]
    assert "tidak perlu datang" in both.reads(both.anwar)[0]
    both.look(NOW + DAY)
    assert not both.waiting(both.bu_sari)
    assert "Tombol itu sudah tidak berlaku" in both.anwar.tap_token(f"meet:move:{row.id}")


def test_of_two_families_he_chooses_and_sees_what_is_arranged(session: Session):
    both = Pairing(session)
    both.agree()
    other = people.family(session, "Sari Lestari")
    people.fosters(session, both.pak_anwar, people.child(session, other, "Bima"), TODAY)
    session.commit()
    said = both.anwar.say("janji")
    assert f"• *Bu Sari ({names.plain(both.home.code)})*, ibu Adik Rafa: Kamis 5 Mar, 16.00" in said
    assert f"• *Bu Sari ({other.code})*, ibu Adik Bima: belum ada janji" in said
    both.anwar.tap_token(f"meet:view:{other.id}")
    assert "ibu Adik Bima" in both.anwar.heard[0].text
    stranger = chat_with(session, people.asn(session, "Usman"))
    assert "Belum ada keluarga" in stranger.say("janji")
    assert "tidak berlaku" in stranger.tap_token(f"meet:view:{other.id}")


def test_a_message_of_an_arranged_visit_is_not_sent_about_who_has_left(session: Session):
    both = Pairing(session)
    both.agree()
    both.look(at(TODAY, "18:00"))
    both.rafa.state = CareState.MOVED
    session.commit()
    assert both.reads(both.sari) == []
    reasons = {row.reason for row in session.scalars(select(Outgoing).where(Outgoing.kind == Kind.APPOINTMENT))}
    assert "pindah" in reasons
    assert appointments.of_family(session, both.home.id)


def test_nobody_waits_for_a_visit_of_who_comes_no_more_or_is_on_leave(session: Session):
    """Nobody follows him, or he has entered leave since: both are told. Leave that he knew of when he agreed stands."""
    both = Pairing(session)
    session.add(Leave(person_id=both.pak_anwar.id, starts=THURSDAY.date(), ends=THURSDAY.date(), entered_at=NOW - DAY))
    row = both.agree()
    both.look(NOW)
    assert row.state == AppointmentState.AGREED
    leave = people.leave(session, both.pak_anwar, TODAY, THURSDAY.date())
    leave.entered_at = row.agreed_at
    session.commit()
    both.look(both.sari.now)
    assert (row.state, row.why) == (AppointmentState.ENDED, "cuti")
    assert both.reads(both.sari, both.sari.now)[-1].startswith("Bu Sari, kunjungan Pak Anwar Kamis 5 Maret pukul 16.00")
    assert "tidak perlu datang" in both.reads(both.anwar, both.sari.now)[-1]

    row.state, row.day, row.why = AppointmentState.AGREED, THURSDAY.date(), ""
    row.at, leave.entered_at = THURSDAY, NOW - DAY
    both.assignment.state, both.assignment.ends = AssignmentState.ENDED, TODAY
    session.execute(delete(Outgoing).where(Outgoing.kind == "called-off"))
    session.commit()
    both.look(both.sari.now)
    assert (row.state, row.why) == (AppointmentState.ENDED, "belum ada")
    assert "tidak jadi" in both.reads(both.sari, both.sari.now)[-1]
    assert "tidak perlu datang" in both.reads(both.anwar, both.sari.now)[-1]
