"""Phone numbers as people write them."""

from __future__ import annotations

import pytest

from flow.reading.phones import e164


@pytest.mark.parametrize(
    ("written", "number"),
    [("0812-3456 7801", "+6281234567801"), ("6281234567801", "+6281234567801"), ("+62 812 3456 7801", "+6281234567801"),
     ("08１２３４５６７８０１", "+6281234567801"), ("٠٨١٢٣٤٥٦٧٨٠١", "+6281234567801"), ("0401-3121234", None),
     ("0812", None),
     ("081234567801 / 081234567802", None), ("", None)],
)  # fmt: skip
def test_a_mobile_number_is_stored_in_one_way(written: str, number: str | None) -> None:
    assert e164(written) == number
