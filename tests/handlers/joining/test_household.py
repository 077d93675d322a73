"""One more person joins a registered family by a code, once its mother has said that they belong to it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.audit import Audit
from db.children import Carer, caregivers
from db.consent import Consent, LessonAnswer, Note
from db.drafts import Draft
from db.endings import Ending
from db.households import EntryState, HouseholdEntry
from db.outbox import PLANNED, SKIPPED, Kind, Outgoing
from db.people import Address, Person
from db.states import CareState
from flow.message import Message
from programme import ending_records, erasure, households
from scheduler import upkeep
from scheduler.lessons.family_recipients import family_recipients
from scheduler.looks import finish
from tests import people
from tests.chat import Chat, chat_with, stranger
from tests.people import NOW, TODAY

CODE = re.compile(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b")
NOT_FITTING = "Kode itu belum cocok"


class Home:
    """Bu Sari, her Rafa, Pak Anwar who fosters him, the cadre Bu Wati and the midwife Bu Murni."""

    def __init__(self, session: Session, *, joined: bool = True):
        self.session = session
        self.family = people.family(session)
        post = people.posyandu(session)
        self.family.posyandu_id, self.family.health_centre_id = post.id, people.health_centre(session).id
        self.rafa = people.child(session, self.family, "Rafa Pratama", TODAY - timedelta(days=220))
        self.mother: Carer = people.carer(
            session, self.family, joined_on=TODAY if joined else None, consents=joined, reachable=joined
        )
        self.anwar = people.asn(session)
        people.fosters(session, self.anwar, self.rafa, TODAY - timedelta(days=40))
        self.wati = people.health(session, "Wati", "kader", scope="posyandu", scope_id=post.id)
        self.murni = people.health(session)
        session.commit()

    def sari(self) -> Chat:
        return chat_with(self.session, self.mother.person)

    def code(self, chat: Chat | None = None) -> str:
        """A new code, made by the mother unless somebody else asks for it."""
        found = CODE.search((chat or self.sari()).say("ajak keluarga"))
        assert found
        return found.group()

    def asks(self, code: str, relation: str = "Ayah", name: str = "Amir", chat: Chat | None = None) -> Chat:
        """Somebody writes the code and says who they are; they wait."""
        chat = chat or self.newcomer()
        chat.say(code)
        chat.fill("Setuju", name, relation, "Kirim")
        return chat

    def newcomer(self) -> Chat:
        chat = stranger(self.session)
        chat.tap_token("join:code")
        return chat

    def asked(self, who: Person) -> Message | None:
        """The newest question about joining that waits for this person."""
        query = select(Outgoing).where(
            Outgoing.person_id == who.id, Outgoing.kind == Kind.MOVED, Outgoing.state == PLANNED,
            Outgoing.key.contains(":asks:"),
        )  # fmt: skip
        rows = self.session.scalars(query.order_by(Outgoing.id.desc())).all()
        return Message.from_json(rows[0].message) if rows else None

    def decides(self, who: Person, label: str) -> str:
        chat, question = chat_with(self.session, who), self.asked(who)
        assert question
        chat.seen(question)
        return chat.tap(label)

    def entry(self) -> HouseholdEntry:
        self.session.expire_all()
        return self.session.scalars(select(HouseholdEntry).order_by(HouseholdEntry.id.desc())).first()  # pyright: ignore

    def others(self) -> list[tuple[str, str]]:
        """The carers beside the mother, by name and relation."""
        here = caregivers(self.session, self.family.id)
        return [(one.person.name, one.relation) for one in here if one.id != self.mother.id]


@pytest.fixture
def home(session: Session) -> Home:
    return Home(session)


def came(chat: Chat) -> str:
    """What came by itself to this chat's address."""
    rows = chat.session.scalars(select(Outgoing).where(Outgoing.address == chat.address, Outgoing.kind == Kind.MOVED))
    return "\n".join(str(row.message["text"]) for row in rows if row.state != SKIPPED)


