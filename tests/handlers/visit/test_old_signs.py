"""Reports that were begun, or sent, when the signs had other ids: they go on and are sent with the same signs."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.drafts import Draft
from db.referrals import Referral
from db.visits import Visit
from rules.signs import Who, asked, stored
from tests import people
from tests.chat import Chat, chat_with
from tests.rules.test_signs import OLD_OF_CHILD, OLD_OF_MOTHER

TODAY = people.TODAY
NO = ("Tidak ada", "Belum ada", "Tidak perlu", "Tidak", "Tiap hari", "ASI saja", "Baik")


def begun(session: Session, form: str, subject: str, who: Any, **state: Any) -> Draft:
    """A draft as the forms of before kept it: they did not remember with which questions they were opened."""
    facts = {"today": TODAY.isoformat(), "edition": "visited_on,whom,health,signs"}
    draft = Draft(
        person_id=who.id, form=form, subject=subject, facts=facts, state=state, opened_at=people.NOW,
        touched_at=people.NOW,
    )  # fmt: skip
    session.add(draft)
    session.commit()
    return draft


def finish(chat: Chat) -> str:
    """Answer what is left with "no", and send."""
    for _ in range(20):
        if "Kirim" in chat.labels:
            return chat.tap("Kirim")
        chat.tap(next(one for one in NO if one in chat.labels))
    raise AssertionError(chat.labels)


@pytest.mark.parametrize("days", [5, 430])
@pytest.mark.parametrize("id", OLD_OF_CHILD)
def test_an_old_draft_about_a_child_is_continued_and_sent(session: Session, id: str, days: int) -> None:
    who = people.asn(session)
    rafa = people.child(session, people.family(session), born=TODAY - timedelta(days=days))
    people.fosters(session, who, rafa, TODAY - timedelta(days=40))
    begun(session, "child_visit", f"child:{rafa.id}", who, answers={"whom": "ibu", "health": "bahaya", "signs": [id]})
    chat = chat_with(session, who)
    chat.say("lanjut")
    finish(chat)
    sign = stored(id, asked.groups_of_child(days))
    assert sign
    assert session.scalars(select(Visit)).one().answers["signs"] == [sign.id]
    assert session.scalars(select(Referral).where(Referral.child_id == rafa.id)).one().signs == [sign.label]


@pytest.mark.parametrize("id", OLD_OF_CHILD)
def test_an_old_tick_that_was_not_finished_is_kept(session: Session, id: str) -> None:
    who = people.asn(session)
    rafa = people.child(session, people.family(session), born=TODAY - timedelta(days=430))
    people.fosters(session, who, rafa, TODAY - timedelta(days=40))
    begun(
        session, "child_visit", f"child:{rafa.id}", who, answers={"whom": "ibu", "health": "bahaya"}, marked=[id]
    )  # fmt: skip
    chat = chat_with(session, who)
    chat.say("lanjut")
    chat.tap("Selesai")
    finish(chat)
    sign = stored(id, asked.groups_of_child(430))
    assert sign
    assert session.scalars(select(Visit)).one().answers["signs"] == [sign.id]


@pytest.mark.parametrize("id", OLD_OF_MOTHER)
def test_an_old_draft_about_a_mother_is_continued_and_sent(session: Session, id: str) -> None:
    who, home = people.asn(session), people.family(session)
    wati = people.pregnancy(session, home, TODAY + timedelta(weeks=10))
    people.fosters(session, who, home, TODAY - timedelta(days=40))
    answers = {"whom": "ibu", "healthy": "bahaya", "signs": [id]}
    begun(session, "pregnancy_visit", f"pregnancy:{wati.id}", who, answers=answers)
    chat = chat_with(session, who)
    chat.say("lanjut")
    finish(chat)
    sign = stored(id, (Who.PREGNANT,))
    assert sign
    assert session.scalars(select(Visit)).one().answers["signs"] == [sign.id]
    assert session.scalars(select(Referral)).one().urgency == sign.urgency


def test_an_old_report_is_corrected_and_its_sign_shown_in_the_words_of_today(session: Session) -> None:
    who = people.asn(session)
    rafa = people.child(session, people.family(session), born=TODAY - timedelta(days=430))
    people.fosters(session, who, rafa, TODAY - timedelta(days=40))
    answers = {"whom": "ibu", "health": "bahaya", "signs": ["napas-cepat", "dingin"], "sick": [], "measured": False,
               "food": [], "aid": [], "follow_up": "tidak"}  # fmt: skip
    facts = {"today": TODAY.isoformat(), "edition": "visited_on,whom,health,signs"}
    visit = people.visit(session, who, rafa, TODAY, form="child_visit", answers=answers, facts=facts)
    chat = chat_with(session, who)
    chat.tap_token(f"correct:{visit.id}")
    while "Kirim" not in chat.labels:
        chat.tap("Belum ada" if "Belum ada" in chat.labels else "Tidak ada")
    assert "Tanda bahaya: *Sesak, dada tertarik; Gizi buruk, panas/dingin*" in chat.heard[-1].text
    chat.tap("Kirim")
    session.refresh(visit)
    assert visit.answers["signs"] == ["anak-sesak", "gizi-suhu"]


def test_a_sign_that_is_not_offered_any_more_can_be_unticked(session: Session) -> None:
    who = people.asn(session)
    rafa = people.child(session, people.family(session), born=TODAY - timedelta(days=430))
    people.fosters(session, who, rafa, TODAY - timedelta(days=40))
    begun(
        session, "child_visit", f"child:{rafa.id}", who,
        answers={"whom": "ibu", "health": "bahaya", "signs": ["dingin", "kejang"], "sick": []},
    )  # fmt: skip
    chat = chat_with(session, who)
    chat.say("lanjut")
    chat.tap("Kembali")
    chat.tap("Kembali")
    assert "☑ Gizi buruk, panas/dingin" in chat.labels
    chat.tap("Gizi buruk")
    chat.tap("Selesai")
    assert session.scalars(select(Draft)).one().state["answers"]["signs"] == ["anak-kejang"]
