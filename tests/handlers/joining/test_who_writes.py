"""Who writes: a phone number alone opens nothing of anybody who works here or has been here before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Carer
from db.consent import Note
from db.cries import Cry
from db.drafts import Draft
from db.outbox import PLANNED, SKIPPED, Kind, Outgoing, promise
from db.people import Address, Claim, ClaimState, Person, addresses, forget_strangers, places
from flow.message import Incoming, Message
from handlers.shell.buttons import NOT_VALID
from handlers.shell.receive import receive
from programme import identity
from tests import people
from tests.audited import lines
from tests.chat import Chat, chat_with, stranger
from tests.handlers.joining.test_joining import CODE, invite
from tests.people import NOW, TODAY
from tests.rows import outgoing

NUMBER, DIGITS = "+6281255500031", "6281255500031"
UNKNOWN = "ID.1502576394655843"
DAY = timedelta(days=1)


class WhatsApp(Chat):
    """Somebody with this account and this number, which Meta vouches for."""

    def __init__(self, session: Session, address: str, number: str):
        super().__init__(session, address)
        self.channel, self.number = "whatsapp", number

    def _send(self, **what: Any) -> str:
        return super()._send(phone=f"+{self.number}", aliases=(self.number,), **what)


def on_whatsapp(session: Session, address: str = UNKNOWN, number: str = DIGITS) -> WhatsApp:
    return WhatsApp(session, address, number)


def ratna(session: Session) -> Person:
    who = people.coordinator(session)
    who.phone = NUMBER
    session.commit()
    return who


def sari(session: Session, *, channel: str = "telegram") -> Person:
    """Bu Sari has been here for months, for her Rafa, who was born in June 2025 and goes to Posyandu Melati 1."""
    home = people.family(session)
    home.posyandu_id = people.posyandu(session).id
    people.child(session, home, "Rafa", people.TODAY - timedelta(days=250))
    who = people.carer(session, home, reachable=False).person
    who.phone = NUMBER
    people.address(session, who, channel)
    session.commit()
    return who


RIGHT = "Juni 2025, Melati 1"


def heard_at(session: Session, who: Person) -> list[Message]:
    """What came to the person's own addresses by itself."""
    rows = select(Outgoing).where(Outgoing.kind == Kind.MOVED, Outgoing.address.like(f"%-{who.id}"))
    return [Message.from_json(row.message) for row in session.scalars(rows.order_by(Outgoing.id))]


def asked(session: Session, who: Person, chat: Chat) -> Message:
    """The question that came to the old address, whose buttons can be tapped now."""
    question = heard_at(session, who)[-1]
    chat.seen(question)
    return question


def owner(session: Session, address: str) -> int | None:
    return session.scalars(select(Address.person_id).where(Address.address == address)).one()


# --- who works here joins by a code ------------------------------------------------------------


@pytest.mark.parametrize("role", ["asn", "health", "coordinator", "admin"])
def test_who_works_here_is_not_let_in_by_a_number_and_learns_nothing_that_a_stranger_would_not(
    session: Session, role: str
) -> None:
    people.person(session, "Ratna Dewi", role, reachable=False, phone=NUMBER)
    session.commit()
    said = stranger(session).share_contact(NUMBER)
    nobody = stranger(session)
    assert said == nobody.share_contact("+6281299999999")
    assert "ASN memintanya ke kantor" in said
    assert "Ratna" not in said
    assert session.scalars(select(Address.person_id)).all() == [None, None]
    assert nobody.labels == ["Saya punya kode", "Ikut menerima pesan"]


def test_an_unknown_whatsapp_id_on_the_coordinators_number_gets_no_digest(session: Session) -> None:
    who = ratna(session)
    attacker = on_whatsapp(session)
    for act in ("halo", "ringkasan", "menu"):
        assert "Ringkasan" not in attacker.say(act)
    assert "belum bisa kami cocokkan" in attacker.tap_token("join:number")
    assert "Ringkasan" not in attacker.say("ringkasan")
    assert attacker.tap_token("menu:ringkasan") == NOT_VALID
    assert owner(session, UNKNOWN) is None
    assert [one.address for one in addresses(session, who.id)] == [f"simulator-{who.id}"]
    assert places(session, [who.id]) == {who.id: ("simulator", f"simulator-{who.id}")}


