"""The rooms, who may import whom, and that nobody imports in a circle."""

import ast
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
GROUND = {"rules", "flow", "content", "db"}
REPORTS = GROUND | {"programme", "delivery", "drawing", "reports"}

# room -> (rooms it may import, libraries it may import)
MAY = {
    "rules": (set[str](), set[str]()),
    "flow": (set[str](), set[str]()),
    "content": (set[str](), {"jinja2", "yaml"}),
    "db": (set[str](), {"sqlalchemy", "alembic"}),
    "programme": (GROUND, {"sqlalchemy"}),
    "drawing": (GROUND | {"programme"}, {"sqlalchemy", "PIL", "fontpkg", "resvg_py"}),
    "delivery": (GROUND | {"programme"}, {"sqlalchemy", "structlog"}),
    "reports": (
        REPORTS - {"reports"},
        {"sqlalchemy", "python_calamine", "xlsxwriter", "openpyxl", "segno", "PIL", "fontpkg", "fpdf"},
    ),
    "handlers": (REPORTS, {"sqlalchemy"}),
    "scheduler": (REPORTS, {"sqlalchemy", "apscheduler", "structlog"}),
    "bot": (
        REPORTS | {"handlers", "scheduler"},
        {"sqlalchemy", "aiogram", "aiohttp", "yarl", "PIL", "jinja2"}
        | {"pydantic", "pydantic_settings", "structlog", "typer", "rich"},
    ),
    "demo": (REPORTS | {"handlers", "scheduler", "bot"}, {"sqlalchemy", "aiohttp", "rich", "structlog", "typer"}),
}  # fmt: skip


def sources(room: str) -> list[Path]:
    """The room's files; those in which Alembic keeps its migrations are written for and run by it."""
    return [file for file in (HOUSE / room).rglob("*.py") if file.parent.name not in ("migrations", "versions")]


def name_of(file: Path) -> str:
    parts = file.relative_to(HOUSE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(file: Path) -> set[str]:
    """Every dotted name a file imports, wherever in it, under TYPE_CHECKING too: "db.outbox" and "db.outbox.row"."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: write the whole path of an import"
            module = node.module or ""
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return names


def circle(graph: dict[str, set[str]]) -> list[str]:
    """One circle of the graph, as the names along it; empty when there is none."""
    done: set[str] = set()

    def follow(name: str, trail: list[str]) -> list[str]:
        if name in trail:
            return trail[trail.index(name) :]
        if name not in done:
            for other in sorted(graph.get(name, ())):
                if found := follow(other, [*trail, name]):
                    return found
            done.add(name)
        return []

    return next((found for name in sorted(graph) if (found := follow(name, []))), [])


@pytest.mark.parametrize("room", MAY)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    rooms, libraries = MAY[room]
    for file in sources(room):
        tops = {name.split(".")[0] for name in imported(file)} - set(sys.stdlib_module_names) - {"__future__"}
        strangers = tops - rooms - libraries - {room}
        assert not strangers, f"{file.relative_to(HOUSE)} may not import {', '.join(sorted(strangers))}"


def test_every_folder_of_code_is_a_room() -> None:
    folders = {file.parent.name for file in HOUSE.glob("*/__init__.py")}
    assert folders - {"tests"} <= MAY.keys()


def test_no_module_imports_in_a_circle() -> None:
    files = {name_of(file): file for room in MAY for file in sources(room)}
    graph: dict[str, set[str]] = {}
    for name, file in files.items():
        found = imported(file) & files.keys()
        # "from db import outbox" asks for the module, not for what the package itself imports.
        named = {one.rpartition(".")[0] for one in found}
        graph[name] = {one for one in found if one not in named} - {name}
    assert circle(graph) == []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_the_clock_on_the_wall_hangs_in_one_room() -> None:
    """Everyone else is told what time it is."""
    for room in MAY.keys() - {"bot"}:
        for file in (HOUSE / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    called = ast.unparse(node.func)
                    assert not called.endswith(("datetime.now", "datetime.utcnow", "date.today", "time.time")), (
                        f"{file.relative_to(HOUSE)} asks the clock itself: {called}"
                    )
