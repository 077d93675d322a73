"""A loss is entered once, gently confirmed, and from then on there is silence, and one message of condolence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.audit import Audit
from db.children import Carer, Child, Pregnancy
from db.consent import Note
from db.drafts import Draft
from db.endings import Ending
from db.outbox import PLANNED, SENT, SKIPPED, Outgoing
from db.people import Person
from flow.message import Message
from reports.digest import digest
from reports.digest.message import is_quiet
from scheduler import graduations, reminders
from scheduler import referral_escalation as climbing
from scheduler.lessons import planning
from scheduler.looks import finish
from tests import people
from tests.chat import Chat, chat_with, confirmed_by
from tests.people import TODAY, at, lesson, library

TOWN = people.city()


def days(count: int) -> timedelta:
    return timedelta(days=count)


class Home:
    """Bu Sari and Pak Amir, their Rafa, Pak Anwar and Bu Rahma who foster him, midwife Murni, and Bu Ratna."""

    def __init__(self, session: Session, name: str = "Rafa Pratama", code: str = "A-31"):
        self.session = session
        self.family = people.family(session)
        self.family.health_centre_id = people.health_centre(session).id
        self.rafa: Child = people.child(session, self.family, name, TODAY - days(430), code=code)
        self.sari: Person = people.carer(session, self.family).person
        self.amir: Person = people.carer(session, self.family, "Amir Hamzah", "ayah").person
        self.anwar: Person = people.asn(session)
        self.rahma: Person = people.asn(session, "Rahma Yusuf", people.WOMAN)
        for asn in (self.anwar, self.rahma):
            people.fosters(session, asn, self.rafa, TODAY - days(40))
        self.murni: Person = people.health(session)
        self.ratna: Person = people.coordinator(session)
        session.commit()

    def chat(self, who: Person, clock: str = "09:00") -> Chat:
        return chat_with(self.session, who, at(TODAY, clock))

    def told(self, who: Person) -> list[str]:
        """What this person is told of the end beside the answers to what they wrote."""
        query = select(Outgoing).where(Outgoing.kind.in_(("ending", "loss")), Outgoing.person_id == who.id)
        return [Message.from_json(row.message).text for row in self.session.scalars(query)]

    def mourn(self, who: Person, whom: str = "Adik Rafa") -> str:
        chat = self.chat(who)
        chat.say("kabar duka")
        chat.tap(whom)
        return chat.tap("Ya, benar")

    def mourn_together(self, whom: str = "Adik Rafa") -> None:
        """Pak Anwar tells of it, and Bu Murni says that it is true."""
        self.mourn(self.anwar, whom)
        confirmed_by(self.session, self.murni)

    def planned(self, *kinds: str) -> Sequence[Outgoing]:
        query = select(Outgoing).where(Outgoing.state == PLANNED, Outgoing.kind.in_(kinds))
        return self.session.scalars(query).all()


@pytest.fixture
def home(session: Session) -> Home:
    return Home(session)


@pytest.mark.parametrize("word", ["duka", "kabar duka", "meninggal", "keguguran", "Anak kami sudah meninggal, Bu."])
def test_however_a_family_says_it_it_is_asked_gently_whom_it_is_about(home: Home, word: str) -> None:
    chat = home.chat(home.sari)
    assert chat.say(word) == "Kami ikut berduka mendengarnya. Kabar ini tentang siapa?"
    assert chat.labels == ["Adik Rafa (A-31)", "Orang lain", "Nanti saja"]
    assert "Apakah benar *Adik Rafa* telah berpulang?" in chat.tap("Adik Rafa")
    assert home.rafa.state == "aktif"
    assert "tidak ada yang berubah" in chat.tap("Bukan itu")
    assert home.rafa.state == "aktif"


def test_the_words_of_a_family_are_kept_for_a_person_to_read(home: Home) -> None:
    home.chat(home.sari).say("anak kami sudah meninggal kemarin")
    assert home.session.scalars(select(Note)).one().text == "anak kami sudah meninggal kemarin"


def test_the_mother_gets_one_message_of_condolence_as_the_answer_and_nothing_else(home: Home) -> None:
    answer = home.mourn(home.sari)
    assert answer.startswith("Bu Sari, kami turut berduka sedalam-dalamnya atas berpulangnya Adik Rafa.")
    assert home.told(home.sari) == []
    assert home.rafa.state == "meninggal"
    assert home.session.scalars(select(Ending)).one().kind == "meninggal"
    assert "fostering.end" in home.session.scalars(select(Audit.action)).all()


def test_everybody_concerned_is_told_once_in_words_that_fit(home: Home) -> None:
    home.mourn_together()
    [sari], [amir] = home.told(home.sari), home.told(home.amir)
    assert sari.startswith("Bu Sari, kami turut berduka")
    assert amir.startswith("Pak Amir, kami turut berduka")
    assert "Bapak dan seluruh keluarga" in amir
    [rahma], [anwar], [ratna] = home.told(home.rahma), home.told(home.anwar), home.told(home.ratna)
    assert "Tidak ada yang perlu diisi lagi" in rahma
    assert "Tidak ada yang perlu diisi lagi" in anwar
    assert "Mohon keluarga disapa dan ditemani" in ratna
    assert "*Anak A-31*" in ratna
    assert home.told(home.murni) == []
    assert "Kami turut berduka" in home.chat(home.amir).say("duka")
    assert len(home.told(home.sari)) == 1


def test_who_enters_it_last_is_told_that_nothing_is_left_to_do(home: Home) -> None:
    chat = home.chat(home.sari)
    chat.say("duka")
    home.mourn_together()
    assert "sudah kami catat" in chat.tap("Adik Rafa")
    assert home.session.scalar(select(func.count()).select_from(Ending)) == 1


def test_the_news_of_a_loss_waits_for_the_morning(home: Home) -> None:
    chat = home.chat(home.murni, "22:30")
    chat.say("duka")
    chat.tap("Adik Rafa")
    chat.tap("Ya, benar")
    due = {row.due_at for row in home.planned("loss")}
    assert due == {at(TODAY + days(1), "07:00")}


def test_a_carer_who_did_not_consent_is_not_written_to(home: Home) -> None:
    nenek = people.carer(home.session, home.family, "Halima", "nenek/kakek", consents=False)
    home.mourn_together()
    assert home.told(nenek.person) == []


def test_at_once_what_was_planned_is_skipped_with_its_reason(home: Home) -> None:
    town = people.city(library=library(lesson("a", 430, 500)))
    finish(planning.tick, home.session, at(TODAY, "06:05"), town)
    finish(reminders.tick, home.session, at(TODAY, "08:00"), TOWN)
    referral = people.referral(home.session, home.rafa, people.NOW - days(1), "Kejang")
    finish(climbing.tick, home.session, at(TODAY, "08:15"), TOWN)
    home.session.commit()
    assert home.planned("lesson", "referral")
    home.mourn(home.sari)
    assert not home.planned("lesson", "reminder", "referral", "alert")
    reasons = set(home.session.scalars(select(Outgoing.reason).where(Outgoing.state == SKIPPED)))
    assert "duka" in reasons
    assert (referral.state, referral.result) == ("closed", "anak meninggal dunia")
    finish(climbing.tick, home.session, at(TODAY + days(2), "08:15"), TOWN)
    assert not home.planned("referral")


def test_forms_that_were_begun_about_the_child_are_discarded(home: Home) -> None:
    anwar = home.chat(home.anwar)
    anwar.say("lapor")
    anwar.tap("Ibu")
    people.referral(home.session, home.rafa, people.NOW, "Kejang")
    murni = home.chat(home.murni)
    murni.say("rujukan")
    murni.tap("Sudah diperiksa")
    assert home.session.scalar(select(func.count()).select_from(Draft)) == 2
    home.mourn(home.sari)
    assert home.session.scalar(select(func.count()).select_from(Draft)) == 0
    assert "sudah dikirim atau dibuang" in anwar.tap("Sehat")
    assert "Belum ada anak asuh" in anwar.say("anak")


def test_news_of_a_loss_is_recognised_in_the_middle_of_a_form_too(home: Home) -> None:
    chat = home.chat(home.anwar)
    chat.say("lapor")
    assert "Kami ikut berduka" in chat.say("anaknya sudah meninggal")
    chat.tap("Adik Rafa")
    assert "kami tahan" in chat.tap("Ya, benar")
    confirmed_by(home.session, home.murni)
    assert home.rafa.state == "meninggal"


def test_nobody_is_reproached_the_late_list_no_longer_shows_the_child(home: Home) -> None:
    before = digest.digest(home.session, home.ratna, at(TODAY, "10:00"), TOWN)
    assert before
    assert len(before.visits.late) == 1, "of two who foster him one answers"
    home.mourn_together()
    after = digest.digest(home.session, home.ratna, at(TODAY, "10:00"), TOWN)
    assert after
    assert after.visits.late == ()
    assert after.endings.words == "1 meninggal dunia"
    assert not is_quiet(after)


AFTER_A_LOSS = TOWN.library.of_anchor("kehilangan")


def live_a_year(session: Session, start: int = 0) -> None:
    """Every seventh morning's ticks for a year, with everything sent the same day: what they missed they catch up."""
    town = people.city(library=library(*AFTER_A_LOSS,
                                       *(lesson(f"hari-{day}", day, day + 30) for day in range(435, 1200, 9)),
                                       *(lesson(f"bahaya-{day}", day, 1300, must_not_miss=True)
                                         for day in range(435, 1200, 90)),
                                       *(lesson(f"minggu-{day}", day, day + 30, anchor="hpl")
                                         for day in range(-200, 200, 7))))  # fmt: skip
    for day in range(start, start + 366, 7):
        finish(planning.tick, session, at(TODAY + days(day), "09:05"), town)
        finish(reminders.tick, session, at(TODAY + days(day), "10:00"), town)
        finish(climbing.tick, session, at(TODAY + days(day), "10:15"), town)
        finish(graduations.tick, session, at(TODAY + days(day), "03:30"), town)
        for row in session.scalars(select(Outgoing).where(Outgoing.state == PLANNED)):
            row.state = SENT
        session.commit()


