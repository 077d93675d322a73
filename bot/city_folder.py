"""A city's files in the working folder, which replace those shipped with Asuh.

programme.toml   the city's own cadence, thresholds and hours
wilayah.csv      its kecamatan and kelurahan: columns code, kecamatan, kelurahan
puskesmas.csv    its puskesmas: columns puskesmas, kecamatan
asuh-secret.key  the key of its invitation codes; see secret_key
penghapusan.csv  the families that were erased, written by the service: a restored backup forgets them again
layanan.csv      its own rows of services, which replace national ones: columns as in rules/services/rows.csv
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot import secret_key
from bot.settings import Settings, SettingsError
from content import lessons, programme
from content.city import City
from content.templates import Templates
from db.engine import connect
from drawing import attachments
from programme import erasure_register
from reports.workbook import areas
from rules.services import reading

PROGRAMME, VILLAGES, HEALTH_CENTRES = Path("programme.toml"), Path("wilayah.csv"), Path("puskesmas.csv")
SERVICES, ERASURES = Path("layanan.csv"), Path("penghapusan.csv")
KENDARI = "Kota Kendari"


def city(settings: Settings) -> City:
    """The city's configuration.

    Raises ProgrammeError, lessons.ContentError, ServicesError or PlacesError with every mistake in a file.
    """
    return City(
        name=settings.city,
        zone=settings.zone,
        programme=programme.load(PROGRAMME if PROGRAMME.exists() else programme.FILE),
        library=lessons.shipped(),
        templates=Templates(),
        files=settings.files,
        services=reading.read(SERVICES) if SERVICES.exists() else (),
        district=district(settings),
        secret=secret_key.load(settings) or b"",
        erasures=ERASURES,
    )


def repeat_erasures(session: Session, settings: Settings, now: datetime) -> int:
    """Erase again what the register of erasures names, and write it anew. Returns how many families."""
    erased, pictures = erasure_register.repeat(session, ERASURES, now)
    attachments.delete(settings.files, pictures)
    session.flush()
    erasure_register.write(session, ERASURES)
    return erased


def database(settings: Settings) -> Engine:
    """The database engine of the settings, not yet connected. Raises SettingsError when its driver is not installed."""
    try:
        return connect(settings.database_url)
    except ModuleNotFoundError:
        raise SettingsError(
            ["ASUH_DATABASE_URL: penghubung PostgreSQL belum terpasang. Jalankan: uv sync --extra postgres"]
        ) from None


def village_file(settings: Settings) -> Path | None:
    """The list of kelurahan: the city's own file, or Kendari's for Kendari; None for another city without a file."""
    return VILLAGES if VILLAGES.exists() else areas.KENDARI if settings.city == KENDARI else None


def district(settings: Settings) -> str:
    """The Kemendagri code of the city ("74.71"), with which the codes of all kelurahan begin; empty without one."""
    villages = village_file(settings)
    codes = {row["code"][:5] for row in areas.rows(villages, areas.VILLAGES)} if villages else set[str]()
    return codes.pop() if len(codes) == 1 else ""


def seed_places(session: Session, settings: Settings) -> int:
    """Add the places that are not in the database yet. Returns how many."""
    villages = village_file(settings)
    added = areas.seed_places(session, villages) if villages else 0
    if HEALTH_CENTRES.exists():
        return added + areas.seed_health_centres(session, HEALTH_CENTRES)
    return added + (areas.seed_health_centres(session) if villages == areas.KENDARI else 0)
