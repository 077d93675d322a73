"""How well danger is heard: uv run python -m bench.hearing FILE.tsv [FILE.tsv ...] [--show]

Each line is ``label<TAB>text``: "-" for an ordinary message, else the group of the cry. Prints for each group how many
of its cries were heard and how many woke people, then ``woken R/N false F/M``, and last ``recall R/N false F/M`` for
what is heard: R of N cries, F of M ordinary messages. ``--show`` lists what was missed and what was heard in vain.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from content.danger import GROUPS, shipped
from content.hearing import Heard, Level, hear

ORDINARY = "-"


class Line(NamedTuple):
    """One labelled sentence and what was heard in it."""

    label: str
    text: str
    heard: Heard | None

    @property
    def woken(self) -> bool:
        return self.heard is not None and self.heard.level is Level.WOKEN


def sentences(files: Iterable[Path]) -> list[tuple[str, str]]:
    """The labels and texts of the files. Raises ValueError for a line that has no label of ours."""
    found: list[tuple[str, str]] = []
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            label, tab, text = line.partition("\t")
            if not line.strip() or line.startswith("#"):
                continue
            if not tab or label not in (ORDINARY, *GROUPS):
                raise ValueError(f"{file}:{number}: begin with '-' or one of {', '.join(GROUPS)}, and a tab")
            found.append((label, text))
    return found


def judge(labelled: Iterable[tuple[str, str]]) -> list[Line]:
    """What is heard in each sentence."""
    words = shipped()
    return [Line(label, text, hear(text, words)) for label, text in labelled]


def report(lines: Sequence[Line]) -> list[str]:
    """The counts as lines of text; the last is the recall and the false alarms of what is heard."""
    shown: list[str] = []
    for group in GROUPS:
        of_group = [line for line in lines if line.label == group]
        if of_group:
            heard, woken = sum(line.heard is not None for line in of_group), sum(line.woken for line in of_group)
            shown.append(
                f"{group:12}{len(of_group):5} heard {heard / len(of_group):6.1%} woken {woken / len(of_group):6.1%}"
            )
    cries = [line for line in lines if line.label != ORDINARY]
    ordinary = [line for line in lines if line.label == ORDINARY]
    shown.append(
        f"woken {sum(line.woken for line in cries)}/{len(cries)} "
        f"false {sum(line.woken for line in ordinary)}/{len(ordinary)}"
    )
    shown.append(
        f"recall {sum(line.heard is not None for line in cries)}/{len(cries)} "
        f"false {sum(line.heard is not None for line in ordinary)}/{len(ordinary)}"
    )
    return shown


def main() -> None:
    show = "--show" in sys.argv
    files = [Path(name) for name in sys.argv[1:] if not name.startswith("--")]
    lines = judge(sentences(files))
    if show:
        for line in lines:
            cry, level = line.label != ORDINARY, line.heard.level if line.heard else None
            if (cry and level is not Level.WOKEN) or (not cry and level):
                what = [f"{one.finding}={one.points}" for one in line.heard.found] if line.heard else ""
                print(f"{line.label:10} {level or 'nothing':8} {line.text}  {what}")
    print("\n".join(report(lines)))


if __name__ == "__main__":
    main()
