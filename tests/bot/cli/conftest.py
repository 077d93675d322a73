"""The commands as an operator runs them, in a folder of their own."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.settings import Settings
from demo import cli

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """``run("import", "kota.xlsx")`` in a folder of its own: the exit status, and all that was said."""
    _move_to(tmp_path, monkeypatch)

    def run(*words: str) -> tuple[int, str]:
        code = _carry_out(words, monkeypatch)
        return code, "".join(capsys.readouterr())

    return run


@pytest.fixture
def migrated(run: Run, migrated_folder: Path, tmp_path: Path) -> None:
    """``asuh migrate`` has been run in the folder."""
    shutil.copytree(migrated_folder, tmp_path, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def migrated_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``asuh migrate`` leaves behind: a worker runs it once, and its tests copy it."""
    folder = tmp_path_factory.mktemp("migrated")
    with pytest.MonkeyPatch.context() as patch:
        _move_to(folder, patch)
        assert _carry_out(["migrate"], patch) == 0
    return folder


def _move_to(folder: Path, patch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        patch.delenv(f"ASUH_{name.upper()}", raising=False)
    patch.chdir(folder)


def _carry_out(words: Sequence[str], patch: pytest.MonkeyPatch) -> int:
    patch.setattr(sys, "argv", ["asuh", *words])
    with pytest.raises(SystemExit) as end:
        cli.main()
    code = end.value.code
    return code if isinstance(code, int) else 1 if code else 0
