"""Invitation codes as they are stored: an HMAC under a secret key that is not in the database (RFC 2104, SHA-256).

Whoever has a copy of the database alone can try no codes. The database keeps a fingerprint of the key, so that another
key is noticed before it makes every card invalid.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256
from secrets import compare_digest

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key

KEY_BYTES = 32
FINGERPRINT = b"asuh: fingerprint of the key of invitation codes"


class CodeKey(Base):
    """The fingerprint of the key under which codes are hashed; the newest row counts."""

    __tablename__ = "code_key"

    id: Mapped[Key]
    fingerprint: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


def hashed(code: str, key: bytes) -> str:
    """The hash under which a code is stored. Case, blanks and dashes do not matter. Raises ValueError without a key."""
    if len(key) != KEY_BYTES:
        raise ValueError("no key for invitation codes")
    return hmac.digest(key, _signs(code), "sha256").hex()


def hashed_without_key(code: str) -> str:
    """The hash of a code that was issued before there was a key."""
    return sha256(_signs(code)).hexdigest()


def _signs(code: str) -> bytes:
    return "".join(sign for sign in code.upper() if sign.isalnum()).encode()


def fingerprint(key: bytes) -> str:
    return hmac.digest(key, FINGERPRINT, "sha256").hex()


def known_fingerprint(session: Session) -> str | None:
    """The fingerprint of the key of this database; None as long as there is none."""
    return session.scalar(select(CodeKey.fingerprint).order_by(CodeKey.id.desc()).limit(1))


def fits(session: Session, key: bytes) -> bool:
    """Whether this is the key of the database."""
    return compare_digest(known_fingerprint(session) or "", fingerprint(key))


def take_up(session: Session, key: bytes, now: datetime) -> None:
    """Make this the key of the database. Codes under another one are not valid any more."""
    session.add(CodeKey(fingerprint=fingerprint(key), at=now))
