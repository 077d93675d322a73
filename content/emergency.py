"""The numbers given to whoever is in danger: the table [emergency] of ``programme.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, cast

DIALLED = re.compile(r"[+(]?[0-9][0-9 ()-]{1,18}(?: ext [0-9]{1,4})?")
KEYS = frozenset({"name", "number", "whatsapp", "checked_on", "checked_by"})


@dataclass(frozen=True, slots=True)
class Line:
    """A number that can be called: a short code ("112"), a landline, a mobile, or with an extension ("119 ext 8").

    ``whatsapp`` is where it can be written to. ``checked_on`` and ``checked_by`` say when it was rung, and by whom.
    """

    name: str
    number: str
    whatsapp: str
    checked_on: date | None
    checked_by: str

    @property
    def is_checked(self) -> bool:
        return bool(self.name and self.number and self.checked_on and self.checked_by)

    @property
    def international(self) -> str:
        """The number with the country's code, "+624013101234". Empty for a short code and for one with an extension.

        Only such a number may stand on a contact card: a telephone may put a country's code before any other.
        """
        digits = "".join(one for one in self.number if one.isdigit() or one == "+")
        if "ext" in self.number or not re.fullmatch(r"(\+|0)[1-9][0-9]{7,13}", digits):
            return ""
        return digits if digits.startswith("+") else f"+62{digits[1:]}"

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


@dataclass(frozen=True, slots=True)
class Review:
    """Who of the health office has read some texts and stands by them (name and office), and when."""

    reviewed_by: str
    reviewed_on: date | None

    @property
    def is_signed(self) -> bool:
        return bool(self.reviewed_by and self.reviewed_on)


@dataclass(frozen=True, slots=True)
class Emergency:
    """``anywhere`` (112) and ``ambulance`` (119) stand for each other: one of them is enough.

    ``private`` are the phones of those who are told of thoughts of suicide and of violence, and nobody else.
    ``texts`` signs the templates of ``content.danger_texts``.
    """

    anywhere: Line
    ambulance: Line
    police: Line
    hospital: Line
    health_office: Line
    crisis: Line
    violence: Line
    duty: Line
    private: tuple[str, ...]
    texts: Review

    def __post_init__(self) -> None:
        if not (self.anywhere.number or self.ambulance.number):
            raise ValueError("anywhere atau ambulance harus punya nomor")

    @property
    def first(self) -> tuple[Line, ...]:
        """Whom to call when there is danger to life: 112 and 119, as far as they work."""
        return tuple(line for line in (self.anywhere, self.ambulance) if line.number)

    @property
    def to_call(self) -> str:
        """ "Telepon *112* atau *119*, siang dan malam. RSUD Kota Kendari: *0401-3101234*."."""
        first = " atau ".join(f"*{line.number}*" for line in self.first)
        hospital = f" {self.hospital.name}: *{self.hospital.number}*." if self.hospital.number else ""
        return f"Telepon {first}, siang dan malam.{hospital}"

    @property
    def for_violence(self) -> str:
        """ "129, WhatsApp 08111129129"."""
        return (
            f"{self.violence.number}, WhatsApp {self.violence.whatsapp}"
            if self.violence.whatsapp
            else self.violence.number
        )

    @property
    def unchecked(self) -> tuple[str, ...]:
        """The keys of the lines that nobody has rung yet, in the order of the file."""
        return tuple(name for name, line in self._lines() if not (line.is_checked or self._is_spared(line)))

    def _is_spared(self, line: Line) -> bool:
        """Whether the line has no number on purpose, because the other one of 112 and 119 works."""
        return not line.number and line in (self.anywhere, self.ambulance)

    def _lines(self) -> Iterator[tuple[str, Line]]:
        for field in fields(self):
            if isinstance(value := getattr(self, field.name), Line):
                yield field.name, value


def line(value: Any) -> Line:
    """A line as the file has it. Raises TypeError or ValueError where it cannot be read."""
    if not isinstance(value, dict):
        raise TypeError
    given = cast("dict[str, Any]", value)
    if not all(isinstance(one, str) for one in given.values()) or not {"name", "number"} <= set(given) <= KEYS:
        raise TypeError
    number, whatsapp = given["number"], given.get("whatsapp", "")
    if any(one and not DIALLED.fullmatch(one) for one in (number, whatsapp)):
        raise ValueError
    on = given.get("checked_on", "")
    return Line(given["name"], number, whatsapp, date.fromisoformat(on) if on else None, given.get("checked_by", ""))


def review(value: Any) -> Review:
    """A signature as the file has it. Raises TypeError or ValueError where it cannot be read."""
    if not isinstance(value, dict):
        raise TypeError
    given = cast("dict[str, Any]", value)
    if set(given) != {"reviewed_by", "reviewed_on"} or not all(isinstance(one, str) for one in given.values()):
        raise TypeError
    on = given["reviewed_on"]
    return Review(given["reviewed_by"].strip(), date.fromisoformat(on) if on else None)
