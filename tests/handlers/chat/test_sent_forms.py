"""Whether a form may be sent is asked when it is sent, not only when it was opened: meanwhile things change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.base import Base
from db.children import Carer
from db.data_requests import DataRequest, RequestKind
from db.drafts import Draft
from db.fostering import Assignment
from db.households import EntryState, HouseholdEntry
from db.outbox import Outgoing
from db.people import Person, PersonRole
from db.visits import Visit
from handlers.chat.forms import NOT_YOURS
from handlers.shell.form_specs import FORM_SPECS
from tests import people
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY

REFUSED = NOT_YOURS.partition("{you}")[0]
MAY_CHANGE = {"address", "outgoing", "draft"}  # the answer, and the form that is put away


def days(count: int) -> timedelta:
    return timedelta(days=count)


class Town:
    """Bu Sari's Rafa and the baby she expects, Pak Anwar who fosters them, midwife Murni and Bu Ratna."""

    def __init__(self, session: Session):
        self.session = session
        self.wati: Person | None = None
        self.family = people.family(session)
        self.family.health_centre_id = people.health_centre(session).id
        self.rafa = people.child(session, self.family, born=TODAY - days(430))
        self.baby = people.child(session, self.family, "", TODAY - days(12))
        self.expected = people.pregnancy(session, self.family, TODAY + days(40))
        self.sari = people.carer(session, self.family).person
        self.anwar, self.murni = people.asn(session), people.health(session)
        self.hasan = people.health(session, "Hasan Basri", "kepala")
        people.fosters(session, self.anwar, self.family, TODAY - days(40))
        self.ratna = people.coordinator(session)
        self.referral = people.referral(session, self.rafa, NOW, "Kejang")
        session.commit()

    def assignment_ends(self, who: Person) -> None:
        self.session.execute(update(Assignment).values(ends=TODAY - days(1)))

    def code_expires(self, who: Person) -> None:
        self.session.execute(update(HouseholdEntry).values(expires_at=NOW))

    def leaves_the_family(self, who: Person) -> None:
        carer = self.session.scalars(select(Carer).where(Carer.person_id == who.id)).one()
        self.session.delete(carer)

    def goes_to_another_place(self, who: Person) -> None:
        elsewhere = people.health_centre(self.session, "Puskesmas Lepo-Lepo")
        self.session.execute(update(PersonRole).where(PersonRole.person_id == who.id).values(scope_id=elsewhere.id))

    def loses_the_role(self, who: Person) -> None:
        self.session.execute(update(PersonRole).where(PersonRole.person_id == who.id).values(role="admin"))

    def becomes_an_asn(self, who: Person) -> None:
        self.session.execute(update(PersonRole).where(PersonRole.person_id == who.id).values(role="asn", scope=""))


def visit_of_rafa(town: Town) -> Chat:
    chat = chat_with(town.session, town.anwar)
    chat.tap_token(f"report:child:{town.rafa.id}")
    chat.fill("Ibu", "Ada tanda bahaya", "Kejang", "Selesai", "Tidak ada", "Tidak")
    return chat


def visit_of_the_mother(town: Town) -> Chat:
    chat = chat_with(town.session, town.anwar)
    chat.tap_token(f"report:pregnancy:{town.expected.id}")
    return chat


def visit_of_the_couple(town: Town) -> Chat:
    couple = people.wedding(town.session, town.family, TODAY + days(60))
    chat = chat_with(town.session, town.anwar)
    chat.tap_token(f"report:wedding:{couple.id}")
    return chat


def joining_a_family(town: Town) -> Chat:
    """Bu Wati, whose own family is another one, has agreed to join Bu Sari's."""
    wati = people.carer(town.session, people.family(town.session, "Wati Lestari"), "Wati Lestari").person
    town.wati = wati
    entry = HouseholdEntry(
        code_hash="h", family=town.family, created_at=NOW, expires_at=NOW + days(2), state=EntryState.TAKEN,
        used_by=f"telegram:telegram-{wati.id}", person=wati, relation="",
    )  # fmt: skip
    town.session.add(entry)
    chat = chat_with(town.session, wati)
    chat.tap_token(f"household:agree:{entry.id}")
    chat.fill("Nenek/kakek")
    return chat


def correction(town: Town) -> Chat:
    filed = people.visit(town.session, town.anwar, town.rafa, TODAY - days(1), form="child_visit", facts={})
    filed.facts = {"adik": "Adik Rafa", "today": TODAY.isoformat(), "every_days": 14, "after_danger_days": 2}
    filed.answers = {"visited_on": TODAY.isoformat(), "whom": "tidak", "reason": "pergi", "follow_up": "tidak"}
    filed.answers["next_on"] = (TODAY + days(14)).isoformat()
    town.session.commit()
    chat = chat_with(town.session, town.anwar)
    assert "Periksa dulu" in chat.tap_token(f"correct:{filed.id}")
    return chat


def what_was_found(town: Town) -> Chat:
    chat = chat_with(town.session, town.murni)
    chat.tap_token(f"ref:seen:{town.referral.id}")
    chat.fill("Ditangani di sini", "8,4")
    return chat


