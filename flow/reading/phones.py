"""Phone numbers people write."""

from __future__ import annotations

import re

from flow.reading.characters import ascii_digits


def e164(written: str) -> str | None:
    """An Indonesian mobile number as it is stored, "+62812345678"; None for any other text.

    Understands "0812-345 678", "62812345678", "+62 812 345 678", and digits of other keyboards.
    """
    digits = re.sub(r"[\s().\-–'’]", "", ascii_digits(written)).removeprefix("+")
    local = re.sub(r"^(62|0062|0)0?", "", digits)
    return f"+62{local}" if re.fullmatch(r"8[0-9]{8,11}", local) else None
