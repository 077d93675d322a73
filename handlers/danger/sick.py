"""A sick child told by taps: the carer taps what is seen, and people are told as of a cry that was written."""

from __future__ import annotations

from db.children import Child, cared_for
from db.cries import Cry, CryState
from flow.message import Message, Option
from handlers.chat.context import Context, NotValid
from handlers.danger import calls
from programme import called_apart
from rules.signs import Sign, asked, table


def begin(context: Context) -> None:
    """Ask what is seen on the child, or first which child it is."""
    children = mine(context)
    if len(children) == 1:
        ask(context, children[0].id)
        return
    numbers = context.city.programme.emergency.to_call
    if not children:
        context.say(Message(f"Tulis saja apa yang terjadi. Gawat? Jangan menunggu balasan. {numbers}"))
        return
    names = called_apart.names_of(context.session, context.person, children, context.today)
    options = tuple(Option(f"sick:who:{child.id}", name) for child, name in zip(children, names, strict=True))
    context.say(Message(f"*Siapa yang sakit?*\n\nGawat? Jangan menunggu. {numbers}", options))


def ask(context: Context, child_id: int, preface: str = "") -> None:
    """Offer the danger signs of the child's age, one tap each; ``preface`` stands above."""
    child = context.session.get_one(Child, child_id)
    context.note("sheet.open", f"child:{child.id}")
    options = tuple(Option(f"sick:sign:{child.id}:{sign.id}", sign.label) for sign in _signs(context, child))
    text = (
        f"*Apa yang terlihat pada {context.called(child)}?*\n"
        "Ketuk yang paling gawat: petugas langsung kami kabari. Tidak ada di daftar? Tulis saja dengan kata-kata.\n\n"
        f"Sangat gawat? Jangan menunggu. {context.city.programme.emergency.to_call}"
    )
    context.say(Message(f"{preface}\n\n{text}" if preface else text, options))


def tell(context: Context, child_id: int, sign_id: str) -> None:
    """Tell people of the tapped sign, and answer with what to do."""
    child = context.session.get_one(Child, child_id)
    if sign_id not in {sign.id for sign in _signs(context, child)}:
        raise NotValid(f"sign:{sign_id}")
    call(context, child, table()[sign_id])


def call(context: Context, child: Child, sign: Sign) -> None:
    """Tell people of this sign of the child, and answer with what to do."""
    person = context.person
    cry = Cry(
        address=context.address, person=person, at=context.now, state=CryState.ASKED, child=child, family=child.family,
        signs=[sign.id], words=[], name=person.name[:120], phone=(person.phone or context.incoming.phone)[:20],
    )  # fmt: skip
    context.session.add(cry)
    context.session.flush()
    context.note("danger.tapped", f"child:{child.id}")
    calls.call(context, cry)


def mine(context: Context) -> list[Child]:
    """The children this carer cares for who are still with us."""
    return [
        child
        for carer in cared_for(context.session, context.person.id)
        for child in carer.family.children
        if context.may("child.sick", child)
    ]


def _signs(context: Context, child: Child) -> list[Sign]:
    return asked.of_child((context.today - child.born).days if child.born else None)