def second_measuring(town: Town) -> Chat:
    chat = chat_with(town.session, town.murni)
    chat.tap_token(f"remeasure:{town.rafa.id}")
    chat.fill("9,1", "75,5")
    return chat


def birth_by(who: str) -> Callable[[Town], Chat]:
    def open_it(town: Town) -> Chat:
        chat = chat_with(town.session, getattr(town, who))
        chat.tap_token(f"birth:pregnancy:{town.expected.id}")
        chat.fill("Hari ini", "Satu", "Perempuan", "Aisyah", "3100")
        return chat

    return open_it


def expecting_by(who: str) -> Callable[[Town], Chat]:
    def open_it(town: Town) -> Chat:
        chat = chat_with(town.session, getattr(town, who))
        chat.tap_token(f"expecting:due:{town.family.id}")
        chat.fill("HPL dari bidan", f"{(TODAY + days(50)):%d/%m/%Y}")
        return chat

    return open_it


def naming_by(who: str) -> Callable[[Town], Chat]:
    def open_it(town: Town) -> Chat:
        chat = chat_with(town.session, getattr(town, who))
        chat.tap_token(f"name:{town.baby.id}")
        chat.say("Aisyah")
        return chat

    return open_it


def duty_by(who: str) -> Callable[[Town], Chat]:
    def open_it(town: Town) -> Chat:
        chat = chat_with(town.session, getattr(town, who))
        chat.tap_token(f"duty:set:{town.murni.id}")
        chat.fill("Jaga", "Hari ini", "Besok")
        return chat

    return open_it


def step_back_by(who: str) -> Callable[[Town], Chat]:
    def open_it(town: Town) -> Chat:
        chat = chat_with(town.session, getattr(town, who))
        chat.tap_token(f"handover:set:{town.anwar.id}")
        chat.fill("Pensiun", "Hari ini", "Belum ada")
        return chat

    return open_it


def paper_by(who: str) -> Callable[[Town], Chat]:
    def open_it(town: Town) -> Chat:
        chat = chat_with(town.session, getattr(town, who))
        chat.tap_token(f"paper:{town.family.id}")
        chat.fill("Lembar ditandatangani", "Ibu", "Sari Rahmawati", "Hari ini", "map posyandu")
        return chat

    return open_it


def request_by(who: str) -> Callable[[Town], Chat]:
    def open_it(town: Town) -> Chat:
        asked = DataRequest(
            kind=RequestKind.ERASE, person_id=town.sari.id, family_id=town.family.id, at=NOW, due_at=NOW + days(3)
        )
        town.session.add(asked)
        town.session.flush()
        chat = chat_with(town.session, getattr(town, who))
        chat.tap_token(f"request:{asked.id}")
        chat.fill("Dikabulkan", "Baik.")
        return chat

    return open_it


def practice(town: Town) -> Chat:
    chat = chat_with(town.session, town.anwar)
    chat.say("latihan")
    chat.fill("Ibu", "Ada tanda bahaya", "Kejang", "Selesai", "Tidak ada", "Tidak")
    return chat


def row_of_the_register(town: Town) -> Chat:
    chat = chat_with(town.session, town.ratna)
    chat.say("ubah data")
    chat.fill("Nomor HP berganti", town.family.code, "0811 4000 777")
    return chat


def announcement(town: Town) -> Chat:
    chat = chat_with(town.session, town.ratna)
    chat.tap_token("announce:new:pertemuan")
    chat.fill("ASN pendamping", "Kota Kendari", "Semua pendamping", "Pertemuan Maret")
    return chat


class Case(NamedTuple):
    form: str
    who: str
    opens: Callable[[Town], Chat]
    meanwhile: Callable[[Town, Person], None]


