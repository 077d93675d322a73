"""What is done about a message: an ordered list of rules, of which the first that fits acts, and no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from db import people
from db.drafts import Draft
from db.roles import Role
from flow import words
from flow.identity_numbers import holds_identity
from flow.message import Message
from flow.words import normal
from handlers.asking import known
from handlers.birth import birth, new_pregnancy
from handlers.chat import forms, trust
from handlers.chat.context import Context
from handlers.coordinator import (
    codes,
    exporting,
    finding_anything,
    people_card,
    places,
    putting_aside,
    referral_closing,
    who_looked,
)
from handlers.danger import calls, listen
from handlers.endings import loss
from handlers.family import family, opt_out, withdrawal
from handlers.joining import by_code, change_number, confirming, household
from handlers.letters import writing
from handlers.pairs import sharing
from handlers.promises import promising
from handlers.questions import answering, asking
from handlers.shell import buttons, commands, menu
from handlers.workbook import receiving
from programme import policy
from programme.policy import ANYBODY, ASN, CITY_COORDINATOR, FAMILY, HEALTH, JOINING, MEMBER, STRANGER

NO_IDENTITY = (
    "Mohon tidak mengirim NIK atau nomor KK lewat chat. Pesan tadi tidak kami baca dan tidak kami simpan. "
    "Kami cukup memakai kode yang tertulis di kartu."
)
FORWARDED = "Pesan terusan tidak kami baca sebagai jawaban. Tulis dengan kata-kata sendiri, ya."
UNREADABLE = "Maaf, kiriman seperti itu belum bisa kami baca. Tulis dengan kata-kata, ya."


ASKED_FOR = (writing.LETTER, writing.ANSWER, referral_closing.AWAITED, putting_aside.AWAITED)
"""What is asked for in words that go to somebody or are kept: not any more once something else is tapped."""
NEVER_MIND = ("tidak jadi", "gak jadi", "nggak jadi", "tdk jadi")


@dataclass(frozen=True)
class Rule:
    """``who`` is a word of ``policy``; ``hears`` says whether the message is of this rule; ``does`` answers it."""

    who: str
    hears: Callable[[Context], object]
    does: Callable[[Context], None]


def handle(context: Context) -> None:
    """Answer the message by the first rule that fits who wrote and what was said."""
    _read_caption(context)
    taken = _sheet(context) and receiving.may_send(context)
    wordless = _is_wordless(context) and not answering.is_wordless(context) and not taken
    rule = _rule(context)
    rule.does(context)
    if rule.does is listen.answer and context.address.person is not None:
        writing.held_back(context)
        _ask_for_no_words(context)
    if wordless:
        # Nobody listens to a voice note or looks at a picture before a person has time for it.
        numbers = context.city.programme.emergency.to_call
        context.say(Message(f"Kalau ada yang gawat, jangan menunggu balasan di sini. {numbers}"))


def _rule(context: Context) -> Rule:
    for rule in RULES:
        if policy.holds(context.address.person, rule.who) and rule.hears(context):
            return rule
    raise LookupError("no rule fits: the last one for strangers and the last one for everybody else fit anything")


def _is_wordless(context: Context) -> bool:
    """Whether this is a voice note, a sticker, a video or a picture without words, that no open question asked for."""
    incoming = context.incoming
    if incoming.words or not (incoming.unsupported or incoming.photo or incoming.document):
        return False
    draft = _open_draft(context) if context.address.person is not None else None
    return not (incoming.photo and draft and forms.wants(context, draft) == "photo")


def _read_caption(context: Context) -> None:
    """Take the caption of a picture, document or video for written words, unless the open question asks for a photo."""
    incoming = context.incoming
    draft = _open_draft(context) if context.address.person is not None else None
    if _sheet(context) and receiving.may_send(context):
        return  # what stands under a workbook says what is in it
    if incoming.caption and not (incoming.photo and draft and forms.wants(context, draft) == "photo"):
        context.lost_file = True
        context.incoming = replace(
            incoming, text=incoming.caption, caption="", photo=None, document=None, unsupported=False
        )


# --- what is heard ------------------------------------------------------------------


def _text(context: Context) -> str:
    """What was written; "" for anything else."""
    return context.incoming.text or ""


def _anything(context: Context) -> bool:
    return True


def _written(context: Context) -> bool:
    return context.incoming.text is not None


def _identity_number(context: Context) -> bool:
    return holds_identity(context.incoming.words)


def _edited(context: Context) -> bool:
    return context.incoming.edited


def _forwarded(context: Context) -> bool:
    return context.incoming.is_heard_only


def _tap(context: Context) -> bool:
    return context.incoming.tap is not None


def is_of_danger(context: Context) -> bool:
    """Whether somebody cries for help, or answers what was asked after that."""
    return (context.incoming.tap or "").startswith("danger:") or listen.hears(context)


def _beyond_lessons(context: Context) -> bool:
    """Whether the address is for lessons only, and this is no command that belongs to them, and no wish to stop."""
    command = commands.meant(_text(context))
    known = command is not None and not trust.is_closed(context, command.may)
    return people.only_lessons(context.address) and not known and not opt_out.is_stop(_text(context))


def _child_described(context: Context) -> bool:
    return confirming.is_answer(context) and not _is_start(_text(context)) and commands.meant(_text(context)) is None


def _second_code(context: Context) -> bool:
    """Whether somebody who is adding a second person to the phone writes a code."""
    said = _text(context).strip()
    is_code = change_number.CODE.fullmatch(said.upper()) and commands.meant(said) is None
    return context.address.awaiting == confirming.SECOND and bool(is_code)


def _written_code(context: Context) -> str:
    """The code that these words are, as a link sends it or by itself; "" for other words."""
    if sent := _start_code(_text(context)):
        return sent if change_number.CODE.fullmatch(sent.upper()) else ""
    return _text(context) if household.is_code(_text(context)) else ""


def _family_code(context: Context) -> bool:
    """Whether somebody who has joined writes the code of a family: they may join it too."""
    return bool(code := _written_code(context)) and household.entry_of(context, code) is not None


def _unknown_code(context: Context) -> bool:
    """Whether somebody who has joined writes a code that is nobody's, as who guesses does."""
    code = _written_code(context)
    return bool(code) and people.invitation(context.session, code, context.now, context.city.secret) is None