def test_a_coordinator_known_by_a_number_alone_is_not_written_to_there_once_a_new_id_has_it(session: Session) -> None:
    who = people.coordinator(session)
    session.execute(Address.__table__.update().values(channel="whatsapp", address=DIGITS))  # type: ignore[attr-defined]
    promise(session, [outgoing("digest:1:x", "whatsapp", DIGITS, {"text": "25 anak"}, NOW, lane=2, person_id=who.id)])
    session.commit()
    said = on_whatsapp(session).say("ringkasan")
    assert "memastikan dulu" in said
    assert owner(session, UNKNOWN) is None
    assert addresses(session, who.id) == []
    digest = session.scalars(select(Outgoing).where(Outgoing.kind == "digest")).one()
    assert (digest.state, digest.address) == (SKIPPED, DIGITS)


def test_who_is_father_and_asn_joins_by_a_code(session: Session) -> None:
    anwar = people.asn(session, reachable=False, phone=NUMBER)
    anwar.roles.append(people.PersonRole(role="family"))
    people.carer(session, people.family(session), who=anwar, joined_on=None, consents=False)
    session.commit()
    assert "belum bisa kami cocokkan" in stranger(session).share_contact(NUMBER)


# --- a recycled number ---------------------------------------------------------------------------


def test_a_recycled_number_takes_over_nothing_of_a_mothers(session: Session) -> None:
    who = sari(session)
    attacker = on_whatsapp(session)
    attacker.say("halo")
    said = attacker.tap_token("join:number")
    for act in ("data saya", "menu", "berhenti", "anak saya batuk", "ganti nomor", "perangkat"):
        said += attacker.say(act)
    assert "Rafa" not in said
    assert "Sari" not in said
    assert owner(session, UNKNOWN) is None
    assert session.scalars(select(Carer)).one().stopped_at is None
    assert not session.scalars(select(Note)).all()
    assert [one.channel for one in addresses(session, who.id)] == ["telegram"]


def test_a_recycled_number_under_which_she_was_written_to_takes_over_nothing(session: Session) -> None:
    who = sari(session, channel="whatsapp")
    session.execute(Address.__table__.update().values(address=DIGITS))  # type: ignore[attr-defined]
    session.commit()
    attacker = on_whatsapp(session)
    assert "Rafa" not in attacker.say("data saya")
    assert owner(session, UNKNOWN) is None
    assert addresses(session, who.id) == []


def test_the_messages_of_another_person_are_not_carried_to_whoever_is_known_and_has_the_number_now(
    session: Session,
) -> None:
    who = people.coordinator(session)
    session.execute(Address.__table__.update().values(channel="whatsapp", address=DIGITS))  # type: ignore[attr-defined]
    wati = people.carer(session, people.family(session, "Wati"), "Wati", reachable=False).person
    people.address(session, wati, "whatsapp").address = UNKNOWN
    promise(session, [outgoing("digest:1:x", "whatsapp", DIGITS, {"text": "25 anak"}, NOW, lane=2, person_id=who.id)])
    session.commit()
    on_whatsapp(session).say("menu")
    assert session.scalars(select(Outgoing.address).where(Outgoing.kind == "digest")).one() == DIGITS
    assert session.scalars(select(Outgoing.state).where(Outgoing.kind == "digest")).one() == SKIPPED


def test_a_second_phone_of_a_mother_is_asked_about_at_the_first_and_opens_there(session: Session) -> None:
    who = sari(session)
    new, old = on_whatsapp(session), Chat(session, f"telegram-{who.id}")
    new.tap_token("join:number")
    assert "Ya, itu saya" in [option.label for option in asked(session, who, old).options]
    assert "terhubung juga" in old.tap("Ya, itu saya")
    assert owner(session, UNKNOWN) == who.id
    assert "Rafa" in new.say("data saya")


