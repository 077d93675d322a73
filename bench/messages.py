"""What the conversations cost in messages: uv run python -m bench.messages [FOLDER]

Plays every transcript on both channels. WhatsApp is paid for by the message: every payload counts. Telegram is free,
but every call takes a moment: those that only tidy up are counted too. ``shown`` are the answers of the transcript.
"""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from bot.telegram.render import calls
from bot.whatsapp.render import payloads
from db import migrate
from db.engine import connect, sessions
from flow.message import Message
from tests.test_transcripts import FOLDER, play

SARI = "6281255500031"


def told(text: str, channel: str, url: str) -> list[Message]:
    """Every message that the transcript shows on this channel."""
    engine = connect(url)
    migrate.upgrade(engine)
    messages: list[Message] = []
    with sessions(engine)() as session:
        play(text, session, channel, messages)
    engine.dispose()
    return messages


def numbered(message: Message) -> Message:
    """With numbers for the messages it redraws or closes, as Telegram names them."""
    return replace(message, replaces=message.replaces and "1", closes=message.closes and "2")


def main() -> None:
    folder = Path(sys.argv[1]) if sys.argv[1:] else FOLDER
    print(f"{'transcript':34}{'shown':>8}{'WhatsApp':>10}{'Telegram':>10}")
    for file in sorted(folder.glob("*.txt")):
        text = file.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as scratch:
            on_whatsapp = told(text, "whatsapp", f"sqlite:///{scratch}/whatsapp.sqlite")
            on_telegram = told(text, "telegram", f"sqlite:///{scratch}/telegram.sqlite")
        paid = sum(len(payloads(SARI, message, "key", "media")) for message in on_whatsapp)
        made = sum(len(calls("31", numbered(message))) for message in on_telegram)
        print(f"{file.stem:34}{len(on_telegram):8}{paid:10}{made:10}")


if __name__ == "__main__":
    main()
