"""What a measurement means, said to the person who brought it: what is well first, then what to make sure of."""

from __future__ import annotations

from dataclasses import dataclass

from db.children import Child
from db.measurements import Measurement
from flow.questions import comma
from handlers.chat.names import child_name, short_day
from programme import growth
from rules import status
from rules.growth_signs import Limits, signs_from_growth
from rules.signs import Sign


@dataclass(frozen=True)
class Result:
    """Sentences for people, and the signs that cannot wait."""

    sentences: tuple[str, ...]
    signs: tuple[Sign, ...]


def result(child: Child, measurement: Measurement, before: Measurement | None, limits: Limits) -> Result:
    """``before`` is the last measurement of the same kind: official and reported ones are never compared."""
    name = f"Adik {child_name(child)}"
    change = _change(name, measurement, before)
    if child.born is None:
        return Result((*change, f"Tanggal lahir {name} belum ada, jadi ukurannya belum bisa dinilai."), ())
    said = growth.words(child.sex, child.born, measurement, child.gestation_weeks)
    well = [words for words in said if status.CONFIRM not in words and words != growth.MEASURE_AGAIN]
    confirm = [words.removesuffix(f", {status.CONFIRM}") for words in said if status.CONFIRM in words]
    sentences = [*change]
    if well:
        sentences.append(f"{name}: {'; '.join(well)}.")
    if confirm:
        sentences.append(f"Perlu dipastikan puskesmas: {'; '.join(confirm)}.")
    if growth.MEASURE_AGAIN in said:
        sentences.append(f"Untuk {name}, {growth.MEASURE_AGAIN}.")
    scores = growth.growth(child.sex, child.born, measurement, child.gestation_weeks)
    age_days = (measurement.measured_on - child.born).days
    signs = signs_from_growth(
        scores, age_days, measurement.oedema, measurement.muac_cm, limits,
        weight_kg=measurement.weight_kg, birth_weight_g=child.birth_weight_g,
    )  # fmt: skip
    return Result(tuple(sentences), tuple(signs))


def _change(name: str, now: Measurement, before: Measurement | None) -> tuple[str, ...]:
    if before is None or before.weight_kg is None or now.weight_kg is None or before.measured_on >= now.measured_on:
        return ()
    grams = round((now.weight_kg - before.weight_kg) * 1000)
    since = f"sejak {short_day(before.measured_on)}"
    if grams > 0:
        return (f"Berat {name} naik {_weight(grams)} {since}.",)
    if grams < 0:
        again = "Ajak keluarga ke puskesmas minggu ini untuk ditimbang ulang."
        return (f"Berat {name} turun {_weight(-grams)} {since}. {again}",)
    return (f"Berat {name} tetap {since}.",)


def _weight(grams: int) -> str:
    return f"{grams} gram" if grams < 1000 else f"{comma(grams / 1000)} kg"
