"""The same children through pygrowup2; run by bench.zscores with an interpreter that has it.

Reads children as JSON from standard input, writes the seconds taken and the six z-scores of each. This file imports
nothing of ours.
"""

import json
import sys
from importlib import import_module
from time import perf_counter
from typing import Any

Observation: Any = import_module("pygrowup").Observation


def scores(child: Any) -> list[float | None]:
    sex, day, weight, length, head, arm = child
    seen = Observation(sex="male" if sex == "L" else "female", age_in_days=day)
    # As text: its decimals would otherwise be those of a binary float.
    bmi = str(weight / (length / 100) ** 2)
    weight, length, head, arm = str(weight), str(length), str(head), str(arm)
    by_length = seen.wfl if day < 731 else seen.wfh
    asked = (
        (seen.lhfa, (length, day < 731)), (seen.wfa, (weight,)), (by_length, (weight, length)),
        (seen.bmifa, (bmi,)), (seen.hcfa, (head,)), (seen.acfa, (arm,)),
    )  # fmt: skip
    found: list[float | None] = []
    for ask, values in asked:
        try:
            found.append(float(ask(*values)))
        except Exception:
            found.append(None)
    return found


children = json.load(sys.stdin)
scores(children[0])  # its tables are modules, imported at first use
begun = perf_counter()
found = [scores(child) for child in children]
json.dump([perf_counter() - begun, found], sys.stdout)
