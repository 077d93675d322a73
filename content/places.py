"""Where in a file something cannot be read, in Indonesian."""

from __future__ import annotations

import re
from tomllib import TOMLDecodeError

from yaml import MarkedYAMLError, YAMLError

MEND = "periksa tanda petik, kurung, koma, dan titik dua di sana"


def of_toml(problem: TOMLDecodeError) -> str:
    """The sentence for a TOML file that cannot be read."""
    found = re.search(r"line (\d+), column (\d+)", str(problem))
    return _sentence(f"baris {found[1]}, huruf ke-{found[2]}," if found else "bagian akhirnya")


def of_yaml(problem: YAMLError, above: int = 0) -> str:
    """The sentence for YAML that cannot be read; ``above`` is how many lines stand above it in its file."""
    mark = problem.problem_mark if isinstance(problem, MarkedYAMLError) else None
    return _sentence(f"baris {mark.line + 1 + above}, huruf ke-{mark.column + 1}," if mark else "sebagian isinya")


def _sentence(place: str) -> str:
    return f"{place} tidak bisa dibaca; {MEND}"
