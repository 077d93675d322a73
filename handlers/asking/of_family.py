"""What is known of a family's places and people: posyandu, numbers, who fosters and who answers for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from db.children import Family, health_workers
from db.fostering import foster_parents
from db.people import Person
from db.roles import Role, Title
from flow.message import Message
from handlers.asking import records
from handlers.asking.ways import posyandu_day, to_person
from handlers.chat.context import Context
from programme import numbers
from programme.contacts import called

TITLES = {Title.CADRE: "Kader", Title.MIDWIFE: "Bidan", Title.NUTRITIONIST: "Petugas gizi"}
NOT_GIVEN = "Nomor HP pribadi bidan dan kader tidak kami bagikan."


def posyandu(context: Context) -> None:
    """The posyandu of each family, and whom to ask for its day."""
    homes = records.own_families(context)
    context.say(Message("\n\n".join(dict.fromkeys(posyandu_day(context, home) for home in homes)), to_person(context)))


def phone(context: Context) -> None:
    """The number and the hours of the puskesmas, else the city's number; and whom to call when it is urgent."""
    lines = dict.fromkeys(_number(context, home) for home in records.own_families(context))
    urgent = f"Gawat? {context.city.programme.emergency.to_call}"
    context.say(Message("\n\n".join((*lines, NOT_GIVEN, urgent)), to_person(context)))


def foster(context: Context) -> None:
    """Who fosters the family's children and who of the health service answers for them: role and first name."""
    lines = [line for home in records.own_families(context) for line in _people(context, home)]
    text = "\n".join(dict.fromkeys(lines)) or "Belum ada pendamping atau petugas yang tercatat untuk keluarga ini."
    context.say(Message(f"*Yang mendampingi keluarga ini*\n{text}", to_person(context)))


def _number(context: Context, home: Family) -> str:
    centre = home.health_centre
    hours = f"\nBuka: {centre.hours}, kecuali hari libur." if centre and centre.phone and centre.hours else ""
    return f"📞 {numbers.to_ask(context.city, home)}{hours}"


def _people(context: Context, home: Family) -> Iterator[str]:
    for person in _fostering(context, home):
        office = f", {person.office.name}" if person.office else ""
        yield f"• Pendamping (ASN): {called(person)}{office}"
    for person in health_workers(context.session, home):
        title = next((TITLES[held.title] for held in person.roles if held.title in TITLES), "")
        if title:
            yield f"• {title}: {called(person)}"


def _fostering(context: Context, home: Family) -> Sequence[Person]:
    return [one for one in foster_parents(context.session, home, context.today) if one.has(Role.ASN)]
