"""Migrations on a database that is in use: nothing that waits, stands or was counted gets lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from db import migrate, outbox
from db.children import Carer, Family
from db.consent import Consent
from db.engine import connect
from db.ladder import LadderStep
from db.outbox import Outgoing
from db.people import Address, Claim, ClaimState, addresses, invitation
from db.subjects import MESSAGE_KINDS, Subject, SubjectKind
from db.visits import Visit
from programme import settings
from scheduler import ladder
from scheduler.looks import finish
from tests import people
from tests.conftest import new_database

NOW = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
CHILD, PREGNANCY, WEDDING, REFERRAL = MESSAGE_KINDS


@pytest.fixture
def old(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database as it was before messages knew whom they are about."""
    if backend == "sqlite":
        engine = connect(f"sqlite:///{tmp_path / 'old.sqlite'}")
        migrate.upgrade(engine, "0007")
        yield engine
        engine.dispose()
        return
    with new_database(request.getfixturevalue("postgres_server")) as url:
        engine = connect(url)
        migrate.upgrade(engine, "0007")
        yield engine
        engine.dispose()


def insert(engine: Engine, table: str, **values: Any) -> None:
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)  # noqa: S608


def town(engine: Engine) -> None:
    """Bu Sari (1) with the twins Rafa (31) and Rafi (32), and her pregnancy (7), which ended in their birth."""
    insert(engine, "district", id=1, name="Mandonga")
    insert(engine, "village", id=1, name="Mandonga", district_id=1)
    for id, name in ((1, "Sari"), (2, "Anwar")):
        insert(engine, "person", id=id, name=name, language="id", created_at=NOW)
    insert(engine, "family", id=5, code="A", mother_name="Sari", village_id=1, joined_by="register", created_at=NOW)
    insert(
        engine, "pregnancy", id=7, family_id=5, mother_name="Sari", due=date(2026, 1, 1), sure=True, state="lahir",
        created_at=NOW,
    )  # fmt: skip
    for id in (31, 32):
        insert(
            engine, "child", id=id, code=f"A-{id}", family_id=5, name="Rafa", sex="L", born=date(2025, 12, 30),
            pregnancy_id=7, listed="tidak stunting", state="aktif", created_at=NOW,
        )  # fmt: skip
    insert(engine, "wedding", id=3, family_id=5, day=date(2024, 1, 1), red=False, state="hamil", created_at=NOW)
    insert(engine, "carer", id=1, family_id=5, person_id=1, relation="ibu", joined_on=date(2026, 1, 1),
           monthly_chart=True, stop_reason="", stopped_after="")  # fmt: skip
    insert(engine, "referral", id=9, child_id=31, signs=json.dumps(["Kejang"]), urgency="hari ini", state="sent",
           opened_at=NOW, result="")  # fmt: skip


def said(engine: Engine, key: str, state: str = "planned", reason: str = "", person: int = 1, **more: Any) -> None:
    insert(
        engine, "outgoing", key=key, kind=key.split(":")[0], channel="telegram", address="t-1", person_id=person,
        lane=2, message=json.dumps({"text": "x", "options": more.get("options", [])}), due_at=NOW,
        state=state, reason=reason, attempts=0, provider_id="", created_at=more.get("at", NOW), forgotten=False,
        template="", category="",
    )  # fmt: skip


KEYS = {
    "lesson:1:bayi-7-bulan-telur:31": [(CHILD, 31), (CHILD, 32)],
    "lesson:1:hamil-28:7": [(PREGNANCY, 7)],
    "lesson:1:catin-nikah-1:3": [(WEDDING, 3)],
    "lesson:1:diare:c31@2026-03-04": [(CHILD, 31)],
    "lesson:2:kartu-peran:tugas": [],
    "lesson:2:kartu-dirujuk:@2026-03-04": [],
    "chart:1:31:2026-03": [(CHILD, 31)],
    "birth:1:7:2026-03-04": [(PREGNANCY, 7)],
    "born:pregnancy:7:2:202603040900": [(CHILD, 31), (CHILD, 32), (PREGNANCY, 7)],
    "ending:child:31:2:meninggal": [(CHILD, 31)],
    "ending:child:31:2:lulus": [(CHILD, 31)],
    "alert:9:2": [(CHILD, 31), (REFERRAL, 9)],
    "referral:9:2:head": [(CHILD, 31), (REFERRAL, 9)],
    "referral:9:1:asked": [(CHILD, 31), (REFERRAL, 9)],
    "referral:9:2:accepted": [(CHILD, 31), (REFERRAL, 9)],
    "digest:2:2026-03-04": [],
    "reply:telegram:881:0": [],
}


def rows(engine: Engine) -> dict[str, Outgoing]:
    with Session(engine, expire_on_commit=False) as session:
        return {row.key: row for row in session.scalars(select(Outgoing))}


