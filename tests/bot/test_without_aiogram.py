"""aiogram takes seconds and over a hundred megabytes to import: only a service with a Telegram token pays for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).parent.parent.parent

COMMAND = """
import sys
from bot.cli.main import main
sys.argv = ["asuh", *{words}]
try:
    main()
except SystemExit:
    pass
"""

# A whole service that starts, finds that it is to stop, and ends.
SERVICE = """
import asyncio, socket
from datetime import UTC, datetime
from bot import secret_key
from bot.app import build
from bot.settings import Settings
from db import migrate
from db.engine import connect, sessions

migrate.upgrade(connect("sqlite:///asuh.sqlite"))
with sessions(connect("sqlite:///asuh.sqlite")).begin() as session:
    assert not secret_key.prepare(session, Settings(_env_file=None), datetime.now(UTC))
whatsapp = dict(
    whatsapp_token="EAAJB-secret-of-the-system-user",
    whatsapp_phone_number_id="106540352242922",
    whatsapp_app_secret="app-secret-0123456789abcdef",
    whatsapp_verify_token="kendari-verifikasi-1",
)

async def serve():
    stop = asyncio.Event()
    stop.set()
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    await build(Settings(_env_file=None, http_port=port, **{settings})).run(stop)

asyncio.run(serve())
"""

# Somebody writes on a phone of the demo, and is answered there.
DEMO = """
import asyncio
from datetime import UTC, datetime
from pathlib import Path
from demo import launch
from demo.phones import Owner, Phones
from bot.telegram.channel import Telegram
from flow.message import Message

async def talk():
    phones = Phones(lambda: datetime(2026, 3, 4, tzinfo=UTC))
    telegram = Telegram(phones, Path("."), lambda: datetime(2026, 3, 4, tzinfo=UTC))
    heard = telegram.read(phones.text(Owner(881, "Sari", "+6281234567890"), "halo"))
    assert heard and heard.text == "halo"
    await telegram.send("881", Message("Halo, Bu Sari"), "k")
    assert phones.chat(881).said == 1

asyncio.run(talk())
"""

STARTS = {
    "asuh --help": COMMAND.format(words=["--help"]),
    "asuh check without a token": COMMAND.format(words=["check"]),
    "asuh run for WhatsApp alone": SERVICE.replace("{settings}", "whatsapp"),
    "asuh demo": DEMO,
    "asuh run for Telegram": SERVICE.replace(
        "{settings}", 'dict(telegram_token="900:AAsecret", telegram_api_url="http://127.0.0.1:1")'
    ),
}


def test_nothing_but_a_service_with_a_telegram_token_imports_aiogram(tmp_path: Path) -> None:
    """All in one process, one after the other, and the one that imports it last: each start imports the rest anew."""
    told = "\nprint('STARTED', {name!r}, 'aiogram' in sys.modules)\n"
    script = "import sys\n" + "".join(start + told.format(name=name) for name, start in STARTS.items())
    (tmp_path / "start.py").write_text(script)
    own = {name: value for name, value in os.environ.items() if not name.startswith("ASUH_")}
    done = subprocess.run(
        [sys.executable, "start.py"],
        cwd=tmp_path, env={**own, "PYTHONPATH": str(HOUSE)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    imported = [line for line in done.stdout.splitlines() if line.startswith("STARTED")]
    assert imported == [f"STARTED {name} {name == 'asuh run for Telegram'}" for name in STARTS]
