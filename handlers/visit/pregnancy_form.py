"""The report of a visit to a pregnant woman."""

from __future__ import annotations

from typing import Any

from db import visits
from db.children import Pregnancy
from flow.form import MISSING, Form, Section
from flow.questions import Choice, Choices, Text, YesNo
from handlers.chat import common_questions
from handlers.chat.context import Desk
from handlers.chat.names import mother_name
from handlers.visit.filing import about
from rules import danger, services, stages, trust

PLAN_FROM_WEEK = 28  # the birth plan of the Buku KIA belongs to the third trimester
BIRTH_PLAN = {
    "tempat": "Tempat bersalin",
    "penolong": "Penolong",
    "pendamping": "Pendamping",
    "kendaraan": "Kendaraan",
    "biaya": "Biaya/JKN",
    "darah": "Calon donor darah",
}


def met(sheet: PregnancyVisit) -> bool:
    return sheet.whom != "tidak"


class PregnancyVisit(Form):
    title = "Kunjungan {ibu}, hamil {minggu} minggu"

    A = Section("Pertemuan")
    visited_on = common_questions.day(
        "Kapan Bapak/Ibu berkunjung ke rumah {ibu}?", past=60, default=common_questions.today
    )
    whom = Choice(
        "Siapa yang ditemui di rumah {ibu}?",
        {"ibu": "Ibu hamil sendiri", "suami": "Suami", "keluarga": "Keluarga lain", "tidak": "Tidak bertemu"},
        label="Bertemu dengan",
        also=("visited_on", "Bukan hari ini"),
    )
    reason = common_questions.not_met(when=lambda sheet: not met(sheet))

    B = Section("Kesehatan", when=met)
    healthy = Choice(
        "Bagaimana keadaan {ibu} hari ini?",
        {"baik": "Baik", "bahaya": "Ada tanda bahaya"},
        label="Keadaan",
        hint="Tanda bahaya: perdarahan, air ketuban keluar, sakit kepala hebat, kejang, gerak bayi berkurang.",
    )
    signs = Choices(
        "Tanda apa yang dialami {ibu}?",
        {sign.id: sign.label for sign in danger.PREGNANCY_SIGNS},
        label="Tanda bahaya",
        when=lambda sheet: sheet.healthy == "bahaya",
    )
    antenatal = Choices(
        "Mana yang sudah diterima {ibu}?",
        lambda sheet: sheet.facts["services"],
        none="Belum ada",
        label="Sudah diterima",
        hint="Lihat Buku KIA.",
        when=lambda sheet: sheet.facts["services"],
    )
    tablets = Choice(
        "Seminggu ini tablet dari bidan diminum?",
        {"tiap_hari": "Tiap hari", "kadang": "Kadang-kadang", "tidak": "Tidak diminum", "belum": "Belum punya"},
        label="Tablet tambah darah",
        hint="Tablet tambah darah atau MMS, sesuai yang diberikan bidan.",
    )
    arm_measured = YesNo("Ada ukuran LiLA {ibu} yang baru?", label="Ada LiLA baru", hint="Lihat Buku KIA.")
    arm = common_questions.arm(
        "{ibu}", 15, 45, 23.5, lambda sheet, cm: trust.check_adult_arm(cm), when=lambda sheet: sheet.arm_measured
    )
    plan = Choices(
        "Apa yang sudah disiapkan untuk persalinan?",
        BIRTH_PLAN,
        none="Belum ada",
        label="Rencana persalinan",
        when=lambda sheet: sheet.facts["minggu"] >= PLAN_FROM_WEEK,
    )

    C = Section("Pendampingan", when=met)
    aid = Choices("Bantuan apa yang diberikan hari ini?", lambda sheet: sheet.facts["aid"], label="Bantuan")
    aid_source = Choice(
        "Bantuan itu dari mana?",
        lambda sheet: sheet.facts["aid_sources"],
        label="Sumber bantuan",
        when=lambda sheet: sheet.aid,
    )

    D = Section("Penutup")
    follow_up = common_questions.follow_up(
        default=lambda sheet: "tidak" if met(sheet) and sheet.healthy == "baik" else MISSING
    )
    next_on = common_questions.next_day(
        default=lambda sheet: common_questions.after(sheet, danger=sheet.healthy == "bahaya")
    )
    notes = Text("Apa yang ingin dicatat?", label="Catatan", limit=500, offered=True)


def facts(desk: Desk, subject: str) -> dict[str, Any]:
    """What is printed on the sheet of this pregnancy ("pregnancy:7", or "visit:90" for a correction) today."""
    pregnancy = about(desk, subject)
    if not isinstance(pregnancy, Pregnancy):
        raise LookupError(f"{subject} is no pregnancy")
    programme = desk.city.programme
    week = stages.pregnancy_week(pregnancy.due, desk.today)
    past = visits.of_pregnancy(desk.session, pregnancy.id)
    received = {name for visit in past for name in visit.answers.get("antenatal") or ()}
    return {
        "ibu": mother_name(pregnancy),
        "minggu": week,
        "today": desk.today.isoformat(),
        "services": {
            service.id: service.label
            for service in services.antenatal_due(week, pregnancy.due, desk.city.services, desk.city.district)
            if service.kind == services.Kind.ANTENATAL and service.id not in received
        },
        "aid": dict(programme.aid),
        "aid_sources": dict(programme.aid_sources),
        "every_days": programme.visits.every_days,
        "after_danger_days": programme.visits.after_danger_days,
    }
