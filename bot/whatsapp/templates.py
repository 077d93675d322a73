"""Our templates at Meta: list them, compare them with ours, submit missing ones.

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
class MetaTemplate:
    """A template at Meta. ``status``, ``category``, ``quality`` and ``reason`` are Meta's own words."""

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
class TemplateComparison:
    """A template of ours and the one at Meta. ``different`` names in Indonesian the parts that differ."""

    template: Template
    at_meta: MetaTemplate | None
    different: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        return self.at_meta.status if self.at_meta else MISSING

    @property
    def usable(self) -> bool:
        return self.status in states.USABLE

    @property
    def said(self) -> str:
        """The comparison in Indonesian: "ditolak Meta (bentuknya keliru); isi berbeda"."""
        reason = REASONS.get(self.at_meta.reason, self.at_meta.reason) if self.at_meta else ""
        stands = words_for(self.status) + (f" ({reason})" if reason else "")
        return f"{stands}; {', '.join(self.different)} berbeda" if self.different else stands

    @property
    def quality(self) -> str:
        return QUALITIES.get(self.at_meta.quality, "") if self.at_meta else ""


# --- asking Meta ----------------------------------------------------------------------


async def listed(wire: Caller, account: str) -> list[MetaTemplate]:
    """All templates of a WhatsApp Business Account. Raises SendFailure."""
    found: list[MetaTemplate] = []
    query = {"fields": FIELDS, "limit": str(A_PAGE)}
    for _ in range(MOST_PAGES):
        answer = mapping(await wire.call("GET", _path(account), query=query))
        if not isinstance(answer.get("data"), list):
            raise Unreachable("daftar templat dari Meta tidak terbaca")  # which is not the same as an empty one
        found += [_meta_template(one) for one in objects(answer.get("data"))]
        paging = mapping(answer.get("paging"))
        after = text(mapping(paging.get("cursors")).get("after"), 1000)
        if not after or not paging.get("next"):
            break
        query = {**query, "after": after}
    return found


async def submit(wire: Caller, account: str, template: Template, city_name: str) -> MetaTemplate:
    """Submit a template for review. Raises SendFailure with Meta's reason."""
    answer = mapping(await wire.call("POST", _path(account), submission(template, city_name)))
    status = text(answer.get("status"), 20).upper() or "PENDING"
    category = text(answer.get("category"), 16).upper() or template.category
    return MetaTemplate(template.name, template.language, status, category)


def _path(account: str) -> str:
    return f"{quote(account, safe='')}/message_templates"


# --- pure -------------------------------------------------------------------------------


def submission(template: Template, city_name: str) -> dict[str, Any]:
    """The request body that submits a new template."""
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


def compare(notices: Notices, at_meta: Iterable[MetaTemplate], city_name: str) -> list[TemplateComparison]:
    """Each template of ours with Meta's of the same name and language. Meta's other templates are left out."""
    known = {(one.name, one.language): one for one in at_meta}
    return [_compare_one(one, known.get((one.name, one.language)), city_name) for one in notices.templates]


def record(session: Session, comparisons: Sequence[TemplateComparison], now: datetime) -> None:
    """Store the status of each template, which decides whether delivery may send it."""
    for one in comparisons:
        at_meta = one.at_meta or MetaTemplate(one.template.name, one.template.language, MISSING)
        states.note(
            session, at_meta.name, at_meta.language, now,
            status=at_meta.status, category=at_meta.category, quality=at_meta.quality, reason=at_meta.reason,
        )  # fmt: skip


def _compare_one(template: Template, at_meta: MetaTemplate | None, city_name: str) -> TemplateComparison:
    if at_meta is None:
        return TemplateComparison(template, None)
    same = {
        "isi": _folded(at_meta.body) == _folded(template.body_for(city_name)),
        "tombol": at_meta.buttons == (template.button,),
        "catatan kaki": _folded(at_meta.footer) == _folded(template.footer),
        "kategori": at_meta.category == template.category,
    }
    return TemplateComparison(template, at_meta, tuple(part for part, kept in same.items() if not kept))


def _folded(said: str) -> str:
    """The text without trailing spaces, which Meta may remove."""
    return "\n".join(line.rstrip() for line in said.strip().splitlines())


def _meta_template(raw: Mapping[str, Any]) -> MetaTemplate:
    parts = {text(part.get("type"), 20).upper(): part for part in objects(raw.get("components"))}
    buttons = objects(mapping(parts.get("BUTTONS")).get("buttons"))
    reason, quality = text(raw.get("rejected_reason"), 200), text(mapping(raw.get("quality_score")).get("score"), 12)
    return MetaTemplate(
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
