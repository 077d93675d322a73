"""The late visits of a coordinator's places and offices, by foster parent; and the screen of one of them, with all
that can be done about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from db import ladder as stored
from db import remindings
from db.people import Person
from db.remindings import Asked
from db.subjects import Subject, SubjectKind
from flow.message import Message, Option, plain
from flow.paging import page_of, turns
from flow.questions import show_day
from handlers.chat.context import Context, NotValid
from handlers.chat.forms import HOME
from handlers.chat.names import short_day
from handlers.coordinator import putting_aside, reminding
from programme import disclosure, ladder, leaves, promise_messages, promises, setting_aside
from programme import reminding as reminders
from programme.contacts import called
from programme.disclosure import OPENED_LIST, Shown
from programme.fosterings import WEDDING, Fostering
from programme.scopes import held_by
from programme.visitors import resting
from reports.digest import details, digest
from reports.digest.model import Late
from rules.visits import standing

PAGE = 5
VISITS = 3
"""Late visits of one foster parent on a page, each with a button for its card: WhatsApp shows ten in a list."""
ALL = Option("remind:all", "Ingatkan semua")


def show(context: Context, page: int = 0) -> None:
    """List the foster parents who are late, worst first; each opens. Those put aside are counted."""
    visits = digest.visits(context.session, context.person, context.now, context.city)
    aside = setting_aside.aside(context.session, context.person, context.today)
    by_asn: dict[int, list[Late]] = {}
    for one in visits.late:
        by_asn.setdefault(one.asn_id, []).append(one)
    away = {id for id in by_asn if Subject(SubjectKind.PERSON, id) in aside}
    rows = [of for id, of in by_asn.items() if id not in away]
    lines, options = list[str](), list[Option]()
    shown, page = page_of(rows, page, PAGE) if rows else ((), 0)
    last = remindings.newest(context.session, by_asn)
    told = {id for id, one in last.items() if context.city.today(one.at) >= context.today}
    if rows:
        lines.append(f"⏰ *Terlambat: {sum(map(len, rows))} kunjungan, {len(rows)} pendamping*")
        left = [of for of in rows if of[0].reachable and of[0].asn_id not in told]
        options += [Option(ALL.token, f"{ALL.label} ({len(left)})")] if left else []
    planned = promises.planned(context.session, {one.about for of in shown for one in of}, context.today)
    for number, of in enumerate(shown, page * PAGE + 1):
        days = [planned[one.asn_id, one.about] for one in of if (one.asn_id, one.about) in planned]
        plan = f", {promise_messages.plans(min(days), context.today)}" if days else ""
        lines.append(f"{number}. {_line(of)}{', sudah diingatkan' if of[0].asn_id in told else ''}{plan}")
        options.append(Option(f"late:one:{of[0].asn_id}", f"{number}. {of[0].asn}"[:24]))
    if not rows:
        lines.append("Tidak ada kunjungan yang terlambat. 👏")
    if aside:
        options.append(putting_aside.counted(aside))
    if waiting := details.not_joined_words(visits.not_joined):
        count = len(visits.not_joined)
        lines.append(f"\n⏳ *Belum bergabung, jadi belum dihitung: {count} pendamping*\n{waiting}")
    context.note_all("late.view", (one.about for of in shown for one in of))
    row = turns("late", page, more=(page + 1) * PAGE < len(rows))
    context.say(Message("\n".join(lines), tuple(options), (*row, HOME)))


def show_one(context: Context, asn_id: int, page: int = 0) -> None:
    """One foster parent: their late visits, who reminded them last, and what can be done."""
    _show_one(context, asn_id, page, Shown.NOTHING)


def open_names(context: Context, asn_id: int, page: int) -> None:
    """The same with the names, each of which is a line of the audit."""
    _show_one(context, asn_id, page, OPENED_LIST)


def _show_one(context: Context, asn_id: int, page: int, opened: Shown) -> None:
    asn = context.session.get(Person, asn_id)
    if asn is None:
        raise NotValid(f"person:{asn_id}")
    late = reminders.overdue(context.session, context.city, context.person, context.today, asn_id)
    if not late:
        context.say(Message(f"{called(asn)} tidak punya kunjungan yang terlambat lagi. 👏", (reminding.LATE, HOME)))
        return
    shown, page = page_of(late, page, VISITS)
    context.note_all("child.open" if opened else "late.view", (one.about for one in shown))
    numbered = list(enumerate(shown, page * VISITS + 1))
    whose = {number: _whose(context, one, opened) for number, one in numbered}
    last = remindings.newest(context.session, [asn_id]).get(asn_id)
    head = f"⏰ *{late[0].asn}*{f', {plain(asn.office.name)}' if asn.office else ''}: "
    planned = promises.planned(context.session, {one.about for one in shown}, context.today)
    lines = [
        head + ("1 kunjungan terlambat" if len(late) == 1 else f"{len(late)} kunjungan terlambat"),
        *(_visit(context, number, one, whose[number], planned) for number, one in numbered),
        *_told(context, shown),
        *_about(context, asn, late[0], last),
    ]
    names = {number: said.split(",")[0].split(" (")[0] for number, said in whose.items()}
    alone = Counter(names.values())
    cards = [
        Option(f"card:{one.about}", f"Kartu {name if name and alone[name] == 1 else f'nomor {number}'}"[:24])
        for number, one in numbered
        if one.about.kind is not WEDDING
        for name in (names[number],)
    ]
    options = (*_acts(context, asn, late[0], last), *cards, *_more(context, asn, opened, page))
    row = turns(f"late:one:{asn_id}", page, more=(page + 1) * VISITS < len(late))
    context.say(Message("\n".join(lines), options, (*row, reminding.LATE, HOME)))


# --- what it says --------------------------------------------------------------------------------


def _line(of: Sequence[Late]) -> str:
    days = f"{of[0].days} hari"
    said = days if len(of) == 1 else f"{len(of)} kunjungan, terlama {days}"
    return f"{of[0].called}: *{said}*" + ("" if of[0].reachable else ", belum terhubung")


def _whose(context: Context, one: Fostering, opened: Shown) -> str:
    """ "Rafa (A-31), Mandonga (Mandonga)" as far as it may be shown; empty to an office."""
    shown = disclosure.agreed(disclosure.over(held_by(context.person), *one.home) | opened, one.agreed)
    return disclosure.words(*disclosure.row(shown, one.code, one.name, one.village))


def _visit(
    context: Context, number: int, one: Fostering, whose: str, planned: Mapping[tuple[int, Subject], date]
) -> str:
    last = f"terakhir {short_day(one.last)}" if one.last else "belum pernah dikunjungi"
    days = standing(one.due, context.today).days_late
    said = f"{number}. {f'{whose}: ' if whose else ''}*{days} hari*, sejak {short_day(one.due)}; {last}"
    day = planned.get((one.asn_id, one.about))
    return f"{said}; {promise_messages.plans(day, context.today)}" if day else said


def _told(context: Context, shown: Sequence[Fostering]) -> Iterator[str]:
    """Who was told of these visits by themselves, and when; once where it was the same for all of them."""
    kept = stored.taken(context.session, [one.cycle for one in shown])
    proofs = ladder.told_of(context.session, kept)
    words = (ladder.words(proofs.get(one.cycle, ()), context.city) for one in shown)
    for said in dict.fromkeys(filter(None, words)):
        yield f"{said[0].upper()}{said[1:]}."


def _about(context: Context, asn: Person, one: Fostering, last: Asked | None) -> Iterator[str]:
    """Who comes in their name, whether they are away, who reminded them last, and until when they are put aside."""
    if one.sent:
        yield f"Yang datang: {one.sent}."
    if asn.id in resting(context.session, [asn.id], context.today):
        leave = leaves.running(context.session, asn.id, context.today)
        yield f"Sedang cuti{f' sampai {show_day(leave.ends)}' if leave else ''}."
    if last is not None:
        by = context.session.get(Person, last.by_id) if last.by_id else None
        name = context.you if last.by_id == context.person.id else called(by) if by else "koordinator"
        yield f"Terakhir diingatkan oleh {name}, {_moment(context, last)}."
    else:
        yield "Belum pernah diingatkan koordinator."
    if aside := setting_aside.aside(context.session, context.person, context.today).get(
        Subject(SubjectKind.PERSON, asn.id)
    ):
        yield f"Disisihkan {putting_aside.until(context, aside)}: {putting_aside.reason(aside)}."


def _moment(context: Context, last: Asked) -> str:
    at = context.city.local(last.at)
    if last.waits and at > context.now:
        return f"terkirim {reminding.when(context, at)}"
    return f"hari ini pukul {at:%H.%M}" if at.date() == context.today else show_day(at.date())


# --- what can be done ----------------------------------------------------------------------------


def _acts(context: Context, asn: Person, one: Fostering, last: Asked | None) -> Iterator[Option]:
    if last is None or context.city.today(last.at) < context.today:
        yield Option(f"remind:{asn.id}", "Ingatkan")
    coming = [to for to in one.visitors if to.id != asn.id]
    # Who comes is who is spoken to; an organisation itself writes nothing.
    to = coming[0] if coming else None
    yield Option(f"call:{to.id if to else asn.id}", f"Telepon {to.name}"[:24] if to else "Telepon")
    if context.may("letter.write", context.session.get(Person, to.id) if to else asn):
        yield Option(f"write:{to.id if to else asn.id}", f"Tulis ke {to.name}"[:24] if to else "Tulis pesan")
    if context.may("handover.enter", asn):
        yield Option(f"handover:set:{asn.id}", "Cuti, pindah, pensiun")


def _more(context: Context, asn: Person, opened: Shown, page: int) -> Iterator[Option]:
    if not opened and context.may("child.open", asn):
        yield Option(f"late:open:{asn.id}:{page}", "Lihat nama (dicatat)")
    yield putting_aside.option(context, Subject(SubjectKind.PERSON, asn.id))
