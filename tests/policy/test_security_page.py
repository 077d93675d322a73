"""docs/security.md shows the rules of today."""

from scripts import policy_table


def test_the_page_has_the_rules_of_today() -> None:
    text = policy_table.FILE.read_text(encoding="utf-8")
    assert policy_table.written(text) == text, "uv run python -m scripts.policy_table"


def test_every_rule_has_a_row() -> None:
    assert policy_table.table().count("\n| `") == len(policy_table.policy.RULES)
