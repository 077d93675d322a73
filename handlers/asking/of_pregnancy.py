"""What is known of one pregnancy: the day the birth is expected, the week, the next antenatal visit."""

from __future__ import annotations

from collections.abc import Iterator

from db import visits
from db.children import Pregnancy
from flow.message import Message, Option
from flow.questions import show_day
from handlers.asking.ways import to_person
from handlers.chat.context import Context
from handlers.chat.names import mother_name
from rules import services
from rules.services import Kind
from rules.stages import pregnancy_week

UNKNOWN = (
    "Perkiraan lahir (HPL) belum tercatat. Bidan menghitungnya saat periksa: datanglah ke puskesmas minggu ini, dan "
    "bawa Buku KIA kalau sudah ada."
)
GUESS = "Ini masih perkiraan. Tanyakan ke bidan saat periksa, lalu perbaiki di sini."


def due_day(context: Context, one: Pregnancy) -> None:
    """The HPL, and how sure it is."""
    _say(context, one, f"Perkiraan lahir (HPL): *{show_day(one.due)}*. {_week(context, one)}")


def week(context: Context, one: Pregnancy) -> None:
    """The completed week of the pregnancy."""
    _say(context, one, f"{_week(context, one)} Perkiraan lahir (HPL): *{show_day(one.due)}*.")


def antenatal(context: Context, one: Pregnancy) -> None:
    """Which antenatal visit is due, and which comes next."""
    lines = list(antenatal_lines(context, one)) or ["Periksa sesuai pesan bidan sampai bayi lahir."]
    _say(context, one, "\n\n".join([*lines, "Bawa Buku KIA, ya."]))


def tell_unknown(context: Context) -> None:
    """Say that nobody has told the HPL yet, and how it becomes known."""
    context.say(Message(UNKNOWN, (Option("menu:hamil", "Isi HPL"), *to_person(context))))


def antenatal_lines(context: Context, one: Pregnancy) -> Iterator[str]:
    """The newest visit that is due and not known to have been made, and the next one, each with its day."""
    city, now = context.city, pregnancy_week(one.due, context.today)
    had = visits.received(visits.of_pregnancy(context.session, one.id))
    due = services.antenatal_due(now, one.due, city.services, city.district)
    for visit in [it for it in due if it.kind == Kind.ANTENATAL and it.id not in had][-1:]:
        yield f"Sudah waktunya, kalau belum: *{visit.label}*. {visit.detail}"
    if found := services.next_antenatal(now, one.due, city.services, city.district):
        day, visit = found
        yield f"Berikutnya: *{visit.label}*, mulai {show_day(day)}. {visit.detail}"


def _week(context: Context, one: Pregnancy) -> str:
    about = "" if one.sure else "kira-kira "
    return f"Sekarang {about}*{pregnancy_week(one.due, context.today)} minggu*."


def _say(context: Context, one: Pregnancy, text: str) -> None:
    mend = () if one.sure else (Option(f"expecting:due:{one.family_id}", "Perbaiki HPL"),)
    guess = "" if one.sure else f"\n\n{GUESS}"
    context.say(Message(f"*Kehamilan {mother_name(one)}*\n\n{text}{guess}", (*mend, *to_person(context))))
