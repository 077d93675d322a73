"""The hour and the days at which a coordinator's own digest comes, by taps or in words ("waktu ringkasan")."""

from __future__ import annotations

import re

from db import digests
from db.digests import DigestDays, DigestTime
from db.subjects import subject
from flow.message import Message, Option
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from programme import digest_times
from programme.digest_times import HOURS

AWAITED = "digest-time"  # what ``Address.awaiting`` says while an hour is asked for
OFFERED = (7, 8, 9, 12, 15, 16, 17, 19)
SAID = re.compile(r"(?:jam |pukul |pk\.? ?)?([0-9]{1,2})(?:[.:]00)?(?: (pagi|siang|sore|malam))?")
NOON = 12
HOW = f"Tulis jam antara {HOURS[0]} dan {HOURS[-1]}, misalnya *jam 14* atau *jam 2 siang*."


def ask(context: Context) -> None:
    """Say when it comes now, and offer hours; others may be written."""
    context.address.draft_id, context.address.awaiting = None, AWAITED
    chosen = digests.known(context.session, [context.person.id]).get(context.person.id)
    text = (
        f"Ringkasan sekarang datang *{digest_times.words(chosen, context.city)}*, bila ada kabar.\n"
        "Mau jam berapa? Jam lain boleh ditulis, misalnya *jam 14*."
    )
    options = tuple(Option(f"digest:at:{hour}", f"{hour:02}.00") for hour in OFFERED)
    context.say(Message(text, options, (Option("digest:days", "Ganti hari saja"), HOME)))


def take(context: Context, said: str) -> None:
    """Store the written hour if it can be, else say how to write it, and wait on."""
    hour = _hour(said)
    if hour is None:
        context.say(Message(HOW, (HOME,)))
        return
    choose_hour(context, hour)


def choose_hour(context: Context, hour: int) -> None:
    """Store the hour, and offer the days."""
    chosen = digests.of(context.session, context.person.id)
    chosen.hour = hour
    _say_chosen(context, chosen)


def choose_days(context: Context, days: str) -> None:
    """Store the days."""
    chosen = digests.of(context.session, context.person.id)
    chosen.days = DigestDays(days)
    _say_chosen(context, chosen, ask_days=False)


def ask_days(context: Context) -> None:
    """Offer the days alone."""
    context.address.awaiting = ""
    context.say(Message("Ringkasan datang pada hari apa?", _days(context), (HOME,)))


def _say_chosen(context: Context, chosen: DigestTime, *, ask_days: bool = True) -> None:
    """Confirm, with the moment of the next one: an hour that has passed today does not bring today's at once."""
    rules, local = context.city.programme.digest, context.now
    context.address.awaiting, context.worth = "", LASTING
    if chosen.told_on != context.today and local.time() >= digest_times.at(chosen, rules):
        chosen.told_on, chosen.told = context.today, []
    context.note("digest.time", subject(context.person))
    said = (
        f"Baik, ringkasan datang *{digest_times.words(chosen, context.city)}*, bila ada kabar. "
        f"Berikutnya {digest_times.next_words(chosen, local, context.city)}. "
        "Kabar bahaya tetap datang sendiri."
    )
    options = _days(context) if ask_days else ()
    more = " Harinya mau diubah?" if ask_days else ""
    context.say(Message(said + more, options, (HOME,)))


def _days(context: Context) -> tuple[Option, ...]:
    words = {days: digest_times.days_words(days, context.city) for days in DigestDays}
    return tuple(Option(f"digest:on:{days}", said[0].upper() + said[1:]) for days, said in words.items())


def _hour(said: str) -> int | None:
    """ "jam 14", "pukul 2 siang", "16.00"; None for anything else, and for an hour that cannot be chosen."""
    found = SAID.fullmatch(said.strip().casefold().rstrip(".!"))
    if not found:
        return None
    hour, part = int(found[1]), found[2]
    if part in ("siang", "sore", "malam") and hour < NOON and not (part == "siang" and hour > NOON - 2):
        hour += NOON
    return hour if hour in HOURS else None
