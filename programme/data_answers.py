"""Answer a request about data, and do what was granted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from content.city import City
from db import outbox
from db.audit import note
from db.data_requests import DataRequest, RequestKind
from db.outbox import Kind
from db.people import addresses
from db.subjects import subject
from flow.message import Message
from programme import consents, data_requests, erasure

ERASED = "Data keluarga sudah dihapus, sesuai permintaan. Tidak ada lagi pesan ke sini."


def answer(
    session: Session, city: City, request: DataRequest, granted: bool, words: str, by: int, now: datetime
) -> list[str]:
    """Store the answer and tell it to the person who asked. Returns the names of pictures to be deleted.

    An erasure waits for an open danger to close (``carry_out``). A conflict that is granted ends every consent of the
    family.
    """
    request.granted, request.answer = granted, words
    request.answered_at, request.answered_by = now, by
    note(session, now, by, "data.answer", subject(request.family))
    if granted and request.kind == RequestKind.CONFLICT:
        consents.end_all(session, request.family, now)
    if granted and request.kind == RequestKind.ERASE and not data_requests.in_danger(session, request.family):
        return carry_out(session, city, request, now)
    _tell(session, request, words, now)
    return []


def carry_out(session: Session, city: City, request: DataRequest, now: datetime) -> list[str]:
    """Erase the family of a granted request, and tell who asked. Returns the names of pictures to be deleted.

    Who is forgotten is no person of ours any more, so the last message goes to the bare address.
    """
    reachable = addresses(session, request.person_id) if request.person_id else ()
    where = (reachable[0].channel, reachable[0].address) if reachable else None
    pictures = erasure.forget(session, request.family, now)
    request.done_at, request.words, request.answer = now, "", ""
    if where:
        message = Message(ERASED).to_json()
        outbox.promise(session, [outbox.row(Kind.DATA, f"data:{request.id}:done", *where, message, now)])
    return pictures


def _tell(session: Session, request: DataRequest, words: str, now: datetime) -> None:
    if request.person_id is None:
        return
    what = data_requests.WORDS[request.kind]
    result = "dikabulkan" if request.granted else "tidak dikabulkan"
    waits = (
        " Data dihapus setelah bahaya yang sedang ditangani selesai."
        if request.granted and request.kind == RequestKind.ERASE
        else ""
    )
    message = Message(f"Permintaan tentang data ({what}): *{result}*.{waits}\n\n{words}")
    outbox.to_person(
        session, request.person_id, Kind.DATA, f"data:{request.id}:answer", message.to_json(), now
    )  # fmt: skip
