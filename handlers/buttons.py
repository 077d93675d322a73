"""What a tap means: ``verb:argument:argument``. A token that is old, forged or not for this person changes nothing."""

from __future__ import annotations

from collections.abc import Callable

from flow import tokens
from flow.message import Message
from handlers import (
    alerts,
    charts,
    coordinator,
    family,
    filing,
    home,
    join,
    loss,
    menu,
    news,
    referral_end,
    remeasure,
    self_join,
    sheets,
    whom,
)
from handlers.desk import Desk

Tap = Callable[[Desk, list[str]], None]

STRANGER: dict[str, Tap] = {
    "join": lambda desk, args: _join(desk, args[0]),
    "selfjoin": lambda desk, args: _self_join(desk, args[0]),
}
ONCE = {  # done with once they are tapped
    "consent", "selfjoin", "pause", "lesson", "undo", "again", "ref", "got", "why", "news", "loss",
}  # fmt: skip
KNOWN: dict[str, tuple[str, Tap]] = {  # verb -> (role it needs, what it does)
    "menu": ("", lambda desk, args: menu.command(desk, args[0])),
    "report": ("asn", lambda desk, args: menu.report(desk, ":".join(args))),
    "page": ("asn", lambda desk, args: _page(desk, args[0], int(args[1]))),
    "undo": ("asn", lambda desk, args: filing.take_back(desk, int(args[0]))),
    "correct": ("asn", lambda desk, args: menu.correct(desk, int(args[0]))),
    "again": ("asn", lambda desk, args: menu.again(desk, int(args[0]))),
    "consent": ("family", lambda desk, args: family.consents(desk, args[0], int(args[1]))),
    "pause": ("family", lambda desk, args: family.pause(desk, int(args[0]))),
    "lesson": ("family", lambda desk, args: family.answer_lesson(desk, args[0], int(args[1]))),
    "ref": ("health", lambda desk, args: _referral(desk, args[0], int(args[1]), args[2:])),
    "got": ("", lambda desk, args: referral_end.got_there(desk, int(args[0]), args[1])),
    "why": ("", lambda desk, args: referral_end.why(desk, int(args[0]), args[1], args[2])),
    "news": ("", lambda desk, args: _news(desk, args[0], args[1:])),
    "loss": ("", lambda desk, args: _loss(desk, args[0], args[1:])),
    "chart": ("", lambda desk, args: _chart(desk, args[0], args[1])),
    "remeasure": ("health", lambda desk, args: remeasure.begin(desk, menu.PAPERS, int(args[0]))),
    "late": ("coordinator", lambda desk, args: coordinator.show_late(desk, int(args[0]))),
    "remind": ("coordinator", lambda desk, args: coordinator.remind(desk, int(args[0]))),
}


def tap(desk: Desk, token: str) -> None:
    """Do what the button says."""
    known = desk.address.person is not None
    if known and (meant := tokens.read(token)):
        sheets.tapped(desk, menu.PAPERS, meant)
        return
    verb, *args = token.split(":")
    desk.settles = verb in ONCE
    try:
        if not known or verb in STRANGER:
            STRANGER[verb](desk, args)
            return
        role, act = KNOWN[verb]
        if role and not desk.person.has(role):
            raise LookupError(verb)
        act(desk, args)
    except (LookupError, ValueError):
        # Whatever the token held, it is no button of ours for this person now.
        desk.say(Message("Tombol itu sudah tidak berlaku. Ketik *menu* untuk mulai lagi."))


def _join(desk: Desk, how: str) -> None:
    ways = {"code": join.ask_code, "number": join.ask_number, "self": self_join.begin}
    if desk.address.person is not None:
        menu.show_home(desk)
        return
    ways[how](desk)


def _self_join(desk: Desk, said: str) -> None:
    if said == "yes":
        self_join.agreed(desk, menu.PAPERS)
    else:
        desk.say(Message("Baik, tidak apa-apa. Tidak ada yang kami simpan. Tulis *mulai* kalau berubah pikiran."))


def _chart(desk: Desk, child: str, what: str) -> None:
    if child == "monthly":
        charts.monthly(desk, what == "on")
    else:
        charts.show(desk, int(child), what)


def _page(desk: Desk, of_what: str, page: int) -> None:
    if of_what == "anak":
        home.show_children(desk, page)
    else:
        home.choose_child(desk, page)


def _referral(desk: Desk, what: str, referral_id: int, how: list[str]) -> None:
    if what == "close":
        referral_end.close(desk, referral_id, how[0])
    else:
        {"accept": alerts.accept, "seen": menu.referral_seen, "back": referral_end.back}[what](desk, referral_id)


def _news(desk: Desk, what: str, args: list[str]) -> None:
    """ "news:who:child:31", "news:moved:child:31", "news:yes:moved:child:31", "news:no"."""
    if what == "no":
        news.not_sure(desk)
    elif what == "yes":
        news.record(desk, args[0], ":".join(args[1:]))
    elif what == "who":
        news.choose(desk, ":".join(args))
    else:
        news.ask(desk, what, whom.may_tell_of(desk, ":".join(args)))


def _loss(desk: Desk, what: str, args: list[str]) -> None:
    """ "loss:who:child:31", "loss:yes:died:child:31", "loss:no", "loss:other"."""
    if what == "yes":
        loss.record(desk, args[0], ":".join(args[1:]))
    elif what == "who":
        loss.confirm(desk, ":".join(args))
    else:
        {"no": loss.not_so, "other": loss.somebody_else}[what](desk)
