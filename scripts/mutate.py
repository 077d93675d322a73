"""Mutation testing with mutmut: change one thing in a module, run the tests that fit, and print what no test noticed.

Called by ``scripts/mutants``, which brings mutmut. It works on a copy of the tree in ``.mutants`` (git-ignored), in
one process, on SQLite alone. mutmut changes the inside of functions: not what stands at the top of a module, and not
functions with a decorator. What is known of the survivors stands in docs/mutants.md.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".mutants"
ROOMS = ("rules", "flow", "content", "db", "programme", "drawing", "delivery", "reports", "scheduler", "handlers",
         "bot", "demo")  # fmt: skip

SENDING = ("tests/delivery/test_failure_policy.py", "tests/delivery/test_results.py",
           "tests/delivery/test_service_window.py")  # fmt: skip
TESTS: dict[str, Sequence[str]] = {
    "programme/policy.py": ("tests/handlers/chat/test_policy.py",),
    "handlers/chat/choose_subject.py": ("tests/handlers/chat/test_policy.py",),
    "handlers/shell/taps.py": ("tests/handlers/shell/test_taps.py",),
    "db/queue.py": ("tests/db/test_queue.py",),
    "delivery/results.py": SENDING,
    "delivery/failure_policy.py": SENDING,
    "programme/still_valid.py": (
        "tests/programme/test_still_valid.py",
        "tests/delivery/test_before_send.py",
        "tests/delivery/test_about.py",
    ),
    "scheduler/lessons/planning.py": ("tests/scheduler/lessons",),
    "rules/calendar.py": ("tests/rules/test_calendar.py", "tests/scheduler/lessons/test_planning.py"),
    "flow/step.py": ("tests/flow/test_step.py", "tests/flow/test_step_effects.py"),
}
NOTICED = ("killed", "timeout", "segfault")  # a test run that a signal ends is seen by whoever runs it
LEFT_OUT = ("operator_string",)  # what is said is kept by the transcripts; an internal word mostly breaks at once

# A mutant that loops fails its test after 30 seconds. mutmut's own limits are wide, for a busy machine:
# a mutant that ran out of time counts as noticed.
SETTINGS = """\
[mutmut]
source_paths=
    {rooms}
only_mutate={module}
pytest_add_cli_args=
    -n0
    -p
    no:cacheprovider
    --timeout=30
    -p
    migrated_once
pytest_add_cli_args_test_selection=
    {tests}
    -k
    not postgres
also_copy=migrated_once.py
timeout_multiplier=2.0
timeout_constant=60.0
use_git_change_detection=false
"""
MIGRATED_ONCE = '''\
"""A plugin of pytest: the first mutant migrates its SQLite database, the others start from a copy of it."""
import shutil
from pathlib import Path

from db import migrate

KEPT = Path("migrated.sqlite").resolve()
really = migrate.upgrade


def upgrade(engine, *rest, **more):
    file = engine.url.database
    if engine.dialect.name != "sqlite" or not file or rest or more:
        return really(engine, *rest, **more)
    if KEPT.exists():
        shutil.copyfile(KEPT, file)
        return None
    really(engine)
    engine.dispose()
    shutil.copyfile(file, KEPT)


migrate.upgrade = upgrade
'''


class Survivor(NamedTuple):
    name: str
    status: str
    line: int
    was: str
    became: str


def main() -> None:
    parser = ArgumentParser(description="Mutation testing: what could be changed without a test noticing?")
    parser.add_argument("modules", nargs="*", metavar="module", help="one of: " + ", ".join(TESTS))
    parser.add_argument("--only", nargs="+", default=[], help="patterns of names, such as 'db.queue.x_claim*'")
    asked = parser.parse_args()
    unknown = [module for module in asked.modules if module not in TESTS]
    if unknown or not asked.modules:
        parser.print_help()
        sys.exit(f"no tests are named for {', '.join(unknown)}" if unknown else 0)
    survived = 0
    for module in asked.modules:
        # One process a module: mutmut imports what it has mutated into the process that runs it.
        child = os.fork()
        if child == 0:
            os._exit(_try(module, asked.only))
        survived += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
    sys.exit(1 if survived else 0)


def _try(module: str, only: Sequence[str]) -> int:
    """Run one module's mutants and print the survivors. Returns 1 where there are any, 2 where it could not be run."""
    _copy(module, TESTS[module])
    os.chdir(WORK)
    try:
        from mutmut.__main__ import _run  # pyright: ignore
        from mutmut.mutation import mutators  # pyright: ignore

        used: list[Any] = mutators.mutation_operators  # pyright: ignore
        used[:] = [one for one in used if one[1].__name__ not in LEFT_OUT]
        _run(list(only), 1)
    except SystemExit as stopped:
        return 2 if stopped.code else 0
    found = sorted(_survivors(module, only), key=lambda one: one.line)
    print(f"\n{module}: {len(found)} not killed", flush=True)
    for one in found:
        print(f"{module}:{one.line} {one.status} {one.name}\n    - {one.was}\n    + {one.became}", flush=True)
    return 1 if found else 0


