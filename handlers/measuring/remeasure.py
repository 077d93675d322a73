"""Second measurement of a child by a cadre: a form that does not show the first one, and storing the result."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from db import drafts
from db.children import Child
from db.drafts import Draft
from db.measurements import OFFICIAL, Measurement, firsts, repeated
from db.subjects import Subject, subject
from flow.form import Form
from flow.message import Message
from handlers.chat import common_questions, forms
from handlers.chat.common_questions import DatedFacts
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from handlers.measuring import plausibility, results
from handlers.measuring.plausibility import ChildFacts
from handlers.referral import alerts
from programme import numbers
from rules.growth import STANDING_FROM
from rules.signs import Urgency, advice

FORM = "remeasure"
SOURCE = "ukur ulang"


class RemeasureFacts(ChildFacts, DatedFacts):
    """What is printed on the form, as its draft keeps it.

    ``since`` is the ISO day of the first measurement, else of the birth, empty where neither is known. ``position`` is
    how the child is probably measured (``common_questions.POSITIONS``). ``first`` is the first measurement's id.
    """

    adik: str
    since: str
    position: str
    first: int | None


class Remeasure(Form):
    title = "Ukur ulang {adik}"

    measured_on = common_questions.day(
        "Kapan {adik} diukur ulang?", past=14, since="since", label="Tanggal ukur", default=common_questions.today
    )
    weight = common_questions.weight(
        "{adik}",
        lambda answers, kg: plausibility.weight(answers, kg, answers.measured_on),
        hint="Timbang lagi dari awal, tanpa melihat angka yang lama. Dalam kg, misalnya 8,4.",
        optional=True,
        also=("measured_on", "Bukan hari ini"),
    )
    length = common_questions.length(
        "{adik}",
        lambda answers, cm: plausibility.length(answers, cm, answers.measured_on, answers.weight),
        hint="Ukur lagi dari awal. Dalam cm, misalnya 72,5.",
        optional=True,
    )
    position = common_questions.position(
        default=lambda answers: printed(answers)["position"], when=lambda answers: answers.length is not None
    )


def printed(answers: Form) -> RemeasureFacts:
    """The facts of the form, as its draft keeps them."""
    return cast(RemeasureFacts, answers.facts)


def begin(context: Context, child_id: int) -> None:
    """Open the form, where no second measurement exists yet."""
    child = context.session.get_one(Child, child_id)
    first = _first(context, child)
    if first and context.session.scalar(repeated().where(Measurement.repeats == first.id)):
        context.say(Message(f"{context.called(child)} sudah diukur ulang. Terima kasih.", (HOME,)))
        return
    about = str(subject(child))
    yesterdays = drafts.about(context.session, context.person.id, FORM, about)
    if yesterdays and yesterdays.facts["today"] != context.today.isoformat():
        context.session.delete(yesterdays)  # a measurement belongs to its day
        context.session.flush()
    context.note("sheet.open", about)
    forms.open_form(context, FORM, about, facts(context, child, first))


def facts(context: Context, child: Child, first: Measurement | None) -> RemeasureFacts:
    """What is printed on the form today; no measured value is among it."""
    known = plausibility.facts(context, child, blind=True)
    small = child.born is None or (context.today - child.born).days < STANDING_FROM
    return {
        **known,
        "adik": context.called(child),
        "today": context.today.isoformat(),
        "since": first.measured_on.isoformat() if first else known["born"],
        "position": (first.position if first else None) or ("telentang" if small else "berdiri"),
        "first": first.id if first else None,
    }


def submit(context: Context, answers: Remeasure, draft: Draft) -> None:
    """Store an official measurement that repeats the first one, and open a referral for signs to be seen today."""
    child = context.session.get_one(Child, Subject.parse(draft.subject).id)
    if answers.weight is None and answers.length is None:
        context.say(Message("Tidak ada angka, jadi tidak ada yang dicatat. Lain kali boleh dicoba lagi.", (HOME,)))
        return
    first_id = printed(answers)["first"]
    first = context.session.get(Measurement, first_id) if first_id else None
    row = Measurement(
        child_id=child.id,
        measured_on=answers.measured_on or context.today,
        weight_kg=answers.weight,
        length_cm=answers.length,
        position=answers.position,
        kind=OFFICIAL,
        source=SOURCE,
        doubtful=plausibility.confirmed(answers),
        recorded_by=context.person.id,
        recorded_at=context.now,
        repeats=first.id if first and first.withdrawn_at is None else None,
    )
    context.session.add(row)
    context.session.flush()
    context.note("measurement.repeat", subject(child))
    signs = results.result(child, row, None, context.city.programme.growth).signs
    now = [sign for sign in signs if sign.urgency is not Urgency.SOON]
    notified = alerts.open_referral(context, None, child, now) if now else []
    context.say_template(
        "remeasured",
        HOME,
        to=salute(context.person),
        name=context.called(child),
        now=advice(now),
        numbers=numbers.to_call(context.city, context.now, child, now),
        told=", ".join(notified),
    )


def _first(context: Context, child: Child) -> Measurement | None:
    """The child's last official measurement that is recent enough for a second one."""
    since = context.today - timedelta(days=context.city.programme.quality.remeasure_within_days)
    query = firsts(since, context.today).where(Measurement.child_id == child.id)
    return context.session.scalar(query.order_by(Measurement.measured_on.desc(), Measurement.id.desc()).limit(1))
