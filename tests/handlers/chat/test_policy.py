"""Who may do what, asked of the rules themselves: each is right for one person and wrong for the next."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.children import Family, heads
from db.drafts import Draft
from db.outbox import Outgoing
from db.people import Address, Person, PersonRole
from db.referrals import Referral
from db.states import CareState
from flow.message import Incoming, Message
from handlers.chat import choose_subject
from handlers.chat.context import Context, NotValid
from handlers.shell.buttons import NOT_VALID
from handlers.shell.commands import menu_of
from handlers.shell.form_specs import FORM_SPECS
from programme import policy
from programme.policy import ANYBODY, JOINING, MEMBER
from tests import people
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY


def days(count: int) -> timedelta:
    return timedelta(days=count)


def of(session: Session, who: Person, now: datetime = NOW) -> Context:
    """A message of this person that is being handled."""
    address = session.scalars(select(Address).where(Address.person_id == who.id)).first()
    assert address
    incoming = Incoming("simulator", address.address, "1", now, text="x")
    return Context(session, incoming, now, people.city(), address, FORM_SPECS, menu_of)


def may_tell(context: Context, subject: str) -> bool:
    about = policy.of_subject(context.session, subject)
    return about is not None and context.may("news.loss", about)


class Town:
    """Bu Sari's Rafa and the baby she expects; Pak Anwar fosters Rafa alone, Bu Rahma the whole family."""

    def __init__(self, session: Session):
        self.session = session
        self.family: Family = people.family(session)
        self.family.health_centre_id = people.health_centre(session).id
        self.rafa = people.child(session, self.family, born=TODAY - days(430))
        self.expected = people.pregnancy(session, self.family, TODAY + days(40))
        self.sari: Person = people.carer(session, self.family).person
        self.anwar: Person = people.asn(session)
        self.rahma: Person = people.asn(session, "Rahma Yusuf", people.WOMAN)
        self.jalil: Person = people.asn(session, "Jalil Saputra")
        self.murni: Person = people.health(session)
        self.hasan: Person = people.health(session, "Hasan Basri", "kepala")
        self.ratna: Person = people.coordinator(session)
        people.fosters(session, self.anwar, self.rafa, TODAY - days(40))
        people.fosters(session, self.rahma, self.family, TODAY - days(40))
        self.referral = people.referral(session, self.rafa, NOW, "Kejang")
        session.commit()

    def context(self, who: str) -> Context:
        return of(self.session, getattr(self, who))

    def begun(self, who: str) -> tuple[Chat, Draft]:
        """A report about Rafa that somebody has begun."""
        chat = chat_with(self.session, getattr(self, who))
        chat.tap_token(f"report:child:{self.rafa.id}")
        [draft] = self.session.scalars(select(Draft)).all()
        return chat, draft

    def takes_role(self, who: Person) -> None:
        self.session.execute(update(PersonRole).where(PersonRole.person_id == who.id).values(role="admin"))
        self.session.expire_all()


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


# --- two who foster the same child ------------------------------------------------------------


def test_an_asn_of_the_same_child_cannot_undo_somebody_elses_report_by_its_number(town: Town):
    filed = people.visit(town.session, town.anwar, town.rafa, TODAY, submitted_at=NOW)
    rahma = chat_with(town.session, town.rahma)
    assert "tidak ditemukan" in rahma.tap_token(f"undo:{filed.id}")
    assert "tidak ditemukan" in rahma.tap_token(f"correct:{filed.id}")
    town.session.expire_all()
    assert filed.undone_at is None
    assert town.session.scalars(select(Draft)).all() == []
    assert "dibatalkan dan tidak dihitung" in chat_with(town.session, town.anwar).tap_token(f"undo:{filed.id}")


def test_a_correction_of_somebody_elses_report_is_not_sent_by_who_fosters_the_same_child(town: Town):
    filed = people.visit(town.session, town.anwar, town.rafa, TODAY, submitted_at=NOW)
    assert town.context("anwar").may_fill("child_visit", f"visit:{filed.id}")
    assert not town.context("rahma").may_fill("child_visit", f"visit:{filed.id}")


def test_an_asn_of_the_same_child_cannot_tap_in_somebody_elses_form(town: Town):
    _, draft = town.begun("anwar")
    before = dict(draft.state)
    rahma = chat_with(town.session, town.rahma)
    for action in ("1", "open", "cancel", "send", "discard", "keep", "=8,4"):
        assert "tidak berlaku lagi" in rahma.tap_token(f"f.{draft.id}.whom.{action}"), action
        assert "tidak berlaku lagi" in rahma.tap_token(f"f.{draft.id}..{action}"), action
    assert "sudah dikirim atau dibuang" in rahma.tap_token(f"again:{draft.id}")
    town.session.expire_all()
    [kept] = town.session.scalars(select(Draft)).all()
    assert (kept.person_id, kept.state) == (town.anwar.id, before)


