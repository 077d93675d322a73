"""The growth chart as a picture for a phone, in the manner of the KMS and the Buku KIA.

The curves are the WHO standard of 2006 (Permenkes 2/2020). Mothers read it, so it has no z-score and no diagnosis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import cast

from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from db.children import Child
from db.measurements import OFFICIAL, Measurement, history
from drawing import attachments
from drawing.growth_chart import colours as c
from drawing.growth_chart.background import HEAD, LINES, ground, name_place
from drawing.growth_chart.frame import BOTTOM, DAYS_A_MONTH, WIDTH, Frame, Kind, as_standing, by_age, by_length
from drawing.growth_chart.measurements import Mark, line_and_points, month, value
from drawing.growth_chart.pen import DOT, SMALL_DOT
from drawing.growth_chart.text import fitted, font, writable
from flow.reading.dates import MONTHS
from programme.growth import growth
from programme.names import child_name
from rules.growth import LAST_DAY, STANDING_FROM
from rules.stages import Age, age, months_after
from rules.tables import Sex

LARGEST = 60_000
"""Bytes that still arrive where the signal is weak."""


@dataclass(frozen=True)
class Point:
    """One measurement: kg, or cm on the chart of length. `length_cm` is the length that goes with a weight on "bb_tb".

    Lengths are in the standard's position for the age; `written_cm` is the measured value where the two differ.
    """

    on: date
    value: float
    official: bool
    length_cm: float | None = None
    written_cm: float | None = None


def for_child(session: Session, child: Child, today: date, kind: Kind) -> bytes | None:
    """The chart of a child's measurements up to `today`; None where there is nothing to draw or no day of birth."""
    if child.born is None or child.born > today:
        return None
    rows = [row for row in history(session, child.id) if child.born <= row.measured_on <= today]
    points = [point for row in rows if (point := _point(child, child.born, row, kind))]
    if not points:
        return None
    name = child_name(child.name)
    return draw(kind, cast(Sex, child.sex), child.born, points, name, today)


def draw(kind: Kind, sex: Sex, born: date, points: Sequence[Point], name: str, today: date) -> bytes:
    """A PNG of 1024 x 1280. `name` is what the child is called: "Rafa".

    Official points are filled and joined; reported ones are hollow and not joined: the two are never mixed. Points
    before birth or after the last day of the standard are left out. Raises ValueError if `born` lies after `today`.
    """
    lived = age(born, today)
    known = sorted((p for p in points if _fits(p, born, kind)), key=lambda p: (p.on, p.official))
    coming = _next_month(known, today)
    frame = _frame(kind, sex, born, known, coming, today)
    picture = ground(frame).convert("RGB")
    _head(picture, frame, name, lived)
    if kind != "bb_tb":
        first, after = ((day - born).days / DAYS_A_MONTH for day in (coming, months_after(coming, 1)))
        month(picture, frame.x(first), frame.x(after), MONTHS[coming.month - 1])
    marks = [_mark(frame, point, born) for point in known]
    line_and_points(picture, marks, DOT if kind != "bb_tb" and frame.high - frame.low <= 12 else SMALL_DOT)
    if marks and marks[-1].shown:
        names = [place for line in LINES[kind] if line.name for place in name_place(frame, line)]
        value(picture, marks[-1], _words(kind, known[-1]), [*(mark.at for mark in marks[:-1]), *names])
    _foot(picture, known, coming if (coming - born).days <= LAST_DAY else None)
    return _png(c.flattened(picture))


def write(picture: bytes, key: str, files: Path) -> str:
    """Write the picture under a name that reveals nothing, the same for the same key. Returns the path in `files`."""
    file = attachments.place(files, key, "png")
    file.write_bytes(picture)
    return file.name


