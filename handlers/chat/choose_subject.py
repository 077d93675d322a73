"""Whom a person may bring news of: an ASN of those they foster, a family of its own, a health worker of their place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select

from db.children import Assignment, Carer, Child, Family, Pregnancy, current
from db.roles import Role, ScopeKind
from db.states import GONE
from db.subjects import Subject, SubjectKind, subject
from flow.message import Message, Option
from flow.words import normal
from handlers.chat.context import Context, NotValid
from programme.contacts import who

MANY = 8  # more than that are found by their name
LATER = Option("menu:home", "Nanti saja")
NOT_FOUND = "Nama itu belum ketemu, atau ada banyak. Tulis lebih lengkap, ya."


def known_to(context: Context) -> list[Child | Pregnancy]:
    """The children and pregnancies this person may bring news of, as long as there is any to come."""
    mine = _families(context)
    children = (
        select(Child)
        .join(Family, Family.id == Child.family_id)
        .where(or_(mine, _fostered(context)), Child.state.not_in(GONE))
    )
    pregnancies = (
        select(Pregnancy).join(Family, Family.id == Pregnancy.family_id).where(mine, Pregnancy.state.not_in(GONE))
    )
    return [
        *context.session.scalars(children.order_by(Child.id)),
        *context.session.scalars(pregnancies.order_by(Pregnancy.id)),
    ]


def may_tell_of(context: Context, said: str) -> Child | Pregnancy:
    """The child or pregnancy of a button ("child:31"), whatever has become of it.

    Raises NotValid where it is none of this person's. What is known of it is looked at only afterwards: the state of
    somebody else's child is nobody's business.
    """
    kind, id = Subject.parse(said)
    about = context.session.get({SubjectKind.CHILD: Child, SubjectKind.PREGNANCY: Pregnancy}[kind], id)
    if about is None or not is_theirs(context, about):
        raise NotValid(said)
    return about


def is_theirs(context: Context, about: Child | Pregnancy | Family | None) -> bool:
    """Whether this person may bring news of the child, the pregnancy or the family, whatever its state."""
    if about is None or isinstance(about, Family):
        return about is not None and is_of_theirs(context, about)
    if is_of_theirs(context, about.family):
        return True
    if not isinstance(about, Child) or about.family.forgotten_at is not None:
        return False
    return context.session.scalar(select(Child.id).where(Child.id == about.id, _fostered(context))) is not None


def is_of_theirs(context: Context, family: Family) -> bool:
    """Whether this person may bring news of the family as a whole."""
    query = select(Family.id).where(_families(context), Family.forgotten_at.is_(None), Family.id == family.id)
    return context.session.scalar(query) is not None


def families(context: Context) -> list[Family]:
    """The families this person may bring news of: their own, those fostered as a whole, those of their place."""
    query = select(Family).where(_families(context), Family.forgotten_at.is_(None))
    return list(context.session.scalars(query.order_by(Family.id)))


def family(context: Context, family_id: int) -> Family:
    """One of them. Raises NotValid where it is none of this person's."""
    found = context.session.get(Family, family_id)
    if found is None or not is_of_theirs(context, found):
        raise NotValid(str(Subject(SubjectKind.FAMILY, family_id)))
    return found


def ask(context: Context, verb: str, text: str, among: Sequence[Child | Pregnancy], *more: Option) -> None:
    """Ask whom the news is about: by a tap, or by name where there are many. ``verb`` is "loss", "news" or "birth"."""
    context.address.draft_id = None  # what is written next is the answer to this
    if len(among) > MANY:
        context.address.awaiting = verb
        context.say(Message(f"{text}\n\nTulis nama anak, nama ibu, atau kodenya.", (*more, LATER)))
        return
    options = [Option(f"{verb}:who:{subject(one)}", _label(one)) for one in among]
    context.say(Message(text, (*options, *more, LATER)))


def ask_of_named(context: Context, verb: str, text: str, among: Sequence[Child | Pregnancy]) -> None:
    """Ask which of those whose name was written is meant; where there are none or too many, for more of the name."""
    if among and len(among) <= MANY:
        context.address.awaiting = ""
        ask(context, verb, text, among)
    else:
        context.say(Message(NOT_FOUND, (LATER,)))


def find(context: Context, text: str) -> list[Child | Pregnancy]:
    """Those whose name, mother's name or code was written, in part or whole."""
    said = normal(text)
    return [one for one in known_to(context) if len(said) >= 2 and any(said in normal(name) for name in _names(one))]


def _families(context: Context) -> ColumnElement[bool]:
    """For a query over Family: the person's own, those fostered as a whole, and those of a health worker's place.

    Each needs its role today: a carer or an assignment that is left over from a role that was taken away opens nothing.
    """
    theirs: list[ColumnElement[bool]] = []
    if context.person.has(Role.FAMILY):
        reads = Carer.person_id == context.person.id, Carer.closed_at.is_(None)
        theirs.append(Family.id.in_(select(Carer.family_id).where(*reads)))
    if context.person.has(Role.ASN):
        held = select(Assignment.family_id).where(
            Assignment.asn_id == context.person.id, Assignment.family_id.is_not(None), *current(context.today)
        )
        theirs.append(Family.id.in_(held))
    columns: dict[str, Any] = {
        ScopeKind.POSYANDU: Family.posyandu_id, ScopeKind.HEALTH_CENTRE: Family.health_centre_id,
        ScopeKind.VILLAGE: Family.village_id,
    }  # fmt: skip
    places = [
        columns[held.scope] == held.scope_id
        for held in context.person.roles
        if held.role == Role.HEALTH and held.scope in columns
    ]
    return or_(false(), *theirs, *places)


def _fostered(context: Context) -> ColumnElement[bool]:
    """For a query over Child: those this ASN fosters by themselves."""
    if not context.person.has(Role.ASN):
        return false()
    held = select(Assignment.child_id).where(
        Assignment.asn_id == context.person.id, Assignment.child_id.is_not(None), *current(context.today)
    )
    return Child.id.in_(held)


def _label(one: Child | Pregnancy) -> str:
    return f"{who(one)} ({one.code})" if isinstance(one, Child) else f"{who(one)}, hamil"


def _names(one: Child | Pregnancy) -> tuple[str, ...]:
    if isinstance(one, Child):
        return one.name, one.code, one.family.mother_name
    return one.mother_name, one.family.code