def test_what_somebody_writes_goes_into_no_form_of_the_phones_earlier_owner(town: Town):
    chat, draft = town.begun("anwar")
    address = town.session.scalars(select(Address).where(Address.address == chat.address)).one()
    assert address.draft_id == draft.id
    address.person_id, before = town.rahma.id, dict(draft.state)
    town.session.commit()
    town.session.expire_all()
    assert "Rafa" not in chat.say("1")
    town.session.expire_all()
    assert draft.state == before


# --- buttons and commands ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("a stranger", {ANYBODY}),
        ("who joins", {ANYBODY, JOINING}),
        ("an ASN", {ANYBODY, JOINING, MEMBER, "asn"}),
        ("a mother", {ANYBODY, JOINING, MEMBER, "family"}),
    ],
)
def test_what_somebody_may_follows_from_the_roles_they_hold(session: Session, who: str, may: set[str]):
    roles = {"an ASN": "asn", "a mother": "family"}
    person = None if who == "a stranger" else Person(name="", created_at=NOW, roles=[])
    if person and who in roles:
        person.roles.append(PersonRole(role=roles[who], title="", scope="", scope_id=0))
    asked = (ANYBODY, JOINING, MEMBER, "asn", "family", "health", "coordinator", "admin")
    assert {one for one in asked if policy.holds(person, one)} == may


# --- who fosters ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "child", "pregnancy"),
    [("anwar", True, False), ("rahma", True, True), ("jalil", False, False), ("sari", False, False)],
)
def test_one_child_is_fostered_or_the_whole_family(town: Town, who: str, child: bool, pregnancy: bool):
    assert town.context(who).may("visit.report", town.rafa) is child
    assert town.context(who).may("visit.report", town.expected) is pregnancy
    assert town.context(who).may_fill("child_visit", f"child:{town.rafa.id}") is child
    assert town.context(who).may_fill("child_visit", f"pregnancy:{town.expected.id}") is pregnancy


def test_whoever_fosters_one_child_does_not_foster_its_sister(town: Town):
    sister = people.child(town.session, town.family, "Rani", TODAY - days(900))
    assert not town.context("anwar").may("visit.report", sister)
    assert town.context("rahma").may("visit.report", sister)


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [(0, None, True), (1, None, False), (-9, 0, True), (-9, -1, False), (-9, 1, True)],
    ids=["from today", "from tomorrow", "until today", "until yesterday", "until tomorrow"],
)
def test_an_assignment_holds_from_its_first_to_its_last_day(town: Town, starts: int, ends: int | None, holds: bool):
    until = None if ends is None else TODAY + days(ends)
    people.fosters(town.session, town.jalil, town.family, TODAY + days(starts), until)
    sister = people.child(town.session, town.family, "Rani", TODAY - days(900))
    people.fosters(town.session, town.anwar, sister, TODAY + days(starts), until)
    assert town.context("jalil").may("visit.report", town.rafa) is holds
    assert (
        (town.rafa in choose_subject.known_to(town.context("jalil")))
        is holds
        is town.context("jalil").may("news.loss", town.expected)
    )
    assert (sister in choose_subject.known_to(town.context("anwar"))) is holds


def test_an_assignment_is_worth_nothing_without_the_role_or_where_the_family_was_forgotten(town: Town):
    town.takes_role(town.rahma)
    assert not town.context("rahma").may("visit.report", town.rafa)
    assert not town.context("rahma").may("news.loss", town.rafa)
    town.takes_role(town.anwar)
    assert not town.context("anwar").may("news.loss", town.rafa)


def test_nobody_visits_or_tells_of_a_family_whose_names_were_taken_out(town: Town):
    town.family.forgotten_at = NOW
    for who in ("anwar", "rahma", "sari", "murni"):
        assert not town.context(who).may_fill("child_visit", f"child:{town.rafa.id}")
        assert not may_tell(town.context(who), f"child:{town.rafa.id}")
        assert not may_tell(town.context(who), f"family:{town.family.id}")
        assert choose_subject.families(town.context(who)) == []


@pytest.mark.parametrize("subject", ["child:999", "pregnancy:999", "visit:999"])
def test_a_visit_of_nobody_may_not_be_reported(town: Town, subject: str):
    assert not town.context("rahma").may_fill("child_visit", subject)


def test_a_report_is_changed_by_who_sent_it_while_it_stands(town: Town):
    filed = people.visit(town.session, town.anwar, town.rafa, TODAY)
    assert town.context("anwar").may("visit.change", filed)
    assert not town.context("rahma").may("visit.change", filed)
    about = people.visit(town.session, town.rahma, town.expected, TODAY)
    assert town.context("rahma").may_fill("child_visit", f"visit:{about.id}")
    filed.undone_at = NOW
    assert not town.context("anwar").may("visit.change", filed)
    assert not town.context("anwar").may_fill("child_visit", f"visit:{filed.id}")


