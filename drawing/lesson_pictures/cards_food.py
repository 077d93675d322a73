"""Cards about food."""

from __future__ import annotations

from collections.abc import Mapping

from drawing.lesson_pictures import icons_drink as drink
from drawing.lesson_pictures import icons_food as food
from drawing.lesson_pictures import icons_home as home
from drawing.lesson_pictures import icons_mixed as mixed
from drawing.lesson_pictures.layout import Cards
from drawing.lesson_pictures.palette import FOOD
from drawing.lesson_pictures.shapes import at, faded
from drawing.lesson_pictures.signs import clock, crossed, ticked

CARDS: Mapping[str, Cards] = {
    # Buku KIA 2023, Pemberian MPASI
    "tekstur": Cards(
        FOOD,
        "Makin besar, makin kasar",
        "Kenalkan pelan-pelan.",
        1,
        56,
        (
            (food.bowl(), "6-8 bulan: lumat dan kental, tidak tumpah dari sendok"),
            (mixed.chopped(), "9-11 bulan: dicincang halus, nasi tim, bisa dipegang"),
            (mixed.family_food(), "12-23 bulan: makanan keluarga, dipotong kalau perlu"),
        ),
    ),
    # WHO/UNICEF 2021: five of the eight or more, yesterday
    "delapan-kelompok": Cards(
        FOOD,
        "Delapan kelompok makanan",
        "Paling sedikit 5 dari 8 setiap hari.",
        4,
        46,
        (
            (drink.breast_milk(), "ASI"),
            (food.rice(), "nasi, ubi, sagu"),
            (food.tempe(), "tempe, kacang"),
            (drink.milk(), "susu"),
            (food.fish(), "ikan, daging, hati"),
            (food.egg(), "telur"),
            (food.pumpkin(), "labu, kelor, pepaya"),
            (food.banana(), "buah, sayur lain"),
        ),
    ),
    "ikan-laut": Cards(
        FOOD,
        "Ikan laut kita",
        "Dua potong sehari. Yang murah sama baiknya.",
        1,
        90,
        (
            (at(0, 0, food.fish("#4C9A86"), 1.05), "layang"),
            (at(0, 0, food.fish("#2F5F9E"), 1.05), "cakalang"),
            (food.little_fish(), "teri"),
        ),
        wide=1.5,
    ),
    "lauk-pertama": Cards(
        FOOD,
        "Lauk hewani sejak suapan pertama",
        "Pilih dua untuk minggu depan.",
        2,
        64,
        (
            (food.cooked_egg(), "telur"),
            (food.fish(), "ikan"),
            (food.liver(), "hati ayam"),
            (food.meat(), "daging"),
        ),
    ),
    "zat-besi": Cards(
        FOOD,
        "Makanan penambah darah",
        "Buah membantu, teh menghambat.",
        2,
        54,
        (
            (ticked(food.liver()), "hati ayam, sekali seminggu"),
            (ticked(food.fish()), "ikan dan daging"),
            (ticked(food.orange()), "ditemani buah"),
            (crossed(drink.tea()), "jangan dengan teh"),
        ),
    ),
    "menu-lima": Cards(
        FOOD,
        "Menu murah, lima macam",
        "Coba satu kali minggu ini.",
        3,
        60,
        (
            (food.rice(), "nasi"),
            (food.cooked_egg(), "telur"),
            (food.tofu(), "tahu"),
            (food.leaves(), "bayam"),
            (food.banana(), "pisang"),
        ),
    ),
    "selingan": Cards(
        FOOD,
        "Selingan yang baik",
        "Ganti satu selingan hari ini.",
        3,
        52,
        (
            (ticked(food.banana()), "buah"),
            (ticked(food.sweet_potato()), "ubi"),
            (ticked(food.cooked_egg()), "telur"),
            (crossed(drink.sweet_drink()), "minuman manis"),
            (crossed(food.candy()), "permen"),
            (crossed(food.biscuit()), "biskuit kemasan"),
        ),
    ),
    "waktu-makan": Cards(
        FOOD,
        "Waktu makan",
        "Tidak dipaksa, makan bersama keluarga.",
        2,
        54,
        (
            (clock(12.5, ((0, 6),)), "paling lama 30 menit"),
            (crossed(home.phone()), "tanpa layar"),
            (food.bowl(), "anak lapar, baru disuapi"),
            (ticked(faded(food.bowl())), "kenyang, berhenti"),
        ),
    ),
}
