"""The life of an assignment: proposed, begun, substituted, ended with a reason, handed over to a successor.

Every use case locks whom it is about and writes the audit. Done twice it changes nothing the second time; where
somebody else has changed the assignment meanwhile it raises ``Changed``, with a sentence for who came second. An end
that lies ahead is only noted: ``end_past`` carries it out on its day. ``assignment_news.tell`` tells everybody
concerned of the changes that the use cases return, many in one message. ``now`` is in the city's time zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from content.city import City
from db import audit, outbox
from db.audit import note
from db.children import Child, Family, Pregnancy, Wedding
from db.drafts import Draft
from db.fostering import Assignment, AssignmentState, EndReason, Part, answerable, foster_parents, visitors
from db.outbox import Kind
from db.people import Person
from db.subjects import Subject, SubjectKind, subject
from programme import begun_reports, still_valid, unsent
from programme.contacts import called

A_DAY = timedelta(days=1)
OF_FOSTER_PARENTS = (Kind.REMINDER, Kind.NUDGE, Kind.BORN, Kind.QUESTION_NEWS, Kind.HANDOVER)
"""The kinds of message that somebody gets as a foster parent: they stop with the assignment."""
CHANGES = (
    "assignment.begin", "assignment.propose", "assignment.refuse", "assignment.substitute", "assignment.end",
    "assignment.succeed",
)  # fmt: skip
"""The lines of the audit about a family or a child that say that its assignments have changed."""


class Changed(Exception):
    """Somebody else has changed the assignment meanwhile; the text is a sentence that says who and how it is now."""


class Drafts(StrEnum):
    """What becomes of the reports that were begun and not sent."""

    OWNER = "pemilik"  # they stay on the list of who began them, who may send them for a few days (policy)
    SUCCESSOR = "penerus"


@dataclass(frozen=True)
class Change:
    """One change: ``old`` rests or ended, ``new`` took its place; without either of them, one began or ended.

    ``unsent``: whom the reports are about that ``old`` had begun and that still lie with them.
    """

    old: Assignment | None
    new: Assignment | None
    unsent: Sequence[Subject] = ()

    @property
    def whom(self) -> Assignment:
        """The one that says whom it is about."""
        found = self.new or self.old
        if found is None:
            raise LookupError("a change of no assignment")
        return found


# --- whom an assignment is about --------------------------------------------------------------


def about(one: Assignment) -> Child | Family:
    """The child or the whole family. Raises LookupError for a row with neither."""
    found = one.child or one.family
    if found is None:
        raise LookupError(f"assignment {one.id} is about nobody")
    return found


def family_of(one: Assignment) -> Family:
    return home_of(about(one))


def home_of(whom: Child | Family) -> Family:
    """The family itself, or the child's."""
    return whom if isinstance(whom, Family) else whom.family


def whom(about: Child | Pregnancy | Wedding) -> Child | Family:
    """Whom an assignment names that is to cover them: a mother and a couple are fostered with the whole family."""
    return about if isinstance(about, Child) else about.family


def held(session: Session, about: Child | Pregnancy | Wedding, today: date) -> Assignment | None:
    """The assignment that answers for them, by themselves or with the whole family, now or later."""
    of_child = holding(session, about, today) if isinstance(about, Child) else None
    return of_child or holding(session, about.family, today)


def covered(one: Assignment) -> list[Child | Pregnancy]:
    """The children and pregnancies that the assignment is about, whatever has become of them."""
    whom = about(one)
    return [*whom.children, *whom.pregnancies] if isinstance(whom, Family) else [whom]


def holding(session: Session, whom: Child | Family, today: date, part: Part = Part.MAIN) -> Assignment | None:
    """The assignment of this part about the child, or about the family as a whole, now or later."""
    query = select(Assignment).where(
        Assignment.part == part, Assignment.state == AssignmentState.ACTIVE, _is_about(whom),
        Assignment.ends.is_(None) | (Assignment.ends >= today),
    )  # fmt: skip
    return session.scalars(query.order_by(Assignment.starts, Assignment.id)).first()