def _point(child: Child, born: date, row: Measurement, kind: Kind) -> Point | None:
    length, official = growth(child.sex, born, row, child.gestation_weeks).length_used, row.kind == OFFICIAL
    if kind == "tinggi":
        return None if length is None else Point(row.measured_on, length, official, written_cm=row.length_cm)
    # Oedema adds the weight of water, so such a weight must not be compared with the bands.
    if row.weight_kg is None or row.oedema or (kind == "bb_tb" and length is None):
        return None
    return Point(row.measured_on, row.weight_kg, official, length, row.length_cm)


def _fits(point: Point, born: date, kind: Kind) -> bool:
    return 0 <= (point.on - born).days <= LAST_DAY and (kind != "bb_tb" or point.length_cm is not None)


def _next_month(points: Sequence[Point], today: date) -> date:
    """The first day of the month of the next measurement: this month, unless the child was measured in it."""
    this = today.replace(day=1)
    done = any(point.official and this <= point.on for point in points)
    return months_after(this, 1) if done else this


def _frame(kind: Kind, sex: Sex, born: date, points: Sequence[Point], coming: date, today: date) -> Frame:
    if kind != "bb_tb":
        frame = by_age(kind, sex, (coming - born).days / DAYS_A_MONTH)
        last = (points[-1].on - born).days / DAYS_A_MONTH if points else frame.low
        # A child not measured for a year still has its last point on the chart, but not the next month.
        return frame if last >= frame.low else by_age(kind, sex, last)
    standing = (today - born).days >= STANDING_FROM
    return by_length(sex, standing, points[-1].length_cm if points else None)


def _mark(frame: Frame, point: Point, born: date) -> Mark:
    days = (point.on - born).days
    months = place = days / DAYS_A_MONTH
    if frame.kind == "bb_tb" and point.length_cm is not None:
        place = as_standing(point.length_cm, days) if frame.standing else point.length_cm
    return Mark(frame.x(place), frame.y(point.value), point.official, months)


def _png(picture: Image.Image) -> bytes:
    """The PNG file. Optimising takes six times as long, so it is done only for files above LARGEST."""
    for level in (6, 9):
        file = BytesIO()
        picture.save(file, "PNG", compress_level=level)
        if file.tell() <= LARGEST:
            break
    return file.getvalue()


def _words(kind: Kind, point: Point) -> str:
    length = point.written_cm or (point.value if kind == "tinggi" else point.length_cm)
    said = [] if kind == "tinggi" else [f"{point.value:.2f}".removesuffix("0") + " kg"]
    if kind != "berat":
        said.append(f"{length:.1f} cm")
    return ", ".join(said).replace(".", ",")


def _head(picture: Image.Image, frame: Frame, name: str, lived: Age) -> None:
    standing = lived.total_days >= STANDING_FROM
    length = "tinggi" if standing else "panjang"
    what = {"berat": "Berat", "tinggi": length.capitalize(), "bb_tb": f"Berat dan {length}"}[frame.kind]
    pen = ImageDraw.Draw(picture)
    title, letters = fitted(f"{what} Adik {writable(name)}".strip(), WIDTH - 2 * 40, 66, 44)
    pen.text((40, 50), title, fill=c.WHITE, font=letters, anchor="lm")
    who = "Laki-laki" if frame.sex == "L" else "Perempuan"
    old = f"{lived.months} bulan" if lived.months else f"{lived.days} hari"
    pen.text((40, HEAD - 34), f"{who}, umur {old}", fill=c.WHITE, font=font(38), anchor="lm")


def _foot(picture: Image.Image, points: Sequence[Point], coming: date | None) -> None:
    pen = ImageDraw.Draw(picture)
    lines: list[str] = []
    if points:
        on, kind = points[-1].on, "resmi" if points[-1].official else "laporan"
        lines.append(f"Terakhir diukur {on.day} {MONTHS[on.month - 1]} {on.year} ({kind})")
    if coming:
        lines.append(f"Ukur berikutnya: posyandu {MONTHS[coming.month - 1]} {coming.year}")
    for row, words in enumerate(lines):
        pen.text((81, BOTTOM + 186 + row * 46), words, fill=c.INK, font=font(35), anchor="lm")
