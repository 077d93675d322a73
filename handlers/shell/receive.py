"""The shell: one message in, one transaction. It finds out who wrote and whose turn it is; the rest is elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from content.city import City
from db import outbox, people
from flow import words
from flow.message import Incoming, Message
from handlers.birth import birth, new_pregnancy
from handlers.chat import commands, forms
from handlers.chat.context import Context, NotValid
from handlers.danger import listen
from handlers.endings import loss
from handlers.family import family, opt_out
from handlers.joining import by_code, change_number, self_join
from handlers.shell import buttons, menu

NO_IDENTITY = (
    "Mohon tidak mengirim NIK atau nomor KK lewat chat. Pesan tadi tidak kami baca dan tidak kami simpan. "
    "Kami cukup memakai kode dari kartu Bapak/Ibu."
)
URGENT = ("duka", "keguguran", "berhenti")  # commands that no question of a family's own form takes for an answer
UNREADABLE = "Maaf, kiriman seperti itu belum bisa kami baca. Tulis dengan kata-kata, ya."


def receive(session: Session, incoming: Incoming, now: datetime, city: City) -> None:
    """Handle one message: everything that follows from it, and the promise of every answer, in this session."""
    if incoming.reachable is not None:
        _reachable(session, incoming, now)
        return
    channel, name = incoming.channel, incoming.address
    address = people.hear(session, channel, name, now, at=incoming.at, aliases=incoming.aliases)
    outbox.rename(session, channel, incoming.aliases, name)
    session.flush()
    context = Context(session, incoming, city.local(now), city, address)
    try:
        with session.begin_nested():
            _handle(context)
    except NotValid:
        # The savepoint took back whatever had been begun; any other exception is a bug, and goes to the worker.
        refused = Context(session, incoming, context.now, city, address, settles=context.settles)
        refused.say(Message(buttons.NOT_VALID))
    _forget_thrown_away(context)
    session.flush()


def _handle(context: Context) -> None:
    incoming = context.incoming
    holds_identity = words.holds_identity(incoming.words)
    if listen.first(context, menu.FORM_SPECS, holds_identity=holds_identity):
        return
    _read_caption(context)
    if holds_identity:
        context.say(Message(NO_IDENTITY, (forms.HOME,) if context.address.person else ()))
    elif incoming.tap is not None:
        buttons.tap(context, incoming.tap)
    elif context.address.person is None:
        _stranger(context)
    else:
        _known(context)


def _read_caption(context: Context) -> None:
    """What stands under a picture is handled as words, unless the open question asks for the picture."""
    incoming = context.incoming
    draft = forms.current_draft(context) if context.address.person is not None else None
    if incoming.caption and not (incoming.photo and draft and forms.wants(menu.FORM_SPECS, draft) == "photo"):
        context.incoming = replace(
            incoming, text=incoming.caption, caption="", photo=None, document=None, unsupported=False
        )


def _stranger(context: Context) -> None:
    incoming = context.incoming
    code = _start_code(incoming.text)
    if incoming.contact:
        by_code.use_number(context)
    elif code is not None or (context.address.awaiting == "code" and incoming.text and not _is_home(incoming.text)):
        by_code.use_code(context, code or incoming.text or "")
    else:
        by_code.greet_stranger(context)
    _first_screen(context)


def _known(context: Context) -> None:
    text = context.incoming.text
    if text is not None and (_starts(text) or _start_code(text)):
        _greet(context)  # also with a code: somebody who has joined already may open the invitation again
        return
    if context.incoming.contact and context.person.roles:
        change_number.new_number(context)
        return
    draft = forms.current_draft(context)
    if draft is not None and draft.form in menu.FORM_SPECS:
        said = commands.meant(text) if text else None
        in_form = text is not None and words.command(text) is not None
        is_answer = text is None or (not text.startswith("/") and forms.takes(menu.FORM_SPECS, draft, text))
        if text is not None and draft.form in menu.OF_FAMILIES and not forms.offers(menu.FORM_SPECS, draft, text):
            is_answer = is_answer and not (loss.is_mourning(text) or said in URGENT)
        if said is None and text is not None and not (in_form or is_answer) and loss.is_mourning(text):
            loss.begin(context)  # no form is more urgent than that
        elif said is None or in_form or is_answer:
            forms.hear(context, menu.FORM_SPECS, draft)
        else:
            menu.command(context, said)
        return
    if text is not None and (said := commands.meant(text)):
        menu.command(context, said)
    elif text is not None and context.address.awaiting in menu.SEARCHES:
        menu.SEARCHES[context.address.awaiting](context, text)
    elif text is not None and loss.is_mourning(text):
        if context.person.roles:
            family.keep(context, text)
        loss.begin(context)
    elif text is not None and birth.is_birth(text) and birth.awaited(context):
        family.keep(context, text)
        menu.command(context, "lahir")
    elif text is not None and new_pregnancy.is_pregnancy(text) and new_pregnancy.may_be_news(context):
        family.keep(context, text)
        menu.command(context, "hamil")
    elif text is not None and context.person.has("family") and opt_out.is_stop(text):
        family.keep(context, text)
        opt_out.offer(context)
    elif text is not None and change_number.is_ones_own_code(context, text):
        pass  # said where it belongs
    elif text is not None and context.person.has("family"):
        family.keep_words(context, text)
    elif text is not None:
        menu.show_help(context)
    else:
        context.say(Message(UNREADABLE, (forms.HOME,)))


def _greet(context: Context) -> None:
    """The first screen with the command menu, as one meets them on coming in."""
    context.commands = commands.commands_of(context.person)
    menu.show_home(context)


def _first_screen(context: Context) -> None:
    """Somebody has just been linked: greet with their own first screen, unless a consent is being asked for."""
    person = context.address.person
    if person is not None and not person.has("family"):
        menu.show_home(context)


def _start_code(text: str | None) -> str | None:
    """The code of "/start CODE" or "mulai CODE", as an invitation's link sends it."""
    parts = (text or "").split()
    if len(parts) != 2:
        return None
    begins = parts[0].casefold() == "mulai" and change_number.CODE.fullmatch(parts[1].upper())
    return parts[1] if _starts(parts[0]) or begins else None


def _starts(text: str) -> bool:
    return text.casefold().split()[:1] == ["/start"]


def _is_home(text: str) -> bool:
    return commands.meant(text) == "home"


def _forget_thrown_away(context: Context) -> None:
    """A family that began to join by itself and threw the form away leaves nothing behind."""
    person = context.address.person
    if person is not None and self_join.only_began(context, person):
        self_join.forget(context)


def _reachable(session: Session, incoming: Incoming, now: datetime) -> None:
    """The person blocked us, or came back."""
    channel, name = incoming.channel, incoming.address
    address = people.hear(session, channel, name, now, at=incoming.at, aliases=incoming.aliases, wrote=False)
    outbox.rename(session, channel, incoming.aliases, name)
    if not incoming.reachable:
        address.state = "blocked"
        outbox.stop_address(session, incoming.channel, incoming.address, "diblokir penerima", now)
