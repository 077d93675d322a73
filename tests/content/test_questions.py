"""A question is answered from the records only where every word of it is understood."""

from __future__ import annotations

import pytest

from content.questions import is_nod, is_thanks, meant

CHILDREN = {"kayla", "putri", "rafa"}

CLEAR = [
    ("kapan imunisasi kayla", "immunisation", {"kayla"}),
    ("kpn imunsasi adek bu?", "immunisation", set[str]()),
    ("imunisasi apa lagi", "immunisation", set[str]()),
    ("imunisasi apa yang belum", "immunisation", set[str]()),
    ("jadwal posyandu", "posyandu", set[str]()),
    ("kapan posyandu bulan ini", "posyandu", set[str]()),
    ("berat kayla berapa", "weight", {"kayla"}),
    ("bb kyla brp bu?", "weight", {"kayla"}),
    ("tinggi", "height", set[str]()),
    ("kayla berat dan tinggi badan berapa", "growth", {"kayla"}),
    ("umur kayla berapa bulan", "age", {"kayla"}),
    ("tgl lahir rafa", "age", {"rafa"}),
    ("hpl saya kapan", "due_day", set[str]()),
    ("kapan lahiran ya", "due_day", set[str]()),
    ("minggu ke berapa", "week", set[str]()),
    ("umur kehamilan saya berapa", "week", set[str]()),
    ("kapan periksa hamil lagi", "antenatal", set[str]()),
    ("vitamin A kapan", "vitamin_a", set[str]()),
    ("obat cacing kapan", "deworming", set[str]()),
    ("no hp bidan", "phone", set[str]()),
    ("puskesmas buka jam berapa", "phone", set[str]()),
    ("siapa ASN saya", "foster", set[str]()),
]
UNCLEAR = [
    "berat kayla turun kenapa",  # asks for more than a number
    "berat budi berapa",  # no child of theirs
    "habis imunisasi demam",
    "anak saya sudah imunisasi",  # tells, does not ask
    "sudah imunisasi kemarin",
    "mpasi mulai umur berapa",
    "boleh kasih madu?",
    "berat 8 kg",
    "suntik kb kapan",
    "terima kasih",
    "",
]


@pytest.mark.parametrize(("said", "topic", "names"), CLEAR, ids=[said for said, *_ in CLEAR])
def test_a_clear_question_is_one_topic_however_it_is_spelt(said: str, topic: str, names: set[str]) -> None:
    assert meant(said, CHILDREN) == (topic, names)


@pytest.mark.parametrize("said", UNCLEAR)
def test_what_says_more_than_its_topic_is_not_answered_by_guess(said: str) -> None:
    assert meant(said, CHILDREN) is None


@pytest.mark.parametrize(
    "said", ["makasih", "terima kasih banyak bu 🙏", "Mksh infonya bu bidan, sehat selalu", "trima kasih pak", "thx"]
)
def test_thanks_are_thanks(said: str) -> None:
    assert is_thanks(said)


@pytest.mark.parametrize("said", ["ok", "oke siap", "👍🏻", "🙏 🙏", "❤️", "siap bu"])
def test_a_nod_is_a_nod(said: str) -> None:
    assert is_nod(said)
    assert not is_thanks(said)


@pytest.mark.parametrize(
    "said", ["terima kasih tapi masih batuk", "😭", "?", "sudah", "ok tapi kapan", "", "kasih makan apa"]
)
def test_what_says_more_is_neither(said: str) -> None:
    assert not is_thanks(said)
    assert not is_nod(said)
