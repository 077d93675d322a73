"""What the import of a workbook costs: uv run python -m bench.workbook [ROWS]

Writes an invented workbook, imports it into an empty SQLite file, then imports it again.
"""

import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import xlsxwriter

from db import migrate
from db.engine import connect, sessions
from reports.workbook.areas import pairs, seed_health_centres, seed_places
from reports.workbook.columns import SHEETS
from reports.workbook.importing import apply

NOW = datetime(2026, 3, 20, 1, 0, tzinfo=UTC)


def city(rows: int) -> dict[str, list[Sequence[Any]]]:
    """So many rows in all: a tenth ASN, a fifth families, as many children and fosterings, the rest measurements."""
    asn, families = rows // 10, rows // 5
    measurements = rows - asn - 3 * families
    places = pairs()
    nips = [f"19850312{2010 + n // 12000:04}{n // 1000 % 12 + 1:02}1{n % 1000:03}" for n in range(asn)]
    born = [f"{date(2025, 3, 1) - timedelta(days=n % 600):%d/%m/%Y}" for n in range(families)]
    return {
        "ASN": [(nip, f"Pegawai {n}", f"Dinas {n % 30}", f"0812{n:08}") for n, nip in enumerate(nips)],
        "Keluarga": [
            (f"KEL-{n}", f"Ibu {n}", f"0813{n:08}", *places[n % len(places)], f"Melati {n % 3}", "Mata")
            for n in range(families)
        ],
        "Anak": [
            (f"ANAK-{n}", f"KEL-{n}", f"Anak {n}", "LP"[n % 2], born[n], 2500 + n % 1000, "stunting")
            for n in range(families)
        ],
        "Pendampingan": [(nips[n % asn], f"ANAK-{n}", "", "01/02/2026", "440/1/2026") for n in range(families)],
        "Pengukuran": [
            (f"ANAK-{n % families}", f"{date(2026, 3, 5) - timedelta(days=30 * (n // families)):%d/%m/%Y}",
             "8,4", 74.5, "telentang", "13,5", "tidak", "posyandu")
            for n in range(measurements)
        ],
    }  # fmt: skip


def write(path: Path, sheets: dict[str, list[Sequence[Any]]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        for sheet in SHEETS:
            if sheet.name in sheets:
                page = book.add_worksheet(sheet.name)
                for line, row in enumerate([[column.header for column in sheet.columns], *sheets[sheet.name]]):
                    for place, value in enumerate(row):
                        page.write(line, place, value)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "city.xlsx"
        write(path, city(rows))
        engine = connect(f"sqlite:///{folder}/city.sqlite")
        migrate.upgrade(engine)
        for attempt in ("first", "again"):
            with sessions(engine)() as session:
                seed_places(session)
                seed_health_centres(session)
                begun = perf_counter()
                result = apply(session, path, NOW)
                session.commit()
                took = perf_counter() - begun
            assert not result.errors, list(map(str, result.errors[:3]))
            print(f"{attempt}: {rows:,} rows in {took:.2f} s; added {result.added:,}, unchanged {result.unchanged:,}")
        engine.dispose()


if __name__ == "__main__":
    main()