def test_a_year_goes_by_and_after_each_loss_nobody_hears_of_it_again(home: Home) -> None:
    """Rafa dies, a newborn dies, a pregnancy is lost, a child is stillborn, and beside them nothing happens to Bayu."""
    session = home.session
    people.referral(session, home.rafa, people.NOW, "Kejang")
    people.measured(session, home.rafa, TODAY - days(40), 9.0, 80.0)
    people.measured(session, home.rafa, TODAY, 9.5, 82.0)
    newborn, spared = Home(session, "Aisyah", "A-32"), Home(session, "Bayu", "A-33")
    newborn.rafa.born = TODAY - days(20)
    lost = {state: Fitri(session) for state in ("keguguran", "lahir mati")}
    session.commit()
    home.mourn_together()
    newborn.mourn_together("Adik Aisyah")
    for label, state in LOSSES:
        lost[state].tell(label)
        confirmed_by(session, lost[state].murni)
    known = set(session.scalars(select(Outgoing.key)))
    live_a_year(session)
    query = select(Outgoing).where(Outgoing.key.not_in(known))
    later = session.scalars(query.order_by(Outgoing.due_at, Outgoing.id)).all()

    assert not any("Rafa" in Message.from_json(row.message).text for row in later)
    assert not any(row.family_id == home.family.id for row in later)
    assert {row.person_id for row in later}.isdisjoint({home.sari.id, home.amir.id, home.anwar.id, home.rahma.id})

    of_the_newborn = [row for row in later if row.family_id == newborn.family.id]
    assert {row.kind for row in of_the_newborn} == {"after-loss"}
    hers = [row.lesson for row in of_the_newborn if row.person_id == newborn.sari.id]
    assert hers == [lesson.id for lesson in AFTER_A_LOSS if "ibu" in lesson.audience]
    assert not any("Aisyah" in Message.from_json(row.message).text for row in later)

    for fitri in lost.values():
        mother, about = fitri.carer.person_id, f"p{fitri.pregnancy.id}"
        written_for_her = {f"lesson:{mother}:kehilangan-hari-{day}:{about}" for day in ("03", "07", "14", "38")}
        assert {row.key for row in later if row.person_id in (mother, fitri.rahma.id)} == written_for_her

    # Without a loss that same year is full of messages.
    about_bayu = {row.kind for row in later if row.person_id in (spared.sari.id, spared.anwar.id)}
    assert {"lesson", "reminder"} <= about_bayu


