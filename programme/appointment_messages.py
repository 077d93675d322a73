"""The messages of a visit that is arranged by taps: to the family in short sentences, to who visits with the way."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from content.city import City
from db.appointments import Appointment
from db.children import Carer, Family
from db.people import Person
from flow.message import Message, Option, plain
from flow.questions import day_and_month
from flow.reading.dates import DAYS, MONTHS
from programme import names, pairs
from programme.contacts import called
from programme.pairs import Pair

EPOCH_MINUTE = 60


# --- times in words and in buttons ----------------------------------------------------------------


def day_and_hour(city: City, at: datetime) -> str:
    """ "Kamis 5 Maret pukul 16.00"."""
    local = city.local(at)
    return f"{DAYS[local.weekday()]} {day_and_month(local.date())} pukul {local:%H.%M}"


def label(city: City, at: datetime) -> str:
    """The same on a button: "Kamis 5 Mar, 16.00"."""
    local = city.local(at)
    return f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1][:3]}, {local:%H.%M}"


def minute(at: datetime) -> int:
    """A moment in a button: minutes since 1970."""
    return int(at.timestamp()) // EPOCH_MINUTE


def ahead(at: datetime, city: City, now: datetime) -> int:
    """How many days the day of this moment is ahead: in the button for those behind it."""
    return (city.today(at) - city.today(now)).days


def picks(city: City, row: Appointment, times: list[datetime], now: datetime) -> tuple[Option, ...]:
    """A button for each time, and one for other days."""
    further = ahead(times[-1], city, now) if times else 0
    return (
        *(Option(f"meet:pick:{row.id}:{minute(at)}", label(city, at)) for at in times),
        Option(f"meet:more:{row.id}:{further}", "Hari lain"),
    )


def changes(row: Appointment) -> tuple[Option, ...]:
    """What either side can do with an agreed visit."""
    return Option(f"meet:move:{row.id}", "Pindah hari"), Option(f"meet:off:{row.id}", "Batalkan")


def offers(family: Family) -> Option:
    """The button with which who visits offers times."""
    return Option(f"meet:offer:{family.id}", "Tawarkan waktu")


def next_visit(family: Family) -> Option:
    """The same under a report."""
    return Option(f"meet:offer:{family.id}", "Janjikan kunjungan")


# --- to the family ------------------------------------------------------------------------------


def offered(city: City, pair: Pair, carer: Carer, row: Appointment, now: datetime, moved: datetime | None) -> Message:
    """The question when the visit suits. ``moved``: the agreed time that does not hold any more."""
    who, to = called(pair.visitor), pairs.to_host(carer)
    first = f"{to}, {who} ingin berkunjung."
    if moved is not None:
        first = f"Maaf, {to}. {who} tidak bisa datang {day_and_hour(city, moved)}."
    text = f"{first}\n\n*Kapan {who} boleh datang?*"
    return Message(text, picks(city, row, row.times, now), (Option(f"meet:later:{row.id}", "Nanti saja"),))


def agreed_to_family(city: City, pair: Pair, carer: Carer, row: Appointment) -> Message:
    """The agreement, for the family."""
    return Message(f"{pairs.to_host(carer)}, {agreed_words(city, pair, row)}", changes(row))


def agreed_words(city: City, pair: Pair, row: Appointment) -> str:
    """ "*Pak Anwar datang Kamis 5 Maret pukul 16.00.* ..."."""
    when = day_and_hour(city, row.at) if row.at else ""
    return f"*{called(pair.visitor)} datang {when}.* Sebelumnya kami ingatkan. Kalau berhalangan, ketuk *Pindah hari*."


def called_off_by_visitor(city: City, pair: Pair, carer: Carer, was: datetime | None) -> Message:
    """That who visits cannot come."""
    who = called(pair.visitor)
    when = f" {day_and_hour(city, was)}" if was else ""
    return Message(
        f"Maaf, {pairs.to_host(carer)}. {who} berhalangan{when}, jadi belum bisa datang. "
        "Waktu lain nanti ditanyakan lagi."
    )


def fallen_to_family(city: City, row: Appointment, carer: Carer, was: datetime, *, another: bool) -> Message:
    """That the agreed visit does not take place; ``another``: somebody else comes from now on."""
    said = f"{pairs.to_host(carer)}, kunjungan {called(row.visitor)} {day_and_hour(city, was)} tidak jadi"
    if another:
        return Message(
            f"{said}, karena pendampingnya berganti. Pendamping yang baru kami perkenalkan, lalu waktunya ditanyakan "
            "lagi."
        )
    return Message(f"{said}. Kalau sudah ada waktu atau pendamping yang lain, kami kabari di sini.")


def reminder_to_family(city: City, pair: Pair, carer: Carer, row: Appointment, today: date) -> Message:
    """The reminder before the visit."""
    return Message(
        f"{pairs.to_host(carer)}, {called(pair.visitor)} datang *{_soon(city, row, today)}*. "
        "Siapkan Buku KIA, ya. Tidak perlu menyiapkan yang lain.",
        changes(row),
    )


# --- to who visits ------------------------------------------------------------------------------


def agreed_to_visitor(session: Session, city: City, pair: Pair, row: Appointment) -> Message:
    """The agreement, with the way to the house."""
    when = day_and_hour(city, row.at) if row.at else ""
    return Message(
        f"{called(pair.visitor)}, *{asked(session, pair)}* ({_whose(session, pair)}) menunggu "
        f"{_pronoun(pair.visitor)} *{when}*.\n\n{way(pair.family)}\n\nSebelumnya kami ingatkan.",
        changes(row),
    )


def wished(session: Session, city: City, pair: Pair, row: Appointment, moved: datetime | None) -> Message:
    """The time that the family asks for."""
    when = day_and_hour(city, row.at) if row.at else ""
    host = f"{asked(session, pair)} ({_whose(session, pair)})"
    first = f"{host} berhalangan {day_and_hour(city, moved)}, dan" if moved else host
    return Message(
        f"{called(pair.visitor)}, {first} minta *{when}*. {_pronoun(pair.visitor)} bisa?",
        (
            Option(f"meet:yes:{row.id}", "Bisa"),
            Option(f"meet:offer:{pair.family.id}", "Waktu lain"),
            Option(f"meet:off:{row.id}", "Belum bisa"),
        ),
    )


def put_off(session: Session, pair: Pair) -> Message:
    """That the family cannot say yet."""
    return Message(
        f"{called(pair.visitor)}, {asked(session, pair)} belum bisa memilih hari. Tidak apa-apa. Tawarkan lagi "
        "lain hari, ya.",
        (offers(pair.family),),
    )


def called_off_by_family(session: Session, city: City, pair: Pair, was: datetime | None) -> Message:
    """That the family cannot receive anybody then."""
    you, host = _pronoun(pair.visitor), asked(session, pair)
    when = f" {day_and_hour(city, was)}" if was else ""
    return Message(
        f"{called(pair.visitor)}, {host} berhalangan{when}, jadi {you} tidak perlu datang. "
        "Coba tawarkan waktu lain, ya.",
        (offers(pair.family),),
    )


def fallen_to_visitor(city: City, row: Appointment, was: datetime) -> Message:
    """That nobody has to come; why is the family's own affair."""
    you = _pronoun(row.visitor)
    return Message(
        f"{called(row.visitor)}, kunjungan ke {pairs.mother(row.family)} {day_and_hour(city, was)} tidak jadi. "
        f"{you} tidak perlu datang, dan tidak perlu bertanya kepada keluarganya. Terima kasih sudah meluangkan waktu."
    )