ENDS, LEAVES = Town.assignment_ends, Town.leaves_the_family
MOVES, LOSES = Town.goes_to_another_place, Town.loses_the_role
BECOMES_ASN = Town.becomes_an_asn
CASES = {
    "a row of the register, by who coordinates nothing any more": Case(
        "register_row", "ratna", row_of_the_register, BECOMES_ASN
    ),
    "an announcement, by who coordinates nothing any more": Case("announcement", "ratna", announcement, BECOMES_ASN),
    "a visit, and the assignment ended": Case("child_visit", "anwar", visit_of_rafa, ENDS),
    "a visit, and the role was taken away": Case("child_visit", "anwar", visit_of_rafa, LOSES),
    "a visit to a mother, and the assignment ended": Case("pregnancy_visit", "anwar", visit_of_the_mother, ENDS),
    "a visit to a couple, and the assignment ended": Case("couple_visit", "anwar", visit_of_the_couple, ENDS),
    "joining a family, and the code expired": Case("household", "wati", joining_a_family, Town.code_expires),
    "a correction, and the assignment ended": Case("child_visit", "anwar", correction, ENDS),
    "the result of a referral, by a midwife who moved": Case("referral_seen", "murni", what_was_found, MOVES),
    "the result of a referral, by who is no midwife": Case("referral_seen", "murni", what_was_found, LOSES),
    "a measurement, by a midwife who moved": Case("remeasure", "murni", second_measuring, MOVES),
    "a birth, by a carer who left": Case("birth", "sari", birth_by("sari"), LEAVES),
    "a birth, and the assignment ended": Case("birth", "anwar", birth_by("anwar"), ENDS),
    "a birth, by a midwife who moved": Case("birth", "murni", birth_by("murni"), MOVES),
    "a pregnancy, by a carer who left": Case("expecting", "sari", expecting_by("sari"), LEAVES),
    "a pregnancy, and the assignment ended": Case("expecting", "anwar", expecting_by("anwar"), ENDS),
    "practice, by who is no ASN any more": Case("practice", "anwar", practice, LOSES),
    "the duty of a midwife, by who is none any more": Case("duty", "murni", duty_by("murni"), LOSES),
    "the duty of a midwife, by a head who moved": Case("duty", "hasan", duty_by("hasan"), MOVES),
    "a retirement, by who coordinates no more": Case("step_back", "ratna", step_back_by("ratna"), LOSES),
    "a consent on paper, by a midwife who moved": Case("paper_consent", "murni", paper_by("murni"), MOVES),
    "a request about data, by who is no data officer": Case("data_answer", "ratna", request_by("ratna"), LOSES),
    "a name, by a carer who left": Case("naming", "sari", naming_by("sari"), LEAVES),
    "a name, by a midwife who moved": Case("naming", "murni", naming_by("murni"), MOVES),
}


def everything(session: Session) -> dict[str, list[Any]]:
    tables = (table for table in Base.metadata.sorted_tables if table.name not in MAY_CHANGE)
    return {table.name: sorted(map(repr, session.execute(select(table)))) for table in tables}


def to_others(session: Session, chat: Chat) -> int | None:
    return session.scalar(select(func.count()).select_from(Outgoing).where(Outgoing.address != chat.address))


@pytest.mark.parametrize("how", ["Kirim", "lanjut", "kembali"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_form_that_is_not_allowed_any_more_is_refused_and_nothing_of_it_is_stored(
    session: Session, case: Case, how: str
) -> None:
    town = Town(session)
    chat = case.opens(town)
    [draft] = session.scalars(select(Draft)).all()
    assert draft.form == case.form
    case.meanwhile(town, getattr(town, case.who))
    session.commit()
    session.expire_all()
    before, others = everything(session), to_others(session, chat)
    said = chat.tap_token(f"f.{draft.id}..send") if how == "Kirim" else chat.say(how)
    assert said.startswith(REFUSED)
    assert "Rafa" not in said
    assert "Sari" not in said
    assert everything(session) == before
    assert to_others(session, chat) == others
    assert not session.scalars(select(Draft)).all()


def test_every_form_but_joining_is_among_the_cases() -> None:
    """Only joining is not: that is for who holds no role yet."""
    assert {case.form for case in CASES.values()} == FORM_SPECS.keys() - {"self_join"}


def test_of_a_form_that_is_not_theirs_any_more_not_even_the_title_is_shown(session: Session) -> None:
    town = Town(session)
    chat = visit_of_rafa(town)
    chat.say("simpan")
    chat.tap_token(f"report:pregnancy:{town.expected.id}")
    chat.say("simpan")
    town.assignment_ends(town.anwar)
    session.commit()
    chat.say("lanjut")
    assert not [label for label in chat.labels if "Rafa" in label or "Sari" in label]


def test_who_says_that_it_was_another_visit_is_asked_again_whose_it_is(session: Session) -> None:
    town = Town(session)
    people.visit(session, town.anwar, town.rafa, TODAY, form="child_visit")
    session.commit()
    chat = chat_with(session, town.anwar)
    chat.tap_token(f"report:child:{town.rafa.id}")
    chat.fill("Tidak bertemu", "Sedang bepergian", "Tidak perlu", "2 minggu lagi")
    assert "kunjungan lain?" in chat.tap("Kirim")
    again = chat.button("Ya, kunjungan lain").token
    town.assignment_ends(town.anwar)
    session.commit()
    assert chat.tap_token(again).startswith(REFUSED)
    assert session.scalar(select(func.count()).select_from(Visit)) == 1


def test_a_report_that_was_undone_is_not_corrected_from_a_form_opened_before(session: Session) -> None:
    town = Town(session)
    chat = correction(town)
    session.execute(update(Visit).values(undone_at=NOW))
    session.commit()
    assert chat.tap("Kirim").startswith(REFUSED)
    session.expire_all()
    assert session.scalars(select(Visit)).one().corrected_at is None


def test_while_the_assignment_holds_the_visit_is_filed_and_the_alarm_goes_out(session: Session) -> None:
    """The other side of it: the same form, sent in time."""
    town = Town(session)
    chat = chat_with(session, town.anwar)
    chat.tap_token(f"report:child:{town.rafa.id}")
    chat.fill("Tidak bertemu", "Sedang bepergian", "Bidan", "2 minggu lagi", "Kirim")
    assert session.scalars(select(Visit.asn_id)).all() == [town.anwar.id]
    assert to_others(session, chat)
