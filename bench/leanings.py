"""Count the points of words and pairs from labelled sentences: uv run python -m bench.leanings tests/corpus/*.tsv

Writes ``content/danger_leanings.csv``. A logistic regression of "is a cry" on what ``content.leaning.wording`` sees,
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
from content.danger import FAMILIAR, LEANINGS, shipped
from content.leaning import START, Wording, strangers, wording
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


def held(labelled: Sequence[tuple[bool, Wording]]) -> Counter[str]:
    """How many cries hold each word."""
    return Counter(word for cry, said in labelled if cry for word in said.words)


def seen_as_new(labelled: Sequence[tuple[bool, Wording]]) -> list[tuple[bool, Collection[str]]]:
    """The features of each sentence as if it were new: a word of a cry is known from other cries alone."""
    cries = held(labelled)
    return [
        (cry, said.words | said.others | strangers(sum(cries[word] - cry < FAMILIAR for word in said.words)))
        for cry, said in labelled
    ]


def write(points: Mapping[str, int], cries: Mapping[str, int], file: Path) -> None:
    """The points as a table, the highest first, with how many cries hold a word; familiar words of no point too."""
    said = {*points, *(word for word, times in cries.items() if times >= FAMILIAR)}
    with file.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(("points", "said", "cries"))
        for name in sorted(said, key=lambda name: (-points.get(name, 0), name)):
            table.writerow((points.get(name, 0), name, cries.get(name, "")))


def main() -> None:
    words = shipped()
    labelled = [
        (label != ORDINARY, wording(read(text, words), words))
        for label, text in sentences([Path(name) for name in sys.argv[1:]])
    ]
    points = learn(seen_as_new(labelled))
    write(points, held(labelled), LEANINGS)
    print(f"{LEANINGS.name}: {len(points)}")


if __name__ == "__main__":
    main()
