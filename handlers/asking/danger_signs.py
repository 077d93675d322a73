"""The danger signs of a family's children and of its mother, by how soon to go, with whom to call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from db.children import Child, Family, Pregnancy, cared_for
from db.states import TAUGHT
from db.subjects import Subject, SubjectKind, subject
from flow.message import Message, Option
from handlers.chat.context import Context
from handlers.family.family import SICK
from programme import numbers
from rules import signs
from rules.signs import Sign, Urgency, asked
from rules.stages import pregnancy_week

MARKS = {Urgency.NOW: "🔴", Urgency.TODAY: "🟠", Urgency.SOON: "🟡"}


def begin(context: Context) -> None:
    """Show the signs of whoever they are about; of several, the first, with the others a tap away."""
    among = list(_about(context))
    if among:
        show(context, str(among[0]))
        return
    _say(context, "Tanda bahaya ibu hamil", asked.of_pregnancy(None), None, ())


def show(context: Context, about: str) -> None:
    """Show the signs of this child or pregnancy ("child:31"), those of its mother beside it after a birth."""
    among = list(_about(context))
    others = [one for one in among if str(one) != about]
    row = _row(context, Subject.parse(about))
    context.note("signs.view", subject(row))
    more = tuple(Option(f"signs:{one}", f"Tanda bahaya {context.called(_row(context, one))}"[:24]) for one in others)
    if isinstance(row, Pregnancy):
        found = asked.of_pregnancy(pregnancy_week(row.due, context.today))
        _say(context, f"Tanda bahaya {context.called(row)}, sedang hamil", found, row.family, more)
        return
    days = (context.today - row.born).days if row.born else None
    mother = (Option(f"signs:mother:{row.id}", "Tanda bahaya ibu nifas"),) if asked.of_mother(days) else ()
    _say(context, f"Tanda bahaya {context.called(row)}", asked.of_child(days), row.family, (SICK, *mother, *more))


def show_mother(context: Context, child_id: int) -> None:
    """Show the signs of the mother after the birth of this child; those of the child where that is too long ago."""
    child = context.session.get_one(Child, child_id)
    found = asked.of_mother((context.today - child.born).days if child.born else None)
    if not found or child.family.mother_died_on:
        show(context, str(subject(child)))
        return
    context.note("signs.view", subject(child))
    back = Option(f"signs:{subject(child)}", f"Tanda bahaya {context.called(child)}"[:24])
    _say(context, "Tanda bahaya ibu sesudah melahirkan", found, child.family, (back,))


def _about(context: Context) -> Iterator[Subject]:
    """The pregnancies, then the children of the person's own families, the youngest first."""
    for carer in cared_for(context.session, context.person.id):
        home = carer.family
        found: list[Child | Pregnancy] = [one for one in home.pregnancies if one.state in TAUGHT]
        found += sorted(
            (one for one in home.children if one.state in TAUGHT), key=lambda one: str(one.born or ""), reverse=True
        )
        yield from (subject(one) for one in found if context.may("signs.view", one))


def _row(context: Context, about: Subject) -> Child | Pregnancy:
    table = Child if about.kind == SubjectKind.CHILD else Pregnancy
    return context.session.get_one(table, about.id)


def _say(context: Context, title: str, found: Sequence[Sign], home: Family | None, options: Sequence[Option]) -> None:
    parts = [f"*{title}*"]
    for go, those in groupby(signs.in_order(found), key=lambda sign: sign.go):
        seen = list(those)
        parts.append(f"{MARKS[seen[0].urgency]} *{go}*\n{' · '.join(sign.label for sign in seen)}")
    whom = f"Bertanya saja: {numbers.to_ask(context.city, home)}."
    parts.append(f"📞 {context.city.programme.emergency.to_call}\n{whom}")
    context.say(Message("\n\n".join(parts), tuple(options)))
