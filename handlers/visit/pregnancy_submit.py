"""What happens to the form of a visit to a pregnant woman once it is handed in."""

from __future__ import annotations

from db.children import Pregnancy
from db.drafts import Draft
from flow.message import Message, Option
from flow.questions import show_day
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.chat.names import mother_name, salute
from handlers.endings import moved_or_refused
from handlers.visit import acting
from handlers.visit.child_submit import PEOPLE, asked_for
from handlers.visit.filing import about, file_aid, file_visit, next_visit
from handlers.visit.pregnancy_form import PregnancyVisit, met, printed
from programme import unsent
from programme.names import listed
from rules.signs import Urgency, advice, in_order

THIN_ARM_CM = 23.5  # below it the risk of chronic energy deficiency is to be looked into: Permenkes 21/2021


def submit(context: Context, answers: PregnancyVisit, draft: Draft) -> None:
    """File the visit and its aid, raise what cannot wait, and thank the ASN with the next step."""
    pregnancy = about(context, draft.subject)
    if not isinstance(pregnancy, Pregnancy):
        raise LookupError(f"{draft.subject} is no pregnancy")
    visit = file_visit(
        context, answers, draft, pregnancy, answers.visited_on or context.today, met(answers), next_visit(answers)
    )
    file_aid(context, visit, answers.aid, answers.aid_source, None)
    signs, asks = in_order(PregnancyVisit.signs.seen(answers)), asked_for(answers.follow_up)
    notified = acting.file(context, draft, visit, pregnancy, {unsent.SIGNS: signs}, asks)
    text = context.city.templates.say(
        "receipt_pregnancy",
        to=salute(context.person),
        name=mother_name(pregnancy),
        corrected=visit.corrected_at is not None,
        met=met(answers),
        now=advice(sign for sign in signs if sign.urgency is not Urgency.SOON),
        soon=advice(sign for sign in signs if sign.urgency is Urgency.SOON),
        numbers=context.city.programme.emergency.to_call,
        told=listed(notified),
        follow_up=PEOPLE.get(answers.follow_up, ""),
        thin=answers.arm is not None and answers.arm < THIN_ARM_CM,
        no_tablets=answers.tablets in ("tidak", "belum"),
        missing=[label for key, label in printed(answers)["services"].items() if key not in (answers.antenatal or ())],
        next_on=show_day(visit.next_on) if visit.next_on else "",
    )
    first = (
        Option(f"correct:{visit.id}", "Perbaiki")
        if visit.corrected_at
        else Option(f"undo:{visit.id}", "Batalkan laporan")
    )
    context.say(Message(text, (first, HOME)))
    moved_or_refused.ask_after_visit(context, answers.reason, pregnancy)