def test_a_father_joins_by_the_code_that_his_wife_shares_and_gets_lessons_of_his_own(home: Home) -> None:
    amir = home.asks(home.code())
    assert home.others() == []
    assert "Rafa" not in amir.say("menu") + amir.say("data saya") + amir.say("grafik"), "nothing before she confirms"
    assert "sekarang ikut" in home.decides(home.mother.person, "Ya")
    assert home.others() == [("Amir", "ayah")]
    assert "Adik Rafa sekarang 7 bulan" in came(amir)
    assert "Rafa" in amir.say("data saya")
    consent = home.session.scalars(select(Consent).order_by(Consent.id.desc())).first()
    assert consent is not None
    assert (consent.relation, consent.channel, consent.given_at < amir.now) == ("ayah", "telegram", True)
    lessons = {one.person_id for batch in family_recipients(home.session, amir.now, people.city()) for one in batch}
    assert caregivers(home.session, home.family.id)[1].person_id in lessons
    amir.say("atur")
    amir.fill("Senin", "Jam 9 pagi")
    own = caregivers(home.session, home.family.id)[1]
    assert (own.weekday, home.mother.weekday) == (0, None)
    # his words are his, hers are hers
    sari = home.sari()
    sari.say("suami saya sering marah")
    amir.say("berkas")
    [file] = amir.heard
    assert file.attachment
    said = (amir.city.files / file.attachment.path).read_text(encoding="utf-8-sig")
    assert "Rafa" in said
    assert "marah" not in said
    # and she ends it without his being told
    before = came(amir)
    sari.say("pembaca")
    sari.tap("Akhiri Pak Amir")
    assert came(amir) == before
    assert "Rafa" not in amir.say("data saya")


def test_who_is_refused_is_not_told_and_is_forgotten_as_if_nobody_had_answered(home: Home) -> None:
    refused, unheard = home.asks(home.code()), home.asks(home.code(), "Nenek/kakek", "Halima")
    person = home.session.scalars(select(Person).where(Person.name == "Amir")).one()
    assert home.asked(home.mother.person)
    [asked_about_amir] = [
        row for row in home.session.scalars(select(Outgoing).where(Outgoing.key.contains(":asks:")))
        if "Pak Amir" in str(row.message)
    ]  # fmt: skip
    sari = home.sari()
    sari.seen(Message.from_json(asked_about_amir.message))
    before = came(refused)
    assert "Tidak ada yang diberi tahu" in sari.tap("Tidak")
    assert came(refused) == before
    shown = [chat.say("menu").replace("Bapak/Ibu Halima", "Pak Amir") for chat in (refused, unheard)]
    assert shown[0] == shown[1], "both wait alike"
    assert "sudah selesai" in sari.tap_token(f"household:yes:{home.entry().id - 1}"), "it is decided"
    later = NOW + households.ANSWER_WITHIN + timedelta(hours=1)
    last = home.session.scalars(select(Outgoing).where(Outgoing.key.contains(":unanswered"))).all()
    assert [row.state for row in last] == [PLANNED, PLANNED]
    assert last[0].message == last[1].message
    refused.now = later
    assert "belum terjawab" in refused.say("menu")
    assert "Ini Asuh" in refused.say("menu"), "a stranger again"
    for row in home.session.scalars(select(Outgoing).where(Outgoing.state == PLANNED)):
        row.state = SKIPPED
    finish(upkeep.tick, home.session, later + timedelta(days=1), people.city())
    home.session.expire_all()
    assert person.name == households.NOBODY
    assert not home.session.scalars(select(Person).where(Person.name.in_(("Amir", "Halima")))).all()
    assert home.entry().state == EntryState.ENDED
    assert home.others() == []
    kept = "".join(str(row.message) for row in home.session.scalars(select(Outgoing)) if row.kind != Kind.REPLY)
    assert "Amir" not in kept


def test_a_code_is_used_once_and_by_one_person_and_not_after_its_time(home: Home) -> None:
    code, expired = home.code(), home.code()
    first, second = home.newcomer(), home.newcomer()
    assert "Ikut keluarga di Asuh" in first.say(code)
    assert NOT_FITTING in second.say(code), "the other one was first"
    forged = home.entry().id - 1
    assert "tidak berlaku" in second.tap_token(f"household:agree:{forged}"), "a button without the code"
    assert "masih bisa dipakai" in first.tap("Tidak")
    home.asks(code, chat=second)
    home.decides(home.mother.person, "Ya")
    first.tap_token("join:code")
    assert NOT_FITTING in first.say(code)
    late = home.newcomer()
    late.now = NOW + households.CODE_VALID + timedelta(hours=1)
    assert NOT_FITTING in late.say(expired)
    stored = " ".join(map(repr, home.session.execute(select(HouseholdEntry.__table__)).all()))
    assert code not in stored
    assert code.replace("-", "") not in stored
    assert not home.session.scalars(select(Address).where(Address.address == first.address)).one().person_id


