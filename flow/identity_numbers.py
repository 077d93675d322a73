"""Find numbers of identity cards (NIK) and family cards (KK) in what somebody wrote, to turn them away.

Both have sixteen digits: six of a region (province, regency, kecamatan), six of a date (DDMMYY, the day plus 40 for
women; on a family card the day it was issued), four of a serial number (Permendagri 73/2022 and its forms).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from flow.reading.characters import ascii_digits

DIGITS = 16
# Digits with anything but letters between them, however it is set apart: "7471 0125", "7471/0125", "7471__0125".
RUN = re.compile(r"[0-9]+(?:[^\w]{1,5}[0-9]+|_{1,5}[0-9]+)*")
PIECE = re.compile(r"([0-9]+)([^0-9]*)")
PROVINCES = frozenset(
    (*range(11, 20), 21, *range(31, 37), *range(51, 54), *range(61, 66), *range(71, 77), 81, 82, *range(91, 98))
)
LAST_REGENCY = 79  # kabupaten count from 01, kota from 71
PHONE = re.compile(r"(?:0|62)8[0-9]{8,11}")
YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def holds_identity(text: str) -> bool:
    """Whether the text holds the number of an identity card or a family card, alone or beside other numbers.

    Sixteen digits in one piece are one, unless they stand among other numbers and can be none. In several pieces they
    are one if the region is possible, unless they are dates, a phone number or measurements. Linear in the text.
    """
    return any(_in_run(run.group()) for run in RUN.finditer(ascii_digits(text)))


def _in_run(run: str) -> bool:
    found = PIECE.findall(run)
    pieces, between = [piece for piece, _ in found], [gap for _, gap in found[:-1]]
    if sum(map(len, pieces)) < DIGITS:
        return False
    windows = _windows(pieces)
    if windows == [(0, len(pieces))]:
        return _alone(pieces, between)
    return any(
        _is_possible("".join(pieces[start:end])) and _is_shaped(pieces[start:end]) and not _is_other(pieces, start, end)
        for start, end in windows
    )


def _windows(pieces: Sequence[str]) -> list[tuple[int, int]]:
    """Where whole pieces in a row have sixteen digits together: start and end, in order."""
    found: list[tuple[int, int]] = []
    start = total = 0
    for end, piece in enumerate(pieces, 1):
        total += len(piece)
        while total > DIGITS:
            total -= len(pieces[start])
            start += 1
        if total == DIGITS:
            found.append((start, end))
    return found


def _alone(pieces: Sequence[str], between: Sequence[str]) -> bool:
    """Whether sixteen digits without other numbers beside them are an identity."""
    number = "".join(pieces)
    if len(pieces) == 1:
        return True
    if _is_measurements(between) or _is_other(pieces, 0, len(pieces)):
        return False
    return _is_possible(number) or (_has_region(number) and not _has_phone_in_pieces(pieces))


def _has_region(number: str) -> bool:
    return int(number[:2]) in PROVINCES and 1 <= int(number[2:4]) <= LAST_REGENCY and number[4:6] != "00"


def _is_possible(number: str) -> bool:
    """Whether region, date and serial number are all possible."""
    day, month = int(number[6:8]), int(number[8:10])
    has_date = (1 <= day <= 31 or 41 <= day <= 71) and 1 <= month <= 12
    return _has_region(number) and has_date and number[12:] != "0000"


def _is_shaped(pieces: Sequence[str]) -> bool:
    """Whether people write such a number in pieces like these; any list of small numbers has sixteen digits."""
    return len(pieces) <= 4 or len(pieces[-1]) == 4 or len(pieces) == DIGITS


def _is_other(pieces: Sequence[str], start: int, end: int) -> bool:
    """Whether a date or a whole phone number is among the pieces from ``start`` to ``end``."""
    if end - start == 1:
        return False
    dates = any(_is_date(pieces[at : at + 3]) for at in range(max(start - 2, 0), end))
    return dates or any(PHONE.fullmatch(piece) for piece in pieces[start:end])


def _is_date(pieces: Sequence[str]) -> bool:
    """ "12", "3", "2026" or "2026", "3", "12"."""
    if len(pieces) < 3:
        return False
    day, month, year = pieces if YEAR.fullmatch(pieces[2]) else pieces[::-1]
    small = len(day) <= 2 and len(month) <= 2
    return bool(YEAR.fullmatch(year)) and small and 1 <= int(day) <= 31 and 1 <= int(month) <= 12


def _has_phone_in_pieces(pieces: Sequence[str]) -> bool:
    """Whether pieces in a row are a phone number: "0812 3456 7890"."""
    return any(
        PHONE.fullmatch("".join(pieces[start:end]))
        for start in range(len(pieces))
        for end in range(start + 1, len(pieces) + 1)
    )


def _is_measurements(between: Sequence[str]) -> bool:
    """Whether all numbers are decimals with blanks or line breaks between them: "7,2 7,4 7,6"."""
    return (
        len(between) % 2 == 1
        and all(gap in (".", ",") for gap in between[::2])
        and all(gap not in (".", ",") for gap in between[1::2])
        and len(between) > 1
    )
