"""What makes a lesson good: short, plain, honest, within the channels' limits, and different from its neighbours.

``lessons.load`` refuses what cannot be used; this file lists what should not be sent. The bounds are ours: a mother
with primary school reads the text once, on a small screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from content.lessons import Lesson, Library

WORDS = (60, 110)
WORDS_OF_DANGER = (50, 120)  # a lesson that must not be missed may be as short as the sign and the action
LONGEST_SENTENCE = 24
AVERAGE_SENTENCE = 13
BULLETS = 4
ANSWER = 20  # WhatsApp's reply button
WHATSAPP = 1024  # characters in a message with buttons; Telegram takes 4,096

# The longest a placeholder is likely to become.
LONG_VALUES = {
    "ibu": "Ibu Wa Ode Sitti Nurhaliza",
    "nama": "Muhammad Al-Fatih",
    "umur": "11 bulan 29 hari",
    "minggu": 38,
}

SOURCES = frozenset(
    {
        "Buku KIA 2023",
        "Buku Resep Makanan Lokal 2022",
        "Dinas Kesehatan Kota Kendari 2024",
        "Kepmenkes 1092/2024",
        "Kepmenkes 1098/2024",
        "Kepmenkes 1928/2022",
        "Kepmenkes 2015/2023",
        "Kepmenkes 35/2025",
        "MTBS 2022",
        "Pedoman Gizi Buruk 2019",
        "Permenkes 12/2017",
        "Permenkes 15/2017",
        "Permenkes 2/2020",
        "Permenkes 21/2015",
        "Permenkes 21/2021",
        "Permenkes 28/2019",
        "Permenkes 3/2014",
        "Permenkes 41/2014",
        "PP 28/2024",
        "Perpres 115/2025",
        "Perpres 82/2018",
        "SDIDTK 2022",
        "UU 35/2014",
        "WHO 2003",
        "WHO 2006",
        "WHO 2009",
        "WHO 2016",
        "WHO 2019",
        "WHO 2023",
        "WHO/UNICEF 2021",
    }
)

# Words of the office, and what a neighbour would say. A key is the beginning of a regular expression for one word.
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

# What is never said to a family, and why.
FORBIDDEN = {
    r"stunt\w+|sangat pendek|gizi buruk": "no diagnosis in a text for families",
    r"harus segera|wajib|diwajibkan": "no commands: say why, and what to do",
    r"malas|lalai|ceroboh|bodoh|salah ibu|kesalahan": "never blaming",
    r"pasti sembuh|dijamin|pasti pintar|cerdas": "no promise",
    r"\d+\s*(mg|mcg|iu)": "a dose is the midwife's to say",
    r"susu (ibu hamil|pertumbuhan|lanjutan)": "no product",
    r"bebelac|cerelac|dancow|lactogen|milna|pampers|panadol|prenagen|promina|sgm": "no brand",
    r"https?:\S+|www\.\S+": "no link in a lesson",
}
_FORMULA = re.compile(r"\b(susu )?formula\b", re.IGNORECASE)
_REFUSAL = re.compile(r"\b(bukan|tanpa|tidak|jangan|belum|tak)\b", re.IGNORECASE)


def problems(library: Library) -> list[str]:
    """What a person should mend before these lessons are sent; one line each, beginning with the lesson's id."""
    found = [f"{lesson.id}: {problem}" for lesson in library.lessons for problem in _of(lesson)]
    return found + [f"{lesson.id}: {problem}" for lesson, problem in _among(library)]


def words(text: str) -> list[str]:
    """The words of a text, without its markup."""
    return re.findall(r"[^\W_]+(?:[-'’,./][^\W_]+)*", text)


def sentences(text: str) -> list[str]:
    """A line break ends a sentence too, so that a heading and a bullet count as one each."""
    parts = re.split(r"(?<=[.!?])[\"”*)]*\s+|\n+", text)
    return [part for part in parts if words(part)]


def _of(lesson: Lesson) -> Iterator[str]:
    text = lesson.render(**LONG_VALUES)
    asked = f"{text}\n\n{lesson.question.text}" if lesson.question else text
    yield from _length(lesson, text)
    yield from _wording("\n".join((asked, lesson.notice, *(lesson.question.answers if lesson.question else ()))))
    yield from _markup(text)
    if len(asked) > WHATSAPP:
        yield f"{len(asked)} characters, WhatsApp takes {WHATSAPP}"
    if lesson.must_not_miss and not re.search(r"(hari ini|sekarang|hari itu) juga", text):
        yield "what must not be missed says when to act: 'hari ini juga'"
    if text.endswith("?"):
        yield "the closing question belongs into the front matter, with its answers"
    if lesson.question:
        if not lesson.question.text.endswith("?"):
            yield "the question does not end with ?"
        for answer in lesson.question.answers:
            if len(answer) > ANSWER:
                yield f"the answer {answer!r} has more than {ANSWER} characters"
    for source in lesson.source.split(";"):
        if source.strip() not in SOURCES:
            yield f"unknown source {source.strip()!r}"


def _length(lesson: Lesson, text: str) -> Iterator[str]:
    least, most = WORDS_OF_DANGER if lesson.must_not_miss else WORDS
    if not least <= (total := len(words(text))) <= most:
        yield f"{total} words, wanted are {least} to {most}"
    lengths = [(len(words(sentence)), sentence) for sentence in sentences(text)]
    longest, sentence = max(lengths)
    if longest > LONGEST_SENTENCE:
        yield f"a sentence of {longest} words: {sentence!r}"
    average = sum(length for length, _ in lengths) / len(lengths)
    if average > AVERAGE_SENTENCE:
        yield f"{average:.1f} words in a sentence on average, at most {AVERAGE_SENTENCE}"


def _wording(text: str) -> Iterator[str]:
    for word, plain in PLAIN.items():
        if found := _word(word, text):
            yield f"hard word {found!r}, say: {plain}"
    for word, reason in FORBIDDEN.items():
        if found := _word(word, text):
            yield f"forbidden {found!r}: {reason}"
    for sentence in sentences(text):
        if _FORMULA.search(sentence) and not _REFUSAL.search(sentence):
            yield f"formula is promoted: {sentence!r}"


def _word(pattern: str, text: str) -> str | None:
    found = re.search(rf"\b(?:{pattern})(?:nya)?\b", text, re.IGNORECASE)
    return found and found[0]


def _markup(text: str) -> Iterator[str]:
    lines = text.splitlines()
    if any(line.count("*") % 2 for line in lines) or "**" in text:
        yield "bold is one *asterisk* on either side, within a line"
    if re.search(r"(?m)^(#|>|\d+\.|\* )|__|`", text):
        yield "markup other than *bold* and '- '"
    if (bullets := sum(line.startswith("- ") for line in lines)) > BULLETS:
        yield f"{bullets} bullets, at most {BULLETS}"


def _among(library: Library) -> Iterator[tuple[Lesson, str]]:
    """Lessons that repeat one another."""
    seen: dict[tuple[str, str], Lesson] = {}
    for lesson in library.lessons:
        for kind, text in (("text", lesson.body), ("summary", lesson.summary), ("row of the plan", lesson.plan)):
            other = seen.setdefault((kind, " ".join(words(text)).casefold()), lesson)
            if other is not lesson:
                yield lesson, f"the same {kind} as {other.id}"
    for before, lesson in pairwise(library.lessons):
        if before.stage == lesson.stage and _opening(before) == _opening(lesson):
            yield lesson, f"opens like {before.id}, the lesson before it"


def _opening(lesson: Lesson) -> list[str]:
    return [word.casefold() for word in words(lesson.body)[:3]]