def of_person(session: Session, person_id: int, today: date) -> Sequence[Assignment]:
    """The assignments for which this foster parent is answerable, now or later, by kelurahan and name of the child."""
    query = select(Assignment).where(
        Assignment.asn_id == person_id, Assignment.part == Part.MAIN, Assignment.state == AssignmentState.ACTIVE,
        Assignment.ends.is_(None) | (Assignment.ends >= today),
    )  # fmt: skip
    return session.scalars(query.order_by(Assignment.id)).all()


def proposed(session: Session, whom: Child | Family) -> Assignment | None:
    """The proposal about the child or the family that nobody has decided."""
    query = select(Assignment).where(Assignment.state == AssignmentState.PROPOSED, _is_about(whom))
    return session.scalars(query.order_by(Assignment.id)).first()


# --- what can happen to it --------------------------------------------------------------------


def begin(
    session: Session,
    who: Person,
    whom: Child | Family,
    starts: date,
    now: datetime,
    by: audit.By,
    *,
    part: Part = Part.MAIN,
    ends: date | None = None,
    decree: str = "",
    known_from: date | None = None,
    replaces: Assignment | None = None,
    action: str = "assignment.begin",
) -> Change:
    """Let somebody foster the child or the family from ``starts`` on.

    Raises Changed where somebody else is answerable already. The same assignment once more changes nothing.
    """
    _lock(session, whom)
    same = _same(session, who, whom, part, starts)
    if same is not None and (same.part != Part.SUBSTITUTE or same.replaces_id == (replaces and replaces.id)):
        return Change(None, same)
    other = holding(session, whom, starts) if part == Part.MAIN else None
    if other is not None and other.asn_id != who.id:
        raise Changed(said(session, whom, now))
    new = Assignment(
        asn=who, child=whom if isinstance(whom, Child) else None, family=whom if isinstance(whom, Family) else None,
        part=part, starts=starts, ends=ends, known_from=known_from, decree=decree,
        replaces_id=replaces and replaces.id,
    )  # fmt: skip
    session.add(new)
    session.flush()
    _withdraw_proposals(session, whom, now, by)
    note(session, now, by, action, subject(whom), subject(who))
    return Change(None, new)


def propose(
    session: Session, who: Person, whom: Child | Family, why: str, today: date, now: datetime, by: audit.By = None
) -> Assignment:
    """Propose a foster parent, with the reason in a sentence. Another proposal that nobody decided gives way.

    Raises Changed where somebody is answerable already.
    """
    _lock(session, whom)
    if holding(session, whom, today) is not None:
        raise Changed(said(session, whom, now))
    before = proposed(session, whom)
    if before is not None and before.asn_id == who.id:
        return before
    _withdraw_proposals(session, whom, now, by)
    new = Assignment(
        asn=who, child=whom if isinstance(whom, Child) else None, family=whom if isinstance(whom, Family) else None,
        state=AssignmentState.PROPOSED, starts=today, why=why[:160],
    )  # fmt: skip
    session.add(new)
    session.flush()
    note(session, now, by, "assignment.propose", subject(whom), subject(who))
    return new


def accept(session: Session, proposal_id: int, today: date, now: datetime, by: audit.By) -> Change:
    """The proposal becomes an assignment that begins today.

    Raises Changed where it was decided already, or somebody else is answerable.
    """
    one = _locked(session, proposal_id)
    whom = about(one)
    if one.state != AssignmentState.PROPOSED or holding(session, whom, today) is not None:
        raise Changed(said(session, whom, now))
    one.state, one.starts, one.known_from = AssignmentState.ACTIVE, today, today
    session.flush()
    _withdraw_proposals(session, whom, now, by)
    note(session, now, by, "assignment.begin", subject(whom), Subject(SubjectKind.PERSON, one.asn_id))
    return Change(None, one)


def refuse(session: Session, proposal_id: int, today: date, now: datetime, by: audit.By) -> None:
    """The proposal is not accepted. Raises Changed where it was decided already."""
    one = _locked(session, proposal_id)
    if one.state != AssignmentState.PROPOSED:
        raise Changed(said(session, about(one), now))
    one.end_reason = EndReason.WRONG  # who was refused is not proposed again
    _refuse(session, one, today, now, by)


