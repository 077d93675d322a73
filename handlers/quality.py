"""How well is measured, for coordinators: where training would help most."""

from __future__ import annotations

from flow.message import Message
from handlers.desk import Desk
from handlers.sheets import HOME
from reports import quality
from reports.scopes import scopes_of


def show_quality(desk: Desk) -> None:
    scopes = scopes_of(desk.person)
    if not scopes:
        desk.say(Message("Belum ada wilayah atau kantor atas nama Bapak/Ibu.", (HOME,)))
        return
    desk.note("quality.view", f"person:{desk.person.id}")
    counted = quality.of_scopes(desk.session, scopes, desk.now, desk.city)
    key = f"quality:{desk.incoming.channel}:{desk.incoming.message_id}"
    desk.say(quality.message(counted, key, desk.city))
