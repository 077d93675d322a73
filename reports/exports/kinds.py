"""Which lists there are, and who may have which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from db.children import Family
from db.people import Person
from db.roles import Role
from programme import disclosure
from programme.disclosure import Shown
from programme.scopes import CITY, Scope, held_by


class Export(StrEnum):
    """What a list is about; the word stands in buttons."""

    CHILDREN = "anak"
    FAMILIES = "keluarga"
    ASN = "asn"
    ASSIGNMENTS = "pendampingan"
    PROPOSALS = "usulan"
    VISITS = "kunjungan"
    MEASUREMENTS = "pengukuran"
    REFERRALS = "rujukan"
    AID = "bantuan"
    STAFF = "petugas"
    PLACES = "tempat"


LABELS = {
    Export.CHILDREN: "Anak",
    Export.FAMILIES: "Keluarga",
    Export.ASN: "ASN",
    Export.ASSIGNMENTS: "Pendampingan",
    Export.PROPOSALS: "Usulan pendamping",
    Export.VISITS: "Kunjungan",
    Export.MEASUREMENTS: "Pengukuran",
    Export.REFERRALS: "Rujukan",
    Export.AID: "Bantuan",
    Export.STAFF: "Koordinator dan nakes",
    Export.PLACES: "Posyandu dan puskesmas",
}
OF_PLACES = (
    Export.CHILDREN, Export.FAMILIES, Export.ASN, Export.ASSIGNMENTS, Export.PROPOSALS, Export.VISITS,
    Export.MEASUREMENTS, Export.REFERRALS, Export.AID,
)  # fmt: skip
OF_OFFICE = (Export.ASN, Export.ASSIGNMENTS, Export.VISITS)
"""An office leads its ASN, and has no task in anybody's health (``disclosure.BY_SCOPE``)."""
OF_ADMIN = (Export.ASN, Export.STAFF, Export.PLACES)


@dataclass(frozen=True)
class Reader:
    """Who asks for a list: their scopes, empty for an administrator, and the day."""

    held: tuple[Scope, ...]
    today: date

    @property
    def is_everywhere(self) -> bool:
        """Whether the whole city's people are theirs to see."""
        return not self.held or CITY in self.held

    @property
    def places(self) -> list[Scope]:
        return [CITY] if CITY in self.held else disclosure.of_places(self.held)

    @property
    def offices(self) -> list[int]:
        return [scope.id for scope in self.held if scope not in disclosure.of_places(self.held)]

    def shown(self, family: Family, agrees: bool) -> Shown:
        return disclosure.of_list(self.held, family, agrees)


def offered(person: Person) -> tuple[Export, ...]:
    """The lists that this person may have, in the order in which they are offered."""
    held = held_by(person)
    allowed = set(OF_PLACES if disclosure.of_places(held) else OF_OFFICE if held else ())
    if person.has(Role.ADMIN) or CITY in held:
        allowed |= set(OF_ADMIN)
    return tuple(one for one in Export if one in allowed)


def reader(person: Person, what: Export, today: date) -> Reader:
    """Who reads this list: staff and ASN an administrator reads of the whole city."""
    everywhere = person.has(Role.ADMIN) and what in OF_ADMIN
    return Reader(() if everywhere else tuple(held_by(person)), today)
