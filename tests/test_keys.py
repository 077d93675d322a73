"""The key of a message is a name, and nothing reads its parts."""

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
ROOMS = (
    "bench", "bot", "content", "db", "delivery", "demo", "drawing", "flow", "handlers", "programme", "reports", "rules",
    "scheduler",
)  # fmt: skip
CUTS = {"split", "rsplit", "partition", "rpartition", "startswith", "endswith", "removeprefix", "removesuffix"}
MATCHES = {"like", "ilike", "contains", "regexp_match", "icontains", "istartswith", "match"}
WHOSE = {"row", "Outgoing", "outgoing", "one", "held", "claimed", "again", "spoken", "sent", "copy", "found"}


def _is_key(node: ast.expr) -> bool:
    """Whether this is the key of an outbox row: "row.key", "Outgoing.key", or a name "key"."""
    if isinstance(node, ast.Attribute) and node.attr == "key":
        return isinstance(node.value, ast.Name) and node.value.id in WHOSE
    return isinstance(node, ast.Name) and node.id in ("key", "outgoing_key")


def reads_parts(source: str) -> list[int]:
    """The lines on which a key is cut, or matched in part."""
    lines: list[int] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            cuts = node.func.attr in CUTS | MATCHES and _is_key(node.func.value)
            inside = node.func.attr in ("substr", "split_part", "instr", "substring") and any(map(_is_key, node.args))
            if cuts or inside:
                lines.append(node.lineno)
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and _is_key(node.value):
            lines.append(node.lineno)
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In) and isinstance(node.left, ast.Constant):
            lines += [node.lineno] if any(map(_is_key, node.comparators)) else []
    return lines


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_reads_the_parts_of_a_key(room: str) -> None:
    for file in (HOUSE / room).rglob("*.py"):
        if "versions" not in file.parts:
            assert not reads_parts(file.read_text(encoding="utf-8")), file.relative_to(HOUSE)


@pytest.mark.parametrize(
    "source",
    [
        'row.key.split(":")[2]', 'Outgoing.key.startswith("lesson:")', 'Outgoing.key.like("birth:%:7:%")',
        'key.rsplit(":", 1)', 'func.split_part(Outgoing.key, ":", 3)', "row.key[7:]", '"duka" in row.key',
    ],
)  # fmt: skip
def test_reading_a_part_of_a_key_is_seen(source: str) -> None:
    assert reads_parts(source)


@pytest.mark.parametrize("source", ["Outgoing.key == key", "Outgoing.key.in_(keys)", 'f"lesson:{person}:{lesson}"'])
def test_the_whole_key_may_be_looked_up(source: str) -> None:
    assert not reads_parts(source)
