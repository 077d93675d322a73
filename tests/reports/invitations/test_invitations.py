"""Codes for those who have not joined, and the cards they are printed on."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Carer, Child, Family
from db.codes import hashed
from db.people import Address, Invitation, Person, PersonRole, invitation
from db.places import HealthCentre, Office, Posyandu, villages
from reports.invitations.cards import page, write_cards
from reports.invitations.codes import ALPHABET, Issued, holders_of, issue, link, renew, write_csv
from reports.workbook.areas import seed_places
from tests.people import SECRET

NOW = datetime(2026, 3, 20, 1, 0, tzinfo=UTC)
NIP = "198503122010011001"

Make = Callable[..., Person]


@pytest.fixture
def person(session: Session) -> Make:
    """person("Anwar", ("asn",), ("coordinator", "", "kota", 0)): somebody with these roles."""

    def person(name: str, *roles: tuple[str | int, ...], **more: str | int) -> Person:
        made = Person(name=name, created_at=NOW, **more)
        session.add(made)
        session.flush()
        for role in roles:
            named = dict(zip(("role", "title", "scope", "scope_id"), role, strict=False))
            session.add(PersonRole(person_id=made.id, **named))
        session.flush()
        return made

    return person


@pytest.fixture
def city(session: Session, person: Make) -> Session:
    """Pak Anwar of Dinas Sosial, Bu Sari with Budi in Korumba, Bu Ani at her posyandu, Bu Nur over the whole city."""
    seed_places(session)
    [korumba] = villages(session, "Korumba")
    office, post = Office(name="Dinas Sosial"), Posyandu(name="Melati 1", village_id=korumba.id)
    session.add_all([office, post])
    session.flush()
    person("Anwar", ("asn",), nip=NIP, phone="+6281234567890", office_id=office.id)
    sari = person("Sari", ("family",))
    family = Family(code="KEL-1", mother_name="Sari", village_id=korumba.id, created_at=NOW)
    session.add(family)
    session.flush()
    session.add(Carer(person_id=sari.id, family_id=family.id))
    session.add(Child(code="ANAK-1", family_id=family.id, name="Budi", sex="L", born=date(2025, 3, 12), created_at=NOW))
    person("Ani", ("health", "kader", "posyandu", post.id), phone="+6281277770000")
    person("Nur", ("coordinator", "", "kota", 0))
    session.commit()
    return session


def join(session: Session, name: str, state: str = "ok") -> None:
    joined = session.scalars(select(Person).where(Person.name == name)).unique().one()
    session.add(
        Address(
            channel="telegram", address=name, person_id=joined.id, state=state, first_heard_at=NOW, last_heard_at=NOW
        )
    )
    session.flush()


def test_everybody_gets_a_code_under_the_key_and_group_they_are_known_by(city: Session) -> None:
    issued = issue(city, NOW, 30, SECRET)
    assert [(one.role, one.key, one.name, one.group, one.title) for one in issued] == [
        ("asn", NIP, "Anwar", "Dinas Sosial", ""),
        ("family", "KEL-1", "Sari", "Korumba (Mandonga)", ""),
        ("health", "+6281277770000", "Ani", "Posyandu Melati 1, Korumba (Mandonga)", "kader"),
        ("coordinator", "Nur", "Nur", "Seluruh kota", ""),
    ]


def test_a_code_opens_its_own_row_until_it_expires(city: Session) -> None:
    [anwar] = issue(city, NOW, 30, SECRET, "asn")
    row = invitation(city, anwar.code.lower().replace("-", " "), NOW + timedelta(days=29), SECRET)
    assert row
    assert (row.person_id, row.role, row.used_at) == (anwar.person_id, "asn", None)
    assert invitation(city, anwar.code, NOW + timedelta(days=30), SECRET) is None


def test_only_the_hash_of_a_code_is_kept(city: Session) -> None:
    [anwar] = issue(city, NOW, 30, SECRET, "asn")
    stored = city.scalars(select(Invitation)).one()
    assert stored.code_hash == hashed(anwar.code, SECRET)
    assert anwar.code.replace("-", "") not in str(vars(stored))


def test_codes_are_eight_unambiguous_characters_of_forty_bits(city: Session) -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert not set("IO01") & set(ALPHABET)
    for one in issue(city, NOW, 30, SECRET):
        assert re.fullmatch(f"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", one.code)


def test_no_code_is_made_twice_whatever_chance_says(city: Session, person: Make) -> None:
    for number in range(40):
        person(f"Ina {number}", ("asn",))
    first, second = (issue(city, NOW, 30, SECRET, "asn", Random(3).choice) for _ in range(2))
    few = Random(3)
    third = issue(city, NOW, 30, SECRET, "asn", lambda _: few.choice("AB"))
    assert len({one.code for one in [*first, *second, *third]}) == 123


def test_the_same_chance_gives_the_same_codes(city: Session) -> None:
    first = issue(city, NOW, 30, SECRET, chance=Random(3).choice)
    city.rollback()
    assert issue(city, NOW, 30, SECRET, chance=Random(3).choice) == first


def test_who_has_joined_gets_none_and_who_has_left_the_app_gets_another(city: Session) -> None:
    join(city, "Anwar")
    join(city, "Nur", "blocked")
    join(city, "Ani", "gone")
    assert {one.name for one in issue(city, NOW, 30, SECRET)} == {"Sari", "Ani"}


def test_a_second_run_makes_new_codes_and_the_old_ones_expire(city: Session) -> None:
    first, second = issue(city, NOW, 30, SECRET), issue(city, NOW + timedelta(days=1), 30, SECRET)
    later = NOW + timedelta(days=2)
    assert [one.name for one in first] == [one.name for one in second]
    assert not any(invitation(city, one.code, later, SECRET) for one in first)
    assert all(invitation(city, one.code, later, SECRET) for one in second)


def test_a_run_for_one_role_leaves_the_codes_of_the_others_alone(city: Session) -> None:
    first = issue(city, NOW, 30, SECRET)
    assert [one.name for one in issue(city, NOW + timedelta(days=1), 30, SECRET, "family")] == ["Sari"]
    alive = {one.name for one in first if invitation(city, one.code, NOW + timedelta(days=2), SECRET)}
    assert alive == {"Anwar", "Ani", "Nur"}


def test_a_person_with_two_roles_gets_one_code(city: Session, person: Make) -> None:
    person("Rahma", ("coordinator", "", "kota", 0), ("asn",), nip="199002142022212003")
    assert [one.role for one in issue(city, NOW, 30, SECRET) if one.name == "Rahma"] == ["asn"]
    assert "Rahma" in [one.name for one in issue(city, NOW, 30, SECRET, "coordinator")]


@pytest.mark.parametrize("state", ["meninggal", "lulus", "pindah", "lewat umur"])
def test_a_family_with_nobody_left_in_the_programme_is_not_invited(city: Session, state: str) -> None:
    city.scalars(select(Child)).one().state = state
    city.flush()
    assert issue(city, NOW, 30, SECRET, "family") == []


def test_an_asn_without_an_office_still_has_a_group_of_cards(city: Session, person: Make) -> None:
    ina = person("Ina", ("asn",))
    found = {one.name: (one.key, one.group) for one in issue(city, NOW, 30, SECRET, "asn")}
    assert found["Ina"] == (f"OTA-{ina.id:05}", "Belum ada tempat")


def test_a_midwife_is_handed_her_card_at_her_puskesmas(city: Session, person: Make) -> None:
    centre = HealthCentre(name="Labibia")
    city.add(centre)
    city.flush()
    person("Tuti", ("health", "bidan", "puskesmas", centre.id))
    assert "Puskesmas Labibia" in {one.group for one in issue(city, NOW, 30, SECRET, "health")}


@pytest.mark.parametrize(
    ("key", "names"),
    [(NIP, ["Anwar"]), ("0812 3456 7890", ["Anwar"]), ("KEL-1", ["Sari"]), ("KEL-9", []), ("Sari", []), ("", [])],
)
def test_who_lost_their_phone_is_found_by_what_the_workbook_calls_them(
    city: Session, key: str, names: list[str]
) -> None:
    assert [one.name for one in holders_of(city, key)] == names


def test_who_has_joined_already_gets_a_code_for_another_phone(city: Session) -> None:
    [anwar] = holders_of(city, NIP)
    city.add(Address(channel="telegram", address="1", person_id=anwar.id, first_heard_at=NOW, last_heard_at=NOW))
    first = renew(city, anwar, NOW, valid_days=7, key=SECRET)
    code = renew(city, anwar, NOW, valid_days=7, key=SECRET)
    found = invitation(city, code, NOW, SECRET)
    assert found
    assert (found.person_id, found.role, found.expires_at) == (anwar.id, "asn", NOW + timedelta(days=7))
    assert invitation(city, first, NOW, SECRET) is None


def test_a_renewed_code_was_never_used_before(city: Session) -> None:
    [anwar] = holders_of(city, NIP)
    first = renew(city, anwar, NOW, 7, SECRET, Random(1).choice)
    assert renew(city, anwar, NOW, 7, SECRET, Random(1).choice) != first


def test_the_link_opens_the_bot_with_the_code() -> None:
    assert link("AsuhBot", "KDR7-MX4Q") == link("@AsuhBot", "KDR7-MX4Q") == "https://t.me/AsuhBot?start=KDR7MX4Q"
    assert link("+628114000123", "KDR7-MX4Q") == "https://wa.me/628114000123?text=mulai%20KDR7MX4Q"


def test_the_list_has_one_line_a_code(city: Session, tmp_path: Path) -> None:
    issued = issue(city, NOW, 30, SECRET)
    write_csv(tmp_path / "undangan.csv", issued, "AsuhBot")
    with (tmp_path / "undangan.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert lines[0] == {
        "role": "asn", "key": NIP, "name": "Anwar", "code": issued[0].code, "link": link("AsuhBot", issued[0].code),
    }  # fmt: skip
    assert len(lines) == 4


def cards(count: int, group: str = "Dinas Sosial", role: str = "asn", title: str = "") -> list[Issued]:
    return [Issued(role, str(n), f"Ina {n}", f"KDR7-MX{n:02}", n, group, title) for n in range(count)]


def test_a_sheet_holds_eight_cards_of_one_group() -> None:
    html = page([*cards(9), *cards(1, "Dinas Kesehatan")], "AsuhBot", "Kota Kendari")
    headings = re.findall(r"<section><h2>(.*?)</h2>", html)
    assert headings == ["Dinas Kesehatan", "Dinas Sosial", "Dinas Sosial"]
    assert [sheet.count('class="card"') for sheet in html.split("<section>")[1:]] == [1, 8, 1]


def test_a_card_says_who_it_is_for_and_how_to_use_it() -> None:
    html = page(cards(1, "Posyandu Melati 1", "health", "bidan"), "AsuhBot", "Kota Kendari")
    for words in ("Ina 0", "Bidan", "KDR7-MX00", "@AsuhBot", "Arahkan kamera HP"):
        assert words in html
    assert html.count("<svg") == 1


def test_the_page_of_cards_loads_nothing_and_escapes_names(tmp_path: Path) -> None:
    rows = [Issued("family", "KEL-1", "<b>Sari</b>", "KDR7-MX4Q", 1, "Korumba & sekitarnya")]
    write_cards(tmp_path / "kartu.html", rows, "AsuhBot", "Kota Kendari")
    html = (tmp_path / "kartu.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;Sari&lt;/b&gt;" in html
    assert "Korumba &amp; sekitarnya" in html
    assert not re.search(r"(src|href)=|url\(|<script", html)
