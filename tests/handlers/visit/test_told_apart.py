"""Two of the same call name are told from each other wherever one of them is named to who sees both."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.outbox import Kind, Outgoing
from flow.message import Message
from scheduler import ladder, monthly_charts
from scheduler.looks import finish
from tests import people
from tests.chat import Chat, chat_with
from tests.people import TODAY, at


def days(count: int) -> timedelta:
    return timedelta(days=count)


def fosters_of(session: Session, *named: tuple[str, str, str, int]) -> Chat:
    """Pak Anwar, who fosters a child of each of these names, mothers, codes and ages in days."""
    anwar, homes = people.asn(session), {}
    for name, mother, code, old in named:
        home = homes.get(mother) or people.family(session, mother)
        homes[mother] = home
        child = people.child(session, home, name, TODAY - days(old), code=code)
        people.measured(session, child, TODAY - days(5), 8.1, 74.0)
        people.fosters(session, anwar, child, TODAY - days(30))
    session.commit()
    return chat_with(session, anwar)


RAFA_AND_RAFA = (("Rafa Pratama", "Sari Rahmawati", "A-1", 427), ("Rafa Saputra", "Wati", "A-2", 640))


def test_every_list_button_sheet_and_receipt_says_which_rafa(session: Session) -> None:
    chat = fosters_of(session, *RAFA_AND_RAFA, ("Wahyu", "Nur", "A-3", 300))
    names = {"Adik Rafa (Bu Sari)", "Adik Rafa (Bu Wati)", "Adik Wahyu"}
    for command in ("lapor", "anak", "grafik", "riwayat"):
        chat.say(command)
        assert names <= {label.partition(" · ")[0] for label in chat.labels}, command
    assert all(f"*{one}*" in chat.say("jadwal") for one in names)
    assert "*Berat Adik Rafa (Bu Wati)*" in chat.tap_token("chart:2:berat")
    assert "*Ada kabar apa tentang" in f"*{chat.tap_token('news:who:child:2')}"
    assert "*Adik Rafa (Bu Wati)*" in chat.heard[0].text
    chat.say("lapor")
    assert "*Kunjungan Adik Rafa (Bu Wati)*" in chat.tap("Adik Rafa (Bu Wati)")
    chat.fill("Tidak bertemu", "Rumah kosong", "Tidak perlu")
    assert "*Kunjungan Adik Rafa (Bu Wati)*" in chat.heard[0].text
    assert "Adik Rafa (Bu Wati)" in chat.tap("Kirim")
    finish(ladder.tick, session, at(TODAY + days(1), "08:00"), people.city())
    reminder = session.scalars(
        select(Outgoing).where(Outgoing.kind == Kind.REMINDER, Outgoing.state == "planned")
    ).one()
    assert "*Adik Rafa (Bu Sari)*" in reminder.message["text"]
    assert "Lapor Adik Rafa (Bu Sari)" in [one.label for one in Message.from_json(reminder.message).options]


def test_two_of_one_mother_are_told_apart_by_age_to_her_too(session: Session) -> None:
    home = people.family(session)
    for name, code, old in (("Siti Aisyah", "A-1", 427), ("Siti Aminah", "A-2", 640)):
        child = people.child(session, home, name, TODAY - days(old), code=code)
        people.measured(session, child, TODAY - days(5), 8.1, 74.0)
    sari = people.carer(session, home, monthly_chart=True).person
    session.commit()
    chat = chat_with(session, sari)
    chat.say("sakit")
    assert {"Adik Siti (14 bulan)", "Adik Siti (21 bulan)"} <= set(chat.labels)
    assert "pada Adik Siti (14 bulan)?" in chat.tap("Adik Siti (14 bulan)")
    finish(monthly_charts.tick, session, at(TODAY + days(25), "10:00"), people.city())
    sent = session.scalars(select(Outgoing).where(Outgoing.kind == Kind.CHART).order_by(Outgoing.id)).all()
    assert [row.message["text"].splitlines()[0] for row in sent] == [
        "*Grafik berat Adik Siti (14 bulan) bulan ini*", "*Grafik berat Adik Siti (21 bulan) bulan ini*",
    ]  # fmt: skip


def test_to_the_asn_of_a_family_that_did_not_agree_only_the_code_tells(session: Session) -> None:
    anwar = people.asn(session)
    for name, mother, code, old in RAFA_AND_RAFA:
        home = people.family(session, mother, signed=code == "A-1")
        people.fosters(session, anwar, people.child(session, home, name, TODAY - days(old), code=code), TODAY - days(5))
    session.commit()
    chat = chat_with(session, anwar)
    chat.say("lapor")
    assert [label.partition(" · ")[0] for label in chat.labels[:2]] == ["Adik Rafa (A-1)", "Adik Rafa (A-2)"]
    assert "*Kunjungan Adik Rafa (A-2)*" in chat.tap("Adik Rafa (A-2)")
