"""Signs that cannot wait, seen by a visitor or shown by a measurement: each with what to do now and its source."""

from dataclasses import dataclass
from enum import StrEnum

from rules.growth import Growth
from rules.status import Head, Height, Nutrition, Weight, arm_class, class_of


class Urgency(StrEnum):
    TODAY = "hari ini"
    SOON = "3-7 hari"


@dataclass(frozen=True)
class Sign:
    """One line of the list: `label` fits a button, `now` is said to whoever is with the child or the mother."""

    id: str
    label: str
    now: str
    source: str
    urgency: Urgency = Urgency.TODAY
    until_day: int | None = None
    """The last day of age at which it is asked; None: at every age."""


_CHILD = "Bawa anak ke puskesmas atau rumah sakit hari ini juga. Jangan menunggu besok."
_CHILD_NOW = "Bawa anak ke puskesmas atau rumah sakit sekarang juga."
_FLUID = "Bawa anak ke puskesmas atau rumah sakit sekarang juga. Teruskan ASI atau minum selama anak masih mau."
_MOTHER = "Antar ibu ke puskesmas atau rumah sakit sekarang juga. Kabari bidan."

CHILD_SIGNS = (
    Sign("tidak-minum", "Tidak bisa menyusu/minum", _CHILD_NOW, "MTBS 2022"),
    Sign("muntah-semua", "Memuntahkan semuanya", _CHILD_NOW, "MTBS 2022"),
    Sign("kejang", "Kejang", _CHILD_NOW, "MTBS 2022"),
    Sign("lemas", "Sangat lemas/tidak sadar", _CHILD_NOW, "MTBS 2022"),
    Sign("napas-cepat", "Napas cepat atau sesak", _CHILD_NOW, "MTBS 2022"),
    Sign("napas-berbunyi", "Napas berbunyi kasar", _CHILD_NOW, "MTBS 2022"),
    Sign("biru", "Tampak kebiruan", _CHILD_NOW, "MTBS 2022"),
    Sign("kurang-cairan", "Kekurangan cairan berat", _FLUID, "MTBS 2022"),
    Sign("bab-berdarah", "BAB berdarah", _FLUID, "MTBS 2022"),
    Sign("demam", "Demam 38,5 °C atau lebih", _CHILD, "MTBS 2022"),
    Sign("dingin", "Suhu di bawah 35,5 °C", _CHILD_NOW, "MTBS 2022"),
    Sign("bengkak", "Kedua kaki bengkak", _CHILD, "MTBS 2022"),
    Sign("pusar-merah", "Pusar merah", _CHILD, "MTBS 2022", until_day=28),
)

PREGNANCY_SIGNS = (
    Sign("perdarahan", "Perdarahan", _MOTHER, "Buku KIA 2023"),
    Sign("ketuban", "Keluar air ketuban", _MOTHER, "Buku KIA 2023"),
    Sign("sakit-kepala", "Sakit kepala hebat", _MOTHER, "Buku KIA 2023"),
    Sign("pandangan-kabur", "Pandangan kabur", _MOTHER, "Buku KIA 2023"),
    Sign("bengkak-wajah", "Wajah/tangan bengkak", _MOTHER, "Buku KIA 2023"),
    Sign("nyeri-perut", "Nyeri perut hebat", _MOTHER, "Buku KIA 2023"),
    Sign("kejang", "Kejang", _MOTHER, "Buku KIA 2023"),
    Sign("demam-tinggi", "Demam tinggi", _MOTHER, "Buku KIA 2023"),
    Sign("muntah-terus", "Muntah terus-menerus", _MOTHER, "Buku KIA 2023"),
    Sign("gerak-berkurang", "Gerak bayi berkurang", _MOTHER, "Buku KIA 2023"),
)

_SOON = "Ajak keluarga ke puskesmas dalam 3-7 hari agar anak diukur ulang dan diperiksa."

OEDEMA = Sign("edema", "Kedua kaki bengkak", _CHILD, "Permenkes 29/2019")
VERY_THIN = Sign("bb-tb-sangat-kurang", "Sangat kurus", _CHILD, "Permenkes 29/2019")
THIN_ARM = Sign("lila-sangat-kecil", "LiLA di bawah 11,5 cm", _CHILD, "Permenkes 29/2019")
VERY_SHORT = Sign("tb-u-sangat-pendek", "Sangat pendek", _SOON, "Kepmenkes 1928/2022", Urgency.SOON)
VERY_LIGHT = Sign("bb-u-sangat-kurang", "Berat sangat kurang", _SOON, "Kepmenkes 1928/2022", Urgency.SOON)
HEAD_OUT_OF_RANGE = Sign("lk-di-luar-garis", "LK di luar garis", _SOON, "SDIDTK 2022", Urgency.SOON)


def child_signs(age_days: int) -> list[Sign]:
    """The signs to ask about in a child of this age."""
    return [sign for sign in CHILD_SIGNS if sign.until_day is None or age_days <= sign.until_day]


def signs_from_growth(growth: Growth, age_days: int | None, oedema: bool, muac_cm: float | None = None) -> list[Sign]:
    """What a measurement says that cannot wait, the most urgent first.

    Same day: oedema, BB/TB under -3, LiLA under 11.5 cm at 6-59 months. Within 3-7 days: TB/U under -3, BB/U under -3
    (below the red line), head circumference beyond 2 SD. A hardly possible score counts too once it has been confirmed.
    """
    arm = None if muac_cm is None or age_days is None else arm_class(muac_cm, age_days)
    found = {
        OEDEMA: oedema,
        VERY_THIN: growth.zwfl is not None and class_of("BB/TB", growth.zwfl) == Nutrition.SEVERE,
        THIN_ARM: arm == Nutrition.SEVERE,
        VERY_SHORT: growth.zlen is not None and class_of("TB/U", growth.zlen) == Height.VERY_SHORT,
        VERY_LIGHT: growth.zwei is not None and class_of("BB/U", growth.zwei) == Weight.VERY_LOW,
        HEAD_OUT_OF_RANGE: growth.zhc is not None and class_of("LK/U", growth.zhc) != Head.NORMAL,
    }
    return [sign for sign, seen in found.items() if seen]
