"""The result of a measurement in sentences, for the person who reported it, and its danger signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from content.programme import Growth as Rules
from db.children import Child
from db.measurements import Measurement
from flow.questions import comma
from handlers.chat.names import child_name, short_day
from programme import growth
from programme.weighing import kbm
from rules import status
from rules.growth_signs import signs_from_growth
from rules.signs import Sign, Urgency
from rules.stages import age
from rules.tables import Sex
from rules.weighing import MIN_DAYS, Weighing, gained

FITS = "sesuai"
LOSS = "gizi-berat-turun"
OF_WEIGHT = frozenset(
    {LOSS, "gizi-2t", "gizi-turun-garis", "gizi-kurus", "gizi-lila-kurang", "gizi-berat-sangat-kurang"}
)
YOUNG_MONTHS = 6


@dataclass(frozen=True)
class Result:
    """Sentences for people, and the danger signs that the measurement shows.

    ``good`` is the one about the weight where it has gained what it should, and is not among the ``sentences`` then.
    """

    sentences: tuple[str, ...]
    signs: tuple[Sign, ...]
    good: str = ""


def result(
    child: Child,
    measurement: Measurement,
    before: Measurement | None,
    rules: Rules,
    since: Sequence[Sign] = (),
    *,
    alarmed: bool = False,
    gained_before: bool = False,
) -> Result:
    """The result: what cannot wait first, then the change of weight, then the rest.

    ``before`` is the newest earlier weighing of any source, and ``gained_before`` says that it had gained too;
    ``since`` are the signs of its series of one kind.

    Where something cannot wait (``alarmed``: a sign was seen beside what is measured), nothing is said to be "sesuai";
    nor is the weight where it has not gained enough.
    """
    name = f"Adik {child_name(child)}"
    if child.born is None:
        bare = (*_first(name, measurement, rules), *_change(name, child, measurement, before, rules))
        return Result((*bare, f"Tanggal lahir {name} belum ada, jadi ukurannya belum bisa dinilai."), tuple(since))
    scores = growth.growth(child.sex, child.born, measurement, child.gestation_weeks)
    age_days = (measurement.measured_on - child.born).days
    shown = signs_from_growth(
        scores, age_days, measurement.oedema, measurement.muac_cm, rules,
        weight_kg=measurement.weight_kg, birth_weight_g=child.birth_weight_g,
    )  # fmt: skip
    signs = (*shown, *since)
    urgent = alarmed or any(sign.urgency is not Urgency.SOON for sign in signs)
    light = not _gained_enough(child, measurement, before, rules) or any(sign.id in OF_WEIGHT for sign in signs)
    sentences = [*_first(name, measurement, rules), *_since_birth(name, child, measurement, signs)]
    change = _change(name, child, measurement, before, rules)
    grams = _grams(measurement, before)
    good = change[0] if change and grams is not None and grams > 0 and not (light or urgent) else ""
    sentences += () if good else change
    said = growth.words(child.sex, child.born, measurement, child.gestation_weeks)
    confirm = [words.removesuffix(f", {status.CONFIRM}") for words in said if status.CONFIRM in words]
    well = [words for words in said if status.CONFIRM not in words and words != growth.MEASURE_AGAIN]
    well = [words for words in well if FITS not in words or not (urgent or (light and words.startswith("berat")))]
    if confirm:
        sentences.append(f"Perlu dipastikan puskesmas: {'; '.join(confirm)}.")
    if well:
        sentences.append(f"{name}: {'; '.join(well)}.")
    if growth.MEASURE_AGAIN in said:
        sentences.append(f"Untuk {name}, {growth.MEASURE_AGAIN}.")
    return Result(tuple(sentences), signs, good.replace(" naik ", " naik lagi, ", 1) if gained_before else good)


def _first(name: str, measurement: Measurement, rules: Rules) -> list[str]:
    """What is said before everything else: swollen feet, then a thin arm."""
    sentences: list[str] = []
    if measurement.oedema:
        sentences.append(f"Kedua kaki {name} bengkak.")
    arm = measurement.muac_cm
    if arm is not None and arm < rules.soon_lila_below_cm:
        limit = rules.today_lila_below_cm if arm < rules.today_lila_below_cm else rules.soon_lila_below_cm
        sentences.append(f"LiLA {name} {comma(arm)} cm, di bawah {comma(limit)} cm.")
    return sentences


def _since_birth(name: str, child: Child, measurement: Measurement, signs: Sequence[Sign]) -> list[str]:
    if not any(sign.id == "bayi-berat-turun" for sign in signs) or measurement.weight_kg is None:
        return []
    born_with = child.birth_weight_g or 0
    percent = round((born_with - measurement.weight_kg * 1000) * 100 / born_with)
    return [f"Berat {name} {percent}% di bawah berat lahirnya ({comma(born_with / 1000)} kg)."]


def _change(name: str, child: Child, now: Measurement, before: Measurement | None, rules: Rules) -> list[str]:
    grams = _grams(now, before)
    if grams is None or before is None:
        return []
    source = before.source or ("laporan" if before.kind == "laporan" else "puskesmas")
    since = f"sejak {short_day(before.measured_on)} ({source[0].lower()}{source[1:]})"
    if grams < 0:
        young = child.born is not None and age(child.born, now.measured_on).months < YOUNG_MONTHS
        again = (
            f"Ajak keluarga ke puskesmas {'besok' if young else 'dalam 3 hari'}, untuk ditimbang ulang dan diperiksa."
        )
        return [f"Berat {name} turun {_weight(-grams)} {since}. {again}"]
    together = "Ceritakan kepada kader atau bidan minggu ini, supaya makannya dilihat bersama."
    if grams == 0:
        judged = child.born is not None and _is_judged(child, now, before)
        return [f"Berat {name} tetap {since}, belum naik. {together}" if judged else f"Berat {name} tetap {since}."]
    if not _gained_enough(child, now, before, rules):
        return [f"Berat {name} naik {_weight(grams)} {since}, tetapi belum cukup. {together}"]
    return [f"Berat {name} naik {_weight(grams)} {since}."]


def _grams(now: Measurement, before: Measurement | None) -> int | None:
    """Grams gained since the weighing before; None where the two cannot be compared. Oedema has a weight of its own."""
    if before is None or before.weight_kg is None or now.weight_kg is None or before.measured_on >= now.measured_on:
        return None
    return None if now.oedema or before.oedema else round((now.weight_kg - before.weight_kg) * 1000)


def _is_judged(child: Child, now: Measurement, before: Measurement) -> bool:
    """Whether a gain can be judged: two weeks apart, and the child a month old."""
    if child.born is None or (now.measured_on - before.measured_on).days < MIN_DAYS or before.measured_on < child.born:
        return False
    return age(child.born, now.measured_on).months >= 1


def _gained_enough(child: Child, now: Measurement, before: Measurement | None, rules: Rules) -> bool:
    """Whether the weight gained what it should, by the curve or the KBM; true where that cannot be judged."""
    grams = _grams(now, before)
    if grams is None or before is None or child.born is None:
        return True
    if not _is_judged(child, now, before):
        return grams >= 0
    older, newer = Weighing(before.measured_on, before.weight_kg or 0), Weighing(now.measured_on, now.weight_kg or 0)
    return gained(cast(Sex, child.sex), child.born, older, newer, kbm(rules))


def _weight(grams: int) -> str:
    return f"{grams} gram" if grams < 1000 else f"{comma(grams / 1000)} kg"
