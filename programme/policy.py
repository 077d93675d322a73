"""Who may do what. ``RULES`` is all of it: what has no rule may nobody do.

A rule names who may act and how they must stand to the one it is about. It is asked when a button is tapped, a command
or free words are written, a form is opened, at each of its steps and when it is sent, when a list is made, and again
before a message about somebody leaves. Danger is heard from anybody, and no rule here refuses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from content.city import City
from db import audit, consent, people, referrals
from db.appointments import Appointment
from db.broadcasts import Broadcast
from db.children import Carer, Child, Family, Pregnancy, Wedding, cared_for, caregivers, health_workers
from db.consent import Note
from db.cries import Cry
from db.data_requests import DataRequest
from db.drafts import Draft
from db.duty import AlertTest
from db.fostering import Assignment, AssignmentState, EndReason, Leave, acting_for, current, foster_parents
from db.households import EntryState, HouseholdEntry
from db.letters import Letter
from db.outbox import Outgoing
from db.people import Address, Claim, ClaimState, Person, PersonRole, holders
from db.places import District, HealthCentre, Office, Posyandu, Village
from db.promises import VisitPromise
from db.questions import Question, given_to
from db.referrals import NOW, Referral, StepKind
from db.roles import Role, ScopeKind, Title
from db.states import GONE, PRESENT, TAUGHT, CareState
from db.subjects import Subject, SubjectKind, of_visit, subject
from db.told_endings import ToldEnding
from db.visits import Visit
from db.workbook_imports import WorkbookImport
from programme import (
    broadcast_scopes,
    data_requests,
    disclosure,
    household_deciders,
    leading,
    on_call,
    seen_places,
)
from programme.contacts import coordinators
from programme.disclosure import Shown
from programme.scopes import CITY, Scope, families_in, fosterings_in, held_by, scopes_of

# Who: one word for every rule.
ANYBODY = "anybody"  # also a stranger
STRANGER = "stranger"  # only a stranger: no person is linked to the address
JOINING = "joining"  # any person, also one who has begun to join and holds no role yet
BEGINNER = "beginner"  # one who has begun to join and holds no role yet
MEMBER = "member"  # a person with any role
REVIEWER = "midwife or nutritionist"
CITY_COORDINATOR = "city coordinator"  # who coordinates the whole city
ASN, FAMILY, HEALTH, COORDINATOR, ADMIN = Role.ASN, Role.FAMILY, Role.HEALTH, Role.COORDINATOR, Role.ADMIN

FINISH_WITHIN = timedelta(days=3)
"""So long after an assignment has ended, a report that was begun before may still be sent by who began it."""
TOLD_BIRTH = "birth.record"
"""The act under which the audit keeps that somebody told of a birth."""


@dataclass(frozen=True)
class Asking:
    """Who asks, from where, and when. ``person`` is None for a stranger; ``now`` is in the city's time zone.

    ``city`` is known where a message is handled: without it nobody is its data officer.
    """

    session: Session
    person: Person | None
    now: datetime
    address: Address | None = None
    city: City | None = None

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def somebody(self) -> Person:
        """The person. Raises LookupError for a stranger."""
        if self.person is None:
            raise LookupError("a stranger stands to nobody")
        return self.person


@dataclass(frozen=True)
class Standing:
    """How somebody must stand to a row: in words, and as a question. ``rows`` are the tables it is asked about."""

    words: str
    rows: tuple[type[Any], ...]
    holds: Callable[[Asking, Any], bool]


@dataclass(frozen=True)
class Rule:
    """``who`` may: one of the words above, or several of them; and how they must ``stand`` to whom it is about."""

    who: tuple[str, ...]
    stand: Standing | None = None


def may(asking: Asking, act: str, about: Any = None) -> bool:
    """Whether the act is allowed. ``about`` is the row it is about; None for an act about nobody in particular.

    An act that has no rule is refused, and so is one about a row that its rule does not speak of, or about a family
    whose names were taken out, or one that is closed at an address for lessons only. Without ``about`` only the role is
    asked for: whoever lists, lists by the same standing.
    """
    rule = RULES.get(act)
    if asking.address is not None and people.only_lessons(asking.address) and act not in LESSONS_ONLY:
        return False
    if rule is None or not any(holds(asking.person, who) for who in rule.who):
        return False
    if about is None:
        return True
    if rule.stand is None or not isinstance(about, rule.stand.rows) or _is_forgotten(asking.session, about):
        return False
    return rule.stand.holds(asking, about)


def holds(person: Person | None, who: str) -> bool:
    """Whether the person (None for a stranger) is among those that ``who`` names, one of the words above."""
    if who == ANYBODY:
        return True
    if person is None or who == STRANGER:
        return person is None and who == STRANGER
    if who == BEGINNER:
        return not person.roles
    if who == REVIEWER:
        return any(one.role == Role.HEALTH and one.title in (Title.MIDWIFE, Title.NUTRITIONIST) for one in person.roles)
    if who == CITY_COORDINATOR:
        return CITY in scopes_of(person)
    return who == JOINING or (bool(person.roles) and (who == MEMBER or person.has(Role(who))))


def row(session: Session, kind: str, id: int | str) -> Any:
    """The row of this kind and id ("key" names a message by its key); None where there is none."""
    if kind == "key":
        return session.scalar(select(Outgoing).where(Outgoing.key == id))
    return session.get(TABLES[kind], id)


TABLES: Mapping[str, type[Any]] = {
    SubjectKind.CHILD: Child,
    SubjectKind.PREGNANCY: Pregnancy,
    SubjectKind.WEDDING: Wedding,
    SubjectKind.FAMILY: Family,
    SubjectKind.PERSON: Person,
    SubjectKind.VISIT: Visit,
    SubjectKind.REFERRAL: Referral,
    "draft": Draft,
    "cry": Cry,
    "alert_test": AlertTest,
    "told_ending": ToldEnding,
    "question": Question,
    "letter": Letter,
    "address_claim": Claim,
    "carer": Carer,
    "data_request": DataRequest,
    SubjectKind.REQUEST: DataRequest,
    SubjectKind.HOUSEHOLD: HouseholdEntry,
    "address": Address,
    "note": Note,
    "workbook_import": WorkbookImport,
    "broadcast": Broadcast,
    "assignment": Assignment,
    "leave": Leave,
    "person_role": PersonRole,
    "appointment": Appointment,
    "visit_promise": VisitPromise,
    "posyandu": Posyandu,
    "health_centre": HealthCentre,
    "village": Village,
    "district": District,
    "office": Office,
}


def of_subject(session: Session, said: str) -> Any:
    """The row of a subject ("child:31"); None where there is none."""
    about = Subject.parse(said)
    return row(session, about.kind, about.id)


# --- how people stand to families, as conditions for a list ---------------------------------


def their_families(person: Person, today: date) -> ColumnElement[bool]:
    """For a query over Family: the person's own, those fostered as a whole, and those of a health worker's place.

    Each needs its role today: a carer or an assignment that is left over from a role that was taken away opens nothing.
    A delegate's are those of the foster parent in whose name they visit, as long as they do.
    """
    theirs: list[ColumnElement[bool]] = []
    if person.has(Role.FAMILY):
        reads = Carer.person_id == person.id, Carer.closed_at.is_(None)
        theirs.append(Family.id.in_(select(Carer.family_id).where(*reads)))
    if person.has(Role.ASN):
        held = select(Assignment.family_id).where(_fostered_by(person, today), Assignment.family_id.is_not(None))
        theirs.append(Family.id.in_(held))
    return or_(false(), *theirs, served_families(person))


def served_families(person: Person) -> ColumnElement[bool]:
    """For a query over Family: those of a health worker's places, the head's too."""
    columns: dict[str, Any] = {
        ScopeKind.POSYANDU: Family.posyandu_id, ScopeKind.HEALTH_CENTRE: Family.health_centre_id,
        ScopeKind.VILLAGE: Family.village_id,
    }  # fmt: skip
    places = [
        columns[held.scope] == held.scope_id
        for held in person.roles
        if held.role == Role.HEALTH and held.scope in columns
    ]
    return or_(false(), *places)


def fostered_children(person: Person, today: date) -> ColumnElement[bool]:
    """For a query over Child: those fostered by themselves by this ASN, or by whoever they are a delegate of."""
    if not person.has(Role.ASN):
        return false()
    return Child.id.in_(
        select(Assignment.child_id).where(_fostered_by(person, today), Assignment.child_id.is_not(None))
    )


def in_name_of(person: Person, today: date) -> Select[int]:
    """The ids of the foster parents in whose name this person may report today: their own, and who sends them.

    Each must hold the role of a foster parent: a delegate has no more than who sends them.
    """
    holds_role = PersonRole.role == Role.ASN, or_(PersonRole.ends.is_(None), PersonRole.ends >= today)
    return acting_for(person.id, today).where(Person.roles.any(and_(*holds_role)))


def _fostered_by(person: Person, today: date) -> ColumnElement[bool]:
    return and_(Assignment.asn_id.in_(in_name_of(person, today)), *current(today))


# --- how people stand to one row -------------------------------------------------------------


def _fosters(asking: Asking, about: Child | Pregnancy | Wedding) -> bool:
    covered = Assignment.family_id == about.family_id
    if isinstance(about, Child):
        covered |= Assignment.child_id == about.id
    held = select(Assignment.id).where(covered, _fostered_by(asking.somebody, asking.today))
    here = about.state == CareState.ACTIVE if isinstance(about, Wedding) else about.state not in GONE
    visits = asking.somebody.has(Role.ASN) and here
    return visits and asking.session.scalar(held.limit(1)) is not None


def _reports(asking: Asking, about: Child | Pregnancy | Wedding | Visit) -> bool:
    if not isinstance(about, Visit):
        return _fosters(asking, about) or _finishes(asking, about)
    visited = of_subject(asking.session, str(of_visit(about)))
    return _is_own_report(asking, about) and visited is not None and _fosters(asking, visited)


def _finishes(asking: Asking, about: Child | Pregnancy | Wedding) -> bool:
    """Whether a report that was begun before the assignment ended may still be sent: the visit has been made."""
    me, today = asking.somebody.id, asking.today
    if about.state in GONE:
        return False
    begun = select(Draft).where(Draft.person_id == me, Draft.subject == str(subject(about)))
    first = min((one.opened_at for one in asking.session.scalars(begun)), default=None)
    covered = Assignment.family_id == about.family_id
    if isinstance(about, Child):
        covered |= Assignment.child_id == about.id
    ended = select(func.max(Assignment.ends)).where(
        Assignment.asn_id.in_(acting_for(me, today)), covered, Assignment.end_reason != EndReason.WRONG
    )
    last = asking.session.scalar(ended) if first else None
    if first is None or last is None:
        return False
    return first.astimezone(asking.now.tzinfo).date() <= last and today <= last + FINISH_WITHIN


def _is_own_report(asking: Asking, visit: Visit) -> bool:
    return visit.asn_id == asking.somebody.id and visit.undone_at is None


def _is_own_draft(asking: Asking, draft: Draft) -> bool:
    return draft.person_id == asking.somebody.id


def _cares_for(asking: Asking, family_id: int) -> bool:
    return any(carer.family_id == family_id for carer in cared_for(asking.session, asking.somebody.id))


def _is_own_child(asking: Asking, child: Child) -> bool:
    return child.state not in GONE and _cares_for(asking, child.family_id)


def _is_own_family(asking: Asking, family: Family) -> bool:
    return _cares_for(asking, family.id)


def _sees_record(asking: Asking, child: Child) -> bool:
    if child.state not in PRESENT:
        return False
    own = (
        carer.family_id == child.family_id and carer.joined_on is not None and carer.closed_at is None
        for carer in cared_for(asking.session, asking.somebody.id)
    )  # fmt: skip
    return any(own) or (_fosters(asking, child) and knows_health(asking, child.family))


def _is_theirs(asking: Asking, about: Child | Pregnancy | Family) -> bool:
    family_id = about.id if isinstance(about, Family) else about.family_id
    query = select(Family.id).where(their_families(asking.somebody, asking.today), Family.id == family_id)
    if asking.session.scalar(query) is not None:
        return True
    fostered = select(Child.id).where(Child.id == about.id, fostered_children(asking.somebody, asking.today))
    return isinstance(about, Child) and asking.session.scalar(fostered) is not None


def _is_of_theirs(asking: Asking, about: Pregnancy | Family) -> bool:
    return _is_theirs(asking, about if isinstance(about, Family) else about.family)


def _is_told_of_pregnancy(asking: Asking, about: Pregnancy | Family) -> bool:
    """News of a pregnancy is health data: of a family without a consent an ASN neither reads nor writes it."""
    family = about if isinstance(about, Family) else about.family
    return _is_of_theirs(asking, about) and knows_health(asking, family)


def knows_health(asking: Asking, family: Family) -> bool:
    """Whether this person may be asked about and shown health data of the family outside danger.

    Its own carers and the health workers of its place may; anybody else only while a parent's consent stands.
    """
    me = asking.somebody.id
    if any(one.person_id == me and one.closed_at is None for one in caregivers(asking.session, family.id)):
        return True
    return _heals(asking, family) or consent.agrees(asking.session, family.id)


def _reads_of(asking: Asking, about: Child | Pregnancy | Family) -> bool:
    """Whether what is known of them is told to this person who asks: as carer, or as who fosters them."""
    if isinstance(about, Child):
        return _sees_record(asking, about)
    family_id = about.id if isinstance(about, Family) else about.family_id
    carers = cared_for(asking.session, asking.somebody.id)
    reads = any(one.family_id == family_id and one.joined_on and one.closed_at is None for one in carers)
    if isinstance(about, Family):
        return reads
    return about.state in TAUGHT and (reads or (_fosters(asking, about) and knows_health(asking, about.family)))


def _is_of_pair(asking: Asking, about: Child | Pregnancy | Family | Appointment) -> bool:
    """Whether who asks is a side of the pair that it is about: a carer who reads along, or who visits the family today.

    Somebody of the family must be with us and a parent's consent must stand: without either there is no pair.
    """
    family = about if isinstance(about, Family) else about.family
    whom = (about,) if isinstance(about, Child | Pregnancy) else (*family.children, *family.pregnancies)
    whom = [one for one in whom if one.state == CareState.ACTIVE]
    if not whom or not consent.agrees(asking.session, family.id):
        return False
    carers = cared_for(asking.session, asking.somebody.id)
    if any(one.family_id == family.id and one.joined_on and one.closed_at is None for one in carers):
        return True
    if isinstance(about, Appointment) and about.visitor_id != asking.somebody.id:
        return False
    return asking.somebody.has(Role.ASN) and _visits(asking, family.id, whom)


def _visits(asking: Asking, family_id: int, whom: Iterable[Child | Pregnancy]) -> bool:
    """Whether who asks visits one of these of the family today, in their own name or another's."""
    children = [one.id for one in whom if isinstance(one, Child)]
    covered = or_(Assignment.family_id == family_id, Assignment.child_id.in_(children))
    names = Assignment.asn_id.in_(acting_for(asking.somebody.id, asking.today))
    held = select(Assignment.id).where(names, covered, *current(asking.today))
    return asking.session.scalar(held.limit(1)) is not None


