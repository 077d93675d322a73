"""Two of the same call name are told from each other wherever one of them is named to their foster parent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests import people
from tests.chat import Chat, chat_with
from tests.people import TODAY


def fosters_of(session: Session, *named: tuple[str, str, int]) -> Chat:
    """Pak Anwar, who fosters a child of each of these names, codes and ages in days."""
    anwar = people.asn(session)
    for name, code, days in named:
        home = people.family(session)
        people.carer(session, home)
        child = people.child(session, home, name, TODAY - timedelta(days=days), code=code)
        people.fosters(session, anwar, child, TODAY - timedelta(days=30))
    session.commit()
    return chat_with(session, anwar)


@pytest.mark.parametrize(
    ("first", "second", "name"),
    [("Rafa Pratama", "Rafa Saputra", "Adik Rafa"), ("Siti Aisyah", "Siti Aminah", "Adik Siti"), ("", "", "Adik Bayi")],
)
def test_two_of_one_call_name_are_told_apart_by_their_codes(
    session: Session, first: str, second: str, name: str
) -> None:
    chat = fosters_of(session, (first, "A-1", 427), (second, "A-2", 640), ("Wahyu", "A-3", 300))
    for command, begins in (("lapor", ""), ("anak", "Lapor "), ("grafik", "")):
        chat.say(command)
        labels = [label.partition(" · ")[0] for label in chat.labels]
        assert {f"{begins}{name} (A-1)", f"{begins}{name} (A-2)", f"{begins}Adik Wahyu"} <= set(labels)
    schedule = chat.say("jadwal")
    assert all(f"*{one}*" in schedule for one in (f"{name} (A-1)", f"{name} (A-2)", "Adik Wahyu"))


def test_the_sheet_its_review_and_its_receipt_say_which_of_them(session: Session) -> None:
    chat = fosters_of(session, ("Rafa Pratama", "A-1", 427), ("Rafa Saputra", "A-2", 640))
    chat.say("lapor")
    assert "*Kunjungan Adik Rafa (A-2)*" in chat.tap("Adik Rafa (A-2)")
    chat.fill("Tidak bertemu", "Rumah kosong", "Tidak perlu")
    assert "*Kunjungan Adik Rafa (A-2)*" in chat.heard[0].text
    assert "Adik Rafa (A-2)" in chat.tap("Kirim")


def test_a_name_that_is_the_only_one_needs_no_code(session: Session) -> None:
    chat = fosters_of(session, ("Rafa Pratama", "A-1", 427), ("Wahyu", "A-3", 300))
    chat.say("anak")
    assert {"Lapor Adik Rafa", "Lapor Adik Wahyu"} <= set(chat.labels)


def test_a_mother_of_unnamed_twins_can_say_which_of_them_is_ill(session: Session) -> None:
    home = people.family(session)
    for code in ("A-1", "A-2"):
        people.child(session, home, "", TODAY - timedelta(days=12), code=code)
    sari = people.carer(session, home).person
    session.commit()
    chat = chat_with(session, sari)
    chat.say("sakit")
    assert {"Adik Bayi (A-1)", "Adik Bayi (A-2)"} <= set(chat.labels)
