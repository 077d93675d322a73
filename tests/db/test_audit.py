"""Lines of the audit hold pseudonyms, whose meaning can be taken out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import audit
from db.audit import Audit, AuditName, Detail, Note, Operator
from db.subjects import Subject, SubjectKind
from tests.audited import Line, lines
from tests.people import NOW

RAFA, BIMA, VISIT = Subject(SubjectKind.CHILD, 31), Subject(SubjectKind.CHILD, 32), Subject(SubjectKind.VISIT, 7)
ANWAR = 12


def test_a_line_names_its_person_and_whom_it_is_about_by_pseudonyms_alone(session: Session) -> None:
    audit.note(session, NOW, ANWAR, "visit.submit", RAFA, VISIT)
    line = session.scalars(select(Audit)).one()
    for said, kind in ((line.actor, "person:"), (line.subject, "child:"), (line.detail, "visit:")):
        assert said.startswith(kind)
        assert len(said) == len(kind) + 16
    assert lines(session) == [Line("visit.submit", ANWAR, "child:31", "visit:7")]


def test_the_same_child_has_the_same_pseudonym_in_every_line_and_another_child_another(session: Session) -> None:
    audit.note(session, NOW, ANWAR, "chart.view", RAFA)
    audit.note_all(session, NOW, [Note(ANWAR, "chart.view", "child:31"), Note(None, "chart.view", BIMA)])
    first, again, other = session.scalars(select(Audit).order_by(Audit.id))
    assert (first.subject, first.actor) == (again.subject, again.actor)
    assert other.subject != first.subject
    assert other.actor == ""


def test_who_has_no_row_here_is_kept_by_name_and_a_plain_word_is_nobody(session: Session) -> None:
    audit.note(session, NOW, Operator("Pak Joko"), "audit.export", "audit")
    audit.note(session, NOW, Operator("Bu Rina"), "audit.export", "audit", Detail.NEW)
    assert lines(session) == [
        Line("audit.export", "Pak Joko", "audit"), Line("audit.export", "Bu Rina", "audit", "baru"),
    ]  # fmt: skip


def test_words_that_are_not_of_the_closed_list_are_not_kept(session: Session) -> None:
    said: Any = "Kejang, Rafa"
    audit.note(session, NOW, ANWAR, "danger.tapped", RAFA, said)
    assert lines(session) == [Line("danger.tapped", ANWAR, "child:31", "")]


def test_whoever_is_forgotten_is_named_by_no_line_any_more_and_the_line_stays(session: Session) -> None:
    audit.note(session, NOW, ANWAR, "chart.view", RAFA)
    audit.note(session, NOW, ANWAR, "chart.view", BIMA)
    audit.forget(session, [RAFA])
    assert lines(session) == [Line("chart.view", ANWAR, "?"), Line("chart.view", ANWAR, "child:32")]
    assert not session.scalar(select(func.count()).where(AuditName.kind == "child", AuditName.subject_id == 31))
    assert not audit.about(session, [RAFA], limit=10)


def test_the_audit_knows_who_did_what_about_whom_and_since_when(session: Session) -> None:
    audit.note(session, NOW, ANWAR, "birth.record", RAFA)
    assert audit.is_noted(session, "birth.record", RAFA, ANWAR)
    assert audit.is_noted(session, "birth.record", RAFA, since=NOW)
    assert not audit.is_noted(session, "birth.record", RAFA, ANWAR + 1)
    assert not audit.is_noted(session, "birth.record", BIMA, ANWAR)
    assert not audit.is_noted(session, "birth.undo", RAFA, ANWAR)
    assert not audit.is_noted(session, "birth.record", RAFA, ANWAR, NOW + timedelta(seconds=1))
    assert audit.has_acted(session, ANWAR)
    assert not audit.has_acted(session, ANWAR + 1)


def test_more_names_than_one_statement_takes_are_looked_up(session: Session) -> None:
    many = [Subject(SubjectKind.CHILD, id) for id in range(1, audit.AT_ONCE + 3)]
    audit.note_all(session, NOW, [Note(ANWAR, "import.child", one, Detail.NEW) for one in many])
    assert [line.about for line in lines(session)] == [str(one) for one in many]
    audit.forget(session, many)
    assert {line.about for line in lines(session)} == {"?"}
