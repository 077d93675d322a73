"""The secret key of invitation codes: in the city's folder or the settings, never in the database (decision 0024)."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path
from secrets import token_bytes

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.settings import PREFIX, Settings
from db import codes
from db.people import Invitation

FILE = Path("asuh-secret.key")
SETTING = f"{PREFIX}SECRET_KEY"
HEX = re.compile(r"[0-9a-fA-F]{64}")
OTHERS = 0o077  # permissions of everybody but the owner

RESTORE = f"Kembalikan berkas {FILE} dari cadangan, atau isi {SETTING}."
NOT_MADE = "Kunci kode undangan belum dibuat. Jalankan dulu: asuh migrate"
MISSING = f"Kunci kode undangan tidak ada. {RESTORE} Kalau hilang, jalankan: asuh migrate --new-key"
OTHER = f"Kunci kode undangan bukan kunci basis data ini. {RESTORE}"
MALFORMED = f"Isi {FILE} bukan kunci: harus 64 angka dan huruf a-f. {RESTORE}"


def load(settings: Settings) -> bytes | None:
    """The key of the settings, or else of the file; None where there is none that can be used."""
    if settings.secret_key is not None:
        return bytes.fromhex(settings.secret_key.get_secret_value())
    written = FILE.read_text(encoding="ascii", errors="replace").strip() if FILE.exists() else ""
    return bytes.fromhex(written) if HEX.fullmatch(written) else None


def problem(session: Session, settings: Settings) -> str:
    """Why codes can be neither made nor tried now, as a sentence; "" where the key fits the database."""
    key = load(settings)
    if codes.known_fingerprint(session) is None:
        return NOT_MADE
    if key is None:
        return MALFORMED if FILE.exists() else MISSING
    return "" if codes.fits(session, key) else OTHER


def prepare(session: Session, settings: Settings, now: datetime, *, new: bool = False) -> str:
    """Make the key of a database that has none yet. Returns why that is not possible, or "".

    ``new``: replace a key that is lost; all codes under the old one expire.
    """
    if not new and codes.known_fingerprint(session) is not None:
        return problem(session, settings)
    if new:
        unused = update(Invitation).where(Invitation.used_at.is_(None), Invitation.keyed, Invitation.expires_at > now)
        session.execute(unused.values(expires_at=now))
        if settings.secret_key is None:
            FILE.unlink(missing_ok=True)
    if (key := load(settings)) is None:
        if FILE.exists():
            return MALFORMED
        key = _make()
    if not codes.fits(session, key):
        codes.take_up(session, key, now)
    return ""


def is_open_to_others() -> bool:
    """Whether other accounts of this machine may read or change the file."""
    return os.name == "posix" and FILE.exists() and bool(FILE.stat().st_mode & OTHERS)


def _make() -> bytes:
    """Write a new key into a file that only its owner may read. Raises OSError, FileExistsError too."""
    key = token_bytes(codes.KEY_BYTES)
    descriptor = os.open(FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{key.hex()}\n")
        file.flush()
        os.fsync(file.fileno())  # the database must not know a key that is not on the disk
    return key
