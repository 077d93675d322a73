"""The last reports about a child or a pregnancy, for who visits them, and the way to correct the newest one.

A report made in the name of another foster parent shows its day alone; what was seen and measured is shown only while a
parent's consent stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import select

from db.subjects import Subject, of_visit
from db.visits import Visit
from flow.message import Message, Option
from flow.questions import show_day
from handlers.asn import home
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.chat.names import short_day
from handlers.visit import filing, opening
from programme.policy import in_name_of
from programme.visitors import named_for, signed

SHOWN = 5
CORRECTABLE = 2  # beside "Menu utama" that makes three buttons, as many as WhatsApp shows
MET = ("whom",)  # questions of the two forms, in the order in which they are told
SEEN = ("health", "healthy", "weight", "length", "muac", "arm")
NOTHING = "Belum ada laporan kunjungan atas nama {you}. Yang pertama: tulis *lapor*."


def correct_last(context: Context) -> None:
    """Command "perbaiki": open the last report that stands, or say whom to turn to where it is too late."""
    fostered = {one.about for one in home.fostered(context)}
    sent = select(Visit).where(Visit.asn_id == context.person.id, Visit.undone_at.is_(None))
    newest = context.session.scalars(sent.order_by(Visit.submitted_at.desc(), Visit.id.desc()).limit(SHOWN * 4))
    last = next((visit for visit in newest if of_visit(visit) in fostered), None)
    if last is None:
        context.say(Message(NOTHING.format(you=context.you), (HOME,)))
    else:
        opening.correct(context, last.id)


def choose(context: Context) -> None:
    """Command "riwayat": the reports about the only one who is fostered, or ask about whom."""
    only = home.choose_child(context, to="riwayat")
    if only is not None:
        show(context, str(only.about))


def show(context: Context, subject: str) -> None:
    """List the last reports about ``subject`` ("child:31", "pregnancy:7", "wedding:4"), newest first."""
    about = filing.about(context, subject)
    found = filing.visits_of(context, about)[:SHOWN]
    context.note("history.view", Subject.parse(subject))
    if not found:
        context.say(Message(f"Belum ada laporan kunjungan *{context.called(about)}*.", (HOME,)))
        return
    names = set(context.session.scalars(in_name_of(context.person, context.today)))
    lines = "\n".join(line(context, visit, about, names) for visit in found)
    own = [visit for visit in found if visit.asn_id == context.person.id and filing.may_still_correct(context, visit)]
    change = tuple(
        Option(f"correct:{visit.id}", f"Perbaiki {short_day(visit.visited_on)}") for visit in own[:CORRECTABLE]
    )
    context.say(Message(f"*Kunjungan {context.called(about)}*\n{lines}", (*change, HOME)))


def line(context: Context, visit: Visit, about: filing.Visited, names: Collection[int] | None = None) -> str:
    """One report in a line. ``names`` are the foster parents in whose name this person visits, themselves among them;
    None: also what another foster parent has reported.
    """
    ago = (context.today - visit.visited_on).days
    day = f"• {show_day(visit.visited_on)} ({'hari ini' if ago == 0 else f'{ago} hari lalu'})"
    others = names is not None and (visit.carer_id or visit.asn_id) not in names
    if visit.asn_id != context.person.id and others:
        return f"{day}: oleh pendamping lain"
    told = ", ".join(_told(context, visit, about)) or ("bertemu" if visit.met else "tidak bertemu")
    whose = "" if visit.carer_id in (None, visit.asn_id, context.person.id) else named_for(visit)
    by = f" (oleh {signed(visit)})" if visit.asn_id != context.person.id else f" (untuk {whose})" if whose else ""
    return f"{day}: {told}{by}{' (sudah diperbaiki)' if visit.corrected_at else ''}"


def _told(context: Context, visit: Visit, about: filing.Visited) -> Iterator[str]:
    """What the report says, in the words of its form; what was seen only while a parent's consent stands."""
    spec = context.specs.get(visit.form)
    if spec is None:
        return
    agreed = filing.live_facts(context, str(of_visit(visit)))["agreed"]
    answers, path = spec.form.walk(visit.answers, {**visit.facts, "agreed": agreed})
    for name in (*MET, *(SEEN if agreed else ())):
        question = next((one for one in path if one.name == name), None)
        if question is not None and answers.values.get(name) is not None:
            yield question.show(answers.values[name], answers)