def test_what_she_says_is_not_hers_stays_shut_and_is_not_asked_again(session: Session) -> None:
    who = sari(session)
    new, old = on_whatsapp(session), Chat(session, f"telegram-{who.id}")
    new.tap_token("join:number")
    asked(session, who, old)
    assert "tidak kami buka" in old.tap("Bukan saya")
    new.tap_token("join:number")
    assert len(heard_at(session, who)) == 1
    assert "Tentang anak saya" not in new.labels
    assert old.tap_token(f"claim:yes:{session.scalars(select(Claim.id)).one()}") == NOT_VALID
    assert owner(session, UNKNOWN) is None


def test_the_new_phone_cannot_answer_for_the_old_one_and_nobody_else_can(session: Session) -> None:
    sari(session)
    new = on_whatsapp(session)
    new.tap_token("join:number")
    token = f"claim:yes:{session.scalars(select(Claim.id)).one()}"
    assert new.tap_token(token) == NOT_VALID
    assert chat_with(session, people.asn(session)).tap_token(token) == NOT_VALID
    assert owner(session, UNKNOWN) is None


def test_the_question_at_the_old_phone_can_be_answered_for_a_week(session: Session) -> None:
    who = sari(session)
    new, old = on_whatsapp(session), Chat(session, f"telegram-{who.id}")
    new.tap_token("join:number")
    asked(session, who, old)
    old.now += timedelta(days=8)
    assert old.tap("Ya, itu saya") == NOT_VALID
    assert owner(session, UNKNOWN) is None


def test_a_code_opens_everything_and_the_old_account_is_told(session: Session) -> None:
    who = sari(session)
    invite(session, who)
    new = on_whatsapp(session)
    new.tap_token("join:number")
    new.tap("Saya punya kode")
    new.say(CODE)
    assert "Rafa" in new.say("data saya")
    assert "Bukan Ibu yang meminta?" in heard_at(session, who)[-1].text


# --- by the child's month of birth and posyandu ---------------------------------------------------


def by_question(session: Session, answer: str = RIGHT) -> tuple[Chat, Person, str]:
    who = sari(session)
    new = on_whatsapp(session)
    new.tap_token("join:number")
    new.tap("Tentang anak saya")
    return new, who, new.say(answer)


@pytest.mark.parametrize("answer", [RIGHT, "6/2025 melati 1", "06-2025, posyandu Melati 1", "jun 2025 MELATI 1"])
def test_the_childs_month_and_posyandu_open_the_lessons_and_the_old_address_is_told(
    session: Session, answer: str
) -> None:
    _, who, said = by_question(session, answer)
    assert "Pesan edukasi sekarang datang ke sini" in said
    assert session.scalars(select(Address).where(Address.address == UNKNOWN)).one().lessons_only
    assert "Bukan Ibu yang meminta?" in heard_at(session, who)[-1].text


@pytest.mark.parametrize("said", ["data saya", "grafik", "ganti nomor", "perangkat", "kabar", "lahir", "lanjut"])
def test_what_the_answer_opened_shows_no_data_and_takes_no_news(session: Session, said: str) -> None:
    new, _, _ = by_question(session)
    assert "baru pesan edukasi yang terbuka" in new.say(said)
    assert "baru pesan edukasi yang terbuka" in new.tap_token("menu:data")


