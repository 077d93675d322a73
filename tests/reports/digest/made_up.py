"""Digests of a made-up city, without a database: one on which nothing waits, and the fullest there can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from db.referrals import ReferralState
from db.subjects import Subject, SubjectKind
from programme.weighing import Recap
from reports.adoption.counts import Adoption, Count, Group
from reports.digest.ending_counts import WORDS, Endings
from reports.digest.late_questions import LateQuestion, Questions
from reports.digest.model import Digest, Late, Lessons, Nobody, NotJoined, Open, Referrals, Unassigned, Visits
from tests.people import TODAY, at

FIVE = at(TODAY, "17:00")
LONG_AGO = FIVE - timedelta(days=12)
LONG = "Kambu Baruga Raya (Kendari Barat)"
NOBODY = Digest(
    "Kel. Mandonga (Mandonga)", FIVE, True, Visits(0, 0, 0, 0, 0, (), 0), Referrals((), 0, 0), (),
    Recap(0, 0, 0, 0, 0, 0, 0, 0), Lessons(0, 0, 0, 0, 0, 0), Endings({}, 0), Questions(), Adoption(),
)  # fmt: skip


def days(count: int) -> timedelta:
    return timedelta(days=count)


def late(n: int, asn: str = "Bapak/Ibu Abdurrahmansyah", **more: Any) -> Late:
    known: dict[str, Any] = {"code": f"KDI-A{n:05}", "name": "Al-Fatih", "village": LONG, "sent": ""}
    due = TODAY - days(60 - n)
    about = Subject(SubjectKind.CHILD, n)
    return Late(n, asn, True, about, last=None, due=due, days=60 - n, **(known | more))


def referral(n: int, opened_at: datetime = LONG_AGO, **more: Any) -> Open:
    known: dict[str, Any] = {
        "code": f"KDI-A{n:05}", "name": "Muhammad Al-Fatih", "village": LONG, "urgency": "sekarang",
        "signs": ("Tidak bisa menyusu/minum", "Memuntahkan semuanya", "Kejang"), "opened_on": opened_at.date(),
        "days": (FIVE - opened_at).days, "taken_by": "", "state": ReferralState.SENT, "asn": "", "opened_at": opened_at,
    }  # fmt: skip
    return Open(**(known | more))


def question(n: int) -> LateQuestion:
    who = f"Muhammad Al-Fatih (KDI-A{n:05}), dari pendamping (ASN)"
    return LateQuestion(
        n, None, who, days(9), 7, "Bapak/Ibu Abdurrahmansyah, kepala puskesmas Lepo-Lepo", who, "Kambu Baruga Raya"
    )


def unassigned(n: int) -> Unassigned:
    return Unassigned(Subject(SubjectKind.CHILD, n), f"KDI-A{n:05}", "Muhammad Al-Fatih", LONG, 90 - n)


def fullest() -> Digest:
    """Thirty of each kind with long names, every section, and lines about areas."""
    stuck = {"urgency": "3-7 hari", "state": ReferralState.SEEN, "taken_by": "Bapak/Ibu Abdurrahmansyah"}
    return replace(
        NOBODY,
        title="; ".join(f"Kel. Kambu Baruga Raya {n} (Kendari Barat)" for n in range(12)),
        visits=Visits(
            412, 398, 377, 1204, 4620, tuple(late(n) for n in range(30)), 24,
            tuple(NotJoined(f"Bapak/Ibu Abdurrahmansyah {n}", "Bu Rina", 3, date(2026, 1, 1)) for n in range(12)),
            this_week=1204, last_week=1377, due=1500, on_time=1081,
        ),
        referrals=Referrals(
            (
                *(referral(n, danger=True) for n in range(30)),
                *(referral(n, stuck=True, **stuck) for n in range(30)),
            ),
            17, 12, 28, 31, 4,
        ),
        lessons=Lessons(812, 21, 44, 31, 102, 7, (("tidak dapat dihubungi", 71), ("terlambat", 12))),
        endings=Endings(dict.fromkeys(WORDS, 3), 4),
        questions=Questions(91, 40, tuple(question(n) for n in range(30)), 27),
        adoption=Adoption({group: Count(4620, 4000, 2120, 1900, 300) for group in Group}),
        whatsapp="Hari ini 4.120 pesan, 2.900 di antaranya pemberitahuan (kira-kira Rp1.204.000). Besok sekitar 4.300.",
        alerts="31 kabar bahaya ke 92 orang, 27 ditangani dalam 12 menit",
        reach=tuple(f"Kel. Kambu Baruga Raya {n}: 12 keluarga tanpa petugas yang terhubung." for n in range(7)),
        nobody=Nobody(tuple(unassigned(n) for n in range(30)), 33),
        areas=(
            "*Yang perlu dibantu dulu*", "1. Kec. Kendari Barat: 12 terlambat, 2 bahaya",
            "2. Kec. Mandonga: 9 terlambat", "3. Kec. Baruga: 7 terlambat",
        ),
    )  # fmt: skip