def _wrote_note(asking: Asking, note: Note) -> bool:
    return note.person_id == asking.somebody.id


def _is_own_carer(asking: Asking, carer: Carer) -> bool:
    return _cares_for(asking, carer.family_id)


def _is_among(asking: Asking, people: Iterable[Person]) -> bool:
    return any(one.id == asking.somebody.id for one in people)


def _invites(asking: Asking, about: Family | Child | Pregnancy) -> bool:
    """The mother, whoever fosters them, the health workers of the place; another carer where there is no mother."""
    family = about if isinstance(about, Family) else about.family
    me = asking.somebody
    if any(one.person_id == me.id for one in caregivers(asking.session, family.id)):
        return household_deciders.may_invite(asking.session, family, me)
    return _is_theirs(asking, about)


def _wrote_code(asking: Asking, entry: HouseholdEntry) -> bool:
    here = asking.address
    return entry.state == EntryState.TAKEN and here is not None and entry.used_by == f"{here.channel}:{here.address}"


def _joins_by(asking: Asking, entry: HouseholdEntry) -> bool:
    return entry.person_id == asking.somebody.id


def _says_who_they_are(asking: Asking, entry: HouseholdEntry) -> bool:
    begun = entry.state == EntryState.AGREED and entry.expires_at > asking.now
    return begun and _joins_by(asking, entry)


