"""A lesson for Bu Sari and a card for a health worker with which nothing is wrong."""

from __future__ import annotations

from dataclasses import replace

from content.lessons import Lesson, Question

GOOD = Lesson(
    id="hamil-15",
    plan="K15",
    stage="hamil",
    anchor="hpl",
    day=-175,
    until=-160,
    audience=("ibu",),
    must_not_miss=False,
    source="Permenkes 41/2014; Buku KIA 2023",
    topic="Telur",
    summary="Satu telur sehari.",
    notice="Telur, pesan untuk Ibu.",
    question=Question("Kemarin makan telur?", ("Ya", "Belum")),
    reviewed_by=None,
    reviewed_on=None,
    body=(
        "Ada telur di rumah, {{ ibu }}? Satu butir sehari sudah banyak menolong.\n\n"
        "Telur membantu badan bayi tumbuh. Ibu juga tidak cepat lemas.\n\n"
        "Minggu ini coba tiga cara:\n\n"
        "- direbus sampai matang\n- didadar dengan daun kelor\n- masuk ke sayur bening\n\n"
        "Taruh *satu butir* di dekat kompor setiap malam. Besok pagi Ibu tidak perlu mencari lagi. "
        "Kalau rak telur kosong di akhir minggu, itu tanda berhasil.\n\n"
        "Kalau kulit gatal sesudah makan telur, berhenti dulu dan tanya bidan."
    ),
)


CARD = replace(
    GOOD,
    id="kartu-bb-turun",
    plan="C06",
    stage="kartu-kondisional",
    anchor="kejadian",
    day=0,
    until=14,
    audience=("petugas",),
    condition="berat-turun",
    notice="Telur, pesan untuk petugas.",
    body=GOOD.body.replace("{{ ibu }}", "{{ sapaan }}"),
)
