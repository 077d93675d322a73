"""An end that the health office's workbook tells does what the same news told in chat does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.drafts import Draft
from db.endings import Ending
from db.outbox import Kind, Outgoing
from db.people import Person
from db.referrals import Referral
from db.states import CareState
from db.told_endings import ToldEnding
from db.visits import Visit
from flow.message import Message
from programme import told_endings
from reports.workbook.importing import Result, apply
from scheduler import ladder
from scheduler.looks import finish
from tests import people
from tests.chat import chat_with
from tests.people import TODAY, at
from tests.reports.workbook.conftest import write

CITY = people.city()


class Home:
    """Bu Sari and her Rafa of fourteen months, Pak Anwar who fosters him, midwife Murni and Bu Ratna, who imports."""

    def __init__(self, session: Session, folder: Path):
        self.session, self.folder = session, folder
        self.family = people.family(session)
        self.family.health_centre_id = people.health_centre(session).id
        self.rafa = people.child(session, self.family, born=TODAY - timedelta(days=430), code="A-31")
        self.sari = people.carer(session, self.family).person
        self.anwar = people.asn(session)
        people.fosters(session, self.anwar, self.rafa, TODAY - timedelta(days=40))
        people.visit(session, self.anwar, self.rafa, TODAY - timedelta(days=35), answers={"house": ["air"]})
        self.murni, self.ratna = people.health(session), people.coordinator(session)
        session.commit()

    def told(self, status: str, minute: int = 30) -> Result:
        """Bu Ratna imports the list in which Rafa has this status."""
        born = f"{self.rafa.born:%d/%m/%Y}"
        rows = [("A-31", self.family.code, "Rafa Pratama", "L", born, "", status)]
        path, now = write(self.folder / "isi.xlsx", {"Anak": rows}), at(TODAY, f"09:{minute:02}")
        result = apply(self.session, path, now, by=self.ratna.id, city=CITY)
        self.session.commit()
        assert not result.errors
        return result

    def heard(self, who: Person) -> list[str]:
        query = select(Outgoing).where(Outgoing.kind.in_((Kind.ENDING, Kind.LOSS)), Outgoing.person_id == who.id)
        return [Message.from_json(row.message).text for row in self.session.scalars(query)]


@pytest.fixture
def home(session: Session, tmp_path: Path) -> Home:
    return Home(session, tmp_path)


def test_a_death_takes_the_open_sheet_away_and_nobody_is_thanked_for_the_visit(home: Home):
    session = home.session
    referral = people.referral(session, home.rafa, at(TODAY, "08:00"), "lemas")
    chat = chat_with(session, home.anwar, at(TODAY, "09:00"))
    chat.say("lapor")
    chat.fill("Ibu", "Sehat", "Tidak", "Nasi", "Ikan", "Telur", "Selesai", "Belum ada", "Tidak ada")
    teller = people.asn(session, "Usman")
    told_endings.tell(session, CITY, home.rafa, CareState.DIED, at(TODAY, "09:20"), teller.id)
    session.commit()
    assert session.scalars(select(Draft)).one().subject == f"child:{home.rafa.id}"

    assert home.told("meninggal").changes == ("Anak baris 2 (A-31): keadaan aktif → meninggal",)
    session.expire_all()
    assert session.scalars(select(Draft)).all() == []
    chat.now = at(TODAY, "09:40")
    assert "Terima kasih" not in chat.tap("Kirim")
    assert len(session.scalars(select(Visit)).all()) == 1, "the one of last month"

    [ending] = session.scalars(select(Ending))
    assert (home.rafa.state, ending.kind, ending.entered_by) == ("meninggal", "meninggal", home.ratna.id)
    assert session.get_one(Referral, referral.id).closed_at is not None
    assert session.scalars(select(ToldEnding)).one().is_true
    assert [len(home.heard(one)) for one in (home.sari, home.anwar, home.murni, home.ratna)] == [1, 1, 1, 0]
    assert "turut berduka" in home.heard(home.sari)[0]
    finish(ladder.tick, session, at(TODAY, "10:00"), CITY)
    assert session.scalars(select(Outgoing).where(Outgoing.kind == Kind.REMINDER)).all() == []

    # The same list again tells nobody twice.
    assert home.told("meninggal", 50).unchanged == 1
    assert len(home.heard(home.sari)) == len(session.scalars(select(Ending)).all()) == 1


def test_a_move_and_a_recovery_are_told_once_to_those_whom_it_concerns(home: Home):
    home.told("lulus")
    assert [len(home.heard(one)) for one in (home.sari, home.anwar)] == [1, 1]
    home.told("pindah", 40)
    assert home.rafa.state == "pindah"
    assert [len(home.heard(one)) for one in (home.sari, home.anwar, home.murni)] == [1, 2, 1]
    home.told("aktif", 50)
    assert home.rafa.state == "aktif"


def test_without_the_citys_words_nothing_is_written(home: Home):
    with pytest.raises(ValueError, match="has to be told"):
        apply(
            home.session,
            write(
                home.folder / "isi.xlsx",
                {"Anak": [("A-31", home.family.code, "Rafa Pratama", "L", f"{home.rafa.born:%d/%m/%Y}", "", "pindah")]},
            ),
            at(TODAY, "09:30"),
        )
    home.session.rollback()
    assert home.rafa.state == "aktif"
