"""What is known of one child, as its carer or the ASN who fosters it is told: services, weight and height, age."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from db import measurements, visits
from db.children import Child
from db.measurements import OFFICIAL, REPORTED, Measurement
from flow.message import Message, Option
from flow.questions import comma, show_day
from handlers.asking.ways import posyandu_day, to_person
from handlers.chat.context import Context
from handlers.chat.names import age_words
from rules import services
from rules.services import Kind, Service
from rules.stages import age, months_after

CONFIRMED = {
    OFFICIAL: "Dari petugas kesehatan (resmi)",
    REPORTED: "Dari laporan keluarga atau pendamping (belum resmi)",
}
DEWORMING_SHOWN = 12  # months of age
NO_BIRTHDAY = "Tanggal lahir {name} belum tercatat. Mintalah kader atau bidan melengkapinya, ya."


def immunisation(context: Context, child: Child) -> None:
    """Which immunisation is due, and which comes next."""
    if child.born is None:
        _no_birthday(context, child)
        return
    due, after = due_now(context, child, child.born), coming(context, child.born)
    parts: list[str] = []
    if due:
        parts.append("\n".join(("Sudah waktunya, kalau belum diterima:", *(f"• {_named(one)}" for one in due))))
    if after:
        parts.append(f"Berikutnya, mulai {show_day(after[0])}:\n• {_named(after[1])}")
    parts = parts or ["Semua imunisasi menurut umurnya sudah lewat jadwalnya."]
    parts += [
        "Cocokkan dengan Buku KIA. Ada yang terlewat? Bidan bisa menyusulkan.",
        posyandu_day(context, child.family),
    ]
    _say(context, child, "Imunisasi", parts)


def vitamin_a(context: Context, child: Child) -> None:
    """When the next capsule of vitamin A is given."""
    if child.born is None:
        _no_birthday(context, child)
        return
    _say(context, child, "Vitamin A", vitamin_a_lines(context, child.born) or ["Tidak ada lagi jadwal vitamin A."])


def deworming(context: Context, child: Child) -> None:
    """Whether the medicine against worms is due."""
    if child.born is None:
        _no_birthday(context, child)
        return
    city = context.city
    due = services.services_due(child.born, context.today, city.services, city.district)
    lines = [f"Waktunya: *{one.label}*. {one.detail}" for one in due if one.kind == Kind.DEWORMING]
    if not lines and age(child.born, context.today).months < DEWORMING_SHOWN:
        lines = [f"Mulai umur 1 tahun: {show_day(months_after(child.born, DEWORMING_SHOWN))}."]
    _say(context, child, "Obat cacing", [*lines, "Tanyakan ke kader kapan dibagikan."])


def weight(context: Context, child: Child) -> None:
    """The newest weight of each kind, with its day."""
    _say_measured(context, child, ("Berat",), (lambda one: one.weight_kg,))


def height(context: Context, child: Child) -> None:
    """The newest length or height of each kind, with its day."""
    _say_measured(context, child, ("Tinggi",), (lambda one: one.length_cm,))


def growth(context: Context, child: Child) -> None:
    """The newest weight and height of each kind, each with its day."""
    _say_measured(context, child, ("Berat", "Tinggi"), (lambda one: one.weight_kg, lambda one: one.length_cm))


def tell_age(context: Context, child: Child) -> None:
    """How old the child is."""
    if child.born is None:
        _no_birthday(context, child)
        return
    _say(context, child, "", [f"Umurnya *{age_words(child.born, context.today)}*, lahir {show_day(child.born)}."])


# --- lines that the schedule has too --------------------------------------------------------


def due_now(context: Context, child: Child, born: date) -> list[Service]:
    """The immunisations that are due and not known to have been received."""
    city, today = context.city, context.today
    had = visits.received(visits.of_child(context.session, child.id))
    due = services.services_due(born, today, city.services, city.district)
    return [one for one in due if one.kind == Kind.IMMUNISATION and one.id not in had and _is_in_time(one, born, today)]


def coming(context: Context, born: date) -> tuple[date, Service] | None:
    """The next immunisation, with its day."""
    return services.next_service(born, context.today, context.city.services, context.city.district)


def vitamin_a_lines(context: Context, born: date) -> list[str]:
    """This month's capsule, and the next round."""
    city, today = context.city, context.today
    due = services.services_due(born, today, city.services, city.district)
    lines = [
        f"*{one.label}*: bulan ini. {one.detail}"
        for one in due
        if one.kind == Kind.VITAMIN_A and one.round == today.replace(day=1)
    ]
    if found := services.next_round(Kind.VITAMIN_A, born, today, city.services, city.district):
        day, one = found
        lines.append(f"*{one.label} {day.year}*. {one.detail}")
    return lines


def _named(one: Service) -> str:
    return f"*{one.label}*: {one.detail}"


def _is_in_time(one: Service, born: date, today: date) -> bool:
    """Whether it is still given: what is given at birth only is asked about for a month, and given on the first day."""
    return today < months_after(born, one.until) or today == services.due_day(one, born)


def _say_measured(
    context: Context, child: Child, titles: Sequence[str], values: Sequence[Callable[[Measurement], float | None]]
) -> None:
    rows = measurements.history(context.session, child.id)
    units = {"Berat": "kg", "Tinggi": "cm"}
    lines: list[str] = []
    for title, value in zip(titles, values, strict=True):
        for kind, whose in CONFIRMED.items():
            newest = next((one for one in reversed(rows) if one.kind == kind and value(one) is not None), None)
            if newest is not None:
                doubt = ". Angka ini janggal; minta diukur lagi, ya" if newest.doubtful else ""
                figure = f"{comma(value(newest) or 0)} {units[title]}"
                name = "" if len(titles) == 1 else f"{title} "
                lines.append(f"• {name}*{figure}*, {show_day(newest.measured_on)}. {whose}{doubt}.")
    if not lines:
        lines = [f"Belum ada yang tercatat di sini. {posyandu_day(context, child.family)}"]
        _say(context, child, " dan ".join(titles).capitalize(), lines)
        return
    chart = Option(f"chart:{child.id}:{'tinggi' if titles == ('Tinggi',) else 'berat'}", "Lihat grafik")
    _say(context, child, " dan ".join(titles).capitalize(), ["\n".join(lines)], chart)


def _say(context: Context, child: Child, title: str, lines: Sequence[str], *options: Option) -> None:
    head = f"*{title} {context.called(child)}*" if title else f"*{context.called(child)}*"
    context.say(Message("\n\n".join((head, *lines)), (*options, *to_person(context))))


def _no_birthday(context: Context, child: Child) -> None:
    context.say(Message(NO_BIRTHDAY.format(name=context.called(child)), to_person(context)))


def is_weighed(context: Context, child: Child) -> bool:
    """Whether a weight of this month is known."""
    rows, month = measurements.history(context.session, child.id), context.today.replace(day=1)
    return any(one.weight_kg is not None and one.measured_on >= month for one in rows)
