"""Erase a family: names and addresses are removed, counts stay (UU 27/2022 arts. 43 and 44)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from db import audit, files, outbox
from db.audit import By
from db.children import Carer, Child, Family, Pregnancy, Wedding
from db.consent import LessonGap, Note
from db.cries import Cry
from db.drafts import Draft
from db.outbox import Kind, Outgoing
from db.people import Address, Invitation, Person
from db.referrals import Referral, ReferralStep, StepKind
from db.roles import Role
from db.states import CareState
from db.subjects import Subject, SubjectKind, subject
from db.visits import Visit, VisitRevision
from programme.endings import end

NOBODY = "(dihapus)"


def outgrown(session: Session, before: date, *which: ColumnElement[bool]) -> list[Family]:
    """The families whose children, pregnancies and weddings all lie before this day, not forgotten yet; of those that
    ``which`` names, if any.
    """
    young = select(Child.id).where(Child.family_id == Family.id, (Child.born.is_(None)) | (Child.born > before))
    expecting = select(Pregnancy.id).where(Pregnancy.family_id == Family.id, Pregnancy.due > before)
    married = select(Wedding.id).where(Wedding.family_id == Family.id, Wedding.day > before)
    anything = or_(
        *(select(table.id).where(table.family_id == Family.id).exists() for table in (Child, Pregnancy, Wedding))
    )
    query = select(Family).where(
        Family.forgotten_at.is_(None), anything, ~young.exists(), ~expecting.exists(), ~married.exists(), *which
    )
    return list(session.scalars(query.order_by(Family.id)))


def forget(session: Session, family: Family, now: datetime, by: By = None) -> list[str]:
    """Remove from the tables what identifies the family. Measurements and visits stay, under the child's code.

    Returns the names of their pictures in the folder of files, which the caller deletes.

    Nobody is asked to visit any more. A day of birth becomes the first of its month. A carer who is somebody else's
    carer too, or holds another role, stays a person. Writes one line into the audit, whose earlier lines name the
    family no more. ``by`` is who had it done, None where its time was over.
    """
    family.mother_name, family.phone, family.forgotten_at = NOBODY, None, now
    for child in family.children:
        child.name = child.code
        child.born = child.born and child.born.replace(day=1)
        if child.state == CareState.ACTIVE:
            end(session, child, CareState.REFUSED, now.date(), now)
    for pregnancy in family.pregnancies:
        pregnancy.mother_name = NOBODY
        if pregnancy.state == CareState.ACTIVE:
            end(session, pregnancy, CareState.REFUSED, now.date(), now)
    weddings = session.scalars(delete(Wedding).where(Wedding.family_id == family.id).returning(Wedding.id)).all()
    children, pregnancies = [c.id for c in family.children], [p.id for p in family.pregnancies]
    about = select(Visit).where((Visit.child_id.in_(children)) | (Visit.pregnancy_id.in_(pregnancies)))
    visits = session.scalars(about).all()
    texts: set[str] = set()  # among them the channel's names of pictures
    for visit in visits:
        visit.facts = {}
        revisions = session.scalars(select(VisitRevision).where(VisitRevision.visit_id == visit.id)).all()
        for kept in (visit, *revisions):
            personal = {name: kept.answers[name] for name in visit.personal if name in kept.answers}
            texts |= _texts(personal)
            kept.answers = {name: answer for name, answer in kept.answers.items() if name not in personal}
    referred = select(Referral.id).where(
        (Referral.child_id.in_(children)) | (Referral.pregnancy_id.in_(pregnancies)) | (Referral.family_id == family.id)
    )
    cried = update(Cry).where((Cry.family_id == family.id) | (Cry.referral_id.in_(referred)))
    if named := [subject(one) for one in (*family.children, *family.pregnancies)]:
        outbox.cancel(session, "data dihapus", now, Outgoing.kind == Kind.QUESTION, outbox.about(*named))
    session.execute(cried.values(words=[], said="", name="", phone=""))
    session.execute(
        delete(ReferralStep).where(ReferralStep.referral_id.in_(referred), ReferralStep.step == StepKind.NOTE)
    )
    subjects = [subject(one) for one in (family, *family.children, *family.pregnancies, *visits)]
    subjects += [Subject(SubjectKind.REFERRAL, id) for id in session.scalars(referred)]
    subjects += [Subject(SubjectKind.WEDDING, id) for id in weddings]
    begun = session.scalars(select(Draft).where(Draft.subject.in_([str(one) for one in subjects]))).all()
    for draft in begun:
        texts |= _texts(draft.state.get("answers", {}))
        session.delete(draft)
    for carer in session.scalars(select(Carer).where(Carer.family_id == family.id)):
        carer.stopped_at = carer.stopped_at or now
        _forget_person(session, carer.person, family, now)
    audit.note(session, now, by, "family.forget", subject(family))
    audit.forget(session, subjects)
    return files.forget_received(session, texts)


def _forget_person(session: Session, person: Person, family: Family, now: datetime) -> None:
    others = session.scalar(select(Carer.id).where(Carer.person_id == person.id, Carer.family_id != family.id).limit(1))
    if others is not None or any(held.role != Role.FAMILY for held in person.roles):
        return
    person.name, person.phone = NOBODY, None
    session.execute(delete(Note).where(Note.person_id == person.id))
    session.execute(delete(LessonGap).where(LessonGap.person_id == person.id))
    session.execute(delete(Draft).where(Draft.person_id == person.id))
    session.execute(delete(Invitation).where(Invitation.person_id == person.id))
    session.execute(update(Address).where(Address.person_id == person.id).values(person_id=None, draft_id=None))
    outbox.anonymise(session, person.id, now)
    audit.forget(session, [subject(person)])


def _texts(answers: Mapping[str, object]) -> set[str]:
    """The answers that are text: a picture is kept as the channel's name of it."""
    return {answer for answer in answers.values() if isinstance(answer, str)}


def by_code(session: Session, code: str) -> Family | None:
    """The family of this code, unless it has been forgotten already."""
    return session.scalar(select(Family).where(Family.code == code, Family.forgotten_at.is_(None)))
