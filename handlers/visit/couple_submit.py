"""Send the form of a visit to a couple: store it, keep what Elsimil says, pass on a request for help, thank the ASN."""

from __future__ import annotations

from db.children import Wedding
from db.drafts import Draft
from handlers.chat.context import Context
from handlers.referral import alerts
from handlers.visit.couple_form import AT_RISK, IDEAL, MISSING_FOLATE, MISSING_TABLETS, CoupleVisit, met, printed
from handlers.visit.filing import RED_BEFORE, about, file_aid, file_visit, next_visit
from handlers.visit.receipt import changed, help_request, receipt


def submit(context: Context, answers: CoupleVisit, draft: Draft) -> None:
    """Store the visit and its aid, and answer with the next step."""
    wedding = about(context, draft.subject)
    if not isinstance(wedding, Wedding):
        raise LookupError(f"{draft.subject} is no wedding")
    visit = file_visit(
        context, answers, draft, wedding, answers.visited_on or context.today, met(answers), next_visit(answers)
    )
    file_aid(context, visit, answers.aid, answers.aid_source, None)
    if answers.elsimil in (IDEAL, AT_RISK):
        visit.facts = {RED_BEFORE: wedding.red, **visit.facts}
        wedding.red = answers.elsimil == AT_RISK
    asks = help_request(answers.follow_up)
    notified = alerts.open_referral(context, visit, wedding.family, (), asks) if asks else []
    thanks = receipt(
        context,
        "receipt_couple",
        visit,
        printed(answers)["pasangan"],
        answers.follow_up,
        notified,
        changed(context, visit, wedding, printed(answers)["pasangan"]),
        red=answers.elsimil == AT_RISK,
        no_elsimil=answers.elsimil == "belum" and wedding.day > context.today,
        no_tablets=answers.tablets in MISSING_TABLETS,
        no_folate=answers.folate in MISSING_FOLATE,
        smoke=answers.smoke in ("luar", "dalam"),
    )
    context.say(thanks)
