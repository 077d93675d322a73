"""Doubts about measured values of a child, by the facts of the form: the same when asked and when stored."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, NotRequired, TypedDict, cast

from db import measurements
from db.children import Child
from flow.form import Doubt, Form
from flow.questions import Number
from handlers.chat.common_questions import opened_on
from handlers.chat.context import Context
from rules import history, trust
from rules.growth import Measured
from rules.history import Earlier, Limits
from rules.stages import corrected_age_days
from rules.tables import Sex

KEPT = 8  # the last measurements: enough for the same value three times, and a few doubtful ones


class ChildFacts(TypedDict):
    """What a form must know of the child to doubt a measurement; JSON values.

    ``born`` is an ISO day, empty where it is not known. ``history``: day, kg, cm and whether it was doubted, oldest
    first. Drafts and visits of an older release have neither ``history`` nor ``trust``.
    """

    sex: Sex
    born: str
    gestation_weeks: int | None
    history: NotRequired[list[tuple[str, float | None, float | None, bool]]]
    trust: NotRequired[dict[str, Any]]


def facts(context: Context, child: Child, *, blind: bool = False) -> ChildFacts:
    """What a form must know of the child to doubt a measurement.

    ``blind`` leaves the earlier measurements out, for a second measurement made without knowing the first.
    """
    past = measurements.history(context.session, child.id)[-KEPT:] if not blind else ()
    return {
        "sex": cast(Sex, child.sex),
        "born": child.born.isoformat() if child.born else "",
        "gestation_weeks": child.gestation_weeks,
        "history": [(row.measured_on.isoformat(), row.weight_kg, row.length_cm, row.doubtful) for row in past],
        "trust": asdict(context.city.programme.trust),
    }


def weight(answers: Form, kg: float, on: date | None) -> Doubt | None:
    """The doubt about a weight, or None. ``on`` is the day of measuring, None for today."""
    on, born = _days(answers, on)
    slip = trust.check_weight(kg, (on - born).days if born else None)
    if slip or _is_old(answers):
        return slip
    return _scores(answers, on, born, kg=kg) or history.check_weight(kg, on, born, *_past(answers))


def length(answers: Form, cm: float, on: date | None, kg: float | None) -> Doubt | None:
    """The doubt about a length or height, or None. ``kg`` is the weight on the same form, None where it was skipped."""
    on, born = _days(answers, on)
    if kg is not None and trust.check_swapped(kg, cm):
        asks = f"Tertulis berat {trust.show(kg)} kg dan tinggi {trust.show(cm)} cm. Sepertinya tertukar."
        return trust.Doubt(f"{asks} Ketuk Kembali untuk menulis beratnya lagi.", None)
    slip = trust.check_length(cm)
    if slip or _is_old(answers):
        return slip
    return _scores(answers, on, born, kg=kg, cm=cm) or history.check_length(cm, on, born, *_past(answers))


def muac(answers: Form, cm: float, on: date | None) -> Doubt | None:
    """The doubt about a mid-upper arm circumference (LiLA), or None."""
    on, born = _days(answers, on)
    slip = trust.check_muac(cm)
    return slip if slip or _is_old(answers) else _scores(answers, on, born, arm=cm)


def confirmed(answers: Form) -> bool:
    """Whether the form holds a value that was doubted and confirmed; such a measurement is stored as doubtful."""
    numbers = [question for question in answers.questions if isinstance(question, Number)]
    given = ((number, answers.values.get(number.name)) for number in numbers)
    return any(value is not None and number.doubt(value, answers) for number, value in given)


def _printed(answers: Form) -> ChildFacts:
    return cast(ChildFacts, answers.facts)


def _days(answers: Form, on: date | None) -> tuple[date, date | None]:
    born = _printed(answers)["born"]
    return on or opened_on(answers), date.fromisoformat(born) if born else None


def _past(answers: Form) -> tuple[list[Earlier], Limits]:
    printed = _printed(answers)
    earlier = [Earlier(date.fromisoformat(on), kg, cm, doubted) for on, kg, cm, doubted in printed.get("history", ())]
    return earlier, Limits(**printed.get("trust", {}))


def _scores(
    answers: Form,
    on: date,
    born: date | None,
    *,
    kg: float | None = None,
    cm: float | None = None,
    arm: float | None = None,
) -> Doubt | None:
    # The position is asked for later; its 0.7 cm make no length impossible.
    age = corrected_age_days((on - born).days, _printed(answers)["gestation_weeks"]) if born else None
    return history.check_scores(Measured(_printed(answers)["sex"], age, weight_kg=kg, length_cm=cm, muac_cm=arm))


def _is_old(answers: Form) -> bool:
    """Whether the form is of an older release, without the child's history."""
    return "trust" not in _printed(answers)