def end(
    session: Session,
    city: City,
    assignment_id: int,
    reason: EndReason,
    now: datetime,
    by: audit.By,
    *,
    last: date | None = None,
) -> Change:
    """End the assignment after ``last``, its last day (today where none is given), with nobody in its place.

    Raises Changed where somebody else has ended it already, or handed it over.
    """
    today = city.today(now)
    one = _locked(session, assignment_id)
    whom = about(one)
    if one.state == AssignmentState.ENDED and one.end_reason == reason and _has_ended(session, whom, by):
        return Change(one, None)  # the same once more
    _still_holds(session, one, today, now)
    one.ends, one.end_reason = max(last or today, one.starts), reason
    note(session, now, by, "assignment.end", subject(whom), Subject(SubjectKind.PERSON, one.asn_id))
    if last is None or last <= today or one.starts > today:
        return _finish(session, city, one, None, now, Drafts.OWNER)
    return Change(one, None)


def succeed(
    session: Session,
    city: City,
    assignment_id: int,
    successor: Person,
    reason: EndReason,
    now: datetime,
    by: audit.By,
    *,
    starts: date | None = None,
    drafts: Drafts = Drafts.OWNER,
    decree: str = "",
) -> Change:
    """Hand the child or the family over to ``successor`` from ``starts`` on (today where no day is given).

    Today the old assignment ends the same day; later, on the day before. Raises Changed where it has ended already. A
    successor who fosters the child too, as a companion or with the whole family, becomes the one who answers.
    """
    today = city.today(now)
    one = _locked(session, assignment_id)
    follower = _follower(session, one)
    if follower is not None and follower.asn_id == successor.id and one.end_reason == reason:
        return Change(one, follower)  # the same once more
    _still_holds(session, one, today, now)
    whom, first = about(one), max(starts or today, today)
    if one.asn_id == successor.id:
        raise Changed(said(session, whom, now))
    one.ends, one.end_reason = max(today if first == today else first - A_DAY, one.starts), reason
    is_over = first == today or one.starts > today  # one that had not begun never will
    if is_over:
        one.state = AssignmentState.ENDED
    new = Assignment(
        asn=successor, child=one.child, family=one.family, part=one.part, starts=first, known_from=first,
        decree=decree, replaces_id=one.id,
    )  # fmt: skip
    session.add(new)
    for companion in _companions(session, successor, whom, first):
        companion.state, companion.ends, companion.end_reason = AssignmentState.ENDED, today, EndReason.HANDED_OVER
    session.flush()
    note(session, now, by, "assignment.succeed", subject(whom), subject(successor))
    return _finish(session, city, one, new, now, drafts) if is_over else Change(one, new)


def substitute(
    session: Session,
    assignment_id: int,
    who: Person,
    starts: date,
    until: date,
    today: date,
    now: datetime,
    by: audit.By,
) -> Change:
    """Let somebody visit in the place of the main foster parent from ``starts`` to ``until``, both included.

    Raises Changed where the assignment has ended, or where that time has a substitute already.
    """
    one = _locked(session, assignment_id)
    _still_holds(session, one, today, now)
    if one.asn_id == who.id:
        raise Changed(said(session, about(one), now))
    for other in substitutes(session, one.id):
        if other.starts <= until and (other.ends is None or other.ends >= starts):
            if (other.asn_id, other.starts, other.ends) == (who.id, starts, until):
                return Change(one, other)
            raise Changed(said(session, about(one), now))
    done = begin(
        session, who, about(one), starts, now, by, part=Part.SUBSTITUTE, ends=until, known_from=max(starts, today),
        replaces=one, action="assignment.substitute",
    )  # fmt: skip
    return Change(one, done.new)


def substitutes(session: Session, assignment_id: int) -> Sequence[Assignment]:
    """Who stands in for this assignment, now or later."""
    query = select(Assignment).where(
        Assignment.replaces_id == assignment_id, Assignment.part == Part.SUBSTITUTE,
        Assignment.state == AssignmentState.ACTIVE,
    )  # fmt: skip
    return session.scalars(query.order_by(Assignment.starts, Assignment.id)).all()


