"""Our approved templates at Meta: what is there, what is not as ours, and submitting what is missing.

Meta reviews a submitted template for minutes to a day. It takes 100 new ones an hour and one edit a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

from sqlalchemy.orm import Session

from bot.whatsapp.raw import mapping, objects, text
from content.notices import MISSING, Notices, Template, words_for
from db import templates as states
from flow.message import Unreachable

FIELDS = "name,language,status,category,components,quality_score,rejected_reason"
A_PAGE, MOST_PAGES = 100, 100
UNSAID = ("", "NONE", "UNKNOWN")
REASONS: Mapping[str, str] = {
    "INVALID_FORMAT": "bentuknya keliru",
    "ABUSIVE_CONTENT": "dianggap kasar",
    "SCAM": "dianggap penipuan",
    "PROMOTIONAL": "dianggap promosi",
    "TAG_CONTENT_MISMATCH": "kategorinya tidak cocok",
    "INCORRECT_CATEGORY": "kategorinya tidak cocok",
}
QUALITIES: Mapping[str, str] = {"GREEN": "baik", "YELLOW": "sedang", "RED": "rendah"}


class Caller(Protocol):
    """Management calls to the Cloud API (``client.Client``). Raises SendFailure."""

    async def call(
        self, verb: str, path: str, payload: Mapping[str, Any] | None = None, query: Mapping[str, str] | None = None
    ) -> Any: ...


@dataclass(frozen=True, slots=True)
class Theirs:
    """A template as Meta has it. ``status``, ``category``, ``quality`` and ``reason`` are Meta's own words."""

    name: str
    language: str
    status: str
    category: str = ""
    quality: str = ""
    reason: str = ""
    body: str = ""
    footer: str = ""
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """One of ours beside what Meta has of it. ``different`` names in Indonesian what is not as ours."""

    template: Template
    theirs: Theirs | None
    different: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        return self.theirs.status if self.theirs else MISSING

    @property
    def usable(self) -> bool:
        return self.status in states.USABLE

    @property
    def said(self) -> str:
        """ "ditolak Meta (bentuknya keliru); isi berbeda"."""
        reason = REASONS.get(self.theirs.reason, self.theirs.reason) if self.theirs else ""
        stands = words_for(self.status) + (f" ({reason})" if reason else "")
        return f"{stands}; {', '.join(self.different)} berbeda" if self.different else stands

    @property
    def quality(self) -> str:
        return QUALITIES.get(self.theirs.quality, "") if self.theirs else ""


# --- asking Meta ----------------------------------------------------------------------


async def listed(wire: Caller, account: str) -> list[Theirs]:
    """All templates of a WhatsApp Business Account. Raises SendFailure."""
    found: list[Theirs] = []
    query = {"fields": FIELDS, "limit": str(A_PAGE)}
    for _ in range(MOST_PAGES):
        answer = mapping(await wire.call("GET", _path(account), query=query))
        if not isinstance(answer.get("data"), list):
            raise Unreachable("daftar templat dari Meta tidak terbaca")  # which is not the same as an empty one
        found += [_theirs(one) for one in objects(answer.get("data"))]
        paging = mapping(answer.get("paging"))
        after = text(mapping(paging.get("cursors")).get("after"), 1000)
        if not after or not paging.get("next"):
            break
        query = {**query, "after": after}
    return found


async def submit(wire: Caller, account: str, template: Template, city_name: str) -> Theirs:
    """Hand a template in for review. Raises SendFailure with what Meta says of it."""
    answer = mapping(await wire.call("POST", _path(account), submission(template, city_name)))
    status = text(answer.get("status"), 20).upper() or "PENDING"
    category = text(answer.get("category"), 16).upper() or template.category
    return Theirs(template.name, template.language, status, category)


def _path(account: str) -> str:
    return f"{quote(account, safe='')}/message_templates"


# --- pure -------------------------------------------------------------------------------


def submission(template: Template, city_name: str) -> dict[str, Any]:
    """What Meta wants to be told of a new template."""
    parts: list[dict[str, Any]] = [
        {
            "type": "BODY",
            "text": template.body_for(city_name),
            "example": {"body_text": [list(template.variables)]},
        }
    ]
    if template.footer:
        parts.append({"type": "FOOTER", "text": template.footer})
    parts.append({"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": template.button}]})
    return {
        "name": template.name,
        "language": template.language,
        "category": template.category,
        "components": parts,
    }


def compare(notices: Notices, theirs: Iterable[Theirs], city_name: str) -> list[Standing]:
    """Each of ours, in our order, with what Meta has under its name and language. Others are not our business."""
    known = {(one.name, one.language): one for one in theirs}
    return [_standing(one, known.get((one.name, one.language)), city_name) for one in notices.templates]


def record(session: Session, standings: Sequence[Standing], now: datetime) -> None:
    """Write down how they stand, so that the scheduler knows which may be sent."""
    for one in standings:
        theirs = one.theirs or Theirs(one.template.name, one.template.language, MISSING)
        states.note(
            session, theirs.name, theirs.language, now,
            status=theirs.status, category=theirs.category, quality=theirs.quality, reason=theirs.reason,
        )  # fmt: skip


def _standing(ours: Template, theirs: Theirs | None, city_name: str) -> Standing:
    if theirs is None:
        return Standing(ours, None)
    same = {
        "isi": _folded(theirs.body) == _folded(ours.body_for(city_name)),
        "tombol": theirs.buttons == (ours.button,),
        "catatan kaki": _folded(theirs.footer) == _folded(ours.footer),
        "kategori": theirs.category == ours.category,
    }
    return Standing(ours, theirs, tuple(part for part, kept in same.items() if not kept))


def _folded(said: str) -> str:
    """Without what Meta may have tidied: the ends of lines."""
    return "\n".join(line.rstrip() for line in said.strip().splitlines())


def _theirs(raw: Mapping[str, Any]) -> Theirs:
    parts = {text(part.get("type"), 20).upper(): part for part in objects(raw.get("components"))}
    buttons = objects(mapping(parts.get("BUTTONS")).get("buttons"))
    reason, quality = text(raw.get("rejected_reason"), 200), text(mapping(raw.get("quality_score")).get("score"), 12)
    return Theirs(
        text(raw.get("name"), 512),
        text(raw.get("language"), 20),
        text(raw.get("status"), 20).upper(),
        category=text(raw.get("category"), 16).upper(),
        quality="" if quality.upper() in UNSAID else quality.upper(),
        reason="" if reason.upper() in UNSAID else reason,
        body=text(mapping(parts.get("BODY")).get("text"), 4096),
        footer=text(mapping(parts.get("FOOTER")).get("text"), 200),
        buttons=tuple(text(button.get("text"), 100) for button in buttons),
    )
