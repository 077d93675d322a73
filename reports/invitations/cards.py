"""Invitations to print and cut: A4 sheets of eight cards, each with its QR code, grouped as they are handed out."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby
from pathlib import Path

import segno

from db.roles import Role, Title
from reports.invitations.codes import Issued, link

A_SHEET = 8
ROLE_WORDS = {
    Role.ASN: "Orang tua asuh (ASN)",
    Role.FAMILY: "Keluarga",
    Role.HEALTH: "Tenaga kesehatan",
    Role.COORDINATOR: "Koordinator",
    Role.ADMIN: "Admin",
}
TITLE_WORDS = {
    Title.CADRE: "Kader",
    Title.MIDWIFE: "Bidan",
    Title.NUTRITIONIST: "Tenaga pelaksana gizi",
    Title.HEAD: "Kepala puskesmas",
}
STYLE = """
@page { size: A4; margin: 10mm }
* { box-sizing: border-box }
body { margin: 0; font: 11pt/1.35 system-ui, "Noto Sans", Arial, sans-serif; color: #111 }
section { width: 190mm; height: 277mm; margin: 0 auto; display: flex; flex-direction: column; break-after: page }
section:last-of-type { break-after: auto }
h2 { margin: 0; height: 9mm; font-size: 12pt }
.cards { flex: 1; display: grid; grid-template: repeat(4, minmax(0, 1fr)) / repeat(2, minmax(0, 1fr)); min-height: 0 }
.card { border: 1px dashed #888; margin: 0 -1px -1px 0; padding: 4mm; display: flex; gap: 3mm; overflow: hidden }
.card svg { width: 36mm; height: 36mm; flex: none }
.words { min-width: 0 }
.name { font-weight: 700; line-height: 1.25; max-height: 3.75em; overflow: hidden; overflow-wrap: anywhere }
.role { color: #444 }
.code { margin: 2mm 0; font: 700 16pt/1.2 ui-monospace, "DejaVu Sans Mono", monospace; white-space: nowrap }
.how { margin: 0; font-size: 8.5pt }
@media screen { body { background: #eee; padding: 5mm } section { background: #fff; padding: 2mm; margin-bottom: 5mm } }
"""


def write_cards(path: Path, issued: Sequence[Issued], bot_name: str, city_name: str) -> None:
    """One self-contained HTML file: a new sheet for every group, eight cards a sheet, dashed lines to cut along."""
    path.write_text(page(issued, bot_name, city_name), encoding="utf-8")


def page(issued: Sequence[Issued], bot_name: str, city_name: str) -> str:
    """The HTML text of the file."""
    sheets: list[str] = []
    by_group = sorted(issued, key=lambda one: (one.role, one.group, one.name))
    for (_, group), cards in groupby(by_group, key=lambda one: (one.role, one.group)):
        drawn = [_card(one, bot_name) for one in cards]
        for start in range(0, len(drawn), A_SHEET):
            eight = "".join(drawn[start : start + A_SHEET])
            sheets.append(f'<section><h2>{escape(group)}</h2><div class="cards">{eight}</div></section>')
    return (
        '<!doctype html>\n<html lang="id"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Kartu undangan Asuh, {escape(city_name)}</title><style>{STYLE}</style></head>"
        f"<body>{''.join(sheets)}</body></html>\n"
    )


def role_words(role: Role, title: Title) -> str:
    """ "Kader", "Orang tua asuh (ASN)"."""
    return TITLE_WORDS.get(title) or ROLE_WORDS[role]


def role_of(one: Issued) -> str:
    """The role as it is printed: "Kader", "Orang tua asuh, mewakili Wali Kota, OTA-00031"."""
    words = f"Orang tua asuh, mewakili {one.whose}" if one.whose else role_words(one.role, one.title)
    return f"{words}, {one.own}" if one.own else words


def _card(one: Issued, bot_name: str) -> str:
    square = segno.make(link(bot_name, one.code), error="m", micro=False)
    drawing = square.svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None)
    on_whatsapp = bot_name.startswith("+")
    press, where = ("Kirim", "WhatsApp") if on_whatsapp else ("Mulai", "Telegram")
    written = bot_name if on_whatsapp else f"@{bot_name.removeprefix('@')}"
    return (
        f'<div class="card">{drawing}<div class="words">'
        f'<div class="name">{escape(one.name)}</div>'
        f'<div class="role">{escape(role_of(one))}</div>'
        f'<div class="code">{escape(one.code)}</div>'
        '<p class="how">Arahkan kamera HP ke gambar kotak, lalu ketuk '
        f"<b>{press}</b>. Atau kirim kode ini ke <b>{escape(written)}</b> di {where}. "
        "Hanya untuk nama di atas, satu kali pakai.</p></div></div>"
    )
