"""Erase a family: names and addresses are removed, counts stay (UU 27/2022 arts. 43 and 44)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Text, and_, delete, false, or_, select, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from db import appointments, audit, broadcasts, exports, files, letters, outbox, promises, questions, workbook_imports
from db.audit import By
from db.children import Carer, Child, Family, Pregnancy, Wedding, health_workers
from db.consent import Consent, LessonGap, Note, PaperConsent
from db.cries import Cry
from db.data_requests import DataRequest
from db.drafts import Draft
from db.fostering import Assignment, Delegate
from db.inbox import WAITING, Received
from db.lesson_orders import LessonOrder
from db.measurements import Measurement
from db.outbox import Kind, Outgoing
from db.people import Address, Claim, Invitation, Person
from db.referrals import Referral, ReferralStep, StepKind
from db.roles import Role
from db.states import CareState
from db.subjects import Subject, SubjectKind, subject
from db.visits import Visit, VisitRevision
from flow.message import Message
from programme import households, setting_aside
from programme.endings import end
from programme.names import call_name

NOBODY, ERASED = "(dihapus)", "data dihapus"
OF_MANY = (Kind.DIGEST, Kind.WORKBOOK)
"""Kinds of messages that are about many families at once: they are emptied as a whole."""
LOGGED = {"child": Child, "pregnancy": Pregnancy, "carer": Carer, "assignment": Assignment}
"""Tables of a family's rows of which the log of an import may hold values."""
AT_ONCE = 5_000  # ids in one query; SQLite takes 32,766


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

    Returns the names of their pictures, charts, files and of the workbooks that name them in the folder of files, which
    the caller deletes. What they wrote that still waits to be handled stays until it is: it may be a cry for help.

    Nobody is asked to visit any more. A day of birth becomes the first of its month. A carer who is somebody else's
    carer too, or holds another role, stays a person. Writes one line into the audit, whose earlier lines name the
    family no more. ``by`` is who had it done, None where its time was over.
    """
    session.flush()
    names = {family.mother_name, call_name(family.mother_name), *(child.name for child in family.children)}
    names |= {child.call_name for child in family.children} | {call_name(child.name) for child in family.children}
    names = {name for name in names if len(name) > 2}
    family.mother_name, family.phone, family.landmark, family.forgotten_at = NOBODY, None, "", now
    appointments.forget(session, family.id)
    for child in family.children:
        child.name = child.code
        child.born = child.born and child.born.replace(day=1)
        if child.state == CareState.ACTIVE:
            end(session, child, CareState.REFUSED, now.date(), now)
    for pregnancy in family.pregnancies:
        pregnancy.mother_name = NOBODY
        if pregnancy.state == CareState.ACTIVE:
            end(session, pregnancy, CareState.REFUSED, now.date(), now)
    couples, children, pregnancies = ([one.id for one in listed] for listed in _all_of(family))
    about = select(Visit).where(
        Visit.child_id.in_(children) | Visit.pregnancy_id.in_(pregnancies) | Visit.wedding_id.in_(couples)
    )
    visits = session.scalars(about).all()
    whom = {SubjectKind.CHILD: children, SubjectKind.PREGNANCY: pregnancies, SubjectKind.WEDDING: couples}
    promises.forget(session, [Subject(kind, id) for kind, ids in whom.items() for id in ids])
    _forget_weddings(session, family, {visit.wedding_id for visit in visits})
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
        outbox.cancel(session, ERASED, now, Outgoing.kind == Kind.QUESTION, outbox.about(*named))
    session.execute(cried.values(words=[], said="", name="", phone=""))
    forget_questions(session, [one.id for one in questions.of_family(session, family.id)], now)
    session.execute(
        delete(ReferralStep).where(ReferralStep.referral_id.in_(referred), ReferralStep.step == StepKind.NOTE)
    )
    session.execute(delete(LessonOrder).where(LessonOrder.child_id.in_(children)))
    subjects = [subject(one) for one in (family, *family.children, *family.pregnancies, *visits)]
    subjects += [Subject(SubjectKind.REFERRAL, id) for id in session.scalars(referred)]
    subjects += [Subject(SubjectKind.WEDDING, id) for id in couples]
    fostering = Assignment.family_id == family.id, Assignment.child_id.in_(children)
    helpers = session.scalars(select(Assignment.asn_id).where(or_(*fostering)))
    setting_aside.forget(session, [*subjects, *(Subject(SubjectKind.PERSON, id) for id in helpers)])
    begun = session.scalars(select(Draft).where(Draft.subject.in_([str(one) for one in subjects]))).all()
    for draft in begun:
        texts |= _texts(draft.state.get("answers", {}))
        session.delete(draft)
    for given in (Consent, PaperConsent):  # what was agreed to does not hold for who is entered anew
        standing = update(given).where(given.family_id == family.id, given.withdrawn_at.is_(None))
        session.execute(standing.values(withdrawn_at=now))
    signed = update(PaperConsent).where(PaperConsent.family_id == family.id)
    session.execute(signed.values(name=NOBODY, lies_at=""))
    asked = update(DataRequest).where(DataRequest.family_id == family.id)
    session.execute(asked.values(words="", answer="", person_id=None))
    households.forget_family(session, family, now)
    attached = _forget_messages(session, family, now, names)
    letters.forget_about(session, children, pregnancies, session.scalars(referred).all())
    for carer in session.scalars(select(Carer).where(Carer.family_id == family.id)):
        carer.stopped_at = carer.stopped_at or now
        attached |= _forget_person(session, carer.person, family, now)
    logged = {one: select(one_table.id).where(one_table.family_id == family.id) for one, one_table in LOGGED.items()}
    ids: dict[str, Sequence[int]] = {name: session.scalars(query).all() for name, query in logged.items()}
    measured = session.scalars(select(Measurement.id).where(Measurement.child_id.in_(children))).all()
    carers = session.scalars(select(Carer.person_id).where(Carer.family_id == family.id)).all()
    workbook_imports.forget_rows(
        session, {**ids, "family": [family.id], "measurement": measured, "person": carers, "wedding": couples}
    )
    audit.note(session, now, by, "family.forget", subject(family))
    audit.forget(session, subjects)
    return [*files.forget_received(session, texts), *sorted(attached), *exports.forget(session, now)]


def _all_of(family: Family) -> tuple[list[Wedding], list[Child], list[Pregnancy]]:
    return family.weddings, family.children, family.pregnancies


def _forget_weddings(session: Session, family: Family, visited: Collection[int | None]) -> None:
    """Delete the weddings; one that was visited stays for the count, without its day and what Elsimil said."""
    session.execute(delete(Wedding).where(Wedding.family_id == family.id, Wedding.id.not_in(visited)))
    left = update(Wedding).where(Wedding.family_id == family.id)
    for wedding in family.weddings:
        if wedding.id in visited:
            day = wedding.day.replace(day=1)
            session.execute(left.where(Wedding.id == wedding.id).values(day=day, red=False, state=CareState.CANCELLED))


def _forget_messages(session: Session, family: Family, now: datetime, names: Collection[str]) -> set[str]:
    """Empty what was written to others about the family, and skip what waits. Returns the names of attached files.

    It is found by what a message is about and by the codes of the family; by its names only among messages to those
    who fostered it or answer for its health, because others may be called the same. Digests hold many families: their
    words and workbooks are emptied as a whole.
    """
    about = [subject(one) for one in (*family.children, *family.pregnancies)]
    codes = [family.code, *(child.code for child in family.children)]
    helpers = select(Assignment.asn_id).where(
        or_(Assignment.family_id == family.id, Assignment.child_id.in_([child.id for child in family.children]))
    )
    sent = select(Delegate.person_id).where(Delegate.principal_id.in_(helpers))
    near = [
        *session.scalars(helpers),
        *session.scalars(sent),
        *(person.id for person in health_workers(session, family)),
    ]
    said = sql_cast(Outgoing.message, Text)
    named = or_(*(said.contains(name, autoescape=True) for name in names)) if names else false()
    coded = or_(*(said.contains(code, autoescape=True) for code in codes))
    found = or_(
        outbox.about(*about) if about else false(),
        coded,
        and_(Outgoing.person_id.in_(near), named),
        Outgoing.kind.in_(OF_MANY),
    )
    urgent = Outgoing.kind.in_(outbox.URGENT)
    outbox.cancel(session, ERASED, now, found, ~urgent, Outgoing.kind.not_in(OF_MANY))
    return _empty(session, found, Outgoing.state.not_in((outbox.PLANNED, outbox.TAKEN)))


def forget_questions(session: Session, ids: Sequence[int], now: datetime) -> None:
    """Empty the words of these threads and of every message that carried them, whoever got it; end them."""
    carried = questions.outgoing_of(session, ids)
    outbox.cancel(session, ERASED, now, Outgoing.id.in_(carried))
    _empty(session, Outgoing.id.in_(carried), Outgoing.state.not_in((outbox.PLANNED, outbox.TAKEN)))
    questions.forget(session, ids)


def _empty(session: Session, *which: ColumnElement[bool]) -> set[str]:
    """Empty the words of these messages. Returns the names of the files attached to them."""
    rows = session.execute(select(Outgoing.id, Outgoing.message).where(*which, ~Outgoing.forgotten)).all()
    for start in range(0, len(rows), AT_ONCE):
        ids = [row[0] for row in rows[start : start + AT_ONCE]]
        session.execute(update(Outgoing).where(Outgoing.id.in_(ids)).values(message={"text": ""}, forgotten=True))
    files = (Message.from_json(message).attachment for _, message in rows)
    return {file.path for file in files if file is not None}


def _forget_person(session: Session, person: Person, family: Family, now: datetime) -> set[str]:
    """Forget a carer who is nothing else here. Returns the names of the files that were sent to them."""
    others = session.scalar(select(Carer.id).where(Carer.person_id == person.id, Carer.family_id != family.id).limit(1))
    if others is not None or any(held.role != Role.FAMILY for held in person.roles):
        return set()
    _forget_inbox(session, person)
    to_person = Outgoing.person_id == person.id
    outbox.cancel(session, ERASED, now, to_person)  # answers too: nobody is there to read them
    attached = _empty(session, to_person, Outgoing.state.not_in((outbox.PLANNED, outbox.TAKEN)))
    person.name, person.phone, person.sex = NOBODY, None, None
    session.execute(delete(Note).where(Note.person_id == person.id))
    forget_questions(session, questions.asked_by(session, person.id), now)
    broadcasts.forget_person(session, person.id)
    session.execute(delete(LessonGap).where(LessonGap.person_id == person.id))
    letters.forget_person(session, person.id)
    session.execute(delete(Draft).where(Draft.person_id == person.id))
    session.execute(delete(Invitation).where(Invitation.person_id == person.id))
    session.execute(delete(Claim).where(Claim.person_id == person.id))
    session.execute(delete(Address).where(Address.person_id == person.id))
    outbox.anonymise(session, person.id, now)
    audit.forget(session, [subject(person)])
    return attached


def _forget_inbox(session: Session, person: Person) -> None:
    """Delete what came in from the person's addresses, as it came in, also what was set aside.

    On WhatsApp an address may also be the number that the register has.
    """
    held = session.execute(select(Address.channel, Address.address).where(Address.person_id == person.id)).all()
    places = [(row[0], row[1]) for row in held]
    if person.phone:
        places.append(("whatsapp", person.phone.removeprefix("+")))
    for channel, address in places:
        came = Received.channel == channel, Received.address == address, Received.state != WAITING
        session.execute(delete(Received).where(*came))
        written = update(Outgoing).where(Outgoing.channel == channel, Outgoing.address == address)
        gone = written.where(Outgoing.person_id.is_(None), Outgoing.state.not_in((outbox.PLANNED, outbox.TAKEN)))
        session.execute(gone.values(message={"text": ""}, address="", forgotten=True))


def _texts(answers: Mapping[str, object]) -> set[str]:
    """The answers that are text: a picture is kept as the channel's name of it."""
    return {answer for answer in answers.values() if isinstance(answer, str)}


def by_code(session: Session, code: str) -> Family | None:
    """The family of this code, unless it has been forgotten already."""
    return session.scalar(select(Family).where(Family.code == code, Family.forgotten_at.is_(None)))
