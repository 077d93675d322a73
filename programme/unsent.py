"""Danger signs in a report that is not sent yet: they are told at once, and the draft remembers what was told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db.children import Child, Family, Pregnancy
from db.drafts import Draft
from db.referrals import Referral
from db.states import CareState
from db.subjects import Subject, SubjectKind, of_visit
from db.visits import Visit
from programme import referring
from programme.referring import Told
from rules.signs import Sign, Urgency, Who, table

ACTED = "acted"  # the fact under which a draft keeps what was told of it
SIGNS, MOTHER_SIGNS = "signs", "mother_signs"  # the questions about danger signs in the forms of a visit
MEASURED = "measured"  # in place of a question: what a measurement shows
FORMS = ("child_visit", "pregnancy_visit")
COUPLE_FORM = "couple_visit"
OF_MOTHER = frozenset({Who.AFTERBIRTH, Who.MIND})
DUE_NEAR_BIRTH = 90  # days between an HPL and a birth that may belong together


def about(session: Session, draft: Draft) -> Child | Pregnancy | None:
    """Whom the draft of a visit is about; None where there is no such child or pregnancy any more."""
    whom = Subject.parse(draft.subject)
    if whom.kind is SubjectKind.VISIT:
        visit = session.get(Visit, whom.id)
        whom = of_visit(visit) if visit else whom
    kinds = {SubjectKind.CHILD: Child, SubjectKind.PREGNANCY: Pregnancy}
    found = session.get(kinds[whom.kind], whom.id) if whom.kind in kinds else None
    return None if found is None or found.family.forgotten_at is not None else found


def whom(about: Child | Pregnancy, question: str) -> Child | Pregnancy | Family:
    """Whom the signs of this question are about: the child or the pregnancy, or the child's mother."""
    return mother_of(about) if question == MOTHER_SIGNS and isinstance(about, Child) else about


def mother_of(child: Child) -> Pregnancy | Family:
    """The pregnancy from which the child was born, in which its mother stands; the family where none is known."""
    pregnancies, born = child.family.pregnancies, child.born
    for one in pregnancies:
        if one.id == child.pregnancy_id:
            return one
    for one in pregnancies:
        if one.state == CareState.BORN and born and abs((one.due - born).days) <= DUE_NEAR_BIRTH:
            return one
    return child.family


def told_of(draft: Draft, question: str) -> list[str]:
    """The ids of the signs in this question of which people have been told."""
    return list(_acted(draft).get(question, {}).get("signs", ()))


def has_told(draft: Draft) -> bool:
    """Whether people have been told of a sign in this draft that was not taken back."""
    return any(told_of(draft, question) for question in _acted(draft))


def referral_of(session: Session, draft: Draft, question: str) -> Referral | None:
    """The referral that the draft opened, or added to, for this question."""
    id = _acted(draft).get(question, {}).get("referral")
    return session.get(Referral, id) if id else None


def added_to(session: Session, visit: Visit) -> list[Referral]:
    """The open referrals of others to which the signs of this report were added."""
    acted = cast("Mapping[str, Mapping[str, Any]]", visit.facts.get(ACTED) or {})
    ids = {one["referral"] for one in acted.values() if one.get("signs")}
    found = [session.get(Referral, id) for id in sorted(id for id in ids if id)]
    return [one for one in found if one and one.closed_at is None and one.visit_id != visit.id]


def tell(
    session: Session, city: City, now: datetime, draft: Draft, question: str, signs: Sequence[Sign]
) -> Told | None:
    """Tell people of the signs that are new in this draft. None where there is nothing new, or nobody to help."""
    known = told_of(draft, question)
    new = [sign for sign in signs if sign.id not in known]
    one = about(session, draft)
    if not new or one is None:
        return None
    told = referring.report(session, city, now, whom(one, question), new, draft.person_id)
    remember(draft, question, told.referral, [*known, *(sign.id for sign in new)])
    return told


def take_back(
    session: Session, city: City, now: datetime, draft: Draft, question: str, signs: Sequence[Sign], why: str = ""
) -> bool:
    """Tell those who were told that only these ``signs`` are left in the report. Returns whether there was a change.

    The referral stays open: somebody still has to look.
    """
    left = [sign.id for sign in signs]
    gone, referral = [id for id in told_of(draft, question) if id not in left], referral_of(session, draft, question)
    if not gone:
        return False
    remember(draft, question, referral, [id for id in told_of(draft, question) if id in left])
    if referral is not None and referral.closed_at is None:
        labels = [table()[id].label for id in gone if id in table()]
        referring.tell_taken_back(session, city, now, referral, labels, draft.person_id, why)
    return True


def begun(session: Session, people: Iterable[int]) -> dict[int, dict[Subject, Draft]]:
    """By person, the reports that they have begun and not sent, by whom each is about: at least one answer is there."""
    found: dict[int, dict[Subject, Draft]] = {}
    query = select(Draft).where(Draft.form.in_((*FORMS, COUPLE_FORM)), Draft.person_id.in_(list(people)))
    for draft in session.scalars(query):
        if draft.state.get("answers") or draft.state.get("marked") or has_told(draft):
            found.setdefault(draft.person_id, {})[Subject.parse(draft.subject)] = draft
    return found


def marked(draft: Draft) -> dict[str, list[Sign]]:
    """By question, the signs that are ticked and must be seen at once, though the question is not answered yet."""
    found: dict[str, list[Sign]] = {}
    for id in cast("Sequence[str]", draft.state.get("marked") or ()):
        sign = table().get(id)
        if sign is not None and sign.urgency is Urgency.NOW:
            of_mother = draft.form == FORMS[0] and sign.who in OF_MOTHER
            found.setdefault(MOTHER_SIGNS if of_mother else SIGNS, []).append(sign)
    return found


def _acted(draft: Draft) -> Mapping[str, Mapping[str, Any]]:
    return draft.facts.get(ACTED) or {}


def remember(draft: Draft, question: str, referral: Referral | None, signs: Sequence[str]) -> None:
    """Keep in the draft of which signs people have been told, and in which referral."""
    kept = {"referral": referral.id if referral else None, "signs": list(dict.fromkeys(signs))}
    draft.facts = {**draft.facts, ACTED: {**_acted(draft), question: kept}}
