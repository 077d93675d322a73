"""Channels' payloads made storable in every database."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, cast

DEEPEST = 40  # levels; real updates have about ten


def storable(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The payload with NaN and infinity as null, without NUL and lone surrogates, cut at DEEPEST levels.

    Python reads and writes them in JSON; PostgreSQL refuses them, and would refuse all that came with them.
    """
    return {_text(name): _clean(value, 1) for name, value in raw.items()}


def _clean(value: Any, level: int) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Mapping | list) and level >= DEEPEST:
        return None
    if isinstance(value, Mapping):
        held = cast(Mapping[str, Any], value)
        return {_text(name): _clean(one, level + 1) for name, one in held.items()}
    if isinstance(value, list):
        return [_clean(one, level + 1) for one in cast(list[Any], value)]
    return value


def _text(value: str) -> str:
    return value.replace("\0", "").encode("utf-8", "replace").decode()