def end_substitute(session: Session, city: City, one: Assignment, last: date, now: datetime) -> None:
    """A substitute visits until ``last`` only; what they have begun goes back to whom they stood in for."""
    one.ends, one.end_reason = max(last, one.starts), EndReason.HANDED_OVER
    if last < city.today(now):
        main = session.get(Assignment, one.replaces_id) if one.replaces_id else None
        _finish(session, city, one, main, now, Drafts.SUCCESSOR)


def end_past(session: Session, city: City, assignment_id: int, now: datetime) -> Change | None:
    """Carry out the end of an assignment whose last day is over; None where there is nothing to do.

    The drafts of a substitute go back to whom they stood in for. Everybody was told when the end was noted.
    """
    one, today = _locked(session, assignment_id), city.today(now)
    if one.state != AssignmentState.ACTIVE or one.ends is None or one.ends >= today:
        return None
    following = _follower(session, one)
    if one.part == Part.SUBSTITUTE and one.replaces_id is not None:
        one.end_reason = one.end_reason or EndReason.HANDED_OVER
        following = session.get(Assignment, one.replaces_id)
    note(session, now, None, "assignment.end", subject(about(one)), Subject(SubjectKind.PERSON, one.asn_id))
    back = Drafts.SUCCESSOR if one.part == Part.SUBSTITUTE else Drafts.OWNER
    return _finish(session, city, one, following, now, back)


def past(session: Session, today: date) -> Sequence[int]:
    """The ids of the assignments whose last day is over and whose end was not carried out yet."""
    query = select(Assignment.id).where(Assignment.state == AssignmentState.ACTIVE, Assignment.ends < today)
    return session.scalars(query.order_by(Assignment.id)).all()


def pass_drafts_on(session: Session, city: City, successor_id: int, now: datetime, by: audit.By) -> bool:
    """Give the reports that the one before had begun to the successor, whose assignment has this id.

    Returns whether there were any.
    """
    new = _locked(session, successor_id)
    old = session.get(Assignment, new.replaces_id) if new.replaces_id else None
    if old is None or new.state != AssignmentState.ACTIVE:
        raise Changed(said(session, about(new), now))
    moved = begun_reports.give(session, _begun(session, city, old, now), new)
    if moved:
        note(session, now, by, "drafts.pass", subject(about(new)), Subject(SubjectKind.PERSON, new.asn_id))
    return bool(moved)


# --- who changed it, for whoever comes second ---------------------------------------------------


def said(session: Session, whom: Child | Family, now: datetime) -> str:
    """Who changed the assignments of the child or the family last, when, and who answers for it now.

    It names neither: whoever reads it may be shown nothing of them.
    """
    line = next(iter(audit.about(session, [subject(whom)], limit=1, only=CHANGES)), None)
    who, when = "", ""
    if line is not None:
        actor = audit.meaning(session, [line.actor]).get(line.actor)
        person = session.get(Person, actor.id) if actor and actor.kind == SubjectKind.PERSON else None
        who = f" oleh {called(person)}" if person else ""
        at = line.at.astimezone(now.tzinfo)
        when = f" pukul {at:%H.%M}" if at.date() == now.date() else f" tanggal {at.day}/{at.month}"
    holder = answerable(session, whom, now.date())
    with_whom = f"Pendampingnya sekarang {called(holder)}." if holder else "Sekarang belum ada pendampingnya."
    return f"Pendampingan ini sudah diubah{who}{when}. {with_whom}"


# --- what follows from an end --------------------------------------------------------------------


