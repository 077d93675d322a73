"""The form about leave, transfer and retirement of an ASN: from when, until when, and who comes instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from db.fostering import EndReason, LeaveKind
from flow.form import Form
from flow.questions import Choice, Day, Text
from handlers.duty.duty import LONGEST, LastDay

SPREAD, OTHER, NOBODY = "rata", "lain", "belum"
LEAVES: Mapping[str, LeaveKind] = {str(one): one for one in LeaveKind}
ENDS: Mapping[str, EndReason] = {
    str(one): one for one in (EndReason.TRANSFERRED, EndReason.RETIRED, EndReason.MOVED)
}  # fmt: skip
KINDS = {
    LeaveKind.LEAVE: "Cuti", LeaveKind.SICK: "Sakit", LeaveKind.DUTY: "Dinas luar",
    EndReason.TRANSFERRED: "Pindah tugas", EndReason.RETIRED: "Pensiun", EndReason.MOVED: "Pindah kota",
}  # fmt: skip


class SuccessorFacts(TypedDict):
    """``anak`` is how many they foster, ``calon`` who could come instead, by id, in words."""

    anak: int
    calon: dict[str, str]


class StepBackFacts(SuccessorFacts):
    """``siapa`` is who steps back, ``today`` the ISO day."""

    siapa: str
    today: str


def _successors(answers: StepBack) -> Mapping[str, str]:
    spread = {SPREAD: "Bagi rata"} if answers.facts["anak"] > 1 else {}
    return {**answers.facts["calon"], **spread, OTHER: "Nama lain", NOBODY: "Belum ada"}


class StepBack(Form):
    title = "{siapa} cuti, pindah, atau pensiun"

    kind = Choice("Yang mana?", {str(one): label for one, label in KINDS.items()}, label="Sebab")
    starts = Day(
        "Mulai kapan?",
        ahead=LONGEST,
        suggest={0: "Hari ini", 1: "Besok"},
        label="Mulai",
        hint="Tanggal lain: tulis saja, misalnya 12/3.",
    )
    ends = LastDay(
        "Hari terakhirnya kapan?",
        ahead=LONGEST,
        suggest={0: "Hari ini", 6: "Seminggu lagi", 13: "Dua minggu lagi"},
        label="Sampai",
        hint="Tanggal lain: tulis saja, misalnya 12/3.",
        when=lambda answers: answers.kind in LEAVES,
    )
    who = Choice(
        "Siapa yang menggantikan {siapa}?",
        _successors,
        label="Pengganti",
        hint="Yang teratas paling dekat dan paling sedikit anak asuhnya.",
        when=lambda answers: answers.facts["anak"] > 0,
    )
    written = Text(
        "Tulis nama, NIP, atau kode penggantinya.",
        label="Namanya",
        limit=80,
        personal=True,
        when=lambda answers: answers.who == OTHER,
    )
