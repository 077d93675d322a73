"""The pictures that go with lessons: drawn by us as vector from data, sent as small PNGs in one style."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from functools import lru_cache
from io import BytesIO

import fontpkg
import resvg_py
from PIL import Image

from content.city import City
from flow.message import Attachment
from reports import attachments
from reports.chart_text import FAMILY
from reports.pictures.facts import Facts
from reports.pictures.gallery import PERSONAL, SAME

__all__ = ["LARGEST", "NAMES", "Facts", "attachment", "png", "svg"]

NAMES = (*SAME, *PERSONAL)
LARGEST = 60_000
"""Bytes: what still arrives where the signal is weak."""
COLOURS = 64


def svg(name: str, facts: Facts) -> str:
    """The picture as SVG of 1080 x 1080. Raises LookupError for a name that is not in NAMES."""
    if name in PERSONAL:
        return PERSONAL[name](facts)
    return _same(name)


def png(name: str, facts: Facts) -> bytes:
    """The picture as PNG of 1080 x 1080, the same bytes for the same facts. Raises LookupError as `svg` does."""
    return _drawn(svg(name, facts))


def attachment(city: City, name: str, facts: Facts) -> Attachment:
    """The picture as a file below `city.files`, written once for all who get the same one.

    The city's own rows of services are used. The file is as old as the day of the last one who got it,
    so that upkeep leaves it while it is in use. Raises LookupError as `svg` does.
    """
    drawn = svg(name, replace(facts, own=city.services, district=city.district))
    file = attachments.place(city.files, f"{name}:{drawn}", "png")
    if not file.exists():
        unready = file.with_suffix(".part")
        unready.write_bytes(_drawn(drawn))
        unready.replace(file)
    attachments.date(file, datetime.combine(facts.today, time.max, city.zone))
    return Attachment("picture", file.name, f"{name}.png")


@lru_cache(maxsize=len(SAME))
def _same(name: str) -> str:
    return SAME[name]()


def _drawn(drawn: str) -> bytes:
    """A palette of few colours makes the file a third as large."""
    full = resvg_py.svg_to_bytes(
        svg_string=drawn, skip_system_fonts=True, font_files=[str(fontpkg.path(FAMILY))], font_family=FAMILY
    )
    file = BytesIO()
    flat = (
        Image.open(BytesIO(full)).convert("RGB").quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    )
    flat.save(file, "PNG")
    return file.getvalue()