def test_what_the_answer_opened_gets_lessons_and_no_thread_no_referral_and_no_old_message(session: Session) -> None:
    new, who, _ = by_question(session)
    later = places(session, [who.id], lessons=True)
    assert later == {who.id: ("whatsapp", UNKNOWN)}
    assert places(session, [who.id]) == {who.id: ("telegram", f"telegram-{who.id}")}
    assert [one.channel for one in addresses(session, who.id)] == ["telegram"]
    there = outgoing("referral:9:x", "telegram", f"telegram-{who.id}", {"text": "Kejang"}, NOW, person_id=who.id)
    promise(session, [there])
    session.commit()
    assert new.tap_token("read:referral:9:x") == NOT_VALID
    for forged in ("chart:1:weight", "got:1:yes", "loss:who:child:1", "consent:yes:1", "device:end:1"):
        assert "Rafa" not in new.tap_token(forged)
    assert "baru pesan edukasi yang terbuka" in new.say("suami saya pergi, saya bingung")
    assert not session.scalars(select(Note)).all()


def test_danger_is_heard_from_what_the_answer_opened(session: Session) -> None:
    new, _, _ = by_question(session)
    assert "sekarang juga" in new.say("anak saya kejang tolong")
    assert session.scalars(select(Cry)).one()


def test_a_code_opens_the_rest(session: Session) -> None:
    new, who, _ = by_question(session)
    invite(session, who)
    assert "Selamat datang" in new.say(CODE)
    assert "Rafa" in new.say("data saya")


def test_after_three_tries_only_a_code_opens_from_whatever_phone(session: Session) -> None:
    new, who, said = by_question(session, "Mei 2025, Melati 1")
    assert "Belum cocok" in said
    assert "Belum cocok" in new.say("Juni 2024, Melati 1")
    assert "Sekarang hanya kode" in new.say("Juni 2025, Mawar 2")
    new.tap_token("claim:ask")
    new.say(RIGHT)
    assert owner(session, UNKNOWN) is None
    other = on_whatsapp(session, "ID.777")
    other.tap_token("join:number")
    assert "Tentang anak saya" not in other.labels
    other.tap_token("claim:ask")
    other.say(RIGHT)
    assert owner(session, "ID.777") is None
    invite(session, who)
    assert "Selamat datang" in new.say(f"/start {CODE}")


def test_the_answer_confirms_nobody_who_works_here(session: Session) -> None:
    who = sari(session)
    who.roles.append(people.PersonRole(role="asn"))
    session.commit()
    new = on_whatsapp(session)
    new.tap_token("join:number")
    assert "Tentang anak saya" not in new.labels
    new.tap_token("claim:ask")
    new.say(RIGHT)
    assert owner(session, UNKNOWN) is None


@pytest.mark.parametrize("said", ["2025", "Juni 2025", "Juni 2025, Melati", "Juni 2025 Melati 1 Mawar 2", "6 Melati 1"])
def test_half_an_answer_and_a_list_of_guesses_are_none(said: str) -> None:
    assert not identity.describes(said, TODAY.replace(year=2025, month=6), "Melati 1")


# --- a changed id ---------------------------------------------------------------------------------


def changed(session: Session, *aliases: str) -> None:
    """Meta says that this account was known by these names."""
    news = Incoming("whatsapp", UNKNOWN, "n1", NOW, reachable=True, aliases=aliases)
    receive(session, news, NOW, people.city())
    session.commit()


def test_a_changed_id_stays_without_data_until_the_old_one_or_a_code_confirms_it(session: Session) -> None:
    who = sari(session, channel="whatsapp")
    old_id = f"whatsapp-{who.id}"
    changed(session, old_id)
    new = on_whatsapp(session)
    assert "memastikan dulu" in new.say("data saya")
    assert owner(session, UNKNOWN) is None
    assert owner(session, old_id) == who.id
    invite(session, who)
    new.tap("Saya punya kode")
    new.say(CODE)
    assert owner(session, UNKNOWN) == who.id
    assert owner(session, old_id) is None


