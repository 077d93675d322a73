"""The form of a visit to a foster child, in paper order."""

from __future__ import annotations

from typing import cast

from db import endings, visits
from db.children import Child
from flow.form import MISSING, Form, Section
from flow.questions import Choice, Choices, Location, Photo, Text, YesNo
from handlers.chat import common_questions
from handlers.chat.context import Context
from handlers.chat.names import age_words, mother_name
from handlers.measuring import plausibility
from handlers.visit.facts import DANGER, ChildVisitFacts, agreed
from handlers.visit.filing import about, live_facts
from handlers.visit.signs_question import PRIVATE, Signs
from rules import services, stages
from rules.signs import Who, asked

FOOD = {  # the eight groups of WHO/UNICEF 2021
    "asi": "ASI",
    "pokok": "Nasi, ubi, sagu",
    "kacang": "Tempe, tahu, kacang",
    "susu": "Susu, keju, yogurt",
    "daging": "Ikan, ayam, hati",
    "telur": "Telur",
    "kuning": "Sayur hijau/jingga",
    "lain": "Sayur/buah lain",
}
HOUSE = {
    "air": "Air minum aman",
    "jamban": "Jamban sehat",
    "sabun": "Cuci tangan sabun",
    "bebas_rokok": "Bebas asap rokok",
    "layak": "Rumah layak huni",
}
RIGHTS = {
    "jkn": "JKN/BPJS",
    "akta": "Akta lahir",
    "bansos": "Bantuan sosial",
    "mbg": "Makan bergizi (MBG)",
    "pmt": "PMT posyandu",
}
HEALTH = {"sehat": "Sehat", "sakit": "Sakit 2 minggu ini", "bahaya": "Ada tanda bahaya"}
WHO_MEASURED = {
    "posyandu": "Kader/posyandu",
    "puskesmas": "Bidan/puskesmas",
    "asn": "Saya sendiri",
    "keluarga": "Keluarga",
}
EXCLUSIVE_UNTIL_MONTH = 6  # exclusive breastfeeding: Buku KIA 2023
MUCH_BLOOD = "Darah banyak: pembalut penuh dalam 1 jam, atau gumpalan sebesar telur."
ARM_FROM_MONTH = 6  # LiLA is read from six months on: Permenkes 29/2019


def met(answers: ChildVisit) -> bool:
    """Whether somebody was met at the visit."""
    return answers.whom != "tidak"


def well(answers: ChildVisit) -> bool:
    """Whether the child's mother shows no danger sign, as far as she was asked about."""
    return answers.mother != "bahaya"


def months(answers: Form) -> int:
    """The child's age in months when the form was opened; 24 where it is not known."""
    return printed(answers)["months"]


