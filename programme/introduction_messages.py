"""The messages in which a family and who visits it get to know each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from content.city import City
from db import appointments
from db.appointments import Appointment, AppointmentState
from db.children import Carer, Family
from db.fostering import Part
from flow.message import Card, Message, Option, plain
from flow.reading.phones import e164
from programme import appointment_messages as words
from programme import appointments as arranging
from programme import names, pairs
from programme.contacts import called
from programme.pairs import Pair

ROLES = {
    Part.MAIN: "pendamping keluarga {you}",
    Part.COMPANION: "yang ikut mendampingi keluarga {you}",
    Part.SUBSTITUTE: "pengganti sementara pendamping keluarga {you}",
}
"""What who visits is to the family, in its own words; ``you`` is how the reader is addressed."""


def asks_number(session: Session, carer: Carer) -> bool:
    """Whether this carer is still to be asked whether their number may be shown: once, and only if there is one."""
    was_asked = appointments.shared_number(session, carer.person_id, carer.family_id) is not None
    return bool(pairs.number_of(carer)) and not was_asked


def to_family(session: Session, city: City, pair: Pair, carer: Carer) -> Message:
    """Who comes, in whose name, what may be asked of them and what not; whoever is asked for a time is asked whether
    their number may be shown too."""
    you = names.pronoun(carer.person.name, relation=carer.relation)
    home = pairs.host(session, pair.family)
    is_host = home is not None and home.id == carer.id
    number = is_host and asks_number(session, carer)
    near = is_host and not number and not pair.family.landmark
    text = city.templates.say(
        "introduction_family",
        to=pairs.to_host(carer),
        you=you,
        visitor=pairs.comes_from(pair),
        who=called(pair.visitor),
        part=ROLES[pair.part].format(you=you),
        number=number,
    )
    landmark = (Option(f"meet:near:{pair.family.id}", "Beri patokan rumah"),) if near else ()
    return Message(text, number_options(pair.family) if number else landmark)


def number_options(family: Family) -> tuple[Option, ...]:
    """Yes and no to the question whether one's number may be shown."""
    return Option(f"meet:number:on:{family.id}", "Boleh"), Option(f"meet:number:off:{family.id}", "Tidak usah")


def to_visitor(session: Session, city: City, pair: Pair, now: datetime, *, first: bool) -> Message:
    """Whom they visit and where, who helps nearby, and when a visit would suit them or is arranged.

    With the contact card of the mother if she agreed to that, else of the cadre. ``first``: they get to know of it, and
    of what is asked of them.
    """
    family, you = pair.family, names.pronoun(pair.visitor.name, nip=pair.visitor.nip, sex=pair.visitor.sex)
    hers, near = pairs.hosts_number(session, family), cadre_card(session, family)
    host, row = pairs.host(session, family), arranging.of_pair(session, family.id, pair.visitor.id, now)
    times = arranging.proposals(session, city, pair.visitor.id, now) if host and row is None else ()
    cadre = pairs.cadre(session, family)
    text = city.templates.say(
        "introduction_asn",
        first=first,
        to=called(pair.visitor),
        you=you,
        mine="" if pair.foster.id == pair.visitor.id else f", mewakili {pairs.represented(pair.foster)}",
        mother=pairs.mother(family),
        children=pairs.of_children(pair),
        way=words.way(family),
        landmark=bool(family.landmark),
        posyandu=posyandu(family),
        cadre=called(cadre) if cadre else "",
        cadre_number=near.phone if near else "",
        number=hers.phone if hers else "",
        appointment=_arranged(city, session, pair, row) if row else "",
        times=[words.day_and_hour(city, at) for at in times],
        host=pairs.to_host(host) if host else pairs.mother(family),
    )
    return Message(text, _options(city, pair, row, times, now), card=hers or near)


def number_to_visitor(pair: Pair, card: Card) -> Message:
    """The number that the mother lets them see."""
    you = names.pronoun(pair.visitor.name, nip=pair.visitor.nip, sex=pair.visitor.sex)
    return Message(
        f"{called(pair.visitor)}, {card.name} mengizinkan {you} tahu nomornya: {card.phone}. "
        "Untuk memberi kabar saja; mohon tidak diteruskan kepada orang lain.",
        card=card,
    )


def number_to_family(carer: Carer, pair: Pair, card: Card) -> Message:
    """The number that who visits lets the family see."""
    return Message(
        f"{pairs.to_host(carer)}, ini nomor {called(pair.visitor)}: {card.phone}. "
        "Untuk memberi kabar kalau berhalangan. Kalau ada tanda bahaya, jangan menunggu balasan: langsung ke puskesmas "
        "atau rumah sakit.",
        card=card,
    )


def cadre_card(session: Session, family: Family) -> Card | None:
    """The cadre as a contact card; None where none or no number is known."""
    cadre = pairs.cadre(session, family)
    number = e164(cadre.phone or "") if cadre else None
    return Card(called(cadre), number) if cadre and number else None


def posyandu(family: Family) -> str:
    """ "Posyandu Melati 1, buka Rabu kedua pukul 08.00"; empty where none is known."""
    if family.posyandu is None:
        return ""
    name = plain(family.posyandu.full_name)
    return f"{name}, buka {family.posyandu.when}" if family.posyandu.when else name


def _arranged(city: City, session: Session, pair: Pair, row: Appointment) -> str:
    """What is arranged, for who visits."""
    host = words.asked(session, pair)
    match row.state:
        case AppointmentState.AGREED if row.at:
            return f"Sudah disepakati: *{words.day_and_hour(city, row.at)}*."
        case AppointmentState.WISHED if row.at:
            return f"{host} minta *{words.day_and_hour(city, row.at)}*. Bisa?"
        case _:
            return f"Waktunya sedang kami tanyakan kepada {host}."


def _options(
    city: City, pair: Pair, row: Appointment | None, times: Sequence[datetime], now: datetime
) -> tuple[Option, ...]:
    if row is not None and row.state == AppointmentState.AGREED:
        return words.changes(row)
    if row is not None and row.state == AppointmentState.WISHED:
        return Option(f"meet:yes:{row.id}", "Bisa"), Option(f"meet:offer:{pair.family.id}", "Waktu lain")
    return send_options(city, pair.family, times, now) if times else ()


def send_options(city: City, family: Family, times: Sequence[datetime], now: datetime) -> tuple[Option, ...]:
    """The buttons under three proposals for who visits: ask the family, or see others."""
    listed = ":".join(str(words.minute(at)) for at in times)
    return (
        Option(f"meet:send:{family.id}:{listed}", "Tanyakan"),
        Option(f"meet:other:{family.id}:{words.ahead(times[-1], city, now)}", "Waktu lain"),
    )