def test_who_fosters_no_more_does_not_correct_what_they_reported(town: Town):
    filed = people.visit(town.session, town.jalil, town.rafa, TODAY)
    assert not town.context("jalil").may_fill("child_visit", f"visit:{filed.id}")


# --- health workers -------------------------------------------------------------------------------


def test_the_midwife_and_the_head_of_the_place_answer_for_a_referral_and_nobody_else(town: Town):
    other = people.health_centre(town.session, "Puskesmas Lepo-Lepo")
    town.hasnah = people.health(town.session, "Hasnah", scope_id=other.id)  # pyright: ignore
    assert [one.id for one in heads(town.session, town.family)] == [town.hasan.id]
    who = ("murni", "hasan", "hasnah", "sari", "anwar", "rahma", "ratna")
    asked = f"referral:{town.referral.id}"
    assert [one for one in who if town.context(one).may_fill("referral_seen", asked)] == ["murni", "hasan"]
    assert [one for one in who if town.context(one).may_fill("remeasure", f"child:{town.rafa.id}")] == ["murni"]
    assert not town.context("murni").may_fill("referral_seen", "referral:999")
    assert not town.context("murni").may_fill("remeasure", "child:999")


def test_what_cannot_wait_the_coordinator_of_the_place_may_take_on_too(town: Town):
    home = town.family.village
    for name, scope, place in (("near", "kelurahan", home.id), ("above", "kecamatan", home.district_id)):
        setattr(town, name, people.coordinator(town.session, name, scope, place))
    who, asked = ("murni", "hasan", "near", "above", "ratna", "sari", "rahma"), f"referral:{town.referral.id}"
    for urgency in ("hari ini", "3-7 hari"):
        town.referral.urgency = urgency
        assert [one for one in who if town.context(one).may_fill("referral_seen", asked)] == ["murni", "hasan"]
    town.referral.urgency = "sekarang"
    assert [one for one in who if town.context(one).may_fill("referral_seen", asked)] == ["murni", "hasan", "near"]


def test_a_strangers_cry_is_answered_by_the_coordinators_of_the_city_alone(town: Town):
    near = people.coordinator(town.session, "Rudi Hartono", "kelurahan", town.family.village_id)
    cry = Referral(signs=["Kejang"], urgency="sekarang", opened_at=NOW)
    town.session.add(cry)
    town.session.flush()
    may = [one for one in ("ratna", "murni", "hasan", "sari") if town.context(one).may("referral.handle", cry)]
    assert (may, of(town.session, near).may("referral.handle", cry)) == (["ratna"], False)


# --- who brings news ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "child", "pregnancy", "family"),
    [
        ("sari", True, True, True),
        ("murni", True, True, True),
        ("rahma", True, True, True),
        ("anwar", True, False, False),
        ("jalil", False, False, False),
        ("ratna", False, False, False),
    ],
)
def test_news_is_brought_by_the_family_its_midwife_and_who_fosters(
    town: Town, who: str, child: bool, pregnancy: bool, family: bool
):
    context = town.context(who)
    assert may_tell(context, f"child:{town.rafa.id}") is child
    assert may_tell(context, f"pregnancy:{town.expected.id}") is pregnancy
    assert may_tell(context, f"family:{town.family.id}") is family
    known = [*[town.rafa] * child, *[town.expected] * pregnancy]
    assert choose_subject.known_to(context) == known
    assert choose_subject.families(context) == [town.family] * family
    if family:
        assert choose_subject.family(context, town.family.id) is town.family
    else:
        with pytest.raises(NotValid):
            choose_subject.family(context, town.family.id)


def test_who_may_tell_of_one_family_or_child_may_tell_of_no_other(town: Town):
    hers = people.family(town.session, "Wati Lestari")
    bima = people.child(town.session, hers, "Bima", TODAY - days(500))
    expected = people.pregnancy(town.session, hers, TODAY + days(90))
    rani = people.child(town.session, town.family, "Rani", TODAY - days(900))
    who = ("sari", "murni", "rahma", "anwar")
    for about in (bima, expected, hers):
        assert [one for one in who if town.context(one).may("news.loss", about)] == []
    assert [one for one in who if town.context(one).may("news.loss", rani)] == ["sari", "murni", "rahma"]


def test_news_of_a_whole_family_is_brought_by_who_may_tell_of_all_of_it(town: Town):
    who = ("sari", "murni", "rahma", "anwar", "ratna")
    assert [one for one in who if town.context(one).may("news.loss", town.family)] == list(who[:3])


