"""The pictures that go with lessons: drawn by us as vector from data, sent as small PNGs in one style."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from uuid import uuid4

import fontpkg
import resvg_py
from PIL import Image

from content.city import City
from drawing import attachments
from drawing.growth_chart.text import FAMILY
from drawing.lesson_pictures.facts import Facts
from drawing.lesson_pictures.gallery import PERSONAL, SAME
from flow.message import Attachment

__all__ = ["LARGEST", "NAMES", "Facts", "attachment", "png", "ready", "sketched", "svg"]

NAMES = (*SAME, *PERSONAL)
LARGEST = 40_000
"""Bytes that still arrive where the signal is weak."""
COLOURS = 64
SIDE = 720
"""Pixels: as wide as the phones of most families, half the work and two thirds of the bytes of 1080."""
_ONE_AT_A_TIME = Lock()  # of 25 messages with the same new picture only one draws it


def svg(name: str, facts: Facts) -> str:
    """The picture as SVG of 1080 x 1080. Raises LookupError for a name that is not in NAMES."""
    if name in PERSONAL:
        return PERSONAL[name](facts)
    return _same(name)


def png(name: str, facts: Facts) -> bytes:
    """The picture as PNG of 720 x 720, the same bytes for the same facts. Raises LookupError as `svg` does."""
    return _drawn(svg(name, facts))


def attachment(city: City, name: str, facts: Facts) -> Attachment:
    """The attachment of a picture, stored as SVG below `city.files`; `ready` draws it.

    The same picture is stored once for everybody. Drawing blocks the interpreter for a twentieth of a second, so it is
    left to the moment of sending. The city's own rows of services are used. The file gets the time of its last use, so
    that upkeep keeps it while it is in use. Raises LookupError as `svg` does.
    """
    vector = svg(name, replace(facts, own=city.services, district=city.district))
    return sketched(city, name, vector, facts.today)


def sketched(city: City, name: str, vector: str, today: date) -> Attachment:
    """The attachment of a picture that was drawn as SVG, stored below `city.files` as `attachment` does."""
    file = attachments.place(city.files, f"{name}:{vector}", "png")
    kept = file if file.exists() else _sketch(file)
    if not kept.exists():
        _write(kept, vector.encode())
    with suppress(FileNotFoundError):  # being drawn at this moment; the PNG gets the same time
        attachments.date(kept, datetime.combine(today, time.max, city.zone))
    return Attachment("picture", file.name, f"{name}.png")


def ready(folder: Path, path: str) -> bool:
    """Draw the file of an attachment if so far only its SVG is stored. Returns whether the file exists now."""
    file = folder / path
    sketch = _sketch(file)
    with _ONE_AT_A_TIME, suppress(FileNotFoundError):  # no SVG, or another process has drawn it meanwhile
        if not file.exists():
            _write(file, _drawn(sketch.read_text(encoding="utf-8")))
            shutil.copystat(sketch, file)
            sketch.unlink()
    return file.exists()


def _sketch(file: Path) -> Path:
    return file.with_suffix(".svg")


def _write(file: Path, content: bytes) -> None:
    """Write the file atomically: another process may read it at any moment."""
    unready = file.with_name(f"{uuid4().hex}.part")
    unready.write_bytes(content)
    unready.replace(file)


@lru_cache(maxsize=len(SAME))
def _same(name: str) -> str:
    return SAME[name]()


def _drawn(drawn: str) -> bytes:
    """The picture as PNG with few colours, which makes the file a third as large."""
    full = resvg_py.svg_to_bytes(
        svg_string=drawn,
        width=SIDE,
        height=SIDE,
        skip_system_fonts=True,
        font_files=[str(fontpkg.path(FAMILY))],
        font_family=FAMILY,
    )
    file = BytesIO()
    flat = (
        Image.open(BytesIO(full)).convert("RGB").quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    )
    flat.save(file, "PNG")
    return file.getvalue()
