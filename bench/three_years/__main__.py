"""A city lived through three years, and audited: uv run python -m bench.three_years [FAMILIES] [YEARS] [SEED]

Prints the report; ends with status 1 when there is any violation. The months that have passed go to stderr.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import structlog

from bench.three_years import report
from bench.three_years.running import examine, run


def main() -> int:
    families, years, seed = (float(n) for n in (*sys.argv[1:4], *("1000", "3", "1")[len(sys.argv) - 1 :]))
    began = perf_counter()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as folder:
        world, book = run(Path(folder), int(families), round(years * 365), int(seed))
        fates, found = examine(world, book)
        print(report.tell(world, book, fates, found))
    print(f"{perf_counter() - began:.0f} s")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
