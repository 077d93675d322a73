"""Names people write, and answers to "what is the name?" that are none."""

from __future__ import annotations

import re

from flow.reading.characters import ascii_digits

_REFUSING = frozenset({
    "belum", "blm", "blum", "belom", "nanti", "tidak", "tdk", "nda", "ndak", "gak", "ga", "nggak", "enggak",
    "menyusul", "masih",
    "no",
})  # fmt: skip
_WITH_IT = frozenset({
    "tahu", "tau", "ada", "punya", "dikasih", "dikasi", "diberi", "dinamai", "bernama", "nama", "namanya", "dulu",
    "saja", "aja",
    "lagi", "kami", "saya", "bayi", "bayinya", "dipikir", "dipikirkan", "dicari", "mencari", "cari", "kasih", "beri",
    "mau", "apa",
    "siapa", "bu", "pak", "di", "pi", "tahunya",
})  # fmt: skip
_OTHER_ANSWERS = frozenset({
    "perempuan", "laki laki", "laki-laki", "laki", "lelaki", "cewek", "cowok", "wanita", "pria", "ya", "iya",
    "sudah", "bayi",
    "anak", "adik", "kembar", "ok", "oke", "sehat",
})  # fmt: skip
_BEFORE = re.compile(
    r"^(?:namanya|nama(?:\s+(?:panggilannya|bayinya|anaknya|saya))?|panggilannya|panggil(?:an)?)\b[\s:]*(?:adalah\s+)?(?=\S)",
    re.IGNORECASE,
)


class NotAName(ValueError):
    """The words are no name."""


class TwoNames(NotAName):
    """The words are the names of two people: "Hasan dan Husain"."""


def is_not_yet(said: str) -> bool:
    """Whether it says that there is no name yet: "nanti", "tidak tahu", "Belum dikasih nama"."""
    words = re.findall(r"[a-z]+", said.casefold())
    return said.strip() in ("-", "–") or (
        bool(words) and bool(_REFUSING & set(words)) and set(words) <= _REFUSING | _WITH_IT
    )


def read(said: str) -> str:
    """The name that was written, without "namanya" before it. Raises NotAName, or TwoNames."""
    name = _BEFORE.sub("", " ".join(ascii_digits(said).split()))
    bare = name.casefold().strip(" .,!?()")
    if bare in _OTHER_ANSWERS or re.search(r"[0-9]", name) or not any(one.isalpha() for one in name):
        raise NotAName(said)
    if re.search(r"\S\s+(?:dan|dengan)\s+\S|[&+/;]", bare):
        raise TwoNames(said)
    return name