def _decides_entry(asking: Asking, entry: HouseholdEntry) -> bool:
    return household_deciders.may_decide(asking.session, entry, asking.somebody) and not household_deciders.is_over(
        entry, asking.now
    )


def _heals(asking: Asking, family: Family) -> bool:
    return _is_among(asking, health_workers(asking.session, family))


def _answers_data(asking: Asking, request: DataRequest) -> bool:
    return request.answered_at is None and is_data_officer(asking)


def is_data_officer(asking: Asking) -> bool:
    """Whether the person answers the city's requests about data."""
    if asking.city is None or asking.person is None:
        return False
    return _is_among(asking, data_requests.officers(asking.session, asking.city))


def _told_it(asking: Asking, pregnancy: Pregnancy) -> bool:
    """Also who told of it before it was taken back: then they read that it was."""
    told = audit.is_noted(asking.session, TOLD_BIRTH, subject(pregnancy), asking.somebody.id)
    return told and _is_of_theirs(asking, pregnancy)


def _answers_for(asking: Asking, referral: Referral) -> bool:
    family = referral.family
    if family is None:
        return _is_among(asking, holders(asking.session, Role.COORDINATOR, ScopeKind.CITY, 0))
    found = on_call.answering(asking.session, family, asking.now)
    found += coordinators(asking.session, family) if referral.urgency == NOW else ()
    return _is_among(asking, found)


def _oversees(asking: Asking, referral: Referral) -> bool:
    """Whether they coordinate the place of whom it is about."""
    family = referral.family
    if family is None:
        return CITY in scopes_of(asking.somebody)
    return Shown.WAY in disclosure.over_family(held_by(asking.somebody), family)