class ChildVisit(Form):
    title = "Kunjungan {adik}"

    A = Section("Pertemuan")
    visited_on = common_questions.day("Kapan berkunjung ke rumah {adik}?", past=60, default=common_questions.today)
    whom = Choice(
        "Siapa yang ditemui di rumah {adik}?",
        {"ibu": "Ibu", "ayah": "Ayah", "nenek": "Nenek/kakek", "pengasuh": "Pengasuh lain", "tidak": "Tidak bertemu"},
        label="Bertemu dengan",
        also=("visited_on", "Bukan hari ini"),
    )
    reason = common_questions.not_met(when=lambda answers: not met(answers))

    B = Section("Kesehatan", when=met)
    health = Choice(
        "Bagaimana kesehatan {adik}?",
        lambda answers: HEALTH if agreed(answers) else DANGER,
        label="Kesehatan",
        hint="Tanda bahaya: tidak mau minum, kejang, sangat lemas, sesak, muntah terus, kedua kaki bengkak.",
    )
    signs = Signs(
        "Tanda apa yang terlihat hari ini?",
        lambda answers: asked.of_child(printed(answers)["age_days"]),
        lambda answers: asked.groups_of_child(printed(answers)["age_days"]),
        label="Tanda bahaya",
        when=lambda answers: answers.health == "bahaya",
    )
    sick = Choices(
        "Dua minggu ini {adik} sakit apa?",
        {"diare": "Diare", "batuk": "Batuk pilek", "demam": "Demam", "lain": "Lainnya"},
        label="Sakit 2 minggu ini",
        when=lambda answers: agreed(answers) and answers.health != "sehat",
    )

    M = Section("Ibu", when=lambda answers: met(answers) and answers.facts.get("ask_mother"))
    mother = Choice(
        "Bagaimana keadaan {ibu} sesudah melahirkan?",
        {"baik": "Baik", "bahaya": "Ada tanda bahaya"},
        label="Keadaan ibu",
        hint="Tanda bahaya: darah banyak, kejang, pingsan, sesak, sakit kepala hebat, demam, satu betis bengkak.",
    )
    mother_signs = Signs(
        "Tanda apa yang dialami {ibu}?",
        lambda answers: asked.of_mother(printed(answers)["age_days"]),
        lambda answers: (Who.AFTERBIRTH, Who.MIND),
        label="Tanda bahaya ibu",
        hint=f"{MUCH_BLOOD} {PRIVATE}",
        when=lambda answers: answers.mother == "bahaya",
    )

    C = Section("Pertumbuhan", when=lambda answers: met(answers) and agreed(answers))
    measured = YesNo(
        "Ada hasil timbang atau ukur {adik} yang baru?",
        label="Ada ukuran baru",
        hint="Boleh dari Buku KIA atau posyandu.",
    )
    measured_on = common_questions.day(
        "Kapan {adik} ditimbang atau diukur?",
        past=60,
        since="born",
        label="Tanggal ukur",
        when=lambda answers: answers.measured,
    )
    weight = common_questions.weight(
        "{adik}",
        lambda answers, kg: plausibility.weight(answers, kg, answers.measured_on),
        optional=True,
        when=lambda answers: answers.measured,
    )
    length = common_questions.length(
        "{adik}",
        lambda answers, cm: plausibility.length(answers, cm, answers.measured_on, answers.weight),
        optional=True,
        when=lambda answers: answers.measured,
    )
    position = common_questions.position(when=lambda answers: answers.measured and answers.length is not None)
    muac = common_questions.arm(
        "{adik}",
        5,
        30,
        13.5,
        lambda answers, cm: plausibility.muac(answers, cm, answers.measured_on),
        hint="Dalam cm, lihat pita pengukur. Kalau tidak diukur, lewati saja.",
        optional=True,
        when=lambda answers: answers.measured and months(answers) >= ARM_FROM_MONTH,
    )
    oedema = common_questions.oedema("{adik}", when=lambda answers: answers.measured)
    measurer = Choice(
        "Siapa yang menimbang atau mengukur?", WHO_MEASURED, label="Diukur oleh", when=lambda answers: answers.measured
    )

    D = Section("Makan", when=lambda answers: met(answers) and agreed(answers))
    milk = Choice(
        "Kemarin {adik} minum apa?",
        {"asi": "ASI saja", "campur": "ASI dan lainnya", "tanpa": "Tanpa ASI"},
        label="Minum kemarin",
        when=lambda answers: months(answers) < EXCLUSIVE_UNTIL_MONTH,
    )
    food = Choices(
        "Kemarin {adik} makan apa saja?",
        FOOD,
        label="Makan kemarin",
        when=lambda answers: months(answers) >= EXCLUSIVE_UNTIL_MONTH,
    )
    services = Choices(
        "Mana yang sudah diterima {adik}?",
        lambda answers: printed(answers)["services"],
        none="Belum ada",
        label="Sudah diterima",
        hint="Lihat Buku KIA.",
        when=lambda answers: agreed(answers) and printed(answers)["services"],
    )

    E = Section("Rumah dan hak", when=lambda answers: met(answers) and agreed(answers) and printed(answers)["ask_home"])
    house = Choices("Apa saja yang sudah ada di rumah {adik}?", HOUSE, none="Belum ada", label="Rumah")
    rights = Choices("Apa saja yang sudah diterima keluarga?", RIGHTS, none="Belum ada", label="Hak keluarga")

    F = Section("Pendampingan", when=met)
    aid = Choices("Bantuan apa yang diberikan hari ini?", lambda answers: printed(answers)["aid"], label="Bantuan")
    aid_source = Choice(
        "Bantuan itu dari mana?",
        lambda answers: printed(answers)["aid_sources"],
        label="Sumber bantuan",
        when=lambda answers: answers.aid,
    )
    aid_amount = Text(
        "Berapa banyak, atau senilai berapa?",
        label="Jumlah bantuan",
        hint="Misalnya: telur 1 rak, atau Rp50.000.",
        limit=80,
        offered=True,
        personal=True,
        when=lambda answers: answers.aid,
    )
    topic = Choices(
        "Apa yang dibicarakan dengan keluarga?",
        lambda answers: printed(answers)["topics"],
        label="Topik",
        offered=True,
        when=agreed,
    )

    G = Section("Penutup")
    follow_up = common_questions.follow_up(
        default=lambda answers: (
            "tidak" if met(answers) and answers.health in ("sehat", "aman") and well(answers) else MISSING
        )
    )
    next_on = common_questions.next_day(
        default=lambda answers: common_questions.after(answers, danger=answers.health == "bahaya" or not well(answers))
    )
    photo = Photo(
        "Kirim foto kunjungan.",
        label="Foto",
        offered=True,
        personal=True,
        when=lambda answers: agreed(answers) and printed(answers)["photos"],
    )
    place = Location(
        "Kirim lokasi kunjungan.",
        label="Lokasi",
        offered=True,
        personal=True,
        when=lambda answers: met(answers) and agreed(answers),
    )
    notes = Text("Apa yang ingin dicatat?", label="Catatan", limit=500, offered=True, personal=True, when=agreed)

    def may_send_early(self) -> bool:
        return bool(self.values.get("signs") or self.values.get("mother_signs"))


