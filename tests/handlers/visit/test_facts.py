"""What is printed on a visit form survives in the database, and a draft of an older release can still be sent."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.drafts import Draft
from db.visits import Visit
from handlers.visit.facts import ChildVisitFacts, PregnancyVisitFacts
from tests import people
from tests.chat import Chat, chat_with
from tests.people import TODAY

# As a release without earlier measurements kept the facts of a form.
OLD: dict[str, Any] = json.loads("""{
    "adik": "Adik Rafa", "kode": "KK-1-1", "umur": "14 bulan 3 hari", "today": "2026-03-04", "age_days": 430,
    "months": 14, "services": {"dpt-4": "DPT lanjutan"}, "ask_home": false, "aid": {"telur": "Telur"},
    "aid_sources": {"pribadi": "Uang sendiri"}, "topics": {"mpasi": "Makanan anak"}, "photos": false,
    "every_days": 30, "after_danger_days": 3, "sex": "L", "born": "2024-12-29", "gestation_weeks": null
}""")


def visiting(session: Session, *, pregnant: bool = False) -> Chat:
    anwar, home = people.asn(session), people.family(session)
    if pregnant:
        people.pregnancy(session, home, TODAY + timedelta(days=60))
    else:
        rafa = people.child(session, home, born=TODAY - timedelta(days=430))
        people.measured(session, rafa, TODAY - timedelta(days=30), 9.1, 75.0)
    people.fosters(session, anwar, home, TODAY - timedelta(days=40))
    session.commit()
    chat = chat_with(session, anwar)
    chat.say("lapor")
    return chat


def test_a_childs_form_has_every_fact_it_names_and_nothing_else_but_its_edition(session: Session) -> None:
    visiting(session)
    session.expire_all()
    kept = session.scalars(select(Draft)).one().facts
    assert set(kept) == {*ChildVisitFacts.__annotations__, "edition"}
    assert kept["history"] == [["2026-02-02", 9.1, 75.0, False]]
    assert json.loads(json.dumps(kept)) == kept


def test_a_mothers_form_has_every_fact_it_names_and_nothing_else_but_its_edition(session: Session) -> None:
    visiting(session, pregnant=True)
    session.expire_all()
    kept = session.scalars(select(Draft)).one().facts
    assert set(kept) == {*PregnancyVisitFacts.__annotations__, "edition"}
    assert json.loads(json.dumps(kept)) == kept


def test_a_draft_of_an_older_release_is_filled_in_to_its_end(session: Session) -> None:
    chat = visiting(session)
    session.execute(update(Draft).values(facts=OLD))
    session.commit()
    session.expire_all()
    for said in ("ibu", "sehat", "ya", "hari ini", "8,9", "75", "telentang", "13,1", "tidak", "saya sendiri",
                 "1, 2, 5, 6", "tidak ada", "tidak ada"):  # fmt: skip
        chat.say(said)
    assert "Terima kasih" in chat.say("kirim"), chat.heard[-1].text
    visit = session.scalars(select(Visit)).one()
    assert (visit.answers["weight"], visit.facts["adik"]) == (8.9, "Adik Rafa")