def _copy(module: str, tests: Sequence[str]) -> None:
    """The tree as it stands, without what was made from it, and mutmut's settings for one module."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir()
    made = shutil.ignore_patterns("__pycache__", "*.pyc")
    for room in (*ROOMS, "tests"):
        shutil.copytree(ROOT / room, WORK / room, ignore=made)
    shutil.copy2(ROOT / "pyproject.toml", WORK)
    apart = "\n    "
    text = SETTINGS.format(rooms=apart.join(ROOMS), module=module, tests=apart.join(tests))
    (WORK / "setup.cfg").write_text(text)
    (WORK / "migrated_once.py").write_text(MIGRATED_ONCE)


def _survivors(module: str, only: Sequence[str]) -> Iterator[Survivor]:
    from fnmatch import fnmatch

    from mutmut.mutation.data import SourceFileMutationData  # pyright: ignore
    from mutmut.mutation.diff_apply import get_diff_for_mutant  # pyright: ignore
    from mutmut.stats import status_by_exit_code  # pyright: ignore

    data: Any = SourceFileMutationData(path=Path(module))
    data.load()
    starts = _functions(Path(module).read_text())
    for name, code in data.exit_code_by_key.items():
        status: str = status_by_exit_code[code]
        if status in NOTICED or (only and not any(fnmatch(name, one) for one in only)):
            continue
        yield _read(name, status, get_diff_for_mutant(name, path=Path(module)), starts)


def _functions(source: str) -> dict[str, int]:
    """The first line of every function and method: "place", "QuietHours.open_at"."""
    found: dict[str, int] = {}
    for one in ast.parse(source).body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            found[one.name] = one.lineno
        elif isinstance(one, ast.ClassDef):
            methods = (each for each in one.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
            found |= {f"{one.name}.{each.name}": each.lineno for each in methods}
    return found


def _read(name: str, status: str, diff: str, starts: dict[str, int]) -> Survivor:
    """The first line that differs, by its number in the file."""
    mangled = name.rpartition(".")[2].partition("__mutmut_")[0]
    function = mangled.removeprefix("xǁ").replace("ǁ", ".") if mangled.startswith("xǁ") else mangled.removeprefix("x_")
    line, was, became = 0, "", ""
    for row in diff.splitlines():
        if hunk := re.match(r"@@ -(\d+)", row):
            line = int(hunk[1]) - 1
        elif row.startswith("-") and not row.startswith("---") and not was:
            was, line = row[1:].strip(), line + 1
        elif row.startswith("+") and not row.startswith("+++") and not became:
            became = row[1:].strip()
        elif row.startswith(" ") and not was and not became:
            line += 1
    return Survivor(name, status, starts.get(function, 1) + max(line, 1) - 1, was, became)


if __name__ == "__main__":
    main()