def test_a_change_that_names_only_the_old_number_is_matched_and_the_asn_is_no_stranger(session: Session) -> None:
    anwar = people.asn(session, phone=NUMBER)
    session.commit()
    changed(session, DIGITS)
    said = on_whatsapp(session, number="6285700000001").say("halo")
    assert "memastikan dulu" in said
    assert "Anwar" not in said
    assert owner(session, UNKNOWN) is None
    assert "Itu Bapak sendiri?" in heard_at(session, anwar)[-1].text
    invite(session, anwar)
    new = on_whatsapp(session, number="6285700000001")
    assert "Selamat datang" in new.say(f"mulai {CODE}")


# --- half a year of silence -------------------------------------------------------------------


def after_silence(session: Session, days: int) -> tuple[Chat, Person]:
    who = sari(session)
    waiting = outgoing("lesson:1:x", "telegram", f"telegram-{who.id}", {"text": "Rafa"}, NOW, lane=2, person_id=who.id)
    promise(session, [waiting])
    session.commit()
    chat = Chat(session, f"telegram-{who.id}")
    chat.now += timedelta(days=days)
    return chat, who


def test_an_address_that_was_silent_for_half_a_year_is_asked_who_it_is(session: Session) -> None:
    chat, who = after_silence(session, 181)
    said = chat.say("data saya")
    assert "memastikan dulu" in said
    assert "Rafa" not in said
    assert addresses(session, who.id) == []
    assert session.scalars(select(Outgoing.state).where(Outgoing.kind == "lesson")).one() == SKIPPED
    chat.tap("Tentang anak saya")
    assert "Pesan edukasi" in chat.say(RIGHT)


def test_it_does_not_come_back_by_its_number(session: Session) -> None:
    chat, _ = after_silence(session, 181)
    chat.say("halo")
    assert "belum bisa kami cocokkan" in chat.share_contact(NUMBER)
    assert owner(session, chat.address) is None


def test_a_button_at_a_silent_address_opens_nothing_and_says_why(session: Session) -> None:
    chat, _ = after_silence(session, 181)
    assert "memastikan dulu" in chat.tap_token("menu:data")


def test_one_that_was_silent_for_less_is_not(session: Session) -> None:
    chat, _ = after_silence(session, 179)
    assert "Rafa" in chat.say("data saya")


def test_danger_from_a_silent_address_is_heard_with_all_that_is_known_and_who_it_is_is_asked_afterwards(
    session: Session,
) -> None:
    chat, who = after_silence(session, 181)
    assert "sekarang juga" in chat.say("anak saya kejang tolong")
    cry = session.scalars(select(Cry)).one()
    assert (cry.person_id, cry.family_id is not None) == (who.id, True)
    assert "memastikan dulu" in chat.say("data saya")


# --- one phone for two -----------------------------------------------------------------------------


def couple(session: Session) -> tuple[Person, Person]:
    """Bu Sari and Pak Budi share the phone, and have both been here."""
    mother = sari(session)
    home = session.scalars(select(Carer)).one().family
    father = people.carer(session, home, "Budi Santoso", relation="ayah", reachable=False).person
    father.phone = NUMBER
    session.commit()
    return mother, father


def test_two_people_of_one_number_choose_who_writes_after_both_are_confirmed(session: Session) -> None:
    mother, father = couple(session)
    chat = on_whatsapp(session)
    chat.tap_token("join:number")
    assert chat.tap_token(f"writer:{mother.id}") == NOT_VALID
    chat.tap("Tentang anak saya")
    assert "Siapa yang menulis sekarang?" in chat.say(RIGHT)
    chat.tap("Pak Budi")
    assert owner(session, UNKNOWN) == father.id
    assert "baru pesan edukasi" in chat.say("data saya")
    chat.say("berdua")
    chat.tap("Bu Sari")
    assert owner(session, UNKNOWN) == mother.id


