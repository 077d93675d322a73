"""Whom a person may bring news of: an ASN of those they foster, a family of its own, a health worker of their place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select

from db.children import Assignment, Carer, Child, Family, Pregnancy, current
from db.states import GONE
from db.subjects import subject_of
from flow.message import Message, Option
from flow.words import normal
from handlers.chat.context import Desk, NotValid
from programme.contacts import who

MANY = 8  # more than that are found by their name
LATER = Option("menu:home", "Nanti saja")


def known_to(desk: Desk) -> list[Child | Pregnancy]:
    """The children and pregnancies this person may bring news of, as long as there is any to come."""
    mine = _families(desk)
    children = (
        select(Child)
        .join(Family, Family.id == Child.family_id)
        .where(or_(mine, _fostered(desk)), Child.state.not_in(GONE))
    )
    pregnancies = (
        select(Pregnancy).join(Family, Family.id == Pregnancy.family_id).where(mine, Pregnancy.state.not_in(GONE))
    )
    return [
        *desk.session.scalars(children.order_by(Child.id)),
        *desk.session.scalars(pregnancies.order_by(Pregnancy.id)),
    ]


def may_tell_of(desk: Desk, subject: str) -> Child | Pregnancy:
    """The child or pregnancy of a button ("child:31"), whatever has become of it.

    Raises NotValid where it is none of this person's. What is known of it is looked at only afterwards: the state of
    somebody else's child is nobody's business.
    """
    kind, number = subject.split(":")
    about = desk.session.get({"child": Child, "pregnancy": Pregnancy}[kind], int(number))
    if about is None or not is_theirs(desk, about):
        raise NotValid(subject)
    return about


def is_theirs(desk: Desk, about: Child | Pregnancy) -> bool:
    """Whether this person may bring news of the child or the pregnancy, whatever its state."""
    if is_of_theirs(desk, about.family):
        return True
    if not isinstance(about, Child) or about.family.forgotten_at is not None:
        return False
    return desk.session.scalar(select(Child.id).where(Child.id == about.id, _fostered(desk))) is not None


def is_of_theirs(desk: Desk, family: Family) -> bool:
    """Whether this person may bring news of the family as a whole."""
    query = select(Family.id).where(_families(desk), Family.forgotten_at.is_(None), Family.id == family.id)
    return desk.session.scalar(query) is not None


def families(desk: Desk) -> list[Family]:
    """The families this person may bring news of: their own, those fostered as a whole, those of their place."""
    query = select(Family).where(_families(desk), Family.forgotten_at.is_(None))
    return list(desk.session.scalars(query.order_by(Family.id)))


def family(desk: Desk, family_id: int) -> Family:
    """One of them. Raises NotValid where it is none of this person's."""
    found = desk.session.get(Family, family_id)
    if found is None or not is_of_theirs(desk, found):
        raise NotValid(f"family:{family_id}")
    return found


def ask(desk: Desk, verb: str, text: str, among: Sequence[Child | Pregnancy], *more: Option) -> None:
    """Ask whom the news is about: by a tap, or by name where there are many. ``verb`` is "loss", "news" or "birth"."""
    desk.address.draft_id = None  # what is written next is the answer to this
    if len(among) > MANY:
        desk.address.awaiting = verb
        desk.say(Message(f"{text}\n\nTulis nama anak, nama ibu, atau kodenya.", (*more, LATER)))
        return
    options = [Option(f"{verb}:who:{subject_of(one)}", _label(one)) for one in among]
    desk.say(Message(text, (*options, *more, LATER)))


def find(desk: Desk, text: str) -> list[Child | Pregnancy]:
    """Those whose name, mother's name or code was written, in part or whole."""
    said = normal(text)
    return [one for one in known_to(desk) if len(said) >= 2 and any(said in normal(name) for name in _names(one))]


def _families(desk: Desk) -> ColumnElement[bool]:
    """For a query over Family: the person's own, those fostered as a whole, and those of a health worker's place.

    Each needs its role today: a carer or an assignment that is left over from a role that was taken away opens nothing.
    """
    theirs: list[ColumnElement[bool]] = []
    if desk.person.has("family"):
        theirs.append(Family.id.in_(select(Carer.family_id).where(Carer.person_id == desk.person.id)))
    if desk.person.has("asn"):
        held = select(Assignment.family_id).where(
            Assignment.asn_id == desk.person.id, Assignment.family_id.is_not(None), *current(desk.today)
        )
        theirs.append(Family.id.in_(held))
    columns: dict[str, Any] = {
        "posyandu": Family.posyandu_id, "puskesmas": Family.health_centre_id, "kelurahan": Family.village_id,
    }  # fmt: skip
    places = [
        columns[held.scope] == held.scope_id
        for held in desk.person.roles
        if held.role == "health" and held.scope in columns
    ]
    return or_(false(), *theirs, *places)


def _fostered(desk: Desk) -> ColumnElement[bool]:
    """For a query over Child: those this ASN fosters by themselves."""
    if not desk.person.has("asn"):
        return false()
    held = select(Assignment.child_id).where(
        Assignment.asn_id == desk.person.id, Assignment.child_id.is_not(None), *current(desk.today)
    )
    return Child.id.in_(held)


def _label(one: Child | Pregnancy) -> str:
    return f"{who(one)} ({one.code})" if isinstance(one, Child) else f"{who(one)}, hamil"


def _names(one: Child | Pregnancy) -> tuple[str, ...]:
    if isinstance(one, Child):
        return one.name, one.code, one.family.mother_name
    return one.mother_name, one.family.code
