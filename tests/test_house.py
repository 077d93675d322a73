"""The rooms, and who may import whom."""

import ast
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent

# room -> (rooms it may import, libraries it may import)
MAY = {
    "rules": (set[str](), set[str]()),
    "flow": (set[str](), set[str]()),
    "content": (set[str](), {"jinja2", "yaml"}),
    "db": (set[str](), {"sqlalchemy", "alembic"}),
    "reports": (
        {"flow", "rules", "content", "db"},
        {"sqlalchemy", "python_calamine", "xlsxwriter", "openpyxl", "segno", "PIL", "fontpkg", "resvg_py"},
    ),
    "handlers": ({"flow", "rules", "content", "db", "reports"}, {"sqlalchemy"}),
    "scheduler": ({"flow", "rules", "content", "db", "reports"}, {"sqlalchemy", "apscheduler", "structlog"}),
    "bot": (
        {"flow", "rules", "content", "db", "reports", "handlers", "scheduler"},
        {"sqlalchemy", "aiogram", "aiohttp", "yarl", "PIL", "jinja2"}
        | {"pydantic", "pydantic_settings", "structlog", "typer", "rich"},
    ),
}  # fmt: skip


def imports(file: Path) -> set[str]:
    """The top-level names a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: write the whole path of an import"
            names.add((node.module or "").split(".")[0])
    return names - set(sys.stdlib_module_names) - {"__future__"}


@pytest.mark.parametrize("room", MAY)
def test_a_room_imports_only_what_its_doors_allow(room: str) -> None:
    rooms, libraries = MAY[room]
    for file in (HOUSE / room).rglob("*.py"):
        if file.parent.name in ("migrations", "versions"):
            continue  # written for and run by alembic
        strangers = imports(file) - rooms - libraries - {room}
        assert not strangers, f"{file.relative_to(HOUSE)} may not import {', '.join(sorted(strangers))}"


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
