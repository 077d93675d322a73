"""What waits on a card: the next visit, referrals, questions and a report that was not sent."""

from __future__ import annotations

from collections.abc import Iterator

from db import cries, drafts, questions, referrals
from db.children import Child, Family, Pregnancy
from db.questions import Question, QuestionState
from db.referrals import Referral
from db.subjects import subject
from flow.message import plain
from flow.questions import show_day
from handlers.card.reading import Reading
from handlers.chat.names import salute, short_day
from programme import disclosure, unsent
from programme import referral_messages as words
from programme.disclosure import Shown
from programme.referral_messages import ago
from reports.digest import kinds
from rules.visits import standing


def lines(reading: Reading) -> Iterator[str]:
    """Each thing that waits, in a line."""
    yield from _visits(reading)
    for referral in open_referrals(reading):
        yield _referral(reading, referral)
    if asked := len(open_questions(reading)):
        oldest = min(one.waits_since or one.opened_at for one in open_questions(reading))
        many = "Pertanyaan" if asked == 1 else f"{asked} pertanyaan"
        yield f"{many} menunggu jawaban, {ago(reading.context.now - oldest)}"
    yield from _drafts(reading)


def open_referrals(reading: Reading) -> list[Referral]:
    """The open referrals that this reader may know of; those of the whole family only at its place."""
    of_family: tuple[Family, ...] = () if reading.fosters and not reading.serves else (reading.about.family,)
    about: tuple[Child | Pregnancy | Family, ...] = (reading.about, *of_family)
    found = [one for row in about for one in referrals.open_about(reading.context.session, row)]
    return [one for one in found if _may_know(reading, one) and (disclosure.public(one.signs) or not one.signs)]


def _may_know(reading: Reading, referral: Referral) -> bool:
    shown = disclosure.of_waiting(reading.shown, referral.urgency, referral.state)
    return Shown.WAY in shown


def open_questions(reading: Reading) -> list[Question]:
    """The questions about them that wait for an answer: all at their place, of a foster parent their own."""
    if Shown.CODE not in reading.shown:
        return []
    session, me = reading.context.session, reading.context.person.id
    found = [one for one in questions.of_family(session, reading.about.family_id) if one.state == QuestionState.OPEN]
    about = [one for one in found if one.about in (reading.about, reading.about.family)]
    return [one for one in about if not reading.fosters or reading.serves or one.person_id == me]


def _visits(reading: Reading) -> Iterator[str]:
    for one in reading.fostered:
        stands = standing(one.due, reading.context.today)
        mark = "🔴 " if stands.overdue else "🟡 " if stands.due_today else ""
        by = "" if reading.fosters and one.asn_id == reading.context.person.id else f" {one.asn}"
        last = f"terakhir {short_day(one.last)}" if one.last else "belum pernah dikunjungi"
        yield f"{mark}Kunjungan{by} {stands} ({show_day(one.due)}); {last}"


def _referral(reading: Reading, referral: Referral) -> str:
    context, shown = reading.context, disclosure.of_waiting(reading.shown, referral.urgency, referral.state)
    signs = ", ".join(disclosure.public(referral.signs)) if Shown.SIGN in shown else ""
    what = signs or kinds.SOON.get(referral.urgency, "perlu dilihat petugas")
    days = (context.today - context.city.today(referral.opened_at)).days
    taken_by = salute(referral.acceptor) if referral.acceptor else ""
    said = f"Rujukan: {what}. {f'Sejak {days} hari' if days else 'Baru hari ini'}, "
    said += kinds.waits_for(referral.state, taken_by)
    cry = next(iter(cries.of_referral(context.session, referral.id)[-1:]), None)
    if cry is None or reading.is_near or Shown.SIGN not in shown:
        return said
    return f"{said}. Yang menulis: {words.writer(context.session, cry)}"


def _drafts(reading: Reading) -> Iterator[str]:
    """The reader's own report about them that was begun and not sent."""
    said = str(subject(reading.about))
    for draft in drafts.of(reading.context.session, reading.context.person.id):
        if draft.subject == said and draft.form in unsent.FORMS and draft.state.get("answers"):
            day = show_day(reading.context.city.today(draft.opened_at))
            yield plain(f"Laporan yang dimulai {day} belum dikirim")
