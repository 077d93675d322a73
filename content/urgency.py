"""Whether lessons say of a danger sign what the table of signs says: how soon to leave.

A lesson names its signs in its front matter (``signs``). Wherever its text ties the words of a sign to "sekarang juga",
"hari ini juga" or another urgency, the sign must be among them, and the urgency must be that of the table, or a sooner
one where a graver sign stands beside it ("satu saja ada").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from content.lessons import Lesson, Library

URGENCIES = ("sekarang", "hari ini", "3-7 hari")
"""As the table names them, the most urgent first."""

_SAID = re.compile(r"(?P<now>(?:sekarang|saat itu) juga)|(?P<today>hari (?:ini|itu) juga)", re.IGNORECASE)
_SOON = re.compile(r"3-7 hari|minggu ini|paling lambat 3 hari", re.IGNORECASE)

WORDS: Mapping[str, tuple[str, ...]] = {
    r"kejang": ("anak-kejang", "bayi-kejang", "hamil-kejang", "nifas-kejang"),
    r"lemas|lemah\b": ("anak-tidak-sadar", "bayi-kurang-gerak"),
    r"sesak|dada(nya)? tertarik|susah bernapas": (
        "anak-sesak",
        "bayi-sesak",
        "hamil-sesak",
        "nifas-sesak",
        "celaka-suntikan",
    ),
    r"bibir(nya)? biru": ("anak-biru", "bayi-biru"),
    r"tidak (mau|bisa) (makan (dan|atau) )?(minum|menyusu)": ("anak-tidak-minum", "bayi-tidak-menyusu", "hamil-muntah"),
    r"muntah terus|memuntahkan semua": ("anak-muntah-semua", "bayi-muntah", "hamil-muntah"),
    r"mata(nya)? cekung": ("anak-kurang-cairan",),
    r"berbunyi kasar": ("anak-napas-bunyi", "bayi-sesak"),
    r"napas cepat": ("anak-napas-cepat", "bayi-napas-cepat"),
    r"pucat sekali": ("anak-pucat-sekali", "hamil-pucat"),
    r"banyak darah|darah (ibu )?banyak|darahnya banyak|keluar darah|darah keluar": (
        "hamil-perdarahan",
        "nifas-perdarahan",
    ),
    r"(sakit kepala|kepala sakit) (hebat|sekali)": ("hamil-sakit-kepala", "nifas-sakit-kepala"),
    r"gerak( bayi)? berkurang|lebih diam dari biasanya": ("hamil-gerak",),
    r"ketuban": ("hamil-ketuban",),
    r"mulas teratur": ("hamil-mulas",),
    r"kencang teratur": ("hamil-kencang",),
    r"betis(nya)? bengkak": ("nifas-betis",),
    r"nyeri perut hebat": ("hamil-nyeri-perut", "nifas-nyeri-perut"),
    r"demam menggigil": ("hamil-demam-menggigil", "nifas-demam-menggigil"),
    r"darah(nya)? berbau": ("nifas-bau",),
    r"tidak bisa kencing": ("nifas-kencing",),
    r"payudara(nya)? merah": ("nifas-payudara",),
    r"menyakiti diri": ("jiwa-mati",),
    r"merintih": ("bayi-merintih",),
    r"badan panas atau dingin": ("bayi-panas", "bayi-dingin"),
    r"bernanah": ("bayi-pusar-nanah", "nifas-luka", "anak-telinga-nanah"),
    r"merah sedikit": ("bayi-pusar-merah",),
    r"kuning sampai telapak": ("bayi-kuning-telapak",),
    r"kuning di hari pertama": ("bayi-kuning-awal",),
    r"muntah hijau": ("bayi-muntah",),
    r"mata(nya)? bernanah banyak": ("bayi-mata-berat",),
    r"pingsan": ("hamil-pingsan", "nifas-pingsan", "anak-tidak-sadar", "celaka-kepala"),
    r"mata kabur": ("hamil-pandangan-kabur", "nifas-pandangan-kabur"),
    r"muka(nya)? (atau tangan )?bengkak": ("hamil-bengkak-wajah", "celaka-suntikan"),
    r"ulu hati": ("hamil-ulu-hati",),
    r"perut (bawah )?sakit sekali": ("hamil-nyeri-perut", "nifas-nyeri-perut", "anak-nyeri-perut"),
    r"mencret berdarah|darah di bab": ("anak-bab-darah",),
    r"kedua kaki bengkak|edema": ("gizi-edema",),
    r"lila di bawah 11,5": ("gizi-lila",),
    r"masih kuning": ("bayi-kuning-lama",),
    r"perut(nya)? mengeras": ("hamil-kencang",),
    r"pucat seperti dempul": ("bayi-tinja-pucat",),
    r"tersedak": ("celaka-tersedak-bayi", "celaka-tersedak"),
    r"mimisan|gusi(nya)? berdarah": ("anak-perdarahan", "hamil-perdarahan"),
    r"kaki(nya)? dingin": ("anak-tangan-dingin",),
    r"luka bakar|tersiram": ("celaka-luka-bakar",),
    r"tertelan|menelan (racun|minyak tanah)": ("celaka-racun",),
    r"tenggelam": ("celaka-tenggelam",),
    r"kepala(nya)? terbentur|terbentur kepala": ("celaka-kepala",),
    r"leher kaku": ("anak-leher-kaku",),
    r"bintik merah": ("anak-bintik-merah",),
    r"digigit anjing": ("celaka-gigitan",),
    r"digigit ular": ("celaka-ular",),
}
"""How a lesson words a sign, as a regular expression, and which signs of the table that may be."""


class Part(NamedTuple):
    """A stretch of text that ends with an urgency."""

    text: str
    urgency: str


def problems(library: Library, urgencies: Mapping[str, str]) -> list[str]:
    """What contradicts the table, in Indonesian, one line each; ``urgencies`` is the table: sign id to urgency."""
    return [f"{lesson.id}: {problem}" for lesson in library.lessons for problem in of(lesson, urgencies)]


def of(lesson: Lesson, urgencies: Mapping[str, str]) -> Iterator[str]:
    """What one lesson says of its signs that the table does not say."""
    known = [sign for sign in lesson.signs if sign in urgencies]
    yield from (f"signs: {sign!r} tidak ada dalam tabel tanda bahaya" for sign in lesson.signs if sign not in urgencies)
    for part in (*parts(lesson.summary), *parts(lesson.body)):
        named: list[str] = []
        for words, signs in WORDS.items():
            if not (found := re.search(words, part.text, re.IGNORECASE)):
                continue
            if here := [sign for sign in signs if sign in known]:
                named.append(min((urgencies[sign] for sign in here), key=URGENCIES.index))
                if _later(part.urgency, named[-1]):
                    yield f"{found[0]!r} ditulis '{part.urgency} juga', dalam tabel '{named[-1]}'"
            else:
                yield f"tanda bahaya {found[0]!r} tidak ada dalam signs"
        if named and all(_later(urgency, part.urgency) for urgency in named):
            yield f"ditulis '{part.urgency} juga', padahal tandanya dalam tabel '{named[0]}'"


def parts(text: str) -> list[Part]:
    """The stretches of each paragraph that end with an urgency.

    A list, and what "satu saja" counts, belongs to the paragraph below it.
    """
    found: list[Part] = []
    for block in _paragraphs(text):
        start = 0
        for match in _SAID.finditer(block):
            stretch = block[start : match.start()]
            start = match.end()
            if soon := list(_SOON.finditer(stretch)):
                stretch = stretch[soon[-1].end() :]
            found.append(Part(stretch, URGENCIES[0] if match["now"] else URGENCIES[1]))
    return found


def _paragraphs(text: str) -> Sequence[str]:
    joined: list[str] = []
    for block in text.split("\n\n"):
        if joined and (joined[-1].splitlines()[-1].startswith("- ") or re.match(r".{0,6}satu saja", block, re.I)):
            joined[-1] += "\n" + block
        else:
            joined.append(block)
    return joined


def _later(one: str, other: str) -> bool:
    return URGENCIES.index(one) > URGENCIES.index(other)