def _knows_of(asking: Asking, referral: Referral) -> bool:
    """Whether they oversee it, or lead the office of who fosters whom it is about."""
    about = referral.about
    return _oversees(asking, referral) or (
        isinstance(about, Child | Pregnancy | Family) and leads_who_fosters(asking, about)
    )


def _was_asked(asking: Asking, referral: Referral) -> bool:
    way = referrals.steps(asking.session, referral.id, StepKind.ASKED)
    about = referral.about
    asked = any(step.person_id == asking.somebody.id for step in way)
    return asked and isinstance(about, Child | Pregnancy | Family) and _is_theirs(asking, about)


def _measures(asking: Asking, child: Child) -> bool:
    return child.state not in GONE and _heals(asking, child.family)


def _is_own_test(asking: Asking, test: AlertTest) -> bool:
    return test.person_id == asking.somebody.id


def _enters_duty(asking: Asking, person: Person) -> bool:
    return any(one.id == person.id for one in on_call.entered_by(asking.session, asking.somebody))


def _coordinates(asking: Asking, asn: Person) -> bool:
    where = fosterings_in(scopes_of(asking.somebody))
    by_family = Assignment.family_id == Family.id
    by_child = Assignment.child_id.in_(select(Child.id).where(Child.family_id == Family.id))
    query = (
        select(Assignment.id)
        .join(Person, Person.id == Assignment.asn_id)
        .join(Family, by_family | by_child)
        .join(Village, Village.id == Family.village_id)
        .where(Assignment.asn_id == asn.id, *current(asking.today), where)
    )
    return asking.session.scalar(query.limit(1)) is not None


def serves(asking: Asking, family: Family) -> bool:
    """Whether the person is a health worker of the family's places, or their head."""
    query = select(Family.id).where(Family.id == family.id, served_families(asking.somebody))
    return asking.session.scalar(query) is not None


def fosters(asking: Asking, about: Child | Pregnancy) -> bool:
    """Whether the person fosters the child or the mother today, who is with us."""
    return _fosters(asking, about)


def leads_who_fosters(asking: Asking, about: Child | Pregnancy | Family) -> bool:
    """Whether the person coordinates the office of somebody who fosters the child, the mother or the family."""
    offices = {scope.id for scope in held_by(asking.somebody) if scope.kind == ScopeKind.OFFICE}
    fostering = foster_parents(asking.session, about, asking.today) if offices else ()
    return any(one.office_id in offices for one in fostering)


def _opens_card(asking: Asking, about: Child | Pregnancy) -> bool:
    if about.state in GONE:
        return False
    return (
        _fosters(asking, about)
        or serves(asking, about.family)
        or bool(disclosure.over_family(held_by(asking.somebody), about.family))
        or leads_who_fosters(asking, about)
    )


def _writes_to(asking: Asking, person: Person) -> bool:
    """Whether they are a coordinator who may call the person too."""
    me = asking.somebody
    return person.id != me.id and me.has(Role.COORDINATOR) and _calls(asking, person)


def _answers_letter(asking: Asking, letter: Letter) -> bool:
    """As long as one of the two still coordinates the other."""
    me, other = asking.somebody, letter.writer
    if letter.receiver_id != me.id:
        return False
    return _writes_to(asking, other) or _writes_to(replace(asking, person=other), me)


def _leads(asking: Asking, asn: Person) -> bool:
    """Whether the ASN is who asks, or answers to them at work, or fosters what they coordinate."""
    me = asking.somebody
    if not asn.has(Role.ASN):
        return False
    own = me.id in (asn.id, asn.superior_id)
    return own or (me.has(Role.COORDINATOR) and _coordinates(asking, asn))


def _leads_leave(asking: Asking, leave: Leave) -> bool:
    return _leads(asking, leave.person)


def _is_superior(asking: Asking, asn: Person) -> bool:
    return asn.superior_id == asking.somebody.id and asn.has(Role.ASN)


def _is_above(asking: Asking, about: Child | Pregnancy | Wedding) -> bool:
    """Whether somebody who fosters them today answers at work to who asks, or is of an office or a city of theirs."""
    held, me = held_by(asking.somebody), asking.somebody.id
    offices = {scope.id for scope in held if scope.kind == ScopeKind.OFFICE}
    whom = about.family if isinstance(about, Wedding) else about
    return any(
        CITY in held or one.superior_id == me or one.office_id in offices
        for one in foster_parents(asking.session, whom, asking.today)
    )


def _visits_for(asking: Asking, one: Assignment) -> bool:
    """Whether the assignment holds, now or later, and is theirs or their principal's."""
    holds = one.state == AssignmentState.ACTIVE and (one.ends is None or one.ends >= asking.today)
    acting = acting_for(asking.somebody.id, asking.today)
    return holds and asking.session.scalar(acting.where(Person.id == one.asn_id)) is not None


def _coordinates_place(asking: Asking, one: Assignment) -> bool:
    """An office leads people, and decides nothing about one child."""
    about = one.child or one.family
    if about is None:
        return False
    family = about if isinstance(about, Family) else about.family
    return Shown.CODE in disclosure.over_family(held_by(asking.somebody), family)


def _coordinates_home(asking: Asking, about: Child | Pregnancy | Wedding) -> bool:
    """Whether they coordinate the place of somebody in care: an office sees to its people, and has no families."""
    in_care = about.state == CareState.ACTIVE
    return in_care and Shown.CODE in disclosure.over_family(held_by(asking.somebody), about.family)


def _coordinates_line(asking: Asking, about: Person | Child | Pregnancy | Wedding) -> bool:
    return _coordinates(asking, about) if isinstance(about, Person) else _coordinates_home(asking, about)


def _calls(asking: Asking, who: Person) -> bool:
    """Whether who asks leads them or what they see to: the ASN, their delegates, and the health workers of a place."""
    if not (who.has(Role.ASN) or who.has(Role.HEALTH)):
        return False  # a family's number is the family's to give
    principals = select(Person).where(Person.id.in_(acting_for(who.id, asking.today)))
    if any(_coordinates(asking, one) for one in asking.session.scalars(principals)):
        return True
    places = disclosure.of_places(scopes_of(asking.somebody))
    seen_to = select(Family.id).where(served_families(who), Family.id.in_(families_in(places, asking.today)))
    return _sees_to_person(asking, who) or asking.session.scalar(seen_to.limit(1)) is not None


