"""The cards of danger signs. Each says one thing to do: go, today."""

from __future__ import annotations

from collections.abc import Mapping

from drawing.lesson_pictures import icons_drink as drink
from drawing.lesson_pictures import icons_health as health
from drawing.lesson_pictures import icons_home as home
from drawing.lesson_pictures import icons_ill as ill
from drawing.lesson_pictures import icons_people as people
from drawing.lesson_pictures.layout import Cards
from drawing.lesson_pictures.palette import BLUE, DANGER, RED, SKY, YELLOW
from drawing.lesson_pictures.shapes import at, path
from drawing.lesson_pictures.signs import clock, crossed

_SICK = people.baby("sakit")

CARDS: Mapping[str, Cards] = {
    # MTBS 2022 and Buku KIA 2023, bayi muda
    "bahaya-bayi": Cards(DANGER, "Tanda bahaya bayi kecil", "Satu saja: bawa sekarang juga!", 4, 46, (
        (crossed(people.nursing()), "tidak mau menyusu"),
        (ill.jerking(_SICK), "kejang"),
        (at(0, 20, people.on_the_back(), 0.95, 90), "lemah, merintih"),
        (ill.panting(_SICK), "napas 60 atau lebih"),
        (ill.hot(_SICK), "badan panas"),
        (ill.cold(people.baby("sakit", wrap=BLUE)), "badan dingin"),
        (ill.navel(), "pusar merah"),
        (people.baby("sakit", skin=YELLOW), "kulit kuning"),
    )),
    # MTBS 2022
    "bahaya-anak": Cards(DANGER, "Tanda bahaya anak", "Satu saja: bawa hari ini juga!", 3, 50, (
        (crossed(drink.glass(0.7)), "tidak bisa minum"),
        (ill.vomiting(people.sitting(mood="sakit")), "muntah semuanya"),
        (ill.jerking(people.sitting(mood="sakit")), "kejang"),
        (ill.limp(), "lemas, susah dibangunkan"),
        (ill.panting(people.sitting(mood="sakit")), "napas cepat, dada tertarik"),
        (home.nappy(RED), "mencret berdarah"),
    )),
    # Buku KIA 2023, tanda bahaya ibu hamil
    "bahaya-hamil": Cards(DANGER, "Tanda bahaya ibu hamil", "Satu saja: berangkat sekarang juga!", 3, 46, (
        (health.drops(RED), "keluar darah"),
        (health.drops(SKY), "ketuban pecah"),
        (people.pregnant("sakit", at(0, 52, ill.flash(), 0.7)), "perut sakit sekali"),
        (ill.headache(), "sakit kepala, mata kabur"),
        (ill.jerking(people.woman(mood="sakit")), "kejang"),
        (ill.hot(people.woman(mood="sakit")), "demam tinggi"),
        (ill.vomiting(people.woman(mood="sakit")), "muntah terus"),
        (ill.swollen(), "muka, tangan bengkak"),
        (people.pregnant("sakit", path("M-26 52 L26 52", width=12)), "gerak bayi berkurang"),
    )),
    "tanda-lahir": Cards(DANGER, "Tanda mau melahirkan", "Satu saja: berangkat sekarang juga!", 1, 64, (
        (clock(12.25, ((0, 3), (6, 9))), "mulas teratur, makin sering"),
        (health.drop(RED), "lendir bercampur darah"),
        (health.drops(SKY), "air ketuban pecah"),
    )),
}  # fmt: skip
