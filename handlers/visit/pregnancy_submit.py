"""What happens to the sheet of a visit to a pregnant woman once it is handed in."""

from __future__ import annotations

from db.children import Pregnancy
from db.drafts import Draft
from flow.message import Message, Option
from flow.questions import show_day
from handlers.chat.context import Desk
from handlers.chat.forms import HOME
from handlers.chat.names import mother_name, salute
from handlers.endings import moved_or_refused
from handlers.referral import alerts
from handlers.visit.child_submit import PEOPLE, asked_for
from handlers.visit.filing import about, file_aid, file_visit
from handlers.visit.pregnancy_form import PregnancyVisit, met
from programme.names import listed
from rules import danger

THIN_ARM_CM = 23.5  # below it the risk of chronic energy deficiency is to be looked into: Permenkes 21/2021


def submit(desk: Desk, sheet: PregnancyVisit, draft: Draft) -> None:
    """File the visit and its aid, raise what cannot wait, and thank the ASN with the next step."""
    pregnancy = about(desk, draft.subject)
    if not isinstance(pregnancy, Pregnancy):
        raise LookupError(f"{draft.subject} is no pregnancy")
    visit = file_visit(desk, sheet, draft, pregnancy, sheet.visited_on or desk.today, met(sheet), sheet.next_on)
    file_aid(desk, visit, sheet.aid, sheet.aid_source, None)
    signs = [sign for sign in danger.PREGNANCY_SIGNS if sign.id in (sheet.signs or ())]
    if sheet.follow_up in PEOPLE:
        signs.append(asked_for(PEOPLE[sheet.follow_up]))
    told = alerts.open_referral(desk, visit, pregnancy, signs) if signs else []
    text = desk.city.templates.say(
        "receipt_pregnancy",
        to=salute(desk.person),
        name=mother_name(pregnancy),
        corrected=visit.corrected_at is not None,
        met=met(sheet),
        now=list(dict.fromkeys(sign.now for sign in signs if sign.now)),
        told=listed(told),
        follow_up=PEOPLE.get(sheet.follow_up, ""),
        thin=sheet.arm is not None and sheet.arm < THIN_ARM_CM,
        no_tablets=sheet.tablets in ("tidak", "belum"),
        missing=[label for key, label in draft.facts["services"].items() if key not in (sheet.antenatal or ())],
        next_on=show_day(sheet.next_on) if sheet.next_on else "",
    )
    first = (
        Option(f"correct:{visit.id}", "Perbaiki")
        if visit.corrected_at
        else Option(f"undo:{visit.id}", "Batalkan laporan")
    )
    desk.say(Message(text, (first, HOME)))
    moved_or_refused.ask_after_visit(desk, sheet.reason, pregnancy)