def test_a_second_person_joins_on_the_same_phone_by_a_code_and_both_are_reached_there(session: Session) -> None:
    anwar = people.asn(session, reachable=False)
    mother = people.carer(session, people.family(session), "Wati", reachable=False).person
    invite(session, mother)
    chat = chat_with(session, anwar)
    assert "dipakai berdua" in chat.say("berdua")
    chat.say(CODE)
    assert owner(session, chat.address) == mother.id
    assert [one.address for one in addresses(session, anwar.id)] == [chat.address]
    assert places(session, [anwar.id, mother.id]) == dict.fromkeys((anwar.id, mother.id), ("telegram", chat.address))
    assert "lapor" not in [command for command, _ in chat.heard[-1].commands]
    assert "Siapa yang ditemui" not in chat.say("lapor")
    chat.say("berdua")
    chat.tap("Pak Anwar")
    assert owner(session, chat.address) == anwar.id
    stranger_here = people.asn(session, "Rudi")
    session.commit()
    assert chat.tap_token(f"writer:{stranger_here.id}") == NOT_VALID


def test_who_declines_on_a_shared_phone_leaves_it_to_the_other(session: Session) -> None:
    anwar = people.asn(session, reachable=False)
    mother = people.person(session, "Wati", "family", reachable=False)
    people.carer(session, people.family(session, "Wati"), who=mother, joined_on=None, consents=False)
    invite(session, mother)
    chat = chat_with(session, anwar)
    chat.say("berdua")
    chat.say(CODE)
    chat.tap("Tidak")
    assert owner(session, chat.address) == anwar.id
    assert session.scalars(select(Claim.state).where(Claim.person_id == mother.id)).one() == ClaimState.ENDED


def test_who_moves_away_from_a_shared_phone_leaves_it_to_the_other(session: Session) -> None:
    mother, father = couple(session)
    chat = on_whatsapp(session)
    for who, code in ((mother, "AAAA-BBB2"), (father, "AAAA-BBB3")):
        invite(session, who, code)
        chat.say("berdua")
        chat.say(f"/start {code}" if owner(session, UNKNOWN) is None else code)
    assert owner(session, UNKNOWN) == father.id
    invite(session, father)
    WhatsApp(session, "ID.9", "6281299999999").say(f"mulai {CODE}")
    assert owner(session, "ID.9") == father.id
    assert owner(session, UNKNOWN) == mother.id


# --- perangkat ----------------------------------------------------------------------------------------


def test_perangkat_lists_ones_own_addresses_and_ends_one_which_is_told(session: Session) -> None:
    who = sari(session)
    people.address(session, who, "whatsapp")
    other = people.asn(session)
    session.commit()
    chat = Chat(session, f"telegram-{who.id}")
    said = chat.say("perangkat")
    assert "Telegram" in said
    assert "WhatsApp" in said
    assert "(HP ini)" in said
    assert f"whatsapp-{who.id}" not in said, "masked"
    foreign = session.scalars(select(Address.id).where(Address.person_id == other.id)).one()
    assert chat.tap_token(f"device:end:{foreign}") == NOT_VALID
    gone = session.scalars(select(Address).where(Address.channel == "whatsapp")).one()
    chat.say("perangkat")
    assert "sudah dilepas" in chat.tap_token(f"device:end:{gone.id}")
    assert owner(session, gone.address) is None
    assert owner(session, chat.address) == who.id
    assert "dilepas" in session.scalars(select(Outgoing).where(Outgoing.address == gone.address)).one().message["text"]
    acts = [line.action for line in lines(session) if line.by == who.id and line.action.startswith("address.")]
    assert acts == ["address.list", "address.list", "address.end"]


def test_ending_the_phone_one_writes_from_leaves_a_stranger(session: Session) -> None:
    who = sari(session)
    chat = Chat(session, f"telegram-{who.id}")
    chat.say("perangkat")
    here = session.scalars(select(Address.id).where(Address.address == chat.address)).one()
    assert "minta kode" in chat.tap_token(f"device:end:{here}").casefold()
    assert "Rafa" not in chat.say("data saya")
    assert "belum bisa kami cocokkan" in chat.share_contact(NUMBER)


# --- guessing ------------------------------------------------------------------------------------------