def test_guesses_are_slowed_down_also_of_who_has_joined(home: Home) -> None:
    code = home.code()
    others = chat_with(home.session, people.carer(home.session, people.family(home.session), "Dewi").person)
    for chat in (home.newcomer(), others):
        for wrong in ("KDR7-AAA2", "KDR7-AAA3", "KDR7-AAA4", "KDR7-AAA5", "KDR7-AAA6"):
            chat.say(wrong)
        said = chat.say(code)
        assert "menit lagi" in said
        assert "Ikut keluarga" not in said


def test_the_code_is_for_the_others_of_the_family_and_not_for_who_fosters_it(home: Home) -> None:
    code = home.code()
    assert "untuk anggota keluarga yang lain" in home.sari().say(code)
    assert "bukan untuk pendamping" in chat_with(home.session, home.anwar).say(code)
    assert home.entry().state == EntryState.OPEN, "it can still be used"
    # the mother of another family is a grandmother here: she keeps her own, and the mother is asked about her too
    dewi = people.carer(home.session, people.family(home.session), "Dewi").person
    chat = chat_with(home.session, dewi)
    assert "Ikut keluarga di Asuh" in chat.say(f"/start {code.replace('-', '')}")
    chat.fill("Setuju", "Nenek/kakek", "Kirim")
    assert "Rafa" not in chat.say("data saya")
    home.decides(home.mother.person, "Ya")
    assert home.others() == [("Dewi", "nenek/kakek")]
    assert "Rafa" in chat.say("data saya")


def test_nobody_else_decides_while_the_mother_lives_and_has_joined(home: Home) -> None:
    home.asks(home.code())
    id = home.entry().id
    assert home.asked(home.wati) is None
    for who in (home.wati, home.murni, home.anwar):
        assert chat_with(home.session, who).tap_token(f"household:yes:{id}")
    assert home.others() == []
    for address in home.session.scalars(select(Address).where(Address.person_id == home.mother.person_id)):
        address.state = "blocked"  # pyright: ignore: whoever took her phone away does not win by it
    home.session.commit()
    asn = chat_with(home.session, home.anwar)
    asn.say("ajak keluarga")
    assert "hanya ibu yang bisa memastikan" in asn.tap("Keluarga")
    assert chat_with(home.session, home.wati).tap_token(f"household:yes:{id}")
    assert home.others() == []


def test_the_foster_parent_asks_for_the_code_and_the_cadre_confirms_where_the_mother_never_joined(
    session: Session,
) -> None:
    home = Home(session, joined=False)
    asn = chat_with(session, home.anwar)
    assert "Ajak anggota keluarga siapa?" in asn.say("ajak keluarga")
    found = CODE.search(asn.tap("Keluarga"))
    assert found
    amir = home.asks(found.group())
    assert home.asked(home.murni) is None, "the cadre of the posyandu is nearest"
    question = home.asked(home.wati)
    assert question
    assert "Ibunya belum ikut di Asuh" in question.text
    home.decides(home.wati, "Ya")
    assert home.others() == [("Amir", "ayah")]
    assert "Rafa" in amir.say("data saya")
    # there is no mother to ask: he invites the grandmother himself, and the cadre is asked again
    home.asks(home.code(amir), "Nenek/kakek", "Halima")
    assert "Halima" in str(home.asked(home.wati))
    # nobody decides about themselves: the cadre who is an aunt here is confirmed by the midwife
    aunt = chat_with(session, home.wati)
    aunt.say(home.code(amir))
    aunt.fill("Setuju", "Keluarga lain", "Kirim")
    id = home.entry().id
    assert "sudah selesai" in aunt.tap_token(f"household:yes:{id}")
    assert home.decides(home.murni, "Ya")
    assert ("Wati", "keluarga") in home.others()


