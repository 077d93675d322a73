"""Answers to a sheet as people write them, and a sheet that is taken up on another day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.drafts import Draft
from db.visits import Visit
from tests import people
from tests.chat import Chat, chat_with
from tests.people import TODAY, at

LATER = TODAY + timedelta(days=3)  # a Saturday


def foster_parent(session: Session, clock: str = "10:00") -> Chat:
    """Pak Anwar, who fosters Rafa of 14 months."""
    home = people.family(session)
    rafa = people.child(session, home, born=TODAY - timedelta(days=427))
    people.carer(session, home)
    anwar = people.asn(session)
    people.fosters(session, anwar, rafa, TODAY - timedelta(days=30))
    session.commit()
    return chat_with(session, anwar, at(TODAY, clock))


def answers(session: Session) -> dict[str, object]:
    session.expire_all()
    return session.scalars(select(Draft)).one().state["answers"]


def begun_and_kept(session: Session) -> Chat:
    """His sheet, begun on Wednesday and put away, taken up again on Saturday up to the day of weighing."""
    chat = foster_parent(session)
    chat.say("lapor")
    chat.fill("Ibu", "Batal", "Simpan dulu")
    chat.now = at(LATER, "10:00")
    return chat


@pytest.mark.parametrize(
    ("said", "day"), [("Hari ini", LATER), ("7/3", LATER), ("kemarin", LATER - timedelta(days=1)), ("tadi pagi", LATER)]
)
def test_on_a_sheet_taken_up_later_a_relative_day_counts_from_the_day_it_is_said(
    session: Session, said: str, day: date
) -> None:
    chat = begun_and_kept(session)
    told = chat.say("lanjut")
    assert "dimulai Rabu 4 Maret 2026" in told
    assert "“Hari ini” sekarang berarti Sabtu 7 Maret 2026" in told
    chat.fill("Sehat", "Ya")
    assert "Hari ini, 7 Maret" in chat.labels
    chat.tap(said) if said == "Hari ini" else chat.say(said)
    assert answers(session)["measured_on"] == day.isoformat()
    assert "dimulai" not in chat.say("8,4 72,5")  # it is said once


def test_the_day_of_the_visit_stays_and_can_be_set_to_today(session: Session) -> None:
    chat = begun_and_kept(session)
    chat.say("lanjut")
    chat.fill("Sehat", "Tidak", "Selesai", "Belum ada", "Belum ada", "Belum ada", "Tidak ada")
    assert "Tanggal: *Rabu 4 Maret 2026*" in chat.heard[0].text
    for button in ("Perbaiki", "Tanggal", "Hari ini, 7 Maret"):
        chat.tap(button)
    assert "Tanggal: *hari ini, 7 Maret*" in chat.heard[0].text
    chat.tap("Kirim")
    assert session.scalars(select(Visit)).one().visited_on == LATER


def test_a_sheet_that_only_crosses_midnight_keeps_its_day(session: Session) -> None:
    chat = foster_parent(session, "23:50")
    chat.say("lapor")
    chat.fill("Ibu", "Sehat", "Ya")
    chat.now = at(TODAY + timedelta(days=1), "00:20")
    chat.say("kemarin")
    assert answers(session)["measured_on"] == (TODAY - timedelta(days=1)).isoformat()


@pytest.mark.parametrize("again", ["/lapor", "lanjut"])
def test_a_sheet_of_which_nothing_was_answered_is_opened_anew(session: Session, again: str) -> None:
    chat = foster_parent(session)
    chat.say("lapor")
    chat.now = at(LATER, "10:00")
    assert "dimulai" not in chat.say(again)
    assert session.scalars(select(Draft)).one().facts["today"] == LATER.isoformat()


def test_a_report_that_is_corrected_later_means_the_day_of_correcting_by_today(session: Session) -> None:
    chat = foster_parent(session)
    chat.say("lapor")
    chat.fill("Ibu", "Sehat", "Tidak", "Selesai", "Belum ada", "Belum ada", "Belum ada", "Tidak ada", "Kirim")
    chat.now = at(LATER, "10:00")
    chat.tap("Batalkan laporan")
    chat.tap("Perbaiki laporan")
    for button in ("Perbaiki", "Tanggal", "Hari ini, 7 Maret"):
        chat.tap(button)
    assert answers(session)["visited_on"] == LATER.isoformat()


@pytest.mark.parametrize(
    ("said", "kept"),
    [("BB 8,4 TB 72,5", (8.4, 72.5)), ("bb:8,4 tb:72,5", (8.4, 72.5)), ("berat 8,4 kg tinggi 72,5 cm", (8.4, 72.5)),
     ("TB 72,5 BB 8,4", (8.4, 72.5)), ("8.400 gram", (8.4, None)), ("8 kg 400 gram", (8.4, None)), ("8,4?",
     (8.4, None))],
)  # fmt: skip
def test_a_weight_is_taken_as_it_is_written(session: Session, said: str, kept: tuple[float, float | None]) -> None:
    chat = foster_parent(session)
    chat.say("lapor")
    chat.fill("Ibu", "Sehat", "Ya", "Hari ini", said)
    given = answers(session)
    assert (given.get("weight"), given.get("length")) == kept


def test_of_a_doubted_pair_both_numbers_are_kept(session: Session) -> None:
    """4,1 kg is asked about at 14 months; the length beside it waits, and is asked about in its turn."""
    chat = foster_parent(session)
    chat.say("lapor")
    chat.fill("Ibu", "Sehat", "Ya", "Hari ini")
    assert "Tertulis 4,1 kg" in chat.say("4,1 63,5")
    assert "Berat 4,1 kg dan tinggi 63,5 cm jarang sekali" in chat.tap("Betul, tetap 4,1 kg")
    assert "Diukurnya bagaimana" in chat.tap("Betul, tetap 63,5 cm")
    given = answers(session)
    assert (given["weight"], given["length"]) == (4.1, 63.5)


def test_a_pair_in_the_wrong_order_is_no_pair_of_slips(session: Session) -> None:
    chat = foster_parent(session)
    chat.say("lapor")
    chat.fill("Ibu", "Sehat", "Ya", "Hari ini")
    assert "Maksudnya 8,4 72,5?" in chat.say("72,5 8,4")
    assert "weight" not in answers(session)


def test_a_zero_is_no_silent_none(session: Session) -> None:
    chat = foster_parent(session)
    chat.say("lapor")
    chat.fill("Ibu", "Ada tanda bahaya")
    assert "tidak ada" in chat.say("0")
    assert "signs" not in answers(session)
