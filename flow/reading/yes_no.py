"""Yes and no as people write them in a chat: "iya sudah", "blm", "nda ada", "sudahmi", "👍"."""

from __future__ import annotations

import re

from flow.reading.characters import ascii_digits

# Also everyday words of Kendari and Makassar (iye, nda, -mi, -pi, -ji) and of Kutai (inggih, kada).
YES = frozenset({
    "ya", "iya", "y", "yes", "iye", "iyye", "iyo", "io", "yo", "inggih", "nggih", "yup", "yap", "betul", "benar",
    "sudah",
    "sdh", "udah", "udh", "dah", "sudahmi", "ada", "pernah", "ok", "oke", "okay", "sip", "siap", "tentu", "v", "✓", "✔",
    "√", "☑", "✅", "👍", "👌",
})  # fmt: skip
NO = frozenset({
    "tidak", "tdk", "tida", "tak", "t", "gak", "gk", "ga", "g", "nggak", "ngga", "enggak", "engga", "nda", "ndak",
    "enda",
    "kada", "ora", "mboten", "belum", "blm", "blum", "belom", "bukan", "bkn", "no", "nope", "n", "👎", "❌",
})  # fmt: skip
WITHOUT = frozenset({"tidakada", "tdkada", "ndada", "nihil"})
"""One word that says that there is nothing."""
_MEANS_NOTHING = frozenset({
    "pak", "bapak", "bpk", "bu", "ibu", "bunda", "kak", "kakak", "dok", "dokter", "bidan", "min", "admin", "mas",
    "mbak", "bang",
    "dek", "om", "tante", "kok", "dong", "sih", "deh", "lah", "saja", "aja", "kah", "itu", "semua", "mi", "pi", "ji",
    "je", "ki", "di",
    "terima", "kasih", "makasih", "trims", "alhamdulillah", "insyaallah", "lagi",
})  # fmt: skip
_AFFIX = re.compile(r"(?:mi|pi|ji|lah|kok)$")
_PART = re.compile(r"[a-z]+|[✓✔√☑✅👍👌👎❌]|[0-9]+")


def read(said: str) -> bool | None:
    """True for yes, False for no, None for what is neither, or both ("ya tidak").

    A yes after a no belongs to it: "tidak ada", "belum pernah"; and so does "sudah" before it: "sudah tidak ada".
    """
    parts = [_known(part) for part in _PART.findall(ascii_digits(said).casefold().replace("'", ""))]
    meant = [part for part in parts if part not in _MEANS_NOTHING]
    if not meant or any(part not in YES | NO | WITHOUT for part in meant):
        return None
    refused = [place for place, part in enumerate(meant) if part in NO | WITHOUT]
    if not refused:
        return True
    before = set(meant[: refused[0]])
    return False if before <= {"sudah", "sdh", "udah", "udh"} else None


def _known(part: str) -> str:
    """The word without a drawn-out vowel ("iyaaa") and without a particle at its end ("belumpi"),
    where that is known."""
    words = YES | NO | WITHOUT
    short = re.sub(r"(.)\1+", r"\1", part)
    for one in (part, short, _AFFIX.sub("", part), _AFFIX.sub("", short)):
        if one in words:
            return one
    return part
