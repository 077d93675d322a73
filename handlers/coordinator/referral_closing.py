"""A coordinator closes a referral with a reason; of what cannot wait somebody must have seen them."""

from __future__ import annotations

from datetime import date, timedelta

from db import referrals
from db.referrals import Referral
from flow.message import Message, Option, plain
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from handlers.coordinator.referrals import open_one
from programme import pushing
from programme import referral_messages as words
from programme.contacts import called
from programme.names import listed
from programme.pushing import REASONS, Reason

AWAITED = "close"
"""What ``Address.awaiting`` says while words are awaited: "close:7:moved:260304:29543280", the day on which they were
seen, "-" where that is not asked, and the minute until which the words are awaited."""
WAITS = timedelta(hours=1)  # words that come later are meant for something else
DAYS = 7  # so many days back can be tapped
NOBODY = "nobody"
FEWEST, MOST = 5, 150  # characters of the words


def ask_why(context: Context, referral_id: int) -> None:
    """*Tutup*: ask for the reason."""
    referral = _to_close(context, referral_id)
    if referral is None:
        return
    options = tuple(Option(f"referral:why:{referral.id}:{one}", REASONS[one][0]) for one in Reason)
    context.say(Message("Ditutup karena apa?", options, (Option(f"referral:push:{referral.id}", "Tidak jadi"),)))


def _to_close(context: Context, referral_id: int) -> Referral | None:
    """The referral, if it is open and can be closed; otherwise says why not. Asked anew at each step."""
    referral = open_one(context, referral_id)
    if referral is None or pushing.may_close(context.session, referral, context.now):
        return referral
    text = (
        "Rujukan yang tidak boleh menunggu baru bisa ditutup kalau ada petugas puskesmas yang bisa kami kabari. "
        "Sekarang belum ada: hubungi puskesmasnya dulu, ya."
    )
    context.say(Message(text, (HOME,)))
    return None


def choose_why(context: Context, referral_id: int, reason: str) -> None:
    """The reason: what can wait is closed with it; of what cannot it is asked when somebody was seen, and by whom."""
    referral = _to_close(context, referral_id)
    if referral is None:
        return
    if referral.urgent:
        _ask_when(context, referral, Reason(reason))
    elif reason == Reason.OTHER:
        _await(context, referral, Reason.OTHER, "-", "Tulis alasannya, singkat saja.")
    else:
        _close(context, referral, Reason(reason))


def _ask_when(context: Context, referral: Referral, reason: Reason) -> None:
    today = context.today
    named = {today: "Hari ini", today - timedelta(days=1): "Kemarin"}
    begin = f"referral:when:{referral.id}:{reason}"
    days = [
        Option(f"{begin}:{one.isoformat()}", named.get(one) or pushing.words_of_day(one))
        for one in pushing.days_since(referral, context.city, context.now, DAYS)
    ]
    text = "Ini rujukan yang tidak boleh menunggu. Kapan petugas kesehatan melihatnya, sesudah rujukan ini dibuka?"
    context.say(Message(text, (*days, Option(f"{begin}:{NOBODY}", "Belum ada yang melihat")), (HOME,)))


def choose_when(context: Context, referral_id: int, reason: str, day: str) -> None:
    """When they were seen; where nobody has, it stays open."""
    referral = _to_close(context, referral_id)
    if referral is None:
        return
    if day == NOBODY:
        text = "Kalau begitu rujukannya tetap terbuka, supaya ada yang melihat. Mau mengingatkan atau mengalihkannya?"
        context.say(Message(text, (Option(f"referral:push:{referral.id}", "Buka rujukannya"), HOME)))
        return
    try:
        seen_on = date.fromisoformat(day)
    except ValueError:
        raise NotValid(day) from None
    if not context.city.today(referral.opened_at) <= seen_on <= context.today:
        raise NotValid(day)
    text = "Siapa yang melihatnya? Tulis nama dan tempatnya, misalnya *dr. Ali, RSUD Kota*."
    if reason == Reason.OTHER:
        text = "Tulis alasannya, dan siapa yang melihatnya."
    _await(context, referral, Reason(reason), f"{seen_on:%y%m%d}", text)


def _await(context: Context, referral: Referral, reason: Reason, day: str, text: str) -> None:
    until = int((context.now + WAITS).timestamp() // 60)
    context.address.draft_id, context.address.awaiting = None, f"{AWAITED}:{referral.id}:{reason}:{day}:{until}"
    context.say(Message(text, (Option(f"referral:push:{referral.id}", "Tidak jadi"),)))


def is_awaited(context: Context) -> bool:
    """Whether words are awaited with which a referral is closed, and these are some."""
    kind, *parts = context.address.awaiting.split(":")
    if context.incoming.text is None or kind != AWAITED:
        return False
    return int(parts[-1]) * 60 >= context.now.timestamp()


def take_words(context: Context) -> None:
    """The words: who has seen them, or the reason. Whoever may not close it any more hears so."""
    _, id, reason, day, _ = context.address.awaiting.split(":")
    said = plain(context.incoming.text or "")
    if not FEWEST <= len(said) <= MOST:
        context.say(Message(f"Tulis {FEWEST} sampai {MOST} huruf, ya. Rujukannya belum ditutup."))
        return
    context.address.awaiting = ""
    referral = _to_close(context, int(id))
    if referral is None:
        return
    if not context.may("referral.push", referral):
        context.say(Message(f"Rujukan itu di luar wilayah {context.you}.", (HOME,)))
        return
    seen_on = None if day == "-" else date(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))
    if referral.urgent and seen_on is None:  # it has become urgent meanwhile
        _ask_when(context, referral, Reason(reason))
        return
    _close(context, referral, Reason(reason), said, seen_on)


def _close(context: Context, referral: Referral, reason: Reason, said: str = "", seen_on: date | None = None) -> None:
    context.worth = LASTING
    told = pushing.close(
        context.session, context.city, context.now, referral, context.person, reason, said, seen_on
    )  # fmt: skip
    names = listed([called(one) for one in told])
    tells = f" {names} kami kabari, dan bisa membukanya lagi." if told else ""
    context.say(
        Message(f"Rujukannya ditutup: {REASONS[reason][1]}.{tells}", (Option("menu:rujukan", "Semua rujukan"), HOME))
    )


def reopen(context: Context, referral_id: int) -> None:
    """A health worker opens again what a coordinator has closed."""
    referral = context.session.get_one(Referral, referral_id, with_for_update=True, populate_existing=True)
    if referral.closed_at is None:
        context.say(Message("Rujukan ini masih terbuka.", words.options(referral), (HOME,)))
        return
    others = referrals.open_about(context.session, referral.about) if referral.about is not None else ()
    if not pushing.is_closed_by_coordinator(referral) or others:
        text = "Sudah ada rujukan lain yang terbuka untuknya." if others else "Rujukan ini sudah selesai. Terima kasih."
        context.say(Message(text, (Option("menu:rujukan", "Rujukan"), HOME)))
        return
    context.worth = LASTING
    pushing.reopen(context.session, context.city, context.now, referral, context.person)
    context.say(words.alert(context.session, context.city, referral, context.person, context.now))
