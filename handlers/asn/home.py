"""Screens of a foster parent or a delegate: foster children and due visits, the most overdue first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from db import drafts
from db.children import Child, Pregnancy
from db.drafts import Draft
from db.roles import Role
from db.subjects import Subject
from flow.message import Message, Option
from flow.paging import page_of, turns
from flow.questions import show_day
from handlers.chat.context import Context
from handlers.chat.names import age_words, salute, short_day
from programme import promise_messages, promises, unsent
from programme.fosterings import Fostering, fosterings, labels
from programme.policy import in_name_of
from programme.scopes import Scope
from rules.stages import pregnancy_week
from rules.visits import standing, worst_first

PAGE = 5
FIRST = 3  # foster children on the first screen


def fostered(context: Context) -> list[Fostering]:
    """Everyone this person fosters, or visits in another's name, today, each once; the most overdue first."""
    every, me = context.city.programme.visits.every_days, context.person.id
    names = context.session.scalars(in_name_of(context.person, context.today))
    scopes = [Scope(Role.ASN, name) for name in names]
    once: dict[Subject, Fostering] = {}
    found = fosterings(context.session, context.today, every, scopes, context.city.zone) if scopes else []
    for one in sorted(found, key=lambda one: (not one.answers, one.asn_id != me)):
        once.setdefault(one.about, one)
    return sorted(once.values(), key=lambda one: (worst_first(standing(one.due, context.today)), one.name))


def show_home(context: Context) -> None:
    """Say the first screen of an ASN."""
    listed = fostered(context)
    late = [one for one in listed if standing(one.due, context.today).overdue]
    names = labels(listed, context.today)
    context.note_all("home.view", (one.about for one in listed[:FIRST]))
    context.say_template(
        "home",
        Option("menu:lapor", "Lapor kunjungan"),
        Option("menu:anak", "Anak asuh saya"),
        Option("menu:jadwal", "Jadwal"),
        row=(Option("menu:bantuan", "Bantuan"),),
        to=salute(context.person),
        count=len(listed),
        late=len(late),
        unsent=[
            context.called(one)
            for draft in drafts.of(context.session, context.person.id)
            if (one := _told(context, draft))
        ],
        first=[_words(context, one, names[one.about]) for one in listed[:FIRST]],
        more=max(len(listed) - FIRST, 0),
    )


def _told(context: Context, draft: Draft) -> Child | Pregnancy | None:
    """Whom this unfinished report is about, if people have been told of a danger sign in it."""
    return unsent.about(context.session, draft) if draft.form in unsent.FORMS and unsent.has_told(draft) else None


def show_children(context: Context, page: int = 0) -> None:
    """List the foster children, a page at a time; a tap opens the card of one."""
    listed = fostered(context)
    if not listed:
        _nobody(context)
        return
    (shown, page), names = page_of(listed, page, PAGE), labels(listed, context.today)
    lines = "\n\n".join(_words(context, one, names[one.about]) for one in shown)
    context.note_all("children.list", (one.about for one in shown))
    context.say(
        Message(
            f"*Anak asuh {salute(context.person)}*\n\n{lines}",
            tuple(_open(one, names[one.about]) for one in shown),
            _turns(listed, page, "anak"),
        )
    )


ASKS = {"lapor": ("Kunjungan siapa yang mau dilaporkan?", "report"), "riwayat": ("Riwayat siapa?", "history")}
"""By what a foster child is chosen for: the question, and the button that follows."""


def choose_child(context: Context, page: int = 0, to: str = "lapor") -> Fostering | None:
    """The only foster child; None where there is none, or where several are and it is asked which.

    ``to`` is a key of ASKS.
    """
    listed = fostered(context)
    if not listed:
        _nobody(context)
        return None
    if len(listed) == 1:
        return listed[0]
    (shown, page), names = page_of(listed, page, PAGE), labels(listed, context.today)
    asked, button = ASKS[to]
    context.note_all("children.list", (one.about for one in shown))
    context.say(
        Message(
            f"*{asked}*",
            tuple(
                Option(
                    f"{button}:{one.about}",
                    f"{names[one.about]} · {standing(one.due, context.today)}" if one.answers else names[one.about],
                )
                for one in shown
            ),
            _turns(listed, page, to),
        )
    )
    return None


