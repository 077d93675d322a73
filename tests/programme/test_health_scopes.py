"""Who coordinates a puskesmas or a posyandu sees to its families, wherever they live, and to no others."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Child, Family
from db.people import Person
from db.roles import Role, ScopeKind
from programme import disclosure, leading, policy, reminding
from programme.disclosure import Shown
from programme.policy import Asking
from programme.scopes import Scope
from reports.digest import area_words, areas
from reports.digest.digest import of_scopes
from tests import people
from tests.chat import chat_with
from tests.people import NOW, TODAY


def late(session: Session, name: str, where: str, centre: str, post: str) -> Child:
    """A child in this kelurahan whose visit is late, of this puskesmas and posyandu."""
    village = people.village(session, where)
    home: Family = people.family(session, f"Ibu {name}", village)
    home.health_centre_id = people.health_centre(session, centre).id
    home.posyandu_id = people.posyandu(session, post, village).id
    child = people.child(session, home, name)
    people.fosters(session, people.asn(session, f"Anwar {name}"), child, TODAY - timedelta(days=40))
    return child


def test_who_is_given_a_puskesmas_or_a_posyandu_coordinates_its_families_and_no_others(session: Session):
    labibia, mata = people.health_centre(session, "Puskesmas Labibia"), people.health_centre(session, "Puskesmas Mata")
    rafa = late(session, "Rafa", "Mandonga", "Puskesmas Labibia", "Melati 1")
    nisa = late(session, "Nisa", "Tipulu", "Puskesmas Labibia", "Mawar")
    bayu = late(session, "Bayu", "Mandonga", "Puskesmas Mata", "Kenanga")  # the same kelurahan as Rafa
    people.referral(session, rafa, NOW, "Demam")
    murni, other = people.health(session), people.health(session, "Wati", scope_id=mata.id)
    admin = chat_with(session, people.person(session, "Joko", "admin", reachable=False))
    siska, kader = people.asn(session, "Siska Dewi", people.WOMAN), people.asn(session, "Rudi")
    for who, post in ((siska, "puskesmas labibia"), (kader, "posyandu melati 1")):
        admin.say(f"orang {who.name}")
        assert "koordinator puskesmas Labibia" in admin.tap("Beri peran")
        assert "Perannya sudah diberikan" in admin.say(f"koordinator {post}")
    session.commit()
    assert {(one.scope, one.scope_id) for one in siska.roles if one.role == Role.COORDINATOR} == {
        (ScopeKind.HEALTH_CENTRE, labibia.id)
    }

    def digest(who: Person) -> tuple[list[str], int, tuple[str, ...]]:
        found = of_scopes(session, disclosure.of_places([_scope(who)]), NOW, people.city())
        assert found.of_places
        return sorted(one.name for one in found.visits.late), len(found.referrals.open), found.areas

    assert digest(siska) == (
        ["Nisa", "Rafa"], 1,
        (
            "🗺️ *Perlu dibantu dulu*",
            "1. Posyandu Melati 1, Kel. Mandonga: 1 bahaya, terlambat 1 dari 1",
            "2. Posyandu Mawar, Kel. Tipulu: terlambat 1 dari 1",
        ),
    )  # fmt: skip
    assert digest(kader) == (["Rafa"], 1, ())
    of_centre = areas.in_scope(session, [_scope(siska)], ScopeKind.VILLAGE, NOW, people.city())
    assert [area_words.line(one).split(":")[0] for one in of_centre] == [
        "Kel. Mandonga (Mandonga)", "Kel. Tipulu (Mandonga)",
    ]  # fmt: skip

    def may(who: Person, act: str, about: object) -> bool:
        return policy.may(Asking(session, who, NOW), act, about)

    for who, child, allowed in (
        (siska, rafa, True), (siska, nisa, True), (siska, bayu, False), (kader, rafa, True), (kader, nisa, False),
    ):  # fmt: skip
        held = session.scalars(select(people.Assignment).where(people.Assignment.child_id == child.id)).one()
        assert may(who, "card.open", child) is allowed, (who.name, child.name)
        assert may(who, "asn.remind", held.asn) is allowed
        assert may(who, "assignment.end", held) is allowed
        assert may(who, "line.aside", child) is allowed
        assert may(who, "unassigned.view", child) is allowed
        assert bool(reminding.overdue(session, people.city(), who, TODAY, held.asn_id)) is allowed
        shown = disclosure.over_family([_scope(who)], child.family)
        assert (Shown.NAME in shown, Shown.SIGN in shown, Shown.MEASURED in shown) == (allowed, False, False)
    referral = people.referral(session, rafa, NOW, "Batuk", urgency="3-7 hari")
    for who, allowed in ((siska, True), (kader, True), (people.asn(session, "Tono"), False)):
        assert may(who, "referral.push", referral) is allowed
    screen = chat_with(session, siska).tap_token(f"late:one:{_asn_of(session, rafa).id}")
    assert f"Rafa ({rafa.code})" in screen
    assert may(siska, "place.change", labibia)
    assert not may(siska, "place.change", mata)
    led = session.scalars(select(Person.id).where(leading.led(siska, TODAY))).all()
    assert murni.id in led
    assert other.id not in led


def _asn_of(session: Session, child: Child) -> Person:
    return session.scalars(select(people.Assignment).where(people.Assignment.child_id == child.id)).one().asn


def _scope(who: Person) -> Scope:
    return next(Scope(one.scope, one.scope_id) for one in who.roles if one.role == Role.COORDINATOR)


def test_where_a_family_is_cared_for_counts_only_where_it_is_given():
    """A caller that does not know the puskesmas of a row shows its coordinator nothing."""
    for kind in (ScopeKind.HEALTH_CENTRE, ScopeKind.POSYANDU):
        assert disclosure.over([Scope(kind, 7)], 7, 7) == Shown.NOTHING
    assert disclosure.over([Scope(ScopeKind.HEALTH_CENTRE, 7)], 1, 1, 7, 8) == disclosure.BY_SCOPE[ScopeKind.VILLAGE]
    assert disclosure.over([Scope(ScopeKind.POSYANDU, 7)], 1, 1, 7, 8) == Shown.NOTHING
