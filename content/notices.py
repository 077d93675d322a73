"""WhatsApp's templates: short approved texts that announce a message outside the 24-hour window.

One TOML file each in ``whatsapp/``. ``{{1}}`` is filled at every sending, ``{kota}`` once, when the template is
submitted. The limits are those of Meta's pages on templates, as of June 2026.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any, cast

from content import toml_files
from content.lessons import ContentError

FOLDER = Path(__file__).parent / "whatsapp"
CATEGORIES = ("UTILITY", "MARKETING")
UTILITY, MARKETING = CATEGORIES
ALL = "*"  # the kind of the template for all messages without one of their own
NOBODY = "Bapak/Ibu"  # how somebody is greeted whose name is not at hand
SOMETHING = "Ada pesan baru untuk Bapak/Ibu."  # for a message without a notice line

NAME, BODY, FOOTER, BUTTON, PARAMETER = 80, 1024, 60, 20, 120  # characters; Meta allows more for a name and a button
CITY = 80  # characters of the longest name of a city

# Meta's status of a template, and the word for it in Indonesian. A template that Meta does not know is MISSING.
MISSING = "MISSING"
STATUSES: Mapping[str, str] = {
    "APPROVED": "disetujui",
    "REINSTATED": "disetujui",
    "FLAGGED": "disetujui, tetapi banyak dikeluhkan",
    "PENDING": "sedang diperiksa Meta",
    "IN_APPEAL": "sedang diperiksa Meta",
    "REJECTED": "ditolak Meta",
    "PAUSED": "dijeda Meta",
    "DISABLED": "dimatikan Meta",
    "PENDING_DELETION": "sedang dihapus",
    "DELETED": "sudah dihapus",
    MISSING: "belum ada di Meta",
}

_VARIABLE = re.compile(r"\{\{\s*(\d+)\s*\}\}")
_EDGE = re.compile(r"^[\W_]*\{\{\s*\d+\s*\}\}|\{\{\s*\d+\s*\}\}[\W_]*$")
_MARKUP = re.compile(r"[*_~`\n{}]")


@dataclass(frozen=True, slots=True)
class Template:
    """One approved text. ``variables`` is an example for each of ``{{1}}``, ``{{2}}``, ... of the body, in order.

    ``kinds`` are the kinds of outbox messages it announces. Its one ``button`` asks for the message itself.
    """

    name: str
    language: str
    category: str
    body: str
    variables: tuple[str, ...]
    button: str
    kinds: tuple[str, ...]
    footer: str = ""

    def body_for(self, city_name: str) -> str:
        """The body as submitted to Meta for a city: "Halo {{1}}, ... di Asuh Kota Kendari ..."."""
        return self.body.replace("{kota}", city_name)

    def parameters(self, notice: Sequence[str]) -> tuple[str, ...]:
        """Values for all variables of the body, each on one line and cut to its limit.

        Surplus values are left out; a missing greeting is "Bapak/Ibu".
        """
        known = (NOBODY, *(SOMETHING for _ in self.variables[1:]))
        given = [_one_line(value) for value in notice]
        return tuple(value or default for value, default in zip_longest(given[: len(known)], known, fillvalue=""))

    def text(self, city_name: str, notice: Sequence[str]) -> str:
        """The text above the button, without the footer."""
        values = self.parameters(notice)
        return _VARIABLE.sub(lambda found: values[int(found[1]) - 1], self.body_for(city_name))


@dataclass(frozen=True)
class Notices:
    """All templates, by name."""

    templates: tuple[Template, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Template]:
        return {template.name: template for template in self.templates}

    @cached_property
    def _by_kind(self) -> Mapping[str, Template]:
        return {kind: template for template in self.templates for kind in template.kinds}

    def of_kind(self, kind: str) -> Template:
        """The template for messages of this kind ("lesson", "reminder", ...), or the general one."""
        return self._by_kind.get(kind) or self._by_kind[ALL]


def words_for(status: str) -> str:
    """Meta's status of a template in Indonesian."""
    return STATUSES.get(status, f"berstatus {status}")


@cache
def shipped() -> Notices:
    """The templates that come with Asuh, read once."""
    return load()


def load(folder: Path = FOLDER) -> Notices:
    """Read every ``*.toml`` of the folder. Raises ContentError with all that is wrong in any of them."""
    templates, problems = toml_files.every(folder, _read)
    if not problems:
        problems = [f"{folder.name}: {problem}" for problem in _together(templates)]
    if problems:
        raise ContentError(problems)
    return Notices(tuple(templates))


# --- one file -----------------------------------------------------------------------


