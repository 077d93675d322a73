"""Pictures of one child or one pregnancy: the vaccinations given and to come, the six visits."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from drawing.growth_chart.text import fitted, writable
from drawing.lesson_pictures.facts import Facts
from drawing.lesson_pictures.layout import BOTTOM, EDGE, SIDE, TOP, card, sheet
from drawing.lesson_pictures.letters import words
from drawing.lesson_pictures.palette import GREY, HEALTH, INK, MOTHER, ORANGE, PINE, SUN, WHITE
from drawing.lesson_pictures.shapes import circle, path
from flow.reading.dates import MONTHS
from rules import services
from rules.stages import PREGNANCY_DAYS, trimester

GAP = 18
MOST_AGES = 12
"""Ages that fit the card; the oldest are left out."""


class Turn(NamedTuple):
    """All vaccinations of one age in months, and the day they fall due."""

    months: int
    day: date
    given: bool


def vaccinations(facts: Facts) -> str:
    """The picture of a child's vaccinations: given ones, and the next with its date; ages only without a birth date."""
    if facts.born is None:
        turns = _turns(facts, facts.today)
        cells = [_cell(_age(turn), "", HEALTH, "", WHITE) for turn in turns]
        return sheet(HEALTH, "Jadwal imunisasi", _grid(cells), "Lihat tanggalnya di Buku KIA.")
    turns = _turns(facts, facts.born)
    coming = next((turn for turn in turns if not turn.given and turn.day > facts.today), None)
    cells: list[tuple[str, ...]] = []
    for turn in turns:
        if turn.given:
            cells.append(_cell(_age(turn), "sudah", PINE, "v", WHITE))
        elif turn.day <= facts.today:
            cells.append(_cell(_age(turn), "cek Buku KIA", ORANGE, "?", WHITE))
        elif turn == coming:
            cells.append(_cell(_age(turn), f"mulai {_day(turn.day)}", HEALTH, ">", SUN))
        else:
            cells.append(_cell(_age(turn), _month(turn.day), GREY, "", WHITE))
    foot = (
        f"Berikutnya: {_age(coming)}, mulai {_day(coming.day)} {coming.day.year}"
        if coming
        else "Cocokkan dengan Buku KIA."
    )
    return sheet(HEALTH, _title(facts.call), _grid(cells), foot)


def visits(facts: Facts) -> str:
    """The picture of the six antenatal visits (Permenkes 21/2021), with their months where the HPL is known."""
    found = (
        service
        for week in range(PREGNANCY_DAYS // 7 + 1)
        for service in services.antenatal_due(week, facts.due, facts.own, facts.district)
        if service.kind == services.Kind.ANTENATAL
    )
    rows = {service.id: service for service in found}.values()
    parts: list[str] = []
    h = (BOTTOM - TOP - 2 * GAP) / 3
    names = ("3 bulan|pertama", "3 bulan|kedua", "3 bulan|terakhir")
    numbered = [(number, row) for number, row in enumerate(rows, 1)]
    for part, own in groupby(numbered, key=lambda one: trimester(one[1].start)):
        y = TOP + (part - 1) * (h + GAP)
        parts += [
            card(EDGE, y, SIDE - 2 * EDGE, h),
            words(EDGE + 136, y + h / 2, names[part - 1], (236, h - 20), 56, MOTHER),
        ]
        for place, (number, row) in enumerate(own):
            x = EDGE + 364 + place * 250
            done = row.id in facts.received
            parts.append(circle(x, y + 70, 54, PINE if done else MOTHER, line=""))
            parts.append(_check(x, y + 70) if done else words(x, y + 70, str(number), (90, 90), 76, WHITE))
            doctor = "dokter, USG" if "dokter" in row.detail else ""
            when = _month(facts.due - timedelta(days=PREGNANCY_DAYS - 7 * row.start)) if facts.due else ""
            label = "|".join(line for line in (when, doctor) if line) or "bidan"
            parts.append(words(x, y + 178, label, (244, 96), 42, INK))
    return sheet(MOTHER, "Enam kali periksa hamil", "".join(parts), "Bawa Buku KIA setiap kali.")


def _turns(facts: Facts, born: date) -> list[Turn]:
    rows = services.card(born, facts.own, facts.district)
    turns: list[Turn] = []
    for months, together in groupby(rows, key=lambda row: row[1].start):
        pairs = list(together)
        turns.append(Turn(months, pairs[0][0], all(service.id in facts.received for _, service in pairs)))
    return turns[-MOST_AGES:]


def _cell(head: str, below: str, colour: str, sign: str, paper: str) -> tuple[str, ...]:
    return head, below, colour, sign, paper


def _grid(cells: list[tuple[str, ...]]) -> str:
    """Two columns, read downwards; each cell has a round sign, a line and a smaller one."""
    rows = max(4, -(-len(cells) // 2))
    w, h = (SIDE - 2 * EDGE - GAP) / 2, (BOTTOM - TOP - GAP * (rows - 1)) / rows
    parts: list[str] = []
    for i, (head, below, colour, sign, paper) in enumerate(cells):
        x, y = EDGE + i // rows * (w + GAP), TOP + i % rows * (h + GAP)
        middle, left = y + h / 2, x + 150
        parts += [card(x, y, w, h, paper), circle(x + 78, middle, min(50.0, h * 0.4), colour, line="")]
        parts.append(
            _check(x + 78, middle) if sign == "v" else words(x + 78, middle, sign, (70, 90), 64, WHITE) if sign else ""
        )
        if below:
            parts.append(words(left, middle - h * 0.2, head, (w - 160, h * 0.42), 56, INK, "start"))
            parts.append(words(left, middle + h * 0.22, below, (w - 160, h * 0.42), 46, INK, "start"))
        else:
            parts.append(words(left, middle, head, (w - 160, h), 60, INK, "start"))
    return "".join(parts)


def _check(x: float, y: float) -> str:
    return path(f"M{x - 24:.0f} {y + 2:.0f} L{x - 7:.0f} {y + 20:.0f} L{x + 26:.0f} {y - 18:.0f}", line=WHITE, width=14)


def _title(call: str) -> str:
    """The title, with a long name shortened to fit."""
    name = writable(call)
    return fitted(f"Imunisasi Adik {name}", SIDE - 2 * EDGE - 80, 70, 44)[0] if name else "Imunisasi Adik"


def _age(turn: Turn) -> str:
    return f"{turn.months} bulan" if turn.months else "saat lahir"


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def _month(day: date) -> str:
    return f"{MONTHS[day.month - 1][:3]} {day.year}"
