"""What a tap means: ``verb:argument:argument``. A token that is old, forged or not for this person changes nothing."""

from __future__ import annotations

from collections.abc import Callable

from flow import tokens
from flow.message import Message
from handlers import (
    alerts,
    announced,
    birth,
    charts,
    coordinator,
    expecting,
    family,
    filing,
    home,
    join,
    leaving,
    lesson_answers,
    loss,
    menu,
    mother_loss,
    naming,
    news,
    referral_end,
    remeasure,
    self_join,
    sheets,
    whom,
    wishes,
)
from handlers.desk import Desk

Tap = Callable[[Desk, list[str]], None]

STRANGER: dict[str, Tap] = {
    "join": lambda desk, args: _join(desk, args[0]),
    "selfjoin": lambda desk, args: _self_join(desk, args[0]),
    "read": lambda desk, args: announced.show(desk, ":".join(args)),
    "more": lambda desk, args: announced.turn_page(desk, int(args[0]), ":".join(args[1:])),
}
ONCE = {  # done with once they are tapped
    "consent", "selfjoin", "pause", "stopwhy", "day", "hour", "lang", "lesson", "undo", "again", "ref", "got", "why",
    "news", "loss", "birth", "expecting", "name",
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
    "lesson": ("", lambda desk, args: lesson_answers.answer(desk, menu.PAPERS, args[0], int(args[1]), *args[2:3])),
    "stopwhy": ("family", lambda desk, args: leaving.why(desk, int(args[0]))),
    "day": ("family", lambda desk, args: wishes.ask_hour(desk, args[0])),
    "hour": ("family", lambda desk, args: wishes.choose(desk, int(args[0]), args[1])),
    "lang": ("family", lambda desk, args: wishes.choose_language(desk, args[0])),
    "ref": ("health", lambda desk, args: _referral(desk, args[0], int(args[1]), args[2:])),
    "got": ("", lambda desk, args: referral_end.got_there(desk, int(args[0]), args[1])),
    "why": ("", lambda desk, args: referral_end.why(desk, int(args[0]), args[1], args[2])),
    "news": ("", lambda desk, args: _news(desk, args[0], args[1:])),
    "loss": ("", lambda desk, args: _loss(desk, args[0], args[1:])),
    "birth": ("", lambda desk, args: _birth(desk, args[0], args)),
    "expecting": ("", lambda desk, args: _expecting(desk, args[0], int(args[-1]))),
    "name": ("", lambda desk, args: naming.begin(desk, menu.PAPERS, int(args[0]))),
    "chart": ("", lambda desk, args: _chart(desk, args[0], args[1])),
    "remeasure": ("health", lambda desk, args: remeasure.begin(desk, menu.PAPERS, int(args[0]))),
    "late": ("coordinator", lambda desk, args: coordinator.show_late(desk, int(args[0]))),
    "remind": ("coordinator", lambda desk, args: coordinator.remind(desk, int(args[0]))),
}


LONGEST_NUMBER = 18  # digits: a longer one is no row of any database, and some databases take it badly
NOT_VALID = "Tombol itu sudah tidak berlaku. Ketik *menu* untuk mulai lagi."


def tap(desk: Desk, token: str) -> None:
    """Do what the button says."""
    known = desk.address.person is not None
    if any(part.isdigit() and len(part) > LONGEST_NUMBER for part in token.split(":")):
        desk.say(Message(NOT_VALID))
        return
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
        desk.say(Message(NOT_VALID))


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
    """ "loss:who:child:31", "loss:yes:died:child:31", "loss:mother:child:31", "loss:no", "loss:other"."""
    if what == "mother":
        mother_loss.confirm(desk, ":".join(args))
    elif what == "yes" and args[0] == "mother":
        mother_loss.record(desk, ":".join(args[1:]))
    elif what == "yes":
        loss.record(desk, args[0], ":".join(args[1:]))
    elif what == "who":
        loss.confirm(desk, ":".join(args))
    else:
        {"no": loss.not_so, "other": loss.somebody_else}[what](desk)


def _birth(desk: Desk, what: str, args: list[str]) -> None:
    """ "birth:pregnancy:7", "birth:who:pregnancy:7", "birth:not:pregnancy:7", "birth:undo:pregnancy:7"."""
    subject = ":".join(args[-2:])
    if what in ("not", "undo"):
        {"not": birth.not_yet, "undo": birth.take_back}[what](desk, subject)
    else:
        birth.begin(desk, menu.PAPERS, subject)


def _expecting(desk: Desk, what: str, family_id: int) -> None:
    """ "expecting:12", "expecting:due:12" for another HPL, "expecting:unknown:12"."""
    if what == "unknown":
        expecting.unknown(desk, family_id)
    else:
        (expecting.mend if what == "due" else expecting.begin)(desk, menu.PAPERS, family_id)
