"""Whom something is about, as a pair and as a text."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from db.base import LAST_ROW
from db.subjects import Subject, SubjectKind, of_visit, subject
from tests import people
from tests.people import TODAY


@pytest.mark.parametrize("kind", SubjectKind)
def test_a_subject_reads_the_text_it_writes(kind: SubjectKind) -> None:
    one = Subject(kind, 31)
    assert str(one) == f"{one}" == f"{kind.value}:31"
    assert Subject.parse(str(one)) == one
    assert Subject.parse(f"{kind}:{LAST_ROW}").id == LAST_ROW


@pytest.mark.parametrize(
    "said",
    [
        "", "self", "child", "child:", ":31", "child:0", "child:031", "child:-1", "child:+1", "child: 31", "child:31 ",
        "child:3١", "child:31:2", "child:31\n", "Child:31", "children:31", "measurement:31", f"child:{LAST_ROW + 1}",
        "child:99999999999", "child:1e3",
    ],
)  # fmt: skip
def test_other_text_is_no_subject(said: str) -> None:
    with pytest.raises(ValueError, match=r"subject|SubjectKind"):
        Subject.parse(said)


def test_a_row_is_a_subject_and_a_visit_is_about_whom_it_went_to(session: Session) -> None:
    family = people.family(session)
    rafa, expected = people.child(session, family), people.pregnancy(session, family, TODAY)
    anwar = people.asn(session)
    session.flush()
    to_rafa, to_sari = (people.visit(session, anwar, one, TODAY) for one in (rafa, expected))
    session.flush()
    assert subject(rafa) == Subject(SubjectKind.CHILD, rafa.id)
    assert str(subject(family)) == f"family:{family.id}"
    assert str(subject(to_rafa)) == f"visit:{to_rafa.id}"
    assert of_visit(to_rafa) == subject(rafa)
    assert of_visit(to_sari) == subject(expected)
