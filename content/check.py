"""Checks of lessons: length, plain words, sources, the channels' limits, and repeats.

``lessons.load`` refuses files that cannot be used; ``problems`` lists what should not be sent, for people who write or
review lessons. The words are in content/plain.py, the sources in content/sources.py, the plan in content/coverage.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

from content import coverage
from content.lessons import Lesson, Library
from content.plain import about_the_mother, never, paragraphs, sentences, subject_words, wording, words
from content.sources import SOURCES

WORDS = (60, 110)
WORDS_OF_DANGER = (50, 120)  # a lesson that must not be missed may be as short as the sign and the action
WORDS_OF_CARD = (50, 110)
WORDS_ELSEWHERE = (45, 150)  # another language needs more words or fewer for the same
LONGEST_SENTENCE = 24
AVERAGE_SENTENCE = 13
BULLETS = 4
ANSWER = 20  # WhatsApp's reply button
BRIEF = 1024  # characters of a text with buttons (WhatsApp) and of a picture's caption (both)
LONG = 4096  # characters of any text
SHARED = 0.6  # of the shorter text's runs of five words
RUN = 5
CALENDAR = ("nikah", "hpl", "lahir", "tugas")  # the anchors of lessons that come to everybody
FINDING = re.compile(r"\b(?:belum|bengkak|buruk|hasil merah|kurang|naik|pendek|turun)\b", re.IGNORECASE)
URGENT = re.compile(r"(?:sekarang|hari ini|hari itu|saat itu) juga", re.IGNORECASE)

# The longest a placeholder is likely to become.
LONG_VALUES = {
    "ibu": "Ibu Wa Ode Sitti Nurhaliza",
    "nama": "Muhammad Al-Fatih",
    "umur": "11 bulan 29 hari",
    "minggu": 38,
    "sapaan": "Bapak Muhammad Ramadhan",
    "darurat": "Telepon *112* atau *119*, siang dan malam. RSUD Kota Kendari: *0401-3101234*.",
    "krisis": "Layanan krisis: 119 ext 8",
    "kekerasan": "129, WhatsApp 08111129129",
}
PASSED_ON = f"{LONG_VALUES['ibu']}, mohon sampaikan kepada {LONG_VALUES['ibu']}, ya."


def problems(library: Library) -> list[str]:
    """All problems of the lessons, in Indonesian, to be corrected before they are sent.

    One line each; it begins with the lesson's id (and language) where it is about a single one.
    """
    found = [f"{lesson.id}: {problem}" for lesson in library.lessons for problem in of(lesson)]
    for language, told in sorted(library.overlays.items()):
        found += [f"{id}.{language}: {problem}" for id in sorted(told) for problem in of_overlay(told[id])]
    found += [f"{lesson.id}: {problem}" for lesson, problem in _among(library)]
    return found + list(coverage.problems(library))


def of(lesson: Lesson) -> Iterator[str]:
    """The problems of a single lesson."""
    text = lesson.render(**LONG_VALUES)
    asked = lesson.question
    layman = bool(set(lesson.audience) - {"petugas", "koordinator"})
    least, most = WORDS_OF_DANGER if lesson.must_not_miss else WORDS if lesson.for_family else WORDS_OF_CARD
    yield from _length(_without_numbers(lesson), least, most)
    yield from _ease(text)
    said = (lesson.topic, text, lesson.notice, lesson.summary, *((asked.text, *asked.answers) if asked else ()))
    yield from wording("\n".join(said), layman)
    if "ibu" in lesson.audience:
        spoken = (lesson.body, lesson.summary, *((asked.text, *asked.answers) if asked else ()))
        for found in about_the_mother("\n".join(spoken)):
            yield f"Ibu membaca pesan ini: {found!r} menyebut Ibu seperti orang lain, tulis: Ibu"
    yield from _form(lesson, text)
    if not lesson.must_not_miss and (urgent := sum(bool(URGENT.search(part)) for part in paragraphs(text))) > 1:
        yield f"tanda bahaya tersebar di {urgent} alinea, kumpulkan dalam satu alinea"
    if lesson.must_not_miss and not re.search(r"(hari ini|sekarang|hari itu) juga", text):
        yield "pesan yang tidak boleh terlewat menyebut kapan bertindak: 'hari ini juga'"
    if lesson.must_not_miss and lesson.for_family and "sekarang juga" in text and "darurat" not in lesson.body:
        yield "pesan yang menyuruh berangkat sekarang memuat nomor yang bisa ditelepon: {{ darurat }}"
    for source in lesson.source.split(";"):
        if source.strip() not in SOURCES:
            yield f"sumber {source.strip()!r} tidak dikenal"
    if (lesson.reviewed_by is None) != (lesson.reviewed_on is None):
        yield "reviewed_by dan reviewed_on diisi keduanya, atau tidak sama sekali"
    yield from coverage.misplaced(lesson)


def of_overlay(lesson: Lesson) -> Iterator[str]:
    """The problems of a lesson in another language: its size, its form, and words that no text may use."""
    text = lesson.render(**LONG_VALUES)
    yield from _length(_without_numbers(lesson), *WORDS_ELSEWHERE)
    yield from never("\n".join((lesson.topic, text, lesson.notice)))
    yield from _form(lesson, text)


def _without_numbers(lesson: Lesson) -> str:
    """The text without the city's emergency numbers, which are looked up and not read."""
    return lesson.render(**LONG_VALUES | {"darurat": "", "krisis": ""})


