"""The card of who visits a family, without a photo: name, office, what they come for and what nobody may ask of it."""

from __future__ import annotations

from datetime import date

from content.city import City
from drawing import lesson_pictures
from drawing.lesson_pictures import icons_health as health
from drawing.lesson_pictures import icons_home as home
from drawing.lesson_pictures import icons_people as people
from drawing.lesson_pictures.layout import sheet, tiles
from drawing.lesson_pictures.palette import CARE, PINE, WHITE
from drawing.lesson_pictures.shapes import circle, rect
from drawing.lesson_pictures.signs import crossed, ticked
from flow.message import Attachment
from programme.contacts import called
from programme.pairs import Pair

NAME = "kartu-pendamping"
SIZE = 46  # of the words under the icons


def svg(title: str, foot: str) -> str:
    """The card as SVG: ``title`` is who visits, ``foot`` their office and code."""
    drawn = tiles(
        (
            (ticked(home.house()), "datang menengok"),
            (ticked(people.talking()), "mendengarkan"),
            (ticked(health.clinic()), "bantu ke puskesmas"),
            (crossed(health.tablet()), "tidak memberi obat"),
            (crossed(health.identity_card()), "tidak minta NIK, KTP"),
            (crossed(banknote()), "tidak minta uang"),
        ),
        3,
        SIZE,
    )
    return sheet(CARE, title, drawn, foot)


def banknote() -> str:
    return rect(-92, -50, 184, 100, "#BFE0C4", r=14) + circle(0, 0, 30, WHITE, line=PINE, width=8)


def attachment(city: City, pair: Pair, today: date) -> Attachment:
    """The card of this pair's visitor, the same file for every family of theirs."""
    office = pair.visitor.office.name if pair.visitor.office else pair.visitor.unit
    code = f"kode {pair.visitor.code}" if pair.visitor.code else ""
    foot = ", ".join(part for part in (office, code) if part) or city.name
    return lesson_pictures.sketched(city, NAME, svg(f"{called(pair.visitor)}, pendamping", foot), today)
