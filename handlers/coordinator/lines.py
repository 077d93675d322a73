"""What a line of a coordinator's list is about: a foster parent, or a child, a mother or a couple."""

from __future__ import annotations

from db import consent
from db.children import Child, Pregnancy, Wedding
from db.people import Person
from flow.message import plain
from handlers.chat.context import Context, NotValid
from programme import disclosure, policy
from programme.contacts import called
from programme.disclosure import Shown

Line = Person | Child | Pregnancy | Wedding


def row(context: Context, said: str) -> Line:
    """The row of "person:5", "child:31". Raises NotValid where there is none."""
    found = policy.of_subject(context.session, said)
    if not isinstance(found, Line):
        raise NotValid(said)
    return found


def whose(context: Context, about: Line) -> str:
    """ "Pak Anwar"; of a family as much as this coordinator may read: "Adik Rafa (A-31)", "Ibu KK-7"."""
    if isinstance(about, Person):
        return called(about)
    session, family = context.session, about.family
    shown = disclosure.of_family(session, family, context.person, context.now)
    shown = disclosure.agreed(shown, consent.agrees(session, family.id))
    if isinstance(about, Wedding):
        return f"Pasangan {plain(family.code)}" if Shown.CODE in shown else "Pasangan"
    return disclosure.called(about, shown, with_code=True)
