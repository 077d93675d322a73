"""No wish for fewer messages, and no limit of a channel, holds back what is said of somebody in danger."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import outbox, templates
from db.outbox import ALERT, BEHIND, FAILED, PLANNED, PLANNED_LANE, REPLY, SKIPPED, TAKEN, Kind, Outgoing
from db.people import Address, Person
from db.referrals import Referral, ReferralState
from delivery import service_window
from delivery.failure_policy import NOT_SENT
from delivery.results import Result, settle
from flow.message import Delivery, Incoming, Message, OptedOut, Rejected, SendFailure, TemplateRefused, Unreachable
from handlers.shell.receive import receive
from tests import people
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY
from tests.rows import outgoing

CITY = people.city()
HOUR = timedelta(hours=1)
CAPPED = Unreachable("131049", retry_after=86400.0, message_only=True)
OWN, SPARE, LAST = "asuh_tanda_bahaya", "asuh_kabar_penting", "asuh_pesan"


def murni(session: Session, heard: timedelta, *others: str) -> Person:
    """Bu Murni the midwife, who wrote on WhatsApp so long ago; she may have other channels too."""
    who = people.health(session, reachable=False)
    for channel in ("whatsapp", *others):
        address = people.address(session, who, channel, NOW - heard)
        address.window_until = NOW - heard + timedelta(hours=24, minutes=-1)
    session.flush()
    return who


def taken(session: Session, who: Person, key: str = "alert:1:2", lane: int = ALERT, channel: str = "whatsapp"):
    """A message that delivery has just claimed."""
    said = Message("Adik Rafa kejang").to_json()
    row = outgoing(key, channel, f"{channel}-{who.id}", said, NOW, lane=lane, person_id=who.id)
    outbox.promise(session, [row | {"state": TAKEN, "taken_at": NOW, "attempts": 1}])
    session.flush()
    return session.scalars(select(Outgoing).where(Outgoing.key == key)).one()


def look(session: Session, row: Outgoing) -> Outgoing:
    service_window.check(session, [row], NOW, CITY)
    session.flush()
    return row


def answer(session: Session, row: Outgoing, outcome: Delivery | SendFailure) -> Outgoing:
    settle(session, [Result(row, outcome)], NOW)
    session.flush()
    return row


def again(session: Session, row: Outgoing) -> Outgoing:
    row.state, row.taken_at = TAKEN, NOW
    return look(session, row)


def state(session: Session, who: Person) -> str:
    return session.scalars(select(Address.state).where(Address.person_id == who.id)).one()


def copies(session: Session, row: Outgoing) -> list[str]:
    return list(session.scalars(select(Outgoing.channel).where(Outgoing.resend_of == row.id)))


# --- who wants no unasked messages ------------------------------------------------------


def test_who_opts_out_of_unasked_messages_keeps_getting_what_is_urgent_and_nothing_else(session: Session):
    who = murni(session, HOUR)
    session.commit()
    for kind in (Kind.ALERT, Kind.CLIMB, Kind.REFERRAL, Kind.REMINDER):
        outbox.to_person(session, who.id, kind, f"before:{kind}", {"text": "x"}, NOW)
    receive(session, Incoming("whatsapp", f"whatsapp-{who.id}", "p1", NOW, muted=True), NOW, CITY)
    for kind in (Kind.ALERT, Kind.CLIMB, Kind.REFERRAL, Kind.REMINDER):
        outbox.to_person(session, who.id, kind, f"after:{kind}", {"text": "x"}, NOW)
    rows = session.scalars(select(Outgoing)).all()
    assert {row.key for row in rows if row.state == SKIPPED} == {"before:reminder", "after:reminder"}


def test_who_takes_it_back_gets_everything(session: Session):
    who = murni(session, HOUR)
    for said in (True, False):
        receive(session, Incoming("whatsapp", f"whatsapp-{who.id}", f"p{said}", NOW, muted=said), NOW, CITY)
    assert outbox.to_person(session, who.id, Kind.REMINDER, "reminder:1", {"text": "x"}, NOW)
    assert session.scalars(select(Outgoing.state)).one() == PLANNED


def test_who_blocked_us_gets_nothing(session: Session):
    who = murni(session, HOUR)
    receive(session, Incoming("whatsapp", f"whatsapp-{who.id}", "p1", NOW, reachable=False), NOW, CITY)
    outbox.to_person(session, who.id, Kind.ALERT, "alert:1", {"text": "x"}, NOW)
    assert session.scalars(select(Outgoing.state)).one() == SKIPPED


def test_an_opt_out_that_the_channel_reports_mutes_and_drops_only_what_is_not_urgent(session: Session):
    who = murni(session, HOUR)
    for kind in (Kind.REMINDER, Kind.ALERT):
        outbox.to_person(session, who.id, kind, f"planned:{kind}", {"text": "x"}, NOW)
    answer(session, taken(session, who, "lesson:1:telur:7", PLANNED_LANE), OptedOut("131050"))
    session.expire_all()
    found = {row.key: row.state for row in session.scalars(select(Outgoing))}
    assert found == {"lesson:1:telur:7": FAILED, "planned:reminder": SKIPPED, "planned:alert": PLANNED}
    assert state(session, who) == "muted"


@pytest.mark.parametrize("failure", [OptedOut("131050"), CAPPED, TemplateRefused(OWN, "132015")])
def test_an_alert_that_is_held_back_as_one_template_goes_at_once_as_another(session: Session, failure: SendFailure):
    row = look(session, taken(session, murni(session, 48 * HOUR)))
    assert row.template == OWN
    for name in (SPARE, LAST, OWN):
        answer(session, row, failure)
        assert (row.state, row.due_at) == (PLANNED, NOW)
        assert again(session, row).template == name
    answer(session, row, failure)
    tomorrow = row.state == PLANNED and row.due_at == NOW + 24 * HOUR
    assert tomorrow if failure is CAPPED else row.state == FAILED


@pytest.mark.parametrize("kind", ["alert", "climb", "referral", "asked"])
def test_no_template_that_meta_has_made_marketing_announces_what_is_urgent(session: Session, kind: str):
    for name in (OWN, SPARE):
        templates.note(session, name, "id", NOW, category="MARKETING")
    assert look(session, taken(session, murni(session, 48 * HOUR), f"{kind}:1:2")).template == LAST


def test_a_lesson_keeps_its_own_template_and_waits_for_tomorrow(session: Session):
    row = look(session, taken(session, murni(session, 48 * HOUR), "lesson:1:telur:7", PLANNED_LANE))
    answer(session, row, CAPPED)
    assert (row.state, row.due_at) == (PLANNED, NOW + 24 * HOUR)
    assert again(session, row).template == "asuh_pesan_edukasi"


def test_an_alert_that_a_limit_holds_back_goes_to_the_other_channel_too(session: Session):
    row = taken(session, murni(session, HOUR, "telegram"))
    answer(session, row, CAPPED)
    assert copies(session, row) == ["telegram"]


def test_an_alert_beyond_the_days_number_of_people_goes_to_the_other_channel(session: Session):
    sent = {"state": outbox.SENT, "template": "t", "taken_at": NOW - HOUR}
    full = range(CITY.programme.whatsapp.daily_people)
    rows = [outgoing(f"lesson:x:{n}", "whatsapp", f"x{n}", {"text": ""}, NOW, lane=PLANNED_LANE) for n in full]
    outbox.promise(session, [one | sent for one in rows])
    row = look(session, taken(session, murni(session, 48 * HOUR, "telegram")))
    assert (row.reason, copies(session, row)) == (service_window.DAILY_LIMIT, ["telegram"])


def test_an_alert_that_was_put_off_goes_as_soon_as_she_writes(session: Session):
    who = murni(session, HOUR)
    row = answer(session, taken(session, who), CAPPED)
    assert row.due_at == NOW + 24 * HOUR
    later = NOW + HOUR
    receive(session, Incoming("whatsapp", f"whatsapp-{who.id}", "m1", later, text="halo"), later, CITY)
    session.refresh(row)
    assert row.due_at == later


def test_an_alert_that_waits_for_the_morning_does_not_go_because_she_writes(session: Session):
    who = murni(session, HOUR)
    morning = NOW + 9 * HOUR
    outbox.to_person(session, who.id, Kind.ALERT, "alert:3:4", {"text": "x"}, NOW, lane=ALERT, due_at=morning)
    receive(session, Incoming("whatsapp", f"whatsapp-{who.id}", "m1", NOW, text="halo"), NOW, CITY)
    assert session.scalars(select(Outgoing.due_at).where(Outgoing.key == "alert:3:4")).one() == morning


# --- her own "berhenti" -----------------------------------------------------------------


def mother(session: Session) -> Chat:
    """Bu Sari, whose Rafa has a midwife, and who has asked for no more messages."""
    home = people.family(session)
    home.health_centre_id = people.health_centre(session).id
    people.child(session, home, born=TODAY - timedelta(days=250))
    people.health(session)
    chat = chat_with(session, people.carer(session, home, reachable=False).person)
    chat.say("berhenti")
    return chat


def test_who_has_said_berhenti_is_answered_when_she_cries_for_help_and_hears_how_it_goes_on(session: Session):
    chat = mother(session)
    assert "Sedang kami kabari: *bidan*" in chat.say("anak sy kejang tlong")
    [alert] = session.scalars(select(Outgoing).where(Outgoing.kind == Kind.ALERT))
    midwife = chat_with(session, session.get_one(Person, alert.person_id), NOW)
    midwife.seen(Message.from_json(alert.message))
    midwife.tap("Saya tangani")
    referral = session.scalars(select(Referral)).one()
    referral.state = ReferralState.SEEN
    midwife.tap_token(f"ref:close:{referral.id}:fine")
    news = select(Outgoing).where(Outgoing.kind == Kind.REFERRAL, Outgoing.address == chat.address)
    taken_on, ended = [row.message["text"] for row in session.scalars(news.order_by(Outgoing.id))]
    assert "akan segera menghubungi" in taken_on
    assert "ternyata tidak apa-apa" in ended


def test_berhenti_after_her_cry_drops_no_news_of_it(session: Session):
    chat = mother(session)
    who = session.scalars(select(Address.person_id).where(Address.address == chat.address)).one()
    assert who is not None
    for kind in (Kind.REFERRAL, Kind.ASKED, Kind.CHART):
        outbox.to_person(session, who, kind, f"of-her:{kind}", {"text": "x"}, NOW)
    chat.say("berhenti")
    session.expire_all()
    keys = [f"of-her:{kind}" for kind in (Kind.REFERRAL, Kind.ASKED, Kind.CHART)]
    rows = session.scalars(select(Outgoing).where(Outgoing.key.in_(keys)).order_by(Outgoing.id))
    assert [row.state for row in rows] == [PLANNED, PLANNED, SKIPPED]


def test_who_opts_out_after_her_cry_hears_who_has_taken_it_on(session: Session):
    chat = mother(session)
    chat.say("anak sy kejang tlong")
    receive(session, Incoming(chat.channel, chat.address, "p9", chat.now, muted=True), chat.now, CITY)
    session.commit()
    [alert] = session.scalars(select(Outgoing).where(Outgoing.kind == Kind.ALERT))
    midwife = chat_with(session, session.get_one(Person, alert.person_id), NOW)
    midwife.seen(Message.from_json(alert.message))
    midwife.tap("Saya tangani")
    news = select(Outgoing.state).where(Outgoing.kind == Kind.REFERRAL, Outgoing.address == chat.address)
    assert session.scalars(news).all() == [PLANNED]


# --- replies ----------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_a_reply_that_was_refused_as_our_mistake_leaves_one_plain_line(session: Session, channel: str):
    who = murni(session, HOUR, "telegram")
    for number in range(3):
        answer(session, taken(session, who, f"reply:{channel}:w{number}:0", REPLY, channel), Rejected("400"))
    [line] = session.scalars(select(Outgoing).where(Outgoing.kind == Kind.RECOVER))
    assert (line.channel, line.message["text"]) == (channel, NOT_SENT.text)
    line.state, line.taken_at = TAKEN, NOW
    answer(session, line, Rejected("400"))
    assert len(session.scalars(select(Outgoing).where(Outgoing.kind == Kind.RECOVER)).all()) == 1


def test_an_alert_that_was_refused_as_our_mistake_goes_to_the_other_channel(session: Session):
    row = answer(session, taken(session, murni(session, HOUR, "telegram")), Rejected("100"))
    assert (row.state, copies(session, row)) == (FAILED, ["telegram"])


def test_five_answers_behind_a_shut_window_are_announced_once_and_come_when_it_opens(session: Session):
    who = murni(session, 48 * HOUR)
    rows = [taken(session, who, f"reply:whatsapp:w{number}:0", REPLY) for number in range(5)]
    for row in rows:
        look(session, row)
        if row.state == TAKEN:
            answer(session, row, Delivery(f"p{row.id}"))
    assert [row.template for row in rows] == [LAST, "", "", "", ""]
    assert {(row.state, row.reason) for row in rows[1:]} == {(PLANNED, BEHIND)}
    receive(session, Incoming("whatsapp", f"whatsapp-{who.id}", "m1", NOW + HOUR, text="halo"), NOW + HOUR, CITY)
    session.expire_all()
    assert {row.due_at for row in rows[1:]} == {NOW + HOUR}


def test_the_answer_to_a_cry_and_an_alert_do_not_wait_behind_an_announcement(session: Session):
    who = murni(session, 48 * HOUR)
    answer(session, look(session, taken(session, who, "reply:whatsapp:w1:0", REPLY)), Delivery("p1"))
    help_ = taken(session, who, "help:whatsapp:w2:0", REPLY)
    assert look(session, help_).template == SPARE
    assert look(session, taken(session, who)).template == OWN


def test_a_cry_for_help_is_answered_by_what_is_announced_as_important(session: Session):
    mother(session).say("anak sy kejang tlong")
    kinds = session.scalars(select(Outgoing.kind).where(Outgoing.lane == REPLY).order_by(Outgoing.id)).all()
    assert kinds[-1] == Kind.HELP
