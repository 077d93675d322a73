"""States, kinds and roles are enums in the code and plain words in the database."""

from __future__ import annotations

import json

import pytest
from jinja2.sandbox import SandboxedEnvironment
from sqlalchemy import column, func, insert, select, table, text, update
from sqlalchemy.orm import Session

from db import outbox
from db.children import Child
from db.measurements import OFFICIAL, REPORTED, Measurement
from db.outbox import SENT, Kind, Outgoing, OutgoingState
from db.people import Address, AddressState
from db.referrals import Referral, ReferralState, StepKind, note, steps
from db.roles import Role, ScopeKind, Title
from db.states import LOSSES, CareState
from tests import people
from tests.people import NOW


def stored(session: Session, name: str, of: str) -> set[str]:
    session.flush()
    return set(session.scalars(select(column(name)).select_from(table(of))))


def fresh(session: Session) -> None:
    session.flush()
    session.expire_all()


def test_an_enum_member_is_stored_as_its_value_and_read_back_as_the_member(session: Session) -> None:
    rafa = people.child(session, people.family(session))
    rafa.state = CareState.AGED_OUT
    rahma = people.person(session, "Rahma", Role.HEALTH, title=Title.MIDWIFE, scope=ScopeKind.HEALTH_CENTRE, scope_id=3)
    [held] = rahma.roles
    fresh(session)
    assert stored(session, "state", "child") == {"lewat umur"}
    assert session.execute(text("SELECT role, title, scope FROM person_role")).all() == [
        ("health", "bidan", "puskesmas")
    ]
    assert rafa.state is CareState.AGED_OUT
    assert (held.role, held.title, held.scope) == (Role.HEALTH, Title.MIDWIFE, ScopeKind.HEALTH_CENTRE)
    assert type(held.title) is Title
    assert rahma.has(Role.HEALTH)
    assert not rahma.has(Role.COORDINATOR)


def test_a_role_without_title_and_place_reads_back_as_none_of_both(session: Session) -> None:
    anwar = people.person(session, "Anwar", Role.ASN)
    session.flush()
    session.execute(text("UPDATE person_role SET title = '', scope = ''"))
    fresh(session)
    assert [(one.role, one.title, one.scope) for one in anwar.roles] == [(Role.ASN, Title.NONE, ScopeKind.NONE)]


def test_words_of_an_older_release_are_found_by_members_and_members_by_words(session: Session) -> None:
    family = people.family(session)
    rafa, rafi = people.child(session, family), people.child(session, family, "Rafi")
    session.flush()
    session.execute(text("UPDATE child SET state = 'meninggal' WHERE id = :id"), {"id": rafi.id})
    session.expire_all()
    assert session.scalars(select(Child.id).where(Child.state == CareState.ACTIVE)).all() == [rafa.id]
    assert session.scalars(select(Child.id).where(Child.state == "meninggal")).all() == [rafi.id]
    assert session.scalars(select(Child.id).where(Child.state.in_(LOSSES))).all() == [rafi.id]
    assert session.scalar(select(Child.state).where(Child.id == rafi.id)) is CareState.DIED


def test_a_word_that_is_no_member_is_not_read(session: Session) -> None:
    people.child(session, people.family(session))
    session.flush()
    session.execute(text("UPDATE child SET state = 'entah'"))
    session.expire_all()
    with pytest.raises(LookupError, match="entah"):
        session.scalars(select(Child)).all()


def test_members_bind_in_bulk_inserts_updates_and_queries_without_a_column(session: Session) -> None:
    rafa = people.child(session, people.family(session))
    session.flush()
    row = {"child_id": rafa.id, "measured_on": NOW.date(), "recorded_at": NOW, "oedema": False, "doubtful": False}
    session.execute(insert(Measurement), [{**row, "kind": OFFICIAL}, {**row, "kind": REPORTED}])
    assert stored(session, "kind", "measurement") == {"resmi", "laporan"}
    session.execute(update(Measurement).values(kind=OFFICIAL))
    assert stored(session, "kind", "measurement") == {"resmi"}
    bound = session.execute(text("SELECT count(*) FROM measurement WHERE kind = :kind"), {"kind": OFFICIAL})
    assert bound.scalar() == 2
    assert session.scalar(select(func.count()).where(Measurement.kind == OFFICIAL)) == 2


def test_a_message_goes_through_its_states(session: Session) -> None:
    rows = [outbox.row(Kind.REPLY, f"reply:t:{n}:0", "telegram", "t-1", {"text": "Halo"}, NOW) for n in (1, 2)]
    outbox.promise(session, rows)
    first, second = session.scalars(select(Outgoing).order_by(Outgoing.id)).all()
    outbox.settle(first, SENT, "", NOW)
    session.flush()
    assert outbox.cancel(session, "terlambat", NOW) == 1
    fresh(session)
    assert (first.state, second.state) == (OutgoingState.SENT, OutgoingState.SKIPPED)
    assert stored(session, "state", "outgoing") == {"sent", "skipped"}


def test_a_referral_and_its_steps_keep_their_words(session: Session) -> None:
    referral = people.referral(session, people.child(session, people.family(session)), NOW, "Kejang")
    referral.state = ReferralState.BACK_REFERRED
    note(session, referral, StepKind.NOT_MET, NOW, None)
    fresh(session)
    assert stored(session, "state", "referral") == {"back_referred"}
    assert stored(session, "step", "referral_step") == {"not_met"}
    assert session.scalars(select(Referral)).one().state is ReferralState.BACK_REFERRED
    assert [one.step for one in steps(session, referral.id, StepKind.NOT_MET)] == [StepKind.NOT_MET]


def test_an_address_that_nobody_marked_is_ok(session: Session) -> None:
    sari = people.person(session, "Sari", Role.FAMILY, reachable=False)
    session.flush()
    session.add(Address(channel="t", address="1", person_id=sari.id, first_heard_at=NOW, last_heard_at=NOW))
    fresh(session)
    assert session.scalars(select(Address.state).where(Address.address == "1")).all() == [AddressState.OK]


def test_json_and_texts_have_the_word() -> None:
    assert json.dumps({"state": CareState.STILLBORN}) == '{"state": "lahir mati"}'
    assert f"{Role.ASN} {Title.NUTRITIONIST} {ScopeKind.CITY}" == "asn tpg kota"
    template = SandboxedEnvironment().from_string("{{ state }}, {% if state == 'pindah' %}pindah{% endif %}")
    assert template.render(state=CareState.MOVED) == "pindah, pindah"
