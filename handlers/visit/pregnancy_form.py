"""The form of a visit to a pregnant woman, in paper order."""

from __future__ import annotations

from typing import cast

from db import visits
from db.children import Pregnancy
from flow.form import MISSING, Form, Section
from flow.questions import Choice, Choices, Text, YesNo
from handlers.chat import common_questions
from handlers.chat.context import Context
from handlers.visit.facts import DANGER, PregnancyVisitFacts, agreed
from handlers.visit.filing import about, live_facts
from handlers.visit.signs_question import PRIVATE, Signs
from rules import services, stages, trust
from rules.signs import Who, asked

PLAN_FROM_WEEK = 28  # the birth plan of the Buku KIA belongs to the third trimester
HEALTH = {"baik": "Baik", "bahaya": "Ada tanda bahaya"}
BIRTH_PLAN = {
    "tempat": "Tempat bersalin",
    "penolong": "Penolong",
    "pendamping": "Pendamping",
    "kendaraan": "Kendaraan",
    "biaya": "Biaya/JKN",
    "darah": "Calon donor darah",
}


def met(answers: PregnancyVisit) -> bool:
    """Whether somebody was met at the visit."""
    return answers.whom != "tidak"


class PregnancyVisit(Form):
    title = "Kunjungan {ibu}{hamil}"

    A = Section("Pertemuan")
    visited_on = common_questions.day("Kapan berkunjung ke rumah {ibu}?", past=60, default=common_questions.today)
    whom = Choice(
        "Siapa yang ditemui di rumah {ibu}?",
        {"ibu": "Ibu hamil sendiri", "suami": "Suami", "keluarga": "Keluarga lain", "tidak": "Tidak bertemu"},
        label="Bertemu dengan",
        also=("visited_on", "Bukan hari ini"),
    )
    reason = common_questions.not_met(when=lambda answers: not met(answers))

    B = Section("Kesehatan", when=met)
    healthy = Choice(
        "Bagaimana keadaan {ibu} hari ini?",
        lambda answers: HEALTH if agreed(answers) else DANGER,
        label="Keadaan",
        hint="Tanda bahaya: perdarahan, air ketuban keluar, sakit kepala hebat, kejang, gerak bayi berkurang.",
    )
    signs = Signs(
        "Tanda apa yang dialami {ibu}?",
        lambda answers: asked.of_pregnancy(printed(answers)["minggu"]),
        lambda answers: (Who.PREGNANT, Who.MIND),
        label="Tanda bahaya",
        hint=PRIVATE,
        when=lambda answers: answers.healthy == "bahaya",
    )
    antenatal = Choices(
        "Mana yang sudah diterima {ibu}?",
        lambda answers: printed(answers)["services"],
        none="Belum ada",
        label="Sudah diterima",
        hint="Lihat Buku KIA.",
        when=lambda answers: agreed(answers) and printed(answers)["services"],
    )
    tablets = Choice(
        "Seminggu ini tablet dari bidan diminum?",
        {"tiap_hari": "Tiap hari", "kadang": "Kadang-kadang", "tidak": "Tidak diminum", "belum": "Belum punya"},
        label="Tablet tambah darah",
        hint="Tablet tambah darah atau MMS, sesuai yang diberikan bidan.",
        when=agreed,
    )
    arm_measured = YesNo("Ada ukuran LiLA {ibu} yang baru?", label="Ada LiLA baru", hint="Lihat Buku KIA.", when=agreed)
    arm = common_questions.arm(
        "{ibu}",
        15,
        45,
        23.5,
        lambda answers, cm: trust.check_adult_arm(cm),
        when=lambda answers: agreed(answers) and answers.arm_measured,
    )
    plan = Choices(
        "Apa yang sudah disiapkan untuk persalinan?",
        BIRTH_PLAN,
        none="Belum ada",
        label="Rencana persalinan",
        when=lambda answers: agreed(answers) and printed(answers)["minggu"] >= PLAN_FROM_WEEK,
    )

    C = Section("Pendampingan", when=met)
    aid = Choices("Bantuan apa yang diberikan hari ini?", lambda answers: printed(answers)["aid"], label="Bantuan")
    aid_source = Choice(
        "Bantuan itu dari mana?",
        lambda answers: printed(answers)["aid_sources"],
        label="Sumber bantuan",
        when=lambda answers: answers.aid,
    )

    D = Section("Penutup")
    follow_up = common_questions.follow_up(
        default=lambda answers: "tidak" if met(answers) and answers.healthy != "bahaya" else MISSING
    )
    next_on = common_questions.next_day(
        default=lambda answers: common_questions.after(answers, danger=answers.healthy == "bahaya")
    )
    notes = Text("Apa yang ingin dicatat?", label="Catatan", limit=500, offered=True, personal=True, when=agreed)

    def may_send_early(self) -> bool:
        return bool(self.values.get("signs"))


def printed(answers: Form) -> PregnancyVisitFacts:
    """The facts of the form, as its draft keeps them."""
    return cast(PregnancyVisitFacts, answers.facts)


def facts(context: Context, subject: str) -> PregnancyVisitFacts:
    """What is printed on the form of this pregnancy ("pregnancy:7", or "visit:90" for a correction) today."""
    pregnancy = about(context, subject)
    if not isinstance(pregnancy, Pregnancy):
        raise LookupError(f"{subject} is no pregnancy")
    programme = context.city.programme
    week = stages.pregnancy_week(pregnancy.due, context.today)
    past = visits.of_pregnancy(context.session, pregnancy.id)
    received = {name for visit in past for name in visit.answers.get("antenatal") or ()}
    return {
        "ibu": context.called(pregnancy),
        "minggu": week,
        "today": context.today.isoformat(),
        "services": {
            service.id: service.label
            for service in services.antenatal_due(week, pregnancy.due, context.city.services, context.city.district)
            if service.kind == services.Kind.ANTENATAL and service.id not in received
        },
        "aid": dict(programme.aid),
        "aid_sources": dict(programme.aid_sources),
        "every_days": programme.visits.every_days,
        "after_danger_days": programme.visits.after_danger_days,
        **live_facts(context, subject),
    }
