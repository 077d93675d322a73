"""``asuh run`` as a process of its own, which can be killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

# Each process is forked from one that has imported the service already: to import it takes five seconds each time.
FORKS = ForkServerContext()
FORKS.set_forkserver_preload(["bot.cli.main", "bot.app", "bot.telegram.client", "bot.city_folder"])


class Service:
    """Runs in ``folder`` with these settings, named without their prefix; writes to ``folder / "log"``."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = {**os.environ, **{f"ASUH_{name}": value for name, value in settings.items()}}
        self.process: ForkServerProcess | None = None

    async def start(self) -> None:
        """Returns at once, before the service is ready."""
        self.process = FORKS.Process(target=_run, args=(self.folder, self.environment))
        await asyncio.to_thread(self.process.start)  # the first one waits until the service is imported

    async def end(self, how: signal.Signals) -> int:
        """Send the signal and wait for the end. Returns the exit status, or the signal's number below 0."""
        assert self.process
        assert self.process.pid
        os.kill(self.process.pid, how)
        await asyncio.to_thread(self.process.join)
        assert self.process.exitcode is not None
        return self.process.exitcode

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.exitcode is not None


def _run(folder: Path, environment: Mapping[str, str]) -> None:
    """Be ``asuh run``: in the new process."""
    from bot.cli.main import main

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    log = os.open("log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(log, stream)
    sys.argv = ["asuh", "run"]
    main()
