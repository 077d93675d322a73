"""What a tap means: ``verb:argument:argument``. A token that is old, forged or not for this person changes nothing."""

from __future__ import annotations

from typing import Any

from flow import tokens
from flow.message import Message
from handlers.asn import home
from handlers.birth import birth, naming, new_pregnancy
from handlers.chat import forms, policy
from handlers.chat.context import Context, NotValid
from handlers.chat.policy import ANYBODY, ASN, COORDINATOR, HEALTH, JOINING, MEMBER
from handlers.coordinator import overview
from handlers.danger import answers, arrival, calls, sick
from handlers.data_officer import requests
from handlers.duty import alert_tests, duty
from handlers.endings import loss, mother_death, moved_or_refused
from handlers.family import family, lesson_answers, opt_out, own_data, paper_consent, preferences, readers, withdrawal
from handlers.joining import by_code, self_join
from handlers.measuring import charts, remeasure
from handlers.referral import alerts, closing, examined
from handlers.shell import commands, menu, template_opened
from handlers.shell.taps import (
    CHILD,
    CRY,
    DRAFT,
    FAMILY,
    KEY,
    NAME,
    PAGE,
    PERSON,
    PREGNANCY,
    REFERRAL,
    SUBJECT,
    VISIT,
    Button,
    button,
    number,
    parts_of,
    row,
    word,
)
from handlers.visit import acting, filing, opening
from programme import referral_messages as referral_words

NOT_VALID = "Tombol itu sudah tidak berlaku. Ketik *menu* untuk mulai lagi."


def _join(context: Context, how: str) -> None:
    ways = {"code": by_code.ask_code, "number": by_code.ask_number, "self": self_join.begin}
    if context.address.person is not None:
        menu.show_home(context)
        return
    ways[how](context)


def _self_join(context: Context, said: str) -> None:
    if said == "yes":
        self_join.agreed(context)
    else:
        context.say(Message("Baik, tidak apa-apa. Tidak ada yang kami simpan. Tulis *mulai* kalau berubah pikiran."))


def _page(context: Context, of_what: str, page: int) -> None:
    if of_what == "anak":
        home.show_children(context, page)
    else:
        home.choose_child(context, page)


def _monthly(context: Context, wished: str) -> None:
    charts.monthly(context, wished == "on")


DAY = word((preferences.ANY, *map(str, range(7))))
ANSWER = number(range(1, 11))
ARRIVED = word(("yes", *referral_words.NOT_THERE))
NOT_THERE, REASONS = word(referral_words.NOT_THERE), word(referral_words.REASONS)

