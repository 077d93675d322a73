"""The shape of a button outside forms: its words, the arguments behind them, who may tap it, and what it does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Concatenate, Generic, TypeVar, overload

from db.base import row_id
from db.subjects import Subject
from handlers.chat.context import Context
from programme import policy

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
T = TypeVar("T")

LONGEST = 256  # characters of a token; WhatsApp gives back no longer one
DAY_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}")
PAGE_NUMBER = re.compile(r"0|[1-9][0-9]{0,3}")


@dataclass(frozen=True)
class Arg(Generic[T]):
    """One argument of a button. ``read`` gives its value, None for text that is none.

    ``parts`` is how many parts of the token it takes, 0 for all that are left. ``values`` are the texts it can be,
    where these are known beforehand.
    """

    name: str
    read: Callable[[str], T | None]
    parts: int = 1
    values: tuple[str, ...] = ()


def row(table: str) -> Arg[int]:
    """The id of a row of this table."""
    return Arg(table, row_id)


def word(allowed: Iterable[str]) -> Arg[str]:
    """One of these words."""
    known = tuple(allowed)
    return Arg("word", lambda said: said if said in known else None, values=known)


def number(allowed: Iterable[int]) -> Arg[int]:
    """One of these numbers."""
    known = {str(one): one for one in allowed}
    return Arg("number", known.get, values=tuple(known))


def area() -> Arg[str]:
    """A place or an office: "village:31"."""
    kinds = {"village", "district", "health_centre", "posyandu", "office"}

    def read(said: str) -> str | None:
        kind, _, id = said.partition(":")
        return said if kind in kinds and row_id(id) else None

    return Arg("area", read, parts=2)


def about(*kinds: str) -> Arg[str]:
    """Whom it is about: "child:31" or "pregnancy:7"; only of these ``kinds``."""

    def read(said: str) -> str | None:
        try:
            return said if Subject.parse(said).kind in kinds else None
        except ValueError:
            return None

    return Arg(" or ".join(kinds), read, parts=2)


CHILD, FAMILY, PERSON = row("child"), row("family"), row("person")
VISIT, REFERRAL, DRAFT, CRY = row("visit"), row("referral"), row("draft"), row("cry")
TOLD, NOTE = row("told_ending"), row("note")
APPOINTMENT, PROMISE = row("appointment"), row("visit_promise")
ENTRY, HOME_OF = row("household"), about("child", "pregnancy", "family")
IMPORT, BROADCAST = row("workbook_import"), row("broadcast")
QUESTION, LINE, LETTER = row("question"), row("line"), row("letter")
VISITED = about("child", "pregnancy", "wedding")
WAITS = about("person", "child", "pregnancy", "wedding")
AREA = area()
SUBJECT, PREGNANCY = about("child", "pregnancy"), about("pregnancy")
PAGE = Arg[int]("page", lambda said: int(said) if PAGE_NUMBER.fullmatch(said) else None)
NAME = Arg[str]("name", lambda said: said or None)  # of something that only the act can look up
MINUTE = Arg[int]("minute", row_id)  # a moment, in minutes since 1970
MINUTES = Arg[tuple[int, ...]]("minutes", lambda said: _minutes(said.split(":")), parts=0)
DAY = Arg[date]("day", lambda said: _day(said))
KEY = Arg[str]("key", lambda said: said or None, parts=0)  # of a row of the outbox


def _day(said: str) -> date | None:
    """A day as ``str`` writes it: "2026-03-04"."""
    try:
        return date.fromisoformat(said) if DAY_WRITTEN.fullmatch(said) else None
    except ValueError:
        return None


def _minutes(said: list[str]) -> tuple[int, ...] | None:
    """Up to three moments."""
    read = [row_id(one) for one in said]
    return tuple(one for one in read if one) if len(read) <= 3 and all(read) else None


@dataclass(frozen=True)
class Button:
    """``path`` are its words ("loss", "yes", "mother"), ``args`` what follows them.

    ``may`` is the act of ``policy.RULES`` that tapping it is. ``once``: its message is done with once it is tapped.
    """

    path: tuple[str, ...]
    args: tuple[Arg[Any], ...]
    act: Callable[Concatenate[Context, ...], None]
    may: str
    once: bool

    def arguments(self, parts: list[str]) -> list[Any] | None:
        """The values of the arguments; None where these parts of a token are not this button."""
        start, values = len(self.path), list[Any]()
        if tuple(parts[:start]) != self.path:
            return None
        for arg in self.args:
            end = start + arg.parts if arg.parts else max(len(parts), start + 1)
            value = arg.read(":".join(parts[start:end])) if end <= len(parts) else None
            if value is None:
                return None
            values.append(value)
            start = end
        return values if start == len(parts) else None

    def about(self, arguments: Sequence[Any]) -> tuple[str, int | str] | None:
        """The kind and id of the row that these arguments name first (``policy.row``); None where they name none."""
        for arg, value in zip(self.args, arguments, strict=True):
            if " or " in arg.name or arg.name == "pregnancy":
                return Subject.parse(value)
            if arg.name == "area":
                kind, _, id = value.partition(":")
                return kind, int(id)
            if arg.name == "key" or arg.name in policy.TABLES:
                return arg.name, value
        return None


@overload
def button(path: str, /, *, does: Callable[[Context], None], may: str, once: bool = ...) -> Button: ...
@overload
def button(path: str, a: Arg[A], /, *, does: Callable[[Context, A], None], may: str, once: bool = ...) -> Button: ...
@overload
def button(
    path: str, a: Arg[A], b: Arg[B], /, *, does: Callable[[Context, A, B], None], may: str, once: bool = ...
) -> Button: ...
@overload
def button(
    path: str,
    a: Arg[A],
    b: Arg[B],
    c: Arg[C],
    /,
    *,
    does: Callable[[Context, A, B, C], None],
    may: str,
    once: bool = ...,
) -> Button: ...
def button(
    path: str, /, *args: Arg[Any], does: Callable[Concatenate[Context, ...], None], may: str, once: bool = False
) -> Button:
    """A button "path:argument:argument", checked by the types of what it does."""
    return Button(tuple(path.split(":")), args, does, may, once)


def parts_of(token: str) -> list[str]:
    """The parts of a token between its colons; none for text that no button of ours carries."""
    return token.split(":") if len(token) <= LONGEST and token.isascii() and token.isprintable() else []
