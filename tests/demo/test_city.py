"""The demo city has the shape of Kendari, and grows the same from the same seed."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import children, visits
from db.children import Carer, Child, Family, Pregnancy
from db.consent import standing
from db.engine import connect, sessions
from db.fostering import Assignment
from db.measurements import OFFICIAL, Measurement
from db.people import Address, Person, PersonRole, addresses, invitation
from db.places import District, HealthCentre, Office, Posyandu, Village
from db.tables import metadata
from demo import city, directory, shape
from programme.fosterings import fosterings
from programme.growth import growth
from programme.scopes import Scope
from rules.stages import age, pregnancy_week
from rules.visits import due_on
from rules.visits import standing as standing_of
from tests import people
from tests.demo.conftest import MORNING, TODAY


@pytest.fixture
def town(grown: tuple[Session, city.Cast]) -> Session:
    return grown[0]


@pytest.fixture
def cast(grown: tuple[Session, city.Cast]) -> city.Cast:
    return grown[1]


def count(session: Session, table: type, *where: object) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0  # type: ignore[arg-type]


def test_every_puskesmas_has_its_real_number_of_stunted_children(town: Session) -> None:
    query = select(HealthCentre.name).join(Family, Family.health_centre_id == HealthCentre.id).join(Child)
    found = Counter(town.scalars(query.where(Child.listed == "stunting")))

    assert found["Puuwatu"] == 69
    assert found["Nambo"] == 5
    assert found == {centre.name: centre.stunted for centre in shape.CENTRES}
    assert found.total() == 462


def test_children_live_in_the_kecamatan_of_their_puskesmas(town: Session) -> None:
    query = (
        select(func.count())
        .select_from(Family)
        .join(Village, Family.village_id == Village.id)
        .join(HealthCentre, Family.health_centre_id == HealthCentre.id)
        .where(Village.district_id != HealthCentre.district_id)
    )
    assert town.scalar(query) == 0


def test_the_city_is_as_large_as_the_real_one(town: Session) -> None:
    counted = {table.__name__: count(town, table) for table in (District, Village, Posyandu, Office, Child, Pregnancy)}

    assert counted == {
        "District": 11, "Village": 65, "Posyandu": 130, "Office": 30, "Child": 862, "Pregnancy": 250,
    }  # fmt: skip
    assert count(town, PersonRole, PersonRole.role == "asn") == 480
    assert count(town, PersonRole, PersonRole.title == "kader") == 130
    assert count(town, PersonRole, PersonRole.title == "bidan") == 30


def test_every_stunted_child_is_fostered_by_someone(town: Session) -> None:
    fostered = select(Assignment.child_id)
    assert count(town, Child, Child.listed == "stunting", Child.id.not_in(fostered.where(Assignment.child_id > 0))) == 0


def test_about_seven_families_in_ten_have_joined_and_agreed(town: Session) -> None:
    carers = town.scalars(select(Carer)).all()
    joined = [carer for carer in carers if carer.joined_on]

    assert 0.65 < len(joined) / len(carers) < 0.75
    assert all(standing(town, carer.person_id, carer.family_id) for carer in joined[:50])
    assert all(addresses(town, carer.person_id) for carer in joined[:50])
    assert not any(addresses(town, carer.person_id) for carer in carers if not carer.joined_on)


def test_nip_are_eighteen_digits_of_the_right_form_and_nobody_shares_one(town: Session) -> None:
    numbers = [nip for nip in town.scalars(select(Person.nip)) if nip]
    form = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d)(19|20)\d{2}(0[1-9]|1[0-2]|21)[12]\d{3}")

    assert len(set(numbers)) == 480
    assert all(form.fullmatch(nip) for nip in numbers)
    assert any(nip[12:14] == "21" for nip in numbers), "some are PPPK"


def test_phone_numbers_are_invented_and_nobody_shares_one(town: Session) -> None:
    phones = [phone for phone in town.scalars(select(Person.phone)) if phone]

    assert len(phones) == len(set(phones)) == count(town, Person)
    assert all(re.fullmatch(r"\+62812555\d{5}", phone) for phone in phones)


def heights(session: Session) -> dict[str, dict[int, list[float]]]:
    """TB/U of every official measuring, oldest first, by the word on the list and the child."""
    scores: dict[str, dict[int, list[float]]] = {"stunting": {}, "berisiko": {}, "tidak stunting": {}}
    query = select(Child, Measurement).join(Measurement).order_by(Measurement.measured_on)
    for child, measured in session.execute(query.where(Measurement.kind == OFFICIAL, Measurement.repeats.is_(None))):
        found = growth(child.sex, child.born, measured)
        assert found.zlen is not None
        assert found.zwfl is None or abs(found.zwfl) < 4
        scores[child.listed].setdefault(child.id, []).append(found.zlen)
    return scores


def test_what_the_posyandu_measured_fits_the_class_on_the_list(town: Session) -> None:
    scores = heights(town)
    steady = {word: [z for zs in children.values() for z in zs] for word, children in scores.items()}
    changed = {word: {child for child, zs in of.items() if min(zs) < -2 <= max(zs)} for word, of in scores.items()}

    assert {word: len(children) for word, children in changed.items()} == {
        "stunting": 8, "berisiko": 3, "tidak stunting": 0,
    }  # fmt: skip
    assert all(zs[-1] >= -2 for child, zs in scores["stunting"].items() if child in changed["stunting"])
    assert all(zs[-1] < -2 for child, zs in scores["berisiko"].items() if child in changed["berisiko"])
    assert min(steady["stunting"]) > -4
    assert min(steady["tidak stunting"]) > -2
    assert all(-2.2 < z < -1 for z in steady["berisiko"])


def test_most_children_have_been_measured_for_months_and_mostly_officially(town: Session) -> None:
    often = Counter(town.scalars(select(Measurement.child_id)))
    oldest = town.scalar(select(func.min(Measurement.measured_on)))
    newest = town.scalar(select(func.max(Measurement.measured_on)))

    assert sum(4 <= times <= 10 for times in often.values()) > 650
    assert max(often.values()) <= 12
    assert oldest
    assert newest
    assert TODAY - timedelta(days=400) < oldest < newest < TODAY
    assert count(town, Measurement, Measurement.kind == OFFICIAL) > 0.8 * count(town, Measurement)


def test_some_visits_are_late_and_most_are_not(town: Session) -> None:
    late = due = 0
    for assignment in town.scalars(select(Assignment).join(Child).where(Child.state == "aktif")):
        past = visits.of_child(town, assignment.child_id or 0)
        day = due_on(assignment.starts, past[0].visited_on if past else None, None, 30)
        late += standing_of(day, TODAY).overdue
        due += 1

    assert 0.1 < late / due < 0.4


def test_pak_anwar_fosters_three_children_one_late_one_due_and_a_pregnant_mother(
    town: Session, cast: city.Cast
) -> None:
    mine = fosterings(town, TODAY, 30, [Scope("asn", cast.asn)])

    assert town.get_one(Person, cast.asn).name == "Anwar Lakebo"
    assert [(one.name, str(standing_of(one.due, TODAY))) for one in mine if one.born] == [
        ("Kayla", "terlambat 9 hari"),
        ("Alif", "hari ini"),
        ("Naura", "18 hari lagi"),
    ]
    assert [pregnancy_week(one.hpl, TODAY) for one in mine if one.hpl] == [28]


def test_bu_sari_has_a_child_of_seven_months_and_a_cadre_on_the_page(town: Session, cast: city.Cast) -> None:
    (carer,) = children.cared_for(town, cast.mother)
    (child,) = carer.family.children

    assert child.born
    assert age(child.born, TODAY).months == 7
    assert carer.joined_on == TODAY - timedelta(days=21)
    assert cast.cadre in [person.id for person in children.health_workers(town, carer.family)]


def test_one_mother_holds_a_code_and_has_not_joined(town: Session, cast: city.Cast) -> None:
    found = invitation(town, cast.code, MORNING, people.SECRET)

    assert found
    assert found.person_id == cast.invited
    assert not addresses(town, cast.invited)


def test_about_half_are_on_whatsapp_bu_sari_among_them_and_pak_anwar_is_on_both(town: Session, cast: city.Cast) -> None:
    found = Counter(town.scalars(select(Address.channel)))

    assert 0.8 < found["whatsapp"] / found["telegram"] < 1.25
    assert [one.channel for one in addresses(town, cast.mother)] == ["whatsapp"]
    assert [one.channel for one in addresses(town, cast.asn)] == ["telegram", "whatsapp"]
    assert all(
        one.address.startswith("ID.1006281255") for one in town.scalars(select(Address)) if one.channel == "whatsapp"
    )
    assert not any(town.scalars(select(Address.window_until)))


def test_anyone_can_be_opened_on_either_channel(town: Session, cast: city.Cast) -> None:
    cards = directory.read(town, cast, TODAY)
    (sari,) = cards.find("sari mondea")
    elsewhere = cards.card(sari.other)

    assert elsewhere
    assert (sari.channel, sari.joined) == ("whatsapp", True)
    assert (elsewhere.channel, elsewhere.joined, elsewhere.other) == ("telegram", False, sari.chat)
    assert elsewhere.owner.name == sari.name
    assert [card.channel for card in cards.find("anwar lakebo")] == ["telegram"], "the one he used last"


def test_anyone_can_be_found_by_name_role_and_kelurahan(town: Session, cast: city.Cast) -> None:
    cards = directory.read(town, cast, TODAY)

    assert [card.name for card in cards.find("anwar lakebo")] == ["Anwar Lakebo"]
    assert {card.role for card in cards.find("bidan mata")} == {"Bidan"}
    assert all("Purirano" in card.place for card in cards.find("kader purirano"))
    assert cards.find("kader purirano")
    assert cards.find("zzz") == []
    assert cards.find("")[0].name == "Anwar Lakebo"


def everything(session: Session) -> str:
    """All rows of all tables as one number."""
    found = hashlib.sha256()
    for table in metadata.sorted_tables:
        for row in session.execute(select(table).order_by(*table.primary_key)):
            found.update(repr(tuple(row)).encode())
    return found.hexdigest()


def grown_from(template: Path, file: Path, number: int) -> str:
    file.write_bytes(template.read_bytes())
    engine = connect(f"sqlite:///{file}")
    with sessions(engine)() as session:
        city.seed(session, MORNING, people.city(), number)
        found = everything(session)
    engine.dispose()
    return found


def test_the_same_seed_grows_the_same_city_and_another_seed_another(
    sqlite_template: Path, tmp_path: Path, demo_city: tuple[Path, dict[str, int]]
) -> None:
    engine = connect(f"sqlite:///{demo_city[0]}")
    with sessions(engine)() as session:
        first = everything(session)
    engine.dispose()
    again, other = (
        grown_from(sqlite_template, tmp_path / f"{number}.sqlite", number) for number in (city.SEED, city.SEED + 1)
    )
    assert first == again
    assert first != other
