"""Posyandu with their day, and puskesmas with their number and hours: seen and changed in chat, "tempat MELATI"."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import func, select

from db.places import HealthCentre, Posyandu, Village
from flow.message import Message, Option, plain
from flow.questions import show_day
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from programme import policy
from reports.workbook.cells import Dialled, Hours
from reports.workbook.names import bare
from reports.workbook.problem import Wrong
from rules import posyandu_days

Place = Posyandu | HealthCentre

SEARCH = "place"  # what ``Address.awaiting`` says while a name is asked for
CHANGE = "place-set"  # the same while a new value is asked for: "place-set:day:31"
MANY = 8
WHICH = "Posyandu atau puskesmas mana? Tulis namanya, misalnya *tempat Melati 1*."
NOT_FOUND = "Posyandu atau puskesmas itu tidak ada di wilayah {you}. Tulis namanya saja, misalnya Melati."
TOO_MANY = "Ada banyak yang bernama itu. Tulis lebih lengkap, misalnya dengan nomornya."
KINDS: dict[str, type[Place]] = {"posyandu": Posyandu, "health_centre": HealthCentre}
ASKS = {
    "day": "Kapan {name} buka? Tulis hari dan jamnya, misalnya *Rabu kedua 08.00* atau *tanggal 12 pukul 9*.",
    "phone": "Nomor berapa yang dijawab di {name} selama buka? Cobalah dulu: nomor ini diberikan kepada keluarga "
    "saat ada tanda bahaya.",
    "hours": "Kapan {name} buka? Misalnya *Senin-Kamis 08.00-14.00; Jumat 08.00-11.00*, atau *24 jam*.",
}
NO_DAY = "Hari itu belum terbaca. Tulis misalnya *Rabu kedua 08.00*, *Senin terakhir*, atau *tanggal 12 pukul 9*."


def ask(context: Context) -> None:
    context.address.draft_id, context.address.awaiting = None, SEARCH
    context.say(Message(WHICH, (HOME,)))


def find(context: Context, said: str) -> None:
    """Show the place of this name that is the person's to see to, or ask which of several is meant."""
    found = [place for place in _named(context, said) if context.may("place.change", place)]
    if not found or len(found) > MANY:
        context.address.awaiting = SEARCH
        text = TOO_MANY if found else NOT_FOUND
        context.say(Message(text.format(you=context.you), (HOME,)))
        return
    context.address.awaiting = ""
    if len(found) == 1:
        _show(context, found[0])
        return
    options = [Option(f"place:{_kind(place)}:{place.id}", plain(_name(context, place))) for place in found]
    context.say(Message("Yang mana?", tuple(options), (HOME,)))


def show_posyandu(context: Context, id: int) -> None:
    _show(context, context.session.get_one(Posyandu, id))


def show_health_centre(context: Context, id: int) -> None:
    _show(context, context.session.get_one(HealthCentre, id))


def ask_day(context: Context, id: int) -> None:
    _ask(context, "day", context.session.get_one(Posyandu, id))


def ask_phone(context: Context, id: int) -> None:
    _ask(context, "phone", context.session.get_one(HealthCentre, id))


def ask_hours(context: Context, id: int) -> None:
    _ask(context, "hours", context.session.get_one(HealthCentre, id))


def take(context: Context, said: str) -> None:
    """Set what was asked for, if it can be read; else say how to write it, and wait on."""
    _, what, id = context.address.awaiting.split(":")
    place = policy.row(context.session, "posyandu" if what == "day" else "health_centre", int(id))
    if place is None or not context.may("place.change", place):
        context.address.awaiting = ""
        context.say(Message(NOT_FOUND.format(you=context.you), (HOME,)))
        return
    try:
        TAKES[what](place, said)
    except Wrong as wrong:
        context.say(Message(wrong.sentence, (HOME,)))
        return
    context.address.awaiting, context.worth = "", LASTING
    context.note("place.change", f"{_kind(place)}-{place.id}")
    _show(context, place, "Tercatat. ")


def _ask(context: Context, what: str, place: Place) -> None:
    context.address.draft_id, context.address.awaiting = None, f"{CHANGE}:{what}:{place.id}"
    context.say(Message(ASKS[what].format(name=plain(_called(place))), (HOME,)))


def _show(context: Context, place: Place, before: str = "") -> None:
    lines = [f"{before}*{plain(_name(context, place))}*", *_lines(context, place)]
    options = (
        (Option(f"place:day:{place.id}", "Ganti hari dan jam"),) if isinstance(place, Posyandu)
        else (Option(f"place:phone:{place.id}", "Ganti nomor"), Option(f"place:hours:{place.id}", "Ganti jam buka"))
    )  # fmt: skip
    context.say(Message("\n".join(lines), options, (HOME,)))


def _lines(context: Context, place: Place) -> Iterator[str]:
    if isinstance(place, HealthCentre):
        yield f"Nomor: {place.phone or 'belum ada'}"
        yield f"Jam buka: {place.hours or 'belum ada'}"
        return
    yield f"Hari buka: {place.when or 'belum ada'}"
    if place.day:
        yield f"Berikutnya: {show_day(posyandu_days.parse(place.day).next_from(context.today))}"


def _take_day(place: Posyandu, said: str) -> None:
    try:
        day, at = posyandu_days.parse_both(said)
    except ValueError:
        raise Wrong(NO_DAY) from None
    place.day, place.opens = str(day), posyandu_days.clock(at) if at else place.opens


def _take_phone(place: HealthCentre, said: str) -> None:
    place.phone = Dialled().read(said)


def _take_hours(place: HealthCentre, said: str) -> None:
    place.hours = Hours().read(said)


TAKES: dict[str, Callable[..., None]] = {"day": _take_day, "phone": _take_phone, "hours": _take_hours}


def _named(context: Context, said: str) -> Iterator[Place]:
    for kind, table in (("posyandu", Posyandu), ("puskesmas", HealthCentre)):
        name = bare(kind, said)
        if len(name) > 1:
            partly = func.lower(table.name).contains(name.lower(), autoescape=True)
            yield from context.session.scalars(select(table).where(partly).order_by(table.name, table.id))


def _kind(place: Place) -> str:
    return next(kind for kind, table in KINDS.items() if isinstance(place, table))


def _called(place: Place) -> str:
    return place.full_name


def _name(context: Context, place: Place) -> str:
    if isinstance(place, HealthCentre):
        return _called(place)
    return f"{_called(place)}, {context.session.get_one(Village, place.village_id).name}"