def _length(text: str, least: int, most: int) -> Iterator[str]:
    if not least <= (total := len(words(text))) <= most:
        yield f"{total} kata, sebaiknya {least} sampai {most}"


def _ease(text: str) -> Iterator[str]:
    lengths = [(len(words(sentence)), sentence) for sentence in sentences(text)]
    longest, sentence = max(lengths)
    if longest > LONGEST_SENTENCE:
        yield f"ada kalimat {longest} kata, paling banyak {LONGEST_SENTENCE}: {sentence!r}"
    average = sum(length for length, _ in lengths) / len(lengths)
    if average > AVERAGE_SENTENCE:
        yield f"rata-rata {average:.1f} kata sekalimat, paling banyak {AVERAGE_SENTENCE}".replace(".", ",")


def _form(lesson: Lesson, text: str) -> Iterator[str]:
    """Problems of markup, buttons, and the channels' limits."""
    lines = text.splitlines()
    if any(line.count("*") % 2 for line in lines) or "**" in text:
        yield "huruf tebal ditandai satu *bintang* di kiri dan kanan, dalam satu baris"
    if re.search(r"(?m)^(#|>|\d+\.|\* )|__|`", text):
        yield "hanya *tebal* dan '- ' yang boleh menjadi tanda dalam teks"
    if (bullets := sum(line.startswith("- ") for line in lines)) > BULLETS:
        yield f"{bullets} butir, paling banyak {BULLETS}"
    if text.endswith("?"):
        yield "pertanyaan penutup ditulis di question, dengan jawabannya"
    if asked := lesson.question:
        if not asked.text.endswith("?"):
            yield "pertanyaan tidak berakhir dengan ?"
        yield from (f"jawaban {a!r} lebih dari {ANSWER} huruf" for a in asked.answers if len(a) > ANSWER)
    if lesson.signs and (asks := text.count("?")) > 1:
        yield f"teks dengan tanda bahaya memakai paling banyak satu tanda tanya, di sini {asks}"
    if re.search(r"\n|\{", lesson.notice):
        yield "notice adalah satu baris tanpa nama: orang lain bisa melihatnya di layar"
    # Others may see the line on the screen: what an occasion, a loss or a question of one's own brings stays discreet.
    if "?" in lesson.notice or (lesson.anchor in CALENDAR and not _names_its_topic(lesson)):
        yield "notice menyebut isi pesan: pakai kata dari topic, tanpa pertanyaan atau teka-teki"
    # It goes out as a template and stands on the locked screen: the subject, nothing that was found in this family.
    if lesson.condition and lesson.for_family and (found := FINDING.search(lesson.notice)):
        yield f"notice tidak menyebut hasil keluarga ini: {found[0]!r}"
    size, most = _size(lesson, text), BRIEF if lesson.question or lesson.picture else LONG
    if size > most:
        yield f"{size} huruf bersama salam dan pertanyaannya, paling banyak {most}"


def _names_its_topic(lesson: Lesson) -> bool:
    return bool(subject_words(lesson.notice) & subject_words(lesson.topic))


def _size(lesson: Lesson, text: str) -> int:
    """Length of the whole message as sent, counted as the channels count: an emoji is two."""
    parts = [f"❗ *{lesson.topic}*", text]
    if lesson.for_family:
        parts.append(PASSED_ON)
    if lesson.question:
        parts.append(lesson.question.text)
    return len("\n\n".join(parts).encode("utf-16-le")) // 2


def _among(library: Library) -> Iterator[tuple[Lesson, str]]:
    """Lessons that repeat one another."""
    summaries: dict[str, Lesson] = {}
    for lesson in library.lessons:
        other = summaries.setdefault(" ".join(words(lesson.summary)).casefold(), lesson)
        if other is not lesson:
            yield lesson, f"ringkasannya sama dengan {other.id}"
    runs = [(lesson, _runs(lesson)) for lesson in library.lessons]
    for (other, before), (lesson, after) in combinations(runs, 2):
        shorter = min(len(before), len(after))
        if shorter and len(before & after) > SHARED * shorter:
            yield lesson, f"teksnya hampir sama dengan {other.id}"
    for before, lesson in pairwise(library.lessons):
        if before.stage == lesson.stage and _spoken(before)[:3] == _spoken(lesson)[:3]:
            yield lesson, f"pembukanya sama dengan {before.id}, pesan sebelumnya"


def _spoken(lesson: Lesson) -> list[str]:
    return [word.casefold() for word in words(lesson.body)]


def _runs(lesson: Lesson) -> set[tuple[str, ...]]:
    spoken = _spoken(lesson)
    return {tuple(spoken[at : at + RUN]) for at in range(len(spoken) - RUN + 1)}