def _ends_role(asking: Asking, held: PersonRole) -> bool:
    """An admin ends any role but a family's and an admin's, the city's coordinator those below their own."""
    me = asking.somebody
    if held.person_id == me.id:
        return False
    if me.has(Role.ADMIN):
        return held.role in (Role.HEALTH, Role.COORDINATOR, Role.ASN)
    return held.role in (Role.HEALTH, Role.COORDINATOR) and held.scope != ScopeKind.CITY


def _sees_to_place(asking: Asking, place: Posyandu | HealthCentre) -> bool:
    if isinstance(place, HealthCentre):
        within = {(ScopeKind.HEALTH_CENTRE, place.id), (ScopeKind.DISTRICT, place.district_id)}
    else:
        village = asking.session.get_one(Village, place.village_id)
        of_village = (ScopeKind.VILLAGE, village.id), (ScopeKind.DISTRICT, village.district_id)
        within = {(ScopeKind.POSYANDU, place.id), *of_village}
    held = scopes_of(asking.somebody)
    return asking.somebody.has(Role.ADMIN) or CITY in held or any((one.kind, one.id) in within for one in held)


def _sees_area(asking: Asking, area: seen_places.Area) -> bool:
    return _is_one_of(asking, area, seen_places.seen(asking.somebody, type(area), asking.today))


def _coordinates_area(asking: Asking, area: seen_places.Area) -> bool:
    return _is_one_of(asking, area, seen_places.coordinated(asking.somebody, type(area), asking.today))


def _is_one_of(asking: Asking, area: seen_places.Area, which: ColumnElement[bool]) -> bool:
    table = type(area)
    return asking.session.scalar(select(table.id).where(table.id == area.id, which)) is not None


def _sees_to_person(asking: Asking, about: Person | PersonRole) -> bool:
    person = about.person if isinstance(about, PersonRole) else about
    query = select(Person.id).where(Person.id == person.id, leading.led(asking.somebody, asking.today))
    return asking.session.scalar(query) is not None


def _wrote_it(asking: Asking, cry: Cry) -> bool:
    return asking.address is not None and cry.address_id == asking.address.id


def _is_asked_of(asking: Asking, claim: Claim) -> bool:
    here = asking.address is not None and claim.address_id == asking.address.id
    return claim.person_id == asking.somebody.id and claim.state == ClaimState.OPEN and not here


def _writes_here(asking: Asking, person: Person) -> bool:
    claims = people.writers(asking.session, asking.address) if asking.address else ()
    return bool(person.roles) and any(claim.person_id == person.id for claim in claims)


def _is_own_address(asking: Asking, address: Address) -> bool:
    return any(one.id == address.id for one in people.held(asking.session, asking.somebody.id))


def _got_it(asking: Asking, sent: Outgoing) -> bool:
    if asking.address is not None and people.only_lessons(asking.address) and sent.address != asking.address.address:
        return False  # it went to another phone of the person's
    if sent.person_id is not None:
        return asking.person is not None and sent.person_id == asking.person.id
    here = asking.address
    return here is not None and (sent.channel, sent.address) == (here.channel, here.address)


def _decides(asking: Asking, told: ToldEnding) -> bool:
    family = told.about.family
    found = [*on_call.answering(asking.session, family, asking.now), *coordinators(asking.session, family)]
    return asking.somebody.id != told.told_by and _is_among(asking, found)


def _answers_question(asking: Asking, question: Question) -> bool:
    """Only who was given it, as long as they answer for the family's place: a colleague or a coordinator may not."""
    if question.family is None or asking.somebody.id not in given_to(asking.session, question.id):
        return False
    return _is_among(asking, on_call.answering(asking.session, question.family, asking.now))


def _asked_it(asking: Asking, question: Question) -> bool:
    return question.person_id == asking.somebody.id


def _sees_to_question(asking: Asking, question: Question) -> bool:
    if (family := question.family) is None:
        return CITY in scopes_of(asking.somebody)
    return Shown.CODE in disclosure.over_family(held_by(asking.somebody), family)


def _takes_back(asking: Asking, one: WorkbookImport) -> bool:
    own = one.person_id == asking.somebody.id
    return own or holds(asking.person, CITY_COORDINATOR) or holds(asking.person, ADMIN)


def _announces(asking: Asking, one: Broadcast) -> bool:
    """Whoever wrote it, as long as they may write to these people: an office or a place may have been taken away."""
    me, scope = asking.somebody, Scope(one.scope, one.scope_id)
    return one.person_id == me.id and broadcast_scopes.may_reach(asking.session, me, one.role, scope)


def _agrees_to_announcement(asking: Asking, one: Broadcast) -> bool:
    me, scope = asking.somebody, Scope(one.scope, one.scope_id)
    return one.person_id != me.id and broadcast_scopes.covers(asking.session, me, scope)


def _sees_to_announcement(asking: Asking, one: Broadcast) -> bool:
    own = asking.somebody.id in (one.person_id, one.agreed_by)
    return own or holds(asking.person, CITY_COORDINATOR) or holds(asking.person, ADMIN)


def _is_forgotten(session: Session, about: Any) -> bool:
    """Whether the family that the row is about has been forgotten. A cry and a message are their writer's, whoever."""
    match about:
        case Family():
            return about.forgotten_at is not None
        case Child() | Pregnancy() | Wedding():
            return about.family.forgotten_at is not None
        case Referral():
            return about.family is not None and about.family.forgotten_at is not None
        case Carer() | HouseholdEntry():
            return about.family.forgotten_at is not None
        case Question():
            return about.family is not None and about.family.forgotten_at is not None
        case Letter():
            whom = about.about
            home = whom if isinstance(whom, Family | None) else whom.family
            return home is not None and home.forgotten_at is not None
        case Assignment():
            whom = about.child or about.family
            home = whom.family if isinstance(whom, Child) else whom
            return home is not None and home.forgotten_at is not None
        case Appointment():
            return about.family.forgotten_at is not None
        case ToldEnding():
            return about.about.family.forgotten_at is not None
        case Visit() | VisitPromise():
            visited = of_subject(session, str(of_visit(about) if isinstance(about, Visit) else about.about))
            return visited is None or visited.family.forgotten_at is not None
        case _:
            return False


