"""People are told of a cry at once, each once, and know whom to call."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import outbox
from db.cries import Cry
from db.outbox import Kind, Outgoing
from db.referrals import Referral, ReferralState
from flow.message import Card, Message
from scheduler import referral_escalation as climbing
from scheduler.looks import finish
from tests import people
from tests.chat import Chat, chat_with, stranger
from tests.people import NOW, TODAY
from tests.rows import sent

NIGHT = NOW.replace(hour=2)


class Town:
    """Rafa, eight months, Bu Sari, Pak Anwar who fosters him, Bu Murni the midwife, and Bu Ratna who coordinates."""

    def __init__(self, session: Session):
        self.session = session
        self.home = people.family(session)
        self.home.health_centre_id = people.health_centre(session).id
        self.rafa = people.child(session, self.home, born=TODAY - timedelta(days=250), code="A-31")
        self.anwar = people.asn(session)
        people.fosters(session, self.anwar, self.rafa, TODAY - timedelta(days=40))
        self.murni = people.health(session)
        self.ratna = people.coordinator(session)
        self.sari = people.carer(session, self.home, reachable=False).person
        self.sari.phone = "+6281255500031"
        session.commit()

    def chat(self) -> Chat:
        return chat_with(self.session, self.sari, NIGHT)

    def told(self, kind: Kind = Kind.ALERT) -> list[tuple[int | None, str]]:
        rows = self.session.scalars(select(Outgoing).where(Outgoing.kind == kind).order_by(Outgoing.id))
        return [(row.person_id, Message.from_json(row.message).text) for row in rows]

    @property
    def referral(self) -> Referral:
        return self.session.scalars(select(Referral)).one()


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def test_midwife_and_coordinator_are_told_at_once_in_the_night(town: Town):
    said = town.chat().say("anak sy kejang tlong")
    assert "Sedang kami kabari: *bidan, koordinator*" in said
    assert {who for who, _ in town.told()} == {town.murni.id, town.ratna.id}
    rows = town.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.ALERT)).all()
    assert {(row.lane, row.due_at <= row.created_at) for row in rows} == {(outbox.ALERT, True)}
    assert (town.referral.child_id, town.referral.urgency, town.referral.signs) == (
        town.rafa.id,
        "sekarang",
        ["Kejang"],
    )


def test_the_alert_quotes_the_words_and_says_whom_to_call(town: Town):
    town.chat().say("anak sy kejang tlong")
    text = dict(town.told())[town.murni.id]
    assert "perlu ditolong sekarang" in text
    assert "Kata-katanya: “kejang”" in text
    assert "+6281255500031" in text
    assert "Mandonga" in text
    assert "Adik Rafa" in text


def test_her_number_comes_as_a_contact_card_to_those_who_help_and_to_nobody_else(town: Town):
    town.chat().say("anak sy kejang tlong")
    finish(climbing.urgent_tick, town.session, NIGHT + timedelta(minutes=30), people.city())
    rows = town.session.scalars(select(Outgoing).where(Outgoing.kind.not_in((Kind.REPLY, Kind.HELP)))).all()
    cards = {(row.kind, row.person_id, Message.from_json(row.message).card) for row in rows}
    hers = Card("Sari Rahmawati", "+6281255500031")
    assert (Kind.ALERT, town.murni.id, hers) in cards
    assert (Kind.CLIMB, town.murni.id, hers) in cards
    assert {who for _, who, card in cards if card} == {town.murni.id, town.ratna.id}


def test_she_gets_the_night_hospital_as_a_contact_card(town: Town):
    chat = town.chat()
    for cry in ("anak sy kejang tlong", "kakinya bengkak"):
        chat.say(cry)
        assert [message.card for message in chat.heard] == [Card("RSUD Kota Kendari", "+624013101234")]


def test_violence_leaves_no_card_on_the_phone(town: Town):
    chat = town.chat()
    chat.say("suami saya memukul saya")
    chat.tap("Nomor layanan")
    assert [message.card for message in chat.heard] == [None]


def test_the_asn_hears_that_help_was_called_and_not_the_words(town: Town):
    town.chat().say("anak sy kejang tlong")
    [(who, text)] = town.told(Kind.REFERRAL)
    assert who == town.anwar.id
    assert "meminta tolong" in text
    assert "ejang" not in text


def test_a_second_cry_opens_no_second_referral_and_the_same_words_wake_nobody_again(town: Town):
    chat = town.chat()
    chat.say("anak sy kejang tlong")
    chat.say("anak sy kejang tlong")
    assert len(town.told()) == 2
    chat.say("bibirnya biru, tolong")
    assert len(town.told()) == 4
    assert town.referral.signs == ["Kejang", "Tampak kebiruan"]


def test_a_cry_rises_what_an_asn_had_reported_as_less_urgent(town: Town):
    people.referral(town.session, town.rafa, NOW - timedelta(days=2), "2T", urgency="3-7 hari")
    town.chat().say("anak sy kejang tlong")
    assert (town.referral.urgency, town.referral.signs) == ("sekarang", ["2T", "Kejang"])
    assert town.referral.urgent_since is not None


def test_of_two_children_nobody_knows_which_so_it_is_about_the_family(town: Town):
    people.child(town.session, town.home, "Bayu", TODAY - timedelta(days=900))
    town.chat().say("anak sy kejang tlong")
    assert (town.referral.child_id, town.referral.family_id) == (None, town.home.id)
    assert "Keluarga Bu Sari" in dict(town.told())[town.murni.id]


def test_bleeding_is_about_the_pregnancy(town: Town):
    expected = people.pregnancy(town.session, town.home, TODAY + timedelta(weeks=10))
    town.chat().say("perdarahan tidak berhenti")
    assert town.referral.pregnancy_id == expected.id


def test_where_nobody_can_be_reached_nobody_is_promised(session: Session):
    home = people.family(session)
    people.health(session, reachable=False, scope="kelurahan", scope_id=home.village_id)
    said = chat_with(session, people.carer(session, home, reachable=False).person).say("anak saya kejang tolong")
    assert "Belum ada petugas yang bisa kami kabari" in said
    assert "Sedang kami kabari" not in said


def test_a_stranger_reaches_the_coordinators_of_the_city_and_can_share_a_number(town: Town):
    chat = stranger(town.session)
    said = chat.say("anak saya kejang tolong")
    assert "Sedang kami kabari: *koordinator*" in said
    assert chat.heard[-1].wants == "contact"
    assert [who for who, _ in town.told()] == [town.ratna.id]
    chat.share_contact("+6281255500099")
    assert (town.ratna.id, "Nomor yang menulis tentang Orang yang belum terdaftar: *+6281255500099*") in town.told(
        Kind.REFERRAL
    )
    row = town.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.REFERRAL)).one()
    assert Message.from_json(row.message).card == Card("Yang menulis", "+6281255500099")


def test_a_midwife_and_a_coordinator_can_take_it_on_and_the_writer_hears_it(town: Town):
    town.chat().say("anak sy kejang tlong")
    ratna = chat_with(town.session, town.ratna, NIGHT)
    row = town.session.scalars(
        select(Outgoing).where(Outgoing.kind == Kind.ALERT, Outgoing.person_id == town.ratna.id)
    ).one()
    ratna.seen(Message.from_json(row.message))
    ratna.tap("Saya tangani")
    assert town.referral.accepted_by == town.ratna.id
    assert any(who == town.sari.id and "akan segera menghubungi" in text for who, text in town.told(Kind.REFERRAL))


def test_the_writer_hears_by_role_and_name_who_has_taken_it_on(town: Town):
    town.chat().say("anak sy kejang tlong")
    chat_with(town.session, town.murni, NIGHT).tap_token(f"ref:accept:{town.referral.id}")
    [text] = [text for who, text in town.told(Kind.REFERRAL) if who == town.sari.id]
    assert text == (
        "✅ *Bapak/Ibu Murni, bidan*, sudah menerima kabarnya dan akan segera menghubungi. Tetap berangkat, ya."
    )


def test_everybody_else_who_got_the_alert_hears_who_has_taken_it_on_and_who_never_got_it_hears_nothing(town: Town):
    joko = people.coordinator(town.session, "Joko")
    town.chat().say("anak sy kejang tlong")
    for row in town.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.ALERT)):
        row.state = outbox.PLANNED if row.person_id == joko.id else outbox.DELIVERED
    chat_with(town.session, town.murni, NIGHT).tap_token(f"ref:accept:{town.referral.id}")
    said = [(who, text) for who, text in town.told(Kind.REFERRAL) if "sudah ditangani" in text]
    assert said == [
        (town.ratna.id, "✅ Anak A-31: sudah ditangani *Bapak/Ibu Murni, bidan*. Terima kasih sudah siaga.")
    ]


def test_who_takes_it_on_after_it_was_opened_anew_is_told_to_everybody_again(town: Town):
    chat = town.chat()
    chat.say("anak sy kejang tlong")
    sent(town.session, NIGHT)
    chat_with(town.session, town.murni, NIGHT).tap_token(f"ref:accept:{town.referral.id}")
    town.referral.state = ReferralState.SEEN
    chat.say("anak saya sekarang biru tolong")
    assert (town.referral.state, town.referral.accepted_by) == (ReferralState.SENT, None)
    sent(town.session, NIGHT)
    before = len(town.told(Kind.REFERRAL))
    chat_with(town.session, town.ratna, NIGHT).tap_token(f"ref:accept:{town.referral.id}")
    assert {who for who, _ in town.told(Kind.REFERRAL)[before:]} == {town.sari.id, town.anwar.id, town.murni.id}


def test_a_coordinator_of_another_place_takes_on_nothing(town: Town):
    town.chat().say("anak sy kejang tlong")
    other = people.coordinator(town.session, "Joko", "kelurahan", people.village(town.session, "Poasia").id)
    chat_with(town.session, other, NIGHT).tap_token(f"ref:accept:{town.referral.id}")
    assert town.referral.accepted_by is None


def test_what_was_only_heard_waits_for_the_tap(town: Town):
    chat = town.chat()
    said = chat.say("kakinya bengkak")
    assert "Apakah ini terjadi sekarang?" in said
    assert chat.labels == ["Ya, sekarang", "Sudah lewat", "Hanya bertanya"]
    assert town.told() == []
    assert "Sedang kami kabari" in chat.tap("Ya, sekarang")
    assert len(town.told()) == 2


def test_a_bare_call_for_help_is_asked_about(town: Town):
    chat = town.chat()
    assert "Ada yang gawat?" in chat.say("tolong")
    chat.tap("Ya, sekarang")
    assert (town.referral.signs, town.referral.urgency) == (["Minta tolong"], "sekarang")


def test_past_tells_those_who_were_told_and_closes_nothing(town: Town):
    chat = town.chat()
    chat.say("anak sy kejang tlong")
    chat.tap("Sudah lewat")
    assert {who for who, text in town.told(Kind.REFERRAL) if "sudah lewat" in text} == {town.murni.id, town.ratna.id}
    assert town.referral.closed_at is None


def test_only_asking_wakes_nobody(town: Town):
    chat = town.chat()
    chat.say("kakinya bengkak")
    chat.tap("Hanya bertanya")
    assert town.told() == []
    assert town.session.scalars(select(Cry.state)).one() == "question"


def test_nobody_taps_the_button_of_somebody_else(town: Town):
    town.chat().say("kakinya bengkak")
    cry = town.session.scalars(select(Cry)).one()
    stranger(town.session).tap_token(f"danger:now:{cry.id}")
    assert town.told() == []


def test_where_the_child_lives_help_is_called(town: Town):
    chat = town.chat()
    chat.say("tolong, anak saya meninggal")
    assert town.told() == []
    assert "Sedang kami kabari" in chat.tap("Masih hidup")


def test_where_the_child_has_died_the_loss_is_told_and_nobody_is_woken(town: Town):
    chat = town.chat()
    chat.say("tolong, anak saya meninggal")
    assert "Kami ikut berduka" in chat.tap("Sudah meninggal")
    assert town.told() == []


def test_of_self_harm_and_violence_nothing_is_kept_or_told(town: Town):
    chat = town.chat()
    chat.say("saya ingin berhenti hidup")
    chat.say("suami saya memukul saya")
    assert town.told() == []
    assert town.told(Kind.REFERRAL) == []
    assert town.session.scalars(select(Cry)).all() == []
    assert town.session.scalars(select(Referral)).all() == []


def test_the_private_list_and_nobody_else_is_told_of_self_harm(session: Session):
    town = Town(session)
    wati = people.person(session, "Wati", "coordinator", scope="kelurahan", scope_id=999, phone="+62811400001")
    city = people.city()
    emergency = replace(city.programme.emergency, private=("0811-400-001",))
    city = replace(city, programme=replace(city.programme, emergency=emergency))
    said = chat_with(session, town.sari, NIGHT, city).say("saya ingin berhenti hidup")
    [(who, text)] = town.told()
    assert who == wati.id
    assert "+6281255500031" in text
    assert "hidup" not in text
    assert "Satu orang yang bisa dipercaya" in said
    assert town.told(Kind.REFERRAL) == []


def test_where_there_is_no_private_list_nothing_is_promised(town: Town):
    assert "Satu orang yang bisa dipercaya" not in town.chat().say("saya ingin berhenti hidup")


def test_after_ten_silent_minutes_help_is_called_all_the_same(town: Town):
    town.chat().say("kakinya bengkak")
    asked = town.session.scalars(select(Cry.at)).one()
    finish(climbing.urgent_tick, town.session, asked + timedelta(minutes=9), people.city())
    assert town.told() == []
    finish(climbing.urgent_tick, town.session, asked + timedelta(minutes=10), people.city())
    assert {who for who, _ in town.told()} == {town.murni.id, town.ratna.id}
    finish(climbing.urgent_tick, town.session, asked + timedelta(minutes=11), people.city())
    assert len(town.told()) == 2


def test_who_has_answered_is_not_helped_by_the_clock(town: Town):
    chat = town.chat()
    chat.say("kakinya bengkak")
    chat.tap("Hanya bertanya")
    finish(climbing.urgent_tick, town.session, NOW + timedelta(hours=2), people.city())
    assert town.told() == []


def test_what_nobody_takes_on_climbs_by_minutes_in_the_night_until_somebody_does(town: Town):
    head = people.health(town.session, "Hasan Basri", "kepala")
    town.chat().say("anak sy kejang tlong")
    opened = town.referral.opened_at

    def climbed(minutes: int) -> list[int | None]:
        sent(town.session, opened)
        before = len(town.told(Kind.CLIMB))
        finish(climbing.urgent_tick, town.session, opened + timedelta(minutes=minutes), people.city())
        return [who for who, _ in town.told(Kind.CLIMB)[before:]]

    assert climbed(4) == []
    assert climbed(5) == [town.murni.id]
    assert climbed(14) == []
    assert climbed(15) == [head.id]
    assert climbed(30) == [town.ratna.id]
    assert climbed(59) == []
    assert climbed(60) == [town.ratna.id]
    assert climbed(90) == [town.ratna.id]
    chat_with(town.session, town.murni, opened).tap_token(f"ref:accept:{town.referral.id}")
    assert climbed(120) == []
    assert climbing.next_urgent(town.session, opened + timedelta(minutes=120), people.city()) is None


def test_a_clock_that_is_moved_stops_wherever_a_look_at_every_minute_would_find_something(town: Town):
    people.health(town.session, "Hasan Basri", "kepala")
    chat = town.chat()
    chat.say("anak sy kejang tlong")
    chat.say("apa anak saya demam tinggi?")
    last, stops, found = town.referral.opened_at, 0, 0
    for minute in range(1, 200):
        look = town.referral.opened_at + timedelta(minutes=minute)
        due = climbing.next_urgent(town.session, last, people.city())
        before = len(town.session.scalars(select(Outgoing.id)).all())
        sent(town.session, look)
        finish(climbing.urgent_tick, town.session, look, people.city())
        if len(town.session.scalars(select(Outgoing.id)).all()) > before:
            found += 1
            assert due is not None
            assert due <= look
        stops += due is not None and due <= look
        last = look
    assert 5 < found <= stops < 60


# --- the way up, as the writer hears it


def climb(town: Town, minutes: float) -> None:
    sent(town.session, NIGHT)
    finish(climbing.urgent_tick, town.session, NIGHT + timedelta(minutes=1 + minutes), people.city())


def heard_by_sari(town: Town) -> list[str]:
    return [text for who, text in town.told(Kind.REFERRAL) if who == town.sari.id]


def test_the_writer_is_told_each_time_it_climbs_and_whom_to_call(town: Town):
    people.health(town.session, "Bu Wa Ode Nur", title="kepala", scope="puskesmas", scope_id=town.home.health_centre_id)
    town.session.commit()
    town.chat().say("anak sy kejang tlong")
    told = ["bidan", "kepala puskesmas", "koordinator", "koordinator"]
    for minutes, title in zip((5, 15, 30, 60), told, strict=True):
        climb(town, minutes - 1)
        before = heard_by_sari(town)
        climb(town, minutes)
        climb(town, minutes)
        *earlier, news = heard_by_sari(town)
        assert earlier == before
        assert "Belum ada petugas yang menjawab tentang Adik Rafa" in news
        assert f"Kami kabari lagi: *{title}*" in news
        assert "Telepon *112* atau *119*" in news


def test_after_an_outage_the_writer_hears_of_all_steps_at_once(town: Town):
    town.chat().say("anak sy kejang tlong")
    climb(town, 40)
    [news] = heard_by_sari(town)
    assert "Kami kabari lagi: *bidan, koordinator*" in news


def test_news_of_the_way_up_is_not_sent_late(town: Town):
    town.chat().say("anak sy kejang tlong")
    climb(town, 5)
    [row] = town.session.scalars(
        select(Outgoing).where(Outgoing.kind == Kind.REFERRAL, Outgoing.person_id == town.sari.id)
    )
    assert row.expires_at == NIGHT + timedelta(minutes=1 + 5 + 30)


def test_where_it_reaches_nobody_the_writer_is_told_so_with_the_numbers(session: Session):
    home = people.family(session)
    people.child(session, home, born=TODAY - timedelta(days=250))
    people.health(session, reachable=False, scope="kelurahan", scope_id=home.village_id)
    chat_with(session, people.carer(session, home, reachable=False).person, NIGHT).say("anak saya kejang tolong")
    finish(climbing.urgent_tick, session, NIGHT + timedelta(minutes=6), people.city())
    [row] = session.scalars(select(Outgoing).where(Outgoing.kind == Kind.REFERRAL))
    assert "Petugas lain belum bisa kami hubungi dari sini" in row.message["text"]
    assert "Telepon *112* atau *119*" in row.message["text"]


def test_once_somebody_has_taken_it_on_nothing_climbs_and_the_writer_hears_nothing_more(town: Town):
    town.chat().say("anak sy kejang tlong")
    chat_with(town.session, town.murni, NIGHT).tap_token(f"ref:accept:{town.referral.id}")
    before = heard_by_sari(town)
    climb(town, 45)
    assert heard_by_sari(town) == before


def asked(town: Town) -> set[int | None]:
    return {who for who, _ in town.told(Kind.ASKED)}


def test_after_two_hours_the_writer_and_the_asn_are_asked_whether_they_got_there_at_night_too(town: Town):
    town.chat().say("anak sy kejang tlong")
    chat_with(town.session, town.murni, NIGHT).tap_token(f"ref:accept:{town.referral.id}")
    climb(town, 119)
    assert asked(town) == set()
    climb(town, 120)
    climb(town, 121)
    assert asked(town) == {town.sari.id, town.anwar.id}
    rows = town.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.ASKED)).all()
    assert (len(rows), {row.lane for row in rows}) == (2, {outbox.ALERT})


def test_it_is_asked_also_where_nobody_has_taken_it_on(town: Town):
    town.chat().say("anak sy kejang tlong")
    climb(town, 120)
    assert asked(town) == {town.sari.id, town.anwar.id}


def test_who_has_been_seen_is_not_asked(town: Town):
    town.chat().say("anak sy kejang tlong")
    town.referral.state = ReferralState.SEEN
    town.session.commit()
    climb(town, 150)
    assert asked(town) == set()


def test_who_called_for_help_without_a_consent_is_asked_too_and_can_answer(session: Session):
    home = people.family(session)
    people.child(session, home, born=TODAY - timedelta(days=250))
    mother = people.carer(session, home, consents=False, reachable=False).person
    chat = chat_with(session, mother, NIGHT)
    chat.say("anak saya kejang tolong")
    finish(climbing.urgent_tick, session, NIGHT + timedelta(minutes=121), people.city())
    [row] = session.scalars(select(Outgoing).where(Outgoing.kind == Kind.ASKED))
    assert row.person_id == mother.id
    chat.seen(Message.from_json(row.message))
    assert "Terima kasih kabarnya" in chat.tap("Sudah")


# --- danger that reaches us late


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_danger_that_reaches_us_nine_hours_late_is_answered_and_asked_about_and_the_alert_says_so(
    town: Town, channel: str
):
    chat = town.chat()
    if channel == "whatsapp":
        chat.move_to_whatsapp()
    said = chat.send(text="anak sy kejang tlong", at=NIGHT - timedelta(hours=9))
    assert "Pesan ini ditulis 9 jam lalu, dan baru sampai sekarang." in said
    assert "Berangkat" in said
    assert "Apakah ini masih terjadi sekarang?" in said
    assert chat.labels == ["Ya, sekarang", "Sudah lewat"]
    assert "Ditulis 9 jam lalu, baru sampai sekarang." in dict(town.told())[town.murni.id]
    assert "bidan (sedang dikabari)" in chat.tap("Ya, sekarang")


def test_danger_that_is_days_old_is_heard_too(town: Town):
    said = town.chat().send(text="anak sy kejang tlong", at=NIGHT - timedelta(days=6))
    assert "ditulis 6 hari lalu" in said
    assert {who for who, _ in town.told()} == {town.murni.id, town.ratna.id}


def test_what_was_only_heard_and_late_is_asked_about_and_helped_after_ten_silent_minutes(town: Town):
    said = town.chat().send(text="kakinya bengkak", at=NIGHT - timedelta(days=2))
    assert "ditulis 2 hari lalu" in said
    finish(climbing.urgent_tick, town.session, NIGHT + timedelta(minutes=12), people.city())
    assert "Ditulis 2 hari lalu" in dict(town.told())[town.murni.id]


def test_of_what_comes_in_time_nobody_says_when_it_was_written(town: Town):
    said = town.chat().send(text="anak sy kejang tlong", at=NIGHT)
    assert "itulis" not in said + dict(town.told())[town.murni.id]


@pytest.mark.parametrize("words", ["ibu ingin mati", "ibu hamil ingin mati", "istri saya mau mati saja"])
def test_who_wants_to_die_is_no_dying_child_so_nobody_but_the_private_list_is_told(town: Town, words: str):
    town.chat().say(words)
    assert town.session.scalars(select(Cry)).all() == []
    assert town.told() == []
    assert town.told(Kind.REFERRAL) == []


@pytest.mark.parametrize("words", ["ibu minum racun ingin mati", "sy minum baygon pengen mati", "saya minum racun"])
def test_poison_and_the_wish_to_die_are_about_the_mother_and_never_about_her_child(town: Town, words: str):
    expected = people.pregnancy(town.session, town.home, TODAY + timedelta(weeks=10))
    town.chat().say(words)
    assert town.referral.signs == ["Minum racun/minyak tanah"]
    assert (town.referral.child_id, town.referral.pregnancy_id) == (None, expected.id)


def test_where_she_expects_no_child_they_are_about_her_family(town: Town):
    town.chat().say("ibu minum racun ingin mati")
    assert town.referral.signs == ["Minum racun/minyak tanah"]
    assert (town.referral.child_id, town.referral.family_id) == (None, town.home.id)


@pytest.mark.parametrize("words", ["anak saya minum racun tikus", "anak saya minum racun, saya ingin mati"])
def test_poison_that_a_child_has_swallowed_stays_about_the_child(town: Town, words: str):
    people.pregnancy(town.session, town.home, TODAY + timedelta(weeks=10))
    town.chat().say(words)
    assert town.referral.child_id == town.rafa.id


@pytest.mark.parametrize(("clock", "named"), [("09:00", True), ("15:00", False)])
def test_the_puskesmas_is_named_beside_the_city_numbers_while_it_is_open(town: Town, clock: str, named: bool):
    centre = people.health_centre(town.session)
    centre.phone, centre.hours = "0401-3121234", "Senin-Kamis 08.00-14.00"
    said = chat_with(town.session, town.sari, people.at(TODAY, clock)).say("anak saya berak darah")
    assert "Telepon *112* atau *119*" in said
    assert ("Puskesmas Labibia: *0401-3121234*" in said) is named


@pytest.mark.parametrize("words", ["anak sy kejang tlong", "tolong"])
def test_no_puskesmas_is_named_where_it_may_be_about_minutes(town: Town, words: str):
    centre = people.health_centre(town.session)
    centre.phone, centre.hours = "0401-3121234", "Senin-Minggu 24 jam"
    assert "0401-3121234" not in town.chat().say(words)


@pytest.mark.parametrize(
    ("words", "sign"),
    [
        ("anak saya kejang, saya ingin mati", "Kejang"),
        ("saya ingin mati dan perdarahan", "Perdarahan"),
        ("ibu minum racun", "racun"),
    ],
)
def test_other_danger_beside_the_wish_to_die_is_helped_with(town: Town, words: str, sign: str):
    people.pregnancy(town.session, town.home, TODAY + timedelta(weeks=10))
    town.chat().say(words)
    assert any(sign.casefold() in label.casefold() for label in town.referral.signs)
