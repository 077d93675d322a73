"""Cards for pregnancy, birth and the couple before it."""

from __future__ import annotations

from collections.abc import Mapping

from drawing.lesson_pictures import icons_drink as drink
from drawing.lesson_pictures import icons_food as food
from drawing.lesson_pictures import icons_health as health
from drawing.lesson_pictures import icons_home as home
from drawing.lesson_pictures import icons_mixed as mixed
from drawing.lesson_pictures import icons_people as people
from drawing.lesson_pictures.layout import Cards
from drawing.lesson_pictures.palette import MOTHER, RED, ROSE
from drawing.lesson_pictures.signs import crossed, ticked

CARDS: Mapping[str, Cards] = {
    # Buku KIA 2023, P4K
    "rencana-lahir": Cards(MOTHER, "Rencana melahirkan (P4K)", "Isi malam ini, tempel di pintu.", 3, 50, (
        (health.clinic(), "di mana?"),
        (people.midwife(), "siapa penolong?"),
        (home.car(), "kendaraan apa?"),
        (health.drop(RED), "siapa donor darah?"),
        (health.identity_card(), "kartu JKN di mana?"),
        (home.bag(), "tas di dekat pintu"),
    )),
    "tas-lahir": Cards(MOTHER, "Tas untuk melahirkan", "Satu tas, di dekat pintu.", 3, 50, (
        (health.book(), "Buku KIA"),
        (health.identity_card(), "KTP, kartu JKN"),
        (home.cloth(), "kain dan baju Ibu"),
        (home.nappy(ROSE), "pembalut"),
        (home.clothes(), "baju dan topi bayi"),
        (home.car(), "kendaraan siap"),
    )),
    "tablet-malam": Cards(MOTHER, "Satu tablet setiap malam", "TTD atau MMS, sesuai yang diberikan bidan.", 3, 52, (
        (ticked(drink.glass(0.8)), "air putih"),
        (ticked(food.orange()), "atau air jeruk"),
        (mixed.tablet_at_night(), "tablet sebelum tidur"),
        (crossed(drink.tea()), "jangan: teh"),
        (crossed(drink.coffee()), "jangan: kopi"),
        (crossed(drink.milk()), "jangan: susu"),
    )),
    "catin": Cards(MOTHER, "Sebelum menikah", "Minum tablet sesuai anjuran petugas.", 2, 54, (
        (people.couple(), "siap bersama"),
        (health.tablet(), "folat, tiap hari"),
        (health.arm_tape(), "lengan diukur"),
        (health.drop(RED), "darah diperiksa"),
    )),
    # Buku KIA 2023
    "hak-bayi": Cards(MOTHER, "Empat hak bayi baru lahir", "Tanyakan sebelum pulang.", 2, 56, (
        (health.needle(), "vitamin K1"),
        (health.eye(), "salep mata"),
        (health.shield(), "HB-0 sebelum 24 jam"),
        (health.heel(), "SHK umur 48-72 jam"),
    )),
}  # fmt: skip
