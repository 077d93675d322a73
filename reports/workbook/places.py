"""Find the kecamatan, kelurahan, puskesmas, posyandu or office of a cell; new ones of the last three are added."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable

from sqlalchemy.orm import Session

from db.places import District, HealthCentre, Office, Posyandu, Village
from db.roles import ScopeKind
from reports.workbook.names import DOUBTFUL, bare, is_called, meant, nearest, norm, tidy
from reports.workbook.problem import DependsOnError, Wrong
from reports.workbook.read import Book
from reports.workbook.staged import Record, StagedTable

Warn = Callable[[str, str], None]
"""Takes a column's header and a sentence about the row in hand."""


class Places:
    """The places of the database and of this workbook. Raises Wrong for a place that cannot be found."""

    def __init__(self, session: Session, book: Book, warn: Warn) -> None:
        self.warn = warn
        self.districts = StagedTable(session, District, ("name",))
        self.villages = StagedTable(session, Village, ("name", "district_id"), {"district_id": self.districts})
        self.centres = StagedTable(
            session, HealthCentre, ("name", "district_id", "phone", "hours"), {"district_id": self.districts}
        )
        self.posts = StagedTable(
            session, Posyandu, ("name", "village_id", "day", "opens"), {"village_id": self.villages}
        )
        self.offices = StagedTable(session, Office, ("name",))
        self._districts = {norm(record["name"]): record for record in self.districts}
        self._villages: dict[str, list[Record]] = defaultdict(list)
        for record in self.villages:
            self._villages[norm(record["name"])].append(record)
        self._centres = {norm(record["name"]): record for record in self.centres}
        self._offices = {norm(record["name"]): record for record in self.offices}
        self._posts: dict[str, dict[Record, Record]] = defaultdict(dict)  # name -> kelurahan -> posyandu
        for record in self.posts:
            self._posts[norm(record["name"])][record["village_id"]] = record

        self._offices_in_file = {norm(row["opd"]) for row in book["ASN"] if row["opd"]}
        named = (row["posyandu"] for sheet in ("Posyandu", "Keluarga") for row in book[sheet])
        self._posts_in_file = {norm(bare("posyandu", name)) for name in named if name}
        self._families_unread = "Keluarga" in book.unread

    def district(self, name: str, column: str = "kecamatan") -> Record:
        name = bare("kecamatan", name)
        if found := self._districts.get(norm(name)):
            return found
        raise Wrong(f"Kecamatan {name} tidak dikenal.{meant(name, _names(self.districts))}", column)

    def village(self, name: str, district: str | None = None, column: str = "kelurahan") -> Record:
        """The kelurahan of this name, in this kecamatan where one is given."""
        name = bare("kelurahan", name)
        found = self._villages.get(norm(name), [])
        if district is None:
            if len(found) == 1:
                return found[0]
            if found:
                pairs = " atau ".join(f"{v['name']} ({v['district_id']['name']})" for v in found)
                raise Wrong(f"Ada {len(found)} kelurahan bernama {name}: {pairs}. Tulis juga kecamatannya.", column)
            raise Wrong(f"Kelurahan {name} tidak dikenal.{self._meant(name, self.villages)}", column)
        within = self.district(district)
        for village in found:
            if village["district_id"] is within:
                return village
        if found:
            elsewhere = " atau ".join(village["district_id"]["name"] for village in found)
            raise Wrong(
                f"Kelurahan {name} ada di Kecamatan {elsewhere}, bukan {within['name']}. Perbaiki salah satunya.",
                column,
            )
        here = [village for village in self.villages if village["district_id"] is within]
        raise Wrong(f"Kelurahan {name} tidak ada di Kecamatan {within['name']}.{self._meant(name, here)}", column)

    def office(self, name: str, column: str) -> Record:
        name = tidy(name)
        if found := self._offices.get(norm(name)):
            return found
        self._doubt(column, "Kantor", name, self.offices)
        return self._offices.setdefault(norm(name), self.offices.add({"name": name}))

    def own_office(self, name: str) -> Record | None:
        """The office of an organisation that is one itself: one of this name is known, or named by somebody's row."""
        found = self._offices.get(norm(name))
        return self.office(name, "nama") if found is None and norm(name) in self._offices_in_file else found

    def centre(self, name: str, district: Record | None, column: str) -> Record:
        name = bare("puskesmas", name)
        if found := self._centres.get(norm(name)):
            return found
        self._doubt(column, "Puskesmas", name, self.centres)
        return self._centres.setdefault(norm(name), self.centres.add({"name": name, "district_id": district}))

    def post(self, name: str, village: Record) -> Record:
        """The posyandu of this name in this kelurahan."""
        name = bare("posyandu", name)
        known = self._posts[norm(name)]
        if village not in known:
            known[village] = self.posts.add({"name": name, "village_id": village})
        return known[village]

    def charge(self, scope: ScopeKind, name: str | None) -> Record | int:
        """A coordinator's scope id: an office or a place, or 0 for the whole city."""
        if scope == ScopeKind.CITY:
            return 0
        if not name:
            raise Wrong(f"Tulis nama {scope} yang dikoordinasikan.", "nilai")
        if scope == ScopeKind.OFFICE:
            return self.office(name, "nilai")
        if scope == ScopeKind.HEALTH_CENTRE:
            return self.centre(name, None, "nilai")
        if scope == ScopeKind.POSYANDU:
            return self._written_post(name, "nilai")
        return self.district(name, "nilai") if scope == ScopeKind.DISTRICT else self._pair(name, "nilai")

    def workplace(self, name: str) -> tuple[ScopeKind, Record]:
        """Where a health worker serves: a posyandu, a puskesmas or a kelurahan, and which one."""
        if is_called("puskesmas", name):
            return ScopeKind.HEALTH_CENTRE, self.centre(name, None, "tempat")
        if is_called("posyandu", name):
            return ScopeKind.POSYANDU, self._written_post(name, "tempat")
        return ScopeKind.VILLAGE, self._pair(name, "tempat")

    def _written_post(self, name: str, column: str) -> Record:
        post, where = _brackets(bare("posyandu", name))
        if where:
            return self.post(post, self._pair(_comma_as_brackets(where), column))
        known = self._posts.get(norm(post), {})
        if len(known) == 1:
            return next(iter(known.values()))
        if known:
            pairs = " atau ".join(f"Posyandu {post} ({village['name']})" for village in known)
            raise Wrong(f"Ada {len(known)} posyandu bernama {post}. Tulis {pairs}.", column)
        if self._families_unread or norm(post) in self._posts_in_file:
            raise DependsOnError
        hint = meant(post, _names(self.posts))
        raise Wrong(
            f"Posyandu {post} belum tercatat.{hint} Bila baru, tulis kelurahannya: Posyandu {post} (nama kelurahan).",
            column,
        )

    def _pair(self, text: str, column: str) -> Record:
        """Kelurahan and kecamatan of a text: a kelurahan alone, or "Poasia (Abeli)"."""
        village, district = _brackets(text)
        try:
            return self.village(village, district, column)
        except Wrong as wrong:
            raise Wrong(wrong.sentence, column) from None

    def _doubt(self, column: str, word: str, name: str, table: StagedTable) -> None:
        if like := nearest(name, _names(table), DOUBTFUL):
            self.warn(
                column, f"{word} {name} belum tercatat dan akan ditambahkan. Periksa: mungkin sama dengan {like}?"
            )

    @staticmethod
    def _meant(name: str, villages: Iterable[Record]) -> str:
        known = {village["name"]: village for village in villages}
        like = nearest(name, known)
        return f" Maksudnya {like} (Kecamatan {known[like]['district_id']['name']})?" if like else ""


def _names(table: StagedTable) -> list[str]:
    return [record["name"] for record in table]


def _brackets(text: str) -> tuple[str, str | None]:
    match = re.fullmatch(r"(.+?)\s*\((.+)\)", tidy(text))
    return (match[1], match[2]) if match else (tidy(text), None)


def _comma_as_brackets(text: str) -> str:
    """The text with "Poasia, Abeli" inside brackets read as a kelurahan and its kecamatan."""
    village, comma, district = text.partition(",")
    return f"{village} ({district.strip()})" if comma else text