def _sheet(context: Context) -> bool:
    return receiving.is_workbook(context)


def _contact(context: Context) -> bool:
    return context.incoming.contact is not None


def _code(context: Context) -> str | None:
    """The code that a stranger wrote: "/start CODE", or after "Saya punya kode" any words but "menu"."""
    text = _text(context)
    if (code := _start_code(text)) is not None:
        return code
    command = commands.meant(text)
    is_home = command is not None and command.name == "home"
    return text if context.address.awaiting == "code" and text and not is_home else None


def _start(context: Context) -> bool:
    return _is_start(_text(context)) or _start_code(_text(context)) is not None


def _loss_beside_form(context: Context) -> bool:
    """Whether a form is open, and free words that are no answer to it tell of a loss."""
    text = _text(context)
    return (
        _open_draft(context) is not None
        and commands.meant(text) is None
        and not _answers_form(context)
        and loss.is_mourning(text)
    )


def _for_form(context: Context) -> bool:
    """Whether a form is open, and takes this: everything that is not a command, and a command that answers it."""
    return _open_draft(context) is not None and (commands.meant(_text(context)) is None or _answers_form(context))


def _command(context: Context) -> bool:
    return commands.meant(_text(context)) is not None


def _searched_name(context: Context) -> bool:
    if context.address.awaiting.startswith(f"{putting_aside.AWAITED}:") and _is_other_news(context):
        return False
    return _written(context) and commands.awaited(context.address.awaiting) is not None


def _writes_on(context: Context) -> bool:
    """Whether who asked writes into their thread: by a reply, or after *Tulis lagi*; a loss is heard as one."""
    text = _text(context)
    named = asking.is_reply(context) or asking.is_awaited(context)
    return named and commands.meant(text) is None and not loss.is_mourning(text) and not opt_out.is_stop(text)


def _answers_letter(context: Context) -> bool:
    return writing.is_reply(context) and not _is_other_news(context)


