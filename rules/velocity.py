"""Change between two measurements of one kind; needs no velocity table."""

from collections.abc import Iterator

from rules.growth import Growth
from rules.status import Index

LINES = (-3, -2)
"""Z-scores at which the class changes (Permenkes 2/2020), the lowest first."""


def lost_grams(before_kg: float | None, now_kg: float | None) -> int:
    """Whole grams lost since `before_kg`; 0 for a gain, a standstill, or a weight that is not known."""
    if before_kg is None or now_kg is None:
        return 0
    return max(0, round((before_kg - now_kg) * 1000))


def fallen(before: Growth, now: Growth, by: float = 1.0) -> list[Index]:
    """The indices in which the child has fallen by `by` z or more."""
    return [index for index, was, is_now in _pairs(before, now) if round(was - is_now, 2) >= by]


def crossed(before: Growth, now: Growth) -> dict[Index, int]:
    """By index, the lowest of -2 and -3 that the child's z-score has fallen below since `before`."""
    found: dict[Index, int] = {}
    for index, was, is_now in _pairs(before, now):
        under = [line for line in LINES if is_now < line <= was]
        if under:
            found[index] = under[0]
    return found


def _pairs(before: Growth, now: Growth) -> Iterator[tuple[Index, float, float]]:
    """The scores known at both times, with two decimals; scores that WHO flags are left out."""
    told: tuple[tuple[Index, float | None, bool | None, float | None, bool | None], ...] = (
        ("BB/U", before.zwei, before.fwei, now.zwei, now.fwei),
        ("TB/U", before.zlen, before.flen, now.zlen, now.flen),
        ("BB/TB", before.zwfl, before.fwfl, now.zwfl, now.fwfl),
    )
    for index, was, was_flagged, is_now, flagged in told:
        if was is not None and is_now is not None and not (was_flagged or flagged):
            yield index, round(was, 2), round(is_now, 2)
