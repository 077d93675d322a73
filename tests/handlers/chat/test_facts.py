"""What is printed on a form is what its type names, and survives in the database."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.drafts import Draft
from handlers.birth.birth_form import BirthFacts
from handlers.birth.naming import NamingFacts
from handlers.birth.new_pregnancy_form import ExpectingFacts
from handlers.joining.household import HouseholdFacts
from handlers.joining.self_join import SelfJoinFacts
from handlers.measuring.remeasure import RemeasureFacts
from handlers.referral.examined import ChildReferralFacts
from handlers.visit.facts import CoupleVisitFacts
from tests.chat import Chat, stranger
from tests.handlers.chat.test_sent_forms import (
    Town,
    birth_by,
    expecting_by,
    joining_a_family,
    naming_by,
    second_measuring,
    visit_of_the_couple,
    what_was_found,
)


def joining(town: Town) -> Chat:
    chat = stranger(town.session)
    chat.say("/start")
    chat.tap("Ikut menerima")
    chat.tap("Setuju")
    return chat


class Printed(NamedTuple):
    facts: type
    opens: Callable[[Town], Chat]


CASES = {
    "a second measuring": Printed(RemeasureFacts, second_measuring),
    "a birth": Printed(BirthFacts, birth_by("sari")),
    "a pregnancy": Printed(ExpectingFacts, expecting_by("sari")),
    "a name": Printed(NamingFacts, naming_by("sari")),
    "joining": Printed(SelfJoinFacts, joining),
    "joining a family": Printed(HouseholdFacts, joining_a_family),
    "a visit to a couple": Printed(CoupleVisitFacts, visit_of_the_couple),
    "the result of a child's referral": Printed(ChildReferralFacts, what_was_found),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_form_has_every_fact_it_names_and_nothing_else_but_its_edition(session: Session, case: Printed) -> None:
    case.opens(Town(session))
    session.expire_all()
    kept = session.scalars(select(Draft)).one().facts
    assert set(kept) == {*case.facts.__annotations__, "edition"}
    assert json.loads(json.dumps(kept)) == kept
