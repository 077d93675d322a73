"""What is due for a family and when: immunisation, vitamin A, weighing, antenatal visits."""

from __future__ import annotations

from collections.abc import Iterator

from db.children import Child, Pregnancy
from db.roles import Role
from db.states import TAUGHT
from db.subjects import subject
from flow.message import Message, Option
from flow.questions import show_day
from handlers.asking import of_child, of_pregnancy, records
from handlers.asking.ways import posyandu_day, to_person
from handlers.asn import home
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.family.family import is_waiting

NOTHING = "Belum ada anak atau kehamilan yang jadwalnya bisa dilihat di sini."


def show_all(context: Context) -> None:
    """Answer the command "jadwal": an ASN's visits, a family's services."""
    if context.person.has(Role.ASN):
        home.show_schedule(context)
    if context.person.has(Role.FAMILY):
        show(context)


def show(context: Context) -> None:
    """List what is due for each child and each pregnancy of the person's own families."""
    parts: list[str] = []
    about: list[Child | Pregnancy] = []
    for household in records.own_families(context):
        found = [one for one in (*household.pregnancies, *household.children) if one.state in TAUGHT]
        parts += [_part(context, one) for one in found]
        parts += [posyandu_day(context, household)] if found else []
        about += found
    context.note_all("schedule.view", (subject(one) for one in about))
    if not about and any(map(is_waiting, records.own_families(context))):
        of_pregnancy.tell_unknown(context)
        return
    if not about:
        context.say(Message(NOTHING, (*to_person(context), HOME)))
        return
    which = [Option(f"known:immunisation:{subject(one)}", f"Imunisasi {context.called(one).removeprefix('Adik ')}")
             for one in about if isinstance(one, Child)]  # fmt: skip
    context.say(Message("\n\n".join(parts), (*which, *to_person(context))))


def _part(context: Context, one: Child | Pregnancy) -> str:
    lines = _of_child(context, one) if isinstance(one, Child) else of_pregnancy.antenatal_lines(context, one)
    found = [f"• {line}" for line in lines] or ["• Tidak ada yang perlu sekarang."]
    return "\n".join((f"🗓 *{context.called(one)}*", *found))


def _of_child(context: Context, child: Child) -> Iterator[str]:
    if child.born is None:
        yield "Tanggal lahir belum tercatat. Mintalah kader melengkapinya, ya."
        return
    if due := of_child.due_now(context, child, child.born):
        yield f"Sudah waktunya, kalau belum diterima: *{', '.join(one.label for one in due)}*"
    if after := of_child.coming(context, child.born):
        yield f"*{after[1].label}*: mulai {show_day(after[0])}"
    yield from of_child.vitamin_a_lines(context, child.born)[:1]
    yield f"Timbang bulan ini: *{'sudah' if of_child.is_weighed(context, child) else 'belum'}*"