def test_lessons_about_a_brother_pause_for_two_weeks_and_then_go_on(home: Home) -> None:
    people.child(home.session, home.family, "Rafi Pratama", TODAY - days(440))
    home.mourn(home.sari)
    town = people.city(library=library(lesson("a", 441, 480), lesson("b", 455, 480)))
    for day in range(13):
        finish(planning.tick, home.session, at(TODAY + days(day), "09:05"), town)
    assert not home.planned("lesson")
    finish(planning.tick, home.session, at(TODAY + days(15), "09:05"), town)
    texts = [Message.from_json(row.message).text for row in home.planned("lesson")]
    assert texts
    assert all("Rafi" in text and "Rafa" not in text for text in texts)


# --- pregnancies ---------------------------------------------------------------------


LOSSES = (("Keguguran", "keguguran"), ("Bayi lahir", "lahir mati"))


class Fitri:
    """Bu Fitri, thirty weeks on, fostered by Bu Rahma."""

    def __init__(self, session: Session):
        self.session = session
        house = people.family(session, "Wa Ode Fitri")
        self.pregnancy: Pregnancy = people.pregnancy(session, house, TODAY + timedelta(weeks=10))
        self.rahma: Person = people.asn(session, "Rahma Yusuf", people.WOMAN)
        people.fosters(session, self.rahma, house, TODAY - days(40))
        house.health_centre_id = people.health_centre(session).id
        self.murni: Person = people.health(session)
        self.carer: Carer = people.carer(session, house, "Wa Ode Fitri")
        session.commit()

    def tell(self, label: str) -> str:
        """Bu Rahma tells of it; the last answer."""
        chat = chat_with(self.session, self.rahma)
        chat.say("keguguran")
        assert chat.labels[0] == "Bu Fitri, hamil"
        assert "Apa yang terjadi?" in chat.tap("Bu Fitri")
        return chat.tap(label)