def show_schedule(context: Context) -> None:
    """List when each visit is due, the most overdue first."""
    listed = fostered(context)
    if not listed:
        _nobody(context)
        return
    context.note_all("schedule.view", (one.about for one in listed))
    names = labels(listed, context.today)
    planned = promises.planned(context.session, [one.about for one in listed], context.today)
    by_name: dict[str, list[str]] = {"": []}  # own ones first
    for one in sorted(listed, key=lambda one: not one.answers):
        line = f"• {show_day(one.due)}: *{names[one.about]}* ({standing(one.due, context.today)})"
        if day := planned.get((one.asn_id, one.about)):
            line += f", {promise_messages.plans(day, context.today)}"
        if one.in_hospital:
            line = f"• *{names[one.about]}*: kunjungan {_rests(one)}"
        if not one.answers:
            line = f"• *{names[one.about]}* (penanggung jawab: {one.answered_by})"
        by_name.setdefault(one.as_whom(context.person.id), []).append(line)
    heads = {whose: f"*{whose[0].upper()}{whose[1:]}*\n" for whose in by_name if whose}
    lines = "\n\n".join(heads.get(whose, "") + "\n".join(of) for whose, of in by_name.items() if of)
    options = (
        Option("menu:lapor", "Lapor kunjungan"), Option("menu:janji", "Janji kunjungan"),
        Option("menu:cuti", "Cuti, pindah, pensiun"),
    )  # fmt: skip
    context.say(Message(f"*Jadwal kunjungan*\n{lines}", options))


def _open(one: Fostering, name: str) -> Option:
    """A couple has no card: its button opens the form of a visit."""
    return Option(f"report:{one.about}", f"Lapor {name}") if one.wedding else Option(f"card:{one.about}", name)


def _nobody(context: Context) -> None:
    contact = context.city.programme.privacy.contact
    context.say(Message(f"Belum ada anak asuh atas nama {context.you}. Kalau ini keliru, hubungi {contact}."))


def _words(context: Context, one: Fostering, name: str) -> str:
    today, me = context.today, context.person.id
    stands = standing(one.due, today)
    mark = "" if not one.answers else "🔴 " if stands.overdue else "🟡 " if stands.due_today else ""
    visit = f"{mark}Kunjungan {_rests(one) or stands}" if one.answers else f"Penanggung jawab: {one.answered_by}"
    last = f"terakhir {short_day(one.last)}" if one.last else "belum pernah dikunjungi"
    about = _about(one, today) if one.agreed else "belum ada persetujuan orang tua"
    comes = one.as_whom(me) or (f"yang datang: {one.sent}" if one.sent else "")
    return f"*{name}* ({one.code}), {about}\n{one.village}\n{visit}; {last}{f'; {comes}' if comes else ''}"


def _rests(one: Fostering) -> str:
    """That the visit waits while somebody is in hospital; empty where nobody is."""
    if not one.in_hospital:
        return ""
    return "menunggu pulang dari rumah sakit" if one.agreed else "ditunda dulu"


def _about(one: Fostering, today: date) -> str:
    if one.wedding:
        return f"{'menikah' if one.wedding <= today else 'akan menikah'} {show_day(one.wedding)}"
    return f"hamil {pregnancy_week(one.hpl, today)} minggu" if one.hpl else age_words(one.born, today)


def _turns(listed: Sequence[Fostering], page: int, to: str) -> tuple[Option, ...]:
    return turns(f"page:{to}", page, more=(page + 1) * PAGE < len(listed))
