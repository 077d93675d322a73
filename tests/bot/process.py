"""``asuh run`` as a process of its own, which can be killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path


class Service:
    """Runs in ``folder`` with these settings, named without their prefix; writes to ``folder / "log"``."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = {**os.environ, **{f"ASUH_{name}": value for name, value in settings.items()}}
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Returns at once; on a busy machine the imports alone may take a minute."""
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, "-m", "bot.cli.main", "run"]
            self.process = await asyncio.create_subprocess_exec(
                *command, cwd=self.folder, env=self.environment, stdout=log, stderr=log
            )

    async def end(self, how: signal.Signals) -> int:
        assert self.process
        self.process.send_signal(how)
        return await self.process.wait()

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.returncode is not None
