"""The answers to "gantikan?": what a new foster parent is to the one whom the child has.

Imports nothing heavy: the command line reads this module at every start.
"""

from __future__ import annotations

from enum import StrEnum


class Answer(StrEnum):
    """The words of the column ``peran``."""

    SUCCESSOR = "pengganti"  # the old one has ended, and is thanked
    COMPANION = "pendamping"  # both foster the child; the old one stays answerable
    CORRECTION = "koreksi"  # the old one was entered by mistake