REPORTS = Standing(
    "fosters whom the visit is about, or is a delegate of who does; they are with us; or began the report while they "
    "did, days ago; of a sent report, sent it",
    (Child, Pregnancy, Wedding, Visit),
    _reports,
)
WAS_ASKED_DAY = Standing(
    "was asked when they can visit", (VisitPromise,), lambda asking, one: one.person_id == asking.somebody.id
)
OWN_REPORT = Standing("sent the report, which stands", (Visit,), _is_own_report)
OWN_DRAFT = Standing("began the draft", (Draft,), _is_own_draft)
OWN_CHILD = Standing("cares for the child, which is with us", (Child,), _is_own_child)
OWN_FAMILY = Standing("is a carer of the family", (Family,), _is_own_family)
SEES_RECORD = Standing(
    "cares for the child and reads along, or fosters it while a consent stands; it is with us",
    (Child,),
    _sees_record,
)
THEIRS = Standing(
    "is of the family, fosters it, or is a health worker of its place", (Child, Pregnancy, Family), _is_theirs
)
OF_THEIRS = Standing(
    "is of the mother's family, fosters it as a whole, or is a health worker of its place",
    (Pregnancy, Family),
    _is_of_theirs,
)
TOLD_IT = Standing("told of the birth themselves", (Pregnancy,), _told_it)
ANSWERS_FOR = Standing(
    "is a health worker or the head of the place, or on duty for it; a coordinator of the place for what cannot wait, "
    "of the city for what a stranger told",
    (Referral,),
    _answers_for,
)
OVERSEES = Standing(
    "coordinates the place of whom it is about, or the city; the city of a stranger",
    (Referral,),
    _oversees,
)
KNOWS_OF = Standing(
    "coordinates the place of whom it is about, or the office of who fosters them", (Referral,), _knows_of
)
WRITES_TO = Standing("may call the ASN or the health worker, who is somebody else", (Person,), _writes_to)
ANSWERS_LETTER = Standing("got the letter, and one of the two still coordinates the other", (Letter,), _answers_letter)
WAS_ASKED = Standing("was asked about it, and whom it is about is still theirs", (Referral,), _was_asked)
MEASURES = Standing("is a health worker of the place of the child, which is with us", (Child,), _measures)
OWN_TEST = Standing("got the test", (AlertTest,), _is_own_test)
ENTERS_DUTY = Standing("is that health worker, or leads their place", (Person,), _enters_duty)
COORDINATES = Standing("coordinates a place or an office of what the ASN fosters", (Person,), _coordinates)
LINE = Standing(
    "coordinates a place or an office of what the ASN fosters; of a child, a mother or a couple in care their place",
    (Person, Child, Pregnancy, Wedding),
    _coordinates_line,
)
OF_HOME = Standing(
    "coordinates the place of the child, mother or couple, who is in care, or the city",
    (Child, Pregnancy, Wedding),
    _coordinates_home,
)
CALLS = Standing(
    "coordinates a place or an office of what they foster or visit for, or of families whose health worker they are; "
    "or sees to them as a person, who is an ASN or a health worker",
    (Person,),
    _calls,
)
SEES_TO_PLACE = Standing(
    "coordinates the place, its kelurahan or its kecamatan, or the city; an admin",
    (Posyandu, HealthCentre),
    _sees_to_place,
)
AREAS = (Village, District, HealthCentre, Posyandu, Office)
SEES_AREA = Standing(
    "coordinates the place or one that it lies in, or the office; is a health worker there, or of its families' "
    "puskesmas",
    AREAS,
    _sees_area,
)
COORDINATES_AREA = Standing("coordinates the place or one that it lies in, or the office", AREAS, _coordinates_area)
SEES_TO_PERSON = Standing(
    "coordinates all places or the office in which the person has a role, none of them a coordinator's or an admin's; "
    "the city's coordinator leads all but admins, an admin all but families",
    (Person, PersonRole),
    _sees_to_person,
)
DECIDES = Standing(
    "is a health worker, the head or the coordinator of the place, and did not tell of it", (ToldEnding,), _decides
)
ANSWERS_QUESTION = Standing(
    "was given the question, and is a health worker or the head of the place, or on duty for it",
    (Question,),
    _answers_question,
)
ASKED_IT = Standing("asked the question", (Question,), _asked_it)
SEES_TO_QUESTION = Standing("coordinates the place of the family, or the whole city", (Question,), _sees_to_question)
OPENS_CARD = Standing(
    "fosters them, is a health worker of their place, or coordinates it or the office of who fosters them; they are "
    "with us",
    (Child, Pregnancy),
    _opens_card,
)
LEADS = Standing(
    "is that ASN, their superior at work, or coordinates a place or an office of what they foster", (Person,), _leads
)
SUPERIOR = Standing("is the superior at work of that ASN", (Person,), _is_superior)
ABOVE = Standing(
    "is the superior at work of somebody who fosters them, or coordinates that one's office or the city",
    (Child, Pregnancy, Wedding),
    _is_above,
)
LEADS_LEAVE = Standing("may enter leave for whose leave it is", (Leave,), _leads_leave)
VISITS_FOR = Standing("visits for it, now or later", (Assignment,), _visits_for)
OF_PLACE = Standing(
    "coordinates the kelurahan, the kecamatan, the puskesmas, the posyandu or the city of the family",
    (Assignment,),
    _coordinates_place,
)
ENDS_ROLE = Standing(
    "is an admin, or the city's coordinator where it is a health worker or coordinates less; never one's own",
    (PersonRole,),
    _ends_role,
)
OWN_CRY = Standing("wrote it, from the same address", (Cry,), _wrote_it)
ASKED_OF = Standing("is asked at an address of theirs whether another is theirs too", (Claim,), _is_asked_of)
WRITES_HERE = Standing("is confirmed at this address too", (Person,), _writes_here)
OWN_ADDRESS = Standing("holds the address", (Address,), _is_own_address)
OF_OWN_FAMILY = Standing("is a carer of the same family", (Carer,), _is_own_carer)
READS_OF = Standing(
    "cares for them and reads along, or fosters them while a consent stands; they are with us",
    (Child, Pregnancy, Family),
    _reads_of,
)
OF_PAIR = Standing(
    "is a carer of the family who reads along, or visits it today, while a consent stands; of an appointment, has it",
    (Child, Pregnancy, Family, Appointment),
    _is_of_pair,
)
WROTE_NOTE = Standing("wrote the words", (Note,), _wrote_note)
INVITES = Standing(
    "is the mother, fosters them, or is a health worker of the place; another carer where no mother has joined",
    (Family, Child, Pregnancy),
    _invites,
)
WROTE_CODE = Standing("wrote the code at this address", (HouseholdEntry,), _wrote_code)
SAYS_WHO = Standing("agreed after writing the code, which has not expired", (HouseholdEntry,), _says_who_they_are)
JOINS_BY = Standing("asked to join", (HouseholdEntry,), _joins_by)
DECIDES_ENTRY = Standing(
    "is the family's mother; where she has died or never joined, a health worker of the place; it waits",
    (HouseholdEntry,),
    _decides_entry,
)
HEALS = Standing("is a health worker of the family's place", (Family,), _heals)
ANSWERS_DATA = Standing("is the city's data officer, and nobody has answered it", (DataRequest,), _answers_data)
EXPECTS = Standing(
    "is of the mother's family, a health worker of its place, or fosters it as a whole while a consent stands",
    (Pregnancy, Family),
    _is_told_of_pregnancy,
)
SENT_IT = Standing("sent it", (WorkbookImport,), lambda asking, one: one.person_id == asking.somebody.id)
AGREES = Standing("did not send it", (WorkbookImport,), lambda asking, one: one.person_id != asking.somebody.id)
TAKES_BACK = Standing("sent it, or coordinates the whole city, or is an administrator", (WorkbookImport,), _takes_back)
ANNOUNCES = Standing(
    "wrote it, and coordinates the place or the office it is for, or one around it", (Broadcast,), _announces
)
AGREES_TO_IT = Standing(
    "did not write it, and coordinates the place or the office it is for, or one around it",
    (Broadcast,),
    _agrees_to_announcement,
)
SEES_TO_IT = Standing(
    "wrote it or agreed to it, or coordinates the whole city, or is an administrator",
    (Broadcast,),
    _sees_to_announcement,
)
ANY_CHILD = Standing("whichever child", (Child,), lambda asking, about: True)
GOT_IT = Standing("got the message", (Outgoing,), _got_it)