BUTTONS: tuple[Button, ...] = (
    button("join", word(("code", "number", "self")), does=_join, may=ANYBODY),
    button("selfjoin", word(("yes", "no")), does=_self_join, may=ANYBODY, once=True),
    button("read", KEY, does=template_opened.show, may=ANYBODY),
    button("danger:now", CRY, does=calls.now, may=ANYBODY, once=True),
    button("danger:past", CRY, does=calls.past, may=ANYBODY, once=True),
    button("danger:ask", CRY, does=calls.question, may=ANYBODY, once=True),
    button("danger:died", CRY, does=calls.died, may=ANYBODY, once=True),
    button("danger:got", CRY, ARRIVED, does=arrival.got_there, may=ANYBODY, once=True),
    button("danger:why", CRY, NOT_THERE, REASONS, does=arrival.why, may=ANYBODY, once=True),
    button("sick:who", CHILD, does=sick.ask, may=policy.FAMILY),
    button("sick:sign", CHILD, NAME, does=sick.tell, may=policy.FAMILY),
    button("danger:numbers", does=answers.show_numbers, may=ANYBODY),
    button("more", PAGE, KEY, does=template_opened.turn_page, may=ANYBODY),
    button("menu", word(commands.BY_NAME), does=commands.run, may=JOINING),
    # who fosters
    button("report", SUBJECT, does=opening.report, may=ASN),
    button("page", word(("anak", "lapor")), PAGE, does=_page, may=ASN),
    button("undo", VISIT, does=filing.take_back, may=ASN, once=True),
    button("correct", VISIT, does=opening.correct, may=ASN),
    button("gone", DRAFT, word(acting.REASONS), does=acting.throw_away, may=ASN, once=True),
    button("again", DRAFT, does=opening.again, may=ASN, once=True),
    # families
    button(
        "consent",
        word(("yes", "no", "ask", *family.RELATIONS)),
        FAMILY,
        does=family.consents,
        may=policy.FAMILY,
        once=True,
    ),
    button("withdraw", FAMILY, does=withdrawal.withdraw, may=policy.FAMILY, once=True),
    button("resume", does=family.restart, may=policy.FAMILY, once=True),
    button("reader:end", row("carer"), does=readers.end, may=policy.FAMILY, once=True),
    button("reader:only", FAMILY, word(("on", "off")), does=readers.only_me, may=policy.FAMILY, once=True),
    button("erase", FAMILY, does=own_data.take_erasure, may=policy.FAMILY, once=True),
    button("request", row("data_request"), does=requests.begin, may=MEMBER, once=True),
    button("paper", FAMILY, does=paper_consent.begin, may=HEALTH, once=True),
    button("pause", number(family.PAUSES), does=family.pause, may=policy.FAMILY, once=True),
    button("stopwhy", number(range(1, len(opt_out.REASONS) + 1)), does=opt_out.why, may=policy.FAMILY, once=True),
    button("day", DAY, does=preferences.ask_hour, may=policy.FAMILY, once=True),
    button("hour", number(preferences.HOURS), DAY, does=preferences.choose, may=policy.FAMILY, once=True),
    button("lang", NAME, does=preferences.choose_language, may=policy.FAMILY, once=True),
    button("lesson", NAME, ANSWER, does=lesson_answers.answer, may=MEMBER, once=True),
    button("lesson", NAME, ANSWER, NAME, does=lesson_answers.answer, may=MEMBER, once=True),
    button("chart", CHILD, word(charts.BY_NAME), does=charts.show, may=MEMBER),
    button("chart:monthly", word(("on", "off")), does=_monthly, may=MEMBER),
    # referrals: also by a coordinator, of what cannot wait (``policy.answers_for``)
    button("ref:accept", REFERRAL, does=alerts.accept, may=MEMBER, once=True),
    button("ref:seen", REFERRAL, does=examined.begin, may=MEMBER, once=True),
    button("ref:back", REFERRAL, does=closing.back, may=MEMBER, once=True),
    button("ref:close", REFERRAL, word(referral_words.ENDS), does=closing.close, may=MEMBER, once=True),
    button("got", REFERRAL, ARRIVED, does=closing.got_there, may=MEMBER, once=True),
    button("why", REFERRAL, NOT_THERE, REASONS, does=closing.why, may=MEMBER, once=True),
    button("remeasure", CHILD, does=remeasure.begin, may=HEALTH),
    button("test", row("alert_test"), does=alert_tests.received, may=HEALTH, once=True),
    button("duty:tonight", does=duty.tonight, may=HEALTH, once=True),
    button("duty:end", does=duty.end, may=HEALTH, once=True),
    button("duty:set", PERSON, does=duty.begin, may=MEMBER),
    button("duty:other", does=duty.choose, may=MEMBER),
    # news, by whoever may bring it
    button("news:who", SUBJECT, does=moved_or_refused.choose, may=MEMBER, once=True),
    button(
        "news:moved",
        SUBJECT,
        does=lambda context, about: moved_or_refused.confirm(context, "moved", about),
        may=MEMBER,
        once=True,
    ),
    button(
        "news:refused",
        SUBJECT,
        does=lambda context, about: moved_or_refused.confirm(context, "refused", about),
        may=MEMBER,
        once=True,
    ),
    button("news:yes", word(moved_or_refused.KINDS), SUBJECT, does=moved_or_refused.record, may=MEMBER, once=True),
    button("news:no", does=moved_or_refused.not_sure, may=MEMBER, once=True),
    button("loss:who", SUBJECT, does=loss.confirm, may=MEMBER, once=True),
    button("loss:yes", word(loss.KINDS), SUBJECT, does=loss.record, may=MEMBER, once=True),
    button("loss:mother", SUBJECT, does=mother_death.confirm, may=MEMBER, once=True),
    button("loss:yes:mother", SUBJECT, does=mother_death.record, may=MEMBER, once=True),
    button("loss:no", does=loss.not_so, may=JOINING, once=True),
    button("loss:other", does=loss.somebody_else, may=JOINING, once=True),
    button("birth", PREGNANCY, does=birth.begin, may=MEMBER, once=True),
    button("birth:who", PREGNANCY, does=birth.begin, may=MEMBER, once=True),
    button("birth:not", PREGNANCY, does=birth.not_yet, may=MEMBER, once=True),
    button("birth:undo", PREGNANCY, does=birth.take_back, may=MEMBER, once=True),
    button("expecting", FAMILY, does=new_pregnancy.begin, may=MEMBER, once=True),
    button("expecting:due", FAMILY, does=new_pregnancy.mend, may=MEMBER, once=True),
    button("expecting:unknown", FAMILY, does=new_pregnancy.unknown, may=MEMBER, once=True),
    button("name", CHILD, does=naming.begin, may=MEMBER, once=True),
    # coordinators
    button("late", PAGE, does=overview.show_late, may=COORDINATOR),
    button("remind", PERSON, does=overview.remind, may=COORDINATOR),
)


def tap(context: Context, token: str) -> None:
    """Do what the button says. Raises NotValid where it is none of ours, or not for this person now."""
    if context.address.person is not None and (meant := tokens.read(token)):
        forms.tapped(context, meant)
        return
    found, arguments = read(token)
    context.settles = found.once
    if not policy.holds(context.address.person, found.may):
        raise NotValid(token)
    found.act(context, *arguments)


def read(token: str) -> tuple[Button, list[Any]]:
    """The button with the values of its arguments. Raises NotValid for text that is no button's."""
    parts = parts_of(token)
    for one in BUTTONS:
        if (arguments := one.arguments(parts)) is not None:
            return one, arguments
    raise NotValid(token)
