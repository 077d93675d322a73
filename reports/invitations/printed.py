"""Cards as files that every phone opens: A4 sheets as PDF to print and cut, and the picture of one card."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from io import BytesIO
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

import fontpkg
import segno
from fpdf import FPDF
from PIL import Image, ImageDraw

from db.roles import Role, Title
from drawing import attachments
from drawing.growth_chart import text
from reports.invitations.cards import A_SHEET, role_of
from reports.invitations.codes import Issued, link

MARGIN, CARD_WIDTH, CARD_HEIGHT, TOP = 10, 95, 65, 20
"""Of a sheet, in millimetres."""
SQUARE = 36
"""The side of a QR code, in millimetres."""
PICTURE = (1000, 560)
"""Pixels of the picture of a card."""
SUFFIX = ".cards"
_ONE_AT_A_TIME = Lock()
ONCE = "Hanya untuk nama di atas, satu kali pakai."


def keep(file: Path, issued: Sequence[Issued], bot_name: str, now: datetime) -> None:
    """Store what is to be printed into this file, a PDF or the PNG of one card; ``ready`` draws it.

    The codes are written nowhere else. Upkeep deletes the files after a day.
    """
    unready = file.with_suffix(SUFFIX)
    unready.touch(mode=0o600)
    unready.write_text(json.dumps({"bot_name": bot_name, "cards": [asdict(one) for one in issued]}), encoding="utf-8")
    attachments.date(unready, now - attachments.KEPT + timedelta(days=1))


def ready(folder: Path, path: str) -> bool:
    """Draw the file of a message if so far only its cards are stored. Returns whether the file exists now."""
    file = folder / path
    kept = file.with_suffix(SUFFIX)
    with _ONE_AT_A_TIME, suppress(FileNotFoundError):  # no cards, or another process has drawn them meanwhile
        if not file.exists():
            known = json.loads(kept.read_text(encoding="utf-8"))
            issued = [_issued(one) for one in known["cards"]]
            drawn = (
                picture(issued[0], known["bot_name"]) if file.suffix == ".png" else sheets(issued, known["bot_name"])
            )
            unready = file.with_name(f"{uuid4().hex}.part")
            unready.touch(mode=0o600)
            unready.write_bytes(drawn)
            shutil.copystat(kept, unready)
            unready.replace(file)
            kept.unlink()
    return file.exists()


def _issued(kept: dict[str, Any]) -> Issued:
    kept["role"], kept["title"] = Role(kept["role"]), Title(kept["title"])
    return Issued(**kept)


def how(bot_name: str) -> str:
    """What to do with a code: where it is sent. ``bot_name`` is its Telegram name, a number ("+628..."), or empty."""
    if not bot_name:
        return "Kirim kode ini ke Asuh."
    if bot_name.startswith("+"):
        return f"Kirim kode ini ke {bot_name} di WhatsApp."
    return f"Kirim kode ini ke @{bot_name.removeprefix('@')} di Telegram."


def sheets(issued: Sequence[Issued], bot_name: str) -> bytes:
    """The sheets as a PDF: a new one for every group, eight cards on each, dashed lines to cut along."""
    book = FPDF(unit="mm", format="A4")
    book.set_auto_page_break(False)
    book.add_font("Roboto", fname=str(fontpkg.path(text.FAMILY)))
    by_group = sorted(issued, key=lambda one: (one.role, one.group, one.name))
    for (_, group), among in groupby(by_group, key=lambda one: (one.role, one.group)):
        cards = list(among)
        for start in range(0, len(cards), A_SHEET):
            book.add_page()
            _write(book, MARGIN, 12, group, 12)
            for place, one in enumerate(cards[start : start + A_SHEET]):
                _card(book, MARGIN + place % 2 * CARD_WIDTH, TOP + place // 2 * CARD_HEIGHT, one, bot_name)
    return bytes(book.output())


def picture(one: Issued, bot_name: str) -> bytes:
    """The card as a PNG."""
    drawn = Image.new("RGB", PICTURE, "white")
    pen = ImageDraw.Draw(drawn)
    pen.rounded_rectangle((10, 10, PICTURE[0] - 10, PICTURE[1] - 10), 24, outline="#1F6F5C", width=4)
    left = 50
    if bot_name:
        square = Image.open(_square(one.code, bot_name, 11)).convert("RGB")
        drawn.paste(square, (40, 80))
        left = 470
    width = PICTURE[0] - left - 40
    words = ((one.name, 46, True), (role_of(one), 30, False), (one.group, 26, False), (one.code, 72, True),
             (how(bot_name), 26, False), (ONCE, 24, False))  # fmt: skip
    height = 70
    for said, size, bold in words:
        for line in _broken(said, width, size, bold):
            pen.text((left, height), line, fill="#111111", font=text.font(size, bold))
            height += round(size * 1.25)
        height += 14
    kept = BytesIO()
    drawn.quantize(16).save(kept, "PNG")
    return kept.getvalue()


def _broken(said: str, width: int, size: int, bold: bool) -> list[str]:
    """The words in lines that fit; at most two, the second cut off."""
    lines = [""]
    for word in text.writable(said).split():
        longer = f"{lines[-1]} {word}".strip()
        if text.font(size, bold).getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines[:2]


def _card(book: FPDF, x: float, y: float, one: Issued, bot_name: str) -> None:
    book.set_draw_color(136)
    book.set_dash_pattern(dash=1, gap=1)
    book.rect(x, y, CARD_WIDTH, CARD_HEIGHT)
    book.set_dash_pattern()
    left = x + 4
    if bot_name:
        book.image(_square(one.code, bot_name, 4), x + 3, y + 8, SQUARE, SQUARE)
        left += SQUARE + 1
    room = x + CARD_WIDTH - left - 3
    book.set_xy(left, y + 5)
    for said, size, height in (
        (one.name, 12, 5),
        (role_of(one), 10, 5),
        (one.code, 16, 9),
        (how(bot_name), 8.5, 4),
        (ONCE, 8.5, 4),
    ):
        book.set_font("Roboto", size=size)
        book.set_x(left)
        book.multi_cell(room, height, text.writable(said)[:90], align="L", new_x="LEFT", new_y="NEXT")


def _write(book: FPDF, x: float, y: float, said: str, size: float) -> None:
    book.set_font("Roboto", size=size)
    book.text(x, y, text.writable(said))


def _square(code: str, bot_name: str, scale: int) -> BytesIO:
    """The QR code that opens the chat and sends the code, as a PNG."""
    kept = BytesIO()
    segno.make(link(bot_name, code), error="m", micro=False).save(kept, kind="png", scale=scale, border=2)
    kept.seek(0)
    return kept
