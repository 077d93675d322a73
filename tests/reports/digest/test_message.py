"""The digest as a message: what fits a phone, what is quiet, and that nothing of the details is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.telegram.render import calls
from bot.whatsapp.render import payloads
from content.programme import Digest as Rules
from content.programme import load
from flow.message import Message
from reports.digest import details, message
from reports.digest.kinds import MOST, Kind, Line, Name
from reports.digest.late_questions import Questions
from reports.digest.message import LETTERS, LINES, ROWS, is_quiet, progress, rows
from reports.digest.model import Digest, Lessons, Nobody, Referrals, Visits
from tests import people
from tests.reports.digest.made_up import NOBODY, fullest, late, question, referral, unassigned

CITY = people.city()


def said(digest: Digest) -> Message:
    return message.message(digest, CITY)


def lines(of: str) -> list[str]:
    return [line for line in of.splitlines() if line]


def test_the_fullest_digest_fits_one_phone_screen_and_still_names_all_five_kinds() -> None:
    text = said(fullest()).text
    assert len(lines(text)) <= LINES == 18
    assert len(text) <= LETTERS == 900
    assert rows(text) <= ROWS == 27
    for head in ("Bahaya belum ditangani: 34", "Pertanyaan lama menunggu: 30", "Rujukan tertahan: 30",
                 "Kunjungan terlambat: 30", "Belum ada pendamping: 30"):  # fmt: skip
        assert head in text
    worst = lines(text)[3]
    assert worst.startswith("- Abdurrahman (KDI-A00000): 12 hari, Tidak bisa menyusu/minum (+2); dan 33 lagi")
    assert max(map(len, lines(text))) <= 100
    assert "\n\n\n" not in text
    assert lines(text)[1] == "Kel. Kambu Baruga Raya 0 (Kendari Barat); dan 11 lagi, dibanding kemarin"


def test_its_buttons_are_one_list_on_whatsapp_and_each_whole_list_can_be_opened() -> None:
    full = said(fullest())
    assert [(one.token, one.label) for one in full.options] == [
        ("menu:rujukan", "Lihat rujukan"), ("menu:pertanyaan", "Lihat pertanyaan"),
        ("menu:terlambat", "Yang terlambat"), ("remind:all", "Ingatkan semua"),
        ("menu:tanpapendamping", "Tanpa pendamping"), ("menu:wilayah", "Semua wilayah"),
        ("digest:more", "Rincian"), ("digest:file", "Berkas Excel"),
    ]  # fmt: skip
    [one] = payloads("6281255500031", full, "digest:1:2026-03-04")
    rows = one["interactive"]["action"]["sections"][0]["rows"]
    assert [row["title"] for row in rows] == [option.label for option in full.options]
    [call] = calls("31", full)
    assert len(call.payload["reply_markup"]["inline_keyboard"]) == 4, "two beside each other"
    assert full.attachment is None
    assert [one.token for one in said(NOBODY).options] == ["digest:more", "digest:file"]


def test_who_cannot_be_reached_cannot_be_reminded() -> None:
    away = replace(late(1, "Pak Sunyi"), reachable=False)
    one = said(replace(NOBODY, visits=replace(NOBODY.visits, late=(away,))))
    assert "- Pak Sunyi: Al-Fatih (KDI-A00001), 59 hari, belum terhubung" in one.text
    assert "remind:all" not in [option.token for option in one.options]


def test_nothing_that_could_be_read_before_is_lost_in_the_details() -> None:
    full, pages = fullest(), list(_pages(fullest()))
    whole = "\n".join(page.text for page in pages)
    for words in (
        "Hari ini 412 (bertemu 398), kemarin 377.", "Bulan ini 1204 dari 4620", "*Belum bergabung: 12 pendamping*",
        "*Rujukan terbuka: 60*", "dan 55 lagi", "Hari ini 17 baru, 12 selesai.", "91 menunggu jawaban, 40 dijawab",
        "*Pendampingan yang berakhir*", "812 terkirim hari ini, 21 gagal, 44 terlewat", "tidak dapat dihubungi (71",
        "31 baru, 102 jeda, 7 berhenti", full.alerts, *full.reach, "Pendamping 2120 dari 4620", full.whatsapp,
    ):  # fmt: skip
        assert words in whole, words
    assert len(pages) > 1
    assert all(len(page.text) <= 1100 for page in pages), "a page is a screen; a section alone may be longer"
    assert [one.token for one in pages[0].row] == ["digest:more:1"]
    assert [one.token for one in pages[-1].row] == [f"digest:more:{len(pages) - 2}"]
    assert details.message(full, 99, CITY) == pages[-1], "the list may have become shorter"
    assert [one.token for one in pages[0].options] == ["digest:file", "digest:time"]


def _pages(digest: Digest) -> Iterator[Message]:
    page = details.message(digest, 0, CITY)
    yield page
    while any(token := [one.token for one in page.row if one.label.startswith("Berikutnya")]):
        page = details.message(digest, int(token[0].rpartition(":")[2]), CITY)
        yield page


def test_a_day_with_nothing_at_all_still_reads_well() -> None:
    assert said(NOBODY).text == (
        "📋 *Ringkasan Rabu, 4 Maret*\nKel. Mandonga (Mandonga)\nHari ini belum ada kabar baru.\n\n"
        "Tidak ada yang menunggu. 👏"
    )
    over = replace(NOBODY, visits=replace(NOBODY.visits, late_yesterday=3, today=3))
    assert said(over).text.endswith("\n\n✅ Kunjungan terlambat: tidak ada lagi (kemarin 3)")


OLD = referral(1, danger=True)
STUCK = referral(2, stuck=True, urgency="3-7 hari")


@pytest.mark.parametrize(
    ("digest", "quiet"),
    [
        (NOBODY, True),
        (replace(NOBODY, visits=Visits(0, 0, 4, 2, 9, (late(1),), 1)), True),
        (replace(NOBODY, visits=Visits(0, 0, 4, 2, 9, (late(1),), 0)), False),
        (replace(NOBODY, visits=Visits(0, 0, 0, 2, 9, (), 1)), False),
        (replace(NOBODY, visits=Visits(1, 0, 0, 1, 9, (), 0)), False),
        (replace(NOBODY, referrals=Referrals((OLD,), 0, 0, danger_yesterday=1)), False),
        (replace(NOBODY, referrals=Referrals((), 0, 0, cries=1)), False),
        (replace(NOBODY, referrals=Referrals((STUCK,), 0, 0, stuck_yesterday=1)), True),
        (replace(NOBODY, referrals=Referrals((STUCK,), 0, 0)), False),
        (replace(NOBODY, referrals=Referrals((), 0, 1)), False),
        (replace(NOBODY, questions=Questions(1, 0, (question(1),), 1)), True),
        (replace(NOBODY, questions=Questions(1, 0, (question(1),), 0)), False),
        (replace(NOBODY, questions=Questions(1, 1, (), 0)), False),
        (replace(NOBODY, nobody=Nobody((unassigned(1),), 1)), True),
        (replace(NOBODY, nobody=Nobody((unassigned(1),), 0)), False),
        (replace(NOBODY, lessons=Lessons(9, 0, 2, 0, 3, 0)), True),
        (replace(NOBODY, lessons=Lessons(9, 0, 0, 1, 0, 0)), False),
    ],
)
def test_nothing_new_is_quiet_but_danger_that_nobody_handles_is_said_every_day(digest: Digest, quiet: bool) -> None:
    assert is_quiet(digest) is quiet


def test_every_kind_keeps_its_first_line_before_any_gets_a_second() -> None:
    five = [Kind(name, 9, 9, tuple(Line(f"{name} {n}") for n in range(3))) for name in Name]
    assert message._shares(five, 0) == dict.fromkeys(Name, 0)  # pyright: ignore[reportPrivateUsage]
    assert list(message._shares(five, 4).values()) == [1, 1, 1, 1, 0]  # pyright: ignore[reportPrivateUsage]
    assert list(message._shares(five, 7).values()) == [2, 2, 1, 1, 1]  # pyright: ignore[reportPrivateUsage]
    assert message._shares(five, 99) == MOST  # pyright: ignore[reportPrivateUsage]


def test_this_week_stands_against_last_week_to_the_same_day_and_on_time_against_the_target() -> None:
    visits = Visits(0, 0, 0, 0, 0, (), 0, this_week=34, last_week=41, due=50, on_time=36)
    wednesday, week = replace(NOBODY, visits=visits), "Minggu ini 34 kunjungan, sampai Rabu lalu 41"
    assert progress(wednesday, 80) == f"{week}; tepat waktu 72%, target 80%."
    assert progress(replace(wednesday, visits=replace(visits, due=0)), 80) == f"{week}."
    no_visits = replace(visits, this_week=0, last_week=0)
    assert progress(replace(wednesday, visits=no_visits), 80) == "Tepat waktu 72%, target 80%."
    assert progress(NOBODY, 80) == ""


def test_the_target_is_a_share_in_per_cent() -> None:
    rules = load().digest
    assert rules.target_on_time == 80
    for wrong in (0, 101):
        with pytest.raises(ValueError, match="target_on_time"):
            Rules(rules.at, rules.weekly_on, wrong)