def _read(path: Path) -> Template:
    raw = toml_files.raw(path)
    if not (problems := list(_unreadable(raw))):
        template = Template(**{key: _value(value) for key, value in raw.items()})
        if not (problems := list(_unusable(template))):
            return template
    raise ContentError(f"{toml_files.place(path)}: {problem}" for problem in problems)


def _unreadable(raw: Mapping[str, Any]) -> Iterator[str]:
    """Problems of keys that are unknown, missing, or of another type."""
    lists = ("variables", "kinds")
    known = [field.name for field in fields(Template)]
    yield from (f"{key}: kunci ini tidak dikenal" for key in raw if key not in known)
    for key in known:
        value = raw.get(key, "" if key == "footer" else None)
        if key in lists:
            if not isinstance(value, list) or not all(isinstance(one, str) for one in cast("list[Any]", value)):
                yield f"{key}: isi dengan daftar teks"
        elif not isinstance(value, str) or not (value.strip() or key == "footer"):
            yield f"{key}: isi dengan teks"


def _value(raw: Any) -> Any:
    return tuple(cast("list[str]", raw)) if isinstance(raw, list) else raw.strip()


def _unusable(template: Template) -> Iterator[str]:
    """Problems for which Meta would refuse the template."""
    longest = [max(example, "x" * PARAMETER, key=len) for example in template.variables]
    rules = {
        f"name: paling banyak {NAME} huruf dari a-z, 0-9, dan _": bool(
            re.fullmatch(rf"[a-z0-9_]{{1,{NAME}}}", template.name)
        ),
        "language: isi dengan kode seperti id": bool(re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2})?", template.language)),
        f"category: isi salah satu dari {', '.join(CATEGORIES)}": template.category in CATEGORIES,
        f"button: paling banyak {BUTTON} huruf, tanpa tanda khusus": _is_plain(template.button, BUTTON),
        f"footer: paling banyak {FOOTER} huruf, tanpa tanda khusus": _is_plain(template.footer, FOOTER),
        "kinds: isi sedikitnya satu": bool(template.kinds) and all(template.kinds),
        "variables: tiap contoh berisi kata-kata dalam satu baris": all(
            example and _one_line(example) == example for example in template.variables
        ),
    }
    yield from (problem for problem, kept in rules.items() if not kept)
    if wrong := _misnumbered(template):
        yield wrong
    elif len(filled := template.text("K" * CITY, longest)) > BODY:
        yield f"body: {len(filled)} huruf setelah diisi, paling banyak {BODY}"
    yield from (f"body: {problem}" for problem in _misshapen(template.body, len(template.variables)))


def _misnumbered(template: Template) -> str:
    numbers = [int(number) for number in _VARIABLE.findall(template.body)]
    if numbers == list(range(1, len(template.variables) + 1)):
        return ""
    return f"variables: {len(template.variables)} contoh tidak cocok dengan {numbers or 'body tanpa variabel'}"


def _misshapen(body: str, variables: int) -> Iterator[str]:
    """Problems of the body's form that Meta refuses. Words needed for n variables, 3n + 1, were found by providers."""
    if _EDGE.search(body):
        yield "variabel tidak boleh di awal atau di akhir"
    if re.search(r"\}\}\s*\{\{", body):
        yield "dua variabel tidak boleh berdampingan"
    if len(body.split()) < 3 * variables + 1:
        yield f"kata-katanya terlalu sedikit untuk {variables} variabel"
    if re.search(r"\n{3}|\t| {4}", body):
        yield "tidak boleh ada tiga ganti baris, tab, atau empat spasi berurutan"
    if re.search(r"[{}]", _VARIABLE.sub("", body).replace("{kota}", "")):
        yield "yang diisi hanya {{1}}, {{2}}, ... dan {kota}"


def _together(templates: Sequence[Template]) -> Iterator[str]:
    for value in _twice(template.name for template in templates):
        yield f"name {value} dipakai dua kali"
    for value in _twice(kind for template in templates for kind in template.kinds):
        yield f"kinds {value} ada di dua templat"
    for value in _twice(template.body for template in templates):
        yield f"body dua templat sama: {value[:40]}"
    if not any(ALL in template.kinds for template in templates):
        yield f'belum ada templat untuk pesan lainnya: kinds = ["{ALL}"]'


def _twice(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def _is_plain(value: str, most: int) -> bool:
    return len(value) <= most and not _MARKUP.search(value)


def _one_line(value: str) -> str:
    """The value without line breaks, tabs and repeated spaces (Meta refuses them in a parameter), cut to its limit."""
    line = " ".join(value.split())
    return line if len(line) <= PARAMETER else f"{line[: PARAMETER - 1].rsplit(' ', 1)[0]}…"
