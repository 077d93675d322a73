"""Roles on the command line: named people give and end them, and each act stands in the audit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.audit import Audit
from db.engine import connect, sessions
from db.people import Address, Person, PersonRole
from db.roles import Role, ScopeKind, Title
from programme import roles
from programme.contacts import called
from programme.roles import Actor, Post, RoleError
from tests import people
from tests.audited import lines
from tests.bot.cli.conftest import Run
from tests.chat import chat_with
from tests.people import NOW

RATNA, DEWI = "081255500041", "081255500042"
ADMIN = Post(Role.ADMIN)


def audit() -> list[tuple[int | str | None, str, str]]:
    with sessions(connect("sqlite:///asuh.sqlite"))() as session:
        return [(line.by, line.action, line.detail) for line in lines(session) if line.action.startswith("role.")]


@pytest.mark.usefixtures("migrated")
def test_the_first_admin_is_made_by_who_sets_up_and_the_next_by_that_admin(run: Run) -> None:
    status, said = run("role", "give", RATNA, "admin", "--name", "Ratna Dewi", "--by", "Rudi, Dinas Kominfo")
    assert (status, "Tercatat: Ratna Dewi, admin, oleh Rudi, Dinas Kominfo." in said) == (0, True)
    status, said = run("role", "give", DEWI, "admin", "--name", "Dewi Lestari", "--by", "Rudi, Dinas Kominfo")
    assert (status, "bukan admin" in said) == (1, True)
    assert run("role", "give", DEWI, "admin", "--name", "Dewi Lestari", "--by", RATNA)[0] == 0
    assert audit() == [
        ("Rudi, Dinas Kominfo", "role.give", "admin"),
        (1, "role.give", "admin"),
    ]
    assert "Ratna Dewi" in run("role", "list")[1]


@pytest.mark.usefixtures("migrated")
def test_the_last_admin_cannot_be_ended(run: Run) -> None:
    run("role", "give", RATNA, "admin", "--name", "Ratna Dewi", "--by", "Rudi Hartono")
    status, said = run("role", "end", RATNA, "admin", "--by", RATNA)
    assert (status, "admin terakhir" in said) == (1, True)
    run("role", "give", DEWI, "admin", "--name", "Dewi Lestari", "--by", RATNA)
    assert run("role", "end", RATNA, "admin", "--by", DEWI)[0] == 0
    assert audit()[-1] == (2, "role.end", "admin")
    assert run("role", "end", DEWI, "admin", "--by", DEWI)[0] == 1


@pytest.mark.usefixtures("migrated")
def test_who_is_given_a_role_may_be_told_to_be_a_man_or_a_woman(run: Run) -> None:
    run("role", "give", RATNA, "admin", "--name", "Ratna Dewi", "--jk", "P", "--by", "Rudi, Dinas Kominfo")
    run("role", "give", RATNA, "coordinator", "--scope", "kota", "--by", RATNA)
    with sessions(connect("sqlite:///asuh.sqlite"))() as session:
        assert called(session.scalars(select(Person)).one()) == "Bu Ratna", "what was told once stays"
    status, _ = run("role", "give", DEWI, "admin", "--name", "Dewi Lestari", "--jk", "x", "--by", RATNA)
    assert status != 0


@pytest.mark.usefixtures("migrated")
def test_nobody_acts_without_a_name(run: Run) -> None:
    assert run("role", "give", RATNA, "admin", "--name", "Ratna Dewi")[0] != 0
    assert run("role", "give", RATNA, "admin", "--name", "Ratna Dewi", "--by", "1")[0] == 1
    assert audit() == []


@pytest.mark.usefixtures("migrated")
def test_a_coordinator_of_a_kelurahan_and_a_midwife_get_their_place(run: Run) -> None:
    by = ("--by", "Rudi Hartono")
    place = ("--scope", "kelurahan", "--place", "Mandonga")
    assert run("role", "give", RATNA, "coordinator", "--name", "Ratna Dewi", *place, *by)[0] == 0
    status, said = run("role", "give", DEWI, "health", "--name", "Dewi Lestari", *place, *by)
    assert (status, "memerlukan --title" in said) == (1, True)
    assert run("role", "give", DEWI, "health", "--name", "Dewi Lestari", "--title", "bidan", *place, *by)[0] == 0
    status, said = run("role", "give", DEWI, "coordinator", "--scope", "kelurahan", "--place", "Entah", *by)
    assert (status, "tidak ditemukan" in said) == (1, True)
    said = run("role", "list")[1]
    assert "kelurahan Mandonga (Mandonga)" in said
    assert "Belum ada admin" in said


@pytest.mark.usefixtures("migrated")
def test_who_is_not_registered_needs_a_name(run: Run) -> None:
    status, said = run("role", "give", RATNA, "admin", "--by", "Rudi Hartono")
    assert (status, "Tidak ada orang" in said) == (1, True)


# --- what it does ------------------------------------------------------------------------------


def test_a_role_that_is_held_is_not_given_twice(session: Session) -> None:
    ratna = people.person(session, "Ratna", "admin")
    assert not roles.give(session, ratna, ADMIN, Actor("Rudi", None), NOW)
    assert not session.scalars(select(Audit)).all()


def test_another_title_at_the_same_place_takes_the_place_of_the_first(session: Session) -> None:
    nurse = people.person(session, "Dewi", "health", title="kader", scope="kelurahan", scope_id=1)
    post = Post(Role.HEALTH, Title.MIDWIFE, ScopeKind.VILLAGE, 1, "Mandonga")
    assert roles.give(session, nurse, post, Actor("Rudi", None), NOW)
    assert session.scalars(select(PersonRole.title)).all() == [Title.MIDWIFE]


def test_who_holds_no_role_any_more_is_a_stranger_and_stays_in_the_register(session: Session) -> None:
    ratna = people.coordinator(session)
    session.commit()
    chat = chat_with(session, ratna)
    assert "Ringkasan" in chat.say("ringkasan") or "ringkasan" in chat.say("menu").casefold()
    post = Post(Role.COORDINATOR, Title.NONE, ScopeKind.CITY)
    assert roles.end(session, ratna, post, Actor("Rudi", None), NOW)
    session.commit()
    chat.now += timedelta(minutes=5)
    assert "Asuh menemani" in chat.say("menu")
    assert session.scalars(select(Address.person_id)).all() == [None, None]
    assert session.scalars(select(Person)).one().id == ratna.id


@pytest.mark.parametrize(
    ("role", "title", "kind"),
    [
        (Role.COORDINATOR, Title.NONE, ScopeKind.NONE),
        (Role.HEALTH, Title.MIDWIFE, ScopeKind.CITY),
        (Role.HEALTH, Title.MIDWIFE, ScopeKind.OFFICE),
        (Role.ADMIN, Title.NONE, ScopeKind.CITY),
    ],
)
def test_a_role_holds_only_at_places_of_its_kind(session: Session, role: Role, title: Title, kind: ScopeKind) -> None:
    with pytest.raises(RoleError, match=f"Lingkup peran {role}"):
        roles.post(session, role, title, kind, "x")


def test_families_are_not_made_here(session: Session) -> None:
    with pytest.raises(RoleError, match="buku kerja"):
        roles.post(session, Role.FAMILY, Title.NONE, None, "")