def test_guessing_from_many_phones_alarms_the_city_once(session: Session) -> None:
    who = ratna(session)
    admin = people.person(session, "Dewi", "admin")
    session.commit()
    for number in range(identity.GUESSES + 5):
        stranger(session).say(f"/start AAAA{number:04}")
    told = session.scalars(select(Outgoing).where(Outgoing.message["text"].as_string().contains("menebak"))).all()
    assert sorted(row.person_id or 0 for row in told) == sorted((who.id, admin.id))
    assert all(row.state == PLANNED for row in told)
    assert identity.is_guessing(session, NOW + timedelta(minutes=5))
    assert not identity.is_guessing(session, NOW + timedelta(hours=2))


def test_a_few_wrong_codes_in_a_day_alarm_nobody(session: Session) -> None:
    ratna(session)
    for number in range(identity.GUESSES - 1):
        stranger(session).say(f"/start AAAA{number:04}")
    assert not session.scalars(select(Outgoing).where(Outgoing.key.like("guessing:%"))).all()


def test_claims_are_forgotten_with_the_strangers_who_made_them(session: Session) -> None:
    sari(session)
    on_whatsapp(session).tap_token("join:number")
    assert session.scalars(select(Claim.state)).one() == ClaimState.OPEN
    forget_strangers(session, NOW + DAY)
    assert not session.scalars(select(Claim)).all()


# --- what else an answer about the child does not open ---------------------------------------------


def test_what_the_answer_opened_confirms_no_other_phone(session: Session) -> None:
    limited, who, _ = by_question(session)
    other = on_whatsapp(session, "ID.777")
    other.tap_token("join:number")
    claim = session.scalars(select(Claim.id).where(Claim.state == ClaimState.OPEN)).one()
    limited.tap_token(f"claim:yes:{claim}")
    assert owner(session, "ID.777") is None
    assert owner(session, UNKNOWN) == who.id


def test_a_form_that_was_begun_on_the_full_phone_does_not_go_on_where_an_answer_opened(session: Session) -> None:
    limited, who, _ = by_question(session)
    chat = Chat(session, f"telegram-{who.id}")
    chat.say("hamil")
    draft = session.scalars(select(Draft)).one()
    assert draft.person_id == who.id
    for action in ("open", "send", "cancel", "discard"):
        assert limited.tap_token(f"f.{draft.id}.due.{action}") == NOT_VALID
    assert session.scalars(select(Draft)).all() == [draft]


def test_a_shared_phone_that_answers_opened_gets_no_thread_of_the_one_who_does_not_write_now(session: Session) -> None:
    mother, father = couple(session)
    chat = on_whatsapp(session)
    chat.tap_token("join:number")
    chat.tap("Tentang anak saya")
    chat.say(RIGHT)
    chat.tap("Bu Sari")
    assert addresses(session, father.id) == []
    assert places(session, [father.id]) == {}
    assert places(session, [father.id], lessons=True) == {father.id: ("whatsapp", UNKNOWN)}
    assert [one.channel for one in addresses(session, mother.id)] == ["telegram"]


def test_what_is_planned_for_the_old_id_does_not_go_to_the_new_one(session: Session) -> None:
    who = sari(session, channel="whatsapp")
    old_id = f"whatsapp-{who.id}"
    planned = outgoing("lesson:1:x", "whatsapp", old_id, {"text": "Rafa"}, NOW, lane=2, person_id=who.id)
    promise(session, [planned])
    session.commit()
    changed(session, old_id)
    assert session.scalars(select(Outgoing.address).where(Outgoing.kind == "lesson")).one() == old_id


def test_who_lost_every_role_does_not_write_from_a_shared_phone(session: Session) -> None:
    _, father = couple(session)
    chat = on_whatsapp(session)
    chat.tap_token("join:number")
    chat.tap("Tentang anak saya")
    chat.say(RIGHT)
    chat.tap("Bu Sari")
    session.delete(father.roles[0])
    session.commit()
    session.expire_all()
    assert chat.tap_token(f"writer:{father.id}") == NOT_VALID