def test_news_of_nobody_may_not_be_reported(town: Town):
    context = town.context("sari")
    assert not may_tell(context, "child:999")
    assert not may_tell(context, "pregnancy:999")
    assert not may_tell(context, "family:999")
    with pytest.raises(NotValid):
        choose_subject.family(context, 999)


@pytest.mark.parametrize("scope", ["posyandu", "puskesmas", "kelurahan"])
def test_a_health_worker_tells_of_the_families_of_their_place_alone(session: Session, scope: str):
    post = people.posyandu(session)
    near, far = people.family(session), people.family(session, "Wati", people.village(session, "Baruga", "Baruga"))
    near.posyandu_id, near.health_centre_id = post.id, people.health_centre(session).id
    places = {"posyandu": post.id, "puskesmas": near.health_centre_id, "kelurahan": near.village_id}
    midwife = people.health(session, scope=scope, scope_id=places[scope])
    rafa = people.child(session, near, born=TODAY - days(400))
    people.child(session, far, "Bima", TODAY - days(400))
    context = of(session, midwife)
    assert choose_subject.families(context) == [near]
    assert choose_subject.known_to(context) == [rafa]


def test_a_coordinator_of_the_same_place_brings_no_news(session: Session):
    near = people.family(session)
    ratna = people.coordinator(session, scope="kelurahan", scope_id=near.village_id)
    assert choose_subject.families(of(session, ratna)) == []


def test_subjects_that_have_ended_are_not_offered_but_news_of_them_is_not_refused(town: Town):
    for state in (CareState.DIED, CareState.MOVED):
        town.rafa.state = state
        assert choose_subject.known_to(town.context("anwar")) == []
        assert town.context("anwar").may("news.loss", town.rafa)
    town.expected.state = CareState.BORN
    assert choose_subject.known_to(town.context("sari")) == []
    assert town.context("sari").may("news.loss", town.expected)


def test_who_only_began_to_join_joins_and_nobody_else_does_again(town: Town):
    newcomer = Person(name="", created_at=NOW, roles=[])
    town.session.add(newcomer)
    town.session.flush()
    people.address(town.session, newcomer)
    assert of(town.session, newcomer).may_fill("self_join", "self")
    assert not town.context("sari").may_fill("self_join", "self")


# --- whom it is about is asked ----------------------------------------------------------------------


def said(session: Session) -> list[Message]:
    return [Message.from_json(row.message) for row in session.scalars(select(Outgoing).order_by(Outgoing.id))]


def test_up_to_eight_are_offered_by_a_tap_and_more_by_their_name(town: Town):
    context = town.context("murni")
    for number in range(6):
        people.child(town.session, town.family, f"Anak{number}", TODAY - days(900))
    among = choose_subject.known_to(context)
    assert len(among) == 8
    context.address.awaiting, context.address.draft_id = "", 7
    choose_subject.ask(context, "loss", "Tentang siapa?", among, choose_subject.LATER)
    assert (context.address.awaiting, context.address.draft_id) == ("", None)
    [message] = said(town.session)
    assert message.text == "Tentang siapa?"
    labels = [option.label for option in message.options]
    assert labels[0] == f"Adik Rafa ({town.rafa.code})"
    assert labels[7:] == ["Bu Sari, hamil", "Nanti saja", "Nanti saja"]
    assert message.options[0].token == f"loss:who:child:{town.rafa.id}"
    people.child(town.session, town.family, "Anak9", TODAY - days(900))
    choose_subject.ask(context, "loss", "Tentang siapa?", choose_subject.known_to(context))
    assert context.address.awaiting == "loss"
    assert [option.label for option in said(town.session)[-1].options] == ["Nanti saja"]
    assert "Tulis nama anak" in said(town.session)[-1].text


@pytest.mark.parametrize("written", ["rafa", "RAFA PRATAMA", "sari", "code", "fam", "fa"])
def test_somebody_is_found_by_a_part_of_their_name_or_code(town: Town, written: str):
    wati = people.family(town.session, "Wati Lestari")
    wati.health_centre_id = town.family.health_centre_id
    people.child(town.session, wati, "Bima", TODAY - days(500))
    people.pregnancy(town.session, wati, TODAY + days(90))
    asked = {"code": town.rafa.code, "fam": town.family.code}.get(written, written)
    expected = {"sari": [town.rafa, town.expected], "fam": [town.expected]}.get(written, [town.rafa])
    assert choose_subject.find(town.context("murni"), asked) == expected


@pytest.mark.parametrize("written", ["", "r", "zz"])
def test_one_letter_finds_nobody(town: Town, written: str):
    assert choose_subject.find(town.context("murni"), written) == []


def test_a_button_with_a_number_that_is_nobodys_is_not_valid(town: Town):
    assert chat_with(town.session, town.anwar).tap_token("loss:who:child:999") == NOT_VALID
