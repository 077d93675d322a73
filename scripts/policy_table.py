"""Write the rules of ``programme.policy`` into docs/security.md: uv run python -m scripts.policy_table"""

from __future__ import annotations

from pathlib import Path

from programme import policy

FILE = Path(__file__).parent.parent / "docs" / "security.md"
BEGIN, END = "<!-- rules: begin -->\n", "<!-- rules: end -->\n"


def table() -> str:
    """The rules as a table: the act, who may, and how they must stand to whom it is about."""
    lines = ["| act | who may | and only who |", "|---|---|---|"]
    for act, rule in policy.RULES.items():
        stand = rule.stand.words if rule.stand else ""
        lines.append(f"| `{act}` | {', '.join(rule.who)} | {stand} |")
    return "\n".join(lines) + "\n"


def written(text: str) -> str:
    """The text of the document with the rules of today between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table()}{END}{after}"


if __name__ == "__main__":
    FILE.write_text(written(FILE.read_text(encoding="utf-8")), encoding="utf-8")
