"""The form of a visit to a couple before and after its wedding, in paper order.

Weekly iron tablets do not cover the folate that a woman needs daily before a pregnancy (Permenkes 88/2014; WHO 2016),
so both are asked about. What Elsimil says of an adult is health data: without a consent it is not asked, and nobody but
the couple and who visits it is shown it.
"""

from __future__ import annotations

from typing import cast

from db.children import Wedding
from flow.form import Form, Section
from flow.questions import Choice, Choices, Text
from handlers.chat import common_questions
from handlers.chat.context import Context
from handlers.chat.names import mother_name
from handlers.visit.facts import CoupleVisitFacts, agreed
from handlers.visit.filing import about, live_facts

IDEAL, AT_RISK = "ideal", "berisiko"  # what the certificate of Elsimil says: green or red
ELSIMIL = {
    IDEAL: "Ideal (hijau)",
    AT_RISK: "Berisiko (merah)",
    "belum": "Belum mengisi",
    "tidak": "Tidak mau bercerita",
}
MISSING_TABLETS, MISSING_FOLATE = ("kadang", "tidak", "belum"), ("tidak", "belum")
AGREED = {
    "elsimil": "Mengisi Elsimil",
    "periksa": "Periksa ke puskesmas",
    "folat": "Bertanya folat ke bidan",
    "tablet": "Minum tablet teratur",
    "rokok": "Rumah tanpa asap rokok",
}
SMOKE = {"tidak": "Tidak ada", "luar": "Ada, di luar rumah", "dalam": "Ada, di dalam rumah"}


def met(answers: CoupleVisit) -> bool:
    """Whether somebody was met at the visit."""
    return answers.whom != "tidak"


class CoupleVisit(Form):
    title = "Kunjungan {pasangan}"

    A = Section("Pertemuan")
    visited_on = common_questions.day("Kapan berkunjung ke {pasangan}?", past=60, default=common_questions.today)
    whom = Choice(
        "Siapa yang ditemui?",
        {
            "berdua": "Keduanya", "istri": "Calon istri/istri", "suami": "Calon suami/suami",
            "keluarga": "Keluarga lain", "tidak": "Tidak bertemu",
        },
        label="Bertemu dengan",
        also=("visited_on", "Bukan hari ini"),
    )  # fmt: skip
    reason = common_questions.not_met(when=lambda answers: not met(answers))

    B = Section("Kesiapan", when=lambda answers: met(answers) and answers.whom != "keluarga" and agreed(answers))
    elsimil = Choice(
        "Apa hasil Elsimil mereka?",
        ELSIMIL,
        label="Hasil Elsimil",
        hint="Lihat sertifikatnya bersama. Yang tidak mau bercerita, tidak apa-apa.",
    )
    tablets = Choice(
        "Tablet tambah darah {istri} diminum?",
        {
            "rutin": "Ya, sesuai anjuran", "kadang": "Kadang-kadang", "tidak": "Tidak diminum", "belum": "Belum punya",
        },
        label="Tablet tambah darah",
        hint="Sebelum hamil biasanya seminggu sekali, atau sesuai anjuran bidan.",
    )  # fmt: skip
    folate = Choice(
        "Folat {istri} diminum tiap hari?",
        {"ya": "Ya, tiap hari", "tidak": "Tidak tiap hari", "belum": "Belum punya"},
        label="Folat",
        hint="Tablet yang seminggu sekali belum cukup untuk folat. Bidan yang menganjurkan.",
    )
    smoke = Choice("Adakah yang merokok di rumah?", SMOKE, label="Asap rokok")

    C = Section("Pendampingan", when=met)
    agreed_on = Choices(
        "Apa yang disepakati dengan pasangan?", AGREED, none="Belum ada", label="Disepakati", when=agreed
    )
    aid = Choices("Bantuan apa yang diberikan hari ini?", lambda answers: printed(answers)["aid"], label="Bantuan")
    aid_source = Choice(
        "Bantuan itu dari mana?",
        lambda answers: printed(answers)["aid_sources"],
        label="Sumber bantuan",
        when=lambda answers: answers.aid,
    )

    D = Section("Penutup")
    follow_up = common_questions.follow_up(default=lambda answers: "tidak")
    next_on = common_questions.next_day(default=lambda answers: common_questions.after(answers, danger=False))
    notes = Text("Apa yang ingin dicatat?", label="Catatan", limit=500, offered=True, personal=True, when=agreed)


def printed(answers: Form) -> CoupleVisitFacts:
    """The facts of the form, as its draft keeps them."""
    return cast(CoupleVisitFacts, answers.facts)


def facts(context: Context, subject: str) -> CoupleVisitFacts:
    """What is printed on the form of this couple ("wedding:4", or "visit:90" for a correction) today."""
    wedding = about(context, subject)
    if not isinstance(wedding, Wedding):
        raise LookupError(f"{subject} is no wedding")
    programme = context.city.programme
    called = context.called(wedding)
    return {
        "pasangan": called[0].lower() + called[1:],
        "istri": mother_name(wedding.family),
        "today": context.today.isoformat(),
        "aid": dict(programme.aid),
        "aid_sources": dict(programme.aid_sources),
        "every_days": programme.visits.every_days,
        "after_danger_days": programme.visits.after_danger_days,
        **live_facts(context, subject),
    }
