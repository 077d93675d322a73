"""Count the points of words and pairs from labelled sentences: uv run python -m bench.leanings tests/corpus/*.tsv

Writes ``content/danger_leanings.csv``. A logistic regression of "is a cry" on what ``content.leaning.features`` sees,
with a penalty on large weights (``PENALTY``); the weights are rounded to half a unit of log odds, one point each, and
those of no point are left out. The same sentences always give the same file. Takes some ten seconds.
"""

from __future__ import annotations

import csv
import math
import sys
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from bench.hearing import ORDINARY, sentences
from content.danger import LEANINGS, shipped
from content.leaning import START, features
from content.reading import read

SEEN_WORD, SEEN_PAIR = 2, 3  # sentences that must hold a word or a pair before it is weighed
PENALTY = 1.0
ROUNDS = 30  # passes over all weights; after some twenty nothing changes any more
FURTHEST = 1.0  # a step of one weight is never longer
POINT = 0.5  # log odds


def learn(labelled: Sequence[tuple[bool, Collection[str]]]) -> dict[str, int]:
    """Points by feature, from pairs of "is a cry" and the features of a sentence. One weight at a time is improved."""
    seen = Counter(name for _, names in labelled for name in names)
    kept = sorted(name for name, times in seen.items() if times >= (SEEN_PAIR if " " in name else SEEN_WORD))
    rows: dict[str, list[int]] = {name: [] for name in kept}
    for row, (_, names) in enumerate(labelled):
        for name in names:
            if name in rows:
                rows[name].append(row)
    cries = [float(cry) for cry, _ in labelled]
    odds, weights = [0.0] * len(labelled), dict.fromkeys(kept, 0.0)
    for _ in range(ROUNDS):
        for name, holding in rows.items():
            penalty = 0.0 if name == START else PENALTY
            slope, bend = penalty * weights[name], penalty + 1e-9
            for row in holding:
                likely = 1 / (1 + math.exp(-odds[row]))
                slope += likely - cries[row]
                bend += likely * (1 - likely)
            step = max(-FURTHEST, min(FURTHEST, -slope / bend))
            weights[name] += step
            for row in holding:
                odds[row] += step
    return {name: points for name, weight in weights.items() if (points := round(weight / POINT))}


def of_files(files: Collection[Path]) -> dict[str, int]:
    """The points that the sentences of these files give."""
    words = shipped()
    return learn([(label != ORDINARY, features(read(text, words), words)) for label, text in sentences(files)])


def write(points: Mapping[str, int], file: Path) -> None:
    """The points as a table, the highest first."""
    with file.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(("points", "said"))
        table.writerows((points[name], name) for name in sorted(points, key=lambda name: (-points[name], name)))


def main() -> None:
    points = of_files([Path(name) for name in sys.argv[1:]])
    write(points, LEANINGS)
    print(f"{LEANINGS.name}: {len(points)}")


if __name__ == "__main__":
    main()