def _words_of_letter(context: Context) -> bool:
    return writing.is_awaited(context) and not _is_other_news(context)


def _words_of_closing(context: Context) -> bool:
    return referral_closing.is_awaited(context) and not _is_other_news(context)


def _takes_back_words(context: Context) -> bool:
    """Whether somebody who was asked for words writes that they want none of it."""
    asked = context.address.awaiting.partition(":")[0] in ASKED_FOR
    return asked and (words.command(_text(context)) == "cancel" or normal(_text(context)) in NEVER_MIND)


def _is_other_news(context: Context) -> bool:
    """Whether these words are a command, tell of a loss by somebody who may bring the news of one, or end the messages
    of a family.
    """
    text = _text(context)
    ends = policy.holds(context.address.person, FAMILY) and opt_out.is_stop(text)
    return ends or commands.meant(text) is not None or (context.may("news.loss") and loss.is_mourning(text))


def _loss(context: Context) -> bool:
    return loss.is_mourning(_text(context))


def _birth(context: Context) -> bool:
    return birth.is_birth(_text(context)) and bool(birth.awaited(context))


def _pregnancy(context: Context) -> bool:
    return new_pregnancy.is_pregnancy(_text(context)) and new_pregnancy.may_be_news(context)


def _stop(context: Context) -> bool:
    return opt_out.is_stop(_text(context))


def _withdrawal(context: Context) -> bool:
    return withdrawal.is_withdrawal(_text(context))


def _own_code(context: Context) -> bool:
    return change_number.is_own_code(context, _text(context))


def _open_draft(context: Context) -> Draft | None:
    """The open form; None also for a form that is no longer registered."""
    draft = forms.current_draft(context)
    return draft if draft is not None and draft.form in context.specs else None


def _answers_form(context: Context) -> bool:
    """Whether this is for the open form alone: no words, the form's own words ("batal"), or an answer to its question.

    A slash means a command, whatever the question takes. In a form of families a death and "berhenti" are no answer,
    unless the open question offers these very words.
    """
    draft, text = _open_draft(context), context.incoming.text
    if draft is None:
        return False
    if text is None or words.command(text) is not None:
        return True
    if text.startswith("/") or not forms.takes(context, draft, text):
        return False
    if not context.specs[draft.form].yields_to_urgent or forms.offers(context, draft, text):
        return True
    command = commands.meant(text)
    return not (loss.is_mourning(text) or (command is not None and command.urgent))


def _start_code(text: str) -> str | None:
    """The code of "/start CODE" or "mulai CODE", as an invitation's link sends it."""
    parts = text.split()
    if len(parts) != 2:
        return None
    begins = parts[0].casefold() == "mulai" and change_number.CODE.fullmatch(parts[1].upper())
    return parts[1] if _is_start(parts[0]) or begins else None


def _is_start(text: str) -> bool:
    return text.casefold().split()[:1] == ["/start"]


# --- what is done -------------------------------------------------------------------


def _refuse_identity(context: Context) -> None:
    context.say(Message(NO_IDENTITY, (forms.HOME,) if context.address.person else ()))


def _pass_over(context: Context) -> None:
    """Answer nothing: what was written first has been answered."""


def _ask_for_own_words(context: Context) -> None:
    context.say(Message(FORWARDED, (forms.HOME,) if context.address.person else ()))


def _do_button(context: Context) -> None:
    _ask_for_no_words(context)
    buttons.tap(context, context.incoming.tap or "")


def _join_by_number(context: Context) -> None:
    by_code.use_number(context)
    _show_first_screen(context)


def _join_by_code(context: Context) -> None:
    by_code.use_code(context, _code(context) or "")
    _show_first_screen(context)


def _open_fully(context: Context) -> None:
    by_code.use_code(context, _start_code(_text(context)) or _text(context).strip())
    _show_first_screen(context)


def _any_code(context: Context) -> bool:
    """Whether an address for lessons only writes a code, which opens it fully."""
    text = _text(context)
    written = _start_code(text) is not None or context.address.awaiting == "code" or listen.is_code(text)
    return people.only_lessons(context.address) and bool(text) and written and commands.meant(text) is None


