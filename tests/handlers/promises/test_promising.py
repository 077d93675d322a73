"""Pak Anwar answers "Kapan bisa?": by a tap, in words, again, too late, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.outbox import Kind, Outgoing
from db.promises import PromiseEnd, VisitPromise
from flow.message import Message
from programme import policy
from scheduler import promises as asking
from scheduler.looks import finish
from tests import people
from tests.chat import Chat, chat_with
from tests.people import TODAY, at

CITY = people.city()
DAY = timedelta(days=1)


class Asked:
    """Pak Anwar is twelve days late with Kayla and Rafa, whom Pak Rudi coordinates, and has just been asked."""

    def __init__(self, session: Session):
        self.session = session
        self.anwar = people.asn(session)
        homes = people.family(session, "Wati"), people.family(session, "Sari")
        self.kayla = people.child(session, homes[0], "Kayla Putri", TODAY - 430 * DAY, sex="P")
        self.rafa = people.child(session, homes[1], "Rafa Pratama", TODAY - 300 * DAY)
        self.held = [people.fosters(session, self.anwar, one, TODAY - 100 * DAY) for one in (self.kayla, self.rafa)]
        for one in (self.kayla, self.rafa):
            people.visit(session, self.anwar, one, TODAY - 42 * DAY)
        self.rudi = people.coordinator(session, "Rudi", "kelurahan", homes[0].village_id, sex="L")
        self.chat = chat_with(session, self.anwar)
        finish(asking.tick, session, at(TODAY, "08:20"), CITY)
        self.sees(self.chat)

    def sees(self, chat: Chat) -> None:
        newest = select(Outgoing).where(Outgoing.kind == Kind.PROMISE).order_by(Outgoing.id.desc())
        chat.seen(Message.from_json(self.session.scalars(newest.limit(1)).one().message))

    @property
    def rows(self) -> list[tuple[str, PromiseEnd | None]]:
        """The day and the outcome of each row, in order."""
        self.session.expire_all()
        found = self.session.scalars(select(VisitPromise).order_by(VisitPromise.id))
        return [(f"{one.day:%d/%m}" if one.day else "", one.outcome) for one in found]

    def report(self, token: str) -> str:
        self.chat.tap_token(token)
        return self.chat.fill("Tidak bertemu", "Rumah kosong", "Tidak perlu", "Kirim")


@pytest.fixture
def asked(session: Session) -> Asked:
    return Asked(session)


def test_a_day_is_promised_once_however_often_it_is_tapped_and_can_be_changed_in_words(asked: Asked) -> None:
    chat = asked.chat
    assert chat.tap("Besok") == "Baik, *besok, Kamis 5 Maret*. Paginya kami ingatkan."
    assert chat.tap("Besok") == "Sudah tercatat: *besok, Kamis 5 Maret*."
    assert asked.rows == [("05/03", None)] * 2
    assert chat.say("Jumat aja ya") == "Baik, *Jumat 6 Maret*. Paginya kami ingatkan."
    assert asked.rows == [("05/03", PromiseEnd.REPLACED)] * 2 + [("06/03", None)] * 2
    assert "*Adik Kayla* (terlambat 12 hari), berencana Jumat" in chat.say("jadwal")
    assert "; berencana Jumat" in chat.tap_token(f"card:child:{asked.kayla.id}")
    assert "; berencana Jumat" in chat_with(asked.session, asked.rudi).tap_token(f"card:child:{asked.kayla.id}")
    assert chat.tap("Hari ini") == "Baik, *hari ini*. Selamat berkunjung!"
    assert chat.heard[-1].options[0].token == f"report:child:{asked.kayla.id}"


def test_a_day_gone_by_one_too_far_and_what_is_no_day_are_asked_again(asked: Asked) -> None:
    chat = asked.chat
    assert chat.say("tanggal 20") == ("Itu masih agak lama. Bisa sebelum Rabu 18 Maret? Ketuk, atau tulis harinya.")
    assert chat.say("kemarin") == "Hari itu sudah lewat. Kapan bisanya? Ketuk, atau tulis harinya."
    assert chat.say("kapan-kapan").startswith("Harinya belum terbaca.")
    assert asked.rows == [("", None)] * 2
    assert chat.say("tanggal 18") == "Baik, *Rabu 18 Maret*. Paginya kami ingatkan."
    chat.now = at(TODAY + 3 * DAY)
    asked.sees(chat)
    assert chat.tap("Besok") == "Hari itu sudah lewat. Kapan bisanya? Ketuk, atau tulis harinya."
    assert asked.rows == [("18/03", None)] * 2
    chat.say("batal")
    assert "Bertanya" not in chat.tap_token(chat.button("Belum bisa").token)


def test_words_are_a_day_only_for_who_was_asked_and_no_question_is_swallowed(asked: Asked, session: Session) -> None:
    rahma = people.asn(session, "Rahma Yusuf", people.WOMAN)
    people.fosters(session, rahma, asked.kayla, TODAY - 10 * DAY)
    assert "Baik" not in chat_with(session, rahma).say("besok")
    asked.chat.tap("Besok")
    asked.chat.tap("Ganti hari")
    assert "Harinya belum terbaca" not in asked.chat.say("boleh makan madu?")


def test_the_report_keeps_the_promise_ends_the_question_and_is_undone_with_it(asked: Asked) -> None:
    chat = asked.chat
    chat.tap("Besok")
    chat.now = at(TODAY + DAY)
    finish(asking.tick, asked.session, at(TODAY + DAY, "07:20"), CITY)
    assert "Laporan sudah masuk" in asked.report(f"report:child:{asked.kayla.id}")
    assert asked.rows == [("05/03", PromiseEnd.KEPT), ("05/03", None)]
    undo = chat.button("Batalkan laporan").token
    asked.sees(chat)
    assert chat.tap("Ganti hari").startswith("Kapan bisa menengok *Adik Rafa*?")
    chat.tap_token(undo)
    assert asked.rows == [("05/03", None), ("05/03", None)]
    asked.report(f"report:child:{asked.kayla.id}")
    asked.report(f"report:child:{asked.rafa.id}")
    assert asked.rows == [("05/03", PromiseEnd.KEPT)] * 2
    asked.sees(chat)
    assert chat.tap_token(chat.button("Ganti hari").token).startswith("Laporannya sudah masuk, terima kasih: ")


def test_a_question_that_was_never_answered_ends_with_the_report(asked: Asked) -> None:
    asked.report(f"report:child:{asked.kayla.id}")
    assert asked.rows == [("", PromiseEnd.OVER), ("", None)]
    asked.sees(asked.chat)
    assert asked.chat.tap("Besok") == "Baik, *Adik Rafa* *besok, Kamis 5 Maret*. Paginya kami ingatkan."


def test_after_a_hand_over_and_on_leave_one_sentence_says_why(asked: Asked, session: Session) -> None:
    people.leave(session, asked.anwar, TODAY, TODAY + 2 * DAY)
    session.commit()
    assert asked.chat.tap("Besok") == (
        "Bapak sedang cuti sampai Jumat 6 Maret, jadi kunjungannya menunggu sampai Bapak kembali."
    )
    for one in asked.held:
        one.ends = TODAY - DAY
    session.query(people.Leave).delete()
    session.commit()
    assert asked.chat.tap("Besok") == "Kunjungan itu tidak (lagi) ada dalam daftar Bapak."
    assert asked.rows == [("", None)] * 2


def test_nobody_answers_for_another(asked: Asked, session: Session) -> None:
    rahma = people.asn(session, "Rahma Yusuf", people.WOMAN)
    people.fosters(session, rahma, asked.kayla, TODAY - 60 * DAY)
    token = asked.chat.button("Besok").token
    assert "sudah tidak berlaku" in chat_with(session, rahma).tap_token(token)
    assert asked.rows == [("", None)] * 2


@pytest.mark.parametrize(
    ("reason", "says", "offers"),
    [("Sibuk", "Baik, kami mengerti.", ["menu"]),
     ("Sakit", "Semoga lekas pulih.", ["menu"]),
     ("Keluarga", "Sudah datang tetapi tidak bertemu? Itu juga kunjungan", ["report", "report"])],
)  # fmt: skip
def test_each_reason_leads_on(asked: Asked, reason: str, says: str, offers: list[str]) -> None:
    asked.chat.tap("Belum bisa")
    assert asked.rows == [("", PromiseEnd.DECLINED)] * 2
    assert asked.chat.tap(reason).startswith(says)
    assert [one.token.partition(":")[0] for one in asked.chat.heard[-1].options][:-1] == offers
    assert asked.chat.tap("Pilih hari lain").startswith("Kapan bisa menengok")
    asked.chat.tap("Besok")
    assert asked.rows[-2:] == [("05/03", None)] * 2


def test_who_wants_another_to_foster_has_the_coordinator_told_once_a_day(asked: Asked, session: Session) -> None:
    asked.chat.tap("Belum bisa")
    assert asked.chat.tap("Mau dialihkan").startswith("Siapa yang mau dialihkan?")
    token = asked.chat.button("Adik Kayla").token
    for _ in range(2):
        assert asked.chat.tap_token(token) == "Baik, Pak Rudi kami kabari."
    [row] = session.scalars(select(Outgoing).where(Outgoing.kind == Kind.HANDOVER))
    told = Message.from_json(row.message)
    assert told.text == (
        f"🔁 Pak Anwar minta pendampingan Adik Kayla ({asked.kayla.code}) dialihkan. "
        "Sampai ada penggantinya, Pak Anwar tetap mendampingi."
    )
    rudi = chat_with(session, asked.rudi)
    rudi.seen(told)
    assert "Mengapa pendampingannya selesai?" in rudi.tap("Alihkan")
    assert policy.may(policy.Asking(session, asked.anwar, at(TODAY)), "visit.report", asked.kayla)


def test_a_visit_that_was_made_is_reported_at_once_or_after_saying_whose(asked: Asked, session: Session) -> None:
    assert asked.chat.tap("Sudah, tinggal lapor") == "Terima kasih! Lapor yang mana dulu?"
    people.visit(session, asked.anwar, asked.rafa, TODAY)
    session.commit()
    asked.sees(asked.chat)
    asked.chat.tap("Sudah, tinggal lapor")
    assert "Siapa yang ditemui di rumah Adik Kayla?" in asked.chat.heard[-1].text
