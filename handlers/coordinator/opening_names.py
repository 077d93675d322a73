"""How the city's coordinator opens one child or family by its code; each opening is a line of the audit."""

from __future__ import annotations

from collections.abc import Iterator

from db import cries, measurements, referrals
from db.children import Child, Family, Pregnancy, by_code
from db.fostering import foster_parents
from db.measurements import OFFICIAL
from db.states import CareState
from db.subjects import subject
from flow.message import Message
from flow.words import normal
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.chat.names import age_words, salute, short_day
from programme import disclosure, growth, policy
from programme import referral_messages as words
from reports.digest import digest

AWAITED = "open"  # what ``Address.awaiting`` says while a code is asked for
WORD = "lihat "
WHICH = "Tulis kodenya, misalnya *lihat A-31*. Setiap nama yang dibuka dicatat."
NOT_FOUND = "Kode itu tidak ada dalam daftar."


def code_of(text: str) -> str:
    """The code of "lihat A-31"; empty for any other words."""
    said = normal(text)
    code = said.removeprefix(WORD) if said.startswith(WORD) else ""
    return "" if " " in code else code


def ask(context: Context) -> None:
    context.address.awaiting = AWAITED
    context.say(Message(WHICH, (HOME,)))


def find(context: Context, said: str) -> None:
    """Show the child or the family of this code, and note in the audit that it was opened."""
    context.address.awaiting = ""
    code = code_of(said) or said
    about = by_code(context.session, Child, code) or by_code(context.session, Family, code)
    if about is None or not context.may("child.open", about):
        context.say(Message(NOT_FOUND, (HOME,)))
        return
    context.note("child.open", subject(about))
    context.say(Message("\n".join(_lines(context, about)), (HOME,)))


def _lines(context: Context, about: Child | Family) -> Iterator[str]:
    family = about if isinstance(about, Family) else about.family
    yield f"👁 *{disclosure.called(about, disclosure.ALL)}* ({about.code}), {family.village.full_name}"
    agrees = policy.knows_health(context.asking, family)
    if isinstance(about, Child) and agrees:
        yield f"Umur: {age_words(about.born, context.today)}"
    asns = foster_parents(context.session, about, context.today)
    yield f"Pendamping: {', '.join(map(salute, asns)) or 'belum ada'}"
    if not agrees:
        yield "Belum ada persetujuan orang tua: umur, ukuran, dan rujukannya hanya untuk petugas kesehatan."
        return
    if isinstance(about, Child):
        yield from _measured(context, about)
        yield from _referrals(context, about)
        return
    yield from _referrals(context, about)
    for pregnancy in about.pregnancies:
        if pregnancy.state == CareState.ACTIVE:
            yield from _referrals(context, pregnancy)


def _measured(context: Context, child: Child) -> Iterator[str]:
    rows = measurements.history(context.session, child.id, OFFICIAL)
    if not rows:
        return
    classes = growth.classes(child.sex, child.born, rows[-1], child.gestation_weeks)
    said = ", ".join(f"{index} {name}" for index, name in classes.items())
    yield f"Ukuran resmi terakhir {short_day(rows[-1].measured_on)}: {said or 'belum bisa dinilai'}"


def _referrals(context: Context, about: Child | Pregnancy | Family) -> Iterator[str]:
    for referral in referrals.open_about(context.session, about):
        if signs := disclosure.public(referral.signs):
            since = (context.today - context.city.today(referral.opened_at)).days
            taken_by = salute(referral.acceptor) if referral.acceptor else ""
            waits = digest.waits_for(referral.state, taken_by)
            yield f"Rujukan: {', '.join(signs)}. {f'Sejak {since} hari' if since else 'Baru hari ini'}, {waits}."
            for cry in cries.of_referral(context.session, referral.id)[-1:]:
                yield f"Yang menulis: {words.writer(context.session, cry)}"
