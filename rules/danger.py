"""Danger signs, seen by a visitor or shown by a measurement, each with what to do now and its source."""

from dataclasses import dataclass
from typing import Protocol

from rules.growth import Growth
from rules.signs import Urgency
from rules.status import ARM_FROM_DAY, ARM_TO_DAY
from rules.velocity import fallen


class Limits(Protocol):
    """Limits beyond which a measurement leads to a referral, in z-scores, cm and grams (content/programme.toml)."""

    @property
    def today_bb_tb_below(self) -> float: ...
    @property
    def today_lila_below_cm(self) -> float: ...
    @property
    def soon_tb_u_below(self) -> float: ...
    @property
    def soon_bb_u_below(self) -> float: ...
    @property
    def soon_lk_u_beyond(self) -> float: ...
    @property
    def soon_loss_g(self) -> int: ...
    @property
    def soon_fall_z(self) -> float: ...


@dataclass(frozen=True)
class Sign:
    """One danger sign: `label` fits a button, `now` is the advice for whoever is with the child or the mother."""

    id: str
    label: str
    now: str
    source: str
    urgency: Urgency = Urgency.TODAY
    until_day: int | None = None
    """The last day of age at which the sign is asked about; None: at every age."""


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
    Sign("kurang-cairan", "Mencret, mata cekung", _FLUID, "MTBS 2022"),
    Sign("bab-berdarah", "BAB berdarah", _FLUID, "MTBS 2022"),
    Sign("demam", "Demam 38,5 °C atau lebih", _CHILD, "MTBS 2022"),
    Sign("dingin", "Badan dingin (<35,5 °C)", _CHILD_NOW, "MTBS 2022"),
    Sign("bengkak", "Kedua kaki bengkak", _CHILD, "MTBS 2022"),
    Sign("panas-dingin", "Badan panas atau dingin", _CHILD_NOW, "MTBS 2022", until_day=59),
    Sign("merintih", "Merintih", _CHILD_NOW, "MTBS 2022", until_day=59),
    Sign("pusar-merah", "Pusar merah", _CHILD, "MTBS 2022", until_day=28),
    Sign("kuning", "Kuning sampai telapak", _CHILD, "MTBS 2022", until_day=28),
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
VERY_LIGHT = Sign("bb-u-sangat-kurang", "Berat sangat kurang", _SOON, "Buku KIA 2023", Urgency.SOON)
LOSS = Sign("berat-turun", "Berat turun", _SOON, "Kepmenkes 1928/2022", Urgency.SOON)
TWICE_T = Sign("dua-kali-tidak-naik", "Berat tidak naik 2 kali", _SOON, "Buku KIA 2023", Urgency.SOON)
FALL = Sign("turun-satu-garis", "Turun dari garisnya", _SOON, "usulan program", Urgency.SOON)
HEAD_OUT_OF_RANGE = Sign("lk-di-luar-garis", "LK di luar garis", _SOON, "SDIDTK 2022", Urgency.SOON)


def child_signs(age_days: int | None) -> list[Sign]:
    """The signs to ask about for a child of this age; all signs where the age is not known."""
    return [sign for sign in CHILD_SIGNS if sign.until_day is None or age_days is None or age_days <= sign.until_day]


def signs_from_growth(
    growth: Growth, age_days: int | None, oedema: bool, muac_cm: float | None, limits: Limits
) -> list[Sign]:
    """The danger signs of one measurement, the most urgent first.

    Same day: oedema, BB/TB or, at 6-59 months, LiLA under its limit. Within 3-7 days: TB/U or BB/U (below the red line)
    under its limit, head circumference beyond its own. A hardly possible score counts too once it has been confirmed.
    """
    judged = age_days is not None and ARM_FROM_DAY <= age_days <= ARM_TO_DAY
    head = None if growth.zhc is None else -abs(growth.zhc)
    found = {
        OEDEMA: oedema,
        VERY_THIN: _below(growth.zwfl, limits.today_bb_tb_below),
        THIN_ARM: judged and muac_cm is not None and muac_cm < limits.today_lila_below_cm,
        VERY_SHORT: _below(growth.zlen, limits.soon_tb_u_below),
        VERY_LIGHT: _below(growth.zwei, limits.soon_bb_u_below),
        HEAD_OUT_OF_RANGE: _below(head, -limits.soon_lk_u_beyond),
    }
    return [sign for sign, seen in found.items() if seen]


def signs_over_time(before: Growth, now: Growth, lost_g: int, twice_t: bool, limits: Limits) -> list[Sign]:
    """The danger signs of two measurements of one kind together; to be seen within 3-7 days.

    `lost_g` is the weight lost between them (`rules.velocity`), `twice_t` says 2T (`rules.weighing`).
    """
    found = {
        LOSS: lost_g > 0 and lost_g >= limits.soon_loss_g,
        TWICE_T: twice_t,
        FALL: bool(fallen(before, now, limits.soon_fall_z)),
    }
    return [sign for sign, seen in found.items() if seen]


def _below(z: float | None, limit: float) -> bool:
    """Whether the score, rounded to two decimals as printed, is strictly below the limit."""
    return z is not None and round(z, 2) < limit
