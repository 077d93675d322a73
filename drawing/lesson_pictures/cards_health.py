"""Cards about the posyandu."""

from __future__ import annotations

from collections.abc import Mapping

from drawing.lesson_pictures import icons_health as health
from drawing.lesson_pictures import icons_home as home
from drawing.lesson_pictures import icons_mixed as mixed
from drawing.lesson_pictures import icons_people as people
from drawing.lesson_pictures.layout import Cards
from drawing.lesson_pictures.palette import HEALTH, PINE
from drawing.lesson_pictures.signs import calendar

CARDS: Mapping[str, Cards] = {
    "hari-posyandu": Cards(
        HEALTH,
        "Ke posyandu setiap bulan",
        "Sampai umur lima tahun.",
        2,
        56,
        (
            (calendar((5,)), "catat harinya"),
            (health.book(), "bawa Buku KIA"),
            (mixed.weighed(), "ditimbang, diukur"),
            (health.shield(), "imunisasi dilengkapi"),
        ),
    ),
    "seribu-hari": Cards(
        HEALTH,
        "Seribu hari pertama",
        "Mulai hari ini.",
        1,
        60,
        (
            (people.pregnant(), "270 hari dalam kandungan"),
            (people.baby(), "730 hari sampai umur dua tahun"),
            (health.book(), "Buku KIA menemani semuanya"),
        ),
    ),
    "cek-posyandu": Cards(
        HEALTH,
        "Yang diperiksa di posyandu",
        "Minta angkanya ditulis di Buku KIA.",
        3,
        54,
        (
            (mixed.weighed(), "berat"),
            (mixed.length_board(), "panjang"),
            (health.arm_tape(), "lengan"),
            (mixed.head_tape(), "kepala"),
            (home.ball(), "main dan bicara"),
            (health.shield(), "imunisasi"),
        ),
    ),
    # Permenkes 15/2017
    "cacing": Cards(
        HEALTH,
        "Jauh dari cacing",
        "Obatnya diberikan petugas, mulai umur 1 tahun.",
        2,
        54,
        (
            (health.tablet(), "obat cacing dari petugas"),
            (calendar((4,), PINE), "sekali atau dua kali setahun"),
            (home.soap(), "cuci tangan pakai sabun"),
            (home.latrine(), "BAB di jamban"),
        ),
    ),
    "batuk-lama": Cards(
        HEALTH,
        "Batuk lama? Periksa",
        "Lebih dari 2 minggu: periksa ke puskesmas.",
        2,
        54,
        (
            (calendar(range(8)), "batuk lebih dari 2 minggu"),
            (health.lungs(), "serumah dengan penderita TBC"),
            (mixed.weighed(), "berat tidak naik"),
            (health.clinic(), "ke puskesmas"),
        ),
    ),
}