def _finish(
    session: Session, city: City, old: Assignment, new: Assignment | None, now: datetime, drafts: Drafts
) -> Change:
    """The old one is over: its substitutes with it, its drafts put away, its messages stopped."""
    today = city.today(now)
    old.state = AssignmentState.ENDED
    session.flush()
    for one in substitutes(session, old.id) if old.part == Part.MAIN else ():
        one.ends, one.end_reason = max(min(one.ends or today, today), one.starts), EndReason.HANDED_OVER
        _finish(session, city, one, new, now, drafts)
    begun = _begun(session, city, old, now)
    moved = begun_reports.give(session, begun, new) if drafts is Drafts.SUCCESSOR and new is not None else ()
    left = [one for one in begun if one not in moved]
    begun_reports.put_away(session, left)
    _stop_messages(session, old, now)
    return Change(old, new, tuple(Subject.parse(one.subject) for one in left if one.form in unsent.FORMS))


def _begun(session: Session, city: City, old: Assignment, now: datetime) -> list[Draft]:
    return begun_reports.of(session, city, old.asn_id, covered(old), now)


def _stop_messages(session: Session, old: Assignment, now: datetime) -> None:
    """Skip what was planned for its visitors as foster parents about whom they foster no more."""
    today = now.date()
    people = {old.asn_id, *(one.id for one in visitors(session, old.asn_id, today))}
    for whom in covered(old):
        gone = people - {one.id for one in foster_parents(session, whom, today)}
        for person_id in sorted(gone):
            kinds = outbox.Outgoing.kind.in_(OF_FOSTER_PARENTS)
            which = outbox.about(subject(whom)), kinds
            outbox.cancel_unasked(session, still_valid.NOT_THEIRS, now, person_id, *which)


# --- rows -----------------------------------------------------------------------------------------


def _is_about(whom: Child | Family) -> ColumnElement[bool]:
    return Assignment.child_id == whom.id if isinstance(whom, Child) else Assignment.family_id == whom.id


def _same(session: Session, who: Person, whom: Child | Family, part: Part, starts: date) -> Assignment | None:
    query = select(Assignment).where(
        Assignment.asn_id == who.id, Assignment.part == part, Assignment.state == AssignmentState.ACTIVE,
        _is_about(whom), Assignment.ends.is_(None) | (Assignment.ends >= starts),
    )  # fmt: skip
    return session.scalars(query.order_by(Assignment.id)).first()


def _companions(session: Session, who: Person, whom: Child | Family, starts: date) -> Sequence[Assignment]:
    found = _same(session, who, whom, Part.COMPANION, starts)
    return [] if found is None else [found]


def _follower(session: Session, one: Assignment) -> Assignment | None:
    """The assignment that follows this one, which is no substitute for it."""
    query = select(Assignment).where(
        Assignment.replaces_id == one.id, Assignment.part != Part.SUBSTITUTE, Assignment.state == AssignmentState.ACTIVE
    )
    return session.scalars(query.order_by(Assignment.id)).first()


def _still_holds(session: Session, one: Assignment, today: date, now: datetime) -> None:
    over = one.state != AssignmentState.ACTIVE or (one.ends is not None and one.ends < today)
    if over or _follower(session, one) is not None:
        raise Changed(said(session, about(one), now))


def _has_ended(session: Session, whom: Child | Family, by: audit.By) -> bool:
    return isinstance(by, int) and audit.is_noted(session, "assignment.end", subject(whom), by)


def _withdraw_proposals(session: Session, whom: Child | Family, now: datetime, by: audit.By) -> None:
    query = select(Assignment).where(Assignment.state == AssignmentState.PROPOSED, _is_about(whom))
    for one in session.scalars(query).all():
        _refuse(session, one, now.date(), now, by)


def _refuse(session: Session, one: Assignment, today: date, now: datetime, by: audit.By) -> None:
    one.state, one.ends = AssignmentState.ENDED, max(today, one.starts)
    session.flush()
    note(session, now, by, "assignment.refuse", subject(about(one)), Subject(SubjectKind.PERSON, one.asn_id))


def _lock(session: Session, whom: Child | Family) -> None:
    """Wait for whoever is changing the assignments of this child or family just now."""
    table = type(whom)
    session.execute(select(table.id).where(table.id == whom.id).with_for_update())


def _locked(session: Session, assignment_id: int) -> Assignment:
    """The assignment as it is now, once nobody else changes it or another about the same child or family."""
    one = session.get_one(Assignment, assignment_id)
    _lock(session, about(one))
    session.refresh(one)
    return one