def _add_second(context: Context) -> None:
    by_code.use_code(context, _text(context).strip())


def _join_family(context: Context) -> None:
    by_code.use_code_of_family(context, _written_code(context))


def _show_first_screen(context: Context) -> None:
    """Show somebody who has just been linked their first screen; a family is asked for its consent instead."""
    person = context.address.person
    if person is not None and not person.has(Role.FAMILY):
        menu.show_home(context)


def _greet(context: Context) -> None:
    """Show the first screen, with the command menu for the channel."""
    context.commands = context.menu_of(context.person)
    menu.show_home(context)


def _answer_form(context: Context) -> None:
    if (draft := _open_draft(context)) is not None:
        forms.hear(context, draft)


def _run_command(context: Context) -> None:
    if (command := commands.meant(_text(context))) is not None:
        commands.run(context, command.name)


def _search(context: Context) -> None:
    if (takes := commands.awaited(context.address.awaiting)) is not None:
        takes(context, _text(context))


def _send_nothing(context: Context) -> None:
    context.address.awaiting = ""
    context.say(Message("Baik, tidak ada yang dikirim.", (forms.HOME,)))


def _ask_for_no_words(context: Context) -> None:
    """What somebody does now is something else than what was asked for."""
    if context.address.awaiting.partition(":")[0] in ASKED_FOR:
        context.address.awaiting = ""


def _note_loss(context: Context) -> None:
    _ask_for_no_words(context)
    if context.person.roles:
        family.keep(context, _text(context))
    loss.begin(context)


def _note_birth(context: Context) -> None:
    family.keep(context, _text(context))
    commands.run(context, "lahir")


def _note_pregnancy(context: Context) -> None:
    family.keep(context, _text(context))
    commands.run(context, "hamil")


def _note_stop(context: Context) -> None:
    family.keep(context, _text(context))
    opt_out.offer(context)


def _note_withdrawal(context: Context) -> None:
    family.keep(context, _text(context))
    withdrawal.offer(context)


def _ask(context: Context) -> None:
    """Answer what is known; the rest of what a family or an ASN writes is a question to a person."""
    if not known.answer_known(context, _text(context)):
        asking.ask(context, _text(context))


def _answer_or_help(context: Context) -> None:
    if not known.answer_known(context, _text(context)):
        menu.show_help(context)


def _say_unreadable(context: Context) -> None:
    context.say(Message(UNREADABLE, (forms.HOME,)))


def _with_name(word: str, act: str, find: Callable[[Context, str], None]) -> Rule:
    """The rule for a command word and a name: "kode SARI". ``find`` takes the name as it was written."""

    def hears(context: Context) -> bool:
        return normal(_text(context)).startswith(f"{word} ") and context.may(act)

    def does(context: Context) -> None:
        find(context, " ".join(_text(context).split()[1:]))

    return Rule(MEMBER, hears, does)


# --- the rules, in their order --------------------------------------------------------

