"""The letters N, T, O and B of weighings, and their monthly counts, as in posyandu form F1.

Official and reported weighings are never judged together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.programme import Growth as Rules
from db.children import Child
from db.measurements import Measurement, MeasurementKind, history
from db.states import PRESENT
from programme.growth import growth
from rules.growth_signs import signs_over_time
from rules.signs import Sign
from rules.stages import age, months_after
from rules.tables import Sex
from rules.velocity import lost_grams
from rules.weighing import MIN_DAYS, Code, Kbm, Weighing, below_red_line, code_of, twice_not_gained

UNDER_FIVE_MONTHS = 60


@dataclass(frozen=True)
class Recap:
    """A month's numbers. s: children registered, d: of these weighed, and of those n, t, o and b by their letter;
    two_t: T twice in a row, bgm: below the red line.

    Raises ValueError where d is not n + t + o + b.
    """

    s: int
    d: int
    n: int
    t: int
    o: int
    b: int
    two_t: int
    bgm: int

    def __post_init__(self) -> None:
        if self.d != self.n + self.t + self.o + self.b:
            raise ValueError(f"D = {self.d} is not N + T + O + B = {self.n} + {self.t} + {self.o} + {self.b}.")


def kbm(rules: Rules) -> Kbm:
    """The table of minimum weight gains (KBM) of the city."""
    return Kbm(rules.kbm_boys, rules.kbm_girls)


def codes(sex: Sex, born: date, weighings: Sequence[Weighing], table: Kbm) -> list[Code | None]:
    """The letter of each weighing, the oldest first; all of one kind.

    Each is judged against the last that is at least 14 days older. None where nothing is judged: less than 14 days
    after a judged weighing, and under a month of age. So two letters T never cover the same days.
    """
    found: list[Code | None] = []
    judged_on: date | None = None
    for place, now in enumerate(weighings):
        code: Code | None = None
        if judged_on is None or (now.on - judged_on).days >= MIN_DAYS:
            older = [one for one in weighings[:place] if (now.on - one.on).days >= MIN_DAYS]
            if older or not place:
                code = code_of(sex, born, older[-1] if older else None, now, table)
        found.append(code)
        judged_on = now.on if code else judged_on
    return found


def recap(session: Session, families: Any, month: date, kind: MeasurementKind, rules: Rules) -> Recap:
    """The counts of the month of `month` over the families (their ids, or a query for them). Two queries.

    Children with a known birth date count who are under five on the first of the month. A child whose weighings of the
    month are all too near to the last counts as O, or as B while it has no other letter.
    """
    first = month.replace(day=1)
    last = months_after(first, 1) - timedelta(days=1)
    registered = set(
        session.scalars(
            select(Child.id).where(
                Child.family_id.in_(families),
                Child.state.in_(PRESENT),
                Child.born.between(months_after(first, -UNDER_FIVE_MONTHS) + timedelta(days=1), last),
            )
        )
    )
    letters: Counter[Code] = Counter()
    two_t = bgm = 0
    for rows in _histories(session, families, first, last, kind):
        if rows[0].id not in registered:
            continue
        row, series = rows[-1], [Weighing(one.Measurement.measured_on, one.Measurement.weight_kg) for one in rows]
        said = codes(row.sex, row.born, series, kbm(rules))
        letters[_letter_of_month(said, series, first)] += 1
        two_t += twice_not_gained(said) and Code.T in _in_month(said, series, first)
        zwei = growth(row.sex, row.born, row.Measurement, row.gestation_weeks).zwei
        bgm += zwei is not None and below_red_line(zwei)
    return Recap(
        s=len(registered),
        d=letters.total(),
        n=letters[Code.N],
        t=letters[Code.T],
        o=letters[Code.O],
        b=letters[Code.B],
        two_t=two_t,
        bgm=bgm,
    )


def signs_since(session: Session, child: Child, row: Measurement, rules: Rules) -> list[Sign]:
    """Signs of `row` together with the child's earlier weighings of its kind, to be seen within 3-7 days.

    None for a child under a month old, nor from weighings less than 14 days apart.
    """
    born = child.born
    if born is None or row.weight_kg is None or row.measured_on < born or age(born, row.measured_on).months < 1:
        return []
    weighed = [
        one
        for one in history(session, child.id, row.kind)
        if one.weight_kg is not None and born <= one.measured_on <= row.measured_on
    ]
    older = [one for one in weighed if (row.measured_on - one.measured_on).days >= MIN_DAYS]
    if not older:
        return []
    before, now = (growth(child.sex, born, one, child.gestation_weeks) for one in (older[-1], row))
    series = [Weighing(one.measured_on, one.weight_kg or 0) for one in weighed]
    said = codes(cast(Sex, child.sex), born, series, kbm(rules))
    twice_t = said[-1] is Code.T and twice_not_gained(said)
    return signs_over_time(before, now, lost_grams(older[-1].weight_kg, row.weight_kg), twice_t, rules)


def _histories(session: Session, families: Any, first: date, last: date, kind: str) -> Iterable[list[Any]]:
    """Of each child weighed between `first` and `last`, all weighings up to `last`, oldest first."""
    standing = (
        Measurement.kind == kind,
        Measurement.weight_kg.is_not(None),
        Measurement.withdrawn_at.is_(None),
    )
    this_month = select(Measurement.child_id).where(*standing, Measurement.measured_on.between(first, last))
    query = (
        select(Child.id, Child.sex, Child.born, Child.gestation_weeks, Measurement)
        .join(Measurement, Measurement.child_id == Child.id)
        .where(
            *standing,
            Child.family_id.in_(families),
            Child.id.in_(this_month),
            Measurement.measured_on.between(Child.born, last),
        )
        .order_by(Child.id, Measurement.measured_on, Measurement.id)
    )
    for _, rows in groupby(cast("Iterable[Any]", session.execute(query)), key=lambda row: row.id):
        yield list(rows)


def _in_month(said: Sequence[Code | None], series: Sequence[Weighing], first: date) -> list[Code | None]:
    return [code for code, one in zip(said, series, strict=True) if one.on >= first]


def _letter_of_month(said: Sequence[Code | None], series: Sequence[Weighing], first: date) -> Code:
    """The last letter of the month; where there is none, B for a child with no letter but B, else O."""
    if judged := [code for code in _in_month(said, series, first) if code]:
        return judged[-1]
    return Code.O if any(code not in (None, Code.B) for code in said) else Code.B