def printed(answers: Form) -> ChildVisitFacts:
    """The facts of the form, as its draft keeps them."""
    return cast(ChildVisitFacts, answers.facts)


def facts(context: Context, subject: str) -> ChildVisitFacts:
    """What is printed on the form of this child ("child:31", or "visit:90" for a correction) today."""
    child = about(context, subject)
    if not isinstance(child, Child):
        raise LookupError(f"{subject} is no child")
    programme, today = context.city.programme, context.today
    born = child.born
    past = visits.of_child(context.session, child.id)
    received = {name for visit in past for name in visit.answers.get("services") or ()}
    home_asked = next((visit.visited_on for visit in past if "house" in visit.answers), None)
    due = services.services_due(born, today, context.city.services, context.city.district) if born else []
    return {
        "adik": context.called(child),
        "kode": child.code,
        "umur": age_words(born, today),
        "today": today.isoformat(),
        "age_days": (today - born).days if born else None,
        "months": stages.age(born, today).months if born else 24,
        "services": {
            service.id: service.label
            for service in due
            if service.kind != services.Kind.WEIGHING and service.id not in received
        },
        "ibu": mother_name(child.family),
        "ask_mother": born is not None
        and 0 <= (today - born).days <= asked.AFTERBIRTH_UNTIL
        and not endings.mother_died(context.session, child.family_id),
        "ask_home": home_asked is None or (today - home_asked).days >= programme.visits.home_every_days,
        "aid": dict(programme.aid),
        "aid_sources": dict(programme.aid_sources),
        "topics": dict(programme.topics),
        "photos": programme.photos.allowed,
        "every_days": programme.visits.every_days,
        "after_danger_days": programme.visits.after_danger_days,
        **plausibility.facts(context, child),
        **live_facts(context, subject),
    }
