"""How well is measured, for coordinators: where training would help most."""

from __future__ import annotations

from flow.message import Message
from handlers.chat.context import Desk
from handlers.chat.forms import HOME
from programme.scopes import scopes_of
from reports.quality import quality


def show_quality(desk: Desk) -> None:
    scopes = scopes_of(desk.person)
    if not scopes:
        desk.say(Message("Belum ada wilayah atau kantor atas nama Bapak/Ibu.", (HOME,)))
        return
    desk.note("quality.view", f"person:{desk.person.id}")
    counted = quality.of_scopes(desk.session, scopes, desk.now, desk.city)
    key = f"quality:{desk.incoming.channel}:{desk.incoming.message_id}"
    desk.say(quality.message(counted, key, desk.city))
