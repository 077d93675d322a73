"""What the documentation names exists: paths and dotted names in backticks, links, and bench modules."""

import importlib
import re
from pathlib import Path

import pytest

from tests.test_house import HOUSE, MAY

PACKAGES = MAY.keys() | {"bench", "scripts", "tests", "docs"}
DOCUMENTS = [
    HOUSE / "README.md",
    HOUSE / "CONTRIBUTING.md",
    HOUSE / "SECURITY.md",
    HOUSE / "docs" / "glossary.md",
    HOUSE / "docs" / "security.md",
    *sorted((HOUSE / "docs" / "decisions").glob("*.md")),
    *sorted((HOUSE / "docs" / "privasi").glob("*.md")),
]
INLINE = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
DOTTED = re.compile(r"(?!.*\.toml$)[a-z_]+(?:\.\w+)+")
PATHS = re.compile(rf"(?<![\w/.<-])(?:{'|'.join(sorted(PACKAGES))})/[\w./*-]*")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
COMMAND = re.compile(r"python -m ([\w.]+)")


def names(text: str) -> set[str]:
    """Dotted names in backticks that begin with one of our packages: "rules.visits.due_on"."""
    inline = INLINE.findall(FENCED.sub("", text))
    return {name for name in inline if DOTTED.fullmatch(name) and name.split(".")[0] in MAY.keys() | {"bench"}} | set(
        COMMAND.findall(text)
    )


def paths(text: str) -> set[str]:
    """Paths below our packages in backticks, and link targets. Those with <placeholders> are left out."""
    inline = [one for one in INLINE.findall(FENCED.sub("", text)) if "<" not in one and "{" not in one]
    return {path for one in inline for path in PATHS.findall(one)}


def exists(name: str) -> bool:
    """Whether a dotted name is a module, or an attribute of one: a class, its field, a function, a constant."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        file = HOUSE.joinpath(*parts[:end])
        if file.with_suffix(".py").exists() or file.is_dir():
            if end == len(parts):
                return True
            found: object = importlib.import_module(".".join(parts[:end]))
            for part in parts[end:]:
                fields: dict[str, object] = getattr(found, "__annotations__", {})
                if not hasattr(found, part) and part not in fields:
                    return file.is_dir() and any(file.glob(f"{part}.*"))
                found = getattr(found, part, None)
            return True
    return False


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_every_name_in_the_documentation_exists(document: Path) -> None:
    missing = {name for name in names(document.read_text(encoding="utf-8")) if not exists(name)}
    assert not missing, f"{document.name} names what does not exist: {', '.join(sorted(missing))}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_every_path_in_the_documentation_exists(document: Path) -> None:
    missing = {path for path in paths(document.read_text(encoding="utf-8")) if not any(HOUSE.glob(path.rstrip("/")))}
    assert not missing, f"{document.name} names files that do not exist: {', '.join(sorted(missing))}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_every_link_of_the_documentation_leads_somewhere(document: Path) -> None:
    targets = LINK.findall(document.read_text(encoding="utf-8"))
    missing = [target for target in targets if not (document.parent / target).exists()]
    assert not missing, f"{document.name} links to {', '.join(missing)}"


def test_a_name_that_is_gone_is_found() -> None:
    assert names("`rules.visits.due_on` and `rules.visits.gone`, `Person.nip`") == {
        "rules.visits.due_on",
        "rules.visits.gone",
    }
    assert paths("`handlers/gone.py`, `content/edukasi/<stage>/<id>.md`") == {"handlers/gone.py"}
    assert exists("rules.visits.due_on")
    assert exists("db.people.PersonRole.role")
    assert not exists("rules.visits.gone")
    assert not exists("db.people.PersonRole.gone")
