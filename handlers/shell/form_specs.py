"""Register of all forms, handed to handlers as ``context.specs``: who may fill in each, and what sending it does."""

from __future__ import annotations

from handlers.birth import birth, birth_form, naming, new_pregnancy, new_pregnancy_form
from handlers.broadcast import writing
from handlers.broadcast.form import Announcement
from handlers.chat.context import FormSpec
from handlers.data_officer import requests
from handlers.duty import duty
from handlers.family import paper_consent
from handlers.handover import step_back_form, stepping_back
from handlers.joining import household, self_join
from handlers.measuring import remeasure
from handlers.referral import examined
from handlers.visit import (
    acting,
    child_form,
    child_submit,
    couple_form,
    couple_submit,
    filing,
    opening,
    practice,
    pregnancy_form,
    pregnancy_submit,
)
from handlers.workbook import row_change
from handlers.workbook.row_form import RegisterRow

# By the name under which drafts and visits are stored: a name never changes.
FORM_SPECS: dict[str, FormSpec] = {
    opening.CHILD: FormSpec(
        child_form.ChildVisit,
        child_submit.submit,
        "visit.report",
        child_form.facts,
        live=filing.live_facts,
        watch=acting.watch,
        refused=child_submit.refused,
        asks_why=acting.asks_why,
    ),
    opening.PREGNANCY: FormSpec(
        pregnancy_form.PregnancyVisit,
        pregnancy_submit.submit,
        "visit.report",
        pregnancy_form.facts,
        live=filing.live_facts,
        watch=acting.watch,
        refused=acting.refused,
        asks_why=acting.asks_why,
    ),
    opening.COUPLE: FormSpec(
        couple_form.CoupleVisit, couple_submit.submit, "visit.report", couple_form.facts, live=filing.live_facts
    ),
    examined.FORM: FormSpec(examined.ReferralSeen, examined.submit, "referral.handle"),
    remeasure.FORM: FormSpec(remeasure.Remeasure, remeasure.submit, "child.measure"),
    self_join.FORM: FormSpec(self_join.SelfJoin, self_join.submit, "join.send", counts_from_today=True),
    household.FORM: FormSpec(household.Household, household.submit, "household.send", yields_to_urgent=True),
    birth.FORM: FormSpec(
        birth_form.Birth,
        birth.submit,
        "news.birth",
        birth.facts,
        live=birth.live_facts,
        counts_from_today=True,
        yields_to_urgent=True,
    ),
    new_pregnancy.FORM: FormSpec(
        new_pregnancy_form.Expecting,
        new_pregnancy.submit,
        "news.pregnancy",
        new_pregnancy.facts,
        counts_from_today=True,
        yields_to_urgent=True,
    ),
    practice.FORM: FormSpec(child_form.ChildVisit, practice.submit, "practice", practice.facts, banner=practice.BANNER),
    duty.FORM: FormSpec(duty.DutyForm, duty.submit, "duty.enter", duty.facts, counts_from_today=True),
    stepping_back.FORM: FormSpec(
        step_back_form.StepBack,
        stepping_back.submit,
        "handover.enter",
        stepping_back.facts,
        live=stepping_back.live_facts,
        counts_from_today=True,
    ),
    paper_consent.FORM: FormSpec(
        paper_consent.Paper,
        paper_consent.submit,
        "consent.paper",
        paper_consent.facts,
        counts_from_today=True,
    ),
    requests.FORM: FormSpec(requests.Answer, requests.submit, "data.answer", requests.facts),
    row_change.FORM: FormSpec(
        RegisterRow, row_change.submit, "workbook.send", row_change.facts, counts_from_today=True
    ),
    writing.FORM: FormSpec(Announcement, writing.submit, "broadcast.write", writing.facts, reviews=False),
    naming.FORM: FormSpec(naming.Naming, naming.submit, "child.name", naming.facts, yields_to_urgent=True),
}
