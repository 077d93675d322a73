"""Who of a household reads along: the mother ends or refuses another reader, and nobody is told."""

from __future__ import annotations

from sqlalchemy import update

from db import consent, outbox
from db.children import Carer, cared_for, caregivers
from db.outbox import Outgoing
from db.roles import Role
from db.subjects import Subject, SubjectKind
from flow.message import Message, Option
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from handlers.family.inviting import INVITE
from handlers.shell import menu
from programme.still_valid import NOT_A_READER

NOT_YOURS = "Siapa ikut membaca diatur ibunya. Mau berhenti membaca? Tulis *berhenti*."


def show(context: Context) -> None:
    """List who reads along in the mother's families, with a button to end each; the help for anybody else."""
    mine = _as_mother(context)
    if not mine and context.person.has(Role.FAMILY):
        context.say(Message(NOT_YOURS, (HOME,)))
        return
    if not mine:
        menu.show_help(context)
        return
    lines: list[str] = []
    options: list[Option] = []
    for own in mine:
        for one in _readers(context, own):
            lines.append(f"• {_name(one)}")
            options.append(Option(f"reader:end:{one.id}", f"Akhiri {_name(one)}"[:24]))
        alone = own.family.one_reader
        wish = "off" if alone else "on"
        options.append(Option(f"reader:only:{own.family_id}:{wish}", "Boleh lagi" if alone else "Hanya saya"))
    listed = "\n".join(lines) or "Selain Ibu belum ada."
    text = (
        f"*Yang ikut membaca pesan dan data si kecil*\n{listed}\n\n"
        "Ketuk nama untuk mengakhirinya. *Hanya saya*: orang baru pun tidak menerima apa-apa. "
        "Mereka tidak diberi tahu."
    )
    context.say(Message(text, (*options, INVITE, HOME)))


def end(context: Context, carer_id: int) -> None:
    """End that this carer reads along. Raises NotValid for a carer of another family, and for the mother's own."""
    one = next((c for own in _as_mother(context) for c in _readers(context, own) if c.id == carer_id), None)
    if one is None:
        raise NotValid(str(carer_id))
    _close(context, one)
    context.worth = LASTING
    context.say(Message(f"Baik. {_name(one)} tidak menerima apa-apa lagi dari sini, dan tidak diberi tahu.", (HOME,)))


def only_me(context: Context, family_id: int, wished: str) -> None:
    """Store whether anybody who joins later may read along. Raises NotValid where the person is not the mother."""
    own = next((one for one in _as_mother(context) if one.family_id == family_id), None)
    if own is None:
        raise NotValid(str(family_id))
    own.family.one_reader = wished == "on"
    context.note(f"reader.only.{wished}", Subject(SubjectKind.FAMILY, family_id))
    context.worth = LASTING
    if own.family.one_reader:
        for one in _readers(context, own):
            _close(context, one)
        context.say(Message("Baik. Hanya Ibu yang membaca. Tidak ada yang diberi tahu.", (HOME,)))
        return
    reopened = update(Carer).where(Carer.family_id == family_id, Carer.closed_at.is_not(None))
    context.session.execute(reopened.values(closed_at=None))
    context.say(Message("Baik. Keluarga lain yang sudah setuju boleh membaca lagi.", (HOME,)))


def _close(context: Context, one: Carer) -> None:
    one.closed_at = context.now
    context.note("reader.end", Subject(SubjectKind.FAMILY, one.family_id))
    of_family = Outgoing.family_id == one.family_id
    outbox.cancel_unasked(context.session, NOT_A_READER, context.now, one.person_id, of_family)


def _as_mother(context: Context) -> list[Carer]:
    """The person as the mother who agreed, of each such family."""
    found: list[Carer] = []
    for own in cared_for(context.session, context.person.id):
        given = consent.standing(context.session, own.person_id, own.family_id)
        if given is not None and given.relation == "ibu":
            found.append(own)
    return found


def _readers(context: Context, own: Carer) -> list[Carer]:
    """The family's other carers who have joined, without those whose reading has ended."""
    others = caregivers(context.session, own.family_id)
    return [one for one in others if one.id != own.id and one.joined_on and one.closed_at is None]


def _name(one: Carer) -> str:
    return salute(one.person, one.relation)