def about(engine: Engine, key: str) -> list[tuple[SubjectKind, int]]:
    with Session(engine) as session:
        id = session.scalars(select(Outgoing.id).where(Outgoing.key == key)).one()
        return sorted(tuple(one) for one in outbox.subjects(session, [id]).get(id, ()))


def test_old_rows_learn_whom_they_are_about(old: Engine):
    town(old)
    for key in KEYS:
        said(old, key)
    migrate.upgrade(old)
    assert {key: about(old, key) for key in KEYS} == {key: sorted(named) for key, named in KEYS.items()}


def test_old_rows_learn_their_lesson_and_what_it_is_counted_from(old: Engine):
    town(old)
    for key in KEYS:
        said(old, key, "sent")
    migrate.upgrade(old)
    found = rows(old)
    lesson = found["lesson:1:bayi-7-bulan-telur:31"]
    assert (lesson.lesson, lesson.origin, lesson.called_on, lesson.family_id) == (
        "bayi-7-bulan-telur", Subject(CHILD, 31), None, 5,
    )  # fmt: skip
    called = found["lesson:1:diare:c31@2026-03-04"]
    assert (called.lesson, called.origin, called.called_on) == ("diare", Subject(CHILD, 31), date(2026, 3, 4))
    card = found["lesson:2:kartu-dirujuk:@2026-03-04"]
    assert (card.lesson, card.origin, card.called_on, card.family_id) == ("kartu-dirujuk", None, date(2026, 3, 4), None)
    assert found["lesson:1:catin-nikah-1:3"].origin == Subject(WEDDING, 3)
    assert found["digest:2:2026-03-04"].lesson == ""


def test_old_rows_learn_what_they_are(old: Engine):
    town(old)
    for key in KEYS:
        said(old, key)
    migrate.upgrade(old)
    kinds = {key: row.kind for key, row in rows(old).items()}
    assert kinds["ending:child:31:2:meninggal"] == "loss"
    assert kinds["ending:child:31:2:lulus"] == "ending"
    assert kinds["referral:9:2:head"] == "climb"
    assert kinds["referral:9:1:asked"] == "asked"
    assert kinds["referral:9:2:accepted"] == "referral"


def test_a_copy_by_another_channel_knows_the_row_it_says_again(old: Engine):
    town(old)
    said(old, "lesson:1:hamil-28:7", "failed", "ditolak")
    said(old, "again:whatsapp:lesson:1:hamil-28:7")
    migrate.upgrade(old)
    found = rows(old)
    copy = found["again:whatsapp:lesson:1:hamil-28:7"]
    assert (copy.kind, copy.lesson, copy.resend_of) == ("lesson", "hamil-28", found["lesson:1:hamil-28:7"].id)
    assert about(old, copy.key) == [(PREGNANCY, 7)]


def test_what_one_message_says_of_several_points_to_it(old: Engine):
    town(old)
    options = [["report:child:31", "Rafa", ""], ["report:child:32", "Rafi", ""]]
    said(old, "reminder:2:child:31:2026-03-04:0", person=2, options=options)
    together = "disebut dalam pengingat yang sama"
    said(old, "reminder:2:child:32:2026-03-04:0", "skipped", together, person=2)
    said(old, "reminder:2:child:32:2026-02-04:0", "skipped", together, person=2, at=NOW - timedelta(days=28))
    migrate.upgrade(old)
    found = rows(old)
    first = found["reminder:2:child:31:2026-03-04:0"]
    assert about(old, first.key) == [(CHILD, 31), (CHILD, 32)]
    assert found["reminder:2:child:32:2026-03-04:0"].said_in == first.id
    assert found["reminder:2:child:32:2026-02-04:0"].said_in is None


def test_thousands_of_rows_and_odd_keys_survive_it(old: Engine):
    town(old)
    odd = ["", "x", "lesson:1", "lesson:1:a:b", "again:", "birth:1:x:y", "referral:99:1:asked", "lesson:9:bayi-1:99"]
    with old.begin() as connection:
        values = [
            {
                "key": key, "kind": key.split(":")[0][:24], "channel": "telegram", "address": "t", "lane": 2,
                "message": "{}", "due_at": NOW, "state": "planned", "reason": "", "attempts": 0, "provider_id": "",
                "created_at": NOW, "forgotten": False, "template": "", "category": "",
            }
            for key in [*odd, *(f"lesson:1:hamil-28:{n}" for n in range(5_000))]
        ]  # fmt: skip
        names = ", ".join(values[0])
        marks = ", ".join(f":{name}" for name in values[0])
        connection.execute(text(f"INSERT INTO outgoing ({names}) VALUES ({marks})"), values)  # noqa: S608
    migrate.upgrade(old)
    assert len(rows(old)) == 5_008
    assert migrate.differences(old) == []


