"""Checks of a new measurement against the child's earlier ones. A doubtful value is asked about, never refused.

Earlier measurements of every kind count, official and reported, because only the reading of a number is checked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from rules.growth import Measured, assess
from rules.trust import Doubt, show

LOOK_AGAIN = "Coba lihat lagi angkanya, atau ukur sekali lagi kalau bisa."
INFANT_BELOW_DAYS = 183
"""Days of age: until half a year children grow about twice as fast as later."""


@dataclass(frozen=True)
class Earlier:
    """An earlier measurement: kilograms and centimetres, None where not measured. ``doubtful``: it was asked about."""

    on: date
    kg: float | None
    cm: float | None
    doubtful: bool = False


@dataclass(frozen=True)
class Limits:
    """Limits of what is believed without asking, from content/programme.toml [trust]; all of them are our proposal.

    A gain is believed up to a slack (clothes, a meal, another scale) and so much for every day that passed; a loss of
    weight up to a share of the weight, a loss of height up to the error of measuring.
    """

    height_loss_cm: float
    height_slack_cm: float
    height_mm_a_day_infant: float
    height_mm_a_day: float
    weight_loss_percent: float
    weight_slack_g: float
    weight_g_a_day_infant: float
    weight_g_a_day: float
    same_values: int


def check_weight(kg: float, on: date, born: date | None, earlier: Sequence[Earlier], limits: Limits) -> Doubt | None:
    """The doubt about a weight lost or gained too fast, or equal to the last ones to the gram; or None."""

    def wrong(was: float, since: date) -> str:
        if round(was - kg, 3) > round(was * limits.weight_loss_percent / 100, 3):
            return "Turunnya banyak."
        daily = _pace(since, on, born, limits.weight_g_a_day_infant, limits.weight_g_a_day)
        return "Naiknya banyak sekali." if round((kg - was) * 1000, 3) > limits.weight_slack_g + daily else ""

    return _check(kg, "kg", "beratnya", on, _values(earlier, on, lambda one: one.kg), wrong, limits)


def check_length(cm: float, on: date, born: date | None, earlier: Sequence[Earlier], limits: Limits) -> Doubt | None:
    """The doubt about a length or height that shrank or grew too fast, or is equal to the last ones; or None."""

    def wrong(was: float, since: date) -> str:
        if round(was - cm, 3) > limits.height_loss_cm:
            return "Tinggi anak biasanya tidak berkurang."
        daily = _pace(since, on, born, limits.height_mm_a_day_infant, limits.height_mm_a_day)
        return "Tumbuhnya cepat sekali." if round(cm - was, 3) > limits.height_slack_cm + daily / 10 else ""

    return _check(cm, "cm", "panjang atau tingginya", on, _values(earlier, on, lambda one: one.cm), wrong, limits)


def check_scores(measured: Measured) -> Doubt | None:
    """The doubt about a value that WHO flags for age and sex, or an implausible weight for length; or None.

    Pass only what has been asked so far: the value in question, and for a length the weight beside it.
    """
    scores = assess(measured)
    kg, cm, arm = measured.weight_kg, measured.length_cm, measured.muac_cm
    if cm is not None and scores.flen:
        return Doubt(f"Tertulis {show(cm)} cm. Itu jarang sekali untuk anak seumur ini. {LOOK_AGAIN}", None)
    if cm is not None and kg is not None and scores.fwfl:
        pair = f"Berat {show(kg)} kg dan tinggi {show(cm)} cm jarang sekali bertemu pada satu anak."
        return Doubt(f"{pair} Coba lihat lagi kedua angkanya, atau ukur sekali lagi kalau bisa.", None)
    if kg is not None and cm is None and scores.fwei:
        return Doubt(f"Tertulis {show(kg)} kg. Itu jarang sekali untuk anak seumur ini. {LOOK_AGAIN}", None)
    if arm is not None and scores.fac:
        return Doubt(f"Tertulis {show(arm)} cm. Lengan seukuran itu jarang sekali pada umur ini. {LOOK_AGAIN}", None)
    return None


Value = tuple[date, float, bool]  # when, how much, and whether it was doubted


def _values(earlier: Sequence[Earlier], on: date, of: Callable[[Earlier], float | None]) -> list[Value]:
    """The values measured before the day, the newest first."""
    values = [(one.on, value, one.doubtful) for one in earlier if one.on < on and (value := of(one)) is not None]
    return sorted(values, key=lambda value: value[0], reverse=True)


def _check(
    now: float, unit: str, what: str, on: date, before: list[Value], wrong: Callable[[float, date], str], limits: Limits
) -> Doubt | None:
    reasons = [(was, since, wrong(was, since)) for was, since in _to_fit(before)]
    if reasons and all(reason for _, _, reason in reasons):
        was, since, reason = reasons[0]
        told = f"Tertulis {show(now)} {unit}, padahal tanggal {_day(since)} {what} {show(was)} {unit}. {reason}"
        return Doubt(f"{told} {LOOK_AGAIN}", None)
    days = {since: was for since, was, _ in reversed(before)}  # the same day twice is one measurement
    last = [days[since] for since in sorted(days, reverse=True)[: limits.same_values]]
    if len(last) == limits.same_values > 0 and set(last) == {now}:
        told = f"Tertulis {show(now)} {unit}, sama persis dengan {limits.same_values} kali ukur sebelumnya."
        return Doubt(f"{told} {LOOK_AGAIN}", None)
    return None


def _to_fit(before: list[Value]) -> list[tuple[float, date]]:
    """The earlier values of which a new one has to fit at least one: the last believed one and doubted ones since.

    So neither one wrong number nor one true surprise makes us ask again for ever.
    """
    found: list[tuple[float, date]] = []
    for since, was, doubtful in before:
        found.append((was, since))
        if not doubtful:
            break
    return found


def _pace(since: date, on: date, born: date | None, infant: float, later: float) -> float:
    """The gain that the days between allow; a child of unknown age counts as an infant."""
    days = (on - since).days
    young = min(max(INFANT_BELOW_DAYS - (since - born).days, 0), days) if born else days
    return young * infant + (days - young) * later


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
