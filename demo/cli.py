"""The console script: the service's own commands, and ``demo``.

It begins here and not in ``bot``, which knows nothing of the made-up city.
"""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli import main as service


@service.command()
def demo(
    port: Annotated[int, typer.Option(help="Nomor port halaman demo.", metavar="ANGKA")] = 8765,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Buka halamannya di peramban.")] = True,
    seed: Annotated[int, typer.Option(help="Angka acak kota contoh.", metavar="ANGKA", show_default=False)] = 2026,
    empty: Annotated[bool, typer.Option("--empty", help="Kota yang belum mulai: isi sendiri lewat chat.")] = False,
) -> None:
    """Coba Asuh di komputer ini: satu kota contoh, tanpa token dan tanpa server."""
    from demo import launch

    launch.run(port, browser, seed, empty=empty)


# The first in the list of commands, as it is the first that anybody tries.
service.app.registered_commands.insert(0, service.app.registered_commands.pop())


def main() -> None:
    """The entry point."""
    service.main()


if __name__ == "__main__":
    main()
