"""Settings that the city may change in chat: what they are, how they are read, and the city as they make it.

They stand in the database over the values of programme.toml, and hold from the next message and the next tick on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from content import programme
from content.city import City
from content.lessons import Lesson, Library
from content.programme import Programme
from db import settings
from flow.reading.phones import e164

OFF = "lesson."
"""Before the id of a lesson: the setting that switches it off."""


class SettingError(Exception):
    """The value cannot be; the text says what to write instead."""


@dataclass(frozen=True)
class Changeable:
    """``read`` takes the value out of words, or raises SettingError; ``show`` says it."""

    name: str
    label: str
    example: str
    read: Callable[[str], Any]
    show: Callable[[Any], str]

    def value(self, of: Programme) -> Any:
        table, _, field = self.name.partition(".")
        return getattr(getattr(of, table), field)


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(said: str) -> int:
        found = re.fullmatch(r"(?:pukul |jam )?([0-9]{1,3})(?:[.:]00)?(?: [a-z ]+)?", said.strip().casefold())
        if not found or not low <= int(found[1]) <= high:
            raise SettingError(f"Tulis angka antara {low} dan {high}.")
        return int(found[1])

    return read


def _days(said: str) -> list[int]:
    found = [int(one) for one in re.findall(r"[0-9]+", said)]
    if not 1 <= len(found) <= 5 or found != sorted(set(found)) or found[-1] > 60:
        raise SettingError("Tulis satu sampai lima angka dari yang terkecil, paling besar 60, misalnya 0, 3, 7.")
    return found


def _bot(said: str) -> str:
    name = said.strip().removeprefix("https://t.me/").removeprefix("@")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{3,30}[Bb][Oo][Tt]", name):
        raise SettingError("Tulis nama bot di Telegram, misalnya @AsuhKendariBot.")
    return name


def _phone(said: str) -> str:
    number = e164(said)
    if number is None:
        raise SettingError("Tulis nomor WhatsApp kota, misalnya 0811 4000 123.")
    return number


def _in(unit: str) -> Callable[[Any], str]:
    return lambda value: f"{value} {unit}"


def _or_none(value: Any) -> str:
    return str(value) or "belum diisi"


CHANGEABLE = {one.name: one for one in (
    Changeable("visits.every_days", "Jarak kunjungan rutin", "30", _number(7, 90), _in("hari")),
    Changeable("visits.after_danger_days", "Kunjungan usai bahaya", "3", _number(1, 14), _in("hari sesudahnya")),
    Changeable(
        "ladder.visitor_days", "Pengingat kunjungan", "0, 3, 7", _days,
        lambda value: f"hari ke-{', '.join(map(str, value))} sesudah jadwal",
    ),
    Changeable("visits.correct_days", "Laporan boleh diperbaiki", "30", _number(1, 90), _in("hari sesudah dikirim")),
    Changeable("lessons.per_week", "Pesan edukasi seminggu", "2", _number(1, 4), _in("pesan")),
    Changeable("lessons.hour", "Jam pesan edukasi", "9", _number(8, 17), lambda value: f"pukul {value:02}.00"),
    Changeable("invitations.valid_days", "Masa berlaku kode", "30", _number(3, 90), _in("hari")),
    Changeable("invitations.telegram", "Nama bot Telegram", "@AsuhKendariBot", _bot, _or_none),
    Changeable("invitations.whatsapp", "Nomor WhatsApp kota", "0811 4000 123", _phone, _or_none),
)}  # fmt: skip
"""What may be changed, by its name in programme.toml. Limits of health are not among them."""


def applied(session: Session, city: City) -> City:
    """The city with what was changed in chat."""
    return _over(city, settings.changed(session))


def _over(city: City, changed: Mapping[str, str]) -> City:
    values = {name: json.loads(value) for name, value in changed.items() if name in CHANGEABLE}
    if not values:
        return city
    try:
        return replace(city, programme=programme.over(city.programme, values))
    except (TypeError, ValueError):  # stored by another release, or beside another file: there the file holds
        return _one_by_one(city, values)


def _one_by_one(city: City, values: Mapping[str, Any]) -> City:
    """The city with those of the values that can be."""
    for name, value in values.items():
        with suppress(TypeError, ValueError):
            city = replace(city, programme=programme.over(city.programme, {name: value}))
    return city


def for_planning(session: Session, city: City) -> City:
    """The same, without the lessons that were switched off."""
    changed = settings.changed(session)
    off, city = _off(changed), _over(city, changed)
    return replace(city, library=_without(city.library, off)) if off else city


def switched_off(session: Session) -> frozenset[str]:
    """The ids of the lessons that are not sent in this city."""
    return _off(settings.changed(session))


def _off(changed: Mapping[str, str]) -> frozenset[str]:
    return frozenset(name.removeprefix(OFF) for name in changed if name.startswith(OFF))


def can_be_switched(lesson: Lesson) -> bool:
    """Whether the city may switch the lesson off: nothing that tells of danger, and nothing after a loss."""
    return not (lesson.must_not_miss or lesson.signs or lesson.anchor == "kehilangan")


_LAST: dict[str, tuple[Library, frozenset[str], Library]] = {}  # a library indexes its lessons: made once


def _without(library: Library, off: frozenset[str]) -> Library:
    kept = _LAST.get("")
    if kept is None or kept[0] is not library or kept[1] != off:
        some = Library(
            tuple(one for one in library.lessons if not (one.id in off and can_be_switched(one))), library.overlays
        )
        kept = _LAST[""] = library, off, some
    return kept[2]


def stored(value: Any) -> str:
    """A value as it is stored."""
    return json.dumps(value)


def check(city: City, name: str, value: Any, session: Session) -> None:
    """Raises SettingError where the value does not go with the others."""
    known: Mapping[str, Any] = {
        one: json.loads(kept) for one, kept in settings.changed(session).items() if one in CHANGEABLE
    }
    try:
        programme.over(city.programme, {**known, name: value})
    except (TypeError, ValueError):
        raise SettingError(f"Nilai itu belum bisa dipakai. Tulis misalnya {CHANGEABLE[name].example}.") from None