def reminder_to_visitor(session: Session, city: City, pair: Pair, row: Appointment, today: date) -> Message:
    """The reminder before the visit, with the way."""
    return Message(
        f"{called(pair.visitor)}, *{asked(session, pair)}* ({_whose(session, pair)}) menunggu "
        f"{_pronoun(pair.visitor)} *{_soon(city, row, today)}*.\n\n{way(pair.family)}",
        changes(row),
    )


# --- parts --------------------------------------------------------------------------------------


def asked(session: Session, pair: Pair) -> str:
    """Who of the family is asked: "Bu Sari"; its mother where nobody reads here."""
    carer = pairs.host(session, pair.family)
    return pairs.to_host(carer) if carer else pairs.mother(pair.family)


def _whose(session: Session, pair: Pair) -> str:
    """Whose house it is, behind the name of who is asked: "ibu Adik Rafa"."""
    return pairs.of_children(pair, pairs.host(session, pair.family))


def way(family: Family) -> str:
    """Where the house is: kelurahan, and the landmark if the family has told one."""
    return f"Rumah: {family.village.full_name}" + (f", {plain(family.landmark)}" if family.landmark else "") + "."


def _soon(city: City, row: Appointment, today: date) -> str:
    """ "besok, Kamis 5 Maret pukul 16.00", "hari ini pukul 16.00"."""
    if row.at is None:
        return ""
    days = (city.today(row.at) - today).days
    if days == 0:
        return f"hari ini pukul {city.local(row.at):%H.%M}"
    return f"besok, {day_and_hour(city, row.at)}" if days == 1 else day_and_hour(city, row.at)


def _pronoun(person: Person) -> str:
    return names.pronoun(person.name, nip=person.nip, sex=person.sex)