RULES: tuple[Rule, ...] = (
    # Danger comes before everything, from anybody, strangers too, whatever else is going on. It is heard in written
    # words and captions: a tap has none.
    Rule(ANYBODY, listen.hears, listen.answer),
    Rule(ANYBODY, calls.is_number_for_cry, calls.pass_on_number),
    # A NIK or KK number is not read any further and not kept, wherever it was written.
    Rule(ANYBODY, _identity_number, _refuse_identity),
    # Edited and forwarded words are no answer and no wish: an edit would change a report without showing what follows.
    Rule(ANYBODY, _edited, _pass_over),
    Rule(ANYBODY, _forwarded, _ask_for_own_words),
    # A tap says itself what it means, and its button says who may.
    Rule(ANYBODY, _tap, _do_button),
    # --- strangers: nothing of theirs is kept before they have joined
    Rule(STRANGER, _contact, _join_by_number),
    Rule(STRANGER, _child_described, confirming.answer),
    Rule(STRANGER, _code, _join_by_code),
    Rule(STRANGER, _anything, by_code.greet_stranger),
    # --- whom we know
    # Confirmed by an answer about the child alone: a code opens everything; until then nothing but the lessons.
    Rule(JOINING, _any_code, _open_fully),
    Rule(JOINING, _beyond_lessons, trust.refuse),
    # A workbook, also beside an open form: no form asks for a file.
    Rule(MEMBER, _sheet, receiving.take),
    # Before an open form: the code was asked for last.
    Rule(MEMBER, _second_code, _add_second),
    # Before opening the chat anew: the link of a code does both.
    Rule(MEMBER, _family_code, _join_family),
    # Opening the chat anew shows the first screen, also in a form, also with the code of the invitation once more.
    Rule(JOINING, _start, _greet),
    # A reply to a letter is its answer, also beside an open form; a loss in it is heard as one.
    Rule(MEMBER, writing.is_wordless, writing.refuse_file),
    Rule(MEMBER, _answers_letter, writing.take_reply),
    # A reply to a message of a question belongs to its thread, also beside an open form. What has no words is not
    # passed on, and who sent it hears so.
    Rule(HEALTH, answering.is_wordless, answering.refuse_file),
    Rule(HEALTH, answering.is_reply, answering.take_reply),
    Rule(MEMBER, _writes_on, asking.take_on),
    # No form asks for a contact, so the contact is a new number of their own.
    Rule(MEMBER, _contact, change_number.new_number),
    # An open form comes before commands, because "menu" or "hamil" may be an answer; a loss comes before the form.
    Rule(JOINING, _loss_beside_form, loss.begin),
    Rule(JOINING, _for_form, _answer_form),
    # Before what begins with a word of ours: "orang tua Rafa pindah" is a letter, where one is awaited.
    Rule(MEMBER, _takes_back_words, _send_nothing),
    Rule(MEMBER, _words_of_letter, writing.take_awaited),
    Rule(MEMBER, _words_of_closing, referral_closing.take_words),
    Rule(CITY_COORDINATOR, who_looked.hears, who_looked.answer),
    Rule(MEMBER, exporting.hears, exporting.answer),
    _with_name("kode", "code.make", codes.find),
    _with_name("tempat", "place.change", places.find),
    _with_name("orang", "person.open", people_card.find),
    # A command comes before the name that was asked for: it is the way out of that question.
    Rule(JOINING, _command, _run_command),
    Rule(ASN, promising.is_answer, promising.take_answer),
    Rule(JOINING, _searched_name, _search),
    Rule(HEALTH, answering.is_awaited, answering.take_awaited),
    # A name or a code alone, or after "kartu", opens the card of whom or what it is; no answer that somebody waits for
    # is one.
    Rule(MEMBER, finding_anything.asked_for, finding_anything.open_named),
    Rule(MEMBER, finding_anything.is_name, finding_anything.open_named),
    # Free words, the gravest first: a loss also where a birth is told in the same words, news before the wish to stop.
    Rule(JOINING, _loss, _note_loss),
    Rule(JOINING, _birth, _note_birth),
    Rule(JOINING, _pregnancy, _note_pregnancy),
    Rule(FAMILY, _withdrawal, _note_withdrawal),
    Rule(FAMILY, _stop, _note_stop),
    # A code for another phone is no note; it stays unused.
    Rule(JOINING, _own_code, change_number.explain_own_code),
    Rule(MEMBER, _unknown_code, _join_family),
    # Other words are an answer of a health worker that names no question, or a question of a family or an ASN. Thanks
    # and greetings are none; nobody reads the words of others, so they get the help.
    Rule(HEALTH, answering.is_unaddressed, answering.ask_which),
    Rule(MEMBER, asking.thanked, asking.thank),
    Rule(MEMBER, asking.agrees, asking.agree),
    Rule(MEMBER, asking.greets, menu.show_home),
    # Asked for today, and optional: whatever is news, thanks or a greeting is none.
    Rule(FAMILY, sharing.is_landmark, sharing.take_landmark),
    # What is known is answered at once.
    Rule(MEMBER, asking.asks, _ask),
    # A name that nobody has gets the same words as one that is not theirs to see.
    Rule(MEMBER, finding_anything.is_in_vain, finding_anything.open_named),
    Rule(MEMBER, _written, _answer_or_help),
    Rule(JOINING, _written, menu.show_help),
    Rule(JOINING, _anything, _say_unreadable),
)
