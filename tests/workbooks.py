"""Send a workbook in a chat, and let the service's own worker do what it waits for."""

from __future__ import annotations

import asyncio
from io import BytesIO
from itertools import count
from typing import Any

from openpyxl import Workbook
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot.workbooks import Workbooks
from db.engine import Sessions
from db.outbox import PLANNED, SENT, Outgoing
from db.workbook_imports import WorkbookImport
from flow.message import File, Message, Rejected
from tests.chat import Chat
from tests.reports.workbook.conftest import HEADERS, Rows

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES: dict[str, bytes] = {}
_references = count(1)


class Sent:
    """Where the files lie that people have sent."""

    async def fetch(self, file: File) -> bytes:
        if file.reference not in FILES:
            raise Rejected("berkas sudah tidak ada")
        return FILES[file.reference]


def content(**sheets: Rows) -> bytes:
    """The bytes of a workbook with these rows, under the proper headers."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        page.append(HEADERS[name])
        for row in rows:
            page.append(row)
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def of_children(number: int) -> bytes:
    """A workbook of a family in Kel. Mandonga with so many children less one: so many new rows."""
    family = ("KEL-1", "Wati", "", "", "Mandonga", "", "")
    children = [(f"ANAK-{n}", "KEL-1", f"Adik {n}", "L", "12/03/2025", "", "stunting") for n in range(1, number)]
    return content(Keluarga=[family], Anak=children)


def send(chat: Chat, sent: bytes, name: str = "kota.xlsx", mime: str = MIME, **more: Any) -> str:
    """Send the file; everything that is answered, at once and after it was read."""
    reference = f"file-{next(_references)}"
    FILES[reference] = sent
    chat.send(document=File(reference, mime, name, len(sent)), **more)
    return after(chat)


def tap(chat: Chat, label: str) -> str:
    chat.tap(label)
    return after(chat)


def after(chat: Chat) -> str:
    """Let the worker work; what this chat was told since its last message, the answer first."""
    _work(chat)
    query = select(Outgoing).where(
        Outgoing.key.like("workbook:%"), Outgoing.address == chat.address, Outgoing.state == PLANNED
    )
    for row in chat.session.scalars(query.order_by(Outgoing.id)):
        chat.also_hears(Message.from_json(row.message))
        row.state, row.settled_at = SENT, chat.now
    chat.session.commit()
    return "\n\n".join(message.text for message in chat.heard)


def _work(chat: Chat) -> None:
    if not chat.session.scalars(select(WorkbookImport.id)).all():
        return
    chat.session.commit()
    engine = chat.session.get_bind()
    assert isinstance(engine, Engine)
    channels: dict[str, Sent] = {"telegram": Sent(), "whatsapp": Sent()}
    worker = Workbooks(Sessions(engine), channels, lambda: chat.now, chat.city, lambda: None)

    async def work() -> None:
        while await worker.round():
            pass

    asyncio.run(work())
    chat.session.expire_all()


def of(session: Session) -> WorkbookImport:
    """The newest import."""
    return session.scalars(select(WorkbookImport).order_by(WorkbookImport.id.desc())).first() or WorkbookImport()
