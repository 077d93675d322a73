"""Whom a person may bring news of: an ASN of those they foster, a family of its own, a health worker of their place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import or_, select

from db.children import Child, Family, Pregnancy
from db.states import GONE
from db.subjects import Subject, SubjectKind, subject
from flow.message import Message, Option
from flow.words import normal
from handlers.chat.context import Context, NotValid
from programme.contacts import who
from programme.policy import fostered_children, their_families

T = TypeVar("T", bound="Child | Pregnancy | Family")

MANY = 8  # more than that are found by their name
LATER = Option("menu:home", "Nanti saja")
NOT_FOUND = "Nama itu belum ketemu, atau ada banyak. Tulis lebih lengkap, ya."


def known_to(context: Context) -> list[Child | Pregnancy]:
    """The children and pregnancies this person may bring news of, as long as there is any to come."""
    mine = their_families(context.person, context.today)
    fostered = fostered_children(context.person, context.today)
    children = (
        select(Child).join(Family, Family.id == Child.family_id).where(or_(mine, fostered), Child.state.not_in(GONE))
    )
    pregnancies = (
        select(Pregnancy).join(Family, Family.id == Pregnancy.family_id).where(mine, Pregnancy.state.not_in(GONE))
    )
    return [
        *context.session.scalars(children.order_by(Child.id)),
        *context.session.scalars(pregnancies.order_by(Pregnancy.id)),
    ]


def told_of(context: Context, said: str) -> Child | Pregnancy:
    """The child or pregnancy of a button ("child:31") that was allowed, whatever has become of it."""
    kind, id = Subject.parse(said)
    return context.session.get_one({SubjectKind.CHILD: Child, SubjectKind.PREGNANCY: Pregnancy}[kind], id)


def families(context: Context) -> list[Family]:
    """The families this person may bring news of: their own, those fostered as a whole, those of their place."""
    query = select(Family).where(their_families(context.person, context.today), Family.forgotten_at.is_(None))
    return list(context.session.scalars(query.order_by(Family.id)))


def family(context: Context, family_id: int) -> Family:
    """One of them. Raises NotValid where it is none of this person's."""
    found = context.session.get(Family, family_id)
    if found is None or not context.may("news.pregnancy", found):
        raise NotValid(str(Subject(SubjectKind.FAMILY, family_id)))
    return found


def ask(context: Context, verb: str, text: str, among: Sequence[Child | Pregnancy], *more: Option) -> None:
    """Ask whom the news is about: by a tap, or by name where there are many. ``verb`` is "loss", "news" or "birth"."""
    context.address.draft_id = None  # what is written next is the answer to this
    if len(among) > MANY:
        context.address.awaiting = verb
        context.say(Message(f"{text}\n\nTulis nama anak, nama ibu, atau kodenya.", (*more, LATER)))
        return
    context.note_all("people.list", (subject(one) for one in among))
    options = [Option(f"{verb}:who:{subject(one)}", _label(one)) for one in among]
    context.say(Message(text, (*options, *more, LATER)))


def ask_of_named(context: Context, verb: str, text: str, among: Sequence[Child | Pregnancy]) -> None:
    """Ask which of those whose name was written is meant; where there are none or too many, for more of the name."""
    if are_few(context, among):
        ask(context, verb, text, among)


def are_few(context: Context, among: Sequence[Any]) -> bool:
    """Whether there are some to choose from by a tap; where there are none or too many, ask for more of the name."""
    if among and len(among) <= MANY:
        context.address.awaiting = ""
        return True
    context.say(Message(NOT_FOUND, (LATER,)))
    return False


def find(context: Context, text: str) -> list[Child | Pregnancy]:
    """Those whose name, mother's name or code was written, in part or whole."""
    return named(text, known_to(context))


def named(text: str, among: Iterable[T]) -> list[T]:
    """Those of these whose name, mother's name or code was written, in part or whole."""
    said = normal(text)
    return [one for one in among if len(said) >= 2 and any(said in normal(name) for name in _names(one))]


def _label(one: Child | Pregnancy) -> str:
    return f"{who(one)} ({one.code})" if isinstance(one, Child) else f"{who(one)}, hamil"


def _names(one: Child | Pregnancy | Family) -> tuple[str, ...]:
    match one:
        case Child():
            return one.name, one.code, one.family.mother_name
        case Pregnancy():
            return one.mother_name, one.family.code
        case Family():
            return one.mother_name, one.code
