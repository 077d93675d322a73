"""All pictures by name: the ones that are the same for everybody, and the personal ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from drawing.lesson_pictures import (
    bowls,
    cards_care,
    cards_food,
    cards_health,
    cards_mother,
    care,
    dangers,
    health,
    meals,
    mother,
    personal,
)
from drawing.lesson_pictures.facts import Facts
from drawing.lesson_pictures.layout import of_cards

CARDS = {**cards_food.CARDS, **cards_care.CARDS, **cards_health.CARDS, **cards_mother.CARDS, **dangers.CARDS}
SAME: Mapping[str, Callable[[], str]] = {
    "mangkuk-mulai": bowls.start,
    **{name: partial(bowls.portion, name) for name in bowls.SERVINGS},
    "isi-piring": meals.plate,
    "piring-hamil": meals.pregnant_plate,
    "piring-menyusui": meals.nursing_plate,
    "dua-lauk": meals.two_dishes,
    "telur-setiap-hari": meals.egg_a_day,
    "minyak": meals.oil,
    "porsi-sesudah-sakit": meals.after_illness,
    "air-putih": meals.water_not_sweet,
    "asi-siang-malam": care.round_the_clock,
    "asi-perah": care.kept_milk,
    "tidur-telentang": care.asleep,
    "tidur-cukup": care.bedtime,
    "bebas-asap": care.no_smoke,
    "sikat-gigi": care.brush_teeth,
    "jarak-anak": care.apart,
    "napas-cepat": health.breaths,
    "oralit": health.rehydration,
    "garis-kms": health.weight_line,
    "cara-ukur": health.measured,
    "vitamin-a": health.vitamin_a,
    "lila-ibu": mother.arm,
    "dada-ibu": mother.skin_to_skin,
    "mual": mother.small_meals,
    **{name: partial(of_cards, cards) for name, cards in CARDS.items()},
}
PERSONAL: Mapping[str, Callable[[Facts], str]] = {
    "kartu-imunisasi": personal.vaccinations,
    "periksa-hamil": personal.visits,
}
