"""Send the form of a visit to a pregnant woman: store it, refer danger signs, thank the ASN."""

from __future__ import annotations

from collections.abc import Iterator

from db import visits
from db.children import Pregnancy
from db.drafts import Draft
from db.visits import Visit
from handlers.chat.context import Context
from handlers.endings import moved_or_refused
from handlers.visit import acting
from handlers.visit.facts import agreed
from handlers.visit.filing import about, file_aid, file_visit, next_visit
from handlers.visit.pregnancy_form import PregnancyVisit, met, printed
from handlers.visit.receipt import changed, help_request, receipt
from programme import numbers, unsent
from rules.signs import Urgency, advice, in_order

THIN_ARM_CM = 23.5  # below it the risk of chronic energy deficiency is to be looked into: Permenkes 21/2021


def submit(context: Context, answers: PregnancyVisit, draft: Draft) -> None:
    """Store the visit and its aid, open a referral for its signs, and answer with the next step."""
    pregnancy = about(context, draft.subject)
    if not isinstance(pregnancy, Pregnancy):
        raise LookupError(f"{draft.subject} is no pregnancy")
    visit = file_visit(
        context, answers, draft, pregnancy, answers.visited_on or context.today, met(answers), next_visit(answers)
    )
    file_aid(context, visit, answers.aid, answers.aid_source, None)
    signs = in_order(PregnancyVisit.signs.seen(answers))
    asks = help_request(answers.follow_up)
    notified = acting.file(context, draft, visit, pregnancy, {unsent.SIGNS: signs}, asks)
    urgent = [sign for sign in signs if sign.urgency is not Urgency.SOON]
    thanks = receipt(
        context,
        "receipt_pregnancy",
        visit,
        printed(answers)["ibu"],
        answers.follow_up,
        notified,
        changed(
            context,
            visit,
            pregnancy,
            printed(answers)["ibu"],
            _changes(context, answers, visit, pregnancy, bool(signs and notified)),
            urgent=bool(urgent),
        ),
        now=advice(urgent),
        soon=advice(sign for sign in signs if sign.urgency is Urgency.SOON),
        numbers=numbers.to_call(context.city, context.now, pregnancy, signs),
        health_centre=numbers.health_centre(context.city, context.now, pregnancy, signs),
        thin=answers.arm is not None and answers.arm < THIN_ARM_CM,
        no_tablets=answers.tablets in ("tidak", "belum"),
        missing=[label for key, label in printed(answers)["services"].items() if key not in (answers.antenatal or ())]
        if agreed(answers)
        else [],
    )
    context.say(thanks)
    moved_or_refused.ask_after_visit(context, answers.reason, pregnancy)


def _changes(
    context: Context, answers: PregnancyVisit, visit: Visit, pregnancy: Pregnancy, helped: bool
) -> Iterator[str]:
    """What this report has changed for the mother, the weightiest first."""
    name, labels = printed(answers)["ibu"], printed(answers)["services"]
    if helped:
        yield f"Karena {context.you} datang, {name} bisa dilihat petugas lebih cepat."
    before = visits.received([one for one in visits.of_pregnancy(context.session, pregnancy.id) if one.id != visit.id])
    for id in answers.antenatal or ():
        if id in labels and id not in before:
            yield f"{labels[id]} {name} sudah tercatat."