@pytest.fixture
def fitri(session: Session) -> Fitri:
    return Fitri(session)


@pytest.mark.parametrize(("label", "state"), LOSSES)
def test_a_pregnancy_that_was_lost_is_told_gently_and_ends_everything(fitri: Fitri, label: str, state: str) -> None:
    assert "Terima kasih sudah menyampaikan, Bu Rahma" in fitri.tell(label)
    assert fitri.pregnancy.state == "aktif"
    confirmed_by(fitri.session, fitri.murni)
    assert fitri.pregnancy.state == state
    mother = fitri.carer.person_id
    row = fitri.session.scalars(select(Outgoing).where(Outgoing.person_id == mother)).one()
    assert row.key == f"ending:pregnancy:{fitri.pregnancy.id}:{mother}:{state.replace(' ', '-')}"
    assert Message.from_json(row.message).text.startswith("Bu Fitri, kami turut berduka sedalam-dalamnya")


def test_a_mother_can_say_it_herself(session: Session, fitri: Fitri) -> None:
    pregnancy, rahma = fitri.pregnancy, fitri.rahma
    chat = chat_with(session, fitri.carer.person)
    chat.say("saya keguguran")
    chat.tap("Bu Fitri")
    assert "Ibu tidak sendirian" in chat.tap("Keguguran")
    assert pregnancy.state == "keguguran"
    rows = session.scalars(select(Outgoing).where(Outgoing.kind.in_(("ending", "loss")))).all()
    names = [session.get_one(Person, row.person_id).name for row in rows]
    assert names == [rahma.name, "Murni"]


# --- who may -------------------------------------------------------------------------


def test_nobody_brings_news_of_a_child_that_is_none_of_theirs(home: Home) -> None:
    other = home.chat(people.asn(home.session, "Usman"))
    for token in ("loss:who:child:{}", "loss:yes:died:child:{}", "news:yes:moved:child:{}", "news:moved:child:{}"):
        assert "tidak berlaku" in other.tap_token(token.format(home.rafa.id))
    assert home.rafa.state == "aktif"


@pytest.mark.parametrize(
    "token", ["loss", "loss:yes:died", "loss:yes:miscarried:child:1", "loss:who:family:1", "loss:who:child:x", "news:x"]
)
def test_a_forged_button_of_sad_news_changes_nothing(home: Home, token: str) -> None:
    assert "tidak berlaku" in home.chat(home.anwar).tap_token(token)
    assert home.rafa.state == "aktif"


def test_the_loss_of_somebody_we_do_not_accompany_gets_a_word(home: Home) -> None:
    chat = home.chat(home.sari)
    chat.say("kakeknya meninggal")
    assert "Kami turut berduka" in chat.tap("Orang lain")
    assert home.rafa.state == "aktif"


def test_a_health_worker_with_many_families_writes_the_name(home: Home) -> None:
    for number in range(12):
        other = people.family(home.session, f"Ibu{number}")
        other.health_centre_id = home.family.health_centre_id
        people.child(home.session, other, f"Anak{number} Jaya", TODAY - days(300))
    chat = home.chat(home.murni)
    assert "Tulis nama" in chat.say("duka")
    assert "belum ketemu" in chat.say("zzz")
    assert "belum ketemu" in chat.say("jaya")
    chat.say("rafa")
    assert chat.labels[0] == "Adik Rafa (A-31)"
    chat.tap("Adik Rafa")
    chat.tap("Ya, benar")
    assert home.rafa.state == "meninggal"
    assert len(home.told(home.sari)) == 1


def test_the_words_hold_no_reproach_no_emoji_and_no_question(home: Home) -> None:
    home.mourn_together()
    rows = home.session.scalars(select(Outgoing).where(Outgoing.kind.in_(("ending", "loss")))).all()
    assert len(rows) == 5
    for row in rows:
        text = Message.from_json(row.message).text
        assert "?" not in text
        assert not any(ord(char) > 0x2100 for char in text)
        assert not any(word in text.casefold() for word in ("stunting", "terlambat", "seharusnya", "salah"))
        assert Message.from_json(row.message).options == ()