RULES: Mapping[str, Rule] = {
    # joining and the first screens
    "join": Rule((ANYBODY,)),
    "join.send": Rule((BEGINNER,)),
    "home": Rule((JOINING,)),
    "help": Rule((JOINING,)),
    "message.read": Rule((ANYBODY,), GOT_IT),
    "draft.resume": Rule((JOINING,)),
    "phone.change": Rule((MEMBER,)),
    # who writes
    "claim.ask": Rule((STRANGER,)),
    "claim.answer": Rule((JOINING,), ASKED_OF),
    "writer.choose": Rule((MEMBER,), WRITES_HERE),
    "address.list": Rule((MEMBER,)),
    "address.end": Rule((MEMBER,), OWN_ADDRESS),
    "roles.list": Rule((ADMIN,)),
    # danger
    "danger.numbers": Rule((ANYBODY,)),
    "danger.answer": Rule((ANYBODY,), OWN_CRY),
    "child.sick": Rule((FAMILY,), OWN_CHILD),
    # who fosters
    "fostered.list": Rule((ASN,)),
    "schedule.view": Rule((FAMILY, ASN)),
    "visit.report": Rule((ASN,), REPORTS),
    "visit.change": Rule((ASN,), OWN_REPORT),
    "visit.promise": Rule((ASN,), WAS_ASKED_DAY),
    "visit.draft": Rule((ASN,), OWN_DRAFT),
    "practice": Rule((ASN, COORDINATOR)),
    # the card of a child or a mother, each as much as the role may see; each opening is a line of the audit
    "card.open": Rule((ASN, HEALTH, COORDINATOR), OPENS_CARD),
    # a family and who visits it
    "pair.list": Rule((FAMILY, ASN)),
    "pair.view": Rule((FAMILY, ASN), OF_PAIR),
    "pair.number": Rule((FAMILY, ASN), OF_PAIR),
    "pair.landmark": Rule((FAMILY,), OF_PAIR),
    "appointment.offer": Rule((ASN,), OF_PAIR),
    "appointment.pick": Rule((FAMILY,), OF_PAIR),
    "appointment.accept": Rule((ASN,), OF_PAIR),
    "appointment.change": Rule((FAMILY, ASN), OF_PAIR),
    # families
    "consent.answer": Rule((FAMILY,), OWN_FAMILY),
    "consent.withdraw": Rule((FAMILY,), OWN_FAMILY),
    "consent.paper": Rule((HEALTH,), HEALS),
    "reader.only": Rule((FAMILY,), OWN_FAMILY),
    "reader.end": Rule((FAMILY,), OF_OWN_FAMILY),
    "household.invite": Rule((FAMILY, ASN, HEALTH), INVITES),
    "household.join": Rule((ANYBODY,), WROTE_CODE),
    "household.send": Rule((JOINING,), SAYS_WHO),
    "household.leave": Rule((JOINING,), JOINS_BY),
    "household.answer": Rule((FAMILY, HEALTH), DECIDES_ENTRY),
    "data.erase": Rule((FAMILY,), OWN_FAMILY),
    "data.answer": Rule((MEMBER,), ANSWERS_DATA),
    "lessons.choose": Rule((FAMILY,)),
    "lesson.open": Rule((FAMILY,)),
    "lesson.answer": Rule((MEMBER,)),  # its key names who got it
    "data.own": Rule((FAMILY,)),
    "known.tell": Rule((FAMILY, ASN), READS_OF),
    "signs.view": Rule((FAMILY,), READS_OF),
    "lesson.ask": Rule((FAMILY,), READS_OF),
    "chart.view": Rule((FAMILY, ASN), SEES_RECORD),
    "chart.monthly": Rule((FAMILY,)),
    # referrals
    "referral.list": Rule((HEALTH, COORDINATOR)),
    "referral.handle": Rule((MEMBER,), ANSWERS_FOR),
    "referral.arrival": Rule((MEMBER,), WAS_ASKED),
    "referral.see": Rule((COORDINATOR,), KNOWS_OF),
    "referral.push": Rule((COORDINATOR,), OVERSEES),
    "referral.reopen": Rule((HEALTH,), ANSWERS_FOR),
    "child.measure": Rule((HEALTH,), MEASURES),
    # questions
    "question.ask": Rule((FAMILY, ASN), WROTE_NOTE),
    "question.write": Rule((FAMILY, ASN), ASKED_IT),
    "question.list": Rule((HEALTH, COORDINATOR)),
    "question.answer": Rule((HEALTH,), ANSWERS_QUESTION),
    "question.remind": Rule((COORDINATOR,), SEES_TO_QUESTION),
    # letters of coordinators, and their answers
    "letter.write": Rule((COORDINATOR,), WRITES_TO),
    "letter.answer": Rule((MEMBER,), ANSWERS_LETTER),
    # health workers
    "alert_test.answer": Rule((HEALTH,), OWN_TEST),
    "lesson.review": Rule((REVIEWER,)),
    "lesson.order": Rule((REVIEWER,), MEASURES),
    "duty.own": Rule((HEALTH,)),
    "duty.enter": Rule((HEALTH, COORDINATOR), ENTERS_DUTY),
    "duty.see": Rule((HEALTH, COORDINATOR)),
    # news, by whoever may bring it
    "news.moved": Rule((ASN, HEALTH), THEIRS),
    "news.loss": Rule((FAMILY, ASN, HEALTH), THEIRS),
    "news.loss.word": Rule((JOINING,)),
    "ending.decide": Rule((HEALTH, COORDINATOR), DECIDES),
    "ending.back": Rule((HEALTH,), THEIRS),
    "news.birth": Rule((FAMILY, ASN, HEALTH), OF_THEIRS),
    "news.birth.undo": Rule((FAMILY, ASN, HEALTH), TOLD_IT),
    "news.pregnancy": Rule((FAMILY, ASN, HEALTH), EXPECTS),
    "news.any": Rule((FAMILY, ASN, HEALTH)),
    "child.name": Rule((FAMILY, ASN, HEALTH), THEIRS),
    # coordinators
    "digest.view": Rule((COORDINATOR,)),
    "digest.choose": Rule((COORDINATOR,)),
    "export.make": Rule((COORDINATOR, ADMIN)),  # which lists: reports.exports.kinds; of each row: disclosure.of_list
    "setting.change": Rule((ADMIN, CITY_COORDINATOR)),
    "place.change": Rule((COORDINATOR, ADMIN), SEES_TO_PLACE),
    "area.open": Rule((HEALTH, COORDINATOR), SEES_AREA),
    "area.remind": Rule((COORDINATOR,), COORDINATES_AREA),
    "person.open": Rule((COORDINATOR, ADMIN), SEES_TO_PERSON),
    "person.number": Rule((CITY_COORDINATOR, ADMIN), SEES_TO_PERSON),
    "role.change": Rule((ADMIN,), SEES_TO_PERSON),
    "code.make": Rule((COORDINATOR, ADMIN), SEES_TO_PERSON),
    "asn.remind": Rule((COORDINATOR,), COORDINATES),
    "late.view": Rule((COORDINATOR,), COORDINATES),
    "child.open": Rule((CITY_COORDINATOR,), COORDINATES),  # the names of a list; each opening is a line of the audit
    "person.call": Rule((COORDINATOR,), CALLS),
    "line.aside": Rule((COORDINATOR,), LINE),
    "unassigned.view": Rule((COORDINATOR,), OF_HOME),
    # superiors at work, who need no other role for it; and who reads that visits are late
    "team.view": Rule((MEMBER,), ABOVE),  # the list is of their own people alone
    "team.remind": Rule((MEMBER,), SUPERIOR),
    # hand-over: leave, transfer, retirement; who comes next; ends
    "leave.own": Rule((HEALTH, ASN)),
    "handover.own": Rule((ASN,)),
    "handover.choose": Rule((ASN, COORDINATOR)),
    "handover.enter": Rule((MEMBER,), LEADS),
    "handover.draft": Rule((MEMBER,), OWN_DRAFT),
    "handover.view": Rule((ASN,), VISITS_FOR),
    "leave.end": Rule((MEMBER,), LEADS_LEAVE),
    "assignment.list": Rule((COORDINATOR,)),
    "assignment.accept": Rule((COORDINATOR,), OF_PLACE),
    "assignment.end": Rule((COORDINATOR,), OF_PLACE),
    "role.choose": Rule((CITY_COORDINATOR, ADMIN)),
    "role.end": Rule((CITY_COORDINATOR, ADMIN), ENDS_ROLE),
    "audit.read": Rule((CITY_COORDINATOR,), ANY_CHILD),
    # the register: whose families a coordinator may change, reports.workbook.reach decides row by row
    "workbook.send": Rule((COORDINATOR, ADMIN)),
    "workbook.decide": Rule((COORDINATOR, ADMIN), SENT_IT),
    "workbook.agree": Rule((CITY_COORDINATOR, ADMIN), AGREES),
    "workbook.undo": Rule((COORDINATOR, ADMIN), TAKES_BACK),
    # announcements: whom they may be for, programme.broadcast_scopes decides
    "broadcast.write": Rule((COORDINATOR, ADMIN), ANNOUNCES),
    "broadcast.approve": Rule((COORDINATOR, ADMIN), AGREES_TO_IT),
    "broadcast.stop": Rule((COORDINATOR, ADMIN), SEES_TO_IT),
    "news.choose": Rule((FAMILY,)),
    "news.show": Rule((FAMILY, COORDINATOR, ADMIN)),  # a coordinator may mean to write one
}

LESSONS_ONLY = frozenset(
    {
        "join", "home", "help", "message.read", "writer.choose", "danger.numbers", "danger.answer", "child.sick",
        "lessons.choose", "lesson.open", "lesson.answer", "signs.view", "household.join",
    }
)  # fmt: skip
"""The acts that are open at an address for lessons only: its person was confirmed by an answer about the child."""
