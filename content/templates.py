"""The sentences the health office writes and rewrites: digests, reminders, alerts, results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

FOLDER = Path(__file__).parent / "templates"


class Templates:
    """Templates by name, compiled once. A city's own folder takes precedence over ours."""

    def __init__(self, *own: Path):
        self._loader = FileSystemLoader([*own, FOLDER])
        self._environment = SandboxedEnvironment(
            loader=self._loader,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,
        )

    def say(self, name: str, /, **values: Any) -> str:
        """The text of ``name``.j2. Raises jinja2.UndefinedError when a value it names is not given."""
        return self._environment.get_template(f"{name}.j2").render(values).strip()

    def source(self, name: str) -> str:
        """The words of ``name``.j2 as they are written, with their braces. Raises jinja2.TemplateNotFound."""
        return self._loader.get_source(self._environment, f"{name}.j2")[0].strip()

    def names(self) -> list[str]:
        return sorted(name.removesuffix(".j2") for name in self._environment.list_templates(["j2"]))
