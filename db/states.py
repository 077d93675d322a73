"""The states of a child, a pregnancy and a wedding, as they are stored."""

from __future__ import annotations

from enum import StrEnum


class CareState(StrEnum):
    """Whether a child, pregnancy or wedding is in the programme, or how that ended."""

    ACTIVE = "aktif"
    RECOVERED = "lulus"
    AGED_OUT = "lewat umur"
    MOVED = "pindah"
    REFUSED = "menolak"
    DIED = "meninggal"
    MISCARRIED = "keguguran"
    STILLBORN = "lahir mati"
    MOTHER_DIED = "ibu wafat"  # ends a pregnancy; of a child it is only noted
    BORN = "lahir"  # a pregnancy
    EXPECTING = "hamil"  # a wedding: the couple expects a child
    CANCELLED = "batal"  # a wedding


PRESENT = (CareState.ACTIVE, CareState.RECOVERED)  # states of children who live here: measured and counted
LOSSES = (CareState.DIED, CareState.MISCARRIED, CareState.STILLBORN, CareState.MOTHER_DIED)
GONE = (CareState.AGED_OUT, CareState.MOVED, *LOSSES, CareState.BORN)  # nothing can be reported any more
TAUGHT = (
    CareState.ACTIVE,
    CareState.RECOVERED,
    CareState.REFUSED,
)  # lessons go on: who wants no visits has not refused them
MOURNING = "duka"  # why a message was skipped
