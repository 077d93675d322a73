"""Who has not joined, and their cards to print: "undangan"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from db.outbox import Kind
from db.people import Person
from db.roles import Role
from db.subjects import Subject, SubjectKind
from drawing import attachments
from flow.message import Attachment, Message, Option, plain
from flow.questions import show_day
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from handlers.chat.names import short_day
from handlers.coordinator.codes import bot_name_of
from programme import names
from programme.leading import led
from reports.invitations import codes, printed
from reports.invitations.codes import Unjoined

NEW, LATE = "new", "late"
LATE_AFTER = timedelta(days=7)
NAMED = 10
AT_ONCE = 200
"""Cards in one file: 25 sheets."""


def show(context: Context) -> None:
    """Say how many have not joined, and who of them was invited more than a week ago."""
    waiting = _waiting(context)
    if not waiting:
        context.say(Message("Semua sudah bergabung. 👏", (HOME,)))
        return
    new, late = _of(context, NEW, waiting), _of(context, LATE, waiting)
    fresh = len(waiting) - len(new) - len(late)
    lines = [f"*Belum bergabung: {len(waiting)} orang*"]
    lines += [f"• belum punya kode yang berlaku: {len(new)}"] if new else []
    lines += [f"• diundang minggu ini: {fresh}"] if fresh else []
    if late:
        lines += [f"• diundang lebih dari seminggu lalu: {len(late)}", *(_line(context, one) for one in late[:NAMED])]
    if len(late) > NAMED:
        lines.append(f"dan {len(late) - NAMED} orang lagi")
    if new or late:
        lines.append("\nKartu dicetak per kelurahan dan per kantor.")
    options = [Option(f"invite:{NEW}", f"Buat kartu ({len(new)})")] if new else []
    options += [Option(f"invite:{LATE}", f"Undang lagi ({len(late)})")] if late else []
    context.note_all("people.list", (_subject(one) for one in late[:NAMED]))
    context.say(Message("\n".join(lines), tuple(options), (HOME,)))


def make(context: Context, which: str) -> None:
    """Answer with new cards for them as a PDF, grouped as they are handed out; their older codes hold no more."""
    wanted = _of(context, which, _waiting(context))
    if not wanted:
        raise NotValid(which)
    some, rules = wanted[:AT_ONCE], context.city.programme.invitations
    issued = codes.issue(
        context.session, context.now, rules.valid_days, context.city.secret, among={one.person_id for one in some}
    )
    context.note_all("invitation.issue", (Subject(SubjectKind.PERSON, one.person_id) for one in issued))
    key = f"kartu:{context.incoming.channel}:{context.incoming.message_id}"
    file = attachments.place(context.city.files, key, "pdf")
    printed.keep(file, issued, bot_name_of(context), context.now)
    until = show_day(context.today + timedelta(days=rules.valid_days))
    lines = [
        f"*Kartu untuk {len(issued)} orang.* Cetak di kertas A4, gunting, lalu bagikan. Berlaku sampai {until}.",
        "Siapa pun yang memegang kartu bisa memakainya: simpan baik-baik. Kartu lama mereka tidak berlaku lagi.",
    ]
    if len(wanted) > len(some):
        lines.append(f"Sisanya {len(wanted) - len(some)} orang: tulis *undangan* lagi.")
    context.worth, context.kind = LASTING, Kind.CODE
    document = Attachment("document", file.name, f"kartu-undangan-{context.today}.pdf")
    context.say(Message("\n".join(lines), (HOME,), attachment=document))


def _waiting(context: Context) -> list[Unjoined]:
    theirs = set(context.session.scalars(select(Person.id).where(led(context.person, context.today))))
    return codes.unjoined(context.session, context.now, theirs)


def _of(context: Context, which: str, waiting: Sequence[Unjoined]) -> list[Unjoined]:
    if which == NEW:
        return [one for one in waiting if not one.is_valid]
    before = context.now - LATE_AFTER
    return [one for one in waiting if one.is_valid and one.invited_at and one.invited_at <= before]


def _line(context: Context, one: Unjoined) -> str:
    """Families are named by their code, as in every list of a coordinator's."""
    who = one.key if one.role == Role.FAMILY else names.salute(one.name, nip=one.key)
    since = short_day(context.city.today(one.invited_at)) if one.invited_at else ""
    return f"   {plain(who)}, {plain(one.group)}: {since}"


def _subject(one: Unjoined) -> Subject:
    return Subject(SubjectKind.PERSON, one.person_id)
