"""The services a child or a pregnant woman should have had by now, as rows that carry their source."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rules.stages import age, months_after

RECENT_MONTHS = 2
"""What fell due this long ago is still asked about, even when something newer of its kind has come."""
RECENT_WEEKS = 8
LAST_MONTH = 60
"""The services for under-fives end with the fifth birthday."""


class Kind(StrEnum):
    IMMUNISATION = "imunisasi"
    VITAMIN_A = "vitamin A"
    DEWORMING = "obat cacing"
    WEIGHING = "penimbangan"
    ANTENATAL = "pemeriksaan kehamilan"
    TABLETS = "tablet tambah darah"


@dataclass(frozen=True)
class Service:
    """What to ask about: `label` fits a button, `detail` says more. `id` is stable, so that an answer can be kept."""

    id: str
    kind: Kind
    label: str
    detail: str
    source: str


@dataclass(frozen=True)
class Schedule:
    """An immunisation schedule of a place and a time: completed months of age and what is given then."""

    id: str
    source: str
    rows: tuple[tuple[int, str], ...]


DEFAULT = Schedule(
    id="nasional-2024",
    source="Kepmenkes HK.01.07/MENKES/1098/2024, diubah 35/2025",
    rows=(
        (0, "HB-0"),
        (1, "BCG, polio tetes 1"),
        (2, "DPT-HB-Hib 1, polio tetes 2, PCV 1, rotavirus 1"),
        (3, "DPT-HB-Hib 2, polio tetes 3, PCV 2, rotavirus 2"),
        (4, "DPT-HB-Hib 3, polio tetes 4, polio suntik 1, rotavirus 3"),
        (9, "campak-rubela 1, polio suntik 2"),
        (12, "PCV 3"),
        (18, "DPT-HB-Hib 4, campak-rubela 2"),
    ),
)
"""Without the hexavalent vaccine and without JE; a district that gives them has its own schedule."""

VITAMIN_A_MONTHS = (2, 8)
VITAMIN_A_SOURCE = "Permenkes 21/2015"
DEWORMING_MONTHS = (12, 24, 36, 48)
"""Once a year; where worms are common it is given twice, with the same question."""
DEWORMING_SOURCE = "Permenkes 15/2017"

ANTENATAL_SOURCE = "Permenkes 21/2021"
ANTENATAL = (
    (8, "Sekali di trimester 1 dengan dokter dan USG."),
    (16, "Trimester 2."),
    (24, "Trimester 2."),
    (30, "Trimester 3."),
    (34, "Sekali di trimester 3 dengan dokter dan USG."),
    (38, "Trimester 3."),
)
"""The week from which each of the six visits is asked about: 1 in trimester 1, 2 in trimester 2, 3 in trimester 3."""
TABLETS = Service(
    "tablet",
    Kind.TABLETS,
    "Tablet tambah darah",
    "TTD atau MMS setiap hari, sesuai yang diberikan bidan.",
    ANTENATAL_SOURCE,
)


def services_due(born: date, today: date, schedule: Schedule = DEFAULT) -> list[Service]:
    """What a visitor should ask about today: of each kind the newest that has come, and all of the last two months.

    Empty from the fifth birthday on. Raises ValueError when the birth lies after `today`.
    """
    if age(born, today).months >= LAST_MONTH:
        return []
    return [
        *_immunisations(born, today, schedule),
        *_vitamin_a(born, today),
        *_deworming(born, today),
        Service(
            f"timbang-{today:%Y-%m}",
            Kind.WEIGHING,
            "Ditimbang bulan ini",
            "Di posyandu atau puskesmas.",
            "Buku KIA 2023",
        ),
    ]


def antenatal_due(week: int) -> list[Service]:
    """What to ask a woman in this completed week: the newest visit due, those of the last eight weeks, the tablets."""
    come = [(number, row) for number, row in enumerate(ANTENATAL, 1) if row[0] <= week]
    return [
        *(
            Service(f"anc-{number}", Kind.ANTENATAL, f"Periksa hamil ke-{number}", detail, ANTENATAL_SOURCE)
            for number, (opens, detail) in come
            if number == come[-1][0] or week - opens <= RECENT_WEEKS
        ),
        TABLETS,
    ]


def _immunisations(born: date, today: date, schedule: Schedule) -> list[Service]:
    current = _current(born, today, tuple(months for months, _ in schedule.rows))
    return [
        Service(
            f"imunisasi-{schedule.id}-{months}",
            Kind.IMMUNISATION,
            f"Imunisasi {months} bulan" if months else "Imunisasi saat lahir",
            vaccines,
            schedule.source,
        )
        for months, vaccines in schedule.rows
        if months in current
    ]


def _current(born: date, today: date, due_months: tuple[int, ...]) -> list[int]:
    """Of the ages at which something falls due: the newest that has come, and those of the last two months."""
    come = [months for months in due_months if months_after(born, months) <= today]
    return [months for months in come if months == come[-1] or today <= months_after(born, months + RECENT_MONTHS)]


def _vitamin_a(born: date, today: date) -> list[Service]:
    """The capsule of the last February or August, if the child had its age by the end of that month."""
    rounds = [date(year, month, 1) for year in (today.year - 1, today.year) for month in VITAMIN_A_MONTHS]
    begun = max(day for day in rounds if day <= today)
    last_day = min(today, months_after(begun, 1) - timedelta(days=1))
    if born > last_day or (months := age(born, last_day).months) < 6:
        return []
    colour = "biru" if months < 12 else "merah"
    label = f"Vitamin A {'Februari' if begun.month == 2 else 'Agustus'}"
    return [Service(f"vitamin-a-{begun:%Y-%m}", Kind.VITAMIN_A, label, f"Kapsul {colour}.", VITAMIN_A_SOURCE)]


def _deworming(born: date, today: date) -> list[Service]:
    return [
        Service(f"cacing-{months}", Kind.DEWORMING, "Obat cacing tahun ini", "Diberikan petugas.", DEWORMING_SOURCE)
        for months in _current(born, today, DEWORMING_MONTHS)[-1:]
    ]
