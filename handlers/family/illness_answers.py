"""An answer to a lesson that means illness is answered as illness: signs to tap, people told, or where to go."""

from __future__ import annotations

from content import illness
from content.illness import ASK, MIND, SAY, TELL, Illness
from db.children import Child, Family, cared_for
from db.outbox import Outgoing
from db.subjects import SubjectKind
from flow.message import Message
from handlers.chat.context import Context
from handlers.danger import sick
from programme import numbers
from rules.signs import table


def meant(lesson_id: str, said: str) -> Illness | None:
    """What this answer leads to beyond thanks; None where it means no illness, or another message answers it."""
    found = illness.shipped().get((lesson_id, said))
    return found if found and found.leads in (ASK, MIND, SAY, TELL) else None


def answer(context: Context, found: Illness, sent: Outgoing | None) -> None:
    """Answer it. ``sent`` is the lesson as it went out, which knows the child; old buttons do not."""
    heard, child = f"✓ *{found.answer}*", _child(context, sent)
    to_call = context.city.programme.emergency.to_call
    if found.leads == ASK and child is not None:
        sick.ask(context, child.id, preface=heard)
    elif found.leads == ASK:
        sick.begin(context)
    elif found.leads == TELL and child is not None:
        sick.call(context, child, table()[found.sign])
    elif found.leads == TELL:
        sign = table()[found.sign]
        to_call = numbers.to_call(context.city, context.now, _home(context), [sign])
        context.say(Message(f"{heard}\n{sign.advice}\n\n📞 {to_call}"))
    else:
        crisis = context.city.programme.emergency.crisis
        talk = f"\n💛 Ingin bicara dengan seseorang? {crisis}" if found.leads == MIND else ""
        context.say(Message(f"{heard}\n{found.say}\n\n📞 {to_call}{talk}"))


def _home(context: Context) -> Family | None:
    """The family of this carer, where there is only one."""
    homes = cared_for(context.session, context.person.id)
    return context.session.get_one(Family, homes[0].family_id) if len(homes) == 1 else None


def _child(context: Context, sent: Outgoing | None) -> Child | None:
    """The child that the lesson was about, or the only one of this carer."""
    children = sick.mine(context)
    origin = sent.origin if sent else None
    if origin is not None and origin.kind is SubjectKind.CHILD:
        return next((child for child in children if child.id == origin.id), None)
    return children[0] if len(children) == 1 else None
