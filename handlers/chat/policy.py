"""Who may do what, now: which role a button or a command needs, and who may fill in which form about whom.

A form's rule stands in its ``FormSpec``. It is asked when the form is opened, at every step, and when it is sent.
"""

from __future__ import annotations

from sqlalchemy import select

from db.children import Assignment, Child, Family, Pregnancy, caregivers, current, heads, health_workers
from db.data_requests import DataRequest
from db.people import Person, holders
from db.referrals import NOW, Referral
from db.roles import Role, ScopeKind
from db.subjects import Subject, SubjectKind
from db.visits import Visit
from handlers.chat import choose_subject
from handlers.chat.context import Context
from programme import consents, data_requests, on_call
from programme.contacts import coordinators

# Who: one word for buttons, commands and the rules for messages.
ANYBODY = "anybody"  # also a stranger
STRANGER = "stranger"  # only a stranger: no person is linked to the address
JOINING = "joining"  # any person, also one who has begun to join and holds no role yet
MEMBER = "member"  # a person with any role
ASN, FAMILY, HEALTH, COORDINATOR = Role.ASN, Role.FAMILY, Role.HEALTH, Role.COORDINATOR  # a person with this role


def holds(person: Person | None, may: str) -> bool:
    """Whether the person (None for a stranger) is among those that ``may`` names, one of the words above."""
    if may == ANYBODY:
        return True
    if person is None or may == STRANGER:
        return person is None and may == STRANGER
    return may == JOINING or (bool(person.roles) and (may == MEMBER or person.has(Role(may))))


# --- about whom ---------------------------------------------------------------------


def fosters(context: Context, about: Child | Pregnancy) -> bool:
    """Whether this ASN fosters the child, or the family of the child or the pregnancy, today."""
    if not context.person.has(Role.ASN) or about.family.forgotten_at is not None:
        return False
    covered = Assignment.family_id == about.family_id
    if isinstance(about, Child):
        covered |= Assignment.child_id == about.id
    held = select(Assignment.id).where(Assignment.asn_id == context.person.id, covered, *current(context.today))
    return context.session.scalar(held.limit(1)) is not None


def answers_for(context: Context, referral: Referral) -> bool:
    """Whether this health worker, or head of the puskesmas, or who is on duty for it, answers for the referral.

    What cannot wait a coordinator may take on too, and a stranger's cry those of the city.
    """
    family = referral.family
    if family is None:
        people = holders(context.session, Role.COORDINATOR, ScopeKind.CITY, 0)
    else:
        people = [*health_workers(context.session, family), *heads(context.session, family)]
        people += on_call.on_duty(context.session, family, context.now)
        people += coordinators(context.session, family) if referral.urgency == NOW else ()
    return any(person.id == context.person.id for person in people)


def measures(context: Context, child: Child) -> bool:
    """Whether this health worker may measure the child."""
    return any(person.id == context.person.id for person in health_workers(context.session, child.family))


def may_know_health(context: Context, family: Family) -> bool:
    """Whether this person may be asked about and shown health data of the family outside danger.

    Its own carers and the health workers of its place may; anybody else only while a parent's consent stands.
    """
    person = context.person
    if any(one.person_id == person.id and one.closed_at is None for one in caregivers(context.session, family.id)):
        return True
    if any(one.id == person.id for one in health_workers(context.session, family)):
        return True
    return consents.stands(context.session, family) is not None


def may_enter_consent(context: Context, subject: str) -> bool:
    """A consent on paper of the family ("family:12"): the health workers of its place."""
    kind, id = Subject.parse(subject)
    family = context.session.get(Family, id) if kind is SubjectKind.FAMILY else None
    if family is None or family.forgotten_at is not None:
        return False
    return any(one.id == context.person.id for one in health_workers(context.session, family))


def is_data_officer(context: Context) -> bool:
    """Whether the person answers the city's requests about data."""
    return any(one.id == context.person.id for one in data_requests.officers(context.session, context.city))


def may_answer_data(context: Context, subject: str) -> bool:
    """An unanswered request about data ("request:5"): the city's data officers."""
    kind, id = Subject.parse(subject)
    request = context.session.get(DataRequest, id) if kind is SubjectKind.REQUEST else None
    return request is not None and request.answered_at is None and is_data_officer(context)


def may_expect(context: Context, subject: str) -> bool:
    """News of a pregnancy ("family:12"): who may tell of the family and know of its health."""
    family = context.session.get(Family, Subject.parse(subject).id)
    return family is not None and may_tell(context, subject) and may_know_health(context, family)


# --- the rules of the forms: (context, subject of the draft) -> may it be filled in and sent -------


def may_visit(context: Context, subject: str) -> bool:
    """The visit of a child ("child:31") or a mother ("pregnancy:7"), or the correction of one's own ("visit:90")."""
    kind, id = Subject.parse(subject)
    if kind is SubjectKind.VISIT:
        visit = context.session.get(Visit, id)
        about = (visit.child or visit.pregnancy) if visit else None
        return visit is not None and about is not None and may_change(context, visit) and fosters(context, about)
    about = context.session.get(Child if kind is SubjectKind.CHILD else Pregnancy, id)
    return about is not None and fosters(context, about)


def may_change(context: Context, visit: Visit) -> bool:
    """Whether the report is this person's own, and stands."""
    return visit.asn_id == context.person.id and visit.undone_at is None


def may_see_referral(context: Context, subject: str) -> bool:
    """What was found at the referral ("referral:5")."""
    referral = context.session.get(Referral, Subject.parse(subject).id)
    return referral is not None and answers_for(context, referral)


def may_measure(context: Context, subject: str) -> bool:
    """The second measuring of a child ("child:31")."""
    child = context.session.get(Child, Subject.parse(subject).id)
    return child is not None and measures(context, child)


def may_tell(context: Context, subject: str) -> bool:
    """A birth ("pregnancy:7"), the name of a baby ("child:31"), or a pregnancy ("family:12")."""
    kind, id = Subject.parse(subject)
    if kind is SubjectKind.FAMILY:
        family = context.session.get(Family, id)
        return family is not None and choose_subject.is_of_theirs(context, family)
    about = context.session.get(Child if kind is SubjectKind.CHILD else Pregnancy, id)
    return about is not None and choose_subject.is_theirs(context, about)


def may_enter_duty(context: Context, subject: str) -> bool:
    """The duty and leave of a health worker ("person:5"): their own, or of those who answer to this person."""
    kind, id = Subject.parse(subject)
    return kind is SubjectKind.PERSON and any(
        one.id == id for one in on_call.entered_by(context.session, context.person)
    )


def may_practice(context: Context, subject: str) -> bool:
    """Practice with a made-up child: who fosters or will, and who trains them."""
    return context.person.has(Role.ASN) or context.person.has(Role.COORDINATOR)


def may_join(context: Context, subject: str) -> bool:
    """One's own joining: once somebody has a role, it is done."""
    return not context.person.roles
