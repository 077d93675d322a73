"""Yes and no as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.reading.yes_no import read

YES = ("ya", "Ya.", "ya pak", "iya🙏", "👍", "👍🏽", "sdh", "sudah bu", "iya sudah", "sudahmi", "iyaaa", "iye",
"adami", "oke sip",
       "sudah ada", "inggih", "✓", "betul sekali"[:5])  # fmt: skip
NO = ("tidak", "tidak ada", "tdk ada", "gak ada", "blm", "belum pak", "nda", "nda ada", "ndak ji", "no", "belumpi",
"tidakji",
      "sudah tidak ada", "belum pernah", "tidaaak", "bukan", "kada", "👎")  # fmt: skip
NEITHER = ("", "ya tidak", "iya belum", "tidak tahu", "nda tau", "mungkin", "2)", "terima kasih", "tidak mau minum",
"🙏", "ada demam",
           "yakin", "notaris")  # fmt: skip


@pytest.mark.parametrize(
    ("said", "meant"), [(one, True) for one in YES] + [(one, False) for one in NO] + [(one, None) for one in NEITHER]
)
def test_everyday_words_are_yes_or_no(said: str, meant: bool | None) -> None:
    assert read(said) is meant


@given(st.text(max_size=30))
def test_any_text_is_yes_or_no_or_neither(said: str) -> None:
    assert read(said) in (True, False, None)


@given(st.sampled_from(YES), st.sampled_from(("ya", "tidak", "belum")), st.sampled_from(("sakit", "demam", "lemas")))
def test_a_word_that_is_unknown_is_never_passed_over(yes: str, more: str, unknown: str) -> None:
    assert read(f"{yes} {more} {unknown}") is None
