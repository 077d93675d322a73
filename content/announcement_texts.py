"""Texts of announcements: a sentence with blanks that a coordinator fills in. Nothing else can be announced.

One TOML file each in ``announcements/``. ``{sapaan}`` is how each reader is greeted, ``{name}`` the blank of that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any, cast

from content import toml_files
from content.lessons import ContentError
from content.notices import Notices
from content.notices import shipped as shipped_notices
from content.plain import wording

FOLDER = Path(__file__).parent / "announcements"
KIND = "announcement"  # the kind of message, which its approved template must be for
ROLES = ("asn", "family", "health", "coordinator")
DATE, TIME, PLACE, TEXT, PHONE = KINDS = ("date", "time", "place", "text", "phone")
LONGEST: Mapping[str, int] = {DATE: 30, TIME: 10, PLACE: 80, TEXT: 80, PHONE: 20}
"""Characters of what a blank of each kind may be filled in with."""
BLANKS = 6  # the form asks for no more
TITLE, NOTICE, QUESTION, LABEL = 24, 60, 80, 20  # characters; a title and a label stand on buttons
BODY = 900  # characters when filled in: it goes out under 1,024 on both channels, with who it comes from
GREETING, LONGEST_GREETING = "sapaan", 40
BLANK = re.compile(r"\{(\w+)\}")
LINK = re.compile(
    r"https?:|www\.|\b\w[\w-]*\.(?:com|net|org|id|me|ly|link|info|site|xyz)\b|t\.me/|wa\.me/", re.IGNORECASE
)
NUMBER = re.compile(r"(?:\+|\b)\d[\d\s().-]{6,}\d\b")  # eight digits and more: of a phone, an account or a card


@dataclass(frozen=True, slots=True)
class Blank:
    """What a coordinator fills in: its ``kind``, what is asked, its short name in lists, and an example."""

    name: str
    kind: str
    question: str
    label: str
    example: str


@dataclass(frozen=True, slots=True)
class AnnouncementText:
    """One text. ``to`` are the roles it may go to; ``whatsapp`` is the approved template that announces it, in which
    ``notice`` says in a few words what it is about. ``until`` names the blank after whose day it is of no use any more.
    """

    id: str
    title: str
    notice: str
    whatsapp: str
    to: tuple[str, ...]
    body: str
    blanks: tuple[Blank, ...]
    until: str = ""

    def filled(self, values: Mapping[str, str]) -> str:
        """The text with its blanks filled in, "{sapaan}" still in it."""
        return BLANK.sub(lambda found: values.get(found[1], found[0]), self.body)


@dataclass(frozen=True)
class AnnouncementTexts:
    """All of them, in the order in which they are offered."""

    texts: tuple[AnnouncementText, ...]

    @cached_property
    def by_id(self) -> Mapping[str, AnnouncementText]:
        return {one.id: one for one in self.texts}


def greeted(text: str, greeting: str) -> str:
    """The text as one reader gets it."""
    return text.replace(f"{{{GREETING}}}", greeting)


@cache
def shipped() -> AnnouncementTexts:
    """The texts that come with Asuh, read once."""
    return load(FOLDER, shipped_notices())


def load(folder: Path, notices: Notices) -> AnnouncementTexts:
    """Read every ``*.toml`` of the folder. Raises ContentError with all that is wrong in any of them."""
    found, problems = toml_files.every(folder, partial(_read, notices=notices))
    if problems:
        raise ContentError(problems)
    return AnnouncementTexts(tuple(found))


def _read(path: Path, notices: Notices) -> AnnouncementText:
    raw = toml_files.raw(path)
    if not (problems := list(_unreadable(raw))):
        blanks = tuple(Blank(name=name, **one) for name, one in raw.get("blanks", {}).items())
        plain = {key: value.strip() for key, value in raw.items() if isinstance(value, str)}
        text = AnnouncementText(id=path.stem, to=tuple(raw["to"]), blanks=blanks, **plain)
        if not (problems := list(_unusable(text, notices))):
            return text
    raise ContentError(f"{toml_files.place(path)}: {problem}" for problem in problems)


def _unreadable(raw: Mapping[str, Any]) -> Iterator[str]:
    """Problems of keys that are unknown, missing, or of another type."""
    known = [one.name for one in fields(AnnouncementText) if one.name != "id"]
    yield from (f"{key}: kunci ini tidak dikenal" for key in raw if key not in known)
    for key in known:
        value = raw.get(key, {} if key == "blanks" else "" if key == "until" else None)
        if key == "to":
            if not isinstance(value, list) or not value or not _are_words(cast("list[Any]", value)):
                yield "to: isi dengan daftar peran"
        elif key == "blanks":
            yield from _unreadable_blanks(value)
        elif not isinstance(value, str) or not (value.strip() or key == "until"):
            yield f"{key}: isi dengan teks"


def _unreadable_blanks(raw: Any) -> Iterator[str]:
    if not isinstance(raw, dict):
        yield "blanks: isi dengan tabel"
        return
    wanted = {one.name for one in fields(Blank)} - {"name"}
    for name, one in cast("dict[str, Any]", raw).items():
        keys = set(cast("dict[str, Any]", one)) if isinstance(one, dict) else set[str]()
        if keys != wanted or not _are_words(cast("dict[str, Any]", one).values()):
            yield f"blanks.{name}: isi {', '.join(sorted(wanted))} dengan teks"


def _are_words(values: Iterable[Any]) -> bool:
    return all(isinstance(one, str) and one.strip() for one in values)


def _unusable(text: AnnouncementText, notices: Notices) -> Iterator[str]:
    template = notices.by_name.get(text.whatsapp)
    named, greetings = BLANK.findall(text.body), text.body.count(f"{{{GREETING}}}")
    of_day = {one.name for one in text.blanks if one.kind == DATE}
    rules = {
        f"title: paling banyak {TITLE} huruf": len(text.title) <= TITLE,
        f"notice: paling banyak {NOTICE} huruf dalam satu baris": _is_line(text.notice, NOTICE),
        f"to: isi dengan {', '.join(ROLES)}": set(text.to) <= set(ROLES) and len(set(text.to)) == len(text.to),
        f'whatsapp: belum ada templat {text.whatsapp} dengan kinds = ["{KIND}"]': template is not None
        and KIND in template.kinds
        and len(template.variables) == 2,
        f"blanks: paling banyak {BLANKS} isian": len(text.blanks) <= BLANKS,
        f"body: {{{GREETING}}} satu kali": greetings == 1,
        "body: isian di teks dan di blanks harus sama": set(named) - {GREETING} == {one.name for one in text.blanks},
        "until: sebut isian tanggal": not text.until or text.until in of_day,
        "body: huruf tebal ditandai satu *bintang* di kiri dan kanan, dalam satu baris": all(
            line.count("*") % 2 == 0 for line in text.body.splitlines()
        ),
        "teks tidak memuat alamat web atau nomor": not (
            LINK.search(f"{text.body}\n{text.notice}") or NUMBER.search(f"{text.body}\n{text.notice}")
        ),
    }
    yield from (problem for problem, kept in rules.items() if not kept)
    for one in text.blanks:
        if one.kind not in KINDS:
            yield f"blanks.{one.name}.kind: isi dengan {', '.join(KINDS)}"
        elif not (
            _is_line(one.question, QUESTION) and _is_line(one.label, LABEL) and _is_line(one.example, LONGEST[one.kind])
        ):
            yield f"blanks.{one.name}: question, label, atau example terlalu panjang"
    longest = {one.name: "x" * LONGEST.get(one.kind, 0) for one in text.blanks} | {GREETING: "x" * LONGEST_GREETING}
    if (size := len(text.filled(longest))) > BODY:
        yield f"body: {size} huruf setelah diisi, paling banyak {BODY}"
    said = "\n".join((text.title, text.notice, BLANK.sub("", text.body)))
    yield from wording(said, layman=True)


def _is_line(value: str, most: int) -> bool:
    return len(value) <= most and "\n" not in value
