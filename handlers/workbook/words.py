"""What is said about a workbook: what it would change, what is wrong with it, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from db.workbook_imports import WorkbookImport
from flow.message import Message, Option, plain
from flow.questions import show_day
from handlers.chat.forms import HOME
from reports.workbook.answers import Answer
from reports.workbook.importing import Plan, Result
from reports.workbook.problem import Problem
from reports.workbook.questions import Question
from reports.workbook.undoing import Kept
from reports.workbook.weight import Weight

SHOWN = 8  # sentences of one kind in a message; the file has all of them
LONGEST = 160  # characters of a sentence about a changed row
NOT_TAKEN = "Berkas data hanya kami terima dari koordinator. Kalau mau bertanya, tulis dengan kata-kata, ya."
READING = "Berkas diterima. Sebentar, kami baca dulu. Belum ada yang disimpan."
SAVING = "Sedang disimpan. Kami kabari kalau sudah selesai."
GOING_BACK = "Sedang dikembalikan. Kami kabari kalau sudah selesai."
NOTHING = "Semua baris {name} sudah sama dengan yang tercatat. Tidak ada yang perlu disimpan."
NOTHING_MORE = "Sementara itu semuanya sudah tercatat. Tidak ada lagi yang perlu disimpan."
CHANGED_SINCE = "Sejak tadi ada yang berubah di data kota, jadi belum ada yang disimpan. Sekarang jadinya begini:"
NO_RIGHT = "Hak mengubah data sudah berakhir, jadi tidak ada yang disimpan."
NOT_FETCHED = "Maaf, berkas itu tidak bisa diambil. Coba kirim lagi."
FAILED = "Maaf, ada gangguan waktu menyimpan, jadi tidak ada yang disimpan. Coba kirim lagi nanti."
NOT_REVERTED = "Maaf, ada gangguan, jadi belum ada yang dikembalikan. Coba lagi nanti."
MARKED = "Salinan dengan sel yang ditandai. Perbaiki di sini, lalu kirim lagi."
LISTED = "Daftar lengkapnya."
DECIDED = "Itu sudah diputuskan tadi."
TOO_LATE = "Sudah lewat sehari, jadi tidak bisa dibatalkan lagi. Yang keliru bisa diperbaiki lewat *ubah data*."
DROPPED = "Baik, tidak ada yang disimpan."
NOBODY = (
    "Perubahan ini perlu disetujui orang kedua: koordinator kota atau admin yang lain. Sekarang belum ada yang "
    "terhubung ke sini, jadi belum ada yang disimpan."
)
ANSWERS = {
    Answer.SUCCESSOR: "Pengganti",
    Answer.COMPANION: "Ikut mendampingi",
    Answer.CORRECTION: "Yang lama keliru",
}
TABLES = {
    "office": "kantor", "health_centre": "puskesmas", "posyandu": "posyandu", "person": "orang",
    "person_role": "peran", "family": "keluarga", "carer": "pengasuh", "child": "anak", "pregnancy": "kehamilan",
    "wedding": "pernikahan", "assignment": "pendampingan", "measurement": "pengukuran", "delegate": "wakil",
    "leave": "cuti",
    "ending": "catatan akhir", "told_ending": "kabar",
}  # fmt: skip
_LINE = re.compile(r" baris \d+")


def preview(one: WorkbookImport, made: Plan, weight: Weight, head: str = "") -> Message:
    """What would change, with the buttons that decide it."""
    result = made.result
    lines = [head, ""] if head else []
    lines += [f"*{title(one)}*" if one.is_file else "*Yang akan disimpan*"]
    lines += counts(result) if one.is_file else [f"• {said}" for said in singles(made)]
    if one.is_file:
        lines += part("Berubah:", result.changes)
    if weight.ends and one.is_file:
        lines += ["", f"⚠️ {weight.ends} berakhir (lulus, pindah, meninggal, atau selesai)."]
    lines += part("Perlu dilihat:", [sentence(problem, one) for problem in result.warnings])
    lines += ["", _ask(weight)]
    options = (Option(f"workbook:save:{one.id}", "Simpan"), Option(f"workbook:drop:{one.id}", "Jangan simpan"))
    return Message("\n".join(lines), options)


def question(one: WorkbookImport, asked: Sequence[Question], head: str = "", *, named: bool = True) -> Message:
    """What is the new foster parent to the one whom the child has? The newest answer is for the first of ``asked``.

    ``named``: the child may be called by its name here, and not by its code alone.
    """
    first, number = asked[0], len(one.answers)
    lines = [head, ""] if head else []
    whom = f"*{plain(first.name)}* ({plain(first.about)})" if named else f"*{plain(first.about)}*"
    lines.append(f"{whom} sekarang didampingi {plain(first.old)}.")
    lines.append(f"Lalu {plain(first.new)} sebagai apa?")
    if len(asked) > 1:
        lines += ["", f"Masih ada {len(asked) - 1} pertanyaan seperti ini."]
    options = [Option(f"workbook:as:{one.id}:{number}:{answer}", label) for answer, label in ANSWERS.items()]
    if len(asked) > 1:
        options.append(Option(f"workbook:all:{one.id}:{number}", f"Semua {len(asked)} pengganti"))
    return Message("\n".join(lines), (*options, Option(f"workbook:drop:{one.id}", "Jangan simpan")))


def _ask(weight: Weight) -> str:
    if weight.needs_second:
        return "Simpan? Satu orang lagi perlu setuju; kami tanyakan sesudah *Simpan* diketuk."
    return "Simpan?"


def counts(result: Result) -> list[str]:
    """A line for each sheet: "Anak: 3 baru, 1 berubah, 460 tetap"."""
    lines: list[str] = []
    for sheet, count in result.counts.items():
        parts = {"baru": count.added, "berubah": count.changed, "tetap": count.unchanged}
        if said := ", ".join(f"{number} {word}" for word, number in parts.items() if number):
            lines.append(f"{sheet}: {said}")
    return lines


def singles(made: Plan) -> list[str]:
    """The rows that were filled in by a form, each in words: what is new, and what changes to what."""
    new = [
        f"{sheet} baru: {' · '.join(_said(cell) for _, cell in row.raw.values() if cell)}"
        for sheet, count in made.result.counts.items()
        for row in made.book.rows[sheet]
        if count.added
    ]
    return [*new, *(_LINE.sub("", plain(change), count=1) for change in made.result.changes)]


def _said(cell: Any) -> str:
    """A cell as its writer reads it: a day in words."""
    try:
        return show_day(date.fromisoformat(str(cell))).partition(" ")[2]
    except ValueError:
        return plain(str(cell))


def wrong(one: WorkbookImport, errors: Sequence[Problem]) -> Message:
    """What has to be corrected; nothing is stored."""
    number = len(errors)
    found = "Ada satu hal" if number == 1 else f"Ada {number} hal"
    lines = [f"{found} yang perlu diperbaiki di {title(one)}, jadi tidak ada yang disimpan.", ""]
    lines += [f"• {plain(sentence(error, one))}" for error in errors[:SHOWN]]
    if number > SHOWN:
        lines.append(f"dan {number - SHOWN} lagi.")
    return Message("\n".join(lines), (HOME,))


def to_second(one: WorkbookImport, made: Plan, weight: Weight, sender: str, to: str) -> Message:
    """The question to the second person."""
    what = title(one) if one.is_file else "satu perubahan"
    lines = [f"{to}, {sender} mengirim {what}. Sebelum disimpan, perlu satu orang lagi yang setuju.", ""]
    lines += counts(made.result) if one.is_file else [f"• {said}" for said in singles(made)]
    if one.is_file:
        lines += part("Berubah:", made.result.changes)
    if weight.ends and one.is_file:
        lines += ["", f"⚠️ {weight.ends} berakhir (lulus, pindah, meninggal, atau selesai)."]
    if weight.entrusts:
        lines += ["", "⚠️ Memberi hak koordinator atau mengganti nomornya."]
    lines += ["", f"Setuju? Kalau ragu, telepon {sender} dulu."]
    options = (Option(f"workbook:agree:{one.id}", "Setuju, simpan"), Option(f"workbook:refuse:{one.id}", "Tolak"))
    return Message("\n".join(lines), options, notice=(to,))


def done(one: WorkbookImport, result: Result, agreed_by: str = "") -> Message:
    """What was stored, and how to take it back."""
    number = result.added + result.changed
    parts = ", ".join(f"{of} {word}" for of, word in ((result.added, "baru"), (result.changed, "berubah")) if of)
    what = f"{title(one)}: {parts}." if one.is_file else ""
    lines = [f"Tersimpan. {what}".strip()]
    if agreed_by:
        lines.append(f"Disetujui {agreed_by}.")
    lines.append("Ada yang keliru? Bisa dibatalkan sampai besok jam yang sama.")
    label = "Batalkan semua" if number > 1 else "Batalkan"
    return Message("\n".join(lines), (Option(f"workbook:undo:{one.id}", label), HOME))


def ask_undo(one: WorkbookImport, when: str) -> Message:
    lines = (
        f"Kembalikan data seperti sebelum {title(one)} disimpan ({when})?",
        "Yang sementara ini sudah dipakai atau diubah lagi tetap seperti sekarang, dan kami sebutkan.",
    )
    if one.ends:
        lines = (*lines, "Kabar yang sudah terkirim tidak bisa ditarik; beri tahu sendiri yang menerimanya.")
    return Message("\n".join(lines), (Option(f"workbook:undo:yes:{one.id}", "Ya, kembalikan"), HOME))


def undone(reverted: int, kept: Sequence[str]) -> Message:
    """How much went back, and what stays."""
    if not reverted and kept:
        lines = ["Tidak ada yang bisa dikembalikan: semuanya sudah dipakai atau diubah lagi."]
    else:
        lines = ["Sudah dikembalikan seperti semula."]
    lines += part("Tetap seperti sekarang:", kept)
    return Message("\n".join(lines), (HOME,))


def stays(kept: Kept, name: str) -> str:
    """A row that was not reverted, in words: "anak ANAK-3: sudah dipakai"."""
    return f"{TABLES.get(kept.table, 'baris')} {name}: {kept.why}".replace("  ", " ")


def title(one: WorkbookImport) -> str:
    return plain(one.name) or "berkas itu" if one.is_file else "perubahan itu"


def sentence(problem: Problem, one: WorkbookImport) -> str:
    """A problem with its place; of a form only what is wrong."""
    return str(problem) if one.is_file else problem.sentence


def part(head: str, sentences: Sequence[str]) -> list[str]:
    """Lines of a part of a message; none where there is nothing to say."""
    if not sentences:
        return []
    shown = [f"• {plain(one if len(one) <= LONGEST else one[:LONGEST] + '…')}" for one in sentences[:SHOWN]]
    more = [f"dan {len(sentences) - SHOWN} lagi."] if len(sentences) > SHOWN else []
    return ["", head, *shown, *more]
