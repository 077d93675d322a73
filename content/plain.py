"""Words to replace with plain ones in lessons, and words that are forbidden in them.

The bounds and lists are ours: a mother with primary school reads the text once, on a small screen. A midwife or a
coordinator knows office words and needs the names of diagnoses; blame, brands and doses are forbidden everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

# Office words and their plain replacements. A key is the beginning of a regular expression for one word.
PLAIN = {
    r"anda": "Ibu/Bapak",
    r"anemia": "kurang darah",
    r"apabila": "kalau",
    r"asi eksklusif": "ASI saja",
    r"asupan": "makanan",
    r"dehidrasi": "kekurangan cairan",
    r"dikarenakan": "karena",
    r"edukasi": "pesan",
    r"energi": "tenaga",
    r"evaluasi\w*": "lihat lagi",
    r"faskes|fasilitas kesehatan": "puskesmas atau rumah sakit",
    r"frekuensi": "berapa kali",
    r"higienis|sanitasi": "bersih",
    r"imunitas": "daya tahan",
    r"janin\w*": "bayi di perut",
    r"kalori|kkal": "tambah satu kudapan, satu lauk",
    r"kolostrum": "ASI pertama",
    r"komplikasi": "gangguan",
    r"kontrasepsi": "KB",
    r"\w*onsul\w*": "tanya",
    r"\w*onsumsi\w*": "makan/minum",
    r"laktasi": "menyusui",
    r"mengalami": "kena",
    r"merupakan": "adalah",
    r"(ber)?nutrisi": "gizi",
    r"oleh karena itu|sehingga": "jadi",
    r"optimal\w*": "baik",
    r"pasca\w*": "setelah",
    r"postpartum|antenatal": "setelah melahirkan, periksa hamil",
    r"preeklampsia": "keracunan kehamilan, dengan tandanya",
    r"prelakteal": "minuman lain sebelum ASI",
    r"protein": "lauk: telur, ikan, hati, tempe",
    r"(men)?stimulasi": "ajak bermain",
    r"suplemen\w*": "tablet",
    r"tekstur": "kental, lembut, kasar",
    r"tersebut": "itu",
    r"trimester": "bulan ke berapa",
}

# Forbidden for every reader, with the reason.
NEVER = {
    r"malas|lalai|ceroboh|bodoh|salah ibu|kesalahan": "tidak menyalahkan siapa pun",
    r"pasti sembuh|dijamin|pasti pintar|cerdas": "tidak menjanjikan hasil",
    r"\d+\s*(mg|mcg|iu)": "takaran obat disampaikan petugas",
    r"susu (ibu hamil|pertumbuhan|lanjutan)": "tidak menganjurkan produk",
    r"bebelac|cerelac|dancow|lactogen|milna|pampers|panadol|prenagen|promina|sgm": "tidak menyebut merek",
    r"https?:\S+|www\.\S+": "tidak memuat tautan",
}

# Forbidden for families and ASN as well.
NEVER_TO_LAYMEN = {
    r"stunt\w+|sangat pendek|gizi buruk": "diagnosis tidak disebut kepada keluarga dan ASN",
    r"harus segera|wajib|diwajibkan": "bukan perintah: tulis alasannya dan apa yang dilakukan",
}

# How a text speaks of mothers in general, before or after the word "ibu".
_OF_MANY_BEFORE = re.compile(
    r"\b(?:banyak|beberapa|kelas|para|sebagian|semua|setiap|seorang|sesama|tiap|suami dan|calon)\s+$", re.IGNORECASE
)
_OF_MANY_AFTER = re.compile(r"\s+(?:jari|kota|lain|mana pun|mertua)\b", re.IGNORECASE)
_MOTHER = re.compile(r"\b(?:ibu(?:nya)?|istri(?:nya)?|[Ss]ang [Ii]bu|Ibunya|Ibu (?:hamil|menyusui|nifas|yang baru))\b")
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}")

# Words that say nothing of what a message is about.
_NO_SUBJECT = re.compile(
    r"\w|ada|adik|anak|and|bapak|baru|bulan|dan|dari|for|hal|hari(?:nya)?|ibu|ini|itu|kecil|lagi|message|minggu|pesan"
    r"|saat|satu|sesudah|setelah|tentang|the|this|untuk|waktu|yang|your?"
)

_FORMULA = re.compile(r"\b(susu )?formula\b", re.IGNORECASE)
_REFUSAL = re.compile(r"\b(bukan|tanpa|tidak|jangan|belum|tak)\b", re.IGNORECASE)


def words(text: str) -> list[str]:
    """The words of a text, without its markup."""
    return re.findall(r"[^\W_]+(?:[-'’,./][^\W_]+)*", text)


def sentences(text: str) -> list[str]:
    """The sentences of a text. A line break ends one too, so that a heading and a bullet count as one each."""
    parts = re.split(r"(?<=[.!?])[\"”*)]*\s+|\n+", text)
    return [part for part in parts if words(part)]


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text; a list belongs to the one it stands in."""
    return [part for part in re.split(r"\n\s*\n", text) if words(part)]


def subject_words(line: str) -> frozenset[str]:
    """The words of a line that can say what a message is about, in small letters."""
    return frozenset(word for word in map(str.casefold, words(line)) if not _NO_SUBJECT.fullmatch(word))


def about_the_mother(text: str) -> list[str]:
    """Where an Indonesian text speaks of its reader, the mother, as of somebody else: "bawa ibu", "istri", "ibunya".

    "Ibu" with a capital is both how she is addressed and how the family calls her, so it fits every reader.
    Mothers in general ("banyak ibu", "kelas ibu hamil") are left alone.
    """
    plain = _PLACEHOLDER.sub("", text)
    return [
        found[0]
        for found in _MOTHER.finditer(plain)
        if not _OF_MANY_BEFORE.search(plain[: found.start()]) and not _OF_MANY_AFTER.match(plain, found.end())
    ]


def wording(text: str, layman: bool) -> Iterator[str]:
    """The problems of an Indonesian text's words; ``layman``: its readers are families or ASN."""
    if layman:
        yield from (f"kata sulit {found!r}, tulis: {plain}" for found, plain in _found(PLAIN, text))
        yield from (f"kata terlarang {found!r}: {reason}" for found, reason in _found(NEVER_TO_LAYMEN, text))
    yield from never(text)
    for sentence in sentences(text):
        if _FORMULA.search(sentence) and not _REFUSAL.search(sentence):
            yield f"susu formula dianjurkan: {sentence!r}"


def never(text: str) -> Iterator[str]:
    """The forbidden words of a text in any language."""
    yield from (f"kata terlarang {found!r}: {reason}" for found, reason in _found(NEVER, text))


def _found(patterns: Mapping[str, str], text: str) -> Iterator[tuple[str, str]]:
    for pattern, answer in patterns.items():
        if found := re.search(rf"\b(?:{pattern})(?:nya)?\b", text, re.IGNORECASE):
            yield found[0], answer
