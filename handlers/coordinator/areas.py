"""A coordinator's areas, one line each: "wilayah", "kelurahan", "kecamatan", "opd"; and the report of the last week."""

from __future__ import annotations

from collections.abc import Sequence

from db.roles import ScopeKind
from db.subjects import subject
from flow.message import Message, Option
from flow.paging import page_of, turns
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from programme.scopes import Scope, held_by, scopes_of, title
from reports.digest import area_words, areas, week
from reports.digest.area_counts import HELP_FIRST, TAPS, Area
from reports.digest.area_words import KIND_WORDS

PAGE = 6  # with the other buttons ten, as many as a list shows
KINDS = {word: kind for kind, word in TAPS.items()}
OTHER = Option("areas:by", "Lihat menurut lain")
WEEK = Option("menu:mingguan", "Laporan minggu")
NOTHING = "Belum ada wilayah atau kantor atas nama {you}."


def show(context: Context) -> None:
    """The areas by which this coordinator's scopes are compared first: of the city its kecamatan."""
    held = held_by(context.person)
    may_see = areas.kinds(held)
    if not may_see:
        context.say(Message(NOTHING.format(you=context.you), (HOME,)))
        return
    _show(context, areas.widest(held) or may_see[-1])


def show_villages(context: Context) -> None:
    _show(context, ScopeKind.VILLAGE)


def show_districts(context: Context) -> None:
    _show(context, ScopeKind.DISTRICT)


def show_offices(context: Context) -> None:
    _show(context, ScopeKind.OFFICE)


def show_kind(context: Context, word: str, page: int) -> None:
    """A page of the areas of this kind, which may be asked for again from an old message."""
    _show(context, KINDS[word], page)


def choose_kind(context: Context) -> None:
    """Offer the kinds of area that the coordinator may see."""
    kinds = [kind for kind in areas.kinds(held_by(context.person)) if kind in TAPS]
    options = tuple(Option(f"areas:{TAPS[kind]}:0", f"Menurut {KIND_WORDS[kind]}") for kind in kinds)
    if not options:
        context.say(Message(NOTHING.format(you=context.you), (HOME,)))
        return
    context.say(Message("Angkanya mau dilihat menurut apa?", options, (HOME,)))


def show_week(context: Context) -> None:
    """Answer with the report of the last full week, which may be passed on."""
    found = week.of_scopes(context.session, held_by(context.person), context.now, context.city)
    if found is None:
        context.say(Message(f"Di wilayah {context.you} belum ada yang didampingi, jadi belum ada laporannya.", (HOME,)))
        return
    context.note("area.view", subject(context.person))
    context.say(week.message(found, f"week:{context.incoming.channel}:{context.incoming.message_id}", context.city))


def _show(context: Context, kind: ScopeKind, page: int = 0) -> None:
    held = held_by(context.person)
    if kind not in areas.kinds(held):
        _refuse(context, kind)
        return
    context.note("area.view", subject(context.person))
    found = areas.in_scope(context.session, held, kind, context.now, context.city)
    if not found:
        context.say(Message("Belum ada yang didampingi di sini.", _more(held), (HOME,)))
        return
    shown, page = page_of(found, page, PAGE)
    first = {one.id for one in area_words.first(found)}
    lines = [
        f"{number}. {'❗ ' if one.id in first else ''}{area_words.line(one)}"
        for number, one in enumerate(shown, page * PAGE + 1)
    ]
    where = title(context.session, scopes_of(context.person), context.city)
    head = f"🗺️ *{_words(kind)}, {where}*"
    foot = [f"❗ perlu dibantu dulu. {HELP_FIRST}"] if first and page == 0 else []
    opened = tuple(Option(one.tap, _label(one)) for one in shown if one.tap)
    row = turns(f"areas:{TAPS[kind]}", page, more=(page + 1) * PAGE < len(found))
    more = _more(held) if page == 0 else (OTHER,)
    context.say(Message("\n".join((head, *lines, *foot)), (*opened, *more), (*row, HOME)))


def _refuse(context: Context, kind: ScopeKind) -> None:
    own = _more(held_by(context.person))
    text = f"Angka menurut {KIND_WORDS[kind]} tidak ada untuk lingkup {context.you}."
    context.say(Message(text, (Option("menu:wilayah", "Lihat yang ada"), *own), (HOME,)))


def _more(held: Sequence[Scope]) -> tuple[Option, ...]:
    """What else can be seen: another kind where there is one, and the week where a place is coordinated."""
    kinds = [kind for kind in areas.kinds(held) if kind in TAPS]
    other = (OTHER,) if len(kinds) > 1 else ()
    return (*other, WEEK) if any(kind != ScopeKind.OFFICE for kind in kinds) else other


def _words(kind: ScopeKind) -> str:
    words = KIND_WORDS[kind]
    return words[0].upper() + words[1:]


def _label(one: Area) -> str:
    """Short enough for a button: the kind of place stands in the head."""
    return one.name.removeprefix("Kel. ").removeprefix("Kec. ")