def test_in_a_family_that_mourns_its_mother_the_cadre_confirms_and_lessons_wait_as_for_the_others(home: Home) -> None:
    code = home.code()
    home.family.mother_died_on = TODAY
    home.mother.paused_until = TODAY + timedelta(days=30)
    gone = people.child(home.session, home.family, "Bima", TODAY - timedelta(days=800), state=CareState.DIED)
    home.session.add(Ending(kind=CareState.DIED, ended_on=TODAY, at=NOW, child_id=gone.id))
    home.session.commit()
    home.asks(code)
    assert home.asked(home.mother.person) is None
    question = home.asked(home.wati)
    assert question
    assert "Ibunya sudah meninggal" in question.text
    home.decides(home.wati, "Ya")
    carer = caregivers(home.session, home.family.id)[1]
    assert (carer.relation, carer.paused_until) == ("ayah", TODAY + timedelta(days=30))


def test_whom_a_mother_had_not_answered_when_she_died_the_cadre_is_asked_about(home: Home) -> None:
    amir = home.asks(home.code())
    assert home.asked(home.wati) is None
    ending_records.record(home.session, people.city(), home.rafa, CareState.MOTHER_DIED, amir.now, None)
    home.session.commit()
    question = home.asked(home.wati)
    assert question
    assert "Ibunya sudah meninggal" in question.text
    home.decides(home.wati, "Ya")
    assert home.others() == [("Amir", "ayah")]


def test_two_people_on_one_phone_keep_apart_what_is_theirs(home: Home) -> None:
    sari = home.sari()
    code = home.code(sari)
    sari.say("berdua")
    assert "Ikut keluarga di Asuh" in sari.say(code)
    sari.fill("Setuju", "Amir", "Ayah")
    assert "kembali kepada yang memakainya" in sari.tap("Kirim")
    assert "Bu Sari" in sari.say("menu"), "the phone is hers again until she has decided"
    assert "Pak Amir" not in sari.say("berdua")
    home.decides(home.mother.person, "Ya")
    sari.say("berdua")
    sari.tap("Pak Amir")
    assert "Nama: Amir" in sari.say("data saya")
    # a second one is begun and given up: she writes again
    sari.say("berdua")
    sari.tap("Bu Sari")
    code = home.code(sari)
    other = home.asks(code, "Nenek/kakek", "Halima")
    assert "dibatalkan" in other.tap("Tidak jadi ikut")
    assert not home.session.scalars(select(Person).where(Person.name == "Halima")).all()


def test_who_gives_up_the_form_is_forgotten_and_the_code_can_be_used_again(home: Home) -> None:
    code, chat = home.code(), home.newcomer()
    chat.say(code)
    chat.fill("Setuju", "Amir")
    people_before = {one.name for one in home.session.scalars(select(Person))}
    assert "Keluarga" in people_before
    assert "belum selesai" in chat.say("/start")
    chat.tap("Lanjutkan")
    chat.tap("Batal")
    chat.tap("Ya, buang")
    assert "Keluarga" not in {one.name for one in home.session.scalars(select(Person))}
    assert not home.session.scalars(select(Draft)).all()
    assert home.entry().state == EntryState.OPEN
    home.asks(code)
    home.decides(home.mother.person, "Ya")
    assert home.others() == [("Amir", "ayah")]


def test_a_family_that_is_forgotten_takes_with_it_whoever_waited_and_its_codes(home: Home) -> None:
    unused, waits = home.code(), home.asks(home.code())
    home.session.add_all([
        Note(person_id=home.mother.person_id, text="rahasia", at=NOW),
        LessonAnswer(person_id=home.mother.person_id, lesson="x", answer="Belum", answered_at=NOW),
    ])  # fmt: skip
    home.session.flush()
    id = home.entry().id
    erasure.forget(home.session, home.family, NOW)
    home.session.commit()
    assert NOT_FITTING in home.newcomer().say(unused)
    assert "Ini Asuh" in waits.say("menu"), "a stranger again"
    assert not home.session.scalars(select(Person).where(Person.name == "Amir")).all()
    assert chat_with(home.session, home.wati).tap_token(f"household:yes:{id}")
    assert home.others() == []
    assert "household.ask" in home.session.scalars(select(Audit.action)).all()


def test_at_most_a_few_codes_of_a_family_wait_at_the_same_time(home: Home) -> None:
    made = [home.code() for _ in range(households.LIVE + 1)]
    assert NOT_FITTING in home.newcomer().say(made[0])
    assert "Ikut keluarga" in home.newcomer().say(made[1])
    sari = home.sari()
    for _ in range(households.A_DAY - len(made)):
        home.code(sari)
    assert "Coba lagi besok" in sari.say("ajak keluarga")
