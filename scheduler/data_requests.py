"""Remind the data officers of requests and of updates that were set aside; carry out erasures that had to wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from content.city import City
from db import data_requests as stored
from db import inbox, outbox
from db.data_requests import DataRequest
from db.outbox import Kind
from db.people import places
from drawing import attachments
from flow.message import Message, Option
from programme import data_answers, data_requests, erasure_register
from scheduler.looks import Write, promises

BEFORE = timedelta(hours=24)


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Remind once in the last day of each request, then once a day until it is answered."""
    officers = [one.id for one in data_requests.officers(session, city)]
    found = places(session, officers)
    for one in stored.waiting(session):
        if one.due_at - BEFORE > now:
            continue
        stage = f"{city.today(now)}" if one.due_at <= now else "soon"
        due = city.local(one.due_at)
        when = "sudah lewat waktunya" if one.due_at <= now else f"harus dijawab sebelum {due:%d/%m/%Y %H.%M}"
        message = Message(
            f"Permintaan tentang data nomor {one.id} {when}.", (Option("menu:permintaan", "Lihat permintaan"),)
        ).to_json()
        yield from promises(
            outbox.row(Kind.DATA, f"data:{one.id}:{officer}:{stage}", *place, message, now, person_id=officer)
            for officer, place in found.items()
        )
    if count := len(inbox.set_aside(session)):
        days = city.programme.privacy.aside_days
        text = (
            f"{count} pesan masuk gagal diproses. Pengelola melihatnya dengan asuh aside; setelah {days} hari dihapus."
        )
        yield from promises(
            outbox.row(
                Kind.DATA, f"aside:{officer}:{city.today(now)}", *place, Message(text).to_json(), now, person_id=officer
            )
            for officer, place in found.items()
        )
    yield outbox.forget_bare_addresses
    if city.erasures is not None:
        erasure_register.write(session, city.erasures)  # of what is committed: a rolled back erasure is not in it
    for one in stored.granted_erasures(session):
        if not data_requests.in_danger(session, one.family):
            yield partial(_erase, request_id=one.id, now=now, city=city)


def _erase(session: Session, request_id: int, now: datetime, city: City) -> None:
    """Erase, unless a danger was heard since the tick read the request."""
    request = session.get_one(DataRequest, request_id)
    if request.done_at is None and not data_requests.in_danger(session, request.family):
        attachments.delete(city.files, data_answers.carry_out(session, city, request, now))
