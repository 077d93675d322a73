"""What a measurement means, said to the person who brought it: what is well first, then what to make sure of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.children import Child
from db.measurements import Measurement
from flow.questions import comma
from handlers.names import child_name, short_day
from rules import danger, status
from rules.growth import Growth, Measured, assess


@dataclass(frozen=True)
class Result:
    """Sentences for people, and the signs that cannot wait."""

    sentences: tuple[str, ...]
    signs: tuple[danger.Sign, ...]


def growth_of(child: Child, measurement: Measurement) -> Growth | None:
    """The z-scores of one measurement, by day; None for a child without a date of birth."""
    if child.born is None:
        return None
    return assess(
        Measured(
            sex="L" if child.sex == "L" else "P",
            age_days=(measurement.measured_on - child.born).days,
            weight_kg=measurement.weight_kg,
            length_cm=measurement.length_cm,
            position="telentang" if measurement.position == "telentang"
            else "berdiri" if measurement.position == "berdiri" else None,
            head_cm=measurement.head_cm,
            muac_cm=measurement.muac_cm,
            oedema=measurement.oedema,
        )
    )  # fmt: skip


def result(child: Child, measurement: Measurement, before: Measurement | None) -> Result:
    """``before`` is the last measurement of the same kind: official and reported ones are never compared."""
    growth = growth_of(child, measurement)
    name = f"Adik {child_name(child)}"
    change = _change(name, measurement, before)
    if growth is None or child.born is None:
        return Result((*change, f"Tanggal lahir {name} belum ada, jadi ukurannya belum bisa dinilai."), ())
    age_days = (measurement.measured_on - child.born).days
    well, confirm = _judged(growth)
    sentences = [*change]
    if well:
        sentences.append(f"{name}: {'; '.join(well)}.")
    if confirm:
        sentences.append(f"Perlu dipastikan puskesmas: {'; '.join(confirm)}.")
    signs = danger.signs_from_growth(growth, age_days, measurement.oedema, measurement.muac_cm)
    return Result(tuple(sentences), tuple(signs))


def _judged(growth: Growth) -> tuple[Sequence[str], Sequence[str]]:
    """The words for each index: those that are well, and those that need to be made sure of."""
    scores: tuple[tuple[status.Index, float | None], ...] = (
        ("BB/TB", growth.zwfl), ("BB/U", growth.zwei), ("TB/U", growth.zlen),
    )  # fmt: skip
    words = [status.word_for(index, z) for index, z in scores if z is not None]
    well = [word for word in words if status.CONFIRM not in word]
    confirm = [word.removesuffix(f", {status.CONFIRM}") for word in words if status.CONFIRM in word]
    return well, confirm


def _change(name: str, now: Measurement, before: Measurement | None) -> tuple[str, ...]:
    if before is None or before.weight_kg is None or now.weight_kg is None or before.measured_on >= now.measured_on:
        return ()
    grams = round((now.weight_kg - before.weight_kg) * 1000)
    since = f"sejak {short_day(before.measured_on)}"
    if grams > 0:
        return (f"Berat {name} naik {_weight(grams)} {since}.",)
    if grams < 0:
        return (f"Berat {name} turun {_weight(-grams)} {since}. Timbang lagi di posyandu, ya.",)
    return (f"Berat {name} tetap {since}.",)


def _weight(grams: int) -> str:
    return f"{grams} gram" if grams < 1000 else f"{comma(grams / 1000)} kg"
