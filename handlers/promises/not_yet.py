""" "Belum bisa" after "Kapan bisa?": a reason by a tap, and what each leads on to."""

from __future__ import annotations

from db import promises as rows
from db.children import Child, Pregnancy, Wedding
from db.people import Person
from db.promises import VisitPromise
from flow.message import Message, Option
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.promises import promising
from programme import handover_wishes, policy
from programme import promise_messages as words
from programme.contacts import called
from programme.names import listed

LEAVE = Option("menu:cuti", "Catat cuti, sakit, dinas")
WHO = (
    "Siapa yang mau dialihkan? Koordinator kami kabari. Sampai ada penggantinya, {you} tetap pendampingnya. "
    "Terima kasih sudah memberi tahu."
)


def ask_why(context: Context, asked_id: int) -> None:
    """No day for now; ask what is in the way."""
    row = context.session.get_one(VisitPromise, asked_id)
    waiting = promising.waiting_of(context, row)
    if not waiting:
        return
    rows.decline(context.session, rows.together(context.session, row), context.now)
    context.note_all("visit.not_yet", (one.about for one in waiting))
    context.worth = LASTING
    options = tuple(Option(f"plan:why:{row.id}:{key}", label) for key, label in words.NOT_YET.items())
    context.say(Message("Tidak apa-apa. Apa yang menghalangi?", options, (HOME,)))


def why(context: Context, asked_id: int, reason: str) -> None:
    """What helps on: the form about leave, the report that nobody was met, another foster parent, or another day."""
    row = context.session.get_one(VisitPromise, asked_id)
    waiting = promising.waiting_of(context, row)
    if not waiting:
        return
    named, other = promising.named(context, waiting), Option(f"plan:other:{row.id}", "Pilih hari lain")
    if reason == "sakit":
        context.say(Message("Semoga lekas pulih. Kalau dicatat, kunjungannya menunggu.", (LEAVE, other), (HOME,)))
    elif reason == "sibuk":
        text = "Baik, kami mengerti. Dinas luar? Kalau dicatat, kunjungannya menunggu."
        context.say(Message(text, (LEAVE, other), (HOME,)))
    elif reason == "kosong":
        text = "Sudah datang tetapi tidak bertemu? Itu juga kunjungan: laporkan dengan *tidak bertemu*."
        context.say(Message(text, (*words.report_options(named), other), (HOME,)))
    else:
        names = dict(named)
        theirs = [one for one in rows.together(context.session, row) if one.about in names]
        shown = {one.about: one for one in theirs}
        options = tuple(Option(f"plan:pass:{one.id}", names[about]) for about, one in shown.items())
        context.say(Message(WHO.format(you=context.you), options[: words.BUTTONS], (HOME,)))


def pass_on(context: Context, asked_id: int) -> None:
    """Tell the coordinators of the place that somebody else should foster them; once a day."""
    row = context.session.get_one(VisitPromise, asked_id)
    waiting = [one for one in promising.waiting_of(context, row) if one.about == row.about]
    whom = policy.of_subject(context.session, str(row.about))
    if not waiting or not isinstance(whom, Child | Pregnancy | Wedding):
        return
    foster = context.session.get_one(Person, row.foster_id)
    told = handover_wishes.tell(context.session, context.city, whom, foster, context.now)
    context.note("assignment.wish", row.about)
    context.worth = LASTING
    if told:
        context.say(Message(f"Baik, {listed([called(one) for one in told])} kami kabari.", (HOME,)))
    else:
        contact = context.city.programme.privacy.contact
        context.say(Message(f"Belum ada koordinator yang bisa kami kabari. Hubungi {contact}, ya.", (HOME,)))
