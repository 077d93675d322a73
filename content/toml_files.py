"""Folders of TOML files, one thing in each: read with every mistake named by its file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from content import places
from content.lessons import ContentError

T = TypeVar("T")


def place(path: Path) -> str:
    """How a file is named in a problem: "whatsapp/pesan.toml"."""
    return f"{path.parent.name}/{path.name}"


def raw(path: Path) -> dict[str, Any]:
    """The file as it stands. Raises ContentError where it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ContentError([f"{place(path)}: {places.of_toml(error)}"]) from error
    except UnicodeDecodeError as error:
        raise ContentError([f"{place(path)}: berkas ini tidak bisa dibuka sebagai teks UTF-8"]) from error


def every(folder: Path, read: Callable[[Path], T]) -> tuple[list[T], list[str]]:
    """What ``read`` makes of each file of the folder, in order, and the problems of those that it refuses."""
    found: list[T] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            found.append(read(path))
        except ContentError as error:
            problems += error.problems
    return found, problems
