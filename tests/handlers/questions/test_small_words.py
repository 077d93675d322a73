"""Thanks, greetings and agreements are no question; whatever says more is."""

import pytest

from content.questions import is_nod, is_thanks
from handlers.questions.small_words import is_greeting


@pytest.mark.parametrize("text", [
    "makasih", "Terima kasih banyak Bu 🙏", "ok makasih infonya", "terimakasih atas penjelasannya bu bidan", "tks ya",
])  # fmt: skip
def test_only_thanks(text: str):
    assert is_thanks(text)


@pytest.mark.parametrize("text", [
    "2 hari bu, makasih", "makasih, tapi kalau puyuh?", "terima kasih?", "belum ada kasih tahu", "ok", "demam",
])  # fmt: skip
def test_more_than_thanks(text: str):
    assert not is_thanks(text)


@pytest.mark.parametrize(("text", "greets"), [
    ("assalamualaikum bu", True), ("p", True), ("selamat pagi bu bidan", True), ("halo, apa kabar?", True),
    ("selamat pagi, rafa demam", False), ("bu", False), ("apa obat batuk?", False), ("pagi ini muntah", False),
])  # fmt: skip
def test_only_a_greeting(text: str, greets: bool):
    assert is_greeting(text) is greets


@pytest.mark.parametrize(("text", "agrees"), [
    ("ok", True), ("🙏🙏", True), ("3", False),
    ("iya bu", True), ("siap bu bidan", True), ("iya demam", False), ("tidak", False), ("ya?", False),
])  # fmt: skip
def test_only_an_agreement(text: str, agrees: bool):
    assert is_nod(text) is agrees