def test_codes_that_were_handed_out_before_stay_valid_and_who_writes_keeps_their_address(old: Engine):
    town(old)
    migrate.upgrade(old, "0014")
    handed_out = sha256(b"KDR7MX4Q").hexdigest()
    insert(old, "invitation", id=4, code_hash=handed_out, person_id=1, role="family", created_at=NOW,
           expires_at=NOW + timedelta(days=9), used_by="")  # fmt: skip
    for id, person in ((6, 2), (7, None)):
        insert(old, "address", id=id, channel="telegram", address=f"t-{id}", person_id=person, state="ok", awaiting="",
               first_heard_at=NOW, last_heard_at=NOW, failed_days=0)  # fmt: skip
    migrate.upgrade(old)
    with Session(old) as session:
        key = bytes(32)
        found = invitation(session, "kdr7-mx4q", NOW + timedelta(days=8), key)
        assert found
        assert (found.id, found.keyed) == (4, False)
        assert invitation(session, "kdr7-mx4q", NOW + timedelta(days=9), key) is None
        claims = session.execute(select(Claim.address_id, Claim.person_id, Claim.state)).all()
        assert claims == [(6, 2, ClaimState.CONFIRMED)]
        assert session.scalars(select(Address.lessons_only)).all() == [False, False]
        assert [one.id for one in addresses(session, 2)] == [6]


def test_visits_filed_before_know_which_of_their_answers_are_personal(old: Engine):
    town(old)
    insert(
        old, "visit", id=3, form="child_visit", asn_id=2, child_id=31, visited_on=NOW.date(), met=True, channel="x",
        answers='{"notes": "rumah Bu Sari"}', facts="{}", submitted_at=NOW,
    )  # fmt: skip
    migrate.upgrade(old)
    with Session(old) as session:
        visit = session.scalars(select(Visit)).one()
        assert (visit.answers, visit.personal) == (
            {"notes": "rumah Bu Sari"}, ["notes", "photo", "place", "aid_amount"],
        )  # fmt: skip


def test_what_an_old_berhenti_withdrew_stays_withdrawn_and_what_stood_stands(old: Engine):
    town(old)
    migrate.upgrade(old, "0014")
    agreed: dict[str, Any] = {"family_id": 5, "text_version": "2026-11", "channel": "telegram", "given_at": NOW}
    insert(old, "consent", id=1, person_id=1, relation="ibu", withdrawn_at=NOW, **agreed)
    insert(old, "consent", id=2, person_id=2, relation="ayah", **agreed)
    migrate.upgrade(old)
    with Session(old) as session:
        ended, standing = session.scalars(select(Consent).order_by(Consent.id))
        assert (ended.withdrawn_at, ended.text_id) == (NOW, None)
        assert (standing.withdrawn_at, standing.text_version) == (None, "2026-11")
        carer, family = session.scalars(select(Carer)).one(), session.get_one(Family, 5)
        assert (carer.closed_at, carer.asked_text_id, family.one_reader) == (None, None, False)


def test_a_reminder_of_before_is_a_step_of_the_ladder_and_does_not_come_again(old: Engine):
    town(old)
    said(old, "reminder:2:child:31:2026-03-04:0", "sent", person=2, options=[["report:child:31", "Rafa", ""]])
    said(old, "reminder:2:child:32:2026-03-04:0", "skipped", "disebut dalam pengingat yang sama", person=2)
    said(old, "reminder:2:child:32:2026-03-04:3", "skipped", "duka", person=2)
    said(old, "reminder:9:child:77:2026-03-04:0", "sent", person=2)  # of nobody whom they foster
    migrate.upgrade(old, "0027")
    insert(old, "person_role", person_id=2, role="asn", title="", scope="", scope_id=0)
    insert(old, "address", channel="telegram", address="t-2", person_id=2, state="ok", awaiting="", failed_days=0,
           first_heard_at=NOW, last_heard_at=NOW, linked_at=NOW - timedelta(days=90), lessons_only=False)  # fmt: skip
    for child in (31, 32):
        insert(old, "assignment", asn_id=2, child_id=child, part="utama", state="aktif", starts=date(2026, 2, 2),
               end_reason="", why="", decree="")  # fmt: skip
    insert(old, "setting", name="visits.reminders_after_days", value="[0, 4, 20]", changed_by=2, changed_at=NOW)
    migrate.upgrade(old)
    with Session(old) as session:
        city = settings.applied(session, people.city())
        assert city.programme.ladder.visitor_days == (0, 4, 20), "what the city has chosen holds under its new name"
        kept = [(one.about_id, one.since, one.due, one.days, one.outgoing_key) for one in session.scalars(_STEPS)]
        first, begun, fell_due = "reminder:2:child:31:2026-03-04:0", date(2026, 2, 2), date(2026, 3, 4)
        assert kept == [(31, begun, fell_due, 0, first), (32, begun, fell_due, 0, first)]
        for days, reminders in ((1, 0), (3, 0), (4, 1)):
            finish(ladder.tick, session, NOW + timedelta(days=days), city)
            today = select(Outgoing).where(Outgoing.kind == "reminder", Outgoing.created_at > NOW)
            assert len(session.scalars(today).all()) == reminders, days


_STEPS = select(LadderStep).order_by(LadderStep.id)
