"""Children, mothers and couples whom nobody fosters: the list, and the screen of one with who is proposed."""

from __future__ import annotations

from db.children import Child, Pregnancy, Wedding
from db.fostering import Assignment
from db.subjects import subject
from flow.message import Message, Option
from flow.paging import page_of, turns
from handlers.chat.context import Context, NotValid
from handlers.chat.forms import HOME
from handlers.chat.names import short_day
from handlers.coordinator import lines, putting_aside
from programme import assignments, disclosure, proposals, setting_aside
from programme import unassigned as waiting
from programme.contacts import called
from programme.scopes import scopes_of

PAGE = 5
NOT_BY_OFFICE = "Yang belum punya pendamping diatur koordinator wilayah: kelurahan, kecamatan, atau kota."
NONE_LEFT = "Semua di wilayah {you} sudah punya pendamping. 👏"
NOBODY = "Belum ada calon pendamping."
LIST = putting_aside.UNASSIGNED


def show(context: Context, page: int = 0) -> None:
    """Command "tanpa pendamping": who has waited longest first, a page at a time; each opens."""
    scopes = scopes_of(context.person)
    if not disclosure.of_places(scopes):
        context.say(Message(NOT_BY_OFFICE, (HOME,)))
        return
    found = waiting.unassigned(context.session, scopes, context.today, context.city.zone)
    aside = setting_aside.aside(context.session, context.person, context.today)
    rows = [one for one in found if one.about not in aside]
    put = (putting_aside.counted(aside),) if aside else ()
    if not rows:
        context.say(Message(NONE_LEFT.format(you=context.you), (*put, HOME)))
        return
    shown, page = page_of(rows, page, PAGE)
    said, options = [f"*Belum ada pendamping: {len(rows)}*"], list[Option]()
    for number, one in enumerate(shown, page * PAGE + 1):
        whose = lines.whose(context, lines.row(context, str(one.about)))
        said.append(f"{number}. {whose}, {one.village}: sejak {short_day(one.since)}")
        options.append(Option(f"unassigned:one:{one.about}", f"{number}. {whose}"[:24]))
    context.note_all("assignment.list", (one.about for one in shown))
    proposed = Option("menu:usulan", "Usulan untuk semua anak")
    row = turns("unassigned", page, more=(page + 1) * PAGE < len(rows))
    context.say(Message("\n".join(said), (*options, proposed, *put), (*row, HOME)))


def show_one(context: Context, said: str) -> None:
    """One of them, with who is proposed and why; or who fosters them, where somebody does meanwhile."""
    about = lines.row(context, said)
    if not isinstance(about, Child | Pregnancy | Wedding):
        raise NotValid(said)
    whom, whose = assignments.whom(about), lines.whose(context, about)
    context.note("assignment.list", subject(about))
    if holder := assignments.held(context.session, about, context.today):
        context.say(Message(f"{whose} sudah didampingi {called(holder.asn)}.", (LIST, HOME)))
        return
    made = proposals.make(context.session, [whom], context.today, context.now, None)
    text = f"*{whose}*, {about.family.village.full_name}\nBelum punya pendamping. "
    text += _proposed(made[0]) if made else NOBODY
    acts = (
        (Option(f"assign:accept:{made[0].id}", f"Terima {called(made[0].asn)}"[:24]),
         Option(f"assign:other:{made[0].id}", "Pilih yang lain"))
        if made else ()
    )  # fmt: skip
    card = () if isinstance(about, Wedding) else (Option(f"card:{subject(about)}", "Buka kartunya"),)
    aside = putting_aside.option(context, subject(about))
    context.say(Message(text, (*acts, *card, aside, LIST), (HOME,)))


def _proposed(one: Assignment) -> str:
    return f"Usulan: *{called(one.asn)}*, {one.why}."
